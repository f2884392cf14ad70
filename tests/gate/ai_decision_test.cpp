// What an AI showed of a person is written, or given to others, with a decision of a member of staff on that person.
#include "gate/gate_office.h"

namespace hikae::gate {
namespace {

constexpr char kFirst[] = "児童-0001", kSecond[] = "児童-0002";
const std::vector<std::string> kResult = {"AIの判定"};

// A paper whose function shows a result, and a decision on each of two children.
constexpr char kPaper[] =
    "Handling: { 判定: { title: 判定, section: 児童家庭課 } }\n"
    "Item: { AIの判定: {}, 職員の所見: {} }\n"
    "Declaration:\n"
    "  判定の依頼:\n"
    "    handling: 判定\n"
    "    purposes: [給付金の支給]\n"
    "    Act: { 提供: { kind: provision, recipients: [東京都] } }\n"
    "    Safeguard: { 判断: { controls: [human-decision-on-ai], state: in-place, text: 職員が判断する。 } }\n"
    "    Function: { 判定: { text: 判定, ai: true, items: [AIの判定], produces: [AIの判定] } }\n"
    "    ItemGroup: { 項目: { items: [AIの判定, 職員の所見] } }\n"
    "Opinion: { 判定の答申: { declaration: 判定の依頼, on: 2021-06-01 } }\n"
    "File: { 判定の記録: { handling: 判定, title: 記録, items: [AIの判定, 職員の所見] } }\n"
    "Device: { 判定の端末: { declaration: 判定の依頼, kind: ward-lan-terminal, wardOwned: true } }\n"
    "AiDecision:\n"
    "  判断1: { handling: 判定, on: 2021-06-01, subject: 児童-0001, decider: 児童家庭課職員1, decision: 保護する, "
    "reason: 面接 }\n"
    "  判断2: { handling: 判定, on: 2021-06-01, subject: 児童-0002, decider: 児童家庭課職員1, decision: 見守る, "
    "reason: 面接 }\n"
    "  誰かの判断: { handling: 判定, on: 2021-06-01, decider: 児童家庭課職員1, decision: 見守る, reason: 面接 }\n";

class AiDecisions : public testing::Test {
 protected:
  AiDecisions() {
    office_.Also("判定の依頼", kPaper);
    SessionRequest request = GateOffice::Clerk();
    request.handling = "判定";
    request.terminal = "判定の端末";
    request.place = "";
    session_ = office_.Begin(request);
  }
  static Put Of(std::string_view subject) { return {subject, {{"AIの判定", "高"}}}; }
  base::Result<std::vector<uint64_t>> Write(const std::vector<Put>& puts, const std::vector<std::string>& approvals) {
    Ask ask = Writing();
    ask.file = "判定の記録";
    ask.approvals = approvals;
    return session_->Write(ask, puts);
  }
  // The only rule that refuses is the one of the decision.
  void ExpectRefused(const base::Result<std::vector<uint64_t>>& written) {
    ASSERT_FALSE(written.ok());
    EXPECT_EQ(written.error().status, base::Status::kRefused) << written.error().ToString();
    const auto decision = session_->decision();
    ASSERT_EQ(decision->reasons.size(), 1u);
    EXPECT_EQ(decision->reasons[0].rule, "edo21.ai.decided");
    for (const std::string& read : decision->reasons[0].read) {
      EXPECT_EQ(read.find(kFirst), std::string::npos) << "a reason names no person: " << read;
      EXPECT_EQ(read.find(kSecond), std::string::npos) << "a reason names no person: " << read;
    }
  }
  GateOffice office_;
  std::unique_ptr<Session> session_;
};

TEST_F(AiDecisions, CountForThePersonTheyAreAbout) {
  ASSERT_NE(session_, nullptr);
  ExpectRefused(Write({Of(kFirst)}, {}));
  ExpectRefused(Write({Of(kFirst)}, {"判断2"}));
  ExpectRefused(Write({Of(kFirst)}, {"誰かの判断"}));
  const auto written = Write({Of(kFirst)}, {"判断1"});
  EXPECT_TRUE(written.ok()) << written.error().ToString();
  ExpectRefused(Write({Of(kSecond)}, {"判断1"}));
}

TEST_F(AiDecisions, SeveralPersonsOfOneCallNeedOneEach) {
  ASSERT_NE(session_, nullptr);
  const std::vector<Put> both = {Of(kFirst), Of(kSecond)};
  ExpectRefused(Write(both, {"判断1"}));
  ExpectRefused(Write(both, {"判断2"}));
  const auto written = Write(both, {"判断2", "判断1"});
  EXPECT_TRUE(written.ok()) << written.error().ToString();
}

TEST_F(AiDecisions, CountForWhatIsProvidedToo) {
  ASSERT_NE(session_, nullptr);
  ASSERT_TRUE(Write({Of(kFirst), Of(kSecond)}, {"判断1", "判断2"}).ok());
  const auto provide = [&](const std::vector<std::string>& approvals) {
    Ask ask = Reading(kResult);
    ask.act = Act::kProvide;
    ask.file = "判定の記録";
    ask.recipient = "東京都";
    ask.approvals = approvals;
    const std::string_view subjects[] = {kFirst, kSecond};
    std::vector<bool> given;
    const auto released = session_->Release(ask, subjects);
    EXPECT_TRUE(released.ok()) << released.error().ToString();
    if (!released.ok()) return given;
    for (const Released& one : *released) given.push_back(one.decision->allowed);
    return given;
  };
  EXPECT_EQ(provide({"判断1"}), (std::vector<bool>{true, false}));
  EXPECT_EQ(provide({"判断2"}), (std::vector<bool>{false, true}));
  EXPECT_EQ(provide({"判断1", "判断2"}), (std::vector<bool>{true, true}));
}

}  // namespace
}  // namespace hikae::gate
