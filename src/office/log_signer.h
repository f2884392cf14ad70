// Signs an office's access log among several processes: checkpoints, changes of keys, the turn of a period.
#ifndef HIKAE_OFFICE_LOG_SIGNER_H_
#define HIKAE_OFFICE_LOG_SIGNER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/io.h"
#include "log/append/log_writer.h"
#include "log/lock_file.h"
#include "log/period_source.h"
#include "log/sign/checkpoint_file.h"
#include "log/sign/epoch_signer.h"
#include "office/log_keys.h"

namespace hikae::office {

// Shareable between threads. Invariants: whatever is signed was compared with the entries on the disk, back to the
// checkpoint before it; one process signs at a time, and each begins from what the others have signed.
class LogSigner {
 public:
  // Borrows all of them. `now`: microseconds since 1970.
  LogSigner(base::Io& io, std::string log_directory, log::LogWriter& writer, LogKeys& keys, uint32_t busy_ms,
            std::function<int64_t()> now);

  // Sees that log, keys and last checkpoint belong together, and ends a change of keys that was cut off. kTampered.
  base::Result<void> Check();
  // The note of what is on the disk now; the last one when nothing is new.
  base::Result<std::string> Sign();
  // `between` runs when the next key is kept and nothing is signed by it yet; when it fails, no key is changed.
  base::Result<void> ChangeKey(const std::function<base::Result<void>()>& between);
  // Ends the current period with a checkpoint and begins `name` with it. Nothing to do when that has begun, or a later
  // one.
  base::Result<void> BeginPeriod(const std::string& name);
  // Runs `work` while nobody signs, changes keys or begins a period.
  base::Result<void> Alone(const std::function<base::Result<void>()>& work);
  uint64_t signed_size() const { return signed_size_.load(std::memory_order_relaxed); }

 private:
  // What is known of the period that is being signed.
  struct Current {
    std::string period;
    std::string origin;
    log::CheckpointFile file;
    std::unique_ptr<log::PeriodSource> entries;
    std::string note;         // the last one signed; empty: none
    log::Frontier frontier;   // of the entries it covers, seen to give its root
    int64_t key_changes = 0;  // of the key file, when the signer was made
    std::optional<log::EpochSigner> signer;
  };

  base::Result<log::Held> Lock();
  base::Result<log::LogHead> Prepare();
  base::Result<void> OpenPeriod(const log::LogHead& head);
  base::Result<void> TakeLast(const std::string& note);
  base::Result<log::KeyRing> TakeRing(const std::optional<log::SignedCheckpoint>& last);
  base::Result<void> CheckOwner(const log::KeyRing& ring, const std::optional<log::SignedCheckpoint>& last);
  bool Holds(const log::KeyRing& ring, const std::string& key) const;
  base::Result<void> CheckAnnounced(uint64_t size);
  base::Result<std::optional<log::Entry>> EntryAt(uint64_t index);
  base::Result<log::Frontier> GrownTo(uint64_t size);
  base::Result<std::string> SignHead(const log::LogHead& head, bool keep);
  base::Result<log::LogHead> FinishChange(log::LogHead head);
  base::Result<std::optional<uint64_t>> FindAnnouncement(const log::LogHead& head, const std::string& key);
  base::Result<void> Keep(const std::string& note, log::Frontier frontier, bool keep);

  base::Io& io_;
  const std::string directory_;
  log::LogWriter& writer_;
  LogKeys& keys_;
  const uint32_t busy_ms_;
  const std::function<int64_t()> now_;

  std::mutex mutex_;
  // Guarded by mutex_.
  std::optional<log::LockFile> lock_;
  std::optional<Current> current_;
  uint64_t readable_ = 0;  // entries of current_ that are known to be on the disk

  std::atomic<uint64_t> signed_size_{0};
};

}  // namespace hikae::office

#endif  // HIKAE_OFFICE_LOG_SIGNER_H_
