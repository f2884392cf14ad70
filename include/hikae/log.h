/*
 * The access log of hikae: who did what to which personal data, kept so that strangers can check it.
 *
 * Included by hikae/hikae.h; the conventions are those of hikae/base.h. What an entry says is in
 * docs/formats/log-entry.md, what a checkpoint shows and what it does not in docs/design/access-log.md.
 *
 *   A LOG is a directory: that of an office, the log/ in it, or a copy of either. It has PERIODS (fiscal years). The
 *   ENTRIES of a period are the leaves of a Merkle tree, whose head the office signs: a CHECKPOINT. Everything in the
 *   first six sections needs the directory alone: no key, no database. It writes nothing there (but hikae_log_attach),
 *   so a medium that cannot be written will do, and a damaged log is read as far as it goes.
 *
 *  a. Handles. _open, _verify and _entries give one.
 *  b. Threads. hikae_log may be shared; the others belong to one thread at a time. hikae_log_verify starts the threads
 *     it is asked for and ends them before it returns; nothing else starts any.
 *  c. Notes, keys, policies and proofs are texts as C2SP specifies them (signed-note, tlog-checkpoint, tlog-policy,
 *     tlog-proof, tlog-witness, tlog-tiles), so that other tools read them.
 *  d. Pseudonyms, hashes and sessions are lower-case hexadecimal digits.
 *  e. Days are text, as in hikae.h; civil days in Japan. A moment is a day and a time of it: 2021-05-20T09:30.
 *
 * From a directory to a verdict and its refusals (compiled and run by the test suite):
 *
 *     #include <hikae/log.h>
 *     #include <stdio.h>
 *
 *     static int fail(hikae_error *err) {
 *       hikae_str text = hikae_error_text(err, HIKAE_ENGLISH);
 *       fprintf(stderr, "%.*s\n", (int)text.len, text.ptr);
 *       hikae_error_free(err);
 *       return 2;
 *     }
 *
 *     int main(int argc, char **argv) {
 *       if (argc != 2 || hikae_abi() != HIKAE_ABI) return 2;
 *       hikae_log *log = NULL;
 *       hikae_log_verdict *verdict = NULL;
 *       hikae_log_entries *entries = NULL;
 *       hikae_error *err = NULL;
 *       hikae_log_judged judged = HIKAE_LOG_JUDGED_INIT;
 *       hikae_log_query query = HIKAE_LOG_QUERY_INIT;
 *       hikae_log_entry entry = HIKAE_LOG_ENTRY_INIT;
 *       if (hikae_log_open(hikae_cstr(argv[1]), &log, &err) < 0) return fail(err);
 *       if (hikae_log_verify(log, NULL, &verdict, &err) < 0) return fail(err);
 *       if (hikae_log_verdict_get(verdict, &judged, &err) < 0) return fail(err);
 *       printf("%s: %llu entries\n", judged.sound ? "sound" : "not sound", (unsigned long long)judged.entries);
 *       query.decision = HIKAE_LOG_REFUSED;
 *       if (hikae_log_entries_open(log, &query, &entries, &err) < 0) return fail(err);
 *       uint64_t count = 0;
 *       while (hikae_log_entries_next(entries, 1000, &count, &err) == HIKAE_OK) {
 *         for (uint64_t i = 0; i < count && hikae_log_entries_get(entries, i, &entry, &err) == HIKAE_OK; ++i) {
 *           printf("refused: entry %llu\n", (unsigned long long)entry.index);
 *         }
 *       }
 *       if (err != NULL) return fail(err);
 *       hikae_log_entries_free(entries);
 *       hikae_log_verdict_free(verdict);
 *       hikae_log_close(log);
 *     }
 */
#ifndef HIKAE_LOG_H_
#define HIKAE_LOG_H_

#include "hikae/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------------------------------- Values -- */

typedef struct hikae_log hikae_log;                 /* freed by hikae_log_close */
typedef struct hikae_log_verdict hikae_log_verdict; /* freed by hikae_log_verdict_free */
typedef struct hikae_log_entries hikae_log_entries; /* freed by hikae_log_entries_free */

/* Told now and then how much of the work is done, in entries. Non-zero stops the call. since 0.1 */
typedef int (*hikae_log_progress_fn)(void* ctx, uint64_t done, uint64_t total);

/* Gets the next bytes of a text, in order. Non-zero stops the call; the bytes live until it returns. since 0.1 */
typedef int (*hikae_log_write_fn)(void* ctx, const uint8_t* bytes, size_t len);

