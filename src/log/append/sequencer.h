// Gives entries their indexes and writes them, one group at a time, under the lock that all writers of an office share.
#ifndef HIKAE_LOG_APPEND_SEQUENCER_H_
#define HIKAE_LOG_APPEND_SEQUENCER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/io.h"
#include "log/lock_file.h"
#include "log/log_end.h"

namespace hikae::log {

// The frames of one group, with room for its head in front, and the leaf hashes of its entries.
struct GroupBody {
  std::vector<uint8_t> buffer = std::vector<uint8_t>(kMaxGroupHeadBytes);
  std::vector<Digest> leaves;
  size_t bytes() const { return buffer.size() - kMaxGroupHeadBytes; }
};

// A log's head: what a checkpoint states.
struct LogHead {
  std::string period;
  std::string origin;
  uint64_t size = 0;
  Digest root{};
};

// How segments grow. Readers do not depend on it.
struct SegmentSizes {
  uint64_t full = kSegmentFull;       // bytes after which the next one is begun
  uint64_t room = uint64_t{1} << 20;  // zeros written in advance, at a time
};

// Where an append landed.
struct Position {
  std::string period;
  uint64_t first = 0;  // index of its first entry
};

// The leaves that a new period begins with, made from the head of the period before while nobody can append to it.
using FirstLeaf = std::function<base::Result<std::vector<uint8_t>>(const LogHead& last)>;

// Invariant: what head() says is on the disk. One thread at a time; any number of sequencers, in any processes, may be
// open on one directory. After a failed sync it is poisoned: nothing of the file's tail is known any more, and only
// opening again finds out.
class Sequencer {
 public:
  // Looks through the last segment and puts its end in order. kNotFound: no log; kTampered; kVersion; kBusy; kIo.
  static base::Result<std::unique_ptr<Sequencer>> Open(base::Io& io, const std::string& log_directory,
                                                       uint32_t busy_ms = kDefaultBusyMs,
                                                       const SegmentSizes& sizes = {});

  // Returns when the group is on the disk. The body holds at least one entry and at most kMaxBodyBytes; its room is
  // written over. kBusy and kIo: nothing of it is in the log, unless poisoned(): then only opening again tells.
  base::Result<Position> Commit(GroupBody& body);
  // From now on entries go to the period `name`, behind the current one in byte order (kArgument). On failure the
  // current one goes on.
  base::Result<void> BeginPeriod(const std::string& name, const FirstLeaf& first_leaf);

  // Takes in what others have written since: head() is then what is on the disk. As Commit on failure.
  base::Result<void> TakeIn();

  LogHead head() const { return {period_, end_.origin, end_.size(), end_.frontier.Root()}; }
  const std::string& period() const { return period_; }
  uint64_t size() const { return end_.size(); }
  bool poisoned() const { return poisoned_; }
  // Excludes every writer of the office while it is held, this one too.
  base::Result<Held> Lock() { return lock_.LockToWrite(busy_ms_); }

 private:
  Sequencer(base::Io& io, std::string directory, LockFile lock, uint32_t busy_ms, const SegmentSizes& sizes)
      : io_(io), directory_(std::move(directory)), lock_(std::move(lock)), busy_ms_(busy_ms), sizes_(sizes) {}

  // All of these under the lock.
  base::Result<void> Refresh();                                        // takes in what others wrote since
  base::Result<void> Reload(const std::optional<LockRecord>& record);  // the same from the disk alone
  base::Result<void> Repair(bool rewrite);                             // cuts off a torn tail, syncs a doubtful group
  base::Result<void> NextSegment();
  base::Result<void> Write(GroupBody& body, Frontier after);
  void MakeRoom(uint64_t end, size_t bytes);
  base::Result<void> Record(bool settled);
  base::Result<void> Synced(base::Result<void> result);  // poisons when it failed

  base::Io& io_;
  const std::string directory_;
  LockFile lock_;
  const uint32_t busy_ms_;
  const SegmentSizes sizes_;
  std::string period_;
  LogEnd end_;
  std::unique_ptr<base::File> file_;  // the last segment
  uint64_t allocated_ = 0;            // its length: zeros from the end of the log on
  uint64_t generation_ = 0;
  bool poisoned_ = false;
};

// Makes the log of an office that has none: its first period, with its first leaf. kExists: there is one already;
// kArgument: not a name, an origin too long.
base::Result<void> CreateLog(base::Io& io, const std::string& log_directory, const std::string& office,
                             const std::string& period, crypto::Bytes first_leaf, uint8_t alignment = kMinAlignment);

}  // namespace hikae::log

#endif  // HIKAE_LOG_APPEND_SEQUENCER_H_
