// Stubs: entities that a pack expects and the registry lacks (docs/design/statements-and-facts.md §4).
#ifndef HIKAE_AUDIT_STUBS_H_
#define HIKAE_AUDIT_STUBS_H_

#include "audit/pack.h"
#include "audit/working_set.h"

namespace hikae::audit {

// Adds them to the set. `entities` is what the set holds, with its facts: expectations read them.
void AddStubs(const Pack& pack, const cedar::Value& context, const cedar::Entities& entities, WorkingSet& set);

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_STUBS_H_
