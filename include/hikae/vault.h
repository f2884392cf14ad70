/*
 * The vault of hikae: records of persons, sealed, and the gate before them.
 *
 * Over an office of hikae/hikae.h; the conventions are those of hikae/base.h. How keys, records and rules fit together
 * is in docs/design/vault-and-gate.md, how to work with them in docs/vault.md.
 *
 *   KEYS are made once and unlocked with a secret. With them a SESSION is begun: one actor, for one handling and
 *   purpose, at one terminal. Whatever a session does to RECORDS is ASKED first: the rules of the office's pack DECIDE,
 *   the access log is told and is on the disk, and only then anything leaves or is written. There is no other way to a
 *   record.
 *
 *  a. Handles. _unlock, _begin, _resume and _get give one. Freeing keys is different from freeing anything else: they
 *     are wiped at once, and every session begun with them then answers HIKAE_E_LOCKED. What was read stays readable.
 *  b. Threads. hikae_keys may be shared. A hikae_session belongs to one thread at a time; as many as you like may work
 *     side by side. hikae_decision is immutable and may be shared. hikae_records belong to one thread at a time.
 *  c. Refusal. A call that a rule refuses is HIKAE_E_REFUSED, and hikae_error_decision tells why: which rules, by which
 *     articles, what to do. Its text is for the clerk. Refusals stand in the access log too.
 *  d. Secrets and values. Passphrases, passwords and the values of items are used and wiped; those given back lie in a
 *     hikae_buffer or in hikae_records, which wipe when they are freed. Both are counted bytes: a key file, and an item
 *     that its file declares as a blob, need not be UTF-8.
 *  e. Subjects are named as you name them (宛名番号). The library keeps those ids sealed.
 *  f. Days are text, as in hikae.h.
 *
 * One record, and one refusal (compiled and run by the test suite; it takes an office whose keys are made, and their
 * passphrase, which a real program asks for):
 *
 *     #include <hikae/vault.h>
 *     #include <hikae/hikae.h>
 *     #include <stdio.h>
 *
 *     static int fail(hikae_error *err) {
 *       hikae_str text = hikae_error_text(err, HIKAE_JAPANESE);
 *       fprintf(stderr, "%.*s\n", (int)text.len, text.ptr);
 *       hikae_error_free(err);
 *       return 2;
 *     }
 *
 *     int main(int argc, char **argv) {
 *       if (argc != 3 || hikae_abi() != HIKAE_ABI) return 2;
 *       hikae_office *office = NULL;
 *       hikae_keys *keys = NULL;
 *       hikae_session *session = NULL;
 *       hikae_error *err = NULL;
 *       hikae_secret secret = HIKAE_SECRET_INIT;
 *       hikae_session_options who = HIKAE_SESSION_OPTIONS_INIT;
 *       hikae_ask ask = HIKAE_ASK_INIT;
 *       hikae_buffer value = HIKAE_BUFFER_INIT;
 *       const hikae_str shown[] = {hikae_cstr("ic-card"), hikae_cstr("pin")}, person = hikae_cstr("10000001");
 *       const hikae_str name = hikae_cstr("氏名"), other = hikae_cstr("特記事項");
 *       secret.text = hikae_cstr(argv[2]);
 *       who.actor = hikae_cstr("生活援護第一課職員1");
 *       who.handling = hikae_cstr("hikikomori");
 *       who.purpose = hikae_cstr("ひきこもり相談支援");
 *       who.terminal = hikae_cstr("全庁LAN端末1");
 *       who.place = hikae_cstr("生活援護第一課事務室内");
 *       who.terminal_factors = shown;
 *       who.terminal_factor_count = 2;
 *       ask.file = hikae_cstr("ひきこもり相談記録");
 *       if (hikae_office_open(hikae_cstr(argv[1]), NULL, &office, &err) < 0) return fail(err);
 *       if (hikae_keys_unlock(office, &secret, &keys, &err) < 0) return fail(err);
 *       if (hikae_session_begin(keys, &who, &session, &err) < 0) return fail(err);
 *       if (hikae_record_put(session, &ask, person, name, hikae_cstr("髙槗 花子"), &err) < 0) return fail(err);
 *       if (hikae_record_get(session, &ask, person, name, &value, &err) < 0) return fail(err);
 *       printf("%.*s\n", (int)value.len, (const char *)value.ptr);
 *       hikae_buffer_free(&value);
 *       if (hikae_record_get(session, &ask, person, other, &value, &err) != HIKAE_E_REFUSED) return fail(err);
 *       hikae_str why = hikae_decision_explain(hikae_error_decision(err), HIKAE_JAPANESE);
 *       printf("%.*s\n", (int)why.len, why.ptr);
 *       hikae_error_free(err);
 *       if (hikae_session_end(session, &err) < 0) return fail(err);
 *       hikae_session_free(session);
 *       hikae_keys_free(keys);
 *       hikae_office_close(office);
 *     }
 */
