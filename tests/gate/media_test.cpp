// Records that leave on a medium and come in from one, through the gate.
#include <filesystem>

#include "gate/gate_office.h"
#include "vault/media/media_reader.h"

namespace hikae::gate {
namespace {

const std::vector<std::string> kItems = {"氏名漢字", "住所"};

SessionRequest Chief() {
  SessionRequest request = GateOffice::Clerk();
  request.actor = "児童家庭課長1";
  return request;
}

Ask Exporting() {
  Ask ask;
  ask.act = Act::kExport;
  ask.file = kFile;
  ask.items = kItems;
  ask.medium = "electronic";
  return ask;
}

void Fill(Session& session, int records) {
  std::vector<std::string> subjects;
  std::vector<Put> puts;
  for (int i = 0; i < records; ++i) subjects.push_back("宛名-" + std::to_string(1000 + i));
  for (const std::string& subject : subjects)
    puts.push_back({subject, {{"氏名漢字", "葛󠄀西 一郎"}, {"住所", "江戸川区\"中央\""}}});
  const auto written = session.Write(Writing(), puts);
  ASSERT_TRUE(written.ok()) << written.error().ToString(base::Language::kJapanese);
}

TEST(Media, GoesOutSealedAndComesInAgain) {
  GateOffice office;
  office.PlanHandover("受渡-12");
  const auto session = office.Begin();
  ASSERT_NE(session, nullptr);
  Fill(*session, 300);
  const auto identity = crypto::age::Identity::Generate();
  MediaTarget target;
  target.directory = office.directory + ".media";
  std::filesystem::create_directory(target.directory);
  target.name = "給付金";
  target.recipients = {identity.recipient().ToString()};
  target.handover = "受渡-12";
  const uint64_t before = office.LogSize();
  const auto exported = session->Export(Exporting(), {}, target);
  ASSERT_TRUE(exported.ok()) << exported.error().ToString(base::Language::kJapanese);
  EXPECT_EQ(*exported, 300U);
  const auto entries = office.Entries(before);
  ASSERT_EQ(entries.size(), 301U);
  EXPECT_EQ(entries[0].substr(0, 18), "exported allowed 1");
  EXPECT_EQ(entries.back(), "write ended");
  EXPECT_EQ(session->Export(Exporting(), {}, target).error().status, base::Status::kExists);

  GateOffice other;
  const auto receiver = other.Begin();
  ASSERT_NE(receiver, nullptr);
  const std::string key = (*(*office.office->log())->Key()).ToString();
  const MediaOrigin origin{target.directory, target.name, {key}, {identity.SecretText()}, {}};
  const auto imported = receiver->Import(Writing(), origin);
  ASSERT_TRUE(imported.ok()) << imported.error().ToString(base::Language::kJapanese);
  EXPECT_EQ(*imported, 300U);
  const auto read = receiver->Read(Reading(kItems), "宛名-1042");
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->items.size(), 2U);
  // Not by who is not known to sign.
  const std::string stranger = (*(*other.office->log())->Key()).ToString();
  EXPECT_FALSE(
      receiver->Import(Writing(), {target.directory, target.name, {stranger}, {identity.SecretText()}, {}}).ok());
  std::filesystem::remove_all(target.directory);
}

TEST(Media, OneRefusedRecordLeavesNothing) {
  GateOffice office;
  office.PlanHandover("受渡-12");
  const auto session = office.Begin();
  const auto chief = office.Begin(Chief());
  ASSERT_NE(session, nullptr);
  ASSERT_NE(chief, nullptr);
  Fill(*session, 3);
  Ask mark;
  mark.act = Act::kAdminister;
  const vault::Mark restricted{"support-measures", "", 18'000, {}};
  const auto marked = chief->SetMarks(mark, "宛名-1001", {&restricted, 1});
  ASSERT_TRUE(marked.ok()) << marked.error().ToString(base::Language::kJapanese);
  MediaTarget target;
  target.directory = office.directory + ".media";
  std::filesystem::create_directory(target.directory);
  target.name = "out";
  target.handover = "受渡-12";
  target.recipients = {crypto::age::Identity::Generate().recipient().ToString()};
  const auto exported = session->Export(Exporting(), {}, target);
  ASSERT_FALSE(exported.ok());
  EXPECT_EQ(exported.error().status, base::Status::kRefused);
  EXPECT_TRUE(std::filesystem::is_empty(target.directory));
  std::filesystem::remove_all(target.directory);
}

TEST(Media, IsWrittenForAHandoverThatWasPlanned) {
  GateOffice office;
  office.PlanHandover("受渡-12");
  const auto session = office.Begin();
  ASSERT_NE(session, nullptr);
  Fill(*session, 3);
  MediaTarget target;
  target.directory = office.directory + ".media";
  std::filesystem::create_directory(target.directory);
  target.name = "out";
  target.recipients = {crypto::age::Identity::Generate().recipient().ToString()};
  const auto refused_by = [&](const std::string& handover) {
    target.handover = handover;
    const auto exported = session->Export(Exporting(), {}, target);
    EXPECT_FALSE(exported.ok()) << handover;
    EXPECT_TRUE(std::filesystem::is_empty(target.directory));
    std::vector<std::string> rules;
    if (!exported.ok() && session->decision() != nullptr) {
      for (const Reason& reason : session->decision()->reasons) rules.push_back(reason.rule);
    }
    return rules;
  };
  const std::vector<std::string> unplanned = {"edo21.handover.planned"};
  EXPECT_EQ(refused_by(""), unplanned);
  EXPECT_EQ(refused_by("受渡-13"), unplanned) << "a number that the registry does not know";
  // As an id among the approvals it is the same row, for who reads and writes the medium himself.
  const std::string planned = "受渡-12";
  Ask ask = Exporting();
  ask.encrypted = true;
  EXPECT_FALSE(session->WouldAllow(ask, {})->allowed);
  ask.approvals = {&planned, 1};
  EXPECT_TRUE(session->WouldAllow(ask, {})->allowed);
  target.handover = planned;
  const auto exported = session->Export(Exporting(), {}, target);
  EXPECT_TRUE(exported.ok()) << exported.error().ToString();
  std::filesystem::remove_all(target.directory);
}

}  // namespace
}  // namespace hikae::gate
