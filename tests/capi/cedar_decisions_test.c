/* cedar.h from C11: requests used again, decisions, swaps, explanations, tests. Needs nothing. */
#include "cedar_fixture.h"

/* One request used again and again, its context set without JSON. */
static void setting(void) {
  hikae_cedar_policies* p = parse(
      "permit(principal, action, resource) when { context.yes && context.n == -3 && context.s == \"葛󠄀飾\" &&\n"
      "  context.e == User::\"a\" && context.d.lessThan(decimal(\"1.24\")) && "
      "context.ip.isInRange(ip(\"192.0.2.0/24\")) &&\n"
      "  context.t1 == context.t2 && context.h == duration(\"1h\") && context.h2 == context.h && "
      "context.set.contains(2) };");
  const hikae_cedar_uid none = {{NULL, 0}, {NULL, 0}};
  hikae_cedar_attribute all[] = {
      {str("yes"), HIKAE_CEDAR_BOOL, 0, 1, {NULL, 0}, none},
      {str("n"), HIKAE_CEDAR_LONG, 0, -3, {NULL, 0}, none},
      {str("s"), HIKAE_CEDAR_STRING, 0, 0, str("葛󠄀飾"), none},
      {str("e"), HIKAE_CEDAR_ENTITY, 0, 0, {NULL, 0}, uid("User", "a")},
      {str("d"), HIKAE_CEDAR_DECIMAL, 0, 0, str("1.23"), none},
      {str("ip"), HIKAE_CEDAR_IP, 0, 0, str("192.0.2.7"), none},
      {str("t1"), HIKAE_CEDAR_DATETIME, 0, 0, str("2021-05-20T09:00:00.000+0900"), none},
      {str("t2"), HIKAE_CEDAR_DATETIME, 0, 1621468800000, {NULL, 0}, none},
      {str("h"), HIKAE_CEDAR_DURATION, 0, 0, str("1h"), none},
      {str("h2"), HIKAE_CEDAR_DURATION, 0, 3600000, {NULL, 0}, none},
      {str("set"), HIKAE_CEDAR_ANY, 0, 0, str("[1, 2]"), none},
  };
  hikae_cedar_request* r = ask("a", "{}");
  hikae_cedar_authorizer* a = NULL;
  hikae_cedar_answers* answers = NULL;
  hikae_error* err = NULL;
  CHECK(hikae_cedar_authorizer_new(p, NULL, NULL, 0, &a, &err) == HIKAE_OK);
  CHECK(hikae_cedar_answers_new(&answers, &err) == HIKAE_OK);
  CHECK(hikae_cedar_request_set_context(r, all, sizeof all / sizeof *all, &err) == HIKAE_OK);
  CHECK(hikae_cedar_authorize(a, r, answers, &err) == HIKAE_OK && hikae_cedar_answers_allowed(answers, 0));
  static const int32_t strict_text[] = {HIKAE_CEDAR_DECIMAL,
                                        HIKAE_CEDAR_IP,
                                        HIKAE_CEDAR_DATETIME,
                                        HIKAE_CEDAR_DURATION,
                                        HIKAE_CEDAR_ANY,
                                        HIKAE_CEDAR_ENTITY,
                                        0,
                                        10,
                                        -1};
  for (size_t i = 0; i < sizeof strict_text / sizeof *strict_text; ++i) {
    hikae_cedar_attribute wrong = {str("x"), strict_text[i], 0, 0, str("違う"), none};
    REFUSED(hikae_cedar_request_set_context(r, &wrong, 1, &err));
  }
  hikae_cedar_attribute twice[] = {all[0], all[0]};
  REFUSED(hikae_cedar_request_set_context(r, twice, 2, &err));
  /* After every refusal the request is what it was. */
  CHECK(hikae_cedar_authorize(a, r, answers, &err) == HIKAE_OK && hikae_cedar_answers_allowed(answers, 0));
  CHECK(hikae_cedar_request_set_context(r, NULL, 0, &err) == HIKAE_OK);
  CHECK(hikae_cedar_authorize(a, r, answers, &err) == HIKAE_OK && !hikae_cedar_answers_allowed(answers, 0));
  hikae_cedar_authorizer_free(a);
  hikae_cedar_policies_free(p);

  p = parse("permit(principal == User::\"b\", action, resource);");
  CHECK(hikae_cedar_authorizer_new(p, NULL, NULL, 0, &a, &err) == HIKAE_OK);
  CHECK(hikae_cedar_request_set_names(r, uid("User", "b"), uid("Action", "x"), named("File::\"y\""), &err) == HIKAE_OK);
  CHECK(hikae_cedar_authorize(a, r, answers, &err) == HIKAE_OK && hikae_cedar_answers_allowed(answers, 0));
  REFUSED(hikae_cedar_request_set_names(r, uid("User", "c"), uid("Action", "x"), named("File"), &err));
  CHECK(hikae_cedar_authorize(a, r, answers, &err) == HIKAE_OK && hikae_cedar_answers_allowed(answers, 0));
  hikae_cedar_authorizer_free(a);
  hikae_cedar_policies_free(p);
  hikae_cedar_answers_free(answers);
  hikae_cedar_request_free(r);
}

