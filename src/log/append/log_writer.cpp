#include "log/append/log_writer.h"

#include <algorithm>
#include <chrono>
#include <new>
#include <utility>

#include "crypto/random.h"
#include "crypto/sha256_many.h"
#include "log/append/done.h"
#include "log/big_endian.h"
#include "log/entry.h"

namespace hikae::log {
namespace {

constexpr uint8_t kLeafPrefix = 0x00;  // RFC 6962
constexpr int kMostTurns = 256;        // that a leader gives away before it writes
using base::Error;
using base::Io;
using base::Result;
using base::Status;

// How many bytes their frames take.
Result<size_t> CheckSizes(std::span<const NewEntry> entries) {
  if (entries.empty()) return Error(Status::kArgument, "no entry is given");
  size_t bytes = 0;
  for (const NewEntry& entry : entries) {
    if (entry.leaf.size() < kMinLeafBytes || entry.leaf.size() > kMaxLeafBytes) {
      return Error(Status::kArgument, {"a log entry has 11 to 65,535 bytes", "記録は11から65,535バイトである"}, {},
                   {"put what is long into the detail", "長い内容は封をした詳細に入れる"});
    }
    if (entry.detail.size() > kMaxDetailBytes)
      return Error(Status::kArgument, base::Text{"a sealed detail is shorter than 16 MiB", "詳細は16 MiB未満である"});
    bytes += kFrameHeadBytes + entry.leaf.size() + entry.detail.size();
    if (bytes > kMaxBodyBytes) {
      return Error(Status::kArgument, {"one append has at most 64 MiB", "一度に書けるのは64 MiBまでである"}, {},
                   {"append in several calls", "何回かに分ける"});
    }
  }
  return bytes;
}

std::vector<Digest> HashLeaves(std::span<const NewEntry> entries) {
  std::vector<Bytes> leaves;
  leaves.reserve(entries.size());
  for (const NewEntry& entry : entries) leaves.push_back(entry.leaf);
  std::vector<Digest> hashes(leaves.size());
  crypto::Sha256Many(kLeafPrefix, leaves, hashes);
  return hashes;
}

// The same of a group's frames. `hashes`: as many as there are.
void HashFrames(Bytes frames, std::span<Digest> hashes) {
  std::vector<Bytes> leaves;
  leaves.reserve(hashes.size());
  for (size_t at = 0; at < frames.size();) {
    const size_t leaf = GetBig<uint16_t>(&frames[at]), detail = GetBig<uint32_t>(&frames[at + 2]);
    leaves.push_back(frames.subspan(at + kFrameHeadBytes, leaf));
    at += kFrameHeadBytes + leaf + detail;
  }
  crypto::Sha256Many(kLeafPrefix, leaves, hashes);
}

template <class T>
void GrowTo(std::vector<T>& list, size_t size) {
  if (list.capacity() < size) list.reserve(std::max(size, 2 * list.capacity()));
}

}  // namespace

// What is written at once. Grows under mutex_ while it is the last of the queue; then its leader's alone. Those who
// wait read the outcome once `done` is set.
struct LogWriter::Batch {
  GroupBody body;
  uint64_t opened = 0;               // ticks, of the first entry
  std::atomic<uint32_t> appends{0};  // that joined
  std::atomic<bool> led{false};
  Done done;
  Position position;
  std::optional<Error> error;
};

Result<std::unique_ptr<LogWriter>> LogWriter::Open(Io& io, const std::string& log_directory,
                                                   const WriterOptions& options) {
  if (!options.durability.strict() && options.durability.bound.ms == 0)
    return Error(Status::kArgument, "a bounded loss has at least 1 ms and 1 record");
  HIKAE_TRY(std::unique_ptr<Sequencer> sequencer, Sequencer::Open(io, log_directory, options.busy_ms, options.sizes));
  std::unique_ptr<LogWriter> writer(new LogWriter(io, std::move(sequencer), options));
  HIKAE_CHECK(writer->ReportLosses(log_directory));
  if (!options.durability.strict()) HIKAE_CHECK(writer->EnterBounded(log_directory));
  return writer;
}

Result<void> LogWriter::ReportLosses(const std::string& log_directory) {
  std::vector<BoundedMark> marks;
  {
    HIKAE_TRY(const Held held, sequencer_->Lock());
    HIKAE_TRY(marks, BoundedMark::TakeOver(io_, log_directory));
  }
  for (BoundedMark& mark : marks) {
    Entry entry;
    entry.type = EntryType::kPossibleLoss;
    entry.time = options_.now;
    entry.session = mark.session();
    entry.loss_ms = mark.bound().ms;
    entry.loss_records = mark.bound().records;
    HIKAE_TRY(const std::vector<uint8_t> leaf, EncodeEntry(entry));
    GroupBody body;
    AppendFrame(body.buffer, leaf, {});
    body.leaves.push_back(HashLeaf(leaf));
    HIKAE_CHECK(sequencer_->Commit(body));
    HIKAE_CHECK(mark.Remove());
  }
  return {};
}

Result<void> LogWriter::EnterBounded(const std::string& log_directory) {
  SessionId session;
  crypto::FillRandom(session);
  {
    HIKAE_TRY(const Held held, sequencer_->Lock());
    HIKAE_TRY(mark_, BoundedMark::Make(io_, log_directory, session, options_.durability.bound));
  }
  flusher_ = std::thread([this] { FlushInBackground(); });
  return {};
}

LogWriter::~LogWriter() {
  try {
    static_cast<void>(Close().ok());
  } catch (const std::bad_alloc&) {
    // Nobody is left to be told; in bounded mode the mark stays and tells the next writer.
  }
}

// Why nothing is taken any more; mutex_ held.
Result<void> LogWriter::Taking() const {
  if (failed_) return *failed_->error;
  if (closed_) return Error(Status::kArgument, base::Text{"the access log is closed", "アクセス記録は閉じられている"});
  return {};
}

bool LogWriter::OverBound(uint64_t count) const {
  const LossBound& bound = options_.durability.bound;
  const uint64_t pending = pending_.load(std::memory_order_relaxed);
  if (pending == 0) return false;
  if (pending + count > bound.records) return true;
  const Batch& oldest = in_flight_ ? *in_flight_ : *queue_.front();
  return io_.Ticks() - oldest.opened > uint64_t{bound.ms} * 1000;
}

Result<void> LogWriter::MakeRoom(std::unique_lock<std::mutex>& lock, uint64_t count) {
  // Who finds no room writes what is in the way, or waits for whoever is at it.
  while (!failed_ && OverBound(count)) {
    const Ticket last = Last();
    lock.unlock();
    Finish(*last.batch_);
    lock.lock();
  }
  return Taking();
}

LogWriter::Ticket LogWriter::Last() const {
  Ticket last;
  last.batch_ = queue_.empty() ? in_flight_ : queue_.back();
  return last;
}

std::shared_ptr<LogWriter::Batch> LogWriter::OpenBatch(size_t bytes) {
  if (!queue_.empty() && queue_.back()->body.bytes() + bytes <= kMaxBodyBytes) return queue_.back();
  auto batch = std::make_shared<Batch>();
  std::swap(batch->body, spare_);
  batch->opened = options_.durability.strict() ? 0 : io_.Ticks();
  queue_.push_back(batch);
  return batch;
}

Result<LogWriter::Ticket> LogWriter::Submit(std::span<const NewEntry> entries) {
  HIKAE_TRY(const size_t bytes, CheckSizes(entries));
  const bool bounded = !options_.durability.strict();
  // Who is waited for hashes here, outside every lock, while others are being written; who is not leaves it to the one
  // who writes.
  const std::vector<Digest> leaves = bounded ? std::vector<Digest>() : HashLeaves(entries);
  Ticket ticket;
  {
    std::unique_lock lock(mutex_);
    HIKAE_CHECK(Taking());
    if (bounded) HIKAE_CHECK(MakeRoom(lock, entries.size()));
    const bool first = queue_.empty();
    ticket.batch_ = OpenBatch(bytes);
    GroupBody& body = ticket.batch_->body;
    ticket.offset_ = body.leaves.size();
    GrowTo(body.buffer, body.buffer.size() + bytes);
    GrowTo(body.leaves, body.leaves.size() + entries.size());
    // Nothing below can fail: a batch is never half an append.
    for (const NewEntry& entry : entries) AppendFrame(body.buffer, entry.leaf, entry.detail);
    body.leaves.insert(body.leaves.end(), leaves.begin(), leaves.end());
    body.leaves.resize(ticket.offset_ + entries.size());
    ticket.batch_->appends.fetch_add(1, std::memory_order_relaxed);
    pending_.fetch_add(entries.size(), std::memory_order_relaxed);
    // Who flushes is woken by the first entry, and where half of what may be lost waits; between, its clock runs.
    const uint64_t most = options_.durability.bound.records;
    if (bounded && (first || pending_.load(std::memory_order_relaxed) > most - most / 2)) dirty_.notify_one();
  }
  // More at once than may be lost at all: not exposed, but waited for.
  if (bounded && entries.size() > options_.durability.bound.records) HIKAE_CHECK(Wait(ticket));
  return ticket;
}

void LogWriter::Finish(Batch& batch) {
  if (batch.done.is_set()) return;
  if (!batch.led.exchange(true, std::memory_order_acq_rel)) {
    Lead(batch);
  } else {
    batch.done.Wait();
  }
}

Result<Position> LogWriter::Wait(const Ticket& ticket) {
  Batch& batch = *ticket.batch_;
  Finish(batch);
  if (batch.error) return *batch.error;
  return Position{batch.position.period, batch.position.first + ticket.offset_};
}

Result<Position> LogWriter::Append(std::span<const NewEntry> entries) {
  HIKAE_TRY(const Ticket ticket, Submit(entries));
  if (!options_.durability.strict()) return Position{};
  return Wait(ticket);
}

// Whoever leads a batch writes those in front of it too, so that their order is the order of the queue. While it waits
// for the one before, its own batch goes on growing.
void LogWriter::Lead(const Batch& until) {
  const std::lock_guard io(io_mutex_);
  while (!until.done.is_set()) {
    Gather();
    std::shared_ptr<Batch> batch;
    {
      const std::lock_guard lock(mutex_);
      batch = std::move(queue_.front());
      queue_.pop_front();
      in_flight_ = batch;
    }
    CommitOne(batch);
  }
}

// Those who waited when the last batch was done are likely to come again at once, and one flush serves them all:
// written without them, they would be served by every second flush. Who does not come holds the others up once, for
// half of what a flush takes. Who is alone waits for nobody.
void LogWriter::Gather() {
  if (crowd_ < 2 || !options_.durability.strict()) return;
  const Batch* batch = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() == 1) batch = queue_.front().get();  // else it grows no more
  }
  if (batch == nullptr) return;
  const uint64_t begun = io_.Ticks();
  for (int turns = 0; turns < kMostTurns && batch->appends.load(std::memory_order_relaxed) < crowd_; ++turns) {
    if (io_.Ticks() - begun >= flush_ / 2) return;
    std::this_thread::yield();
  }
}

