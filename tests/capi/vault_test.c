/* The vault through the C API: usage vault_test EMPTY-DIRECTORY PAPER… */
#include <hikae/hikae.h>
#include <hikae/log.h>
#include <hikae/vault.h>
#include <stdlib.h>

#include "check.h"

enum { DAY_SECONDS = 86400 };
static const char* root;
static hikae_str papers[8];
static size_t paper_count;
static hikae_office* office;
static hikae_keys* keys;
static hikae_error* err;
static hikae_time now; /* of the office's clock; 2021-06-15 10:00 in Japan to begin with */
static const hikae_str card[] = {{"ic-card", 7}, {"pin", 3}};

static hikae_time clock_of_the_test(void* ctx) { return *(hikae_time*)ctx; }

static const char* path_of(const char* name) {
  static char path[4096];
  snprintf(path, sizeof path, "%s/%s", root, name);
  return path;
}

/* Done, or the test program has nothing to go on with. */
static void must(hikae_status status) {
  if (status >= 0) return;
  hikae_str text = hikae_error_text(err, HIKAE_ENGLISH);
  fprintf(stderr, "%s: %.*s\n", current, (int)text.len, text.ptr);
  exit(1);
}

static hikae_secret passphrase(const char* text) {
  hikae_secret secret = HIKAE_SECRET_INIT;
  secret.text = str(text);
  secret.operations = 1; /* tests have no secrets worth waiting for */
  secret.memory = 8u << 20;
  return secret;
}

static hikae_session_options arrival(const char* actor) {
  hikae_session_options who = HIKAE_SESSION_OPTIONS_INIT;
  who.actor = str(actor);
  who.handling = str("hikikomori");
  who.purpose = str("ひきこもり相談支援");
  who.terminal = str("全庁LAN端末1");
  who.place = str("生活援護第一課事務室内");
  who.terminal_factors = card;
  who.terminal_factor_count = 2;
  return who;
}

static hikae_session* begin(const char* actor) {
  hikae_session_options who = arrival(actor);
  hikae_session* session = NULL;
  must(hikae_session_begin(keys, &who, &session, &err));
  return session;
}

static hikae_ask of_file(void) {
  hikae_ask ask = HIKAE_ASK_INIT;
  ask.file = str("ひきこもり相談記録");
  return ask;
}

/* The call was refused by this rule, the first of its reasons or a later one, and an article is cited. */
static void refused_by(const char* rule, hikae_status status) {
  hikae_decided decided = HIKAE_DECIDED_INIT;
  hikae_reason reason = HIKAE_REASON_INIT;
  const hikae_decision* decision = hikae_error_decision(err);
  int found = 0;
  CHECK(status == HIKAE_E_REFUSED && decision != NULL);
  if (decision == NULL) {
    must(status);
    return;
  }
  CHECK(hikae_decision_get(decision, &decided, NULL) == HIKAE_OK);
  CHECK(decided.allowed == 0 && decided.judged == 1 && decided.reason_count > 0);
  for (uint64_t i = 0; hikae_decision_reason(decision, i, &reason, NULL) == HIKAE_OK; ++i) {
    CHECK(reason.article.len > 0 && reason.title_ja.len > 0 && reason.title_en.len > 0 && reason.severity > 0);
    found |= is(reason.rule, rule);
    CHECK(has(hikae_decision_explain(decision, HIKAE_JAPANESE), "できない") || !is(reason.rule, rule));
  }
  CHECK(EMPTY(reason)); /* past the last */
  if (!found)
    fprintf(stderr, "%s: not refused by %s: %.*s\n", current, rule, (int)hikae_error_text(err, HIKAE_ENGLISH).len,
            hikae_error_text(err, HIKAE_ENGLISH).ptr);
  CHECK(found);
  hikae_error_free(err);
  err = NULL;
}

