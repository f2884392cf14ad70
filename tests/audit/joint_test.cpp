// Several packs over one office: what its rows may say, which packs judge a day, and which of them judges what.
#include "audit/joint.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "audit/transition.h"
#include "base/civil_date.h"
#include "small_pack.h"
#include "store/database.h"

namespace hikae::audit {
namespace {

using Names = std::set<std::string>;

PackPtr BuiltIn(const std::string& id) {
  static std::map<std::string, PackPtr> known;
  PackPtr& pack = known[id];
  if (pack == nullptr) {
    const auto loaded = LoadPack(*FindPack(id));
    EXPECT_TRUE(loaded.ok()) << loaded.error().ToString();
    if (loaded.ok()) pack = *loaded;
  }
  return pack;
}

std::vector<PackPtr> AllOf(const std::vector<std::string>& ids) {
  std::vector<PackPtr> packs;
  for (const std::string& id : ids) packs.push_back(BuiltIn(id));
  return packs;
}

registry::Day On(std::string_view day) { return *base::ParseDate(day); }

// 契約、事故、請求のそれぞれに、条例の最後の日に始まったものと、法の最初の日に始まったもの。
constexpr char kOld[] = R"(hikae: declaration/1
pack: edogawa-2021
valid_from: 2021-05-06
by: 福祉部生活援護第一課
Section: { 生活援護第一課: {} }
Item: { 氏名: {}, 健康状態: { sensitive: true } }
Party: { 支援法人: { title: 特定非営利活動法人𠮷野の会, kinds: [contractor] } }
Handling: { soudan: { title: ひきこもり相談支援, section: 生活援護第一課 } }
Declaration:
  第2号議案:
    handling: soudan
    title: ひきこもり相談支援事業の委託
    Act: { 委託: { kind: outsourcing, grounds: [14-3] } }
    Safeguard:
      契約: { text: 終了後も同様とする。, part: contract, state: in-place, controls: [duty-survives-end, return-and-disposal-report, incident-immediate-report] }
    Disposition: { 返却: { method: return, after: contract-end, text: 契約終了後、直ちに返却する。 } }
Contract:
  旧委託: { declaration: 第2号議案, title: 三月からの委託, contractor: 支援法人, act: 第2号議案/委託, startsOn: 2023-03-31, endsOn: 2023-06-30 }
  新委託: { declaration: 第2号議案, title: 四月からの委託, contractor: 支援法人, act: 第2号議案/委託, startsOn: 2023-04-01, endsOn: 2023-06-30 }
Incident:
  三月の事故: { handling: soudan, text: 名簿の置き忘れ, IncidentStep: { 覚知: { on: 2023-03-31, kind: known } } }
  四月の事故: { handling: soudan, text: 誤送付, IncidentStep: { 覚知: { on: 2023-04-01, kind: known } } }
)";
constexpr char kNew[] = R"(hikae: declaration/1
pack: appi-2023
valid_from: 2023-04-01
by: 福祉部生活援護第一課
Act: { 法の委託: { declaration: 第2号議案, kind: outsourcing, grounds: [66-2] } }
Holding:
  相談の保有:
    handling: soudan
    title: 相談支援の記録
    SubjectRequest:
      三月の請求: { kind: disclosure, receivedOn: 2023-03-31 }
      四月の請求: { kind: disclosure, receivedOn: 2023-04-01 }
)";
constexpr char kNumbers[] = R"(hikae: declaration/1
pack: mn
valid_from: 2023-04-01
by: 福祉部生活援護第一課
File: { 給付台帳: { handling: soudan, title: 給付台帳, subjects: 2000 } }
MyNumberFile: { 給付台帳の番号: { holding: 相談の保有, file: 給付台帳, heldSince: 2023-04-01 } }
)";

