// The validation of policy_set.h with a bound of the caller's. Internal.
#ifndef HIKAE_CEDAR_VALIDATE_VALIDATE_H_
#define HIKAE_CEDAR_VALIDATE_VALIDATE_H_

#include <cstddef>

#include "cedar/engine/policy_set.h"

namespace hikae::cedar {

// Gives up with an error, the last one, once `steps` are taken (see kMaxValidationSteps).
Validation ValidateWithin(const PolicySet& policies, const Schema& schema, size_t steps);

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_VALIDATE_VALIDATE_H_
