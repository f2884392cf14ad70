// A schema as written, before names are resolved. Internal to the schema readers (text, JSON) and the resolver.
#ifndef HIKAE_CEDAR_SCHEMA_TREE_H_
#define HIKAE_CEDAR_SCHEMA_TREE_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cedar/schema.h"

namespace hikae::cedar {

// Types nested deeper than this are refused, in text and in JSON.
inline constexpr size_t kMaxTypeNesting = 100;

struct RawAttribute;

struct RawType {
  enum class Kind : uint8_t { kName, kEntity, kExtension, kSet, kRecord };  // kEntity, kExtension: JSON says which
  Kind kind = Kind::kName;
  std::string name;
  std::shared_ptr<RawType> element;
  std::vector<RawAttribute> attributes;
  base::Place where;
};

struct RawAttribute {
  std::string name;
  bool required = true;
  RawType type;
  Annotations annotations;
  base::Place where;
};

struct RawName {
  std::string name;  // a path, or an action id
  std::string type;  // of an action reference: the path before the id; "" = the namespace's own Action
  base::Place where;
};

struct RawEntity {
  std::string name;
  std::vector<RawName> member_of;
  RawType shape{RawType::Kind::kRecord, {}, {}, {}, {}};
  std::optional<RawType> tags;
  std::vector<std::string> enum_ids;
  Annotations annotations;
  base::Place where;
};

struct RawAction {
  std::string id;
  std::vector<RawName> member_of;
  bool applies = false;
  std::vector<RawName> principals;
  std::vector<RawName> resources;
  std::optional<RawType> context;
  Annotations annotations;
  base::Place where;
};

struct RawCommon {
  std::string name;
  RawType type;
  Annotations annotations;
  base::Place where;
};

struct RawNamespace {
  std::string name;  // "" = none
  std::vector<RawEntity> entities;
  std::vector<RawAction> actions;
  std::vector<RawCommon> commons;
};

base::Result<std::vector<RawNamespace>> ReadSchemaText(const SourceText& source);
base::Result<std::vector<RawNamespace>> ReadSchemaJson(const codec::Node& json, std::string_view file);

struct Schema::Rep {
  std::vector<EntityType> entity_types;
  std::vector<ActionType> actions;
  std::map<std::string, size_t, std::less<>> entity_index;
  std::map<EntityUid, size_t> action_index;
  // For each entity type, the types an entity of it may be `in`, at any distance; without itself.
  std::vector<std::vector<std::string>> ancestors;
};

base::Result<std::shared_ptr<const Schema::Rep>> ResolveSchema(const std::vector<RawNamespace>& namespaces);

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_SCHEMA_TREE_H_
