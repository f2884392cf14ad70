/*
 * hikae's Cedar engine by itself: policies, schema, entities; decisions with their reasons.
 *
 * Cedar is a language for "may this principal do this action on this resource?". This is an implementation in C++ of
 * language version 4.5, held to the public conformance corpus of release 4.10. It reads no clock, no disk, no network:
 * the same inputs give the same answer. The manual is this header, with the conventions in hikae/base.h.
 *
 *   POLICIES, a SCHEMA and ENTITIES are parsed once and never change. An AUTHORIZER holds one version of the three and
 *   answers REQUESTS into ANSWERS; it takes the next version while others decide. VALIDATE finds what can never work.
 *
 * Conventions beside those of hikae/base.h
 *
 *  a. Immutable handles, shareable between threads without locks: hikae_cedar_policies, hikae_cedar_schema,
 *     hikae_cedar_entities. hikae_cedar_authorizer is shareable too: any thread may decide while one swaps.
 *     hikae_cedar_request may be read by many threads as long as none sets it. hikae_cedar_answers and
 *     hikae_cedar_explanation belong to one thread at a time.
 *  b. Documents are parsed whole or not at all: an error says file, line, column, what was found and what was expected.
 *     Sizes, nesting and the cost of schemas are bounded; what lies beyond is an error that names the bound.
 *  c. "Deny" is an answer, not an error: HIKAE_OK. A policy that cannot be evaluated is skipped and listed, as Cedar
 *     says; in a strict authorizer an erring forbid refuses. Whatever fails, nothing is ever allowed by it.
 *  d. Texts and messages of this header are English; a problem's title exists in Japanese where an officer meets it.
 *
 * A decision (compiled and run by the test suite):
 *
 *     #include <hikae/cedar.h>
 *     #include <stdio.h>
 *
 *     static int fail(hikae_error *err) {
 *       hikae_str text = hikae_error_text(err, HIKAE_ENGLISH);
 *       fprintf(stderr, "%.*s\n", (int)text.len, text.ptr);
 *       hikae_error_free(err);
 *       return 2;
 *     }
 *
 *     int main(void) {
 *       static const char rules[] = "@article(\"14-3\") "
 *                                   "permit(principal in Section::\"福祉\", action, resource);";
 *       static const char people[] = "[{\"uid\": {\"type\": \"User\", \"id\": \"alice\"}, \"attrs\": {}, "
 *                                    "\"parents\": [{\"type\": \"Section\", \"id\": \"福祉\"}]}]";
 *       hikae_document text = {hikae_cstr("rules.cedar"), hikae_cstr(rules)};
 *       hikae_document list = {hikae_cstr("people.json"), hikae_cstr(people)};
 *       hikae_cedar_uid alice = {hikae_cstr("User"), hikae_cstr("alice")};
 *       hikae_cedar_uid read = {hikae_cstr("Action"), hikae_cstr("read")};
 *       hikae_cedar_uid file = {hikae_cstr("File"), hikae_cstr("相談記録")};
 *       hikae_cedar_policies *policies = NULL;
 *       hikae_cedar_entities *entities = NULL;
 *       hikae_cedar_authorizer *authorizer = NULL;
 *       hikae_cedar_request *request = NULL;
 *       hikae_cedar_answers *answers = NULL;
 *       hikae_cedar_policy reason = HIKAE_CEDAR_POLICY_INIT;
 *       hikae_error *err = NULL;
 *       if (hikae_cedar_policies_parse(&text, 1, NULL, &policies, &err) < 0) return fail(err);
 *       if (hikae_cedar_entities_parse(&list, NULL, &entities, &err) < 0) return fail(err);
 *       if (hikae_cedar_authorizer_new(policies, NULL, entities, 0, &authorizer, &err) < 0) return fail(err);
 *       if (hikae_cedar_request_new(alice, read, file, NULL, NULL, 0, &request, &err) < 0) return fail(err);
 *       if (hikae_cedar_answers_new(&answers, &err) < 0) return fail(err);
 *       if (hikae_cedar_authorize(authorizer, request, answers, &err) < 0) return fail(err);
 *       printf("%s", hikae_cedar_answers_allowed(answers, 0) ? "allow" : "deny");
 *       for (uint64_t i = 0; hikae_cedar_answers_reason(answers, 0, i, &reason, &err) == HIKAE_OK; ++i)
 *         printf(" by %.*s, article %.*s", (int)reason.id.len, reason.id.ptr,
 *                (int)reason.annotations[0].value.len, reason.annotations[0].value.ptr);
 *       printf("\n");
 *       hikae_cedar_answers_free(answers);
 *       hikae_cedar_request_free(request);
 *       hikae_cedar_authorizer_free(authorizer);
 *       hikae_cedar_entities_free(entities);
 *       hikae_cedar_policies_free(policies);
 *       return err == NULL ? 0 : fail(err);
 *     }
 */