/* Values that are stored; never renumbered. Zero is never one of them. */
enum { HIKAE_LOG_ALLOWED = 1, HIKAE_LOG_REFUSED = 2, HIKAE_LOG_NOT_JUDGED = 3 }; /* decisions */
enum { HIKAE_LOG_DONE = 1, HIKAE_LOG_NOT_DONE = 2, HIKAE_LOG_UNKNOWN = 3 };      /* outcomes */

/* --------------------------------------------------------------------------------------------- Directories -- */

/* Opens the log in the directory `path`. *out is NULL unless HIKAE_OK. Reads no entry yet; every call on the handle
 * reads what is there then.
 * Expects HIKAE_E_NOT_FOUND (no such directory, or no period in it), HIKAE_E_VERSION (made by a newer hikae),
 * HIKAE_E_IO (not a directory, not readable). A damaged log opens. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_log_open(hikae_str path, hikae_log** out, hikae_error** err);

/* NULL is allowed. since 0.1 */
HIKAE_API void hikae_log_close(hikae_log* l);

/* The periods, oldest first: entries with id (its name) and detail (its origin, the name of its log in checkpoints).
 * Expects HIKAE_E_TAMPERED (two offices mixed, a segment without a header). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_log_periods(const hikae_log* l, hikae_list** out, hikae_error** err);

/* -------------------------------------------------------------------------------------------- Verification -- */

typedef struct hikae_log_verify_options {
  size_t struct_size;
  uint32_t threads;      /* that hash and check signatures, at most 64; 0 = 1, the caller's own */
  uint32_t reserved;     /* zero */
  hikae_str period;      /* only this one; empty = all, and the chain between them */
  const hikae_str* keys; /* verifier keys of the log that are known from outside */
  size_t key_count;
  const hikae_str* anchors; /* checkpoints that were seen outside the machine */
  size_t anchor_count;
  hikae_str policy; /* a tlog-policy: its logs are keys as above, its quorum of witnesses must have cosigned */
  hikae_log_progress_fn progress; /* may be NULL */
  void* progress_ctx;
} hikae_log_verify_options;
#define HIKAE_LOG_VERIFY_OPTIONS_INIT \
  { sizeof(hikae_log_verify_options), 0, 0, {NULL, 0}, NULL, 0, NULL, 0, {NULL, 0}, NULL, NULL }

/* Hashes every entry again and compares everything with everything: entries with checkpoints, checkpoints with keys,
 * keys with each other, periods with each other, and all with anchors and witnesses where they are given. Damage and
 * tampering are findings of the verdict, never errors of the call. `opt` may be NULL. *out is NULL unless HIKAE_OK.
 * Expects HIKAE_E_ARGUMENT (not a key, not a checkpoint, not a policy, an anchor of another log), HIKAE_E_NOT_FOUND (no
 * such period), HIKAE_E_VERSION, HIKAE_E_IO, HIKAE_E_STOPPED. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_log_verify(const hikae_log* l, const hikae_log_verify_options* opt,
                                                         hikae_log_verdict** out, hikae_error** err);

/* The verdict in one glance. since 0.1 */
typedef struct hikae_log_judged {
  size_t struct_size;
  int32_t sound;              /* 1: nothing was found */
  int32_t key_trusted;        /* 1: a key known from outside signed a checkpoint that was found good */
  uint64_t period_count;      /* for hikae_log_verdict_period */
  uint64_t finding_count;     /* for hikae_log_verdict_finding */
  uint64_t unlisted_findings; /* beyond those */
  uint64_t entries;           /* hashed, in all */
} hikae_log_judged;
#define HIKAE_LOG_JUDGED_INIT \
  { sizeof(hikae_log_judged), 0, 0, 0, 0, 0, 0 }

/* Fills *out. Expects nothing but HIKAE_OK. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_log_verdict_get(const hikae_log_verdict* v, hikae_log_judged* out,
                                                              hikae_error** err);

/* How far one period was checked. Views belong to the verdict. since 0.1 */
typedef struct hikae_log_period {
  size_t struct_size;
  hikae_str name;
  hikae_str origin;
  hikae_str root;           /* of all entries hashed */
  uint64_t entries;         /* hashed */
  uint64_t details;         /* sealed details compared with their hashes */
  uint64_t checkpoints;     /* recomputed, their signatures valid */
  uint64_t cosignatures;    /* of witnesses, valid */
  uint64_t keys;            /* of the log, in turn */
  uint64_t signed_until;    /* entries before this index are covered by a signature of the log, … */
  uint64_t witnessed_until; /* … by as many witnesses as asked, … */
  uint64_t anchored_until;  /* … by a checkpoint seen outside */
  uint64_t losses;          /* entries that tell of a possible loss */
  int32_t dropped;          /* 1: only its last checkpoint is left */
  int32_t reserved;         /* zero */
} hikae_log_period;
#define HIKAE_LOG_PERIOD_INIT \
  { sizeof(hikae_log_period), {NULL, 0}, {NULL, 0}, {NULL, 0}, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }

