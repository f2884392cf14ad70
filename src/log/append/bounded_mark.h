// The mark of a writer in bounded mode: while it lies there and nobody holds it, entries may have been lost
// (docs/formats/office-directory.md §2.3).
#ifndef HIKAE_LOG_APPEND_BOUNDED_MARK_H_
#define HIKAE_LOG_APPEND_BOUNDED_MARK_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/io.h"
#include "log/entry.h"

namespace hikae::log {

struct LossBound {
  uint32_t ms = 0;
  uint32_t records = 0;
};

bool IsMark(std::string_view name);  // 16 hex digits and ".bounded"

// Held, locked, from before the first append until it is taken away. One thread at a time.
class BoundedMark {
 public:
  // Under the log's lock. On the disk when it returns.
  static base::Result<BoundedMark> Make(base::Io& io, const std::string& log_directory, const SessionId& session,
                                        const LossBound& bound);
  // The marks whose writers died, taken over. Under the log's lock. kTampered: a mark that is not one.
  static base::Result<std::vector<BoundedMark>> TakeOver(base::Io& io, const std::string& log_directory);

  const SessionId& session() const { return session_; }
  const LossBound& bound() const { return bound_; }
  base::Result<void> Remove();  // nothing was lost, or the entry that says so is on the disk

 private:
  base::Io* io_ = nullptr;
  std::string directory_;
  std::unique_ptr<base::File> file_;
  SessionId session_{};
  LossBound bound_;
};

}  // namespace hikae::log

#endif  // HIKAE_LOG_APPEND_BOUNDED_MARK_H_
