// Every allocation of opening, appending and reading fails in turn. A program of its own: it replaces operator new.
#include <gtest/gtest.h>

#include "base/failing_new.h"
#include "log/log_fixture.h"

namespace hikae::log {
namespace {

using test::SweepAllocations;

class LogMemory : public LogOnDisk {};

TEST_F(LogMemory, EveryAllocationOfAnAppendFails) {
  Create();
  auto writer = OpenWriter();
  uint64_t n = 0, last_acknowledged = 0;
  const std::vector<std::vector<uint8_t>> leaves = {Leaf(1, 0), Leaf(1, 0)};
  const size_t sweeps = SweepAllocations(
      [&] {
        const auto leaf = Leaf(1, n);
        const NewEntry entries[] = {{leaf, {}}};
        if (!writer->Append(entries).ok()) return false;
        last_acknowledged = n;
        return true;
      },
      [&] { ++n; });
  ASSERT_TRUE(writer->Append(std::vector<NewEntry>{{Leaf(1, n), {}}}).ok()) << "the writer goes on";
  const Digest root = writer->head().root;
  const auto whole = ReadLog(io_, directory_);
  ASSERT_TRUE(whole.ok()) << whole.error().ToString();
  EXPECT_EQ(whole->root, root);
  ASSERT_GE(whole->told.size(), 2u);
  EXPECT_EQ(whole->told.back().n, n);
  EXPECT_EQ(whole->told[whole->told.size() - 2].n, last_acknowledged);
  std::printf("%zu failed allocations while appending\n", sweeps);
  EXPECT_GT(sweeps, 10u);
}

TEST_F(LogMemory, EveryAllocationOfOpeningAndReadingFails) {
  Create();
  ASSERT_TRUE(OpenWriter()->Append(std::vector<NewEntry>{{Leaf(1, 0), {}}}).ok());
  const auto whole = ReadLog(io_, directory_);
  const auto same = [&] {
    const auto again = ReadLog(io_, directory_);
    ASSERT_TRUE(again.ok()) << again.error().ToString();
    EXPECT_EQ(again->root, whole->root);
  };
  const size_t opening = SweepAllocations([&] { return LogWriter::Open(io_, directory_).ok(); }, same);
  const size_t reading = SweepAllocations([&] { return ReadLog(io_, directory_).ok(); }, same);
  std::printf("%zu failed allocations while opening, %zu while reading\n", opening, reading);
  EXPECT_GT(opening, 20u);
  EXPECT_GT(reading, 20u);
}

}  // namespace
}  // namespace hikae::log
