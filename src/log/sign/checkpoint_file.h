// Where a period's checkpoints are kept beside its segments (docs/formats/checkpoint.md §2): the latest in one file,
// those worth keeping in another.
#ifndef HIKAE_LOG_SIGN_CHECKPOINT_FILE_H_
#define HIKAE_LOG_SIGN_CHECKPOINT_FILE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/io.h"
#include "log/checkpoint.h"

namespace hikae::log {

constexpr size_t kMaxCheckpointListBytes = size_t{1} << 30;

// The two files of one period. One writer at a time: whoever signs holds the key. One thread at a time.
class CheckpointFile {
 public:
  struct Keep {
    uint64_t entries = 1'000;        // since the last one kept
    int64_t micros = 3'600'000'000;  // or so long since then
  };
  // What a stop left half written behind the last whole note is cut off. kTampered: the list is not one.
  static base::Result<CheckpointFile> Open(base::Io* io, const std::string& period_directory, Keep keep);

  // Takes in what another process has put since, under the lock that all who sign share. Reads the end of the list
  // only.
  base::Result<void> Refresh();
  // On the disk when it returns. `always` keeps it in the list whatever the rule says: a handover, a cosigned one.
  base::Result<void> Put(const std::string& note, int64_t now, bool always);

  // All of them as one list: those kept, the latest behind them, and those that witnesses cosigned since (CosignedFile)
  // in their places. A half written last note is left out. Empty where there is none.
  static base::Result<std::string> Read(base::Io& io, const std::string& period_directory);
  // The last note signed, kept or not; empty where there is none. After Open or Refresh.
  base::Result<std::string> Latest() const;

 private:
  CheckpointFile(base::Io* io, std::string directory, Keep keep)
      : io_(*io), directory_(std::move(directory)), rule_(keep) {}
  base::Result<void> Append(const std::string& note);

  base::Io& io_;
  std::string directory_;
  Keep rule_;
  uint64_t end_ = 0;        // of the list, in bytes
  uint64_t kept_size_ = 0;  // of the last checkpoint kept
  std::string kept_;        // its note
  int64_t kept_at_ = INT64_MIN;
};

// What witnesses cosigned after it was signed: `cosigned` beside the lists, notes by ascending size. Apart from them,
// so that who attaches a cosignature and who signs need not wait for each other.
class CosignedFile {
 public:
  // Puts a checkpoint's note as `merge` gives it from the note that is there for this text, if any. On the disk when it
  // returns; under a lock beside the file (kBusy). kTampered: the file is not such a list.
  using Merge = std::function<Note(std::optional<Note> kept)>;
  static base::Result<void> Put(base::Io& io, const std::string& period_directory, const SignedCheckpoint& checkpoint,
                                const Merge& merge);
};

}  // namespace hikae::log

#endif  // HIKAE_LOG_SIGN_CHECKPOINT_FILE_H_
