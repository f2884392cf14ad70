// Papers in, findings out: every outcome, its evidence, and the order.
#include "audit/audit.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "small_office.h"

namespace hikae::audit {
namespace {

constexpr char kPaper[] = R"(Section:
  生活援護第一課: {}
Item: { 氏名: {}, 住所: {}, 健康状態: {} }
Handling:
  hikikomori: { title: ひきこもり相談支援, section: 生活援護第一課 }
Declaration:
  第2号: { handling: hikikomori, title: 第2号議案, items: [氏名], kinds: [outsourcing] }
)";

std::optional<Finding> Find(const Findings& findings, std::string_view rule, std::string_view thing) {
  for (const Finding& finding : findings.findings) {
    if (finding.rule == rule && finding.thing.id == thing) return finding;
  }
  return std::nullopt;
}

std::optional<Evidence> Find(const Finding& finding, std::string_view path) {
  for (const Evidence& evidence : finding.grounds().evidence) {
    if (evidence.path == path) return evidence;
  }
  return {};
}

class AuditTest : public testing::Test {
 protected:
  void SetUp() override { office_.Declare("paper.yaml", kPaper); }
  Findings Run(std::string_view day, AuditOptions options = {}) {
    auto findings = office_.Run(day, options);
    EXPECT_TRUE(findings.ok()) << findings.error().ToString();
    return *std::move(findings);
  }
  Outcome OutcomeOf(const Findings& findings, std::string_view rule, std::string_view thing) {
    const std::optional<Finding> finding = Find(findings, rule, thing);
    EXPECT_TRUE(finding) << rule << " on " << thing;
    return !finding ? Outcome::kExcepted : finding->outcome;
  }
  SmallOffice office_;
};

// What findings rest on is found when they are asked, which may be after all else is gone.
TEST(AuditAlone, FindingsKeepWhatTheyRestOn) {
  auto office = std::make_unique<SmallOffice>();
  office->Declare("paper.yaml", kPaper);
  const auto findings = office->Run("2021-06-01");
  office.reset();
  ASSERT_TRUE(findings.ok());
  const std::optional<Finding> found = Find(*findings, "small.design.items", "第2号");
  ASSERT_TRUE(found);
  const Finding copy = *found;
  EXPECT_EQ(copy.thing_title, "第2号議案");
  EXPECT_EQ(copy.grounds().missing, std::vector<std::string>{"Item::\"住所\""});
  EXPECT_TRUE(Find(copy, "principal.items")->source.starts_with("paper.yaml:"));
}

TEST_F(AuditTest, ViolatedNamesWhatIsMissing) {
  const Findings findings = Run("2021-06-01");
  const std::optional<Finding> finding = Find(findings, "small.design.items", "第2号");
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->outcome, Outcome::kViolated);
  EXPECT_EQ(finding->moment, Moment::kDesign);
  EXPECT_EQ(finding->handling, "hikikomori");
  EXPECT_EQ(finding->thing_title, "第2号議案");
  EXPECT_EQ(finding->grounds().missing, std::vector<std::string>{"Item::\"住所\""});
  const std::optional<Evidence> items = Find(*finding, "principal.items");
  ASSERT_TRUE(items);
  EXPECT_EQ(items->entity, "Declaration::\"第2号\"");
  EXPECT_EQ(items->attribute, "items");
  EXPECT_EQ(items->value, "[Item::\"氏名\"]");
  EXPECT_EQ(items->source, "paper.yaml:11");
  EXPECT_TRUE(items->reason.empty());
  const std::optional<Evidence> needed = Find(*finding, "context.params.needed");
  ASSERT_TRUE(needed);
  EXPECT_EQ(needed->entity, "context");
  EXPECT_EQ(needed->source, "small/pack.yaml:11");
}

TEST_F(AuditTest, AStubIsNotShown) {
  const Findings findings = Run("2021-06-01");
  const std::optional<Finding> finding = Find(findings, "small.contract.clause", "(未登録) 委託契約 第2号");
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->outcome, Outcome::kNotShown);
  const std::optional<Evidence> signed_on = Find(*finding, "principal.signedOn");
  ASSERT_TRUE(signed_on);
  EXPECT_EQ(signed_on->value, std::nullopt);
  EXPECT_EQ(signed_on->source, "not registered");
  EXPECT_EQ(signed_on->reason.ja, "未登録");
}

TEST_F(AuditTest, AGapSaysWhichAndWhere) {
  office_.Declare("contract.yaml",
                  "Contract:\n  C1:\n    declaration: 第2号\n    signedOn: !blank\n  C2: { declaration: 第2号 }\n");
  const Findings findings = Run("2021-06-01");
  const std::optional<Finding> blank = Find(findings, "small.contract.clause", "C1");
  ASSERT_TRUE(blank);
  EXPECT_EQ(blank->outcome, Outcome::kNotShown);
  EXPECT_EQ(Find(*blank, "principal.signedOn")->source, "blank; contract.yaml:8");
  EXPECT_EQ(Find(*blank, "principal.signedOn")->reason.ja, "空欄");
  const std::optional<Finding> silent = Find(findings, "small.contract.clause", "C2");
  EXPECT_EQ(Find(*silent, "principal.signedOn")->source, "not stated; contract.yaml:9");
}

