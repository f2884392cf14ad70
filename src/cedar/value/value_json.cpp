// Values as Cedar JSON, with every escape explicit.
#include "cedar/value/value_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "cedar/text/lexer.h"
#include "cedar/value/extension.h"
#include "cedar/value/value_rep.h"

namespace hikae::cedar {
namespace {

using codec::Node;
using Kind = Value::Kind;

// The functions whose result is a value of an extension type. Others may not stand in data: their results have plain
// JSON of their own.
struct Function {
  std::string_view name;
  Kind result;
  std::array<Kind, 2> arguments;
  size_t arity;
};
constexpr std::array<Function, 8> kFunctions = {
    {{"decimal", Kind::kDecimal, {Kind::kString}, 1},
     {"ip", Kind::kIp, {Kind::kString}, 1},
     {"datetime", Kind::kDatetime, {Kind::kString}, 1},
     {"duration", Kind::kDuration, {Kind::kString}, 1},
     {"offset", Kind::kDatetime, {Kind::kDatetime, Kind::kDuration}, 2},
     {"toDate", Kind::kDatetime, {Kind::kDatetime}, 1},
     {"toTime", Kind::kDuration, {Kind::kDatetime}, 1},
     {"durationSince", Kind::kDuration, {Kind::kDatetime, Kind::kDatetime}, 2}}};
constexpr std::string_view kForm = R"({"__extn": {"fn": "decimal", "arg": "1.5"}})";

base::Error Bad(const Node& at, std::string_view file, std::string text, std::string hint = {}) {
  return base::Error(base::Status::kArgument, {std::move(text), {}},
                     {std::string(file), at.mark().line, at.mark().column}, {std::move(hint), {}});
}

Node Call(std::string function, Node argument) {
  return Node::Map({{"__extn", Node::Map({{"fn", Node::String(std::move(function))}, {"arg", std::move(argument)}})}});
}

// Beyond the years that a datetime can be written with: an offset from 1970.
Node FarDatetime(int64_t milliseconds) {
  Node arguments = Node::List({Call("datetime", Node::String("1970-01-01")),
                               Call("duration", Node::String(std::to_string(milliseconds) + "ms"))});
  return Node::Map({{"__extn", Node::Map({{"fn", Node::String("offset")}, {"args", std::move(arguments)}})}});
}

base::Result<Value> Construct(Kind kind, const Node& argument, std::string_view file) {
  const std::string& text = argument.text();
  auto value = kind == Kind::kDecimal    ? Value::Decimal(text)
               : kind == Kind::kIp       ? Value::Ip(text)
               : kind == Kind::kDatetime ? Value::Datetime(text)
                                         : Value::Duration(text);
  if (value.ok()) return value;
  return Bad(argument, file, value.error().text.en, value.error().hint.en);
}

base::Result<Value> Apply(const Function& function, const std::vector<Value>& arguments, const Node& call,
                          std::string_view file) {
  const int64_t self = arguments[0].integer();
  int64_t out = 0;
  bool overflow = false;
  if (function.name == "offset") {
    overflow = __builtin_add_overflow(self, arguments[1].integer(), &out);
  } else if (function.name == "durationSince") {
    overflow = __builtin_sub_overflow(self, arguments[1].integer(), &out);
  } else {
    const int64_t rest = self % kMillisPerDay;
    const int64_t time = rest < 0 ? rest + kMillisPerDay : rest;
    if (function.name == "toTime") return Value::DurationOf(time);
    overflow = __builtin_sub_overflow(self, time, &out);
  }
  if (overflow) return Bad(call, file, fmt::format("{} goes beyond 64 bits", function.name));
  return function.result == Kind::kDatetime ? Value::DatetimeOf(out) : Value::DurationOf(out);
}

// {"fn": …, "arg": …} or {"fn": …, "args": […]}, and nothing else.
base::Result<std::vector<const Node*>> ArgumentsOf(const Node& call, std::string_view file) {
  const Node* function = call.Find("fn");
  const Node* one = call.Find("arg");
  const Node* many = call.Find("args");
  const bool form = function != nullptr && function->IsText() && call.entries().size() == 2 &&
                    (one != nullptr || (many != nullptr && many->IsList()));
  if (!form) return Bad(call, file, "__extn needs \"fn\", and \"arg\" or \"args\"", std::string(kForm));
  if (one != nullptr) return std::vector<const Node*>{one};
  std::vector<const Node*> out;
  for (const Node& item : many->items()) out.push_back(&item);
  return out;
}

base::Result<Value> ReadMap(const Node& json, std::string_view file) {
  if (json.entries().size() == 1) {
    const auto& [key, inside] = json.entries().front();
    if (key == "__entity") {
      HIKAE_TRY(EntityUid uid, ReadUid(json, file));
      return Value::Entity(std::move(uid));
    }
    if (key == "__extn") return ReadExtensionCall(inside, file, false);
    if (key == "__expr") return Bad(json, file, "__expr is no longer part of Cedar's JSON", "use __entity or __extn");
  }
  std::map<std::string, Value> attributes;
  for (const auto& [key, inside] : json.entries()) {
    // The official engine drops what stands beside an escape; a record with it would be another value than it reads.
    if (key == "__entity" || key == "__extn" || key == "__expr") {
      return Bad(json, file, fmt::format("\"{}\" stands alone in its map", key), "take the other keys away");
    }
    HIKAE_TRY(Value value, Value::FromJson(inside, file));
    attributes.emplace(key, std::move(value));
  }
  return Value::Record(std::move(attributes));
}

}  // namespace

base::Result<Value> ReadExtensionCall(const Node& call, std::string_view file, bool implicit) {
  HIKAE_TRY(const std::vector<const Node*> arguments, ArgumentsOf(call, file));
  const Node& name = *call.Find("fn");
  const auto* function = std::ranges::find(kFunctions, name.text(), &Function::name);
  if (function == kFunctions.end()) {
    std::vector<std::string_view> names;
    for (const Function& known : kFunctions) names.push_back(known.name);
    const std::string_view nearest = base::Nearest(name.text(), names);
    return Bad(name, file, fmt::format("{} makes no value of an extension type", Quote(name.text())),
               nearest.empty() ? fmt::format("known are {}", fmt::join(names, ", "))
                               : fmt::format("did you mean \"{}\"?", nearest));
  }
  if (arguments.size() != function->arity) {
    return Bad(call, file,
               fmt::format("{} takes {} argument(s), not {}", function->name, function->arity, arguments.size()));
  }
  std::vector<Value> values;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const Kind kind = function->arguments[i];
    if (kind == Kind::kString) {
      if (!arguments[i]->IsText()) return Bad(*arguments[i], file, fmt::format("{} takes a text", function->name));
      return Construct(function->result, *arguments[i], file);
    }
    HIKAE_TRY(Value value, implicit ? ReadExtension(*arguments[i], kind, file) : Value::FromJson(*arguments[i], file));
    if (value.kind() != kind) {
      return Bad(*arguments[i], file,
                 fmt::format("{} takes a {} here", function->name, kind == Kind::kDatetime ? "datetime" : "duration"));
    }
    values.push_back(std::move(value));
  }
  return Apply(*function, values, call, file);
}

base::Result<Value> ReadExtension(const Node& json, Kind kind, std::string_view file) {
  if (json.IsText()) return Construct(kind, json, file);
  const bool escaped = json.IsMap() && json.entries().size() == 1 && json.Find("__extn") != nullptr;
  if (json.IsMap() && (escaped || json.Find("fn") != nullptr)) {
    return ReadExtensionCall(escaped ? *json.Find("__extn") : json, file, true);
  }
  return Value::FromJson(json, file);
}

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

Node UidToJson(const EntityUid& uid) {
  return Node::Map({{"type", Node::String(uid.type)}, {"id", Node::String(uid.id)}});
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
      return Node::Map({{"__entity", UidToJson(entity())}});
    case Kind::kDecimal:
      return Call("decimal", Node::String(DecimalText(integer())));
    case Kind::kIp:
      return Call("ip", Node::String(IpText(AsIp(*rep_).network)));
    case Kind::kDatetime: {
      std::string text = DatetimeText(integer());
      return text.empty() ? FarDatetime(integer()) : Call("datetime", Node::String(std::move(text)));
    }
    case Kind::kDuration:
      return Call("duration", Node::String(DurationText(integer())));
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
