// Appending to the access log of an office, from many threads: what they hand over at the same time is written and
// synced at once.
#ifndef HIKAE_LOG_APPEND_LOG_WRITER_H_
#define HIKAE_LOG_APPEND_LOG_WRITER_H_

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>

#include "base/error.h"
#include "base/io.h"
#include "log/append/bounded_mark.h"
#include "log/append/sequencer.h"

namespace hikae::log {

// One entry to append. Borrowed for the call.
struct NewEntry {
  crypto::Bytes leaf;    // of EncodeEntry
  crypto::Bytes detail;  // sealed; the leaf has its SHA-256. Empty: none
};

// When an append counts as done.
struct Durability {
  // 0: strict. Otherwise bounded: what a stop of the machine or the process loses was handed over within the last `ms`
  // milliseconds and is at most `records` entries; appends wait where it would be more.
  LossBound bound;
  bool strict() const { return bound.records == 0; }
  static Durability Strict() { return {}; }
  static Durability Bounded(uint32_t ms, uint32_t records) { return {{ms, records}}; }
};

struct WriterOptions {
  Durability durability;
  uint32_t busy_ms = kDefaultBusyMs;  // how long to wait for other processes
  SegmentSizes sizes;
  int64_t now = 0;  // time of the entries that opening itself may have to write
};

// Shareable between threads. Invariant: entries handed over by one thread stand in that order; those of one call stand
// side by side. A batch has one leader, the first who waits for it; it writes all that came before it, and one signal
// wakes the batch.
class LogWriter {
  struct Batch;

 public:
  // Where the entries of one Submit will stand. Copies are the same ticket. Empty until Submit gives it.
  class Ticket {
    friend class LogWriter;
    std::shared_ptr<Batch> batch_;
    uint64_t offset_ = 0;
  };

  // kNotFound: no log; kTampered; kVersion; kBusy; kIo; kArgument: a bound of 0 ms. Where a writer in bounded mode
  // died, an entry 'possible loss' is on the disk when this returns.
  static base::Result<std::unique_ptr<LogWriter>> Open(base::Io& io, const std::string& log_directory,
                                                       const WriterOptions& options = {});
  // Closes; what Close() would report is lost.
  ~LogWriter();

  // Hands entries over and returns before they are on the disk (bounded: once there is room within the bound).
  // kArgument: an entry too long, too many for one group, or none; kIo: an earlier failure. On failure none was handed
  // over.
  base::Result<Ticket> Submit(std::span<const NewEntry> entries);
  // Returns when they are on the disk, and where; in either mode. On failure none of them is, nor will be; but after a
  // failed sync nobody knows, and whoever opens the log again may find them there.
  base::Result<Position> Wait(const Ticket& ticket);
  // Strict: Submit and Wait. Bounded: Submit; the position is not known yet, and empty.
  base::Result<Position> Append(std::span<const NewEntry> entries);
  // Waits for all that was handed over before.
  base::Result<void> Flush();
  // Writes what is left and ends; idempotent. Appends behind it are refused.
  base::Result<void> Close();

  // Entries handed over that a stop now would lose. 0 in strict mode but for those being waited for.
  uint64_t exposure() const { return pending_.load(std::memory_order_relaxed); }
  // What is on the disk, as far as this writer knows. Waits for the group that is being written.
  LogHead head() const;
  // The same, with what other writers have put there.
  base::Result<LogHead> Refresh();
  // The entries of a period that are on the disk, for who reads beside this writer (PeriodSource::Durable); nothing for
  // a period that is not the current one. The error of what was lost, when something was.
  base::Result<std::optional<uint64_t>> Durable(std::string_view period) const;
  base::Result<void> BeginPeriod(const std::string& name, const FirstLeaf& first_leaf);

 private:
  LogWriter(base::Io& io, std::unique_ptr<Sequencer> sequencer, const WriterOptions& options)
      : io_(io), sequencer_(std::move(sequencer)), options_(options) {}

  base::Result<void> ReportLosses(const std::string& log_directory);
  base::Result<void> EnterBounded(const std::string& log_directory);
  base::Result<void> MakeRoom(std::unique_lock<std::mutex>& lock, uint64_t count);
  bool OverBound(uint64_t count) const;            // mutex_ held
  Ticket Last() const;                             // mutex_ held: behind all that was handed over; may be empty
  std::shared_ptr<Batch> OpenBatch(size_t bytes);  // mutex_ held: the last batch, or a new one
  base::Result<void> Taking() const;
  void Finish(Batch& batch);  // returns when it is done, leading it if nobody does
  void Lead(const Batch& until);
  void Gather();  // io_mutex_ held
  base::Result<Position> TryCommit(GroupBody& body);
  void CommitOne(const std::shared_ptr<Batch>& batch);
  void FlushInBackground();

  base::Io& io_;
  // Guarded by io_mutex_, which is taken before mutex_.
  mutable std::mutex io_mutex_;
  std::unique_ptr<Sequencer> sequencer_;
  uint32_t crowd_ = 0;  // how many appends waited when the last batch was done, for it or for the next
  uint64_t flush_ = 0;  // ticks that it took

  // Constant after Open.
  const WriterOptions options_;

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::deque<std::shared_ptr<Batch>> queue_;  // not yet taken by a leader; only the last one grows
  std::shared_ptr<Batch> in_flight_;
  GroupBody spare_;                // kept for its memory
  std::shared_ptr<Batch> failed_;  // its error is why nothing is taken any more
  bool closed_ = false;
  std::condition_variable dirty_;  // bounded: something waits to be written

  std::atomic<uint64_t> pending_{0};
  std::optional<BoundedMark> mark_;
  std::thread flusher_;
};

}  // namespace hikae::log

#endif  // HIKAE_LOG_APPEND_LOG_WRITER_H_
