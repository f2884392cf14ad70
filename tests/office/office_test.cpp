// One office from its making to its reports, and every way in which opening one can fail.
#include "office/office.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "base/civil_date.h"
#include "office/directory.h"
#include "places.h"
#include "store/database.h"

namespace hikae::office {
namespace {

namespace fs = std::filesystem;
using base::Status;

const std::string kSmallPack = hikae::test::SourceDir() + "/tests/audit/data/small";
constexpr char kPaper[] =
    "hikae: declaration/1\npack: small\nvalid_from: 2021-05-06\nby: 福祉部\n"
    "Section: { 援護課: {} }\nItem: { 氏名: {} }\n"
    "Handling:\n  hikikomori: { title: ひきこもり相談支援, section: 援護課 }\n"
    "Declaration:\n  第2号: { handling: hikikomori, title: 第2号議案, items: [氏名], kinds: [outsourcing] }\n";

class OfficeTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    path_ = fs::path(testing::TempDir()) / fmt::format("office_{}_{}", ::getpid(), name);
    fs::remove_all(path_);
  }
  void TearDown() override {
    fs::permissions(path_, fs::perms::owner_all, fs::perm_options::add, ignored_);
    fs::remove_all(path_, ignored_);
  }

  static OpenOptions Creating() {
    OpenOptions options;
    options.create = true;
    options.pack = kSmallPack;
    options.now = [] { return registry::Micros{1'620'000'000'000'000}; };
    return options;
  }
  static OpenOptions Opening(uint32_t busy_ms = 0) {
    OpenOptions options;
    options.busy_ms = busy_ms;
    return options;
  }
  std::shared_ptr<Office> Make() {
    auto office = Office::Open(path_.string(), Creating());
    EXPECT_TRUE(office.ok()) << office.error().ToString();
    return office.ok() ? *office : nullptr;
  }
  // Whether it opens; else why not.
  Status Try(const OpenOptions& options) {
    const auto office = Office::Open(path_.string(), options);
    if (office.ok()) return Status::kOk;
    EXPECT_FALSE(office.error().text.ja.empty()) << office.error().ToString();
    EXPECT_FALSE(office.error().where.file.empty()) << office.error().ToString();
    return office.error().status;
  }
  void Write(const std::string& name, const std::string& text) {
    std::ofstream(path_ / name, std::ios::binary) << text;
  }

  fs::path path_;
  std::error_code ignored_;
};

audit::AuditOptions OnDay(std::string_view day) {
  audit::AuditOptions options;
  options.as_of = *base::ParseDate(day);
  return options;
}

TEST_F(OfficeTest, DeclaresAuditsAndReportsAcrossOpenings) {
  {
    const auto office = Make();
    ASSERT_NE(office, nullptr);
    const auto declared = office->Declare({{"paper.yaml", kPaper}});
    ASSERT_TRUE(declared.ok()) << declared.error().ToString();
    EXPECT_EQ(declared->added, 4u);
  }
  for (const bool read_only : {false, true}) {
    OpenOptions options;
    options.read_only = read_only;
    const auto office = Office::Open(path_.string(), options);
    ASSERT_TRUE(office.ok()) << office.error().ToString();
    const auto handlings = (*office)->Handlings(*base::ParseDate("2021-06-01"));
    ASSERT_TRUE(handlings.ok());
    EXPECT_EQ(*handlings, std::vector<std::string>{"hikikomori"});
    EXPECT_TRUE((*office)->Handlings(*base::ParseDate("2021-05-05"))->empty());
    const auto findings = (*office)->Audit(OnDay("2021-06-01"));
    ASSERT_TRUE(findings.ok()) << findings.error().ToString();
    EXPECT_EQ(findings->packs.at(0).id, "small");
    EXPECT_GT(findings->totals.violated, 0u);
    const auto report = (*office)->Report("findings", "hikikomori", report::Format::kHtml,
                                          *base::ParseDate("2021-06-01"), base::Language::kJapanese);
    ASSERT_TRUE(report.ok()) << report.error().ToString();
    EXPECT_NE(report->find("必要な項目が挙げられていない"), std::string::npos);
  }
}

TEST_F(OfficeTest, ReadOnlyRefusesToDeclare) {
  Make();
  OpenOptions options;
  options.read_only = true;
  const auto office = Office::Open(path_.string(), options);
  ASSERT_TRUE(office.ok()) << office.error().ToString();
  EXPECT_FALSE((*office)->Declare({{"paper.yaml", kPaper}}).ok());
}

TEST_F(OfficeTest, APaperForAnotherPackIsRefused) {
  const auto office = Make();
  ASSERT_NE(office, nullptr);
  std::string other = kPaper;
  other.replace(other.find("small"), 5, "smell");
  const auto declared = office->Declare({{"paper.yaml", kPaper}, {"別.yaml", other}});
  ASSERT_FALSE(declared.ok());
  EXPECT_EQ(declared.error().ToString(),
            "別.yaml:2:7: the document is written for pack \"smell\" (this office uses small)");
  EXPECT_TRUE(office->Handlings(*base::ParseDate("2021-06-01"))->empty());
}

TEST_F(OfficeTest, DefaultPackIsBuiltIn) {
  OpenOptions options = Creating();
  options.pack.clear();
  ASSERT_EQ(Try(options), Status::kOk);
  EXPECT_FALSE(fs::exists(path_ / "packs"));
  EXPECT_EQ(Try(Opening()), Status::kOk);
}

TEST_F(OfficeTest, APackFromAFolderIsKeptInTheOffice) {
  const fs::path folder = path_.string() + "_pack";
  fs::create_directories(folder);
  fs::copy(fs::path(kSmallPack).parent_path(), folder, fs::copy_options::recursive);
  OpenOptions options = Creating();
  options.pack = (folder / "small").string();
  ASSERT_EQ(Try(options), Status::kOk);
  fs::remove_all(folder);
  const auto office = Office::Open(path_.string(), Opening());
  ASSERT_TRUE(office.ok()) << office.error().ToString();
  EXPECT_TRUE((*office)->Audit(OnDay("2021-06-01")).ok());
  EXPECT_TRUE((*office)->Audit(OnDay("2021-06-01"), "small").ok());
  const auto unknown = (*office)->Audit(OnDay("2021-06-01"), "smal");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().status, Status::kNotFound);
}

TEST_F(OfficeTest, ABrokenPackMakesNothing) {
  OpenOptions options = Creating();
  options.pack = "no-such-pack";
  const auto office = Office::Open(path_.string(), options);
  ASSERT_FALSE(office.ok());
  EXPECT_EQ(office.error().status, Status::kNotFound);
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(OfficeTest, NoPackInForceOnTheDay) {
  const auto office = Make();
  const auto findings = office->Audit(OnDay("2030-01-01"));
  ASSERT_FALSE(findings.ok());
  EXPECT_EQ(findings.error().status, Status::kNotFound);
}

TEST_F(OfficeTest, NotThereExistsAndForeign) {
  EXPECT_EQ(Try(Opening()), Status::kNotFound);
  fs::create_directories(path_);
  EXPECT_EQ(Try(Opening()), Status::kNotFound);
  Write("memo.txt", "議事録");
  EXPECT_EQ(Try(Opening()), Status::kNotFound);
  EXPECT_EQ(Try(Creating()), Status::kExists);
  EXPECT_FALSE(fs::exists(path_ / "hikae.db"));
  fs::remove(path_ / "memo.txt");
  EXPECT_EQ(Try(Creating()), Status::kOk);
  EXPECT_EQ(Try(Creating()), Status::kExists);
}

TEST_F(OfficeTest, HalfMadeIsSeenAndCanBeMadeWhole) {
  const std::vector<std::function<void()>> leftovers = {
      [&] { fs::create_directories(path_ / "packs"); },
      [&] { Write("hikae.db", ""); },
      [&] {
        Make();
        fs::remove(path_ / "office.json");
      },
      [&] {
        Make();
        fs::rename(path_ / "office.json", path_ / "office.json.new");
      },
  };
  for (size_t i = 0; i < leftovers.size(); ++i) {
    fs::remove_all(path_);
    fs::create_directories(path_);
    leftovers[i]();
    EXPECT_EQ(Try(Opening()), i == 0 ? Status::kNotFound : Status::kTampered) << i;
    EXPECT_EQ(Try(Creating()), Status::kOk) << i;
    EXPECT_EQ(Try(Opening()), Status::kOk) << i;
  }
}

TEST_F(OfficeTest, ADamagedMarkerIsRefused) {
  Make();
  for (const char* text : {"", "{", "[]", "{\"hikae\":\"office\"}", "{\"hikae\":\"office\",\"form\":1,\"packs\":[]}",
                           "{\"hikae\":\"office\",\"form\":1,\"packs\":[\"../small\"]}",
                           "{\"hikae\":\"vault\",\"form\":1,\"packs\":[\"small\"]}"}) {
    Write("office.json", text);
    EXPECT_EQ(Try(Opening()), Status::kTampered) << text;
  }
}

TEST_F(OfficeTest, ANewerFormIsRefused) {
  Make();
  Write("office.json", "{\"hikae\":\"office\",\"form\":3,\"packs\":[\"small\"]}");
  EXPECT_EQ(Try(Opening()), Status::kVersion);
}

TEST_F(OfficeTest, ADatabaseThatIsNoneIsRefused) {
  Make();
  for (const char* end : {"-wal", "-shm"}) fs::remove(path_ / (std::string("hikae.db") + end));
  Write("hikae.db", std::string(8192, 'x'));
  EXPECT_EQ(Try(Opening()), Status::kTampered);
}

// Runs `work` in a process of its own; its answer is the exit code.
int InAnotherProcess(const std::function<int()>& work) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(work());
  int state = 0;
  ::waitpid(child, &state, 0);
  return WIFEXITED(state) ? WEXITSTATUS(state) : -1;
}

TEST_F(OfficeTest, ADirectoryThatCannotBeWrittenTo) {
  Make();
  const auto without_rights = [&](const std::function<int()>& work) {
    return InAnotherProcess([&] {
      // The superuser may write anywhere: be nobody in particular.
      if (::geteuid() == 0 && ::setuid(65534) != 0) return 99;
      return work();
    });
  };
  constexpr auto kRead = fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read;
  constexpr auto kEnter = fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec;
  const auto status_of = [&](const std::string& path, const OpenOptions& options) {
    const auto office = Office::Open(path, options);
    return office.ok() ? 0 : -static_cast<int>(office.error().status);
  };
  fs::permissions(path_, fs::perms::none);
  EXPECT_EQ(without_rights([&] { return status_of(path_.string(), Opening()); }), -static_cast<int>(Status::kIo));
  fs::permissions(path_, kRead | kEnter);
  EXPECT_EQ(without_rights([&] { return status_of(path_.string(), Opening()); }), -static_cast<int>(Status::kIo));
  EXPECT_EQ(without_rights([&] { return status_of((path_ / "new").string(), Creating()); }),
            -static_cast<int>(Status::kIo));
  OpenOptions options;
  options.read_only = true;
  EXPECT_EQ(without_rights([&] { return status_of(path_.string(), options); }), 0);
}

TEST_F(OfficeTest, AWriterOfAnotherProcessMakesOursWaitThenFail) {
  Make();
  int ready[2], done[2];
  ASSERT_EQ(::pipe(ready), 0);
  ASSERT_EQ(::pipe(done), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    auto database = store::Database::Open((path_ / "hikae.db").string(), {});
    char byte = 0;
    const auto held = (*database)->Write([&]() -> base::Result<void> {
      if (::write(ready[1], "r", 1) != 1 || ::read(done[0], &byte, 1) != 1) return base::Error();
      return {};
    });
    ::_exit(held.ok() ? 0 : 1);
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  const auto office = Office::Open(path_.string(), Opening(50));
  ASSERT_TRUE(office.ok()) << office.error().ToString();
  const auto refused = (*office)->Declare({{"paper.yaml", kPaper}});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().status, Status::kBusy);
  // Readers wait for nobody.
  EXPECT_TRUE((*office)->Audit(OnDay("2021-06-01")).ok());
  ASSERT_EQ(::write(done[1], "d", 1), 1);
  int state = 0;
  ::waitpid(child, &state, 0);
  EXPECT_EQ(WEXITSTATUS(state), 0);
  EXPECT_TRUE((*office)->Declare({{"paper.yaml", kPaper}}).ok());
}

TEST_F(OfficeTest, TwoMakersOfOneOffice) {
  fs::create_directories(path_);
  const auto lock = CreationLock::Take(path_);
  ASSERT_TRUE(lock.ok());
  EXPECT_EQ(Try(Creating()), Status::kBusy);
  EXPECT_FALSE(fs::exists(path_ / "office.json"));
}

TEST_F(OfficeTest, AFullDiskLosesNothingAndKeepsNothingHalf) {
  Make();
  OpenOptions options = Opening();
  options.max_pages = 64;
  const auto office = Office::Open(path_.string(), options);
  ASSERT_TRUE(office.ok()) << office.error().ToString();
  ASSERT_TRUE((*office)->Declare({{"paper.yaml", kPaper}}).ok());
  std::string many = "hikae: declaration/1\npack: small\nvalid_from: 2021-05-06\nby: 福祉部\nItem:\n";
  for (int i = 0; i < 5'000; ++i) many += "  項目" + std::to_string(i) + ": {}\n";
  const auto full = (*office)->Declare({{"many.yaml", many}});
  ASSERT_FALSE(full.ok());
  EXPECT_EQ(full.error().status, Status::kIo) << full.error().ToString();
  const auto again = Office::Open(path_.string(), Opening());
  ASSERT_TRUE(again.ok()) << again.error().ToString();
  const auto declared = (*again)->Declare({{"many.yaml", many}});
  ASSERT_TRUE(declared.ok()) << declared.error().ToString();
  EXPECT_EQ(declared->added, 5'000u);
  EXPECT_EQ(declared->unchanged, 0u);
}

TEST_F(OfficeTest, ThreadsShareOne) {
  const auto office = Make();
  ASSERT_TRUE(office->Declare({{"paper.yaml", kPaper}}).ok());
  std::vector<std::thread> threads;
  std::atomic<int> failures = 0;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 5; ++i) {
        const std::string item = "hikae: declaration/1\npack: small\nvalid_from: 2021-05-06\nby: 係\nItem: { 項目" +
                                 std::to_string(t * 5 + i) + ": {} }\n";
        if (!office->Declare({{"t.yaml", item}}).ok() || !office->Audit(OnDay("2021-06-01")).ok()) ++failures;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
}

}  // namespace
}  // namespace hikae::office
