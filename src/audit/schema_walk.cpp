#include "audit/schema_walk.h"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "audit/hint.h"

namespace hikae::audit {
namespace {

base::Error Wrong(std::string en, std::string ja, base::Text hint = {}) {
  return base::Error(base::Status::kRules, {std::move(en), std::move(ja)}, {}, std::move(hint));
}

base::Text NearestAttribute(std::string_view name, const std::vector<cedar::Attribute>& attributes) {
  std::vector<std::string_view> names;
  for (const cedar::Attribute& attribute : attributes) names.push_back(attribute.name);
  return NearestHint(name, names);
}

const cedar::Type& Element(const cedar::Type& type) {
  return type.kind == cedar::Type::Kind::kSet && type.element ? *type.element : type;
}

base::Result<void> Climb(const cedar::Schema& schema, const std::string& ancestor, Walk& walk) {
  HIKAE_CHECK(RequireType(schema, ancestor));
  if (walk.leaf.kind != cedar::Type::Kind::kEntity || !MayClimb(schema, walk.leaf.name, ancestor)) {
    return Wrong(fmt::format("no {} is above a {}", ancestor, walk.leaf.ToString()),
                 fmt::format("{} の上位に {} はない", walk.leaf.ToString(), ancestor));
  }
  walk.leaf.name = ancestor;
  walk.many = walk.may_miss = true;
  return {};
}

base::Result<void> ReadName(const cedar::Schema& schema, const std::string& name, Walk& walk) {
  const cedar::Attribute* attribute = nullptr;
  if (walk.leaf.kind == cedar::Type::Kind::kEntity) {
    HIKAE_TRY(const cedar::EntityType* type, RequireType(schema, walk.leaf.name));
    HIKAE_TRY(attribute, RequireAttribute(*type, name));
    walk.reads.emplace_back(type->name, name);
  } else if (walk.leaf.kind == cedar::Type::Kind::kRecord) {
    attribute = walk.leaf.Find(name);
    if (attribute == nullptr) {
      return Wrong(fmt::format("the record has no attribute `{}`", name),
                   fmt::format("レコードに属性「{}」がない", name), NearestAttribute(name, walk.leaf.attributes));
    }
  } else {
    return Wrong(fmt::format("`{}` cannot be read from a {}", name, walk.leaf.ToString()),
                 fmt::format("{} から「{}」は読めない", walk.leaf.ToString(), name));
  }
  walk.may_miss |= !attribute->required;
  walk.many |= attribute->type.kind == cedar::Type::Kind::kSet;
  // A copy first: the attribute may live within walk.leaf.
  cedar::Type next = Element(attribute->type);
  walk.leaf = std::move(next);
  return {};
}

}  // namespace

base::Result<Walk> WalkPath(const cedar::Schema& schema, std::string_view type, const std::vector<Step>& path) {
  HIKAE_TRY(const cedar::EntityType* start, RequireType(schema, type));
  Walk walk;
  walk.leaf.kind = cedar::Type::Kind::kEntity;
  walk.leaf.name = start->name;
  for (const Step& step : path) {
    HIKAE_CHECK(step.climb ? Climb(schema, step.name, walk) : ReadName(schema, step.name, walk));
  }
  return walk;
}

base::Result<const cedar::EntityType*> RequireType(const cedar::Schema& schema, std::string_view name) {
  const cedar::EntityType* type = schema.FindEntityType(name);
  if (type != nullptr) return type;
  std::vector<std::string_view> names;
  for (const cedar::EntityType& known : schema.entity_types()) names.push_back(known.name);
  return Wrong(fmt::format("there is no entity type `{}`", name), fmt::format("型「{}」はない", name),
               NearestHint(name, names));
}

base::Result<const cedar::Attribute*> RequireAttribute(const cedar::EntityType& type, std::string_view name) {
  const cedar::Attribute* attribute = type.Find(name);
  if (attribute != nullptr) return attribute;
  return Wrong(fmt::format("{} has no attribute `{}`", type.name, name),
               fmt::format("{} に属性「{}」はない", type.name, name), NearestAttribute(name, type.attributes));
}

std::string TargetType(const cedar::Type& type) {
  const cedar::Type& element = Element(type);
  return element.kind == cedar::Type::Kind::kEntity ? element.name : std::string();
}

const cedar::Attribute* OwnerAttribute(const cedar::EntityType& type, std::string_view owner) {
  for (const cedar::Attribute& attribute : type.attributes) {
    if (attribute.annotations.contains("owner") && TargetType(attribute.type) == owner) return &attribute;
  }
  return nullptr;
}

bool MayClimb(const cedar::Schema& schema, std::string_view type, std::string_view ancestor) {
  std::set<std::string> seen;
  std::vector<std::string> open = {std::string(type)};
  while (!open.empty()) {
    const cedar::EntityType* entity_type = schema.FindEntityType(open.back());
    open.pop_back();
    if (entity_type == nullptr) continue;
    for (const std::string& parent : entity_type->member_of) {
      if (parent == ancestor) return true;
      if (seen.insert(parent).second) open.push_back(parent);
    }
  }
  return false;
}

namespace {

// The name as a declared attribute: a word by itself, then `:` or `?:`.
bool DeclaresHere(std::string_view line, size_t at, std::string_view name) {
  const auto is_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  if (at > 0 && is_word(line[at - 1])) return false;
  size_t next = at + name.size();
  if (next < line.size() && line[next] == '"') ++next;
  while (next < line.size() && (line[next] == ' ' || line[next] == '?')) ++next;
  return next < line.size() && line[next] == ':' && line.substr(next, 2) != "::";
}

uint32_t CodePointsBefore(std::string_view line, size_t at) {
  uint32_t count = 0;
  for (size_t i = 0; i < at; ++i) count += (static_cast<unsigned char>(line[i]) & 0xC0) != 0x80;
  return count;
}

}  // namespace

base::Place PlaceOf(const std::vector<cedar::SourceText>& texts, const cedar::EntityType& type,
                    std::string_view attribute) {
  for (const cedar::SourceText& source : texts) {
    if (source.file != type.where.file) continue;
    uint32_t number = 1;
    for (size_t start = 0; start < source.text.size(); ++number) {
      const size_t end = std::min(source.text.find('\n', start), source.text.size());
      const std::string_view line(source.text.data() + start, end - start);
      const std::string_view code = line.substr(0, line.find("//"));
      size_t at = number < type.where.line ? std::string_view::npos : code.find(attribute);
      for (; at != std::string_view::npos; at = code.find(attribute, at + 1)) {
        if (DeclaresHere(code, at, attribute)) return {source.file, number, CodePointsBefore(line, at) + 1};
      }
      start = end + 1;
    }
  }
  return type.where;
}

}  // namespace hikae::audit
