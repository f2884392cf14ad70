/* The keys through the C API: made, opened, turned over, shared, backed up; and what who administers does. */
#include "vault_office.h"

static void making_and_unlocking(void) {
  hikae_secret short_one = passphrase("短い合言葉"), good = passphrase("正しい馬の電池ホチキス"),
               wrong = passphrase("間違った馬の電池ホチキス");
  hikae_secret mixed = good;
  const hikae_str share = str("x");
  expect_error(hikae_keys_unlock(office, &good, &keys, &err), HIKAE_E_LOCKED, &err);
  CHECK(keys == NULL);
  REFUSED(hikae_keys_make(office, &short_one, &err));
  good.text = str("正しい馬の電池ホチキスを覚える");
  must(hikae_keys_make(office, &good, &err));
  expect_error(hikae_keys_make(office, &good, &err), HIKAE_E_EXISTS, &err);
  keys = (hikae_keys*)sentinel;
  expect_error(hikae_keys_unlock(office, &wrong, &keys, &err), HIKAE_E_SECRET, &err);
  CHECK(keys == NULL);
  mixed.shares = &share;
  mixed.share_count = 1;
  REFUSED(hikae_keys_unlock(office, &mixed, &keys, &err));
  mixed = good;
  mixed.kind = 4;
  REFUSED(hikae_keys_unlock(office, &mixed, &keys, &err));
  REFUSED(hikae_keys_unlock(office, NULL, &keys, &err));
  REFUSED(hikae_keys_unlock(NULL, &good, &keys, &err));
  REFUSED(hikae_keys_unlock(office, &good, NULL, &err));
  must(hikae_keys_unlock(office, &good, &keys, &err));
}

static void administering(void) {
  hikae_session *clerk = begin("生活援護第一課職員1"), *head = begin("生活援護第一課長1");
  hikae_ask ask = of_file(), administer = HIKAE_ASK_INIT;
  const hikae_str subject = str("10000002"), both[] = {str("10000001"), str("10000002")};
  const hikae_mark marks[] = {{str("use-stopped"), str(""), str("令和3年6月1日"), str("")}};
  const hikae_mark wrong = {str("そんな制限はない"), str(""), str(""), str("")};
  hikae_buffer value = HIKAE_BUFFER_INIT, certificate = HIKAE_BUFFER_INIT;
  hikae_records* records = NULL;
  hikae_record record = HIKAE_RECORD_INIT;
  hikae_list* list = NULL;
  hikae_entry entry = HIKAE_ENTRY_INIT;
  uint64_t erased = 0;
  REFUSED(hikae_subject_mark(head, &administer, subject, &wrong, 1, &err));
  must(hikae_subject_mark(head, &administer, subject, marks, 1, &err));
  refused_by("edo21.restriction.use-stopped", hikae_record_get(clerk, &ask, subject, str("氏名"), &value, &err));
  must(hikae_records_get(clerk, &ask, both, 2, &records, &err)); /* the one is given, the other not */
  CHECK(hikae_records_next(records, &record, &err) == HIKAE_OK && record.state == HIKAE_RELEASED);
  CHECK(hikae_records_next(records, &record, &err) == HIKAE_OK && record.state == HIKAE_WITHHELD &&
        record.item_count == 0);
  hikae_reason reason = HIKAE_REASON_INIT;
  CHECK(hikae_decision_reason(record.decision, 0, &reason, &err) == HIKAE_OK &&
        is(reason.rule, "edo21.restriction.use-stopped"));
  hikae_records_free(records);
  administer.act = HIKAE_ACT_ADMINISTER;
  must(hikae_subject_marks(head, &administer, subject, &list, &err));
  CHECK(hikae_list_next(list, &entry, &err) == HIKAE_OK && is(entry.id, "use-stopped") &&
        is(entry.from, "2021-06-01") && entry.until.len == 0);
  hikae_list_free(list);
  must(hikae_records_erase(head, &ask, &subject, 1, &certificate, &erased, &err));
  hikae_str text = {(const char*)certificate.ptr, certificate.len};
  CHECK(erased == 1 && has(text, "records 1\n") && has(text, "file ひきこもり相談記録\n") && !has(text, "10000002"));
  hikae_buffer_free(&certificate);
  expect_error(hikae_record_get(clerk, &ask, subject, str("氏名"), &value, &err), HIKAE_E_NOT_FOUND, &err);
  must(hikae_records_check(keys, &list, &err));
  CHECK(hikae_list_count(list) == 0);
  hikae_list_free(list);
  administer.act = 0;
  must(hikae_keys_rotate_subjects(head, &ask, NULL, NULL, &err));
  must(hikae_record_get(clerk, &ask, both[0], str("氏名"), &value, &err));
  hikae_buffer_free(&value);
  must(hikae_session_revoke(head, &administer, hikae_session_id(clerk), &err));
  refused_by("edo21.session.revoked", hikae_record_get(clerk, &ask, both[0], str("氏名"), &value, &err));
  must(hikae_password_set(head, &administer, str("生活援護第一課職員1"), str("さくら咲く四月の合言葉"), &err));
  hikae_session_options who = arrival("生活援護第一課職員1");
  hikae_session* session = NULL;
  who.password = str("違う合言葉である");
  expect_error(hikae_session_begin(keys, &who, &session, &err), HIKAE_E_SECRET, &err);
  CHECK(hikae_error_decision(NULL) == NULL);
  who.password = str("さくら咲く四月の合言葉");
  must(hikae_session_begin(keys, &who, &session, &err));
  hikae_session_free(session);
  refused_by("edo21.auth.password-length", hikae_password_change(keys, &who, str("短い"), &err));
  must(hikae_password_change(keys, &who, str("もみじ散る十月の日の合言葉"), &err));
  hikae_session_free(clerk);
  hikae_session_free(head);
}

