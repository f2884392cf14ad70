#include "cedar/judge.h"
#include "cedar/machine.h"
#include "cedar/policy_set.h"
#include "cedar/policy_set_rep.h"

namespace hikae::cedar {
namespace {

// The conditions in the order of the text: && over every `when` and the negation of every `unless`.
Cell ConditionsHold(Machine<false>& machine, const CompiledPolicy& policy) {
  for (const CompiledPolicy::Clause& clause : policy.clauses) {
    const Cell result = machine.Condition(clause.root);
    if (result.tag == Cell::Tag::kError) return result;
    if (result.IsTrue() == clause.unless) return Cell::Bool(false);
  }
  return Cell::Bool(true);
}

}  // namespace

Response Authorize(const Request& request, const PolicySet& policies, const Entities& entities) {
  const PolicySet::Rep& set = policies.rep();
  const Frame frame(request, entities.rep());
  Machine<false> machine(*set.program, entities.rep(), frame);
  Response response;
  std::vector<size_t> permits;
  std::vector<size_t> forbids;
  for (size_t i = 0; i < set.loaded.size(); ++i) {
    const CompiledPolicy& policy = set.loaded[i]->compiled;
    if (!machine.InScope(policy)) continue;
    const Cell result = ConditionsHold(machine, policy);
    if (result.tag == Cell::Tag::kError) {
      response.errors.push_back({set.infos[i].id, machine.error()});
    } else if (result.IsTrue()) {
      (policy.forbid ? forbids : permits).push_back(i);
    }
  }
  // Anything but a permit without a forbid denies.
  response.decision = forbids.empty() && !permits.empty() ? Decision::kAllow : Decision::kDeny;
  for (size_t i : forbids.empty() ? permits : forbids) response.reasons.push_back(set.infos[i].id);
  return response;
}

bool Satisfied(const Request& request, const PolicySet& policies, size_t policy, const Entities& entities) {
  const PolicySet::Rep& set = policies.rep();
  const Frame frame(request, entities.rep());
  Machine<false> machine(*set.program, entities.rep(), frame);
  const CompiledPolicy& compiled = set.loaded[policy]->compiled;
  return machine.InScope(compiled) && ConditionsHold(machine, compiled).IsTrue();
}

}  // namespace hikae::cedar
