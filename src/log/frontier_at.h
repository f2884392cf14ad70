// The tree of a period as it was at an earlier size, from the frontiers that its segments store: what opening a log to
// sign it costs. Reads; never writes.
#ifndef HIKAE_LOG_FRONTIER_AT_H_
#define HIKAE_LOG_FRONTIER_AT_H_

#include <string>

#include "base/error.h"
#include "base/io.h"
#include "log/tree.h"

namespace hikae::log {

// Reads one segment up to there and hashes the entries behind its last frontier before, of 256 KiB at most beside the
// last group. kArgument: the period has fewer entries; kTampered; kVersion; kIo. The entries up to `size` must not be
// written any more.
base::Result<Frontier> FrontierAt(base::Io& io, const std::string& period, uint64_t size);

}  // namespace hikae::log

#endif  // HIKAE_LOG_FRONTIER_AT_H_
