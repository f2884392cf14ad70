// Stubs: entities that a pack expects and the registry lacks (docs/design/statements-and-facts.md §4).
#ifndef HIKAE_AUDIT_STUBS_H_
#define HIKAE_AUDIT_STUBS_H_

#include "audit/pack.h"
#include "audit/working_set.h"
#include "base/error.h"

namespace hikae::audit {

// Adds them to the set. The facts must have been measured: expectations read them.
base::Result<void> AddStubs(const Pack& pack, const cedar::Value& context, WorkingSet& set);

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_STUBS_H_
