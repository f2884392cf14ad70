#include "log/log_end.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace hikae::log {
namespace {

using base::Error;
using base::File;
using base::Io;
using base::Result;
using base::Status;

constexpr size_t kBehindChunk = size_t{1} << 20;  // a multiple of every alignment
constexpr size_t kReadOnChunk = size_t{64} << 10;

Error DamagedAt(const std::string& path, uint64_t offset, const char* en, const char* ja) {
  return Error(
      Status::kTampered, {en, ja}, {path, 0, 0},
      {fmt::format("at byte {}; nothing was changed", offset), fmt::format("{}バイト目。何も変更していない", offset)});
}

// The walk over a last segment: only checksums, remembering where the last frontier is stored.
struct StoredFrontier {
  uint64_t at = 0;  // 0: the header
  uint64_t offset = 0;
  uint32_t chain = 0;
  Frontier frontier;
};

Result<StoredFrontier> LastFrontier(File& file, const std::string& path, const SegmentHeader& header) {
  StoredFrontier last{0, kSegmentHeaderBytes, header.crc, header.frontier};
  GroupWalker walker(file, path, header.alignment, kSegmentHeaderBytes, header.crc, header.first());
  Digest root = header.frontier.Root();
  while (true) {
    const uint32_t before = walker.chain();
    HIKAE_TRY(const bool whole, walker.Next());
    if (!whole) return last;
    if (walker.head().frontier_count != 0) {
      last = {walker.at(), walker.at(), before, GroupFrontier(walker.head(), walker.bytes())};
      if (last.frontier.Root() != root)
        return DamagedAt(path, walker.at(), "the log's tree is damaged", "記録の木が壊れている");
    }
    root = walker.head().root;
  }
}

// Whether a whole group, by its own checksum, stands at this offset.
Result<bool> HasGroup(File& file, uint64_t offset, const GroupHead& head) {
  std::vector<uint8_t> group(head.bytes());
  HIKAE_TRY(const size_t size, base::ReadAt(file, offset, group));
  return size == group.size() && GroupChecksumHolds(head, group);
}

}  // namespace

GroupWalker::GroupWalker(File& file, std::string path, uint8_t alignment, uint64_t offset, uint32_t chain,
                         uint64_t next, size_t chunk)
    : file_(file),
      path_(std::move(path)),
      alignment_(alignment),
      offset_(offset),
      chain_(chain),
      next_(next),
      chunk_(chunk) {}

Result<Bytes> GroupWalker::Look(uint64_t offset, size_t size) {
  if (offset < buffer_at_ || offset + size > buffer_at_ + buffer_.size()) {
    looked_ = true;
    buffer_.resize(std::max(size, chunk_));
    buffer_at_ = offset;
    HIKAE_TRY(const size_t count, base::ReadAt(file_, offset, buffer_));
    buffer_.resize(count);
  }
  return Bytes(buffer_).subspan(offset - buffer_at_, std::min(size, buffer_.size() - (offset - buffer_at_)));
}

Result<bool> GroupWalker::Next() {
  looked_ = false;
  HIKAE_TRY(const bool whole, TryNext());
  if (whole || looked_) return whole;
  // What was read ahead some time ago may have been written since: the room for it was zeros then.
  buffer_.clear();
  return TryNext();
}

Result<bool> GroupWalker::TryNext() {
  HIKAE_TRY(const Bytes start, Look(offset_, kGroupHeadBytes));
  const std::optional<GroupHead> head = DecodeGroupHead(start);
  if (!head || head->first != next_ || head->chain != chain_) return false;
  HIKAE_TRY(const Bytes group, Look(offset_, head->bytes()));
  if (!GroupChecksumHolds(*head, group)) return false;
  head_ = *head;
  at_ = offset_;
  offset_ = AlignUp(offset_ + head_.bytes(), alignment_);
  chain_ = head_.crc;
  next_ = head_.end();
  return true;
}

Bytes GroupWalker::bytes() const { return Bytes(buffer_).subspan(at_ - buffer_at_, head_.bytes()); }

Result<void> GroupWalker::Visit(const EntryVisitor& visit) const {
  Result<void> visited = VisitFrames(head_, body(), visit);
  if (visited.ok() || !visited.error().where.file.empty()) return visited;
  Error error = std::move(visited).error();
  if (error.status == Status::kTampered) error.where = {path_, 0, 0};
  return error;
}