#ifndef HIKAE_CEDAR_H_
#define HIKAE_CEDAR_H_

#include "hikae/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------------------------------- Values -- */

typedef struct hikae_cedar_policies hikae_cedar_policies;       /* freed by hikae_cedar_policies_free */
typedef struct hikae_cedar_schema hikae_cedar_schema;           /* freed by hikae_cedar_schema_free */
typedef struct hikae_cedar_entities hikae_cedar_entities;       /* freed by hikae_cedar_entities_free */
typedef struct hikae_cedar_authorizer hikae_cedar_authorizer;   /* freed by hikae_cedar_authorizer_free */
typedef struct hikae_cedar_request hikae_cedar_request;         /* freed by hikae_cedar_request_free */
typedef struct hikae_cedar_answers hikae_cedar_answers;         /* freed by hikae_cedar_answers_free */
typedef struct hikae_cedar_explanation hikae_cedar_explanation; /* freed by hikae_cedar_explanation_free */

/* Numbers that are stored or sent; never renumbered. Zero is never a result. since 0.1 */
enum { HIKAE_CEDAR_PERMIT = 1, HIKAE_CEDAR_FORBID = 2 };
enum { HIKAE_CEDAR_ALLOW = 1, HIKAE_CEDAR_DENY = 2 };
/* What became of one policy for one request. */
enum {
  HIKAE_CEDAR_NOT_IN_SCOPE = 1, /* its head names another principal, action or resource */
  HIKAE_CEDAR_NOT_SATISFIED = 2,
  HIKAE_CEDAR_SATISFIED = 3,
  HIKAE_CEDAR_FAILED = 4 /* it could not be evaluated */
};
/* The two forms of policies and schemas. Zero where a form is asked for: JSON for a name ending in .json, else text. */
enum { HIKAE_CEDAR_BY_NAME = 0, HIKAE_CEDAR_TEXT = 1, HIKAE_CEDAR_JSON = 2 };

/* The version of the language, such as "4.5". Lives forever. Cannot fail; any thread. since 0.1 */
HIKAE_API hikae_str hikae_cedar_language_version(void);

/* The release whose public conformance corpus this engine is held to, such as "4.10". Lives forever. Cannot fail; any
 * thread. since 0.1 */
HIKAE_API hikae_str hikae_cedar_corpus_version(void);

/* The name of an entity: its type, with namespaces ("Ns::User"), and its id. Where one is asked for, an empty type says
 * that `id` holds both as Cedar text: Ns::User::"alice". since 0.1 */
typedef struct hikae_cedar_uid {
  hikae_str type;
  hikae_str id;
} hikae_cedar_uid;

/* ------------------------------------------------------------------------------------------------- Schema -- */

