#include "cedar/engine/index.h"

#include <algorithm>
#include <bit>
#include <unordered_map>

namespace hikae::cedar {

void PolicyIndex::Table::Build(const std::vector<Bucket>& buckets) {
  slots_.assign(std::bit_ceil(buckets.size() * 2 + 1), Bucket{});
  mask_ = slots_.size() - 1;
  for (const Bucket& bucket : buckets) {
    size_t at = bucket.key & mask_;
    while (slots_[at].end != 0) at = (at + 1) & mask_;
    slots_[at] = bucket;
  }
}

// Every key by which the policy could be found; one of them is enough.
std::vector<uint64_t> PolicyIndex::SubjectKeys(const CompiledPolicy& policy) {
  std::vector<uint64_t> keys;
  const auto add = [&](const CompiledScope& scope, Side entity, Side type) {
    if (!scope.entities.empty()) keys.push_back(KeyOf(entity, scope.entities[0]->hash));
    if (!scope.type.empty()) keys.push_back(KeyOf(type, scope.type_hash));
  };
  add(policy.principal, Side::kPrincipal, Side::kPrincipalType);
  add(policy.resource, Side::kResource, Side::kResourceType);
  if (keys.empty()) keys.push_back(KeyOf(Side::kAnyone, 0));
  return keys;
}

std::vector<uint64_t> PolicyIndex::ActionKeys(const CompiledPolicy& policy) {
  if (policy.action.kind == ScopeKind::kAny) return {KeyOf(Side::kAnyone, 0)};
  std::vector<uint64_t> keys;
  for (const auto& entity : policy.action.entities) keys.push_back(KeyOf(Side::kAction, entity->hash));
  return keys;
}

PolicyIndex::PolicyIndex(const std::vector<const CompiledPolicy*>& policies) {
  // The rarest key of each policy, so that what everybody shares (a type, a large group) is not searched by.
  std::unordered_map<uint64_t, size_t> uses;
  for (const CompiledPolicy* policy : policies) {
    for (uint64_t key : SubjectKeys(*policy)) ++uses[key];
  }
  struct Entry {
    uint64_t key;
    uint32_t policy;
  };
  std::vector<Entry> entries;
  std::vector<uint64_t> subjects;
  for (uint32_t i = 0; i < policies.size(); ++i) {
    const std::vector<uint64_t> keys = SubjectKeys(*policies[i]);
    const uint64_t subject = *std::ranges::min_element(keys, {}, [&](uint64_t key) { return uses[key]; });
    subjects.push_back(subject);
    for (uint64_t action : ActionKeys(*policies[i])) entries.push_back({MixHash(action, subject), i});
  }
  std::ranges::sort(
      entries, [](const Entry& a, const Entry& b) { return a.key != b.key ? a.key < b.key : a.policy < b.policy; });
  std::vector<Bucket> buckets;
  for (const Entry& entry : entries) {
    const auto at = static_cast<uint32_t>(policies_.size());
    if (buckets.empty() || buckets.back().key != entry.key) buckets.push_back({entry.key, at, at});
    policies_.push_back(entry.policy);
    buckets.back().end = at + 1;
  }
  buckets_.Build(buckets);
  BuildFilter(subjects);
}

void PolicyIndex::BuildFilter(const std::vector<uint64_t>& subjects) {
  filter_.assign(std::bit_ceil(subjects.size() / 4 + 16), 0);  // 16 bits or more for each
  filter_mask_ = filter_.size() - 1;
  for (uint64_t key : subjects) filter_[(key >> 6) & filter_mask_] |= uint64_t{1} << (key & 63);
}

}  // namespace hikae::cedar
