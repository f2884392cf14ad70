#include "cedar/validate/static_type.h"

#include <fmt/format.h>

#include "cedar/text/lexer.h"

namespace hikae::cedar {

StaticType StaticType::Set(StaticType element) {
  StaticType out = Of(Type::Kind::kSet);
  out.element = std::make_shared<const StaticType>(std::move(element));
  return out;
}

std::string StaticType::ToString() const {
  if (kind == Type::Kind::kEntity) return entity;
  if (kind == Type::Kind::kSet) return fmt::format("Set<{}>", element->ToString());
  if (kind != Type::Kind::kRecord) {
    Type plain;
    plain.kind = kind;
    return plain.ToString();
  }
  std::string out = "{";
  for (const auto& [name, attribute] : *record) {
    if (out.size() > 1) out += ", ";
    out += IsIdentifier(name) ? name : Quote(name);
    out += attribute.required ? ": " : "?: ";
    out += attribute.type.ToString();
  }
  return out + "}";
}

namespace {

std::optional<StaticType> RecordBound(const StaticType& a, const StaticType& b) {
  if (a.record == b.record) return a;
  if (a.record->size() != b.record->size()) return std::nullopt;
  auto out = std::make_shared<StaticRecord>();
  for (auto i = a.record->begin(), j = b.record->begin(); i != a.record->end(); ++i, ++j) {
    if (i->first != j->first || i->second.required != j->second.required) return std::nullopt;
    auto type = LeastUpperBound(i->second.type, j->second.type);
    if (!type) return std::nullopt;
    out->emplace(i->first, StaticAttribute{*std::move(type), i->second.required});
  }
  StaticType result = StaticType::Of(Type::Kind::kRecord);
  result.record = std::move(out);
  return result;
}

}  // namespace

std::optional<StaticType> LeastUpperBound(const StaticType& a, const StaticType& b) {
  if (a.kind != b.kind) return std::nullopt;
  switch (a.kind) {
    case Type::Kind::kBool:
      return StaticType::Bool(a.truth == b.truth ? a.truth : Truth::kAny);
    case Type::Kind::kEntity:
      if (a.entity != b.entity) return std::nullopt;
      return a;
    case Type::Kind::kSet: {
      if (a.element == b.element) return a;
      auto element = LeastUpperBound(*a.element, *b.element);
      if (!element) return std::nullopt;
      return StaticType::Set(*std::move(element));
    }
    case Type::Kind::kRecord:
      return RecordBound(a, b);
    case Type::Kind::kLong:
    case Type::Kind::kString:
    case Type::Kind::kDecimal:
    case Type::Kind::kIp:
    case Type::Kind::kDatetime:
    case Type::Kind::kDuration:
      break;
  }
  return a;
}

const StaticType& StaticTypes::From(const Type& type) {
  if (const auto found = known_.find(&type); found != known_.end()) return found->second;
  StaticType out = StaticType::Of(type.kind);
  if (type.kind == Type::Kind::kEntity) out.entity = type.name;
  if (type.kind == Type::Kind::kSet) out = StaticType::Set(From(*type.element));
  if (type.kind == Type::Kind::kRecord) {
    auto record = std::make_shared<StaticRecord>();
    for (const Attribute& attribute : type.attributes) {
      record->emplace(attribute.name, StaticAttribute{From(attribute.type), attribute.required});
    }
    out.record = std::move(record);
  }
  return known_.emplace(&type, std::move(out)).first->second;
}

}  // namespace hikae::cedar
