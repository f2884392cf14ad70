// The checkpoints a period is compared with, in order of size, wherever they come from.
#ifndef HIKAE_LOG_VERIFY_HEADS_H_
#define HIKAE_LOG_VERIFY_HEADS_H_

#include <optional>
#include <string_view>
#include <vector>

#include "log/checkpoint.h"

namespace hikae::log::verify {

enum class HeadFrom : uint8_t {
  kLog,     // kept with the log
  kAnchor,  // seen outside the machine
  kNext,    // the first entry of the period after
};

struct Head {
  HeadFrom from = HeadFrom::kLog;
  SignedCheckpoint checkpoint;
};

// Merges the log's own list, read note by note, with the few that come from elsewhere. Memory does not grow with the
// list. One thread at a time.
class HeadStream {
 public:
  HeadStream(std::string_view list, std::vector<Head> others);
  // The head with the smallest size that is left; null at the end. The pointer is good until Pop.
  const Head* Peek();
  Head Pop();
  // What was wrong with the list; once set, the list is not read on. Size is that of the last good checkpoint.
  struct Wrong {
    std::string why;
    uint64_t after_size = 0;
  };
  const std::optional<Wrong>& wrong() const { return wrong_; }

 private:
  void Fill();

  NoteListReader list_;
  std::optional<Head> next_;  // of the list
  std::vector<Head> others_;  // largest first
  std::optional<Wrong> wrong_;
  uint64_t last_size_ = 0;
};

}  // namespace hikae::log::verify

#endif  // HIKAE_LOG_VERIFY_HEADS_H_
