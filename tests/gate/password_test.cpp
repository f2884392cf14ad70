// Passwords that hikae checks: what the rules of the pack say of their age, their length, earlier ones and wrong ones
// holds at the gate, by the office's clock.
#include "gate/fault_office.h"

namespace hikae::gate {
namespace {

using base::Status;

constexpr int64_t kMinute = 60 * kSecond, kDay = 24 * 60 * kMinute;
const std::string kFirst = "さくらの花咲く四月の合言葉", kWrong = "うめの花咲く二月の合言葉";
constexpr char kOut[] = "edo21.auth.lock-out", kOld[] = "edo21.auth.password-age",
               kUsed[] = "edo21.auth.password-reuse", kShort[] = "edo21.auth.password-length";

class Passwords : public testing::Test {
 protected:
  Passwords() {
    Ask ask;
    ask.act = Act::kAdminister;
    const auto set = office_.Begin(GateOffice::Head())->SetPassword(ask, GateOffice::Clerk().actor, kFirst);
    EXPECT_TRUE(set.ok()) << set.error().ToString();
  }
  static SessionRequest By(std::string_view password) {
    SessionRequest request = GateOffice::Clerk();
    request.system_factors = {"ic-card"};  // the password is shown to hikae, not to the host
    request.password = password;
    return request;
  }
  // "in"; "wrong"; or the rules that refuse.
  std::string Login(std::string_view password) {
    std::shared_ptr<const Decision> decision;
    const auto session = office_.gate->Begin(By(password), decision);
    return session.ok() ? "in" : Refusal(session.error(), decision);
  }
  std::string Change(std::string_view from, std::string_view to) {
    std::shared_ptr<const Decision> decision;
    const auto done = office_.gate->ChangePassword(By(from), to, decision);
    return done.ok() ? "changed" : Refusal(done.error(), decision);
  }
  static std::string Refusal(const base::Error& error, const std::shared_ptr<const Decision>& decision) {
    EXPECT_EQ(error.ToString().find(kFirst), std::string::npos);
    if (error.status == Status::kSecret) return "wrong";
    EXPECT_EQ(error.status, Status::kRefused) << error.ToString();
    std::string rules;
    for (const Reason& reason : decision->reasons) rules += (rules.empty() ? "" : " ") + reason.rule;
    EXPECT_NE(decision->Explain().ja.find("対応: "), std::string::npos) << decision->Explain().ja;
    return rules;
  }
  GateOffice office_;
};

TEST_F(Passwords, OneIsAFactorOfTheSystem) {
  EXPECT_EQ(Login(""), "edo21.auth.factors.system");
  EXPECT_EQ(Login(kWrong), "wrong");
  EXPECT_EQ(Login(kFirst), "in");
}

// Five wrong ones lock the actor out for half an hour, whoever comes with the right one; a right one begins anew.
TEST_F(Passwords, WrongOnesLockOutForAWhile) {
  EXPECT_EQ(Login(kWrong), "wrong");
  EXPECT_EQ(Login(kFirst), "in");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Login(kWrong), "wrong") << i;
  EXPECT_EQ(Login(kFirst), kOut);
  EXPECT_EQ(Login(kWrong), kOut) << "nor is it told whether it was right";
  EXPECT_EQ(Change(kFirst, "もみじ散る十月の日の合言葉"), kOut);
  EXPECT_NE(office_.Begin(GateOffice::Head()), nullptr) << "nobody else is";
  office_.now += 29 * kMinute;
  EXPECT_EQ(Login(kFirst), kOut) << "also in another process";
  office_.Reopen();
  EXPECT_EQ(Login(kFirst), kOut);
  office_.now += 2 * kMinute;
  EXPECT_EQ(Login(kFirst), "in");
  EXPECT_EQ(Login(kWrong), "wrong") << "counted from none again";
}

TEST_F(Passwords, OneThatIsTooOldIsChangedFirst) {
  // The benefit's paper has no table of the policy; those that have one promise that passwords are changed.
  office_.Also(
      "対応表",
      "PolicyLine: { 令和3年度第3号議案/認証: { declaration: 令和3年度第3号議案, row: 3.3-authentication, title: "
      "利用者認証(ID)の管理, text: パスワードは定期更新する, controls: [password-periodic-change], state: in-place } "
      "}\n");
  office_.now += 90 * kDay;
  EXPECT_EQ(Login(kFirst), "in");
  office_.now += kDay;
  EXPECT_EQ(Login(kFirst), kOld);
  EXPECT_EQ(Change(kFirst, "もみじ散る十月の日の合言葉"), "changed");
  EXPECT_EQ(Login("もみじ散る十月の日の合言葉"), "in");
  EXPECT_EQ(Login(kFirst), "wrong");
}

// Neither the one in use nor the three before it.
TEST_F(Passwords, NeitherShortOnesNorRecentOnesAreTaken) {
  EXPECT_EQ(Change(kFirst, "十一文字の短い合言葉ね"), kShort);
  EXPECT_EQ(Change(kFirst, kFirst), kUsed);
  std::string now = kFirst;
  for (const char* next : {"合言葉その一 一二三四五六", "合言葉その二 一二三四五六", "合言葉その三 一二三四五六"}) {
    ASSERT_EQ(Change(now, next), "changed");
    now = next;
  }
  EXPECT_EQ(Change(now, kFirst), kUsed);
  ASSERT_EQ(Change(now, "合言葉その四 一二三四五六"), "changed");
  EXPECT_EQ(Change("合言葉その四 一二三四五六", kFirst), "changed");
}

}  // namespace
}  // namespace hikae::gate
