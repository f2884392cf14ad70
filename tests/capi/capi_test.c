/* The C API, from C11: what the header promises of every function, checked one promise at a time.
 * usage: capi_test DIRECTORY PAPER PAPER, where DIRECTORY is empty and the two papers are declared together. */
#include <hikae/hikae.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "check.h"

static const char* root;
static hikae_str papers[2];
static hikae_office* shared; /* an office with the paper declared, for tests that only read */

static const char* path_of(const char* name) {
  static char path[4096];
  snprintf(path, sizeof path, "%s/%s", root, name);
  return path;
}

/* The office asks from threads of its own too. */
static hikae_time fixed_now(void* ctx) {
  ++*(_Atomic int*)ctx;
  return 1621468800000000; /* 2021-05-20T00:00:00Z */
}
static _Atomic int clock_calls = 0;

static hikae_office* make_office(const char* name) {
  hikae_open_options options = HIKAE_OPEN_OPTIONS_INIT;
  hikae_office* office = NULL;
  hikae_error* err = NULL;
  options.flags = HIKAE_OPEN_CREATE;
  options.now = fixed_now;
  options.now_ctx = &clock_calls;
  if (hikae_office_open(str(path_of(name)), &options, &office, &err) < 0) {
    hikae_str text = hikae_error_text(err, HIKAE_ENGLISH);
    fprintf(stderr, "%s: cannot make an office: %.*s\n", current, (int)text.len, text.ptr);
    exit(1);
  }
  return office;
}

static void basics(void) {
  CHECK(hikae_abi() == HIKAE_ABI);
  CHECK(hikae_version().len >= 5);
  CHECK(is(hikae_status_name(HIKAE_OK), "ok"));
  for (hikae_status s = HIKAE_E_INTERNAL; s <= HIKAE_END; ++s) CHECK(!is(hikae_status_name(s), "unknown"));
  CHECK(is(hikae_status_name(2), "unknown") && is(hikae_status_name(-15), "unknown"));
  CHECK(hikae_cstr(NULL).len == 0 && hikae_cstr("外字").len == 6);
}

/* Every INIT macro is the size and zeros: static objects, so that padding is zero too. */
static void init_macros(void) {
  static const hikae_place place = HIKAE_PLACE_INIT;
  static const hikae_open_options open_options = HIKAE_OPEN_OPTIONS_INIT;
  static const hikae_declared declared = HIKAE_DECLARED_INIT;
  static const hikae_audit_options audit_options = HIKAE_AUDIT_OPTIONS_INIT;
  static const hikae_finding finding = HIKAE_FINDING_INIT;
  static const hikae_evidence evidence = HIKAE_EVIDENCE_INIT;
  static const hikae_summary summary = HIKAE_SUMMARY_INIT;
  static const hikae_report_options report_options = HIKAE_REPORT_OPTIONS_INIT;
  static const hikae_entry entry = HIKAE_ENTRY_INIT;
  static const hikae_buffer buffer = HIKAE_BUFFER_INIT;
  INIT_IS_ZERO(place);
  INIT_IS_ZERO(open_options);
  INIT_IS_ZERO(declared);
  INIT_IS_ZERO(audit_options);
  INIT_IS_ZERO(finding);
  INIT_IS_ZERO(evidence);
  INIT_IS_ZERO(summary);
  INIT_IS_ZERO(report_options);
  INIT_IS_ZERO(entry);
  CHECK(is_zero(&buffer, sizeof buffer));
}

static int write_all(void* ctx, const uint8_t* bytes, size_t len) {
  hikae_buffer* total = ctx;
  uint8_t* grown = realloc(total->ptr, total->len + len);
  if (grown == NULL) return 1;
  memcpy(grown + total->len, bytes, len);
  total->ptr = grown;
  total->len += len;
  return 0;
}
static int write_none(void* ctx, const uint8_t* bytes, size_t len) {
  (void)bytes, (void)len;
  ++*(int*)ctx;
  return 7;
}