#ifndef HIKAE_VAULT_H_
#define HIKAE_VAULT_H_

#include "hikae/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------------------------------- Values -- */

typedef struct hikae_office hikae_office;     /* of hikae/hikae.h */
typedef struct hikae_keys hikae_keys;         /* freed by hikae_keys_free */
typedef struct hikae_session hikae_session;   /* freed by hikae_session_free */
typedef struct hikae_records hikae_records;   /* freed by hikae_records_free */
typedef struct hikae_decision hikae_decision; /* that of hikae_session_would_allow: freed by hikae_decision_free */

/* Told now and then how far the work is, in records or keys. Non-zero stops the call. since 0.1 */
typedef int (*hikae_vault_progress_fn)(void* ctx, uint64_t done, uint64_t total);

/* What is done to a record. Never renumbered. Zero is what the function that is called is for: reading for
 * hikae_record_get, writing for hikae_record_put … */
enum {
  HIKAE_ACT_DEFAULT = 0,
  HIKAE_ACT_LOGIN = 1,
  HIKAE_ACT_LOGOUT = 2,
  HIKAE_ACT_READ = 3,
  HIKAE_ACT_WRITE = 4,
  HIKAE_ACT_SEARCH = 5,
  HIKAE_ACT_PRINT = 6,
  HIKAE_ACT_EXPORT = 7,
  HIKAE_ACT_TRANSFER = 8,
  HIKAE_ACT_COLLECT = 9,
  HIKAE_ACT_PROVIDE = 10,
  HIKAE_ACT_ERASE = 11,
  HIKAE_ACT_ADMINISTER = 12
};
/* How much of an item is seen. WIDEST: of each item as much as the rules allow. Never renumbered. */
enum { HIKAE_VIEW_WHOLE = 0, HIKAE_VIEW_MASKED = 1, HIKAE_VIEW_PRESENCE = 2, HIKAE_VIEW_WIDEST = 3 };
enum { HIKAE_NOT_SAID = 0, HIKAE_YES = 1, HIKAE_NO = 2 };

/* --------------------------------------------------------------------------------------------------- Keys -- */

/* What opens the keys. Never renumbered. */
enum { HIKAE_SECRET_PASSPHRASE = 1, HIKAE_SECRET_KEY_FILE = 2, HIKAE_SECRET_SHARES = 3 };

typedef struct hikae_secret {
  size_t struct_size;
  int32_t kind;            /* HIKAE_SECRET_…; 0 = a passphrase */
  int32_t reserved;        /* zero */
  hikae_str text;          /* the passphrase, or the bytes of the key file */
  const hikae_str* shares; /* as hikae_keys_share gave them, in any order */
  size_t share_count;
  /* How hard a passphrase is to try, where one is set: by hikae_keys_make, _recover, _add_lock,
   * _rotate_master. */
  uint64_t operations; /* passes of Argon2id; 0 = 3 */
  uint64_t memory;     /* in bytes; 0 = 256 MiB */
} hikae_secret;
#define HIKAE_SECRET_INIT \
  { sizeof(hikae_secret), 0, 0, {NULL, 0}, NULL, 0, 0, 0 }

/* Makes the keys of an office, which has none, locked by `secret`: a passphrase of at least 12 characters, or a key
 * file of at least 32 bytes. Shares are given out later, by hikae_keys_share. The access log has it first; nobody can
 * be logged in yet. On an error no keys are there.
 * Expects HIKAE_E_ARGUMENT, HIKAE_E_EXISTS (it has keys), HIKAE_E_BUSY, HIKAE_E_IO (read-only). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_keys_make(hikae_office* o, const hikae_secret* secret, hikae_error** err);

/* Unlocks the keys, and opens the gate before the records. *out is NULL unless HIKAE_OK. The office stays open for as
 * long as the keys do. The access log has it first, and a wrong secret too: who opened the office and the kind of the
 * secret, nothing more. Then writes that a crash cut off are settled, and entries that wait in the spool recorded.
 * Expects HIKAE_E_LOCKED (none were ever made), HIKAE_E_SECRET (the wrong one), HIKAE_E_TAMPERED (damaged, or those of
 * another office), HIKAE_E_VERSION, HIKAE_E_BUSY, HIKAE_E_IO (the office is read-only: reading a record is an entry of
 * the log). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_keys_unlock(hikae_office* o, const hikae_secret* secret, hikae_keys** out,
                                                          hikae_error** err);

/* Wipes the keys at once, after the calls that their sessions are in; afterwards those answer HIKAE_E_LOCKED. Called
 * from a callback of such a call, it is that call which wipes when it ends. Sessions are not ended: their tokens stay
 * good. NULL is allowed. since 0.1 */
