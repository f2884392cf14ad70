// Where entries come from: a period's segment files, an export, a test. Whoever checks a log needs nothing more.
#ifndef HIKAE_LOG_ENTRY_SOURCE_H_
#define HIKAE_LOG_ENTRY_SOURCE_H_

#include <cstdint>
#include <functional>

#include "base/error.h"
#include "crypto/sha256.h"

namespace hikae::log {

// One entry as it lies there. Views, valid until the visitor returns.
struct StoredEntry {
  uint64_t index = 0;
  crypto::Bytes leaf;
  crypto::Bytes detail;  // sealed; empty when there is none
};

// Called once per entry, in order; an error stops the reading and is handed on.
using EntryVisitor = std::function<base::Result<void>(const StoredEntry&)>;

// A log of one period, as far as it is durable. Memory does not grow with the range read.
class EntrySource {
 public:
  virtual ~EntrySource() = default;
  // The number of entries that are there now. Never less than it said before.
  virtual base::Result<uint64_t> Size() = 0;
  // Visits entries [begin, end). kArgument when end is behind Size(), kTampered when what lies there is not whole.
  virtual base::Result<void> Read(uint64_t begin, uint64_t end, const EntryVisitor& visit) = 0;
};

}  // namespace hikae::log

#endif  // HIKAE_LOG_ENTRY_SOURCE_H_
