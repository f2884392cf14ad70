/*
 * hikae: an office's handlings of personal data, declared, judged against its rules, and reported.
 *
 * This header, with the conventions in hikae/base.h, is the manual; what is not in them is not promised. The policy
 * engine by itself is in hikae/cedar.h, the access log in hikae/log.h, keys and records in hikae/vault.h.
 *
 *   An OFFICE is a directory: the registry of one implementing body. DECLARE documents into it, AUDIT it as of a day,
 *   walk the FINDINGS, write REPORTS. The rules come from PACKS, which are built in or folders of yours. An office may
 *   have several: laws that follow each other, or are laid over each other.
 *
 * Conventions: those of hikae/base.h (status, failing shut, ownership, text, growing structs, callbacks), and these
 *
 *  a. Handles. _open, _audit, _list and _lint give one. Findings keep the office that made them alive.
 *  b. Threads. hikae_office may be shared: calls are put in order where they must be. hikae_findings and hikae_list
 *     belong to one thread at a time.
 *  c. Days are text: YYYY-MM-DD, or as papers write them (令和3年5月20日); civil days in Japan. The empty text is
 *     today, by the office's clock. Results always hold YYYY-MM-DD.
 *  d. Language. What an officer reads exists in Japanese and in English; what only a developer meets is English.
 *
 * From papers to findings (compiled and run by the test suite; it takes the new office's directory, a day and up to 8
 * papers):
 *
 *     #include <hikae/hikae.h>
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
 *       if (argc < 4 || argc > 11 || hikae_abi() != HIKAE_ABI) return 2;
 *       hikae_open_options options = HIKAE_OPEN_OPTIONS_INIT;
 *       hikae_audit_options audit = HIKAE_AUDIT_OPTIONS_INIT;
 *       hikae_office *office = NULL;
 *       hikae_findings *findings = NULL;
 *       hikae_error *err = NULL;
 *       hikae_finding f = HIKAE_FINDING_INIT;
 *       hikae_str papers[8];
 *       for (int i = 3; i < argc; ++i) papers[i - 3] = hikae_cstr(argv[i]);
 *       options.flags = HIKAE_OPEN_CREATE;
 *       audit.as_of = hikae_cstr(argv[2]);
 *       if (hikae_office_open(hikae_cstr(argv[1]), &options, &office, &err) < 0) return fail(err);
 *       if (hikae_office_declare_files(office, papers, (size_t)argc - 3, NULL, &err) < 0) return fail(err);
 *       if (hikae_office_audit(office, &audit, &findings, &err) < 0) return fail(err);
 *       while (hikae_findings_next(findings, &f, &err) == HIKAE_OK)
 *         if (f.outcome == HIKAE_VIOLATED)
 *           printf("%.*s  %.*s\n", (int)f.rule.len, f.rule.ptr, (int)f.title_en.len, f.title_en.ptr);
 *       if (err != NULL) return fail(err);
 *       hikae_findings_free(findings);
 *       hikae_office_close(office);
 *     }
 */
#ifndef HIKAE_HIKAE_H_
#define HIKAE_HIKAE_H_

#include "hikae/base.h"
#include "hikae/log.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------------------------------- Values -- */

typedef struct hikae_office hikae_office;     /* freed by hikae_office_close */
typedef struct hikae_findings hikae_findings; /* freed by hikae_findings_free */

typedef int64_t hikae_time; /* microseconds since 1970-01-01, UTC */

/* Values that are stored or sent; never renumbered. Zero is never a result: it is what a struct holds after an error.
 */
enum {
  HIKAE_FORMAT_TEXT = 0,
  HIKAE_FORMAT_HTML = 1,
  HIKAE_FORMAT_CSV = 2,
  HIKAE_FORMAT_JSON = 3,
  HIKAE_FORMAT_SARIF = 4
};
enum { HIKAE_MET = 1, HIKAE_VIOLATED = 2, HIKAE_NOT_SHOWN = 3, HIKAE_NOT_APPLICABLE = 4, HIKAE_EXCEPTED = 5 };
/* The moment a rule is judged at. HIKAE_MOMENT_ANY asks for all of them. */
enum {
  HIKAE_MOMENT_ANY = 0,
  HIKAE_MOMENT_DESIGN = 1,
  HIKAE_MOMENT_CONTRACT = 2,
  HIKAE_MOMENT_RUN = 3,
  HIKAE_MOMENT_EVENT = 4,
  HIKAE_MOMENT_PERIODIC = 5,
  HIKAE_MOMENT_END = 6
};

