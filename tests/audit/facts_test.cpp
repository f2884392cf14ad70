// What is measured from which rows, and what stands where nothing is.
#include <gtest/gtest.h>

#include "small_office.h"

namespace hikae::audit {
namespace {

constexpr char kPaper[] = R"(Section:
  福祉部: {}
  生活援護第一課: { in: 福祉部 }
Post:
  生活援護第一課長: { in: 生活援護第一課 }
Item: { 氏名: {}, 住所: {}, 健康状態: {}, 髙橋姓の別表記: {} }
System:
  相談台帳: { title: 相談台帳システム }
Handling:
  hikikomori: { title: ひきこもり相談支援, section: 生活援護第一課 }
Declaration:
  第2号: { handling: hikikomori, title: 第2号議案, items: [氏名, 住所], managers: [生活援護第一課長], systems: [相談台帳], retentionYears: !blank }
Safeguard:
  暗号化: { declaration: 第2号, text: 媒体を暗号化する, controls: [encryption], state: in-place }
  消去: { declaration: 第2号, text: 消去の報告を受ける, controls: [erasure-report, encryption], state: planned }
  条項: { declaration: 第2号, text: 条項を設ける, controls: [contract-clause], state: not-in-place }
Vendor:
  V1: { name: 株式会社𠮷野, certifiedUntil: 2022-03-31 }
Contract:
  C1: { declaration: 第2号, title: 運営委託, vendor: V1, signedOn: 2021-07-01, endsOn: 2022-01-31 }
  C2: { declaration: 第2号, title: 空の契約 }
)";
constexpr char kLedger[] = R"(Handover:
  H1: { contract: C1, on: 2021-07-05, kind: lent, quantity: 3, medium: USB, items: [氏名] }
  H2: { contract: C1, on: 2021-08-05, kind: lent, quantity: 4, medium: USB, items: [氏名, 住所] }
  H3: { contract: C1, on: 2022-01-20, kind: returned, quantity: 7, medium: USB }
)";

class FactsTest : public testing::Test {
 protected:
  void SetUp() override {
    office_.Declare("paper.yaml", kPaper);
    office_.Declare("ledger.yaml", kLedger);
  }
  std::string C1(const std::string& attribute, std::string_view day = "2022-02-01") {
    return Attribute(office_.FactsOf(day), "Contract", "C1", attribute);
  }
  std::string C2(const std::string& attribute) {
    return Attribute(office_.FactsOf("2022-02-01"), "Contract", "C2", attribute);
  }
  SmallOffice office_;
};

TEST_F(FactsTest, CountsSumsAndExtremes) {
  EXPECT_EQ(C1("handovers"), "3");
  EXPECT_EQ(C1("lent"), "7");
  EXPECT_EQ(C1("returned"), "7");
  EXPECT_EQ(C1("firstHandoverOn"), "datetime(\"2021-07-05\")");
  EXPECT_EQ(C1("largestHandover"), "7");
  EXPECT_EQ(C1("medium"), "\"USB\"");
  EXPECT_EQ(C1("itemsHandedOver"), "[Item::\"住所\", Item::\"氏名\"]");
}

TEST_F(FactsTest, NothingOnRecordIsAbsentUnlessItIsCounted) {
  EXPECT_EQ(C2("handovers"), "0");
  for (const char* name : {"handoversSoFar", "lent", "returned", "firstHandoverOn", "largestHandover",
                           "itemsHandedOver", "medium", "longestPause", "vendorCertifiedUntil"}) {
    EXPECT_EQ(C2(name), "absent") << name;
  }
}

