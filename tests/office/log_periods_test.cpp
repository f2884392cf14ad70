// Fiscal years, keys that follow each other, periods that are dropped: whole, and cut off before every step.
#include <sys/wait.h>

#include <fstream>
#include <iostream>
#include <map>

#include "hooked_io.h"
#include "log/dropped_period.h"
#include "log/lock_file.h"
#include "log/period_source.h"
#include "log/periods.h"
#include "office/fiscal_period.h"
#include "office_log.h"
#include "store/key_tables.h"

namespace hikae::office {
namespace {

class LogPeriodsTest : public OfficeLogTest {
 protected:
  std::string Current(AccessLog& log) { return log.Periods()->back().name; }
  // Whether the last entry of the log tells of another key.
  bool Announced() {
    const std::string name = log::ListPeriods(base::PosixIo(), (path_ / "log").string())->back().name;
    const auto source = log::PeriodSource::Open(base::PosixIo(), (path_ / "log").string(), name);
    bool last = false;
    const auto read = (*source)->Read(0, *(*source)->Size(), [&](const log::StoredEntry& stored) -> base::Result<void> {
      last = log::DecodeEntry(stored.leaf)->type == log::EntryType::kKeyAnnounced;
      return {};
    });
    EXPECT_TRUE(read.ok());
    return last;
  }
  // What is signed and recorded in the log.
  std::map<std::string, std::string> Files() {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(path_ / "log")) {
      const std::string name = entry.path().filename().string();
      if (entry.is_regular_file() && (name.ends_with(".seg") || name.starts_with("checkpoint")))
        files[entry.path().string()] = TextOf(entry.path());
    }
    return files;
  }
  std::string TextOf(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  // Does `work` to the log again and again, cut off before its first, second, third … change of the files, until it
  // comes to its end; after each, `check` with a log opened anew. The number of cuts.
  int CutOffEverywhere(const std::function<base::Result<void>(AccessLog&)>& work,
                       const std::function<void(AccessLog&)>& check) {
    for (int step = 0;; ++step) {
      int left = step;
      bool counting = false;
      test::HookedIo io([&](test::Touch touch) { return touch == test::Touch::kLook || !counting || left-- > 0; });
      bool done = false;
      {
        AccessLog::Options options = Options();
        options.io = &io;
        const auto log = Open(options);
        if (log == nullptr) return step;
        counting = true;
        done = work(*log).ok();
        // From here on as after a kill: nothing of it reaches the disk any more.
        left = 0;
      }
      const auto log = Open();
      EXPECT_NE(log, nullptr) << "step " << step;
      if (log == nullptr) return step;
      check(*log);
      if (done || testing::Test::HasFailure()) return step;
    }
  }
};

TEST_F(LogPeriodsTest, YearsTurnInJapan) {
  const int64_t turn = base::DayOf({2022, 4, 1}) * int64_t{86'400'000'000} - int64_t{9} * 3'600'000'000;
  EXPECT_EQ(PeriodOf(turn - 1), "2021");
  EXPECT_EQ(PeriodOf(turn), "2022");
  EXPECT_EQ(EndOfPeriod(turn - 1), turn);
  EXPECT_EQ(EndOfPeriod(turn), NoonInJapan(2023, 4, 1) - int64_t{12} * 3'600'000'000);

  now_ = turn - 1;
  const auto log = Create();
  const Act act = Read("職員-0042", "住民-7");
  EXPECT_EQ(log->Append({&act, 1})->period, "2021");
  now_ = turn;
  const auto position = log->Append({&act, 1});
  EXPECT_EQ(position->period, "2022");
  EXPECT_EQ(position->first, 1u);
  // A clock that goes back never opens an older period, nor one between.
  now_ = NoonInJapan(2020, 5, 1);
  EXPECT_EQ(log->Append({&act, 1})->period, "2022");
  ASSERT_TRUE(log->Close().ok());
  EXPECT_EQ(Current(*Open()), "2022");
  const auto entries = All(*Open(), "2022");
  EXPECT_EQ(log::SignedCheckpoint::Parse(entries[0].entry.previous)->head.size, 2u);
  ExpectSound();
}

TEST_F(LogPeriodsTest, TurnsAtTheOpeningAndForTheOtherWriterToo) {
  const auto one = Create();
  now_ = NoonInJapan(2022, 4, 1);
  const auto other = Open();
  EXPECT_EQ(Current(*other), "2022");
  const Act act = Read("職員-0042", "住民-7");
  EXPECT_EQ(one->Append({&act, 1})->period, "2022");
  ASSERT_TRUE(one->Checkpoint().ok());
  ASSERT_TRUE(one->Close().ok());
  ASSERT_TRUE(other->Close().ok());
  EXPECT_EQ(Open()->Periods()->size(), 2u);
  ExpectSound();
}

TEST_F(LogPeriodsTest, ATurnCutOffAtEachStep) {
  Create().reset();
  const Act act = Read("職員-0042", "住民-7");
  int32_t year = 2021;
  const int cuts = CutOffEverywhere(
      [&](AccessLog& log) -> base::Result<void> {
        now_ = NoonInJapan(++year, 4, 1);
        HIKAE_CHECK(log.Append({&act, 1}));
        return {};
      },
      [&](AccessLog& log) {
        EXPECT_EQ(Current(log), std::to_string(year));
        ExpectSound();
      });
  std::cout << "turn of the year: cut off at " << cuts << " places\n";
  EXPECT_GT(cuts, 8);
}

TEST_F(LogPeriodsTest, KeysFollowEachOther) {
  const auto log = Create();
  const auto first = *log->Key();
  ASSERT_TRUE(log->ChangeKey().ok());
  const auto second = *log->Key();
  EXPECT_NE(first.ToString(), second.ToString());
  const Act act = Read("職員-0042", "住民-7");
  ASSERT_TRUE(log->Append({&act, 1}).ok());
  const auto note = log::SignedCheckpoint::Parse(*log->Checkpoint())->note;
  EXPECT_EQ(log::VerifyNote(note, {second})->size(), 1u);
  EXPECT_EQ(log::VerifyNote(note, {first})->size(), 0u);
  // Another process that opened before signs with the new key, too.
  const auto other = Open();
  ASSERT_TRUE(log->ChangeKey().ok());
  ASSERT_TRUE(other->Append({&act, 1}).ok());
  EXPECT_EQ(log::VerifyNote(log::SignedCheckpoint::Parse(*other->Checkpoint())->note, {*log->Key()})->size(), 1u);
  ASSERT_TRUE(log->Close().ok() && other->Close().ok());
  ExpectSound();
}

TEST_F(LogPeriodsTest, AReplacedKeyIsNowhereInTheOffice) {
  const auto log = Create();
  std::string seed;
  {
    const auto keys = store::Database::Open((path_ / "keys.db").string(), {.content = store::Content::kKeys});
    seed = (*keys)->Read([&] { return store::KeyTables(**keys).LogKey(); }).value()->current;
  }
  const auto holds = [&] {
    for (const auto& entry : fs::recursive_directory_iterator(path_)) {
      if (entry.is_regular_file() && TextOf(entry.path()).find(seed) != std::string::npos) return true;
    }
    return false;
  };
  ASSERT_EQ(seed.size(), 32u);
  EXPECT_TRUE(holds()) << "the search finds nothing";
  ASSERT_TRUE(log->ChangeKey().ok());
  EXPECT_FALSE(holds());
}

// A copy of keys.db of before the change signs nothing: what it signed would break the chain of keys for good.
TEST_F(LogPeriodsTest, KeysOfBeforeAChangeSignNothing) {
  const fs::path keys = path_ / "keys.db", old = path_.string() + "-keys-old", good = path_.string() + "-keys-good";
  const Act act = Read("職員-0042", "住民-7");
  Create().reset();
  fs::copy_file(keys, old, fs::copy_options::overwrite_existing);
  const auto signs_nothing = [&](const char* when) {
    fs::copy_file(keys, good, fs::copy_options::overwrite_existing);
    fs::copy_file(old, keys, fs::copy_options::overwrite_existing);
    const auto files = Files();
    const auto log = AccessLog::Open(path_.string(), Options());
    ASSERT_FALSE(log.ok()) << when;
    EXPECT_EQ(log.error().status, Status::kTampered) << when;
    EXPECT_NE(log.error().text.en.find("an older copy"), std::string::npos) << log.error().ToString();
    EXPECT_NE(log.error().hint.ja.find("控え"), std::string::npos) << log.error().ToString();
    EXPECT_EQ(Files(), files) << when;
    ExpectSound();
    fs::copy_file(good, keys, fs::copy_options::overwrite_existing);
    EXPECT_TRUE(Open()->Append({&act, 1}).ok()) << when;
    ExpectSound();
  };
  ASSERT_TRUE(Open()->ChangeKey().ok());
  signs_nothing("the handover is the last that was signed");
  signs_nothing("the new key has signed");
  now_ = NoonInJapan(2022, 4, 1);
  ASSERT_TRUE(Open()->Append({&act, 1}).ok());
  signs_nothing("the new key has begun a period");
  // Announced, and cut off before the handover or behind it.
  fs::copy_file(keys, old, fs::copy_options::overwrite_existing);
  const fs::path kept = path_.string() + "-kept";
  fs::copy(path_, kept, fs::copy_options::recursive);
  int announced = 0;
  for (int step = 0;; ++step) {
    int left = step;
    bool done = false;
    test::HookedIo io([&](test::Touch touch) { return touch == test::Touch::kLook || left-- > 0; });
    {
      AccessLog::Options options = Options();
      options.io = &io;
      const auto log = AccessLog::Open(path_.string(), options);
      done = log.ok() && (*log)->ChangeKey().ok();
      left = 0;
    }
    if (Announced()) {
      ++announced;
      signs_nothing("a change cut off");
    }
    if (done || HasFailure()) break;
    fs::remove_all(path_);
    fs::copy(kept, path_, fs::copy_options::recursive);
  }
  EXPECT_GT(announced, 3);
  fs::remove_all(kept);
  fs::remove(old), fs::remove(good);
}

TEST_F(LogPeriodsTest, AChangeOfKeysCutOffAtEachStep) {
  Create().reset();
  const int cuts = CutOffEverywhere([&](AccessLog& log) { return log.ChangeKey(); },
                                    [&](AccessLog& log) {
                                      EXPECT_TRUE(log.Checkpoint().ok());
                                      ExpectSound();
                                    });
  std::cout << "change of keys: cut off at " << cuts << " places\n";
  EXPECT_GT(cuts, 8);
}

TEST_F(LogPeriodsTest, ADroppedPeriodStillVerifies) {
  auto log = Create();
  const Act act = Read("職員-0042", "住民-7");
  ASSERT_TRUE(log->Append({&act, 1}).ok());
  EXPECT_EQ(log->DropPeriod("2021", "職員-1", "規程第30条").error().status, Status::kArgument);
  EXPECT_EQ(log->DropPeriod("2019", "職員-1", "規程第30条").error().status, Status::kNotFound);
  now_ = NoonInJapan(2022, 4, 1);
  ASSERT_TRUE(log->Append({&act, 1}).ok());
  EXPECT_EQ(log->DropPeriod("2021", "", "規程第30条").error().status, Status::kArgument);
  const auto certificate = log->DropPeriod("2021", "職員-1", "規程第30条");
  ASSERT_TRUE(certificate.ok()) << certificate.error().ToString();
  EXPECT_FALSE(fs::exists(path_ / "log" / "2021"));
  EXPECT_EQ(TextOf(path_ / "log" / "2021.dropped"), *certificate);
  EXPECT_EQ(*log->DropPeriod("2021", "職員-2", "別の根拠"), *certificate) << "done already";
  const auto dropped = log::DroppedPeriod::Parse(*certificate, "2021.dropped");
  EXPECT_EQ(dropped->ground, "規程第30条");
  EXPECT_EQ(log->NameOf("actor", dropped->by)->value_or(""), "職員-1");
  const auto entries = All(*log, "2022");
  EXPECT_EQ(entries.back().entry.thing, "2021.dropped");
  EXPECT_EQ(entries[0].entry.previous, dropped->checkpoint);
  ASSERT_TRUE(log->Close().ok());
  auto verdict = Verify();
  ASSERT_TRUE(verdict.ok()) << verdict.error().ToString();
  EXPECT_TRUE(verdict->sound()) << verdict->FirstBad()->text.en;
  EXPECT_TRUE(verdict->periods[0].dropped);
  EXPECT_NE(Open(), nullptr);

  // A certificate with another checkpoint is found out.
  std::string forged = *certificate;
  const size_t size = forged.find("\\n3\\n");
  if (size != std::string::npos)
    forged[size + 2] = '9';
  else
    forged[forged.find("\\n2\\n") + 2] = '9';
  std::ofstream(path_ / "log" / "2021.dropped") << forged;
  verdict = Verify();
  ASSERT_TRUE(verdict.ok());
  EXPECT_FALSE(verdict->sound());
}

TEST_F(LogPeriodsTest, ADropCutOffAtEachStep) {
  const Act act = Read("職員-0042", "住民-7");
  int32_t year = 2022;
  Create().reset();
  now_ = NoonInJapan(2022, 4, 1);
  Open().reset();
  const int cuts = CutOffEverywhere(
      [&](AccessLog& log) -> base::Result<void> {
        HIKAE_CHECK(log.DropPeriod(std::to_string(year - 1), "職員-1", "規程第30条"));
        return {};
      },
      [&](AccessLog& log) {
        EXPECT_TRUE(log.DropPeriod(std::to_string(year - 1), "職員-1", "規程第30条").ok());
        EXPECT_FALSE(fs::exists(path_ / "log" / std::to_string(year - 1)));
        now_ = NoonInJapan(++year, 4, 1);
        EXPECT_TRUE(log.Append({&act, 1}).ok());
        ExpectSound();
      });
  std::cout << "drop of a period: cut off at " << cuts << " places\n";
  EXPECT_GT(cuts, 8);
}

TEST_F(LogPeriodsTest, OtherKeysDoNotSign) {
  Create().reset();
  {
    const auto keys = store::Database::Open((path_ / "keys.db").string(), {.content = store::Content::kKeys});
    ASSERT_TRUE((*keys)
                    ->Write([&]() -> base::Result<void> {
                      store::KeyTables tables(**keys);
                      HIKAE_TRY(auto row, tables.LogKey());
                      row->current[0] ^= 1;
                      return tables.SetLogKey(*row);
                    })
                    .ok());
  }
  const auto log = AccessLog::Open(path_.string(), Options());
  ASSERT_FALSE(log.ok());
  EXPECT_EQ(log.error().status, Status::kTampered);
}

TEST_F(LogPeriodsTest, AThreadSignsWithoutBeingAsked) {
  Create().reset();
  AccessLog::Options options = Options();
  options.sign_in_background = true;
  const auto log = Open(options);
  const Act act = Read("職員-0042", "住民-7");
  ASSERT_TRUE(log->Append({&act, 1}).ok());
  // Waits for the file rather than for a time; the suite's own limit ends a thread that never signs.
  const fs::path file = path_ / "log" / "2021" / "checkpoint";
  while (log::SignedCheckpoint::Parse(TextOf(file))->head.size < 2) ::sched_yield();
  ASSERT_TRUE(log->Close().ok());
  ExpectSound();
}

TEST_F(LogPeriodsTest, AThousandEntriesAreSignedAtOnce) {
  const auto log = Create();
  const std::vector<Act> acts(1'000, Read("職員-0042", "住民-7"));
  ASSERT_TRUE(log->Append(acts).ok());
  const auto note = log::SignedCheckpoint::Parse(TextOf(path_ / "log" / "2021" / "checkpoint"));
  EXPECT_EQ(note->head.size, 1'001u);
}

TEST_F(LogPeriodsTest, WhoIsBusySigningIsWaitedForAndThenNamed) {
  AccessLog::Options options = Options();
  options.busy_ms = 1;
  const auto log = Create();
  ASSERT_NE(log, nullptr);
  auto lock = log::LockFile::Open(base::PosixIo(), (path_ / "log").string(), true);
  const auto held = lock->LockToSign(0);
  ASSERT_TRUE(held.ok());
  const auto other = AccessLog::Open(path_.string(), options);
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().status, Status::kBusy);
}

}  // namespace
}  // namespace hikae::office
