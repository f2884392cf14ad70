/* The engine's C API, from C11: what cedar.h promises of every function, one promise at a time. Needs nothing. */
#include <hikae/cedar.h>
#include <stdlib.h>

#include "check.h"

static const char policy_text[] =
    "@article(\"条例第8条\") @title(\"担当課は閲覧できる\")\n"
    "permit(principal in Section::\"福祉\", action == Action::\"閲覧\", resource);\n"
    "@article(\"条例第8条第2項\")\n"
    "forbid(principal, action, resource) when { resource.sealed && context.reason == \"\" };\n"
    "permit(principal, action, resource) when { principal.badge == 7 };\n"
    "@id(\"slot\") permit(principal == ?principal, action, resource in ?resource);\n";
static const char schema_text[] =
    "entity Section; entity User in [Section] { badge?: Long }; entity Box; entity File in [Box] { sealed: Bool };\n"
    "action \"閲覧\" appliesTo { principal: User, resource: File, context: { reason: String } };\n";
static const char entity_text[] =
    "[{\"uid\": {\"type\": \"User\", \"id\": \"髙橋\"}, \"attrs\": {}, \"parents\": [{\"type\": \"Section\", \"id\": "
    "\"福祉\"}]},\n"
    " {\"uid\": {\"type\": \"File\", \"id\": \"相談記録\"}, \"attrs\": {\"sealed\": true}, \"parents\": []}]";

static hikae_cedar_policies* policies;
static hikae_cedar_schema* schema;
static hikae_cedar_entities* entities;
static hikae_cedar_authorizer* authorizer;

static hikae_document document(const char* name, const char* text) {
  hikae_document d = {str(name), str(text)};
  return d;
}
static hikae_cedar_uid uid(const char* type, const char* id) {
  hikae_cedar_uid u = {str(type), str(id)};
  return u;
}
static hikae_cedar_uid named(const char* text) { return uid("", text); }

static hikae_cedar_policies* parse(const char* text) {
  hikae_document d = document("規則.cedar", text);
  hikae_cedar_policies* out = NULL;
  CHECK(hikae_cedar_policies_parse(&d, 1, NULL, &out, NULL) == HIKAE_OK);
  return out;
}

static hikae_cedar_request* ask(const char* who, const char* context) {
  hikae_document d = document("context.json", context);
  hikae_cedar_request* out = NULL;
  hikae_error* err = NULL;
  if (hikae_cedar_request_new(uid("User", who), uid("Action", "閲覧"), uid("File", "相談記録"), &d, NULL, 0, &out,
                              &err) < 0) {
    hikae_str text = hikae_error_text(err, HIKAE_ENGLISH);
    fprintf(stderr, "%s: %.*s\n", current, (int)text.len, text.ptr);
    exit(1);
  }
  return out;
}

static void setup(void) {
  hikae_document d[2] = {document("規則.cedar", policy_text), document("業務.cedarschema", schema_text)};
  hikae_document e = document("職員.json", entity_text);
  hikae_error* err = NULL;
  hikae_status st = hikae_cedar_policies_parse(&d[0], 1, NULL, &policies, &err);
  if (st == HIKAE_OK) st = hikae_cedar_schema_parse(&d[1], 1, HIKAE_CEDAR_BY_NAME, &schema, &err);
  if (st == HIKAE_OK) st = hikae_cedar_entities_parse(&e, NULL, &entities, &err);
  if (st == HIKAE_OK) st = hikae_cedar_authorizer_new(policies, schema, entities, 0, &authorizer, &err);
  if (st == HIKAE_OK) return;
  hikae_str text = hikae_error_text(err, HIKAE_ENGLISH);
  fprintf(stderr, "setup: %.*s\n", (int)text.len, text.ptr);
  exit(1);
}

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

