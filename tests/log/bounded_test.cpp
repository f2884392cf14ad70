#include <gtest/gtest.h>

#include <thread>

#include "log/fault_script.h"

namespace hikae::log {
namespace {

using base::Status;
using test::SimIo;

constexpr uint32_t kHour = 3'600'000;  // ms: the background never writes because of time

class BoundedLog : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(io_.MakeDirectory("office").ok());
    ASSERT_TRUE(CreateLog(io_, kSimDirectory, kOffice, "2021", Begun("2021")).ok());
  }
  static std::unique_ptr<LogWriter> Open(SimIo& io, uint32_t ms, uint32_t records, int64_t now = 0) {
    WriterOptions options;
    options.durability = Durability::Bounded(ms, records);
    options.now = now;
    auto writer = LogWriter::Open(io, kSimDirectory, options);
    EXPECT_TRUE(writer.ok()) << (writer.ok() ? "" : writer.error().ToString());
    return *std::move(writer);
  }
  static base::Result<LogWriter::Ticket> Submit(LogWriter& writer, uint64_t n, size_t count = 1) {
    const auto leaf = Leaf(1, n);
    return writer.Submit(std::vector<NewEntry>(count, NewEntry{leaf, {}}));
  }
  static std::vector<std::string> Marks(SimIo& io) {
    std::vector<std::string> marks;
    const auto names = io.List(kSimDirectory);
    for (const std::string& name : *names) {
      if (IsMark(name)) marks.push_back(name);
    }
    return marks;
  }
  static std::vector<Entry> Losses(SimIo& io) {
    std::vector<Entry> losses;
    const auto log = ReadLog(io, kSimDirectory);
    for (const Entry& entry : log->others) {
      if (entry.type == EntryType::kPossibleLoss) losses.push_back(entry);
    }
    return losses;
  }

  SimIo io_;
};

TEST_F(BoundedLog, ExposureIsWhatAStopWouldLose) {
  const auto writer = Open(io_, kHour, 100);
  EXPECT_EQ(writer->exposure(), 0u);
  auto first = Submit(*writer, 0, 3);
  ASSERT_TRUE(first.ok());
  const auto second = Submit(*writer, 3, 2);
  EXPECT_EQ(writer->exposure(), 5u);
  EXPECT_EQ(ReadLog(*io_.AfterPowerCut(SimIo::kAll), kSimDirectory)->told.size(), 0u);
  EXPECT_EQ(writer->Wait(*second)->first, 4u) << "both stand where they were handed over";
  EXPECT_EQ(writer->Wait(*first)->first, 1u);
  EXPECT_EQ(writer->exposure(), 0u);
  EXPECT_EQ(ReadLog(*io_.AfterPowerCut(SimIo::kNothing), kSimDirectory)->told.size(), 5u);
  const auto position = writer->Append(std::vector<NewEntry>{{Leaf(1, 5), {}}});
  ASSERT_TRUE(position.ok());
  EXPECT_EQ(position->period, "") << "not known yet";
  EXPECT_EQ(writer->exposure(), 1u);
  EXPECT_TRUE(writer->Flush().ok());
  EXPECT_EQ(writer->exposure(), 0u);
}

