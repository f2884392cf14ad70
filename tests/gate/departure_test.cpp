// Approved exceptions, users at two terminals, and classes of subjects: measured by the gate, judged by the pack.
#include "gate/gate_office.h"

namespace hikae::gate {
namespace {

using Names = std::vector<std::string>;
const Names kItems = {"氏名漢字", "住所"};
constexpr char kWho[] = "宛名-0000007";
constexpr char kOtherTerminal[] = "委託用端末1";

class Departure : public testing::Test {
 protected:
  Departure() {
    const auto session = office_.Begin();
    const Put put{kWho, {{"氏名漢字", "髙橋󠄁 花子"}, {"住所", "江戸川区中央一丁目4番1号"}}};
    const auto written = session->Write(Writing(), {&put, 1});
    EXPECT_TRUE(written.ok()) << written.error().ToString(base::Language::kJapanese);
    EXPECT_TRUE(session->End().ok());
  }
  // The answer to a login, the session ended again.
  std::shared_ptr<const Decision> Answer(const SessionRequest& request) {
    std::shared_ptr<const Decision> decision;
    const auto session = office_.gate->Begin(request, decision);
    EXPECT_EQ(session.ok(), decision->allowed);
    if (session.ok()) {
      EXPECT_TRUE((*session)->End().ok());
    }
    return decision;
  }
  std::string LastDetail() {
    auto* const log = *office_.office->log();
    const std::string period = log->Periods()->back().name;
    std::string text;
    const auto source = log->Entries(period);
    const uint64_t size = *(*source)->Size();
    const auto read = (*source)->Read(size - 1, size, [&](const log::StoredEntry& stored) -> base::Result<void> {
      HIKAE_TRY(auto opened, log->OpenDetail(stored));
      text = opened.value_or("(none)");
      return {};
    });
    EXPECT_TRUE(read.ok()) << read.error().ToString();
    return text;
  }
  GateOffice office_;
};

TEST_F(Departure, IsLetInAndStandsInTheLog) {
  office_.Also("端末",
               "Device: { 代わりの端末: { declaration: 令和3年度第3号議案, kind: standalone-pc, wardOwned: true } }\n");
  SessionRequest request = GateOffice::Clerk();
  request.terminal = "代わりの端末";
  const auto refused = Answer(request);
  EXPECT_FALSE(refused->allowed);
  EXPECT_EQ(RulesOf(refused->reasons), Names{"edo21.device.kind"});

  office_.Also("例外",
               "Exception: { 端末の例外: { rule: edo21.device.kind, thing: 代わりの端末, reason: 故障, approvedBy: "
               "児童家庭課長, on: 2021-09-01, until: 2021-09-30 } }\n");
  const auto session = office_.Begin(request);
  ASSERT_NE(session, nullptr);
  const auto read = session->Read(Reading(kItems), kWho);
  ASSERT_TRUE(read.ok()) << read.error().ToString(base::Language::kJapanese);
  const auto decision = session->decision();
  EXPECT_EQ(RulesOf(decision->reasons), (Names{"edo21.ground.staff", "edo21.exception.approved"}));
  EXPECT_EQ(RulesOf(decision->warnings), Names{"edo21.device.kind"});
  EXPECT_EQ(office_.Entries().back(), "read allowed 1 edo21.exception.approved edo21.ground.staff");
  EXPECT_EQ(LastDetail(), R"({"warnings":["edo21.device.kind"],"exceptions":["端末の例外"]})");

  office_.now += int64_t{21} * 86'400 * kSecond;  // the first of October
  EXPECT_FALSE(Answer(request)->allowed);
  EXPECT_EQ(session->Read(Reading(kItems), kWho).error().status, base::Status::kRefused);
}

TEST_F(Departure, AUserAtTwoTerminalsIsWarnedOf) {
  const auto first = office_.Begin();
  SessionRequest elsewhere = GateOffice::Clerk();
  EXPECT_EQ(Answer(elsewhere)->warnings.size(), 0u) << "at the same terminal";
  elsewhere.terminal = kOtherTerminal;
  const auto decision = Answer(elsewhere);
  EXPECT_TRUE(decision->allowed);
  EXPECT_EQ(RulesOf(decision->warnings), Names{"edo21.auth.shared-account"});
  SessionRequest another = elsewhere;
  another.actor = "児童家庭課長1";
  EXPECT_EQ(Answer(another)->warnings.size(), 0u) << "somebody else";
  ASSERT_TRUE(first->End().ok());
  EXPECT_EQ(Answer(elsewhere)->warnings.size(), 0u) << "the other session has ended";
}

TEST_F(Departure, AnIdleSessionElsewhereIsPassedOver) {
  const auto first = office_.Begin();
  SessionRequest elsewhere = GateOffice::Clerk();
  elsewhere.terminal = kOtherTerminal;
  office_.now += int64_t{15} * 60 * kSecond;
  EXPECT_EQ(Answer(elsewhere)->warnings.size(), 1u);
  office_.now += kSecond;
  EXPECT_EQ(Answer(elsewhere)->warnings.size(), 0u);
}

TEST_F(Departure, AWorkerSeesTheSubjectsOfTheEntrustedWork) {
  SessionRequest request = GateOffice::Clerk();
  request.actor = "給付金事務委託/従事者3";
  request.terminal = kOtherTerminal;
  const auto worker = office_.Begin(request);
  const auto head = office_.Begin(GateOffice::Head());
  const auto clerk = office_.Begin();
  ASSERT_TRUE(worker != nullptr && head != nullptr && clerk != nullptr);
  EXPECT_TRUE(worker->Read(Reading(kItems), kWho).ok());

  Ask administering;
  administering.act = Act::kAdminister;
  const auto mark = [&](const std::string& of) {
    const vault::Mark mark{"subject-class", of, 0, {}};
    return head->SetMarks(administering, kWho, {&mark, 1});
  };
  const auto unknown = mark("令和3年度第3号議案/いない対象者");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().status, base::Status::kNotFound);
  ASSERT_TRUE(mark("令和3年度第3号議案/特別児童扶養手当受給者").ok());
  const auto read = worker->Read(Reading(kItems), kWho);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(RulesOf(worker->decision()->reasons), Names{"edo21.consult.scope-entrusted-subjects"});
  EXPECT_NE(worker->decision()->Explain().ja.find("委託業務の対象者でない人"), std::string::npos);
  EXPECT_TRUE(clerk->Read(Reading(kItems), kWho).ok());
  ASSERT_TRUE(mark("令和3年度第3号議案/申請不要").ok());
  EXPECT_TRUE(worker->Read(Reading(kItems), kWho).ok());
}

}  // namespace
}  // namespace hikae::gate
