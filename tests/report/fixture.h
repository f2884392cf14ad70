// What a report is made of, without an office: papers declared into a registry in a temporary file, findings by hand.
#ifndef HIKAE_TESTS_REPORT_FIXTURE_H_
#define HIKAE_TESTS_REPORT_FIXTURE_H_

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "places.h"
#include "registry/registry.h"
#include "report/report.h"
#include "store/database.h"
#include "written_findings.h"

namespace hikae::report::testing {

inline std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

inline std::string SourceFile(const std::string& path) { return hikae::test::SourceDir() + "/" + path; }

// The embedded pack. Findings are made by hand here, so that what a report prints does not hang on a rule's outcome.
inline std::shared_ptr<const audit::Pack> PackOf(const std::string& id) {
  const auto files = audit::FindPack(id);
  EXPECT_TRUE(files.ok()) << files.error().ToString();
  auto pack = audit::LoadPack(*files);
  EXPECT_TRUE(pack.ok()) << pack.error().ToString();
  return std::move(pack).value();
}

// Declares documents into a new registry and gives what held on 2021-05-20.
inline std::shared_ptr<const registry::Snapshot> Declare(const audit::Pack& pack,
                                                         const std::vector<registry::Document>& documents) {
  static int counter = 0;
  const auto path = std::filesystem::temp_directory_path() /
                    ("hikae_report_" + std::to_string(::getpid()) + "_" + std::to_string(counter++) + ".db");
  std::filesystem::remove(path);
  std::shared_ptr<const registry::Snapshot> snapshot;
  {
    auto database = store::Database::Open(path.string(), {.create = true});
    EXPECT_TRUE(database.ok()) << database.error().ToString();
    auto registry = registry::Registry::Open(std::move(database).value(), pack.schema);
    EXPECT_TRUE(registry.ok()) << registry.error().ToString();
    const auto declared = registry.value()->Declare(documents, 1'620'000'000'000'000);
    EXPECT_TRUE(declared.ok()) << declared.error().ToString();
    auto as_of = registry.value()->AsOf(18'767);
    EXPECT_TRUE(as_of.ok());
    snapshot = std::move(as_of).value();
  }
  std::filesystem::remove(path);
  return snapshot;
}

inline registry::Document Example(const std::string& path) { return {path, ReadFile(SourceFile("examples/" + path))}; }

inline audit::Rule RuleNamed(const std::string& id, audit::Severity severity, std::vector<std::string> controls) {
  audit::Rule rule;
  rule.id = id;
  rule.controls = std::move(controls);
  rule.article = "議案2 7-3(2)";
  rule.title = {"the roster was not submitted", "業務従事者の名簿が提出されていない"};
  rule.remedy = {"obtain the roster and enter it", "名簿の提出を受け、台帳に登録する"};
  rule.severity = severity;
  rule.confidence = "seed";
  rule.pack = "edogawa-2021";
  rule.moments = {audit::Moment::kContract};
  return rule;
}

// What the finding rests on, as given.
class Given final : public audit::Witness {
 public:
  explicit Given(audit::Grounds grounds) : grounds_(std::move(grounds)) {}
  void Spell(const audit::Brief&, audit::Finding&) const override {}
  audit::Grounds GroundsOf(const audit::Finding&) const override { return grounds_; }

 private:
  audit::Grounds grounds_;
};
inline void Give(audit::Grounds grounds, audit::Finding& finding) {
  finding.witness = std::make_shared<const Given>(std::move(grounds));
}

using test::ListOf;
// The same findings, each changed.
template <class Change>
audit::FindingList Changed(const audit::FindingList& list, Change change) {
  std::vector<audit::Finding> findings;
  for (audit::Finding finding : list) change(finding), findings.push_back(std::move(finding));
  return ListOf(findings);
}

// Findings hold views: what they look at stays.
inline const std::string& Kept(std::string text) {
  static std::set<std::string> all;
  return *all.insert(std::move(text)).first;
}

inline audit::Finding FindingOf(const std::string& rule, audit::Outcome outcome, const cedar::EntityUid& thing) {
  audit::Finding finding;
  finding.rule = Kept(rule);
  finding.outcome = outcome;
  finding.moment = audit::Moment::kContract;
  finding.handling = "hikikomori";
  finding.thing.type = Kept(thing.type);
  finding.thing.id = Kept(thing.id);
  finding.thing_title = finding.thing.id;
  audit::Grounds grounds;
  grounds.evidence = {{finding.thing.ToString(),
                       "rosterOn",
                       std::nullopt,
                       "no row",
                       "principal.rosterOn",
                       {"no row", "台帳に行がない"}},
                      {finding.thing.ToString(),
                       "startsOn",
                       "datetime(\"2021-05-10\")",
                       "papers/第2号.yaml:12; papers/a b.yaml:7",
                       "principal.startsOn",
                       {}}};
  Give(std::move(grounds), finding);
  return finding;
}

// One finding of every outcome.
inline audit::Findings SomeFindings() {
  audit::Findings findings;
  findings.as_of = "2021-05-20";
  findings.packs = {{"edogawa-2021",
                     {"Edogawa 2021", "江戸川区個人情報保護条例(令和3年度)"},
                     "2021-04-01",
                     "2023-03-31",
                     "0123456789abcdef"}};
  findings.rules.emplace("edo21.roster", RuleNamed("edo21.roster", audit::Severity::kError, {"roster-submitted"}));
  findings.rules.emplace("edo21.wire", RuleNamed("edo21.wire", audit::Severity::kWarn, {"security-wire"}));
  const cedar::EntityUid contract{"Contract", "令和3年度第2号議案/契約"};
  std::vector<audit::Finding> all = {
      FindingOf("edo21.roster", audit::Outcome::kViolated, contract),
      FindingOf("edo21.wire", audit::Outcome::kNotShown, contract),
      FindingOf("edo21.wire", audit::Outcome::kMet, {"Device", "端末1"}),
      FindingOf("edo21.wire", audit::Outcome::kNotApplicable, {"Device", "端末2"}),
      FindingOf("edo21.roster", audit::Outcome::kExcepted, {"Contract", "令和3年度第2号議案/契約2"})};
  audit::Grounds lacking = all[0].grounds();
  lacking.missing = {"Clause::\"return\""};
  Give(std::move(lacking), all[0]);
  all[0].lacks = true;
  all[4].note = "例外承認 2021-06-30 まで";
  findings.findings = ListOf(all);
  findings.totals = {1, 1, 1, 1, 1};
  return findings;
}

}  // namespace hikae::report::testing

#endif  // HIKAE_TESTS_REPORT_FIXTURE_H_
