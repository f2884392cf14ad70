// What the tests of the log share: leaves to append, and a reading of the whole that checks what can be checked.
#ifndef HIKAE_TESTS_LOG_LOG_FIXTURE_H_
#define HIKAE_TESTS_LOG_LOG_FIXTURE_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/io.h"
#include "log/append/log_writer.h"
#include "log/append/sequencer.h"
#include "log/entry.h"
#include "log/period_source.h"
#include "log/periods.h"
#include "log/tree.h"

namespace hikae::log {

constexpr char kOffice[] = "hikae.example/江戸川";

inline std::vector<uint8_t> Begun(const std::string& period, const std::string& previous = {}) {
  Entry entry;
  entry.type = EntryType::kPeriodBegun;
  entry.origin = OriginOf(kOffice, period);
  entry.previous = previous;
  return *EncodeEntry(entry);
}

// The n-th leaf of a writer: tells both, and has a length of its own.
inline std::vector<uint8_t> Leaf(uint64_t writer, uint64_t n, size_t extra = 0) {
  Entry entry;
  entry.type = EntryType::kWriteEnded;
  entry.time = static_cast<int64_t>(writer);
  entry.intent = n;
  entry.outcome = Outcome::kDone;
  entry.ground = extra == 0 ? "" : std::string(1 + extra % 255, 'x');
  return *EncodeEntry(entry);
}

struct Told {
  uint64_t writer = 0;
  uint64_t n = 0;
  friend bool operator==(const Told&, const Told&) = default;
};

// What the entries of a period say, in order, with the root of their tree. Every leaf is decoded.
struct WholeLog {
  std::vector<Told> told;  // of the 'write ended' entries
  std::vector<Entry> others;
  uint64_t size = 0;
  Digest root = EmptyRoot();
};

inline base::Result<WholeLog> ReadLog(base::Io& io, const std::string& directory, const std::string& period = "2021") {
  HIKAE_TRY(const auto source, PeriodSource::Open(io, directory, period));
  HIKAE_TRY(const uint64_t size, source->Size());
  WholeLog whole;
  Frontier frontier;
  HIKAE_CHECK(source->Read(0, size, [&](const StoredEntry& stored) -> base::Result<void> {
    HIKAE_TRY(Entry entry, DecodeEntry(stored.leaf));
    if (stored.index != frontier.size()) return base::Error(base::Status::kTampered, "entries out of order");
    frontier.Append(HashLeaf(stored.leaf));
    if (entry.type == EntryType::kWriteEnded) {
      whole.told.push_back({static_cast<uint64_t>(entry.time), *entry.intent});
    } else {
      whole.others.push_back(std::move(entry));
    }
    return {};
  }));
  whole.size = size;
  whole.root = frontier.Root();
  return whole;
}

// A directory of its own, removed when the test ends.
class LogOnDisk : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    root_ = std::filesystem::temp_directory_path() /
            ("hikae-" + std::string(info->test_suite_name()) + "-" + info->name() + "-" + std::to_string(::getpid()));
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_);
    directory_ = (root_ / "log").string();
  }
  void TearDown() override { std::filesystem::remove_all(root_); }
  void Create() {
    const auto made = CreateLog(io_, directory_, kOffice, "2021", Begun("2021"));
    ASSERT_TRUE(made.ok()) << made.error().ToString();
  }
  std::unique_ptr<LogWriter> OpenWriter(const WriterOptions& options = {}) {
    auto writer = LogWriter::Open(io_, directory_, options);
    EXPECT_TRUE(writer.ok()) << (writer.ok() ? "" : writer.error().ToString());
    return writer.ok() ? *std::move(writer) : nullptr;
  }

  base::Io& io_ = base::PosixIo();
  std::filesystem::path root_;
  std::string directory_;
};

}  // namespace hikae::log

#endif  // HIKAE_TESTS_LOG_LOG_FIXTURE_H_
