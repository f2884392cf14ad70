// All twelve acts: each is decided, stands in the log, done and refused, and a refusal tells the clerk in words.
#include "gate/acts.h"
#include "gate/fault_office.h"

namespace hikae::gate {
namespace {

using base::Status;
using Names = std::vector<std::string>;

constexpr char kWho[] = "宛名-0000007";
const Names kItems = {"氏名漢字"}, kForeign = {"国籍"};

struct Try {
  Act act;
  const char* entry;  // its type in the log
  const char* label;  // how the refusal begins
  std::function<base::Result<void>(Session& session, bool good)> run;
};

class Acts : public testing::Test {
 protected:
  Acts() {
    office_.Also("終わった", kDueFile);
    office_.PlanHandover("受渡-1");
    PutOne(*office_.Begin(), kDue, kWho, {{"氏名漢字", "髙橋󠄁 零"}});
    medium_ = office_.directory + "_medium";
    fs::create_directory(medium_);
  }
  ~Acts() override { fs::remove_all(medium_); }
  Ask Of(Act act, bool good) const {
    Ask ask;
    ask.act = act;
    ask.file = kDue;
    ask.items = good ? kItems : kForeign;  // which the file and the paper do not have
    return ask;
  }
  template <class Made>
  static base::Result<void> Done(Made&& made) {
    return made.ok() ? base::Result<void>() : base::Result<void>(made.error());
  }
  GateOffice office_;
  std::string medium_;
};

TEST_F(Acts, EachIsDecidedToldAndExplained) {
  const std::string_view who[] = {kWho};
  const auto release = [&](Session& session, const Ask& ask) { return Done(session.Release(ask, who)); };
  const std::vector<Try> tries = {
      {Act::kRead, "read", "閲覧", [&](Session& s, bool good) { return release(s, Of(Act::kRead, good)); }},
      {Act::kPrint, "printed", "印刷",
       [&](Session& s, bool good) {
         Ask ask = Of(Act::kPrint, good);
         ask.medium = "paper";
         return release(s, ask);
       }},
      {Act::kTransfer, "transferred", "転記・送信",
       [&](Session& s, bool good) {
         Ask ask = Of(Act::kTransfer, good);
         ask.medium = "electronic";
         ask.encrypted = true;
         ask.handover = "受渡-1";
         return release(s, ask);
       }},
      {Act::kProvide, "provided", "提供",
       [&](Session& s, bool good) {
         Ask ask = Of(Act::kProvide, good);
         ask.recipient = "東京都";
         return release(s, ask);
       }},
      {Act::kWrite, "write intended", "記録",
       [&](Session& s, bool good) {
         const Put put{kWho, {{good ? kItems[0] : kForeign[0], "髙橋󠄁 一"}}};
         return Done(s.Write(In(Writing(), kDue), {&put, 1}));
       }},
      {Act::kCollect, "collection intended", "収集",
       [&](Session& s, bool good) {
         const Put put{kWho, {{good ? kItems[0] : kForeign[0], "髙橋󠄁 二"}}};
         Ask ask = In(Writing(), kDue);
         ask.act = Act::kCollect;
         return Done(s.Write(ask, {&put, 1}));
       }},
      {Act::kSearch, "searched", "検索",
       [&](Session& s, bool good) {
         return Done(s.Search(Of(Act::kSearch, good), vault::IndexKind::kExact, "髙橋󠄁 零", 10));
       }},
      {Act::kExport, "exported", "媒体への書出し",
       [&](Session& s, bool good) {
         MediaTarget target;
         target.directory = medium_;
         target.name = "持出し";
         target.recipients = {crypto::age::Identity::Generate().recipient().ToString()};
         target.handover = good ? "受渡-1" : "";
         Ask ask = Of(Act::kExport, true);
         ask.medium = "electronic";
         return Done(s.Export(ask, who, target));
       }},
      {Act::kAdminister, "administered", "管理",
       [&](Session& s, bool) {
         Ask ask;
         ask.act = Act::kAdminister;
         return s.Administer(ask, "試し", [] { return base::Result<void>(); });
       }},
      {Act::kErase, "erased", "消去", [&](Session& s, bool) { return Done(s.Erase(Erasing(), who)); }},
  };
  for (const Try& one : tries) {
    // Who may administer and erase is the head; the clerk is refused for being no such post.
    const bool of_post = one.act == Act::kAdminister || one.act == Act::kErase;
    for (const bool good : {false, true}) {
      const auto session = office_.Begin(good && of_post ? GateOffice::Head() : GateOffice::Clerk());
      ASSERT_NE(session, nullptr);
      const uint64_t first = office_.LogSize();
      const auto done = one.run(*session, good);
      const Names entries = office_.Entries(first);
      ASSERT_FALSE(entries.empty()) << one.entry;
      const std::string begins = std::string(one.entry) + (good ? " allowed" : " refused");
      EXPECT_TRUE(entries[0].starts_with(begins)) << entries[0] << " is not " << begins;
      EXPECT_EQ(done.ok(), good) << one.entry << ": " << (done.ok() ? "" : done.error().ToString());
      const Decision& decision = *session->decision();
      EXPECT_EQ(decision.act, Name(one.act));
      EXPECT_EQ(decision.allowed, good);
      if (good) continue;
      EXPECT_EQ(done.error().status, Status::kRefused);
      const base::Text said = decision.Explain();
      EXPECT_TRUE(said.ja.starts_with(std::string(one.label) + "はできない。")) << said.ja;
      EXPECT_TRUE(said.en.starts_with(std::string(Name(one.act)) + " is refused. ")) << said.en;
      ASSERT_FALSE(decision.reasons.empty()) << said.ja;
      for (const Reason& reason : decision.reasons) {
        EXPECT_NE(said.ja.find("(" + reason.article + ")"), std::string::npos) << said.ja;
        EXPECT_NE(said.ja.find("対応: "), std::string::npos) << said.ja;
        EXPECT_NE(said.en.find("To do: "), std::string::npos) << said.en;
        EXPECT_EQ(said.ja.find(reason.rule), std::string::npos) << "a clerk knows no ids of rules: " << said.ja;
      }
      EXPECT_EQ((said.ja + said.en).find(kWho), std::string::npos);
    }
  }
  ExpectAgreement(office_);
}

TEST_F(Acts, LoggingInAndOut) {
  const uint64_t first = office_.LogSize();
  SessionRequest stranger = GateOffice::Clerk();
  stranger.terminal_factors.clear();
  std::shared_ptr<const Decision> decision;
  ASSERT_FALSE(office_.gate->Begin(stranger, decision).ok());
  EXPECT_TRUE(decision->Explain().ja.starts_with("ログインはできない。")) << decision->Explain().ja;
  const auto session = office_.Begin();
  ASSERT_TRUE(session->End().ok());
  const Names entries = office_.Entries(first);
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_TRUE(entries[0].starts_with("session begun refused")) << entries[0];
  EXPECT_TRUE(entries[1].starts_with("session begun allowed")) << entries[1];
  EXPECT_TRUE(entries[2].starts_with("session ended")) << entries[2];
}

}  // namespace
}  // namespace hikae::gate
