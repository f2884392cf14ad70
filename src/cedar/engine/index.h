// Which policies are in scope for a request: found through the entities and types that scopes name, so that the cost of
// a decision follows what can match and not how many policies there are. Exact: no policy in scope is left out, and
// none is visited that is not. Immutable; shareable between threads.
#ifndef HIKAE_CEDAR_ENGINE_INDEX_H_
#define HIKAE_CEDAR_ENGINE_INDEX_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cedar/engine/frame.h"
#include "cedar/engine/program.h"
#include "cedar/entities/store.h"

namespace hikae::cedar {

// A policy as the index knows it: half a cache line, and those that are visited together stand together.
struct Candidate {
  enum Rule : unsigned {
    kForbid = 1,
    kFirstUnless = 2,   // the first clause is an `unless`
    kSubjectEqual = 4,  // the entity that led here has to be the request's own, not an ancestor; so the action:
    kActionEqual = 8,
  };
  uint64_t other_hash;    // of the entity on the side that did not lead here
  uint32_t policy;        // its place in the list
  uint32_t first_root;    // of the first clause; most policies have one or two
  uint32_t rest;          // of further clauses: where they begin in clauses()
  uint32_t other_entity;  // in the index's own numbers
  uint32_t other_type;
  uint32_t clause_count : 24;
  uint32_t other_kind : 4;  // ScopeKind
  uint32_t rules : 4;

  bool forbid() const { return rules & kForbid; }
};
static_assert(sizeof(Candidate) == 32);

// Does the scope of one policy match? What the index finds has to agree with it.
bool InScope(const Frame& frame, const Entities::Rep& store, const CompiledPolicy& policy);

class PolicyIndex {
 public:
  // Policies are known by their place in the list, and outlive the index.
  explicit PolicyIndex(const std::vector<const CompiledPolicy*>& policies);

  // visit(candidate) for every policy in scope; one may come twice when its scope lists several actions.
  template <class Visit>
  void Candidates(const Frame& frame, const Entities::Rep& store, Visit visit) const;

  // The clause of a candidate, in the order of the text.
  CompiledPolicy::Clause clause(const Candidate& policy, size_t i) const {
    if (i == 0) return {(policy.rules & Candidate::kFirstUnless) != 0, policy.first_root};
    return clauses_[policy.rest + i - 1];
  }

 private:
  enum class Side : uint8_t { kAnyone, kPrincipal, kResource };
  static constexpr uint32_t kNothing = 0;  // no entity, no type, any action
  static uint64_t KeyOf(Side side, uint64_t entity_hash, uint32_t type) {
    return MixHash(entity_hash, type * 4 + static_cast<uint64_t>(side));
  }
  static uint64_t Combine(uint64_t subject_key, uint32_t action) { return MixHash(subject_key, action); }

  // An entity that scopes name, in a cache line where its id is short.
  struct alignas(64) Named {
    uint64_t hash = 0;
    std::string id;
    uint32_t type = kNothing;
  };
  // How a request is found to concern policies: by one side's entity, type or both, and by the action.
  struct Bucket {
    uint64_t key = 0;
    uint32_t entity = kNothing;
    uint32_t type = kNothing;
    uint32_t action = kNothing;
    uint32_t begin = 0;  // of its candidates
    uint32_t end = 0;
    Side side = Side::kAnyone;
  };
  // A set of hashes that may answer yes too often, but never no. 16 bits or more for each.
  class Filter {
   public:
    void Build(const std::vector<uint64_t>& keys);
    bool MayHold(uint64_t key) const { return words_[(key >> 6) & mask_] >> (key & 63) & 1; }

   private:
    std::vector<uint64_t> words_{0};
    uint64_t mask_ = 0;  // over the words
  };
  // Numbers from 1 for texts or entities told apart exactly.
  struct NumberSlot {
    uint64_t hash = 0;
    uint32_t number = 0;  // 0 = free
  };
  struct Signature {
    Side side = Side::kAnyone;
    uint32_t entity = kNothing;
    uint32_t type = kNothing;
  };
  class Walk;  // one request's visit

  uint32_t NumberOfType(uint64_t hash, std::string_view type) const;
  template <class Same>
  uint32_t FindNumber(const std::vector<NumberSlot>& slots, uint64_t hash, Same same) const {
    const size_t mask = slots.size() - 1;
    for (size_t at = hash & mask; slots[at].number != 0; at = (at + 1) & mask) {
      if (slots[at].hash == hash && same(slots[at].number)) return slots[at].number;
    }
    return kNothing;
  }
  class Builder;

  std::vector<std::string> types_{""};  // by number
  std::vector<NumberSlot> type_slots_;
  std::vector<Named> entities_{Named{}};  // by number
  std::vector<NumberSlot> action_slots_;  // of entities that are named as actions
  Filter subjects_;
  Filter pairs_;  // of subjects and actions
  std::vector<Bucket> buckets_;
  TagTable table_;  // of buckets, by their keys
  std::vector<Candidate> candidates_;
  std::vector<CompiledPolicy::Clause> clauses_;  // all but the first of each policy
  // Which kinds of keys exist at all, of the principal and the resource.
  struct Kinds {
    bool entity = false;
    bool type = false;
    bool both = false;
  };
  std::array<Kinds, 3> kinds_;  // by Side
};

// What one request's visit finds out once: its actions and types in the index's numbers, and the last look at the side
// that did not lead to a policy.
class PolicyIndex::Walk {
 public:
  Walk(const PolicyIndex& index, const Frame& frame, const Entities::Rep& store);

