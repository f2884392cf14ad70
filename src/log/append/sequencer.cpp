#include "log/append/sequencer.h"

#include <algorithm>
#include <cassert>

#include "log/append/period.h"
#include "log/periods.h"

namespace hikae::log {
namespace {

using base::Error;
using base::Io;
using base::Result;
using base::Status;

// Into room made before a group goes with one wait for the disk, behind the end of the file with two; the zeros double
// what is written. Larger groups are spared that.
constexpr size_t kGroupThatWantsRoom = size_t{512} << 10;

Error Poisoned(const std::string& path) {
  return Error(Status::kIo,
               {"the disk failed while the access log was written", "アクセス記録の書込み中にディスクが故障した"},
               {path, 0, 0}, {"open the office again", "台帳を開き直す"});
}

}  // namespace

Result<std::unique_ptr<Sequencer>> Sequencer::Open(Io& io, const std::string& log_directory, uint32_t busy_ms,
                                                   const SegmentSizes& sizes) {
  HIKAE_CHECK(ListPeriods(io, log_directory));  // before anything is made in a directory that is no log's
  HIKAE_TRY(LockFile lock, LockFile::Open(io, log_directory, true));
  std::unique_ptr<Sequencer> sequencer(new Sequencer(io, log_directory, std::move(lock), busy_ms, sizes));
  HIKAE_TRY(const Held held, sequencer->Lock());
  HIKAE_CHECK(RemoveUnfinished(io, log_directory));
  HIKAE_TRY(const std::optional<LockRecord> record, sequencer->lock_.Read());
  HIKAE_CHECK(sequencer->Reload(record));
  return sequencer;
}

Result<void> Sequencer::Refresh() {
  HIKAE_TRY(const std::optional<LockRecord> record, lock_.Read());
  const bool settled = record && record->settled && record->period == period_ && record->segment == end_.segment;
  if (settled && record->generation == generation_) return {};
  if (settled && record->offset >= end_.offset) {
    HIKAE_CHECK(ReadOn(*file_, end_));
    if (end_.size() == record->size) {
      HIKAE_TRY(allocated_, file_->Size());
      generation_ = record->generation;
      return {};
    }
  }
  return Reload(record);
}

Result<void> Sequencer::TakeIn() {
  if (poisoned_) return Poisoned(end_.path);
  HIKAE_TRY(const Held held, Lock());
  return Refresh();
}

Result<void> Sequencer::Reload(const std::optional<LockRecord>& record) {
  HIKAE_TRY(const std::vector<Period> periods, ListPeriods(io_, directory_));
  const std::string& period = periods.back().name;
  HIKAE_TRY(LogEnd end, FindEnd(io_, JoinPath(directory_, period)));
  if (end.origin != periods.back().origin || (record && record->period > period) ||
      (record && record->period == period && end.size() < record->size)) {
    return Error(Status::kTampered, {"the access log is shorter than it was", "アクセス記録が前より短くなっている"},
                 {end.path, 0, 0},
                 {"entries are lost or an old copy was put back", "記録が失われたか、古い写しに戻されている"});
  }
  HIKAE_TRY(file_, io_.Open(end.path, base::OpenMode::kWrite));
  period_ = period;
  end_ = std::move(end);
  // What a record of state 0 counts was synced; any other last group may be on the disk or not.
  const bool known = record && record->settled && record->period == period_ && record->size == end_.size();
  HIKAE_CHECK(Repair(!known));
  HIKAE_TRY(allocated_, file_->Size());
  // Opening alone changes nothing: who finds all as the last writer said leaves that standing.
  const bool told = known && record->segment == end_.segment && record->offset == end_.offset &&
                    record->chain == end_.chain && record->generation >= generation_;
  generation_ = std::max(generation_, record ? record->generation : 0);
  if (told) return {};
  ++generation_;
  return Record(true);
}

Result<void> Sequencer::Repair(bool rewrite) {
  HIKAE_TRY(const bool clean, NothingBehind(*file_, end_));
  if (!clean) {
    HIKAE_CHECK(file_->Truncate(end_.offset));
    HIKAE_CHECK(Synced(file_->Sync()));
  }
  if (!rewrite) return {};
  // Names too: a segment may have been renamed into its place by someone who then died.
  HIKAE_CHECK(Synced(io_.SyncDirectory(JoinPath(directory_, period_))));
  HIKAE_CHECK(Synced(io_.SyncDirectory(directory_)));
  const uint64_t from = end_.last_group;  // 0 where the segment has none: then its header
  std::vector<uint8_t> bytes(from == 0 ? kSegmentHeaderBytes : end_.offset - from);
  HIKAE_TRY(const size_t size, base::ReadAt(*file_, from, bytes));
  HIKAE_CHECK(base::WriteAt(*file_, from, Bytes(bytes).first(size)));
  return Synced(file_->Sync());
}

Result<void> Sequencer::Synced(Result<void> result) {
  if (!result.ok()) poisoned_ = true;
  return result;
}

Result<void> Sequencer::Record(bool settled) {
  return lock_.Write({settled, generation_, end_.size(), end_.segment, end_.offset, end_.chain, period_});
}

Result<Position> Sequencer::Commit(GroupBody& body) {
  assert(!body.leaves.empty() && body.bytes() <= kMaxBodyBytes);
  if (poisoned_) return Poisoned(end_.path);
  HIKAE_TRY(const Held held, Lock());
  HIKAE_CHECK(Refresh());
  Frontier after = end_.frontier;
  after.Append(body.leaves);
  ++generation_;
  HIKAE_CHECK(Record(false));
  if (end_.offset >= sizes_.full) HIKAE_CHECK(NextSegment());
  const Position position{period_, end_.size()};
  HIKAE_CHECK(Write(body, std::move(after)));
  // The group is on the disk: it counts, whether or not the next writer can be told. If not, it looks itself.
  static_cast<void>(Record(true).ok());
  return position;
}

Result<void> Sequencer::NextSegment() {
  SegmentHeader header;
  header.alignment = end_.alignment;
  header.chain = end_.chain;
  header.origin = end_.origin;
  header.frontier = end_.frontier;
  const std::string period = JoinPath(directory_, period_);
  const std::string path = JoinPath(period, SegmentName(header.first()));
  HIKAE_TRY(std::unique_ptr<base::File> file, io_.Open(path + ".new", base::OpenMode::kCreate));
  HIKAE_CHECK(file->Truncate(0));
  HIKAE_CHECK(base::WriteAt(*file, 0, EncodeSegmentHeader(header)));
  HIKAE_CHECK(Synced(file->Sync()));
  HIKAE_CHECK(io_.Rename(path + ".new", path));
  HIKAE_CHECK(Synced(io_.SyncDirectory(period)));
  file_ = std::move(file);
  allocated_ = kSegmentHeaderBytes;
  end_.path = path;
  end_.segment = header.first();
  end_.offset = kSegmentHeaderBytes;
  end_.last_group = 0;
  end_.chain = header.crc;
  end_.frontier_at = 0;
  return {};
}

// Best effort: where there is no room for zeros there may still be some for the group.
void Sequencer::MakeRoom(uint64_t end, size_t bytes) {
  if (end <= allocated_ || bytes > kGroupThatWantsRoom) return;
  const std::vector<uint8_t> zeros(sizes_.room);
  if (base::WriteAt(*file_, allocated_, zeros).ok()) allocated_ += zeros.size();
}

Result<void> Sequencer::Write(GroupBody& body, Frontier after) {
  GroupHead head;
  head.first = end_.size();
  head.count = static_cast<uint32_t>(body.leaves.size());
  head.body_bytes = static_cast<uint32_t>(body.bytes());
  head.chain = end_.chain;
  head.root = after.Root();
  const bool with_frontier = end_.offset - end_.frontier_at >= kFrontierEvery;
  const std::vector<Digest> frontier = with_frontier ? end_.frontier.hashes() : std::vector<Digest>();
  head.frontier_count = frontier.size();
  // The head goes directly in front of the body, into the room that was left for it.
  const std::span<uint8_t> group = std::span(body.buffer).subspan(kMaxGroupHeadBytes - head.head_bytes());
  EncodeGroupHead(head, frontier, group);
  const uint64_t end = end_.offset + group.size();
  MakeRoom(end, group.size());
  HIKAE_CHECK(base::WriteAt(*file_, end_.offset, group));
  HIKAE_CHECK(Synced(file_->Sync()));
  if (with_frontier) end_.frontier_at = end_.offset;
  end_.last_group = end_.offset;
  end_.offset = AlignUp(end, end_.alignment);
  end_.chain = head.crc;
  end_.frontier = std::move(after);
  allocated_ = std::max(allocated_, end);
  return {};
}

Result<void> Sequencer::BeginPeriod(const std::string& name, const FirstLeaf& first_leaf) {
  if (poisoned_) return Poisoned(end_.path);
  HIKAE_TRY(const Held held, Lock());
  HIKAE_CHECK(Refresh());
  if (!IsPeriodName(name) || name <= period_) {
    return Error(
        Status::kArgument,
        {"the next period is named behind the current one", "次の期間の名前は今の期間より後でなければならない"}, {},
        {"current: " + period_, "今の期間: " + period_});
  }
  HIKAE_TRY(const std::vector<uint8_t> leaf, first_leaf(head()));
  const std::string office = end_.origin.substr(0, end_.origin.size() - period_.size() - 1);
  // From here on every writer looks at the directory first, whatever comes of it.
  ++generation_;
  HIKAE_CHECK(Record(false));
  HIKAE_CHECK(MakePeriod(io_, directory_, OriginOf(office, name), name, leaf, end_.alignment));
  HIKAE_TRY(const std::optional<LockRecord> record, lock_.Read());
  return Reload(record);
}

}  // namespace hikae::log
