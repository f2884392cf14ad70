// The entities of one audit while facts are measured: rows of the registry, versions of a profile, stubs.
#ifndef HIKAE_AUDIT_WORKING_SET_H_
#define HIKAE_AUDIT_WORKING_SET_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cedar/entities/entities.h"
#include "registry/registry.h"

namespace hikae::audit {

using Index = uint32_t;  // of an entity in its WorkingSet

// One attribute of one entity that a fact was measured from. attribute "" is the entity's existence.
struct Origin {
  Index entity = 0;
  std::string_view attribute;  // lives in the pack's plan or in the registry's row
  friend bool operator==(const Origin&, const Origin&) = default;
};

// What an entity is besides its attributes.
struct Provenance {
  const registry::Row* row = nullptr;  // nullptr: a stub
  bool counterpart = false;            // today's version of an approved declaration or its part: compared, not judged
  std::vector<std::pair<std::string_view, std::vector<Origin>>> measured;  // by attribute
  const std::vector<Origin>* Measured(std::string_view attribute) const;
};

// Grows, never shrinks: an Index stays valid. Not thread-safe.
class WorkingSet {
 public:
  Index Add(cedar::Entity entity, Provenance provenance);  // the uid must be new
  std::optional<Index> Find(const cedar::EntityUid& uid) const;
  const std::vector<Index>& OfType(std::string_view type) const;  // in the order they were added

  size_t size() const { return entities_.size(); }
  cedar::Entity& entity(Index index) { return entities_[index]; }
  const cedar::Entity& entity(Index index) const { return entities_[index]; }
  Provenance& provenance(Index index) { return provenance_[index]; }
  const Provenance& provenance(Index index) const { return provenance_[index]; }
  const std::vector<cedar::Entity>& entities() const { return entities_; }

  // "document:line" of what the attribute was read or measured from, "; " between, in order and each once. "" when
  // nothing of the registry stands behind it. Long lists are cut with their number: "…; +12".
  std::string SourceOf(Index index, std::string_view attribute) const;

 private:
  struct UidHash {
    size_t operator()(const cedar::EntityUid& uid) const {
      return std::hash<std::string>()(uid.id) * 31 + std::hash<std::string>()(uid.type);
    }
  };
  void CollectPlaces(const Origin& origin, size_t depth,
                     std::vector<std::pair<const registry::Row*, uint32_t>>& places) const;

  std::vector<cedar::Entity> entities_;
  std::vector<Provenance> provenance_;
  std::unordered_map<cedar::EntityUid, Index, UidHash> index_;
  std::map<std::string, std::vector<Index>, std::less<>> by_type_;
};

// The entities a value names, sets and records included.
void ForEachEntity(const cedar::Value& value, const std::function<void(const cedar::EntityUid&)>& use);

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_WORKING_SET_H_