/* Each function, called without what it needs: an error, and every out emptied although it held something. */
static void missing_arguments(void) {
  hikae_error* err = NULL;
  hikae_office* office = (hikae_office*)sentinel;
  hikae_findings* findings = (hikae_findings*)sentinel;
  hikae_list* list = (hikae_list*)sentinel;
  hikae_buffer buffer = {(uint8_t*)sentinel, 8, 1};
  hikae_report_options report = HIKAE_REPORT_OPTIONS_INIT;
  hikae_str name = str("x");
  FULL(hikae_declared, declared, HIKAE_DECLARED_INIT);
  FULL(hikae_finding, finding, HIKAE_FINDING_INIT);
  FULL(hikae_evidence, evidence, HIKAE_EVIDENCE_INIT);
  FULL(hikae_summary, summary, HIKAE_SUMMARY_INIT);
  FULL(hikae_entry, entry, HIKAE_ENTRY_INIT);
  FULL(hikae_place, place, HIKAE_PLACE_INIT);

  REFUSED(hikae_office_open(str(""), NULL, &office, &err));
  CHECK(office == NULL);
  REFUSED(hikae_office_open(str("/"), NULL, NULL, &err));
  REFUSED(hikae_office_declare(NULL, NULL, 0, &declared, &err));
  CHECK(EMPTY(declared));
  memset((char*)&declared + sizeof(size_t), 0x55, sizeof declared - sizeof(size_t));
  REFUSED(hikae_office_declare_files(NULL, NULL, 0, &declared, &err));
  CHECK(EMPTY(declared));
  REFUSED(hikae_office_declare(shared, NULL, 1, NULL, &err));
  REFUSED(hikae_office_declare_files(shared, NULL, 1, NULL, &err));
  REFUSED(hikae_office_handlings(NULL, str(""), &list, &err));
  CHECK(list == NULL);
  REFUSED(hikae_office_handlings(shared, str(""), NULL, &err));
  REFUSED(hikae_office_audit(NULL, NULL, &findings, &err));
  CHECK(findings == NULL);
  REFUSED(hikae_office_audit(shared, NULL, NULL, &err));
  REFUSED(hikae_findings_next(NULL, &finding, &err));
  CHECK(EMPTY(finding) && finding.struct_size == sizeof finding);
  REFUSED(hikae_findings_next(NULL, NULL, &err));
  REFUSED(hikae_findings_rewind(NULL, &err));
  REFUSED(hikae_findings_evidence(NULL, 0, 0, &evidence, &err));
  CHECK(EMPTY(evidence));
  REFUSED(hikae_findings_evidence(NULL, 0, 0, NULL, &err));
  REFUSED(hikae_findings_summary(NULL, &summary, &err));
  CHECK(EMPTY(summary));
  REFUSED(hikae_findings_summary(NULL, NULL, &err));
  REFUSED(hikae_findings_render(NULL, HIKAE_FORMAT_JSON, HIKAE_ENGLISH, write_all, NULL, &err));
  REFUSED(hikae_office_report(NULL, &report, write_all, NULL, &err));
  REFUSED(hikae_office_report(shared, NULL, write_all, NULL, &err));
  REFUSED(hikae_office_report(shared, &report, NULL, NULL, &err));
  REFUSED(hikae_list_next(NULL, &entry, &err));
  CHECK(EMPTY(entry));
  REFUSED(hikae_list_next(NULL, NULL, &err));
  REFUSED(hikae_reports_list(NULL, &err));
  REFUSED(hikae_packs_list(NULL, &err));
  REFUSED(hikae_pack_show(str(""), HIKAE_FORMAT_JSON, HIKAE_ENGLISH, &buffer, &err));
  CHECK(buffer.ptr == NULL && buffer.len == 0);
  REFUSED(hikae_pack_show(name, HIKAE_FORMAT_JSON, HIKAE_ENGLISH, NULL, &err));
  list = (hikae_list*)sentinel;
  REFUSED(hikae_pack_lint(str(""), &list, &err));
  CHECK(list == NULL);
  REFUSED(hikae_pack_lint(name, NULL, &err));
  REFUSED(hikae_error_place(NULL, NULL, &err));
  CHECK(hikae_error_place(NULL, &place, NULL) == HIKAE_OK && EMPTY(place));
  CHECK(hikae_list_count(NULL) == 0);

  /* Errors are optional, and freeing nothing is harmless. */
  CHECK(hikae_findings_rewind(NULL, NULL) == HIKAE_E_ARGUMENT);
  CHECK(hikae_error_status(NULL) == HIKAE_OK && hikae_error_message(NULL).len == 0 &&
        hikae_error_text(NULL, 0).len == 0);
  hikae_office_close(NULL);
  hikae_findings_free(NULL);
  hikae_list_free(NULL);
  hikae_error_free(NULL);
  hikae_buffer_free(NULL);
}

