// C++ over cedar.h: the policy engine by itself, with handles that free themselves. Header-only; adds no ABI. What a
// call does, expects and leaves untouched is said in cedar.h; every function here throws hikae::Error where the C call
// fails. Moved-from objects may only be destroyed or assigned to.
//
// A decision (compiled and run by the test suite):
//
//     #include <hikae/cedar.hpp>
//     #include <iostream>
//
//     int main() {
//       using namespace hikae::cedar;
//       try {
//         const Schema schema({"ward.cedarschema", R"(
//             entity Section; entity User in [Section]; entity File { sealed: Bool };
//             action read appliesTo { principal: User, resource: File };)"});
//         const Policies policies({"rules.cedar", R"(
//             @article("8") permit(principal in Section::"福祉", action, resource);
//             @article("8-2") forbid(principal, action, resource) when { resource.sealed };)"});
//         const Entities entities({"people.json", R"([
//             {"uid": {"type": "User", "id": "alice"}, "attrs": {}, "parents": [{"type": "Section", "id": "福祉"}]},
//             {"uid": {"type": "File", "id": "相談記録"}, "attrs": {"sealed": true}, "parents": []}])"}, &schema);
//         const Authorizer authorizer(policies, &schema, &entities, {.strict = true});
//         const Request request({"User", "alice"}, {"Action", "read"}, {"File", "相談記録"});
//         const Answers answers = authorizer.Authorize(request);
//         std::cout << (answers.Allowed(0) ? "allow" : "deny");
//         for (const Policy& reason : answers.Reasons(0)) std::cout << " by article " << *reason.Annotation("article");
//         std::cout << '\n';
//       } catch (const hikae::Error& e) {
//         std::cerr << e.what() << '\n';
//         return 2;
//       }
//     }
//
#ifndef HIKAE_CEDAR_HPP_
#define HIKAE_CEDAR_HPP_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hikae/base.hpp"
#include "hikae/cedar.h"

namespace hikae::cedar {

enum class Form : int32_t { kByName = HIKAE_CEDAR_BY_NAME, kText = HIKAE_CEDAR_TEXT, kJson = HIKAE_CEDAR_JSON };
enum class Effect : int32_t { kPermit = HIKAE_CEDAR_PERMIT, kForbid = HIKAE_CEDAR_FORBID };
enum class Kind : int32_t {
  kStatic = HIKAE_CEDAR_STATIC,
  kTemplate = HIKAE_CEDAR_TEMPLATE,
  kLinked = HIKAE_CEDAR_LINKED
};
enum class Outcome : int32_t {
  kNotInScope = HIKAE_CEDAR_NOT_IN_SCOPE,
  kNotSatisfied = HIKAE_CEDAR_NOT_SATISFIED,
  kSatisfied = HIKAE_CEDAR_SATISFIED,
  kFailed = HIKAE_CEDAR_FAILED
};

inline std::string_view LanguageVersion() { return View(hikae_cedar_language_version()); }
inline std::string_view CorpusVersion() { return View(hikae_cedar_corpus_version()); }

// The name of an entity: type and id, or both as one Cedar text: Uid("Ns::User::\"alice\"").
class Uid {
 public:
  Uid(std::string_view type, std::string_view id) : c_{Str(type), Str(id)} {}
  explicit Uid(std::string_view text) : c_{{nullptr, 0}, Str(text)} {}
  hikae_cedar_uid c() const { return c_; }

 private:
  hikae_cedar_uid c_;  // views of what was given
};

// A policy as read. Views belong to the object it was asked of.
struct Policy {
  std::string_view id;
  Effect effect = Effect::kForbid;
  Kind kind = Kind::kStatic;
  std::string_view template_id;  // of a linked policy
  std::string_view text;
  std::string_view file;
  uint32_t line = 0;
  uint32_t column = 0;
  std::vector<std::pair<std::string_view, std::string_view>> annotations;  // in the order of the text