// A registry typed by the packs.
class Bench {
 public:
  explicit Bench(std::vector<PackPtr> packs) : packs_(std::move(packs)) {
    static int count = 0;
    path_ = std::filesystem::path(testing::TempDir()) / fmt::format("joint_{}_{}.db", ::getpid(), count++);
    std::filesystem::remove(path_);
    auto database = store::Database::Open(path_.string(), {.create = true});
    EXPECT_TRUE(database.ok()) << database.error().ToString();
    const auto vocabulary = VocabularyOf(packs_);
    EXPECT_TRUE(vocabulary.ok()) << vocabulary.error().ToString();
    registry_ = *registry::Registry::Open(*database, *vocabulary);
  }
  ~Bench() {
    registry_.reset();
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path_.string() + end);
  }

  base::Result<registry::Declared> Declare(const std::string& text) {
    return registry_->Declare({{fmt::format("{}.yaml", ++documents_), text}}, now_ += 60'000'000);
  }
  base::Result<Findings> Judge(std::string_view day, AuditOptions options = {}) const {
    options.as_of = On(day);
    return AuditTogether(*registry_, packs_, options);
  }
  const std::vector<PackPtr>& packs() const { return packs_; }
  const registry::Registry& registry() const { return *registry_; }

 private:
  std::vector<PackPtr> packs_;
  std::filesystem::path path_;
  std::unique_ptr<registry::Registry> registry_;
  registry::Micros now_ = 1'620'000'000'000'000;
  int documents_ = 0;
};

std::unique_ptr<Bench> Running(const std::vector<std::string>& ids) {
  auto bench = std::make_unique<Bench>(AllOf(ids));
  for (const char* text : {kOld, kNew, kNumbers}) {
    if (text == kNumbers && std::find(ids.begin(), ids.end(), "mn") == ids.end()) continue;
    const auto declared = bench->Declare(text);
    EXPECT_TRUE(declared.ok()) << declared.error().ToString();
  }
  return bench;
}

const Rule& RuleOf(const Findings& findings, const Finding& finding) {
  return findings.rules.find(finding.rule)->second;
}

// The ids of packs used, and those of the packs whose rules judged something.
Names Used(const Findings& findings) {
  Names ids;
  for (const auto& pack : findings.packs) EXPECT_TRUE(ids.insert(pack.id).second) << pack.id << " twice";
  return ids;
}
Names Judging(const Findings& findings) {
  Names ids;
  for (const Finding& finding : findings.findings) ids.insert(RuleOf(findings, finding).pack);
  return ids;
}
Names RulesOf(const Findings& findings, std::string_view pack) {
  Names rules;
  for (const Finding& finding : findings.findings) {
    if (RuleOf(findings, finding).pack == pack) rules.emplace(finding.rule);
  }
  return rules;
}
std::string OutcomeOf(const Findings& findings, std::string_view rule, std::string_view thing) {
  Names outcomes;
  for (const Finding& finding : findings.findings) {
    if (finding.rule == rule && finding.thing.id == thing) outcomes.insert(Name(finding.outcome));
  }
  return fmt::format("{}", fmt::join(outcomes, "+"));
}

// ---- the vocabulary ------------------------------------------------------------------------------------------------

TEST(Vocabulary, EnumerationsUniteAndTypesAreAllThere) {
  const auto schema = VocabularyOf(AllOf({"edogawa-2021", "appi-2023", "mn"}));
  ASSERT_TRUE(schema.ok()) << schema.error().ToString();
  for (const char* type : {"Handling", "Holding", "MyNumberFile", "AccessDay"})
    EXPECT_NE(schema->FindEntityType(type), nullptr) << type;
  const auto& articles = schema->FindEntityType("Article")->enum_ids;
  EXPECT_EQ(articles, (std::vector<std::string>{"8-2-5", "14-2", "14-3", "other", "61-1", "62", "64", "66-2", "69-1",
                                                "69-2-1", "69-2-2", "69-2-3", "69-2-4", "71-1", "129"}));
  for (const char* action : {"edo21.observed", "appi.periodic", "mn.design"})
    EXPECT_NE(schema->FindAction({"Action", action}), nullptr) << action;
}

