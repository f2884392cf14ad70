// The entity store a decision reads: attributes, tags, and the hierarchy.
#ifndef HIKAE_CEDAR_ENTITIES_ENTITIES_H_
#define HIKAE_CEDAR_ENTITIES_ENTITIES_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cedar/value/entity.h"

namespace hikae::cedar {

class Schema;

// Of each entity, the ancestors of each of its parents, in a store that is built and in one change of a store: deep
// hierarchies would need room by the square of their size.
inline constexpr size_t kMaxAncestorPairs = 20'000'000;

// Immutable once built; shareable between threads. Hold it by shared_ptr: With makes other versions, which share what
// did not change.
class Entities {
 public:
  // Errors (kArgument): duplicate uid, a cycle in the hierarchy, and, with a schema, anything that does not conform.
  static base::Result<Entities> Create(std::vector<Entity> entities, const Schema* schema = nullptr);
  // Cedar's JSON form: [{"uid": …, "attrs": {…}, "parents": […], "tags": {…}}]. With a schema, __entity and __extn may
  // be implicit, and actions of the schema are added.
  static base::Result<Entities> FromJson(const codec::Node& json, std::string_view file,
                                         const Schema* schema = nullptr);
  codec::Node ToJson() const;

  // Another version, in which `put` are added or replace those of their uids, and `remove` are gone. Costs what the
  // change does: its entities, and those below an entity whose parents change, in a store of any size. A store that a
  // schema was given goes on being checked by it. Errors leave this version as it is: as of Create, kNotFound for what
  // is to be removed and not there, and a uid that is named twice.
  base::Result<Entities> With(std::vector<Entity> put, std::vector<EntityUid> remove,
                              const Schema* schema = nullptr) const;

  Entities(Entities&&) noexcept;
  Entities& operator=(Entities&&) noexcept;
  ~Entities();

  const Entity* Find(const EntityUid& uid) const;
  std::vector<const Entity*> All() const;                                   // ordered by uid
  bool IsIn(const EntityUid& descendant, const EntityUid& ancestor) const;  // reflexive, transitive
  size_t size() const;
  // The schema that all entities were found to conform to; nullptr when none was given.
  const Schema* checked_against() const;

  struct Rep;
  const Rep& rep() const { return *rep_; }

 private:
  explicit Entities(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_ENTITIES_ENTITIES_H_
