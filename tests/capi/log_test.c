/* log.h from C11: every function, every error, nothing old after an error. Arguments: a log made by make_log, an empty
 * directory to write in. */
#include <hikae/log.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

static hikae_log* the_log;
static const char* office;
static const char* scratch;

static hikae_str in_scratch(const char* name) {
  static char paths[8][512];
  static int next = 0;
  char* path = paths[next++ % 8];
  snprintf(path, sizeof paths[0], "%s/%s", scratch, name);
  return str(path);
}

static int stop(void* ctx, uint64_t done, uint64_t total) {
  (void)ctx, (void)done, (void)total;
  return 1;
}
static int keep_going(void* ctx, uint64_t done, uint64_t total) {
  if (done > total) ++failures;
  ++*(int*)ctx;
  return 0;
}
static int count_bytes(void* ctx, const uint8_t* bytes, size_t len) {
  (void)bytes;
  *(size_t*)ctx += len;
  return 0;
}
static int refuse_bytes(void* ctx, const uint8_t* bytes, size_t len) {
  (void)ctx, (void)bytes, (void)len;
  return 7;
}
static hikae_str text_of(const hikae_buffer* b) {
  hikae_str s = {(const char*)b->ptr, b->len};
  return s;
}
static hikae_str key_of(const char* period, char* into, size_t size) {
  hikae_log_proof_options opt = HIKAE_LOG_PROOF_OPTIONS_INIT;
  hikae_list* keys = NULL;
  hikae_entry key = HIKAE_ENTRY_INIT;
  opt.period = str(period);
  CHECK(hikae_log_keys(the_log, &opt, &keys, NULL) == HIKAE_OK);
  CHECK(hikae_list_next(keys, &key, NULL) == HIKAE_OK && is(key.detail, "0"));
  snprintf(into, size, "%.*s", (int)key.id.len, key.id.ptr);
  hikae_list_free(keys);
  return str(into);
}

static void structs_begin_as_zero(void) {
  hikae_log_verify_options a = HIKAE_LOG_VERIFY_OPTIONS_INIT;
  hikae_log_judged b = HIKAE_LOG_JUDGED_INIT;
  hikae_log_period c = HIKAE_LOG_PERIOD_INIT;
  hikae_log_finding d = HIKAE_LOG_FINDING_INIT;
  hikae_log_query e = HIKAE_LOG_QUERY_INIT;
  hikae_log_entry f = HIKAE_LOG_ENTRY_INIT;
  hikae_log_proof_options g = HIKAE_LOG_PROOF_OPTIONS_INIT;
  hikae_log_head h = HIKAE_LOG_HEAD_INIT;
  hikae_log_shown i = HIKAE_LOG_SHOWN_INIT;
  hikae_log_compared j = HIKAE_LOG_COMPARED_INIT;
  hikae_log_answer k = HIKAE_LOG_ANSWER_INIT;
  INIT_IS_ZERO(a);
  INIT_IS_ZERO(b);
  INIT_IS_ZERO(c);
  INIT_IS_ZERO(d);
  INIT_IS_ZERO(e);
  INIT_IS_ZERO(f);
  INIT_IS_ZERO(g);
  INIT_IS_ZERO(h);
  INIT_IS_ZERO(i);
  INIT_IS_ZERO(j);
  INIT_IS_ZERO(k);
}

static void opening(void) {
  hikae_error* err = NULL;
  hikae_log* log = (hikae_log*)&sentinel;
  expect_error(hikae_log_open(in_scratch("absent"), &log, &err), HIKAE_E_NOT_FOUND, &err);
  CHECK(log == NULL);
  expect_error(hikae_log_open(str(scratch), &log, &err), HIKAE_E_NOT_FOUND, &err); /* empty */
  REFUSED(hikae_log_open(str(""), &log, &err));
  REFUSED(hikae_log_open(str("\xff"), &log, &err));
  REFUSED(hikae_log_open(str(office), NULL, &err));
  hikae_log_close(NULL);
  hikae_list* list = (hikae_list*)&sentinel;
  REFUSED(hikae_log_periods(NULL, &list, &err));
  CHECK(list == NULL);
  CHECK(hikae_log_periods(the_log, &list, &err) == HIKAE_OK && hikae_list_count(list) == 2);
  hikae_entry entry = HIKAE_ENTRY_INIT;
  CHECK(hikae_list_next(list, &entry, &err) == HIKAE_OK && is(entry.id, "2021"));
  CHECK(is(entry.detail, "hikae.example/江戸川/2021"));
  hikae_list_free(list);
}

