/*
 * hikae: an office's handlings of personal data, declared, judged against its rules, and reported.
 *
 * This header is the whole C API and its manual; what is not in it is not promised.
 *
 *   An OFFICE is a directory: the registry of one implementing body. DECLARE documents into it, AUDIT it as of a day,
 *   walk the FINDINGS, write REPORTS. The rules come from a PACK, which is built in or a folder of yours.
 *
 * Conventions, true of every function unless its own comment says otherwise
 *
 *  1. Status. A function that can fail returns hikae_status: 0 is done, positive is a normal outcome (HIKAE_END),
 *     negative is an error; so `if (st < 0)` is always the right test. The last parameter is `hikae_error **err`; NULL
 *     is allowed. On an error *err becomes an object that says what, where and why: free it. Otherwise *err becomes
 * NULL. Any function may also return HIKAE_E_ARGUMENT for a NULL handle, a NULL out or text that is not UTF-8,
 *     HIKAE_E_MEMORY, and HIKAE_E_INTERNAL (a bug: please report it).
 *  2. Fail shut. Before anything else, every out parameter is set to empty, NULL or zero. After an error nothing old
 * can be read, and the office is exactly as it was before the call.
 *  3. Ownership. _open, _audit, _list and _lint give a handle: free it with the function named beside its type; NULL is
 *     allowed there. Views (hikae_str in results) belong to the handle they were read from and live as long as it does.
 *     A hikae_buffer is yours, freed with hikae_buffer_free. There is no other case; never call free() on anything.
 *     Handles may be freed in any order: findings keep the office that made them alive.
 *  4. Text is hikae_str: UTF-8, counted, not ended by NUL. {NULL, 0} is the empty text. What you pass is copied
 *     or used up before the call returns.
 *  5. Structs that may grow begin with struct_size. Start from the _INIT macro: it sets the size, and zero, which
 * always means the default. A size below the first release's is HIKAE_E_ARGUMENT. In options, non-zero bytes beyond
 * what the library knows are HIKAE_E_VERSION (you ask for something it cannot do); in results they are set to zero.
 *     hikae_str, hikae_document and hikae_buffer never grow.
 *  6. Callbacks get your ctx back, run on the thread that made the call, and stop it by returning non-zero: the call
 * then returns HIKAE_E_STOPPED. They must not throw, longjmp, or use a handle that the call was given.
 *  7. Threads. hikae_office may be shared: calls are put in order where they must be. hikae_findings, hikae_list,
 *     hikae_error and hikae_buffer belong to one thread at a time. The library has no global state, starts no threads,
 *     prints nothing, and reads neither environment nor locale.
 *  8. Days are text: YYYY-MM-DD, or as papers write them (令和3年5月20日); civil days in Japan. The empty text is
 * today, by the office's clock. Results always hold YYYY-MM-DD.
 *  9. Language. What an officer reads exists in Japanese and in English; what only a developer meets is English.
 * 10. Errors carry no personal data. Documents are named as you named them.
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

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define HIKAE_API __attribute__((visibility("default")))
#define HIKAE_MUST_CHECK __attribute__((warn_unused_result))
#else
#define HIKAE_API
#define HIKAE_MUST_CHECK
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------------------------------- Basics -- */

/* Rises only when a program compiled against an older header would break. Compare it with hikae_abi() at start-up. */
#define HIKAE_ABI 1u

typedef struct hikae_office hikae_office;     /* freed by hikae_office_close */
typedef struct hikae_findings hikae_findings; /* freed by hikae_findings_free */
typedef struct hikae_list hikae_list;         /* freed by hikae_list_free */
typedef struct hikae_error hikae_error;       /* freed by hikae_error_free */

typedef struct hikae_str {
  const char* ptr; /* may be NULL when len is 0 */
  size_t len;      /* in bytes */
} hikae_str;

/* Bytes that are yours until hikae_buffer_free. HIKAE_BUFFER_INIT makes an empty one, which may be freed too. */
typedef struct hikae_buffer {
  uint8_t* ptr;
  size_t len;
  size_t reserved; /* the library's own */
} hikae_buffer;
#define HIKAE_BUFFER_INIT \
  { NULL, 0, 0 }

typedef int64_t hikae_time;   /* microseconds since 1970-01-01, UTC */
typedef int32_t hikae_status; /* one of the next; codes are never renumbered and never reused */
enum {
  HIKAE_OK = 0,
  HIKAE_END = 1,          /* the cursor is past its last element */
  HIKAE_E_ARGUMENT = -1,  /* the input is wrong: text, type, name, range; the message says where */
  HIKAE_E_NOT_FOUND = -2, /* the named thing does not exist */
  HIKAE_E_EXISTS = -3,    /* it exists already */
  HIKAE_E_REFUSED = -4,   /* a rule refused */
  HIKAE_E_LOCKED = -5,    /* keys are not unlocked */
  HIKAE_E_SECRET = -6,    /* wrong passphrase or key */
  HIKAE_E_RULES = -7,     /* a pack does not load, or a rule cannot be evaluated */
  HIKAE_E_TAMPERED = -8,  /* stored data is not what was written */
  HIKAE_E_BUSY = -9,      /* another process holds the office */
  HIKAE_E_IO = -10,       /* the disk or the file system failed */
  HIKAE_E_MEMORY = -11,   /* out of memory */
  HIKAE_E_VERSION = -12,  /* made by, or asks for, a newer hikae than this one */
  HIKAE_E_STOPPED = -13,  /* a callback stopped the call */
  HIKAE_E_INTERNAL = -14  /* a bug in hikae */
};