static void structs(void) {
  static hikae_secret secret = HIKAE_SECRET_INIT;
  static hikae_key key = HIKAE_KEY_INIT;
  static hikae_session_options who = HIKAE_SESSION_OPTIONS_INIT;
  static hikae_session_info info = HIKAE_SESSION_INFO_INIT;
  static hikae_ask ask = HIKAE_ASK_INIT;
  static hikae_decided decided = HIKAE_DECIDED_INIT;
  static hikae_reason reason = HIKAE_REASON_INIT;
  static hikae_record record = HIKAE_RECORD_INIT;
  static hikae_seen seen = HIKAE_SEEN_INIT;
  static hikae_put put = HIKAE_PUT_INIT;
  static hikae_export_options to = HIKAE_EXPORT_OPTIONS_INIT;
  static hikae_import_options from = HIKAE_IMPORT_OPTIONS_INIT;
  INIT_IS_ZERO(to);
  INIT_IS_ZERO(from);
  INIT_IS_ZERO(secret);
  INIT_IS_ZERO(key);
  INIT_IS_ZERO(who);
  INIT_IS_ZERO(info);
  INIT_IS_ZERO(ask);
  INIT_IS_ZERO(decided);
  INIT_IS_ZERO(reason);
  INIT_IS_ZERO(record);
  INIT_IS_ZERO(seen);
  CHECK(is_zero(&put, sizeof put));
}

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

static void sizes(void) {
  struct {
    hikae_ask known;
    char future[32];
  } ask = {HIKAE_ASK_INIT, {0}};
  struct {
    hikae_decided known;
    char future[32];
  } decided = {HIKAE_DECIDED_INIT, {0}};
  hikae_session_options who = arrival("生活援護第一課職員1");
  hikae_secret secret = passphrase("正しい馬の電池ホチキスを覚える");
  hikae_session* session = begin("生活援護第一課職員1");
  hikae_decision* decision = NULL;
  hikae_keys* second = NULL;
  ask.known = of_file();
  ask.known.struct_size = sizeof ask;
  must(hikae_session_would_allow(session, &ask.known, str(""), &decision, &err));
  decided.known.struct_size = sizeof decided;
  memset(decided.future, 0x55, sizeof decided.future);
  must(hikae_decision_get(decision, &decided.known, &err));
  CHECK(decided.known.allowed == 1 && is_zero(decided.future, sizeof decided.future));
  hikae_decision_free(decision);
  ask.future[31] = 1; /* an option of a later release */
  expect_error(hikae_session_would_allow(session, &ask.known, str(""), &decision, &err), HIKAE_E_VERSION, &err);
  CHECK(decision == NULL);
  ask.known.struct_size = sizeof(hikae_ask) - 1;
  REFUSED(hikae_session_would_allow(session, &ask.known, str(""), &decision, &err));
  who.struct_size = sizeof who - 1;
  hikae_session* none = (hikae_session*)sentinel;
  REFUSED(hikae_session_begin(keys, &who, &none, &err));
  CHECK(none == NULL);
  secret.struct_size = SIZE_MAX;
  REFUSED(hikae_keys_unlock(office, &secret, &second, &err));
  decided.known.struct_size = 1;
  REFUSED(hikae_decision_get(NULL, &decided.known, &err));
  hikae_session_free(session);
}

