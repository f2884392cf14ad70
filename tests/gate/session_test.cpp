// Sessions, reads and writes through the gate of a whole office.
#include "gate/gate_office.h"

namespace hikae::gate {
namespace {

using Lines = std::vector<std::string>;
const std::vector<std::string> kNames = {"氏名漢字", "住所"};
constexpr char kWho[] = "宛名-0000007";

void Fill(Session& session, std::string_view subject = kWho) {
  const Put put{subject,
                {{"氏名漢字", "髙橋󠄁 花子"},
                 {"住所", "江戸川区中央一丁目4番1号"},
                 {"振込先口座情報", "0001-123-1-7654321"}}};
  const auto versions = session.Write(Writing(), {&put, 1});
  ASSERT_TRUE(versions.ok()) << versions.error().ToString(base::Language::kJapanese);
}

TEST(Session, WritesAndReads) {
  GateOffice office;
  const auto session = office.Begin();
  ASSERT_NE(session, nullptr);
  Fill(*session);
  const auto read = session->Read(Reading(kNames), kWho);
  ASSERT_TRUE(read.ok()) << read.error().ToString(base::Language::kJapanese);
  ASSERT_EQ(read->items.size(), 2U);
  std::map<std::string, std::string> seen;
  for (const Seen& item : read->items) seen[item.item] = item.value.view();
  EXPECT_EQ(seen["氏名漢字"], "髙橋󠄁 花子");
  EXPECT_EQ(seen["住所"], "江戸川区中央一丁目4番1号");
  EXPECT_TRUE(session->decision()->allowed);
  EXPECT_FALSE(session->decision()->reasons[0].article.empty());
}

TEST(Session, EveryActIsAnEntry) {
  GateOffice office;
  const uint64_t before = office.LogSize();
  {
    const auto session = office.Begin();
    ASSERT_NE(session, nullptr);
    Fill(*session);
    ASSERT_TRUE(session->Read(Reading(kNames), kWho).ok());
    ASSERT_TRUE(session->End().ok());
  }
  EXPECT_EQ(office.Entries(before),
            (Lines{"session begun allowed edo21.ground.login", "write intended allowed edo21.ground.staff",
                   "read allowed 1 edo21.ground.staff", "session ended"}));
}

TEST(Session, ARefusalNamesTheRuleAndIsAnEntry) {
  GateOffice office;
  const auto session = office.Begin();
  ASSERT_NE(session, nullptr);
  Fill(*session);
  const uint64_t before = office.LogSize();
  const std::vector<std::string> foreign = {"国籍"};
  const auto read = session->Read(Reading(foreign), kWho);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().status, base::Status::kRefused);
  ASSERT_EQ(session->decision()->reasons.size(), 1U);
  EXPECT_EQ(session->decision()->reasons[0].rule, "edo21.consult.scope-items");
  EXPECT_FALSE(session->decision()->reasons[0].article.empty());
  EXPECT_EQ(session->decision()->reasons[0].missing, Lines{"国籍"});
  EXPECT_NE(read.error().text.ja.find(session->decision()->reasons[0].article), std::string::npos);
  EXPECT_EQ(office.Entries(before), Lines{"read refused 0 edo21.consult.scope-items"});
}

TEST(Session, IsRefusedWhereTheFactorsAreNotThere) {
  GateOffice office;
  SessionRequest request = GateOffice::Clerk();
  request.terminal_factors = {"ic-card"};
  std::shared_ptr<const Decision> decision;
  const auto session = office.gate->Begin(request, decision);
  ASSERT_FALSE(session.ok());
  EXPECT_EQ(session.error().status, base::Status::kRefused);
  ASSERT_NE(decision, nullptr);
  EXPECT_FALSE(decision->allowed);
}

TEST(Session, ASessionThatStoodIdleIsRefused) {
  GateOffice office;
  const auto session = office.Begin();
  ASSERT_NE(session, nullptr);
  Fill(*session);
  office.now += 16 * 60 * kSecond;
  const auto read = session->Read(Reading(kNames), kWho);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(session->decision()->reasons[0].rule, "edo21.session.idle");
}

TEST(Session, IsTakenUpByItsTokenAndRevokedByAnother) {
  GateOffice office;
  const auto session = office.Begin();
  ASSERT_NE(session, nullptr);
  Fill(*session);
  const auto again = office.gate->Resume(session->Token());
  ASSERT_TRUE(again.ok());
  ASSERT_TRUE((*again)->Read(Reading(kNames), kWho).ok());
  EXPECT_EQ(office.gate->Resume("00112233445566778899aabbccddeeff").error().status, base::Status::kNotFound);
  ASSERT_TRUE((*again)->End().ok());
  const auto read = session->Read(Reading(kNames), kWho);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(session->decision()->reasons[0].rule, "edo21.session.revoked");
}

TEST(Session, WhatIsDeclaredCountsAtTheNextRead) {
  GateOffice office;
  const auto session = office.Begin();
  ASSERT_NE(session, nullptr);
  Fill(*session);
  ASSERT_TRUE(session->Read(Reading(kNames), kWho).ok());
  // Another process, so to say: another connection moves the clerk to another section.
  office.Also("異動", "Staff: { 児童家庭課職員1: { in: [総務部] } }\n");
  const auto read = session->Read(Reading(kNames), kWho);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(session->decision()->reasons[0].rule, "edo21.user.need");
}

TEST(Session, ABatchIsDecidedRecordByRecord) {
  GateOffice office;
  const auto session = office.Begin();
  ASSERT_NE(session, nullptr);
  Fill(*session, "宛名-1");
  Fill(*session, "宛名-2");
  const std::string_view subjects[] = {"宛名-1", "宛名-3", "宛名-2"};
  const auto read = session->Release(Reading(kNames), subjects);
  ASSERT_TRUE(read.ok()) << read.error().ToString();
  ASSERT_EQ(read->size(), 3U);
  EXPECT_EQ((*read)[0].state, Released::State::kReleased);
  EXPECT_EQ((*read)[1].state, Released::State::kNoRecord);
  EXPECT_EQ((*read)[2].state, Released::State::kReleased);
}

TEST(Session, AWriteIsAllOrNothing) {
  GateOffice office;
  const auto session = office.Begin();
  ASSERT_NE(session, nullptr);
  const Put puts[] = {{"宛名-1", {{"氏名漢字", "邉見 太郎"}}}, {"宛名-2", {{"振込先口座情報", "口座ではない"}}}};
  const auto written = session->Write(Writing(), puts);
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().status, base::Status::kArgument);
  EXPECT_EQ(written.error().ToString(base::Language::kJapanese).find("口座ではない"), std::string::npos);
  EXPECT_EQ(session->Read(Reading(kNames), "宛名-1").error().status, base::Status::kNotFound);
}

