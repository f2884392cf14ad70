#include "cedar/conformance/run_test.h"
#include "cedar/text/lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "cedar/engine/policy_set.h"
#include "cedar/schema/request_json.h"
#include "cedar/schema/schema_translate.h"

namespace hikae::cedar {
namespace {

using codec::Node;

base::Error Bad(const Node& at, std::string_view file, std::string text) {
  return base::Error(base::Status::kArgument, {std::move(text), {}},
                     {std::string(file), at.mark().line, at.mark().column});
}

// The part of a map that has to be there, of this kind.
base::Result<const Node*> Part(const Node& map, std::string_view key, Node::Kind kind, std::string_view file) {
  const Node* part = map.Find(key);
  if (part == nullptr) return Bad(map, file, fmt::format("\"{}\" is missing", key));
  if (part->kind() == kind) return part;
  static constexpr std::array<std::string_view, 8> kNames = {"null", "true or false", "a number", "a number",
                                                             "text", "text",          "a list",   "a map"};
  return Bad(*part, file, fmt::format("\"{}\" is not {}", key, kNames[static_cast<size_t>(kind)]));
}

base::Result<void> CheckKeys(const Node& map, std::string_view file, std::initializer_list<std::string_view> known) {
  if (!map.IsMap()) return Bad(map, file, "a map is expected");
  for (const auto& [key, value] : map.entries()) {
    if (std::ranges::find(known, key) == known.end())
      return Bad(value, file, fmt::format("unknown key {}", Quote(key)));
  }
  return {};
}

base::Result<std::set<std::string>> Ids(const Node& map, std::string_view key, std::string_view file) {
  HIKAE_TRY(const Node* list, Part(map, key, Node::Kind::kList, file));
  std::set<std::string> out;
  for (const Node& item : list->items()) {
    if (!item.IsText()) return Bad(item, file, fmt::format("\"{}\" lists ids of policies", key));
    out.insert(item.text());
  }
  return out;
}

struct Outcome {
  bool allow = false;
  std::set<std::string> reasons;
  std::set<std::string> errors;
  friend bool operator==(const Outcome&, const Outcome&) = default;

  std::string ToString() const {
    return fmt::format("{}{}{}", allow ? "allow" : "deny", List(" by ", reasons), List(", failed: ", errors));
  }
  static std::string List(std::string_view before, const std::set<std::string>& ids) {
    return ids.empty() ? std::string() : fmt::format("{}{}", before, fmt::join(ids, ", "));
  }
};

base::Result<Outcome> ExpectedOutcome(const Node& json, std::string_view file) {
  HIKAE_TRY(const Node* decision, Part(json, "decision", Node::Kind::kString, file));
  Outcome out;
  out.allow = decision->text() == "allow" || decision->text() == "Allow";
  if (!out.allow && decision->text() != "deny" && decision->text() != "Deny")
    return Bad(*decision, file, "a decision is \"allow\" or \"deny\"");
  HIKAE_TRY(out.reasons, Ids(json, "reason", file));
  HIKAE_TRY(out.errors, Ids(json, "errors", file));
  return out;
}

// What a test is about, and what was found of it so far.
class Run {
 public:
  Run(std::string_view file, Schema schema, PolicySet policies, Entities entities)
      : file_(file), schema_(std::move(schema)), policies_(std::move(policies)), entities_(std::move(entities)) {}

  void CheckValidation(const Node& expected) {
    const Validation found = Validate(policies_, schema_);
    if (found.errors.empty() == expected.boolean()) return;
    Note(expected, "validation", {}, expected.boolean() ? "valid" : "not valid",
         found.errors.empty() ? "valid" : found.errors.front().ToString());
  }

  base::Result<void> CheckRequest(const Node& json, size_t number) {
    HIKAE_CHECK(CheckKeys(json, file_,
                          {"description", "principal", "action", "resource", "context", "validateRequest", "decision",
                           "reason", "errors"}));
    HIKAE_TRY(const Outcome expected, ExpectedOutcome(json, file_));
    HIKAE_TRY(const Request request, ReadRequest(json));
    const Node* description = json.Find("description");
    const std::string said = description != nullptr && description->IsText() ? description->text() : std::string();
    const std::string what = fmt::format("request {}", number);
    const Node* validate = json.Find("validateRequest");
    if (validate == nullptr || validate->boolean()) {
      const auto conforms = schema_.CheckRequest(request);
      if (!conforms.ok()) Note(json, what, said, "a request that the schema admits", conforms.error().ToString());
    }
    const Outcome got = Decided(request);
    if (got != expected) Note(json, what, said, expected.ToString(), got.ToString());
    return {};
  }