  std::optional<std::string_view> Annotation(std::string_view key) const {
    for (const auto& [name, value] : annotations)
      if (name == key) return value;
    return std::nullopt;
  }
};

namespace detail {

using hikae::detail::Check;
using hikae::detail::Deleter;

template <class Handle, auto Free>
using Owned = std::unique_ptr<Handle, Deleter<Free>>;

// The handle that a C call makes.
template <class Handle, class Call>
Handle* Make(Call&& call) {
  Handle* made = nullptr;
  Check([&](hikae_error** e) { return call(&made, e); });
  return made;
}

inline hikae_document Of(const Document& document) { return {Str(document.name), Str(document.text)}; }

inline std::vector<hikae_document> All(const Document* documents, size_t count) {
  std::vector<hikae_document> all;
  for (size_t i = 0; i < count; ++i) all.push_back(Of(documents[i]));
  return all;
}

inline Policy Read(const hikae_cedar_policy& c) {
  Policy policy;
  policy.id = View(c.id);
  policy.effect = static_cast<Effect>(c.effect);
  policy.kind = static_cast<Kind>(c.kind);
  policy.template_id = View(c.template_id);
  policy.text = View(c.text);
  policy.file = View(c.file);
  policy.line = c.line;
  policy.column = c.column;
  for (size_t i = 0; i < c.annotation_count; ++i)
    policy.annotations.emplace_back(View(c.annotations[i].key), View(c.annotations[i].value));
  return policy;
}

}  // namespace detail

// Immutable; shareable between threads.
class Schema {
 public:
  explicit Schema(const Document& document, Form form = Form::kByName) : handle_(Parse(&document, 1, form)) {}
  // Texts that are resolved together.
  static Schema OfAll(const std::vector<Document>& documents, Form form = Form::kByName) {
    return Schema(Parse(documents.data(), documents.size(), form));
  }
  const hikae_cedar_schema* c() const { return handle_.get(); }

 private:
  explicit Schema(hikae_cedar_schema* handle) : handle_(handle) {}
  static hikae_cedar_schema* Parse(const Document* documents, size_t count, Form form) {
    const std::vector<hikae_document> c = detail::All(documents, count);
    return detail::Make<hikae_cedar_schema>([&](hikae_cedar_schema** out, hikae_error** e) {
      return hikae_cedar_schema_parse(c.data(), c.size(), static_cast<int32_t>(form), out, e);
    });
  }
  detail::Owned<hikae_cedar_schema, hikae_cedar_schema_free> handle_;
};

// One schema document in the other form: text as JSON, JSON as text.
inline std::string TranslateSchema(const Document& document, Form form = Form::kByName) {
  const hikae_document c = detail::Of(document);
  return hikae::detail::ReadBuffer([&](hikae_buffer* out, hikae_error** e) {
    return hikae_cedar_schema_translate(&c, static_cast<int32_t>(form), out, e);
  });
}

// Policies laid out anew; 0 = the default.
inline std::string FormatPolicies(const Document& document, uint32_t line_width = 0, uint32_t indent = 0) {
  const hikae_document c = detail::Of(document);
  hikae_cedar_format_options options = HIKAE_CEDAR_FORMAT_OPTIONS_INIT;
  options.line_width = line_width;
  options.indent = indent;
  return hikae::detail::ReadBuffer(
      [&](hikae_buffer* out, hikae_error** e) { return hikae_cedar_policies_format(&c, &options, out, e); });
}

struct Link {
  std::string_view template_id;
  std::string_view id;
  std::optional<Uid> principal;
  std::optional<Uid> resource;
};

// Immutable; shareable between threads.
class Policies {
 public:
  struct Options {
    bool id_from_annotation = false;
    Form form = Form::kByName;
  };
  explicit Policies(const Document& document) : Policies(document, Options()) {}
  Policies(const Document& document, const Options& options) : handle_(Parse(&document, 1, options)) {}
  // The policies of several documents as one set.
  static Policies OfAll(const std::vector<Document>& documents) { return OfAll(documents, Options()); }
  static Policies OfAll(const std::vector<Document>& documents, const Options& options) {
    return Policies(Parse(documents.data(), documents.size(), options));
  }