/* Gets the next bytes of a document, in order. Non-zero stops the call; the bytes live until it returns. since 0.1 */
typedef int (*hikae_write_fn)(void* ctx, const uint8_t* bytes, size_t len);

/* Told now and then how far the work is; total may grow while the work is being found. Non-zero stops. since 0.1 */
typedef int (*hikae_progress_fn)(void* ctx, uint64_t done, uint64_t total);

/* ------------------------------------------------------------------------------------------------- Office -- */

enum {
  HIKAE_OPEN_CREATE = 1u,   /* make a new office; the directory must be absent or empty */
  HIKAE_OPEN_READ_ONLY = 2u /* declare is refused with HIKAE_E_IO; nothing on disk is changed */
};

typedef struct hikae_open_options {
  size_t struct_size;
  uint32_t flags;               /* HIKAE_OPEN_… */
  uint32_t busy_ms;             /* how long to wait while another process writes; 0 = 5,000 ms */
  hikae_str pack;               /* with CREATE: the office's pack, an id or a folder; empty = edogawa-2021 */
  hikae_time (*now)(void* ctx); /* the office's clock; NULL = the system's. Must be callable from any thread */
  void* now_ctx;                /* handed to now; must live as long as the office */
  /* Of the access log (hikae/log.h). */
  hikae_str actor;      /* who acts, such as an id of the staff, at most 4,096 bytes; it is written as a pseudonym, with
                           the id under the office's keys; empty = "unnamed" */
  hikae_str log_origin; /* where this call makes the log: its name for ever, such as hikae.example/江戸川, without
                           spaces and '+'; empty = a random one */
  uint32_t loss_ms;     /* bounded instead of strict: a crash may cost entries handed over within so many ms … */
  uint32_t loss_records; /* … and at most so many. Both or neither; 0 = strict: an entry is on the disk when its call
                            returns. What changes the registry is strict in either case */
  const hikae_str* more_packs; /* with CREATE: further packs, as by hikae_office_pack_add. since 0.2 */
  size_t more_pack_count;
} hikae_open_options;
#define HIKAE_OPEN_OPTIONS_INIT \
  { sizeof(hikae_open_options), 0, 0, {NULL, 0}, NULL, NULL, {NULL, 0}, {NULL, 0}, 0, 0, NULL, 0 }

/* Opens the office in the directory `path`, or makes it with HIKAE_OPEN_CREATE. *out is NULL unless HIKAE_OK.
 * Half-made offices do not happen: creation is finished or nothing is left. `opt` may be NULL.
 * Expects HIKAE_E_ARGUMENT (not an actor, not an origin, half a bound), HIKAE_E_NOT_FOUND (no office there),
 * HIKAE_E_EXISTS (create on one that is), HIKAE_E_IO (read-only or full disk), HIKAE_E_BUSY, HIKAE_E_VERSION (made by a
 * newer hikae), HIKAE_E_TAMPERED (damaged). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_office_open(hikae_str path, const hikae_open_options* opt,
                                                          hikae_office** out, hikae_error** err);

/* Lets go of the office; it is closed when the last handle made from it is freed too. NULL is allowed. since 0.1 */
HIKAE_API void hikae_office_close(hikae_office* o);

/* What a declaration changed, in entities. since 0.1 */
typedef struct hikae_declared {
  size_t struct_size;
  uint64_t added;
  uint64_t changed;   /* got a new version; the old one is kept as history */
  uint64_t unchanged; /* stated again with the same content */
} hikae_declared;
#define HIKAE_DECLARED_INIT \
  { sizeof(hikae_declared), 0, 0, 0 }

