#include "audit/witness.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "audit/rules.h"
#include "audit/transition.h"

namespace hikae::audit {
namespace {

// Rules of access alone judge requests, not things.
bool IsAudited(const Rule& rule) {
  return std::any_of(rule.moments.begin(), rule.moments.end(), [](Moment moment) { return moment != Moment::kRun; });
}

}  // namespace

Program::Program(const Pack& pack, const AuditOptions& options) : schema_(pack.schema) {
  const registry::Day day = options.as_of;
  std::map<std::string_view, const Rule*> by_id;
  for (const Rule& rule : pack.rules) {
    if (options.elsewhere.contains(rule.pack)) continue;
    const bool holds = pack.effective.Contains(day) || GoesOn(pack.going_on, rule.id);
    if (holds && IsAudited(rule) && EffectiveOf(rule).Contains(day)) by_id.emplace(rule.id, &rule);
  }
  std::vector<bool> keep;
  for (const cedar::PolicyInfo& info : pack.policies.policies()) {
    const auto rule = by_id.find(info.id);
    keep.push_back(info.effect == cedar::Effect::kForbid && rule != by_id.end());
    if (keep.back()) rules_.push_back(rule->second);
  }
  policies_.emplace(pack.policies.Filter(keep));
  for (uint32_t number = 0; number < schema_.actions().size(); ++number) {
    const cedar::ActionType& action = schema_.actions()[number];
    const std::optional<Moment> moment = MomentOf(schema_, action);
    if (!moment || (options.moment && *moment != *options.moment)) continue;
    for (const std::string& type : action.principals) actions_[*moment][type].push_back({action.uid, number});
  }
}

const cedar::EntityUid& Program::action(uint32_t number) const { return schema_.actions()[number].uid; }

const std::map<std::string, std::vector<Program::Action>>& Program::ActionsAt(Moment moment) const {
  static const std::map<std::string, std::vector<Action>> kNone;
  const auto found = actions_.find(moment);
  return found == actions_.end() ? kNone : found->second;
}

JudgedWitness::JudgedWitness(std::shared_ptr<const Pack> pack, Facts facts, const AuditOptions& options)
    : pack_(std::move(pack)), facts_(std::move(facts)), program_(*pack_, options), evidence_(*pack_, *facts_.base) {
  request_.context = ContextOf(*pack_, options.as_of);
}

void JudgedWitness::Spell(const Brief& brief, Finding& finding) const {
  const FactBase::Names& names = base().NamesOf(brief.thing);
  finding.rule = program_.rules()[brief.rule]->id;
  finding.thing = names.uid;
  finding.thing_title = names.title;
  finding.action = &program_.action(brief.action);
}

Grounds JudgedWitness::GroundsOf(const Finding& finding) const { return GroundsOf(finding, WorkingSet::kFewPlaces); }

Grounds JudgedWitness::WholeGroundsOf(const Finding& finding) const {
  return GroundsOf(finding, WorkingSet::kManyPlaces);
}

Grounds JudgedWitness::GroundsOf(const Finding& finding, size_t places) const {
  const std::vector<const Rule*>& rules = program_.rules();
  const auto rule = std::find_if(rules.begin(), rules.end(), [&](const Rule* one) { return one->id == finding.rule; });
  if (rule == rules.end()) return {};
  cedar::Request request = request_;
  request.principal = finding.thing;
  if (finding.action != nullptr) request.action = *finding.action;
  request.resource = {"Handling", std::string(finding.handling)};
  const cedar::Judgement judgement =
      cedar::JudgeOne(request, program_.policies(), static_cast<size_t>(rule - rules.begin()), entities());
  Grounds grounds;
  grounds.evidence = evidence_.Make(judgement, places);
  if (!finding.lacks) return grounds;
  for (const cedar::Missing& missing : judgement.missing) {
    for (const cedar::Value& element : missing.elements) grounds.missing.push_back(element.ToString());
  }
  return grounds;
}

}  // namespace hikae::audit