static const char* state_of_kind;
/* The version of the key of `state_of_kind` that is primary; the index keys that are destroyed count too. */
static int primary_key(void* ctx, const hikae_key* key) {
  if (is(key->kind, state_of_kind) && key->state == HIKAE_KEY_PRIMARY) *(uint32_t*)ctx = key->version;
  return 0;
}
static int first_index_key(void* ctx, const hikae_key* key) {
  if (is(key->kind, "index") && key->version == 1) *(int32_t*)ctx = key->state;
  return 0;
}
static int stop_listing(void* ctx, const hikae_key* key) {
  (void)ctx;
  return key->version > 0;
}
static int count_sessions(void* ctx, const hikae_session_info* session) {
  *(int*)ctx += session->ended_at == 0;
  CHECK(session->id.len == 16 && session->actor.len > 0);
  return 0;
}
static int stop_turning(void* ctx, uint64_t done, uint64_t total) {
  CHECK(done <= total);
  return ++*(int*)ctx;
}

static uint32_t primary(const char* kind) {
  uint32_t version = 0;
  state_of_kind = kind;
  must(hikae_keys_list(keys, primary_key, &version, &err));
  return version;
}
static int32_t first_index(void) {
  int32_t state = 0;
  must(hikae_keys_list(keys, first_index_key, &state, &err));
  return state;
}

/* Who is no post of the paper does nothing to the keys, and each "no" names its rule. */
static void keys_refused(void) {
  hikae_session* clerk = begin("生活援護第一課職員1");
  const hikae_ask ask = HIKAE_ASK_INIT, file = of_file();
  const hikae_str custodians[] = {str("副区長"), str("総務部長")};
  hikae_secret fresh = passphrase("新しい馬の電池ホチキスを覚える");
  hikae_buffer shares[2] = {{NULL, 7, 0}, {NULL, 7, 0}};
  const char* rule = "edo21.administer.role";
  refused_by(rule, hikae_keys_add_lock(clerk, &ask, &fresh, &err));
  refused_by(rule, hikae_keys_share(clerk, &ask, 2, custodians, 2, shares, &err));
  CHECK(is_zero(shares, sizeof shares));
  refused_by(rule, hikae_keys_rotate_master(clerk, &ask, &fresh, &err));
  refused_by(rule, hikae_keys_rotate_office(clerk, &ask, NULL, NULL, &err));
  refused_by(rule, hikae_keys_rotate_index(clerk, &ask, NULL, NULL, &err));
  refused_by(rule, hikae_keys_rotate_subjects(clerk, &file, NULL, NULL, &err));
  refused_by(rule, hikae_keys_retire_index(clerk, &ask, &err));
  refused_by(rule, hikae_keys_set_state(clerk, &ask, str("index"), 1, HIKAE_KEY_DISABLED, &err));
  refused_by(rule, hikae_keys_backup(clerk, &ask, str(path_of("keys.none")), &err));
  CHECK(primary("master") == 1 && primary("index") == 1 && first_index() == HIKAE_KEY_PRIMARY);
  FILE* none = fopen(path_of("keys.none"), "rb");
  CHECK(none == NULL);
  hikae_session_free(clerk);
}

