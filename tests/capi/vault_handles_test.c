/* Structs, sessions and handles of the C API of the vault. */
#include "vault_office.h"

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
  hikae_secret secret = passphrase("正しい馬の電池ホチキスを覚える");
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

/* The two logins; what is asked with a wrong word is no act. */
static void the_log_of_handles(void) { the_log(2); }

int main(int argc, char** argv) {
  const part parts[] = {{"structs", structs},
                        {"open_office", open_office},
                        {"make_keys", make_keys},
                        {"put_two", put_two},
                        {"sizes", sizes},
                        {"sessions", sessions},
                        {"freeing", freeing},
                        {"any_order", any_order},
                        {"the_log_of_handles", the_log_of_handles}};
  return run(parts, sizeof parts / sizeof *parts, argc, argv);
}
