#include <algorithm>
#include <utility>

#include "cedar/engine/judge.h"
#include "cedar/engine/machine.h"
#include "cedar/engine/policy_set.h"
#include "cedar/engine/policy_set_rep.h"

namespace hikae::cedar {
namespace {

// The conditions in the order of the text: && over every `when` and the negation of every `unless`.
Cell ConditionsHold(Machine<false>& machine, const HotPolicy& policy) {
  for (size_t i = 0; i < policy.clause_count(); ++i) {
    const CompiledPolicy::Clause clause = policy.clause(i);
    const Cell result = machine.Condition(clause.root);
    if (result.tag == Cell::Tag::kError) return result;
    if (result.IsTrue() == clause.unless) return Cell::Bool(false);
  }
  return Cell::Bool(true);
}

void DecideOne(const Request& request, const PolicySet::Rep& set, const Entities::Rep& store, bool strict,
               Answer& out) {
  const Frame frame(request, store, *set.program);
  Machine<false> machine(*set.program, store, frame);
  out.reasons.clear();
  out.errors.clear();
  bool forbidden = false, failed_shut = false;
  set.index->Candidates(frame, store, [&](uint32_t i) {
    const HotPolicy& policy = set.hot[i];
    // Permits no longer count once something is forbidden, but their errors do.
    if (!machine.InScope(policy)) return;
    const Cell result = ConditionsHold(machine, policy);
    if (result.tag == Cell::Tag::kError) {
      out.errors.push_back({i, set.ErrorText(i, machine.error_code(), machine.error())});
      failed_shut = failed_shut || (strict && policy.forbid);
    } else if (result.IsTrue()) {
      out.reasons.push_back(i);
      forbidden = forbidden || policy.forbid;
    }
  });
  // What a denial rests on: forbids only.
  if (forbidden || failed_shut) std::erase_if(out.reasons, [&](uint32_t i) { return !set.hot[i].forbid; });
  // A policy that lists several actions may have been a candidate more than once.
  std::ranges::sort(out.reasons);
  out.reasons.erase(std::ranges::unique(out.reasons).begin(), out.reasons.end());
  std::ranges::sort(out.errors, {}, &Answer::Failure::policy);
  out.errors.erase(std::ranges::unique(out.errors, {}, &Answer::Failure::policy).begin(), out.errors.end());
  out.failed_shut = failed_shut;
  // Anything but a permit without a forbid denies.
  out.decision = !forbidden && !failed_shut && !out.reasons.empty() ? Decision::kAllow : Decision::kDeny;
}

base::Error NotValidated() {
  return base::Error(
      base::Status::kRules,
      {"the policy set was not validated against a schema, so strict decisions refuse it",
       "規則集がスキーマに照らして検証されていないため、厳格な判断には使えません"},
      {}, {"validate it first, and correct what validation reports", "先に検証し、報告された誤りを直してください"});
}

}  // namespace

void Decide(const Request& request, const PolicySet& policies, const Entities& entities, Answer& out) {
  DecideOne(request, policies.rep(), entities.rep(), false, out);
}

base::Result<void> Decide(const Request& request, const PolicySet& policies, const Entities& entities,
                          const DecideOptions& options, Answer& out) {
  if (options.strict && !policies.validated()) return NotValidated();
  DecideOne(request, policies.rep(), entities.rep(), options.strict, out);
  return {};
}

base::Result<void> DecideMany(std::span<const Request> requests, const PolicySet& policies, const Entities& entities,
                              const DecideOptions& options, std::vector<Answer>& out) {
  if (options.strict && !policies.validated()) return NotValidated();
  out.resize(requests.size());
  for (size_t i = 0; i < requests.size(); ++i) {
    DecideOne(requests[i], policies.rep(), entities.rep(), options.strict, out[i]);
  }
  return {};
}

Response ToResponse(const Answer& answer, const PolicySet& policies) {
  Response out;
  out.decision = answer.decision;
  out.failed_shut = answer.failed_shut;
  const std::vector<PolicyInfo>& infos = policies.policies();
  for (uint32_t i : answer.reasons) {
    out.reasons.push_back(infos[i].id);
    out.annotations.push_back(infos[i].annotations);
  }
  for (const Answer::Failure& error : answer.errors) out.errors.push_back({infos[error.policy].id, error.message});
  return out;
}

Response Authorize(const Request& request, const PolicySet& policies, const Entities& entities) {
  Answer answer;
  Decide(request, policies, entities, answer);
  return ToResponse(answer, policies);
}

base::Result<Response> Authorize(const Request& request, const PolicySet& policies, const Entities& entities,
                                 const DecideOptions& options) {
  Answer answer;
  HIKAE_CHECK(Decide(request, policies, entities, options, answer));
  return ToResponse(answer, policies);
}

bool Satisfied(const Request& request, const PolicySet& policies, size_t policy, const Entities& entities) {
  const PolicySet::Rep& set = policies.rep();
  const Frame frame(request, entities.rep(), *set.program);
  Machine<false> machine(*set.program, entities.rep(), frame);
  return machine.InScope(set.hot[policy]) && ConditionsHold(machine, set.hot[policy]).IsTrue();
}

}  // namespace hikae::cedar
