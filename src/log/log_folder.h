// An access log as a stranger has it: a directory, perhaps a copy on a medium that cannot be written, perhaps damaged.
// No key and no database is needed; nothing is written.
#ifndef HIKAE_LOG_LOG_FOLDER_H_
#define HIKAE_LOG_LOG_FOLDER_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/io.h"
#include "log/checkpoint.h"
#include "log/dropped_period.h"
#include "log/entry_source.h"
#include "log/note.h"
#include "log/periods.h"
#include "log/trust_policy.h"
#include "log/verify/verifier.h"

namespace hikae::log {

// Immutable after Open; shareable between threads. What it gives belongs to one thread at a time.
class LogFolder {
 public:
  // `path` is an office, or its log. kNotFound, kIo. Nothing is known of the periods yet.
  static base::Result<LogFolder> Open(base::Io& io, const std::string& path);

  const std::string& directory() const { return directory_; }
  std::string PathOf(const std::string& period) const;
  // kNotFound: no log; kTampered, kVersion: as ListPeriods.
  base::Result<std::vector<Period>> Periods() const;
  // The period of that name, or the current one where it is empty. kNotFound, and what Periods() expects.
  base::Result<Period> Find(std::string_view name) const;
  // A period whose end cannot be found is read as far as it goes: the error comes where the entries end.
  base::Result<std::unique_ptr<EntrySource>> Entries(const std::string& period) const;
  // The certificates of periods that are gone, oldest first. What ListDropped expects.
  base::Result<std::vector<DroppedPeriod>> Dropped() const;
  // The list of checkpoints kept; empty where there is none. kTampered, kIo.
  base::Result<std::string> Checkpoints(const std::string& period) const;
  // The latest of them, or the one of exactly `size`. kNotFound.
  base::Result<SignedCheckpoint> Latest(const std::string& period) const;
  base::Result<SignedCheckpoint> OfSize(const std::string& period, uint64_t size) const;

 private:
  LogFolder(base::Io& io, std::string directory) : io_(&io), directory_(std::move(directory)) {}

  base::Io* io_;
  std::string directory_;
};

struct FolderCheck {
  std::string period;                                           // only this one; empty: all
  std::vector<VerifierKey> trusted;                             // as verify::VerifyInput has them
  std::vector<std::string> anchors;                             // the same
  const TrustPolicy* witnesses = nullptr;                       // the same
  size_t threads = 1;                                           // the same
  std::function<bool(uint64_t done, uint64_t total)> progress;  // the same
};
// The verdict about the log of a folder. Damage is a finding, never an error. kNotFound, kVersion, kIo, and what
// verify::Verify expects.
base::Result<verify::Verdict> VerifyFolder(const LogFolder& folder, const FolderCheck& check);

}  // namespace hikae::log

#endif  // HIKAE_LOG_LOG_FOLDER_H_
