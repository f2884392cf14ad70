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

}  // namespace

void Decide(const Request& request, const PolicySet& policies, const Entities& entities, Answer& out) {
  const PolicySet::Rep& set = policies.rep();
  const Frame frame(request, entities.rep(), *set.program);
  Machine<false> machine(*set.program, entities.rep(), frame);
  out.reasons.clear();
  out.errors.clear();
  bool forbidden = false;
  set.index->Candidates(frame, entities.rep(), [&](uint32_t i) {
    const HotPolicy& policy = set.hot[i];
    // Permits no longer count once something is forbidden, but their errors do.
    if (!machine.InScope(policy)) return;
    const Cell result = ConditionsHold(machine, policy);
    if (result.tag == Cell::Tag::kError) {
      out.errors.push_back({i, set.ErrorText(i, machine.error_code(), machine.error())});
    } else if (result.IsTrue()) {
      out.reasons.push_back(i);
      forbidden = forbidden || policy.forbid;
    }
  });
  if (forbidden) std::erase_if(out.reasons, [&](uint32_t i) { return !set.hot[i].forbid; });
  // A policy that lists several actions may have been a candidate more than once.
  std::ranges::sort(out.reasons);
  out.reasons.erase(std::ranges::unique(out.reasons).begin(), out.reasons.end());
  std::ranges::sort(out.errors, {}, &Answer::Failure::policy);
  out.errors.erase(std::ranges::unique(out.errors, {}, &Answer::Failure::policy).begin(), out.errors.end());
  // Anything but a permit without a forbid denies.
  out.decision = !forbidden && !out.reasons.empty() ? Decision::kAllow : Decision::kDeny;
}

Response Authorize(const Request& request, const PolicySet& policies, const Entities& entities) {
  Answer answer;
  Decide(request, policies, entities, answer);
  Response response;
  response.decision = answer.decision;
  const std::vector<PolicyInfo>& infos = policies.policies();
  for (uint32_t i : answer.reasons) response.reasons.push_back(infos[i].id);
  for (Answer::Failure& error : answer.errors) {
    response.errors.push_back({infos[error.policy].id, std::move(error.message)});
  }
  return response;
}

bool Satisfied(const Request& request, const PolicySet& policies, size_t policy, const Entities& entities) {
  const PolicySet::Rep& set = policies.rep();
  const Frame frame(request, entities.rep(), *set.program);
  Machine<false> machine(*set.program, entities.rep(), frame);
  return machine.InScope(set.hot[policy]) && ConditionsHold(machine, set.hot[policy]).IsTrue();
}

}  // namespace hikae::cedar
