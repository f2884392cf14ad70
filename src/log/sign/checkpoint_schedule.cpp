#include "log/sign/checkpoint_schedule.h"

#include <algorithm>

namespace hikae::log {

bool CheckpointSchedule::IsDue(uint64_t size, int64_t now) const {
  if (size <= size_) return false;
  return asked_ || size - size_ >= options_.entries || Age(now) >= options_.micros;
}

int64_t CheckpointSchedule::WaitFor(uint64_t size, int64_t now) const {
  return IsDue(size, now) ? 0 : std::max<int64_t>(options_.micros - Age(now), 0);
}

void CheckpointSchedule::Signed(uint64_t size, int64_t now) {
  size_ = size;
  signed_at_ = now;
  asked_ = false;
}

}  // namespace hikae::log
