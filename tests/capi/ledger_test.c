/* Rows of ledgers through the C API. Arguments: an empty directory, then papers that state a contract. */
#include <hikae/hikae.h>
#include <stdlib.h>

#include "check.h"

static hikae_office* office = NULL;
static const char* contract = "ひきこもり相談支援業務委託";

static hikae_ledger_options training(void) {
  hikae_ledger_options options = HIKAE_LEDGER_OPTIONS_INIT;
  options.type = str("Training");
  options.owner = str(contract);
  return options;
}

static int lists(const char* type, uint32_t flags, int32_t format, const char* wanted, const char* unwanted) {
  hikae_ledger_query query = HIKAE_LEDGER_QUERY_INIT;
  hikae_buffer bytes = HIKAE_BUFFER_INIT;
  hikae_error* err = NULL;
  hikae_str text;
  int good;
  query.flags = flags;
  query.format = format;
  query.language = HIKAE_JAPANESE;
  query.type = str(type);
  query.from = str("2021-07-01");
  CHECK(hikae_ledger_list(office, &query, &bytes, &err) == HIKAE_OK && err == NULL);
  text.ptr = (const char*)bytes.ptr;
  text.len = bytes.len;
  good = has(text, wanted) && (unwanted == NULL || !has(text, unwanted));
  hikae_buffer_free(&bytes);
  return good;
}

static void test_rows(void) {
  hikae_ledger_options options = training();
  hikae_document rows = {str("行.json"),
                         str("[{\"on\": \"令和3年7月1日\", \"topic\": \"メール\"}, {\"実施日\": \"2021-07-02\"}]")};
  hikae_document changes = {str("訂正.json"), str("{\"topic\": \"持出し\"}")};
  hikae_list* list = (hikae_list*)sentinel;
  hikae_buffer id = HIKAE_BUFFER_INIT;
  hikae_entry entry = HIKAE_ENTRY_INIT;
  hikae_error* err = NULL;
  current = "rows";
  CHECK(hikae_ledger_append(office, &options, &rows, &list, &err) == HIKAE_OK && err == NULL);
  CHECK(hikae_list_count(list) == 2);
  CHECK(hikae_list_next(list, &entry, &err) == HIKAE_OK && is(entry.id, "ひきこもり相談支援業務委託/1"));
  hikae_list_free(list);
  CHECK(hikae_ledger_append(office, &options, &rows, NULL, &err) == HIKAE_OK);
  options.owner = str("");
  CHECK(hikae_ledger_correct(office, &options, str("ひきこもり相談支援業務委託/1"), str("転記の誤り"), &changes, &id,
                             &err) == HIKAE_OK);
  CHECK(id.len == strlen("ひきこもり相談支援業務委託/5") &&
        memcmp(id.ptr, "ひきこもり相談支援業務委託/5", id.len) == 0);
  hikae_buffer_free(&id);
  CHECK(lists("研修の記録", 0, HIKAE_FORMAT_JSON, "転記の誤り", "委託/1\",\n    \"values\""));
  CHECK(lists("Training", HIKAE_LEDGER_ALL, HIKAE_FORMAT_JSON, "\"corrected_by\": \"ひきこもり相談支援業務委託/5\"",
              NULL));
  CHECK(lists("Training", HIKAE_LEDGER_ALL, HIKAE_FORMAT_CSV, "識別名,委託契約,実施日", NULL));
  CHECK(lists("Training", 0, HIKAE_FORMAT_TEXT, "訂正の理由", "文書")); /* nothing stands in that column */
}

