// The rulebooks of the gate: which change of the registry they are of, what they hold, and when there is none.
#include "office/gate_rules.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "base/civil_date.h"
#include "office/office.h"
#include "places.h"
#include "store/database.h"

namespace hikae::office {
namespace {

using base::Status;

std::string ReadFile(const std::string& path) {
  std::ifstream in(hikae::test::SourceDir() + "/" + path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}

std::shared_ptr<const audit::Pack> ThePack() {
  static const auto pack = *audit::LoadPack(*audit::FindPack("edogawa-2021"));
  return pack;
}

registry::Day On(std::string_view day) { return *base::ParseDate(day); }

class GateRulesTest : public testing::Test {
 protected:
  void SetUp() override {
    path_ = fmt::format("{}gate_rules_{}_{}.db", testing::TempDir(), ::getpid(),
                        testing::UnitTest::GetInstance()->current_test_info()->name());
    std::remove(path_.c_str());
    registry_ = Open(true);
    Declare({"vocabulary.yaml", ReadFile("examples/ward/vocabulary.yaml")});
    for (const char* name : {"declaration.yaml", "after-opinion.yaml", "running.yaml"})
      Declare({name, ReadFile(std::string("examples/benefit/") + name)});
    rules_ = std::make_unique<GateRules>(*registry_, []() -> base::Result<PackSetPtr> {
      static const auto set = *MakeSet({ThePack()});
      return set;
    });
  }
  void TearDown() override {
    registry_.reset();
    std::remove(path_.c_str());
  }

  std::unique_ptr<registry::Registry> Open(bool create) {
    auto database = store::Database::Open(path_, {.create = create, .busy_ms = 1'000});
    EXPECT_TRUE(database.ok()) << database.error().ToString();
    auto registry = registry::Registry::Open(*std::move(database), ThePack()->schema, ThePack()->id);
    EXPECT_TRUE(registry.ok()) << registry.error().ToString();
    return *std::move(registry);
  }
  // At one and the same time always: the number has to tell the changes apart.
  static void Declare(registry::Registry& registry, const registry::Document& document) {
    const auto declared = registry.Declare({document}, 1'620'000'000'000'000);
    ASSERT_TRUE(declared.ok()) << declared.error().ToString();
  }
  void Declare(const registry::Document& document) { Declare(*registry_, document); }
  static registry::Document Stating(const std::string& text) {
    return {"more.yaml", "hikae: declaration/1\npack: edogawa-2021\nvalid_from: 2021-06-01\nby: 試験\n" + text};
  }
  std::shared_ptr<const gate::Rulebook> Now(std::string_view day = "2021-09-10") {
    const auto rulebook = rules_->At(*rules_->Version(), On(day));
    EXPECT_TRUE(rulebook.ok()) << rulebook.error().ToString();
    return rulebook.ok() ? *rulebook : nullptr;
  }

  // Whether a worker of the contract may log in, and if not, by which rules.
  static std::set<std::string> RefusedAtLogin(const gate::Rulebook& rulebook, const std::string& worker,
                                              std::string_view day) {
    const auto uid = [](const char* type, std::string id) { return cedar::Value::Entity({type, std::move(id)}); };
    const cedar::Value instant = cedar::Value::DatetimeOf(int64_t{On(day)} * 86'400'000);
    const auto factors = [&](const char* a, const char* b) {
      return cedar::Value::Set({uid("Factor", a), uid("Factor", b)});
    };
    cedar::Request request;
    request.principal = {"Worker", worker};
    request.action = {"Action", "login"};
    request.resource = {"Handling", "benefit"};
    request.context = cedar::Value::Record({{"now", instant},
                                            {"today", instant},
                                            {"fiscalYear", cedar::Value::Long(2021)},
                                            {"params", rulebook.params},
                                            {"handling", uid("Handling", "benefit")},
                                            {"profile", uid("Declaration", "令和3年度第3号議案")},
                                            {"purpose", uid("Purpose", "給付金の支給")},
                                            {"place", uid("Place", "江戸川区役所本庁舎 児童家庭課事務室内")},
                                            {"device", uid("Device", "委託用端末1")},
                                            {"terminalFactors", factors("ic-card", "pin")},
                                            {"systemFactors", factors("ic-card", "password")},
                                            {"begunAt", instant},
                                            {"usedAt", instant},
                                            {"passwordFailures", cedar::Value::Long(0)},
                                            {"items", cedar::Value::Set({})},
                                            {"view", uid("View", "whole")},
                                            {"records", cedar::Value::Long(0)},
                                            {"subjectRestrictions", cedar::Value::Set({})},
                                            {"subjectConsents", cedar::Value::Set({})},
                                            {"subjectConsentsAbroad", cedar::Value::Set({})},
                                            {"subjectConsentKnown", cedar::Value::Bool(false)},
                                            {"approvals", cedar::Value::Record({})}});
    const auto fits = rulebook.schema->CheckRequest(request);
    EXPECT_TRUE(fits.ok()) << fits.error().ToString();
    const auto answer = cedar::Authorize(request, rulebook.deciding, *rulebook.facts, {.strict = true});
    EXPECT_TRUE(answer.ok() && answer->errors.empty());
    if (answer->decision == cedar::Decision::kAllow) return {};
    return {answer->reasons.begin(), answer->reasons.end()};
  }

  std::string path_;
  std::unique_ptr<registry::Registry> registry_;
  std::unique_ptr<GateRules> rules_;
};

TEST_F(GateRulesTest, TheSameChangeAndDayIsTheSameRulebook) {
  const auto first = Now();
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(Now(), first);
  EXPECT_NE(Now("2021-09-11"), first);
  EXPECT_EQ(Now(), first);
}

TEST_F(GateRulesTest, AContractThatEndsEarlyIsSeenAtTheNextAct) {
  const std::string worker = "給付金事務委託/従事者1";
  const auto before = Now();
  const int64_t version = *rules_->Version();
  EXPECT_EQ(RefusedAtLogin(*before, worker, "2021-09-10"), std::set<std::string>());
  // Somebody else's connection, and the same time of recording.
  const auto other = Open(false);
  Declare(*other, Stating("Contract:\n  給付金事務委託:\n    declaration: 令和3年度第3号議案\n"
                          "    act: 令和3年度第3号議案/外部委託\n    startsOn: 2021-06-01\n    endsOn: 2022-03-31\n"
                          "    workEndedOn: 2021-09-09\n"));
  EXPECT_NE(*rules_->Version(), version);
  const auto after = Now();
  EXPECT_NE(after, before);
  EXPECT_EQ(RefusedAtLogin(*after, worker, "2021-09-10"), std::set<std::string>{"edo21.end.access-revoked"});
  // Who still decides by the old one has it whole.
  EXPECT_EQ(RefusedAtLogin(*before, worker, "2021-09-10"), std::set<std::string>());
}

TEST_F(GateRulesTest, ARosterLineThatIsCorrectedNoLongerLetsIn) {
  EXPECT_EQ(RefusedAtLogin(*Now(), "給付金事務委託/従事者2", "2021-09-10"), std::set<std::string>());
  Declare(Stating(
      "RosterLine:\n  訂正: { roster: 給付金事務委託/着手前の名簿, worker: 給付金事務委託/従事者2, from: 2021-06-01, "
      "until: 2021-08-31, corrects: 給付金事務委託/着手前の名簿/従事者2 }\n"));
  EXPECT_EQ(RefusedAtLogin(*Now(), "給付金事務委託/従事者2", "2021-09-10"),
            std::set<std::string>{"edo21.roster.access"});
  EXPECT_EQ(RefusedAtLogin(*Now("2021-08-31"), "給付金事務委託/従事者2", "2021-08-31"), std::set<std::string>());
  // Back on the roster: an interval of its own, without an end.
  Declare(Stating(
      "Roster: { 給付金事務委託/復帰: { contract: 給付金事務委託, submittedOn: 2021-09-01, RosterLine: { 従事者2: "
      "{ worker: 給付金事務委託/従事者2, from: 2021-09-06 } } } }\n"));
  EXPECT_EQ(RefusedAtLogin(*Now(), "給付金事務委託/従事者2", "2021-09-10"), std::set<std::string>());
  EXPECT_EQ(RefusedAtLogin(*Now("2021-09-05"), "給付金事務委託/従事者2", "2021-09-05"),
            std::set<std::string>{"edo21.roster.access"});
}

TEST_F(GateRulesTest, AVersionThatIsNoLongerIsBusy) {
  const int64_t version = *rules_->Version();
  Declare(Stating("Staff: { 新しい職員: { in: [手当助成係] } }\n"));
  const auto late = rules_->At(version, On("2021-09-10"));
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().status, Status::kBusy);
  EXPECT_FALSE(late.error().text.ja.empty());
}

TEST_F(GateRulesTest, OutsideThePacksYearsThereIsNone) {
  for (const char* day : {"2021-03-31", "2023-04-01"}) {
    const auto none = rules_->At(*rules_->Version(), On(day));
    ASSERT_FALSE(none.ok()) << day;
    EXPECT_EQ(none.error().status, Status::kNotFound) << day;
  }
  EXPECT_NE(Now("2023-03-31"), nullptr);
}

TEST_F(GateRulesTest, WarningsDoNotDecideAndAuditsAreLeftOut) {
  const auto rulebook = Now();
  size_t permits = 0;
  for (const cedar::PolicyInfo& info : rulebook->deciding.policies()) {
    if (info.effect == cedar::Effect::kPermit) ++permits;
    const std::string& severity = rulebook->rules.at(info.id).severity;
    EXPECT_TRUE(severity.empty() || severity == "block" || severity == "error") << info.id;
  }
  EXPECT_GT(permits, 4u);
  EXPECT_FALSE(rulebook->warning.policies().empty());
  std::set<std::string> confirmed;
  for (const cedar::PolicyInfo& info : rulebook->warning.policies()) {
    EXPECT_EQ(info.effect, cedar::Effect::kForbid);
    EXPECT_EQ(rulebook->rules.at(info.id).severity, "warn");
    if (rulebook->rules.at(info.id).confidence != "G") confirmed.insert(info.id);
  }
  // Unconfirmed law, and what is measured of a sign that shows nothing for certain.
  EXPECT_EQ(confirmed, (std::set<std::string>{"edo21.auth.shared-account", "edo21.consult.scope-subjects"}));
  EXPECT_FALSE(rulebook->rules.contains("edo21.consult.outsourcing"));
  EXPECT_TRUE(rulebook->deciding.validated() && rulebook->warning.validated());
  EXPECT_NE(rulebook->facts->checked_against(), nullptr);
}

TEST_F(GateRulesTest, FilesAreWhatIsDeclaredOfThem) {
  const auto rulebook = Now();
  ASSERT_TRUE(rulebook->files.contains("給付金受給者"));
  const vault::FileSpec& file = rulebook->files.at("給付金受給者");
  EXPECT_TRUE(file.keep_history);
  EXPECT_EQ(file.suite, vault::Suite::kXChaCha20Poly1305);
  const auto item = [&](std::string_view name) {
    for (const vault::ItemSpec& spec : file.items) {
      if (spec.item == name) return spec;
    }
    return vault::ItemSpec();
  };
  EXPECT_EQ(item("振込先口座情報").type, vault::ItemType::kAccount);
  EXPECT_EQ(item("振込先口座情報").pattern, "[0-9]{4}-[0-9]{3}-[1249]-[0-9]{7}");
  EXPECT_EQ(item("振込先口座情報").max_bytes, 18u);
  EXPECT_EQ(item("氏名カナ").prefix, 3u);
  EXPECT_EQ(item("氏名カナ").indexes,
            (std::vector<vault::IndexKind>{vault::IndexKind::kExact, vault::IndexKind::kPrefix}));
  EXPECT_EQ(item("DV対象者区分").codes.size(), 2u);
  EXPECT_EQ(item("住所").type, vault::ItemType::kText);
  EXPECT_TRUE(rulebook->faulty_files.empty());
}

TEST_F(GateRulesTest, AFileWithAFaultLeavesTheOthersAlone) {
  const std::pair<const char*, const char*> faults[] = {
      {"{ item: 住所, kind: text, format: 住所 }", "no format `住所`"},
      {"{ item: 住所, kind: date, format: name }", "is for the type text"},
      {"{ item: 氏名, kind: text }", "does not list it"},
      {"{ item: 住所, kind: text, mostBytes: 0 }", "out of range"},
      {"{ item: 住所, kind: text, mostBytes: 1048577 }", "out of range"},
      {"{ item: 住所, kind: text, prefix: 0 }", "out of range"},
      {"{ item: 住所, kind: text, codes: [甲] }", "codes are for the type code"},
  };
  int n = 0;
  for (const auto& [format, why] : faults) {
    const std::string id = fmt::format("誤り{}", ++n);
    Declare(Stating(
        fmt::format("File: {{ {}: {{ handling: benefit, title: 誤り, items: [住所], ItemFormat: {{ 形式: {} }} }} }}\n",
                    id, format)));
    const auto rulebook = Now();
    EXPECT_FALSE(rulebook->files.contains(id)) << format;
    EXPECT_TRUE(rulebook->files.contains("給付金受給者"));
    ASSERT_TRUE(rulebook->faulty_files.contains(id)) << format;
    EXPECT_NE(rulebook->faulty_files.at(id).text.en.find(why), std::string::npos)
        << rulebook->faulty_files.at(id).ToString();
  }
  Declare(Stating("File: { 暗号: { handling: benefit, title: 暗号, suite: rot13 } }\n"));
  EXPECT_TRUE(Now()->faulty_files.contains("暗号"));
}

TEST_F(GateRulesTest, WhatAPurposeSaysOfTheLogIsHandedOn) {
  EXPECT_TRUE(Now()->purposes.empty());
  Declare(Stating("Purpose: { 救急: { whenLogFails: spool }, 統計: { whenLogFails: refuse } }\n"));
  const auto rulebook = Now();
  EXPECT_EQ(rulebook->purposes.at("救急"), gate::WhenLogFails::kSpool);
  EXPECT_EQ(rulebook->purposes.at("統計"), gate::WhenLogFails::kRefuse);
}

// The office hands out the same, by its own packs.
TEST_F(GateRulesTest, AnOfficeHasRules) {
  const std::string folder = path_ + ".office";
  std::filesystem::remove_all(folder);
  OpenOptions options;
  options.create = true;
  options.now = [] { return registry::Micros{1'620'000'000'000'000}; };
  const auto office = Office::Open(folder, options);
  ASSERT_TRUE(office.ok()) << office.error().ToString();
  const int64_t version = *(*office)->rules().Version();
  const auto rulebook = (*office)->rules().At(version, On("2021-09-10"));
  ASSERT_TRUE(rulebook.ok()) << rulebook.error().ToString();
  EXPECT_EQ((*rulebook)->pack, "edogawa-2021");
  const auto declared = (*office)->Declare({Stating("Section: { 試験課: {} }\n")});
  ASSERT_TRUE(declared.ok()) << declared.error().ToString();
  EXPECT_GT(*(*office)->rules().Version(), version);
  EXPECT_EQ((*office)->rules().At(*(*office)->rules().Version(), On("2024-04-01")).error().status, Status::kNotFound);
  std::filesystem::remove_all(folder);
}

TEST_F(GateRulesTest, AHandlingWithoutADeclarationIsNotThere) {
  Declare(Stating("Handling: { 構想: { title: 構想, section: 児童家庭課 } }\n"));
  const auto rulebook = Now();
  ASSERT_NE(rulebook, nullptr);
  EXPECT_EQ(rulebook->facts->Find({"Handling", "構想"}), nullptr);
  EXPECT_NE(rulebook->facts->Find({"Handling", "benefit"}), nullptr);
}

}  // namespace
}  // namespace hikae::office