/* Fills *out with period `i`, oldest first; HIKAE_END past the last (then *out is zeros). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_log_verdict_period(const hikae_log_verdict* v, uint64_t i,
                                                                 hikae_log_period* out, hikae_error** err);

/* What a finding is about; never renumbered. since 0.1 */
enum {
  HIKAE_LOG_FAULT_ENTRY = 1,      /* an entry cannot be read, or is none */
  HIKAE_LOG_FAULT_DETAIL = 2,     /* the detail beside an entry is not the one it names */
  HIKAE_LOG_FAULT_ROOT = 3,       /* the entries do not give the root that was signed */
  HIKAE_LOG_FAULT_CHECKPOINT = 4, /* a checkpoint cannot be read, is of another log, or out of order */
  HIKAE_LOG_FAULT_SIGNATURE = 5,  /* not signed by the key in force, or a signature is not valid */
  HIKAE_LOG_FAULT_KEY = 6,        /* the chain of keys is broken, or none known from outside is part of it */
  HIKAE_LOG_FAULT_PERIOD = 7,     /* the chain of periods is broken */
  HIKAE_LOG_FAULT_MISSING = 8,    /* a signed checkpoint tells of more entries than there are */
  HIKAE_LOG_FAULT_FORK = 9,       /* a signed checkpoint is of another history */
  HIKAE_LOG_FAULT_WITNESS = 10    /* the witnesses asked for did not sign */
};

/* Something that is wrong, among the entries `first` to `last` of a period. Views belong to the verdict. since 0.1 */
typedef struct hikae_log_finding {
  size_t struct_size;
  int32_t fault;    /* HIKAE_LOG_FAULT_… */
  int32_t reserved; /* zero */
  uint64_t first;   /* equal to last when the entry is named exactly */
  uint64_t last;
  hikae_str period;
  hikae_str text_ja;
  hikae_str text_en;
} hikae_log_finding;
#define HIKAE_LOG_FINDING_INIT                                               \
  {                                                                          \
    sizeof(hikae_log_finding), 0, 0, 0, 0, {NULL, 0}, {NULL, 0}, { NULL, 0 } \
  }

/* Fills *out with finding `i`, the one with the first bad entry first; HIKAE_END past the last (then *out is zeros).
 * since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_log_verdict_finding(const hikae_log_verdict* v, uint64_t i,
                                                                  hikae_log_finding* out, hikae_error** err);

enum {
  HIKAE_LOG_CHECKED = 1,          /* what was checked, in numbers */
  HIKAE_LOG_NOT_CHECKED = 2,      /* what was not, and why */
  HIKAE_LOG_ONLY_FROM_OUTSIDE = 3 /* what no check of this directory can tell, and from which entry on */
};

/* Lines for people about the verdict, of one of these kinds: entries with titles. A verdict shown without all three
 * promises more than it holds. Expects HIKAE_E_ARGUMENT (no such kind). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_log_verdict_lines(const hikae_log_verdict* v, int32_t kind,
                                                                hikae_list** out, hikae_error** err);

/* NULL is allowed. since 0.1 */
HIKAE_API void hikae_log_verdict_free(hikae_log_verdict* v);

/* ------------------------------------------------------------------------------------------------- Entries -- */

enum {
  HIKAE_LOG_WITH_DETAILS = 1u, /* give the sealed bytes beside the entries too */
  HIKAE_LOG_WITH_NAMES = 2u,   /* give the ids behind pseudonyms, as far as the office's keys still know them */
  HIKAE_LOG_OPENED = 4u        /* give the details in plain, as far as the office's keys still open them */
};

