// Reads Cedar's JSON form of a schema: {"": {"commonTypes": …, "entityTypes": …, "actions": …}, …}. Strict: an unknown
// key is an error, because a misspelt key would be a rule lost.

#include <set>

#include "cedar/schema_tree.h"

namespace hikae::cedar {
namespace {

using base::Error;
using base::Result;
using base::Status;
using codec::Node;

class SchemaJsonReader {
 public:
  explicit SchemaJsonReader(std::string_view file) : file_(file) {}

  Result<std::vector<RawNamespace>> Read(const Node& json) const {
    if (!json.IsMap()) return Bad(json, "a schema is an object of namespaces");
    std::vector<RawNamespace> out;
    for (const auto& [name, body] : json.entries()) {
      RawNamespace space;
      space.name = name;
      HIKAE_CHECK(Only(body, {"commonTypes", "entityTypes", "actions", "annotations"}));
      if (const Node* commons = body.Find("commonTypes")) HIKAE_CHECK(Commons(*commons, space));
      if (const Node* entities = body.Find("entityTypes")) HIKAE_CHECK(Entities(*entities, space));
      if (const Node* actions = body.Find("actions")) HIKAE_CHECK(Actions(*actions, space));
      out.push_back(std::move(space));
    }
    return out;
  }

 private:
  base::Place At(const Node& json) const { return {file_, json.mark().line, json.mark().column}; }
  Error Bad(const Node& json, std::string text, std::string hint = {}) const {
    return Error(Status::kRules, {std::move(text), {}}, At(json), {std::move(hint), {}});
  }
  Result<void> Only(const Node& json, const std::set<std::string_view>& keys) const {
    if (!json.IsMap()) return Bad(json, "expected an object");
    for (const auto& [key, value] : json.entries()) {
      if (keys.contains(key)) continue;
      const std::string_view nearest = base::Nearest(key, std::vector<std::string>(keys.begin(), keys.end()));
      return Bad(value, "unknown key \"" + key + "\"",
                 nearest.empty() ? std::string() : "did you mean \"" + std::string(nearest) + "\"?");
    }
    return {};
  }
  Result<Annotations> ReadAnnotations(const Node& owner) const {
    Annotations out;
    const Node* json = owner.Find("annotations");
    if (json == nullptr) return out;
    if (!json->IsMap()) return Bad(*json, "annotations are an object of texts");
    for (const auto& [key, value] : json->entries()) {
      if (!value.IsText() && !value.IsNull()) return Bad(value, "an annotation is a text");
      out.emplace(key, value.text());
    }
    return out;
  }
  Result<std::string> Text(const Node& json, const char* what) const {
    if (!json.IsText()) return Bad(json, std::string(what) + " is a text");
    return json.text();
  }

  Result<void> Commons(const Node& json, RawNamespace& space) const {
    if (!json.IsMap()) return Bad(json, "\"commonTypes\" is an object");
    for (const auto& [name, body] : json.entries()) {
      HIKAE_TRY(RawType type, Type(body, 0));
      HIKAE_TRY(Annotations annotations, ReadAnnotations(body));
      space.commons.push_back({name, std::move(type), std::move(annotations), At(body)});
    }
    return {};
  }

  Result<void> Entities(const Node& json, RawNamespace& space) const {
    if (!json.IsMap()) return Bad(json, "\"entityTypes\" is an object");
    for (const auto& [name, body] : json.entries()) {
      HIKAE_CHECK(Only(body, {"memberOfTypes", "shape", "tags", "enum", "annotations"}));
      RawEntity entity;
      entity.name = name;
      entity.where = At(body);
      HIKAE_TRY(entity.annotations, ReadAnnotations(body));
      if (const Node* parents = body.Find("memberOfTypes")) HIKAE_CHECK(Names(*parents, entity.member_of));
      if (const Node* shape = body.Find("shape")) {
        HIKAE_TRY(entity.shape, Type(*shape, 0));
      }
      if (const Node* tags = body.Find("tags")) {
        HIKAE_TRY(entity.tags, Type(*tags, 0));
      }
      if (const Node* ids = body.Find("enum")) {
        if (!ids->IsList() || ids->items().empty()) return Bad(*ids, "\"enum\" is a list of ids");
        for (const Node& id : ids->items()) {
          HIKAE_TRY(std::string text, Text(id, "an id"));
          entity.enum_ids.push_back(std::move(text));
        }
      }
      space.entities.push_back(std::move(entity));
    }
    return {};
  }

  Result<void> Names(const Node& json, std::vector<RawName>& out) const {
    if (!json.IsList()) return Bad(json, "expected a list of entity types");
    for (const Node& item : json.items()) {
      HIKAE_TRY(std::string name, Text(item, "an entity type"));
      out.push_back({std::move(name), {}, At(item)});
    }
    return {};
  }

