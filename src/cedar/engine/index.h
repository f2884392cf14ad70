// Which policies can match a request at all: found through the entities and types that scopes name, so that the cost of
// a decision follows what can match and not how many policies there are. A candidate may still turn out not to match;
// one that matches is never left out. Immutable; shareable between threads.
#ifndef HIKAE_CEDAR_ENGINE_INDEX_H_
#define HIKAE_CEDAR_ENGINE_INDEX_H_

#include <array>
#include <cstdint>
#include <vector>

#include "cedar/engine/machine.h"
#include "cedar/engine/program.h"
#include "cedar/entities/store.h"

namespace hikae::cedar {

class PolicyIndex {
 public:
  // Policies are known by their place in the list.
  explicit PolicyIndex(const std::vector<const CompiledPolicy*>& policies);

  // visit(policy) for every candidate; one may come twice when its scope lists several actions.
  template <class Visit>
  void Candidates(const Frame& frame, const Entities::Rep& store, Visit visit) const;

 private:
  // What a scope says of one variable, as one number. Entities and types are told apart by their hashes alone: a clash
  // costs a candidate too many.
  enum class Side : uint64_t { kAnyone = 1, kPrincipal, kResource, kPrincipalType, kResourceType, kAction };
  static uint64_t KeyOf(Side side, uint64_t hash) { return MixHash(hash, static_cast<uint64_t>(side)); }

  struct Bucket {
    uint64_t key = 0;
    uint32_t begin = 0;
    uint32_t end = 0;  // 0 = free
  };
  // Open addressing over keys that are hashes already.
  class Table {
   public:
    void Build(const std::vector<Bucket>& buckets);
    const Bucket* Find(uint64_t key) const {
      for (size_t at = key & mask_; slots_[at].end != 0; at = (at + 1) & mask_) {
        if (slots_[at].key == key) return &slots_[at];
      }
      return nullptr;
    }

   private:
    std::vector<Bucket> slots_{Bucket{}};
    size_t mask_ = 0;
  };
  // Most entities that a request has as ancestors are named by no scope; one bit tells.
  bool MayHold(uint64_t key) const { return filter_[(key >> 6) & filter_mask_] >> (key & 63) & 1; }

  static std::vector<uint64_t> SubjectKeys(const CompiledPolicy& policy);
  static std::vector<uint64_t> ActionKeys(const CompiledPolicy& policy);
  void BuildFilter(const std::vector<uint64_t>& subjects);

  template <class Visit>
  void VisitSubject(uint64_t subject, const uint64_t* actions, size_t action_count, Visit& visit) const;

  Table buckets_;  // MixHash(action key, subject key) → a range of policies_
  std::vector<uint32_t> policies_;
  std::vector<uint64_t> filter_;  // bits of the subject keys in use
  uint64_t filter_mask_ = 0;      // over its words
};

template <class Visit>
void PolicyIndex::VisitSubject(uint64_t subject, const uint64_t* actions, size_t action_count, Visit& visit) const {
  for (size_t i = 0; i < action_count; ++i) {
    const Bucket* bucket = buckets_.Find(MixHash(actions[i], subject));
    if (bucket == nullptr) continue;
    for (uint32_t at = bucket->begin; at < bucket->end; ++at) visit(policies_[at]);
  }
}

template <class Visit>
void PolicyIndex::Candidates(const Frame& frame, const Entities::Rep& store, Visit visit) const {
  // The action's keys: itself, its ancestors, and the key of policies for any action.
  std::array<uint64_t, 16> near;
  std::vector<uint64_t> far;
  const EntityRep& action = frame.Entity(Variable::kAction);
  const StoredNode* action_node = frame.Node(Variable::kAction);
  size_t count = 0;
  near[count++] = KeyOf(Side::kAnyone, 0);
  near[count++] = KeyOf(Side::kAction, action.hash);
  const uint64_t* actions = near.data();
  if (action_node != nullptr) {
    const auto ancestors = store.AncestorsOf(*action_node);
    if (ancestors.size() + count > near.size()) far.assign(near.begin(), near.begin() + count);
    for (uint32_t index : ancestors) {
      const uint64_t key = KeyOf(Side::kAction, store.hashes[index]);
      if (far.empty()) {
        near[count++] = key;
      } else {
        far.push_back(key);
      }
    }
    if (!far.empty()) actions = far.data(), count = far.size();
  }
  const auto subject = [&](uint64_t key) {
    if (MayHold(key)) VisitSubject(key, actions, count, visit);
  };
  subject(KeyOf(Side::kAnyone, 0));
  subject(KeyOf(Side::kPrincipalType, frame.Entity(Variable::kPrincipal).type_hash));
  subject(KeyOf(Side::kResourceType, frame.Entity(Variable::kResource).type_hash));
  for (const auto& [variable, side] :
       {std::pair(Variable::kPrincipal, Side::kPrincipal), std::pair(Variable::kResource, Side::kResource)}) {
    subject(KeyOf(side, frame.Entity(variable).hash));
    const StoredNode* node = frame.Node(variable);
    if (node == nullptr) continue;
    for (uint32_t index : store.AncestorsOf(*node)) subject(KeyOf(side, store.hashes[index]));
  }
}

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_ENGINE_INDEX_H_
