/* The edge of cedar.h, from C11: outs, texts, sizes and freeing, of every function. Needs nothing. */
#include "cedar_fixture.h"

static void versions(void) {
  CHECK(hikae_abi() == HIKAE_ABI && hikae_version().len >= 5);
  CHECK(is(hikae_cedar_language_version(), "4.5"));
  CHECK(is(hikae_cedar_corpus_version(), "4.10"));
}

static void init_macros(void) {
  static const hikae_cedar_policies_options options = HIKAE_CEDAR_POLICIES_OPTIONS_INIT;
  static const hikae_cedar_policy policy = HIKAE_CEDAR_POLICY_INIT;
  static const hikae_cedar_answer answer = HIKAE_CEDAR_ANSWER_INIT;
  static const hikae_cedar_outcome outcome = HIKAE_CEDAR_OUTCOME_INIT;
  INIT_IS_ZERO(options);
  static const hikae_cedar_format_options format = HIKAE_CEDAR_FORMAT_OPTIONS_INIT;
  INIT_IS_ZERO(format);
  INIT_IS_ZERO(policy);
  INIT_IS_ZERO(answer);
  INIT_IS_ZERO(outcome);
}

/* Each function without what it needs: an error, and every out emptied although it held something. */
static void missing_arguments(void) {
  hikae_error* err = NULL;
  void* const full = sentinel;
  hikae_cedar_policies* p = full;
  hikae_cedar_schema* s = full;
  hikae_cedar_entities* e = full;
  hikae_cedar_request* r = full;
  hikae_cedar_authorizer* a = full;
  hikae_cedar_answers* answers = full;
  hikae_cedar_explanation* x = full;
  hikae_list* list = full;
  hikae_buffer buffer = {full, 8, 1};
  hikae_str message = str("old");
  FULL(hikae_cedar_policy, policy, HIKAE_CEDAR_POLICY_INIT);
  FULL(hikae_cedar_answer, answer, HIKAE_CEDAR_ANSWER_INIT);
  FULL(hikae_cedar_outcome, outcome, HIKAE_CEDAR_OUTCOME_INIT);
  const hikae_cedar_uid any = named("User::\"a\"");

  REFUSED(hikae_cedar_schema_parse(NULL, 1, 0, &s, &err));
  CHECK(s == NULL);
  REFUSED(hikae_cedar_schema_parse(NULL, 0, 0, NULL, &err));
  REFUSED(hikae_cedar_policies_parse(NULL, 1, NULL, &p, &err));
  CHECK(p == NULL);
  REFUSED(hikae_cedar_policies_parse(NULL, 0, NULL, NULL, &err));
  REFUSED(hikae_cedar_policies_get(NULL, 0, &policy, &err));
  CHECK(EMPTY(policy));
  REFUSED(hikae_cedar_policies_get(policies, 0, NULL, &err));
  p = full;
  REFUSED(hikae_cedar_policies_link(NULL, NULL, 0, &p, &err));
  CHECK(p == NULL);
  REFUSED(hikae_cedar_policies_link(policies, NULL, 1, &p, &err));
  REFUSED(hikae_cedar_policies_link(policies, NULL, 0, NULL, &err));
  REFUSED(hikae_cedar_validate(NULL, schema, &list, &err));
  CHECK(list == NULL);
  REFUSED(hikae_cedar_validate(policies, NULL, &list, &err));
  REFUSED(hikae_cedar_validate(policies, schema, NULL, &err));
  REFUSED(hikae_cedar_entities_parse(NULL, NULL, &e, &err));
  CHECK(e == NULL);
  REFUSED(hikae_cedar_entities_parse(NULL, NULL, NULL, &err));
  REFUSED(hikae_cedar_entities_write(NULL, &buffer, &err));
  CHECK(buffer.ptr == NULL && buffer.len == 0);
  REFUSED(hikae_cedar_entities_write(entities, NULL, &err));
  CHECK(hikae_cedar_entities_count(NULL) == 0);
  REFUSED(hikae_cedar_request_new(named(""), any, any, NULL, NULL, 0, &r, &err));
  CHECK(r == NULL);
  REFUSED(hikae_cedar_request_new(any, any, any, NULL, NULL, 0, NULL, &err));
  r = full;
  REFUSED(hikae_cedar_request_parse(NULL, NULL, 0, &r, &err));
  CHECK(r == NULL);
  REFUSED(hikae_cedar_request_parse(NULL, NULL, 0, NULL, &err));
  REFUSED(hikae_cedar_request_set_names(NULL, any, any, any, &err));
  REFUSED(hikae_cedar_request_set_context(NULL, NULL, 0, &err));
  REFUSED(hikae_cedar_authorizer_new(NULL, NULL, NULL, 0, &a, &err));
  CHECK(a == NULL);
  REFUSED(hikae_cedar_authorizer_new(policies, NULL, NULL, 0, NULL, &err));
  REFUSED(hikae_cedar_authorizer_swap(NULL, policies, NULL, NULL, &err));
  REFUSED(hikae_cedar_answers_new(NULL, &err));
  CHECK(hikae_cedar_answers_new(&answers, NULL) == HIKAE_OK && answers != full);
  hikae_cedar_request* ready = ask("髙橋", "{\"reason\": \"面談\"}");
  CHECK(hikae_cedar_authorize(authorizer, ready, answers, NULL) == HIKAE_OK && hikae_cedar_answers_allowed(answers, 0));
  REFUSED(hikae_cedar_authorize(NULL, ready, answers, &err));
  CHECK(!hikae_cedar_answers_allowed(answers, 0) && hikae_cedar_answers_get(answers, 0, &answer, NULL) == HIKAE_END);
  CHECK(EMPTY(answer));
  REFUSED(hikae_cedar_authorize(authorizer, NULL, answers, &err));
  REFUSED(hikae_cedar_authorize(authorizer, ready, NULL, &err));
  CHECK(hikae_cedar_authorize(authorizer, ready, answers, NULL) == HIKAE_OK);
  const hikae_cedar_request* two[2] = {ready, NULL};
  REFUSED(hikae_cedar_authorize_many(authorizer, two, 2, answers, &err));
  CHECK(!hikae_cedar_answers_allowed(answers, 0));
  REFUSED(hikae_cedar_authorize_many(authorizer, NULL, 1, answers, &err));
  REFUSED(hikae_cedar_authorize_many(NULL, two, 1, answers, &err));
  REFUSED(hikae_cedar_authorize_many(authorizer, two, 1, NULL, &err));
  CHECK(!hikae_cedar_answers_allowed(NULL, 0));
  REFUSED(hikae_cedar_answers_get(NULL, 0, &answer, &err));
  REFUSED(hikae_cedar_answers_get(answers, 0, NULL, &err));
  memset((char*)&policy + sizeof(size_t), 0x55, sizeof policy - sizeof(size_t));
  REFUSED(hikae_cedar_answers_reason(NULL, 0, 0, &policy, &err));
  CHECK(EMPTY(policy));
  REFUSED(hikae_cedar_answers_reason(answers, 0, 0, NULL, &err));
  REFUSED(hikae_cedar_answers_error(NULL, 0, 0, &policy, &message, &err));
  CHECK(message.ptr == NULL && message.len == 0);
  REFUSED(hikae_cedar_answers_error(answers, 0, 0, NULL, &message, &err));
  REFUSED(hikae_cedar_answers_error(answers, 0, 0, &policy, NULL, &err));
  REFUSED(hikae_cedar_explain(NULL, ready, &x, &err));
  CHECK(x == NULL);
  REFUSED(hikae_cedar_explain(authorizer, NULL, &x, &err));
  REFUSED(hikae_cedar_explain(authorizer, ready, NULL, &err));
  REFUSED(hikae_cedar_explanation_next(NULL, &outcome, &err));
  CHECK(EMPTY(outcome));
  REFUSED(hikae_cedar_explanation_next(NULL, NULL, &err));

  CHECK(hikae_cedar_authorize(authorizer, NULL, answers, NULL) == HIKAE_E_ARGUMENT); /* errors are optional */
  hikae_cedar_request_free(ready);
  hikae_cedar_answers_free(answers);
  hikae_cedar_schema_free(NULL);
  hikae_cedar_policies_free(NULL);
  hikae_cedar_entities_free(NULL);
  hikae_cedar_request_free(NULL);
  hikae_cedar_authorizer_free(NULL);
  hikae_cedar_answers_free(NULL);
  hikae_cedar_explanation_free(NULL);
}