/* Text that is not UTF-8 stops at the boundary; so does a NULL with a length, and a path with a NUL in it. */
static void bad_text(void) {
  static const char* const bad[] = {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe6\x97", "a\x80"};
  hikae_error* err = NULL;
  hikae_office* office = NULL;
  hikae_findings* findings = NULL;
  hikae_list* list = NULL;
  hikae_buffer buffer = HIKAE_BUFFER_INIT;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
    hikae_audit_options audit = HIKAE_AUDIT_OPTIONS_INIT;
    hikae_report_options report = HIKAE_REPORT_OPTIONS_INIT;
    hikae_open_options open_options = HIKAE_OPEN_OPTIONS_INIT;
    hikae_document document = {str(bad[i]), str("")};
    hikae_str text = str(bad[i]);
    REFUSED(hikae_office_open(text, NULL, &office, &err));
    open_options.pack = text;
    open_options.flags = HIKAE_OPEN_CREATE;
    REFUSED(hikae_office_open(str(path_of("never")), &open_options, &office, &err));
    REFUSED(hikae_office_declare(shared, &document, 1, NULL, &err));
    document.name = str("a.yaml");
    document.text = text;
    REFUSED(hikae_office_declare(shared, &document, 1, NULL, &err));
    REFUSED(hikae_office_declare_files(shared, &text, 1, NULL, &err));
    REFUSED(hikae_office_handlings(shared, text, &list, &err));
    audit.handling = text;
    REFUSED(hikae_office_audit(shared, &audit, &findings, &err));
    report.name = text;
    REFUSED(hikae_office_report(shared, &report, write_all, NULL, &err));
    REFUSED(hikae_pack_show(text, HIKAE_FORMAT_JSON, HIKAE_ENGLISH, &buffer, &err));
    REFUSED(hikae_pack_lint(text, &list, &err));
  }
  hikae_str null_text = {NULL, 3};
  hikae_str nul_path = {"a\0b", 3};
  REFUSED(hikae_office_handlings(shared, null_text, &list, &err));
  REFUSED(hikae_office_open(nul_path, NULL, &office, &err));
  REFUSED(hikae_office_declare_files(shared, &nul_path, 1, NULL, &err));
}

/* A newer caller's struct is longer, an older one's shorter: neither is misread. */
static void struct_sizes(void) {
  struct {
    hikae_audit_options known;
    uint64_t future;
  } options = {HIKAE_AUDIT_OPTIONS_INIT, 0};
  struct {
    hikae_summary known;
    unsigned char future[64];
  } summary = {HIKAE_SUMMARY_INIT, {0}};
  hikae_findings* findings = NULL;
  hikae_error* err = NULL;

  options.known.struct_size = sizeof options;
  CHECK(hikae_office_audit(shared, &options.known, &findings, &err) == HIKAE_OK && err == NULL);
  summary.known.struct_size = sizeof summary;
  memset(summary.future, 0x55, sizeof summary.future);
  CHECK(hikae_findings_summary(findings, &summary.known, &err) == HIKAE_OK);
  CHECK(is_zero(summary.future, sizeof summary.future) && summary.known.struct_size == sizeof summary);
  CHECK(is(summary.known.as_of, "2021-05-20")); /* today, by the office's clock, in Japan */

  options.future = 1;
  hikae_findings* other = (hikae_findings*)sentinel;
  expect_error(hikae_office_audit(shared, &options.known, &other, &err), HIKAE_E_VERSION, &err);
  CHECK(other == NULL);
  options.known.flags = 1u << 31;
  options.future = 0;
  expect_error(hikae_office_audit(shared, &options.known, &other, &err), HIKAE_E_VERSION, &err);

  static const size_t wrong[] = {0, 1, sizeof(size_t), sizeof(hikae_audit_options) - 1, (size_t)1 << 20, SIZE_MAX};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; ++i) {
    hikae_audit_options audit = HIKAE_AUDIT_OPTIONS_INIT;
    hikae_open_options opening = HIKAE_OPEN_OPTIONS_INIT;
    hikae_report_options report = HIKAE_REPORT_OPTIONS_INIT;
    hikae_finding finding = HIKAE_FINDING_INIT;
    hikae_evidence evidence = HIKAE_EVIDENCE_INIT;
    hikae_declared declared = HIKAE_DECLARED_INIT;
    hikae_entry entry = HIKAE_ENTRY_INIT;
    hikae_place place = HIKAE_PLACE_INIT;
    hikae_office* office = NULL;
#define SIZED(value) \
  (value.struct_size = wrong[i] == sizeof(hikae_audit_options) - 1 ? sizeof value - 1 : wrong[i], &value)
    REFUSED(hikae_office_audit(shared, SIZED(audit), &other, &err));
    (void)SIZED(opening);
    if (opening.struct_size == sizeof opening - 1) /* it has grown since the first release */
      opening.struct_size = offsetof(hikae_open_options, actor) - 1;
    REFUSED(hikae_office_open(str(root), &opening, &office, &err));
    REFUSED(hikae_office_report(shared, SIZED(report), write_all, NULL, &err));
    REFUSED(hikae_findings_next(findings, SIZED(finding), &err));
    REFUSED(hikae_findings_evidence(findings, 0, 0, SIZED(evidence), &err));
    REFUSED(hikae_office_declare(shared, NULL, 0, SIZED(declared), &err));
    REFUSED(hikae_list_next(NULL, SIZED(entry), &err));
    REFUSED(hikae_error_place(NULL, SIZED(place), &err));
  }
  hikae_findings_free(findings);
}