/* Reads a schema: one document in Cedar's JSON form, or any number of texts, which are resolved together and may refer
 * to each other. `format` is HIKAE_CEDAR_TEXT, _JSON or _BY_NAME. *out is NULL unless HIKAE_OK.
 * Expects HIKAE_E_RULES or HIKAE_E_ARGUMENT with the place of what is wrong; HIKAE_E_ARGUMENT for several documents of
 * which one is JSON. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_cedar_schema_parse(const hikae_document* documents, size_t count,
                                                                 int32_t format, hikae_cedar_schema** out,
                                                                 hikae_error** err);

/* Translates one schema document, from the form that `format` says (HIKAE_CEDAR_BY_NAME: or its name) to the other one:
 * text to JSON, JSON to text. Namespaces, common types, annotations and order are kept, comments are not. Names are not
 * resolved, so that a part of a schema is translated by itself. *out is empty unless HIKAE_OK.
 * Expects HIKAE_E_RULES or HIKAE_E_ARGUMENT with the place of what is wrong, or of what the other form cannot say.
 * since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_cedar_schema_translate(const hikae_document* document, int32_t format,
                                                                     hikae_buffer* out, hikae_error** err);

/* NULL is allowed. What was made with the schema keeps what it needs. since 0.1 */
HIKAE_API void hikae_cedar_schema_free(hikae_cedar_schema* s);

/* ----------------------------------------------------------------------------------------------- Policies -- */

enum {
  HIKAE_CEDAR_ID_FROM_ANNOTATION = 1u /* @id("…") names each policy; one without, or twice the same, is an error */
};

typedef struct hikae_cedar_policies_options {
  size_t struct_size;
  uint32_t flags; /* HIKAE_CEDAR_ID_FROM_ANNOTATION */
  int32_t format; /* HIKAE_CEDAR_TEXT, _JSON or _BY_NAME */
} hikae_cedar_policies_options;
#define HIKAE_CEDAR_POLICIES_OPTIONS_INIT \
  { sizeof(hikae_cedar_policies_options), 0, 0 }

/* Reads policies and templates, and prepares them for deciding: any number of texts, or one document in Cedar's JSON
 * form of a policy set, {"staticPolicies", "templates", "templateLinks"}. Ids of texts are policy0, policy1 … in their
 * order, templates counted too; those of JSON are its keys. `opt` may be NULL. *out is NULL unless HIKAE_OK.
 * Expects HIKAE_E_RULES or HIKAE_E_ARGUMENT with the place of what is wrong; HIKAE_E_ARGUMENT for several documents of
 * which one is JSON. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_cedar_policies_parse(const hikae_document* documents, size_t count,
                                                                   const hikae_cedar_policies_options* opt,
                                                                   hikae_cedar_policies** out, hikae_error** err);

/* @key("value"); a key alone has the empty value. since 0.1 */
typedef struct hikae_cedar_annotation {
  hikae_str key;
  hikae_str value;
} hikae_cedar_annotation;

/* What a policy is; never renumbered. since 0.1 */
enum {
  HIKAE_CEDAR_STATIC = 1,
  HIKAE_CEDAR_TEMPLATE = 2, /* it has slots, and decides nothing until it is linked */
  HIKAE_CEDAR_LINKED = 3    /* a template with its slots filled */
};

/* One policy as read. Views belong to the handle it was asked of. since 0.1 */
typedef struct hikae_cedar_policy {
  size_t struct_size;
  hikae_str id;
  int32_t effect;        /* HIKAE_CEDAR_PERMIT or HIKAE_CEDAR_FORBID */
  int32_t kind;          /* HIKAE_CEDAR_STATIC … HIKAE_CEDAR_LINKED */
  hikae_str template_id; /* of a linked policy, whose text, place and annotations are its template's; else empty */
  hikae_str text;        /* its own text, from its first annotation to the semicolon */
  hikae_str file;        /* the document it stands in */
  uint32_t line;         /* from 1; 0 = unknown */
  uint32_t column;
  const hikae_cedar_annotation* annotations; /* in the order of the text */
  size_t annotation_count;
} hikae_cedar_policy;
#define HIKAE_CEDAR_POLICY_INIT \
  { sizeof(hikae_cedar_policy), {NULL, 0}, 0, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, 0, 0, NULL, 0 }