static void verifying(void) {
  hikae_error* err = NULL;
  hikae_log_verdict* verdict = (hikae_log_verdict*)&sentinel;
  hikae_log_verify_options opt = HIKAE_LOG_VERIFY_OPTIONS_INIT;
  hikae_str bad = str("no key");
  int calls = 0;
  char key[512];
  hikae_str good = key_of("2021", key, sizeof key);
  REFUSED(hikae_log_verify(NULL, NULL, &verdict, &err));
  CHECK(verdict == NULL);
  opt.threads = 65;
  REFUSED(hikae_log_verify(the_log, &opt, &verdict, &err));
  opt.threads = 2;
  opt.keys = &bad;
  opt.key_count = 1;
  REFUSED(hikae_log_verify(the_log, &opt, &verdict, &err));
  opt.keys = NULL;
  REFUSED(hikae_log_verify(the_log, &opt, &verdict, &err));
  opt.key_count = 0;
  opt.anchors = &bad;
  opt.anchor_count = 1;
  REFUSED(hikae_log_verify(the_log, &opt, &verdict, &err));
  opt.anchor_count = 0;
  opt.policy = str("quorum nobody\n");
  REFUSED(hikae_log_verify(the_log, &opt, &verdict, &err));
  opt.policy = str("");
  opt.period = str("2020");
  expect_error(hikae_log_verify(the_log, &opt, &verdict, &err), HIKAE_E_NOT_FOUND, &err);
  opt.period = str("");
  opt.progress = stop;
  expect_error(hikae_log_verify(the_log, &opt, &verdict, &err), HIKAE_E_STOPPED, &err);
  opt.progress = keep_going;
  opt.progress_ctx = &calls;
  opt.keys = &good;
  opt.key_count = 1;
  CHECK(hikae_log_verify(the_log, &opt, &verdict, &err) == HIKAE_OK && calls > 0);
  FULL(hikae_log_judged, judged, HIKAE_LOG_JUDGED_INIT);
  CHECK(hikae_log_verdict_get(verdict, &judged, &err) == HIKAE_OK);
  CHECK(judged.sound == 1 && judged.key_trusted == 1 && judged.period_count == 2 && judged.entries == 23);
  FULL(hikae_log_period, period, HIKAE_LOG_PERIOD_INIT);
  CHECK(hikae_log_verdict_period(verdict, 1, &period, &err) == HIKAE_OK && period.keys == 2 && period.root.len == 64);
  CHECK(hikae_log_verdict_period(verdict, 2, &period, &err) == HIKAE_END && EMPTY(period));
  FULL(hikae_log_finding, finding, HIKAE_LOG_FINDING_INIT);
  CHECK(hikae_log_verdict_finding(verdict, 0, &finding, &err) == HIKAE_END && EMPTY(finding));
  hikae_list* lines = (hikae_list*)&sentinel;
  REFUSED(hikae_log_verdict_lines(verdict, 0, &lines, &err));
  CHECK(lines == NULL);
  for (int32_t kind = HIKAE_LOG_CHECKED; kind <= HIKAE_LOG_ONLY_FROM_OUTSIDE; ++kind) {
    CHECK(hikae_log_verdict_lines(verdict, kind, &lines, &err) == HIKAE_OK && hikae_list_count(lines) > 0);
    hikae_list_free(lines);
  }
  REFUSED(hikae_log_verdict_get(NULL, &judged, &err));
  REFUSED(hikae_log_verdict_period(NULL, 0, &period, &err));
  REFUSED(hikae_log_verdict_finding(NULL, 0, &finding, &err));
  hikae_log_verdict_free(verdict);
  hikae_log_verdict_free(NULL);
}