static void sessions(void) {
  hikae_session_options who = arrival("生活援護第一課職員1");
  hikae_session *session = NULL, *again = NULL;
  hikae_buffer token = HIKAE_BUFFER_INIT;
  hikae_ask ask = of_file();
  hikae_decision* decision = NULL;
  const hikae_str bad[] = {{"\xff", 1}, {NULL, 1}};
  who.actor = bad[0];
  REFUSED(hikae_session_begin(keys, &who, &session, &err));
  who = arrival("");
  REFUSED(hikae_session_begin(keys, &who, &session, &err));
  who = arrival("生活援護第一課職員1");
  who.terminal_factors = bad;
  REFUSED(hikae_session_begin(keys, &who, &session, &err));
  who.terminal_factor_count = 0;
  refused_by("edo21.auth.factors.terminal", hikae_session_begin(keys, &who, &session, &err));
  CHECK(session == NULL);
  who = arrival("手当助成係員1");
  refused_by("edo21.user.need.login", hikae_session_begin(keys, &who, &session, &err));

  session = begin("生活援護第一課職員1");
  CHECK(hikae_session_id(session).len == 16 && hikae_session_id(NULL).len == 0);
  must(hikae_session_token(session, &token, &err));
  hikae_str text = {(const char*)token.ptr, token.len};
  must(hikae_session_resume(keys, text, &again, &err));
  CHECK(hikae_session_id(again).len == 16 &&
        memcmp(hikae_session_id(again).ptr, hikae_session_id(session).ptr, 16) == 0);
  must(hikae_session_end(again, &err));
  must(hikae_session_end(again, &err)); /* once more is harmless */
  hikae_session_free(again);
  expect_error(hikae_session_resume(keys, text, &again, &err), HIKAE_E_NOT_FOUND, &err);
  CHECK(again == NULL);
  must(hikae_session_would_allow(session, &ask, str(""), &decision, &err)); /* its other holder is told by a rule */
  hikae_decided decided = HIKAE_DECIDED_INIT;
  must(hikae_decision_get(decision, &decided, &err));
  CHECK(decided.allowed == 0);
  hikae_decision_free(decision);
  hikae_buffer_free(&token);
  hikae_session_free(session);
}

static void put_and_get(void) {
  hikae_session* session = begin("生活援護第一課職員1");
  hikae_ask ask = of_file();
  const hikae_item items[] = {{str("氏名"), str("髙槗 花子𠮷")}, {str("生年月日"), str("平成16年2月28日")}};
  hikae_put puts[2] = {HIKAE_PUT_INIT, HIKAE_PUT_INIT};
  const hikae_str subjects[] = {str("10000001"), str("99999999"), str("10000002")};
  uint64_t versions[2] = {7, 7};
  hikae_buffer value = HIKAE_BUFFER_INIT;
  hikae_records* records = NULL;
  puts[0].subject = subjects[0];
  puts[0].set = items;
  puts[0].set_count = 2;
  puts[1].subject = subjects[2];
  puts[1].set = items;
  puts[1].set_count = 1;
  must(hikae_records_put(session, &ask, puts, 2, versions, &err));
  CHECK(versions[0] == 1 && versions[1] == 1);
  must(hikae_record_put(session, &ask, subjects[2], str("連絡先"), str("ﾀﾝﾄｳ 03-0000-0000"), &err));
  puts[1].conditional = 1;
  puts[1].if_version = 1;
  expect_error(hikae_records_put(session, &ask, puts, 2, versions, &err), HIKAE_E_BUSY, &err);
  CHECK(versions[0] == 0 && versions[1] == 0);
  REFUSED(hikae_record_put(session, &ask, subjects[0], str("生年月日"), str("平成16年2月30日"), &err));
  REFUSED(hikae_record_put(session, &ask, str(""), str("氏名"), str("誰"), &err));
  ask.act = HIKAE_ACT_READ;
  REFUSED(hikae_record_put(session, &ask, subjects[0], str("氏名"), str("誰"), &err));
  ask.act = 13;
  REFUSED(hikae_record_put(session, &ask, subjects[0], str("氏名"), str("誰"), &err));
  ask.act = 0;

  must(hikae_record_get(session, &ask, subjects[0], str("生年月日"), &value, &err));
  CHECK(value.len == 10 && memcmp(value.ptr, "2004-02-28", 10) == 0);
  hikae_buffer_free(&value);
  CHECK(value.ptr == NULL && value.len == 0);
  value.len = 5;
  expect_error(hikae_record_get(session, &ask, subjects[1], str("氏名"), &value, &err), HIKAE_E_NOT_FOUND, &err);
  CHECK(value.ptr == NULL && value.len == 0);
  expect_error(hikae_record_get(session, &ask, subjects[2], str("生年月日"), &value, &err), HIKAE_E_NOT_FOUND, &err);

  must(hikae_records_get(session, &ask, subjects, 3, &records, &err));
  hikae_record record = HIKAE_RECORD_INIT;
  hikae_seen seen = HIKAE_SEEN_INIT;
  REFUSED(hikae_records_item(records, 0, &seen, &err)); /* no record was given yet */
  CHECK(hikae_records_next(records, &record, &err) == HIKAE_OK);
  CHECK(record.index == 0 && record.state == HIKAE_RELEASED && record.version == 1 && record.item_count == 2);
  CHECK(record.decision != NULL);
  CHECK(hikae_records_item(records, 0, &seen, &err) == HIKAE_OK && seen.view == HIKAE_VIEW_WHOLE && seen.version == 1);
  int names = is(seen.name, "氏名") && is(seen.value, "髙槗 花子𠮷");
  CHECK(hikae_records_item(records, 1, &seen, &err) == HIKAE_OK);
  names += is(seen.name, "氏名") && is(seen.value, "髙槗 花子𠮷");
  CHECK(names == 1);
  CHECK(hikae_records_item(records, 2, &seen, &err) == HIKAE_END && EMPTY(seen));
  CHECK(hikae_records_next(records, &record, &err) == HIKAE_OK && record.index == 1 && record.state == HIKAE_NO_RECORD);
  CHECK(record.version == 0 && record.item_count == 0);
  CHECK(hikae_records_next(records, &record, &err) == HIKAE_OK && record.index == 2 && record.version == 2);
  CHECK(hikae_records_next(records, &record, &err) == HIKAE_END && EMPTY(record));
  CHECK(hikae_records_next(records, &record, &err) == HIKAE_END);
  REFUSED(hikae_records_item(records, 0, &seen, &err));
  hikae_records_free(records);
  hikae_session_free(session);
}

