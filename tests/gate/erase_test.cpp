// Erasing through the gate: certified, told, and nothing of the subject left in any file of the office.
#include "gate/fault_office.h"
#include "log/note.h"

namespace hikae::gate {
namespace {

using base::Status;

constexpr char kWho[] = "宛名-7700123";
constexpr char kName[] = "邉見󠄀 千代子";
constexpr char kHome[] = "江戸川区葛西三丁目10番1号";
const std::vector<std::string> kItems = {"氏名漢字", "住所"};

class Erase : public testing::Test {
 protected:
  Erase() { office_.Also("終わった", kDueFile); }

  // So many that pages split, on both sides of the one that goes.
  void FillMany(int many) {
    const auto session = office_.Begin();
    ASSERT_NE(session, nullptr);
    for (int i = 0; i < many; ++i) {
      if (i == many / 2) PutWho(*session);
      PutOne(*session, kDue, fmt::format("宛名-{:07}", i),
             {{"氏名漢字", "髙橋󠄁 花子"}, {"住所", "江戸川区中央一丁目4番1号"}, {"生年月日", "昭和40年5月6日"}});
    }
    // A second version, so that there is a history, and other pages of before in the write-ahead log.
    PutOne(*session, kDue, kWho, {{"住所", "江戸川区葛西三丁目10番2号"}});
  }
  static void PutWho(Session& session) {
    PutOne(session, kDue, kWho, {{"氏名漢字", kName}, {"住所", kHome}, {"生年月日", "平成3年4月5日"}});
  }
  base::Result<Certificate> EraseWho() {
    const auto session = office_.Begin(GateOffice::Head());
    if (session == nullptr) return base::Error(Status::kArgument, std::string("no session"));
    const std::string_view who[] = {kWho};
    return session->Erase(Erasing(), who);
  }
  void ExpectNoTrace(const std::multimap<std::string, std::string>& traces) {
    for (const auto& [what, bytes] : traces) {
      const auto files = FilesWith(office_.directory, bytes);
      EXPECT_TRUE(files.empty()) << what << " is left in " << files[0];
    }
    for (const char* text : {kWho, kName, kHome}) EXPECT_TRUE(FilesWith(office_.directory, text).empty()) << text;
  }
  Status Reading(std::string_view subject) {
    const auto session = office_.Begin();
    const auto read = session->Read(In(gate::Reading(kItems), kDue), subject);
    return read.ok() ? Status::kOk : read.error().status;
  }

