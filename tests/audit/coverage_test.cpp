// What keeps the controls of a pack, and that coverage.yaml says of the papers what their declarations say.
#include "audit/coverage.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "codec/node.h"
#include "places.h"

namespace hikae::audit {
namespace {

PackFiles Files() { return *FindPack("edogawa-2021"); }

const Coverage& Whole() {
  static const Coverage coverage = [] {
    auto read = CoverageOf(Files());
    EXPECT_TRUE(read.ok()) << read.error().ToString();
    return read.ok() ? *read : Coverage();
  }();
  return coverage;
}

const ControlCoverage& Of(const std::string& id) {
  const auto found = std::find_if(Whole().controls.begin(), Whole().controls.end(),
                                  [&](const ControlCoverage& control) { return control.control.id == id; });
  EXPECT_NE(found, Whole().controls.end()) << id;
  return *found;
}

const KeepingRule* RuleIn(const ControlCoverage& control, const std::string& id) {
  for (const KeepingRule& rule : control.rules) {
    if (rule.id == id) return &rule;
  }
  return nullptr;
}

// The controls that the parts of a declaration name.
std::set<std::string> Declared(const std::string& example) {
  std::ifstream in(hikae::test::SourceDir() + "/examples/" + example + "/declaration.yaml", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto root = codec::ReadYaml(text, example);
  EXPECT_TRUE(root.ok()) << example;
  std::set<std::string> controls;
  for (const auto& [id, paper] : root->Find("Declaration")->entries()) {
    for (const char* kind : {"Safeguard", "PolicyLine", "WorkStep"}) {
      const codec::Node* parts = paper.Find(kind);
      if (parts == nullptr) continue;
      for (const auto& [key, part] : parts->entries()) {
        const codec::Node* named = part.Find("controls");
        if (named == nullptr) continue;
        for (const codec::Node& control : named->items()) controls.insert(control.text());
      }
    }
  }
  return controls;
}

TEST(Coverage, SaysOfThePapersWhatTheirDeclarationsSay) {
  const std::vector<std::string> examples = {"hikikomori", "benefit", "call-record", "risk-assessment"};
  ASSERT_EQ(Whole().papers.size(), examples.size());
  for (size_t i = 0; i < examples.size(); ++i) {
    const std::set<std::string> declared = Declared(examples[i]);
    ASSERT_GT(declared.size(), 20u);
    for (const ControlCoverage& control : Whole().controls) {
      const std::string& id = control.control.id;
      const Stated stated = control.cells[i].stated;
      // That the opinion comes first no paper states as a measure.
      if (id.find("opinion-before-") == 0) continue;
      EXPECT_NE(stated, declared.count(id) != 0 ? Stated::kNo : Stated::kAlike) << id << " " << examples[i];
    }
  }
}

TEST(Coverage, TellsRecordsFromThePaperAlone) {
  const KeepingRule* training = RuleIn(Of("contractor-training"), "edo21.select.training");
  ASSERT_NE(training, nullptr);
  EXPECT_EQ(training->keeping, Keeping::kRecords);
  EXPECT_EQ(training->moments, std::vector<Moment>{Moment::kContract});
  EXPECT_EQ(training->records, (std::vector<std::string>{"Contract", "Training"}));
  const KeepingRule* promised = RuleIn(Of("contractor-training"), "edo21.paper.training");
  ASSERT_NE(promised, nullptr);
  EXPECT_EQ(promised->keeping, Keeping::kPaper);
  EXPECT_TRUE(promised->records.empty());
  // Neither a ledger nor what runs: a fact of the system, which is no part of the paper.
  EXPECT_EQ(RuleIn(Of("ups"), "edo21.power.ups")->keeping, Keeping::kRecords);
  // A figure in the paper: nobody looks at the network.
  EXPECT_EQ(RuleIn(Of("network-firewall-separation"), "edo21.network.firewall")->keeping, Keeping::kPaper);
}

TEST(Coverage, NamesTheActsOfTheGate) {
  const KeepingRule* roster = RuleIn(Of("roster-submitted"), "edo21.roster.access");
  ASSERT_NE(roster, nullptr);
  EXPECT_EQ(roster->moments, std::vector<Moment>{Moment::kRun});
  EXPECT_FALSE(roster->acts.empty());
  EXPECT_EQ(roster->keeping, Keeping::kRecords);
}

TEST(Coverage, CountsEveryPromise) {
  size_t promised = 0, open = 0;
  for (const ControlCoverage& control : Whole().controls) {
    for (const Cell& cell : control.cells) {
      promised += cell.stated != Stated::kNo;
      open += cell.stated != Stated::kNo && control.keeping != Keeping::kRecords;
    }
  }
  EXPECT_GT(promised, 150u);
  EXPECT_EQ(Whole().promised, promised);
  EXPECT_EQ(Whole().on_paper + Whole().uncovered, open);
}

TEST(Coverage, OfAPackWithoutPapersCountsControls) {
  PackFiles files = Files();
  files.files.erase("coverage.yaml");
  const auto coverage = CoverageOf(files);
  ASSERT_TRUE(coverage.ok()) << coverage.error().ToString();
  EXPECT_TRUE(coverage->papers.empty());
  EXPECT_EQ(coverage->promised, coverage->controls.size());
}

// A rule taken away leaves its control open: the computation rests on the rules and on nothing else.
TEST(Coverage, FallsWithItsRules) {
  PackFiles files = Files();
  std::string& text = files.files["design.cedar"];
  const size_t at = text.find("@control(\"ups\")");
  ASSERT_NE(at, std::string::npos);
  text.replace(at, 15, "@control(\"\")");
  const auto coverage = CoverageOf(files);
  ASSERT_TRUE(coverage.ok()) << coverage.error().ToString();
  EXPECT_EQ(coverage->uncovered, Whole().uncovered + 1);
}

TEST(Coverage, RefusesATableThatNamesWhatIsNotThere) {
  const auto refused = [](const std::string& controls) {
    PackFiles files = Files();
    files.files["coverage.yaml"] = "papers:\n  第2号: 委託\ncontrols:\n  " + controls + "\n";
    const auto coverage = CoverageOf(files);
    return coverage.ok() ? std::string() : coverage.error().ToString();
  };
  EXPECT_EQ(refused("ups: { 第2号: ● }"), "");
  EXPECT_NE(refused("upss: { 第2号: ● }").find("coverage.yaml:4:3: unknown control `upss`"), std::string::npos);
  EXPECT_NE(refused("ups: { 第9号: ● }").find("unknown paper `第9号`"), std::string::npos);
  EXPECT_NE(refused("ups: { 第2号: x }").find("`●` or `○` is expected"), std::string::npos);
}

}  // namespace
}  // namespace hikae::audit
