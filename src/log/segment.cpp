#include "log/segment.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <charconv>
#include <cstring>

#include "base/crc32c.h"
#include "base/utf8.h"
#include "log/big_endian.h"
#include "log/entry.h"

namespace hikae::log {
namespace {

using base::Error;
using base::Result;
using base::Status;

constexpr char kSegmentMagic[] = "hikaelog";
constexpr uint8_t kGroupMagic[4] = {0xF7, 'h', 'k', 'G'};
constexpr std::string_view kSuffix = ".seg";
constexpr size_t kNameDigits = 20;

// Where the fields of a header stand, and those of a group.
enum HeaderAt : size_t {
  kCrc = 8,
  kForm = 12,
  kAlignment = 14,
  kFirst = 16,
  kChain = 24,
  kOriginBytes = 28,
  kHashes = 30,
  kRoot = 32,
  kFrontier = 64,
  kOrigin = 2112,
};
enum GroupAt : size_t {
  kGroupCrc = 4,
  kGroupFirst = 8,
  kGroupCount = 16,
  kGroupBodyBytes = 20,
  kGroupHashes = 24,
  kGroupZero = 26,
  kGroupChain = 28,
  kGroupRoot = 32,
};

Error Damaged(const std::string& file, const char* en, const char* ja) {
  return Error(Status::kTampered, {en, ja}, {file, 0, 0});
}

Error DamagedFrame() {
  return Error(Status::kTampered, base::Text{"a group of log entries is damaged", "記録のまとまりが壊れている"});
}

std::vector<Digest> ReadDigests(const uint8_t* at, size_t count) {
  std::vector<Digest> hashes(count);
  for (Digest& hash : hashes) {
    std::memcpy(hash.data(), at, hash.size());
    at += hash.size();
  }
  return hashes;
}

void WriteDigests(uint8_t* at, const std::vector<Digest>& hashes) {
  for (const Digest& hash : hashes) {
    std::memcpy(at, hash.data(), hash.size());
    at += hash.size();
  }
}

bool AllZero(Bytes bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](uint8_t byte) { return byte == 0; });
}

}  // namespace

std::vector<uint8_t> EncodeSegmentHeader(SegmentHeader& header) {
  assert(!header.origin.empty() && header.origin.size() <= kMaxOriginBytes);
  std::vector<uint8_t> out(kSegmentHeaderBytes);
  std::memcpy(out.data(), kSegmentMagic, 8);
  PutBig(&out[kForm], kSegmentForm);
  PutBig(&out[kAlignment], uint16_t{header.alignment});
  PutBig(&out[kFirst], header.first());
  PutBig(&out[kChain], header.chain);
  PutBig(&out[kOriginBytes], static_cast<uint16_t>(header.origin.size()));
  PutBig(&out[kHashes], static_cast<uint16_t>(header.frontier.hashes().size()));
  WriteDigests(&out[kRoot], {header.frontier.Root()});
  WriteDigests(&out[kFrontier], header.frontier.hashes());
  std::memcpy(&out[kOrigin], header.origin.data(), header.origin.size());
  header.crc = base::Crc32c(Bytes(out).subspan(kForm));
  PutBig(&out[kCrc], header.crc);
  return out;
}

Result<SegmentHeader> DecodeSegmentHeader(Bytes bytes, const std::string& file) {
  if (bytes.size() < kSegmentHeaderBytes || std::memcmp(bytes.data(), kSegmentMagic, 8) != 0)
    return Damaged(file, "this is not a segment of an access log", "アクセス記録のファイルではない");
  // The form is read first: what a newer hikae put behind it may be checked in another way.
  const auto form = GetBig<uint16_t>(&bytes[kForm]);
  if (form > kSegmentForm) {
    return Error(Status::kVersion,
                 {"the access log was written by a newer hikae", "アクセス記録はより新しい hikae で書かれている"},
                 {file, 0, 0},
                 {fmt::format("form {}; this hikae reads up to {}", form, kSegmentForm),
                  fmt::format("形式{}。この hikae が読めるのは{}まで", form, kSegmentForm)});
  }
  bytes = bytes.first(kSegmentHeaderBytes);
  const size_t hashes = GetBig<uint16_t>(&bytes[kHashes]);
  const size_t origin = GetBig<uint16_t>(&bytes[kOriginBytes]);
  const auto alignment = GetBig<uint16_t>(&bytes[kAlignment]);
  const auto first = GetBig<uint64_t>(&bytes[kFirst]);
  const auto damaged = [&] {
    return Damaged(file, "the header of the segment is damaged", "ファイルの先頭が壊れている");
  };
  if (form != kSegmentForm || GetBig<uint32_t>(&bytes[kCrc]) != base::Crc32c(bytes.subspan(kForm)) ||
      alignment < kMinAlignment || alignment > kMaxAlignment || origin == 0 || origin > kMaxOriginBytes ||
      hashes != static_cast<size_t>(std::popcount(first)) || !AllZero(bytes.subspan(kOrigin + origin)))
    return damaged();
  SegmentHeader header;
  header.crc = GetBig<uint32_t>(&bytes[kCrc]);
  header.alignment = static_cast<uint8_t>(alignment);
  header.chain = GetBig<uint32_t>(&bytes[kChain]);
  header.origin.assign(reinterpret_cast<const char*>(&bytes[kOrigin]), origin);
  HIKAE_TRY(header.frontier, Frontier::Create(first, ReadDigests(&bytes[kFrontier], hashes)));
  if (!base::IsUtf8(header.origin) || header.frontier.Root() != ReadDigests(&bytes[kRoot], 1).front()) return damaged();
  return header;
}