TEST(Vocabulary, OfOnePackIsItsSchema) {
  const PackPtr pack = BuiltIn("edogawa-2021");
  const auto schema = VocabularyOf(std::vector{pack});
  ASSERT_TRUE(schema.ok());
  EXPECT_EQ(&schema->rep(), &pack->schema.rep());
}

// A pack of the small one's kind, under another id, with something added to its schema.
PackPtr Other(const std::string& id, const std::string& schema, const std::string& yaml = {}) {
  PackFiles files = SmallPackFiles();
  files.folder = id;
  std::string& manifest = files.files.at("pack.yaml");
  manifest.replace(manifest.find("id: small"), 9, "id: " + id);
  manifest += yaml;
  files.files.at("schema.cedarschema") += schema;
  for (auto& [name, text] : files.files) {
    if (!name.ends_with(".cedar")) continue;
    for (size_t at = 0; (at = text.find("@id(\"", at)) != std::string::npos; at += 5) text.insert(at + 5, id + ".");
  }
  const auto pack = LoadPack(files);
  EXPECT_TRUE(pack.ok()) << pack.error().ToString();
  return pack.ok() ? *pack : nullptr;
}

TEST(Vocabulary, ANameWithTwoMeaningsIsAnErrorThatNamesBothFiles) {
  const PackPtr a = Other("a", "\nentity Locker { title?: String };\n");
  const PackPtr same = Other("b", "\nentity Locker { title?: String };\n");
  const PackPtr other = Other("c", "\nentity Locker { title?: String, key?: String };\n");
  EXPECT_TRUE(VocabularyOf(std::vector{a, same}).ok()) << "the same twice is one";
  const auto clash = VocabularyOf(std::vector{a, other});
  ASSERT_FALSE(clash.ok());
  EXPECT_EQ(clash.error().status, base::Status::kRules);
  EXPECT_EQ(clash.error().where.file, "c/schema.cedarschema");
  EXPECT_NE(clash.error().text.en.find("Locker is declared otherwise in a/schema.cedarschema"), std::string::npos)
      << clash.error().ToString();
  const PackPtr label = Other("d", "\n@ja(\"保管庫\") entity Locker { title?: String };\n");
  EXPECT_FALSE(VocabularyOf(std::vector{a, label}).ok()) << "annotations are meaning: facts stand in them";
}

TEST(Vocabulary, RowsMayBeStatedInTheWordsOfAnyPack) {
  Bench both(AllOf({"edogawa-2021", "appi-2023"}));
  ASSERT_TRUE(both.Declare(kOld).ok());
  const auto more = both.Declare(kNew);
  EXPECT_TRUE(more.ok()) << more.error().ToString();
  Bench one(AllOf(std::vector<std::string>{"edogawa-2021"}));
  ASSERT_TRUE(one.Declare(kOld).ok());
  EXPECT_FALSE(one.Declare(kNew).ok());
}

// ---- who judges ----------------------------------------------------------------------------------------------------

Names JudgesIds(const std::vector<std::string>& ids, std::string_view day) {
  Names names;
  for (const Judge& judge : JudgesOn(AllOf(ids), On(day)))
    names.insert(fmt::format("{}{}", judge.pack->id, judge.pack->effective.Contains(On(day)) ? "" : " (past)"));
  return names;
}

TEST(Judges, ByDayAndLayer) {
  const std::vector<std::string> all = {"edogawa-2021", "appi-2023", "mn"};
  EXPECT_EQ(JudgesIds(all, "2021-03-31"), Names());
  EXPECT_EQ(JudgesIds(all, "2022-12-01"), Names{"edogawa-2021"});
  EXPECT_EQ(JudgesIds(all, "2023-03-31"), Names{"edogawa-2021"});
  EXPECT_EQ(JudgesIds(all, "2023-04-01"), (Names{"edogawa-2021 (past)", "mn"}));
  EXPECT_EQ(JudgesIds({"edogawa-2021", "appi-2023"}, "2024-06-01"), (Names{"appi-2023", "edogawa-2021 (past)"}));
  EXPECT_EQ(JudgesIds({"mn", "appi-2023"}, "2024-06-01"), Names{"mn"}) << "in whichever order";
}