static void opening(void) {
  hikae_open_options options = HIKAE_OPEN_OPTIONS_INIT;
  hikae_office* office = NULL;
  hikae_error* err = NULL;
  expect_error(hikae_office_open(str(path_of("nowhere")), NULL, &office, &err), HIKAE_E_NOT_FOUND, &err);
  CHECK(office == NULL);
  hikae_office_close(make_office("twice"));
  options.flags = HIKAE_OPEN_CREATE;
  expect_error(hikae_office_open(str(path_of("twice")), &options, &office, &err), HIKAE_E_EXISTS, &err);
  CHECK(hikae_office_open(str(path_of("twice")), NULL, &office, &err) == HIKAE_OK && office != NULL && err == NULL);
  hikae_office_close(office);
  options.flags = HIKAE_OPEN_CREATE | HIKAE_OPEN_READ_ONLY;
  expect_error(hikae_office_open(str(path_of("both")), &options, &office, &err), HIKAE_E_ARGUMENT, &err);
  options.flags = HIKAE_OPEN_CREATE;
  options.pack = str("no-such-pack");
  expect_error(hikae_office_open(str(path_of("packless")), &options, &office, &err), HIKAE_E_NOT_FOUND, &err);
  struct stat unused;
  CHECK(stat(path_of("packless"), &unused) != 0 ||
        hikae_office_open(str(path_of("packless")), NULL, &office, NULL) < 0);

  options.flags = HIKAE_OPEN_READ_ONLY;
  options.pack = str("");
  CHECK(hikae_office_open(str(path_of("twice")), &options, &office, &err) == HIKAE_OK);
  expect_error(hikae_office_declare_files(office, papers, 2, NULL, &err), HIKAE_E_IO, &err);
  hikae_office_close(office);
}

static uint64_t count_handlings(hikae_office* office) {
  hikae_list* list = NULL;
  CHECK(hikae_office_handlings(office, str("2021-05-20"), &list, NULL) == HIKAE_OK);
  const uint64_t count = hikae_list_count(list);
  hikae_list_free(list);
  return count;
}