Result<Position> LogWriter::TryCommit(GroupBody& body) {
  // An empty batch is what an append that ran out of memory leaves. Those who wait must be woken whatever happens.
  if (body.leaves.empty()) return Position{};
  try {
    if (!options_.durability.strict()) HashFrames(std::span(body.buffer).subspan(kMaxGroupHeadBytes), body.leaves);
    return sequencer_->Commit(body);
  } catch (const std::bad_alloc&) {
    return Error(Status::kMemory, "out of memory");  // short enough to need none
  }
}

// Nothing here may fail once the group is written: those who wait must learn of it.
void LogWriter::CommitOne(const std::shared_ptr<Batch>& batch) {
  const size_t count = batch->body.leaves.size();
  const uint64_t begun = io_.Ticks();
  Result<Position> committed = TryCommit(batch->body);
  flush_ = io_.Ticks() - begun;
  const bool ok = committed.ok();
  if (ok) {
    batch->position = *std::move(committed);
  } else {
    batch->error = std::move(committed).error();
  }
  {
    const std::lock_guard lock(mutex_);
    in_flight_.reset();
    crowd_ = batch->appends.load(std::memory_order_relaxed);
    if (!queue_.empty()) crowd_ += queue_.back()->appends.load(std::memory_order_relaxed);
    // In bounded mode callers were told already: what is lost stays counted, and nothing more is taken.
    const bool final = !ok && (sequencer_->poisoned() || !options_.durability.strict());
    if (final && !failed_) failed_ = batch;
    if (ok || options_.durability.strict()) pending_.fetch_sub(count, std::memory_order_relaxed);
    batch->body.buffer.resize(kMaxGroupHeadBytes);
    batch->body.leaves.clear();
    std::swap(spare_, batch->body);
  }
  batch->done.Set();
}