static void deciding(void) {
  hikae_cedar_answers* answers = NULL;
  hikae_cedar_answer answer = HIKAE_CEDAR_ANSWER_INIT;
  hikae_cedar_policy policy = HIKAE_CEDAR_POLICY_INIT;
  hikae_str message;
  hikae_error* err = NULL;
  hikae_cedar_request* asked[3] = {ask("髙橋", "{\"reason\": \"面談\"}"), ask("髙橋", "{\"reason\": \"\"}"),
                                   ask("不明", "{\"reason\": \"面談\"}")};
  CHECK(hikae_cedar_answers_new(&answers, &err) == HIKAE_OK);
  CHECK(hikae_cedar_answers_get(answers, 0, &answer, &err) == HIKAE_END);
  expect_error(hikae_cedar_answers_reason(answers, 0, 0, &policy, &err), HIKAE_E_NOT_FOUND, &err);
  CHECK(hikae_cedar_authorize_many(authorizer, (const hikae_cedar_request* const*)asked, 3, answers, &err) == HIKAE_OK);
  static const int32_t decisions[] = {HIKAE_CEDAR_ALLOW, HIKAE_CEDAR_DENY, HIKAE_CEDAR_DENY};
  static const uint64_t reasons[] = {1, 1, 0};
  for (uint64_t i = 0; i < 3; ++i) {
    CHECK(hikae_cedar_answers_get(answers, i, &answer, &err) == HIKAE_OK);
    CHECK(answer.decision == decisions[i] && answer.reason_count == reasons[i] && answer.error_count == 1);
    CHECK(hikae_cedar_answers_allowed(answers, i) == (i == 0));
  }
  CHECK(hikae_cedar_answers_get(answers, 3, &answer, &err) == HIKAE_END && !hikae_cedar_answers_allowed(answers, 3));
  CHECK(hikae_cedar_answers_reason(answers, 0, 0, &policy, &err) == HIKAE_OK && is(policy.id, "policy0"));
  CHECK(policy.annotation_count == 2 && is(policy.annotations[1].value, "担当課は閲覧できる"));
  CHECK(hikae_cedar_answers_reason(answers, 0, 1, &policy, &err) == HIKAE_END && EMPTY(policy));
  CHECK(hikae_cedar_answers_reason(answers, 1, 0, &policy, &err) == HIKAE_OK && is(policy.id, "policy1"));
  CHECK(hikae_cedar_answers_error(answers, 0, 0, &policy, &message, &err) == HIKAE_OK);
  CHECK(is(policy.id, "policy2") && has(message, "規則.cedar:5:") && has(message, "badge"));
  CHECK(hikae_cedar_answers_error(answers, 0, 1, &policy, &message, &err) == HIKAE_END && message.len == 0);
  /* One after many: the many are gone. */
  CHECK(hikae_cedar_authorize(authorizer, asked[1], answers, &err) == HIKAE_OK);
  CHECK(!hikae_cedar_answers_allowed(answers, 0) && hikae_cedar_answers_get(answers, 1, &answer, &err) == HIKAE_END);
  for (int i = 0; i < 3; ++i) hikae_cedar_request_free(asked[i]);
  hikae_cedar_answers_free(answers);
}

