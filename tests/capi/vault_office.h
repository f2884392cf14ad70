/* An office with papers and keys, for the tests of the vault's C API. For one source file per program. */
#ifndef HIKAE_TESTS_CAPI_VAULT_OFFICE_H_
#define HIKAE_TESTS_CAPI_VAULT_OFFICE_H_

#include <hikae/hikae.h>
#include <hikae/log.h>
#include <hikae/vault.h>
#include <stdlib.h>

#include "check.h"

#define SECRET "正しい馬の電池ホチキスを覚える"
static const char* root;
static hikae_str papers[8];
static size_t paper_count;
static hikae_office* office;
static hikae_keys* keys;
static hikae_error* err;
static hikae_time now; /* of the office's clock; 2021-06-15 10:00 in Japan to begin with */
static const hikae_str card[] = {{"ic-card", 7}, {"pin", 3}};

static inline hikae_time clock_of_the_test(void* ctx) { return *(hikae_time*)ctx; }

static inline const char* path_of(const char* name) {
  static char path[4096];
  snprintf(path, sizeof path, "%s/%s", root, name);
  return path;
}

/* Done, or the test program has nothing to go on with. */
static inline void must(hikae_status status) {
  if (status >= 0) return;
  hikae_str text = hikae_error_text(err, HIKAE_ENGLISH);
  fprintf(stderr, "%s: %.*s\n", current, (int)text.len, text.ptr);
  exit(1);
}

static inline hikae_secret passphrase(const char* text) {
  hikae_secret secret = HIKAE_SECRET_INIT;
  secret.text = str(text);
  secret.operations = 1; /* tests have no secrets worth waiting for */
  secret.memory = 8u << 20;
  return secret;
}

static inline hikae_session_options arrival(const char* actor) {
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

static inline hikae_session* begin(const char* actor) {
  hikae_session_options who = arrival(actor);
  hikae_session* session = NULL;
  must(hikae_session_begin(keys, &who, &session, &err));
  return session;
}

static inline hikae_ask of_file(void) {
  hikae_ask ask = HIKAE_ASK_INIT;
  ask.file = str("ひきこもり相談記録");
  return ask;
}

/* The call was refused by this rule, the first of its reasons or a later one, and an article is cited. */
static inline void refused_by(const char* rule, hikae_status status) {
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

static inline void open_office(void) {
  hikae_open_options options = HIKAE_OPEN_OPTIONS_INIT;
  options.flags = HIKAE_OPEN_CREATE;
  options.now = clock_of_the_test;
  options.now_ctx = &now;
  must(hikae_office_open(str(path_of("office")), &options, &office, &err));
  for (size_t i = 0; i < paper_count; ++i) must(hikae_office_declare_files(office, &papers[i], 1, NULL, &err));
}

/* Makes the keys of the office and opens them. */
static inline void make_keys(void) {
  hikae_secret good = passphrase(SECRET);
  must(hikae_keys_make(office, &good, &err));
  must(hikae_keys_unlock(office, &good, &keys, &err));
}

/* The records that most tests are about. */
static inline void put_two(void) {
  hikae_session* session = begin("生活援護第一課職員1");
  hikae_ask ask = of_file();
  const hikae_item items[] = {{str("氏名"), str("髙槗 花子𠮷")}, {str("生年月日"), str("平成16年2月28日")}};
  hikae_put puts[2] = {HIKAE_PUT_INIT, HIKAE_PUT_INIT};
  uint64_t versions[2] = {7, 7};
  puts[0].subject = str("10000001");
  puts[1].subject = str("10000002");
  for (int i = 0; i < 2; ++i) {
    puts[i].set = items;
    puts[i].set_count = (size_t)2 - i;
  }
  must(hikae_records_put(session, &ask, puts, 2, versions, &err));
  CHECK(versions[0] == 1 && versions[1] == 1);
  hikae_session_free(session);
}

/* How many entries of this type say `thing`, as they were decided. */
static inline int told(const char* type, const char* thing, int32_t decision) {
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

/* The log of all this holds, and names nobody. */
static inline void the_log(uint64_t refused) {
  hikae_log* log = NULL;
  hikae_log_verdict* verdict = NULL;
  hikae_log_judged judged = HIKAE_LOG_JUDGED_INIT;
  hikae_log_query query = HIKAE_LOG_QUERY_INIT;
  hikae_log_entries* entries = NULL;
  uint64_t count = 0, refusals = 0;
  must(hikae_log_open(str(path_of("office")), &log, &err));
  must(hikae_log_verify(log, NULL, &verdict, &err));
  must(hikae_log_verdict_get(verdict, &judged, &err));
  CHECK(judged.sound == 1 && judged.entries > 10);
  query.decision = HIKAE_LOG_REFUSED;
  must(hikae_log_entries_open(log, &query, &entries, &err));
  while (hikae_log_entries_next(entries, 1000, &count, &err) == HIKAE_OK) refusals += count;
  if (refusals != refused) fprintf(stderr, "%s: %llu refusals\n", current, (unsigned long long)refusals);
  CHECK(refusals == refused);
  hikae_log_entries_free(entries);
  hikae_log_verdict_free(verdict);
  hikae_log_close(log);
}

typedef struct {
  const char* name;
  void (*run)(void);
} part;

/* In their order, in one office. Arguments: an empty directory, then papers. */
static inline int run(const part* parts, size_t count, int argc, char** argv) {
  if (argc < 3 || argc > 10) return 2;
  root = argv[1];
  for (int i = 2; i < argc; ++i) papers[paper_count++] = str(argv[i]);
  now = (hikae_time)1623718800 * 1000000;
  for (size_t i = 0; i < count; ++i) {
    current = parts[i].name;
    parts[i].run();
  }
  if (failures == 0) printf("ok\n");
  return failures == 0 ? 0 : 1;
}

#endif /* HIKAE_TESTS_CAPI_VAULT_OFFICE_H_ */
