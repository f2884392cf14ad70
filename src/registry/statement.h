// Reads the values of one stated entity by its type: text to Row.
#ifndef HIKAE_REGISTRY_STATEMENT_H_
#define HIKAE_REGISTRY_STATEMENT_H_

#include <string>
#include <vector>

#include "base/error.h"
#include "cedar/schema/schema.h"
#include "registry/paper.h"
#include "registry/problems.h"
#include "registry/references.h"

namespace hikae::registry {

// The row it states: entity, gaps, lines, validity. Version, document and time are the caller's. Errors: kArgument at
// the value that is wrong, or at the entity when something is missing. With `problems` they are put there instead, all
// of one statement as far as there is room, and the row is worth nothing when there are any.
base::Result<Row> ReadStatement(const Stated& stated, References& references, Problems* problems = nullptr);

}  // namespace hikae::registry

#endif  // HIKAE_REGISTRY_STATEMENT_H_