static void swapping(void) {
  hikae_cedar_policies* closed = parse("forbid(principal, action, resource);");
  hikae_cedar_authorizer* a = NULL;
  hikae_cedar_answers* answers = NULL;
  hikae_cedar_policy policy = HIKAE_CEDAR_POLICY_INIT;
  hikae_error* err = NULL;
  hikae_cedar_request* r = ask("髙橋", "{\"reason\": \"面談\"}");
  CHECK(hikae_cedar_authorizer_new(policies, NULL, NULL, 0, &a, &err) == HIKAE_OK);
  CHECK(hikae_cedar_answers_new(&answers, &err) == HIKAE_OK);
  CHECK(hikae_cedar_authorize(a, r, answers, &err) == HIKAE_OK && !hikae_cedar_answers_allowed(answers, 0));
  CHECK(hikae_cedar_authorizer_swap(a, NULL, schema, entities, &err) == HIKAE_OK);
  CHECK(hikae_cedar_authorize(a, r, answers, &err) == HIKAE_OK && hikae_cedar_answers_allowed(answers, 0));
  CHECK(hikae_cedar_authorizer_swap(a, closed, NULL, NULL, &err) == HIKAE_OK);
  hikae_cedar_policies_free(closed);
  /* Answers of the old version stay readable. */
  CHECK(hikae_cedar_answers_reason(answers, 0, 0, &policy, &err) == HIKAE_OK && is(policy.id, "policy0") &&
        policy.annotation_count == 2);
  CHECK(hikae_cedar_authorize(a, r, answers, &err) == HIKAE_OK && !hikae_cedar_answers_allowed(answers, 0));
  hikae_cedar_authorizer_free(a);
  CHECK(hikae_cedar_answers_reason(answers, 0, 0, &policy, &err) == HIKAE_OK && policy.effect == HIKAE_CEDAR_FORBID);
  hikae_cedar_answers_free(answers);
  hikae_cedar_request_free(r);
}