/* What entries are wanted: all conditions must hold; what is zero or empty asks for nothing. */
typedef struct hikae_log_query {
  size_t struct_size;
  uint32_t flags;   /* HIKAE_LOG_WITH_DETAILS … */
  int32_t decision; /* HIKAE_LOG_ALLOWED … */
  hikae_str period; /* only this one */
  hikae_str since;  /* a day or a moment: entries of then and later … */
  hikae_str until;  /* … and of this day, or this minute, and earlier; by what the entries say, which may go back */
  const hikae_str* types; /* one of these, by name in either language ("read", "閲覧") or number ("0x0201") */
  size_t type_count;
  hikae_str actor;                /* what the pseudonym begins with: an even number of hexadecimal digits, at least 8 */
  hikae_str subject;              /* the same */
  hikae_str actor_id;             /* the id itself, as the host knows it */
  hikae_str subject_id;           /* the same */
  hikae_str handling;             /* its id */
  uint64_t first;                 /* only entries of this index of their period and later … */
  uint64_t end;                   /* … and before this one; 0 = no end */
  uint64_t last;                  /* only so many, the newest of those that are wanted; 0 = all */
  hikae_log_progress_fn progress; /* entries looked at; may be NULL. Called by the calls on the cursor */
  void* progress_ctx;             /* must live as long as the cursor */
} hikae_log_query;
#define HIKAE_LOG_QUERY_INIT                                                                                  \
  {                                                                                                           \
    sizeof(hikae_log_query), 0, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, NULL, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, \
        {NULL, 0}, {NULL, 0}, 0, 0, 0, NULL, NULL                                                             \
  }

/* Makes a cursor over the wanted entries, oldest first. `query` may be NULL: all. *out is NULL unless HIKAE_OK.
 * Memory does not grow with the log. Entries that are appended while one reads may be missing.
 * Names, plain details and ids need the keys of the office whose directory was opened; what was erased has neither. An
 * id that the keys do not know finds nothing. Expects HIKAE_E_ARGUMENT (not a day, no such type, not a pseudonym),
 * HIKAE_E_NOT_FOUND (no such period; no keys, where they are needed), HIKAE_E_TAMPERED (two offices mixed), HIKAE_E_IO.
 * since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_log_entries_open(const hikae_log* l, const hikae_log_query* query,
                                                               hikae_log_entries** out, hikae_error** err);

/* Goes to the next batch: sets *count to how many entries it has, 1 to `most`; HIKAE_END, and 0, past the last. The
 * batch before is gone, with its views. `most` is 1 to 65,536; a batch may be smaller, so that it takes a few MiB at
 * most. Expects HIKAE_E_TAMPERED where the log cannot be read on (what comes before was given), HIKAE_E_STOPPED,
 * HIKAE_E_IO. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_log_entries_next(hikae_log_entries* e, uint64_t most, uint64_t* count,
                                                               hikae_error** err);

enum { /* what an entry has, where zero could be meant */
       HIKAE_LOG_HAS_COUNT = 1u,
       HIKAE_LOG_HAS_INTENT = 2u,
       HIKAE_LOG_HAS_KEY_VERSION = 4u,
       HIKAE_LOG_HAS_LOSS = 8u,
       HIKAE_LOG_HAS_RANGE_END = 16u
};

/* One entry. Fields that it has not are empty or zero. Views live until the next batch. since 0.1 */
typedef struct hikae_log_entry {
  size_t struct_size;
  uint64_t index;   /* in its period */
  int64_t time;     /* microseconds since 1970, UTC, as the writer said */
  uint32_t type;    /* as stored, 0x0201 */
  uint32_t has;     /* HIKAE_LOG_HAS_… */
  int32_t decision; /* HIKAE_LOG_ALLOWED … HIKAE_LOG_NOT_JUDGED, or 0 */
  int32_t outcome;  /* HIKAE_LOG_DONE … HIKAE_LOG_UNKNOWN, or 0 */
  int32_t foreign;  /* 1: of another version of the format; only index, period and leaf are filled */
  uint32_t key_version;
  hikae_str period;
  hikae_str type_ja; /* 閲覧; a number where this release has no name for it */
  hikae_str type_en; /* read */
  hikae_str actor;   /* pseudonyms, 32 digits */
  hikae_str subject;
  hikae_str record;
  hikae_str handling;
  hikae_str ground;
  hikae_str file;
  hikae_str thing;
  hikae_str digest;
  hikae_str detail; /* SHA-256 of the sealed detail */
  hikae_str origin;
  hikae_str previous; /* a checkpoint of the period before */
  hikae_str key;      /* a verifier key */
  hikae_str session;
  const hikae_str* items;
  size_t item_count;
  const hikae_str* rules;
  size_t rule_count;
  uint64_t count;
  uint64_t intent;
  uint64_t range_end;
  uint32_t loss_ms;
  uint32_t loss_records;
  const uint8_t* leaf; /* the entry itself, byte for byte: what is hashed */
  size_t leaf_len;
  const uint8_t* sealed; /* the detail as it is kept, where it was asked for */
  size_t sealed_len;
  uint64_t detail_bytes; /* of it, asked for or not */
  hikae_str actor_id;    /* where names were asked for */
  hikae_str subject_id;
  hikae_str plain; /* the detail, JSON, where it was asked for */
} hikae_log_entry;
#define HIKAE_LOG_ENTRY_INIT                                                                                           \
  {                                                                                                                    \
    sizeof(hikae_log_entry), 0, 0, 0, 0, 0, 0, 0, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, \
        {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0},  \
        NULL, 0, NULL, 0, 0, 0, 0, 0, 0, NULL, 0, NULL, 0, 0, {NULL, 0}, {NULL, 0}, {                                  \
      NULL, 0                                                                                                          \
    }                                                                                                                  \
  }

