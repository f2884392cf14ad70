#include "report/findings.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "report/fixture.h"

namespace hikae::report {
namespace {

using base::Language;
using codec::Node;
using testing::SomeFindings;

constexpr const char* kHostile = "<script>alert(1)</script>\n\x1B[2J\xE2\x80\xAE葛\xF3\xA0\x84\x80";

// Every text of a finding and its rule that somebody typed.
audit::Findings Hostile() {
  audit::Findings findings = SomeFindings();
  findings.findings = testing::Changed(findings.findings, [](audit::Finding& finding) {
    // One by one: some of them are views, and would be of the finding that is given up here.
    finding.thing.id = kHostile, finding.thing_title = kHostile;
    finding.note = kHostile, finding.handling = kHostile;
    audit::Grounds grounds = finding.grounds();
    grounds.missing = {kHostile};
    for (audit::Evidence& evidence : grounds.evidence)
      evidence = {kHostile, kHostile, kHostile, kHostile, kHostile, {kHostile, kHostile}};
    testing::Give(std::move(grounds), finding);
  });
  for (auto& [id, rule] : findings.rules) {
    rule.article = rule.confidence = rule.pack = kHostile;
    rule.title = rule.remedy = {kHostile, kHostile};
  }
  findings.packs[0].title = {kHostile, kHostile};
  return findings;
}

Node Parsed(const audit::Findings& findings, Format format) {
  const auto text = RenderFindings(findings, format, Language::kJapanese);
  EXPECT_TRUE(text.ok());
  auto node = codec::ReadJson(*text, "out.json");
  EXPECT_TRUE(node.ok()) << node.error().ToString();
  return std::move(node).value();
}

TEST(FindingsJson, EveryFindingHasExactlyTheAgreedKeys) {
  const Node node = Parsed(SomeFindings(), Format::kJson);
  const std::set<std::string> always = {"rule",     "controls",   "article", "title",    "title_en",
                                        "severity", "confidence", "outcome", "handling", "thing",
                                        "moment",   "pack",       "as_of",   "remedy",   "evidence"};
  ASSERT_EQ(node.Find("findings")->items().size(), 5u);
  for (const Node& finding : node.Find("findings")->items()) {
    std::set<std::string> keys;
    for (const auto& [key, value] : finding.entries()) keys.insert(key);
    keys.erase("missing");
    keys.erase("note");
    EXPECT_EQ(keys, always);
    for (const Node& evidence : finding.Find("evidence")->items()) EXPECT_EQ(evidence.entries().size(), 4u);
  }
  const Node& first = node.Find("findings")->items()[0];
  EXPECT_EQ(first.Find("outcome")->text(), "violated");
  EXPECT_TRUE(first.Find("evidence")->items()[0].Find("value")->IsNull());
  EXPECT_EQ(first.Find("missing")->items()[0].text(), "Clause::\"return\"");
  EXPECT_EQ(first.Find("note"), nullptr);
  EXPECT_EQ(node.Find("totals")->Find("violated")->integer(), 1);
  EXPECT_EQ(node.Find("packs")->items()[0].Find("from")->text(), "2021-04-01");
}

// The members that the SARIF 2.1.0 schema requires, by the object that has them.
void ExpectHas(const Node& node, const std::vector<std::string>& keys, const char* what) {
  for (const std::string& key : keys) EXPECT_NE(node.Find(key), nullptr) << what << "." << key;
}

void CheckLocation(const Node& location) {
  ExpectHas(location, {"logicalLocations"}, "location");
  const Node* physical = location.Find("physicalLocation");
  if (physical == nullptr) return;
  const std::string uri = physical->Find("artifactLocation")->Find("uri")->text();
  EXPECT_TRUE(std::all_of(uri.begin(), uri.end(), [](char c) { return c > ' ' && c < 0x7F; })) << uri;
  EXPECT_GE(physical->Find("region")->Find("startLine")->integer(), 1);
}

void CheckSarif(const Node& log) {
  ExpectHas(log, {"version", "runs"}, "log");
  EXPECT_EQ(log.Find("version")->text(), "2.1.0");
  const std::set<std::string> kinds = {"notApplicable", "pass", "fail", "review", "open", "informational"};
  const std::set<std::string> levels = {"none", "note", "warning", "error"};
  for (const Node& run : log.Find("runs")->items()) {
    ExpectHas(run, {"tool"}, "run");
    ExpectHas(*run.Find("tool"), {"driver"}, "tool");
    const Node& driver = *run.Find("tool")->Find("driver");
    ExpectHas(driver, {"name", "rules"}, "driver");
    for (const Node& rule : driver.Find("rules")->items()) {
      ExpectHas(rule, {"id", "shortDescription", "help", "defaultConfiguration", "properties"}, "rule");
      ExpectHas(*rule.Find("help"), {"text"}, "help");
    }
    for (const Node& result : run.Find("results")->items()) {
      ExpectHas(result, {"message", "ruleId", "kind", "level", "locations", "partialFingerprints"}, "result");
      ExpectHas(*result.Find("message"), {"text"}, "message");
      EXPECT_TRUE(kinds.count(result.Find("kind")->text()));
      EXPECT_TRUE(levels.count(result.Find("level")->text()));
      if (result.Find("kind")->text() != "fail") {
        EXPECT_EQ(result.Find("level")->text(), "none");
      }
      const auto& rules = driver.Find("rules")->items();
      const Node* index = result.Find("ruleIndex");
      if (index != nullptr) {
        EXPECT_EQ(rules.at(static_cast<size_t>(index->integer())).Find("id")->text(), result.Find("ruleId")->text());
      }
      for (const Node& location : result.Find("locations")->items()) CheckLocation(location);
    }
  }
}

TEST(FindingsSarif, HasWhatTheSchemaRequires) {
  CheckSarif(Parsed(SomeFindings(), Format::kSarif));
  CheckSarif(Parsed(Hostile(), Format::kSarif));
}

TEST(FindingsSarif, OutcomesBecomeKindsAndLevels) {
  const Node log = Parsed(SomeFindings(), Format::kSarif);
  const auto& results = log.Find("runs")->items()[0].Find("results")->items();
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"fail", "error"}, {"review", "none"}, {"pass", "none"}, {"notApplicable", "none"}, {"fail", "error"}};
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(results[i].Find("kind")->text(), expected[i].first) << i;
    EXPECT_EQ(results[i].Find("level")->text(), expected[i].second) << i;
  }
  EXPECT_EQ(results[0].Find("suppressions"), nullptr);
  ASSERT_NE(results[4].Find("suppressions"), nullptr);
  EXPECT_EQ(results[4].Find("suppressions")->items()[0].Find("status")->text(), "accepted");
  const Node& physical = *results[0].Find("locations")->items()[1].Find("physicalLocation");
  EXPECT_EQ(physical.Find("artifactLocation")->Find("uri")->text(), "papers/a%20b.yaml");
  EXPECT_EQ(physical.Find("region")->Find("startLine")->integer(), 7);
}