void LogWriter::FlushInBackground() {
  const LossBound& bound = options_.durability.bound;
  const uint64_t all = uint64_t{bound.ms} * 1'000;
  uint64_t writing = all / 4;  // what it took of late
  std::unique_lock lock(mutex_);
  while (true) {
    // The time that is bounded is for gathering, but for twice what writing takes; half of it in any case, and never
    // all.
    const auto gather = std::chrono::microseconds(std::clamp(all - std::min(all, 2 * writing), all / 2, all * 4 / 5));
    dirty_.wait(lock, [&] { return closed_ || !queue_.empty(); });
    if (queue_.empty()) return;
    dirty_.wait_for(lock, gather, [&] { return closed_ || queue_.empty() || OverBound(bound.records / 2); });
    if (queue_.empty()) continue;
    const Ticket last = Last();
    lock.unlock();
    const uint64_t begun = io_.Ticks();
    Finish(*last.batch_);  // its failure is kept for all
    writing = std::max(io_.Ticks() - begun, writing - writing / 8);
    lock.lock();
  }
}

Result<void> LogWriter::Flush() {
  Ticket last;
  {
    const std::lock_guard lock(mutex_);
    if (failed_) return *failed_->error;
    last = Last();
  }
  if (!last.batch_) return {};
  HIKAE_CHECK(Wait(last));
  return {};
}

Result<void> LogWriter::Close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  dirty_.notify_all();
  if (flusher_.joinable()) flusher_.join();  // it writes what is left
  HIKAE_CHECK(Flush());
  if (!mark_) return {};
  HIKAE_CHECK(mark_->Remove());
  mark_.reset();
  return {};
}

LogHead LogWriter::head() const {
  const std::lock_guard io(io_mutex_);
  return sequencer_->head();
}

Result<LogHead> LogWriter::Refresh() {
  const std::lock_guard io(io_mutex_);
  HIKAE_CHECK(sequencer_->TakeIn());
  return sequencer_->head();
}

Result<std::optional<uint64_t>> LogWriter::Durable(std::string_view period) const {
  {
    const std::lock_guard lock(mutex_);
    if (failed_) return *failed_->error;
  }
  const std::lock_guard io(io_mutex_);
  if (period != sequencer_->period()) return std::optional<uint64_t>();
  return std::optional<uint64_t>(sequencer_->size());
}

Result<void> LogWriter::BeginPeriod(const std::string& name, const FirstLeaf& first_leaf) {
  const std::lock_guard io(io_mutex_);
  return sequencer_->BeginPeriod(name, first_leaf);
}

}  // namespace hikae::log
