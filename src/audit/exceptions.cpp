#include "audit/exceptions.h"

#include <fmt/format.h>

namespace hikae::audit {
namespace {

constexpr int64_t kMillisPerDay = 86'400'000;

const cedar::Value* Find(const cedar::Entity& entity, const char* attribute, cedar::Value::Kind kind) {
  const auto found = entity.attributes.find(attribute);
  return found != entity.attributes.end() && found->second.kind() == kind ? &found->second : nullptr;
}

}  // namespace

Exceptions::Exceptions(const WorkingSet& set, registry::Day as_of) {
  const int64_t today = int64_t{as_of} * kMillisPerDay;
  for (const Index index : set.OfType("Exception")) {
    const cedar::Entity& entity = set.entity(index);
    const cedar::Value* rule = Find(entity, "rule", cedar::Value::Kind::kString);
    const cedar::Value* until = Find(entity, "until", cedar::Value::Kind::kDatetime);
    const cedar::Value* on = Find(entity, "on", cedar::Value::Kind::kDatetime);
    const auto thing = entity.attributes.find("thing");
    if (rule == nullptr || until == nullptr || thing == entity.attributes.end()) continue;
    if (until->integer() < today || (on != nullptr && on->integer() > today)) continue;
    const bool text = thing->second.kind() == cedar::Value::Kind::kString;
    std::string name = text ? thing->second.text() : thing->second.ToString();
    by_rule_[rule->text()].emplace(std::move(name), fmt::format("{} ({})", entity.uid.id, set.SourceOf(index, "")));
  }
}

std::string Exceptions::Covering(const std::string& rule, const cedar::EntityUid& thing) const {
  const auto things = by_rule_.find(rule);
  if (things == by_rule_.end()) return {};
  for (const std::string& name : {thing.ToString(), thing.id}) {
    const auto found = things->second.find(name);
    if (found != things->second.end()) return found->second;
  }
  return {};
}

}  // namespace hikae::audit