std::string JoinPath(const std::string& directory, const std::string& name) { return directory + "/" + name; }

Result<std::vector<uint64_t>> ListSegments(Io& io, const std::string& period) {
  HIKAE_TRY(const std::vector<std::string> names, io.List(period));
  std::vector<uint64_t> firsts;
  for (const std::string& name : names) {
    if (const auto first = SegmentFirst(name)) firsts.push_back(*first);
  }
  return firsts;
}

Result<SegmentHeader> ReadSegmentHeader(File& file, const std::string& path) {
  std::vector<uint8_t> bytes(kSegmentHeaderBytes);
  HIKAE_TRY(const size_t size, base::ReadAt(file, 0, bytes));
  bytes.resize(size);
  HIKAE_TRY(SegmentHeader header, DecodeSegmentHeader(bytes, path));
  // The name is not covered by a checksum: a file under another's name is out of its place.
  if (!path.ends_with(SegmentName(header.first())))
    return DamagedAt(path, 0, "the segment has another's name", "ファイルの名前が中身と合わない");
  return header;
}

Result<LogEnd> FindEnd(Io& io, const std::string& period) {
  HIKAE_TRY(const std::vector<uint64_t> firsts, ListSegments(io, period));
  if (firsts.empty() || firsts.front() != 0) {
    return Error(Status::kTampered, {"the first segment of the log is missing", "アクセス記録の最初のファイルがない"},
                 {period, 0, 0});
  }
  LogEnd end;
  end.segment = firsts.back();
  end.path = JoinPath(period, SegmentName(end.segment));
  HIKAE_TRY(const std::unique_ptr<File> file, io.Open(end.path, base::OpenMode::kRead));
  HIKAE_TRY(const SegmentHeader header, ReadSegmentHeader(*file, end.path));
  end.origin = header.origin;
  end.alignment = header.alignment;
  HIKAE_TRY(StoredFrontier last, LastFrontier(*file, end.path, header));
  end.offset = last.offset;
  end.chain = last.chain;
  end.frontier_at = last.at;
  end.frontier = std::move(last.frontier);
  HIKAE_CHECK(ReadOn(*file, end));
  return end;
}

Result<void> ReadOn(File& file, LogEnd& end) {
  GroupWalker walker(file, end.path, end.alignment, end.offset, end.chain, end.size(), kReadOnChunk);
  while (true) {
    HIKAE_TRY(const bool whole, walker.Next());
    if (!whole) return {};
    Frontier frontier = end.frontier;
    HIKAE_CHECK(walker.Visit([&](const StoredEntry& entry) -> Result<void> {
      frontier.Append(HashLeaf(entry.leaf));
      return {};
    }));
    if (frontier.Root() != walker.head().root)
      return DamagedAt(end.path, walker.at(), "the entries do not give the log's root", "記録が木の根と合わない");
    end.frontier = std::move(frontier);
    if (walker.head().frontier_count != 0) end.frontier_at = walker.at();
    end.last_group = walker.at();
    end.offset = walker.offset();
    end.chain = walker.chain();
  }
}

Result<bool> NothingBehind(File& file, const LogEnd& end) {
  const uint64_t step = uint64_t{1} << end.alignment;
  std::vector<uint8_t> chunk(kBehindChunk);
  bool zeros = true;
  for (uint64_t offset = end.offset;; offset += chunk.size()) {
    HIKAE_TRY(const size_t size, base::ReadAt(file, offset, chunk));
    const Bytes bytes = Bytes(chunk).first(size);
    zeros = zeros && std::all_of(bytes.begin(), bytes.end(), [](uint8_t byte) { return byte == 0; });
    for (uint64_t at = 0; at + kGroupHeadBytes <= size; at += step) {
      const auto head = DecodeGroupHead(bytes.subspan(at));
      if (!head || head->first < end.size()) continue;
      HIKAE_TRY(const bool there, HasGroup(file, offset + at, *head));
      if (there) return DamagedAt(end.path, end.offset, "the log is damaged before its end", "記録の途中が壊れている");
    }
    if (size < chunk.size()) return zeros;
  }
}

}  // namespace hikae::log
