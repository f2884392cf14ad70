#include "cedar/schema.h"

#include <algorithm>

#include "cedar/schema_tree.h"

namespace hikae::cedar {
namespace {

template <class Attributes>
const Attribute* FindIn(const Attributes& attributes, std::string_view name) {
  const auto found =
      std::find_if(attributes.begin(), attributes.end(), [&](const Attribute& a) { return a.name == name; });
  return found == attributes.end() ? nullptr : &*found;
}

}  // namespace

const Attribute* Type::Find(std::string_view attribute) const { return FindIn(attributes, attribute); }
const Attribute* EntityType::Find(std::string_view attribute) const { return FindIn(attributes, attribute); }

std::string Type::ToString() const {
  switch (kind) {
    case Kind::kBool:
      return "Bool";
    case Kind::kLong:
      return "Long";
    case Kind::kString:
      return "String";
    case Kind::kEntity:
      return name;
    case Kind::kSet:
      return "Set<" + (element ? element->ToString() : std::string()) + ">";
    case Kind::kDecimal:
      return "decimal";
    case Kind::kIp:
      return "ipaddr";
    case Kind::kDatetime:
      return "datetime";
    case Kind::kDuration:
      return "duration";
    case Kind::kRecord:
      break;
  }
  std::string out = "{";
  for (const Attribute& attribute : attributes) {
    if (out.size() > 1) out += ", ";
    out += attribute.name + (attribute.required ? ": " : "?: ") + attribute.type.ToString();
  }
  return out + "}";
}

base::Result<Schema> Schema::Parse(const std::vector<SourceText>& fragments) {
  std::vector<RawNamespace> all;
  for (const SourceText& fragment : fragments) {
    HIKAE_TRY(std::vector<RawNamespace> read, ReadSchemaText(fragment));
    std::move(read.begin(), read.end(), std::back_inserter(all));
  }
  HIKAE_TRY(std::shared_ptr<const Rep> rep, ResolveSchema(all));
  return Schema(std::move(rep));
}

base::Result<Schema> Schema::FromJson(const codec::Node& json, std::string_view file) {
  HIKAE_TRY(const std::vector<RawNamespace> all, ReadSchemaJson(json, file));
  HIKAE_TRY(std::shared_ptr<const Rep> rep, ResolveSchema(all));
  return Schema(std::move(rep));
}

const std::vector<EntityType>& Schema::entity_types() const { return rep_->entity_types; }
const std::vector<ActionType>& Schema::actions() const { return rep_->actions; }

const EntityType* Schema::FindEntityType(std::string_view name) const {
  const auto found = rep_->entity_index.find(name);
  return found == rep_->entity_index.end() ? nullptr : &rep_->entity_types[found->second];
}

const ActionType* Schema::FindAction(const EntityUid& uid) const {
  const auto found = rep_->action_index.find(uid);
  return found == rep_->action_index.end() ? nullptr : &rep_->actions[found->second];
}

}  // namespace hikae::cedar
