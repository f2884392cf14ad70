#include "log/append/period.h"

#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

#include "log/append/bounded_mark.h"
#include "log/append/sequencer.h"
#include "log/entry.h"
#include "log/periods.h"

namespace hikae::log {
namespace {

using base::Error;
using base::Io;
using base::Result;
using base::Status;

constexpr std::string_view kMaking = ".new";

// The first segment of a period, with its one entry.
std::vector<uint8_t> FirstSegment(const std::string& origin, Bytes leaf, uint8_t alignment) {
  SegmentHeader header;
  header.alignment = alignment;
  header.origin = origin;
  std::vector<uint8_t> bytes = EncodeSegmentHeader(header);
  Frontier after;
  after.Append(HashLeaf(leaf));
  std::vector<uint8_t> group(kGroupHeadBytes);
  AppendFrame(group, leaf, {});
  GroupHead head;
  head.count = 1;
  head.body_bytes = static_cast<uint32_t>(group.size() - kGroupHeadBytes);
  head.chain = header.crc;
  head.root = after.Root();
  EncodeGroupHead(head, {}, group);
  bytes.insert(bytes.end(), group.begin(), group.end());
  return bytes;
}

Result<void> CheckFirstLeaf(Bytes leaf, const std::string& origin) {
  HIKAE_TRY(const Entry entry, DecodeEntry(leaf));
  if (entry.type != EntryType::kPeriodBegun || entry.origin != origin)
    return Error(Status::kArgument, "a period begins with the entry 'period begun' that names its origin");
  return {};
}

Result<void> RemoveDirectory(Io& io, const std::string& path) {
  HIKAE_TRY(const std::vector<std::string> names, io.List(path));
  for (const std::string& name : names) HIKAE_CHECK(io.Remove(JoinPath(path, name)));
  return io.Remove(path);
}

Result<void> RemoveAny(Io& io, const std::string& path) {
  if (io.List(path).ok()) return RemoveDirectory(io, path);
  Result<void> removed = io.Remove(path);
  if (!removed.ok() && removed.error().status == Status::kNotFound) return {};
  return removed;
}

}  // namespace

Result<void> MakePeriod(Io& io, const std::string& log_directory, const std::string& origin, const std::string& name,
                        Bytes first_leaf, uint8_t alignment) {
  HIKAE_CHECK(CheckFirstLeaf(first_leaf, origin));
  const std::string making = JoinPath(log_directory, name + std::string(kMaking));
  HIKAE_CHECK(RemoveAny(io, making));
  HIKAE_CHECK(io.MakeDirectory(making));
  {
    HIKAE_TRY(const std::unique_ptr<base::File> file,
              io.Open(JoinPath(making, SegmentName(0)), base::OpenMode::kCreate));
    HIKAE_CHECK(base::WriteAt(*file, 0, FirstSegment(origin, first_leaf, alignment)));
    HIKAE_CHECK(file->Sync());
  }
  HIKAE_CHECK(io.SyncDirectory(making));
  HIKAE_CHECK(io.Rename(making, JoinPath(log_directory, name)));
  return io.SyncDirectory(log_directory);
}

Result<void> RemoveUnfinished(Io& io, const std::string& log_directory) {
  HIKAE_TRY(const std::vector<std::string> names, io.List(log_directory));
  std::string current;
  for (const std::string_view name : names) {
    const std::string_view stem = name.substr(0, name.size() - std::min(name.size(), kMaking.size()));
    if (name.ends_with(kMaking) && (IsPeriodName(stem) || IsMark(stem)))
      HIKAE_CHECK(RemoveAny(io, JoinPath(log_directory, std::string(name))));
    if (IsPeriodName(name)) current = name;
  }
  if (current.empty()) return {};
  const std::string period = JoinPath(log_directory, current);
  HIKAE_TRY(const std::vector<std::string> segments, io.List(period));
  for (const std::string& name : segments) {
    if (name.ends_with(kMaking) && SegmentFirst(std::string_view(name).substr(0, name.size() - kMaking.size())))
      HIKAE_CHECK(io.Remove(JoinPath(period, name)));
  }
  return {};
}

Result<void> CreateLog(Io& io, const std::string& log_directory, const std::string& office, const std::string& period,
                       Bytes first_leaf, uint8_t alignment) {
  const std::string origin = OriginOf(office, period);
  if (office.empty() || !IsPeriodName(period) || origin.size() > kMaxOriginBytes || alignment < kMinAlignment ||
      alignment > kMaxAlignment)
    return Error(Status::kArgument, "a log is named by an origin of at most 255 bytes and a period");
  HIKAE_CHECK(io.MakeDirectory(log_directory));
  HIKAE_TRY(LockFile lock, LockFile::Open(io, log_directory, true));
  HIKAE_TRY(const Held held, lock.LockToWrite(kDefaultBusyMs));
  const Result<std::vector<Period>> there = ListPeriods(io, log_directory);
  if (there.ok() || there.error().status != Status::kNotFound) {
    return Error(Status::kExists, {"an access log is already there", "アクセス記録は既にある"}, {log_directory, 0, 0});
  }
  return MakePeriod(io, log_directory, origin, period, first_leaf, alignment);
}

}  // namespace hikae::log