/* All or nothing, and the error says where. */
static void declaring(void) {
  hikae_office* office = make_office("declaring");
  hikae_declared declared = HIKAE_DECLARED_INIT;
  hikae_error* err = NULL;
  hikae_str missing[3] = {papers[0], papers[1], str("no/such/paper.yaml")};
  expect_error(hikae_office_declare_files(office, missing, 3, &declared, &err), HIKAE_E_NOT_FOUND, &err);
  CHECK(EMPTY(declared) && count_handlings(office) == 0);
  hikae_str folder = str(root);
  expect_error(hikae_office_declare_files(office, &folder, 1, &declared, &err), HIKAE_E_IO, &err);

  CHECK(hikae_office_declare_files(office, papers, 2, &declared, &err) == HIKAE_OK && err == NULL);
  CHECK(declared.added > 0 && declared.changed == 0);
  const uint64_t added = declared.added;
  CHECK(count_handlings(office) > 0);
  CHECK(hikae_office_declare_files(office, papers, 2, &declared, &err) == HIKAE_OK);
  CHECK(declared.added == 0 && declared.changed == 0 && declared.unchanged == added);

  hikae_document wrong = {str("𠮷野.yaml"), str("hikae: declaration/1\npack: edogawa-2021\nHandlingg:\n  x: {}\n")};
  hikae_place place = HIKAE_PLACE_INIT;
  CHECK(hikae_office_declare(office, &wrong, 1, &declared, &err) == HIKAE_E_ARGUMENT && EMPTY(declared));
  CHECK(hikae_error_place(err, &place, NULL) == HIKAE_OK);
  CHECK(is(place.file, "𠮷野.yaml") && place.line == 3 && place.column == 1);
  CHECK(has(hikae_error_text(err, HIKAE_ENGLISH), "𠮷野.yaml:3:1: "));
  CHECK(has(hikae_error_text(err, HIKAE_JAPANESE), "𠮷野.yaml:3:1: "));
  CHECK(!has(hikae_error_message(err), "𠮷野.yaml"));
  CHECK(has(hikae_error_message(err), "Handling")); /* the nearest known name */
  hikae_error_free(err);
  hikae_office_close(office);
}

struct counts {
  uint64_t all, outcome[6], blocking;
};

static struct counts walk(hikae_findings* findings) {
  struct counts n = {0, {0}, 0};
  size_t controls = 0, evidence = 0;
  hikae_finding f = HIKAE_FINDING_INIT;
  hikae_error* err = NULL;
  while (hikae_findings_next(findings, &f, &err) == HIKAE_OK) {
    CHECK(f.index == n.all && f.outcome >= HIKAE_MET && f.outcome <= HIKAE_EXCEPTED);
    CHECK(f.severity >= HIKAE_BLOCK && f.severity <= HIKAE_INFO);
    CHECK(f.moment >= HIKAE_MOMENT_DESIGN && f.moment <= HIKAE_MOMENT_END);
    CHECK(f.rule.len && f.pack.len && f.article.len && f.title_ja.len && f.title_en.len && f.confidence.len);
    CHECK(f.handling.len && f.thing_type.len && f.thing_id.len && f.thing_title.len);
    controls += f.control_count;
    for (size_t i = 0; i < f.control_count; ++i) CHECK(f.controls[i].len > 0);
    for (size_t i = 0; i < f.missing_count; ++i) CHECK(f.missing[i].len > 0);
    hikae_evidence e = HIKAE_EVIDENCE_INIT;
    uint64_t facts = 0;
    while (hikae_findings_evidence(findings, f.index, facts, &e, NULL) == HIKAE_OK) {
      CHECK(e.entity.len > 0 && (e.has_value != 0 || e.value.len == 0));
      ++facts;
    }
    CHECK(f.reserved == 0 && EMPTY(e));
    evidence += facts;
    ++n.all;
    ++n.outcome[f.outcome];
    n.blocking += f.outcome == HIKAE_VIOLATED && f.severity <= HIKAE_ERROR;
  }
  CHECK(err == NULL && EMPTY(f) && controls > 0 && evidence > n.all);
  CHECK(hikae_findings_next(findings, &f, NULL) == HIKAE_END); /* and stays there */
  return n;
}

static int stop_at_once(void* ctx, uint64_t done, uint64_t total) {
  (void)done, (void)total;
  ++*(int*)ctx;
  return 1;
}

