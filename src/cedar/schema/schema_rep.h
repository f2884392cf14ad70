// The inside of a schema, for the files of this folder that check values and policies against it.
#ifndef HIKAE_CEDAR_SCHEMA_SCHEMA_REP_H_
#define HIKAE_CEDAR_SCHEMA_SCHEMA_REP_H_

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "cedar/schema/schema.h"
#include "cedar/schema/schema_tree.h"

namespace hikae::cedar {

struct Schema::Rep {
  std::vector<EntityType> entity_types;
  std::vector<ActionType> actions;
  std::vector<CommonType> common_types;
  std::map<std::string, Annotations, std::less<>> namespaces;

  std::map<std::string, size_t, std::less<>> entity_index;
  std::map<EntityUid, size_t> action_index;
  std::map<std::string, std::unordered_set<std::string>, std::less<>> enum_index;  // ids of the enumerated types
  std::set<std::string, std::less<>> action_entity_types;  // "Action", "Ns::Action": of the declared actions
  // Transitive, without the thing itself unless it may contain itself (entity types only).
  std::map<std::string, std::set<std::string>, std::less<>> entity_ancestors;
  std::map<EntityUid, std::set<EntityUid>> action_ancestors;

  const EntityType* FindEntity(std::string_view name) const;
  const ActionType* FindAction(const EntityUid& uid) const;
  bool IsActionType(std::string_view type) const { return action_entity_types.contains(type); }
  // May an entity of `type` be `in` one of `ancestor`? Reflexive.
  bool MayBeIn(std::string_view type, std::string_view ancestor) const;
  bool ActionIsIn(const EntityUid& action, const EntityUid& group) const;  // reflexive
  // Names to choose the nearest from in a message.
  std::vector<std::string> EntityNames() const;
};

// Resolves the names of all fragments together.
base::Result<Schema::Rep> ResolveSchema(const std::vector<RawFragment>& fragments);

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_SCHEMA_SCHEMA_REP_H_