static void reading(void) {
  hikae_error* err = NULL;
  hikae_log_entries* entries = (hikae_log_entries*)&sentinel;
  hikae_log_query query = HIKAE_LOG_QUERY_INIT;
  uint64_t count = 9;
  hikae_str type = str("閲覧");
  REFUSED(hikae_log_entries_open(NULL, NULL, &entries, &err));
  CHECK(entries == NULL);
  query.since = str("明日");
  REFUSED(hikae_log_entries_open(the_log, &query, &entries, &err));
  query.since = str("");
  query.actor = str("12345");
  REFUSED(hikae_log_entries_open(the_log, &query, &entries, &err));
  query.actor = str("");
  query.decision = 4;
  REFUSED(hikae_log_entries_open(the_log, &query, &entries, &err));
  query.decision = 0;
  query.flags = 8;
  expect_error(hikae_log_entries_open(the_log, &query, &entries, &err), HIKAE_E_VERSION, &err);
  query.flags = HIKAE_LOG_WITH_NAMES;
  expect_error(hikae_log_entries_open(the_log, &query, &entries, &err), HIKAE_E_NOT_FOUND, &err);
  query.flags = HIKAE_LOG_WITH_DETAILS;
  query.period = str("2020");
  expect_error(hikae_log_entries_open(the_log, &query, &entries, &err), HIKAE_E_NOT_FOUND, &err);
  query.period = str("2021");
  query.types = &type;
  query.type_count = 1;
  query.last = 2;
  CHECK(hikae_log_entries_open(the_log, &query, &entries, &err) == HIKAE_OK);
  REFUSED(hikae_log_entries_next(entries, 0, &count, &err));
  REFUSED(hikae_log_entries_next(entries, 65537, &count, &err));
  CHECK(count == 0);
  CHECK(hikae_log_entries_next(entries, 1, &count, &err) == HIKAE_OK && count == 1);
  FULL(hikae_log_entry, entry, HIKAE_LOG_ENTRY_INIT);
  CHECK(hikae_log_entries_get(entries, 0, &entry, &err) == HIKAE_OK && entry.index == 8);
  CHECK(is(entry.type_en, "read") && entry.type == 0x0201 && entry.decision == HIKAE_LOG_REFUSED);
  CHECK(entry.item_count == 2 && is(entry.items[1], "氏名") && entry.rule_count == 1 && entry.actor.len == 32);
  CHECK(entry.sealed_len == 3 && entry.sealed[0] == 0xDE && entry.detail_bytes == 3 && entry.leaf[0] == 1);
  CHECK(hikae_log_entries_get(entries, 1, &entry, &err) == HIKAE_END && EMPTY(entry));
  CHECK(hikae_log_entries_next(entries, 65536, &count, &err) == HIKAE_OK && count == 1);
  CHECK(hikae_log_entries_next(entries, 10, &count, &err) == HIKAE_END && count == 0);
  CHECK(hikae_log_entries_get(entries, 0, &entry, &err) == HIKAE_END);
  hikae_log_entries_free(entries);
  hikae_log_entries_free(NULL);
  query.progress = stop;
  query.last = 0;
  CHECK(hikae_log_entries_open(the_log, &query, &entries, &err) == HIKAE_OK);
  expect_error(hikae_log_entries_next(entries, 10, &count, &err), HIKAE_E_STOPPED, &err);
  CHECK(count == 0);
  hikae_log_entries_free(entries);
  size_t bytes = 0;
  CHECK(hikae_log_write(the_log, NULL, HIKAE_LOG_CSV, HIKAE_JAPANESE, count_bytes, &bytes, &err) == HIKAE_OK);
  CHECK(bytes > 1000);
  REFUSED(hikae_log_write(the_log, NULL, 3, HIKAE_JAPANESE, count_bytes, &bytes, &err));
  REFUSED(hikae_log_write(the_log, NULL, HIKAE_LOG_CSV, 2, count_bytes, &bytes, &err));
  REFUSED(hikae_log_write(the_log, NULL, HIKAE_LOG_CSV, HIKAE_ENGLISH, NULL, NULL, &err));
  expect_error(hikae_log_write(the_log, NULL, HIKAE_LOG_TABLE, HIKAE_ENGLISH, refuse_bytes, NULL, &err),
               HIKAE_E_STOPPED, &err);
}

