#include "audit/working_set.h"

#include <fmt/format.h>

#include <algorithm>

namespace hikae::audit {
namespace {

// More places than this are counted, not listed: a person reads a finding.
constexpr size_t kPlacesListed = 8;
// Facts on facts on facts: deep enough for any plan, and an end for a damaged one.
constexpr size_t kDepth = 32;

}  // namespace

const std::vector<Origin>* Provenance::Measured(std::string_view attribute) const {
  for (const auto& [name, origins] : measured) {
    if (name == attribute) return &origins;
  }
  return nullptr;
}

Index WorkingSet::Add(cedar::Entity entity, Provenance provenance) {
  const Index index = static_cast<Index>(entities_.size());
  index_.emplace(entity.uid, index);
  by_type_[entity.uid.type].push_back(index);
  entities_.push_back(std::move(entity));
  provenance_.push_back(std::move(provenance));
  return index;
}

std::optional<Index> WorkingSet::Find(const cedar::EntityUid& uid) const {
  const auto found = index_.find(uid);
  return found == index_.end() ? std::nullopt : std::optional<Index>(found->second);
}

const std::vector<Index>& WorkingSet::OfType(std::string_view type) const {
  static const std::vector<Index> kNone;
  const auto found = by_type_.find(type);
  return found == by_type_.end() ? kNone : found->second;
}

void WorkingSet::CollectPlaces(const Origin& origin, size_t depth,
                               std::vector<std::pair<const registry::Row*, uint32_t>>& places) const {
  const Provenance& provenance = provenance_[origin.entity];
  if (const std::vector<Origin>* origins = provenance.Measured(origin.attribute); origins != nullptr) {
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

std::string WorkingSet::SourceOf(Index index, std::string_view attribute) const {
  std::vector<std::pair<const registry::Row*, uint32_t>> places;
  CollectPlaces({index, attribute}, kDepth, places);
  std::vector<std::string> texts;
  size_t more = 0;
  for (const auto& [row, line] : places) {
    std::string text = line == 0 ? row->document : fmt::format("{}:{}", row->document, line);
    if (std::find(texts.begin(), texts.end(), text) != texts.end()) continue;
    if (texts.size() == kPlacesListed)
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