static void recovering(hikae_session* head) {
  const hikae_ask ask = HIKAE_ASK_INIT;
  const hikae_str custodians[] = {str("副区長"), str("総務部長"), str("会計管理者")};
  hikae_buffer shares[3] = {{NULL, 7, 0}, {NULL, 7, 0}, {NULL, 7, 0}};
  hikae_secret by_shares = HIKAE_SECRET_INIT, fresh = passphrase("新しい馬の電池ホチキスを覚える");
  hikae_str given[2];
  hikae_keys* other = NULL;
  REFUSED(hikae_keys_share(head, &ask, 4, custodians, 3, shares, &err));
  CHECK(is_zero(shares, sizeof shares));
  must(hikae_keys_share(head, &ask, 2, custodians, 3, shares, &err));
  given[0] = (hikae_str){(const char*)shares[2].ptr, shares[2].len};
  given[1] = (hikae_str){(const char*)shares[0].ptr, shares[0].len};
  CHECK(has(given[0], "会計管理者") && has(given[1], "副区長"));
  by_shares.kind = HIKAE_SECRET_SHARES;
  by_shares.shares = given;
  by_shares.share_count = 1;
  CHECK(hikae_keys_unlock(office, &by_shares, &other, NULL) < 0 && other == NULL);
  REFUSED(hikae_keys_recover(office, &by_shares, &fresh, &err));
  by_shares.share_count = 2;
  REFUSED(hikae_keys_recover(office, &fresh, &fresh, &err)); /* not shares */
  REFUSED(hikae_keys_recover(office, &by_shares, &by_shares, &err));
  REFUSED(hikae_keys_recover(NULL, &by_shares, &fresh, &err));
  expect_error(hikae_keys_unlock(office, &fresh, &other, &err), HIKAE_E_SECRET, &err);
  must(hikae_keys_recover(office, &by_shares, &fresh, &err));
  must(hikae_keys_unlock(office, &fresh, &other, &err));
  hikae_keys_free(other);
  for (int i = 0; i < 3; ++i) hikae_buffer_free(&shares[i]);
}