/* Fills *out with policy number `i`, from 0: static policies in their order, linked ones in the order of linking, then
 * templates; HIKAE_END past the last (then *out is zeros). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_cedar_policies_get(const hikae_cedar_policies* p, uint64_t i,
                                                                 hikae_cedar_policy* out, hikae_error** err);

/* Writes the policies: HIKAE_CEDAR_TEXT, their texts with comments within them kept, or HIKAE_CEDAR_JSON, Cedar's JSON
 * form with ids, templates and links. Reading either gives the same policies again; ids that came from JSON or
 * annotations are not in the text. *out is empty unless HIKAE_OK.
 * Expects HIKAE_E_ARGUMENT: another format, or text asked of policies with links, which have none. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_cedar_policies_write(const hikae_cedar_policies* p, int32_t format,
                                                                   hikae_buffer* out, hikae_error** err);

/* Fills a template's slots: uid by uid, the type empty and the id empty where the template has no such slot. since 0.1
 */
typedef struct hikae_cedar_link {
  hikae_str template_id;
  hikae_str id;              /* of the new policy */
  hikae_cedar_uid principal; /* for ?principal */
  hikae_cedar_uid resource;  /* for ?resource */
} hikae_cedar_link;

/* Gives new policies: those of `p` and the linked ones, all or none. `p` is not changed. *out is NULL unless HIKAE_OK.
 * Expects HIKAE_E_NOT_FOUND (no such template), HIKAE_E_EXISTS (the id is taken), HIKAE_E_ARGUMENT (a slot without an
 * entity, an entity without a slot, a name that is none). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_cedar_policies_link(const hikae_cedar_policies* p,
                                                                  const hikae_cedar_link* links, size_t count,
                                                                  hikae_cedar_policies** out, hikae_error** err);

typedef struct hikae_cedar_format_options {
  size_t struct_size;
  uint32_t line_width; /* in columns, a wide character takes two; 0 = 80 */
  uint32_t indent;     /* 0 = 2; at most 16 */
} hikae_cedar_format_options;
#define HIKAE_CEDAR_FORMAT_OPTIONS_INIT \
  { sizeof(hikae_cedar_format_options), 0, 0 }

/* Lays a text of policies out anew: line breaks, indentation and spaces change, nothing else does; comments stay.
 * Formatting what was formatted changes nothing. `opt` may be NULL. *out is empty unless HIKAE_OK.
 * Expects HIKAE_E_RULES with the place of what is wrong, HIKAE_E_ARGUMENT (the indent is too large). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_cedar_policies_format(const hikae_document* document,
                                                                    const hikae_cedar_format_options* opt,
                                                                    hikae_buffer* out, hikae_error** err);

/* NULL is allowed. since 0.1 */
HIKAE_API void hikae_cedar_policies_free(hikae_cedar_policies* p);

/* Checks strictly that no policy or template can fail for want of a type, an attribute or an action, whatever the
 * request: a list of problems, errors (HIKAE_ERROR) before warnings (HIKAE_WARN). Entries hold titles (the message),
 * `detail` (a hint, may be empty), file, line, column and severity. No entry with HIKAE_ERROR: the policies are valid.
 * A problem is an entry, never an error of the call. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_cedar_validate(const hikae_cedar_policies* p, const hikae_cedar_schema* s,
                                                             hikae_list** out, hikae_error** err);

/* ----------------------------------------------------------------------------------------------- Entities -- */

/* Reads a JSON list of entities: [{"uid": {"type", "id"}, "attrs": {…}, "parents": [uid …], "tags": {…}} …]. With a
 * schema (NULL: none) every entity is checked against it, __entity and __extn may be left out, and the schema's actions
 * are added. *out is NULL unless HIKAE_OK.
 * Expects HIKAE_E_ARGUMENT with the place: not JSON, not an entity, twice the same, a cycle among parents, not as the
 * schema says. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_cedar_entities_parse(const hikae_document* document,
                                                                   const hikae_cedar_schema* schema,
                                                                   hikae_cedar_entities** out, hikae_error** err);

/* Gives a new version, in which the entities of `put` (the same JSON form; NULL: none) are added or replace those of
 * their names, and those named in `remove` are gone; all or none. It shares what did not change, and costs what the
 * change does. `e` is not changed; the schema that it was parsed with goes on checking. *out is NULL unless HIKAE_OK.
 * Expects HIKAE_E_NOT_FOUND (to be removed, and not there), and what hikae_cedar_entities_parse does. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_cedar_entities_update(const hikae_cedar_entities* e,
                                                                    const hikae_document* put,
                                                                    const hikae_cedar_uid* remove, size_t remove_count,
                                                                    hikae_cedar_entities** out, hikae_error** err);

/* Writes the entities as the same JSON, ordered by uid, with explicit __entity and __extn. *out is empty unless
 * HIKAE_OK. Expects nothing but HIKAE_OK. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_cedar_entities_write(const hikae_cedar_entities* e, hikae_buffer* out,
                                                                   hikae_error** err);

/* How many entities there are, the schema's actions included; 0 for NULL. since 0.1 */
HIKAE_API uint64_t hikae_cedar_entities_count(const hikae_cedar_entities* e);