  GateOffice office_;
};

TEST_F(Erase, IsCertifiedAndLeavesNothing) {
  FillMany(100);
  {
    const auto session = office_.Begin(GateOffice::Head());
    ASSERT_NE(session, nullptr);
    Ask ask;
    ask.act = Act::kAdminister;
    const vault::Mark mark{"support-measures", "", 18'000, {}};
    const auto set = session->SetMarks(ask, kWho, {&mark, 1});
    ASSERT_TRUE(set.ok()) << set.error().ToString();
  }
  const auto traces = TracesOf(office_, NumberOf(office_, kWho));
  for (const char* what : {"index value", "sealed record", "sealed history", "marks", "lookup", "sealed id",
                           "wrapped key", "salt", "detail key"}) {
    EXPECT_GT(traces.count(what), 0u) << what;
  }
  for (const auto& [what, bytes] : traces) EXPECT_FALSE(FilesWith(office_.directory, bytes).empty()) << what;
  const uint64_t before = office_.LogSize();
  const auto certificate = EraseWho();
  ASSERT_TRUE(certificate.ok()) << certificate.error().ToString(base::Language::kJapanese);
  EXPECT_EQ(certificate->records, 1u);
  const auto note = log::ParseNote(certificate->note);
  ASSERT_TRUE(note.ok());
  const auto key = (*office_.office->log())->Key();
  const auto signers = log::VerifyNote(*note, {*key});
  ASSERT_TRUE(signers.ok());
  EXPECT_EQ(signers->size(), 1u);
  EXPECT_NE(note->text.find("pages cleared"), std::string::npos) << note->text;
  ExpectNoTrace(traces);
  const auto entries = office_.Entries(before);
  ASSERT_GE(entries.size(), 3u);
  EXPECT_EQ(entries[1], "erased allowed 1 edo21.ground.erase");
  EXPECT_EQ(Reading(kWho), Status::kNotFound);
  EXPECT_EQ(Reading("宛名-0000003"), Status::kOk);
  ExpectAgreement(office_);
  office_.Reopen();
  ExpectNoTrace(traces);
  EXPECT_EQ(Reading(kWho), Status::kNotFound);
  office_.Close();
  ExpectNoTrace(traces);
  ExpectSoundLog(office_.directory);
}

// Known to the office, but not in this file: nothing of it is erased, and nothing is told.
TEST_F(Erase, OfASubjectOfAnotherFile) {
  const auto session = office_.Begin();
  PutOne(*session, kFile, kWho, {{"氏名漢字", kName}});
  PutOne(*session, kDue, "宛名-1", {{"氏名漢字", kName}});
  const uint64_t before = office_.LogSize();
  EXPECT_EQ(EraseWho().error().status, Status::kNotFound);
  for (const std::string& line : office_.Entries(before)) EXPECT_FALSE(line.starts_with("erased")) << line;
  // Beside one that is there, it does not count.
  const auto head = office_.Begin(GateOffice::Head());
  const std::string_view both[] = {kWho, "宛名-1"};
  const auto certificate = head->Erase(Erasing(), both);
  ASSERT_TRUE(certificate.ok()) << certificate.error().ToString();
  EXPECT_EQ(certificate->records, 1u);
  EXPECT_TRUE(session->Read(gate::Reading(std::vector<std::string>{"氏名漢字"}), kWho).ok());
  EXPECT_EQ(Reading("宛名-1"), Status::kNotFound);
}

TEST_F(Erase, IsRefusedUnderAHold) {
  const auto session = office_.Begin();
  PutWho(*session);
  const auto head = office_.Begin(GateOffice::Head());
  Ask ask;
  ask.act = Act::kAdminister;
  const vault::Mark hold{"hold", "", 18'000, {}};
  ASSERT_TRUE(head->SetMarks(ask, kWho, {&hold, 1}).ok());
  const auto refused = EraseWho();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().status, Status::kRefused);
  EXPECT_EQ(Reading(kWho), Status::kOk);
}

TEST_F(Erase, ByAnApprovalBeforeItsTime) {
  office_.Also("承認",
               "Approval: { 消去の承認: { handling: benefit, kind: erasure, approver: 児童家庭課長1, grantedOn: "
               "2021-09-01, expiresOn: 2021-09-30 } }\n");
  const auto session = office_.Begin();
  PutOne(*session, kFile, kWho, {{"氏名漢字", kName}});
  const auto head = office_.Begin(GateOffice::Head());
  const std::string_view who[] = {kWho};
  EXPECT_EQ(head->Erase(Erasing(kFile), who).error().status, Status::kRefused);
  Ask ask = Erasing(kFile);
  const std::vector<std::string> approvals = {"消去の承認"};
  ask.approvals = approvals;
  const auto certificate = head->Erase(ask, who);
  ASSERT_TRUE(certificate.ok()) << certificate.error().ToString(base::Language::kJapanese);
}

// A copy of either database from before, put back while the office is closed.
TEST_F(Erase, StaysErasedWhateverIsPutBack) {
  FillMany(20);
  {
    const auto head = office_.Begin(GateOffice::Head());
    Ask ask;
    ask.act = Act::kAdminister;
    const vault::Mark mark{"support-measures", "", 18'000, {}};
    ASSERT_TRUE(head->SetMarks(ask, kWho, {&mark, 1}).ok());
  }
  const auto traces = TracesOf(office_, NumberOf(office_, kWho));
  const std::string backup = office_.directory + "-backup", old = office_.directory + "-old";
  fs::remove(backup);
  ASSERT_TRUE(office_.gate->keys_past_the_rules().Backup(backup).ok());
  office_.Close();
  fs::copy_file(office_.directory + "/hikae.db", old, fs::copy_options::overwrite_existing);
  office_.Reopen();
  ASSERT_TRUE(EraseWho().ok());
  office_.Close();
  const auto restored = vault::RestoreKeys(office_.directory, backup);
  ASSERT_TRUE(restored.ok()) << restored.error().ToString();
  office_.Reopen();
  EXPECT_EQ(Reading(kWho), Status::kNotFound);
  EXPECT_EQ(Reading("宛名-0000003"), Status::kOk);
  ExpectNoTrace(traces);
  office_.Close();
  fs::copy_file(old, office_.directory + "/hikae.db", fs::copy_options::overwrite_existing);
  office_.Reopen();
  EXPECT_EQ(Reading(kWho), Status::kNotFound);
  ExpectNoTrace(traces);
  ExpectAgreement(office_);
  office_.Close();
  ExpectNoTrace(traces);
  fs::remove(backup), fs::remove(old);
}

}  // namespace
}  // namespace hikae::gate
