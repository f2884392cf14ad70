#include "audit/belonging.h"

#include <algorithm>
#include <tuple>

#include "audit/schema_walk.h"

namespace hikae::audit {
namespace {

constexpr std::string_view kHandling = "Handling";

// A reference in the schema's direction: stated, not measured, and not one that says "this belongs to me".
bool LeadsOn(const cedar::Attribute& attribute) {
  return !attribute.annotations.contains("fact") && !attribute.annotations.contains("belongs") &&
         !TargetType(attribute.type).empty();
}

void Unite(std::vector<Index>& into, const std::vector<Index>& more) {
  into.insert(into.end(), more.begin(), more.end());
  std::sort(into.begin(), into.end());
  into.erase(std::unique(into.begin(), into.end()), into.end());
}

}  // namespace

Belonging::Belonging(const cedar::Schema& schema, const WorkingSet& set) : set_(set), states_(set.size()) {
  MeasureDistances(schema);
  BuildEdges(schema);
  IndexReferrers(schema);
}

void Belonging::MeasureDistances(const cedar::Schema& schema) {
  distances_.emplace(kHandling, 0);
  const auto improve = [this](const std::string& type, const std::string& from) {
    const auto found = distances_.find(from);
    if (found == distances_.end()) return false;
    const uint32_t distance = found->second + 1;
    const auto [entry, fresh] = distances_.emplace(type, distance);
    if (!fresh && entry->second <= distance) return false;
    entry->second = distance;
    return true;
  };
  for (bool grown = true; grown;) {
    grown = false;
    for (const cedar::EntityType& type : schema.entity_types()) {
      if (type.name == kHandling) continue;
      for (const cedar::Attribute& attribute : type.attributes) {
        if (LeadsOn(attribute)) grown |= improve(type.name, TargetType(attribute.type));
      }
    }
    for (const cedar::EntityType& type : schema.entity_types()) {
      for (const cedar::Attribute& attribute : type.attributes) {
        const std::string target = TargetType(attribute.type);
        if (attribute.annotations.contains("belongs") && target != kHandling && !target.empty())
          grown |= improve(target, type.name);
      }
    }
  }
}

void Belonging::BuildEdges(const cedar::Schema& schema) {
  for (const cedar::EntityType& type : schema.entity_types()) {
    const auto own = distances_.find(type.name);
    if (own == distances_.end() || type.name == kHandling) continue;
    std::vector<Edge>& edges = edges_[type.name];
    for (const cedar::Attribute& attribute : type.attributes) {
      const auto target = distances_.find(TargetType(attribute.type));
      if (!LeadsOn(attribute) || target == distances_.end()) continue;
      const bool owner = attribute.annotations.contains("owner");
      // Nearer only: a row that corrects another, or a system linked to another, leads nowhere.
      if (owner || target->second < own->second) edges.push_back({attribute.name, owner, target->second});
    }
    std::stable_sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) {
      return std::make_tuple(!a.owner, a.distance) < std::make_tuple(!b.owner, b.distance);
    });
  }
}

void Belonging::IndexReferrers(const cedar::Schema& schema) {
  for (const cedar::EntityType& type : schema.entity_types()) {
    for (const cedar::Attribute& attribute : type.attributes) {
      if (!attribute.annotations.contains("belongs")) continue;
      for (const Index entity : set_.OfType(type.name)) {
        const auto value = set_.entity(entity).attributes.find(attribute.name);
        if (value == set_.entity(entity).attributes.end()) continue;
        ForEachEntity(value->second, [&](const cedar::EntityUid& uid) {
          if (const std::optional<Index> target = set_.Find(uid)) referrers_[*target].push_back(entity);
        });
      }
    }
  }
}

const std::vector<Index>& Belonging::Of(Index entity) {
  State& state = states_[entity];
  // An entity met again on its own way adds nothing to it.
  if (state.done || state.open) return state.handlings;
  state.open = true;
  std::vector<Index> handlings;
  if (set_.entity(entity).uid.type == kHandling) {
    handlings = {entity};
  } else {
    handlings = Forward(entity);
    const auto referrers = referrers_.find(entity);
    if (referrers != referrers_.end()) {
      for (const Index referrer : referrers->second) Unite(handlings, Of(referrer));
    }
  }
  state.handlings = std::move(handlings);
  state.open = false;
  state.done = true;
  return state.handlings;
}

std::vector<Index> Belonging::Forward(Index entity) {
  std::vector<Index> handlings;
  const auto edges = edges_.find(set_.entity(entity).uid.type);
  if (edges == edges_.end()) return handlings;
  const Edge* previous = nullptr;
  for (const Edge& edge : edges->second) {
    const bool same_rank =
        previous != nullptr && previous->owner == edge.owner && (edge.owner || previous->distance == edge.distance);
    if (!handlings.empty() && !same_rank) break;
    Reach(entity, edge.attribute, handlings);
    previous = &edge;
  }
  return handlings;
}

void Belonging::Reach(Index entity, const std::string& attribute, std::vector<Index>& handlings) {
  const auto value = set_.entity(entity).attributes.find(attribute);
  if (value == set_.entity(entity).attributes.end()) return;
  ForEachEntity(value->second, [&](const cedar::EntityUid& uid) {
    if (const std::optional<Index> target = set_.Find(uid)) Unite(handlings, Of(*target));
  });
}

}  // namespace hikae::audit
