// A resolved schema as one text, so that two ways to the same schema can be compared whole.
#ifndef HIKAE_TESTS_CEDAR_SCHEMA_VIEW_H_
#define HIKAE_TESTS_CEDAR_SCHEMA_VIEW_H_

#include <string>

#include "cedar/schema/schema.h"

namespace hikae::cedar {

inline std::string ViewOf(const Annotations& annotations) {
  std::string out;
  for (const auto& [key, value] : annotations) out += "@" + key + "(" + value + ")";
  return out;
}

inline std::string ViewOf(const std::vector<Attribute>& attributes);

inline std::string ViewOf(const Type& type) {
  if (type.kind == Type::Kind::kSet) return "Set<" + ViewOf(*type.element) + ">";
  if (type.kind == Type::Kind::kRecord) return type.name + ViewOf(type.attributes);
  return type.ToString();
}

inline std::string ViewOf(const std::vector<Attribute>& attributes) {
  std::string out = "{";
  for (const Attribute& attribute : attributes) {
    out += ViewOf(attribute.annotations) + attribute.name + (attribute.required ? ":" : "?:") + ViewOf(attribute.type);
    out += ",";
  }
  return out + "}";
}

// Everything but places.
inline std::string ViewOf(const Schema& schema) {
  std::string out;
  const auto line = [&](const std::string& text) { out += text + "\n"; };
  for (const CommonType& common : schema.common_types()) {
    line(ViewOf(common.annotations) + "type " + common.name + " = " + ViewOf(common.type));
  }
  for (const EntityType& entity : schema.entity_types()) {
    std::string text = ViewOf(entity.annotations) + "entity " + entity.name;
    for (const std::string& parent : entity.member_of) text += " in " + parent;
    text += ViewOf(entity.attributes);
    if (entity.tags) text += " tags " + ViewOf(*entity.tags);
    for (const std::string& id : entity.enum_ids) text += " enum " + id;
    line(text);
  }
  for (const ActionType& action : schema.actions()) {
    std::string text = ViewOf(action.annotations) + "action " + action.uid.ToString();
    for (const EntityUid& group : action.member_of) text += " in " + group.ToString();
    for (const std::string& type : action.principals) text += " principal " + type;
    for (const std::string& type : action.resources) text += " resource " + type;
    line(text + " context " + ViewOf(action.context));
  }
  return out;
}

}  // namespace hikae::cedar

#endif  // HIKAE_TESTS_CEDAR_SCHEMA_VIEW_H_
