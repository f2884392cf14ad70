// A process that ends between the sync of its commit and the index of the write-ahead log: nobody who has the database
// open sees what it wrote, and a recovery after a loss of power finds it whole. What the log says of it must hold for
// both.
#include <fmt/format.h>
#include <sys/wait.h>

#include <array>
#include <fstream>
#include <functional>
#include <iostream>

#include "hooked_io.h"
#include "office/office.h"
#include "office_log.h"
#include "places.h"

namespace hikae::office {
namespace {

const std::string kSmallPack = hikae::test::SourceDir() + "/tests/audit/data/small";
constexpr char kUnseen[] = "氏名", kNext[] = "住所";

std::string Paper(const std::string& item) {
  return fmt::format("hikae: declaration/1\npack: small\nvalid_from: 2021-05-06\nby: 福祉部\nItem: {{ {}: {{}} }}\n",
                     item);
}

std::string Bytes(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// A process of its own that says when it is ready, and waits to be told to go on.
class Other {
 public:
  using Wait = std::function<void()>;
  explicit Other(const std::function<int(const Wait& ready)>& work) {
    EXPECT_EQ(::pipe(ready_.data()), 0);
    EXPECT_EQ(::pipe(go_.data()), 0);
    child_ = ::fork();
    if (child_ == 0) {
      ::close(ready_[0]), ::close(go_[1]);
      ::_exit(work([&] {
        char byte = 'r';
        if (::write(ready_[1], &byte, 1) != 1 || ::read(go_[0], &byte, 1) != 1) ::_exit(8);
      }));
    }
    ::close(ready_[1]), ::close(go_[0]);
    char byte = 0;
    EXPECT_EQ(::read(ready_[0], &byte, 1), 1);
  }
  // Lets it go on to its end; its exit code.
  int End() {
    EXPECT_EQ(::write(go_[1], "g", 1), 1);
    int status = 0;
    ::waitpid(child_, &status, 0);
    ::close(ready_[0]), ::close(go_[1]);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  std::array<int, 2> ready_{}, go_{};
  pid_t child_ = -1;
};

class CutOffCommitTest : public OfficeLogTest {
 protected:
  base::Result<std::shared_ptr<Office>> TryOpen(const fs::path& path, base::Io* io = nullptr, bool create = false) {
    OpenOptions options;
    options.now = [this] { return now_; };
    options.actor = "職員-0042";
    options.sign_in_background = false;
    options.io = io;
    options.create = create;
    if (create) options.pack = kSmallPack;
    return Office::Open(path.string(), options);
  }
  // An office, its clean state kept aside.
  void MakeOffice() {
    ASSERT_TRUE(TryOpen(path_, nullptr, true).ok());
    fs::copy(path_, kept_ = path_.string() + "-kept", fs::copy_options::recursive);
  }
  void PutBack() {
    fs::remove_all(path_);
    fs::copy(kept_, path_, fs::copy_options::recursive);
  }
  void TearDown() override {
    fs::remove_all(kept_), fs::remove_all(lost_);
    OfficeLogTest::TearDown();
  }

  // While another process has the database open: declares kUnseen in a process that ends as said above. What it did
  // to the index is taken back.
  void DeclareUnseen() {
    const std::string index = Bytes(path_ / "hikae.db-shm");
    ASSERT_FALSE(index.empty());
    Other declares([&](const Other::Wait& ready) {
      const auto office = TryOpen(path_);
      const bool done = office.ok() && (*office)->Declare({{"a.yaml", Paper(kUnseen)}}).ok();
      ready();
      return done ? 0 : 1;  // without closing
    });
    ASSERT_EQ(declares.End(), 0);
    ASSERT_NE(Bytes(path_ / "hikae.db-shm"), index);
    std::fstream(path_ / "hikae.db-shm", std::ios::in | std::ios::out | std::ios::binary) << index;
  }

  // As the disk is after a loss of power: the log says of what is there that it was done, and of nothing else.
  void ExpectAgreementWithoutPower(int step) {
    lost_ = path_.string() + "-lost";
    fs::remove_all(lost_);
    fs::copy(path_, lost_, fs::copy_options::recursive);
    fs::remove(lost_ / "hikae.db-shm");
    const auto office = TryOpen(lost_);
    ASSERT_TRUE(office.ok()) << step << ": " << office.error().ToString();
    size_t declared = 0, not_done = 0, there = 0;
    AccessLog& log = *(*office)->log().value();
    const auto periods = log.Periods();
    for (const log::Period& period : *periods) {
      for (const Kept& kept : All(log, period.name)) {
        declared += kept.entry.type == log::EntryType::kDeclared ? 1 : 0;
        not_done += kept.entry.outcome == log::Outcome::kNotDone ? 1 : 0;
      }
    }
    ASSERT_GT(declared, 0u);
    told_not_done_ += not_done;
    for (const char* item : {kUnseen, kNext}) {
      const auto again = (*office)->Declare({{"again.yaml", Paper(item)}});
      ASSERT_TRUE(again.ok()) << again.error().ToString();
      there += again->added == 0 ? 1 : 0;
    }
    EXPECT_EQ(declared - not_done, there) << "step " << step << ": declared " << declared << ", not done " << not_done;
  }

  // `act` in a process that ends before its n-th operation on the log's files, for every n. `opened`: it has the
  // office open when the unseen commit happens; else somebody else has.
  void KilledBeforeEveryStepOf(const std::function<bool(Office& office)>& act, bool opened) {
    MakeOffice();
    int step = 0, code = 9;
    for (; code == 9; ++step) {
      PutBack();
      int left = -1;
      test::HookedIo io([&](test::Touch) {
        if (left >= 0 && left-- == 0) ::_exit(9);
        return true;
      });
      Other acts([&](const Other::Wait& ready) {
        auto office = TryOpen(path_, &io);
        if (!office.ok()) return 1;
        ready();
        left = step;
        if (opened) return act(**office) ? 0 : 2;
        const auto later = TryOpen(path_, &io);
        return later.ok() && act(**later) ? 0 : 2;
      });
      ASSERT_NO_FATAL_FAILURE(DeclareUnseen());
      code = acts.End();
      ASSERT_NO_FATAL_FAILURE(ExpectAgreementWithoutPower(step));
    }
    EXPECT_EQ(code, 0);
    EXPECT_GT(step, 5);
    EXPECT_GT(told_not_done_, 0u);
    std::cout << "killed at " << step - 1 << " places\n";
  }

  fs::path kept_, lost_;
  size_t told_not_done_ = 0;
};

TEST_F(CutOffCommitTest, WhatTheNextOpeningTellsHoldsWithoutPower) {
  KilledBeforeEveryStepOf([](Office&) { return true; }, false);
}

TEST_F(CutOffCommitTest, WhatTheNextDeclarationTellsHoldsWithoutPower) {
  KilledBeforeEveryStepOf([](Office& office) { return office.Declare({{"b.yaml", Paper(kNext)}}).ok(); }, true);
}

}  // namespace
}  // namespace hikae::office
