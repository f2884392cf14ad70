// A copy of keys.db of before the log's key changed is put back. The log goes on where the present keys can still be
// read; where they are gone, the office says what is wrong, and signs nothing.
#include "gate/fault_office.h"
#include "office/office_keys.h"
#include "store/key_tables.h"

namespace hikae::gate {
namespace {

using base::Status;

constexpr char kWho[] = "宛名-0000007";
const std::vector<std::string> kItems = {"氏名漢字"};

class Restoring : public testing::Test {
 protected:
  Restoring() : copy_(office_.directory + "-keys.copy") {
    office_.Also("終わった", kDueFile);
    PutOne(*office_.Begin(), kDue, kWho, {{"氏名漢字", "髙橋 零"}});
    fs::remove(copy_);
    Ask ask;
    ask.act = Act::kAdminister;
    EXPECT_TRUE(office_.Begin(GateOffice::Head())->BackupKeys(ask, copy_).ok());
  }
  ~Restoring() override { fs::remove(copy_); }

  std::string keys() const { return office_.directory + "/keys.db"; }
  // A copy by one act with a change of the log's key, in the place of the first.
  base::Result<void> CopyWithNewKey(const std::string& path) {
    Ask ask;
    ask.act = Act::kAdminister;
    return office_.Begin(GateOffice::Head())->BackupKeys(ask, path, Session::LogKey::kChanges);
  }
  base::Result<void> Restore() { return office::RestoreKeys(office_.directory, copy_, "区長室", base::PosixIo()); }
  store::LogKeyRow LogKey() {
    const auto database = *store::Database::Open(keys(), {.content = store::Content::kKeys, .read_only = true});
    return **database->Read([&] { return store::KeyTables(*database).LogKey(); });
  }
  void ExpectGoesOn() {
    const auto read = office_.Begin()->Read(In(Reading(kItems), kDue), kWho);
    ASSERT_TRUE(read.ok()) << read.error().ToString();
    EXPECT_EQ(read->items.at(0).value.view(), "髙橋 零");
    ExpectAgreement(office_);
    ASSERT_TRUE((*office_.office->log())->Checkpoint().ok());
    office_.Close();
    ExpectSoundLog(office_.directory);
  }