static void auditing(void) {
  hikae_audit_options options = HIKAE_AUDIT_OPTIONS_INIT;
  hikae_findings* findings = NULL;
  hikae_summary s = HIKAE_SUMMARY_INIT;
  hikae_error* err = NULL;
  options.as_of = str("2021-05-20");
  CHECK(hikae_office_audit(shared, &options, &findings, &err) == HIKAE_OK && err == NULL);
  const struct counts n = walk(findings);
  CHECK(n.all > 0);
  CHECK(hikae_findings_summary(findings, &s, &err) == HIKAE_OK);
  CHECK(s.count == n.all && s.met == n.outcome[HIKAE_MET] && s.violated == n.outcome[HIKAE_VIOLATED]);
  CHECK(s.not_shown == n.outcome[HIKAE_NOT_SHOWN] && s.not_applicable == n.outcome[HIKAE_NOT_APPLICABLE]);
  CHECK(s.excepted == n.outcome[HIKAE_EXCEPTED] && s.blocking == n.blocking && is(s.as_of, "2021-05-20"));
  CHECK(hikae_findings_rewind(findings, &err) == HIKAE_OK);
  CHECK(walk(findings).all == n.all);
  hikae_evidence e = HIKAE_EVIDENCE_INIT;
  expect_error(hikae_findings_evidence(findings, n.all, 0, &e, &err), HIKAE_E_NOT_FOUND, &err);
  hikae_findings_free(findings);

  options.flags = HIKAE_AUDIT_APPLICABLE_ONLY;
  CHECK(hikae_office_audit(shared, &options, &findings, &err) == HIKAE_OK);
  const struct counts applicable = walk(findings);
  CHECK(applicable.outcome[HIKAE_NOT_APPLICABLE] == 0);
  CHECK(applicable.all == n.all - n.outcome[HIKAE_NOT_APPLICABLE]);
  CHECK(hikae_findings_summary(findings, &s, &err) == HIKAE_OK);
  CHECK(s.count == applicable.all && s.not_applicable == n.outcome[HIKAE_NOT_APPLICABLE]);
  hikae_findings_free(findings);
  options.flags = 0;

  options.moment = HIKAE_MOMENT_DESIGN;
  CHECK(hikae_office_audit(shared, &options, &findings, &err) == HIKAE_OK);
  hikae_finding f = HIKAE_FINDING_INIT;
  while (hikae_findings_next(findings, &f, &err) == HIKAE_OK) CHECK(f.moment == HIKAE_MOMENT_DESIGN);
  hikae_findings_free(findings);

  options.moment = 7;
  expect_error(hikae_office_audit(shared, &options, &findings, &err), HIKAE_E_ARGUMENT, &err);
  CHECK(findings == NULL);
  options.moment = 0;
  options.handling = str("nobody");
  expect_error(hikae_office_audit(shared, &options, &findings, &err), HIKAE_E_NOT_FOUND, &err);
  options.handling = str("");
  options.pack = str("nothing-2021");
  expect_error(hikae_office_audit(shared, &options, &findings, &err), HIKAE_E_NOT_FOUND, &err);
  options.pack = str("");
  static const char* const days[] = {"2021-02-29", "2021-13-01", "yesterday", "20210520x", "2021-5"};
  for (size_t i = 0; i < sizeof days / sizeof *days; ++i) {
    options.as_of = str(days[i]);
    expect_error(hikae_office_audit(shared, &options, &findings, &err), HIKAE_E_ARGUMENT, &err);
  }
  int calls = 0;
  options.as_of = str("2021-05-20");
  options.progress = stop_at_once;
  options.progress_ctx = &calls;
  expect_error(hikae_office_audit(shared, &options, &findings, &err), HIKAE_E_STOPPED, &err);
  CHECK(calls == 1 && findings == NULL);
}

static void rendering(void) {
  hikae_audit_options options = HIKAE_AUDIT_OPTIONS_INIT;
  hikae_findings* findings = NULL;
  hikae_error* err = NULL;
  options.as_of = str("2021-05-20");
  CHECK(hikae_office_audit(shared, &options, &findings, &err) == HIKAE_OK);
  static const int formats[] = {HIKAE_FORMAT_TEXT, HIKAE_FORMAT_JSON, HIKAE_FORMAT_SARIF};
  for (size_t i = 0; i < 3; ++i) {
    hikae_buffer once = HIKAE_BUFFER_INIT;
    hikae_buffer again = HIKAE_BUFFER_INIT;
    CHECK(hikae_findings_render(findings, formats[i], HIKAE_JAPANESE, write_all, &once, &err) == HIKAE_OK);
    CHECK(hikae_findings_render(findings, formats[i], HIKAE_JAPANESE, write_all, &again, &err) == HIKAE_OK);
    CHECK(once.len > 100 && once.len == again.len && memcmp(once.ptr, again.ptr, once.len) == 0);
    free(once.ptr); /* these two are the test's own */
    free(again.ptr);
  }
  int calls = 0;
  expect_error(hikae_findings_render(findings, HIKAE_FORMAT_JSON, 0, write_none, &calls, &err), HIKAE_E_STOPPED, &err);
  CHECK(calls == 1);
  static const int refused[] = {HIKAE_FORMAT_HTML, HIKAE_FORMAT_CSV, -1, 99};
  for (size_t i = 0; i < 4; ++i)
    expect_error(hikae_findings_render(findings, refused[i], 0, write_none, &calls, &err), HIKAE_E_ARGUMENT, &err);
  expect_error(hikae_findings_render(findings, HIKAE_FORMAT_JSON, 2, write_none, &calls, &err), HIKAE_E_ARGUMENT, &err);
  CHECK(calls == 1);
  hikae_findings_free(findings);
}