TEST(FindingsSarif, FingerprintsAreStableAndTellFindingsApart) {
  audit::Findings later = SomeFindings();
  later.as_of = "2022-01-01";
  later.findings = testing::Changed(later.findings, [](audit::Finding& finding) { finding.witness = nullptr; });
  const Node log_a = Parsed(SomeFindings(), Format::kSarif), log_b = Parsed(later, Format::kSarif);
  const auto& a = log_a.Find("runs")->items()[0].Find("results")->items();
  const auto& b = log_b.Find("runs")->items()[0].Find("results")->items();
  std::set<std::string> seen;
  for (size_t i = 0; i < a.size(); ++i) {
    const std::string print = a[i].Find("partialFingerprints")->Find("hikaeFinding/v1")->text();
    EXPECT_EQ(print, b[i].Find("partialFingerprints")->Find("hikaeFinding/v1")->text());
    seen.insert(print);
  }
  EXPECT_EQ(seen.size(), a.size());
}

TEST(FindingsText, SaysWhatAnOfficerNeeds) {
  const std::string text = *RenderFindings(SomeFindings(), Format::kText, Language::kJapanese);
  for (const char* part :
       {"基準日 2021-05-20", "edogawa-2021", "令和3年4月1日", "違反 1", "契約時", "業務従事者の名簿が提出されていない",
        "議案2 7-3(2)", "是正: 名簿の提出を受け", "rosterOn", "papers/第2号.yaml:12", "例外承認 2021-06-30"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part;
  }
  const std::string english = *RenderFindings(SomeFindings(), Format::kText, Language::kEnglish);
  EXPECT_NE(english.find("violated [error] the roster was not submitted"), std::string::npos) << english;
}

TEST(FindingsText, NothingTypedReachesTheTerminalRaw) {
  const std::string text = *RenderFindings(Hostile(), Format::kText, Language::kJapanese);
  EXPECT_EQ(text.find('\x1B'), std::string::npos);
  EXPECT_EQ(text.find("\xE2\x80\xAE"), std::string::npos);
  // No typed line end makes a line: every line begins as the writer begins it.
  EXPECT_EQ(text.find("\n[U+001B]"), std::string::npos);
}

TEST(Findings, OtherFormatsAreRefusedByName) {
  const auto html = RenderFindings(SomeFindings(), Format::kHtml, Language::kJapanese);
  ASSERT_FALSE(html.ok());
  EXPECT_EQ(html.error().status, base::Status::kArgument);
  EXPECT_NE(html.error().hint.en.find("sarif"), std::string::npos);
}

TEST(Findings, OnlyOneHandlingHasItsOwnTotals) {
  audit::Findings findings = SomeFindings();
  findings.findings = testing::Changed(findings.findings, [](audit::Finding& finding) {
    if (finding.outcome == audit::Outcome::kViolated) finding.handling = "other";
  });
  EXPECT_EQ(Only(findings, "other").totals.violated, 1u);
  EXPECT_EQ(Only(findings, "other").totals.met, 0u);
  EXPECT_EQ(Only(findings, "").findings.size(), 5u);
}

TEST(Findings, SourceLinesAreTakenApart) {
  const auto lines = SourceLines("papers/第2号.yaml:12; a:b.yaml:7; no row; x:y; z:0; q:12a");
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].file, "papers/第2号.yaml");
  EXPECT_EQ(lines[0].line, 12u);
  EXPECT_EQ(lines[1].file, "a:b.yaml");
  const auto rows = SourceLines(
      R"x(ledger/Handover.json:2 (Handover::"契約/1 (2)"); 7月 (写し).csv:3 (Roster::"a"); 7月 (写し).csv:4)x");
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].file, "ledger/Handover.json");
  EXPECT_EQ(rows[0].line, 2u);
  EXPECT_EQ(rows[1].file, "7月 (写し).csv");
  EXPECT_EQ(rows[2].line, 4u);
}