static int keep_some(void* ctx, const hikae_item* items, size_t count, int32_t* keep) {
  ++*(int*)ctx;
  for (size_t i = 0; i < count; ++i) *keep |= has(items[i].value, "2004");
  return 0;
}
static int stop_at_once(void* ctx, const hikae_item* items, size_t count, int32_t* keep) {
  (void)items, (void)count, (void)keep;
  ++*(int*)ctx;
  return 1;
}

static void media(void) {
  hikae_session* session = begin("生活援護第一課職員1");
  hikae_ask ask = of_file();
  hikae_export_options to = HIKAE_EXPORT_OPTIONS_INIT;
  hikae_import_options from = HIKAE_IMPORT_OPTIONS_INIT;
  const hikae_str subject = str("10000001"), name = str("氏名"), nobody = str("x");
  uint64_t count = 7;
  char directory[4096];
  snprintf(directory, sizeof directory, "%s", root);
  ask.items = &name;
  ask.item_count = 1;
  ask.medium = str("electronic");
  ask.encrypted = HIKAE_YES;
  to.directory = str(directory);
  to.name = str("持出し");
  to.handover = str("試験の受渡し");                                            /* planned: without it a rule refuses */
  REFUSED(hikae_records_export(session, &ask, &subject, 1, &to, &count, &err)); /* sealed to nobody */
  CHECK(count == 0);
  to.passphrase = str("媒体の合言葉は別に伝える");
  to.form = 3;
  REFUSED(hikae_records_export(session, &ask, &subject, 1, &to, &count, &err));
  to.form = HIKAE_MEDIA_CSV;
  to.work_factor = 10;
  must(hikae_records_export(session, &ask, &subject, 1, &to, &count, &err));
  CHECK(count == 1);
  expect_error(hikae_records_export(session, &ask, &subject, 1, &to, &count, &err), HIKAE_E_EXISTS, &err);
  from.directory = str(directory);
  from.name = to.name;
  from.passphrase = to.passphrase;
  from.signers = &nobody;
  from.signer_count = 1;
  ask.item_count = 0;
  ask.act = HIKAE_ACT_WRITE;
  count = 7;
  CHECK(hikae_records_import(session, &ask, &from, &count, NULL) < 0 && count == 0); /* not a key */
  from.struct_size = sizeof from - 1;
  REFUSED(hikae_records_import(session, &ask, &from, &count, &err));
  hikae_session_free(session);
}