static hikae_str first_handling(hikae_list* list) {
  hikae_entry entry = HIKAE_ENTRY_INIT;
  CHECK(hikae_list_next(list, &entry, NULL) == HIKAE_OK);
  return entry.id;
}

static void reporting(void) {
  hikae_list* handlings = NULL;
  hikae_list* reports = NULL;
  hikae_error* err = NULL;
  hikae_report_options options = HIKAE_REPORT_OPTIONS_INIT;
  hikae_entry entry = HIKAE_ENTRY_INIT;
  int calls = 0;
  CHECK(hikae_office_handlings(shared, str("2021-05-20"), &handlings, &err) == HIKAE_OK);
  options.handling = first_handling(handlings);
  options.as_of = str("2021-05-20");
  options.language = HIKAE_JAPANESE;
  CHECK(hikae_reports_list(&reports, &err) == HIKAE_OK && hikae_list_count(reports) >= 2);
  while (hikae_list_next(reports, &entry, &err) == HIKAE_OK) {
    CHECK(entry.title_ja.len && entry.title_en.len);
    static const char* const formats[] = {"text", "html", "csv", "json", "sarif"};
    CHECK(has(entry.detail, "html") && has(entry.detail, "csv") && has(entry.detail, "json"));
    options.name = entry.id;
    for (int32_t format = HIKAE_FORMAT_TEXT; format <= HIKAE_FORMAT_SARIF; ++format) {
      hikae_buffer bytes = HIKAE_BUFFER_INIT;
      options.format = format;
      if (has(entry.detail, formats[format])) {
        CHECK(hikae_office_report(shared, &options, write_all, &bytes, &err) == HIKAE_OK && bytes.len > 100);
      } else {
        expect_error(hikae_office_report(shared, &options, write_all, &bytes, &err), HIKAE_E_ARGUMENT, &err);
        CHECK(bytes.len == 0);
      }
      free(bytes.ptr);
    }
  }
  options.format = HIKAE_FORMAT_HTML;
  options.name = str("no-such-report");
  expect_error(hikae_office_report(shared, &options, write_none, &calls, &err), HIKAE_E_NOT_FOUND, &err);
  options.name = str("findings");
  options.handling = str("nobody");
  expect_error(hikae_office_report(shared, &options, write_none, &calls, &err), HIKAE_E_NOT_FOUND, &err);
  CHECK(calls == 0); /* nothing is written unless the whole report could be made */
  hikae_list_free(reports);
  hikae_list_free(handlings);
}

static void packs(void) {
  hikae_list* list = NULL;
  hikae_error* err = NULL;
  hikae_entry entry = HIKAE_ENTRY_INIT;
  hikae_buffer bytes = HIKAE_BUFFER_INIT;
  CHECK(hikae_packs_list(&list, &err) == HIKAE_OK && hikae_list_count(list) >= 1);
  while (hikae_list_next(list, &entry, &err) == HIKAE_OK && !is(entry.id, "edogawa-2021")) CHECK(entry.id.len > 0);
  CHECK(is(entry.id, "edogawa-2021") && entry.from.len == 10);
  CHECK(hikae_pack_show(entry.id, HIKAE_FORMAT_JSON, HIKAE_JAPANESE, &bytes, &err) == HIKAE_OK && bytes.len > 1000);
  hikae_buffer_free(&bytes);
  CHECK(bytes.ptr == NULL && bytes.len == 0);
  hikae_buffer_free(&bytes);
  CHECK(hikae_pack_show(entry.id, HIKAE_FORMAT_TEXT, HIKAE_ENGLISH, &bytes, &err) == HIKAE_OK && bytes.len > 100);
  hikae_buffer_free(&bytes);
  expect_error(hikae_pack_show(entry.id, HIKAE_FORMAT_SARIF, 0, &bytes, &err), HIKAE_E_ARGUMENT, &err);
  expect_error(hikae_pack_show(str("edogawa-2201"), HIKAE_FORMAT_JSON, 0, &bytes, &err), HIKAE_E_NOT_FOUND, &err);
  hikae_list* problems = NULL;
  CHECK(hikae_pack_lint(entry.id, &problems, &err) == HIKAE_OK);
  hikae_entry problem = HIKAE_ENTRY_INIT;
  while (hikae_list_next(problems, &problem, &err) == HIKAE_OK) CHECK(problem.severity != HIKAE_ERROR);
  hikae_list_free(problems);
  expect_error(hikae_pack_lint(str("no/such/folder"), &problems, &err), HIKAE_E_NOT_FOUND, &err);
  hikae_list_free(list);
}

