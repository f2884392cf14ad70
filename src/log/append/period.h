// Making a period: its directory, first segment and first entry, there whole or not at all.
#ifndef HIKAE_LOG_APPEND_PERIOD_H_
#define HIKAE_LOG_APPEND_PERIOD_H_

#include <string>

#include "base/error.h"
#include "base/io.h"
#include "log/segment.h"

namespace hikae::log {

// Under the log's lock. On failure there is no such period (kIo: or there is one, as it was asked for).
base::Result<void> MakePeriod(base::Io& io, const std::string& log_directory, const std::string& origin,
                              const std::string& name, crypto::Bytes first_leaf, uint8_t alignment);
// Deletes what others began to make and never finished. Under the log's lock.
base::Result<void> RemoveUnfinished(base::Io& io, const std::string& log_directory);

}  // namespace hikae::log

#endif  // HIKAE_LOG_APPEND_PERIOD_H_
