#include "audit/working_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <functional>
#include <numeric>
#include <utility>

namespace hikae::audit {
namespace {

// Facts on facts on facts: deep enough for any plan, and an end for a damaged one.
constexpr size_t kDepth = 32;

uint64_t HashOf(const cedar::EntityUid& uid) {
  uint64_t hash = std::hash<std::string>()(uid.id) * 31 + std::hash<std::string>()(uid.type);
  return hash ^ hash >> 32;
}

}  // namespace

Index WorkingSet::Add(cedar::Entity entity, Provenance provenance) {
  const Index index = static_cast<Index>(size());
  const uint64_t hash = HashOf(entity.uid);
  by_type_[entity.uid.type].push_back(index);
  own_.push_back(std::move(entity));
  provenance_.push_back(provenance);
  measured_.emplace_back();
  if (size() * 2 > slots_.size()) Grow(slots_.size() * 4);
  hashes_.push_back(hash);
  size_t at = SlotOf(hash);
  while (slots_[at] != 0) at = SlotOf(at + 1);
  slots_[at] = index + 1;
  return index;
}

void WorkingSet::Reserve(size_t count) {
  own_.reserve(count), provenance_.reserve(count), measured_.reserve(count), hashes_.reserve(count);
  if (count * 2 > slots_.size()) Grow(std::bit_ceil(count * 2));
}

void WorkingSet::Grow(size_t slots) {
  slots_.assign(slots, 0);
  for (Index index = 0; index < hashes_.size(); ++index) {
    size_t at = SlotOf(hashes_[index]);
    while (slots_[at] != 0) at = SlotOf(at + 1);
    slots_[at] = index + 1;
  }
}

std::optional<Index> WorkingSet::Find(const cedar::EntityUid& uid) const {
  const uint64_t hash = HashOf(uid);
  for (size_t at = SlotOf(hash); slots_[at] != 0; at = SlotOf(at + 1)) {
    const Index index = slots_[at] - 1;
    if (hashes_[index] == hash && entity(index).uid == uid) return index;
  }
  return std::nullopt;
}

void WorkingSet::SetMeasured(Index index, std::string_view attribute, std::span<const Origin> origins) {
  measured_[index].push_back(
      {attribute, static_cast<uint32_t>(origins_.size()), static_cast<uint32_t>(origins.size())});
  origins_.insert(origins_.end(), origins.begin(), origins.end());
}

std::optional<std::span<const Origin>> WorkingSet::Measured(Index index, std::string_view attribute) const {
  for (const Measurement& one : measured_[index]) {
    if (one.attribute == attribute) return std::span(origins_).subspan(one.begin, one.count);
  }
  return std::nullopt;
}

std::vector<cedar::Entity> WorkingSet::Release(std::vector<cedar::Entity> others) {
  std::sort(others.begin(), others.end(), [](const auto& a, const auto& b) { return a.uid < b.uid; });
  std::vector<Index> order(own_.size());
  std::iota(order.begin(), order.end(), Index{0});
  const auto before = [this](Index a, Index b) { return entity(a).uid < entity(b).uid; };
  // Rows come in order, and few things after them.
  const auto rest = std::is_sorted_until(order.begin(), order.end(), before);
  std::sort(rest, order.end(), before);
  std::inplace_merge(order.begin(), rest, order.end(), before);
  std::vector<cedar::Entity> released;
  released.reserve(order.size() + others.size());
  const auto give = [&](Index index, cedar::Entity& entity) {
    released_.push_back(index);
    released.push_back(std::move(entity));
  };
  auto other = others.begin();
  for (const Index index : order) {
    for (; other != others.end() && other->uid < entity(index).uid; ++other) give(kOther, *other);
    give(index, own(index));
  }
  for (; other != others.end(); ++other) give(kOther, *other);
  own_ = {};
  return released;
}

void WorkingSet::Share(std::shared_ptr<const cedar::Entities> store) {
  store_ = std::move(store);
  const std::vector<const cedar::Entity*> all = store_->All();
  shared_.resize(size());
  for (size_t i = 0; i < released_.size(); ++i) {
    if (released_[i] != kOther) shared_[released_[i]] = all[i];
  }
  released_ = {};
}

const std::vector<Index>& WorkingSet::OfType(std::string_view type) const {
  static const std::vector<Index> kNone;
  const auto found = by_type_.find(type);
  return found == by_type_.end() ? kNone : found->second;
}

void WorkingSet::CollectPlaces(const Origin& origin, size_t depth,
                               std::vector<std::pair<const registry::Row*, uint32_t>>& places) const {
  const Provenance& provenance = provenance_[origin.entity];
  if (const auto origins = Measured(origin.entity, origin.attribute)) {
    if (depth == 0) return;
    for (const Origin& next : *origins) CollectPlaces(next, depth - 1, places);
    return;
  }
  if (provenance.row == nullptr) return;
  const auto& lines = provenance.row->lines;
  auto line = lines.find(std::string(origin.attribute));
  if (line == lines.end()) line = lines.find("");
  places.emplace_back(provenance.row, line == lines.end() ? 0 : line->second);
}

std::string WorkingSet::SourceOf(Index index, std::string_view attribute, size_t most) const {
  std::vector<std::pair<const registry::Row*, uint32_t>> places;
  CollectPlaces({index, attribute}, kDepth, places);
  std::vector<std::string> texts;
  size_t more = 0;
  for (const auto& [row, line] : places) {
    std::string text = line == 0 ? row->document : fmt::format("{}:{}", row->document, line);
    if (row != provenance_[index].row && ledgers_.contains(row->entity.uid.type))
      text += fmt::format(" ({})", row->entity.uid.ToString());
    if (std::find(texts.begin(), texts.end(), text) != texts.end()) continue;
    if (texts.size() == most)
      ++more;
    else
      texts.push_back(std::move(text));
  }
  std::string out = fmt::format("{}", fmt::join(texts, "; "));
  return more == 0 ? out : fmt::format("{}; +{}", out, more);
}

void ForEachEntity(const cedar::Value& value, const std::function<void(const cedar::EntityUid&)>& use) {
  switch (value.kind()) {
    case cedar::Value::Kind::kEntity:
      use(value.entity());
      break;
    case cedar::Value::Kind::kSet:
      for (const cedar::Value& element : value.elements()) ForEachEntity(element, use);
      break;
    case cedar::Value::Kind::kRecord:
      for (const auto& entry : value.attributes()) ForEachEntity(entry.second, use);
      break;
    case cedar::Value::Kind::kBool:
    case cedar::Value::Kind::kLong:
    case cedar::Value::Kind::kString:
    case cedar::Value::Kind::kDecimal:
    case cedar::Value::Kind::kIp:
    case cedar::Value::Kind::kDatetime:
    case cedar::Value::Kind::kDuration:
      break;
  }
}

}  // namespace hikae::audit
