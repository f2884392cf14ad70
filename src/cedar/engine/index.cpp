#include "cedar/engine/index.h"

#include <algorithm>
#include <bit>
#include <map>
#include <stdexcept>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

namespace hikae::cedar {

bool InScope(const Frame& frame, const Entities::Rep& store, const CompiledPolicy& policy) {
  const auto matches = [&](const CompiledScope& scope, Variable variable) {
    const auto in = [&](const auto& entity) { return store.IsIn(frame[variable], Cell(entity.get())); };
    switch (scope.kind) {
      case ScopeKind::kAny:
        return true;
      case ScopeKind::kEqual:
        return frame.uid(variable) == scope.entities[0]->uid;
      case ScopeKind::kIn:
      case ScopeKind::kInSet:
        return std::ranges::any_of(scope.entities, in);
      case ScopeKind::kIs:
        return frame.uid(variable).type == scope.type;
      case ScopeKind::kIsIn:
        return frame.uid(variable).type == scope.type && in(scope.entities[0]);
    }
    return false;
  };
  return matches(policy.principal, Variable::kPrincipal) && matches(policy.action, Variable::kAction) &&
         matches(policy.resource, Variable::kResource);
}

void PolicyIndex::Filter::Build(const std::vector<uint64_t>& keys) {
  words_.assign(std::bit_ceil(keys.size() / 4 + 16), 0);
  mask_ = words_.size() - 1;
  for (uint64_t key : keys) words_[(key >> 6) & mask_] |= uint64_t{1} << (key & 63);
}

class PolicyIndex::Builder {
 public:
  Builder(PolicyIndex& index, const std::vector<const CompiledPolicy*>& policies)
      : index_(index), policies_(policies) {}

  void Run() {
    for (const CompiledPolicy* policy : policies_) {
      principals_.push_back(SignatureOf(Side::kPrincipal, policy->principal));
      resources_.push_back(SignatureOf(Side::kResource, policy->resource));
      for (const Signature& one : {principals_.back(), resources_.back()}) ++uses_[KeyOf(one)];
    }
    for (uint32_t i = 0; i < policies_.size(); ++i) Add(i);
    std::ranges::sort(entries_, [](const Entry& a, const Entry& b) { return a.Order() < b.Order(); });
    FillBuckets();
    Number(type_numbers_, index_.type_slots_);
    Number(action_numbers_, index_.action_slots_);
  }

 private:
  struct Entry {
    uint64_t key;
    Signature subject;
    uint32_t action;
    Candidate candidate;
    std::tuple<uint64_t, Side, uint32_t, uint32_t, uint32_t, uint32_t> Order() const {
      return {key, subject.side, subject.entity, subject.type, action, candidate.policy};
    }
    bool SameBucket(const Entry& other) const {
      return key == other.key && subject.side == other.subject.side && subject.entity == other.subject.entity &&
             subject.type == other.subject.type && action == other.action;
    }
  };

  uint32_t TypeNumber(const std::string& type) {
    if (type.empty()) return kNothing;
    const auto [at, added] = types_.try_emplace(type, static_cast<uint32_t>(index_.types_.size()));
    if (added) {
      index_.types_.push_back(type);
      type_numbers_.push_back({HashText(type), at->second});
    }
    return at->second;
  }

  uint32_t EntityNumber(const EntityRep& entity) {
    const auto [at, added] = entities_.try_emplace(entity.uid, static_cast<uint32_t>(index_.entities_.size()));
    if (added) index_.entities_.push_back({entity.hash, entity.uid.id, TypeNumber(entity.uid.type)});
    return at->second;
  }

  uint32_t ActionNumber(const EntityRep& entity) {
    const uint32_t number = EntityNumber(entity);
    if (actions_.insert(number).second) action_numbers_.push_back({entity.hash, number});
    return number;
  }

  Signature SignatureOf(Side side, const CompiledScope& scope) {
    Signature out{side, kNothing, TypeNumber(scope.type)};
    if (!scope.entities.empty()) out.entity = EntityNumber(*scope.entities[0]);
    if (out.entity == kNothing && out.type == kNothing) out.side = Side::kAnyone;
    return out;
  }

  uint64_t KeyOf(const Signature& one) const {
    return PolicyIndex::KeyOf(one.side, one.entity != kNothing ? index_.entities_[one.entity].hash : 0, one.type);
  }

