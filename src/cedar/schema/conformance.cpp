// Do entities, requests and values fit the schema? Each error names the thing, the attribute, what was expected and
// found.
#include "cedar/schema/conformance.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cedar/text/lexer.h"

namespace hikae::cedar {
namespace {

using base::Error;
using base::Result;
using base::Status;

std::string DidYouMean(std::string_view nearest) {
  return nearest.empty() ? std::string() : fmt::format("did you mean '{}'?", nearest);
}

// `find`: the attribute of a name, or nullptr.
template <class Find>
Result<void> CheckAttributes(const Schema::Rep& schema, const std::map<std::string, Value>& values,
                             const std::vector<Attribute>& attributes, const Find& find, const std::string& where) {
  for (const auto& [name, value] : values) {
    const Attribute* attribute = find(name);
    if (attribute == nullptr) return UnknownAttribute(name, attributes, where);
    HIKAE_CHECK(CheckValue(schema, value, attribute->type, where + "." + name));
  }
  return {};
}

Result<void> CheckPresence(const std::map<std::string, Value>& values, const std::vector<Attribute>& attributes,
                           const std::string& where) {
  for (const Attribute& attribute : attributes) {
    if (attribute.required && !values.contains(attribute.name)) return MissingAttribute(attribute, where);
  }
  return {};
}

// Given or left out, an action is what the schema says: its groups and all that they are in, and no more.
Result<void> CheckAction(const Schema::Rep& schema, const Entity& entity, const std::string& where) {
  if (schema.FindAction(entity.uid) == nullptr) {
    std::vector<std::string> names;
    for (const ActionType& action : schema.actions) names.push_back(action.uid.ToString());
    return Misfit(fmt::format("{}: the schema declares no such action", where),
                  DidYouMean(base::Nearest(where, names)));
  }
  const std::string hint = "leave the action out: the schema's own is added";
  if (!entity.attributes.empty() || !entity.tags.empty()) {
    return Misfit(fmt::format("{}: actions have no attributes and no tags", where), hint);
  }
  std::set<EntityUid> above;
  for (const EntityUid& parent : entity.parents) {
    above.insert(parent);
    if (const auto found = schema.action_ancestors.find(parent); found != schema.action_ancestors.end()) {
      above.insert(found->second.begin(), found->second.end());
    }
  }
  if (above == schema.action_ancestors.at(entity.uid)) return {};
  return Misfit(fmt::format("{}: its groups are not those of the schema", where), hint);
}

Result<void> CheckParents(const Schema::Rep& schema, const Entity& entity, const std::string& where) {
  const auto& allowed = schema.entity_ancestors.at(entity.uid.type);
  for (const EntityUid& parent : entity.parents) {
    if (!allowed.contains(parent.type)) {
      return Misfit(fmt::format("{}: may not be in {}", where, parent.ToString()),
                    allowed.empty() ? fmt::format("{} is in nothing", entity.uid.type)
                                    : fmt::format("it may be in {}", fmt::join(allowed, ", ")));
    }
    HIKAE_CHECK(CheckReference(schema, parent, where));
  }
  return {};
}

}  // namespace

Error Misfit(std::string text, std::string hint) {
  return Error(Status::kArgument, {std::move(text), {}}, {}, {std::move(hint), {}});
}

Error UnknownAttribute(std::string_view name, const std::vector<Attribute>& attributes, const std::string& where) {
  std::vector<std::string_view> names;
  for (const Attribute& attribute : attributes) names.push_back(attribute.name);
  return Misfit(fmt::format("{}: there is no attribute {}", where, Quote(name)),
                DidYouMean(base::Nearest(name, names)));
}

Error MissingAttribute(const Attribute& attribute, const std::string& where) {
  return Misfit(fmt::format("{}: the attribute {} is missing", where, Quote(attribute.name)),
                "expected " + attribute.type.ToString());
}

Error WrongKind(const Type& expected, std::string_view found, const std::string& where) {
  return Misfit(fmt::format("{}: expected {}, found {}", where, expected.ToString(), found));
}

std::string_view NameOfKind(Value::Kind kind) {
  switch (kind) {
    case Value::Kind::kBool:
      return "Bool";
    case Value::Kind::kLong:
      return "Long";
    case Value::Kind::kString:
      return "String";
    case Value::Kind::kEntity:
      return "an entity";
    case Value::Kind::kSet:
      return "a set";
    case Value::Kind::kRecord:
      return "a record";
    case Value::Kind::kDecimal:
      return "decimal";
    case Value::Kind::kIp:
      return "ipaddr";
    case Value::Kind::kDatetime:
      return "datetime";
    case Value::Kind::kDuration:
      return "duration";
  }
  return "";
}

Value::Kind ValueKindOf(Type::Kind kind) {
  switch (kind) {
    case Type::Kind::kBool:
      return Value::Kind::kBool;
    case Type::Kind::kLong:
      return Value::Kind::kLong;
    case Type::Kind::kString:
      return Value::Kind::kString;
    case Type::Kind::kEntity:
      return Value::Kind::kEntity;
    case Type::Kind::kSet:
      return Value::Kind::kSet;
    case Type::Kind::kRecord:
      return Value::Kind::kRecord;
    case Type::Kind::kDecimal:
      return Value::Kind::kDecimal;
    case Type::Kind::kIp:
      return Value::Kind::kIp;
    case Type::Kind::kDatetime:
      return Value::Kind::kDatetime;
    case Type::Kind::kDuration:
      return Value::Kind::kDuration;
  }
  return Value::Kind::kBool;
}

Result<void> CheckReference(const Schema::Rep& schema, const EntityUid& uid, const std::string& where) {
  if (const auto ids = schema.enum_index.find(uid.type); ids != schema.enum_index.end()) {
    if (ids->second.contains(uid.id)) return {};
    return Misfit(fmt::format("{}: {} is not one of the ids of its type", where, uid.ToString()),
                  DidYouMean(base::Nearest(uid.id, schema.FindEntity(uid.type)->enum_ids)));
  }
  if (!schema.IsActionType(uid.type) || schema.FindAction(uid) != nullptr) return {};
  return Misfit(fmt::format("{}: the schema declares no action {}", where, uid.ToString()));
}

Result<void> CheckValue(const Schema::Rep& schema, const Value& value, const Type& type, const std::string& where) {
  if (value.kind() != ValueKindOf(type.kind)) return WrongKind(type, NameOfKind(value.kind()), where);
  switch (type.kind) {
    case Type::Kind::kEntity:
      if (value.entity().type != type.name) return WrongKind(type, value.entity().ToString(), where);
      return CheckReference(schema, value.entity(), where);
    case Type::Kind::kSet:
      for (const Value& element : value.elements()) HIKAE_CHECK(CheckValue(schema, element, *type.element, where));
      return {};
    case Type::Kind::kRecord: {
      const auto find = [&](const std::string& name) { return type.Find(name); };
      HIKAE_CHECK(CheckAttributes(schema, value.attributes(), type.attributes, find, where));
      return CheckPresence(value.attributes(), type.attributes, where);
    }
    default:
      return {};
  }
}

Result<void> Schema::CheckEntity(const Entity& entity) const {
  const std::string where = entity.uid.ToString();
  if (rep().IsActionType(entity.uid.type)) return CheckAction(rep(), entity, where);
  const EntityType* type = FindEntityType(entity.uid.type);
  if (type == nullptr) {
    return Misfit(where + ": there is no entity type " + entity.uid.type,
                  DidYouMean(base::Nearest(entity.uid.type, rep().EntityNames())));
  }
  HIKAE_CHECK(CheckReference(rep(), entity.uid, where));
  HIKAE_CHECK(CheckParents(rep(), entity, where));
  const auto find = [&](const std::string& name) { return type->Find(name); };
  HIKAE_CHECK(CheckAttributes(rep(), entity.attributes, type->attributes, find, where));
  if (!entity.stub) HIKAE_CHECK(CheckPresence(entity.attributes, type->attributes, where));
  for (const auto& [name, value] : entity.tags) {
    if (!type->tags) {
      return Misfit(fmt::format("{}: entities of type {} have no tags", where, type->name), "found tag " + Quote(name));
    }
    HIKAE_CHECK(CheckValue(rep(), value, *type->tags, where + " tag " + Quote(name)));
  }
  return {};
}

Result<void> Schema::CheckRequest(const Request& request) const {
  const ActionType* action = FindAction(request.action);
  if (action == nullptr) {
    std::vector<std::string> names;
    for (const ActionType& known : actions()) names.push_back(known.uid.ToString());
    return Misfit("there is no action " + request.action.ToString(),
                  DidYouMean(base::Nearest(request.action.ToString(), names)));
  }
  const auto check = [&](const EntityUid& uid, const std::vector<std::string>& types,
                         const char* role) -> Result<void> {
    if (FindEntityType(uid.type) == nullptr) {
      return Misfit(fmt::format("{}: there is no entity type {}", role, uid.type),
                    DidYouMean(base::Nearest(uid.type, rep().EntityNames())));
    }
    if (std::ranges::find(types, uid.type) == types.end()) {
      return Misfit(
          fmt::format("{} {} does not fit action {}", role, uid.ToString(), request.action.ToString()),
          types.empty() ? "the action applies to nothing" : fmt::format("it takes {}", fmt::join(types, ", ")));
    }
    return CheckReference(rep(), uid, role);
  };
  HIKAE_CHECK(check(request.principal, action->principals, "principal"));
  HIKAE_CHECK(check(request.resource, action->resources, "resource"));
  return CheckValue(rep(), request.context, action->context, "context");
}

}  // namespace hikae::cedar
