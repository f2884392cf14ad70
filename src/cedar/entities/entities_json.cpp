// Cedar's JSON form of entities.
#include <fmt/format.h>

#include <map>
#include <utility>

#include "cedar/entities/entities.h"
#include "cedar/schema/schema.h"
#include "cedar/text/lexer.h"
#include "cedar/value/value_json.h"

namespace hikae::cedar {
namespace {

using codec::Mark;
using codec::Node;

constexpr std::string_view kForm = R"({"uid": …, "attrs": {…}, "parents": […]})";

bool IsAction(std::string_view type) { return type == "Action" || type.ends_with("::Action"); }

// One document, read from front to back; nothing is kept when one entity of it is refused.
class EntitiesReader {
 public:
  EntitiesReader(std::string_view file, const Schema* schema) : file_(file), schema_(schema) {}

  base::Result<std::vector<Entity>> Run(const Node& json) {
    if (!json.IsList()) return Bad(json.mark(), "entities need a list", "[{\"uid\": …}, …]");
    std::vector<Entity> out;
    out.reserve(json.items().size());
    for (const Node& item : json.items()) {
      HIKAE_TRY(Entity entity, ReadEntity(item));
      if (const auto [first, added] = given_.emplace(entity.uid, item.mark()); !added) {
        return Bad(item.mark(), entity.uid.ToString() + " is given twice",
                   fmt::format("first at {}", PlaceOf(first->second).ToString()));
      }
      out.push_back(std::move(entity));
    }
    if (schema_ != nullptr) AddActions(out);
    return out;
  }

  // A fault found only once all entities were there: it begins with the name of its entity, which has a place.
  base::Error Placed(base::Error error) const {
    for (const auto& [uid, mark] : given_) {
      const std::string name = uid.ToString();
      const bool named =
          error.text.en.starts_with(name) && error.text.en.find_first_of(" :.", name.size()) == name.size();
      if (named) error.where = PlaceOf(mark);
    }
    if (error.where.file.empty()) error.where.file = file_;
    return error;
  }

 private:
  base::Result<Entity> ReadEntity(const Node& json) const {
    const Node* uid = json.Find("uid");
    if (uid == nullptr) return Bad(json.mark(), "an entity needs \"uid\"", std::string(kForm));
    Entity out;
    HIKAE_TRY(out.uid, ReadUid(*uid, file_));
    const EntityType* type = schema_ != nullptr ? schema_->FindEntityType(out.uid.type) : nullptr;
    for (size_t i = 0; i < json.entries().size(); ++i) {
      const auto& [key, inside] = json.entries()[i];
      if (key == "uid") continue;
      if (key == "attrs") {
        HIKAE_CHECK(ReadAttributes(inside, type, out));
      } else if (key == "tags") {
        HIKAE_CHECK(ReadTags(inside, type, out));
      } else if (key == "parents") {
        HIKAE_CHECK(ReadParents(inside, out));
      } else {
        return Bad(json.KeyMark(i), fmt::format("unexpected {} in an entity", Quote(key)),
                   "known are uid, attrs, parents, tags");
      }
    }
    return out;
  }

  base::Result<void> ReadAttributes(const Node& json, const EntityType* type, Entity& out) const {
    if (!json.IsMap()) return Bad(json.mark(), "\"attrs\" needs a map");
    for (const auto& [name, inside] : json.entries()) {
      // What the type does not have is refused with the entity as a whole.
      const Attribute* attribute = type != nullptr ? type->Find(name) : nullptr;
      const std::string where = attribute != nullptr ? out.uid.ToString() + "." + name : std::string();
      HIKAE_TRY(Value value, ReadTyped(inside, attribute != nullptr ? &attribute->type : nullptr, where));
      out.attributes.emplace(name, std::move(value));
    }
    return {};
  }

  base::Result<void> ReadTags(const Node& json, const EntityType* type, Entity& out) const {
    if (!json.IsMap()) return Bad(json.mark(), "\"tags\" needs a map");
    const Type* tag_type = type != nullptr && type->tags ? &*type->tags : nullptr;
    for (const auto& [name, inside] : json.entries()) {
      const std::string where = tag_type != nullptr ? fmt::format("{} tag {}", out.uid.ToString(), Quote(name)) : "";
      HIKAE_TRY(Value value, ReadTyped(inside, tag_type, where));
      out.tags.emplace(name, std::move(value));
    }
    return {};
  }

  base::Result<void> ReadParents(const Node& json, Entity& out) const {
    if (!json.IsList()) return Bad(json.mark(), "\"parents\" needs a list");
    for (const Node& parent : json.items()) {
      HIKAE_TRY(EntityUid above, ReadUid(parent, file_));
      if (IsAction(out.uid.type) && !IsAction(above.type)) {
        return Bad(parent.mark(), fmt::format("the action {} is in {}", out.uid.ToString(), above.ToString()),
                   "actions are in actions only");
      }
      out.parents.push_back(std::move(above));
    }
    return {};
  }

  base::Result<Value> ReadTyped(const Node& json, const Type* type, const std::string& where) const {
    return type != nullptr ? schema_->ReadValue(json, *type, file_, where) : Value::FromJson(json, file_);
  }

  void AddActions(std::vector<Entity>& out) const {
    for (const ActionType& action : schema_->actions()) {
      if (given_.contains(action.uid)) continue;
      Entity entity;
      entity.uid = action.uid;
      entity.parents = action.member_of;
      out.push_back(std::move(entity));
    }
  }

  base::Place PlaceOf(Mark mark) const { return {std::string(file_), mark.line, mark.column}; }
  base::Error Bad(Mark mark, std::string text, std::string hint = {}) const {
    return base::Error(base::Status::kArgument, {std::move(text), {}}, PlaceOf(mark), {std::move(hint), {}});
  }

  std::string_view file_;
  const Schema* schema_;
  std::map<EntityUid, Mark> given_;
};

Node ValuesJson(const std::map<std::string, Value>& values) {
  Node map = Node::Map();
  for (const auto& [name, value] : values) map.AddEntry(name, {}, value.ToJson());
  return map;
}

}  // namespace

base::Result<Entities> Entities::FromJson(const Node& json, std::string_view file, const Schema* schema) {
  EntitiesReader reader(file, schema);
  HIKAE_TRY(std::vector<Entity> entities, reader.Run(json));
  auto out = Create(std::move(entities), schema);
  if (!out.ok()) return reader.Placed(std::move(out).error());
  return out;
}

Node Entities::ToJson() const {
  Node list = Node::List();
  for (const Entity* entity : All()) {
    Node item = Node::Map();
    item.Set("uid", UidToJson(entity->uid));
    item.Set("attrs", ValuesJson(entity->attributes));
    Node parents = Node::List();
    for (const EntityUid& parent : entity->parents) parents.Append(UidToJson(parent));
    item.Set("parents", std::move(parents));
    if (!entity->tags.empty()) item.Set("tags", ValuesJson(entity->tags));
    list.Append(std::move(item));
  }
  return list;
}

}  // namespace hikae::cedar