/* NULL is allowed. since 0.1 */
HIKAE_API void hikae_cedar_entities_free(hikae_cedar_entities* e);

/* ----------------------------------------------------------------------------------------------- Requests -- */

enum {
  HIKAE_CEDAR_UNCHECKED = 1u /* read the context by its types, and do not check whether the action is for these two */
};

/* Makes a request. `context` is a JSON map; NULL = an empty context. With a schema (NULL: none) the context is read by
 * the types of the action, and the request is checked: action, types, context. *out is NULL unless HIKAE_OK.
 * Expects HIKAE_E_ARGUMENT: a name that is none, not JSON, not as the schema says. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_cedar_request_new(hikae_cedar_uid principal, hikae_cedar_uid action,
                                                                hikae_cedar_uid resource, const hikae_document* context,
                                                                const hikae_cedar_schema* schema, uint32_t flags,
                                                                hikae_cedar_request** out, hikae_error** err);

/* The same from one JSON map: {"principal": uid, "action": uid, "resource": uid, "context": {…}}. A uid is
 * {"type": …, "id": …} or Cedar text in a string; "context" may be absent. Expects the same. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_cedar_request_parse(const hikae_document* document,
                                                                  const hikae_cedar_schema* schema, uint32_t flags,
                                                                  hikae_cedar_request** out, hikae_error** err);

/* Makes the request one about these three, the context as it is: to use one request again and again. It is not checked
 * against a schema. On an error the request is as before. Allocates nothing once names of such lengths have been in it.
 * Expects HIKAE_E_ARGUMENT: a name that is none. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_cedar_request_set_names(hikae_cedar_request* r, hikae_cedar_uid principal,
                                                                      hikae_cedar_uid action, hikae_cedar_uid resource,
                                                                      hikae_error** err);

/* Values of a context, by kind; never renumbered. since 0.1 */
enum {
  HIKAE_CEDAR_BOOL = 1,     /* number: 0 or 1 */
  HIKAE_CEDAR_LONG = 2,     /* number */
  HIKAE_CEDAR_STRING = 3,   /* text */
  HIKAE_CEDAR_ENTITY = 4,   /* uid */
  HIKAE_CEDAR_DECIMAL = 5,  /* text: 1.23 */
  HIKAE_CEDAR_IP = 6,       /* text: 192.0.2.0/24 */
  HIKAE_CEDAR_DATETIME = 7, /* text: 2021-05-20T10:00:00+0900; empty: number, milliseconds since 1970, UTC */
  HIKAE_CEDAR_DURATION = 8, /* text: 1d12h; empty: number, milliseconds */
  HIKAE_CEDAR_ANY = 9       /* text: a value in Cedar's JSON form, for sets and records */
};
typedef struct hikae_cedar_attribute {
  hikae_str name;
  int32_t kind;     /* HIKAE_CEDAR_BOOL … HIKAE_CEDAR_ANY */
  int32_t reserved; /* zero */
  int64_t number;
  hikae_str text;
  hikae_cedar_uid uid;
} hikae_cedar_attribute;

/* Replaces the request's context by these attributes, without JSON. It is not checked against a schema. On an error the
 * request is as before. Expects HIKAE_E_ARGUMENT: no such kind, a text that is none of its kind, twice the same name.
 * since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_cedar_request_set_context(hikae_cedar_request* r,
                                                                        const hikae_cedar_attribute* attributes,
                                                                        size_t count, hikae_error** err);

/* NULL is allowed. since 0.1 */
HIKAE_API void hikae_cedar_request_free(hikae_cedar_request* r);