TEST_F(AuditTest, MetNotApplicableAndViolatedByDate) {
  office_.Declare("contract.yaml",
                  "Contract:\n  C1: { declaration: 第2号, signedOn: 2021-05-20, endsOn: 2021-06-30 }\n");
  EXPECT_EQ(OutcomeOf(Run("2021-06-01"), "small.contract.clause", "C1"), Outcome::kMet);
  EXPECT_EQ(OutcomeOf(Run("2021-05-19"), "small.contract.clause", "C1"), Outcome::kViolated);
  EXPECT_EQ(OutcomeOf(Run("2021-07-14"), "small.end.erasure", "C1"), Outcome::kNotApplicable);
  EXPECT_EQ(OutcomeOf(Run("2021-07-15"), "small.end.erasure", "C1"), Outcome::kNotShown);
}

TEST(AuditError, IsNeverSkipped) {
  PackFiles files = SmallPackFiles();
  std::string& rules = files.files["rules.cedar"];
  const std::string sound = "principal.lent == principal.returned";
  rules.replace(rules.find(sound), sound.size(), "principal.lent + 9223372036854775807 == principal.returned");
  const auto pack = LoadPack(files);
  ASSERT_TRUE(pack.ok()) << pack.error().ToString();
  SmallOffice office(*pack);
  office.Declare("paper.yaml", kPaper);
  office.Declare("contract.yaml",
                 "Contract:\n  C1: { declaration: 第2号 }\nHandover:\n"
                 "  H1: { contract: C1, on: 2021-05-20, kind: lent, quantity: 1 }\n"
                 "  H2: { contract: C1, on: 2021-05-21, kind: returned, quantity: 1 }\n");
  const auto findings = office.Run("2021-06-01");
  ASSERT_TRUE(findings.ok());
  const std::optional<Finding> finding = Find(*findings, "small.end.balance", "C1");
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->outcome, Outcome::kNotShown);
  EXPECT_FALSE(finding->note.empty());
}

TEST_F(AuditTest, AnExceptionCoversOneRuleAndThingUntilItsEnd) {
  office_.Declare("exception.yaml",
                  "Exception:\n  例外1: { rule: small.design.items, thing: 第2号, on: 2021-05-01, until: 2021-06-30 }\n"
                  "  例外2: { rule: small.contract.clause, thing: 'Contract::\"(未登録) 委託契約 第2号\"', on: "
                  "2021-06-10, until: 2021-12-31 }\n");
  const Findings covered = Run("2021-06-30");
  const std::optional<Finding> finding = Find(covered, "small.design.items", "第2号");
  ASSERT_TRUE(finding);
  EXPECT_EQ(finding->outcome, Outcome::kExcepted);
  EXPECT_EQ(finding->note, "例外1 (exception.yaml:6)");
  EXPECT_EQ(OutcomeOf(covered, "small.contract.clause", "(未登録) 委託契約 第2号"), Outcome::kExcepted);
  EXPECT_EQ(covered.totals.excepted, 2u);
  EXPECT_EQ(OutcomeOf(Run("2021-07-01"), "small.design.items", "第2号"), Outcome::kViolated);
  EXPECT_EQ(OutcomeOf(Run("2021-06-09"), "small.contract.clause", "(未登録) 委託契約 第2号"), Outcome::kNotShown);
}

TEST_F(AuditTest, AnExceptionDoesNotTouchWhatIsMet) {
  office_.Declare("contract.yaml", "Contract:\n  C1: { declaration: 第2号, signedOn: 2021-05-20 }\n");
  office_.Declare(
      "exception.yaml",
      "Exception:\n  例外: { rule: small.contract.clause, thing: C1, on: 2021-05-01, until: 2021-12-31 }\n");
  EXPECT_EQ(OutcomeOf(Run("2021-06-01"), "small.contract.clause", "C1"), Outcome::kMet);
}

TEST_F(AuditTest, ARuleHoldsFromItsOwnDay) {
  office_.Declare("contract.yaml", "Contract:\n  C1: { declaration: 第2号 }\n");
  const Findings before = Run("2021-05-31");
  EXPECT_FALSE(Find(before, "small.end.erasure", "C1"));
  EXPECT_FALSE(before.rules.contains("small.end.erasure"));
  EXPECT_TRUE(Find(Run("2021-06-01"), "small.end.erasure", "C1"));
}

