#include "office/signing_clock.h"

#include <chrono>
#include <new>

namespace hikae::office {

SigningClock::SigningClock(base::Io& io, LogSigner& signer, bool background)
    : io_(io), signer_(signer), schedule_({}, 0, Now()) {
  if (background) thread_ = std::thread([this] { Run(); });
}

SigningClock::~SigningClock() { Stop(); }

void SigningClock::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void SigningClock::Appended(uint64_t count) {
  Lock lock(mutex_);
  const bool first = !unsigned_;
  appended_ += count;
  unsigned_ = true;
  if (thread_.joinable()) {
    if (first || schedule_.IsDue(appended_, Now())) wake_.notify_all();
  } else if (schedule_.IsDue(appended_, Now())) {
    SignNow(lock);
  }
}

void SigningClock::Run() {
  Lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [&] { return stop_ || unsigned_; });
    if (stop_) return;
    const auto wait = std::chrono::microseconds(schedule_.WaitFor(appended_, Now()));
    wake_.wait_for(lock, wait, [&] { return stop_ || schedule_.IsDue(appended_, Now()); });
    if (stop_) return;
    if (schedule_.IsDue(appended_, Now())) SignNow(lock);
  }
}

// The lock is not held meanwhile. What fails is tried again with the next entry, on demand, and at the close.
void SigningClock::SignNow(Lock& lock) {
  const uint64_t until = appended_;
  unsigned_ = false;
  schedule_.Signed(until, Now());
  lock.unlock();
  try {
    static_cast<void>(signer_.Sign().ok());
  } catch (const std::bad_alloc&) {
    // As any other failure.
  }
  lock.lock();
}

}  // namespace hikae::office
