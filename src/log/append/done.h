// Something that happens once, and threads that sleep until it has.
#ifndef HIKAE_LOG_APPEND_DONE_H_
#define HIKAE_LOG_APPEND_DONE_H_

#include <atomic>
#include <cstdint>

#ifdef __linux__
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>
#endif

namespace hikae::log {

// What was written before Set is seen after Wait and by who finds it set. std::atomic's own wait first gives its turn
// away several times: a disk takes longer than that, and with more threads than processors each of these is a thread
// that is woken to see nothing.
class Done {
 public:
  bool is_set() const { return set_.load(std::memory_order_acquire) != 0; }
  void Wait() const {
    while (!is_set()) {
#ifdef __linux__
      // Returns at once where it was set in between; a signal only makes it look again.
      syscall(SYS_futex, &set_, FUTEX_WAIT_PRIVATE, 0, nullptr, nullptr, 0);
#else
      set_.wait(0, std::memory_order_acquire);
#endif
    }
  }
  // Nobody who waits may let go of it before this returns.
  void Set() {
    set_.store(1, std::memory_order_release);
#ifdef __linux__
    syscall(SYS_futex, &set_, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
#else
    set_.notify_all();
#endif
  }

 private:
  std::atomic<uint32_t> set_{0};
};
static_assert(sizeof(Done) == sizeof(uint32_t) && std::atomic<uint32_t>::is_always_lock_free);

}  // namespace hikae::log

#endif  // HIKAE_LOG_APPEND_DONE_H_