TEST(Session, AnErasedSubjectIsGoneAndCertified) {
  GateOffice office;
  const auto session = office.Begin();
  ASSERT_NE(session, nullptr);
  Fill(*session);
  Ask ask;
  ask.act = Act::kErase;
  ask.file = kFile;
  const std::string_view who[] = {kWho};
  const auto early = session->Erase(ask, who);
  ASSERT_FALSE(early.ok());  // before its retention ends
  EXPECT_EQ(early.error().status, base::Status::kRefused);
  EXPECT_TRUE(session->Read(Reading(kNames), kWho).ok());
}

TEST(Session, AskingOfASubjectIsRecordedAndReleasesNothing) {
  GateOffice office;
  const auto session = office.Begin();
  ASSERT_NE(session, nullptr);
  Fill(*session);
  const uint64_t before = office.LogSize();
  ASSERT_TRUE(session->WouldAllow(Reading(kNames)).ok());
  EXPECT_EQ(office.Entries(before), Lines{});
  const auto asked = session->WouldAllow(Reading(kNames), kWho);
  ASSERT_TRUE(asked.ok());
  EXPECT_TRUE(asked->allowed);
  EXPECT_EQ(office.Entries(before), Lines{"asked allowed edo21.ground.staff"});
}

TEST(Session, ASiftShowsNoMoreThanTheViewThatWasDecided) {
  GateOffice office;
  const auto session = office.Begin();
  ASSERT_NE(session, nullptr);
  Fill(*session);
  const std::vector<std::string> account = {"振込先口座情報"};
  Ask ask = Reading(account);
  ask.act = Act::kSearch;
  for (const auto& [view, shown] : {std::pair(View::kMasked, "***************321"), std::pair(View::kPresence, ""),
                                    std::pair(View::kWhole, "0001-123-1-7654321")}) {
    ask.view = view;
    Lines seen;
    const auto found = session->Sift(
        ask,
        [&](const Released& record) {
          for (const Seen& item : record.items) seen.emplace_back(item.value.view());
          return true;
        },
        9);
    ASSERT_TRUE(found.ok()) << found.error().ToString(base::Language::kJapanese);
    EXPECT_EQ(seen, Lines{shown});
    EXPECT_EQ(*found, Lines{kWho});
  }
}

TEST(Session, LogAndRecordsAgree) {
  GateOffice office;
  const auto session = office.Begin();
  ASSERT_NE(session, nullptr);
  for (const char* who : {"宛名-1", "宛名-2", "宛名-3"}) Fill(*session, who);
  const auto found = office.gate->CheckAgainstLog();
  ASSERT_TRUE(found.ok()) << found.error().ToString();
  EXPECT_TRUE(found->empty());
  office.Reopen();
  const auto later = office.Begin();
  ASSERT_TRUE(later->Read(Reading(kNames), "宛名-3").ok());
}

}  // namespace
}  // namespace hikae::gate
