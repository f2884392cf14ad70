#include "audit/literal.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <string>
#include <vector>

#include "audit/hint.h"
#include "base/civil_date.h"

namespace hikae::audit {
namespace {

using Kind = cedar::Type::Kind;

constexpr int64_t kMillisPerDay = 86'400'000;

base::Error NotA(std::string_view text, const cedar::Type& type, base::Text hint = {}) {
  return base::Error(base::Status::kRules,
                     {fmt::format("expected a {}, found `{}`", type.ToString(), text),
                      fmt::format("{} が必要だが「{}」である", type.ToString(), text)},
                     {}, std::move(hint));
}

base::Result<cedar::Value> ReadEntity(std::string_view text, const cedar::Type& type, const cedar::Schema& schema) {
  const std::string prefix = type.name + "::\"";
  std::string_view id = text;
  if (id.starts_with(prefix) && id.ends_with('"') && id.size() > prefix.size()) {
    id = id.substr(prefix.size(), id.size() - prefix.size() - 1);
  }
  const cedar::EntityType* entity_type = schema.FindEntityType(type.name);
  if (id.empty()) return NotA(text, type);
  if (entity_type != nullptr && !entity_type->enum_ids.empty()) {
    const auto& ids = entity_type->enum_ids;
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) {
      return NotA(text, type, NearestHint(id, ids));
    }
  }
  return cedar::Value::Entity({type.name, std::string(id)});
}

base::Result<cedar::Value> ReadDatetime(std::string_view text, const cedar::Type& type) {
  const base::Result<base::Day> day = base::ParseDate(text);
  if (day.ok()) return cedar::Value::DatetimeOf(int64_t{*day} * kMillisPerDay);
  base::Result<cedar::Value> instant = cedar::Value::Datetime(text);
  if (instant.ok()) return instant;
  return NotA(text, type, {"2021-05-06", ""});
}

base::Error At(base::Error error, const codec::Node& node, std::string_view file) {
  if (error.where.line == 0) error.where = {std::string(file), node.mark().line, node.mark().column};
  return error;
}

// What a scalar node says, as text; nullopt for lists, maps and null.
std::optional<std::string> ScalarText(const codec::Node& node) {
  switch (node.kind()) {
    case codec::Node::Kind::kBool:
      return node.boolean() ? "true" : "false";
    case codec::Node::Kind::kInteger:
      return std::to_string(node.integer());
    case codec::Node::Kind::kReal:
    case codec::Node::Kind::kString:
    case codec::Node::Kind::kPlain:
      return node.text();
    case codec::Node::Kind::kNull:
    case codec::Node::Kind::kList:
    case codec::Node::Kind::kMap:
      return std::nullopt;
  }
  return std::nullopt;
}

base::Result<cedar::Value> ReadSet(const codec::Node& node, const cedar::Type& type, const cedar::Schema& schema,
                                   std::string_view file) {
  if (!node.IsList()) return At(NotA(ScalarText(node).value_or("a map"), type, {"a list", "リスト"}), node, file);
  std::vector<cedar::Value> elements;
  for (const codec::Node& item : node.items()) {
    HIKAE_TRY(cedar::Value element, ReadNode(item, *type.element, schema, file));
    elements.push_back(std::move(element));
  }
  return cedar::Value::Set(std::move(elements));
}

base::Result<cedar::Value> ReadRecord(const codec::Node& node, const cedar::Type& type, const cedar::Schema& schema,
                                      std::string_view file) {
  if (!node.IsMap()) return At(NotA(ScalarText(node).value_or("a list"), type), node, file);
  std::map<std::string, cedar::Value> attributes;
  for (const auto& [key, value] : node.entries()) {
    const cedar::Attribute* attribute = type.Find(key);
    if (attribute == nullptr) return At(NotA(key, type), value, file);
    HIKAE_TRY(cedar::Value read, ReadNode(value, attribute->type, schema, file));
    attributes.emplace(key, std::move(read));
  }
  for (const cedar::Attribute& attribute : type.attributes) {
    if (attribute.required && !attributes.contains(attribute.name)) {
      return At(base::Error(base::Status::kRules, {fmt::format("`{}` is missing", attribute.name),
                                                   fmt::format("「{}」がない", attribute.name)}),
                node, file);
    }
  }
  return cedar::Value::Record(std::move(attributes));
}

}  // namespace

base::Result<cedar::Value> ReadLiteral(std::string_view text, const cedar::Type& type, const cedar::Schema& schema) {
  switch (type.kind) {
    case Kind::kBool:
      if (text == "true" || text == "false") return cedar::Value::Bool(text == "true");
      return NotA(text, type, {"true or false", "true または false"});
    case Kind::kLong: {
      int64_t number = 0;
      const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
      if (code != std::errc() || end != text.data() + text.size() || text.empty()) return NotA(text, type);
      return cedar::Value::Long(number);
    }
    case Kind::kString:
      return cedar::Value::String(std::string(text));
    case Kind::kEntity:
      return ReadEntity(text, type, schema);
    case Kind::kDatetime:
      return ReadDatetime(text, type);
    case Kind::kDuration: {
      base::Result<cedar::Value> duration = cedar::Value::Duration(text);
      if (duration.ok()) return duration;
      return NotA(text, type, {"14d, 24h, 90m", ""});
    }
    case Kind::kDecimal: {
      base::Result<cedar::Value> decimal = cedar::Value::Decimal(text);
      if (decimal.ok()) return decimal;
      return NotA(text, type);
    }
    case Kind::kIp: {
      base::Result<cedar::Value> ip = cedar::Value::Ip(text);
      if (ip.ok()) return ip;
      return NotA(text, type);
    }
    case Kind::kSet:
    case Kind::kRecord:
      return NotA(text, type);
  }
  return NotA(text, type);
}

base::Result<cedar::Value> ReadNode(const codec::Node& node, const cedar::Type& type, const cedar::Schema& schema,
                                    std::string_view file) {
  if (type.kind == Kind::kSet) return ReadSet(node, type, schema, file);
  if (type.kind == Kind::kRecord) return ReadRecord(node, type, schema, file);
  const std::optional<std::string> text = ScalarText(node);
  if (!text) return At(NotA(node.IsList() ? "a list" : node.IsMap() ? "a map" : "nothing", type), node, file);
  base::Result<cedar::Value> value = ReadLiteral(*text, type, schema);
  if (!value.ok()) return At(value.error(), node, file);
  return value;
}

}  // namespace hikae::audit
