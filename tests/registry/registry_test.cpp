#include "registry/registry.h"

#include "registry/office.h"

namespace hikae::registry {
namespace {

using cedar::Value;

constexpr char kPaper[] = R"(hikae: declaration/1
pack: 試験
valid_from: 令和3年5月6日
by: 福祉部生活援護第一課

Section:
  福祉部: {}
  生活援護第一課: { in: 福祉部 }
ItemGroup:
  要配慮: {}
Item:
  氏名: {}
  健康状態: { sensitive: true, in: 要配慮 }
Control:
  contract-compliance-clause: {}
Handling:
  hikikomori:
    title: ひきこもり相談支援事業に係る業務
    section: 生活援護第一課
Declaration:
  令和3年度第2号議案:
    handling: hikikomori
    items: [氏名, 健康状態]
    submittedOn: R3.4.20
    subjects: !none
    count: １，２００
    rate: 1.5
    within: 14d
    network: 10.0.0.0/8
    medium: paper
    mainVolume: 電話相談支援
    plan: { on: 2021/6/1, note: 準備 }
    retention: !blank
    tags: { その他必要な事項: "no" }
    Safeguard:
      契1(1):
        control: contract-compliance-clause
        state: in-place
        text: 0123
        volume: 電話相談支援
        Step:
          一: { on: 2021-05-06T10:00:00+09:00, volume: 電話相談支援 }
    Volume:
      電話相談支援: { count: 300, per: 年 }
    Shared:
      掲示板: {}
)";

class RegistryTest : public testing::Test {
 protected:
  void DeclareWell(const std::string& text, std::string_view on = "2021-05-06") {
    const auto declared = office_.Declare(text, on);
    ASSERT_TRUE(declared.ok()) << declared.error().ToString();
  }
  std::shared_ptr<const Snapshot> AsOf(std::string_view day, std::optional<Micros> known = {}) {
    auto snapshot = office_.registry().AsOf(On(day), known);
    EXPECT_TRUE(snapshot.ok()) << snapshot.error().ToString();
    return *snapshot;
  }
  std::string Text(const Snapshot& snapshot, const cedar::EntityUid& uid, const std::string& attribute) {
    const Row* row = snapshot.Find(uid);
    if (row == nullptr) return "(no row)";
    const auto value = row->entity.attributes.find(attribute);
    return value == row->entity.attributes.end() ? "(absent)" : value->second.ToString();
  }
  Office office_;
};

TEST_F(RegistryTest, ReadsEveryKindOfStatement) {
  const auto declared = office_.Declare(kPaper);
  ASSERT_TRUE(declared.ok()) << declared.error().ToString();
  EXPECT_EQ(declared->added, 12u);
  EXPECT_EQ(declared->touched.front().ToString(), "Section::\"福祉部\"");
  const auto all = AsOf("2021-05-06");
  const cedar::EntityUid paper = {"Declaration", "令和3年度第2号議案"};
  const auto text = [&](const std::string& attribute) { return Text(*all, paper, attribute); };
  EXPECT_EQ(text("handling"), "Handling::\"hikikomori\"");
  EXPECT_EQ(text("items"), "[Item::\"健康状態\", Item::\"氏名\"]");
  EXPECT_EQ(text("submittedOn"), "datetime(\"2021-04-20\")");
  EXPECT_EQ(text("subjects"), "[]");
  EXPECT_EQ(text("count"), "1200");
  EXPECT_EQ(text("rate"), "decimal(\"1.5\")");
  EXPECT_EQ(text("within"), "duration(\"14d\")");
  EXPECT_EQ(text("network"), "ip(\"10.0.0.0/8\")");
  EXPECT_EQ(text("medium"), "Medium::\"paper\"");
  EXPECT_EQ(text("mainVolume"), "Volume::\"令和3年度第2号議案/電話相談支援\"");
  EXPECT_EQ(text("retention"), "(absent)");
  const Row& row = *all->Find(paper);
  EXPECT_EQ(row.gaps, (std::map<std::string, Gap>{{"retention", Gap::kBlank}, {"subjects", Gap::kNone}}));
  EXPECT_TRUE(row.entity.known_absent.empty());  // the empty set is there; a blank is not known to be nothing
  EXPECT_EQ(row.entity.tags.at("その他必要な事項").text(), "no");
  EXPECT_EQ(row.document, "文書.yaml");
  EXPECT_EQ(row.by, "福祉部生活援護第一課");
  EXPECT_EQ(row.valid_from, On("2021-05-06"));
  EXPECT_EQ(row.lines.at(""), 21u);
  EXPECT_EQ(row.lines.at("retention"), 33u);
  EXPECT_EQ(all->Find({"Item", "健康状態"})->entity.parents.front().ToString(), "ItemGroup::\"要配慮\"");
}

TEST_F(RegistryTest, PartsBelongToTheirOwnerAndFindItsOtherParts) {
  DeclareWell(kPaper);
  const auto all = AsOf("2021-05-06");
  const std::string paper = "令和3年度第2号議案";
  EXPECT_EQ(Text(*all, {"Safeguard", paper + "/契1(1)"}, "declaration"), "Declaration::\"" + paper + "\"");
  EXPECT_EQ(Text(*all, {"Safeguard", paper + "/契1(1)"}, "text"), "\"0123\"");
  EXPECT_EQ(Text(*all, {"Safeguard", paper + "/契1(1)"}, "volume"), "Volume::\"" + paper + "/電話相談支援\"");
  EXPECT_EQ(Text(*all, {"Step", paper + "/契1(1)/一"}, "safeguard"), "Safeguard::\"" + paper + "/契1(1)\"");
  EXPECT_EQ(Text(*all, {"Step", paper + "/契1(1)/一"}, "volume"), "Volume::\"" + paper + "/電話相談支援\"");
  EXPECT_EQ(Text(*all, {"Step", paper + "/契1(1)/一"}, "on"), "datetime(\"2021-05-06T01:00:00Z\")");
  EXPECT_EQ(Text(*all, {"Shared", paper + "/掲示板"}, "declarations"), "[Declaration::\"" + paper + "\"]");
  EXPECT_EQ(all->OfType("Volume").size(), 1u);
  EXPECT_TRUE(all->OfType("Handover").empty());
}

TEST_F(RegistryTest, TheSameContentAgainChangesNothing) {
  DeclareWell(kPaper);
  const std::string before = office_.Everything();
  const auto again = office_.Declare(kPaper, "2022-01-01");
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->added + again->changed, 0u);
  EXPECT_EQ(again->unchanged, 12u);
  EXPECT_TRUE(again->touched.empty());
  EXPECT_EQ(office_.Everything(), before);
}

