// Records sealed again, under new keys of their subjects or with index values under a new index key, while others read
// and write.
#ifndef HIKAE_GATE_SEAL_AGAIN_H_
#define HIKAE_GATE_SEAL_AGAIN_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/error.h"
#include "gate/gate_rep.h"
#include "vault/keys.h"

namespace hikae::gate {

enum class Anew : uint8_t { kSubjectKeys, kIndexValues };

// Some records at a time, each lot one transaction with its entries, which carry `ask` and `decision`, before it. What
// is sealed anew already is passed over, so a run that was cut off goes on. kStopped: what is done stays.
base::Result<void> SealAgain(Session::Rep& session, const Ask& ask, std::shared_ptr<const Decision> decision,
                             std::span<const std::string> files, Anew what, const vault::Keys::Progress& progress);

}  // namespace hikae::gate

#endif  // HIKAE_GATE_SEAL_AGAIN_H_
