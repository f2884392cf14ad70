#include "audit/audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "audit/evidence.h"
#include "audit/exceptions.h"
#include "audit/fact_base.h"
#include "audit/hint.h"
#include "audit/rules.h"
#include "audit/transition.h"
#include "cedar/engine/judge.h"

namespace hikae::audit {
namespace {

// The moments in the order of the enum, which is the order of findings.
constexpr Moment kMoments[] = {Moment::kDesign, Moment::kContract, Moment::kEvent, Moment::kPeriodic, Moment::kEnd};
// How many things are judged between two reports of progress.
constexpr uint64_t kProgressStep = 256;

Outcome OutcomeOf(cedar::Outcome outcome) {
  switch (outcome) {
    case cedar::Outcome::kNotApplicable:
      return Outcome::kNotApplicable;
    case cedar::Outcome::kMet:
      return Outcome::kMet;
    case cedar::Outcome::kViolated:
      return Outcome::kViolated;
    case cedar::Outcome::kNotShown:
      return Outcome::kNotShown;
  }
  return Outcome::kNotShown;
}

void Count(Outcome outcome, Findings::Totals& totals) {
  switch (outcome) {
    case Outcome::kMet:
      ++totals.met;
      break;
    case Outcome::kViolated:
      ++totals.violated;
      break;
    case Outcome::kNotShown:
      ++totals.not_shown;
      break;
    case Outcome::kNotApplicable:
      ++totals.not_applicable;
      break;
    case Outcome::kExcepted:
      ++totals.excepted;
      break;
  }
}

// Rules of access alone judge requests, not things.
bool IsAudited(const Rule& rule) {
  return std::any_of(rule.moments.begin(), rule.moments.end(), [](Moment moment) { return moment != Moment::kRun; });
}

// The rules of the pack that hold on one day, and the actions at which things are judged by them.
class Program {
 public:
  Program(const Pack& pack, registry::Day day, std::optional<Moment> only) {
    std::map<std::string_view, const Rule*> by_id;
    const std::vector<std::string> going_on = TransitionRules(pack.manifest);
    for (const Rule& rule : pack.rules) {
      const bool holds = pack.effective.Contains(day) || GoesOn(going_on, rule.id);
      if (holds && IsAudited(rule) && EffectiveOf(rule).Contains(day)) by_id.emplace(rule.id, &rule);
    }
    std::vector<bool> keep;
    for (const cedar::PolicyInfo& info : pack.policies.policies()) {
      const auto rule = by_id.find(info.id);
      keep.push_back(info.effect == cedar::Effect::kForbid && rule != by_id.end());
      if (keep.back()) rules_.push_back(rule->second);
    }
    policies_.emplace(pack.policies.Filter(keep));
    for (const cedar::ActionType& action : pack.schema.actions()) {
      const std::optional<Moment> moment = MomentOf(pack.schema, action);
      if (!moment || (only && *moment != *only)) continue;
      for (const std::string& type : action.principals) actions_[*moment][type].push_back(action.uid);
    }
  }

  const std::vector<const Rule*>& rules() const { return rules_; }
  const cedar::PolicySet& policies() const { return *policies_; }
  // By entity type, so in the order of uids.
  const std::map<std::string, std::vector<cedar::EntityUid>>& ActionsAt(Moment moment) { return actions_[moment]; }

 private:
  std::vector<const Rule*> rules_;  // of each policy of policies_
  std::optional<cedar::PolicySet> policies_;
  std::map<Moment, std::map<std::string, std::vector<cedar::EntityUid>>> actions_;
};

class Auditor {
 public:
  Auditor(const Pack& pack, const AuditOptions& options, const Facts& facts)
      : options_(options),
        base_(*facts.base),
        entities_(facts.entities),
        program_(pack, options.as_of, options.moment),
        exceptions_(base_.set(), options.as_of),
        evidence_(pack, base_),
        by_rule_(program_.rules().size()) {
    request_.context = ContextOf(pack, options.as_of);
    for (const Rule* rule : program_.rules()) findings_.rules.emplace(rule->id, *rule);
    for (const LowerPack& lower : pack.below)
      findings_.packs.push_back({lower.id, lower.title, lower.from, lower.until, lower.digest});
    findings_.packs.push_back({pack.id, pack.title, pack.from, pack.until, pack.digest});
    findings_.as_of = base::FormatIso(options.as_of);
  }

  base::Result<Findings> Run() {
    for (const auto& [handling, things] : base_.handlings()) {
      if (Wanted(handling)) CountThings(things);
    }
    for (const auto& [handling, things] : base_.handlings()) {
      if (!Wanted(handling)) continue;
      request_.resource = {"Handling", handling};
      evidence_.BeginHandling();
      for (const Moment moment : kMoments) {
        if (!JudgeMoment(moment, handling, things)) {
          return base::Error(base::Status::kStopped, base::Text{"the audit was stopped", "監査が中止された"});
        }
        Flush();
      }
    }
    return std::move(findings_);
  }

 private:
  bool Wanted(const std::string& handling) const { return options_.handling.empty() || options_.handling == handling; }

  void CountThings(const Things& things) {
    for (const Moment moment : kMoments) {
      for (const auto& [type, actions] : program_.ActionsAt(moment)) {
        const auto found = things.find(type);
        if (found != things.end()) total_ += found->second.size();
      }
    }
  }

