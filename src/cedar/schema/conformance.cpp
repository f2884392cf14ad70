// Do entities, requests and values fit the schema? Each error names the thing, the attribute, what was expected and
// found.

#include <algorithm>

#include "cedar/schema/schema.h"
#include "cedar/schema/schema_rep.h"

namespace hikae::cedar {
namespace {

using base::Error;
using base::Result;
using base::Status;

Error Misfit(std::string text, std::string hint = {}) {
  return Error(Status::kArgument, {std::move(text), {}}, {}, {std::move(hint), {}});
}

std::string_view KindName(Value::Kind kind) {
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

Value::Kind ValueKind(Type::Kind kind) {
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

Result<void> CheckEnum(const Schema& schema, const EntityUid& uid, const std::string& where) {
  const EntityType* type = schema.FindEntityType(uid.type);
  if (type == nullptr || type->enum_ids.empty()) return {};
  if (std::find(type->enum_ids.begin(), type->enum_ids.end(), uid.id) != type->enum_ids.end()) return {};
  const std::string_view nearest = base::Nearest(uid.id, type->enum_ids);
  return Misfit(where + ": " + uid.ToString() + " is not one of the ids of its type",
                nearest.empty() ? std::string() : "did you mean \"" + std::string(nearest) + "\"?");
}

Result<void> CheckAttributes(const Schema& schema, const std::map<std::string, Value>& values,
                             const std::vector<Attribute>& attributes, const std::string& where, bool may_lack);

Result<void> CheckValue(const Schema& schema, const Value& value, const Type& type, const std::string& where) {
  if (value.kind() != ValueKind(type.kind))
    return Misfit(where + ": expected " + type.ToString() + ", found " + std::string(KindName(value.kind())));
  switch (type.kind) {
    case Type::Kind::kEntity:
      if (value.entity().type != type.name)
        return Misfit(where + ": expected an entity of type " + type.name + ", found " + value.entity().ToString());
      return CheckEnum(schema, value.entity(), where);
    case Type::Kind::kSet:
      for (const Value& element : value.elements()) HIKAE_CHECK(CheckValue(schema, element, *type.element, where));
      return {};
    case Type::Kind::kRecord:
      return CheckAttributes(schema, value.attributes(), type.attributes, where, false);
    default:
      return {};
  }
}

Result<void> CheckAttributes(const Schema& schema, const std::map<std::string, Value>& values,
                             const std::vector<Attribute>& attributes, const std::string& where, bool may_lack) {
  for (const auto& [name, value] : values) {
    const auto found = std::find_if(attributes.begin(), attributes.end(),
                                    [&wanted = name](const Attribute& a) { return a.name == wanted; });
    if (found == attributes.end()) {
      std::vector<std::string> names;
      for (const Attribute& attribute : attributes) names.push_back(attribute.name);
      const std::string_view nearest = base::Nearest(name, names);
      return Misfit(where + ": there is no attribute '" + name + "'",
                    nearest.empty() ? std::string() : "did you mean '" + std::string(nearest) + "'?");
    }
    HIKAE_CHECK(CheckValue(schema, value, found->type, where + "." + name));
  }
  if (may_lack) return {};
  for (const Attribute& attribute : attributes) {
    if (attribute.required && !values.contains(attribute.name))
      return Misfit(where + ": attribute '" + attribute.name + "' is missing", "expected " + attribute.type.ToString());
  }
  return {};
}

Error BadJson(const codec::Node& json, std::string_view file, std::string text) {
  return Error(Status::kArgument, {std::move(text), {}}, {std::string(file), json.mark().line, json.mark().column});
}

std::string_view JsonKind(const codec::Node& json) {
  switch (json.kind()) {
    case codec::Node::Kind::kNull:
      return "null";
    case codec::Node::Kind::kBool:
      return "a Boolean";
    case codec::Node::Kind::kInteger:
      return "a number";
    case codec::Node::Kind::kReal:
      return "a number that is not a 64-bit integer";
    case codec::Node::Kind::kString:
    case codec::Node::Kind::kPlain:
      return "a text";
    case codec::Node::Kind::kList:
      return "a list";
    case codec::Node::Kind::kMap:
      return "an object";
  }
  return "";
}

Result<Value> ReadExtension(const codec::Node& json, Type::Kind kind, std::string_view file) {
  // Implicit: a text, or {"fn": …, "arg": …} without its __extn.
  if (json.IsMap() && json.Find("fn") != nullptr && json.Find("__extn") == nullptr) {
    return Value::FromJson(codec::Node::Map({{"__extn", json}}), file);
  }
  if (!json.IsText()) return Value::FromJson(json, file);
  auto value = kind == Type::Kind::kDecimal    ? Value::Decimal(json.text())
               : kind == Type::Kind::kIp       ? Value::Ip(json.text())
               : kind == Type::Kind::kDatetime ? Value::Datetime(json.text())
                                               : Value::Duration(json.text());
  if (!value.ok()) return BadJson(json, file, value.error().text.en);
  return value;
}

Result<Value> ReadTyped(const Schema& schema, const codec::Node& json, const Type& type, std::string_view file) {
  switch (type.kind) {
    case Type::Kind::kEntity:
      if (json.IsMap() && json.Find("__entity") == nullptr && json.entries().size() == 2 &&
          json.Find("type") != nullptr && json.Find("id") != nullptr) {
        if (!json.Find("type")->IsText() || !json.Find("id")->IsText())
          return BadJson(json, file, "expected {\"type\": text, \"id\": text}");
        return Value::Entity({json.Find("type")->text(), json.Find("id")->text()});
      }
      return Value::FromJson(json, file);
    case Type::Kind::kSet: {
      if (!json.IsList())
        return BadJson(json, file, "expected " + type.ToString() + ", found " + std::string(JsonKind(json)));
      std::vector<Value> elements;
      for (const codec::Node& item : json.items()) {
        HIKAE_TRY(Value element, ReadTyped(schema, item, *type.element, file));
        elements.push_back(std::move(element));
      }
      return Value::Set(std::move(elements));
    }
    case Type::Kind::kRecord: {
      if (!json.IsMap()) return BadJson(json, file, "expected a record, found " + std::string(JsonKind(json)));
      std::map<std::string, Value> values;
      for (const auto& [name, item] : json.entries()) {
        const Attribute* attribute = type.Find(name);
        HIKAE_TRY(Value value,
                  attribute == nullptr ? Value::FromJson(item, file) : ReadTyped(schema, item, attribute->type, file));
        values.insert_or_assign(name, std::move(value));
      }
      return Value::Record(std::move(values));
    }
    case Type::Kind::kDecimal:
    case Type::Kind::kIp:
    case Type::Kind::kDatetime:
    case Type::Kind::kDuration:
      return ReadExtension(json, type.kind, file);
    default:
      return Value::FromJson(json, file);
  }
}

}  // namespace

Result<Value> Schema::ReadValue(const codec::Node& json, const Type& type, std::string_view file) const {
  HIKAE_TRY(Value value, ReadTyped(*this, json, type, file));
  auto fits = CheckValue(*this, value, type, "value");
  if (!fits.ok()) return BadJson(json, file, fits.error().text.en);
  return value;
}

Result<void> Schema::CheckEntity(const Entity& entity) const {
  const std::string where = entity.uid.ToString();
  if (const ActionType* action = FindAction(entity.uid); action != nullptr) {
    const bool same = std::all_of(entity.parents.begin(), entity.parents.end(), [&](const EntityUid& parent) {
      return std::find(action->member_of.begin(), action->member_of.end(), parent) != action->member_of.end();
    });
    if (!same || !entity.attributes.empty()) return Misfit(where + ": the action differs from the schema's");
    return {};
  }
  const EntityType* type = FindEntityType(entity.uid.type);
  if (type == nullptr) {
    std::vector<std::string> names;
    for (const EntityType& known : entity_types()) names.push_back(known.name);
    const std::string_view nearest = base::Nearest(entity.uid.type, names);
    return Misfit(where + ": there is no entity type " + entity.uid.type,
                  nearest.empty() ? std::string() : "did you mean " + std::string(nearest) + "?");
  }
  HIKAE_CHECK(CheckEnum(*this, entity.uid, where));
  const std::set<std::string>& allowed = rep().entity_ancestors.at(type->name);
  for (const EntityUid& parent : entity.parents) {
    if (!allowed.contains(parent.type)) return Misfit(where + ": may not be in " + parent.ToString());
    HIKAE_CHECK(CheckEnum(*this, parent, where));
  }
  HIKAE_CHECK(CheckAttributes(*this, entity.attributes, type->attributes, where, entity.stub));
  for (const auto& [name, value] : entity.tags) {
    if (!type->tags)
      return Misfit(where + ": entities of type " + type->name + " have no tags", "found tag '" + name + "'");
    HIKAE_CHECK(CheckValue(*this, value, *type->tags, where + " tag '" + name + "'"));
  }
  return {};
}

Result<void> Schema::CheckRequest(const Request& request) const {
  const ActionType* action = FindAction(request.action);
  if (action == nullptr) return Misfit("there is no action " + request.action.ToString());
  const auto check = [&](const EntityUid& uid, const std::vector<std::string>& types,
                         const char* role) -> Result<void> {
    if (FindEntityType(uid.type) == nullptr && FindAction(uid) == nullptr)
      return Misfit(std::string(role) + ": there is no entity type " + uid.type);
    if (std::find(types.begin(), types.end(), uid.type) == types.end()) {
      return Misfit(std::string(role) + " " + uid.ToString() + " does not fit action " + request.action.ToString());
    }
    return CheckEnum(*this, uid, role);
  };
  HIKAE_CHECK(check(request.principal, action->principals, "principal"));
  HIKAE_CHECK(check(request.resource, action->resources, "resource"));
  return CheckValue(*this, request.context, action->context, "context");
}

}  // namespace hikae::cedar