  // Static policies, linked ones, then templates.
  std::vector<Policy> All() const {
    std::vector<Policy> all;
    hikae_cedar_policy policy = HIKAE_CEDAR_POLICY_INIT;
    const auto next = [&](hikae_error** e) { return hikae_cedar_policies_get(c(), all.size(), &policy, e); };
    while (detail::Check(next) == HIKAE_OK) all.push_back(detail::Read(policy));
    return all;
  }
  std::string ToText() const { return Write(HIKAE_CEDAR_TEXT); }
  std::string ToJson() const { return Write(HIKAE_CEDAR_JSON); }
  Policies Linked(const std::vector<Link>& links) const {
    std::vector<hikae_cedar_link> all;
    const hikae_cedar_uid none = {{nullptr, 0}, {nullptr, 0}};
    for (const Link& link : links)
      all.push_back({Str(link.template_id), Str(link.id), link.principal ? link.principal->c() : none,
                     link.resource ? link.resource->c() : none});
    return Policies(detail::Make<hikae_cedar_policies>([&](hikae_cedar_policies** out, hikae_error** e) {
      return hikae_cedar_policies_link(c(), all.data(), all.size(), out, e);
    }));
  }
  // Problems, errors (HIKAE_ERROR) before warnings (HIKAE_WARN); `detail` is a hint. No error: the policies are valid.
  std::vector<Entry> Validate(const Schema& schema) const {
    return hikae::detail::ReadList(
        [&](hikae_list** out, hikae_error** e) { return hikae_cedar_validate(c(), schema.c(), out, e); });
  }
  const hikae_cedar_policies* c() const { return handle_.get(); }

 private:
  explicit Policies(hikae_cedar_policies* handle) : handle_(handle) {}
  std::string Write(int32_t format) const {
    return hikae::detail::ReadBuffer(
        [&](hikae_buffer* out, hikae_error** e) { return hikae_cedar_policies_write(c(), format, out, e); });
  }
  static hikae_cedar_policies* Parse(const Document* documents, size_t count, const Options& options) {
    const std::vector<hikae_document> c = detail::All(documents, count);
    hikae_cedar_policies_options opt = HIKAE_CEDAR_POLICIES_OPTIONS_INIT;
    if (options.id_from_annotation) opt.flags |= HIKAE_CEDAR_ID_FROM_ANNOTATION;
    opt.format = static_cast<int32_t>(options.form);
    return detail::Make<hikae_cedar_policies>([&](hikae_cedar_policies** out, hikae_error** e) {
      return hikae_cedar_policies_parse(c.data(), c.size(), &opt, out, e);
    });
  }
  detail::Owned<hikae_cedar_policies, hikae_cedar_policies_free> handle_;
};

// Immutable; shareable between threads.
class Entities {
 public:
  explicit Entities(const Document& document, const Schema* schema = nullptr) {
    const hikae_document c = detail::Of(document);
    handle_.reset(detail::Make<hikae_cedar_entities>([&](hikae_cedar_entities** out, hikae_error** e) {
      return hikae_cedar_entities_parse(&c, schema != nullptr ? schema->c() : nullptr, out, e);
    }));
  }
  std::string ToJson() const {
    return hikae::detail::ReadBuffer(
        [&](hikae_buffer* out, hikae_error** e) { return hikae_cedar_entities_write(c(), out, e); });
  }
  // A new version: `put` (JSON; an empty text: none) added or replaced, `remove` gone.
  Entities Updated(const Document& put, const std::vector<Uid>& remove = {}) const {
    const hikae_document c_put = detail::Of(put);
    std::vector<hikae_cedar_uid> gone;
    for (const Uid& uid : remove) gone.push_back(uid.c());
    return Entities(detail::Make<hikae_cedar_entities>([&](hikae_cedar_entities** out, hikae_error** e) {
      return hikae_cedar_entities_update(c(), put.text.empty() ? nullptr : &c_put, gone.data(), gone.size(), out, e);
    }));
  }
  uint64_t size() const { return hikae_cedar_entities_count(c()); }
  const hikae_cedar_entities* c() const { return handle_.get(); }