  bool JudgeMoment(Moment moment, const std::string& handling, const Things& things) {
    for (const auto& [type, actions] : program_.ActionsAt(moment)) {
      const auto found = things.find(type);
      if (found == things.end()) continue;
      for (const Index thing : found->second) {
        JudgeThing(moment, handling, thing, actions);
        const bool report = ++done_ % kProgressStep == 0 || done_ == total_;
        if (report && options_.progress && !options_.progress(done_, total_)) return false;
      }
    }
    return true;
  }

  // A type may be judged at several leaf actions of one moment; a rule over the whole moment speaks once.
  void JudgeThing(Moment moment, const std::string& handling, Index thing,
                  const std::vector<cedar::EntityUid>& actions) {
    request_.principal = base_.set().entity(thing).uid;
    evidence_.BeginThing();
    std::set<size_t> spoken;
    for (const cedar::EntityUid& action : actions) {
      request_.action = action;
      for (cedar::Judgement& judgement : cedar::Judge(request_, program_.policies(), entities_)) {
        if (actions.size() > 1 && !spoken.insert(judgement.policy).second) continue;
        Add(moment, handling, thing, judgement);
      }
    }
  }

  void Add(Moment moment, const std::string& handling, Index thing, cedar::Judgement& judgement) {
    Outcome outcome = OutcomeOf(judgement.outcome);
    const Rule& rule = *program_.rules()[judgement.policy];
    std::string note = std::move(judgement.error);
    const bool open = outcome == Outcome::kViolated || outcome == Outcome::kNotShown;
    if (open && !exceptions_.empty()) {
      std::string exception = exceptions_.Covering(rule.id, request_.principal);
      if (!exception.empty()) outcome = Outcome::kExcepted, note = std::move(exception);
    }
    Count(outcome, findings_.totals);
    if (outcome == Outcome::kNotApplicable && !options_.not_applicable) return;
    Finding& finding = by_rule_[judgement.policy].emplace_back();
    finding.rule = rule.id;
    finding.outcome = outcome;
    finding.moment = moment;
    finding.handling = handling;
    finding.thing = request_.principal;
    finding.thing_title = base_.TitleOf(thing);
    finding.note = std::move(note);
    finding.evidence = evidence_.Make(judgement);
    if (outcome == Outcome::kMet || outcome == Outcome::kNotApplicable) return;
    for (const cedar::Missing& missing : judgement.missing) {
      for (const cedar::Value& element : missing.elements) finding.missing.push_back(element.ToString());
    }
  }

  // Things came in the order of uids, so each rule's findings already are; what is left is the order of rules.
  void Flush() {
    for (std::vector<Finding>& findings : by_rule_) {
      std::move(findings.begin(), findings.end(), std::back_inserter(findings_.findings));
      findings.clear();
    }
  }

  const AuditOptions& options_;
  const FactBase& base_;
  const cedar::Entities& entities_;
  Program program_;
  Exceptions exceptions_;
  EvidenceMaker evidence_;
  cedar::Request request_;
  std::vector<std::vector<Finding>> by_rule_;  // of the moment being judged
  Findings findings_;
  uint64_t done_ = 0, total_ = 0;
};

base::Error NotInForce(const Pack& pack, registry::Day day) {
  std::string others;
  for (const std::string& id : PacksInForce(EmbeddedPacks(), day)) others += (others.empty() ? "" : ", ") + id;
  return base::Error(base::Status::kNotFound,
                     {fmt::format("the pack {} is not in force on {} (from {}{})", pack.id, base::FormatIso(day),
                                  pack.from, pack.until.empty() ? "" : " until " + pack.until),
                      fmt::format("規程集 {} は {} には施行されていない({}から{})", pack.id, base::FormatIso(day),
                                  pack.from, pack.until.empty() ? "" : pack.until + "まで")},
                     {},
                     others.empty()
                         ? base::Text{"no pack of hikae is in force on that day", "その日に施行されている規程集はない"}
                         : base::Text{"in force: " + others, "施行中: " + others});
}

}  // namespace

base::Result<Findings> Audit(const registry::Registry& registry, const Pack& pack, const AuditOptions& options) {
  // After its last day a pack still judges what it keeps for what began before.
  const bool after = pack.effective.until && *pack.effective.until < options.as_of;
  const bool goes_on = after && !TransitionRules(pack.manifest).empty();
  if (!pack.effective.Contains(options.as_of) && !goes_on) return NotInForce(pack, options.as_of);
  HIKAE_TRY(const Facts facts, BuildFacts(registry, pack, options.as_of, options.measured));
  if (!options.handling.empty() && !facts.base->handlings().contains(options.handling)) {
    const std::vector<std::string> known = facts.Handlings();
    return base::Error(
        base::Status::kNotFound,
        {fmt::format("there is no handling `{}` on {}", options.handling, base::FormatIso(options.as_of)),
         fmt::format("{} に業務「{}」はない", base::FormatIso(options.as_of), options.handling)},
        {}, NearestHint(options.handling, known));
  }
  return Auditor(pack, options, facts).Run();
}

}  // namespace hikae::audit
