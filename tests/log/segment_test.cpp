#include "log/segment.h"

#include <gtest/gtest.h>

#include <cstring>

#include "log/entry.h"
#include "log/format_page.h"
#include "log/lock_file.h"
#include "log/log_fixture.h"

namespace hikae::log {
namespace {

SegmentHeader ExampleHeader() {
  SegmentHeader header;
  header.origin = "hikae.example/江戸川/2021";
  return header;
}

// The group of docs/formats/segment-file.md §6, and what its frames hold.
std::vector<uint8_t> ExampleGroup(GroupHead* head) {
  SegmentHeader header = ExampleHeader();
  EncodeSegmentHeader(header);
  const std::vector<uint8_t> begun = Begun("2021");
  const std::vector<uint8_t> read = HexOfPage("log-entry.md", "leaf");
  const std::vector<uint8_t> detail = {0xDE, 0xAD, 0xBE, 0xEF};
  std::vector<uint8_t> group(kGroupHeadBytes);
  AppendFrame(group, begun, {});
  AppendFrame(group, read, detail);
  Frontier after;
  after.Append(HashLeaf(begun));
  after.Append(HashLeaf(read));
  head->count = 2;
  head->body_bytes = static_cast<uint32_t>(group.size() - kGroupHeadBytes);
  head->chain = header.crc;
  head->root = after.Root();
  EncodeGroupHead(*head, {}, group);
  return group;
}

TEST(Segment, MakesTheBytesOfTheFormatPage) {
  SegmentHeader header = ExampleHeader();
  const std::vector<uint8_t> bytes = EncodeSegmentHeader(header);
  ASSERT_EQ(bytes.size(), kSegmentHeaderBytes);
  std::vector<uint8_t> shown(bytes.begin(), bytes.begin() + 64);
  shown.insert(shown.end(), bytes.begin() + 2112, bytes.begin() + 2112 + 28);
  EXPECT_EQ(shown, HexOfPage("segment-file.md", "header"));
  GroupHead head;
  EXPECT_EQ(ExampleGroup(&head), HexOfPage("segment-file.md", "group"));
}

TEST(Segment, HeaderComesBackWithItsFrontier) {
  SegmentHeader header = ExampleHeader();
  for (uint8_t i = 0; i < 23; ++i) header.frontier.Append(HashLeaf(std::vector<uint8_t>{i}));
  header.chain = 7;
  header.alignment = 12;
  const auto again = DecodeSegmentHeader(EncodeSegmentHeader(header), "f");
  ASSERT_TRUE(again.ok()) << again.error().ToString();
  EXPECT_EQ(again->first(), 23u);
  EXPECT_EQ(again->frontier.hashes(), header.frontier.hashes());
  EXPECT_EQ(again->origin, header.origin);
  EXPECT_EQ(again->chain, 7u);
  EXPECT_EQ(again->crc, header.crc);
  EXPECT_EQ(again->alignment, 12);
}

TEST(Segment, EveryFlippedBitOfAHeaderIsFound) {
  SegmentHeader header = ExampleHeader();
  header.frontier.Append(HashLeaf(std::vector<uint8_t>{1}));
  const std::vector<uint8_t> good = EncodeSegmentHeader(header);
  for (size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::vector<uint8_t> bytes = good;
    bytes[bit / 8] = static_cast<uint8_t>(bytes[bit / 8] ^ (1u << bit % 8));
    const auto header_read = DecodeSegmentHeader(bytes, "f");
    ASSERT_FALSE(header_read.ok()) << bit;
    ASSERT_EQ(header_read.error().status,
              bytes[12] != 0 || bytes[13] > 1 ? base::Status::kVersion : base::Status::kTampered)
        << bit;
  }
}

TEST(Segment, EveryFlippedBitAndEveryCutOfAGroupIsFound) {
  GroupHead made;
  const std::vector<uint8_t> good = ExampleGroup(&made);
  const auto whole = [](const std::vector<uint8_t>& bytes) {
    const auto head = DecodeGroupHead(bytes);
    return head && GroupChecksumHolds(*head, bytes);
  };
  ASSERT_TRUE(whole(good));
  for (size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::vector<uint8_t> bytes = good;
    bytes[bit / 8] = static_cast<uint8_t>(bytes[bit / 8] ^ (1u << bit % 8));
    ASSERT_FALSE(whole(bytes)) << bit;
  }
  for (size_t size = 0; size < good.size(); ++size)
    ASSERT_FALSE(whole({good.begin(), good.begin() + static_cast<long>(size)})) << size;
}

TEST(Segment, FramesThatDoNotFillTheBodyAreDamage) {
  GroupHead head;
  const std::vector<uint8_t> group = ExampleGroup(&head);
  std::vector<uint8_t> body(group.begin() + kGroupHeadBytes, group.end());
  size_t seen = 0;
  const auto visit = [&](const GroupHead& with, const std::vector<uint8_t>& bytes) {
    seen = 0;
    return VisitFrames(with, bytes, [&](const StoredEntry& entry) -> base::Result<void> {
      EXPECT_EQ(entry.index, seen++);
      return {};
    });
  };
  ASSERT_TRUE(visit(head, body).ok());
  EXPECT_EQ(seen, 2u);
  for (const uint32_t count : {1u, 3u}) {
    GroupHead wrong = head;
    wrong.count = count;
    EXPECT_EQ(visit(wrong, body).error().status, base::Status::kTampered) << count;
  }
  for (const size_t at : {0u, 1u, 2u, 5u}) {  // the lengths of the first frame
    std::vector<uint8_t> wrong = body;
    wrong[at] = static_cast<uint8_t>(wrong[at] ^ 1);
    EXPECT_EQ(visit(head, wrong).error().status, base::Status::kTampered) << at;
  }
}

TEST(Segment, NamesAreTwentyDigits) {
  EXPECT_EQ(SegmentName(0), "00000000000000000000.seg");
  EXPECT_EQ(SegmentFirst(SegmentName(UINT64_MAX)), UINT64_MAX);
  for (const char* bad : {"", "0.seg", "00000000000000000000.seg.new", "0000000000000000000x.seg",
                          "99999999999999999999.seg", "-0000000000000000001.seg", "checkpoint"})
    EXPECT_FALSE(SegmentFirst(bad)) << bad;
}

TEST(LockRecord, ComesBackAndEveryFlippedBitIsFound) {
  LockRecord record;
  record.settled = false;
  record.generation = 5;
  record.size = 6;
  record.segment = 7;
  record.offset = 8;
  record.chain = 9;
  record.period = "2021";
  const std::vector<uint8_t> bytes = EncodeLockRecord(record);
  const auto again = DecodeLockRecord(bytes);
  ASSERT_TRUE(again);
  EXPECT_EQ(EncodeLockRecord(*again), bytes);
  EXPECT_EQ(again->period, "2021");
  EXPECT_FALSE(again->settled);
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::vector<uint8_t> changed = bytes;
    changed[bit / 8] = static_cast<uint8_t>(changed[bit / 8] ^ (1u << bit % 8));
    EXPECT_FALSE(DecodeLockRecord(changed)) << bit;
  }
  EXPECT_FALSE(DecodeLockRecord({}));
}

}  // namespace
}  // namespace hikae::log
