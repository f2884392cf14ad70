// The schema: which entity types, attributes and actions exist. Also what the registry and the reports are typed by.
#ifndef HIKAE_CEDAR_SCHEMA_SCHEMA_H_
#define HIKAE_CEDAR_SCHEMA_SCHEMA_H_

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cedar/value/entity.h"
#include "codec/node.h"

namespace hikae::cedar {

using Annotations = std::map<std::string, std::string>;

struct Attribute;

// A resolved type: no names of common types are left in it.
struct Type {
  enum class Kind : uint8_t { kBool, kLong, kString, kEntity, kSet, kRecord, kDecimal, kIp, kDatetime, kDuration };
  Kind kind = Kind::kBool;
  std::string name;                     // of kEntity: the entity type; of kRecord from a common type: its name
  std::shared_ptr<const Type> element;  // of kSet
  std::vector<Attribute> attributes;    // of kRecord, in the order of the text
  std::vector<uint32_t> by_name;        // the same by name, where they are many; else empty
  std::string ToString() const;         // "Set<Item>", "{on: datetime, …}"
  const Attribute* Find(std::string_view attribute) const;
};

struct Attribute {
  std::string name;
  Type type;
  bool required = true;
  Annotations annotations;
};

struct EntityType {
  std::string name;
  std::vector<std::string> member_of;
  std::vector<Attribute> attributes;  // in the order of the text
  std::vector<uint32_t> by_name;      // the same by name, where they are many; else empty
  std::optional<Type> tags;
  std::vector<std::string> enum_ids;  // not empty for `entity T enum [...]`
  Annotations annotations;
  base::Place where;
  const Attribute* Find(std::string_view attribute) const;
};

struct ActionType {
  EntityUid uid;  // Action::"audit.design"
  std::vector<EntityUid> member_of;
  std::vector<std::string> principals;  // empty when the action applies to nothing (a group)
  std::vector<std::string> resources;
  Type context;
  Annotations annotations;
  base::Place where;
};

// A common type, resolved. Types that use it hold its content, not its name; this is for those who show a schema.
struct CommonType {
  std::string name;
  Type type;
  Annotations annotations;
  base::Place where;
};

struct SourceText {
  std::string file;  // as it is to stand in messages
  std::string text;
};

// Bounds of what a schema may ask of us; each has its own error.
inline constexpr uint32_t kMaxTypeNesting = 100;  // braces and brackets in a text; types within types once resolved
// Types in all, common types counted where they are used, with the names in lists: of parents, principals, resources,
// ids.
inline constexpr size_t kMaxResolvedTypes = 400'000;
inline constexpr size_t kMaxHierarchyPairs = 1'000'000;  // (thing, ancestor), of entity types and of actions each

// Immutable once parsed; shareable between threads; copying shares.
class Schema {
 public:
  // Cedar schema text. Several fragments are resolved together (a pack over the core). Errors: kRules with position.
  static base::Result<Schema> Parse(const std::vector<SourceText>& fragments);
  static base::Result<Schema> FromJson(const codec::Node& json, std::string_view file);

  const std::vector<EntityType>& entity_types() const;  // in the order of the texts
  const std::vector<ActionType>& actions() const;
  const EntityType* FindEntityType(std::string_view name) const;
  const ActionType* FindAction(const EntityUid& uid) const;
  const std::vector<CommonType>& common_types() const;
  // Of a namespace as declared; nullptr when there is none of this name, or it is not annotated.
  const Annotations* NamespaceAnnotations(std::string_view name) const;

  // Conformance. An error names the entity, the attribute, what was expected and what was found.
  base::Result<void> CheckEntity(const Entity& entity) const;
  base::Result<void> CheckRequest(const Request& request) const;
  // JSON to a value of the given type: __entity and __extn may be left implicit. `where` names it in messages.
  base::Result<Value> ReadValue(const codec::Node& json, const Type& type, std::string_view file,
                                const std::string& where = "value") const;

  struct Rep;
  const Rep& rep() const { return *rep_; }

 private:
  friend base::Result<Schema> UniteSchemas(const std::vector<std::vector<SourceText>>& schemas,
                                           const std::set<std::string, std::less<>>& open);  // schema_unite.h
  explicit Schema(std::shared_ptr<const Rep> rep) : rep_(std::move(rep)) {}
  std::shared_ptr<const Rep> rep_;
};

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_SCHEMA_SCHEMA_H_