  // The rarer side leads to the policy, so that what everybody shares (a type, a large group) is not searched by.
  Signature SubjectOf(uint32_t i) const {
    const Signature &principal = principals_[i], &resource = resources_[i];
    if (resource.side == Side::kAnyone) return principal;
    if (principal.side == Side::kAnyone) return resource;
    // Principals tend to be in more groups than resources are.
    return uses_.at(KeyOf(principal)) < uses_.at(KeyOf(resource)) ? principal : resource;
  }

  void Add(uint32_t i) {
    const CompiledPolicy& policy = *policies_[i];
    const Signature subject = SubjectOf(i);
    Kinds& kinds = index_.kinds_[static_cast<size_t>(subject.side)];
    if (subject.entity != kNothing) (subject.type != kNothing ? kinds.both : kinds.entity) = true;
    if (subject.entity == kNothing && subject.type != kNothing) kinds.type = true;
    const Candidate candidate = CandidateOf(i, subject);
    std::vector<uint32_t> actions;
    for (const auto& entity : policy.action.entities) actions.push_back(ActionNumber(*entity));
    if (policy.action.kind == ScopeKind::kAny) actions.push_back(kNothing);
    std::ranges::sort(actions);
    actions.erase(std::ranges::unique(actions).begin(), actions.end());
    subject_keys_.push_back(KeyOf(subject));
    for (uint32_t action : actions)
      entries_.push_back({Combine(subject_keys_.back(), action), subject, action, candidate});
  }

  Candidate CandidateOf(uint32_t i, const Signature& subject) {
    const CompiledPolicy& policy = *policies_[i];
    const bool by_resource = subject.side == Side::kResource;
    const Signature& other = by_resource ? principals_[i] : resources_[i];
    const CompiledScope& subject_scope = by_resource ? policy.resource : policy.principal;
    Candidate out{};
    out.policy = i;
    out.other_entity = other.entity;
    out.other_type = other.type;
    out.other_hash = index_.entities_[other.entity].hash;
    out.other_kind = static_cast<uint32_t>((by_resource ? policy.principal : policy.resource).kind);
    const auto& clauses = policy.clauses;
    if (clauses.size() >= 1u << 24) throw std::length_error("a policy has too many clauses");
    out.clause_count = static_cast<uint32_t>(clauses.size());
    out.rest = static_cast<uint32_t>(index_.clauses_.size());
    if (!clauses.empty()) {
      out.first_root = clauses[0].root;
      index_.clauses_.insert(index_.clauses_.end(), clauses.begin() + 1, clauses.end());
    }
    out.rules = (policy.forbid ? unsigned{Candidate::kForbid} : 0u) |
                (!clauses.empty() && clauses[0].unless ? unsigned{Candidate::kFirstUnless} : 0u) |
                (subject_scope.kind == ScopeKind::kEqual ? unsigned{Candidate::kSubjectEqual} : 0u) |
                (policy.action.kind == ScopeKind::kEqual ? unsigned{Candidate::kActionEqual} : 0u);
    return out;
  }

  void FillBuckets() {
    std::vector<Bucket>& buckets = index_.buckets_;
    std::vector<uint64_t> pairs;
    for (size_t i = 0; i < entries_.size(); ++i) {
      const Entry& entry = entries_[i];
      const auto at = static_cast<uint32_t>(index_.candidates_.size());
      if (i == 0 || !entry.SameBucket(entries_[i - 1])) {
        buckets.push_back(
            {entry.key, entry.subject.entity, entry.subject.type, entry.action, at, at, entry.subject.side});
        pairs.push_back(entry.key);
      }
      index_.candidates_.push_back(entry.candidate);
      buckets.back().end = at + 1;
    }
    index_.table_ = TagTable(buckets.size());
    for (uint32_t i = 0; i < buckets.size(); ++i) index_.table_.Add(buckets[i].key, i);
    index_.subjects_.Build(subject_keys_);
    index_.pairs_.Build(pairs);
  }

  static void Number(const std::vector<NumberSlot>& numbers, std::vector<NumberSlot>& slots) {
    slots.assign(std::bit_ceil(numbers.size() * 2 + 1), NumberSlot{});
    for (const NumberSlot& one : numbers) {
      size_t at = one.hash & (slots.size() - 1);
      while (slots[at].number != 0) at = (at + 1) & (slots.size() - 1);
      slots[at] = one;
    }
  }