/* Text that is not UTF-8 stops at the boundary, wherever it is given. */
static void bad_text(void) {
  static const char* const bad[] = {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe6\x97", "a\x80"};
  hikae_error* err = NULL;
  hikae_cedar_policies* p = NULL;
  hikae_cedar_schema* s = NULL;
  hikae_cedar_entities* e = NULL;
  hikae_cedar_request* r = ask("a", "{}");
  hikae_cedar_request* never = NULL;
  const hikae_cedar_uid any = uid("User", "a");
  for (size_t i = 0; i < sizeof bad / sizeof *bad; ++i) {
    char quoted[32];
    snprintf(quoted, sizeof quoted, "\"%s\"", bad[i]);
    hikae_document name = document(bad[i], "");
    hikae_document text = document("x", quoted);
    hikae_cedar_attribute attribute = {str(bad[i]), HIKAE_CEDAR_LONG, 0, 1, {NULL, 0}, {{NULL, 0}, {NULL, 0}}};
    hikae_cedar_link link = {str("policy3"), str(bad[i]), any, any};
    REFUSED(hikae_cedar_policies_parse(&name, 1, NULL, &p, &err));
    CHECK(hikae_cedar_policies_parse(&text, 1, NULL, &p, NULL) < 0 && p == NULL);
    REFUSED(hikae_cedar_schema_parse(&name, 1, 0, &s, &err));
    CHECK(hikae_cedar_schema_parse(&text, 1, HIKAE_CEDAR_TEXT, &s, NULL) < 0 && s == NULL);
    REFUSED(hikae_cedar_schema_parse(&text, 1, HIKAE_CEDAR_JSON, &s, &err));
    REFUSED(hikae_cedar_entities_parse(&name, NULL, &e, &err));
    REFUSED(hikae_cedar_entities_parse(&text, NULL, &e, &err));
    REFUSED(hikae_cedar_request_new(uid("User", bad[i]), any, any, NULL, NULL, 0, &never, &err));
    REFUSED(hikae_cedar_request_new(any, uid(bad[i], "a"), any, NULL, NULL, 0, &never, &err));
    REFUSED(hikae_cedar_request_new(any, any, named(bad[i]), NULL, NULL, 0, &never, &err));
    REFUSED(hikae_cedar_request_new(any, any, any, &text, NULL, 0, &never, &err));
    REFUSED(hikae_cedar_request_parse(&text, NULL, 0, &never, &err));
    REFUSED(hikae_cedar_request_set_names(r, any, any, uid("User", bad[i]), &err));
    REFUSED(hikae_cedar_request_set_context(r, &attribute, 1, &err));
    attribute.name = str("x");
    attribute.kind = HIKAE_CEDAR_STRING;
    attribute.text = str(bad[i]);
    REFUSED(hikae_cedar_request_set_context(r, &attribute, 1, &err));
    REFUSED(hikae_cedar_policies_link(policies, &link, 1, &p, &err));
    CHECK(never == NULL);
  }
  hikae_document null_text = {str("x"), {NULL, 3}};
  REFUSED(hikae_cedar_policies_parse(&null_text, 1, NULL, &p, &err));
  hikae_cedar_request_free(r);
}

/* A newer caller's struct is longer, an older one's shorter: neither is misread. */
static void struct_sizes(void) {
  struct {
    hikae_cedar_policies_options known;
    uint64_t future;
  } options = {HIKAE_CEDAR_POLICIES_OPTIONS_INIT, 0};
  struct {
    hikae_cedar_policy known;
    unsigned char future[64];
  } policy = {HIKAE_CEDAR_POLICY_INIT, {0}};
  hikae_document text = document("規則.cedar", policy_text);
  hikae_cedar_policies* p = NULL;
  hikae_error* err = NULL;
  options.known.struct_size = sizeof options;
  CHECK(hikae_cedar_policies_parse(&text, 1, &options.known, &p, &err) == HIKAE_OK);
  policy.known.struct_size = sizeof policy;
  memset(policy.future, 0x55, sizeof policy.future);
  CHECK(hikae_cedar_policies_get(p, 0, &policy.known, &err) == HIKAE_OK && is(policy.known.id, "policy0"));
  CHECK(is_zero(policy.future, sizeof policy.future) && policy.known.struct_size == sizeof policy);
  hikae_cedar_policies_free(p);
  options.future = 1;
  expect_error(hikae_cedar_policies_parse(&text, 1, &options.known, &p, &err), HIKAE_E_VERSION, &err);
  options.future = 0;
  options.known.flags = 1u << 31;
  expect_error(hikae_cedar_policies_parse(&text, 1, &options.known, &p, &err), HIKAE_E_VERSION, &err);
  expect_error(hikae_cedar_authorizer_new(policies, NULL, NULL, 1u << 31, &(hikae_cedar_authorizer*){NULL}, &err),
               HIKAE_E_VERSION, &err);
  expect_error(hikae_cedar_request_new(named("A::\"a\""), named("A::\"a\""), named("A::\"a\""), NULL, NULL, 1u << 31,
                                       &(hikae_cedar_request*){NULL}, &err),
               HIKAE_E_VERSION, &err);

  static const size_t wrong[] = {0, 1, sizeof(size_t), sizeof(hikae_cedar_policy) - 1, (size_t)1 << 20, SIZE_MAX};
  hikae_cedar_answers* answers = NULL;
  hikae_cedar_explanation* x = NULL;
  hikae_cedar_request* r = ask("髙橋", "{\"reason\": \"面談\"}");
  CHECK(hikae_cedar_answers_new(&answers, NULL) == HIKAE_OK);
  CHECK(hikae_cedar_authorize(authorizer, r, answers, NULL) == HIKAE_OK);
  CHECK(hikae_cedar_explain(authorizer, r, &x, NULL) == HIKAE_OK);
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; ++i) {
    hikae_cedar_policies_options opt = HIKAE_CEDAR_POLICIES_OPTIONS_INIT;
    hikae_cedar_policy one = HIKAE_CEDAR_POLICY_INIT;
    hikae_cedar_answer answer = HIKAE_CEDAR_ANSWER_INIT;
    hikae_cedar_outcome outcome = HIKAE_CEDAR_OUTCOME_INIT;
    hikae_str message;
#define SIZED(value) \
  (value.struct_size = wrong[i] == sizeof(hikae_cedar_policy) - 1 ? sizeof value - 1 : wrong[i], &value)
    REFUSED(hikae_cedar_policies_parse(&text, 1, SIZED(opt), &p, &err));
    REFUSED(hikae_cedar_policies_get(policies, 0, SIZED(one), &err));
    REFUSED(hikae_cedar_answers_get(answers, 0, SIZED(answer), &err));
    REFUSED(hikae_cedar_answers_reason(answers, 0, 0, SIZED(one), &err));
    REFUSED(hikae_cedar_answers_error(answers, 0, 0, SIZED(one), &message, &err));
    REFUSED(hikae_cedar_explanation_next(x, SIZED(outcome), &err));
  }
  hikae_cedar_explanation_free(x);
  hikae_cedar_answers_free(answers);
  hikae_cedar_request_free(r);
}