static void finding(void) {
  hikae_session* session = begin("生活援護第一課職員1");
  hikae_ask ask = of_file();
  hikae_list* list = NULL;
  hikae_entry entry = HIKAE_ENTRY_INIT;
  const hikae_str name = str("氏名"), birthday = str("生年月日");
  int seen = 0;
  ask.items = &name;
  ask.item_count = 1;
  must(hikae_records_search(session, &ask, HIKAE_INDEX_EXACT, str("髙槗 花子𠮷"), 0, &list, &err));
  CHECK(hikae_list_count(list) == 2 && hikae_list_next(list, &entry, &err) == HIKAE_OK && has(entry.id, "1000000"));
  hikae_list_free(list);
  must(hikae_records_search(session, &ask, HIKAE_INDEX_EXACT, str("髙槗 太郎"), 0, &list, &err));
  CHECK(hikae_list_count(list) == 0);
  hikae_list_free(list);
  REFUSED(hikae_records_search(session, &ask, 0, str("髙槗"), 0, &list, &err));
  REFUSED(hikae_records_search(session, &ask, HIKAE_INDEX_YEAR, str("2004"), 0, &list, &err)); /* no such index */
  CHECK(list == NULL);
  ask.items = &birthday;
  must(hikae_records_sift(session, &ask, keep_some, &seen, 0, &list, &err));
  CHECK(seen == 2 && hikae_list_count(list) == 1);
  hikae_list_free(list);
  seen = 0;
  expect_error(hikae_records_sift(session, &ask, stop_at_once, &seen, 0, &list, &err), HIKAE_E_STOPPED, &err);
  CHECK(seen == 1 && list == NULL);
  hikae_session_free(session);
}

static void refusals(void) {
  hikae_session* session = begin("生活援護第一課職員1");
  hikae_ask ask = of_file();
  hikae_buffer value = HIKAE_BUFFER_INIT, certificate = HIKAE_BUFFER_INIT;
  hikae_decision* decision = NULL;
  const hikae_str subject = str("10000001");
  uint64_t erased = 7;
  refused_by("edo21.consult.scope-items", hikae_record_get(session, &ask, subject, str("特記事項"), &value, &err));
  CHECK(value.ptr == NULL);
  refused_by("edo21.erase.role", hikae_records_erase(session, &ask, &subject, 1, &certificate, &erased, &err));
  CHECK(certificate.ptr == NULL && erased == 0);
  ask.act = HIKAE_ACT_PROVIDE;
  refused_by("edo21.provision.recipient", hikae_record_get(session, &ask, subject, str("氏名"), &value, &err));
  ask.act = HIKAE_ACT_ADMINISTER;
  refused_by("edo21.administer.role", hikae_session_revoke(session, &ask, hikae_session_id(session), &err));
  ask.act = HIKAE_ACT_ERASE; /* asking is not doing */
  must(hikae_session_would_allow(session, &ask, subject, &decision, &err));
  hikae_decided decided = HIKAE_DECIDED_INIT;
  must(hikae_decision_get(decision, &decided, &err));
  CHECK(decided.allowed == 0 && is(decided.act, "erase") && is(decided.file, "ひきこもり相談記録"));
  CHECK(has(hikae_decision_explain(decision, HIKAE_JAPANESE), "できない") &&
        has(hikae_decision_explain(decision, HIKAE_ENGLISH), "is refused"));
  hikae_decision_free(decision);
  now += (hikae_time)DAY_SECONDS * 1000000; /* the session has been idle too long */
  ask.act = 0;
  refused_by("edo21.session.idle", hikae_record_get(session, &ask, subject, str("氏名"), &value, &err));
  hikae_session_free(session);
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
  must(hikae_keys_rotate_master(head, &ask, &fresh, &err));
  CHECK(primary("master") == 2);
  hikae_session_free(head);
}