/* Values that are stored or sent; never renumbered. Zero is never a result: it is what a struct holds after an error.
 */
enum { HIKAE_ENGLISH = 0, HIKAE_JAPANESE = 1 };
enum {
  HIKAE_FORMAT_TEXT = 0,
  HIKAE_FORMAT_HTML = 1,
  HIKAE_FORMAT_CSV = 2,
  HIKAE_FORMAT_JSON = 3,
  HIKAE_FORMAT_SARIF = 4
};
enum { HIKAE_MET = 1, HIKAE_VIOLATED = 2, HIKAE_NOT_SHOWN = 3, HIKAE_NOT_APPLICABLE = 4, HIKAE_EXCEPTED = 5 };
enum { HIKAE_BLOCK = 1, HIKAE_ERROR = 2, HIKAE_WARN = 3, HIKAE_INFO = 4 };
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

/* The HIKAE_ABI of the library in use: `assert(hikae_abi() == HIKAE_ABI)`. Cannot fail; any thread. since 0.1 */
HIKAE_API uint32_t hikae_abi(void);

/* The library's release, such as "0.1.0". Lives forever. Cannot fail; any thread. since 0.1 */
HIKAE_API hikae_str hikae_version(void);

/* The name of a code without its prefix: "not found" for HIKAE_E_NOT_FOUND, "unknown" for a number that is none. Lives
 * forever. Cannot fail; any thread. since 0.1 */
HIKAE_API hikae_str hikae_status_name(hikae_status status);

/* Frees the bytes, after wiping them, and makes *b empty, so that freeing twice is harmless. since 0.1 */
HIKAE_API void hikae_buffer_free(hikae_buffer* b);

/* ------------------------------------------------------------------------------------------------- Errors -- */

/* Why a call failed. Getters accept NULL and then answer HIKAE_OK, empty text or zeros. Views live until
 * hikae_error_free. An error belongs to nobody else: it outlives the handle of the call that failed. */

/* The same code that the call returned. since 0.1 */
HIKAE_API hikae_status hikae_error_status(const hikae_error* e);

/* One English line for a developer: what was wrong and what was expected, without the place. since 0.1 */
HIKAE_API hikae_str hikae_error_message(const hikae_error* e);

/* One line for a person, with the place before it: "paper.yaml:12:3: …". `language` is HIKAE_ENGLISH or HIKAE_JAPANESE;
 * any other number is English. since 0.1 */
HIKAE_API hikae_str hikae_error_text(const hikae_error* e, int32_t language);

/* Where in a document the error lies. since 0.1 */
typedef struct hikae_place {
  size_t struct_size;
  hikae_str file;  /* the document's name as it was given; empty when no document is at fault */
  uint32_t line;   /* from 1; 0 = unknown */
  uint32_t column; /* from 1, in code points; 0 = unknown */
} hikae_place;
#define HIKAE_PLACE_INIT \
  { sizeof(hikae_place), {NULL, 0}, 0, 0 }

/* Fills *out with the place of e. Expects HIKAE_E_ARGUMENT when out is NULL or too small. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_error_place(const hikae_error* e, hikae_place* out, hikae_error** err);

/* NULL is allowed. since 0.1 */
HIKAE_API void hikae_error_free(hikae_error* e);

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
} hikae_open_options;
#define HIKAE_OPEN_OPTIONS_INIT \
  { sizeof(hikae_open_options), 0, 0, {NULL, 0}, NULL, NULL }

/* Opens the office in the directory `path`, or makes it with HIKAE_OPEN_CREATE. *out is NULL unless HIKAE_OK.
 * Half-made offices do not happen: creation is finished or nothing is left. `opt` may be NULL.
 * Expects HIKAE_E_NOT_FOUND (no office there), HIKAE_E_EXISTS (create on one that is), HIKAE_E_IO (read-only or full
 * disk), HIKAE_E_BUSY, HIKAE_E_VERSION (made by a newer hikae), HIKAE_E_TAMPERED (damaged). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_office_open(hikae_str path, const hikae_open_options* opt,
                                                          hikae_office** out, hikae_error** err);

/* Lets go of the office; it is closed when the last handle made from it is freed too. NULL is allowed. since 0.1 */
HIKAE_API void hikae_office_close(hikae_office* o);

/* A document to declare. A name ending in .json is read as JSON, any other as YAML; findings cite it by this name. */
typedef struct hikae_document {
  hikae_str name;
  hikae_str text; /* the document itself, UTF-8 */
} hikae_document;

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
 * be NULL. Declaring the same again changes nothing. The form of a document is in docs/declaration.md.
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
  hikae_str pack;             /* a pack's id or folder; empty = the office's pack that is in force on that day */
  hikae_progress_fn progress; /* may be NULL */
  void* progress_ctx;
} hikae_audit_options;
#define HIKAE_AUDIT_OPTIONS_INIT \
  { sizeof(hikae_audit_options), 0, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, NULL, NULL }