/* Fills *out with entry `i` of the batch; HIKAE_END past its last (then *out is zeros). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_log_entries_get(const hikae_log_entries* e, uint64_t i,
                                                              hikae_log_entry* out, hikae_error** err);

/* NULL is allowed. since 0.1 */
HIKAE_API void hikae_log_entries_free(hikae_log_entries* e);

/* Ways to write entries out; never renumbered. since 0.1 */
enum {
  HIKAE_LOG_TABLE = 0, /* for a monospaced screen: columns aligned, wide characters counted twice */
  HIKAE_LOG_CSV = 1,   /* UTF-8 with a byte order mark; every field */
  HIKAE_LOG_JSON = 2   /* a list of objects, one a line; every field */
};

/* Writes the wanted entries out, oldest first, in pieces. Times are Japanese time. `query` may be NULL. `form` is
 * HIKAE_LOG_TABLE …, `language` HIKAE_ENGLISH or HIKAE_JAPANESE: headings, types and decisions; JSON has English keys
 * in both. Expects what hikae_log_entries_open and _next do. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_log_write(const hikae_log* l, const hikae_log_query* query, int32_t form,
                                                        int32_t language, hikae_log_write_fn fn, void* ctx,
                                                        hikae_error** err);

/* ---------------------------------------------------------------------------------- Checkpoints and proofs -- */

typedef struct hikae_log_proof_options {
  size_t struct_size;
  hikae_str period; /* empty = the current one */
  uint64_t size;    /* by the checkpoint of exactly so many entries, if it was kept; 0 = by the latest */
  hikae_str tiles;  /* a directory of tiles to make the proof from; empty = from the entries, in one pass over them */
  hikae_str policy; /* a tlog-policy that the checkpoint must meet; empty = the log's own keys must have signed */
  hikae_log_progress_fn progress; /* may be NULL */
  void* progress_ctx;
} hikae_log_proof_options;
#define HIKAE_LOG_PROOF_OPTIONS_INIT \
  { sizeof(hikae_log_proof_options), {NULL, 0}, 0, {NULL, 0}, {NULL, 0}, NULL, NULL }

/* Gives a checkpoint that was kept: a signed note, cosignatures below it. Of `opt`, period and size count; it may be
 * NULL. *out is empty unless HIKAE_OK. Nothing is verified.
 * Expects HIKAE_E_NOT_FOUND (no such period, none of that size), HIKAE_E_TAMPERED (not a checkpoint). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_log_checkpoint(const hikae_log* l, const hikae_log_proof_options* opt,
                                                             hikae_buffer* out, hikae_error** err);

/* What a checkpoint says. since 0.1 */
typedef struct hikae_log_head {
  size_t struct_size;
  hikae_str origin;         /* a view of the note that was given */
  uint64_t size;            /* in entries */
  uint64_t signature_count; /* the log's and the witnesses' */
  uint8_t root[32];
} hikae_log_head;
#define HIKAE_LOG_HEAD_INIT                        \
  {                                                \
    sizeof(hikae_log_head), {NULL, 0}, 0, 0, { 0 } \
  }

