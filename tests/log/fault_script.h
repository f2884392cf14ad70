// A workload over the simulated disk, and what must be true of the disk afterwards, whatever happened to it.
#ifndef HIKAE_TESTS_LOG_FAULT_SCRIPT_H_
#define HIKAE_TESTS_LOG_FAULT_SCRIPT_H_

#include <algorithm>
#include <string>
#include <vector>

#include "io/sim_io.h"
#include "log/log_fixture.h"

namespace hikae::log {

constexpr char kSimDirectory[] = "office/log";
constexpr SegmentSizes kSmallSegments{16 << 10, 4 << 10};

// One Append and what came of it.
struct Call {
  uint64_t n = 0;  // of its first entry
  uint64_t count = 0;
  bool acknowledged = false;
  Position position;
};

// Makes a log and appends to it: through several segments, a reopening, a new period and a time in bounded mode. Goes
// on after failures, as an office would: with the same writer, or with a new one.
class FaultScript {
 public:
  FaultScript(test::SimIo& io, bool reopen) : io_(io), reopen_(reopen) {}

  void Run() {
    static_cast<void>(io_.MakeDirectory("office").ok());
    static_cast<void>(io_.SyncDirectory("").ok());
    made_ = CreateLog(io_, kSimDirectory, kOffice, "2021", Begun("2021")).ok();
    for (uint64_t i = 0; i < 14; ++i) Append(1 + i % 4, i * 300);
    writer_.reset();
    for (uint64_t i = 0; i < 4; ++i) Append(1 + i % 2, 40);
    if (Ready()) {
      begun_ = writer_
                   ->BeginPeriod("2022",
                                 [](const LogHead& last) -> base::Result<std::vector<uint8_t>> {
                                   return Begun("2022", last.origin + "\n" + std::to_string(last.size) + "\n");
                                 })
                   .ok();
    }
    for (uint64_t i = 0; i < 4; ++i) Append(2, i * 1500);
    writer_.reset();
    Bounded();
    Append(1, 0);
    writer_.reset();
  }

  bool made() const { return made_; }
  bool begun() const { return begun_; }
  bool bounded_lost() const { return bounded_lost_; }
  const std::vector<Call>& calls() const { return calls_; }

 private:
  bool Ready(const Durability& durability = Durability::Strict()) {
    if (writer_) return true;
    WriterOptions options;
    options.durability = durability;
    options.sizes = kSmallSegments;
    options.busy_ms = 0;
    auto writer = LogWriter::Open(io_, kSimDirectory, options);
    if (writer.ok()) writer_ = *std::move(writer);
    return writer.ok();
  }

  void Append(uint64_t count, size_t detail_size) {
    if (!Ready()) return;
    Call call = Next(count);
    const auto position = writer_->Append(Entries(call, detail_size));
    call.acknowledged = position.ok();
    if (position.ok()) call.position = *position;
    calls_.push_back(call);
    // A writer that failed twice is poisoned or has no disk.
    failures_ = position.ok() ? 0 : failures_ + 1;
    if (failures_ > (reopen_ ? 0 : 1)) writer_.reset();
  }

  void Bounded() {
    // Long enough that the background never writes: the script stays the same from run to run.
    if (!Ready(Durability::Bounded(3'600'000, 1000))) return;
    std::vector<std::pair<Call, LogWriter::Ticket>> handed;
    for (uint64_t i = 0; i < 6; ++i) {
      const Call call = Next(1 + i % 3);
      const auto ticket = writer_->Submit(Entries(call, 100));
      if (ticket.ok()) {
        handed.emplace_back(call, *ticket);
      } else {
        calls_.push_back(call);
      }
      if (i == 2) static_cast<void>(writer_->Flush().ok());
    }
    static_cast<void>(writer_->Close().ok());
    for (auto& [call, ticket] : handed) {
      const auto position = writer_->Wait(ticket);
      call.acknowledged = position.ok();
      if (position.ok()) call.position = *position;
      bounded_lost_ = bounded_lost_ || !position.ok();
      calls_.push_back(call);
    }
    writer_.reset();
  }

  Call Next(uint64_t count) {
    Call call;
    call.n = n_;
    call.count = count;
    n_ += count;
    return call;
  }

  // Borrowed until the next call.
  std::vector<NewEntry> Entries(const Call& call, size_t detail_size) {
    leaves_.clear();
    detail_.assign(detail_size, static_cast<uint8_t>(call.n | 1));
    std::vector<NewEntry> entries;
    for (uint64_t i = 0; i < call.count; ++i) leaves_.push_back(Leaf(1, call.n + i));
    for (const auto& leaf : leaves_) entries.push_back({leaf, detail_});
    return entries;
  }

  test::SimIo& io_;
  const bool reopen_;
  std::unique_ptr<LogWriter> writer_;
  std::vector<Call> calls_;
  std::vector<std::vector<uint8_t>> leaves_;
  std::vector<uint8_t> detail_;
  uint64_t n_ = 0;
  int failures_ = 0;
  bool made_ = false;
  bool begun_ = false;
  bool bounded_lost_ = false;
};

// Whatever was acknowledged is there, where it was said to be; whatever is there is whole and in order. Returns what is
// wrong, or nothing.
inline std::string WhatIsWrong(const std::map<std::string, WholeLog>& periods, const std::vector<Call>& calls) {
  std::vector<uint64_t> there;
  for (const auto& [name, whole] : periods) {
    for (const Told& told : whole.told) there.push_back(told.n);
  }
  if (!std::is_sorted(there.begin(), there.end()) || std::adjacent_find(there.begin(), there.end()) != there.end())
    return "entries out of order or twice";
  const auto has = [&](uint64_t n) { return std::binary_search(there.begin(), there.end(), n); };
  for (const Call& call : calls) {
    uint64_t count = 0;
    for (uint64_t i = 0; i < call.count; ++i) count += has(call.n + i) ? 1 : 0;
    if (count != 0 && count != call.count) return "half of an append, n " + std::to_string(call.n);
    if (call.acknowledged && count == 0) return "an acknowledged append is gone, n " + std::to_string(call.n);
  }
  return {};
}

// All periods of the simulated log, read without a writer. An error is an error of reading.
inline base::Result<std::map<std::string, WholeLog>> ReadAll(base::Io& io) {
  HIKAE_TRY(const std::vector<Period> names, ListPeriods(io, kSimDirectory));
  std::map<std::string, WholeLog> periods;
  for (const Period& period : names) {
    HIKAE_TRY(periods[period.name], ReadLog(io, kSimDirectory, period.name));
  }
  return periods;
}

}  // namespace hikae::log

#endif  // HIKAE_TESTS_LOG_FAULT_SCRIPT_H_
