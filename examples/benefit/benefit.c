/* The papers of the child-rearing benefit (子育て世帯生活支援特別給付金): declared, judged before and after the
 * council's opinion, and everything the review committee reads written to a folder. As a nightly job would do it.
 *
 * usage: benefit OFFICE PAPERS OUT, an opened office's directory, the folder of the papers, and where to write.
 * Prints one line per audit: system, day, met, violated, not shown, folder. Exits 2 when something could not be done.
 */
#include <errno.h>
#include <hikae/hikae.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const char system_name[] = "benefit";

/* Complains about a failed call and frees its error. */
static int fail(const char* doing, hikae_error* err) {
  const hikae_str text = hikae_error_text(err, HIKAE_ENGLISH);
  fprintf(stderr, "%s: %s: %.*s\n", system_name, doing, (int)text.len, text.ptr);
  hikae_error_free(err);
  return 2;
}

static int fail_file(const char* path) {
  fprintf(stderr, "%s: %s: %s\n", system_name, path, strerror(errno));
  return 2;
}

static int write_to(void* ctx, const uint8_t* bytes, size_t len) { return fwrite(bytes, 1, len, ctx) == len ? 0 : 1; }

/* Closes the file and says how the writing went: a full disk may show only now. */
static int finish(FILE* file, const char* path, hikae_status status, hikae_error* err) {
  const int closed = fclose(file);
  if (status == HIKAE_E_STOPPED || (status == HIKAE_OK && closed != 0)) {
    hikae_error_free(err);
    return fail_file(path);
  }
  return status < 0 ? fail(path, err) : 0;
}

static int write_findings(const hikae_findings* findings, const char* folder) {
  static const struct {
    const char* name;
    int32_t format;
  } files[] = {{"findings.txt", HIKAE_FORMAT_TEXT},
               {"findings.json", HIKAE_FORMAT_JSON},
               {"findings.sarif", HIKAE_FORMAT_SARIF}};
  for (size_t i = 0; i < sizeof files / sizeof *files; ++i) {
    char path[4096];
    hikae_error* err = NULL;
    snprintf(path, sizeof path, "%s/%s", folder, files[i].name);
    FILE* file = fopen(path, "wb");
    if (file == NULL) return fail_file(path);
    const hikae_status status = hikae_findings_render(findings, files[i].format, HIKAE_JAPANESE, write_to, file, &err);
    if (finish(file, path, status, err) != 0) return 2;
  }
  return 0;
}

static int write_reports(hikae_office* office, const char* day, const char* folder) {
  static const struct {
    const char *report, *file;
    int32_t format;
  } files[] = {{"consultation", "consultation.html", HIKAE_FORMAT_HTML},
               {"consultation", "consultation.csv", HIKAE_FORMAT_CSV},
               {"consultation", "consultation.json", HIKAE_FORMAT_JSON},
               {"findings", "findings-report.html", HIKAE_FORMAT_HTML},
               {"findings", "findings-report.csv", HIKAE_FORMAT_CSV},
               {"findings", "findings-report.json", HIKAE_FORMAT_JSON}};
  for (size_t i = 0; i < sizeof files / sizeof *files; ++i) {
    char path[4096];
    hikae_error* err = NULL;
    hikae_report_options options = HIKAE_REPORT_OPTIONS_INIT;
    options.name = hikae_cstr(files[i].report);
    options.handling = hikae_cstr(system_name);
    options.format = files[i].format;
    options.language = HIKAE_JAPANESE;
    options.as_of = hikae_cstr(day);
    snprintf(path, sizeof path, "%s/%s", folder, files[i].file);
    FILE* file = fopen(path, "wb");
    if (file == NULL) return fail_file(path);
    const hikae_status status = hikae_office_report(office, &options, write_to, file, &err);
    if (finish(file, path, status, err) != 0) return 2;
  }
  return 0;
}

/* Declares one paper, judges as of the day, and writes findings and reports to OUT/DAY. */
static int judge(hikae_office* office, const char* papers, const char* paper, const char* day, const char* out) {
  char path[4096], folder[4000];
  hikae_error* err = NULL;
  hikae_findings* findings = NULL;
  hikae_summary summary = HIKAE_SUMMARY_INIT;
  hikae_audit_options options = HIKAE_AUDIT_OPTIONS_INIT;
  snprintf(path, sizeof path, "%s/%s", papers, paper);
  snprintf(folder, sizeof folder, "%s/%s", out, day);
  const hikae_str file = hikae_cstr(path);
  if (hikae_office_declare_files(office, &file, 1, NULL, &err) < 0) return fail("declaring", err);
  options.as_of = hikae_cstr(day);
  options.handling = hikae_cstr(system_name);
  if (hikae_office_audit(office, &options, &findings, &err) < 0) return fail("auditing", err);
  int result = 2;
  if (hikae_findings_summary(findings, &summary, &err) < 0)
    fail("counting", err);
  else if (mkdir(folder, 0777) != 0 && errno != EEXIST)
    fail_file(folder);
  else if (write_findings(findings, folder) == 0)
    result = write_reports(office, day, folder);
  hikae_findings_free(findings);
  if (result == 0)
    printf("%s\t%s\t%llu\t%llu\t%llu\t%s\n", system_name, day, (unsigned long long)summary.met,
           (unsigned long long)summary.violated, (unsigned long long)summary.not_shown, folder);
  return result;
}

int main(int argc, char** argv) {
  hikae_office* office = NULL;
  hikae_error* err = NULL;
  if (argc != 4) {
    fprintf(stderr, "usage: %s OFFICE PAPERS OUT\n", argv[0]);
    return 2;
  }
  if (hikae_abi() != HIKAE_ABI) {
    fprintf(stderr, "%s: the library has another ABI than the one this program was built for\n", system_name);
    return 2;
  }
  if (hikae_office_open(hikae_cstr(argv[1]), NULL, &office, &err) < 0) return fail("opening", err);
  if (mkdir(argv[3], 0777) != 0 && errno != EEXIST) {
    hikae_office_close(office);
    return fail_file(argv[3]);
  }
  int result = judge(office, argv[2], "declaration.yaml", "2021-05-20", argv[3]);
  if (result == 0) result = judge(office, argv[2], "after-opinion.yaml", "2021-10-15", argv[3]);
  hikae_office_close(office);
  return result;
}
