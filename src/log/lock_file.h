// The lock of an office's log, and what its last holder left for the next (docs/formats/office-directory.md §2.2).
#ifndef HIKAE_LOG_LOCK_FILE_H_
#define HIKAE_LOG_LOCK_FILE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/io.h"

namespace hikae::log {

constexpr size_t kLockRecordBytes = 128;
constexpr uint32_t kDefaultBusyMs = 5'000;

struct LockRecord {
  bool settled = true;      // false: a group was being written
  uint64_t generation = 0;  // one more with each group
  uint64_t size = 0;        // entries of the period that are known to be on the disk
  uint64_t segment = 0;     // first index of the last segment
  uint64_t offset = 0;      // end of the log in it
  uint32_t chain = 0;
  std::string period;
};
std::vector<uint8_t> EncodeLockRecord(const LockRecord& record);
std::optional<LockRecord> DecodeLockRecord(
    std::span<const uint8_t> bytes);  // nothing: missing, torn or of another form

// Given back when destroyed. Must not outlive the file.
class Held {
 public:
  Held(base::File& file, uint64_t byte) : file_(&file), byte_(byte) {}
  Held(Held&& other) noexcept : file_(std::exchange(other.file_, nullptr)), byte_(other.byte_) {}
  Held& operator=(Held&&) = delete;
  ~Held();

 private:
  base::File* file_;
  uint64_t byte_;
};

// One thread at a time. Two LockFiles exclude each other, in one process or in several.
class LockFile {
 public:
  // `make`: for a writer. Otherwise kNotFound where there is none.
  static base::Result<LockFile> Open(base::Io& io, const std::string& log_directory, bool make);

  // kBusy: others held it for all of busy_ms.
  base::Result<Held> LockToWrite(uint32_t busy_ms);
  base::Result<Held> LockToRead(uint32_t busy_ms);
  // Who signs checkpoints, changes keys, begins or drops a period. Taken before the lock to write, never while it is
  // held.
  base::Result<Held> LockToSign(uint32_t busy_ms);
  base::Result<std::optional<LockRecord>> Read();
  base::Result<void> Write(const LockRecord& record);

 private:
  LockFile(base::Io& io, std::unique_ptr<base::File> file, std::string path)
      : io_(&io), file_(std::move(file)), path_(std::move(path)) {}
  base::Result<Held> Take(uint64_t byte, base::LockKind kind, uint32_t busy_ms);

  base::Io* io_;
  std::unique_ptr<base::File> file_;
  std::string path_;
};

}  // namespace hikae::log

#endif  // HIKAE_LOG_LOCK_FILE_H_