/* Judges every rule in force on every thing it speaks of, as of one day. What the registry lacks is a finding, never an
 * error. The result is a snapshot: complete, in a stable order (handling, moment, rule, thing), untouched by later
 * declarations. `opt` may be NULL. Changes nothing in the office.
 * Expects HIKAE_E_ARGUMENT (not a day, no such moment), HIKAE_E_NOT_FOUND (no such handling or pack, no pack in force
 * on that day), HIKAE_E_RULES (the pack does not load), HIKAE_E_STOPPED (progress said so). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_office_audit(hikae_office* o, const hikae_audit_options* opt,
                                                           hikae_findings** out, hikae_error** err);

/* The outcome of one rule on one thing. Views belong to the findings. since 0.1 */
typedef struct hikae_finding {
  size_t struct_size;
  uint64_t index;          /* its number, from 0: for hikae_findings_evidence */
  int32_t outcome;         /* HIKAE_MET … HIKAE_EXCEPTED */
  int32_t severity;        /* of the rule: HIKAE_BLOCK … HIKAE_INFO */
  int32_t moment;          /* HIKAE_MOMENT_DESIGN … HIKAE_MOMENT_END */
  uint32_t evidence_count; /* how many hikae_findings_evidence gives */
  hikae_str rule;          /* the rule's id */
  hikae_str pack;          /* the id of the pack that holds the rule */
  hikae_str article;       /* the clause that the rule rests on, as the pack cites it */
  hikae_str confidence;    /* how sure the citation is */
  hikae_str title_ja;      /* what is wrong when the rule is violated, one line */
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

/* Fills *out with fact number `i` (from 0) of finding number `index`; HIKAE_END past the last fact. Does not move the
 * cursor. Expects HIKAE_E_NOT_FOUND when there is no finding of that number. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_findings_evidence(const hikae_findings* f, uint64_t index, uint64_t i,
                                                                hikae_evidence* out, hikae_error** err);

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

/* One element of a list. Which fields are filled is said by the function that made the list. since 0.1 */
typedef struct hikae_entry {
  size_t struct_size;
  hikae_str id;
  hikae_str title_ja;
  hikae_str title_en;
  hikae_str from;   /* YYYY-MM-DD */
  hikae_str until;  /* YYYY-MM-DD; empty = open */
  hikae_str detail; /* words, space between */
  hikae_str file;   /* a place, as in hikae_place */
  uint32_t line;
  uint32_t column;
  int32_t severity; /* HIKAE_ERROR or HIKAE_WARN, of a problem */
  int32_t reserved; /* zero */
} hikae_entry;
#define HIKAE_ENTRY_INIT \
  { sizeof(hikae_entry), {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, 0, 0, 0, 0 }

/* How many elements the list has; 0 for NULL. since 0.1 */
HIKAE_API uint64_t hikae_list_count(const hikae_list* l);

/* Fills *out with the next element: HIKAE_OK, or HIKAE_END past the last (then *out is zeros). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_list_next(hikae_list* l, hikae_entry* out, hikae_error** err);

/* NULL is allowed. since 0.1 */
HIKAE_API void hikae_list_free(hikae_list* l);

/* The reports there are: entries with `id` (the name), titles, and in `detail` the formats. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_reports_list(hikae_list** out, hikae_error** err);

/* The packs built in: entries with `id`, titles, `from` and `until`. Expects HIKAE_E_RULES. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_packs_list(hikae_list** out, hikae_error** err);

/* One pack, by id or folder, as a document: HIKAE_FORMAT_JSON holds its parameters and every rule with all its
 * annotations; HIKAE_FORMAT_TEXT is an overview for a person. *out is empty unless HIKAE_OK.
 * Expects HIKAE_E_NOT_FOUND, HIKAE_E_RULES (it does not load), HIKAE_E_ARGUMENT (another format). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_pack_show(hikae_str pack, int32_t format, int32_t language,
                                                        hikae_buffer* out, hikae_error** err);

/* Everything that is wrong with a pack, by id or folder, errors first: entries with titles (the message, without the
 * place), file, line, column and severity. An empty list is a sound pack. A problem in the pack is an entry, never an
 * error of the call. Expects HIKAE_E_NOT_FOUND (no such pack or folder), HIKAE_E_IO. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_pack_lint(hikae_str pack, hikae_list** out, hikae_error** err);

/* ------------------------------------------------------------------------------------------- Conveniences -- */

/* Text that ends with NUL as a view of it; NULL is the empty text. since 0.1 */
static inline hikae_str hikae_cstr(const char* text) {
  hikae_str s = {text, 0};
  if (text != NULL)
    while (text[s.len] != '\0') ++s.len;
  return s;
}

#ifdef __cplusplus
}
#endif

#endif /* HIKAE_HIKAE_H_ */