/* All permutations: what is left works, whatever was freed before. */
static void free_orders(void) {
  for (int order = 0; order < 720; ++order) {
    hikae_document texts[2] = {document("a.cedar", policy_text), document("s.cedarschema", schema_text)};
    hikae_document list = document("e.json", entity_text);
    hikae_cedar_policies* p = NULL;
    hikae_cedar_schema* s = NULL;
    hikae_cedar_entities* e = NULL;
    hikae_cedar_authorizer* a = NULL;
    hikae_cedar_answers* answers = NULL;
    hikae_cedar_explanation* x = NULL;
    hikae_cedar_request* r = ask("髙橋", "{\"reason\": \"面談\"}");
    hikae_cedar_policy policy = HIKAE_CEDAR_POLICY_INIT;
    hikae_cedar_outcome outcome = HIKAE_CEDAR_OUTCOME_INIT;
    CHECK(hikae_cedar_policies_parse(&texts[0], 1, NULL, &p, NULL) == HIKAE_OK);
    CHECK(hikae_cedar_schema_parse(&texts[1], 1, 0, &s, NULL) == HIKAE_OK);
    CHECK(hikae_cedar_entities_parse(&list, s, &e, NULL) == HIKAE_OK);
    CHECK(hikae_cedar_authorizer_new(p, s, e, 0, &a, NULL) == HIKAE_OK);
    CHECK(hikae_cedar_answers_new(&answers, NULL) == HIKAE_OK);
    CHECK(hikae_cedar_authorize(a, r, answers, NULL) == HIKAE_OK);
    CHECK(hikae_cedar_explain(a, r, &x, NULL) == HIKAE_OK);
    int left[6] = {0, 1, 2, 3, 4, 5};
    for (int n = 6, rest = order; n > 0; rest /= n, --n) {
      const int pick = rest % n;
      const int which = left[pick];
      left[pick] = left[n - 1];
      if (which == 0) hikae_cedar_policies_free(p), p = NULL;
      if (which == 1) hikae_cedar_schema_free(s), s = NULL;
      if (which == 2) hikae_cedar_entities_free(e), e = NULL;
      if (which == 3) hikae_cedar_authorizer_free(a), a = NULL;
      if (which == 4) hikae_cedar_answers_free(answers), answers = NULL;
      if (which == 5) hikae_cedar_explanation_free(x), x = NULL;
      if (p != NULL) CHECK(hikae_cedar_policies_get(p, 0, &policy, NULL) == HIKAE_OK);
      if (a != NULL && answers != NULL) CHECK(hikae_cedar_authorize(a, r, answers, NULL) == HIKAE_OK);
      if (answers != NULL) {
        CHECK(hikae_cedar_answers_reason(answers, 0, 0, &policy, NULL) == HIKAE_OK);
        CHECK(is(policy.annotations[0].value, "条例第8条"));
      }
      if (x != NULL) CHECK(hikae_cedar_explanation_next(x, &outcome, NULL) >= 0);
    }
    hikae_cedar_request_free(r);
  }
}

int main(void) {
  static const struct test tests[] = {
      {"versions", versions}, {"init_macros", init_macros},   {"missing_arguments", missing_arguments},
      {"bad_text", bad_text}, {"struct_sizes", struct_sizes}, {"free_orders", free_orders}};
  return run_tests(tests, sizeof tests / sizeof *tests);
}