 private:
  explicit Entities(hikae_cedar_entities* handle) : handle_(handle) {}
  detail::Owned<hikae_cedar_entities, hikae_cedar_entities_free> handle_;
};

// May be read by many threads while none sets it.
class Request {
 public:
  struct Options {
    const Schema* schema = nullptr;
    bool unchecked = false;
  };
  Request(const Uid& principal, const Uid& action, const Uid& resource)
      : Request(principal, action, resource, {}, Options()) {}
  // `context` is a JSON map; an empty text is the empty context.
  Request(const Uid& principal, const Uid& action, const Uid& resource, const Document& context,
          const Options& options) {
    const hikae_document c = detail::Of(context);
    handle_.reset(detail::Make<hikae_cedar_request>([&](hikae_cedar_request** out, hikae_error** e) {
      return hikae_cedar_request_new(principal.c(), action.c(), resource.c(), context.text.empty() ? nullptr : &c,
                                     SchemaOf(options), Flags(options), out, e);
    }));
  }
  explicit Request(const Document& document) : Request(document, Options()) {}
  Request(const Document& document, const Options& options) {
    const hikae_document c = detail::Of(document);
    handle_.reset(detail::Make<hikae_cedar_request>([&](hikae_cedar_request** out, hikae_error** e) {
      return hikae_cedar_request_parse(&c, SchemaOf(options), Flags(options), out, e);
    }));
  }
  void SetNames(const Uid& principal, const Uid& action, const Uid& resource) {
    detail::Check([&](hikae_error** e) {
      return hikae_cedar_request_set_names(handle_.get(), principal.c(), action.c(), resource.c(), e);
    });
  }
  void SetContext(const std::vector<hikae_cedar_attribute>& attributes) {
    detail::Check([&](hikae_error** e) {
      return hikae_cedar_request_set_context(handle_.get(), attributes.data(), attributes.size(), e);
    });
  }
  const hikae_cedar_request* c() const { return handle_.get(); }

 private:
  static const hikae_cedar_schema* SchemaOf(const Options& options) {
    return options.schema != nullptr ? options.schema->c() : nullptr;
  }
  static uint32_t Flags(const Options& options) { return options.unchecked ? uint32_t{HIKAE_CEDAR_UNCHECKED} : 0U; }
  detail::Owned<hikae_cedar_request, hikae_cedar_request_free> handle_;
};

// Answers, to be filled again and again. One thread at a time.
class Answers {
 public:
  struct Failure {
    Policy policy;
    std::string_view message;
  };
  Answers() : handle_(detail::Make<hikae_cedar_answers>(hikae_cedar_answers_new)) {}
  bool Allowed(uint64_t i) const { return hikae_cedar_answers_allowed(handle_.get(), i) != 0; }
  // decision 0: there is no answer `i`.
  hikae_cedar_answer Get(uint64_t i) const {
    hikae_cedar_answer answer = HIKAE_CEDAR_ANSWER_INIT;
    detail::Check([&](hikae_error** e) { return hikae_cedar_answers_get(handle_.get(), i, &answer, e); });
    return answer;
  }
  std::vector<Policy> Reasons(uint64_t i) const {
    std::vector<Policy> all;
    hikae_cedar_policy policy = HIKAE_CEDAR_POLICY_INIT;
    const auto next = [&](hikae_error** e) {
      return hikae_cedar_answers_reason(handle_.get(), i, all.size(), &policy, e);
    };
    while (detail::Check(next) == HIKAE_OK) all.push_back(detail::Read(policy));
    return all;
  }
  std::vector<Failure> Errors(uint64_t i) const {
    std::vector<Failure> all;
    hikae_cedar_policy policy = HIKAE_CEDAR_POLICY_INIT;
    hikae_str message = {nullptr, 0};
    const auto next = [&](hikae_error** e) {
      return hikae_cedar_answers_error(handle_.get(), i, all.size(), &policy, &message, e);
    };
    while (detail::Check(next) == HIKAE_OK) all.push_back({detail::Read(policy), View(message)});
    return all;
  }
  hikae_cedar_answers* c() { return handle_.get(); }

 private:
  detail::Owned<hikae_cedar_answers, hikae_cedar_answers_free> handle_;
};

// What became of every policy for one request: a move-only list whose views live as long as it does.
class Explanation {
 public:
  explicit Explanation(hikae_cedar_explanation* handle) : handle_(handle) {
    hikae_cedar_outcome outcome = HIKAE_CEDAR_OUTCOME_INIT;
    const auto next = [&](hikae_error** e) { return hikae_cedar_explanation_next(handle_.get(), &outcome, e); };
    while (detail::Check(next) == HIKAE_OK) outcomes_.push_back(outcome);
  }
  const std::vector<hikae_cedar_outcome>& outcomes() const { return outcomes_; }
  auto begin() const { return outcomes_.begin(); }
  auto end() const { return outcomes_.end(); }