TEST(Words, ValuesAreSaidForPeople) {
  const Names names(nullptr, nullptr, Language::kJapanese);
  EXPECT_EQ(names.ValueText("datetime(\"2021-05-06\")"), "令和3年5月6日");
  EXPECT_EQ(names.ValueText("datetime(\"2019-05-01T00:00:00.000Z\")"), "令和元年5月1日");
  EXPECT_EQ(names.ValueText("[Item::\"氏名\", Item::\"住所\"]"), "氏名、住所");
  EXPECT_EQ(names.ValueText("[1, 2, [3, 4], 5]", 2), "1、2 ほか2件");
  EXPECT_EQ(names.ValueText("[]"), "（要素なし）");
  EXPECT_EQ(names.ValueText("true"), "はい");
  EXPECT_EQ(names.ValueText("-300"), "-300");
  EXPECT_EQ(names.ValueText("\"a\\\"b\\u{845b}\""), "a\"b葛");
  EXPECT_EQ(names.ValueText("{\"on\": datetime(\"2021-05-06\")}"), "on: 令和3年5月6日");
  EXPECT_EQ(names.ValueText("not a value ("), "not a value (");
  EXPECT_EQ(names.ValueText("[1, [2, "), "[1, [2, ");
  EXPECT_EQ(names.EntityText("Contract::\"R3\""), "Contract「R3」");
  EXPECT_EQ(SayDuration(14 * 86'400'000ll, Language::kJapanese), "14日");
}

}  // namespace
}  // namespace hikae::report
