#include "store/database.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "store/registry_tables.h"

namespace hikae::store {
namespace {

using base::Result;
using base::Status;

class DatabaseTest : public testing::Test {
 protected:
  DatabaseTest() : directory_(std::filesystem::temp_directory_path() / ("hikae 控え%" + std::to_string(getpid()))) {
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
  }
  ~DatabaseTest() override {
    chmod(directory_.c_str(), 0755);
    std::filesystem::remove_all(directory_);
  }
  std::string path() const { return (directory_ / "台帳?#1.db").string(); }
  std::shared_ptr<Database> Open(const OpenOptions& options) {
    auto database = Database::Open(path(), options);
    EXPECT_TRUE(database.ok()) << database.error().ToString();
    return database.ok() ? *database : nullptr;
  }
  void ExpectRefused(const OpenOptions& options, Status status, std::string_view fragment) {
    const auto database = Database::Open(path(), options);
    ASSERT_FALSE(database.ok());
    EXPECT_EQ(database.error().status, status) << database.error().ToString();
    EXPECT_NE(database.error().ToString().find(fragment), std::string::npos) << database.error().ToString();
    EXPECT_FALSE(database.error().text.ja.empty());
  }
  std::filesystem::path directory_;
};

Result<void> AddDocument(Database& database, std::string_view name) {
  return database.Write([&]() -> Result<void> {
    HIKAE_CHECK(RegistryTables(database).AddDocument(name, "d", "body", 1));
    return {};
  });
}

size_t Documents(Database& database) {
  return database.Read([&] { return RegistryTables(database).DocumentNames(); })->size();
}

TEST_F(DatabaseTest, IsThereOnlyAfterItWasCreated) {
  ExpectRefused({}, Status::kNotFound, "no office is there");
  Open({.create = true});
  ExpectRefused({.create = true}, Status::kExists, "already there");
  EXPECT_FALSE(Open({})->read_only());
}

TEST_F(DatabaseTest, KeepsWhatWasWrittenAndNothingOfWhatFailed) {
  {
    const auto database = Open({.create = true});
    ASSERT_TRUE(AddDocument(*database, "一").ok());
    const auto failed = database->Write([&]() -> Result<void> {
      HIKAE_CHECK(RegistryTables(*database).AddDocument("二", "e", "x", 1));
      return base::Error(Status::kArgument, "planted");
    });
    EXPECT_EQ(failed.error().text.en, "planted");
  }
  EXPECT_EQ(Documents(*Open({})), 1u);
}

TEST_F(DatabaseTest, SaysThatItWasHalfMadeAndCanBeMadeWhole) {
  { std::ofstream file(path()); }
  ExpectRefused({}, Status::kTampered, "never completely made");
  Open({.create = true});
  EXPECT_EQ(Documents(*Open({})), 0u);
}

TEST_F(DatabaseTest, TellsANewerOneFromADamagedOne) {
  {
    const auto database = Open({.create = true});
    ASSERT_TRUE(database->Write([&] { return database->Run("PRAGMA user_version = 99"); }).ok());
  }
  ExpectRefused({}, Status::kVersion, "form 99; this hikae reads up to");
  std::filesystem::resize_file(path(), 5000);
  std::ofstream(path(), std::ios::trunc) << "ただの文章 - これはデータベースではない。" << std::string(2000, 'x');
  ExpectRefused({}, Status::kTampered, "not a hikae office");
  ExpectRefused({.create = true}, Status::kTampered, "not a hikae office");
}

TEST_F(DatabaseTest, DoesNotTakeAnotherProgramsDatabaseForItsOwn) {
  {
    const auto database = Open({.create = true});
    ASSERT_TRUE(database->Write([&] { return database->Run("PRAGMA application_id = 7"); }).ok());
  }
  ExpectRefused({}, Status::kTampered, "not a hikae office");
  ExpectRefused({.create = true}, Status::kTampered, "not a hikae office");
}

TEST_F(DatabaseTest, ReadingOnlyChangesNothing) {
  ASSERT_TRUE(AddDocument(*Open({.create = true}), "一").ok());
  const auto database = Open({.read_only = true});
  EXPECT_TRUE(database->read_only());
  EXPECT_EQ(AddDocument(*database, "二").error().status, Status::kIo);
  EXPECT_EQ(Documents(*database), 1u);
}

TEST_F(DatabaseTest, IsReadWhereNothingCanBeWritten) {
  ASSERT_TRUE(AddDocument(*Open({.create = true}), "一").ok());
  ASSERT_EQ(chmod(path().c_str(), 0444), 0);
  ASSERT_EQ(chmod(directory_.c_str(), 0555), 0);
  // As somebody who is not root, whom permissions do not stop; in a process of its own.
  const pid_t child = fork();
  if (child == 0) {
    if (geteuid() == 0 && seteuid(65534) != 0) _exit(9);
    const auto writing = Database::Open(path(), {});
    if (writing.ok() || writing.error().status != Status::kIo) _exit(1);
    const auto reading = Database::Open(path(), {.read_only = true});
    if (!reading.ok()) _exit(2);
    _exit(Documents(**reading) == 1 ? 0 : 3);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == 9) GTEST_SKIP() << "cannot become another user here";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

// Two threads of another process write without a pause, one transaction upon the other: who waits gets his turn.
TEST_F(DatabaseTest, GetsItsTurnBesideOnesThatWriteWithoutPause) {
  Open({.create = true});
  const pid_t child = fork();
  if (child == 0) {
    const auto write = [&](int t) {
      const auto database = Database::Open(path(), {.busy_ms = 60'000});
      for (int i = 0; database.ok(); ++i) {
        if (!AddDocument(**database, std::to_string(t) + "-" + std::to_string(i)).ok()) _exit(1);
      }
      _exit(2);
    };
    std::thread other(write, 1);
    write(0);
  }
  int turns = 0;
  for (; turns < 100; ++turns) {
    const auto database = Database::Open(path(), {.busy_ms = 2'000});
    if (!database.ok() || !AddDocument(**database, "本-" + std::to_string(turns)).ok()) break;
  }
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, WNOHANG), 0) << "they still write";
  kill(child, SIGKILL);
  waitpid(child, &status, 0);
  EXPECT_EQ(turns, 100);
}

TEST_F(DatabaseTest, WaitsForAnotherProcessOnlySoLong) {
  const auto one = Open({.create = true});
  const auto two = Open({.busy_ms = 20});
  const auto done = one->Write([&]() -> Result<void> {
    EXPECT_EQ(AddDocument(*two, "二").error().status, Status::kBusy);
    EXPECT_EQ(Documents(*two), 0u);  // reading goes on
    return {};
  });
  EXPECT_TRUE(done.ok());
  EXPECT_TRUE(AddDocument(*two, "二").ok());
}

TEST_F(DatabaseTest, RunsTheWorkAgainWhenASnapshotWentStale) {
  const auto database = Open({.create = true});
  int runs = 0;
  const auto done = database->Write([&]() -> Result<void> {
    if (++runs < 3) return base::Error(Status::kBusy, "planted");
    return {};
  });
  EXPECT_TRUE(done.ok());
  EXPECT_EQ(runs, 3);
  const auto never = database->Write([&]() -> Result<void> { return ++runs, base::Error(Status::kBusy, "planted"); });
  EXPECT_FALSE(never.ok());
  EXPECT_EQ(runs, 8);
}

TEST_F(DatabaseTest, AFullDiskLeavesItAsItWas) {
  const auto database = Open({.create = true, .max_pages = 40});
  const std::string body(300'000, 'x');
  const auto full = database->Write([&]() -> Result<void> {
    HIKAE_CHECK(RegistryTables(*database).AddDocument("大", "d", body, 1));
    return {};
  });
  EXPECT_EQ(full.error().status, Status::kIo);
  EXPECT_NE(full.error().ToString().find("the disk is full"), std::string::npos);
  EXPECT_EQ(full.error().ToString().find("INSERT"), std::string::npos);
  EXPECT_TRUE(AddDocument(*database, "小").ok());
  EXPECT_EQ(Documents(*database), 1u);
}

TEST_F(DatabaseTest, AQueryIsRunAgainInALaterTransaction) {
  const auto database = Open({.create = true});
  ASSERT_TRUE(AddDocument(*database, "一").ok());
  const auto query = *database->Ask("SELECT name FROM registry_document WHERE name = $1");
  for (const char* name : {"一", "二", "一"}) {
    const auto found = database->Read([&]() -> Result<bool> {
      query->BindText(1, name);
      auto row = query->Step();
      query->Reset();
      return row;
    });
    EXPECT_EQ(found.value(), std::string_view(name) == "一");
  }
  // Nothing is held open: another may write, and what it wrote is seen.
  EXPECT_TRUE(AddDocument(*Open({}), "三").ok());
  query->BindText(1, "三");
  EXPECT_TRUE(query->Step().value());
}

TEST_F(DatabaseTest, WorkThatThrowsIsUndone) {
  const auto database = Open({.create = true});
  const auto throwing = [&]() -> Result<void> {
    HIKAE_CHECK(RegistryTables(*database).AddDocument("二", "e", "x", 1));
    throw std::bad_alloc();
  };
  EXPECT_THROW((void)database->Write(throwing), std::bad_alloc);
  EXPECT_THROW((void)database->Read([]() -> Result<void> { throw std::bad_alloc(); }), std::bad_alloc);
  EXPECT_TRUE(AddDocument(*database, "一").ok());
  EXPECT_EQ(Documents(*database), 1u);
}

TEST_F(DatabaseTest, IsSharedByThreads) {
  const auto database = Open({.create = true});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 10; ++i) EXPECT_TRUE(AddDocument(*database, std::to_string(t * 100 + i)).ok());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Documents(*database), 40u);
}

TEST_F(DatabaseTest, TextAndBytesComeBackAsTheyWere) {
  const auto database = Open({.create = true});
  const std::string odd("\0𠮷\xFF\0", 8);
  ASSERT_TRUE(database
                  ->Write([&]() -> Result<void> {
                    RegistryTables tables(*database);
                    VersionRow row = {"T", "髙", 1, 5, -3, std::nullopt, 1, "", odd, ""};
                    HIKAE_CHECK(tables.Add(row));
                    row.version = 2, row.valid_from = 10, row.valid_until = 20;
                    return tables.Add(row);
                  })
                  .ok());
  const auto rows = database->Read([&] { return RegistryTables(*database).Versions("T", "髙"); });
  ASSERT_EQ(rows->size(), 2u);
  EXPECT_EQ((*rows)[0].content, odd);
  EXPECT_EQ((*rows)[0].valid_from, -3);
  EXPECT_EQ((*rows)[1].valid_until, 20);
  std::vector<int64_t> seen;
  const auto scan = [&](int32_t day, int64_t known) {
    seen.clear();
    return database->Read([&] {
      return RegistryTables(*database).ForEachAsOf(
          day, known, [&](VersionRow& row) -> Result<void> { return seen.push_back(row.version), Result<void>(); });
    });
  };
  ASSERT_TRUE(scan(9, 100).ok());
  EXPECT_EQ(seen, (std::vector<int64_t>{1}));
  ASSERT_TRUE(scan(10, 100).ok());
  EXPECT_EQ(seen, (std::vector<int64_t>{2}));
  ASSERT_TRUE(scan(10, 4).ok());
  EXPECT_TRUE(seen.empty());
}

TEST_F(DatabaseTest, ChangesByOthersAreSeenAndOwnOnesAreNot) {
  for (const Content content : {Content::kKeys, Content::kOffice}) {
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
    const auto one = Open({.content = content, .create = true}), two = Open({.content = content});
    const auto reader = Open({.content = content, .read_only = true});
    const auto change = [&](Database& database) {
      const char* sql = content == Content::kKeys ? "INSERT INTO credential_failure VALUES (1, 'a', 1, 2) ON CONFLICT "
                                                    "(office, actor) DO UPDATE SET failures = failures + 1"
                                                  : "INSERT INTO counter VALUES (1, 'a', 1) ON CONFLICT (office, name) "
                                                    "DO UPDATE SET last = last + 1";
      EXPECT_TRUE(database.Write([&] { return database.Run(sql); }).ok());
    };
    for (int i = 0; i < 3; ++i) {
      const int64_t of_one = *one->ChangesByOthers(), of_two = *two->ChangesByOthers(),
                    read = *reader->ChangesByOthers();
      // Asked again, a mark of the last commit answers.
      for (int again = 0; again < 3; ++again) {
        EXPECT_EQ(*one->ChangesByOthers(), of_one);
        EXPECT_EQ(*two->ChangesByOthers(), of_two);
        EXPECT_EQ(*reader->ChangesByOthers(), read);
      }
      change(*one);
      EXPECT_EQ(*one->ChangesByOthers(), of_one);
      EXPECT_NE(*two->ChangesByOthers(), of_two);
      EXPECT_NE(*reader->ChangesByOthers(), read);
      const int64_t after = *one->ChangesByOthers();
      change(*two);
      change(*one);
      EXPECT_NE(*one->ChangesByOthers(), after) << "an own change does not hide the other's";
      // A log that begins anew may come to look as it did before.
      if (content == Content::kOffice) {
        EXPECT_TRUE(*two->EmptyWriteAheadLog());
      }
    }
    const auto step = [&] {
      return reader->Read([&] { return reader->Ask("SELECT 1 FROM sqlite_schema").value()->Step(); });
    };
    EXPECT_TRUE(*step());
    const uint32_t seen = *reader->SeenVersion();
    EXPECT_TRUE(*step());
    EXPECT_EQ(*reader->SeenVersion(), seen);
    change(*one);
    EXPECT_TRUE(*step());
    EXPECT_NE(*reader->SeenVersion(), seen);
  }
}

TEST_F(DatabaseTest, ACopyIsWholePrivateAndNew) {
  const auto database = Open({.content = Content::kKeys, .create = true});
  const std::string copy = (directory_ / "控え 1.db").string();
  ASSERT_TRUE(database->CopyTo(copy).ok());
  EXPECT_EQ(database->CopyTo(copy).error().status, Status::kExists);
  EXPECT_EQ(std::filesystem::status(copy).permissions(), std::filesystem::perms(0600));
  const auto opened = Database::Open(copy, {.content = Content::kKeys});
  ASSERT_TRUE(opened.ok()) << opened.error().ToString();
  EXPECT_TRUE((*opened)->CheckWhole().ok());
  EXPECT_EQ((*opened)->form(), Database::NewestForm(Content::kKeys));
  EXPECT_EQ(database->CopyTo((directory_ / "ない" / "控え.db").string()).error().status, Status::kIo);
}

}  // namespace
}  // namespace hikae::store
