#include "audit/audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "audit/exceptions.h"
#include "audit/fact_base.h"
#include "audit/hint.h"
#include "audit/witness.h"

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

class Auditor {
 public:
  Auditor(std::shared_ptr<const JudgedWitness> witness, const Pack& pack, const AuditOptions& options)
      : options_(options),
        witness_(std::move(witness)),
        base_(witness_->base()),
        program_(witness_->program()),
        exceptions_(base_.set(), options.as_of),
        request_(witness_->request()),
        counts_(program_.rules().size()) {
    for (const Rule* rule : program_.rules()) findings_.rules.emplace(rule->id, *rule);
    const bool past = !pack.effective.Contains(options.as_of);
    const std::string on = past ? pack.going_on_source : "";
    for (const LowerPack& lower : pack.below) {
      if (options.elsewhere.contains(lower.id)) continue;
      findings_.packs.push_back({lower.id, lower.title, lower.from, lower.until, lower.digest, past, on});
    }
    findings_.packs.push_back({pack.id, pack.title, pack.from, pack.until, pack.digest, past, on});
    findings_.as_of = base::FormatIso(options.as_of);
  }

  base::Result<Findings> Run() {
    for (const auto& [handling, things] : base_.handlings()) {
      if (Wanted(handling)) CountThings(things);
    }
    for (const auto& [handling, things] : base_.handlings()) {
      if (!Wanted(handling)) continue;
      request_.resource = {"Handling", handling};
      for (const Moment moment : kMoments) {
        if (!JudgeMoment(moment, things)) {
          return base::Error(base::Status::kStopped, base::Text{"the audit was stopped", "監査が中止された"});
        }
        Flush(moment, handling);
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

  bool JudgeMoment(Moment moment, const Things& things) {
    for (const auto& [type, actions] : program_.ActionsAt(moment)) {
      const auto found = things.find(type);
      if (found == things.end()) continue;
      for (const Index thing : found->second) {
        JudgeThing(thing, actions);
        const bool report = ++done_ % kProgressStep == 0 || done_ == total_;
        if (report && options_.progress && !options_.progress(done_, total_)) return false;
      }
    }
    return true;
  }

  // A type may be judged at several leaf actions of one moment; a rule over the whole moment speaks once.
  void JudgeThing(Index thing, const std::vector<Program::Action>& actions) {
    request_.principal = base_.set().entity(thing).uid;
    spoken_.clear();
    for (const Program::Action& action : actions) {
      request_.action = action.uid;
      cedar::JudgeOutcomes(request_, program_.policies(), witness_->entities(), verdicts_);
      for (cedar::Verdict& verdict : verdicts_) {
        if (actions.size() > 1 && !spoken_.insert(verdict.policy).second) continue;
        Add(thing, action.number, verdict);
      }
    }
  }

  void Add(Index thing, uint32_t action, cedar::Verdict& verdict) {
    Outcome outcome = OutcomeOf(verdict.outcome);
    std::string note = std::move(verdict.error);
    const bool open = outcome == Outcome::kViolated || outcome == Outcome::kNotShown;
    if (open && !exceptions_.empty()) {
      std::string exception = exceptions_.Covering(program_.rules()[verdict.policy]->id, request_.principal);
      if (!exception.empty()) outcome = Outcome::kExcepted, note = std::move(exception);
    }
    findings_.totals.Count(outcome);
    if (outcome == Outcome::kNotApplicable && !options_.not_applicable) return;
    ++counts_[verdict.policy];
    const bool noted = !note.empty();
    if (noted) notes_.emplace(judged_.size(), std::move(note));
    const bool asks = outcome != Outcome::kMet && outcome != Outcome::kNotApplicable;
    judged_.push_back({.thing = thing,
                       .rule = verdict.policy,
                       .action = action,
                       .outcome = static_cast<uint32_t>(outcome),
                       .lacks = asks && verdict.missed,
                       .noted = noted});
  }

  // Things came in the order of uids, so each rule's findings already are; what is left is the order of rules.
  void Flush(Moment moment, const std::string& handling) {
    size_t begin = 0;
    for (size_t& count : counts_) begin += std::exchange(count, begin);
    FindingList::Group group{witness_, handling, moment, std::vector<Brief>(judged_.size())};
    for (size_t i = 0; i < judged_.size(); ++i) {
      const size_t place = counts_[judged_[i].rule]++;
      group.briefs[place] = judged_[i];
      if (judged_[i].noted != 0) group.notes.emplace(place, std::move(notes_[i]));
    }
    findings_.findings.Add(std::move(group));
    std::ranges::fill(counts_, 0);
    judged_.clear();
    notes_.clear();
  }

  const AuditOptions& options_;
  const std::shared_ptr<const JudgedWitness> witness_;
  const FactBase& base_;
  const Program& program_;
  Exceptions exceptions_;
  cedar::Request request_;
  std::vector<cedar::Verdict> verdicts_;  // kept for their room, as is
  std::set<size_t> spoken_;               // which rules have judged the thing
  // Of the moment being judged: findings as they come, and how many each rule has.
  std::vector<Brief> judged_;
  std::map<size_t, std::string> notes_;  // by the place in judged_; few have one
  std::vector<size_t> counts_;
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

base::Result<Findings> Audit(const registry::Registry& registry, std::shared_ptr<const Pack> judged_by,
                             const AuditOptions& options) {
  const Pack& pack = *judged_by;
  // After its last day a pack still judges what it keeps for what began before.
  const bool after = pack.effective.until && *pack.effective.until < options.as_of;
  const bool goes_on = after && !pack.going_on.empty();
  if (!pack.effective.Contains(options.as_of) && !goes_on) return NotInForce(pack, options.as_of);
  HIKAE_TRY(Facts facts, BuildFacts(registry, pack, options.as_of, options.measured, options.stated));
  if (!options.handling.empty() && !facts.base->handlings().contains(options.handling)) {
    const std::vector<std::string> known = facts.Handlings();
    return base::Error(
        base::Status::kNotFound,
        {fmt::format("there is no handling `{}` on {}", options.handling, base::FormatIso(options.as_of)),
         fmt::format("{} に業務「{}」はない", base::FormatIso(options.as_of), options.handling)},
        {}, NearestHint(options.handling, known));
  }
  const auto witness = std::make_shared<const JudgedWitness>(std::move(judged_by), std::move(facts), options);
  return Auditor(witness, pack, options).Run();
}

}  // namespace hikae::audit
