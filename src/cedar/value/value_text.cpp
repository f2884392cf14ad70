// Values as Cedar text and as Cedar JSON.
#include <fmt/format.h>

#include <utility>

#include "cedar/text/lexer.h"
#include "cedar/value/extension.h"
#include "cedar/value/value.h"
#include "cedar/value/value_rep.h"

namespace hikae::cedar {
namespace {

using codec::Node;

// Beyond the years that a datetime can be written with, as an offset from 1970.
bool IsWritable(const Value& datetime) { return !DatetimeText(datetime.integer()).empty(); }

Node Extension(std::string function, std::string argument) {
  return Node::Map(
      {{"__extn", Node::Map({{"fn", Node::String(std::move(function))}, {"arg", Node::String(std::move(argument))}})}});
}

base::Error Bad(const Node& at, std::string_view file, std::string text, std::string hint = {}) {
  return base::Error(base::Status::kArgument, {std::move(text), {}},
                     {std::string(file), at.mark().line, at.mark().column}, {std::move(hint), {}});
}

base::Result<Value> ReadExtension(const Node& call, std::string_view file) {
  const Node* function = call.Find("fn");
  const Node* argument = call.Find("arg");
  const Node* arguments = call.Find("args");
  if (arguments != nullptr && arguments->IsList() && arguments->items().size() == 1) argument = &arguments->items()[0];
  if (function == nullptr || !function->IsText() || call.entries().size() != 2 || (!argument && !arguments)) {
    return Bad(call, file, "__extn needs \"fn\" and \"arg\"", R"({"__extn": {"fn": "decimal", "arg": "1.5"}})");
  }
  const std::string& name = function->text();
  if (name == "offset" && arguments != nullptr && arguments->IsList() && arguments->items().size() == 2) {
    HIKAE_TRY(const Value start, Value::FromJson(arguments->items()[0], file));
    HIKAE_TRY(const Value length, Value::FromJson(arguments->items()[1], file));
    int64_t sum = 0;
    if (start.kind() != Value::Kind::kDatetime || length.kind() != Value::Kind::kDuration ||
        __builtin_add_overflow(start.integer(), length.integer(), &sum)) {
      return Bad(call, file, "offset needs a datetime and a duration whose sum fits 64 bits");
    }
    return Value::DatetimeOf(sum);
  }
  if (argument == nullptr || !argument->IsText()) return Bad(call, file, fmt::format("{} needs one text", Quote(name)));
  const std::string& text = argument->text();
  auto value = name == "decimal"    ? Value::Decimal(text)
               : name == "ip"       ? Value::Ip(text)
               : name == "datetime" ? Value::Datetime(text)
               : name == "duration"
                   ? Value::Duration(text)
                   : base::Result<Value>(Bad(*function, file, fmt::format("unknown extension {}", Quote(name)),
                                             "known are decimal, ip, datetime, duration, offset"));
  if (value.ok() || value.error().where.line != 0) return value;
  return Bad(*argument, file, value.error().text.en, value.error().hint.en);
}

base::Result<Value> ReadMap(const Node& json, std::string_view file) {
  if (json.entries().size() == 1) {
    const auto& [key, inside] = json.entries().front();
    if (key == "__entity") {
      HIKAE_TRY(EntityUid uid, ReadUid(json, file));
      return Value::Entity(std::move(uid));
    }
    if (key == "__extn") return ReadExtension(inside, file);
    if (key == "__expr") return Bad(json, file, "__expr is no longer part of Cedar's JSON", "use __entity or __extn");
  }
  std::map<std::string, Value> attributes;
  for (const auto& [key, inside] : json.entries()) {
    HIKAE_TRY(Value value, Value::FromJson(inside, file));
    attributes.emplace(key, std::move(value));
  }
  return Value::Record(std::move(attributes));
}

}  // namespace

std::string EntityUid::ToString() const { return type + "::" + Quote(id); }

base::Result<EntityUid> ReadUid(const Node& json, std::string_view file) {
  const Node* inside = json.Find("__entity");
  const Node& uid = inside != nullptr && json.entries().size() == 1 ? *inside : json;
  const Node* type = uid.Find("type");
  const Node* id = uid.Find("id");
  if (type == nullptr || id == nullptr || !type->IsText() || !id->IsText() || uid.entries().size() != 2) {
    return Bad(json, file, "an entity needs \"type\" and \"id\", both text", R"({"type": "User", "id": "alice"})");
  }
  if (!IsTypeName(type->text())) {
    return Bad(*type, file, fmt::format("{} is not an entity type", Quote(type->text())), "names joined by '::'");
  }
  return EntityUid{type->text(), id->text()};
}

std::string Value::ToString() const {
  switch (kind()) {
    case Kind::kBool:
      return boolean() ? "true" : "false";
    case Kind::kLong:
      return std::to_string(integer());
    case Kind::kString:
      return Quote(text());
    case Kind::kEntity:
      return entity().ToString();
    case Kind::kDecimal:
      return fmt::format("decimal(\"{}\")", DecimalText(integer()));
    case Kind::kIp:
      return fmt::format("ip(\"{}\")", IpText(AsIp(*rep_).network));
    case Kind::kDatetime:
      if (!IsWritable(*this)) {
        return fmt::format("datetime(\"1970-01-01\").offset(duration(\"{}ms\"))", integer());
      }
      return fmt::format("datetime(\"{}\")", DatetimeText(integer()));
    case Kind::kDuration:
      return fmt::format("duration(\"{}\")", DurationText(integer()));
    case Kind::kSet:
    case Kind::kRecord:
      break;
  }
  std::string out;
  if (kind() == Kind::kSet) {
    for (const Value& element : elements()) out += (out.empty() ? "" : ", ") + element.ToString();
    return "[" + out + "]";
  }
  for (const auto& [name, value] : attributes()) {
    out += (out.empty() ? "" : ", ") + Quote(name) + ": " + value.ToString();
  }
  return "{" + out + "}";
}

Node Value::ToJson() const {
  switch (kind()) {
    case Kind::kBool:
      return Node::Bool(boolean());
    case Kind::kLong:
      return Node::Integer(integer());
    case Kind::kString:
      return Node::String(text());
    case Kind::kEntity:
      return Node::Map(
          {{"__entity", Node::Map({{"type", Node::String(entity().type)}, {"id", Node::String(entity().id)}})}});
    case Kind::kDecimal:
      return Extension("decimal", DecimalText(integer()));
    case Kind::kIp:
      return Extension("ip", IpText(AsIp(*rep_).network));
    case Kind::kDatetime:
      if (IsWritable(*this)) return Extension("datetime", DatetimeText(integer()));
      return Node::Map(
          {{"__extn", Node::Map({{"fn", Node::String("offset")},
                                 {"args", Node::List({Extension("datetime", "1970-01-01"),
                                                      Extension("duration", std::to_string(integer()) + "ms")})}})}});
    case Kind::kDuration:
      return Extension("duration", DurationText(integer()));
    case Kind::kSet:
    case Kind::kRecord:
      break;
  }
  if (kind() == Kind::kSet) {
    Node list = Node::List();
    for (const Value& element : elements()) list.Append(element.ToJson());
    return list;
  }
  Node map = Node::Map();
  for (const auto& [name, value] : attributes()) map.AddEntry(name, {}, value.ToJson());
  return map;
}

base::Result<Value> Value::FromJson(const Node& json, std::string_view file) {
  switch (json.kind()) {
    case Node::Kind::kNull:
      return Bad(json, file, "null is no value of Cedar", "leave the attribute out");
    case Node::Kind::kBool:
      return Bool(json.boolean());
    case Node::Kind::kInteger:
      return Long(json.integer());
    case Node::Kind::kReal:
      return Bad(json, file, fmt::format("{} is not a whole number of 64 bits", json.text().substr(0, 40)),
                 R"(write {"__extn": {"fn": "decimal", "arg": "1.5"}} for a fraction)");
    case Node::Kind::kString:
    case Node::Kind::kPlain:
      return String(json.text());
    case Node::Kind::kList: {
      std::vector<Value> elements;
      elements.reserve(json.items().size());
      for (const Node& item : json.items()) {
        HIKAE_TRY(Value value, FromJson(item, file));
        elements.push_back(std::move(value));
      }
      return Set(std::move(elements));
    }
    case Node::Kind::kMap:
      return ReadMap(json, file);
  }
  return Bad(json, file, "not a value");
}

}  // namespace hikae::cedar
