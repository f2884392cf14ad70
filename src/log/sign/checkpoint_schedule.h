// When a checkpoint is due: pure, the time is an argument.
#ifndef HIKAE_LOG_SIGN_CHECKPOINT_SCHEDULE_H_
#define HIKAE_LOG_SIGN_CHECKPOINT_SCHEDULE_H_

#include <cstdint>

namespace hikae::log {

// Due when there is something new and it is old enough, is enough, or somebody asked. Nothing new is never due: the
// last checkpoint says it all. A value; one thread at a time.
class CheckpointSchedule {
 public:
  struct Options {
    int64_t micros = 1'000'000;  // from the last checkpoint
    uint64_t entries = 1'000;    // since the last checkpoint
  };
  // A log whose last checkpoint is of `size`, signed at `now` or before.
  CheckpointSchedule(Options options, uint64_t size, int64_t now) : options_(options), size_(size), signed_at_(now) {}

  void Ask() { asked_ = true; }
  bool IsDue(uint64_t size, int64_t now) const;
  // How long until the age alone makes one due, in microseconds; 0 when one is due now. For whoever waits.
  int64_t WaitFor(uint64_t size, int64_t now) const;
  void Signed(uint64_t size, int64_t now);

 private:
  // A clock set back must not put checkpoints off until it has caught up.
  int64_t Age(int64_t now) const { return now < signed_at_ ? options_.micros : now - signed_at_; }

  Options options_;
  uint64_t size_;
  int64_t signed_at_;
  bool asked_ = false;
};

}  // namespace hikae::log

#endif  // HIKAE_LOG_SIGN_CHECKPOINT_SCHEDULE_H_
