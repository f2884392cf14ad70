#include "log/frontier_at.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "log/log_end.h"

namespace hikae::log {
namespace {

using base::Error;
using base::File;
using base::Io;
using base::Result;
using base::Status;

Error Shorter(const std::string& path, uint64_t size) {
  return Error(
      Status::kArgument,
      {fmt::format("the log has fewer than {} entries", size), fmt::format("アクセス記録が{}件より少ない", size)},
      {path, 0, 0});
}

// Where hashing begins: the group with the last stored frontier of at most `size` entries, or the segment's header.
struct Start {
  uint64_t offset = kSegmentHeaderBytes;
  uint32_t chain = 0;
  Frontier frontier;
};
Result<Start> FindStart(File& file, const std::string& path, const SegmentHeader& header, uint64_t size) {
  Start start{kSegmentHeaderBytes, header.crc, header.frontier};
  GroupWalker walker(file, path, header.alignment, kSegmentHeaderBytes, header.crc, header.first());
  while (walker.next() < size) {
    const uint32_t chain = walker.chain();
    HIKAE_TRY(const bool whole, walker.Next());
    if (!whole) return Shorter(path, size);
    if (walker.head().frontier_count != 0) start = {walker.at(), chain, GroupFrontier(walker.head(), walker.bytes())};
  }
  return start;
}

}  // namespace

Result<Frontier> FrontierAt(Io& io, const std::string& period, uint64_t size) {
  HIKAE_TRY(const std::vector<uint64_t> firsts, ListSegments(io, period));
  const auto behind = std::upper_bound(firsts.begin(), firsts.end(), size);
  if (behind == firsts.begin()) {
    return Error(Status::kTampered, {"the first segment of the log is missing", "アクセス記録の最初のファイルがない"},
                 {period, 0, 0});
  }
  const std::string path = JoinPath(period, SegmentName(*(behind - 1)));
  HIKAE_TRY(const std::unique_ptr<File> file, io.Open(path, base::OpenMode::kRead));
  HIKAE_TRY(const SegmentHeader header, ReadSegmentHeader(*file, path));
  HIKAE_TRY(Start start, FindStart(*file, path, header, size));
  Frontier frontier = std::move(start.frontier);
  GroupWalker walker(*file, path, header.alignment, start.offset, start.chain, frontier.size());
  while (frontier.size() < size) {
    HIKAE_TRY(const bool whole, walker.Next());
    if (!whole) return Shorter(path, size);
    HIKAE_CHECK(walker.Visit([&](const StoredEntry& entry) -> Result<void> {
      if (entry.index < size) frontier.Append(HashLeaf(entry.leaf));
      return {};
    }));
  }
  return frontier;
}

}  // namespace hikae::log
