/* The packs of an office through the C API. Arguments: an empty directory, then papers. */
#include <hikae/hikae.h>
#include <stdlib.h>

#include "check.h"

static hikae_office* office = NULL;

/* The packs of the office as one text: "id from-until, ". */
static const char* packs(void) {
  static char text[512];
  hikae_list* list = (hikae_list*)sentinel;
  hikae_entry entry = HIKAE_ENTRY_INIT;
  hikae_error* err = NULL;
  text[0] = '\0';
  if (hikae_office_packs_list(office, &list, &err) != HIKAE_OK) return "failed";
  while (hikae_list_next(list, &entry, &err) == HIKAE_OK)
    snprintf(text + strlen(text), sizeof text - strlen(text), "%.*s %.*s-%.*s %d, ", (int)entry.id.len, entry.id.ptr,
             (int)entry.from.len, entry.from.ptr, (int)entry.until.len, entry.until.len > 0 ? entry.until.ptr : "",
             (int)entry.detail.len);
  hikae_list_free(list);
  return text;
}

/* The packs that findings of a day are of, in the order in which they are met. */
static const char* judging(const char* day, const char* pack) {
  static char text[512];
  hikae_audit_options options = HIKAE_AUDIT_OPTIONS_INIT;
  hikae_findings* findings = NULL;
  hikae_finding f = HIKAE_FINDING_INIT;
  hikae_error* err = NULL;
  char of[64];
  text[0] = '\0';
  options.as_of = str(day);
  options.pack = str(pack);
  if (hikae_office_audit(office, &options, &findings, &err) != HIKAE_OK) return "failed";
  while (hikae_findings_next(findings, &f, &err) == HIKAE_OK) {
    hikae_buffer words = HIKAE_BUFFER_INIT;
    hikae_str said;
    snprintf(of, sizeof of, "%.*s ", (int)f.pack.len, f.pack.ptr);
    if (strstr(text, of) != NULL) continue;
    strcat(text, of);
    /* What is explained names the same pack. */
    CHECK(hikae_findings_explain(findings, f.index, HIKAE_ENGLISH, &words, &err) == HIKAE_OK);
    said.ptr = (const char*)words.ptr;
    said.len = words.len;
    of[strlen(of) - 1] = '\0';
    CHECK(has(said, of));
    hikae_buffer_free(&words);
  }
  hikae_findings_free(findings);
  return text;
}

/* Takes the address: the call that fills it is evaluated in the same list of arguments. */
static int fails(hikae_status status, hikae_error** at, hikae_status wanted, const char* word) {
  hikae_error* err = *at;
  const int good = status == wanted && err != NULL && has(hikae_error_text(err, HIKAE_ENGLISH), word);
  if (!good && err != NULL) {
    hikae_str text = hikae_error_text(err, HIKAE_ENGLISH);
    fprintf(stderr, "%d: %.*s\n", (int)status, (int)text.len, text.ptr);
  }
  hikae_error_free(err);
  *at = NULL;
  return good;
}

static void test_added_and_removed(void) {
  hikae_error* err = NULL;
  current = "added and removed";
  CHECK(strcmp(packs(), "edogawa-2021 2021-04-01-2023-03-31 64, ") == 0);
  CHECK(strcmp(judging("2023-03-31", ""), "edogawa-2021 ") == 0);
  CHECK(hikae_office_pack_add(office, str("appi-2023"), &err) == HIKAE_OK && err == NULL);
  CHECK(hikae_office_pack_add(office, str("mn"), &err) == HIKAE_OK && err == NULL);
  CHECK(strcmp(packs(), "edogawa-2021 2021-04-01-2023-03-31 64, appi-2023 2023-04-01- 64, mn 2023-04-01- 64, ") == 0);
  CHECK(strcmp(judging("2023-03-31", ""), "edogawa-2021 ") == 0);
  CHECK(strcmp(judging("2023-04-01", "appi-2023"), "appi-2023 ") == 0);
  CHECK(strstr(judging("2023-04-01", ""), "edogawa-2021 ") != NULL);
  CHECK(strstr(judging("2023-04-01", ""), "appi-2023 ") != NULL);
  CHECK(hikae_office_pack_remove(office, str("mn"), &err) == HIKAE_OK && err == NULL);
  CHECK(strcmp(packs(), "edogawa-2021 2021-04-01-2023-03-31 64, appi-2023 2023-04-01- 64, ") == 0);
}

static void test_refused(void) {
  hikae_error* err = NULL;
  hikae_list* list = (hikae_list*)sentinel;
  current = "refused";
  CHECK(fails(hikae_office_pack_add(office, str("appi-2023"), &err), &err, HIKAE_E_EXISTS, "already"));
  CHECK(fails(hikae_office_pack_add(office, str("appi-2032"), &err), &err, HIKAE_E_NOT_FOUND, "appi-2032"));
  CHECK(fails(hikae_office_pack_remove(office, str("mn"), &err), &err, HIKAE_E_NOT_FOUND, "mn"));
  CHECK(fails(hikae_office_pack_remove(office, str("edogawa-2021"), &err), &err, HIKAE_E_EXISTS, "Article::"));
  REFUSED(hikae_office_pack_add(NULL, str("mn"), &err));
  REFUSED(hikae_office_pack_remove(NULL, str("mn"), &err));
  REFUSED(hikae_office_packs_list(NULL, &list, &err));
  CHECK(list == NULL);
  REFUSED(hikae_office_packs_list(office, NULL, &err));
}

static void test_several_at_the_making(const char* directory) {
  hikae_open_options options = HIKAE_OPEN_OPTIONS_INIT;
  hikae_str more[2];
  hikae_office* made = (hikae_office*)sentinel;
  hikae_office* first = office;
  hikae_error* err = NULL;
  current = "several at the making";
  options.flags = HIKAE_OPEN_CREATE;
  options.more_pack_count = 2;
  REFUSED(hikae_office_open(str(directory), &options, &made, &err));
  CHECK(made == NULL);
  more[0] = str("appi-2023");
  more[1] = str("mn");
  options.more_packs = more;
  CHECK(hikae_office_open(str(directory), &options, &made, &err) == HIKAE_OK && err == NULL);
  office = made;
  CHECK(strcmp(packs(), "edogawa-2021 2021-04-01-2023-03-31 64, appi-2023 2023-04-01- 64, mn 2023-04-01- 64, ") == 0);
  hikae_office_close(made);
  office = first;
}

int main(int argc, char** argv) {
  hikae_open_options options = HIKAE_OPEN_OPTIONS_INIT;
  hikae_error* err = NULL;
  char directory[2][512];
  if (argc < 3 || hikae_abi() != HIKAE_ABI) return 2;
  snprintf(directory[0], sizeof directory[0], "%s/one", argv[1]);
  snprintf(directory[1], sizeof directory[1], "%s/several", argv[1]);
  options.flags = HIKAE_OPEN_CREATE;
  CHECK(hikae_office_open(str(directory[0]), &options, &office, &err) == HIKAE_OK);
  for (int i = 2; i < argc; ++i) {
    const hikae_str paper = hikae_cstr(argv[i]);
    CHECK(hikae_office_declare_files(office, &paper, 1, NULL, &err) == HIKAE_OK);
  }
  if (failures == 0) test_added_and_removed();
  if (failures == 0) test_refused();
  if (failures == 0) test_several_at_the_making(directory[1]);
  hikae_office_close(office);
  if (failures == 0) printf("ok\n");
  return failures == 0 ? 0 : 1;
}