static void key_administration(void) {
  const hikae_ask ask = HIKAE_ASK_INIT, file = of_file();
  hikae_ask reading = file;
  hikae_session* head = begin("生活援護第一課長1");
  hikae_secret fresh = passphrase("新しい馬の電池ホチキスを覚える"), short_one = passphrase("短い合言葉");
  int open = 0, told = 0;
  char backup[4096];
  const uint32_t before = primary("office");
  CHECK(before > 0);
  expect_error(hikae_keys_list(keys, stop_listing, NULL, &err), HIKAE_E_STOPPED, &err);
  REFUSED(hikae_keys_list(keys, NULL, NULL, &err));
  must(hikae_sessions_list(keys, count_sessions, &open, &err));
  CHECK(open > 0);
  recovering(head);
  REFUSED(hikae_keys_add_lock(head, &ask, &short_one, &err));
  REFUSED(hikae_keys_add_lock(NULL, &ask, &fresh, &err));
  REFUSED(hikae_keys_add_lock(head, &ask, NULL, &err));
  must(hikae_keys_add_lock(head, &ask, &fresh, &err));
  expect_error(hikae_keys_rotate_office(head, &ask, stop_turning, &told, &err), HIKAE_E_STOPPED, &err);
  CHECK(told == 1);
  must(hikae_keys_rotate_office(head, &ask, NULL, NULL, &err));
  CHECK(primary("office") == before + 1);
  reading.act = HIKAE_ACT_READ;
  REFUSED(hikae_keys_rotate_office(head, &reading, NULL, NULL, &err));
  REFUSED(hikae_keys_rotate_subjects(head, &ask, NULL, NULL, &err)); /* of no file */

  told = 0;
  expect_error(hikae_keys_rotate_index(head, &ask, stop_turning, &told, &err), HIKAE_E_STOPPED, &err);
  CHECK(primary("index") == 2 && first_index() == HIKAE_KEY_ENABLED);
  must(hikae_keys_rotate_index(head, &ask, NULL, NULL, &err));
  CHECK(primary("index") == 2);
  must(hikae_keys_set_state(head, &ask, str("index"), 1, HIKAE_KEY_DISABLED, &err));
  CHECK(first_index() == HIKAE_KEY_DISABLED);
  must(hikae_keys_set_state(head, &ask, str("index"), 1, HIKAE_KEY_ENABLED, &err));
  REFUSED(hikae_keys_set_state(head, &ask, str("index"), 1, HIKAE_KEY_PRIMARY, &err));
  REFUSED(hikae_keys_set_state(head, &ask, str("index"), 1, 0, &err));
  REFUSED(hikae_keys_set_state(head, &ask, str("index"), 1, 5, &err));
  REFUSED(hikae_keys_set_state(head, &ask, str("master"), 1, HIKAE_KEY_DISABLED, &err));
  expect_error(hikae_keys_set_state(head, &ask, str("index"), 9, HIKAE_KEY_DISABLED, &err), HIKAE_E_NOT_FOUND, &err);
  must(hikae_keys_retire_index(head, &ask, &err));
  CHECK(first_index() == HIKAE_KEY_DESTROYED);

  snprintf(backup, sizeof backup, "%s", path_of("keys.backup"));
  must(hikae_keys_backup(head, &ask, str(backup), &err));
  expect_error(hikae_keys_backup(head, &ask, str(backup), &err), HIKAE_E_EXISTS, &err);
  expect_error(hikae_keys_backup_with_log_key(head, &ask, str(backup), &err), HIKAE_E_EXISTS, &err);
  snprintf(backup, sizeof backup, "%s", path_of("keys.second"));
  must(hikae_keys_backup_with_log_key(head, &ask, str(backup), &err));
  expect_error(hikae_keys_backup(head, &ask, str(backup), &err), HIKAE_E_EXISTS, &err);
  must(hikae_keys_rotate_master(head, &ask, &fresh, &err));
  CHECK(primary("master") == 2);
  hikae_session_free(head);
}

/* Each act on the keys stands there as often as it was tried, refused and allowed. */
static void the_log_of_keys(void) {
  const struct {
    const char* thing;
    int allowed;
  } acts[] = {{"keys-lock", 2},         {"keys-share", 2}, {"keys-rotate-master", 1},   {"keys-rotate-office", 2},
              {"keys-rotate-index", 2}, {"keys-state", 4}, {"keys-rotate-subjects", 1}, {"keys-retire-index", 1},
              {"keys-backup", 5}};
  for (size_t i = 0; i < sizeof acts / sizeof *acts; ++i) {
    const int allowed = told("administered", acts[i].thing, HIKAE_LOG_ALLOWED);
    const int refused = told("administered", acts[i].thing, HIKAE_LOG_REFUSED);
    if (allowed != acts[i].allowed || refused != 1)
      fprintf(stderr, "%s: allowed %d times, refused %d times\n", acts[i].thing, allowed, refused);
    CHECK(allowed == acts[i].allowed && refused == 1);
  }
  CHECK(told("keys unlocked", "passphrase", HIKAE_LOG_REFUSED) == 2);
  CHECK(told("keys unlocked", "shares", HIKAE_LOG_ALLOWED) > 0);
  CHECK(told("office changed", "keys-recover", 0) > 0);
  CHECK(told("office changed", "keys-init", 0) == 3); /* two of them came to nothing */
}

/* Nine acts on the keys and two wrong secrets; two reads of who is marked, one of a revoked session, two passwords. */
static void the_whole_log(void) { the_log(16); }

int main(int argc, char** argv) {
  const part parts[] = {{"open_office", open_office},
                        {"making_and_unlocking", making_and_unlocking},
                        {"put_two", put_two},
                        {"administering", administering},
                        {"keys_refused", keys_refused},
                        {"key_administration", key_administration},
                        {"the_log_of_keys", the_log_of_keys},
                        {"the_whole_log", the_whole_log}};
  return run(parts, sizeof parts / sizeof *parts, argc, argv);
}