TEST(Judges, OneDecidesOnActs) {
  const auto packs = AllOf({"appi-2023", "edogawa-2021", "mn"});
  EXPECT_EQ(DecidingOn(packs, On("2023-03-31"))->id, "edogawa-2021");
  EXPECT_EQ(DecidingOn(packs, On("2023-04-01"))->id, "mn") << "what lies over the Act decides with it";
  EXPECT_EQ(DecidingOn(packs, On("2020-01-01")), nullptr);
  EXPECT_EQ(HolderOf(std::vector{BuiltIn("edogawa-2021"), BuiltIn("mn")}, "appi-2023")->id, "mn");
  EXPECT_EQ(HolderOf(packs, "nobody"), nullptr);
}

TEST(Judges, WhatDoesNotGoTogetherIsRefused) {
  EXPECT_TRUE(CheckTogether(AllOf({"edogawa-2021", "appi-2023", "mn"})).ok());
  const auto twice = CheckTogether(std::vector{SmallPack(), SmallPack()});
  EXPECT_TRUE(twice.ok()) << "the same rules of the same pack are one";
  PackFiles copy = SmallPackFiles();
  std::string& manifest = copy.files.at("pack.yaml");
  manifest.replace(manifest.find("id: small"), 9, "id: copied");
  const auto clash = CheckTogether(std::vector{SmallPack(), *LoadPack(copy)});
  ASSERT_FALSE(clash.ok());
  EXPECT_NE(clash.error().text.en.find("is used by `small` and by `copied`"), std::string::npos);
  // Two laws of one day: which would let somebody in?
  const auto folder = FindPack("edogawa-2021");
  PackFiles later = *folder;
  std::string& yaml = later.files.at("pack.yaml");
  yaml.replace(yaml.find("id: edogawa-2021"), 16, "id: edogawa-2024");
  yaml.replace(yaml.find("until: 2023-03-31"), 17, "until: 2024-03-31");
  for (auto& [name, text] : later.files) {
    for (size_t at = 0; (at = text.find("edo21.", at)) != std::string::npos; at += 6) text[at + 4] = '4';
  }
  const auto both = LoadPack(later);
  ASSERT_TRUE(both.ok()) << both.error().ToString();
  const auto overlap = CheckTogether(std::vector{BuiltIn("appi-2023"), *both});
  ASSERT_FALSE(overlap.ok());
  EXPECT_NE(overlap.error().text.en.find("both decide on acts of sessions"), std::string::npos);
}

TEST(Judges, TwoPacksOverTheSameAreRefused) {
  const auto over = [](const std::string& id) {
    PackFiles files;
    files.folder = id;
    files.below = std::make_shared<const PackFiles>(SmallPackFiles());
    files.core_schema = files.below->core_schema;
    files.files = {
        {"pack.yaml", fmt::format("id: {0}\ntitle: {0}\ntitle_en: {0}\neffective: {{ from: 2021-06-01, until: "
                                  "2023-03-31 }}\ntightens: small\npolicies: [r.cedar]\n",
                                  id)},
        {"r.cedar", fmt::format("@id(\"{}.title\") @control(\"\") @article(\"条\") @confidence(\"seed\") "
                                "@severity(\"warn\") @title(\"名称\") @title_en(\"title\") @remedy(\"付ける\") "
                                "@evidence(\"\")\nforbid (principal is Contract, action in "
                                "Action::\"audit.contract\", resource is Handling)\nunless {{ principal has "
                                "title }};\n",
                                id)}};
    return *LoadPack(files);
  };
  EXPECT_TRUE(CheckTogether(std::vector{SmallPack(), over("a")}).ok());
  const auto twice = CheckTogether(std::vector{over("a"), over("b")});
  ASSERT_FALSE(twice.ok());
  EXPECT_NE(twice.error().text.en.find("are both laid over `small`"), std::string::npos) << twice.error().ToString();
}

// ---- which pack judges what ----------------------------------------------------------------------------------------