  template <class Visit>
  void Run(Visit& visit);

 private:
  static constexpr size_t kNearActions = 16;
  struct Action {
    uint32_t number;
    bool own;  // the request's own, or any
  };

  template <class Visit>
  void VisitSide(Side side, Visit& visit);
  struct Subject {
    Side side = Side::kAnyone;
    bool entity = false;  // an entity is asked for: an ancestor, or the request's own
    uint64_t hash = 0;    // of the entity
    uint32_t type = kNothing;
    bool ancestor = false;
    uint32_t slot = 0;  // of the ancestor
  };
  template <class Visit>
  void VisitSubject(const Subject& subject, Visit& visit);
  template <class Visit>
  void VisitBucket(const Bucket& bucket, const Subject& subject, bool own_action, Visit& visit);
  bool IsOf(const Bucket& bucket, const Subject& subject, uint32_t action) const;
  bool Matches(const Candidate& policy, Side other);
  bool IsOwn(Side side, uint64_t hash, uint32_t entity) const;
  bool IsIn(Side side, uint64_t hash, uint32_t entity);
  void AddAction(Action action);

  static Variable VariableOf(Side side) {
    return side == Side::kPrincipal ? Variable::kPrincipal : Variable::kResource;
  }
  const Named& NamedOf(uint32_t entity) const { return index_.entities_[entity]; }

  const PolicyIndex& index_;
  const Frame& frame_;
  const Entities::Rep& store_;
  std::array<Action, kNearActions> near_;
  std::vector<Action> far_;  // all of them, when they are more
  size_t action_count_ = 0;
  std::array<uint32_t, 3> types_{};  // by Side
  // The answer to the last question whether a side is in an entity: policies that come together ask the same.
  struct Asked {
    uint32_t entity = kNothing;
    bool answer = false;
  };
  std::array<Asked, 3> asked_;  // by Side
};

template <class Visit>
void PolicyIndex::Candidates(const Frame& frame, const Entities::Rep& store, Visit visit) const {
  Walk(*this, frame, store).Run(visit);
}

template <class Visit>
void PolicyIndex::Walk::Run(Visit& visit) {
  VisitSubject({}, visit);
  VisitSide(Side::kPrincipal, visit);
  VisitSide(Side::kResource, visit);
}

template <class Visit>
void PolicyIndex::Walk::VisitSide(Side side, Visit& visit) {
  const Kinds& kinds = index_.kinds_[static_cast<size_t>(side)];
  const uint32_t type = types_[static_cast<size_t>(side)];
  if (kinds.type && type != kNothing) VisitSubject({side, false, 0, type}, visit);
  const bool both = kinds.both && type != kNothing;
  const auto entity = [&](uint64_t hash, bool ancestor, uint32_t slot) {
    if (kinds.entity) VisitSubject({side, true, hash, kNothing, ancestor, slot}, visit);
    if (both) VisitSubject({side, true, hash, type, ancestor, slot}, visit);
  };
  if (!kinds.entity && !both) return;
  entity(frame_.hash(VariableOf(side)), false, 0);
  if (const Node* node = frame_.node(VariableOf(side))) {
    for (uint32_t i = 0; i < node->ancestor_count; ++i) {
      entity(node->ancestor_hashes()[i], true, node->ancestor_slots()[i]);
    }
  }
}

template <class Visit>
void PolicyIndex::Walk::VisitSubject(const Subject& subject, Visit& visit) {
  const uint64_t subject_key = KeyOf(subject.side, subject.hash, subject.type);
  if (!index_.subjects_.MayHold(subject_key)) return;
  const Action* actions = far_.empty() ? near_.data() : far_.data();
  for (size_t i = 0; i < action_count_; ++i) {
    const uint64_t key = Combine(subject_key, actions[i].number);
    if (!index_.pairs_.MayHold(key)) continue;
    const uint32_t found = index_.table_.Find(key, [&](uint32_t at) {
      return index_.buckets_[at].key == key && IsOf(index_.buckets_[at], subject, actions[i].number);
    });
    if (found != TagTable::kNone) VisitBucket(index_.buckets_[found], subject, actions[i].own, visit);
  }
}

template <class Visit>
void PolicyIndex::Walk::VisitBucket(const Bucket& bucket, const Subject& subject, bool own_action, Visit& visit) {
  const Side other = subject.side == Side::kPrincipal ? Side::kResource : Side::kPrincipal;
  // What was reached through an ancestor fits no policy that asks for the entity itself.
  const unsigned unmet = (subject.ancestor ? unsigned{Candidate::kSubjectEqual} : 0u) |
                         (own_action ? 0u : unsigned{Candidate::kActionEqual});
  for (uint32_t at = bucket.begin; at < bucket.end; ++at) {
    const Candidate& policy = index_.candidates_[at];
    if ((policy.rules & unmet) == 0 && Matches(policy, other)) visit(policy);
  }
}

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_ENGINE_INDEX_H_