/* ---------------------------------------------------------------------------------------------- Decisions -- */

enum {
  HIKAE_CEDAR_STRICT = 1u, /* decide by validated policies only, and let a forbid that cannot be evaluated refuse */
  HIKAE_CEDAR_CHECK_REQUESTS = 2u /* check every request against the schema before it is decided */
};

/* Takes one version of policies, schema and entities to decide by. `schema` and `entities` may be NULL: none. The
 * handles may be freed at once. HIKAE_CEDAR_STRICT validates the policies here and on every swap, and needs a schema
 * that the entities were parsed with. *out is NULL unless HIKAE_OK.
 * Expects, of a strict one, HIKAE_E_RULES: no schema, the policies' first validation error, entities that were not
 * checked against this schema. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_cedar_authorizer_new(const hikae_cedar_policies* policies,
                                                                   const hikae_cedar_schema* schema,
                                                                   const hikae_cedar_entities* entities, uint32_t flags,
                                                                   hikae_cedar_authorizer** out, hikae_error** err);

/* Puts the next version in place of those that are given; NULL keeps what is there. Decisions that run finish with the
 * version they began with, later ones see the new one whole; nobody waits. On an error the old version stays.
 * Expects what hikae_cedar_authorizer_new does. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_cedar_authorizer_swap(hikae_cedar_authorizer* a,
                                                                    const hikae_cedar_policies* policies,
                                                                    const hikae_cedar_schema* schema,
                                                                    const hikae_cedar_entities* entities,
                                                                    hikae_error** err);

/* NULL is allowed. Answers made by it stay readable. No call on it may still run. since 0.1 */
HIKAE_API void hikae_cedar_authorizer_free(hikae_cedar_authorizer* a);

/* Makes room for answers, to be filled again and again. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_cedar_answers_new(hikae_cedar_answers** out, hikae_error** err);

/* Decides one request into answer 0; what the answers held before is gone. Deny is HIKAE_OK. Once the answers have been
 * as large before, a decision without errors allocates nothing. Expects HIKAE_E_ARGUMENT for a request that the schema
 * does not admit, where requests are checked. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_cedar_authorize(const hikae_cedar_authorizer* a,
                                                              const hikae_cedar_request* r, hikae_cedar_answers* out,
                                                              hikae_error** err);

/* Decides `count` requests by one and the same version: answer i is that of request i. Expects the same; then
 * there are no answers at all. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_cedar_authorize_many(const hikae_cedar_authorizer* a,
                                                                   const hikae_cedar_request* const* requests,
                                                                   size_t count, hikae_cedar_answers* out,
                                                                   hikae_error** err);

/* 1 only when answer `i` is there and allows; 0 otherwise, also for NULL. Cannot fail. since 0.1 */
HIKAE_API int hikae_cedar_answers_allowed(const hikae_cedar_answers* a, uint64_t i);

/* One answer. since 0.1 */
typedef struct hikae_cedar_answer {
  size_t struct_size;
  int32_t decision;      /* HIKAE_CEDAR_ALLOW or HIKAE_CEDAR_DENY */
  int32_t failed_shut;   /* 1: denied because a forbid could not be evaluated; of a strict authorizer only */
  uint64_t reason_count; /* allow: the satisfied permits; deny: the satisfied forbids, none when nothing permitted */
  uint64_t error_count;  /* policies that could not be evaluated */
} hikae_cedar_answer;
#define HIKAE_CEDAR_ANSWER_INIT \
  { sizeof(hikae_cedar_answer), 0, 0, 0, 0 }