TEST_F(BoundedLog, NeverMoreRecordsThanTheBound) {
  constexpr uint32_t kRecords = 10;
  const auto writer = Open(io_, kHour, kRecords);
  std::vector<std::thread> threads;
  std::atomic<uint64_t> most{0};
  for (uint64_t t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (uint64_t n = 0; n < 500; ++n) {
        ASSERT_TRUE(Submit(*writer, n, 1 + n % 3).ok());
        uint64_t seen = writer->exposure();
        for (uint64_t before = most; seen > before && !most.compare_exchange_weak(before, seen);) {
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(most, kRecords);
  EXPECT_GT(most, 1u);
  // More at once than may be lost at all is waited for.
  ASSERT_TRUE(Submit(*writer, 0, 25).ok());
  EXPECT_LE(writer->exposure(), kRecords);
}

TEST_F(BoundedLog, NeverOlderThanTheBound) {
  const auto writer = Open(io_, kHour, 1000);
  ASSERT_TRUE(Submit(*writer, 0).ok());
  io_.Pause(3'599'000'000u);
  ASSERT_TRUE(Submit(*writer, 1).ok());
  EXPECT_EQ(writer->exposure(), 2u);
  io_.Pause(2'000'000u);  // now the first is older than an hour
  ASSERT_TRUE(Submit(*writer, 2).ok());
  EXPECT_EQ(writer->exposure(), 1u) << "what was too old was written first";
}

TEST_F(BoundedLog, AStopIsAnEntryAndAGoodEndIsNone) {
  {
    const auto writer = Open(io_, kHour, 7, 1);
    EXPECT_EQ(Marks(io_).size(), 1u);
    ASSERT_TRUE(Submit(*writer, 0).ok());
    ASSERT_TRUE(writer->Flush().ok());
    ASSERT_TRUE(Submit(*writer, 1).ok());
    // The machine stops here, once by losing power and once by the process being killed.
    for (const auto& disk : {io_.AfterPowerCut(SimIo::kNothing), io_.AfterRestart()}) {
      const auto next = Open(*disk, kHour, 9, 42);
      const auto losses = Losses(*disk);
      ASSERT_EQ(losses.size(), 1u);
      EXPECT_EQ(losses[0].loss_ms, kHour);
      EXPECT_EQ(losses[0].loss_records, 7u);
      EXPECT_EQ(losses[0].time, 42);
      EXPECT_EQ(Marks(*disk).size(), 1u) << "its own";
      ASSERT_TRUE(next->Close().ok());
      EXPECT_TRUE(Marks(*disk).empty());
      ASSERT_TRUE(LogWriter::Open(*disk, kSimDirectory).ok());
      EXPECT_EQ(Losses(*disk).size(), 1u) << "told once";
    }
    // A writer that lives is no loss.
    ASSERT_TRUE(LogWriter::Open(io_, kSimDirectory).ok());
    EXPECT_TRUE(Losses(io_).empty());
    ASSERT_TRUE(writer->Close().ok());
  }
  EXPECT_TRUE(Marks(io_).empty());
  EXPECT_TRUE(Losses(io_).empty());
  EXPECT_EQ(ReadLog(io_, kSimDirectory)->told.size(), 2u);
}

TEST_F(BoundedLog, AFailedDiskStopsTheTakingAndIsCounted) {
  std::atomic<bool> fail = false;
  io_.SetPlan([&](uint64_t, test::Op op, const std::string& path) {
    return fail && op == test::Op::kWrite && path.ends_with(".seg") ? test::Fault::kFail : test::Fault::kNone;
  });
  auto writer = Open(io_, kHour, 100);
  ASSERT_TRUE(Submit(*writer, 0, 4).ok());
  fail = true;
  EXPECT_EQ(writer->Flush().error().status, Status::kIo);
  EXPECT_EQ(Submit(*writer, 4).error().status, Status::kIo);
  EXPECT_EQ(writer->exposure(), 4u);
  EXPECT_EQ(writer->Durable("2021").error().status, Status::kIo);
  EXPECT_FALSE(writer->Close().ok());
  EXPECT_EQ(Marks(io_).size(), 1u);
  writer.reset();
  fail = false;
  Open(io_, kHour, 100);
  EXPECT_EQ(Losses(io_).size(), 1u);
}

TEST_F(BoundedLog, ABoundOfNothingIsNone) {
  WriterOptions options;
  options.durability = Durability::Bounded(0, 5);
  EXPECT_EQ(LogWriter::Open(io_, kSimDirectory, options).error().status, Status::kArgument);
}

TEST_F(BoundedLog, ADamagedMarkIsNotGuessedAt) {
  io_.SetBytes(std::string(kSimDirectory) + "/0123456789abcdef.bounded", {'m', 's', '\n'});
  EXPECT_EQ(LogWriter::Open(io_, kSimDirectory).error().status, Status::kTampered);
}

}  // namespace
}  // namespace hikae::log
