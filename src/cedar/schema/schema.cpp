#include "cedar/schema/schema.h"

#include <fmt/format.h>

#include <algorithm>

#include "cedar/schema/schema_rep.h"
#include "cedar/text/lexer.h"

namespace hikae::cedar {
namespace {

const Attribute* FindIn(const std::vector<Attribute>& attributes, const std::vector<uint32_t>& by_name,
                        std::string_view name) {
  if (by_name.empty()) {
    const auto found = std::ranges::find(attributes, name, &Attribute::name);
    return found == attributes.end() ? nullptr : &*found;
  }
  const auto name_of = [&](uint32_t i) { return std::string_view(attributes[i].name); };
  const auto found = std::ranges::lower_bound(by_name, name, {}, name_of);
  return found == by_name.end() || name_of(*found) != name ? nullptr : &attributes[*found];
}

std::string RecordText(const std::vector<Attribute>& attributes) {
  std::string out = "{";
  for (const Attribute& attribute : attributes) {
    if (out.size() > 1) out += ", ";
    out += IsIdentifier(attribute.name) ? attribute.name : Quote(attribute.name);
    out += attribute.required ? ": " : "?: ";
    out += attribute.type.ToString();
  }
  return out + "}";
}

}  // namespace

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
      return fmt::format("Set<{}>", element->ToString());
    case Kind::kRecord:
      return RecordText(attributes);
    case Kind::kDecimal:
      return "decimal";
    case Kind::kIp:
      return "ipaddr";
    case Kind::kDatetime:
      return "datetime";
    case Kind::kDuration:
      return "duration";
  }
  return {};
}

const Attribute* Type::Find(std::string_view attribute) const { return FindIn(attributes, by_name, attribute); }
const Attribute* EntityType::Find(std::string_view attribute) const { return FindIn(attributes, by_name, attribute); }

base::Result<Schema> Schema::Parse(const std::vector<SourceText>& fragments) {
  std::vector<RawFragment> raw;
  for (const SourceText& source : fragments) {
    HIKAE_TRY(raw.emplace_back(), ParseSchemaText(source));
  }
  HIKAE_TRY(Rep rep, ResolveSchema(raw));
  return Schema(std::make_shared<const Rep>(std::move(rep)));
}

base::Result<Schema> Schema::FromJson(const codec::Node& json, std::string_view file) {
  std::vector<RawFragment> raw;
  HIKAE_TRY(raw.emplace_back(), ReadSchemaJson(json, file));
  HIKAE_TRY(Rep rep, ResolveSchema(raw));
  return Schema(std::make_shared<const Rep>(std::move(rep)));
}

const std::vector<EntityType>& Schema::entity_types() const { return rep_->entity_types; }
const std::vector<ActionType>& Schema::actions() const { return rep_->actions; }
const std::vector<CommonType>& Schema::common_types() const { return rep_->common_types; }
const EntityType* Schema::FindEntityType(std::string_view name) const { return rep_->FindEntity(name); }
const ActionType* Schema::FindAction(const EntityUid& uid) const { return rep_->FindAction(uid); }
const Annotations* Schema::NamespaceAnnotations(std::string_view name) const {
  const auto found = rep_->namespaces.find(name);
  return found == rep_->namespaces.end() ? nullptr : &found->second;
}

const EntityType* Schema::Rep::FindEntity(std::string_view name) const {
  const auto found = entity_index.find(name);
  return found == entity_index.end() ? nullptr : &entity_types[found->second];
}

const ActionType* Schema::Rep::FindAction(const EntityUid& uid) const {
  const auto found = action_index.find(uid);
  return found == action_index.end() ? nullptr : &actions[found->second];
}

bool Schema::Rep::MayBeIn(std::string_view type, std::string_view ancestor) const {
  if (type == ancestor) return true;
  const auto found = entity_ancestors.find(type);
  return found != entity_ancestors.end() && found->second.contains(std::string(ancestor));
}

bool Schema::Rep::ActionIsIn(const EntityUid& action, const EntityUid& group) const {
  if (action == group) return true;
  const auto found = action_ancestors.find(action);
  return found != action_ancestors.end() && found->second.contains(group);
}

std::vector<std::string> Schema::Rep::EntityNames() const {
  std::vector<std::string> names;
  for (const EntityType& type : entity_types) names.push_back(type.name);
  return names;
}

}  // namespace hikae::cedar