  GateOffice office_;
  const std::string copy_;
};

TEST_F(Restoring, TheKeyOfTheLogIsKept) {
  ASSERT_TRUE((*office_.office->log())->ChangeKey().ok());
  ASSERT_TRUE((*office_.office->log())->ChangeKey().ok());
  office_.Close();
  const store::LogKeyRow before = LogKey();
  ASSERT_EQ(before.epoch, 2);
  ASSERT_TRUE(Restore().ok());
  EXPECT_EQ(LogKey().current, before.current);
  EXPECT_EQ(LogKey().epoch, 2);
  office_.Reopen();
  ExpectGoesOn();
}

// Where nothing changed in between, the copy's own is in force: the present one may be what is damaged.
TEST_F(Restoring, TheKeyOfTheCopyIsTakenWhereItIsInForce) {
  office_.Close();
  const store::LogKeyRow good = LogKey();
  {
    const auto database = *store::Database::Open(keys(), {.content = store::Content::kKeys});
    store::LogKeyRow bad = good;
    bad.current[7] ^= 1;
    ASSERT_TRUE(database->Write([&] { return store::KeyTables(*database).SetLogKey(bad); }).ok());
  }
  ASSERT_TRUE(Restore().ok());
  EXPECT_EQ(LogKey().current, good.current);
  office_.Reopen();
  ExpectGoesOn();
}

TEST_F(Restoring, WithoutThePresentKeysNothingIsSigned) {
  ASSERT_TRUE((*office_.office->log())->ChangeKey().ok());
  office_.Close();
  const std::string kept = office_.directory + "-keys.kept";
  fs::rename(keys(), kept);
  ASSERT_TRUE(Restore().ok());
  const auto files = AllFiles(office_.directory + "/log");
  office::OpenOptions options;
  options.now = [this] { return office_.now; };
  const auto opened = office::Office::Open(office_.directory, options);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().status, Status::kTampered);
  EXPECT_NE(opened.error().text.ja.find("古い写し"), std::string::npos) << opened.error().text.ja;
  EXPECT_NE(opened.error().hint.en.find("made after"), std::string::npos) << opened.error().hint.en;
  EXPECT_EQ(AllFiles(office_.directory + "/log").at("2021/checkpoint"), files.at("2021/checkpoint"));
  ExpectSoundLog(office_.directory);
  // With the right one the office goes on, and tells of both.
  fs::rename(kept, keys());
  office_.Reopen();
  ExpectGoesOn();
}

// The copy was made before the key it holds signed anything; since then the log went on, into another period.
TEST_F(Restoring, ACopyWithTheNextKeyGoesOnWhereThePresentKeysAreGone) {
  fs::remove(copy_);
  ASSERT_TRUE(CopyWithNewKey(copy_).ok());
  EXPECT_EQ(LogKey().epoch, 1);
  EXPECT_TRUE(LogKey().next.empty());
  // Nothing is signed by it yet; some is; another period is begun with it; and a stop left that without a checkpoint.
  constexpr int64_t kYear = 365LL * 86'400'000'000;
  for (const int stage : {0, 1, 2, 3}) {
    SCOPED_TRACE(stage);
    if (stage == 1) {
      ASSERT_TRUE((*office_.office->log())->Checkpoint().ok());
    }
    if (stage == 2) {
      office_.now += kYear;
      office_.Reopen();
      ASSERT_EQ((*(*office_.office->log())->Periods()).size(), 2U);
    }
    office_.Close();
    if (stage == 3) {
      for (const char* name : {"checkpoint", "checkpoints"})
        ASSERT_TRUE(fs::remove(office_.directory + "/log/2022/" + name)) << name;
    }
    const store::LogKeyRow before = LogKey();
    fs::remove(keys());
    ASSERT_TRUE(Restore().ok());
    EXPECT_EQ(LogKey().epoch, 0);
    EXPECT_EQ(LogKey().next, before.current);
    office_.Reopen();
    EXPECT_EQ(LogKey().current, before.current);
    EXPECT_EQ(LogKey().epoch, 1);
    EXPECT_TRUE(LogKey().next.empty());
    if (stage < 2) {
      ASSERT_TRUE(office_.Begin()->Read(In(Reading(kItems), kDue), kWho).ok());
    }
    ASSERT_TRUE((*office_.office->log())->Checkpoint().ok());
    ExpectSoundLog(office_.directory);
  }
}

TEST_F(Restoring, ACopyOfTheChangeBeforeTheLastSignsNothing) {
  fs::remove(copy_);
  ASSERT_TRUE(CopyWithNewKey(copy_).ok());
  ASSERT_TRUE((*office_.office->log())->ChangeKey().ok());
  office_.Close();
  fs::remove(keys());
  ASSERT_TRUE(Restore().ok());
  office::OpenOptions options;
  options.now = [this] { return office_.now; };
  const auto opened = office::Office::Open(office_.directory, options);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().status, Status::kTampered);
  ExpectSoundLog(office_.directory);
}

// The file is there already: nothing of it is overwritten, and the key stays.
TEST_F(Restoring, WithoutACopyTheKeyStays) {
  const store::LogKeyRow before = LogKey();
  const std::string there = Whole(copy_);
  const auto copied = CopyWithNewKey(copy_);
  ASSERT_FALSE(copied.ok());
  EXPECT_EQ(copied.error().status, Status::kExists);
  EXPECT_EQ(LogKey().current, before.current);
  EXPECT_EQ(LogKey().epoch, before.epoch);
  EXPECT_TRUE(LogKey().next.empty());
  EXPECT_EQ(Whole(copy_), there);
  ExpectGoesOn();
}

}  // namespace
}  // namespace hikae::gate