constexpr char kHead[] = "hikae: declaration/1\n";
std::string Handling(const std::string& title, const std::string& from, const std::string& more = "") {
  return kHead + std::string("valid_from: ") + from + "\nHandling:\n  甲: { title: " + title + more + " }\n";
}

TEST_F(RegistryTest, AnswersForTheDayAndForWhatWasKnown) {
  DeclareWell(Handling("一", "2021-05-06"), "2021-05-06");
  DeclareWell(Handling("二", "2022-04-01"), "2022-03-01");
  DeclareWell(Handling("一改", "2021-05-06"), "2022-06-01");  // a correction of the past, found out later
  const auto title = [&](std::string_view day, std::optional<Micros> known = {}) {
    return Text(*AsOf(day, known), {"Handling", "甲"}, "title");
  };
  EXPECT_EQ(title("2021-05-05"), "(no row)");
  EXPECT_EQ(title("2021-05-06", Noon("2022-01-01")), "\"一\"");
  EXPECT_EQ(title("2022-04-01", Noon("2022-05-01")), "\"二\"");
  EXPECT_EQ(title("2022-03-31", Noon("2022-05-01")), "\"一\"");
  EXPECT_EQ(title("2022-04-01", Noon("2021-12-31")), "\"一\"");
  EXPECT_EQ(title("2021-05-06", Noon("2021-05-05")), "(no row)");
  // What was said last about a day counts for it.
  EXPECT_EQ(title("2021-12-31"), "\"一改\"");
  EXPECT_EQ(title("2022-04-01"), "\"一改\"");
  const auto history = office_.registry().History({"Handling", "甲"});
  ASSERT_EQ(history->size(), 3u);
  EXPECT_EQ((*history)[1].version, 2u);
  EXPECT_EQ((*history)[1].recorded_at, Noon("2022-03-01"));
}

TEST_F(RegistryTest, AStatementEndsWithALaterOneOnly) {
  DeclareWell(Handling("一", "2021-05-06"));
  // A document that no longer mentions it does nothing to it.
  DeclareWell(kHead + std::string("Handling:\n  乙: { title: 二 }\n"), "2021-06-01");
  EXPECT_NE(AsOf("2021-07-01")->Find({"Handling", "甲"}), nullptr);
  DeclareWell(Handling("一", "2021-05-06", ", valid_until: 令和4年3月31日"), "2022-01-01");
  EXPECT_NE(AsOf("2022-03-31")->Find({"Handling", "甲"}), nullptr);
  EXPECT_EQ(AsOf("2022-04-01")->Find({"Handling", "甲"}), nullptr);
  EXPECT_NE(AsOf("2022-04-01", Noon("2021-12-31"))->Find({"Handling", "甲"}), nullptr);
}

TEST_F(RegistryTest, KeepsTheTextOfEveryDocumentThatWasDeclared) {
  DeclareWell(Handling("一", "2021-05-06"));
  DeclareWell(Handling("二", "2021-05-06"));
  const auto history = office_.registry().History({"Handling", "甲"});
  const auto text = [&](size_t version) { return *office_.registry().StatedText((*history)[version].document_number); };
  EXPECT_EQ(text(0), Handling("一", "2021-05-06"));
  EXPECT_EQ(text(1), Handling("二", "2021-05-06"));
  EXPECT_EQ(office_.registry().StatedText(99).error().status, base::Status::kNotFound);
}