TEST_F(FactsTest, GapIsTheLongestTimeBetweenNeighboursInDate) {
  EXPECT_EQ(C1("longestPause"), "duration(\"168d\")");
  EXPECT_EQ(office_.FactsOf("2022-02-01").SourceOf({"Contract", "C1"}, "longestPause"),
            R"(ledger.yaml:7 (Handover::"H2"); ledger.yaml:8 (Handover::"H3"))");
  EXPECT_EQ(C2("longestPause"), "absent");
  // One date has no next; a row between two others shortens the pause whatever the order of recording.
  office_.Declare("one.yaml", "Handover:\n  S1: { contract: C2, on: 2021-09-01, kind: lent }\n");
  EXPECT_EQ(C2("longestPause"), "absent");
  office_.Declare("between.yaml", "Handover:\n  H4: { contract: C1, on: 2021-11-01, kind: lent, quantity: 1 }\n");
  EXPECT_EQ(C1("longestPause"), "duration(\"88d\")");
  // Twice on one day is no pause, and a pause of no time all the same.
  office_.Declare("twice.yaml", "Handover:\n  S2: { contract: C2, on: 2021-09-01, kind: returned }\n");
  EXPECT_EQ(C2("longestPause"), "duration(\"0ms\")");
}

TEST_F(FactsTest, TodayIsTheDayOfTheAudit) {
  EXPECT_EQ(C1("handoversSoFar", "2021-08-04"), "1");
  EXPECT_EQ(C1("handoversSoFar", "2021-08-05"), "2");
  EXPECT_EQ(C1("handoversSoFar", "2021-07-04"), "absent");
}

TEST_F(FactsTest, OwnIsWhatTheEntityItselfStates) {
  EXPECT_EQ(C1("handoversInTerm"), "3");
  office_.Declare("late.yaml", "Handover:\n  H4: { contract: C1, on: 2022-02-01, kind: returned }\n");
  office_.Declare("early.yaml", "Handover:\n  H5: { contract: C1, on: 2021-07-01, kind: lent }\n");
  EXPECT_EQ(C1("handovers"), "5");
  EXPECT_EQ(C1("handoversInTerm"), "3") << "one after the end, one on the day of signing";
  // C2 states no dates: there is nothing to hold its rows against.
  office_.Declare("second.yaml", "Handover:\n  S1: { contract: C2, on: 2021-09-01, kind: lent }\n");
  EXPECT_EQ(C2("handovers"), "1");
  EXPECT_EQ(C2("handoversInTerm"), "0");
}

TEST_F(FactsTest, AnItemOfTwoNamesIsCalledByOne) {
  office_.Declare("names.yaml",
                  "Item:\n  氏名漢字: { aliasOf: 氏名 }\n  姓名: { aliasOf: 氏名漢字 }\n  甲: { aliasOf: 乙 }\n  乙: { "
                  "aliasOf: 甲 }\n"
                  "Handover:\n  H4: { contract: C1, on: 2022-01-21, kind: lent, items: [姓名, 氏名漢字, 甲] }\n");
  EXPECT_EQ(C1("itemsHandedOver"), "[Item::\"住所\", Item::\"氏名\", Item::\"甲\"]");
  EXPECT_EQ(Attribute(office_.FactsOf("2022-02-01"), "Item", "姓名", "aliasOf"), "Item::\"氏名\"");
  EXPECT_EQ(Attribute(office_.FactsOf("2022-02-01"), "Item", "甲", "aliasOf"), "absent") << "a circle has no one name";
}

TEST_F(FactsTest, RowsAreJoinedOverTheSameWords) {
  EXPECT_EQ(C1("sameTitle"), "1") << "itself";
  office_.Declare("twins.yaml",
                  "Contract:\n  C3: { declaration: 第2号, title: 運営委託 }\n  C4: { declaration: 第2号 }\n");
  EXPECT_EQ(C1("sameTitle"), "2");
  EXPECT_EQ(Attribute(office_.FactsOf("2022-02-01"), "Contract", "C3", "sameTitle"), "2");
  EXPECT_EQ(Attribute(office_.FactsOf("2022-02-01"), "Contract", "C4", "sameTitle"), "0") << "it has no title";
  EXPECT_EQ(C2("sameTitle"), "1");
}

TEST_F(FactsTest, OneNeedsAgreement) {
  office_.Declare("more.yaml", "Handover:\n  H4: { contract: C1, on: 2022-01-21, kind: returned, medium: 紙 }\n");
  EXPECT_EQ(C1("medium"), "absent");
  EXPECT_EQ(office_.FactsOf("2022-02-01").SourceOf({"Contract", "C1"}, "medium"),
            R"(ledger.yaml:6 (Handover::"H1"); ledger.yaml:7 (Handover::"H2"); )"
            R"(ledger.yaml:8 (Handover::"H3"); more.yaml:6 (Handover::"H4"))");
}

