#include "cedar/validate/static_type.h"

#include <utility>

#include "cedar/text/lexer.h"

namespace hikae::cedar {
namespace {

constexpr size_t kMaxShown = 200;  // bytes of a type in a message

// Stops growing soon after kMaxShown.
void Append(const StaticType& type, std::string& out) {
  if (out.size() > kMaxShown) return;
  if (type.kind == Type::Kind::kEntity) {
    out += type.entity;
  } else if (type.kind == Type::Kind::kSet) {
    out += "Set<";
    Append(*type.element, out);
    out += '>';
  } else if (type.kind == Type::Kind::kRecord) {
    out += '{';
    bool first = true;
    for (const auto& [name, attribute] : *type.record) {
      if (out.size() > kMaxShown) break;
      out += std::exchange(first, false) ? "" : ", ";
      out += IsIdentifier(name) ? name : Quote(name);
      out += attribute.required ? ": " : "?: ";
      Append(attribute.type, out);
    }
    out += '}';
  } else {
    Type plain;
    plain.kind = type.kind;
    out += plain.ToString();
  }
}

}  // namespace

StaticType StaticType::Set(StaticType element) {
  StaticType out = Of(Type::Kind::kSet);
  out.weight = element.weight + 1;
  out.element = std::make_shared<const StaticType>(std::move(element));
  return out;
}

StaticType StaticType::Record(StaticRecord record) {
  StaticType out = Of(Type::Kind::kRecord);
  for (const auto& [name, attribute] : record) out.weight += attribute.type.weight;
  out.record = std::make_shared<const StaticRecord>(std::move(record));
  return out;
}

std::string StaticType::ToString() const {
  std::string out;
  Append(*this, out);
  if (out.size() <= kMaxShown) return out;
  size_t end = kMaxShown;
  while ((static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) --end;
  return out.substr(0, end) + "…";
}

namespace {

std::optional<StaticType> RecordBound(const StaticType& a, const StaticType& b) {
  if (a.record == b.record) return a;
  if (a.record->size() != b.record->size()) return std::nullopt;
  StaticRecord out;
  for (auto i = a.record->begin(), j = b.record->begin(); i != a.record->end(); ++i, ++j) {
    if (i->first != j->first || i->second.required != j->second.required) return std::nullopt;
    auto type = LeastUpperBound(i->second.type, j->second.type);
    if (!type) return std::nullopt;
    out.emplace(i->first, StaticAttribute{*std::move(type), i->second.required});
  }
  return StaticType::Record(std::move(out));
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
    StaticRecord record;
    for (const Attribute& attribute : type.attributes) {
      record.emplace(attribute.name, StaticAttribute{From(attribute.type), attribute.required});
    }
    out = StaticType::Record(std::move(record));
  }
  return known_.emplace(&type, std::move(out)).first->second;
}

}  // namespace hikae::cedar