/* Reads a checkpoint, wherever it comes from, without verifying it. Expects HIKAE_E_ARGUMENT (it is none). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_log_head_read(hikae_str note, hikae_log_head* out, hikae_error** err);

/* The keys of a period in turn, as its entries say: entries with id (the verifier key) and detail (signs checkpoints
 * of more entries than this). Of `opt`, the period counts; it may be NULL. Who has the first one from elsewhere too
 * knows whose log it is. Expects HIKAE_E_NOT_FOUND, HIKAE_E_TAMPERED. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_log_keys(const hikae_log* l, const hikae_log_proof_options* opt,
                                                       hikae_list** out, hikae_error** err);

/* Proves that entry `index` is in the log: a tlog-proof with the checkpoint in it, and the entry's own bytes, which
 * whoever checks the proof needs too. `opt` and `leaf` may be NULL. Outs are empty unless HIKAE_OK.
 * Expects HIKAE_E_ARGUMENT (the checkpoint does not cover the entry), HIKAE_E_NOT_FOUND, HIKAE_E_TAMPERED (entries or
 * tiles do not give the checkpoint's root), HIKAE_E_STOPPED. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_log_prove(const hikae_log* l, uint64_t index,
                                                        const hikae_log_proof_options* opt, hikae_buffer* bundle,
                                                        hikae_buffer* leaf, hikae_error** err);

/* What a proof shows. since 0.1 */
typedef struct hikae_log_shown {
  size_t struct_size;
  uint64_t index;
  uint64_t size; /* of the log whose checkpoint the proof leads to */
  uint8_t root[32];
} hikae_log_shown;
#define HIKAE_LOG_SHOWN_INIT             \
  {                                      \
    sizeof(hikae_log_shown), 0, 0, { 0 } \
  }

/* Checks a proof with nothing but it, the entry's bytes and a policy: "log KEY" lines, "quorum none" or witnesses.
 * HIKAE_OK is the only answer that means yes. *signers, which may be NULL, becomes who vouches: entries with id, the
 * log (its origin) first, then the policy's witnesses that cosigned, with `from` the day and `detail` the seconds since
 * 1970 at which they say they saw it. Expects HIKAE_E_ARGUMENT (not a proof, not a policy, an entry beyond 65,535
 * bytes), HIKAE_E_TAMPERED (the proof or a signature does not hold), HIKAE_E_REFUSED (not signed by whom the policy
 * asks for). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_log_check_proof(hikae_str bundle, const uint8_t* leaf, size_t leaf_len,
                                                              hikae_str policy, hikae_log_shown* out,
                                                              hikae_list** signers, hikae_error** err);

/* Proves that the log of the checkpoint begins with the first `old_size` entries as they were: hashes in base64, one a
 * line; none when `old_size` is 0 or the whole. `opt` may be NULL. *out is empty unless HIKAE_OK. Expects what
 * hikae_log_prove does. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_log_prove_growth(const hikae_log* l, uint64_t old_size,
                                                               const hikae_log_proof_options* opt, hikae_buffer* out,
                                                               hikae_error** err);

/* Checks such a proof between two checkpoints. Signatures are not looked at. HIKAE_OK is the only answer that means
 * yes. Expects HIKAE_E_ARGUMENT (not a checkpoint, not a proof, another origin, `newer` is smaller), HIKAE_E_TAMPERED
 * (two histories). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_log_check_growth(hikae_str older, hikae_str newer, hikae_str proof,
                                                               hikae_error** err);

/* Publishes a period as tlog-tiles below `directory`, which must be absent, empty, or such an export; the checkpoint is
 * put last. `opt` may be NULL. Expects HIKAE_E_EXISTS (other files are there), HIKAE_E_TAMPERED, HIKAE_E_NOT_FOUND,
 * HIKAE_E_IO, HIKAE_E_STOPPED: then tiles may be there, and no checkpoint that they do not give. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_log_export(const hikae_log* l, hikae_str directory,
                                                         const hikae_log_proof_options* opt, hikae_error** err);

/* --------------------------------------------------------------------------------- Anchors and witnesses -- */

/* How the log stands to the checkpoint kept; never renumbered. since 0.1 */
enum {
  HIKAE_LOG_FIRST = 1,  /* nothing was kept before */
  HIKAE_LOG_SAME = 2,   /* nothing is new */
  HIKAE_LOG_GROWN = 3,  /* it extends what was kept */
  HIKAE_LOG_SHRUNK = 4, /* entries were cut off, or an old copy put back */
  HIKAE_LOG_FORKED = 5  /* another history */
};
typedef struct hikae_log_compared {
  size_t struct_size;
  int32_t stands;     /* HIKAE_LOG_FIRST …; up to HIKAE_LOG_GROWN is sound */
  int32_t reserved;   /* zero */
  uint64_t kept_size; /* of the checkpoint that was kept */
  uint64_t size;      /* of the log's latest */
} hikae_log_compared;
#define HIKAE_LOG_COMPARED_INIT \
  { sizeof(hikae_log_compared), 0, 0, 0, 0 }