/* Freed keys are wiped: their sessions say so, and what was read stays. Any order of freeing will do. */
static void freeing(void) {
  hikae_session *first = begin("生活援護第一課職員1"), *second = begin("生活援護第一課職員1");
  hikae_ask ask = of_file();
  hikae_buffer value = HIKAE_BUFFER_INIT;
  hikae_records* records = NULL;
  hikae_record record = HIKAE_RECORD_INIT;
  hikae_seen seen = HIKAE_SEEN_INIT;
  const hikae_str subject = str("10000001"), name = str("氏名");
  ask.items = &name;
  ask.item_count = 1;
  must(hikae_records_get(first, &ask, &subject, 1, &records, &err));
  REFUSED(hikae_record_get(first, &ask, subject, name, &value, &err)); /* items named twice over */
  ask.item_count = 0;
  hikae_session_free(second);
  hikae_keys_free(keys);
  keys = NULL;
  hikae_office_close(office);
  office = NULL;
  expect_error(hikae_record_get(first, &ask, subject, name, &value, &err), HIKAE_E_LOCKED, &err);
  expect_error(hikae_session_end(first, &err), HIKAE_E_LOCKED, &err);
  CHECK(hikae_session_id(first).len == 16);
  hikae_session_free(first);
  CHECK(hikae_records_next(records, &record, &err) == HIKAE_OK &&
        hikae_records_item(records, 0, &seen, &err) == HIKAE_OK);
  CHECK(is(seen.value, "髙槗 花子𠮷"));
  hikae_records_free(records);
  hikae_keys_free(NULL);
  hikae_session_free(NULL);
  hikae_records_free(NULL);
  hikae_decision_free(NULL);
}

/* Every order of freeing the four handles. */
static void any_order(void) {
  const hikae_str subject = str("10000001");
  hikae_secret secret = passphrase("新しい馬の電池ホチキスを覚える");
  hikae_open_options options = HIKAE_OPEN_OPTIONS_INIT;
  options.now = clock_of_the_test;
  options.now_ctx = &now;
  for (int order = 0; order < 24; ++order) {
    hikae_ask ask = of_file();
    hikae_records* records = NULL;
    int left[4] = {0, 1, 2, 3}, code = order;
    must(hikae_office_open(str(path_of("office")), &options, &office, &err));
    must(hikae_keys_unlock(office, &secret, &keys, &err));
    hikae_session* session = begin("生活援護第一課職員1");
    must(hikae_records_get(session, &ask, &subject, 1, &records, &err));
    for (int count = 4; count > 0; --count) {
      const int pick = code % count, what = left[pick];
      code /= count;
      left[pick] = left[count - 1];
      if (what == 0) hikae_office_close(office);
      if (what == 1) hikae_keys_free(keys);
      if (what == 2) hikae_session_free(session);
      if (what == 3) hikae_records_free(records);
    }
  }
  office = NULL;
  keys = NULL;
}