TEST_F(FactsTest, WhereSelectsAndSetsAreFlattened) {
  const Facts facts = office_.FactsOf("2022-02-01");
  EXPECT_EQ(Attribute(facts, "Declaration", "第2号", "promises"),
            "[Control::\"encryption\", Control::\"erasure-report\"]");
}

TEST_F(FactsTest, SelfFollowsReferencesAndClimbs) {
  const Facts facts = office_.FactsOf("2022-02-01");
  EXPECT_EQ(Attribute(facts, "Declaration", "第2号", "managerSections"),
            "[Section::\"生活援護第一課\", Section::\"福祉部\"]");
  EXPECT_EQ(C1("vendorCertifiedUntil"), "datetime(\"2022-03-31\")");
}

TEST_F(FactsTest, FactsBuildOnFacts) {
  EXPECT_EQ(C1("promises"), "[Control::\"encryption\", Control::\"erasure-report\"]");
}

TEST_F(FactsTest, EveryFactNamesItsRows) {
  const Facts facts = office_.FactsOf("2022-02-01");
  EXPECT_EQ(facts.SourceOf({"Contract", "C1"}, "lent"),
            R"(ledger.yaml:6 (Handover::"H1"); ledger.yaml:7 (Handover::"H2"))");
  EXPECT_EQ(facts.SourceOf({"Contract", "C1"}, "firstHandoverOn"), R"(ledger.yaml:6 (Handover::"H1"))");
  EXPECT_EQ(facts.SourceOf({"Contract", "C1"}, "vendorCertifiedUntil"), "paper.yaml:22");
  EXPECT_EQ(facts.SourceOf({"Contract", "C1"}, "promises"), "paper.yaml:18; paper.yaml:19");
  EXPECT_EQ(facts.SourceOf({"Contract", "C1"}, "signedOn"), "paper.yaml:24");
  EXPECT_EQ(facts.SourceOf({"Contract", "C1"}, ""), "paper.yaml:24");
  EXPECT_EQ(facts.SourceOf({"Contract", "C2"}, "lent"), "");
  EXPECT_EQ(facts.SourceOf({"Contract", "nobody"}, "lent"), "");
}

TEST_F(FactsTest, AManyRowedSourceIsCutWithItsNumber) {
  std::string rows = "Handover:\n";
  for (int i = 0; i < 12; ++i)
    rows += "  M" + std::to_string(i) + ": { contract: C2, on: 2021-09-01, kind: lent, quantity: 1 }\n";
  office_.Declare("many.yaml", rows);
  const std::string source = office_.FactsOf("2022-02-01").SourceOf({"Contract", "C2"}, "lent");
  EXPECT_TRUE(source.ends_with("; +4")) << source;
}

TEST_F(FactsTest, OnlyRowsValidThatDayAreRead) {
  office_.Declare(
      "later.yaml",
      "Handover:\n  H9: { contract: C1, on: 2021-07-06, kind: lent, quantity: 50, valid_from: 2022-01-01 }\n");
  EXPECT_EQ(C1("lent", "2021-12-31"), "7");
  EXPECT_EQ(C1("lent", "2022-01-01"), "57");
}

TEST_F(FactsTest, ThingsBelongThroughOwnersReferencesAndBelongs) {
  const Facts facts = office_.FactsOf("2022-02-01");
  std::string things;
  for (const cedar::EntityUid& uid : facts.ThingsOf("hikikomori")) things += uid.type + "/" + uid.id + " ";
  EXPECT_EQ(things,
            "Contract/C1 Contract/C2 Declaration/第2号 Handling/hikikomori Handover/H1 Handover/H2 Handover/H3 "
            "Safeguard/暗号化 Safeguard/条項 "
            "Safeguard/消去 System/相談台帳 ");
  EXPECT_EQ(facts.Handlings(), std::vector<std::string>{"hikikomori"});
}

