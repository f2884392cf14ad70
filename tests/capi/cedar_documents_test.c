/* cedar.h from C11: policies, schemas, entities and requests in and out. Needs nothing. */
#include "cedar_fixture.h"

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
  hikae_cedar_policies* none = NULL;
  links[0].template_id = str("policy9");
  expect_error(hikae_cedar_policies_link(policies, links, 1, &none, &err), HIKAE_E_NOT_FOUND, &err);
  links[0].template_id = str("policy3");
  links[0].principal = named("");
  REFUSED(hikae_cedar_policies_link(policies, links, 1, &none, &err));
  hikae_cedar_policies_free(linked);
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

int main(void) {
  static const struct test tests[] = {{"parsing", parsing},       {"schemas", schemas},         {"linking", linking},
                                      {"validating", validating}, {"storing", storing},         {"updating", updating},
                                      {"requesting", requesting}, {"translating", translating}, {"writing", writing},
                                      {"formatting", formatting}};
  return run_tests(tests, sizeof tests / sizeof *tests);
}
