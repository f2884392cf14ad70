#include <fmt/format.h>

#include <algorithm>

#include "audit/audit.h"
#include "audit/belonging.h"
#include "audit/fact_base.h"
#include "audit/fact_measure.h"
#include "audit/one_name.h"
#include "audit/stubs.h"

namespace hikae::audit {
namespace {

constexpr int64_t kMillisPerDay = 86'400'000;

std::vector<cedar::Entity> ActionsOf(const cedar::Schema& schema) {
  std::vector<cedar::Entity> entities;
  for (const cedar::ActionType& action : schema.actions()) {
    cedar::Entity& entity = entities.emplace_back();
    entity.uid = action.uid;
    entity.parents = action.member_of;
  }
  return entities;
}

std::string_view TitleOf(const cedar::Entity& entity, const std::string& attribute) {
  const auto value = entity.attributes.find(attribute);
  const bool titled = value != entity.attributes.end() && value->second.kind() == cedar::Value::Kind::kString;
  return titled ? value->second.text() : entity.uid.id;
}

}  // namespace

FactBase::FactBase(Stated stated, const cedar::Schema& schema) : stated_(std::move(stated)) {
  std::map<std::string, std::string> titles;  // by type: the attribute
  for (const cedar::EntityType& type : schema.entity_types()) {
    for (const cedar::Attribute& attribute : type.attributes) {
      if (attribute.annotations.contains("title")) titles.emplace(type.name, attribute.name);
    }
  }
  Belonging belonging(schema, stated_.set);
  const WorkingSet& set = stated_.set;
  for (const Index handling : set.OfType("Handling")) handlings_[set.entity(handling).uid.id];
  for (Index entity = 0; entity < set.size(); ++entity) {
    if (set.provenance(entity).counterpart) continue;
    for (const Index handling : belonging.Of(entity)) {
      handlings_[set.entity(handling).uid.id][set.entity(entity).uid.type].push_back(entity);
    }
  }
  for (auto& [id, things] : handlings_) {
    for (auto& [type, entities] : things) {
      const auto before = [&set](Index a, Index b) { return set.entity(a).uid.id < set.entity(b).uid.id; };
      if (!std::is_sorted(entities.begin(), entities.end(), before))
        std::sort(entities.begin(), entities.end(), before);
    }
  }
  names_.reserve(set.size());
  for (Index index = 0; index < set.size(); ++index) {
    const cedar::Entity& entity = set.entity(index);
    const auto title = titles.find(entity.uid.type);
    names_.push_back({entity.uid, title == titles.end() ? entity.uid.id : TitleOf(entity, title->second)});
  }
}

cedar::Value ContextOf(const Pack& pack, registry::Day as_of) {
  std::map<std::string, cedar::Value> params;
  for (const Parameter& parameter : pack.parameters) params.emplace(parameter.name, parameter.value);
  std::map<std::string, cedar::Value> context;
  context.emplace("asOf", cedar::Value::DatetimeOf(int64_t{as_of} * kMillisPerDay));
  context.emplace("fiscalYear", cedar::Value::Long(base::FiscalYearOf(as_of)));
  context.emplace("params", cedar::Value::Record(std::move(params)));
  return cedar::Value::Record(std::move(context));
}

std::string Facts::SourceOf(const cedar::EntityUid& uid, std::string_view attribute) const {
  const std::optional<Index> index = base->set().Find(uid);
  return index ? base->set().SourceOf(*index, attribute) : std::string();
}

std::vector<std::string> Facts::Handlings() const {
  std::vector<std::string> ids;
  for (const auto& entry : base->handlings()) ids.push_back(entry.first);
  return ids;
}

std::vector<cedar::EntityUid> Facts::ThingsOf(std::string_view handling) const {
  std::vector<cedar::EntityUid> uids;
  const auto found = base->handlings().find(std::string(handling));
  if (found == base->handlings().end()) return uids;
  for (const auto& [type, things] : found->second) {
    for (const Index thing : things) uids.push_back(base->set().entity(thing).uid);
  }
  return uids;
}

base::Result<Facts> BuildFacts(const registry::Registry& registry, const Pack& pack, registry::Day as_of,
                               const std::shared_ptr<const registry::Snapshot>& measured,
                               const std::shared_ptr<const registry::Snapshot>& read) {
  HIKAE_TRY(Stated stated, ReadStated(registry, pack.schema, as_of, read));
  if (measured != nullptr) AddMeasured(measured, pack.schema, as_of, stated);
  CallByOneName(stated.set);
  Measure(pack.facts, as_of, stated.set);
  std::shared_ptr<const registry::Snapshot> snapshot = stated.snapshot;
  // With the actions: a pack's own moments lie in groups of the core's.
  HIKAE_TRY(cedar::Entities registered, cedar::Entities::Create(stated.set.Release(ActionsOf(pack.schema))));
  auto entities = std::make_shared<const cedar::Entities>(std::move(registered));
  stated.set.Share(entities);
  // What should be there is asked by the law of the day: a pack that has ended judges what there is.
  if (pack.effective.Contains(as_of)) AddStubs(pack, ContextOf(pack, as_of), *entities, stated.set);
  if (!stated.set.own().empty()) {
    HIKAE_TRY(cedar::Entities expected, entities->With(stated.set.own(), {}));
    entities = std::make_shared<const cedar::Entities>(std::move(expected));
  }
  auto base = std::make_shared<const FactBase>(std::move(stated), pack.schema);
  return Facts{std::move(snapshot), std::move(entities), std::move(base)};
}

base::Result<cedar::Entities> BuildDecisionFacts(const registry::Registry& registry, const Pack& pack,
                                                 registry::Day as_of, const cedar::Schema* vocabulary) {
  HIKAE_TRY(Stated stated, ReadStated(registry, pack.schema, as_of));
  CallByOneName(stated.set);
  Measure(pack.facts, as_of, stated.set);
  std::vector<cedar::Entity> entities = stated.set.Release(ActionsOf(pack.schema));
  std::erase_if(entities, [](const cedar::Entity& entity) {
    return entity.uid.type == "Handling" && !entity.attributes.contains("profile");
  });
  return cedar::Entities::Create(std::move(entities), vocabulary != nullptr ? vocabulary : &pack.schema);
}

}  // namespace hikae::audit
