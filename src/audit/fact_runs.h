// Which facts of a plan can be measured side by side.
#ifndef HIKAE_AUDIT_FACT_RUNS_H_
#define HIKAE_AUDIT_FACT_RUNS_H_

#include <cstddef>
#include <vector>

#include "audit/fact_plan.h"

namespace hikae::audit {

// Where the run of facts ends that begins here: of one owner type, none reading an attribute that another of them
// measures, of whatever entity. The order in which their owners come makes no difference then.
size_t EndOfRun(const std::vector<Fact>& facts, size_t begin);

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_FACT_RUNS_H_
