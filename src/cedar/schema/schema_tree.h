// A schema as written, before names are resolved: what its text form and its JSON form have in common. Internal.
#ifndef HIKAE_CEDAR_SCHEMA_SCHEMA_TREE_H_
#define HIKAE_CEDAR_SCHEMA_SCHEMA_TREE_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cedar/schema/schema.h"

namespace hikae::cedar {

struct RawName {
  std::string text;  // "User", "Ns::User", "__cedar::Long"
  base::Place where;
};

struct RawAttribute;

struct RawType {
  enum class Kind : uint8_t {
    kName,     // a common type, an entity type or a built-in one, in this order
    kEntity,   // JSON {"type": "Entity"}: an entity type only
    kCommon,   // JSON {"type": "Name"}: no entity type
    kBuiltIn,  // JSON {"type": "Long"}, {"type": "Extension"}
    kSet,
    kRecord,
  };
  Kind kind = Kind::kRecord;
  RawName name;
  std::unique_ptr<RawType> element;
  std::vector<RawAttribute> attributes;
};

struct RawAttribute {
  RawName name;
  RawType type;
  bool required = true;
  Annotations annotations;
};

struct RawCommonType {
  RawName name;
  RawType type;
  Annotations annotations;
};

struct RawEntityType {
  std::vector<RawName> names;
  std::vector<RawName> member_of;
  RawType shape;  // a record; from JSON also the name of a common type
  std::optional<RawType> tags;
  std::vector<RawName> enum_ids;
  Annotations annotations;
};

// An action named by its id alone stands in the namespace it is named in, or in none.
struct RawActionRef {
  std::optional<std::string> type;
  RawName id;
};

struct RawAction {
  std::vector<RawName> names;
  std::vector<RawActionRef> member_of;
  std::vector<RawName> principals;
  std::vector<RawName> resources;
  std::optional<RawType> context;
  Annotations annotations;
};

// One namespace of one fragment. The declarations outside of any namespace have the name "".
struct RawNamespace {
  RawName name;
  Annotations annotations;
  std::vector<RawCommonType> common_types;
  std::vector<RawEntityType> entity_types;
  std::vector<RawAction> actions;
};

using RawFragment = std::vector<RawNamespace>;

// Errors: kRules with the place.
base::Result<RawFragment> ParseSchemaText(const SourceText& source);
base::Result<RawFragment> ReadSchemaJson(const codec::Node& json, std::string_view file);

// A common type may not be called so; the JSON form gives these words a meaning.
bool IsSchemaKeyword(std::string_view name);
// "Ns::User" in namespace Ns, "User" in none.
std::string Qualified(std::string_view name_space, std::string_view name);

base::Error SchemaError(const base::Place& where, std::string text, std::string hint = {});

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_SCHEMA_SCHEMA_TREE_H_