static void parsing(void) {
  hikae_cedar_policy policy = HIKAE_CEDAR_POLICY_INIT;
  hikae_cedar_policies* p = NULL;
  hikae_cedar_policies_options options = HIKAE_CEDAR_POLICIES_OPTIONS_INIT;
  hikae_place place = HIKAE_PLACE_INIT;
  hikae_error* err = NULL;
  CHECK(hikae_cedar_policies_get(policies, 1, &policy, &err) == HIKAE_OK);
  CHECK(is(policy.id, "policy1") && policy.effect == HIKAE_CEDAR_FORBID && policy.kind == HIKAE_CEDAR_STATIC);
  CHECK(is(policy.file, "規則.cedar") && policy.line == 3 && policy.column == 1 && policy.template_id.len == 0);
  CHECK(policy.annotation_count == 1 && is(policy.annotations[0].key, "article"));
  CHECK(is(policy.annotations[0].value, "条例第8条第2項") && has(policy.text, "resource.sealed"));
  CHECK(hikae_cedar_policies_get(policies, 3, &policy, &err) == HIKAE_OK);
  CHECK(policy.kind == HIKAE_CEDAR_TEMPLATE && is(policy.id, "policy3") && policy.effect == HIKAE_CEDAR_PERMIT);
  CHECK(hikae_cedar_policies_get(policies, 4, &policy, &err) == HIKAE_END && EMPTY(policy));
  CHECK(hikae_cedar_policies_parse(NULL, 0, NULL, &p, &err) == HIKAE_OK); /* none at all */
  hikae_cedar_policies_free(p);

  hikae_document wrong =
      document("規則.cedar", "permit(principal, action, resource);\nforbid(principal, 操作, resource);");
  hikae_status st = hikae_cedar_policies_parse(&wrong, 1, NULL, &p, &err);
  CHECK(st == HIKAE_E_RULES && p == NULL);
  CHECK(hikae_error_place(err, &place, NULL) == HIKAE_OK && is(place.file, "規則.cedar") && place.line == 2 &&
        place.column == 19);
  expect_error(st, HIKAE_E_RULES, &err);

  hikae_document ids[2] = {document("a", "@id(\"甲\") permit(principal, action, resource);"),
                           document("b", "@id(\"甲\") forbid(principal, action, resource);")};
  options.flags = HIKAE_CEDAR_ID_FROM_ANNOTATION;
  CHECK(hikae_cedar_policies_parse(ids, 1, &options, &p, &err) == HIKAE_OK);
  CHECK(hikae_cedar_policies_get(p, 0, &policy, &err) == HIKAE_OK && is(policy.id, "甲"));
  hikae_cedar_policies_free(p);
  expect_error(hikae_cedar_policies_parse(ids, 2, &options, &p, &err), HIKAE_E_RULES, &err);
  options.format = 3;
  REFUSED(hikae_cedar_policies_parse(ids, 1, &options, &p, &err));
}

static void schemas(void) {
  hikae_cedar_schema* s = NULL;
  hikae_error* err = NULL;
  hikae_document parts[2] = {document("核.cedarschema", "entity User;"), document("追加.cedarschema", "entity 記録;")};
  expect_error(hikae_cedar_schema_parse(parts, 2, HIKAE_CEDAR_BY_NAME, &s, &err), HIKAE_E_RULES, &err);
  parts[1] = document("追加.cedarschema", "entity File { by: User };");
  CHECK(hikae_cedar_schema_parse(parts, 2, HIKAE_CEDAR_BY_NAME, &s, &err) == HIKAE_OK);
  hikae_cedar_schema_free(s);
  hikae_document json = document("s.json", "{\"\": {\"entityTypes\": {\"User\": {}}, \"actions\": {}}}");
  CHECK(hikae_cedar_schema_parse(&json, 1, HIKAE_CEDAR_BY_NAME, &s, &err) == HIKAE_OK);
  hikae_cedar_schema_free(s);
  expect_error(hikae_cedar_schema_parse(&json, 1, HIKAE_CEDAR_TEXT, &s, &err), HIKAE_E_RULES, &err);
  REFUSED(hikae_cedar_schema_parse(&json, 1, 3, &s, &err));
  hikae_document both[2] = {json, parts[0]};
  REFUSED(hikae_cedar_schema_parse(both, 2, HIKAE_CEDAR_BY_NAME, &s, &err));
  CHECK(s == NULL);
}

