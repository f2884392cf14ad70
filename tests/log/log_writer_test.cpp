#include "log/append/log_writer.h"

#include <gtest/gtest.h>

#include <map>
#include <thread>

#include "log/log_fixture.h"

namespace hikae::log {
namespace {

class LogWriterTest : public LogOnDisk {};

TEST_F(LogWriterTest, AppendCloseOpenReadRootEquals) {
  Create();
  Digest root;
  {
    const auto writer = OpenWriter();
    for (uint64_t n = 0; n < 10; ++n) {
      const auto leaf = Leaf(1, n);
      const std::vector<uint8_t> detail(n, 0xAB);
      const std::vector<NewEntry> entries = {{leaf, detail}, {leaf, {}}};
      const auto position = writer->Append(entries);
      ASSERT_TRUE(position.ok()) << position.error().ToString();
      EXPECT_EQ(position->first, 1 + 2 * n);
      EXPECT_EQ(position->period, "2021");
    }
    EXPECT_EQ(writer->exposure(), 0u);
    root = writer->head().root;
    EXPECT_EQ(writer->head().size, 21u);
    EXPECT_TRUE(writer->Close().ok());
    EXPECT_EQ(writer->Append(std::vector<NewEntry>{{Leaf(1, 1), {}}}).error().status, base::Status::kArgument);
  }
  const auto whole = ReadLog(io_, directory_);
  ASSERT_TRUE(whole.ok()) << whole.error().ToString();
  EXPECT_EQ(whole->size, 21u);
  EXPECT_EQ(whole->root, root);
  EXPECT_EQ(OpenWriter()->head().root, root);
}

TEST_F(LogWriterTest, ThreadsKeepTheirOrderAndLoseNothing) {
  Create();
  constexpr uint64_t kThreads = 8;
  constexpr uint64_t kEach = 300;
  {
    const auto writer = OpenWriter();
    std::vector<std::thread> threads;
    for (uint64_t t = 0; t < kThreads; ++t) {
      threads.emplace_back([&writer, t] {
        for (uint64_t n = 0; n < kEach; n += 3) {
          const std::vector<std::vector<uint8_t>> leaves = {Leaf(t, n, n), Leaf(t, n + 1, 7 * n), Leaf(t, n + 2)};
          const std::vector<NewEntry> entries = {{leaves[0], {}}, {leaves[1], {}}, {leaves[2], {}}};
          ASSERT_TRUE(writer->Append(entries).ok());
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  const auto whole = ReadLog(io_, directory_);
  ASSERT_TRUE(whole.ok()) << whole.error().ToString();
  ASSERT_EQ(whole->told.size(), kThreads * kEach);
  std::map<uint64_t, uint64_t> next;
  for (const Told& told : whole->told) ASSERT_EQ(told.n, next[told.writer]++) << told.writer;
}

TEST_F(LogWriterTest, GoesOnThroughManySegments) {
  Create();
  const std::vector<uint8_t> detail(size_t{1} << 20, 0x5C);
  uint64_t n = 0;
  for (int round = 0; round < 3; ++round) {
    const auto writer = OpenWriter();
    for (int i = 0; i < 20; ++i) {
      const auto leaf = Leaf(1, n++);
      ASSERT_TRUE(writer->Append(std::vector<NewEntry>{{leaf, detail}}).ok());
      const auto small = Leaf(1, n++);
      ASSERT_TRUE(writer->Append(std::vector<NewEntry>{{small, {}}}).ok());
    }
  }
  EXPECT_GE(ListSegments(io_, directory_ + "/2021")->size(), 6u);
  const auto whole = ReadLog(io_, directory_);
  ASSERT_TRUE(whole.ok()) << whole.error().ToString();
  ASSERT_EQ(whole->told.size(), n);
  for (uint64_t i = 0; i < n; ++i) EXPECT_EQ(whole->told[i].n, i);
  EXPECT_EQ(OpenWriter()->head().root, whole->root);
}

// Whoever reads beside a writer has read ahead, into room that was still empty.
TEST_F(LogWriterTest, IsReadOnWhileItGrows) {
  Create();
  const auto writer = OpenWriter();
  auto opened = PeriodSource::Open(io_, directory_, "2021");
  ASSERT_TRUE(opened.ok()) << opened.error().ToString();
  PeriodSource& source = **opened;
  uint64_t read = 0, written = 1;
  for (const size_t detail_size : {0u, 100u, 3u << 20, 0u, 70'000u, 9u << 20, 5u, 0u}) {
    const std::vector<uint8_t> detail(detail_size, 0x5C);
    for (int i = 0; i < 3; ++i) {
      const auto leaf = Leaf(1, written++);
      ASSERT_TRUE(writer->Append(std::vector<NewEntry>{{leaf, detail}}).ok());
      const auto size = source.Size();
      ASSERT_TRUE(size.ok()) << size.error().ToString();
      ASSERT_EQ(*size, written);
      const auto done = source.Read(read, *size, [&](const StoredEntry& entry) -> base::Result<void> {
        EXPECT_EQ(entry.index, read++);
        return {};
      });
      ASSERT_TRUE(done.ok()) << done.error().ToString() << " after " << written;
      ASSERT_EQ(read, written);
    }
  }
}

// A segment begun between asking for the size and reading is seen while reading; the size goes on all the same.
TEST_F(LogWriterTest, IsReadOnWhileSegmentsAreBegun) {
  Create();
  const auto writer = OpenWriter();
  auto opened = PeriodSource::Open(io_, directory_, "2021");
  ASSERT_TRUE(opened.ok()) << opened.error().ToString();
  const std::vector<uint8_t> detail(kSegmentFull, 0x5C);
  const auto leaf = Leaf(1, 1);
  for (uint64_t written = 1; written < 9;) {
    const auto before = (*opened)->Size();
    ASSERT_TRUE(before.ok()) << before.error().ToString();
    for (const Bytes& sealed : {Bytes(detail), Bytes()}) {  // the second stands in the next segment
      ASSERT_TRUE(writer->Append(std::vector<NewEntry>{{leaf, sealed}}).ok());
      ++written;
    }
    ASSERT_TRUE((*opened)->Read(*before - 1, *before, [](const StoredEntry&) { return base::Result<void>(); }).ok());
    const auto after = (*opened)->Size();
    ASSERT_TRUE(after.ok()) << after.error().ToString();
    EXPECT_EQ(*after, written);
  }
}

}  // namespace
}  // namespace hikae::log