static void proving(void) {
  hikae_error* err = NULL;
  hikae_buffer bundle = HIKAE_BUFFER_INIT, leaf = HIKAE_BUFFER_INIT, note = HIKAE_BUFFER_INIT;
  hikae_log_proof_options opt = HIKAE_LOG_PROOF_OPTIONS_INIT;
  char key[512], policy[600];
  key_of("2021", key, sizeof key);
  snprintf(policy, sizeof policy, "log %s\nquorum none\n", key);
  opt.period = str("2021");
  REFUSED(hikae_log_prove(NULL, 0, NULL, &bundle, &leaf, &err));
  REFUSED(hikae_log_prove(the_log, 0, NULL, NULL, &leaf, &err));
  REFUSED(hikae_log_prove(the_log, 11, &opt, &bundle, &leaf, &err));
  opt.size = 3;
  expect_error(hikae_log_prove(the_log, 1, &opt, &bundle, &leaf, &err), HIKAE_E_NOT_FOUND, &err);
  expect_error(hikae_log_checkpoint(the_log, &opt, &note, &err), HIKAE_E_NOT_FOUND, &err);
  opt.size = 0;
  opt.progress = stop;
  expect_error(hikae_log_prove(the_log, 1, &opt, &bundle, &leaf, &err), HIKAE_E_STOPPED, &err);
  opt.progress = NULL;
  opt.policy =
      str("log hikae.example/江戸川/2021+00000000+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c\nquorum none\n");
  REFUSED(hikae_log_prove(the_log, 1, &opt, &bundle, &leaf, &err)); /* not a key: the id is wrong */
  opt.policy = str("");
  CHECK(hikae_log_prove(the_log, 4, &opt, &bundle, &leaf, &err) == HIKAE_OK);
  FULL(hikae_log_shown, shown, HIKAE_LOG_SHOWN_INIT);
  hikae_list* signers = (hikae_list*)&sentinel;
  CHECK(hikae_log_check_proof(text_of(&bundle), leaf.ptr, leaf.len, str(policy), &shown, &signers, &err) == HIKAE_OK);
  CHECK(shown.index == 4 && shown.size == 11 && hikae_list_count(signers) == 1);
  hikae_list_free(signers);
  leaf.ptr[5] ^= 1;
  expect_error(hikae_log_check_proof(text_of(&bundle), leaf.ptr, leaf.len, str(policy), &shown, &signers, &err),
               HIKAE_E_TAMPERED, &err);
  CHECK(EMPTY(shown) && signers == NULL);
  leaf.ptr[5] ^= 1;
  key_of("2022", key, sizeof key);
  snprintf(policy, sizeof policy, "log %s\nquorum none\n", key);
  expect_error(hikae_log_check_proof(text_of(&bundle), leaf.ptr, leaf.len, str(policy), &shown, NULL, &err),
               HIKAE_E_REFUSED, &err);
  REFUSED(hikae_log_check_proof(text_of(&bundle), leaf.ptr, leaf.len, str(""), &shown, NULL, &err));
  REFUSED(hikae_log_check_proof(str("c2sp"), leaf.ptr, leaf.len, str(policy), &shown, NULL, &err));
  REFUSED(hikae_log_check_proof(text_of(&bundle), NULL, 1, str(policy), &shown, NULL, &err));
  REFUSED(hikae_log_check_proof(text_of(&bundle), leaf.ptr, (size_t)4 << 30, str(policy), &shown, NULL, &err));
  hikae_str huge = {(const char*)bundle.ptr, (size_t)4 << 30}; /* never read */
  REFUSED(hikae_log_check_proof(huge, leaf.ptr, leaf.len, str(policy), &shown, NULL, &err));
  hikae_buffer_free(&bundle);
  hikae_buffer_free(&leaf);

  hikae_buffer older = HIKAE_BUFFER_INIT, proof = HIKAE_BUFFER_INIT;
  CHECK(hikae_log_checkpoint(the_log, &opt, &note, &err) == HIKAE_OK);
  opt.size = 5;
  CHECK(hikae_log_checkpoint(the_log, &opt, &older, &err) == HIKAE_OK);
  opt.size = 0;
  CHECK(hikae_log_prove_growth(the_log, 5, &opt, &proof, &err) == HIKAE_OK && proof.len > 0);
  CHECK(hikae_log_check_growth(text_of(&older), text_of(&note), text_of(&proof), &err) == HIKAE_OK);
  expect_error(hikae_log_check_growth(text_of(&older), text_of(&note), str(""), &err), HIKAE_E_TAMPERED, &err);
  REFUSED(hikae_log_check_growth(text_of(&note), text_of(&older), text_of(&proof), &err));
  REFUSED(hikae_log_check_growth(str("x"), text_of(&note), text_of(&proof), &err));
  REFUSED(hikae_log_check_growth(text_of(&older), text_of(&note), str("not base64\n"), &err));
  FULL(hikae_log_head, head, HIKAE_LOG_HEAD_INIT);
  CHECK(hikae_log_head_read(text_of(&older), &head, &err) == HIKAE_OK && head.size == 5 && head.signature_count == 1);
  CHECK(is(head.origin, "hikae.example/江戸川/2021"));
  REFUSED(hikae_log_head_read(str("5"), &head, &err));
  CHECK(EMPTY(head));
  hikae_buffer_free(&proof);
  REFUSED(hikae_log_prove_growth(the_log, 12, &opt, &proof, &err));
  CHECK(hikae_log_export(the_log, in_scratch("tiles"), &opt, &err) == HIKAE_OK);
  CHECK(hikae_log_export(the_log, in_scratch("tiles"), &opt, &err) == HIKAE_OK); /* again */
  expect_error(hikae_log_export(the_log, str(office), &opt, &err), HIKAE_E_EXISTS, &err);
  hikae_buffer_free(&older);
  hikae_buffer_free(&note);
  hikae_buffer_free(&proof);
}