/* What a strict authorizer refuses to decide by, and how a faulty forbid refuses. */
static void strict(void) {
  hikae_cedar_policies* sound = parse("permit(principal, action, resource) when { context.reason != \"\" };");
  hikae_cedar_policies* faulty = parse(
      "permit(principal, action, resource) when { context.reason != \"\" };\n"
      "forbid(principal, action, resource) when { principal has badge && principal.badge + 1 == 0 };");
  hikae_document text = document("職員.json",
                                 "[{\"uid\": {\"type\": \"User\", \"id\": \"髙橋\"}, \"attrs\": {\"badge\": "
                                 "9223372036854775807}, \"parents\": []}]");
  hikae_cedar_entities* typed = NULL;
  hikae_cedar_entities* untyped = NULL;
  hikae_cedar_authorizer* a = (hikae_cedar_authorizer*)sentinel;
  hikae_cedar_answers* answers = NULL;
  hikae_cedar_answer answer = HIKAE_CEDAR_ANSWER_INIT;
  hikae_error* err = NULL;
  hikae_cedar_request* r = ask("髙橋", "{\"reason\": \"面談\"}");
  CHECK(hikae_cedar_entities_parse(&text, schema, &typed, &err) == HIKAE_OK);
  CHECK(hikae_cedar_entities_parse(&text, NULL, &untyped, &err) == HIKAE_OK);
  CHECK(hikae_cedar_answers_new(&answers, &err) == HIKAE_OK);
  expect_error(hikae_cedar_authorizer_new(sound, NULL, typed, HIKAE_CEDAR_STRICT, &a, &err), HIKAE_E_RULES, &err);
  CHECK(a == NULL);
  expect_error(hikae_cedar_authorizer_new(sound, schema, untyped, HIKAE_CEDAR_STRICT, &a, &err), HIKAE_E_RULES, &err);
  hikae_status st = hikae_cedar_authorizer_new(policies, schema, typed, HIKAE_CEDAR_STRICT, &a, &err);
  CHECK(has(hikae_error_text(err, HIKAE_ENGLISH), "規則.cedar:5:")); /* the first error of validation */
  expect_error(st, HIKAE_E_RULES, &err);

  CHECK(hikae_cedar_authorizer_new(sound, schema, typed, HIKAE_CEDAR_STRICT, &a, &err) == HIKAE_OK);
  CHECK(hikae_cedar_authorize(a, r, answers, &err) == HIKAE_OK && hikae_cedar_answers_allowed(answers, 0));
  expect_error(hikae_cedar_authorizer_swap(a, policies, NULL, NULL, &err), HIKAE_E_RULES, &err);
  CHECK(hikae_cedar_authorize(a, r, answers, &err) == HIKAE_OK && hikae_cedar_answers_allowed(answers, 0));
  CHECK(hikae_cedar_authorizer_swap(a, faulty, NULL, NULL, &err) == HIKAE_OK);
  CHECK(hikae_cedar_authorize(a, r, answers, &err) == HIKAE_OK);
  CHECK(hikae_cedar_answers_get(answers, 0, &answer, &err) == HIKAE_OK);
  CHECK(answer.decision == HIKAE_CEDAR_DENY && answer.failed_shut && answer.error_count == 1 &&
        answer.reason_count == 0);
  hikae_cedar_authorizer_free(a);

  /* Cedar's own answer skips it. */
  CHECK(hikae_cedar_authorizer_new(faulty, schema, typed, HIKAE_CEDAR_CHECK_REQUESTS, &a, &err) == HIKAE_OK);
  CHECK(hikae_cedar_authorize(a, r, answers, &err) == HIKAE_OK && hikae_cedar_answers_allowed(answers, 0));
  CHECK(hikae_cedar_answers_get(answers, 0, &answer, &err) == HIKAE_OK && !answer.failed_shut);
  const hikae_cedar_request* both[2] = {r, NULL};
  hikae_cedar_request* other = ask("髙橋", "{}"); /* the context lacks what the schema says */
  both[1] = other;
  REFUSED(hikae_cedar_authorize(a, other, answers, &err));
  CHECK(hikae_cedar_answers_get(answers, 0, &answer, &err) == HIKAE_END);
  REFUSED(hikae_cedar_authorize_many(a, both, 2, answers, &err));
  CHECK(hikae_cedar_answers_get(answers, 0, &answer, &err) == HIKAE_END && !hikae_cedar_answers_allowed(answers, 0));
  hikae_cedar_request_free(other);
  hikae_cedar_request_free(r);
  hikae_cedar_authorizer_free(a);
  hikae_cedar_answers_free(answers);
  hikae_cedar_entities_free(typed);
  hikae_cedar_entities_free(untyped);
  hikae_cedar_policies_free(sound);
  hikae_cedar_policies_free(faulty);
}

static void explaining(void) {
  hikae_cedar_explanation* x = NULL;
  hikae_cedar_outcome outcome = HIKAE_CEDAR_OUTCOME_INIT;
  hikae_error* err = NULL;
  hikae_cedar_request* r = ask("不明", "{\"reason\": \"\"}");
  static const int32_t expected[] = {HIKAE_CEDAR_NOT_IN_SCOPE, HIKAE_CEDAR_SATISFIED, HIKAE_CEDAR_FAILED};
  CHECK(hikae_cedar_explain(authorizer, r, &x, &err) == HIKAE_OK);
  for (uint64_t i = 0; i < 3; ++i) {
    CHECK(hikae_cedar_explanation_next(x, &outcome, &err) == HIKAE_OK);
    CHECK(outcome.policy == i && outcome.outcome == expected[i] && outcome.id.len == 7);
    CHECK((outcome.message.len > 0) == (outcome.outcome == HIKAE_CEDAR_FAILED));
    if (i == 1) {
      CHECK(outcome.effect == HIKAE_CEDAR_FORBID && outcome.read_count == 2);
      const hikae_cedar_read* reads = outcome.reads;
      CHECK(is(reads[0].path, "resource.sealed") && is(reads[0].entity, "File::\"相談記録\""));
      CHECK(is(reads[0].attribute, "sealed") && reads[0].has_value && is(reads[0].value, "true"));
      CHECK(is(reads[1].path, "context.reason") && is(reads[1].entity, "context") && is(reads[1].value, "\"\""));
    }
    if (i == 2) CHECK(outcome.read_count == 1 && !outcome.reads[0].has_value && outcome.reads[0].value.len == 0);
  }
  CHECK(hikae_cedar_explanation_next(x, &outcome, &err) == HIKAE_END && EMPTY(outcome));
  hikae_cedar_explanation_free(x);
  hikae_cedar_request_free(r);
}