TEST_F(RegistryTest, WithoutADayItHoldsFromTheDayOfRecordingInJapan) {
  // 2021-05-06 16:00 UTC is the 7th in Japan.
  ASSERT_TRUE(
      office_.registry()
          .Declare({{"a.yaml", kHead + std::string("Section: { 課: {} }\n")}}, Noon("2021-05-06") + 13 * 3'600'000'000)
          .ok());
  EXPECT_EQ(AsOf("2021-05-06")->rows().size(), 0u);
  EXPECT_EQ(AsOf("2021-05-07")->rows().size(), 1u);
}

TEST_F(RegistryTest, LedgersGrowAndCorrectionsReplaceWhatTheyName) {
  const std::string base = kHead + std::string(
                                       "valid_from: 2021-05-06\nHandling: { 甲: { title: 一 } }\n"
                                       "Declaration: { 議案: { handling: 甲, subjects: [区民] } }\n");
  DeclareWell(base + "Handover: { 一: { declaration: 議案, on: 2021-06-01, count: 3 } }\n");
  const auto changed = office_.Declare(base + "Handover: { 一: { declaration: 議案, on: 2021-06-01, count: 4 } }\n");
  ASSERT_FALSE(changed.ok());
  EXPECT_NE(changed.error().ToString().find("文書.yaml:5:13: Handover::\"一\" is recorded and cannot be changed"),
            std::string::npos)
      << changed.error().ToString();
  DeclareWell(
      std::string(kHead) +
          "valid_from: 2021-06-10\nHandover: { 二: { declaration: 議案, on: 2021-06-01, count: 4, corrects: 一 } }\n",
      "2021-06-10");
  EXPECT_NE(AsOf("2021-06-09")->Find({"Handover", "一"}), nullptr);
  EXPECT_EQ(AsOf("2021-06-10")->Find({"Handover", "一"}), nullptr);
  EXPECT_NE(AsOf("2021-06-10")->Find({"Handover", "二"}), nullptr);
  EXPECT_EQ(office_.registry().History({"Handover", "一"})->size(), 1u);
}

TEST_F(RegistryTest, SeveralDocumentsAreRecordedTogetherOrNotAtAll) {
  const Document vocabulary = {"語彙.yaml", kHead + std::string("Section: { 課: {} }\n")};
  const Document handling = {"業務.json",
                             R"({"hikae":"declaration/1","Handling":{"甲":{"title":"一","section":"課"}}})"};
  // The order does not matter: references look at all of the call.
  const auto declared = office_.registry().Declare({handling, vocabulary}, Noon("2021-05-06"));
  ASSERT_TRUE(declared.ok()) << declared.error().ToString();
  EXPECT_EQ(declared->added, 2u);
  const std::string before = office_.Everything();
  const Document more = {"別.yaml", kHead + std::string("Section: { 新課: {} }\n")};
  const Document wrong = {"誤.json",
                          R"({"hikae":"declaration/1","Handling":{"乙":{"title":"二","section":"ない課"}}})"};
  const auto refused = office_.registry().Declare({more, wrong}, Noon("2021-05-07"));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().where.file, "誤.json");
  EXPECT_EQ(office_.Everything(), before);
}

TEST_F(RegistryTest, JsonStatesGapsAndNumbersToo) {
  const auto declared =
      office_.registry().Declare({{"a.json", R"({"hikae":"declaration/1","Handling":{"甲":{"title":"一"}},
        "Declaration":{"議案":{"handling":"Handling::\"甲\"","subjects":{"hikae":"unknown"},"count":12,"retention":{"hikae":"none"},
        "Volume":{"hikae":"none"}}}})"}},
                                 Noon("2021-05-06"));
  ASSERT_TRUE(declared.ok()) << declared.error().ToString();
  const auto snapshot = AsOf("2021-05-06");
  const Row& row = *snapshot->Find({"Declaration", "議案"});
  EXPECT_EQ(row.gaps.at("subjects"), Gap::kUnknown);
  EXPECT_EQ(row.gaps.at("Volume"), Gap::kNone);
  EXPECT_TRUE(row.entity.known_absent.contains("retention"));
  EXPECT_FALSE(row.entity.attributes.contains("subjects"));
}

TEST_F(RegistryTest, SurvivesBeingClosedAndKeepsItsClockFromGoingBack) {
  DeclareWell(kPaper);
  const std::string before = office_.Everything();
  office_.Open({});
  EXPECT_EQ(office_.Everything(), before);
  DeclareWell(Handling("一", "2021-05-06"), "2020-01-01");
  EXPECT_EQ(office_.registry().History({"Handling", "甲"})->front().recorded_at, Noon("2021-05-06"));
}

TEST_F(RegistryTest, RareCharactersComeBackAsTheyWere) {
  const std::string names = "𠮷野家・髙橋・葛\U000E0100飾・ｶﾅ";
  DeclareWell(kHead + std::string("Handling:\n  ") + names + ": { title: " + names + " }\n");
  EXPECT_EQ(AsOf("2021-05-06")->Find({"Handling", names})->entity.attributes.at("title").text(), names);
}

}  // namespace
}  // namespace hikae::registry
