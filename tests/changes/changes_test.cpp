// Runs the table of single changes: each moves exactly the findings its row names, and no other.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "changes/bench.h"
#include "mutants.h"
#include "places.h"

namespace hikae::changes {
namespace {

const std::string kCases = hikae::test::SourceDir() + "/tests/changes/cases";

const std::vector<Case>& Cases() {
  static const std::vector<Case> cases = [] {
    auto read = ReadCases(kCases);
    if (!read.ok()) ADD_FAILURE() << read.error().ToString();
    return read.ok() ? std::move(read).value() : std::vector<Case>();
  }();
  return cases;
}

Bench& TheBench() {
  static base::Result<Bench> bench = Bench::Create(hikae::test::SourceDir());
  if (!bench.ok()) throw std::runtime_error(bench.error().ToString());
  return bench.value();
}

class Changes : public testing::TestWithParam<Case> {};

TEST_P(Changes, MovesExactlyTheseFindings) {
  const Case& row = GetParam();
  const auto before = TheBench().Before(row);
  ASSERT_TRUE(before.ok()) << row.where.ToString() << ": " << before.error().ToString();
  const auto after = TheBench().After(row);
  ASSERT_TRUE(after.ok()) << row.where.ToString() << ": " << after.error().ToString();
  const Moved moved = Compare(*before, *after);
  if (test::HasMutants()) return test::HoldMutants(moved.moves, row.name);
  const std::string differences = Differences(moved, row);
  EXPECT_TRUE(differences.empty()) << row.where.ToString() << ": " << row.says << differences;
}

// What is found of one handling does not depend on what else the office has declared.
TEST(Office, FindsOfEachPaperWhatItFindsOfItAlone) {
  std::vector<registry::Document> all;
  std::set<std::string> alone;
  for (const char* system : {"hikikomori", "benefit", "call-record", "risk-assessment"}) {
    Case row;
    row.system = system;
    row.as_of = "2021-10-15";
    row.documents = {"examples/ward/vocabulary.yaml"};
    for (const char* document : {"declaration.yaml", "after-opinion.yaml"})
      row.documents.push_back(fmt::format("examples/{}/{}", system, document));
    auto documents = TheBench().Documents(row);
    ASSERT_TRUE(documents.ok()) << documents.error().ToString();
    all.insert(all.end(), documents->begin() + (all.empty() ? 0 : 1), documents->end());
    const auto findings = TheBench().Before(row);
    ASSERT_TRUE(findings.ok()) << findings.error().ToString();
    for (const audit::Finding& finding : findings->findings) {
      alone.insert(fmt::format("{} {} {}: {}", finding.handling, finding.rule, finding.thing.ToString(),
                               audit::Name(finding.outcome)));
    }
  }
  const auto together = TheBench().Audit(all, Case(), "2021-10-15");
  ASSERT_TRUE(together.ok()) << together.error().ToString();
  std::set<std::string> found;
  for (const audit::Finding& finding : together->findings) {
    found.insert(fmt::format("{} {} {}: {}", finding.handling, finding.rule, finding.thing.ToString(),
                             audit::Name(finding.outcome)));
  }
  EXPECT_EQ(found, alone);
}

TEST(Table, HasManyCasesOfEveryPaper) {
  std::map<std::string, int> count;
  for (const Case& row : Cases()) ++count[row.system];
  for (const char* system : {"hikikomori", "benefit", "call-record", "risk-assessment"})
    EXPECT_GE(count[system], 10) << system;
}

// A rule that no change moves might as well not be there, or be dead. Rules of access are moved by
// tests/packs/access.yaml, those of the running work and of its end by tests/violations.
TEST(Table, MovesEveryRuleOfThePack) {
  std::set<std::string> moved;
  for (const Case& row : Cases()) {
    for (const std::string& line : row.moves) moved.insert(line.substr(0, line.find(' ')));
  }
  for (const audit::Rule& rule : TheBench().pack().rules) {
    const bool of_paper = std::any_of(rule.moments.begin(), rule.moments.end(), [](audit::Moment moment) {
      return moment == audit::Moment::kDesign || moment == audit::Moment::kContract;
    });
    if (!of_paper) continue;
    EXPECT_EQ(moved.count(rule.id), 1u) << rule.id << " is moved by no case";
  }
}

// A row that says too little, too much, or another outcome is found wrong.
TEST(Table, IsWrongWhenALineIsMissingAddedOrAltered) {
  const auto planted = [](std::set<std::string> moves) {
    Case row;
    row.moves = std::move(moves);
    return Differences({{"a Contract::\"契約\": met -> violated"}, {}}, row);
  };
  EXPECT_EQ(planted({"a Contract::\"契約\": met -> violated"}), "");
  EXPECT_NE(planted({}).find("not in the table"), std::string::npos);
  EXPECT_NE(
      planted({"a Contract::\"契約\": met -> violated", "b Contract::\"契約\": met -> violated"}).find("did not move"),
      std::string::npos);
  EXPECT_NE(planted({"a Contract::\"契約\": met -> not shown"}).find("did not move"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Table, Changes, testing::ValuesIn(Cases()), [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace hikae::changes