  Result<void> Actions(const Node& json, RawNamespace& space) const {
    if (!json.IsMap()) return Bad(json, "\"actions\" is an object");
    for (const auto& [id, body] : json.entries()) {
      HIKAE_CHECK(Only(body, {"memberOf", "appliesTo", "attributes", "annotations"}));
      RawAction action;
      action.id = id;
      action.where = At(body);
      HIKAE_TRY(action.annotations, ReadAnnotations(body));
      if (const Node* groups = body.Find("memberOf"); groups != nullptr && !groups->IsNull()) {
        if (!groups->IsList()) return Bad(*groups, "\"memberOf\" is a list of actions");
        for (const Node& group : groups->items()) {
          HIKAE_CHECK(Only(group, {"id", "type"}));
          if (group.Find("id") == nullptr) return Bad(group, "an action group has an \"id\"");
          HIKAE_TRY(std::string group_id, Text(*group.Find("id"), "an action's id"));
          const Node* type = group.Find("type");
          action.member_of.push_back(
              {std::move(group_id), type != nullptr && type->IsText() ? type->text() : std::string(), At(group)});
        }
      }
      if (const Node* applies = body.Find("appliesTo"); applies != nullptr && !applies->IsNull())
        HIKAE_CHECK(AppliesTo(*applies, action));
      space.actions.push_back(std::move(action));
    }
    return {};
  }

  Result<void> AppliesTo(const Node& json, RawAction& action) const {
    HIKAE_CHECK(Only(json, {"principalTypes", "resourceTypes", "context"}));
    const Node* principals = json.Find("principalTypes");
    const Node* resources = json.Find("resourceTypes");
    if (principals == nullptr || resources == nullptr)
      return Bad(json, "\"appliesTo\" has \"principalTypes\" and \"resourceTypes\"");
    HIKAE_CHECK(Names(*principals, action.principals));
    HIKAE_CHECK(Names(*resources, action.resources));
    action.applies = !action.principals.empty() && !action.resources.empty();
    if (const Node* context = json.Find("context"); context != nullptr && !context->IsNull()) {
      HIKAE_TRY(action.context, Type(*context, 0));
    }
    return {};
  }

  Result<RawType> Type(const Node& json, size_t depth) const {
    if (depth > kMaxTypeNesting) return Bad(json, "types are nested deeper than " + std::to_string(kMaxTypeNesting));
    if (!json.IsMap() || json.Find("type") == nullptr) return Bad(json, "a type is an object with a \"type\"");
    HIKAE_TRY(const std::string kind, Text(*json.Find("type"), "\"type\""));
    RawType out;
    out.where = At(json);
    const auto named = [&](RawType::Kind to) -> Result<RawType> {
      if (json.Find("name") == nullptr) return Bad(json, "this type has a \"name\"");
      HIKAE_TRY(out.name, Text(*json.Find("name"), "\"name\""));
      out.kind = to;
      return out;
    };
    if (kind == "Entity") return named(RawType::Kind::kEntity);
    if (kind == "Extension") return named(RawType::Kind::kExtension);
    if (kind == "EntityOrCommon") return named(RawType::Kind::kName);
    if (kind == "Set") {
      if (json.Find("element") == nullptr) return Bad(json, "a Set has an \"element\"");
      HIKAE_TRY(RawType element, Type(*json.Find("element"), depth + 1));
      out.kind = RawType::Kind::kSet;
      out.element = std::make_shared<RawType>(std::move(element));
      return out;
    }
    if (kind == "Record") return Record(json, depth);
    out.kind = RawType::Kind::kName;
    out.name = kind == "Boolean" || kind == "Long" || kind == "String" || kind == "Bool" ? "__cedar::" + kind : kind;
    return out;
  }

  Result<RawType> Record(const Node& json, size_t depth) const {
    HIKAE_CHECK(Only(json, {"type", "attributes", "additionalAttributes", "annotations", "required"}));
    RawType out;
    out.kind = RawType::Kind::kRecord;
    out.where = At(json);
    const Node* attributes = json.Find("attributes");
    if (attributes == nullptr || !attributes->IsMap()) return Bad(json, "a Record has \"attributes\"");
    for (const auto& [name, body] : attributes->entries()) {
      RawAttribute attribute;
      attribute.name = name;
      attribute.where = At(body);
      const Node* required = body.Find("required");
      if (required != nullptr && required->kind() != Node::Kind::kBool)
        return Bad(*required, "\"required\" is true or false");
      attribute.required = required == nullptr || required->boolean();
      HIKAE_TRY(attribute.annotations, ReadAnnotations(body));
      HIKAE_TRY(attribute.type, Type(body, depth + 1));
      out.attributes.push_back(std::move(attribute));
    }
    return out;
  }

  std::string file_;
};

}  // namespace

Result<std::vector<RawNamespace>> ReadSchemaJson(const Node& json, std::string_view file) {
  return SchemaJsonReader(file).Read(json);
}

}  // namespace hikae::cedar
