// Stopped, or without power, at every write of turning keys over and of putting a backup of them back: every record can
// be read, who was erased stays erased, and the next attempt ends well.
#include "gate/stop_office.h"

namespace hikae::gate {
namespace {

using store::Content;
using test::kStopped;

constexpr char kOne[] = "宛名-1", kTwo[] = "宛名-2", kGone[] = "宛名-9";
constexpr char kNameOne[] = "髙橋󠄁 一", kNameTwo[] = "邉見󠄀 二";

void FillTwo(GateOffice& office) {
  const auto session = office.Begin();
  PutOne(*session, kDue, kOne, {{"氏名漢字", kNameOne}, {"生年月日", "平成3年4月5日"}});
  PutOne(*session, kDue, kTwo, {{"氏名漢字", kNameTwo}});
  PutOne(*session, kDue, kTwo, {{"住所", "江戸川区中央一丁目4番1号"}});  // so that there is a history
}
size_t Rows(const GateOffice& office, const char* sql) {
  return Column(office.directory + "/keys.db", Content::kKeys, sql).size();
}

TEST_P(Stop, OfTheKeysOfSubjectsAtEveryPlace) {
  FillTwo(office_);
  Ask ask;
  ask.act = Act::kAdminister;
  ask.file = kDue;
  const auto rotate = [&](GateOffice& office) {
    const auto head = office.Begin(GateOffice::Head());
    return head != nullptr && head->RotateSubjects(ask, {}).ok();
  };
  size_t stopped = 0;
  for (long n = 0;; ++n) {
    const int code = StoppedAt(n, [&](GateOffice& office) { return Acknowledged(rotate(office)); });
    ASSERT_TRUE(code == 0 || code == kStopped) << n << ": " << code;
    office_.Reopen();
    ASSERT_NE(office_.gate, nullptr) << n;
    ExpectAgreement(office_);
    EXPECT_EQ(NameNow(kOne), kNameOne) << n;
    EXPECT_EQ(NameNow(kTwo), kNameTwo) << n;
    if (code == 0) {
      EXPECT_EQ(Rows(office_, "SELECT wrapped FROM vault_subject_key"), 2u) << "old versions are gone";
      break;
    }
    ++stopped;
  }
  Print("keys of subjects", stopped, "");
  EXPECT_GT(stopped, 12u);
  office_.Close();
  ExpectSoundLog(office_.directory);
}

TEST_P(Stop, OfTheKeysOfTheOfficeAtEveryPlace) {
  FillTwo(office_);
  const vault::Secret secret{.kind = vault::LockKind::kPassphrase, .text = kPassphrase};
  const auto newest = [&](const char* kind) {
    uint32_t version = 0;
    const auto list = office_.gate->keys_past_the_rules().List();
    for (const vault::KeyInfo& key : *list) {
      if (key.kind == kind && key.state == vault::KeyState::kPrimary) version = key.version;
    }
    return version;
  };
  const std::vector<std::string> items = {"氏名漢字"};
  Ask ask;
  ask.act = Act::kSearch;
  ask.file = kDue;
  ask.items = items;
  const char* const kKinds[] = {"master", "office", "index"};
  size_t stopped = 0;
  for (long n = 0;; ++n) {
    uint32_t before[3];
    for (int i = 0; i < 3; ++i) before[i] = newest(kKinds[i]);
    const int code = StoppedAt(n, [&](GateOffice& office) {
      vault::Keys& keys = office.gate->keys_past_the_rules();
      return Acknowledged(keys.RotateMaster(secret, GateOffice::kCheap, kNow).ok()) &&
             Acknowledged(keys.RotateOffice(kNow, 2, nullptr).ok()) && Acknowledged(keys.RotateIndex(kNow).ok());
    });
    ASSERT_TRUE(code == 0 || code == kStopped) << n << ": " << code;
    office_.Reopen();
    ASSERT_NE(office_.gate, nullptr) << n;
    for (int i = 0; i < 3; ++i) {
      const uint32_t now = newest(kKinds[i]);
      // Of the office's key, the next attempt goes on with the new one that a stop left behind.
      const bool may_stay = acknowledged() <= i || i == 1;
      EXPECT_TRUE(now == before[i] + 1 || (now == before[i] && may_stay)) << n << ": " << kKinds[i];
    }
    if (acknowledged() >= 2) {
      EXPECT_EQ(Rows(office_, "SELECT wrapped FROM vault_key WHERE kind = 2 AND length(wrapped) > 0"), 1u) << n;
    }
    ExpectAgreement(office_);
    const auto session = office_.Begin();
    EXPECT_EQ(NameNow(*session, kOne), kNameOne) << n;
    EXPECT_EQ(NameNow(*session, kTwo), kNameTwo) << n;
    const auto found = session->Search(ask, vault::IndexKind::kExact, kNameOne, 9);
    ASSERT_TRUE(found.ok());
    EXPECT_EQ(*found, std::vector<std::string>{kOne}) << n;
    if (code == 0) break;
    ++stopped;
  }
  Print("keys of the office", stopped, "");
  EXPECT_GT(stopped, 12u);
}

// A backup in which somebody is who was erased since; the records, too, are put back as they were.
TEST_P(Stop, OfARestoredBackupAtEveryPlace) {
  FillTwo(office_);
  // Nothing of it is equal to what the others have: equal values have equal index values.
  PutOne(*office_.Begin(), kDue, kGone, {{"氏名漢字", "葛󠄀西 千代子"}, {"生年月日", "昭和40年5月6日"}});
  const auto traces = TracesOf(office_, NumberOf(office_, kGone));
  const std::string backup = office_.directory + "_backup", records = office_.directory + "_records";
  ASSERT_TRUE(office_.gate->keys_past_the_rules().Backup(backup).ok());
  office_.Close();
  fs::copy_file(office_.directory + "/hikae.db", records, fs::copy_options::overwrite_existing);
  office_.Reopen();
  const std::string_view who[] = {kGone};
  ASSERT_TRUE(office_.Begin(GateOffice::Head())->Erase(Erasing(), who).ok());
  size_t stopped = 0;
  for (long n = 0;; ++n) {
    office_.Close();
    fs::copy_file(records, office_.directory + "/hikae.db", fs::copy_options::overwrite_existing);
    const int code = StoppedAt(
        n,
        [&](GateOffice& office) {
          if (!Acknowledged(vault::RestoreKeys(office.directory, backup).ok())) return false;
          office.Reopen();
          return office.gate != nullptr && Acknowledged(NameNow(*office.Begin(), kOne) == kNameOne);
        },
        From::kClosed);
    ASSERT_TRUE(code == 0 || code == kStopped) << n << ": " << code;
    office_.Reopen();
    ASSERT_NE(office_.gate, nullptr) << n;
    ExpectAgreement(office_);
    EXPECT_EQ(NameNow(kOne), kNameOne) << n;
    EXPECT_EQ(NameNow(kTwo), kNameTwo) << n;
    EXPECT_EQ(NameNow(kGone), "") << n;
    office_.Close();
    ExpectNowhere(office_.directory, traces, std::to_string(n));
    if (code == 0) break;
    ++stopped;
  }
  Print("restored backup", stopped, "");
  EXPECT_GT(stopped, 12u);
  ExpectSoundLog(office_.directory);
  fs::remove(backup), fs::remove(records);
}

}  // namespace
}  // namespace hikae::gate
