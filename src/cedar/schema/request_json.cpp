#include "cedar/schema/request_json.h"
#include "cedar/text/lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "cedar/value/value_json.h"

namespace hikae::cedar {
namespace {

using codec::Node;

constexpr std::array<std::string_view, 4> kKeys = {"principal", "action", "resource", "context"};
constexpr std::string_view kForm = R"({"principal": …, "action": …, "resource": …, "context": {…}})";

base::Error Bad(codec::Mark at, std::string_view file, std::string text, std::string hint = {}) {
  return base::Error(base::Status::kArgument, {std::move(text), {}}, {std::string(file), at.line, at.column},
                     {std::move(hint), {}});
}

base::Result<EntityUid> ReadPart(const Node& json, std::string_view key, std::string_view file) {
  const Node* part = json.Find(key);
  if (part == nullptr) return Bad(json.mark(), file, fmt::format("a request needs \"{}\"", key), std::string(kForm));
  return ReadUid(*part, file);
}

base::Result<void> CheckKeys(const Node& json, std::string_view file) {
  if (!json.IsMap()) return Bad(json.mark(), file, "a request is a JSON object", std::string(kForm));
  for (size_t i = 0; i < json.entries().size(); ++i) {
    const std::string& key = json.entries()[i].first;
    if (std::ranges::find(kKeys, key) != kKeys.end()) continue;
    const std::string_view nearest = base::Nearest(key, kKeys);
    return Bad(json.KeyMark(i), file, fmt::format("unknown key {} in a request", Quote(key)),
               nearest.empty() ? std::string(kForm) : fmt::format("did you mean \"{}\"?", nearest));
  }
  return {};
}

}  // namespace

base::Result<Value> ContextFromJson(const Node& json, std::string_view file, const EntityUid& action,
                                    const Schema* schema) {
  if (schema != nullptr) {
    const ActionType* known = schema->FindAction(action);
    if (known == nullptr) return Bad(json.mark(), file, "there is no action " + action.ToString());
    return schema->ReadValue(json, known->context, file, "context");
  }
  HIKAE_TRY(Value context, Value::FromJson(json, file));
  if (context.kind() != Value::Kind::kRecord) return Bad(json.mark(), file, "the context is a JSON object");
  return context;
}

base::Result<Request> RequestFromJson(const Node& json, std::string_view file, const Schema* schema) {
  HIKAE_CHECK(CheckKeys(json, file));
  Request out;
  HIKAE_TRY(out.principal, ReadPart(json, "principal", file));
  HIKAE_TRY(out.action, ReadPart(json, "action", file));
  HIKAE_TRY(out.resource, ReadPart(json, "resource", file));
  if (schema != nullptr && schema->FindAction(out.action) == nullptr) {
    auto fits = schema->CheckRequest(out);
    const codec::Mark at = json.Find("action")->mark();
    return Bad(at, file, fits.error().text.en, fits.error().hint.en);
  }
  if (const Node* context = json.Find("context")) {
    HIKAE_TRY(out.context, ContextFromJson(*context, file, out.action, schema));
  }
  if (schema == nullptr) return out;
  auto fits = schema->CheckRequest(out);
  if (fits.ok()) return out;
  return Bad(json.mark(), file, fits.error().text.en, fits.error().hint.en);
}

Node RequestToJson(const Request& request) {
  Node out = Node::Map();
  out.AddEntry("principal", {}, UidToJson(request.principal));
  out.AddEntry("action", {}, UidToJson(request.action));
  out.AddEntry("resource", {}, UidToJson(request.resource));
  out.AddEntry("context", {}, request.context.ToJson());
  return out;
}

}  // namespace hikae::cedar