HIKAE_API void hikae_keys_free(hikae_keys* k);

/* How a key stands; never renumbered. */
enum {
  HIKAE_KEY_PRIMARY = 1,  /* it seals */
  HIKAE_KEY_ENABLED = 2,  /* it opens what it sealed */
  HIKAE_KEY_DISABLED = 3, /* it is there, and not used */
  HIKAE_KEY_DESTROYED = 4
};
typedef struct hikae_key {
  size_t struct_size;
  hikae_str kind; /* "master", "office", "index" */
  uint32_t version;
  int32_t state;   /* HIKAE_KEY_… */
  int64_t made_at; /* microseconds since 1970-01-01, UTC */
  uint64_t uses;   /* of an office key: how many keys of subjects it holds */
} hikae_key;
#define HIKAE_KEY_INIT \
  { sizeof(hikae_key), {NULL, 0}, 0, 0, 0, 0 }

/* Gets one key; it lives until the function returns. Non-zero stops the call. since 0.1 */
typedef int (*hikae_key_fn)(void* ctx, const hikae_key* key);

/* Shows the keys there are, but those of subjects, to `fn`. Never a key itself. Expects HIKAE_E_STOPPED. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_keys_list(hikae_keys* k, hikae_key_fn fn, void* ctx, hikae_error** err);

/* Opens the keys with the custodians' shares, and sets `fresh`, a passphrase or key file, as another lock of theirs:
 * for when nobody can unlock them any more. As nobody can be logged in before that, no rule decides it: those who hold
 * as many shares as it takes do. The access log has it first, with the custodians' names sealed beside it. The shares
 * go on to open. Expects HIKAE_E_ARGUMENT (not shares, too few of them, what hikae_keys_make refuses), and what
 * hikae_keys_unlock does. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_keys_recover(hikae_office* o, const hikae_secret* shares,
                                                           const hikae_secret* fresh, hikae_error** err);

/* Puts a copy of the key database, as hikae_keys_backup makes it, in the place of the keys of the office in the
 * directory `path`, whole or not at all. Who was erased since the copy was made stays erased. The log's key stays that
 * of the present keys, where it has changed since and they can be read. The office must not be open; whoever opens it
 * next for writing records that it was done, by `actor` (empty = whoever opens it), and how many erasures the copy did
 * not know of. Expects HIKAE_E_NOT_FOUND, HIKAE_E_TAMPERED (not a key database, or of another office), HIKAE_E_BUSY,
 * HIKAE_E_IO. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_keys_restore(hikae_str path, hikae_str file, hikae_str actor,
                                                           hikae_error** err);

/* ----------------------------------------------------------------------------------------------- Sessions -- */