/* Declares `count` documents: all of them or, on any error, none. They may refer to each other in any order. `out` may
 * be NULL. Declaring the same again changes nothing. A document named *.json is
 * read as JSON, any other as YAML; findings cite it by its name. Its form is in docs/declaration.md.
 * Expects HIKAE_E_ARGUMENT with file, line, column, what was expected and the nearest known name; HIKAE_E_BUSY,
 * HIKAE_E_IO. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_office_declare(hikae_office* o, const hikae_document* documents,
                                                             size_t count, hikae_declared* out, hikae_error** err);

/* The same for files: reads each and declares it under the path as given, so a path relative to where you stand makes
 * findings that are the same on every machine. Also expects HIKAE_E_NOT_FOUND (no such file), HIKAE_E_IO (cannot be
 * read). A file larger than a document may be is refused without being read. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_office_declare_files(hikae_office* o, const hikae_str* paths,
                                                                   size_t count, hikae_declared* out,
                                                                   hikae_error** err);

/* The handlings that are declared as of a day, ordered by id: entries with `id`. Expects HIKAE_E_ARGUMENT (not a
 * day). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_office_handlings(hikae_office* o, hikae_str as_of, hikae_list** out,
                                                               hikae_error** err);

/* -------------------------------------------------------------------------------------- Packs of an office -- */

/* The packs of the office, in its order: entries with `id`, titles, `from`, `until`, and in `detail` the digest of the
 * pack's files. since 0.2 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_office_packs_list(hikae_office* o, hikae_list** out, hikae_error** err);

/* Adds a pack, by id or folder (then the office keeps a copy). From then on documents may say what the pack has words
 * for, and it judges in its time. The change stands in the access log before it is made. Every process that has the
 * office open goes by it from its next call on.
 * Expects HIKAE_E_EXISTS (the office has it), HIKAE_E_NOT_FOUND (no such pack), HIKAE_E_RULES (it does not load, or
 * does not go together with the others: one name or rule id meaning two things, two laid over the same pack, two that
 * would decide on the acts of the same day), HIKAE_E_IO (read-only, or disk), HIKAE_E_BUSY. since 0.2 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_office_pack_add(hikae_office* o, hikae_str pack, hikae_error** err);

/* Takes a pack out again. Expects HIKAE_E_NOT_FOUND (the office does not have it), HIKAE_E_EXISTS (rows, of whatever
 * version, say what only this pack has words for: which, and how many), HIKAE_E_ARGUMENT (it is the last one),
 * HIKAE_E_IO, HIKAE_E_BUSY. since 0.2 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_office_pack_remove(hikae_office* o, hikae_str id, hikae_error** err);

/* ------------------------------------------------------------------------------------------------ Ledgers -- */

/* Rows of LEDGERS, such as rosters, trainings, approvals: types of the pack that are marked @ledger. A row is never
 * changed: a correction is a new row, which names the old one and says why. Docs: docs/ledgers.md. */

/* The ledgers of the office: entries with `id` (the type's name) and titles. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_ledgers_list(hikae_office* o, hikae_list** out, hikae_error** err);

enum {
  HIKAE_LEDGER_ONCE = 1u /* HIKAE_E_EXISTS where rows of this name and text were taken in before */
};

typedef struct hikae_ledger_options {
  size_t struct_size;
  uint32_t flags;    /* HIKAE_LEDGER_…; of a correction: none */
  uint32_t reserved; /* zero */
  hikae_str type;    /* the ledger, by its name in the schema, or in Japanese or English */
  hikae_str owner;   /* what all the rows belong to, such as a contract's id; empty = each row says it, or the type has
                        none. Of a correction: empty */
  hikae_str by;      /* who says it; empty = the office's actor */
  hikae_str valid_from; /* from when it holds; empty = the day a row is about, at the latest today; of a correction, as
                           the row it corrects */
} hikae_ledger_options;
#define HIKAE_LEDGER_OPTIONS_INIT                                                    \
  {                                                                                  \
    sizeof(hikae_ledger_options), 0, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, { NULL, 0 } \
  }

