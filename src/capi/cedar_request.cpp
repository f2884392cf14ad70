#include <algorithm>

#include "capi/cedar_handles.h"
#include "cedar/schema/request_json.h"

namespace hikae::capi {
namespace {

using codec::Node;

base::Error Bad(const Given& document, const Node& at, std::string text, std::string hint) {
  return base::Error(base::Status::kArgument, {std::move(text), {}}, {document.name, at.mark().line, at.mark().column},
                     {std::move(hint), {}});
}

// A uid of the JSON form of a request: a map, or Cedar text in a string.
cedar::EntityUid NameOf(const Node& json, const char* key, const Given& document) {
  const Node* uid = json.Find(key);
  if (uid == nullptr)
    throw base::Failure{Bad(document, json, std::string("the request has no \"") + key + "\"",
                            "a request has principal, action, resource and context")};
  if (!uid->IsText()) return Unwrap(cedar::ReadUid(*uid, document.name));
  try {
    return UidOf({{nullptr, 0}, View(uid->text())}, key);
  } catch (base::Failure& failure) {
    failure.error.where = {document.name, uid->mark().line, uid->mark().column};
    throw;
  }
}

void CheckKeys(const Node& json, const Given& document) {
  if (!json.IsMap()) throw base::Failure{Bad(document, json, "a request is a map", "{\"principal\": …, …}")};
  static constexpr std::string_view kKnown[] = {"principal", "action", "resource", "context"};
  for (const auto& [key, value] : json.entries()) {
    if (std::find(std::begin(kKnown), std::end(kKnown), key) == std::end(kKnown))
      throw base::Failure{Bad(document, value, "unexpected \"" + key + "\" in a request",
                              "known are principal, action, resource, context")};
  }
}

void CheckFlags(uint32_t flags) {
  if ((flags & ~uint32_t{HIKAE_CEDAR_UNCHECKED}) != 0)
    Fail(base::Status::kVersion, {"a flag is set that this release does not know", {}});
}

void Conform(const cedar::Request& request, const hikae_cedar_schema* schema, uint32_t flags) {
  if (schema == nullptr || (flags & HIKAE_CEDAR_UNCHECKED) != 0) return;
  const base::Result<void> checked = schema->impl->CheckRequest(request);
  if (!checked.ok()) throw base::Failure{checked.error()};
}

const cedar::Schema* Optional(const hikae_cedar_schema* schema) { return schema ? schema->impl.get() : nullptr; }

cedar::Value ValueOf(const hikae_cedar_attribute& given) {
  using cedar::Value;
  const std::string_view text = Text(given.text, "an attribute's text");
  switch (given.kind) {
    case HIKAE_CEDAR_BOOL:
      return Value::Bool(given.number != 0);
    case HIKAE_CEDAR_LONG:
      return Value::Long(given.number);
    case HIKAE_CEDAR_STRING:
      return Value::String(std::string(text));
    case HIKAE_CEDAR_ENTITY:
      return Value::Entity(UidOf(given.uid, "an attribute's uid"));
    case HIKAE_CEDAR_DECIMAL:
      return Unwrap(Value::Decimal(text));
    case HIKAE_CEDAR_IP:
      return Unwrap(Value::Ip(text));
    case HIKAE_CEDAR_DATETIME:
      return text.empty() ? Value::DatetimeOf(given.number) : Unwrap(Value::Datetime(text));
    case HIKAE_CEDAR_DURATION:
      return text.empty() ? Value::DurationOf(given.number) : Unwrap(Value::Duration(text));
    case HIKAE_CEDAR_ANY:
      return Unwrap(Value::FromJson(Unwrap(codec::ReadJson(text, "")), ""));
  }
  FailArgument("an attribute's kind is " + std::to_string(given.kind) + ", expected 1 to 9");
}

}  // namespace
}  // namespace hikae::capi

using namespace hikae;
using namespace hikae::capi;

extern "C" {

hikae_status hikae_cedar_request_new(hikae_cedar_uid principal, hikae_cedar_uid action, hikae_cedar_uid resource,
                                     const hikae_document* context, const hikae_cedar_schema* schema, uint32_t flags,
                                     hikae_cedar_request** out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    CheckFlags(flags);
    auto handle = std::make_unique<hikae_cedar_request>();
    cedar::Request& request = handle->request;
    request.principal = UidOf(principal, "principal");
    request.action = UidOf(action, "action");
    request.resource = UidOf(resource, "resource");
    if (context != nullptr) {
      const Given given = DocumentOf(*context, HIKAE_CEDAR_JSON);
      request.context = Unwrap(cedar::ContextFromJson(ReadTree(given), given.name, request.action, Optional(schema)));
    }
    Conform(request, schema, flags);
    *out = handle.release();
    return HIKAE_OK;
  });
}

hikae_status hikae_cedar_request_parse(const hikae_document* document, const hikae_cedar_schema* schema, uint32_t flags,
                                       hikae_cedar_request** out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    CheckFlags(flags);
    const Given given = DocumentOf(Checked(document, "document"), HIKAE_CEDAR_JSON);
    const codec::Node json = ReadTree(given);
    CheckKeys(json, given);
    auto handle = std::make_unique<hikae_cedar_request>();
    cedar::Request& request = handle->request;
    request.principal = NameOf(json, "principal", given);
    request.action = NameOf(json, "action", given);
    request.resource = NameOf(json, "resource", given);
    if (const codec::Node* context = json.Find("context"); context != nullptr)
      request.context = Unwrap(cedar::ContextFromJson(*context, given.name, request.action, Optional(schema)));
    Conform(request, schema, flags);
    *out = handle.release();
    return HIKAE_OK;
  });
}

hikae_status hikae_cedar_request_set_names(hikae_cedar_request* r, hikae_cedar_uid principal, hikae_cedar_uid action,
                                           hikae_cedar_uid resource, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    hikae_cedar_request& held = Checked(r, "request");
    ReadName(principal, "principal", held.next[0]);
    ReadName(action, "action", held.next[1]);
    ReadName(resource, "resource", held.next[2]);
    std::swap(held.request.principal, held.next[0]);
    std::swap(held.request.action, held.next[1]);
    std::swap(held.request.resource, held.next[2]);
    return HIKAE_OK;
  });
}

hikae_status hikae_cedar_request_set_context(hikae_cedar_request* r, const hikae_cedar_attribute* attributes,
                                             size_t count, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    cedar::Request& request = Checked(r, "request").request;
    if (count != 0) Checked(attributes, "attributes");
    std::map<std::string, cedar::Value> context;
    for (size_t i = 0; i < count; ++i) {
      const std::string name(Text(attributes[i].name, "an attribute's name"));
      if (!context.emplace(name, ValueOf(attributes[i])).second)
        FailArgument("the attribute \"" + name + "\" is given twice");
    }
    request.context = cedar::Value::Record(std::move(context));
    return HIKAE_OK;
  });
}

void hikae_cedar_request_free(hikae_cedar_request* r) { delete r; }

}  // extern "C"
