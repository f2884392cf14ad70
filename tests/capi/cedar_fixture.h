/* Policies, a schema, entities and an authorizer, which the tests of cedar.h share. */
#ifndef HIKAE_TESTS_CAPI_CEDAR_FIXTURE_H_
#define HIKAE_TESTS_CAPI_CEDAR_FIXTURE_H_

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

static inline hikae_document document(const char* name, const char* text) {
  hikae_document d = {str(name), str(text)};
  return d;
}
static inline hikae_cedar_uid uid(const char* type, const char* id) {
  hikae_cedar_uid u = {str(type), str(id)};
  return u;
}
static inline hikae_cedar_uid named(const char* text) { return uid("", text); }

static inline hikae_cedar_policies* parse(const char* text) {
  hikae_document d = document("規則.cedar", text);
  hikae_cedar_policies* out = NULL;
  CHECK(hikae_cedar_policies_parse(&d, 1, NULL, &out, NULL) == HIKAE_OK);
  return out;
}

static inline hikae_cedar_request* ask(const char* who, const char* context) {
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

static inline void setup(void) {
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

struct test {
  const char* name;
  void (*run)(void);
};

/* Runs them over one set of handles, and gives the exit code. */
static inline int run_tests(const struct test* tests, size_t count) {
  setup();
  for (size_t i = 0; i < count; ++i) {
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

#endif /* HIKAE_TESTS_CAPI_CEDAR_FIXTURE_H_ */
