// clang-format off
// Writes and reads the records of 1,000 persons, and is refused three times by three rules. usage: records NEW-DIRECTORY PAPER…
#include <hikae/hikae.h>
#include <hikae/vault.h>
#include <stdio.h>
#include <stdlib.h>
enum { PERSONS = 1000 };
static hikae_error *err;
static hikae_time in_june_2021(void *ctx) { return (void)ctx, (hikae_time)1623718800 * 1000000; }  // the pack ends with its ordinance
static void must(hikae_status status) {
  hikae_str text = hikae_error_text(err, HIKAE_JAPANESE);
  if (status >= 0) return;
  fprintf(stderr, "%.*s\n", (int)text.len, text.ptr);
  exit(1);
}
static void refused(const char *what, hikae_status status) {  // says by which article; anything else ends the program
  hikae_reason why = HIKAE_REASON_INIT;
  if (status != HIKAE_E_REFUSED) must(status < 0 ? status : HIKAE_E_INTERNAL);
  if (hikae_decision_reason(hikae_error_decision(err), 0, &why, NULL) != HIKAE_OK) exit(1);
  printf("%s: %.*s (%.*s)\n", what, (int)why.title_ja.len, why.title_ja.ptr, (int)why.article.len, why.article.ptr);
  hikae_error_free(err);
}
int main(int argc, char **argv) {
  int read = 0; static char ids[PERSONS][16], names[PERSONS][32];
  static hikae_str subjects[PERSONS];
  static hikae_item items[PERSONS]; static hikae_put puts[PERSONS];
  const hikae_str card[] = {hikae_cstr("ic-card"), hikae_cstr("pin")};
  hikae_office *office; hikae_keys *keys; hikae_session *session; hikae_records *records; hikae_buffer value;
  hikae_open_options create = HIKAE_OPEN_OPTIONS_INIT;
  hikae_secret secret = HIKAE_SECRET_INIT;
  hikae_session_options who = HIKAE_SESSION_OPTIONS_INIT;
  hikae_ask ask = HIKAE_ASK_INIT;
  hikae_record record = HIKAE_RECORD_INIT;
  if (argc < 3 || hikae_abi() != HIKAE_ABI) return 2;
  create.flags = HIKAE_OPEN_CREATE, create.now = in_june_2021, secret.text = hikae_cstr("見本なので、ここに書いてある");  // a real one is asked for
  must(hikae_office_open(hikae_cstr(argv[1]), &create, &office, &err));
  for (int i = 2; i < argc; ++i) subjects[0] = hikae_cstr(argv[i]), must(hikae_office_declare_files(office, subjects, 1, NULL, &err));
  must(hikae_keys_make(office, &secret, &err)), must(hikae_keys_unlock(office, &secret, &keys, &err));
  who.actor = hikae_cstr("生活援護第一課職員1"), who.handling = hikae_cstr("hikikomori"), who.purpose = hikae_cstr("ひきこもり相談支援");
  who.place = hikae_cstr("生活援護第一課事務室内"), who.terminal = hikae_cstr("全庁LAN端末1"), ask.file = hikae_cstr("ひきこもり相談記録");
  refused("ICカードなしのログイン", hikae_session_begin(keys, &who, &session, &err));
  who.terminal_factors = card, who.terminal_factor_count = 2;
  must(hikae_session_begin(keys, &who, &session, &err));
  for (int i = 0; i < PERSONS; ++i) {
    snprintf(ids[i], sizeof ids[i], "%08d", 10000001 + i), snprintf(names[i], sizeof names[i], "相談者 %d", i + 1);
    subjects[i] = hikae_cstr(ids[i]), items[i].name = hikae_cstr("氏名"), items[i].value = hikae_cstr(names[i]);
    puts[i].subject = subjects[i], puts[i].set = &items[i], puts[i].set_count = 1;
  }
  must(hikae_records_put(session, &ask, puts, PERSONS, NULL, &err));
  must(hikae_records_get(session, &ask, subjects, PERSONS, &records, &err));
  while (hikae_records_next(records, &record, &err) == HIKAE_OK) read += record.state == HIKAE_RELEASED;
  must(hikae_record_get(session, &ask, subjects[1], items[1].name, &value, &err));
  printf("%d 件を記録し、%d 件を読んだ。%s は %.*s\n", PERSONS, read, ids[1], (int)value.len, (const char *)value.ptr);
  hikae_buffer_free(&value), hikae_records_free(records);  // wiped
  refused("情報の内容にない項目", hikae_record_get(session, &ask, subjects[0], hikae_cstr("特記事項"), &value, &err));
  refused("職員による消去", hikae_records_erase(session, &ask, subjects, 1, NULL, NULL, &err));
  must(hikae_session_end(session, &err));
  hikae_session_free(session), hikae_keys_free(keys), hikae_office_close(office);
}
