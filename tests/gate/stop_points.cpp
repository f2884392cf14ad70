// The process ends before, or in the middle of, every write that putting and erasing make; or the power is lost there.
// Opened again, the log and the records agree, and what was acknowledged is there.
#include "gate/stop_office.h"

namespace hikae::gate {
namespace {

using test::kStopped;

constexpr char kWho[] = "宛名-7700123";

TEST_P(Stop, OfAWriteAtEveryPlace) {
  PutOne(*office_.Begin(), kDue, kWho, {{"氏名漢字", "髙橋󠄁 零"}});
  std::string before = "髙橋󠄁 零";
  size_t stopped = 0, came_about = 0;
  uint64_t intents = CountEntries("write intended"), not_done = CountEntries("write ended");
  for (long n = 0;; ++n) {
    const std::string name = "髙橋󠄁 " + std::to_string(n), other = "宛名-新" + std::to_string(n);
    const size_t reads = CountEntries("read allowed 1");
    const int code = StoppedAt(n, [&](GateOffice& office) {
      const auto session = office.Begin();
      const Put put{kWho, {{"氏名漢字", name}, {"生年月日", "平成3年4月5日"}}}, first{other, {{"氏名漢字", name}}};
      return session != nullptr && Acknowledged(session->Write(In(Writing(), kDue), {&put, 1}).ok()) &&
             Acknowledged(NameNow(*session, kWho) == name) &&
             Acknowledged(session->Write(In(Writing(), kDue), {&first, 1}).ok()) &&
             Acknowledged(NameNow(*session, other) == name);
    });
    ASSERT_TRUE(code == 0 || code == kStopped) << n << ": " << code;
    office_.Reopen();
    ASSERT_NE(office_.gate, nullptr) << n;
    // What was seen is told.
    EXPECT_GE(CountEntries("read allowed 1"), reads + static_cast<size_t>(acknowledged() / 2)) << n;
    const std::string now = NameNow(kWho), new_one = NameNow(other);
    EXPECT_TRUE(now == before || now == name) << n << ": " << now;
    EXPECT_TRUE(new_one.empty() || new_one == name) << n << ": " << new_one;
    if (acknowledged() >= 1) {
      EXPECT_EQ(now, name) << n;
    }
    if (acknowledged() >= 3) {
      EXPECT_EQ(new_one, name) << n;
    }
    const uint64_t intended = CountEntries("write intended"), ended = CountEntries("write ended");
    // What is there was intended; what was intended and is not there is told.
    const size_t done = (now == name ? 1u : 0u) + (new_one == name ? 1u : 0u);
    EXPECT_EQ(intended - intents, (ended - not_done) + done) << n;
    intents = intended, not_done = ended;
    ExpectAgreement(office_);
    before = now;
    came_about += done;
    if (code == 0) break;
    ++stopped;
  }
  Print("write", stopped, std::to_string(came_about) + " writes came about");
  EXPECT_GT(stopped, 12u);
  office_.Close();
  ExpectSoundLog(office_.directory);
}

TEST_P(Stop, OfAnErasureAtEveryPlace) {
  PutOne(*office_.Begin(), kDue, "宛名-2", {{"氏名漢字", "髙橋󠄁 零"}});
  size_t stopped = 0, by_itself = 0, said_again = 0;
  for (long n = 0;; ++n) {
    {
      const auto session = office_.Begin();
      PutOne(*session, kDue, kWho, {{"氏名漢字", "邉見󠄀 千代子"}, {"生年月日", "平成3年4月5日"}});
      PutOne(*session, kDue, kWho, {{"住所", "江戸川区葛西三丁目10番1号"}});
    }
    Ask ask;
    ask.act = Act::kAdminister;
    const vault::Mark mark{"support-measures", "", 18'000, {}};
    ASSERT_TRUE(office_.Begin(GateOffice::Head())->SetMarks(ask, kWho, {&mark, 1}).ok());
    const auto traces = TracesOf(office_, NumberOf(office_, kWho));
    const size_t told = CountEntries("erased");
    const auto erase = [this](GateOffice& office) {
      const auto session = office.Begin(GateOffice::Head());
      const std::string_view who[] = {kWho};
      return session != nullptr && Acknowledged(session->Erase(Erasing(), who).ok());
    };
    const int code = StoppedAt(n, [&](GateOffice& office) {
      return erase(office) && Acknowledged(NameNow(*office.Begin(), "宛名-2") == "髙橋󠄁 零");
    });
    ASSERT_TRUE(code == 0 || code == kStopped) << n << ": " << code;
    const bool acked = acknowledged() >= 1;
    office_.Reopen();
    ASSERT_NE(office_.gate, nullptr) << n;
    ExpectAgreement(office_);
    const std::string now = NameNow(kWho);
    const bool in_log = CountEntries("erased") > told;
    // All there, gone, or cut off behind the entry: never gone without one.
    if (now != "邉見󠄀 千代子") {
      EXPECT_TRUE(in_log) << n << ": " << now;
    }
    if (acked) {
      EXPECT_EQ(now, "") << n;
      EXPECT_TRUE(in_log) << n;
    }
    const auto found = office_.gate->keys_past_the_rules().Find(kWho);
    ASSERT_TRUE(found.ok());
    if (*found) {
      ASSERT_TRUE(erase(office_)) << n;
      ++said_again;
    } else if (code != 0) {
      ++by_itself;
    }
    EXPECT_EQ(NameNow(kWho), "") << n;
    EXPECT_EQ(NameNow("宛名-2"), "髙橋󠄁 零") << n;
    ExpectNowhere(office_.directory, traces, std::to_string(n));
    if (code == 0) break;
    ++stopped;
  }
  Print("erase", stopped, fmt::format("finished at the opening {}, by saying it again {}", by_itself, said_again));
  EXPECT_GT(stopped, 12u);
  office_.Close();
  ExpectSoundLog(office_.directory);
}

INSTANTIATE_TEST_SUITE_P(Places, Stop,
                         testing::Values(test::Stop::kBefore, test::Stop::kTorn, test::Stop::kForgotten,
                                         test::Stop::kScattered),
                         [](const auto& given) { return std::string(test::Name(given.param)); });

}  // namespace
}  // namespace hikae::gate
