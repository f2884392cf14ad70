// A segment file from outside: whatever its bytes are, finding its end and reading it either works or says why, and
// what is read is in order, whole and gives the root that is stored. What the header's and the group's decoders take,
// their encoders give back.
#include <algorithm>
#include <cstring>
#include <vector>

#include "base/crc32c.h"
#include "fuzz/check.h"
#include "log/log_end.h"
#include "log/segment.h"

using namespace hikae;
using namespace hikae::log;
using fuzz::Require;

namespace {

// The bytes of one file, to read.
class OneFile final : public base::File {
 public:
  explicit OneFile(Bytes bytes) : bytes_(bytes) {}
  base::Result<size_t> ReadSome(uint64_t offset, std::span<uint8_t> into) override {
    if (offset >= bytes_.size()) return size_t{0};
    const size_t count = std::min<size_t>(into.size(), bytes_.size() - offset);
    std::memcpy(into.data(), bytes_.data() + offset, count);
    return count;
  }
  base::Result<size_t> WriteSome(uint64_t, std::span<const uint8_t>) override { std::abort(); }
  base::Result<void> Sync() override { std::abort(); }
  base::Result<void> Truncate(uint64_t) override { std::abort(); }
  base::Result<uint64_t> Size() override { return static_cast<uint64_t>(bytes_.size()); }
  base::Result<bool> TryLock(uint64_t, base::LockKind) override { std::abort(); }
  base::Result<void> Unlock(uint64_t) override { std::abort(); }

 private:
  Bytes bytes_;
};

void Put(std::vector<uint8_t>& file, size_t at, uint32_t value) {
  for (size_t i = 0; i < 4; ++i) file[at + i] = static_cast<uint8_t>(value >> (24 - 8 * i));
}
uint64_t Get(const std::vector<uint8_t>& file, size_t at, size_t bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < bytes; ++i) value = value << 8 | file[at + i];
  return value;
}

// Checksums, chains and roots are walls that no mutation climbs: what can be a header or a group gets the right ones.
void Repair(std::vector<uint8_t>& file) {
  if (file.size() < kSegmentHeaderBytes) return;
  const uint64_t first = Get(file, 16, 8), hashes = Get(file, 30, 2), alignment = Get(file, 14, 2);
  if (hashes > 64 || alignment < kMinAlignment || alignment > kMaxAlignment) return;
  std::vector<Digest> roots(hashes);
  for (size_t i = 0; i < hashes; ++i)
    std::copy_n(file.begin() + 64 + 32 * static_cast<int64_t>(i), 32, roots[i].begin());
  auto frontier = Frontier::Create(first, roots);
  if (!frontier.ok()) return;
  const Digest root = frontier->Root();
  std::copy(root.begin(), root.end(), file.begin() + 32);
  uint32_t chain = base::Crc32c(Bytes(file).subspan(12, kSegmentHeaderBytes - 12));
  Put(file, 8, chain);
  for (uint64_t at = kSegmentHeaderBytes; at + kGroupHeadBytes <= file.size();) {
    const auto head = DecodeGroupHead(Bytes(file).subspan(at, kGroupHeadBytes));
    if (!head || head->bytes() > file.size() - at) return;
    const Bytes body = Bytes(file).subspan(at + head->head_bytes(), head->body_bytes);
    static_cast<void>(VisitFrames(*head, body, [&](const StoredEntry& entry) -> base::Result<void> {
                        frontier->Append(HashLeaf(entry.leaf));
                        return {};
                      }).ok());
    const Digest after = frontier->Root();
    std::copy(after.begin(), after.end(), file.begin() + static_cast<int64_t>(at) + 32);
    Put(file, at + 28, chain);
    chain = base::Crc32c(Bytes(file).subspan(at + 8, head->bytes() - 8));
    Put(file, at + 4, chain);
    at = AlignUp(at + head->bytes(), static_cast<uint8_t>(alignment));
  }
}

void CheckHeader(Bytes bytes) {
  const auto header = DecodeSegmentHeader(bytes, "fuzz");
  if (!header.ok()) return fuzz::RequireGoodError(header.error(), false);
  Require(header->alignment >= kMinAlignment && header->alignment <= kMaxAlignment,
          "an alignment is within its limits");
  SegmentHeader again = *header;
  const auto encoded = EncodeSegmentHeader(again);
  Require(encoded.size() == kSegmentHeaderBytes, "a header has its length");
  const auto decoded = DecodeSegmentHeader(encoded, "fuzz");
  Require(decoded.ok() && decoded->origin == header->origin && decoded->first() == header->first() &&
              decoded->chain == header->chain && decoded->frontier.hashes() == header->frontier.hashes(),
          "a header that was read is written the same");
}

void Walk(const std::vector<uint8_t>& bytes) {
  OneFile file{Bytes(bytes)};
  const auto header = DecodeSegmentHeader(Bytes(bytes).first(std::min(bytes.size(), kSegmentHeaderBytes)), "fuzz");
  if (!header.ok()) return;
  GroupWalker walker(file, "fuzz", header->alignment, kSegmentHeaderBytes, header->crc, header->first());
  uint64_t next = header->first();
  while (true) {
    const auto whole = walker.Next();
    Require(whole.ok(), "reading memory does not fail");
    if (!*whole) break;
    Require(walker.head().first == next && walker.head().count > 0, "groups follow each other");
    const auto visited = walker.Visit([&](const StoredEntry& entry) -> base::Result<void> {
      Require(entry.index == next++, "entries are in order");
      Require(!entry.leaf.empty(), "a leaf is not empty");
      return {};
    });
    if (!visited.ok()) return fuzz::RequireGoodError(visited.error(), false);
    Require(next == walker.head().end(), "a group has as many entries as it says");
  }
  LogEnd end;
  end.path = "fuzz";
  end.alignment = header->alignment;
  end.segment = header->first();
  end.offset = kSegmentHeaderBytes;
  end.chain = header->crc;
  end.frontier = header->frontier;
  const auto read = ReadOn(file, end);
  if (!read.ok()) return fuzz::RequireGoodError(read.error(), false);
  Require(end.size() == next, "the end is where the groups end");
  const auto behind = NothingBehind(file, end);
  if (!behind.ok()) fuzz::RequireGoodError(behind.error(), false);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  // Most of a header is empty: with bit 0 only its first 64 bytes and the origin are given, and what stands behind it.
  std::vector<uint8_t> file(data + 1, data + size);
  if ((data[0] & 1) != 0 && size > 321) {
    file.assign(kSegmentHeaderBytes, 0);
    std::copy_n(data + 1, 64, file.begin());
    std::copy_n(data + 65, 255, file.begin() + 2112);
    file.insert(file.end(), data + 320, data + size);
  }
  if ((data[0] & 2) != 0) Repair(file);
  CheckHeader(Bytes(file).first(std::min(file.size(), kSegmentHeaderBytes)));
  Walk(file);
  return 0;
}