TEST_F(AuditTest, APackOutsideItsTimeIsRefusedAndOthersNamed) {
  const auto findings = office_.Run("2023-04-01");
  ASSERT_FALSE(findings.ok());
  EXPECT_EQ(findings.error().status, base::Status::kNotFound);
  EXPECT_TRUE(findings.error().ToString().starts_with(
      "the pack small is not in force on 2023-04-01 (from 2021-04-01 until 2023-03-31)"))
      << findings.error().ToString();
  const auto early = office_.Run("2021-03-31");
  ASSERT_FALSE(early.ok());
}

TEST_F(AuditTest, OnlyAMomentOrAHandling) {
  AuditOptions options;
  options.moment = Moment::kContract;
  for (const Finding& finding : Run("2021-06-01", options).findings) EXPECT_EQ(finding.moment, Moment::kContract);
  options = {};
  options.handling = "hikikomori";
  EXPECT_FALSE(Run("2021-06-01", options).findings.empty());
  options.handling = "hikkomori";
  const auto unknown = office_.Run("2021-06-01", options);
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().status, base::Status::kNotFound);
  EXPECT_NE(unknown.error().ToString().find("nearest: hikikomori"), std::string::npos);
}

TEST_F(AuditTest, ProgressEndsAtTheTotalAndCanStop) {
  AuditOptions options;
  uint64_t last = 0, whole = 0;
  options.progress = [&](uint64_t done, uint64_t total) { return last = done, whole = total, true; };
  Run("2021-06-01", options);
  EXPECT_GT(whole, 0u);
  EXPECT_EQ(last, whole);
  options.progress = [](uint64_t, uint64_t) { return false; };
  const auto stopped = office_.Run("2021-06-01", options);
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.error().status, base::Status::kStopped);
}

TEST_F(AuditTest, ARuleOverAMomentSpeaksOnceForEachThing) {
  office_.Declare("contract.yaml", "Contract:\n  C1: { declaration: 第2号, signedOn: 2021-05-20 }\n");
  const Findings findings = Run("2021-06-01");
  const auto count = std::count_if(findings.findings.begin(), findings.findings.end(), [](const Finding& finding) {
    return finding.rule == "small.end.balance" && finding.thing.id == "C1";
  });
  EXPECT_EQ(count, 1);
}

TEST_F(AuditTest, FindingsAreCompleteOrderedAndRepeatable) {
  std::string contracts = "Contract:\n";
  for (int i = 30; i > 0; --i)
    contracts += "  C" + std::to_string(i) + ": { declaration: 第2号, signedOn: 2021-05-20 }\n";
  office_.Declare("contracts.yaml", contracts);
  const Findings first = Run("2021-06-01");
  const Findings second = Run("2021-06-01");
  ASSERT_EQ(first.findings.size(), second.findings.size());
  const auto key = [&](const Finding& finding) {
    const auto& rules = office_.pack().rules;
    const auto rule = std::find_if(rules.begin(), rules.end(), [&](const Rule& r) { return r.id == finding.rule; });
    return std::make_tuple(finding.handling, finding.moment, rule - rules.begin(), cedar::EntityUid(finding.thing));
  };
  for (size_t i = 0; i < first.findings.size(); ++i) {
    const Finding a = first.findings[i];
    const Finding b = second.findings[i];
    EXPECT_EQ(key(a), key(b));
    EXPECT_EQ(a.outcome, b.outcome);
    const Grounds ground_a = a.grounds(), ground_b = b.grounds();
    ASSERT_EQ(ground_a.evidence.size(), ground_b.evidence.size());
    for (size_t e = 0; e < ground_a.evidence.size(); ++e) {
      EXPECT_EQ(ground_a.evidence[e].value, ground_b.evidence[e].value);
      EXPECT_EQ(ground_a.evidence[e].source, ground_b.evidence[e].source);
    }
    if (i > 0) {
      EXPECT_LT(key(first.findings[i - 1]), key(a));
    }
  }
  // What is found anew for the evidence is what was found.
  size_t asked = 0;
  for (const Finding& finding : first.findings) {
    const Grounds grounds = finding.grounds();
    asked += grounds.evidence.empty() ? 0 : 1;
    const bool open = finding.outcome == Outcome::kViolated || finding.outcome == Outcome::kNotShown;
    if (!open) {
      EXPECT_TRUE(grounds.missing.empty()) << finding.rule;
    }
  }
  EXPECT_GT(asked, first.findings.size() / 2);
  const Findings::Totals& totals = first.totals;
  EXPECT_EQ(totals.met + totals.violated + totals.not_shown + totals.not_applicable + totals.excepted,
            first.findings.size());
  AuditOptions options;
  options.not_applicable = false;
  const Findings fewer = Run("2021-06-01", options);
  EXPECT_EQ(fewer.totals.not_applicable, totals.not_applicable);
  EXPECT_EQ(fewer.findings.size(), first.findings.size() - totals.not_applicable);
}

}  // namespace
}  // namespace hikae::audit
