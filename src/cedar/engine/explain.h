// Explanation: what became of every policy for one request, and what each read. For people; Decide is for programs.
#ifndef HIKAE_CEDAR_ENGINE_EXPLAIN_H_
#define HIKAE_CEDAR_ENGINE_EXPLAIN_H_

#include <string>
#include <vector>

#include "cedar/engine/judge.h"
#include "cedar/engine/policy_set.h"

namespace hikae::cedar {

enum class PolicyOutcome : uint8_t { kNotInScope, kNotSatisfied, kSatisfied, kFailed };

struct Explanation {
  PolicyOutcome outcome = PolicyOutcome::kNotInScope;
  std::string error;  // of kFailed: "file:3:14: what went wrong"
  std::vector<Read>
      reads;  // in the order of evaluation, each attribute once; `unknown` and `in_unless` say nothing here
};

// One for each of PolicySet::policies(), in their order. By Cedar's own semantics: the outcomes are those that Decide
// combines, whatever @evidence names.
std::vector<Explanation> Explain(const Request& request, const PolicySet& policies, const Entities& entities);

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_ENGINE_EXPLAIN_H_