static void linking(void) {
  hikae_cedar_link links[2] = {
      {str("policy3"), str("個別"), uid("User", "臨時"), named("File::\"相談記録\"")},
      {str("policy3"), str("個別"), uid("User", "臨時"), named("File::\"相談記録\"")},
  };
  hikae_cedar_policies* linked = NULL;
  hikae_cedar_policy policy = HIKAE_CEDAR_POLICY_INIT;
  hikae_error* err = NULL;
  expect_error(hikae_cedar_policies_link(policies, links, 2, &linked, &err), HIKAE_E_EXISTS, &err);
  CHECK(linked == NULL);
  CHECK(hikae_cedar_policies_link(policies, links, 1, &linked, &err) == HIKAE_OK);
  CHECK(hikae_cedar_policies_get(linked, 3, &policy, &err) == HIKAE_OK);
  CHECK(policy.kind == HIKAE_CEDAR_LINKED && is(policy.id, "個別") && is(policy.template_id, "policy3"));
  CHECK(hikae_cedar_policies_get(linked, 4, &policy, &err) == HIKAE_OK && policy.kind == HIKAE_CEDAR_TEMPLATE);
  CHECK(hikae_cedar_policies_get(policies, 4, &policy, &err) == HIKAE_END); /* the old ones are as they were */

  hikae_cedar_authorizer* a = NULL;
  hikae_cedar_answers* answers = NULL;
  hikae_cedar_request* r = ask("臨時", "{\"reason\": \"代行\"}");
  CHECK(hikae_cedar_authorizer_new(linked, NULL, entities, 0, &a, &err) == HIKAE_OK);
  CHECK(hikae_cedar_answers_new(&answers, &err) == HIKAE_OK);
  CHECK(hikae_cedar_authorize(a, r, answers, &err) == HIKAE_OK && hikae_cedar_answers_allowed(answers, 0));
  CHECK(hikae_cedar_answers_reason(answers, 0, 0, &policy, &err) == HIKAE_OK && is(policy.id, "個別"));
  links[0].template_id = str("policy9");
  expect_error(hikae_cedar_policies_link(policies, links, 1, &linked, &err), HIKAE_E_NOT_FOUND, &err);
  links[0].template_id = str("policy3");
  links[0].principal = named("");
  REFUSED(hikae_cedar_policies_link(policies, links, 1, &linked, &err));
  hikae_cedar_authorizer_free(a);
  hikae_cedar_answers_free(answers);
  hikae_cedar_request_free(r);
}

static void validating(void) {
  hikae_list* list = NULL;
  hikae_entry entry = HIKAE_ENTRY_INIT;
  hikae_error* err = NULL;
  CHECK(hikae_cedar_validate(policies, schema, &list, &err) == HIKAE_OK);
  int errors = 0;
  while (hikae_list_next(list, &entry, &err) == HIKAE_OK) {
    CHECK(is(entry.file, "規則.cedar") && entry.title_en.len > 0 && entry.title_ja.len > 0);
    errors += entry.severity == HIKAE_ERROR;
  }
  CHECK(errors == 1 && err == NULL); /* principal.badge is optional and read without `has` */
  hikae_list_free(list);
  hikae_cedar_policies* sound = parse("permit(principal, action, resource) when { !resource.sealed };");
  CHECK(hikae_cedar_validate(sound, schema, &list, &err) == HIKAE_OK && hikae_list_count(list) == 0);
  hikae_list_free(list);
  hikae_cedar_policies_free(sound);
}