/* Who acts, for what, from where: ids of the registry, which the rules judge. Actor, handling and purpose are named. */
typedef struct hikae_session_options {
  size_t struct_size;
  hikae_str actor;      /* a member of staff or a worker */
  hikae_str actor_type; /* "Staff", "Worker"; empty = whichever the registry knows */
  hikae_str handling;
  hikae_str purpose;
  hikae_str terminal;                /* a device; empty = not said */
  hikae_str place;                   /* empty = not said */
  const hikae_str* terminal_factors; /* what the actor showed to the terminal: "ic-card", "pin" … */
  size_t terminal_factor_count;
  const hikae_str* system_factors; /* and to the host system: "user-id" … */
  size_t system_factor_count;
  hikae_str password; /* checked by hikae, and then a factor of the system; empty = none */
} hikae_session_options;
#define HIKAE_SESSION_OPTIONS_INIT                                                                                     \
  {                                                                                                                    \
    sizeof(hikae_session_options), {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, NULL, 0, NULL, 0, \
    {                                                                                                                  \
      NULL, 0                                                                                                          \
    }                                                                                                                  \
  }

/* Logs an actor in. *out is NULL unless HIKAE_OK. Whether it is let in or not stands in the access log.
 * Expects HIKAE_E_REFUSED (with its decision), HIKAE_E_SECRET (the password is wrong, or none is set),
 * HIKAE_E_ARGUMENT (no actor, no handling, a factor that the pack does not know), HIKAE_E_NOT_FOUND (no pack in
 * force), HIKAE_E_LOCKED, HIKAE_E_BUSY, HIKAE_E_IO. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_session_begin(hikae_keys* k, const hikae_session_options* opt,
                                                            hikae_session** out, hikae_error** err);

/* Takes up a session by its token, in this process or another, as often as you like. Whether it has been idle too long
 * is judged at its next act. Expects HIKAE_E_NOT_FOUND (there is none, or it was ended), HIKAE_E_LOCKED. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_session_resume(hikae_keys* k, hikae_str token, hikae_session** out,
                                                             hikae_error** err);

/* The token: whoever has it acts as the session. *out is empty unless HIKAE_OK. Expects HIKAE_E_LOCKED. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_session_token(hikae_session* s, hikae_buffer* out, hikae_error** err);

/* Its public name, as the access log has it. Lives as long as the handle; empty for NULL. since 0.1 */
HIKAE_API hikae_str hikae_session_id(const hikae_session* s);

/* Logs out, for every holder of the token. Once more is harmless. Expects HIKAE_E_LOCKED, HIKAE_E_BUSY, HIKAE_E_IO.
 * since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_session_end(hikae_session* s, hikae_error** err);

/* Lets go of the handle; the session is not ended. NULL is allowed. since 0.1 */
HIKAE_API void hikae_session_free(hikae_session* s);

typedef struct hikae_session_info {
  size_t struct_size;
  hikae_str id, actor, handling, purpose, terminal, place;
  int64_t begun_at; /* microseconds since 1970-01-01, UTC */
  int64_t used_at;  /* within 15 s of the last act */
  int64_t ended_at; /* 0 = it is not ended; by whom is in the log */
} hikae_session_info;
#define HIKAE_SESSION_INFO_INIT \
  { sizeof(hikae_session_info), {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, 0, 0, 0 }

/* Gets one session; it lives until the function returns. Non-zero stops the call. since 0.1 */
typedef int (*hikae_session_fn)(void* ctx, const hikae_session_info* session);

/* Shows the sessions there are to `fn`, ended ones too, never a token. Expects HIKAE_E_STOPPED, HIKAE_E_LOCKED.
 * since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_sessions_list(hikae_keys* k, hikae_session_fn fn, void* ctx,
                                                            hikae_error** err);

/* ----------------------------------------------------------------------------------------------- Asking -- */

/* What a session is about to do, beside what it said when it began. */
typedef struct hikae_ask {
  size_t struct_size;
  int32_t act;            /* HIKAE_ACT_…; 0 = what the function is for */
  int32_t view;           /* HIKAE_VIEW_… */
  hikae_str file;         /* the file of the records, as it is declared */
  const hikae_str* items; /* none: when reading, all that the file declares */
  size_t item_count;
  const hikae_str* approvals; /* ids of approvals in the registry, and of other rows the act rests on: a handover or its
                                 plan, a decision on what an AI showed, a link that a paper asks for, a flow of it */
  size_t approval_count;
  hikae_str recipient; /* of what is provided, transferred, exported */
  hikae_str source;    /* of what is collected; empty = the subject */
  hikae_str medium;    /* "paper", "electronic" …: what it leaves on, or is collected by */
  hikae_str ground;    /* the clause relied on, for the log; empty = the purpose */
  int32_t encrypted;   /* what leaves is sealed: HIKAE_NOT_SAID, HIKAE_YES, HIKAE_NO */
  int32_t reserved;    /* zero */
} hikae_ask;
#define HIKAE_ASK_INIT \
  { sizeof(hikae_ask), 0, 0, {NULL, 0}, NULL, 0, NULL, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, 0, 0 }

/* Every function below that takes a session may also be refused (HIKAE_E_REFUSED, with its decision, and in the log),
 * and expects HIKAE_E_ARGUMENT (no file; an act that the function is not for), HIKAE_E_LOCKED (the keys were freed),
 * HIKAE_E_BUSY, HIKAE_E_IO (the log cannot be written: then nothing leaves), HIKAE_E_RULES (the pack does not load). */

/* What the rules would say to an act, without doing it: nothing leaves. The subject may be empty. When it is not, the
 * answer tells of its restrictions, and who asked stands in the log ("asked") before it is given.
 * "No" is HIKAE_OK with a decision that says so; HIKAE_E_REFUSED does not occur. *out is NULL unless HIKAE_OK: free it
 * with hikae_decision_free. With act 0: reading. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_session_would_allow(hikae_session* s, const hikae_ask* ask,
                                                                  hikae_str subject, hikae_decision** out,
                                                                  hikae_error** err);

/* Why a call was refused; NULL unless a rule refused it. Lives as long as the error. since 0.1 */
HIKAE_API const hikae_decision* hikae_error_decision(const hikae_error* e);

typedef struct hikae_decided {
  size_t struct_size;
  int32_t allowed; /* 1 or 0 */
  int32_t judged;  /* 0: a rule could not be evaluated, and so it was refused */
  hikae_str act;   /* "read" */
  hikae_str handling;
  hikae_str file;         /* empty where none was named */
  int64_t time;           /* microseconds since 1970-01-01, UTC */
  uint64_t reason_count;  /* for hikae_decision_reason */
  uint64_t warning_count; /* for hikae_decision_warning */
} hikae_decided;
#define HIKAE_DECIDED_INIT \
  { sizeof(hikae_decided), 0, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, 0, 0, 0 }

/* Fills *out; its texts live as long as the decision. Expects nothing but HIKAE_OK. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_decision_get(const hikae_decision* d, hikae_decided* out,
                                                           hikae_error** err);

/* A rule that a decision rests on. */
typedef struct hikae_reason {
  size_t struct_size;
  hikae_str rule;
  hikae_str article; /* as the pack cites it */
  hikae_str title_ja, title_en;
  hikae_str remedy_ja, remedy_en; /* what to do about it; may be empty */
  int32_t severity;               /* HIKAE_BLOCK …; 0 of a ground */
  int32_t reserved;               /* zero */
  const hikae_str* read;          /* of a refusal: what the rule looked at, without personal data */
  size_t read_count;
  const hikae_str* missing; /* what it looked for and did not find */
  size_t missing_count;
} hikae_reason;
#define HIKAE_REASON_INIT \
  { sizeof(hikae_reason), {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, 0, 0, NULL, 0, NULL, 0 }

/* Fills *out with reason number `i` (from 0): the grounds of a permission, the rules of a refusal; HIKAE_END past the
 * last. Its texts live as long as the decision. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_decision_reason(const hikae_decision* d, uint64_t i, hikae_reason* out,
                                                              hikae_error** err);

/* The same of unconfirmed rules that it goes against, and that do not refuse. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_decision_warning(const hikae_decision* d, uint64_t i, hikae_reason* out,
                                                               hikae_error** err);

/* The decision for a clerk: what was refused, why, by which article, what to do. `language` is HIKAE_ENGLISH or
 * HIKAE_JAPANESE. Lives as long as the decision; empty for NULL. since 0.1 */
HIKAE_API hikae_str hikae_decision_explain(const hikae_decision* d, int32_t language);

/* For a decision of hikae_session_would_allow; those of errors and records belong to them. NULL is allowed. since 0.1
 */
HIKAE_API void hikae_decision_free(hikae_decision* d);

/* ------------------------------------------------------------------------------------------------ Records -- */

/* An item of a record with its value. Never grows. */
typedef struct hikae_item {
  hikae_str name;
  hikae_str value;
} hikae_item;

/* What to write of one subject. Never grows. */
typedef struct hikae_put {
  hikae_str subject;
  const hikae_item* set;
  size_t set_count;
  const hikae_str* remove; /* names of items */
  size_t remove_count;
  int32_t conditional; /* 1: write only if the record has the version `if_version` (0: there is none) */
  int32_t reserved;    /* zero */
  uint64_t if_version;
} hikae_put;
#define HIKAE_PUT_INIT \
  { {NULL, 0}, NULL, 0, NULL, 0, 0, 0, 0 }

/* Writes one item. Also expects HIKAE_E_ARGUMENT (not what the file declares of the item; the message never has the
 * value). The record is as it was on any error. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_record_put(hikae_session* s, const hikae_ask* ask, hikae_str subject,
                                                         hikae_str item, hikae_str value, hikae_error** err);

/* Writes `count` records: all of them or, on any error, none. Much faster than one after the other. `versions`, which
 * may be NULL, become those of the records, `count` of them. Also expects HIKAE_E_ARGUMENT (as above; a subject twice),
 * HIKAE_E_BUSY (a record has another version than the one named). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_records_put(hikae_session* s, const hikae_ask* ask, const hikae_put* puts,
                                                          size_t count, uint64_t* versions, hikae_error** err);

/* Reads one item of one subject. *out is empty unless HIKAE_OK. `ask->items` must be empty. Also expects
 * HIKAE_E_NOT_FOUND (no record, or the record has no such item: the log has the asking in either case),
 * HIKAE_E_TAMPERED. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_record_get(hikae_session* s, const hikae_ask* ask, hikae_str subject,
                                                         hikae_str item, hikae_buffer* out, hikae_error** err);

/* Reads the records of `count` subjects, each decided by itself: a subject with a restriction is refused, and the
 * others are given. HIKAE_E_REFUSED only when all are. Reading, printing, transferring and providing are this same
 * call with another act, and so with other rules. *out is NULL unless HIKAE_OK. Also expects HIKAE_E_TAMPERED (then
 * nothing is given). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_records_get(hikae_session* s, const hikae_ask* ask,
                                                          const hikae_str* subjects, size_t count, hikae_records** out,
                                                          hikae_error** err);

/* What came of a record; never renumbered. */
enum { HIKAE_RELEASED = 1, HIKAE_NO_RECORD = 2, HIKAE_WITHHELD = 3 };
typedef struct hikae_record {
  size_t struct_size;
  uint64_t index;   /* of the subject among those asked for */
  int32_t state;    /* HIKAE_RELEASED …; WITHHELD: the decision says why */
  int32_t reserved; /* zero */
  uint64_t version; /* 0 unless released */
  uint64_t item_count;
  const hikae_decision* decision; /* lives as long as the records */
} hikae_record;
#define HIKAE_RECORD_INIT \
  { sizeof(hikae_record), 0, 0, 0, 0, 0, NULL }

/* Fills *out with the next record, in the order asked for; HIKAE_END past the last. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_records_next(hikae_records* r, hikae_record* out, hikae_error** err);

typedef struct hikae_seen {
  size_t struct_size;
  hikae_str name;
  hikae_str value;  /* empty where the view is HIKAE_VIEW_PRESENCE: the item is there */
  int32_t view;     /* HIKAE_VIEW_WHOLE, _MASKED, _PRESENCE */
  int32_t reserved; /* zero */
  uint64_t version; /* of the record when the item was last set */
} hikae_seen;
#define HIKAE_SEEN_INIT \
  { sizeof(hikae_seen), {NULL, 0}, {NULL, 0}, 0, 0, 0 }

/* Fills *out with item number `i` (from 0) of the record that hikae_records_next gave last; HIKAE_END past its last.
 * Items that a record does not have are left out. Views live until hikae_records_free. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_records_item(const hikae_records* r, uint64_t i, hikae_seen* out,
                                                           hikae_error** err);

/* Wipes what was read. NULL is allowed. since 0.1 */
HIKAE_API void hikae_records_free(hikae_records* r);

/* By which index a search goes, as the file declares them for the item; never renumbered. */
enum { HIKAE_INDEX_EXACT = 1, HIKAE_INDEX_PREFIX = 2, HIKAE_INDEX_TOKEN = 3, HIKAE_INDEX_YEAR = 4 };

/* The subjects whose one item in ask->items matches, by its index, at most `most` (0 = 1,000): entries with id. Also
 * expects HIKAE_E_ARGUMENT (no such index, a text too short for it). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_records_search(hikae_session* s, const hikae_ask* ask, int32_t index,
                                                             hikae_str text, uint64_t most, hikae_list** out,
                                                             hikae_error** err);

/* Looks at one record's items, those of ask->items that it has, and sets *keep to 1 if its subject is among the
 * results. Non-zero stops the call. They live until the function returns. since 0.1 */
typedef int (*hikae_sift_fn)(void* ctx, const hikae_item* items, size_t count, int32_t* keep);

/* The subjects that `fn` keeps, at most `most` (0 = 1,000): entries with id. Every record is opened, and the log says
 * so; those whose subjects' restrictions forbid it are passed by. For what no index can find. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_records_sift(hikae_session* s, const hikae_ask* ask, hikae_sift_fn fn,
                                                           void* ctx, uint64_t most, hikae_list** out,
                                                           hikae_error** err);

/* Destroys the records of `count` subjects in a file, and the keys they are sealed with: no copy of the records
 * anywhere can be read again. *certificate, which may be NULL, becomes the certificate that the log's key signed, and
 * *erased, which may be NULL, how many records there were. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_records_erase(hikae_session* s, const hikae_ask* ask,
                                                            const hikae_str* subjects, size_t count,
                                                            hikae_buffer* certificate, uint64_t* erased,
                                                            hikae_error** err);

/* How records stand on a medium; never renumbered. MARKED: with a byte order mark, for programs that need one. */
enum { HIKAE_MEDIA_JSON_LINES = 0, HIKAE_MEDIA_CSV = 1, HIKAE_MEDIA_CSV_MARKED = 2 };

/* An export: NAME.age, which age(1) opens too, and NAME.manifest, signed by the log's key
 * (docs/formats/export-media.md). It is sealed to recipients or with a passphrase. */
typedef struct hikae_export_options {
  size_t struct_size;
  int32_t form;                /* HIKAE_MEDIA_… */
  int32_t armored;             /* 1: as text */
  hikae_str directory;         /* where the two files are put */
  hikae_str name;              /* of both, without what follows the dot */
  const hikae_str* recipients; /* "age1…" */
  size_t recipient_count;
  hikae_str passphrase;
  hikae_str medium;   /* the id of the medium, for the manifest; empty = not said */
  hikae_str handover; /* the number of the handover (受渡番号): the id of the handover or of its plan, where a rule
                         asks for one; empty = not said */
  uint32_t work_factor; /* of the passphrase: 2 to this power; 0 = the default */
  uint32_t reserved;    /* zero */
} hikae_export_options;
#define HIKAE_EXPORT_OPTIONS_INIT \
  { sizeof(hikae_export_options), 0, 0, {NULL, 0}, {NULL, 0}, NULL, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, 0, 0 }

/* Writes the records of `count` subjects to a medium, or all of the file when it is 0. The act is exporting, or
 * transferring or providing. All or none: where one is refused, nothing is left on the medium. *written, which may be
 * NULL, becomes how many there are. Also expects HIKAE_E_EXISTS (the files are there), HIKAE_E_ARGUMENT (neither
 * recipients nor a passphrase, or both; not a name). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_records_export(hikae_session* s, const hikae_ask* ask,
                                                             const hikae_str* subjects, size_t count,
                                                             const hikae_export_options* opt, uint64_t* written,
                                                             hikae_error** err);

typedef struct hikae_import_options {
  size_t struct_size;
  hikae_str directory;
  hikae_str name;
  const hikae_str* signers; /* verifier keys of the logs whose exports are taken */
  size_t signer_count;
  const hikae_str* identities; /* "AGE-SECRET-KEY-1…" */
  size_t identity_count;
  hikae_str passphrase; /* instead of identities */
} hikae_import_options;
#define HIKAE_IMPORT_OPTIONS_INIT                                                     \
  {                                                                                   \
    sizeof(hikae_import_options), {NULL, 0}, {NULL, 0}, NULL, 0, NULL, 0, { NULL, 0 } \
  }

/* Takes the records of a medium into the file. The act is collecting, or writing. The medium is checked whole before
 * anything is written, and every record against what the file declares. *taken, which may be NULL, becomes how many
 * there were. Also expects HIKAE_E_NOT_FOUND (no such files), HIKAE_E_TAMPERED (changed, or cut off), HIKAE_E_SECRET
 * (not sealed to these), HIKAE_E_REFUSED without a decision (no such signer). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_records_import(hikae_session* s, const hikae_ask* ask,
                                                             const hikae_import_options* opt, uint64_t* taken,
                                                             hikae_error** err);

/* A mark of a subject: a restriction (支援措置, 廃棄停止 …) or a consent. Never grows. */
typedef struct hikae_mark {
  hikae_str kind; /* as the pack calls it: "support-measures", "hold" …; "consent"; "consent-abroad" (to being provided
                     to a third party abroad); "subject-class" */
  hikae_str value; /* of a consent: the purpose; of a class: its id, "<paper>/<class>" */
  hikae_str from;  /* the day; empty = today */
  hikae_str until; /* the day; empty = open */
} hikae_mark;

/* Puts these marks in the place of those a subject has: none takes them all away. The act is administering. Also
 * expects HIKAE_E_NOT_FOUND (no file has a record of the subject; no such class), HIKAE_E_ARGUMENT (a kind that the
 * pack does not know, not a day). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_subject_mark(hikae_session* s, const hikae_ask* ask, hikae_str subject,
                                                           const hikae_mark* marks, size_t count, hikae_error** err);

/* The marks of a subject: entries with id (the kind), detail (the value), from and until. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_subject_marks(hikae_session* s, const hikae_ask* ask, hikae_str subject,
                                                            hikae_list** out, hikae_error** err);

/* ----------------------------------------------------------------------------------------- Administering -- */

/* Their act is administering; the file of the ask may be empty. */

/* Ends another session, by its public id. Also expects HIKAE_E_NOT_FOUND. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_session_revoke(hikae_session* s, const hikae_ask* ask, hikae_str session,
                                                             hikae_error** err);

/* Gives an actor a password, where none is known any more or none was set. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_password_set(hikae_session* s, const hikae_ask* ask, hikae_str actor,
                                                           hikae_str fresh, hikae_error** err);

/* Changes an actor's own password: `opt` as for hikae_session_begin, with the present one. Expects HIKAE_E_SECRET (it
 * is wrong), HIKAE_E_REFUSED (the rules: too short, used before), HIKAE_E_LOCKED. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_password_change(hikae_keys* k, const hikae_session_options* opt,
                                                              hikae_str fresh, hikae_error** err);

/* Compares every record with the last entry about it in the access log: entries with id (the number of a subject, which
 * says nothing of the person), file, and titles (what is wrong). None: they agree. Opens nothing.
 * Expects HIKAE_E_LOCKED, HIKAE_E_BUSY, HIKAE_E_IO, HIKAE_E_TAMPERED (the log cannot be read). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_records_check(hikae_keys* k, hikae_list** out, hikae_error** err);

/* ------------------------------------------------------------------------------- Administering: the keys -- */

/* What is done to the keys of the office, by a session: a rule decides it as administering, the access log has it
 * before it is done, under the name given here, and hears when it came to nothing. The file of the ask may be empty but
 * for hikae_keys_rotate_subjects. Each also expects HIKAE_E_REFUSED, HIKAE_E_BUSY, HIKAE_E_IO. */

/* Another passphrase or key file for the same keys ("keys-lock"). It takes the place of the one of its kind. Expects
 * HIKAE_E_ARGUMENT as hikae_keys_make does. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_keys_add_lock(hikae_session* s, const hikae_ask* ask,
                                                            const hikae_secret* secret, hikae_error** err);

/* Shares of a secret that opens the keys ("keys-share"): one for each of `count` custodians, any `threshold` of whom
 * can open. `shares` are `count` buffers, which become yours; each holds its custodian's name. Shares given out before
 * stop working. On an error every buffer is empty, and the old shares work. Expects HIKAE_E_ARGUMENT (not 2 to `count`,
 * a name that is empty or twice). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_keys_share(hikae_session* s, const hikae_ask* ask, uint32_t threshold,
                                                         const hikae_str* custodians, size_t count,
                                                         hikae_buffer* shares, hikae_error** err);

/* A new master key ("keys-rotate-master"), locked by `secret` alone: other passphrases, key files and shares stop
 * working. All or nothing. Expects HIKAE_E_ARGUMENT as hikae_keys_make does. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_keys_rotate_master(hikae_session* s, const hikae_ask* ask,
                                                                 const hikae_secret* secret, hikae_error** err);

/* A new office key ("keys-rotate-office"): every key of a subject is wrapped again, and the old one is destroyed at the
 * end. Like the two below: other sessions may read and write meanwhile; what was stopped, or cut off, goes on when it
 * is called again; `progress` may be NULL; HIKAE_E_STOPPED: what is done stays done. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_keys_rotate_office(hikae_session* s, const hikae_ask* ask,
                                                                 hikae_vault_progress_fn progress, void* ctx,
                                                                 hikae_error** err);

/* A new index key ("keys-rotate-index"), and what records are found by, in every file, and the marks of subjects
 * written again under it. What is still under an older one is found by that; as long as an older one is not retired, no
 * other is made. Expects HIKAE_E_STOPPED. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_keys_rotate_index(hikae_session* s, const hikae_ask* ask,
                                                                hikae_vault_progress_fn progress, void* ctx,
                                                                hikae_error** err);

/* New keys for the subjects of ask->file ("keys-rotate-subjects"), under which every record of it is sealed again.
 * Expects HIKAE_E_ARGUMENT (no file), HIKAE_E_STOPPED. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_keys_rotate_subjects(hikae_session* s, const hikae_ask* ask,
                                                                   hikae_vault_progress_fn progress, void* ctx,
                                                                   hikae_error** err);

/* Destroys the older index keys ("keys-retire-index"). Expects HIKAE_E_ARGUMENT: something is still found by one of
 * them, and none is destroyed. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_keys_retire_index(hikae_session* s, const hikae_ask* ask,
                                                                hikae_error** err);

/* Makes a key of the kind "office" or "index" ENABLED, DISABLED or DESTROYED ("keys-state"). What a disabled key is
 * needed for is refused, until it is enabled again; a destroyed one never comes back. Expects HIKAE_E_NOT_FOUND (no
 * such version), HIKAE_E_ARGUMENT (PRIMARY, the primary key, one that is destroyed, or destroying one that something is
 * under). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_keys_set_state(hikae_session* s, const hikae_ask* ask, hikae_str kind,
                                                             uint32_t version, int32_t state, hikae_error** err);

/* Copies the key database ("keys-backup"), still locked, to a new file. Keep it apart from the records. Expects
 * HIKAE_E_EXISTS. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_keys_backup(hikae_session* s, const hikae_ask* ask, hikae_str file,
                                                          hikae_error** err);

/* The same, and the key that signs the log is changed: the new one is in the copy before it signs anything, so that the
 * copy can go on with the log until the key is changed again. A copy made before it cannot. When the copy fails, the
 * key stays. The entry that announces the new verifier key is in the log, under the old one. Expects HIKAE_E_EXISTS.
 * since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_keys_backup_with_log_key(hikae_session* s, const hikae_ask* ask,
                                                                       hikae_str file, hikae_error** err);

#ifdef __cplusplus
}
#endif

#endif /* HIKAE_VAULT_H_ */