/* Appends rows, all of them or, on any error, none. `rows` is JSON, one map or a list of maps of attributes; or, where
 * its name ends in .csv, a table, whose first record names the columns. Attributes and members of enumerations go by
 * their names in the schema or by what people call them ("direction" or 受渡しの向き, "lent" or 貸与). A day is a day:
 * a time of day is taken where the schema says so. The document is kept as evidence. `out`, which may be NULL, gets
 * entries with `id`: of each row, its own below the owner's, or the next number there. Expects HIKAE_E_ARGUMENT;
 * hikae_error_problems then gives what is wrong, row by row. Also HIKAE_E_EXISTS, HIKAE_E_BUSY, HIKAE_E_IO. since 0.1
 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_ledger_append(hikae_office* o, const hikae_ledger_options* opt,
                                                            const hikae_document* rows, hikae_list** out,
                                                            hikae_error** err);

/* The same for a file, under the path as given. Also expects HIKAE_E_NOT_FOUND (no such file). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_ledger_import(hikae_office* o, const hikae_ledger_options* opt,
                                                            hikae_str path, hikae_list** out, hikae_error** err);

/* Corrects the row `id`, for a reason, by a new row with what `changes` says and, for the rest, what the old one says;
 * null, or an empty cell, takes an attribute away. `out`, which may be NULL, gets the new row's id. Expects
 * HIKAE_E_NOT_FOUND (no such row), HIKAE_E_ARGUMENT (no reason; it is corrected already, and which row is the newest;
 * nothing is changed; a value is wrong). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_ledger_correct(hikae_office* o, const hikae_ledger_options* opt,
                                                             hikae_str id, hikae_str reason,
                                                             const hikae_document* changes, hikae_buffer* out,
                                                             hikae_error** err);

enum { HIKAE_LEDGER_ALL = 1u /* rows that were corrected too */ };

typedef struct hikae_ledger_query {
  size_t struct_size;
  uint32_t flags;   /* HIKAE_LEDGER_ALL */
  int32_t format;   /* HIKAE_FORMAT_TEXT, _HTML, _CSV or _JSON */
  int32_t language; /* of the columns' names; JSON has the schema's in either */
  int32_t reserved; /* zero */
  hikae_str type;
  hikae_str owner; /* empty = all */
  hikae_str from;  /* days that rows are about, both included; empty = open */
  hikae_str until;
} hikae_ledger_query;
#define HIKAE_LEDGER_QUERY_INIT                                                          \
  {                                                                                      \
    sizeof(hikae_ledger_query), 0, 0, 0, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, { NULL, 0 } \
  }

/* The rows of a ledger that count, by day: as a table, a sheet to print, or in JSON with each row's values, source, and
 * the rows that correct and confirm it. Expects HIKAE_E_ARGUMENT (no such ledger or owner, not a day, another format).
 * since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_ledger_list(hikae_office* o, const hikae_ledger_query* query,
                                                          hikae_buffer* out, hikae_error** err);

/* What an error stands for where rows were looked at one by one, by line and column, at most 20: entries with titles
 * (the message, without the place), file, line, column. An empty list for any other error, and for NULL. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_error_problems(const hikae_error* e, hikae_list** out, hikae_error** err);

/* -------------------------------------------------------------------------------------------------- Audit -- */

enum {
  HIKAE_AUDIT_APPLICABLE_ONLY = 1u /* leave out findings that are not applicable; the summary still counts them */
};

typedef struct hikae_audit_options {
  size_t struct_size;
  uint32_t flags;             /* HIKAE_AUDIT_… */
  int32_t moment;             /* only rules of this HIKAE_MOMENT_…; 0 = all */
  hikae_str as_of;            /* the day, YYYY-MM-DD; empty = today */
  hikae_str handling;         /* only this handling's id; empty = all */
  hikae_str pack;             /* only this pack, by id or folder; empty = all of the office's that judge on that day */
  hikae_progress_fn progress; /* may be NULL */
  void* progress_ctx;
} hikae_audit_options;
#define HIKAE_AUDIT_OPTIONS_INIT \
  { sizeof(hikae_audit_options), 0, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, NULL, NULL }