static void storing(void) {
  hikae_cedar_entities* e = NULL;
  hikae_buffer buffer = HIKAE_BUFFER_INIT;
  hikae_error* err = NULL;
  hikae_place place = HIKAE_PLACE_INIT;
  CHECK(hikae_cedar_entities_count(entities) == 2);
  CHECK(hikae_cedar_entities_write(entities, &buffer, &err) == HIKAE_OK);
  char* text = malloc(buffer.len + 1);
  memcpy(text, buffer.ptr, buffer.len);
  text[buffer.len] = 0;
  hikae_document again = document("again.json", text);
  CHECK(hikae_cedar_entities_parse(&again, schema, &e, &err) == HIKAE_OK);
  CHECK(hikae_cedar_entities_count(e) == 3); /* and the schema's action */
  hikae_cedar_entities_free(e);
  hikae_buffer_free(&buffer);
  free(text);

  hikae_document untyped = document(
      "外字.json", "[{\"uid\": {\"type\": \"File\", \"id\": \"a\"},\n  \"attrs\": {\"sealed\": 1}, \"parents\": []}]");
  hikae_status st = hikae_cedar_entities_parse(&untyped, schema, &e, &err);
  CHECK(hikae_error_place(err, &place, NULL) == HIKAE_OK && is(place.file, "外字.json"));
  expect_error(st, HIKAE_E_ARGUMENT, &err);
  CHECK(e == NULL);
  CHECK(hikae_cedar_entities_parse(&untyped, NULL, &e, &err) == HIKAE_OK); /* no schema, no types */
  hikae_cedar_entities_free(e);
}

static void updating(void) {
  hikae_cedar_entities* next = (hikae_cedar_entities*)sentinel;
  hikae_document put = document("追加.json",
                                "[{\"uid\": {\"type\": \"User\", \"id\": \"新任\"}, \"attrs\": {}, "
                                "\"parents\": [{\"type\": \"Section\", \"id\": \"福祉\"}]}]");
  const hikae_cedar_uid gone = uid("User", "髙橋"), nobody = uid("User", "不在");
  hikae_cedar_authorizer* a = NULL;
  hikae_cedar_answers* answers = NULL;
  hikae_error* err = NULL;
  REFUSED(hikae_cedar_entities_update(NULL, &put, NULL, 0, &next, &err));
  CHECK(next == NULL);
  REFUSED(hikae_cedar_entities_update(entities, &put, NULL, 0, NULL, &err));
  REFUSED(hikae_cedar_entities_update(entities, NULL, NULL, 1, &next, &err));
  expect_error(hikae_cedar_entities_update(entities, &put, &nobody, 1, &next, &err), HIKAE_E_NOT_FOUND, &err);
  CHECK(next == NULL);
  CHECK(hikae_cedar_entities_update(entities, &put, &gone, 1, &next, &err) == HIKAE_OK);
  CHECK(hikae_cedar_entities_count(next) == 2 && hikae_cedar_entities_count(entities) == 2);
  hikae_cedar_request* old = ask("髙橋", "{\"reason\": \"面談\"}");
  hikae_cedar_request* fresh = ask("新任", "{\"reason\": \"面談\"}");
  CHECK(hikae_cedar_authorizer_new(policies, NULL, entities, 0, &a, &err) == HIKAE_OK);
  CHECK(hikae_cedar_answers_new(&answers, &err) == HIKAE_OK);
  CHECK(hikae_cedar_authorize(a, fresh, answers, &err) == HIKAE_OK && !hikae_cedar_answers_allowed(answers, 0));
  CHECK(hikae_cedar_authorizer_swap(a, NULL, NULL, next, &err) == HIKAE_OK);
  CHECK(hikae_cedar_authorize(a, fresh, answers, &err) == HIKAE_OK && hikae_cedar_answers_allowed(answers, 0));
  CHECK(hikae_cedar_authorize(a, old, answers, &err) == HIKAE_OK && !hikae_cedar_answers_allowed(answers, 0));
  hikae_cedar_entities_free(next);

  /* What a schema checked, it goes on checking. */
  hikae_document typed_text = document("e.json", entity_text);
  hikae_cedar_entities* typed = NULL;
  CHECK(hikae_cedar_entities_parse(&typed_text, schema, &typed, &err) == HIKAE_OK);
  put.text = str("[{\"uid\": {\"type\": \"File\", \"id\": \"x\"}, \"attrs\": {\"sealed\": 1}, \"parents\": []}]");
  REFUSED(hikae_cedar_entities_update(typed, &put, NULL, 0, &next, &err));
  put.text = str("[{\"uid\": {\"type\": \"File\", \"id\": \"x\"}, \"attrs\": {\"sealed\": true}, \"parents\": []}]");
  CHECK(hikae_cedar_entities_update(typed, &put, NULL, 0, &next, &err) == HIKAE_OK);
  CHECK(hikae_cedar_entities_count(next) == hikae_cedar_entities_count(typed) + 1);
  hikae_cedar_entities_free(next);
  hikae_cedar_entities_free(typed);
  hikae_cedar_authorizer_free(a);
  hikae_cedar_answers_free(answers);
  hikae_cedar_request_free(old);
  hikae_cedar_request_free(fresh);
}

