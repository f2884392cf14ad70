#include "audit/fact_runs.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace hikae::audit {
namespace {

// The attributes that a fact reads, of whatever entity.
void CollectNames(const std::vector<Step>& path, std::set<std::string_view>& names) {
  for (const Step& step : path) names.insert(step.name);
}

std::set<std::string_view> NamesReadBy(const Fact& fact) {
  std::set<std::string_view> names = {fact.by};
  CollectNames(fact.path, names);
  CollectNames(fact.own, names);
  for (const Condition& condition : fact.where) {
    CollectNames(condition.path, names);
    for (const std::vector<Step>& path : condition.own) CollectNames(path, names);
  }
  if (!fact.term) return names;
  CollectNames(fact.term->amount.path, names);
  if (fact.term->plus) CollectNames(fact.term->plus->path, names);
  return names;
}

}  // namespace

size_t EndOfRun(const std::vector<Fact>& facts, size_t begin) {
  std::set<std::string_view> measured, read;
  size_t end = begin;
  for (; end < facts.size() && facts[end].owner == facts[begin].owner; ++end) {
    const std::set<std::string_view> reads = NamesReadBy(facts[end]);
    const auto builds_on = [&](std::string_view name) { return measured.contains(name); };
    if (read.contains(facts[end].attribute) || std::any_of(reads.begin(), reads.end(), builds_on)) break;
    measured.insert(facts[end].attribute);
    read.insert(reads.begin(), reads.end());
  }
  return end;
}

}  // namespace hikae::audit
