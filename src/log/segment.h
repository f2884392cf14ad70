// The bytes of a segment file: its header and its groups (docs/formats/segment-file.md). Pure: no disk.
#ifndef HIKAE_LOG_SEGMENT_H_
#define HIKAE_LOG_SEGMENT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "log/entry_source.h"
#include "log/tree.h"

namespace hikae::log {

constexpr uint16_t kSegmentForm = 1;
constexpr size_t kSegmentHeaderBytes = 4096;
constexpr size_t kGroupHeadBytes = 64;
constexpr size_t kMaxGroupHeadBytes = kGroupHeadBytes + 64 * sizeof(Digest);
constexpr size_t kFrameHeadBytes = 6;
constexpr size_t kMaxBodyBytes = size_t{1} << 26;
constexpr size_t kMaxOriginBytes = 255;
constexpr uint8_t kMinAlignment = 9;  // powers of two
constexpr uint8_t kMaxAlignment = 16;
constexpr uint64_t kFrontierEvery = uint64_t{256} << 10;  // bytes of a segment between two stored frontiers
constexpr uint64_t kSegmentFull = uint64_t{8} << 20;      // bytes after which the next segment is begun

struct SegmentHeader {
  uint32_t crc = 0;  // its own: the first group's chain
  uint8_t alignment = kMinAlignment;
  uint32_t chain = 0;  // CRC field of the last group before, 0 in the first segment
  std::string origin;
  Frontier frontier;  // of the entries before
  uint64_t first() const { return frontier.size(); }
};
// kSegmentHeaderBytes of them; sets header.crc.
std::vector<uint8_t> EncodeSegmentHeader(SegmentHeader& header);
// kTampered: not a header, or a damaged one; kVersion: of a newer hikae.
base::Result<SegmentHeader> DecodeSegmentHeader(Bytes bytes, const std::string& file);

// A group without its body.
struct GroupHead {
  uint32_t crc = 0;
  uint64_t first = 0;
  uint32_t count = 0;
  uint32_t body_bytes = 0;
  uint32_t chain = 0;
  Digest root{};
  size_t frontier_count = 0;  // hashes that stand between these 64 bytes and the body
  size_t head_bytes() const { return kGroupHeadBytes + frontier_count * sizeof(Digest); }
  size_t bytes() const { return head_bytes() + body_bytes; }
  uint64_t end() const { return first + count; }
};
// Nothing where the first 64 bytes cannot be the head of a group.
std::optional<GroupHead> DecodeGroupHead(Bytes bytes);
// Whether the checksum is that of `group`, all of its bytes.
bool GroupChecksumHolds(const GroupHead& head, Bytes group);
// The stored frontier before the group; only where frontier_count is not 0.
Frontier GroupFrontier(const GroupHead& head, Bytes group);
// Visits the entries of a body. kTampered when frames do not fill it exactly, or are more or fewer than count.
base::Result<void> VisitFrames(const GroupHead& head, Bytes body, const EntryVisitor& visit);

// Appends one frame. The sizes are within their limits.
void AppendFrame(std::vector<uint8_t>& body, Bytes leaf, Bytes detail);
// Writes the head of the group whose body stands at group.data() + head.head_bytes(), with its checksum into head.crc.
void EncodeGroupHead(GroupHead& head, const std::vector<Digest>& frontier, std::span<uint8_t> group);

std::string SegmentName(uint64_t first);  // "00000000000000000000.seg"
std::optional<uint64_t> SegmentFirst(std::string_view name);

inline uint64_t AlignUp(uint64_t offset, uint8_t alignment) {
  const uint64_t mask = (uint64_t{1} << alignment) - 1;
  return (offset + mask) & ~mask;
}

}  // namespace hikae::log

#endif  // HIKAE_LOG_SEGMENT_H_