/* Judges every rule in force on every thing it speaks of, as of one day. What the registry lacks is a finding, never an
 * error. The result is a snapshot: complete, in a stable order (handling, moment, pack, rule, thing), untouched by
 * later declarations. `opt` may be NULL. Changes nothing in the office. Of the office's packs those judge that are in
 * force on the day, and those that ended before it, by the rules they keep for what began in their time. A pack laid
 * over another judges together with it. Each finding says of which pack its rule is. Expects HIKAE_E_ARGUMENT (not a
 * day, no such moment), HIKAE_E_NOT_FOUND (no such handling or pack, no pack in force on that day), HIKAE_E_RULES (the
 * pack does not load), HIKAE_E_STOPPED (progress said so). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_office_audit(hikae_office* o, const hikae_audit_options* opt,
                                                           hikae_findings** out, hikae_error** err);

/* The outcome of one rule on one thing. Views belong to the findings. since 0.1 */
typedef struct hikae_finding {
  size_t struct_size;
  uint64_t index;       /* its number, from 0: for hikae_findings_evidence */
  int32_t outcome;      /* HIKAE_MET … HIKAE_EXCEPTED */
  int32_t severity;     /* of the rule: HIKAE_BLOCK … HIKAE_INFO */
  int32_t moment;       /* HIKAE_MOMENT_DESIGN … HIKAE_MOMENT_END */
  uint32_t reserved;    /* zero */
  hikae_str rule;       /* the rule's id */
  hikae_str pack;       /* the id of the pack that holds the rule */
  hikae_str article;    /* the clause that the rule rests on, as the pack cites it */
  hikae_str confidence; /* how sure the citation is */
  hikae_str title_ja;   /* what is wrong when the rule is violated, one line */
  hikae_str title_en;
  hikae_str remedy_ja;       /* what to do about it */
  hikae_str remedy_en;       /* may be empty */
  hikae_str handling;        /* the handling's id */
  hikae_str thing_type;      /* the thing judged: its type … */
  hikae_str thing_id;        /* … its id … */
  hikae_str thing_title;     /* … and what a person calls it */
  hikae_str note;            /* why it could not be shown, or the exception that covers it; mostly empty */
  const hikae_str* controls; /* ids of the controls that the rule checks */
  size_t control_count;
  const hikae_str* missing; /* what was asked for and not found, one text each */
  size_t missing_count;
} hikae_finding;
#define HIKAE_FINDING_INIT                                                                                             \
  {                                                                                                                    \
    sizeof(hikae_finding), 0, 0, 0, 0, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, \
        {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, NULL, 0, NULL, 0                             \
  }

/* Fills *out with the next finding: HIKAE_OK, or HIKAE_END past the last (then *out is zeros). A walk that ends
 * any other way returned an error: it cannot look complete by mistake. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_findings_next(hikae_findings* f, hikae_finding* out, hikae_error** err);

/* Puts the cursor before the first finding again. Expects nothing but HIKAE_OK. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_findings_rewind(hikae_findings* f, hikae_error** err);

/* One fact that an outcome rests on. since 0.1 */
typedef struct hikae_evidence {
  size_t struct_size;
  hikae_str entity;    /* Type::"id", or "context" for what the judgement was given, such as the day */
  hikae_str attribute; /* empty = the existence of the entity itself */
  hikae_str value;     /* as Cedar text; look at has_value before reading an empty one */
  hikae_str source;    /* "file:line" of the rows it was measured from, "; " between; or why there is none */
  int32_t has_value;   /* 0 = nothing is stated; source then holds the word for it, if the paper has one */
  int32_t reserved;    /* zero */
} hikae_evidence;
#define HIKAE_EVIDENCE_INIT \
  { sizeof(hikae_evidence), {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, 0, 0 }

/* Fills *out with fact number `i` (from 0) of finding number `index`; HIKAE_END past the last fact. They are looked up
 * when a finding is first asked for them, and kept. Does not move the cursor. Expects HIKAE_E_NOT_FOUND when there is
 * no finding of that number. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_findings_evidence(const hikae_findings* f, uint64_t index, uint64_t i,
                                                                hikae_evidence* out, hikae_error** err);

/* Finding number `index` (from 0) in words: the rule and its article, what it asks for, every fact it read with the
 * rows behind it, what was not found, and what would make it met. The same facts as hikae_findings_evidence gives, for
 * a person. Does not move the cursor. *out is empty unless HIKAE_OK.
 * Expects HIKAE_E_NOT_FOUND when there is no finding of that number. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_findings_explain(const hikae_findings* f, uint64_t index,
                                                               int32_t language, hikae_buffer* out, hikae_error** err);

/* Findings in figures. since 0.1 */
typedef struct hikae_summary {
  size_t struct_size;
  uint64_t count; /* findings that the cursor gives */
  uint64_t met;
  uint64_t violated;
  uint64_t not_shown;
  uint64_t not_applicable; /* also those left out by HIKAE_AUDIT_APPLICABLE_ONLY */
  uint64_t excepted;
  uint64_t blocking; /* violated with severity block or error: a program that gates on an audit stops when not 0 */
  hikae_str as_of;   /* the day that was judged */
} hikae_summary;
#define HIKAE_SUMMARY_INIT                                  \
  {                                                         \
    sizeof(hikae_summary), 0, 0, 0, 0, 0, 0, 0, { NULL, 0 } \
  }

/* Fills *out. Does not move the cursor. Expects nothing but HIKAE_OK. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_findings_summary(const hikae_findings* f, hikae_summary* out,
                                                               hikae_error** err);

/* Writes all findings as one document through `fn`: HIKAE_FORMAT_TEXT for a person, HIKAE_FORMAT_JSON, or
 * HIKAE_FORMAT_SARIF (2.1.0). The same findings give the same bytes. Does not move the cursor.
 * Expects HIKAE_E_ARGUMENT (another format), HIKAE_E_STOPPED. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_findings_render(const hikae_findings* f, int32_t format, int32_t language,
                                                              hikae_write_fn fn, void* ctx, hikae_error** err);

/* NULL is allowed. since 0.1 */
HIKAE_API void hikae_findings_free(hikae_findings* f);

/* ------------------------------------------------------------------------------------------------ Reports -- */

typedef struct hikae_report_options {
  size_t struct_size;
  int32_t format;     /* one of those that hikae_reports_list names for the report */
  int32_t language;   /* HIKAE_ENGLISH or HIKAE_JAPANESE; the papers' own headings stay Japanese */
  hikae_str name;     /* as hikae_reports_list gives it */
  hikae_str handling; /* the handling's id */
  hikae_str as_of;    /* the day; empty = today */
  hikae_str pack;     /* as for an audit */
} hikae_report_options;
#define HIKAE_REPORT_OPTIONS_INIT                                                    \
  {                                                                                  \
    sizeof(hikae_report_options), 0, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, { NULL, 0 } \
  }

/* Writes one report through `fn`. It carries pack ids and dates, the day and totals, and the same office and options
 * give the same bytes. Changes nothing in the office. fn is called only when the whole report could be made.
 * Expects HIKAE_E_NOT_FOUND (no such report, handling or pack), HIKAE_E_ARGUMENT (the report has no such format; not a
 * day), HIKAE_E_RULES, HIKAE_E_STOPPED. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_office_report(hikae_office* o, const hikae_report_options* opt,
                                                            hikae_write_fn fn, void* ctx, hikae_error** err);

/* ------------------------------------------------------------------------------------------ Lists and packs -- */

/* The reports there are: entries with `id` (the name), titles, and in `detail` the formats. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_reports_list(hikae_list** out, hikae_error** err);

/* The packs built in: entries with `id`, titles, `from` and `until`. Expects HIKAE_E_RULES. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_packs_list(hikae_list** out, hikae_error** err);

/* One pack, by id or folder, as a document: HIKAE_FORMAT_JSON holds its parameters and every rule with all its
 * annotations; HIKAE_FORMAT_TEXT is an overview for a person. *out is empty unless HIKAE_OK.
 * Expects HIKAE_E_NOT_FOUND, HIKAE_E_RULES (it does not load), HIKAE_E_ARGUMENT (another format). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_pack_show(hikae_str pack, int32_t format, int32_t language,
                                                        hikae_buffer* out, hikae_error** err);

/* How the controls of a pack, by id or folder, are kept: by which rules at which moment, by which acts of the gate, on
 * which ledgers, and which of the papers that the pack comes from promises them. HIKAE_FORMAT_TEXT, _CSV or _JSON
 * (docs/formats/coverage.md). `open` may be NULL; it gets how many promises (of a pack without papers: controls) no
 * rule holds against anything recorded. *out is empty and *open 0 unless HIKAE_OK.
 * Expects HIKAE_E_NOT_FOUND, HIKAE_E_RULES (it does not load), HIKAE_E_ARGUMENT (another format). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_pack_coverage(hikae_str pack, int32_t format, int32_t language,
                                                            hikae_buffer* out, uint64_t* open, hikae_error** err);

/* Everything that is wrong with a pack, by id or folder, errors first: entries with titles (the message, without the
 * place), file, line, column and severity. An empty list is a sound pack. A problem in the pack is an entry, never an
 * error of the call. Expects HIKAE_E_NOT_FOUND (no such pack or folder), HIKAE_E_IO. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_pack_lint(hikae_str pack, hikae_list** out, hikae_error** err);

#ifdef __cplusplus
}
#endif

#endif /* HIKAE_HIKAE_H_ */