 private:
  detail::Owned<hikae_cedar_explanation, hikae_cedar_explanation_free> handle_;
  std::vector<hikae_cedar_outcome> outcomes_;
};

// Decides by one version of policies, schema and entities, and takes the next while others decide. Shareable.
class Authorizer {
 public:
  struct Options {
    bool strict = false;
    bool check_requests = false;
  };
  explicit Authorizer(const Policies& policies, const Schema* schema = nullptr, const Entities* entities = nullptr)
      : Authorizer(policies, schema, entities, Options()) {}
  Authorizer(const Policies& policies, const Schema* schema, const Entities* entities, const Options& options) {
    uint32_t flags = 0;
    if (options.strict) flags |= HIKAE_CEDAR_STRICT;
    if (options.check_requests) flags |= HIKAE_CEDAR_CHECK_REQUESTS;
    handle_.reset(detail::Make<hikae_cedar_authorizer>([&](hikae_cedar_authorizer** out, hikae_error** e) {
      return hikae_cedar_authorizer_new(policies.c(), schema != nullptr ? schema->c() : nullptr,
                                        entities != nullptr ? entities->c() : nullptr, flags, out, e);
    }));
  }
  // nullptr keeps what is there.
  void Swap(const Policies* policies, const Schema* schema, const Entities* entities) {
    detail::Check([&](hikae_error** e) {
      return hikae_cedar_authorizer_swap(handle_.get(), policies != nullptr ? policies->c() : nullptr,
                                         schema != nullptr ? schema->c() : nullptr,
                                         entities != nullptr ? entities->c() : nullptr, e);
    });
  }
  void Authorize(const Request& request, Answers& out) const {
    detail::Check([&](hikae_error** e) { return hikae_cedar_authorize(handle_.get(), request.c(), out.c(), e); });
  }
  Answers Authorize(const Request& request) const {
    Answers out;
    Authorize(request, out);
    return out;
  }
  void AuthorizeMany(const std::vector<const Request*>& requests, Answers& out) const {
    std::vector<const hikae_cedar_request*> all;
    all.reserve(requests.size());
    for (const Request* request : requests) all.push_back(request->c());
    detail::Check(
        [&](hikae_error** e) { return hikae_cedar_authorize_many(handle_.get(), all.data(), all.size(), out.c(), e); });
  }
  Explanation Explain(const Request& request) const {
    return Explanation(detail::Make<hikae_cedar_explanation>([&](hikae_cedar_explanation** out, hikae_error** e) {
      return hikae_cedar_explain(handle_.get(), request.c(), out, e);
    }));
  }

 private:
  detail::Owned<hikae_cedar_authorizer, hikae_cedar_authorizer_free> handle_;
};

// Gives the text of a file that a test names; nullopt: there is none. What it gives must live until the call returns.
using FileReader = std::function<std::optional<std::string_view>(std::string_view path)>;

// What is not as the test says; empty when all is.
inline std::vector<Entry> RunTest(const Document& test, const FileReader& files) {
  const hikae_document c = detail::Of(test);
  hikae_str* text = nullptr;
  const std::function<bool(std::string_view)> give = [&](std::string_view path) {
    if (const std::optional<std::string_view> found = files(path))
      *text = {found->data() != nullptr ? found->data() : "", found->size()};
    return true;
  };
  struct Ctx {
    hikae::detail::Carrier<std::function<bool(std::string_view)>> carrier;
    hikae_str** text;
  } ctx{{give, {}}, &text};
  std::vector<Entry> entries;
  ctx.carrier.Throwing([&](hikae_error** e) {
    hikae_list* raw = nullptr;
    const hikae_status status = hikae_cedar_test_run(
        &c,
        [](void* given, hikae_str path, hikae_str* out) {
          auto* held = static_cast<Ctx*>(given);
          *held->text = out;
          return held->carrier.Run(View(path));
        },
        &ctx, &raw, e);
    if (status == HIKAE_OK) entries = hikae::detail::ReadAll(raw);
    return status;
  });
  return entries;
}

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_HPP_
