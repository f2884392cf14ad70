// The few operations on files that durable storage is made of, behind an interface, so that tests can cut the power
// after any of them. Thin: one call is one system call, short counts included.
#ifndef HIKAE_BASE_IO_H_
#define HIKAE_BASE_IO_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"

namespace hikae::base {

enum class OpenMode : uint8_t {
  kRead,    // kNotFound when absent
  kWrite,   // to read and write; kNotFound when absent
  kCreate,  // to read and write; made when absent
};
enum class LockKind : uint8_t { kShared, kExclusive };

// An open file; closed, and its locks given up, when destroyed. Reading, writing and syncing from several threads is
// safe; locks are one thread's business. Every failure is kIo.
class File {
 public:
  virtual ~File() = default;
  // How many bytes were read, at least one; 0 at and behind the end.
  virtual Result<size_t> ReadSome(uint64_t offset, std::span<uint8_t> into) = 0;
  // How many bytes were written, at least one. On failure nothing is known of the bytes at hand.
  virtual Result<size_t> WriteSome(uint64_t offset, std::span<const uint8_t> bytes) = 0;
  // fdatasync: what was written before, and the length, is on the disk. After a failure nothing is known of what was
  // written since the last success, and trying again tells nothing.
  virtual Result<void> Sync() = 0;
  virtual Result<void> Truncate(uint64_t size) = 0;
  virtual Result<uint64_t> Size() = 0;
  // A lock of this open file on one byte, which need not exist. False: another open file is in the way.
  virtual Result<bool> TryLock(uint64_t byte, LockKind kind) = 0;
  virtual Result<void> Unlock(uint64_t byte) = 0;
};

// A file system. Shareable between threads.
class Io {
 public:
  virtual ~Io() = default;
  virtual Result<std::unique_ptr<File>> Open(const std::string& path, OpenMode mode) = 0;
  virtual Result<void> Rename(const std::string& from, const std::string& to) = 0;
  virtual Result<void> Remove(const std::string& path) = 0;         // a file or an empty directory; kNotFound
  virtual Result<void> MakeDirectory(const std::string& path) = 0;  // fine when it is there
  virtual Result<void> SyncDirectory(const std::string& path) = 0;  // names made, changed and removed are on the disk
  virtual Result<std::vector<std::string>> List(const std::string& path) = 0;  // sorted names; kNotFound
  virtual void Pause(uint32_t micros) = 0;  // lets others run while one waits for a lock
  virtual uint64_t Ticks() = 0;             // microseconds from some moment on, never back; says nothing of the date
};

// The operating system's. Lives as long as the program.
Io& PosixIo();

// All of it or an error; fewer bytes are read at the end of the file only.
Result<size_t> ReadAt(File& file, uint64_t offset, std::span<uint8_t> into);
Result<void> WriteAt(File& file, uint64_t offset, std::span<const uint8_t> bytes);
// A whole small file; kIo when it is longer than `limit`.
Result<std::string> ReadWhole(Io& io, const std::string& path, size_t limit);

}  // namespace hikae::base

#endif  // HIKAE_BASE_IO_H_