std::optional<GroupHead> DecodeGroupHead(Bytes bytes) {
  if (bytes.size() < kGroupHeadBytes || std::memcmp(bytes.data(), kGroupMagic, 4) != 0) return std::nullopt;
  GroupHead head;
  head.crc = GetBig<uint32_t>(&bytes[kGroupCrc]);
  head.first = GetBig<uint64_t>(&bytes[kGroupFirst]);
  head.count = GetBig<uint32_t>(&bytes[kGroupCount]);
  head.body_bytes = GetBig<uint32_t>(&bytes[kGroupBodyBytes]);
  head.frontier_count = GetBig<uint16_t>(&bytes[kGroupHashes]);
  head.chain = GetBig<uint32_t>(&bytes[kGroupChain]);
  head.root = ReadDigests(&bytes[kGroupRoot], 1).front();
  const auto hashes = static_cast<size_t>(std::popcount(head.first));
  const bool plausible =
      head.count != 0 && head.body_bytes <= kMaxBodyBytes && head.body_bytes / (kFrameHeadBytes + 1) >= head.count &&
      head.first <= UINT64_MAX - head.count && (head.frontier_count == 0 || head.frontier_count == hashes) &&
      GetBig<uint16_t>(&bytes[kGroupZero]) == 0;
  if (!plausible) return std::nullopt;
  return head;
}

bool GroupChecksumHolds(const GroupHead& head, Bytes group) {
  return group.size() == head.bytes() && base::Crc32c(group.subspan(kGroupFirst)) == head.crc;
}

Frontier GroupFrontier(const GroupHead& head, Bytes group) {
  assert(head.frontier_count != 0 && group.size() >= head.head_bytes());
  return *Frontier::Create(head.first, ReadDigests(&group[kGroupHeadBytes], head.frontier_count));
}

Result<void> VisitFrames(const GroupHead& head, Bytes body, const EntryVisitor& visit) {
  if (body.size() != head.body_bytes) return DamagedFrame();
  for (uint32_t i = 0; i < head.count; ++i) {
    if (body.size() < kFrameHeadBytes) return DamagedFrame();
    const size_t leaf = GetBig<uint16_t>(body.data());
    const size_t detail = GetBig<uint32_t>(body.data() + 2);
    body = body.subspan(kFrameHeadBytes);
    if (leaf == 0 || detail > kMaxDetailBytes || body.size() < leaf + detail) return DamagedFrame();
    HIKAE_CHECK(visit({head.first + i, body.first(leaf), body.subspan(leaf, detail)}));
    body = body.subspan(leaf + detail);
  }
  if (!body.empty()) return DamagedFrame();
  return {};
}

void AppendFrame(std::vector<uint8_t>& body, Bytes leaf, Bytes detail) {
  assert(!leaf.empty() && leaf.size() <= kMaxLeafBytes && detail.size() <= kMaxDetailBytes);
  const size_t at = body.size();
  body.resize(at + kFrameHeadBytes + leaf.size() + detail.size());
  PutBig(&body[at], static_cast<uint16_t>(leaf.size()));
  PutBig(&body[at + 2], static_cast<uint32_t>(detail.size()));
  std::memcpy(&body[at + kFrameHeadBytes], leaf.data(), leaf.size());
  if (!detail.empty()) std::memcpy(&body[at + kFrameHeadBytes + leaf.size()], detail.data(), detail.size());
}

void EncodeGroupHead(GroupHead& head, const std::vector<Digest>& frontier, std::span<uint8_t> group) {
  assert(head.frontier_count == frontier.size() && group.size() == head.bytes());
  std::memset(group.data(), 0, kGroupHeadBytes);
  std::memcpy(group.data(), kGroupMagic, 4);
  PutBig(&group[kGroupFirst], head.first);
  PutBig(&group[kGroupCount], head.count);
  PutBig(&group[kGroupBodyBytes], head.body_bytes);
  PutBig(&group[kGroupHashes], static_cast<uint16_t>(head.frontier_count));
  PutBig(&group[kGroupChain], head.chain);
  WriteDigests(&group[kGroupRoot], {head.root});
  WriteDigests(group.data() + kGroupHeadBytes, frontier);
  head.crc = base::Crc32c(group.subspan(kGroupFirst));
  PutBig(&group[kGroupCrc], head.crc);
}

std::string SegmentName(uint64_t first) { return fmt::format("{:020}{}", first, kSuffix); }

std::optional<uint64_t> SegmentFirst(std::string_view name) {
  if (name.size() != kNameDigits + kSuffix.size() || !name.ends_with(kSuffix)) return std::nullopt;
  uint64_t first = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + kNameDigits, first);
  if (error != std::errc() || end != name.data() + kNameDigits) return std::nullopt;
  return first;
}

}  // namespace hikae::log