  std::vector<Mismatch> Take() { return std::move(mismatches_); }

 private:
  // Of actions that the schema knows the context is read by its types.
  base::Result<Request> ReadRequest(const Node& json) const {
    Request out;
    for (const auto& [key, uid] : {std::pair("principal", &out.principal), std::pair("action", &out.action),
                                   std::pair("resource", &out.resource)}) {
      HIKAE_TRY(const Node* part, Part(json, key, Node::Kind::kMap, file_));
      HIKAE_TRY(*uid, ReadUid(*part, file_));
    }
    HIKAE_TRY(const Node* context, Part(json, "context", Node::Kind::kMap, file_));
    const Schema* typed = schema_.FindAction(out.action) != nullptr ? &schema_ : nullptr;
    HIKAE_TRY(out.context, ContextFromJson(*context, file_, out.action, typed));
    return out;
  }

  Outcome Decided(const Request& request) {
    Decide(request, policies_, entities_, answer_);
    Outcome out;
    out.allow = answer_.decision == Decision::kAllow;
    for (uint32_t i : answer_.reasons) out.reasons.insert(policies_.policies()[i].id);
    for (const Answer::Failure& failure : answer_.errors) out.errors.insert(policies_.policies()[failure.policy].id);
    return out;
  }

  void Note(const Node& at, std::string what, std::string description, std::string expected, std::string got) {
    mismatches_.push_back({std::move(what),
                           std::move(description),
                           std::move(expected),
                           std::move(got),
                           {std::string(file_), at.mark().line, at.mark().column}});
  }

  std::string_view file_;
  Schema schema_;
  PolicySet policies_;
  Entities entities_;
  Answer answer_;
  std::vector<Mismatch> mismatches_;
};

struct Source {
  std::string path;
  std::string_view text;
};

base::Result<Source> Open(const Node& test, std::string_view key, std::string_view file, const FileReader& read) {
  HIKAE_TRY(const Node* path, Part(test, key, Node::Kind::kString, file));
  HIKAE_TRY(const std::string_view text, read(path->text()));
  return Source{path->text(), text};
}

base::Result<Schema> OpenSchema(const Node& test, std::string_view file, const FileReader& read) {
  HIKAE_TRY(const Source source, Open(test, "schema", file, read));
  if (!source.path.ends_with(".json")) return Schema::Parse({{source.path, std::string(source.text)}});
  HIKAE_TRY(const Node json, codec::ReadJson(source.text, source.path, kSchemaJsonLimits));
  return Schema::FromJson(json, source.path);
}

}  // namespace

base::Result<std::vector<Mismatch>> RunTest(const Node& test, std::string_view file, const FileReader& read) {
  HIKAE_CHECK(CheckKeys(test, file, {"policies", "entities", "schema", "shouldValidate", "requests"}));
  HIKAE_TRY(const Node* should_validate, Part(test, "shouldValidate", Node::Kind::kBool, file));
  HIKAE_TRY(const Node* requests, Part(test, "requests", Node::Kind::kList, file));
  HIKAE_TRY(Schema schema, OpenSchema(test, file, read));
  HIKAE_TRY(const Source policy_source, Open(test, "policies", file, read));
  HIKAE_TRY(PolicySet policies, PolicySet::Parse({{policy_source.path, std::string(policy_source.text)}}));
  HIKAE_TRY(const Source entity_source, Open(test, "entities", file, read));
  HIKAE_TRY(const Node entity_json, codec::ReadJson(entity_source.text, entity_source.path));
  HIKAE_TRY(Entities entities, Entities::FromJson(entity_json, entity_source.path, &schema));
  Run run(file, std::move(schema), std::move(policies), std::move(entities));
  run.CheckValidation(*should_validate);
  size_t number = 0;
  for (const Node& request : requests->items()) HIKAE_CHECK(run.CheckRequest(request, number++));
  return run.Take();
}

}  // namespace hikae::cedar