/* Fills *out with answer `i`; HIKAE_END past the last. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_cedar_answers_get(const hikae_cedar_answers* a, uint64_t i,
                                                                hikae_cedar_answer* out, hikae_error** err);

/* Fills *out with reason number `n` of answer `i`, a policy with its annotations, in the order of the policies;
 * HIKAE_END past the last. Its views live until the answers are filled again or freed.
 * Expects HIKAE_E_NOT_FOUND when there is no answer `i`. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_cedar_answers_reason(const hikae_cedar_answers* a, uint64_t i, uint64_t n,
                                                                   hikae_cedar_policy* out, hikae_error** err);

/* Fills *out with erring policy number `n` of answer `i`, and *message with why it failed, its place before it;
 * HIKAE_END past the last. Views and errors as for reasons. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_cedar_answers_error(const hikae_cedar_answers* a, uint64_t i, uint64_t n,
                                                                  hikae_cedar_policy* out, hikae_str* message,
                                                                  hikae_error** err);

/* NULL is allowed. since 0.1 */
HIKAE_API void hikae_cedar_answers_free(hikae_cedar_answers* a);

/* ------------------------------------------------------------------------------------------- Explanations -- */

/* Says what became of every policy for one request, in their order, with what each read. Slower than a decision, and
 * agrees with it. *out is NULL unless HIKAE_OK. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_cedar_explain(const hikae_cedar_authorizer* a,
                                                            const hikae_cedar_request* r, hikae_cedar_explanation** out,
                                                            hikae_error** err);

/* An attribute or tag that a policy read. since 0.1 */
typedef struct hikae_cedar_read {
  hikae_str path;      /* as the policy spells it: principal.section.name; empty when it is no path */
  hikae_str entity;    /* whose it is: Type::"id", or "context" */
  hikae_str attribute; /* its name */
  hikae_str value;     /* as Cedar text; look at has_value before reading an empty one */
  int32_t has_value;   /* 0: there is none */
  int32_t reserved;    /* zero */
} hikae_cedar_read;

/* What became of one policy. Views belong to the explanation. since 0.1 */
typedef struct hikae_cedar_outcome {
  size_t struct_size;
  uint64_t policy; /* its number, as for hikae_cedar_policies_get */
  hikae_str id;
  int32_t effect;                /* HIKAE_CEDAR_PERMIT or HIKAE_CEDAR_FORBID */
  int32_t outcome;               /* HIKAE_CEDAR_NOT_IN_SCOPE … HIKAE_CEDAR_FAILED */
  hikae_str message;             /* why it failed, its place before it; else empty */
  const hikae_cedar_read* reads; /* in the order of evaluation, each once */
  size_t read_count;
} hikae_cedar_outcome;
#define HIKAE_CEDAR_OUTCOME_INIT \
  { sizeof(hikae_cedar_outcome), 0, {NULL, 0}, 0, 0, {NULL, 0}, NULL, 0 }

/* Fills *out with the next policy's outcome: HIKAE_OK, or HIKAE_END past the last (then *out is zeros). since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_cedar_explanation_next(hikae_cedar_explanation* x,
                                                                     hikae_cedar_outcome* out, hikae_error** err);

/* NULL is allowed. since 0.1 */
HIKAE_API void hikae_cedar_explanation_free(hikae_cedar_explanation* x);

/* -------------------------------------------------------------------------------------------------- Tests -- */

/* Gives the text of a file that a test names: sets *text, which must live until the call returns, or leaves it as it
 * is, {NULL, 0}, where there is no such file. Non-zero stops the call. since 0.1 */
typedef int (*hikae_cedar_file_fn)(void* ctx, hikae_str path, hikae_str* text);

/* Runs one test in the form of Cedar's public integration tests: {"policies", "entities", "schema": paths,
 * "shouldValidate", "requests": [{"principal", "action", "resource", "context", "decision", "reason", "errors"} …]}.
 * Gives a list of what is not as the test says, empty when all is: entries hold id ("validation", or "request 3"
 * counted from 0), titles (what was expected, what came), `detail` (the request's description), file, line and column.
 * Messages of erring policies are not compared, only their ids.
 * Expects HIKAE_E_ARGUMENT or HIKAE_E_RULES (the test or a file of it does not load), HIKAE_E_NOT_FOUND (no such file),
 * HIKAE_E_STOPPED. since 0.1 */
HIKAE_API HIKAE_MUST_CHECK hikae_status hikae_cedar_test_run(const hikae_document* test, hikae_cedar_file_fn file,
                                                             void* ctx, hikae_list** out, hikae_error** err);

#ifdef __cplusplus
}
#endif

#endif /* HIKAE_CEDAR_H_ */