static void test_refused(void) {
  hikae_ledger_options options = training();
  hikae_document wrong = {str("表.csv"), str("実施日,受講者\n令和3年7月1日,だれか\n2021-02-30,従事者1\n")};
  hikae_document fine = {str("行.json"), str("{\"on\": \"2021-07-01\"}")};
  hikae_list* list = (hikae_list*)sentinel;
  hikae_list* problems = (hikae_list*)sentinel;
  hikae_buffer bytes = {(uint8_t*)sentinel, 8, 0};
  hikae_entry entry = HIKAE_ENTRY_INIT;
  hikae_ledger_query query = HIKAE_LEDGER_QUERY_INIT;
  hikae_error* err = NULL;
  hikae_error* none = NULL;
  current = "refused";
  CHECK(hikae_ledger_append(office, &options, &wrong, &list, &err) == HIKAE_E_ARGUMENT && list == NULL);
  CHECK(hikae_error_problems(err, &problems, &none) == HIKAE_OK && hikae_list_count(problems) == 2);
  CHECK(hikae_list_next(problems, &entry, &none) == HIKAE_OK);
  CHECK(is(entry.file, "表.csv") && entry.line == 2 && entry.column == 10 && !has(entry.title_ja, "だれか"));
  CHECK(hikae_list_next(problems, &entry, &none) == HIKAE_OK && entry.line == 3 && entry.column == 1);
  hikae_error_free(err); /* the list lives on */
  CHECK(has(entry.title_en, "calendar"));
  hikae_list_free(problems);
  CHECK(hikae_error_problems(NULL, &problems, &none) == HIKAE_OK && hikae_list_count(problems) == 0);
  hikae_list_free(problems);
  REFUSED(hikae_error_problems(NULL, NULL, &err));
  REFUSED(hikae_ledger_append(NULL, &options, &fine, &list, &err));
  REFUSED(hikae_ledger_append(office, NULL, &fine, &list, &err));
  REFUSED(hikae_ledger_append(office, &options, NULL, &list, &err));
  REFUSED(hikae_ledger_import(office, &options, str(""), &list, &err));
  expect_error(hikae_ledger_import(office, &options, str("no/such.csv"), &list, &err), HIKAE_E_NOT_FOUND, &err);
  options.flags = 1u << 30;
  expect_error(hikae_ledger_append(office, &options, &fine, &list, &err), HIKAE_E_VERSION, &err);
  options.flags = 0;
  options.valid_from = str("あした");
  REFUSED(hikae_ledger_append(office, &options, &fine, &list, &err));
  options.valid_from = str("");
  REFUSED(hikae_ledger_correct(office, &options, str("x"), str("理由"), &fine, &bytes, &err)); /* an owner is given */
  CHECK(bytes.ptr == NULL && bytes.len == 0);
  options.owner = str("");
  REFUSED(hikae_ledger_correct(office, &options, str(""), str("理由"), &fine, &bytes, &err));
  REFUSED(hikae_ledger_correct(office, &options, str("x"), str(""), &fine, &bytes, &err));
  expect_error(hikae_ledger_correct(office, &options, str("x"), str("理由"), &fine, &bytes, &err), HIKAE_E_NOT_FOUND,
               &err);
  query.type = str("Training");
  query.format = HIKAE_FORMAT_SARIF;
  REFUSED(hikae_ledger_list(office, &query, &bytes, &err));
  query.format = HIKAE_FORMAT_JSON;
  query.type = str("Contract");
  REFUSED(hikae_ledger_list(office, &query, &bytes, &err));
  REFUSED(hikae_ledger_list(office, NULL, &bytes, &err));
  REFUSED(hikae_ledger_list(office, &query, NULL, &err));
  CHECK(lists("Training", 0, HIKAE_FORMAT_JSON, "委託/5", "委託/6"));
}

static void test_types(void) {
  hikae_list* list = (hikae_list*)sentinel;
  hikae_entry entry = HIKAE_ENTRY_INIT;
  hikae_error* err = NULL;
  int found = 0;
  current = "types";
  CHECK(hikae_ledgers_list(office, &list, &err) == HIKAE_OK);
  while (hikae_list_next(list, &entry, &err) == HIKAE_OK)
    if (is(entry.id, "Training")) found = is(entry.title_ja, "研修の記録") && is(entry.title_en, "training");
  CHECK(found && err == NULL);
  hikae_list_free(list);
}

static void test_structs(void) {
  hikae_ledger_options options = HIKAE_LEDGER_OPTIONS_INIT;
  hikae_ledger_query query = HIKAE_LEDGER_QUERY_INIT;
  hikae_buffer bytes = HIKAE_BUFFER_INIT;
  hikae_document fine = {str("行.json"), str("{}")};
  hikae_error* err = NULL;
  current = "structs";
  INIT_IS_ZERO(options);
  INIT_IS_ZERO(query);
  options.struct_size = 8;
  REFUSED(hikae_ledger_append(office, &options, &fine, NULL, &err));
  query.struct_size = 8;
  REFUSED(hikae_ledger_list(office, &query, &bytes, &err));
}

int main(int argc, char** argv) {
  hikae_open_options options = HIKAE_OPEN_OPTIONS_INIT;
  hikae_error* err = NULL;
  hikae_str papers[8];
  if (argc < 3 || argc > 9 || hikae_abi() != HIKAE_ABI) return 2;
  for (int i = 2; i < argc; ++i) papers[i - 2] = hikae_cstr(argv[i]);
  options.flags = HIKAE_OPEN_CREATE;
  options.actor = str("福祉課");
  CHECK(hikae_office_open(hikae_cstr(argv[1]), &options, &office, &err) == HIKAE_OK);
  for (int i = 2; i < argc; ++i) CHECK(hikae_office_declare_files(office, &papers[i - 2], 1, NULL, &err) == HIKAE_OK);
  if (failures == 0) test_types();
  if (failures == 0) test_rows();
  if (failures == 0) test_refused();
  if (failures == 0) test_structs();
  hikae_office_close(office);
  if (failures == 0) printf("ok\n");
  return failures == 0 ? 0 : 1;
}
