// Runs the table of violations: each case moves exactly what it names, and every control is seen in each outcome.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <stdexcept>

#include "audit/coverage.h"
#include "changes/office.h"
#include "mutants.h"
#include "places.h"
#include "violations/table.h"

namespace hikae::violations {
namespace {

const std::string kFolder = hikae::test::SourceDir() + "/tests/violations";

const Table& TheTable() {
  static const base::Result<Table> table = ReadTable(kFolder);
  if (!table.ok()) throw std::runtime_error(table.error().ToString());
  return *table;
}

changes::Bench& TheBench() {
  static base::Result<changes::Bench> bench = changes::Bench::Create(hikae::test::SourceDir());
  if (!bench.ok()) throw std::runtime_error(bench.error().ToString());
  return *bench;
}

std::vector<audit::PackPtr> PacksOf(const std::vector<std::string>& ids) {
  const auto packs = TheBench().Packs(ids);
  if (!packs.ok()) throw std::runtime_error(packs.error().ToString());
  return *packs;
}

changes::Case Unchanged(const std::string& name, const changes::Base& base) {
  changes::Case row;
  row.system = name;
  row.as_of = row.day = base.as_of;
  row.documents = base.documents;
  row.packs = base.packs;
  return row;
}

void CollectTexts(const codec::Node& node, std::set<std::string>& texts) {
  for (const codec::Node& item : node.items()) texts.insert(item.text());
  for (const auto& [key, value] : node.entries()) {
    if (value.IsMap() || value.IsList()) CollectTexts(value, texts);
  }
}

// Every element of every list of every paper: of these, controls are what the papers state.
std::set<std::string> Stated(const std::vector<std::string>& documents) {
  std::set<std::string> texts;
  for (const std::string& path : documents) {
    const auto text = changes::ReadFile(hikae::test::SourceDir() + "/" + path);
    if (!text.ok()) continue;
    const auto tree = codec::ReadYaml(*text, path);
    if (tree.ok()) CollectTexts(*tree, texts);
  }
  return texts;
}

// What the papers of a base state; and what none of them states as a measure, such as that the opinion comes first.
const std::set<std::string>& StatedIn(const std::string& base) {
  static std::map<std::string, std::set<std::string>> known;
  if (known.empty()) {
    std::set<std::string> anywhere;
    for (const auto& [name, start] : TheTable().bases) {
      known[name] = Stated(start.documents);
      anywhere.insert(known[name].begin(), known[name].end());
    }
    for (auto& [name, controls] : known) {
      for (const audit::PackPtr& pack : PacksOf(TheTable().bases.at(name).packs)) {
        for (const audit::Control& control : pack->controls) {
          if (anywhere.count(control.id) == 0) controls.insert(control.id);
        }
      }
    }
  }
  return known.at(base);
}

class Violations : public testing::TestWithParam<changes::Case> {};

TEST_P(Violations, MovesExactlyTheseFindings) {
  const changes::Case& row = GetParam();
  if (!test::HasMutants()) {
    const std::string faults = Faults(row, PacksOf(row.packs), StatedIn(row.system));
    EXPECT_TRUE(faults.empty()) << row.where.ToString() << faults;
  }
  const auto before = TheBench().Before(row);
  ASSERT_TRUE(before.ok()) << row.where.ToString() << ": " << before.error().ToString();
  const auto after = TheBench().After(row);
  ASSERT_TRUE(after.ok()) << row.where.ToString() << ": " << after.error().ToString();
  const changes::Moved moved = changes::Asked(changes::Compare(*before, *after), row);
  if (test::HasMutants()) {
    test::HoldMutants(moved.moves, row.name);
    if (!row.keeps.empty()) test::HoldMutants(test::LinesOf(changes::Standing(*before), row.keeps), row.name);
    return;
  }
  const std::string differences = changes::Differences(moved, row);
  EXPECT_TRUE(differences.empty()) << row.where.ToString() << ": " << row.says << differences;
  const std::string not_kept = changes::NotKept(*before, row);
  EXPECT_TRUE(not_kept.empty()) << row.where.ToString() << ": " << row.says << not_kept;
}

TEST(Base, HasNoViolationThatIsNotListed) {
  for (const auto& [name, base] : TheTable().bases) {
    const auto findings = TheBench().Before(Unchanged(name, base));
    ASSERT_TRUE(findings.ok()) << name << ": " << findings.error().ToString();
    std::set<std::string> violated;
    for (const audit::Finding& finding : findings->findings) {
      if (finding.outcome == audit::Outcome::kViolated)
        violated.insert(fmt::format("{} {}", finding.rule, finding.thing.ToString()));
    }
    if (test::HasMutants()) {
      test::HoldMutants(violated, "base " + name);
      continue;
    }
    const changes::Case listed = [&, id = name] {
      changes::Case row;
      row.moves = TheTable().violated.at(id);
      return row;
    }();
    const std::string differences = changes::Differences({violated, {}}, listed);
    EXPECT_TRUE(differences.empty()) << "base " << name << differences;
  }
}

// What a finding quotes and cannot be followed: a value that comes from no row, unless it is that there are none. What
// is only expected is no row; of whom it is expected stands in it.
std::vector<std::string> NotFollowed(const audit::Finding& finding) {
  std::vector<std::string> figures;
  for (const audit::Evidence& evidence : finding.grounds().evidence) {
    const bool none = evidence.value && (*evidence.value == "[]" || *evidence.value == "0");
    const bool expected = evidence.entity.find("::\"(未登録) ") != std::string::npos;
    if (evidence.source.empty() && !none && !expected && evidence.entity != "context")
      figures.push_back(fmt::format("{} {}: {}.{} = {}", finding.rule, finding.thing.ToString(), evidence.entity,
                                    evidence.attribute, evidence.value.value_or("(absent)")));
  }
  return figures;
}

TEST(Base, EveryFigureOfAFindingCanBeFollowedToRows) {
  size_t followed = 0;
  for (const auto& [name, base] : TheTable().bases) {
    const auto findings = TheBench().Before(Unchanged(name, base));
    ASSERT_TRUE(findings.ok()) << name << ": " << findings.error().ToString();
    for (const audit::Finding& finding : findings->findings) {
      EXPECT_EQ(NotFollowed(finding), std::vector<std::string>()) << name;
      followed += finding.grounds().evidence.size();
    }
  }
  EXPECT_GT(followed, 10'000u);
}

TEST(Coverage, EveryControlIsSeenInEachOutcome) {
  const audit::Pack& pack = TheBench().pack();
  Shown shown;
  for (const changes::Case& row : TheTable().cases) AddCase(row, pack, shown);
  const auto requests = AddRequests(hikae::test::SourceDir() + "/tests/packs/access.yaml", pack, shown);
  ASSERT_TRUE(requests.ok()) << requests.error().ToString();
  const auto reasons = ReadReasons(kFolder + "/missing.yaml");
  ASSERT_TRUE(reasons.ok()) << reasons.error().ToString();
  const Missing missing = Compare(shown, pack, *reasons);
  for (const auto& [control, outcomes] : missing.reasons) {
    for (const auto& [outcome, reason] : outcomes)
      std::cout << fmt::format("{:<34} {:<10} {}\n", control, outcome, reason);
  }
  EXPECT_TRUE(missing.faults.empty()) << fmt::format("{}", fmt::join(missing.faults, "\n"));
}

// Rules at these moments are moved by this table alone.
bool OfTheRunningWork(const audit::Rule& rule) {
  return std::any_of(rule.moments.begin(), rule.moments.end(), [](audit::Moment moment) {
    return moment == audit::Moment::kEvent || moment == audit::Moment::kPeriodic || moment == audit::Moment::kEnd;
  });
}

// What the cases do not show of a rule: that it is met, that it fires, and (where it names evidence) that it is not
// shown without.
std::string NotSeen(const audit::Rule& rule, const std::set<std::string>& seen) {
  std::string lacks;
  const bool silent_without = !rule.annotations.at("evidence").empty();
  if (seen.count("met") == 0) lacks += " met";
  if (seen.count("violated") + seen.count("not shown") == 0) lacks += " violated";
  if (silent_without && seen.count("not shown") == 0) lacks += " not-shown";
  return lacks.empty() ? lacks : rule.id + ":" + lacks;
}

TEST(Coverage, EveryRuleOfTheRunningWorkIsMoved) {
  std::map<std::string, std::set<std::string>> seen;
  for (const changes::Case& row : TheTable().cases) {
    for (const std::string& line : row.moves) {
      const Move move = Parse(line);
      seen[move.rule].insert(move.before.begin(), move.before.end());
      seen[move.rule].insert(move.after.begin(), move.after.end());
    }
  }
  size_t rules = 0;
  for (const audit::Rule& rule : TheBench().pack().rules) {
    if (!OfTheRunningWork(rule)) continue;
    ++rules;
    EXPECT_EQ(NotSeen(rule, seen[rule.id]), "");
  }
  EXPECT_GT(rules, 100u);
}

// The rules that judge something of a base: a rule that applies to nothing there says nothing of its paper.
std::set<std::string> Judging(const std::string& paper) {
  std::set<std::string> rules;
  for (const auto& [name, base] : TheTable().bases) {
    if (!name.starts_with(paper)) continue;
    const auto findings = TheBench().Before(Unchanged(name, base));
    if (!findings.ok()) throw std::runtime_error(findings.error().ToString());
    for (const audit::Finding& finding : findings->findings) {
      if (finding.outcome != audit::Outcome::kNotApplicable) rules.emplace(finding.rule);
    }
  }
  return rules;
}

// A control that a paper states in words of its own (○) may be judged by the rules of another control; they have to
// cite it, and to apply to that paper.
TEST(Coverage, EveryCellIsJudgedOnItsOwnPaper) {
  if (test::HasMutants()) GTEST_SKIP();
  const std::map<std::string, std::string> bases = {
      {"第2号", "hikikomori"}, {"第3号", "benefit"}, {"第4号", "call-record"}, {"第5号", "risk-assessment"}};
  const auto coverage = audit::CoverageOf(*audit::FindPack(test::PacksDir() + "/edogawa-2021"));
  ASSERT_TRUE(coverage.ok()) << coverage.error().ToString();
  ASSERT_EQ(coverage->papers.size(), bases.size());
  size_t cells = 0;
  for (size_t i = 0; i < coverage->papers.size(); ++i) {
    const std::set<std::string> judging = Judging(bases.at(coverage->papers[i].id));
    for (const audit::ControlCoverage& control : coverage->controls) {
      if (control.cells[i].stated == audit::Stated::kNo) continue;
      ++cells;
      EXPECT_TRUE(std::any_of(control.rules.begin(), control.rules.end(),
                              [&](const audit::KeepingRule& rule) {
                                return !rule.acts.empty() ||
                                       (rule.keeping == audit::Keeping::kRecords && judging.count(rule.id) > 0);
                              }))
          << control.control.id << " of " << coverage->papers[i].id;
      EXPECT_TRUE(std::any_of(control.rules.begin(), control.rules.end(),
                              [&](const audit::KeepingRule& rule) { return judging.count(rule.id) > 0; }))
          << "nothing of the audit judges " << control.control.id << " of " << coverage->papers[i].id;
    }
  }
  EXPECT_GT(cells, 190u);
}

// ---- what is wrong with a table is found
// ------------------------------------------------------------------------------

changes::Case Planted(std::set<std::string> moves, std::set<std::string> controls) {
  changes::Case row;
  row.moves = std::move(moves);
  row.controls = std::move(controls);
  return row;
}

TEST(Planted, CasesThatSayTooLittleOrNameWhatIsNotThere) {
  const std::string clause = "edo21.contract.confidentiality Contract::\"給付金事務委託\": met -> violated";
  const auto faults = [&](const changes::Case& row) {
    return Faults(row, PacksOf({"edogawa-2021"}), {"contract-confidentiality-clause", "media-encrypted"});
  };
  EXPECT_EQ(faults(Planted({clause}, {"contract-confidentiality-clause"})), "");
  EXPECT_NE(faults(Planted({}, {})).find("nothing moves"), std::string::npos);
  EXPECT_NE(faults(Planted({}, {"contract-confidentiality-clause"})).find("nothing moves"), std::string::npos);
  EXPECT_NE(faults(Planted({"edo21.no.rule Contract::\"a\": met -> violated"}, {})).find("no rule of the pack"),
            std::string::npos);
  EXPECT_NE(faults(Planted({clause}, {})).find("must name"), std::string::npos);
  EXPECT_NE(faults(Planted({clause}, {"no-such-control"})).find("no control of the pack"), std::string::npos);
  EXPECT_NE(faults(Planted({clause}, {"media-encrypted"})).find("no rule that moves or is kept cites"),
            std::string::npos);
  EXPECT_NE(Faults(Planted({clause}, {"contract-confidentiality-clause"}), PacksOf({"edogawa-2021"}), {})
                .find("do not state"),
            std::string::npos);
}

// That nothing moves has to be said, by naming what stays; and what is named has to stand so.
TEST(Planted, CasesInWhichNothingMovesNameWhatStays) {
  const std::string kept = "edo21.contract.confidentiality Contract::\"給付金事務委託\": met";
  changes::Case row = Planted({}, {"contract-confidentiality-clause"});
  row.keeps = {kept};
  const std::set<std::string> stated = {"contract-confidentiality-clause", "media-encrypted"};
  const auto faults = [&] { return Faults(row, PacksOf({"edogawa-2021"}), stated); };
  EXPECT_EQ(faults(), "");
  EXPECT_EQ(changes::Differences({}, row), "") << "nothing moved";
  EXPECT_NE(changes::Differences({{kept + " -> violated"}, {}}, row).find("not in the table"), std::string::npos);
  row.moves = {kept + " -> violated"};
  EXPECT_NE(faults().find("in which nothing moves"), std::string::npos);
  row.moves.clear();
  row.controls = {"media-encrypted"};
  EXPECT_NE(faults().find("no rule that moves or is kept cites"), std::string::npos);
  row.controls.clear();
  EXPECT_NE(faults().find("must name"), std::string::npos);
  row.keeps = {"edo21.no.rule Contract::\"給付金事務委託\": met"};
  EXPECT_NE(faults().find("no rule of the pack"), std::string::npos);

  const changes::Base& base = TheTable().bases.at("benefit");
  const auto findings = TheBench().Before(Unchanged("benefit", base));
  ASSERT_TRUE(findings.ok()) << findings.error().ToString();
  row.keeps = {kept};
  EXPECT_EQ(changes::NotKept(*findings, row), "");
  row.keeps = {"edo21.contract.confidentiality Contract::\"給付金事務委託\": violated"};
  EXPECT_NE(changes::NotKept(*findings, row).find("does not stand"), std::string::npos);
  row.keeps = {"edo21.contract.confidentiality Contract::\"ない契約\": met"};
  EXPECT_NE(changes::NotKept(*findings, row).find("does not stand"), std::string::npos);
}

// A case that asks of some rules holds all of what these come to, and nothing of the others.
TEST(Planted, CasesThatAskOfSomeRules) {
  const std::string asked = "edo21.contract.confidentiality Contract::\"給付金事務委託\": met -> violated";
  const std::string other = "edo21.contract.survive Contract::\"給付金事務委託\": met -> violated";
  changes::Case row = Planted({asked}, {});
  row.rules = {"edo21.contract.confidentiality"};
  const auto differences = [&](std::set<std::string> moves) {
    return changes::Differences(changes::Asked({std::move(moves), {}}, row), row);
  };
  EXPECT_EQ(differences({asked, other}), "");
  EXPECT_NE(differences({other}).find("did not move"), std::string::npos);
  EXPECT_NE(differences({asked, "edo21.contract.confidentiality Contract::\"別の契約\": - -> met"}), "");
  const auto faults = [&] { return Faults(row, PacksOf({"edogawa-2021"}), {"contract-confidentiality-clause"}); };
  row.controls = {"contract-confidentiality-clause"};
  EXPECT_EQ(faults(), "");
  row.moves.insert(other);
  EXPECT_NE(faults().find("not of the `rules`"), std::string::npos);
  row.rules.insert("edo21.no.rule");
  EXPECT_NE(faults().find("no rule of the pack: edo21.no.rule"), std::string::npos);
}

TEST(Planted, AnOutcomeThatNoCaseShowsNeedsAReason) {
  const std::string control = "contract-confidentiality-clause";
  const auto faults = [&](const std::set<std::string>& outcomes, const Reasons& reasons) {
    std::set<std::string> mine;
    for (const std::string& fault : Compare({{control, outcomes}}, TheBench().pack(), reasons).faults) {
      if (fault.find(control) == 0) mine.insert(fault);
    }
    return mine;
  };
  const std::set<std::string> all = {"met", "violated", "not shown"};
  EXPECT_EQ(faults(all, {}), std::set<std::string>());
  EXPECT_EQ(faults({"met", "violated"}, {}), std::set<std::string>{control + ": no case shows it not shown"});
  EXPECT_EQ(faults({"met", "violated"}, {{control, {{"not shown", "理由"}}}}), std::set<std::string>());
  EXPECT_EQ(faults(all, {{control, {{"met", "理由"}}}}).size(), 1u);
  EXPECT_EQ(Compare({}, TheBench().pack(), {{"no-such-control", {{"met", "理由"}}}}).faults.back(),
            "no-such-control is no control of the pack");
}

TEST(Planted, ARuleThatNoCaseMovesIsFound) {
  audit::Rule rule;
  rule.id = "edo21.a";
  rule.annotations.emplace("evidence", "principal.on");
  EXPECT_EQ(NotSeen(rule, {}), "edo21.a: met violated not-shown");
  EXPECT_EQ(NotSeen(rule, {"met", "violated"}), "edo21.a: not-shown");
  EXPECT_EQ(NotSeen(rule, {"met", "not shown"}), "");
  rule.annotations["evidence"] = "";
  EXPECT_EQ(NotSeen(rule, {"met", "violated"}), "");
}

TEST(Planted, MovesAreTakenApart) {
  const Move move = Parse("edo21.a Device::\"(未登録) 機器: 1\": met+not shown -> -");
  EXPECT_EQ(move.rule, "edo21.a");
  EXPECT_EQ(move.thing, "Device::\"(未登録) 機器: 1\"");
  EXPECT_EQ(move.before, (std::set<std::string>{"met", "not shown"}));
  EXPECT_EQ(move.after, std::set<std::string>{"-"});
}

INSTANTIATE_TEST_SUITE_P(Table, Violations, testing::ValuesIn(TheTable().cases),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace hikae::violations