TEST_F(FactsTest, AThingOfSeveralHandlingsBelongsToEach) {
  office_.Declare("second.yaml",
                  "Handling:\n  給付金: { title: 給付金, section: 生活援護第一課 }\nDeclaration:\n  第3号: { handling: "
                  "給付金, items: [], systems: [相談台帳] }\n");
  const Facts facts = office_.FactsOf("2022-02-01");
  const auto holds = [&](const char* handling, const cedar::EntityUid& uid) {
    const auto things = facts.ThingsOf(handling);
    return std::find(things.begin(), things.end(), uid) != things.end();
  };
  EXPECT_TRUE(holds("hikikomori", {"System", "相談台帳"}));
  EXPECT_TRUE(holds("給付金", {"System", "相談台帳"}));
  EXPECT_FALSE(holds("給付金", {"Contract", "C1"}));
}

// ---- the profile ----
constexpr char kOpinion[] = "Opinion:\n  答申第5号: { declaration: 第2号, on: 2021-06-01 }\n";
constexpr char kRevised[] =
    "Declaration:\n  第2号: { handling: hikikomori, title: 第2号議案, items: [氏名, 住所, 健康状態], managers: "
    "[生活援護第一課長], systems: [相談台帳], retentionYears: !blank }\n";

TEST_F(FactsTest, WithoutAnOpinionTheProfileIsWhatIsDeclared) {
  office_.Declare("revised.yaml", kRevised);
  const Facts facts = office_.FactsOf("2022-02-01");
  EXPECT_EQ(Attribute(facts, "Handling", "hikikomori", "profile"), "Declaration::\"第2号\"");
  EXPECT_EQ(Attribute(facts, "Handling", "hikikomori", "declared"), "Declaration::\"第2号\"");
  EXPECT_EQ(Attribute(facts, "Declaration", "第2号", "items"), "[Item::\"住所\", Item::\"健康状態\", Item::\"氏名\"]");
}

TEST_F(FactsTest, AnOpinionFixesTheProfileAndItsParts) {
  office_.Declare("opinion.yaml", kOpinion);
  office_.Declare("revised.yaml", std::string(kRevised) +
                                      "Safeguard:\n  条項: { declaration: 第2号, text: 条項を設けた, controls: "
                                      "[contract-clause], state: in-place }\n");
  office_.Declare("late.yaml", "Contract:\n  C3: { declaration: 第2号, title: 後の契約 }\n");
  const Facts facts = office_.FactsOf("2022-02-01");
  EXPECT_EQ(Attribute(facts, "Handling", "hikikomori", "profile"), "Declaration::\"第2号\"");
  EXPECT_EQ(Attribute(facts, "Handling", "hikikomori", "declared"), "Declaration::\"第2号 (現在)\"");
  EXPECT_EQ(Attribute(facts, "Declaration", "第2号", "items"), "[Item::\"住所\", Item::\"氏名\"]");
  EXPECT_EQ(Attribute(facts, "Declaration", "第2号 (現在)", "items"),
            "[Item::\"住所\", Item::\"健康状態\", Item::\"氏名\"]");
  EXPECT_EQ(Attribute(facts, "Declaration", "第2号", "promises"),
            "[Control::\"encryption\", Control::\"erasure-report\"]");
  EXPECT_EQ(Attribute(facts, "Declaration", "第2号 (現在)", "promises"),
            "[Control::\"contract-clause\", Control::\"encryption\", Control::\"erasure-report\"]");
  EXPECT_EQ(facts.SourceOf({"Declaration", "第2号"}, "items"), "paper.yaml:16");
  EXPECT_EQ(facts.SourceOf({"Declaration", "第2号 (現在)"}, "items"), "revised.yaml:6");
  EXPECT_EQ(facts.SourceOf({"Handling", "hikikomori"}, "profile"), "paper.yaml:16; opinion.yaml:6");
  // What runs beside the paper is read as it stands, and today's version of the paper is compared, not judged.
  EXPECT_EQ(Attribute(facts, "Contract", "C3", "title"), "\"後の契約\"");
  for (const cedar::EntityUid& uid : facts.ThingsOf("hikikomori"))
    EXPECT_EQ(uid.id.find("現在"), std::string::npos) << uid.ToString();
}