Names GoingOn() {
  Names rules;
  const PackPtr pack = BuiltIn("edogawa-2021");
  for (const Rule& rule : pack->rules) {
    if (GoesOn(pack->going_on, rule.id)) rules.insert(rule.id);
  }
  return rules;
}

TEST(Joint, ExactlyThePacksAndRulesOfEachDay) {
  const auto bench = Running({"edogawa-2021", "appi-2023", "mn"});
  const auto alone = Running({"edogawa-2021", "appi-2023"});
  for (const char* day : {"2022-12-01", "2023-03-31"}) {
    const auto findings = bench->Judge(day);
    ASSERT_TRUE(findings.ok()) << findings.error().ToString();
    EXPECT_EQ(Used(*findings), Names{"edogawa-2021"}) << day;
    EXPECT_EQ(Judging(*findings), Names{"edogawa-2021"}) << day;
    EXPECT_FALSE(findings->packs.at(0).past);
    EXPECT_GT(RulesOf(*findings, "edogawa-2021").size(), GoingOn().size()) << day;
  }
  for (const char* day : {"2023-04-01", "2024-06-01"}) {
    const auto findings = bench->Judge(day);
    ASSERT_TRUE(findings.ok()) << findings.error().ToString();
    EXPECT_EQ(Used(*findings), (Names{"edogawa-2021", "appi-2023", "mn"})) << day;
    EXPECT_EQ(Judging(*findings), (Names{"edogawa-2021", "appi-2023", "mn"})) << day;
    EXPECT_TRUE(findings->packs.at(0).past);
    EXPECT_FALSE(findings->packs.at(0).transition.empty());
    const Names going_on = GoingOn();
    for (const std::string& rule : RulesOf(*findings, "edogawa-2021"))
      EXPECT_TRUE(going_on.contains(rule)) << rule << " has ended with the ordinance";
    const auto without = alone->Judge(day);
    ASSERT_TRUE(without.ok());
    EXPECT_EQ(Judging(*without), (Names{"edogawa-2021", "appi-2023"})) << day;
    EXPECT_EQ(RulesOf(*without, "appi-2023"), RulesOf(*findings, "appi-2023")) << "the Act is judged once, and alike";
  }
}

TEST(Joint, WhatBeganBeforeByTheOldAndWhatBeganAfterByTheNew) {
  const auto bench = Running({"edogawa-2021", "appi-2023"});
  const auto findings = bench->Judge("2024-06-01");
  ASSERT_TRUE(findings.ok()) << findings.error().ToString();
  // 31 March: the ordinance's. 1 April: not any more.
  EXPECT_EQ(OutcomeOf(*findings, "edo21.end.return", "旧委託"), "not shown");
  EXPECT_EQ(OutcomeOf(*findings, "edo21.end.return", "新委託"), "not applicable");
  EXPECT_EQ(OutcomeOf(*findings, "edo21.end.duties-known", "旧委託"), "not shown");
  EXPECT_EQ(OutcomeOf(*findings, "edo21.end.duties-known", "新委託"), "not applicable");
  EXPECT_EQ(OutcomeOf(*findings, "edo21.contract.survive", "旧委託"), "not shown");
  EXPECT_EQ(OutcomeOf(*findings, "edo21.contract.survive", "新委託"), "not applicable");
  EXPECT_EQ(OutcomeOf(*findings, "edo21.incident.immediate", "三月の事故"), "not shown");
  EXPECT_EQ(OutcomeOf(*findings, "edo21.incident.immediate", "四月の事故"), "not applicable");
  // The same rule of the other law, the other way round.
  EXPECT_EQ(OutcomeOf(*findings, "appi.request.due", "相談の保有/三月の請求"), "not applicable");
  EXPECT_EQ(OutcomeOf(*findings, "appi.request.due", "相談の保有/四月の請求"), "violated");
  // As long as the ordinance was in force, it judged them all.
  const auto before = bench->Judge("2023-03-31");
  ASSERT_TRUE(before.ok());
  EXPECT_EQ(OutcomeOf(*before, "edo21.incident.immediate", "三月の事故"), "not shown");
  EXPECT_EQ(OutcomeOf(*before, "appi.request.due", "相談の保有/三月の請求"), "");
}