static void requesting(void) {
  hikae_cedar_request* r = NULL;
  hikae_error* err = NULL;
  hikae_place place = HIKAE_PLACE_INIT;
  const hikae_cedar_uid who = uid("User", "髙橋"), read = uid("Action", "閲覧"), what = uid("File", "相談記録");
  hikae_document context = document("c.json", "{\"reason\": 1}");
  REFUSED(hikae_cedar_request_new(who, read, what, &context, schema, 0, &r, &err));
  CHECK(hikae_cedar_request_new(who, read, what, &context, NULL, 0, &r, &err) == HIKAE_OK);
  hikae_cedar_request_free(r);
  context.text = str("{}");
  REFUSED(hikae_cedar_request_new(who, read, what, &context, schema, 0, &r, &err));
  REFUSED(hikae_cedar_request_new(who, read, what, &context, schema, HIKAE_CEDAR_UNCHECKED, &r, &err));
  context.text = str("{\"reason\": \"面談\"}");
  REFUSED(hikae_cedar_request_new(what, read, who, &context, schema, 0, &r, &err));
  CHECK(hikae_cedar_request_new(what, read, who, &context, schema, HIKAE_CEDAR_UNCHECKED, &r, &err) == HIKAE_OK);
  hikae_cedar_request_free(r);
  context.text = str("[]");
  REFUSED(hikae_cedar_request_new(who, read, what, &context, NULL, 0, &r, &err));
  REFUSED(hikae_cedar_request_new(uid("髙橋", "User"), read, what, NULL, NULL, 0, &r, &err));
  static const char* const no_names[] = {
      "", "User", "User::alice", "\"alice\"", "User::\"a\" ", "User::\"a\" == User::\"a\"", "1"};
  for (size_t i = 0; i < sizeof no_names / sizeof *no_names; ++i) {
    if (i == 4) continue; /* space around a name is no fault */
    REFUSED(hikae_cedar_request_new(named(no_names[i]), read, what, NULL, NULL, 0, &r, &err));
  }

  hikae_document whole =
      document("依頼.json",
               "{\"principal\": {\"type\": \"User\", \"id\": \"髙橋\"}, \"action\": \"Action::\\\"閲覧\\\"\",\n"
               " \"resource\": \"File::\\\"相談記録\\\"\", \"context\": {\"reason\": \"面談\"}}");
  CHECK(hikae_cedar_request_parse(&whole, schema, 0, &r, &err) == HIKAE_OK);
  hikae_cedar_request_free(r);
  static const char* const wrong[] = {
      "[]", "{}", "{\"principal\": 1, \"action\": 1, \"resource\": 1}",
      "{\"principal\": \"User\", \"action\": \"A::\\\"a\\\"\", \"resource\": \"A::\\\"a\\\"\"}",
      "{\"principle\": \"A::\\\"a\\\"\"}"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; ++i) {
    whole.text = str(wrong[i]);
    hikae_status st = hikae_cedar_request_parse(&whole, NULL, 0, &r, &err);
    CHECK(hikae_error_place(err, &place, NULL) == HIKAE_OK && is(place.file, "依頼.json") && place.line == 1);
    expect_error(st, HIKAE_E_ARGUMENT, &err);
    CHECK(r == NULL);
  }
}

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