/* Handles may be freed in any order, and what is left stays whole. Run under the address sanitizer to mean something.
 */
static void free_orders(void) {
  for (int order = 0; order < 24; ++order) {
    hikae_open_options options = HIKAE_OPEN_OPTIONS_INIT;
    hikae_office* office = NULL;
    hikae_findings* findings = NULL;
    hikae_list* list = NULL;
    hikae_error* err = NULL;
    hikae_finding finding = HIKAE_FINDING_INIT;
    hikae_entry entry = HIKAE_ENTRY_INIT;
    options.flags = HIKAE_OPEN_READ_ONLY;
    CHECK(hikae_office_open(str(path_of("shared")), &options, &office, NULL) == HIKAE_OK);
    hikae_audit_options audit = HIKAE_AUDIT_OPTIONS_INIT;
    audit.as_of = str("2021-05-20");
    audit.moment = HIKAE_MOMENT_CONTRACT;
    CHECK(hikae_office_audit(office, &audit, &findings, NULL) == HIKAE_OK);
    CHECK(hikae_office_handlings(office, str("2021-05-20"), &list, NULL) == HIKAE_OK);
    CHECK(hikae_pack_lint(str("no/such"), &(hikae_list*){NULL}, &err) == HIKAE_E_NOT_FOUND);
    int left[4] = {0, 1, 2, 3};
    for (int n = 4, rest = order; n > 0; rest /= n, --n) {
      const int pick = rest % n;
      const int which = left[pick];
      left[pick] = left[n - 1];
      if (which == 0) hikae_office_close(office), office = NULL;
      if (which == 1) hikae_findings_free(findings), findings = NULL;
      if (which == 2) hikae_list_free(list), list = NULL;
      if (which == 3) hikae_error_free(err), err = NULL;
      if (findings != NULL) CHECK(hikae_findings_next(findings, &finding, NULL) >= 0);
      if (list != NULL) CHECK(hikae_list_next(list, &entry, NULL) >= 0);
      if (err != NULL) CHECK(hikae_error_message(err).len > 0);
    }
  }
}

int main(int argc, char** argv) {
  if (argc != 4) return fprintf(stderr, "usage: capi_test DIRECTORY PAPER PAPER\n"), 2;
  root = argv[1];
  papers[0] = str(argv[2]);
  papers[1] = str(argv[3]);
  current = "setup";
  shared = make_office("shared");
  hikae_error* err = NULL;
  if (hikae_office_declare_files(shared, papers, 2, NULL, &err) < 0) {
    hikae_str text = hikae_error_text(err, HIKAE_ENGLISH);
    return fprintf(stderr, "%.*s\n", (int)text.len, text.ptr), 1;
  }
  static const struct {
    const char* name;
    void (*run)(void);
  } tests[] = {{"basics", basics},
               {"init_macros", init_macros},
               {"missing_arguments", missing_arguments},
               {"bad_text", bad_text},
               {"struct_sizes", struct_sizes},
               {"opening", opening},
               {"declaring", declaring},
               {"auditing", auditing},
               {"rendering", rendering},
               {"reporting", reporting},
               {"packs", packs},
               {"free_orders", free_orders}};
  for (size_t i = 0; i < sizeof tests / sizeof *tests; ++i) {
    const int before = failures;
    current = tests[i].name;
    tests[i].run();
    printf("%s %s\n", failures == before ? "ok  " : "FAIL", current);
  }
  CHECK(clock_calls > 0);
  hikae_office_close(shared);
  return failures == 0 ? 0 : 1;
}
