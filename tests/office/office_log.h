// What the tests of an office's access log share: a directory, a clock that is told the time, a check of the whole.
#ifndef HIKAE_TESTS_OFFICE_OFFICE_LOG_H_
#define HIKAE_TESTS_OFFICE_OFFICE_LOG_H_

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/civil_date.h"
#include "log/sign/checkpoint_file.h"
#include "log/verify/verifier.h"
#include "office/access_log.h"

namespace hikae::office {

namespace fs = std::filesystem;
using base::Status;

inline int64_t NoonInJapan(int32_t year, int32_t month, int32_t day) {
  return base::DayOf({year, month, day}) * int64_t{86'400'000'000} + int64_t{3} * 3'600'000'000;
}

class OfficeLogTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    path_ = fs::path(testing::TempDir()) / (std::string(info->name()) + "-" + std::to_string(::getpid()));
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  void TearDown() override {
    std::error_code ignored;
    fs::permissions(path_, fs::perms::owner_all, fs::perm_options::add, ignored);
    fs::remove_all(path_, ignored);
  }

  AccessLog::Options Options() {
    AccessLog::Options options;
    options.now = [this] { return now_; };
    options.origin = "hikae.example/江戸川";
    options.sign_in_background = false;
    return options;
  }
  std::unique_ptr<AccessLog> Create() {
    auto log = AccessLog::Create(path_.string(), Options());
    EXPECT_TRUE(log.ok()) << (log.ok() ? "" : log.error().ToString());
    return log.ok() ? *std::move(log) : nullptr;
  }
  std::unique_ptr<AccessLog> Open() { return Open(Options()); }
  std::unique_ptr<AccessLog> Open(const AccessLog::Options& options) {
    auto log = AccessLog::Open(path_.string(), options);
    EXPECT_TRUE(log.ok()) << (log.ok() ? "" : log.error().ToString());
    return log.ok() ? *std::move(log) : nullptr;
  }

  static Act Read(const std::string& actor, const std::string& subject, const std::string& detail = "") {
    Act act;
    act.entry.type = log::EntryType::kRead;
    act.entry.handling = "hikikomori";
    act.entry.decision = log::Decision::kAllowed;
    act.actor = actor;
    act.subject = subject;
    act.detail = detail;
    return act;
  }

  // One stored entry, kept.
  struct Kept {
    uint64_t index = 0;
    std::vector<uint8_t> leaf, detail;
    log::Entry entry;
    log::StoredEntry stored() const { return {index, leaf, detail}; }
  };
  static std::vector<Kept> All(AccessLog& log, const std::string& period) {
    std::vector<Kept> all;
    const auto source = log.Entries(period);
    EXPECT_TRUE(source.ok()) << (source.ok() ? "" : source.error().ToString());
    if (!source.ok()) return all;
    const auto read = (*source)->Read(0, *(*source)->Size(), [&](const log::StoredEntry& stored) -> base::Result<void> {
      all.push_back({stored.index,
                     {stored.leaf.begin(), stored.leaf.end()},
                     {stored.detail.begin(), stored.detail.end()},
                     *log::DecodeEntry(stored.leaf)});
      return {};
    });
    EXPECT_TRUE(read.ok()) << (read.ok() ? "" : read.error().ToString());
    return all;
  }

  // The verdict of the verifier over all periods, dropped ones included.
  base::Result<log::verify::Verdict> Verify();
  void ExpectSound() {
    const auto verdict = Verify();
    ASSERT_TRUE(verdict.ok()) << verdict.error().ToString();
    EXPECT_TRUE(verdict->sound()) << verdict->FirstBad()->text.en;
  }

  fs::path path_;
  int64_t now_ = NoonInJapan(2021, 5, 20);
};

}  // namespace hikae::office

#endif  // HIKAE_TESTS_OFFICE_OFFICE_LOG_H_