/* The files of a test, by name; "stop" stops the call. */
static int give(void* ctx, hikae_str path, hikae_str* text) {
  ++*(int*)ctx;
  if (is(path, "p.cedar")) *text = str("permit(principal, action == Action::\"読む\", resource);");
  if (is(path, "s.cedarschema"))
    *text = str("entity U, F; action \"読む\" appliesTo { principal: U, resource: F, context: { n?: Long } };");
  if (is(path, "e.json")) *text = str("[]");
  return is(path, "stop");
}

static hikae_status run_test(const char* policies_path, const char* validate, const char* decision, hikae_list** out,
                             hikae_error** err) {
  char text[2048];
  int calls = 0;
  snprintf(text, sizeof text,
           "{\"policies\": \"%s\", \"entities\": \"e.json\", \"schema\": \"s.cedarschema\", \"shouldValidate\": %s,\n"
           "\"requests\": [{\"description\": \"一件目\", \"principal\": {\"type\": \"U\", \"id\": \"甲\"},\n"
           "\"action\": {\"type\": \"Action\", \"id\": \"読む\"}, \"resource\": {\"type\": \"F\", \"id\": \"乙\"},\n"
           "\"context\": {}, \"decision\": \"%s\", \"reason\": [\"policy0\"], \"errors\": []}]}",
           policies_path, validate, decision);
  hikae_document d = document("試験.json", text);
  return hikae_cedar_test_run(&d, give, &calls, out, err);
}

static void testing(void) {
  hikae_list* list = (hikae_list*)sentinel;
  hikae_entry entry = HIKAE_ENTRY_INIT;
  hikae_error* err = NULL;
  REFUSED(hikae_cedar_test_run(NULL, give, NULL, &list, &err));
  CHECK(list == NULL);
  hikae_document none = document("x.json", "{}");
  REFUSED(hikae_cedar_test_run(&none, NULL, NULL, &list, &err));
  REFUSED(hikae_cedar_test_run(&none, give, NULL, NULL, &err));
  REFUSED(hikae_cedar_test_run(&none, give, NULL, &list, &err));
  CHECK(run_test("p.cedar", "true", "allow", &list, &err) == HIKAE_OK && hikae_list_count(list) == 0);
  hikae_list_free(list);
  CHECK(run_test("p.cedar", "false", "deny", &list, &err) == HIKAE_OK && hikae_list_count(list) == 2);
  CHECK(hikae_list_next(list, &entry, &err) == HIKAE_OK && is(entry.id, "validation") && entry.line == 1);
  CHECK(is(entry.title_en, "expected not valid; got valid") && is(entry.file, "試験.json"));
  CHECK(hikae_list_next(list, &entry, &err) == HIKAE_OK && is(entry.id, "request 0") && entry.line == 2);
  CHECK(is(entry.title_en, "expected deny by policy0; got allow by policy0") && is(entry.detail, "一件目"));
  CHECK(has(entry.title_ja, "期待 deny by policy0"));
  hikae_list_free(list);
  expect_error(run_test("missing.cedar", "true", "allow", &list, &err), HIKAE_E_NOT_FOUND, &err);
  expect_error(run_test("stop", "true", "allow", &list, &err), HIKAE_E_STOPPED, &err);
  expect_error(run_test("e.json", "true", "allow", &list, &err), HIKAE_E_RULES, &err);
  REFUSED(run_test("p.cedar", "1", "allow", &list, &err));
  REFUSED(run_test("p.cedar", "true", "perhaps", &list, &err));
  CHECK(list == NULL);
}

int main(void) {
  static const struct test tests[] = {{"setting", setting}, {"deciding", deciding},     {"swapping", swapping},
                                      {"strict", strict},   {"explaining", explaining}, {"testing", testing}};
  return run_tests(tests, sizeof tests / sizeof *tests);
}
