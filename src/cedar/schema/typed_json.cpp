// JSON to a value of a known type. What does not fit is reported where it stands.
#include <fmt/format.h>

#include <algorithm>

#include "cedar/schema/conformance.h"
#include "cedar/text/lexer.h"
#include "cedar/value/value_json.h"

namespace hikae::cedar {
namespace {

using base::Result;
using codec::Node;

std::string_view JsonKind(const Node& json) {
  switch (json.kind()) {
    case Node::Kind::kNull:
      return "null";
    case Node::Kind::kBool:
      return "Bool";
    case Node::Kind::kInteger:
      return "Long";
    case Node::Kind::kReal:
      return "a number that is not a whole one of 64 bits";
    case Node::Kind::kString:
    case Node::Kind::kPlain:
      return "String";
    case Node::Kind::kList:
      return "a list";
    case Node::Kind::kMap:
      if (json.entries().size() != 1) return "an object";
      return json.Find("__entity") != nullptr ? "an entity" : json.Find("__extn") != nullptr ? "__extn" : "an object";
  }
  return "";
}

// One document. Its depth, and with it the stack, was bounded when it was read.
class TypedReader {
 public:
  TypedReader(const Schema::Rep& schema, std::string_view file) : schema_(schema), file_(file) {}

  Result<Value> Read(const Node& json, const Type& type, const std::string& where) const {
    switch (type.kind) {
      case Type::Kind::kBool:
        if (json.kind() == Node::Kind::kBool) return Value::Bool(json.boolean());
        break;
      case Type::Kind::kLong:
        if (json.kind() == Node::Kind::kInteger) return Value::Long(json.integer());
        break;
      case Type::Kind::kString:
        if (json.IsText()) return Value::String(json.text());
        break;
      case Type::Kind::kSet:
        if (json.IsList()) return Set(json, *type.element, where);
        break;
      case Type::Kind::kRecord:
        if (json.IsMap()) return Record(json, type, where);
        break;
      case Type::Kind::kEntity:
        if (json.IsMap()) return Entity(json, type, where);
        break;
      case Type::Kind::kDecimal:
      case Type::Kind::kIp:
      case Type::Kind::kDatetime:
      case Type::Kind::kDuration:
        return Extension(json, type, where);
    }
    return At(json.mark(), WrongKind(type, JsonKind(json), where));
  }

 private:
  Result<Value> Set(const Node& json, const Type& type, const std::string& where) const {
    std::vector<Value> elements;
    elements.reserve(json.items().size());
    for (const Node& item : json.items()) {
      HIKAE_TRY(Value element, Read(item, type, where));
      elements.push_back(std::move(element));
    }
    return Value::Set(std::move(elements));
  }

  Result<Value> Record(const Node& json, const Type& type, const std::string& where) const {
    std::map<std::string, Value> values;
    for (size_t i = 0; i < json.entries().size(); ++i) {
      const auto& [name, inside] = json.entries()[i];
      const Attribute* attribute = type.Find(name);
      if (attribute == nullptr) return At(json.KeyMark(i), UnknownAttribute(name, type.attributes, where));
      HIKAE_TRY(Value value, Read(inside, attribute->type, where + "." + name));
      values.emplace(name, std::move(value));
    }
    for (const Attribute& attribute : type.attributes) {
      if (attribute.required && !values.contains(attribute.name)) {
        return At(json.mark(), MissingAttribute(attribute, where));
      }
    }
    return Value::Record(std::move(values));
  }

  Result<Value> Entity(const Node& json, const Type& type, const std::string& where) const {
    HIKAE_TRY(EntityUid uid, ReadUid(json, file_));
    if (uid.type != type.name) return At(json.mark(), WrongKind(type, uid.ToString(), where));
    auto known = CheckReference(schema_, uid, where);
    if (!known.ok()) return At(json.mark(), std::move(known).error());
    return Value::Entity(std::move(uid));
  }

  Result<Value> Extension(const Node& json, const Type& type, const std::string& where) const {
    const bool call = json.IsMap() && (json.Find("fn") != nullptr || json.Find("__extn") != nullptr);
    if (!json.IsText() && !call) return At(json.mark(), WrongKind(type, JsonKind(json), where));
    HIKAE_TRY(Value value, ReadExtension(json, ValueKindOf(type.kind), file_));
    if (value.kind() == ValueKindOf(type.kind)) return value;
    return At(json.mark(), WrongKind(type, NameOfKind(value.kind()), where));
  }

  base::Error At(codec::Mark mark, base::Error error) const {
    error.where = {std::string(file_), mark.line, mark.column};
    return error;
  }

  const Schema::Rep& schema_;
  std::string_view file_;
};

}  // namespace

Result<Value> Schema::ReadValue(const Node& json, const Type& type, std::string_view file,
                                const std::string& where) const {
  return TypedReader(rep(), file).Read(json, type, where);
}

}  // namespace hikae::cedar