  PolicyIndex& index_;
  const std::vector<const CompiledPolicy*>& policies_;
  std::vector<Signature> principals_, resources_;  // of the policies, one by one
  std::unordered_map<uint64_t, size_t> uses_;      // of the keys of signatures
  std::unordered_map<std::string, uint32_t> types_;
  std::map<EntityUid, uint32_t> entities_;
  std::unordered_set<uint32_t> actions_;
  std::vector<NumberSlot> type_numbers_, action_numbers_;
  std::vector<Entry> entries_;
  std::vector<uint64_t> subject_keys_;
};

PolicyIndex::PolicyIndex(const std::vector<const CompiledPolicy*>& policies) { Builder(*this, policies).Run(); }

uint32_t PolicyIndex::NumberOfType(uint64_t hash, std::string_view type) const {
  return FindNumber(type_slots_, hash, [&](uint32_t number) { return types_[number] == type; });
}

PolicyIndex::Walk::Walk(const PolicyIndex& index, const Frame& frame, const Entities::Rep& store)
    : index_(index), frame_(frame), store_(store) {
  for (const Side side : {Side::kPrincipal, Side::kResource}) {
    const Variable variable = VariableOf(side);
    types_[static_cast<size_t>(side)] = index.NumberOfType(frame.type_hash(variable), frame.uid(variable).type);
  }
  AddAction({kNothing, true});
  const EntityUid& own = frame.uid(Variable::kAction);
  const uint32_t number = index.FindNumber(index.action_slots_, frame.hash(Variable::kAction), [&](uint32_t entity) {
    return NamedOf(entity).id == own.id && index.types_[NamedOf(entity).type] == own.type;
  });
  if (number != kNothing) AddAction({number, true});
  const Node* node = frame.node(Variable::kAction);
  if (node == nullptr) return;
  for (uint32_t i = 0; i < node->ancestor_count; ++i) {
    const uint32_t slot = node->ancestor_slots()[i];
    const uint32_t above = index.FindNumber(index.action_slots_, node->ancestor_hashes()[i], [&](uint32_t entity) {
      return store.OfSlot(slot)->Is(index.types_[NamedOf(entity).type], NamedOf(entity).id);
    });
    if (above != kNothing) AddAction({above, false});
  }
}

void PolicyIndex::Walk::AddAction(Action action) {
  if (far_.empty() && action_count_ == kNearActions) far_.assign(near_.begin(), near_.end());
  if (action_count_ < kNearActions) {
    near_[action_count_] = action;
  } else {
    far_.push_back(action);
  }
  ++action_count_;
}

bool PolicyIndex::Walk::IsOf(const Bucket& bucket, const Subject& subject, uint32_t action) const {
  if (bucket.side != subject.side || bucket.type != subject.type || bucket.action != action) return false;
  if (!subject.entity || bucket.entity == kNothing) return !subject.entity && bucket.entity == kNothing;
  if (!subject.ancestor) return IsOwn(subject.side, NamedOf(bucket.entity).hash, bucket.entity);
  const Named& named = NamedOf(bucket.entity);
  return store_.OfSlot(subject.slot)->Is(index_.types_[named.type], named.id);
}

bool PolicyIndex::Walk::IsOwn(Side side, uint64_t hash, uint32_t entity) const {
  const Variable variable = VariableOf(side);
  const Named& named = NamedOf(entity);
  return frame_.hash(variable) == hash && types_[static_cast<size_t>(side)] == named.type &&
         frame_.uid(variable).id == named.id;
}

bool PolicyIndex::Walk::IsIn(Side side, uint64_t hash, uint32_t entity) {
  Asked& asked = asked_[static_cast<size_t>(side)];
  if (asked.entity != entity) {
    asked.entity = entity;
    const Node* node = frame_.node(VariableOf(side));
    const Named& named = NamedOf(entity);
    asked.answer = IsOwn(side, hash, entity) ||
                   (node != nullptr && store_.IsBelow(*node, hash, index_.types_[named.type], named.id));
  }
  return asked.answer;
}

bool PolicyIndex::Walk::Matches(const Candidate& policy, Side other) {
  switch (static_cast<ScopeKind>(policy.other_kind)) {
    case ScopeKind::kAny:
      return true;
    case ScopeKind::kEqual:
      return policy.other_hash == frame_.hash(VariableOf(other)) &&
             IsOwn(other, policy.other_hash, policy.other_entity);
    case ScopeKind::kIn:
      return IsIn(other, policy.other_hash, policy.other_entity);
    case ScopeKind::kIs:
      return types_[static_cast<size_t>(other)] == policy.other_type;
    case ScopeKind::kIsIn:
      return types_[static_cast<size_t>(other)] == policy.other_type &&
             IsIn(other, policy.other_hash, policy.other_entity);
    case ScopeKind::kInSet:
      break;  // of actions only
  }
  return false;
}

}  // namespace hikae::cedar