static void translating(void) {
  hikae_document text = document("業務.cedarschema", schema_text);
  hikae_buffer json = HIKAE_BUFFER_INIT, again = HIKAE_BUFFER_INIT;
  hikae_cedar_schema* s = NULL;
  hikae_error* err = NULL;
  CHECK(hikae_cedar_schema_translate(&text, HIKAE_CEDAR_BY_NAME, &json, &err) == HIKAE_OK);
  hikae_document made = {str("業務.json"), {(const char*)json.ptr, json.len}};
  CHECK(has(made.text, "\"entityTypes\"") && has(made.text, "閲覧"));
  CHECK(hikae_cedar_schema_parse(&made, 1, HIKAE_CEDAR_BY_NAME, &s, &err) == HIKAE_OK);
  hikae_cedar_schema_free(s);
  CHECK(hikae_cedar_schema_translate(&made, HIKAE_CEDAR_BY_NAME, &again, &err) == HIKAE_OK);
  hikae_str back = {(const char*)again.ptr, again.len};
  CHECK(has(back, "entity User in [Section]"));
  hikae_buffer_free(&again);
  again = (hikae_buffer){(uint8_t*)sentinel, 8, 1};
  expect_error(hikae_cedar_schema_translate(&made, HIKAE_CEDAR_TEXT, &again, &err), HIKAE_E_RULES, &err);
  CHECK(again.ptr == NULL && again.len == 0);
  REFUSED(hikae_cedar_schema_translate(NULL, 0, &again, &err));
  REFUSED(hikae_cedar_schema_translate(&text, 0, NULL, &err));
  REFUSED(hikae_cedar_schema_translate(&text, 3, &again, &err));
  hikae_buffer_free(&json);
}

/* Text and JSON say the same, links included. */
static void writing(void) {
  hikae_cedar_link link = {str("policy3"), str("個別"), uid("User", "臨時"), uid("File", "相談記録")};
  hikae_cedar_policies* linked = NULL;
  hikae_cedar_policies* again = NULL;
  hikae_cedar_policy policy = HIKAE_CEDAR_POLICY_INIT;
  hikae_buffer buffer = {(uint8_t*)sentinel, 8, 1};
  hikae_error* err = NULL;
  REFUSED(hikae_cedar_policies_write(NULL, HIKAE_CEDAR_TEXT, &buffer, &err));
  CHECK(buffer.ptr == NULL && buffer.len == 0);
  REFUSED(hikae_cedar_policies_write(policies, HIKAE_CEDAR_TEXT, NULL, &err));
  REFUSED(hikae_cedar_policies_write(policies, HIKAE_CEDAR_BY_NAME, &buffer, &err));
  CHECK(hikae_cedar_policies_write(policies, HIKAE_CEDAR_TEXT, &buffer, &err) == HIKAE_OK);
  hikae_document text = {str("再.cedar"), {(const char*)buffer.ptr, buffer.len}};
  CHECK(hikae_cedar_policies_parse(&text, 1, NULL, &again, &err) == HIKAE_OK);
  CHECK(hikae_cedar_policies_get(again, 1, &policy, &err) == HIKAE_OK &&
        is(policy.annotations[0].value, "条例第8条第2項"));
  hikae_cedar_policies_free(again);
  hikae_buffer_free(&buffer);

  CHECK(hikae_cedar_policies_link(policies, &link, 1, &linked, &err) == HIKAE_OK);
  REFUSED(hikae_cedar_policies_write(linked, HIKAE_CEDAR_TEXT, &buffer, &err));
  CHECK(hikae_cedar_policies_write(linked, HIKAE_CEDAR_JSON, &buffer, &err) == HIKAE_OK);
  hikae_document json = {str("再.json"), {(const char*)buffer.ptr, buffer.len}};
  CHECK(hikae_cedar_policies_parse(&json, 1, NULL, &again, &err) == HIKAE_OK);
  CHECK(hikae_cedar_policies_get(again, 3, &policy, &err) == HIKAE_OK && is(policy.id, "個別"));
  CHECK(policy.kind == HIKAE_CEDAR_LINKED && is(policy.template_id, "policy3"));
  hikae_document both[2] = {json, text};
  hikae_cedar_policies* never = (hikae_cedar_policies*)sentinel;
  REFUSED(hikae_cedar_policies_parse(both, 2, NULL, &never, &err));
  CHECK(never == NULL);
  hikae_buffer_free(&buffer);
  hikae_cedar_policies_free(again);
  hikae_cedar_policies_free(linked);
}

