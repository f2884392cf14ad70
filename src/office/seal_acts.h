// Acts as they will stand in the access log: persons by their pseudonyms, details sealed.
#ifndef HIKAE_OFFICE_SEAL_ACTS_H_
#define HIKAE_OFFICE_SEAL_ACTS_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "office/access_log.h"
#include "office/log_keys.h"

namespace hikae::office {

// Whether a person or record can have this id. kArgument.
base::Result<void> CheckPersonId(std::string_view kind, std::string_view id);

// Makes keys for persons who have none. `now`: time of the acts that say none. kArgument: an act that cannot be
// written, or of a type that only the log itself writes.
base::Result<std::vector<AccessLog::Sealed>> SealActs(std::span<const Act> acts, LogKeys& keys, int64_t now);
// The same for acts without details, of one actor. Appends to `out`.
base::Result<void> SealPlain(std::string_view actor, std::span<const AccessLog::PlainAct> acts, LogKeys& keys,
                             int64_t now, std::vector<AccessLog::Sealed>& out);

}  // namespace hikae::office

#endif  // HIKAE_OFFICE_SEAL_ACTS_H_
