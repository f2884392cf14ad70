// Measuring: runs a plan over a working set. Cost is linear in rows: each reference is indexed once.
#ifndef HIKAE_AUDIT_FACT_MEASURE_H_
#define HIKAE_AUDIT_FACT_MEASURE_H_

#include "audit/fact_plan.h"
#include "audit/working_set.h"
#include "base/civil_date.h"

namespace hikae::audit {

// Sets the attributes of all facts, and what each was measured from. `plan` must outlive the set.
void Measure(const FactPlan& plan, base::Day today, WorkingSet& set);

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_FACT_MEASURE_H_
