/* What a finding points to lives as long as the findings. Arguments: an empty directory, then papers. */
#include <hikae/hikae.h>
#include <stdlib.h>

#include "check.h"

/* Rules that the papers violate, each lifted by an exception of its own. The exceptions' ids are equally long, so that
   a note which is spelled where an earlier one stood covers all of it. */
static const char* const lifted[] = {"edo21.paper.places-used", "edo21.paper.field-place",     "edo21.paper.retention",
                                     "edo21.paper.log",         "edo21.paper.log-review",      "edo21.paper.policy11",
                                     "edo21.paper.preparation", "edo21.paper.confidentiality", "edo21.paper.procedure"};
enum { LIFTED = sizeof lifted / sizeof *lifted, FIRST_LINE = 4 };

static void declare_exceptions(hikae_office* office) {
  char text[8192];
  hikae_document document;
  hikae_error* err = NULL;
  size_t n = (size_t)snprintf(text, sizeof text, "hikae: declaration/1\nvalid_from: 2021-09-01\nException:\n");
  for (int i = 0; i < LIFTED; ++i)
    n +=
        (size_t)snprintf(text + n, sizeof text - n,
                         "  承認された例外その%d: { rule: %s, thing: 'Declaration::\"令和3年度第2号議案\"', reason: "
                         "次の諮問で改める, approvedBy: 生活援護第一課長, on: 令和3年9月1日, until: 令和4年3月31日 }\n",
                         i + 1, lifted[i]);
  document.name = str("例外.yaml");
  document.text.ptr = text;
  document.text.len = n;
  CHECK(hikae_office_declare(office, &document, 1, NULL, &err) == HIKAE_OK && err == NULL);
  hikae_error_free(err);
}

static int exception_of(hikae_str rule) {
  for (int i = 0; i < LIFTED; ++i)
    if (is(rule, lifted[i])) return i;
  return -1;
}

/* All findings are walked first, twice over, and only then compared: what is spelled later must not be where what was
   spelled earlier is. */
static void notes_outlive_their_call(hikae_office* office) {
  hikae_audit_options options = HIKAE_AUDIT_OPTIONS_INIT;
  hikae_findings* findings = (hikae_findings*)sentinel;
  hikae_finding f = HIKAE_FINDING_INIT;
  hikae_error* err = NULL;
  hikae_str notes[2][LIFTED] = {{{NULL, 0}}};
  char wanted[64];
  int excepted = 0;
  current = "notes";
  options.as_of = str("2021-10-15");
  CHECK(hikae_office_audit(office, &options, &findings, &err) == HIKAE_OK);
  for (int walk = 0; walk < 2; ++walk) {
    while (hikae_findings_next(findings, &f, &err) == HIKAE_OK) {
      const int of = exception_of(f.rule);
      CHECK((f.outcome == HIKAE_EXCEPTED) == (of >= 0)); /* and no other rule is */
      if (f.outcome != HIKAE_EXCEPTED || of < 0) continue;
      CHECK(notes[walk][of].ptr == NULL);
      notes[walk][of] = f.note;
      ++excepted;
    }
    CHECK(hikae_findings_rewind(findings, &err) == HIKAE_OK && err == NULL);
  }
  CHECK(excepted == 2 * LIFTED);
  for (int i = 0; i < LIFTED; ++i) {
    snprintf(wanted, sizeof wanted, "承認された例外その%d (例外.yaml:%d)", i + 1, FIRST_LINE + i);
    for (int walk = 0; walk < 2; ++walk) {
      if (!is(notes[walk][i], wanted))
        fprintf(stderr, "%s: \"%.*s\", wanted \"%s\"\n", lifted[i], (int)notes[walk][i].len, notes[walk][i].ptr,
                wanted);
      CHECK(is(notes[walk][i], wanted));
    }
  }
  hikae_findings_free(findings);
}

int main(int argc, char** argv) {
  hikae_open_options create = HIKAE_OPEN_OPTIONS_INIT;
  hikae_office* office = NULL;
  hikae_error* err = NULL;
  char path[4096];
  if (argc < 3) return 2;
  create.flags = HIKAE_OPEN_CREATE;
  snprintf(path, sizeof path, "%s/findings", argv[1]);
  if (hikae_office_open(str(path), &create, &office, &err) != HIKAE_OK) return 2;
  for (int i = 2; i < argc; ++i) {
    const hikae_str paper = str(argv[i]);
    if (hikae_office_declare_files(office, &paper, 1, NULL, &err) != HIKAE_OK) return 2;
  }
  declare_exceptions(office);
  notes_outlive_their_call(office);
  hikae_office_close(office);
  if (failures > 0) return EXIT_FAILURE;
  printf("ok\n");
  return EXIT_SUCCESS;
}