/* Compares the checkpoint in `file`, kept outside the log's machine, with the log, and puts the log's latest one in its
 * place where that extends it, across periods too. A log that does not is HIKAE_OK with HIKAE_LOG_SHRUNK or
 * HIKAE_LOG_FORKED, and the file stays as it is. Of `opt`, policy and progress count; it may be NULL.
 * Expects HIKAE_E_ARGUMENT (another log's checkpoint, no checkpoint), HIKAE_E_NOT_FOUND (nothing signed yet; the period
 * of what was kept is gone), HIKAE_E_REFUSED (the policy), HIKAE_E_TAMPERED (the latest checkpoint is not what the
 * entries give, or not signed), HIKAE_E_BUSY, HIKAE_E_IO, HIKAE_E_STOPPED. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_log_anchor(const hikae_log* l, hikae_str file,
                                                         const hikae_log_proof_options* opt, hikae_log_compared* out,
                                                         hikae_error** err);

/* Makes a witness' key in a new file that only its owner may read, and gives the public verifier key for policies.
 * Whoever has the file is the witness. Expects HIKAE_E_ARGUMENT (not a name), HIKAE_E_EXISTS, HIKAE_E_IO. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_log_witness_key_new(hikae_str file, hikae_str name, hikae_buffer* out,
                                                                  hikae_error** err);

/* The public key that belongs to the file. Expects HIKAE_E_NOT_FOUND, HIKAE_E_SECRET (not such a key), HIKAE_E_IO.
 * since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_log_witness_key_read(hikae_str file, hikae_buffer* out,
                                                                   hikae_error** err);

/* Begins a witness' memory of one log, whose verifier key it knows, in a new file. Expects HIKAE_E_ARGUMENT (not a key
 * of a log), HIKAE_E_EXISTS, HIKAE_E_BUSY, HIKAE_E_IO. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_log_witness_new(hikae_str state, hikae_str log_key, hikae_error** err);

/* Makes what to send to a witness (a tlog-witness request): the latest checkpoint, or the one at which the log's key
 * changes next, with the proof from the size the witness remembers. That is found by `witness`, its verifier key, in
 * the cosignatures attached; or it is `old_size`, where `witness` is empty. *key_change, which may be NULL, becomes the
 * evidence of a change of keys where the witness must follow one first, and is empty else; *more, which may be NULL, 1
 * where another request will be needed afterwards. `opt` may be NULL. Outs are empty unless HIKAE_OK.
 * Expects HIKAE_E_NOT_FOUND (nothing signed yet), HIKAE_E_ARGUMENT (the log is smaller than old_size),
 * HIKAE_E_TAMPERED, HIKAE_E_STOPPED. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_log_witness_request(const hikae_log* l, hikae_str witness,
                                                                  uint64_t old_size, const hikae_log_proof_options* opt,
                                                                  hikae_buffer* request, hikae_buffer* key_change,
                                                                  int32_t* more, hikae_error** err);

/* What a witness answers; the numbers of tlog-witness. since 0.1 */
enum {
  HIKAE_LOG_COSIGNED = 200,
  HIKAE_LOG_UNTRUSTED = 403,   /* not signed by the log's key */
  HIKAE_LOG_UNKNOWN_LOG = 404, /* of another origin */
  HIKAE_LOG_CONFLICT = 409,    /* the witness remembers another size, or another root for this size */
  HIKAE_LOG_INCONSISTENT = 422 /* the log was rewritten */
};
typedef struct hikae_log_answer {
  size_t struct_size;
  int32_t answer;      /* HIKAE_LOG_COSIGNED … */
  int32_t reserved;    /* zero */
  uint64_t known_size; /* what the witness remembers, in entries */
} hikae_log_answer;
#define HIKAE_LOG_ANSWER_INIT \
  { sizeof(hikae_log_answer), 0, 0, 0 }