/* How many entries of this type say `thing`, as they were decided. */
static int told(const char* type, const char* thing, int32_t decision) {
  hikae_log* log = NULL;
  hikae_log_query query = HIKAE_LOG_QUERY_INIT;
  hikae_log_entries* entries = NULL;
  hikae_log_entry entry = HIKAE_LOG_ENTRY_INIT;
  const hikae_str types[] = {str(type)};
  uint64_t count = 0;
  int found = 0;
  query.types = types;
  query.type_count = 1;
  must(hikae_log_open(str(path_of("office")), &log, &err));
  must(hikae_log_entries_open(log, &query, &entries, &err));
  while (hikae_log_entries_next(entries, 1000, &count, &err) == HIKAE_OK)
    for (uint64_t i = 0; i < count && hikae_log_entries_get(entries, i, &entry, &err) == HIKAE_OK; ++i)
      found += is(entry.thing, thing) && entry.decision == decision;
  hikae_log_entries_free(entries);
  hikae_log_close(log);
  return found;
}

/* Each act on the keys stands there as often as it was tried, refused and allowed. */
static void the_log_of_keys(void) {
  const struct {
    const char* thing;
    int allowed;
  } acts[] = {{"keys-lock", 2},         {"keys-share", 2}, {"keys-rotate-master", 1},   {"keys-rotate-office", 2},
              {"keys-rotate-index", 2}, {"keys-state", 4}, {"keys-rotate-subjects", 1}, {"keys-retire-index", 1},
              {"keys-backup", 2}};
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

/* The log of all this holds, and names nobody. */
static void the_log(void) {
  hikae_log* log = NULL;
  hikae_log_verdict* verdict = NULL;
  hikae_log_judged judged = HIKAE_LOG_JUDGED_INIT;
  hikae_log_query query = HIKAE_LOG_QUERY_INIT;
  hikae_log_entries* entries = NULL;
  uint64_t count = 0, refusals = 0;
  must(hikae_log_open(str(path_of("office")), &log, &err));
  must(hikae_log_verify(log, NULL, &verdict, &err));
  must(hikae_log_verdict_get(verdict, &judged, &err));
  CHECK(judged.sound == 1 && judged.entries > 30);
  query.decision = HIKAE_LOG_REFUSED;
  must(hikae_log_entries_open(log, &query, &entries, &err));
  /* Twelve acts, nine on the keys, two wrong secrets, and the "no" to who only asked. */
  while (hikae_log_entries_next(entries, 1000, &count, &err) == HIKAE_OK) refusals += count;
  CHECK(refusals == 24);
  hikae_log_entries_free(entries);
  hikae_log_verdict_free(verdict);
  hikae_log_close(log);
}

static void open_office(void) {
  hikae_open_options options = HIKAE_OPEN_OPTIONS_INIT;
  options.flags = HIKAE_OPEN_CREATE;
  options.now = clock_of_the_test;
  options.now_ctx = &now;
  must(hikae_office_open(str(path_of("office")), &options, &office, &err));
  for (size_t i = 0; i < paper_count; ++i) must(hikae_office_declare_files(office, &papers[i], 1, NULL, &err));
}

int main(int argc, char** argv) {
  const struct {
    const char* name;
    void (*run)(void);
  } tests[] = {{"structs", structs},
               {"open_office", open_office},
               {"making_and_unlocking", making_and_unlocking},
               {"sizes", sizes},
               {"sessions", sessions},
               {"put_and_get", put_and_get},
               {"finding", finding},
               {"media", media},
               {"refusals", refusals},
               {"administering", administering},
               {"keys_refused", keys_refused},
               {"key_administration", key_administration},
               {"the_log_of_keys", the_log_of_keys},
               {"freeing", freeing},
               {"any_order", any_order},
               {"the_log", the_log}};
  if (argc < 3 || argc > 10) return 2;
  root = argv[1];
  for (int i = 2; i < argc; ++i) papers[paper_count++] = str(argv[i]);
  now = (hikae_time)1623718800 * 1000000;
  for (size_t i = 0; i < sizeof tests / sizeof *tests; ++i) {
    current = tests[i].name;
    tests[i].run();
  }
  if (failures == 0) printf("ok\n");
  return failures == 0 ? 0 : 1;
}
