// Cedar's JSON form of entities.
#include <fmt/format.h>

#include <set>
#include <utility>

#include "cedar/entities/entities.h"
#include "cedar/schema/schema.h"

namespace hikae::cedar {
namespace {

using codec::Node;

base::Error Bad(const Node& at, std::string_view file, std::string text, std::string hint = {}) {
  return base::Error(base::Status::kArgument, {std::move(text), {}},
                     {std::string(file), at.mark().line, at.mark().column}, {std::move(hint), {}});
}

base::Result<Value> ReadTyped(const Node& json, const Type* type, const Schema* schema, std::string_view file) {
  if (schema != nullptr && type != nullptr) return schema->ReadValue(json, *type, file);
  return Value::FromJson(json, file);
}

base::Result<void> ReadAttributes(const Node& json, const EntityType* type, const Schema* schema, std::string_view file,
                                  Entity& out) {
  if (!json.IsMap()) return Bad(json, file, "\"attrs\" needs a map");
  for (const auto& [name, inside] : json.entries()) {
    const Attribute* attribute = type != nullptr ? type->Find(name) : nullptr;
    HIKAE_TRY(Value value, ReadTyped(inside, attribute != nullptr ? &attribute->type : nullptr, schema, file));
    out.attributes.emplace(name, std::move(value));
  }
  return {};
}

base::Result<void> ReadTags(const Node& json, const EntityType* type, const Schema* schema, std::string_view file,
                            Entity& out) {
  if (!json.IsMap()) return Bad(json, file, "\"tags\" needs a map");
  const Type* tag_type = type != nullptr && type->tags ? &*type->tags : nullptr;
  for (const auto& [name, inside] : json.entries()) {
    HIKAE_TRY(Value value, ReadTyped(inside, tag_type, schema, file));
    out.tags.emplace(name, std::move(value));
  }
  return {};
}

base::Result<Entity> ReadEntity(const Node& json, const Schema* schema, std::string_view file) {
  const Node* uid = json.Find("uid");
  if (uid == nullptr) return Bad(json, file, "an entity needs \"uid\"", R"({"uid": …, "attrs": {…}, "parents": […]})");
  Entity out;
  HIKAE_TRY(out.uid, ReadUid(*uid, file));
  const EntityType* type = schema != nullptr ? schema->FindEntityType(out.uid.type) : nullptr;
  for (const auto& [key, inside] : json.entries()) {
    if (key == "uid") continue;
    if (key == "attrs") {
      HIKAE_CHECK(ReadAttributes(inside, type, schema, file, out));
    } else if (key == "tags") {
      HIKAE_CHECK(ReadTags(inside, type, schema, file, out));
    } else if (key == "parents" && inside.IsList()) {
      for (const Node& parent : inside.items()) {
        HIKAE_TRY(EntityUid above, ReadUid(parent, file));
        out.parents.push_back(std::move(above));
      }
    } else {
      return Bad(inside, file, fmt::format("unexpected \"{}\" in an entity", key),
                 key == "parents" ? "\"parents\" needs a list" : "known are uid, attrs, parents, tags");
    }
  }
  return out;
}

Node UidJson(const EntityUid& uid) {
  return Node::Map({{"type", Node::String(uid.type)}, {"id", Node::String(uid.id)}});
}

Node ValuesJson(const std::map<std::string, Value>& values) {
  Node map = Node::Map();
  for (const auto& [name, value] : values) map.AddEntry(name, {}, value.ToJson());
  return map;
}

}  // namespace

base::Result<Entities> Entities::FromJson(const Node& json, std::string_view file, const Schema* schema) {
  if (!json.IsList()) return Bad(json, file, "entities need a list", "[{\"uid\": …}, …]");
  std::vector<Entity> entities;
  std::set<EntityUid> given;
  for (const Node& item : json.items()) {
    HIKAE_TRY(Entity entity, ReadEntity(item, schema, file));
    if (!given.insert(entity.uid).second) return Bad(item, file, entity.uid.ToString() + " is given twice");
    entities.push_back(std::move(entity));
  }
  if (schema != nullptr) {
    for (const ActionType& action : schema->actions()) {
      if (given.contains(action.uid)) continue;
      Entity entity;
      entity.uid = action.uid;
      entity.parents = action.member_of;
      entities.push_back(std::move(entity));
    }
  }
  return Create(std::move(entities), schema);
}

Node Entities::ToJson() const {
  Node list = Node::List();
  for (const Entity* entity : All()) {
    Node item = Node::Map();
    item.Set("uid", UidJson(entity->uid));
    item.Set("attrs", ValuesJson(entity->attributes));
    Node parents = Node::List();
    for (const EntityUid& parent : entity->parents) parents.Append(UidJson(parent));
    item.Set("parents", std::move(parents));
    if (!entity->tags.empty()) item.Set("tags", ValuesJson(entity->tags));
    list.Append(std::move(item));
  }
  return list;
}

}  // namespace hikae::cedar