/* Cosigns a request's checkpoint when it extends the last one that this witness cosigned, and remembers it in `state`
 * before *note, the checkpoint with the cosignature, is given. A refusal is HIKAE_OK with its number, and *note is
 * empty. `seconds` since 1970 is the time to sign with; 0 = now, by the system's clock.
 * Expects HIKAE_E_ARGUMENT (not a request), HIKAE_E_NOT_FOUND (no such file), HIKAE_E_SECRET (not such a key),
 * HIKAE_E_TAMPERED (the state is not of this witness), HIKAE_E_BUSY, HIKAE_E_IO. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_log_witness_cosign(hikae_str state, hikae_str key_file, hikae_str request,
                                                                 uint64_t seconds, hikae_log_answer* out,
                                                                 hikae_buffer* note, hikae_error** err);

/* Follows a change of the log's key, by the evidence that hikae_log_witness_request gave. Expects HIKAE_E_TAMPERED or
 * HIKAE_E_REFUSED (the evidence does not show it; the state stays), and what hikae_log_witness_cosign does. since 0.1
 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_log_witness_follow(hikae_str state, hikae_str key_file,
                                                                 hikae_str key_change, hikae_error** err);

/* Keeps with the log what a witness answered: the note with its cosignature, or the lines alone that another's server
 * gave. `keys` are the witnesses' verifier keys. *added, which may be NULL, becomes how many cosignatures were new.
 * This alone writes into the log's directory: one file beside the checkpoints. Expects HIKAE_E_ARGUMENT (nothing of
 * these witnesses, or for no checkpoint of this log), HIKAE_E_TAMPERED (a bad signature, or a checkpoint that the
 * entries do not give), HIKAE_E_BUSY, HIKAE_E_IO. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_log_attach(const hikae_log* l, hikae_str answer, const hikae_str* keys,
                                                         size_t key_count, uint64_t* added, hikae_error** err);

/* ----------------------------------------------------------------------------- The log of an office in use -- */

typedef struct hikae_office hikae_office; /* of hikae/hikae.h */

/* Signs what is in the log now, and gives the checkpoint; the last one when nothing is new. An office in use signs by
 * itself too. *out is empty unless HIKAE_OK.
 * Expects HIKAE_E_NOT_FOUND (no log, or no keys), HIKAE_E_TAMPERED, HIKAE_E_BUSY, HIKAE_E_IO. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_office_log_sign(hikae_office* o, hikae_buffer* out, hikae_error** err);

/* Changes the key that signs: the log announces the next one, the old one vouches for that and is wiped. A change that
 * was cut off goes on. Nobody has the new key but keys.db as it is then: copies of before sign nothing any more, and
 * hikae_keys_backup is due; hikae_keys_backup_with_log_key does both, so that there is no time without a copy. *out
 * becomes the new verifier key. Expects the same. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_office_log_change_key(hikae_office* o, hikae_buffer* out,
                                                                    hikae_error** err);

/* Drops a period whose retention has ended: its entries are deleted for good, its last checkpoint stays in the period
 * after, and *out becomes the certificate that says what was dropped, when, by whom and on which ground; an entry tells
 * of it too. Expects HIKAE_E_ARGUMENT (the current period), HIKAE_E_NOT_FOUND (no such period), and the same.
 * since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_office_log_drop(hikae_office* o, hikae_str period, hikae_str by,
                                                              hikae_str ground, hikae_buffer* out, hikae_error** err);

/* What a reviewer of the log (アクセス記録の確認) states. */
typedef struct hikae_log_review {
  size_t struct_size;
  uint64_t first;          /* entries of this index and later … */
  uint64_t end;            /* … and before this one were looked at; 0 = all that are there now */
  hikae_str period;        /* empty = the current one */
  hikae_str reviewed_by;   /* an id of the staff, or a name */
  hikae_str on;            /* the day; empty = today */
  hikae_str findings;      /* what was found; whoever found nothing says so */
  hikae_str handling;      /* when the review was of one handling only */
  hikae_str signed_off_by; /* empty = not yet */
  hikae_str signed_off_on; /* the day */
  hikae_str document;      /* the report it rests on, such as a file's name */
  hikae_str corrects;      /* the row that this one corrects */
} hikae_log_review;
#define HIKAE_LOG_REVIEW_INIT                                                                                    \
  {                                                                                                              \
    sizeof(hikae_log_review), 0, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, \
        {NULL, 0}, {                                                                                             \
      NULL, 0                                                                                                    \
    }                                                                                                            \
  }

/* Records a review: a row of the ledger of reviews and an entry 'log reviewed', both or neither. Names stand in the
 * ledger and in the sealed detail, not in the entry. *row, which may be NULL, becomes the row's id.
 * Expects HIKAE_E_ARGUMENT (something is missing, a range that is not there, not a day), HIKAE_E_NOT_FOUND (no such
 * period, handling or row), HIKAE_E_EXISTS (that row was corrected already), HIKAE_E_BUSY, HIKAE_E_IO. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_office_log_review(hikae_office* o, const hikae_log_review* review,
                                                                hikae_buffer* row, hikae_error** err);

#ifdef __cplusplus
}
#endif

#endif /* HIKAE_LOG_H_ */
