// The registry on the access log: what is declared stands in the log first, and nothing is there half.
#include <fmt/format.h>
#include <sys/wait.h>

#include <fstream>
#include <functional>
#include <iostream>
#include <map>

#include "hooked_io.h"
#include "office/office.h"
#include "office_log.h"
#include "places.h"
#include "store/database.h"

namespace hikae::office {
namespace {

const std::string kSmallPack = hikae::test::SourceDir() + "/tests/audit/data/small";

std::string Paper(const std::string& item) {
  return fmt::format("hikae: declaration/1\npack: small\nvalid_from: 2021-05-06\nby: 福祉部\nItem: {{ {}: {{}} }}\n",
                     item);
}

class DeclareLogTest : public OfficeLogTest {
 protected:
  OpenOptions Opening(base::Io* io = nullptr) {
    OpenOptions options;
    options.now = [this] { return now_; };
    options.actor = "職員-0042";
    options.sign_in_background = false;
    options.io = io;
    return options;
  }
  std::shared_ptr<Office> Make() {
    OpenOptions options = Opening();
    options.create = true;
    options.pack = kSmallPack;
    options.origin = "hikae.example/江戸川";
    return Got(Office::Open(path_.string(), options));
  }
  std::shared_ptr<Office> OpenOffice(const OpenOptions& options) { return Got(Office::Open(path_.string(), options)); }
  std::shared_ptr<Office> OpenOffice() { return OpenOffice(Opening()); }
  static std::shared_ptr<Office> Got(base::Result<std::shared_ptr<Office>> office) {
    EXPECT_TRUE(office.ok()) << (office.ok() ? "" : office.error().ToString());
    return office.ok() ? *office : nullptr;
  }
  Status Try(const OpenOptions& options) {
    const auto office = Office::Open(path_.string(), options);
    if (office.ok()) return Status::kOk;
    EXPECT_FALSE(office.error().text.ja.empty()) << office.error().ToString();
    EXPECT_FALSE(office.error().where.file.empty()) << office.error().ToString();
    return office.error().status;
  }
  // Declares an item in a process of its own; its exit code.
  int InChild(const std::function<int()>& work) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(work());
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  // What the log says of declarations: how many stand, how many are said not to have been.
  struct Told {
    size_t declared = 0, not_done = 0;
  };
  Told ToldBy(Office& office) {
    Told told;
    AccessLog& log = *office.log().value();
    const auto periods = log.Periods();
    for (const log::Period& period : *periods) {
      for (const Kept& kept : All(log, period.name)) {
        if (kept.entry.type == log::EntryType::kDeclared) ++told.declared;
        if (kept.entry.type == log::EntryType::kWriteEnded && kept.entry.outcome == log::Outcome::kNotDone)
          ++told.not_done;
      }
    }
    return told;
  }
  // How many of the items are in the registry. Each is declared by a document of its own.
  size_t Items(Office& office, const std::vector<std::string>& names) {
    size_t there = 0;
    for (const std::string& name : names) {
      const auto again = office.Declare({{"again.yaml", Paper(name)}});
      EXPECT_TRUE(again.ok()) << (again.ok() ? "" : again.error().ToString());
      if (again.ok() && again->added == 0) ++there;
    }
    return there;
  }
};

TEST_F(DeclareLogTest, WhatIsDeclaredIsAnEntry) {
  const auto office = Make();
  ASSERT_NE(office, nullptr);
  ASSERT_TRUE(office->Declare({{"項目.yaml", Paper("氏名")}}).ok());
  AccessLog& log = *office->log().value();
  const auto entries = All(log, "2021");
  ASSERT_EQ(entries.size(), 4u);
  EXPECT_EQ(entries[1].entry.type, log::EntryType::kOfficeChanged);
  EXPECT_EQ(entries[1].entry.thing, "office");
  EXPECT_EQ(entries[2].entry.type, log::EntryType::kPackChanged);
  EXPECT_EQ(entries[2].entry.thing, "small");
  EXPECT_TRUE(entries[2].entry.digest.has_value());
  EXPECT_EQ(entries[3].entry.type, log::EntryType::kDeclared);
  EXPECT_EQ(entries[3].entry.count, 1u);
  EXPECT_EQ(log.NameOf("actor", *entries[3].entry.actor)->value_or(""), "職員-0042");
  const std::string detail = log.OpenDetail(entries[3].stored())->value_or("");
  EXPECT_NE(detail.find("\"項目.yaml\""), std::string::npos) << detail;
  EXPECT_NE(detail.find("Item::\\\"氏名\\\""), std::string::npos) << detail;
}

// The process ends before each operation on the log's files, from the opening to the close.
TEST_F(DeclareLogTest, KilledBeforeEveryStep) {
  Make().reset();
  std::vector<std::string> tried;
  int killed = 0;
  for (int step = 0;; ++step) {
    tried.push_back(fmt::format("項目{}", step));
    const int code = InChild([&] {
      int left = step;
      test::HookedIo io([&](test::Touch) {
        if (left-- == 0) ::_exit(9);
        return true;
      });
      const auto office = Office::Open(path_.string(), Opening(&io));
      return office.ok() && (*office)->Declare({{"a.yaml", Paper(tried.back())}}).ok() ? 0 : 1;
    });
    if (code == 0) break;
    ASSERT_EQ(code, 9) << "step " << step;
    ++killed;
    const auto office = OpenOffice();
    ASSERT_NE(office, nullptr) << "step " << step;
    const Told told = ToldBy(*office);
    const auto found = Items(*office, {tried.back()});
    // Each earlier round added one declaration of its own, by asking.
    const size_t asked = static_cast<size_t>(step);
    ASSERT_LE(told.not_done, told.declared);
    static size_t done_before = 0;
    const size_t done = told.declared - told.not_done - asked;
    EXPECT_EQ(done - done_before, found) << "step " << step << ": an entry for what is not there, or none for what is";
    done_before = done;
  }
  const auto verdict = Verify();
  ASSERT_TRUE(verdict.ok()) << verdict.error().ToString();
  EXPECT_TRUE(verdict->sound()) << verdict->FirstBad()->text.en;
  std::cout << "declare: killed at " << killed << " places\n";
  EXPECT_GT(killed, 20);
}

TEST_F(DeclareLogTest, TwoProcessesDeclareAtOnce) {
  Make().reset();
  std::vector<pid_t> children;
  for (int writer = 0; writer < 2; ++writer) {
    const pid_t child = ::fork();
    if (child == 0) {
      const auto office = Office::Open(path_.string(), Opening());
      bool ok = office.ok();
      for (int n = 0; ok && n < 5; ++n)
        ok = (*office)->Declare({{"a.yaml", Paper(fmt::format("項目{}-{}", writer, n))}}).ok();
      ::_exit(ok ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  const auto office = OpenOffice();
  ASSERT_NE(office, nullptr);
  const Told told = ToldBy(*office);
  EXPECT_EQ(told.declared, 10u);
  EXPECT_EQ(told.not_done, 0u);
  std::vector<std::string> names;
  for (int i = 0; i < 10; ++i) names.push_back(fmt::format("項目{}-{}", i / 5, i % 5));
  EXPECT_EQ(Items(*office, names), 10u);
}

// Nothing more can be written from some moment on: the declaration fails, and the registry is as it was.
TEST_F(DeclareLogTest, AFullDiskUnderTheLog) {
  Make().reset();
  int refused = 0;
  for (int step = 0;; ++step) {
    bool full = false;
    int left = step;
    test::HookedIo io([&](test::Touch touch) { return touch == test::Touch::kLook || !full || left-- > 0; });
    const std::string name = fmt::format("項目{}", step);
    {
      const auto office = OpenOffice(Opening(&io));
      ASSERT_NE(office, nullptr);
      full = true;
      const auto declared = office->Declare({{"a.yaml", Paper(name)}});
      full = false;
      if (declared.ok()) break;
      ++refused;
      EXPECT_EQ(declared.error().status, Status::kIo) << declared.error().ToString();
    }
    const auto office = OpenOffice();
    ASSERT_NE(office, nullptr);
    EXPECT_EQ(Items(*office, {name}), 0u) << "step " << step;
  }
  EXPECT_GT(refused, 3);
  const auto verdict = Verify();
  ASSERT_TRUE(verdict.ok()) << verdict.error().ToString();
  EXPECT_TRUE(verdict->sound()) << verdict->FirstBad()->text.en;
}

// Name → content of all files but what SQLite keeps for readers.
std::map<std::string, std::string> Files(const fs::path& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    const std::string name = entry.path().string();
    if (!entry.is_regular_file() || name.ends_with("-shm") || name.ends_with("-wal")) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    files[name] = {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  return files;
}

TEST_F(DeclareLogTest, ReadingWritesNothing) {
  {
    const auto office = Make();
    ASSERT_TRUE(office->Declare({{"a.yaml", Paper("氏名")}}).ok());
  }
  const auto before = Files(path_);
  now_ = NoonInJapan(2023, 5, 1);  // a new period would be due
  {
    OpenOptions options = Opening();
    options.read_only = true;
    const auto office = OpenOffice(options);
    ASSERT_NE(office, nullptr);
    AccessLog& log = *office->log().value();
    EXPECT_EQ(All(log, "2021").size(), 4u);
    EXPECT_TRUE(log.Checkpoint().ok());
    const Act act = Read("職員-0042", "住民-7");
    EXPECT_EQ(log.Append({&act, 1}).error().status, Status::kIo);
    EXPECT_EQ(log.ChangeKey().error().status, Status::kIo);
    EXPECT_EQ(log.ForgetPerson("actor", "職員-0042").error().status, Status::kIo);
  }
  EXPECT_EQ(Files(path_), before);
}

TEST_F(DeclareLogTest, AnOfficeWithoutALogGetsOne) {
  {
    const auto office = Make();
    ASSERT_TRUE(office->Declare({{"a.yaml", Paper("氏名")}}).ok());
  }
  // As an earlier hikae left it.
  fs::remove_all(path_ / "log");
  fs::remove(path_ / "keys.db");
  std::ofstream(path_ / "office.json") << R"({"hikae": "office", "form": 1, "packs": ["small"]})";
  {
    auto database = store::Database::Open((path_ / "hikae.db").string(), {});
    ASSERT_TRUE(database.ok());
    ASSERT_TRUE((*database)
                    ->Write([&]() -> base::Result<void> {
                      for (const char* later : {"log_position", "record", "record_body", "blind_index", "indexed_item",
                                                "subject_marks", "gate_session", "gate_position", "gate_erasures"})
                        HIKAE_CHECK((*database)->Run(std::string("DROP TABLE ") + later));
                      return (*database)->Run("PRAGMA user_version = 1");
                    })
                    .ok());
  }
  OpenOptions reading = Opening();
  reading.read_only = true;
  {
    const auto office = OpenOffice(reading);
    ASSERT_NE(office, nullptr);
    EXPECT_EQ(office->log().error().status, Status::kNotFound);
  }
  {
    const auto office = OpenOffice();
    ASSERT_NE(office, nullptr);
    const auto entries = All(*office->log().value(), "2021");
    ASSERT_EQ(entries.size(), 3u);
    EXPECT_EQ(entries[1].entry.thing, "log");
    EXPECT_EQ(Items(*office, {"氏名"}), 1u);
  }
  std::ifstream marker(path_ / "office.json");
  const std::string text{std::istreambuf_iterator<char>(marker), std::istreambuf_iterator<char>()};
  EXPECT_NE(text.find("\"form\": 2"), std::string::npos) << text;
  EXPECT_NE(OpenOffice(reading), nullptr);
}

TEST_F(DeclareLogTest, LogsThatAreNotThisOffices) {
  {
    const auto office = Make();
    ASSERT_TRUE(office->Declare({{"a.yaml", Paper("氏名")}}).ok());
  }
  const fs::path log = path_ / "log", kept = path_.string() + "-kept", old = path_.string() + "-old";
  fs::copy(path_, kept, fs::copy_options::recursive);
  const auto restore = [&] {
    fs::remove_all(path_);
    fs::copy(kept, path_, fs::copy_options::recursive);
  };
  // Another office.
  const fs::path other = path_.string() + "-other";
  {
    OpenOptions options = Opening();
    options.create = true;
    options.pack = kSmallPack;
    const auto office = Got(Office::Open(other.string(), options));
    ASSERT_NE(office, nullptr);
    ASSERT_TRUE(office->Declare({{"a.yaml", Paper("住所")}}).ok());
  }
  struct Case {
    const char* name;
    std::function<void()> spoil;
    Status status;
  };
  const auto from_other = [&](const char* name) {
    fs::remove_all(path_ / name);
    fs::copy(other / name, path_ / name, fs::copy_options::recursive);
  };
  const auto segment = log / "2021" / "00000000000000000000.seg";
  const Case cases[] = {
      {"no log", [&] { fs::remove_all(log); }, Status::kTampered},
      {"empty", [&] { fs::remove_all(log), fs::create_directory(log); }, Status::kTampered},
      {"log of another office", [&] { from_other("log"); }, Status::kTampered},
      {"keys of another office", [&] { from_other("keys.db"); }, Status::kTampered},
      {"log and keys of another office", [&] { from_other("log"), from_other("keys.db"); }, Status::kTampered},
      {"no keys", [&] { fs::remove(path_ / "keys.db"); }, Status::kTampered},
      {"keys cut off", [&] { fs::resize_file(path_ / "keys.db", 100); }, Status::kTampered},
      {"segment cut off", [&] { fs::resize_file(segment, 4'096 + 300); }, Status::kTampered},
      {"segment emptied", [&] { fs::resize_file(segment, 0); }, Status::kTampered},
      {"newer segment",
       [&] {
         // The form stands at byte 12, and is read before the checksum.
         std::fstream file(segment, std::ios::in | std::ios::out | std::ios::binary);
         file.seekp(12).put(0).put(9);
       },
       Status::kVersion},
      {"checkpoint of another log",
       [&] {
         fs::copy_file(other / "log/2021/checkpoint", log / "2021/checkpoint", fs::copy_options::overwrite_existing);
       },
       Status::kTampered},
  };
  for (const Case& one : cases) {
    one.spoil();
    EXPECT_EQ(Try(Opening()), one.status) << one.name;
    restore();
    EXPECT_EQ(Try(Opening()), Status::kOk) << one.name;
    restore();
  }
  fs::remove_all(kept), fs::remove_all(other), fs::remove_all(old);
}

TEST_F(DeclareLogTest, AnOldCopyOfTheLogIsSeen) {
  auto office = Make();
  const fs::path old = path_.string() + "-old";
  office.reset();
  fs::copy(path_ / "log", old, fs::copy_options::recursive);
  office = OpenOffice();
  ASSERT_TRUE(office->Declare({{"a.yaml", Paper("氏名")}}).ok());
  office.reset();
  fs::remove_all(path_ / "log");
  fs::rename(old, path_ / "log");
  EXPECT_EQ(Try(Opening()), Status::kTampered);
}

}  // namespace
}  // namespace hikae::office
