#include "log/period_source.h"

#include <fmt/format.h>

#include <algorithm>

namespace hikae::log {
namespace {

using base::Error;
using base::File;
using base::Io;
using base::Result;
using base::Status;

}  // namespace

Result<std::unique_ptr<PeriodSource>> PeriodSource::Open(Io& io, const std::string& log_directory,
                                                         const std::string& period, Durable durable) {
  std::unique_ptr<PeriodSource> source(
      new PeriodSource(io, log_directory, JoinPath(log_directory, period), std::move(durable)));
  HIKAE_CHECK(source->FindNewEnd());
  return source;
}

Result<std::unique_ptr<PeriodSource>> PeriodSource::OpenDamaged(Io& io, const std::string& log_directory,
                                                                const std::string& period) {
  std::unique_ptr<PeriodSource> source(new PeriodSource(io, log_directory, JoinPath(log_directory, period), {}));
  HIKAE_TRY(source->firsts_, ListSegments(io, source->period_));
  const std::string first = JoinPath(source->period_, SegmentName(0));
  HIKAE_TRY(const std::unique_ptr<File> file, io.Open(first, base::OpenMode::kRead));
  HIKAE_TRY(const SegmentHeader header, ReadSegmentHeader(*file, first));
  source->end_.origin = header.origin;
  uint64_t whole = 0;
  source->size_ = UINT64_MAX;
  const Result<void> read = source->Read(0, UINT64_MAX, [&](const StoredEntry& entry) -> Result<void> {
    whole = entry.index + 1;
    return {};
  });
  if (!read.ok() && read.error().status != Status::kTampered) return read.error();
  source->durable_ = [size = whole + 1] { return Result<std::optional<uint64_t>>(std::optional(size)); };
  source->size_ = whole + 1;
  return source;
}

Result<void> PeriodSource::FindNewEnd() {
  Result<LockFile> lock = LockFile::Open(io_, directory_, false);
  // A copy on a medium, or of one period alone, has no lock, and no writer either.
  if (!lock.ok() && lock.error().status != Status::kNotFound) return std::move(lock).error();
  std::optional<Held> held;
  if (lock.ok()) {
    HIKAE_TRY(Held taken, lock->LockToRead(kDefaultBusyMs));
    held.emplace(std::move(taken));
  }
  HIKAE_TRY(std::vector<uint64_t> firsts, ListSegments(io_, period_));
  LogEnd end = end_;
  const bool same = !end.path.empty() && !firsts.empty() && firsts.back() == end.segment;
  if (same) {
    HIKAE_TRY(const std::unique_ptr<File> file, io_.Open(end.path, base::OpenMode::kRead));
    HIKAE_CHECK(ReadOn(*file, end));
  } else {
    HIKAE_TRY(end, FindEnd(io_, period_));
    HIKAE_TRY(const std::unique_ptr<File> file, io_.Open(end.path, base::OpenMode::kRead));
    HIKAE_CHECK(NothingBehind(*file, end));
  }
  end_ = std::move(end);
  firsts_ = std::move(firsts);
  return {};
}

Result<uint64_t> PeriodSource::Size() {
  std::optional<uint64_t> durable;
  if (durable_) {
    HIKAE_TRY(durable, durable_());
  }
  if (!durable) {
    HIKAE_CHECK(FindNewEnd());
    durable = end_.size();
  }
  size_ = *durable;
  return size_;
}

Result<void> PeriodSource::OpenSegmentOf(uint64_t index) {
  auto behind = std::upper_bound(firsts_.begin(), firsts_.end(), index);
  if (behind == firsts_.end()) {  // it may be in a segment that was begun since
    HIKAE_TRY(firsts_, ListSegments(io_, period_));
    behind = std::upper_bound(firsts_.begin(), firsts_.end(), index);
  }
  if (behind == firsts_.begin())
    return Error(Status::kTampered, {"the first segment of the log is missing", "アクセス記録の最初のファイルがない"},
                 {period_, 0, 0});
  const std::string path = JoinPath(period_, SegmentName(*--behind));
  walker_.reset();
  HIKAE_TRY(file_, io_.Open(path, base::OpenMode::kRead));
  HIKAE_TRY(const SegmentHeader header, ReadSegmentHeader(*file_, path));
  if (header.origin != end_.origin) {
    return Error(Status::kTampered, {"this segment is of another log", "このファイルは別のアクセス記録のものである"},
                 {path, 0, 0});
  }
  walker_.emplace(*file_, path, header.alignment, kSegmentHeaderBytes, header.crc, header.first());
  segment_ = *behind;
  on_group_ = false;
  return {};
}

Result<void> PeriodSource::GoTo(uint64_t index) {
  const auto behind = std::upper_bound(firsts_.begin(), firsts_.end(), index);
  const bool here = walker_ && behind != firsts_.begin() && *(behind - 1) == segment_ &&
                    index >= (on_group_ ? walker_->head().first : walker_->next());
  if (!here) HIKAE_CHECK(OpenSegmentOf(index));
  while (index >= walker_->next()) {
    HIKAE_TRY(on_group_, walker_->Next());
    if (on_group_) continue;
    const std::string path = JoinPath(period_, SegmentName(segment_));
    const uint64_t offset = walker_->offset();
    walker_.reset();
    return Error(Status::kTampered, {"entries of the log are missing or damaged", "記録が欠けているか壊れている"},
                 {path, 0, 0},
                 {fmt::format("entry {} should be here or behind byte {}", index, offset),
                  fmt::format("記録{}は{}バイト目か、その後にあるはず", index, offset)});
  }
  return {};
}

Result<void> PeriodSource::Read(uint64_t begin, uint64_t end, const EntryVisitor& visit) {
  uint64_t size = size_;
  if (end > size) {
    HIKAE_TRY(size, Size());
  }
  if (begin > end || end > size)
    return Error(Status::kArgument, fmt::format("the log has {} entries, not those from {} to {}", size, begin, end));
  while (begin < end) {
    HIKAE_CHECK(GoTo(begin));
    HIKAE_CHECK(walker_->Visit([&](const StoredEntry& entry) -> Result<void> {
      if (entry.index < begin || entry.index >= end) return {};
      return visit(entry);
    }));
    begin = walker_->head().end();
  }
  return {};
}

}  // namespace hikae::log