static void witnessing(void) {
  hikae_error* err = NULL;
  hikae_buffer pub = HIKAE_BUFFER_INIT, request = HIKAE_BUFFER_INIT, change = HIKAE_BUFFER_INIT,
               answered = HIKAE_BUFFER_INIT;
  char key[512];
  int32_t more = 9;
  hikae_str log_key = key_of("2022", key, sizeof key);
  REFUSED(hikae_log_witness_key_new(in_scratch("secret"), str("two words"), &pub, &err));
  CHECK(hikae_log_witness_key_new(in_scratch("secret"), str("witness.example/監査室"), &pub, &err) == HIKAE_OK);
  hikae_str own = text_of(&pub);
  hikae_buffer again = HIKAE_BUFFER_INIT;
  expect_error(hikae_log_witness_key_new(in_scratch("secret"), str("w"), &again, &err), HIKAE_E_EXISTS, &err);
  CHECK(hikae_log_witness_key_read(in_scratch("secret"), &again, &err) == HIKAE_OK && again.len == pub.len);
  hikae_buffer_free(&again);
  expect_error(hikae_log_witness_key_read(in_scratch("none"), &again, &err), HIKAE_E_NOT_FOUND, &err);
  REFUSED(hikae_log_witness_new(in_scratch("state"), own, &err)); /* a witness' key */
  REFUSED(hikae_log_witness_new(in_scratch("state"), str("x"), &err));
  CHECK(hikae_log_witness_new(in_scratch("state"), log_key, &err) == HIKAE_OK);
  expect_error(hikae_log_witness_new(in_scratch("state"), log_key, &err), HIKAE_E_EXISTS, &err);
  REFUSED(hikae_log_witness_request(the_log, log_key, 0, NULL, &request, &change, &more, &err));
  CHECK(more == 0);
  REFUSED(hikae_log_witness_request(the_log, str(""), 13, NULL, &request, &change, &more, &err));
  CHECK(hikae_log_witness_request(the_log, own, 0, NULL, &request, &change, &more, &err) == HIKAE_OK);
  CHECK(more == 1 && change.len == 0);
  FULL(hikae_log_answer, answer, HIKAE_LOG_ANSWER_INIT);
  REFUSED(hikae_log_witness_cosign(in_scratch("state"), in_scratch("secret"), str("old"), 1, &answer, &answered, &err));
  CHECK(EMPTY(answer) && answered.len == 0);
  expect_error(hikae_log_witness_cosign(in_scratch("none"), in_scratch("secret"), text_of(&request), 1, &answer,
                                        &answered, &err),
               HIKAE_E_NOT_FOUND, &err);
  expect_error(hikae_log_witness_cosign(in_scratch("state"), in_scratch("state"), text_of(&request), 1, &answer,
                                        &answered, &err),
               HIKAE_E_SECRET, &err);
  CHECK(hikae_log_witness_cosign(in_scratch("state"), in_scratch("secret"), text_of(&request), 1, &answer, &answered,
                                 &err) == HIKAE_OK);
  CHECK(answer.answer == HIKAE_LOG_COSIGNED && answer.known_size == 8 && has(text_of(&answered), "監査室"));
  hikae_buffer refused = HIKAE_BUFFER_INIT;
  CHECK(hikae_log_witness_cosign(in_scratch("state"), in_scratch("secret"), text_of(&request), 1, &answer, &refused,
                                 &err) == HIKAE_OK);
  CHECK(answer.answer == HIKAE_LOG_CONFLICT && answer.known_size == 8 && refused.len == 0);
  uint64_t added = 9;
  REFUSED(hikae_log_attach(the_log, text_of(&answered), &log_key, 1, &added, &err));
  CHECK(added == 0);
  REFUSED(hikae_log_attach(the_log, str("x"), &own, 1, &added, &err));
  CHECK(hikae_log_attach(the_log, text_of(&answered), &own, 1, &added, &err) == HIKAE_OK && added == 1);
  CHECK(hikae_log_attach(the_log, text_of(&answered), &own, 1, &added, &err) == HIKAE_OK && added == 0);
  hikae_buffer_free(&request);
  hikae_buffer_free(&answered);
  CHECK(hikae_log_witness_request(the_log, own, 0, NULL, &request, &change, &more, &err) == HIKAE_OK);
  CHECK(more == 0 && change.len > 0);
  REFUSED(hikae_log_witness_follow(in_scratch("state"), in_scratch("secret"), str("x"), &err));
  CHECK(hikae_log_witness_follow(in_scratch("state"), in_scratch("secret"), text_of(&change), &err) == HIKAE_OK);
  expect_error(hikae_log_anchor(the_log, str(scratch), NULL, &(hikae_log_compared)HIKAE_LOG_COMPARED_INIT, &err),
               HIKAE_E_IO, &err);
  FULL(hikae_log_compared, compared, HIKAE_LOG_COMPARED_INIT);
  CHECK(hikae_log_anchor(the_log, in_scratch("kept"), NULL, &compared, &err) == HIKAE_OK);
  CHECK(compared.stands == HIKAE_LOG_FIRST && compared.size == 12);
  CHECK(hikae_log_anchor(the_log, in_scratch("kept"), NULL, &compared, &err) == HIKAE_OK);
  CHECK(compared.stands == HIKAE_LOG_SAME && compared.kept_size == 12);
  REFUSED(hikae_log_anchor(NULL, in_scratch("kept"), NULL, &compared, &err));
  CHECK(EMPTY(compared));
  hikae_buffer_free(&request);
  hikae_buffer_free(&change);
  hikae_buffer_free(&pub);
}

static void offices(void) {
  hikae_error* err = NULL;
  hikae_buffer out = HIKAE_BUFFER_INIT;
  REFUSED(hikae_office_log_sign(NULL, &out, &err));
  REFUSED(hikae_office_log_change_key(NULL, &out, &err));
  REFUSED(hikae_office_log_drop(NULL, str("2021"), str("x"), str("y"), &out, &err));
}

int main(int argc, char** argv) {
  static const struct {
    const char* name;
    void (*run)(void);
  } tests[] = {{"structs begin as zero", structs_begin_as_zero},
               {"opening", opening},
               {"verifying", verifying},
               {"reading", reading},
               {"proving", proving},
               {"witnessing", witnessing},
               {"offices", offices}};
  if (argc != 3) return 2;
  office = argv[1];
  scratch = argv[2];
  if (hikae_log_open(str(office), &the_log, NULL) != HIKAE_OK) return 2;
  for (size_t i = 0; i < sizeof tests / sizeof tests[0]; ++i) {
    const int before = failures;
    current = tests[i].name;
    tests[i].run();
    printf("%s %s\n", failures == before ? "ok  " : "FAIL", current);
  }
  hikae_log_close(the_log);
  return failures == 0 ? 0 : 1;
}
