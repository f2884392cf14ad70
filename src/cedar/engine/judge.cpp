#include "cedar/engine/judge.h"

#include <algorithm>
#include <utility>

#include "cedar/engine/machine.h"
#include "cedar/engine/policy_set_rep.h"
#include "cedar/engine/reads.h"

namespace hikae::cedar {
namespace {

// Every `when` first: a duty that does not apply is neither kept nor broken. `past_when` is called between.
template <Mode kMode, class PastWhen>
Outcome Conditions(Machine<kMode>& machine, const std::vector<CompiledPolicy::Clause>& clauses, PastWhen past_when) {
  bool unknown = false;
  for (const CompiledPolicy::Clause& clause : clauses) {
    if (clause.unless) continue;
    const Cell result = machine.Condition(clause.root);
    if (result.tag == Cell::Tag::kError) return Outcome::kNotShown;
    if (result.IsFalse()) return Outcome::kNotApplicable;
    unknown = unknown || !result.IsValue();
  }
  past_when();
  if (unknown) return Outcome::kNotShown;
  for (const CompiledPolicy::Clause& clause : clauses) {
    if (!clause.unless) continue;
    const Cell result = machine.Condition(clause.root);
    if (result.tag == Cell::Tag::kError) return Outcome::kNotShown;
    if (result.IsTrue()) return Outcome::kMet;
    unknown = unknown || !result.IsValue();
  }
  return unknown ? Outcome::kNotShown : Outcome::kViolated;
}

template <Mode kMode>
std::string ErrorOf(const PolicySet::Rep& set, size_t policy, const Machine<kMode>& machine) {
  if (machine.error().empty()) return {};
  return set.ErrorText(policy, machine.error_code(), machine.error());
}

// Judges one policy; the machine's notes become the judgement's trace.
class Judging {
 public:
  Judging(const PolicySet::Rep& set, const Entities::Rep& store, const Frame& frame)
      : set_(set), machine_(*set.program, store, frame) {}

  Judgement Run(size_t policy) {
    Judgement out;
    out.policy = policy;
    machine_.Forget();
    reads_in_when_ = missing_in_when_ = SIZE_MAX;
    out.outcome = Conditions(machine_, set_.loaded[policy]->compiled.clauses, [this] {
      reads_in_when_ = machine_.reads().size();
      missing_in_when_ = machine_.missing().size();
    });
    out.error = ErrorOf(set_, policy, machine_);
    Trace(out);
    return out;
  }

 private:
  void Trace(Judgement& out) {
    const std::vector<RawRead>& raws = machine_.reads();
    first_.clear();
    for (size_t i = 0; i < raws.size(); ++i) {
      const bool in_unless = i >= reads_in_when_;
      const auto same = [&](size_t known) { return SameRead(*set_.program, raws[known], raws[i]); };
      const auto known = std::ranges::find_if(first_, same);
      if (known == first_.end()) {
        first_.push_back(i);
      } else if (in_unless) {
        in_unless_.push_back(known - first_.begin());
      }
    }
    out.reads.reserve(first_.size());
    for (size_t i : first_) {
      out.reads.push_back(SpellOut(*set_.program, raws[i]));
      out.reads.back().in_unless = i >= reads_in_when_;
    }
    for (size_t i : in_unless_) out.reads[i].in_unless = true;
    in_unless_.clear();
    for (size_t i = 0; i < machine_.missing().size(); ++i) {
      const RawMissing& raw = machine_.missing()[i];
      const Code& code = set_.program->codes[raw.code];
      const uint32_t path = set_.program->paths[code.a];
      out.missing.push_back(
          {path != Code::kNone ? set_.program->names[path] : std::string(), raw.elements, i >= missing_in_when_});
    }
  }

  const PolicySet::Rep& set_;
  Machine<Mode::kTrace> machine_;
  std::vector<size_t> first_;      // reads that are the first of their attribute; kept for their room
  std::vector<size_t> in_unless_;  // those of `first_` that `unless` read again
  size_t reads_in_when_ = SIZE_MAX;
  size_t missing_in_when_ = SIZE_MAX;
};

// The forbids in scope, in the order of the set.
void FindCandidates(const PolicySet::Rep& set, const Entities::Rep& store, const Frame& frame,
                    std::vector<uint32_t>& candidates) {
  candidates.clear();
  set.index->Candidates(frame, store, [&](const Candidate& policy) {
    if (policy.forbid()) candidates.push_back(policy.policy);
  });
  std::ranges::sort(candidates);
  candidates.erase(std::ranges::unique(candidates).begin(), candidates.end());
}

}  // namespace

std::vector<Judgement> Judge(const Request& request, const PolicySet& policies, const Entities& entities,
                             bool only_in_scope) {
  const PolicySet::Rep& set = policies.rep();
  const Frame frame(request, entities.rep());
  Judging judging(set, entities.rep(), frame);
  std::vector<uint32_t> candidates;
  FindCandidates(set, entities.rep(), frame, candidates);
  std::vector<Judgement> out;
  out.reserve(candidates.size());
  uint32_t next = 0;
  const auto pass_over_to = [&](uint32_t policy) {
    for (; !only_in_scope && next < policy; ++next) {
      if (set.loaded[next]->compiled.forbid) out.push_back({next, Outcome::kNotApplicable, {}, {}, {}});
    }
    next = policy + 1;
  };
  for (uint32_t policy : candidates) {
    pass_over_to(policy);
    out.push_back(judging.Run(policy));
  }
  pass_over_to(static_cast<uint32_t>(set.loaded.size()));
  return out;
}

void JudgeOutcomes(const Request& request, const PolicySet& policies, const Entities& entities,
                   std::vector<Verdict>& out) {
  const PolicySet::Rep& set = policies.rep();
  const Frame frame(request, entities.rep());
  Machine<Mode::kJudge> machine(*set.program, entities.rep(), frame);
  std::vector<uint32_t> candidates;
  FindCandidates(set, entities.rep(), frame, candidates);
  out.clear();
  for (const uint32_t policy : candidates) {
    machine.Forget();
    const Outcome outcome = Conditions(machine, set.loaded[policy]->compiled.clauses, [] {});
    out.push_back({policy, outcome, machine.missed(), ErrorOf(set, policy, machine)});
  }
}

Judgement JudgeOne(const Request& request, const PolicySet& policies, size_t policy, const Entities& entities) {
  const PolicySet::Rep& set = policies.rep();
  const Frame frame(request, entities.rep());
  return Judging(set, entities.rep(), frame).Run(policy);
}

}  // namespace hikae::cedar