static void formatting(void) {
  hikae_document text =
      document("規則.cedar", "// 註\npermit(principal,action,resource)when{1==1&&principal has badge};");
  hikae_cedar_format_options options = HIKAE_CEDAR_FORMAT_OPTIONS_INIT;
  hikae_buffer once = {(uint8_t*)sentinel, 8, 1}, twice = HIKAE_BUFFER_INIT;
  hikae_error* err = NULL;
  REFUSED(hikae_cedar_policies_format(NULL, NULL, &once, &err));
  CHECK(once.ptr == NULL && once.len == 0);
  REFUSED(hikae_cedar_policies_format(&text, NULL, NULL, &err));
  CHECK(hikae_cedar_policies_format(&text, NULL, &once, &err) == HIKAE_OK);
  hikae_document again = {str("再.cedar"), {(const char*)once.ptr, once.len}};
  CHECK(has(again.text, "// 註") && has(again.text, "1 == 1 && principal has badge"));
  CHECK(hikae_cedar_policies_format(&again, &options, &twice, &err) == HIKAE_OK);
  CHECK(once.len == twice.len && memcmp(once.ptr, twice.ptr, once.len) == 0);
  hikae_buffer_free(&twice);
  options.indent = 17;
  REFUSED(hikae_cedar_policies_format(&again, &options, &twice, &err));
  options.struct_size = sizeof options - 1;
  REFUSED(hikae_cedar_policies_format(&again, &options, &twice, &err));
  text.text = str("permit(");
  expect_error(hikae_cedar_policies_format(&text, NULL, &twice, &err), HIKAE_E_RULES, &err);
  hikae_buffer_free(&once);
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
  setup();
  static const struct {
    const char* name;
    void (*run)(void);
  } tests[] = {{"versions", versions},      {"init_macros", init_macros},   {"missing_arguments", missing_arguments},
               {"bad_text", bad_text},      {"struct_sizes", struct_sizes}, {"parsing", parsing},
               {"schemas", schemas},        {"linking", linking},           {"validating", validating},
               {"storing", storing},        {"updating", updating},         {"requesting", requesting},
               {"setting", setting},        {"deciding", deciding},         {"swapping", swapping},
               {"strict", strict},          {"translating", translating},   {"writing", writing},
               {"formatting", formatting},  {"explaining", explaining},     {"testing", testing},
               {"free_orders", free_orders}};
  for (size_t i = 0; i < sizeof tests / sizeof *tests; ++i) {
    const int before = failures;
    current = tests[i].name;
    tests[i].run();
    printf("%s %s\n", failures == before ? "ok  " : "FAIL", current);
  }
  hikae_cedar_authorizer_free(authorizer);
  hikae_cedar_entities_free(entities);
  hikae_cedar_schema_free(schema);
  hikae_cedar_policies_free(policies);
  return failures == 0 ? 0 : 1;
}
