// The entities of one audit while facts are measured: rows of the registry, versions of a profile, stubs.
#ifndef HIKAE_AUDIT_WORKING_SET_H_
#define HIKAE_AUDIT_WORKING_SET_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
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
};

// Grows, never shrinks: an Index stays valid. Not thread-safe.
class WorkingSet {
 public:
  void Reserve(size_t count);
  Index Add(cedar::Entity entity, Provenance provenance);  // the uid must be new
  std::optional<Index> Find(const cedar::EntityUid& uid) const;
  const std::vector<Index>& OfType(std::string_view type) const;  // in the order they were added

  size_t size() const { return provenance_.size(); }
  const cedar::Entity& entity(Index index) const {
    return index < shared_.size() ? *shared_[index] : own_[index - shared_.size()];
  }
  // Of one that is the set's own.
  cedar::Entity& own(Index index) { return own_[index - shared_.size()]; }
  const Provenance& provenance(Index index) const { return provenance_[index]; }

  // That the attribute was measured, and from what. The name has to stay.
  void SetMeasured(Index index, std::string_view attribute, std::span<const Origin> origins);
  // nullopt: it was not measured. Valid until the next SetMeasured.
  std::optional<std::span<const Origin>> Measured(Index index, std::string_view attribute) const;

  void ExpectMeasured(Index index, size_t count) { measured_[index].reserve(count); }

  // Gives away all entities, and `others` among them, in the order of uids, so that there is one copy of each. Once;
  // and before anything is read again, the store of these is given back.
  std::vector<cedar::Entity> Release(std::vector<cedar::Entity> others);
  void Share(std::shared_ptr<const cedar::Entities> store);
  // Those that the set has itself: all, until they are released, and those added since.
  const std::vector<cedar::Entity>& own() const { return own_; }

  // Rows of these types were added one by one, so that a document and a line do not say which of them it was.
  void NameLedgers(std::set<std::string, std::less<>> types) { ledgers_ = std::move(types); }
  // "document:line" of what the attribute was read or measured from, "; " between, in order and each once; where that
  // is another row of a ledger, it follows: document:line (Type::"id"). "" when nothing of the registry stands behind
  // it. Long lists are cut with their number: "…; +12".
  static constexpr size_t kFewPlaces = 8, kManyPlaces = 1000;
  std::string SourceOf(Index index, std::string_view attribute, size_t most = kFewPlaces) const;

 private:
  struct Measurement {
    std::string_view attribute;
    uint32_t begin, count;  // of its origins
  };
  static constexpr Index kOther = UINT32_MAX;
  void Grow(size_t slots);
  size_t SlotOf(uint64_t hash) const { return hash & (slots_.size() - 1); }
  void CollectPlaces(const Origin& origin, size_t depth,
                     std::vector<std::pair<const registry::Row*, uint32_t>>& places) const;

  std::shared_ptr<const cedar::Entities> store_;
  std::vector<const cedar::Entity*> shared_;  // in the store
  std::vector<cedar::Entity> own_;            // those that follow
  std::vector<Index> released_;               // between Release and Share: as given away; kOther for what is not here
  std::vector<Provenance> provenance_;
  std::vector<std::vector<Measurement>> measured_;
  std::set<std::string, std::less<>> ledgers_;
  std::vector<Origin> origins_;  // of all measurements, in large pieces
  // Found by their uids, by open addressing: number + 1.
  std::vector<uint64_t> hashes_;
  std::vector<Index> slots_ = std::vector<Index>(64);
  std::map<std::string, std::vector<Index>, std::less<>> by_type_;
};

// The entities a value names, sets and records included.
void ForEachEntity(const cedar::Value& value, const std::function<void(const cedar::EntityUid&)>& use);

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_WORKING_SET_H_