TEST(Joint, ThingsThatOnlyTheOtherPackKnowsAreNotItsMatter) {
  const auto bench = Running({"edogawa-2021", "appi-2023"});
  const auto findings = bench->Judge("2024-06-01");
  ASSERT_TRUE(findings.ok());
  size_t holdings = 0;
  for (const Finding& finding : findings->findings) {
    const bool of_the_act = finding.thing.type == "Holding" || finding.thing.type == "SubjectRequest";
    holdings += of_the_act ? 1 : 0;
    EXPECT_TRUE(!of_the_act || RuleOf(*findings, finding).pack == "appi-2023") << finding.rule;
    EXPECT_FALSE(finding.thing.id.starts_with("(未登録)") && RuleOf(*findings, finding).pack == "edogawa-2021")
        << finding.rule << ": what is past expects nothing new";
  }
  EXPECT_GT(holdings, 0u);
  // One pack alone judges as it would in an office of its own.
  AuditOptions options;
  options.as_of = On("2024-06-01");
  const auto act = Audit(bench->registry(), BuiltIn("appi-2023"), options);
  ASSERT_TRUE(act.ok()) << act.error().ToString();
  EXPECT_EQ(act->findings.size(), static_cast<size_t>(std::count_if(
                                      findings->findings.begin(), findings->findings.end(),
                                      [&](const Finding& f) { return RuleOf(*findings, f).pack == "appi-2023"; })));
}

TEST(Joint, OrderedByHandlingMomentAndPack) {
  const auto bench = Running({"edogawa-2021", "appi-2023"});
  const auto declared = bench->Declare(
      "hikae: declaration/1\npack: appi-2023\nvalid_from: 2023-04-01\nby: 課\n"
      "Handling: { a-second: { title: 別の業務, section: 生活援護第一課 } }\n"
      "Declaration: { 別の取扱い: { handling: a-second } }\n");
  ASSERT_TRUE(declared.ok()) << declared.error().ToString();
  uint64_t last = 0, total = 0;
  AuditOptions options;
  options.progress = [&](uint64_t done, uint64_t all) {
    EXPECT_GE(done, last);
    EXPECT_LE(done, all);
    return last = done, total = all, true;
  };
  const auto findings = bench->Judge("2024-06-01", options);
  ASSERT_TRUE(findings.ok()) << findings.error().ToString();
  EXPECT_EQ(last, total) << "the end of the last pack is the end";
  const auto key = [&](const Finding& finding) {
    const int pack = RuleOf(*findings, finding).pack == "edogawa-2021" ? 0 : 1;
    return std::make_tuple(finding.handling, finding.moment, pack);
  };
  EXPECT_TRUE(std::is_sorted(findings->findings.begin(), findings->findings.end(),
                             [&](const Finding& a, const Finding& b) { return key(a) < key(b); }));
  const auto& all = findings->findings;
  const auto of = [&](const std::string& handling) {
    return std::count_if(all.begin(), all.end(), [&](const Finding& f) { return f.handling == handling; });
  };
  EXPECT_GT(of("a-second"), 0);
  EXPECT_EQ(of("a-second") + of("soudan"), static_cast<std::ptrdiff_t>(all.size()));
  const Findings::Totals& t = findings->totals;
  EXPECT_EQ(t.met + t.violated + t.not_shown + t.not_applicable + t.excepted, all.size());
}

TEST(Joint, StopsWhereItIsToldTo) {
  const auto bench = Running({"edogawa-2021", "appi-2023"});
  AuditOptions options;
  options.progress = [](uint64_t, uint64_t) { return false; };
  const auto stopped = bench->Judge("2024-06-01", options);
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.error().status, base::Status::kStopped);
  const auto nobody = bench->Judge("2020-01-01");
  ASSERT_FALSE(nobody.ok());
  EXPECT_EQ(nobody.error().status, base::Status::kNotFound);
}

}  // namespace
}  // namespace hikae::audit
