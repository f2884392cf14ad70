// A file system in memory that loses power, for tests of whatever writes through base::Io.
#ifndef HIKAE_TESTS_IO_SIM_IO_H_
#define HIKAE_TESTS_IO_SIM_IO_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/io.h"

namespace hikae::test {

// What an operation may meet, for tests to pick at.
enum class Op : uint8_t {
  kOpen,
  kRead,
  kWrite,
  kSync,
  kTruncate,
  kRename,
  kRemove,
  kMakeDirectory,
  kSyncDirectory,
  kLock
};

enum class Fault : uint8_t {
  kNone,
  kPowerOff,  // this operation is cut off in the middle, every later one fails
  kFail,      // EIO; of a write nothing, of a sync nobody knows what is done
  kFailHalf,  // a write does half of its bytes and then fails, as a full disk does
  kShort,     // a write or read does fewer bytes than it was asked for, and says so
};

// Bytes, as programs see them and as the disk has them. A write reaches the disk by a sync, or by chance, sector by
// sector (512 bytes), each whole or not at all; so do truncations. A failed sync writes some of it and leaves the rest
// clean: syncing again does not write it. Names reach the disk in the order they were changed, some of the
// last ones not, until their directory is synced. Shareable between threads.
class SimIo final : public base::Io {
 public:
  // Asked before each operation but reads of locks; counts from 0.
  using Plan = std::function<Fault(uint64_t n, Op op, const std::string& path)>;

  SimIo() = default;
  void SetPlan(Plan plan) { plan_ = std::move(plan); }
  void MakeReadOnly() { read_only_ = true; }
  void LieAboutSyncs() { lies_ = true; }  // of files: they succeed and do nothing
  uint64_t operations() const { return count_; }
  bool off() const { return off_; }
  // The disk as it is found after the power came back: everything that was not synced is there or not by `seed`;
  // kNothing and kAll are the two ends.
  static constexpr uint64_t kNothing = 0, kAll = 1;
  std::unique_ptr<SimIo> AfterPowerCut(uint64_t seed) const;
  // The same disk, seen by processes that start anew: locks gone, caches kept.
  std::unique_ptr<SimIo> AfterRestart() const;

  base::Result<std::unique_ptr<base::File>> Open(const std::string& path, base::OpenMode mode) override;
  base::Result<void> Rename(const std::string& from, const std::string& to) override;
  base::Result<void> Remove(const std::string& path) override;
  base::Result<void> MakeDirectory(const std::string& path) override;
  base::Result<void> SyncDirectory(const std::string& path) override;
  base::Result<std::vector<std::string>> List(const std::string& path) override;
  void Pause(uint32_t micros) override { ticks_ += micros; }
  uint64_t Ticks() override { return ++ticks_; }

  // Direct access, past plan and caches: what is there is on the disk, too.
  std::vector<uint8_t>* Bytes(const std::string& path);
  void SetBytes(const std::string& path, std::vector<uint8_t> bytes);

 private:
  friend class SimFile;
  struct Change {  // of a file's bytes, not yet synced
    bool truncate = false;
    uint64_t offset = 0;  // or the new size
    std::vector<uint8_t> bytes;
  };
  struct Node {
    bool directory = false;
    std::vector<uint8_t> live, disk;
    std::vector<Change> pending;
    std::map<uint64_t, std::pair<const void*, std::set<const void*>>> locks;  // byte → exclusive holder, sharers
  };
  using Tree = std::map<std::string, std::shared_ptr<Node>>;
  struct NameChange {  // one step of the tree of names
    std::string directory;
    std::function<void(Tree&)> apply;
    bool synced = false;
  };

  Fault Ask(Op op, const std::string& path);
  static base::Error Failed(const std::string& path);
  static base::Error Missing(const std::string& path);
  static void Apply(std::vector<uint8_t>& bytes, const Change& change);
  static void ApplySectors(std::vector<uint8_t>& disk, const Change& change, const std::function<bool()>& lands);
  base::Result<void> ChangeName(Op op, const std::string& path, std::function<void(Tree&)> apply);

  mutable std::mutex mutex_;
  Plan plan_;
  uint64_t count_ = 0;
  bool off_ = false;
  bool lies_ = false;
  bool read_only_ = false;
  std::atomic<uint64_t> ticks_{0};
  Tree live_, disk_;
  std::vector<NameChange> names_;
};

}  // namespace hikae::test

#endif  // HIKAE_TESTS_IO_SIM_IO_H_