TEST_F(FactsTest, AnOpinionCountsFromItsDay) {
  office_.Declare("opinion.yaml",
                  std::string(kOpinion) + "Answer:\n  答申第5号の1: { opinion: 答申第5号, text: 適当 }\n");
  office_.Declare("revised.yaml", kRevised);
  const Facts before = office_.FactsOf("2021-05-31");
  EXPECT_EQ(Attribute(before, "Declaration", "第2号", "items"), "[Item::\"住所\", Item::\"健康状態\", Item::\"氏名\"]");
  EXPECT_EQ(Attribute(before, "Declaration", "第2号", "opinionOn"), "absent");
  EXPECT_EQ(Attribute(before, "Opinion", "答申第5号", "on"), "no entity");
  EXPECT_EQ(Attribute(before, "Answer", "答申第5号の1", "text"), "no entity");
  const Facts after = office_.FactsOf("2021-06-01");
  EXPECT_EQ(Attribute(after, "Declaration", "第2号", "items"), "[Item::\"住所\", Item::\"氏名\"]");
  EXPECT_EQ(Attribute(after, "Declaration", "第2号", "opinionOn"), "datetime(\"2021-06-01\")");
}

TEST_F(FactsTest, ANewerPaperIsDeclaredButNotYetTheProfile) {
  office_.Declare("opinion.yaml", kOpinion);
  office_.Declare("next.yaml",
                  "Declaration:\n  第9号: { handling: hikikomori, items: [氏名], valid_from: 2021-10-01 }\n");
  const Facts facts = office_.FactsOf("2022-02-01");
  EXPECT_EQ(Attribute(facts, "Handling", "hikikomori", "profile"), "Declaration::\"第2号\"");
  EXPECT_EQ(Attribute(facts, "Handling", "hikikomori", "declared"), "Declaration::\"第9号\"");
}

// ---- stubs ----
TEST_F(FactsTest, WhatIsExpectedAndMissingBecomesAStub) {
  office_.Declare("third.yaml",
                  "Handling:\n  新業務: { title: 新業務, section: 生活援護第一課 }\nDeclaration:\n  第7号: { handling: "
                  "新業務, items: [], kinds: [outsourcing] }\n");
  const Facts facts = office_.FactsOf("2022-02-01");
  const cedar::EntityUid uid{"Contract", "(未登録) 委託契約 第7号"};
  const cedar::Entity* stub = facts.entities->Find(uid);
  ASSERT_NE(stub, nullptr);
  EXPECT_TRUE(stub->stub);
  EXPECT_EQ(stub->attributes.size(), 1u);
  EXPECT_EQ(Attribute(facts, "Contract", uid.id, "declaration"), "Declaration::\"第7号\"");
  const auto things = facts.ThingsOf("新業務");
  EXPECT_NE(std::find(things.begin(), things.end(), uid), things.end());
}

TEST_F(FactsTest, WhatIsThereNeedsNoStub) {
  office_.Declare("kinds.yaml",
                  "Declaration:\n  第8号: { handling: hikikomori, items: [], kinds: [outsourcing] }\nContract:\n  C8: "
                  "{ declaration: 第8号 }\n");
  EXPECT_EQ(office_.FactsOf("2022-02-01").entities->Find({"Contract", "(未登録) 委託契約 第8号"}), nullptr);
}

TEST_F(FactsTest, OneStubForEachElementThatLacksItsOwn) {
  office_.Declare("systems.yaml",
                  "System: { 甲: {}, 乙: {} }\nDeclaration:\n  第8号: { handling: hikikomori, items: [], kinds: "
                  "[development], systems: [甲, 乙] }\n"
                  "Contract:\n  C8: { declaration: 第8号, covers: 甲 }\n");
  const Facts facts = office_.FactsOf("2022-02-01");
  EXPECT_EQ(facts.entities->Find({"Contract", "(未登録) 保守契約 第8号 甲"}), nullptr);
  EXPECT_EQ(Attribute(facts, "Contract", "(未登録) 保守契約 第8号 乙", "covers"), "System::\"乙\"");
}

}  // namespace
}  // namespace hikae::audit
