// Signs when a checkpoint is due: a second after the last one, or 1,000 entries behind it.
#ifndef HIKAE_OFFICE_SIGNING_CLOCK_H_
#define HIKAE_OFFICE_SIGNING_CLOCK_H_

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <thread>

#include "base/error.h"
#include "base/io.h"
#include "log/sign/checkpoint_schedule.h"
#include "office/log_signer.h"

namespace hikae::office {

// Shareable between threads. It sleeps while nothing is unsigned. A failure is kept until the next success: entries are
// durable without a checkpoint, so appending goes on.
class SigningClock {
 public:
  // Borrows both. Without `background` who appends signs when it is due.
  SigningClock(base::Io& io, LogSigner& signer, bool background);
  ~SigningClock();

  void Appended(uint64_t count);
  void Stop();  // idempotent

 private:
  using Lock = std::unique_lock<std::mutex>;
  int64_t Now() { return static_cast<int64_t>(io_.Ticks()); }
  void Run();
  void SignNow(Lock& lock);

  base::Io& io_;
  LogSigner& signer_;
  std::mutex mutex_;
  // Guarded by mutex_.
  log::CheckpointSchedule schedule_;
  uint64_t appended_ = 0;  // by this process, since it opened the log
  bool unsigned_ = false;
  bool stop_ = false;
  std::condition_variable wake_;

  std::thread thread_;
};

}  // namespace hikae::office

#endif  // HIKAE_OFFICE_SIGNING_CLOCK_H_
