// A pack laid over another: judged together, and never looser.
#include <gtest/gtest.h>

#include "small_office.h"

namespace hikae::audit {
namespace {

constexpr char kLocal[] = R"(id: local
title: 区の定め
title_en: rules of the ward
effective: { from: 2021-06-01, until: 2023-03-31 }
tightens: small
policies: [local.cedar]
)";
constexpr char kRule[] =
    R"(@id("local.title") @control("item-list") @article("区規則第1条") @confidence("seed") @severity("error")
@title("名称がない") @title_en("no title") @remedy("名称を付ける") @evidence("")
forbid (principal is Contract, action in Action::"audit.contract", resource is Handling)
unless { principal has title && context.params.largestLot <= 100 };
)";

PackFiles Files(const std::string& manifest = kLocal, const std::string& rules = kRule,
                const std::string& way = "less") {
  PackFiles below = SmallPackFiles();
  std::string& yaml = below.files.at("pack.yaml");
  const std::string lot = "source: \"案3(2)\", basis: seed";
  const size_t at = yaml.find(lot);
  EXPECT_NE(at, std::string::npos);
  yaml.insert(at + lot.size(), way.empty() ? "" : ", tighter: " + way);
  PackFiles files;
  files.folder = "local";
  files.core_schema = below.core_schema;
  files.files = {{"pack.yaml", manifest}, {"local.cedar", rules}};
  files.below = std::make_shared<const PackFiles>(std::move(below));
  return files;
}

std::string FirstError(const PackFiles& files) {
  const LintReport report = Lint(files);
  return report.errors.empty() ? "none" : report.errors.front().ToString();
}

std::string WithLot(int value) {
  return std::string(kLocal) + "parameters:\n  largestLot: { value: " + std::to_string(value) +
         ", word: 大量, source: 区規則, basis: ward }\n";
}

TEST(Layers, AreJudgedTogether) {
  const auto pack = LoadPack(Files());
  ASSERT_TRUE(pack.ok()) << pack.error().ToString();
  const auto small = SmallPack();
  EXPECT_EQ((*pack)->rules.size(), small->rules.size() + 1);
  EXPECT_EQ((*pack)->rules.front().pack, "small");
  EXPECT_EQ((*pack)->rules.back().pack, "local");
  EXPECT_EQ((*pack)->from, "2021-06-01");
  ASSERT_EQ((*pack)->below.size(), 1u);
  EXPECT_EQ((*pack)->below[0].id, "small");
  EXPECT_NE((*pack)->digest, small->digest);

  SmallOffice office(*pack);
  office.Declare("a.yaml",
                 "Section: { 援助課: {} }\nHandling: { h: { title: 相談, section: 援助課 } }\n"
                 "Declaration: { d: { handling: h, items: [] } }\nContract: { c: { declaration: d } }\n");
  const auto findings = office.Run("2022-02-01");
  ASSERT_TRUE(findings.ok()) << findings.error().ToString();
  ASSERT_EQ(findings->packs.size(), 2u);
  EXPECT_EQ(findings->packs[0].id, "small");
  EXPECT_EQ(findings->packs[1].id, "local");
  std::set<std::string> rules;
  for (const Finding& finding : findings->findings) rules.emplace(finding.rule);
  EXPECT_TRUE(rules.contains("local.title"));
  EXPECT_GT(rules.size(), 1u) << "what lies below is judged as ever";
}

TEST(Layers, ANumberMayBeTightenedOnly) {
  const auto tighter = LoadPack(Files(WithLot(50)));
  ASSERT_TRUE(tighter.ok()) << tighter.error().ToString();
  const auto lot = std::find_if((*tighter)->parameters.begin(), (*tighter)->parameters.end(),
                                [](const Parameter& parameter) { return parameter.name == "largestLot"; });
  EXPECT_EQ(lot->value.ToString(), "50");
  EXPECT_EQ(lot->source, "区規則");
  EXPECT_EQ(FirstError(Files(WithLot(100))), "none") << "the same is not looser";
  EXPECT_NE(FirstError(Files(WithLot(101))).find("`largestLot` would be loosened from 100 to 101"), std::string::npos);
  EXPECT_NE(FirstError(Files(WithLot(50), kRule, "")).find("may move it: not at all"), std::string::npos);
  EXPECT_NE(FirstError(Files(WithLot(50), kRule, "more")).find("would be loosened"), std::string::npos);
  EXPECT_NE(FirstError(Files(WithLot(50), kRule, "down")).find("none of less, more, superset"), std::string::npos);
}

TEST(Layers, GiveNoGroundAndLiftNothing) {
  for (const char* kind : {"@kind(\"ground\")", "@kind(\"lift\")", "@kind(\"scaffold\")", ""}) {
    const std::string permit = std::string("@id(\"local.may\") ") + kind +
                               " @article(\"区規則第2条\") @title(\"許す\") @title_en(\"allowed\")\n"
                               "permit (principal, action, resource);\n";
    EXPECT_NE(FirstError(Files(kLocal, kRule + permit)).find("may only tighten"), std::string::npos) << kind;
  }
}

TEST(Layers, FaultsOfTheStackAreNamed) {
  std::string early = kLocal;
  early.replace(early.find("2021-06-01"), 10, "2021-03-31");
  EXPECT_NE(FirstError(Files(early)).find("in force on days on which `small`, which it tightens, is not"),
            std::string::npos);
  std::string open = kLocal;
  open.replace(open.find(", until: 2023-03-31"), 19, "");
  EXPECT_NE(FirstError(Files(open)).find("is not"), std::string::npos);
  PackFiles alone = Files();
  alone.below.reset();
  EXPECT_NE(FirstError(alone).find("the files of `small`, which it tightens, are not given"), std::string::npos);
  std::string again = kRule;
  again.replace(again.find("local.title"), 11, SmallPack()->rules.front().id);
  EXPECT_NE(FirstError(Files(kLocal, again)).find("the id is used already"), std::string::npos);
}

PackFiles GoingOn(const std::string& rules) {
  PackFiles files = SmallPackFiles();
  if (!rules.empty()) files.files.at("pack.yaml") += "transition: { rules: [" + rules + "], source: 附則 }\n";
  return files;
}

// The rules that are judged on a day, by the pack as its transition has it.
std::set<std::string> JudgedOn(const std::string& rules, std::string_view day) {
  const auto pack = LoadPack(GoingOn(rules));
  EXPECT_TRUE(pack.ok()) << pack.error().ToString();
  SmallOffice office(*pack);
  office.Declare("a.yaml",
                 "Section: { 援助課: {} }\nHandling: { h: { title: 相談, section: 援助課 } }\n"
                 "Declaration: { d: { handling: h, items: [] } }\nContract: { c: { declaration: d } }\n");
  const auto findings = office.Run(day);
  std::set<std::string> judged;
  if (!findings.ok()) return {"!" + findings.error().text.en.substr(0, 31)};
  for (const Finding& finding : findings->findings) judged.emplace(finding.rule);
  return judged;
}

TEST(Transition, KeepsTheRulesItNamesAfterTheLastDayAndNoOthers) {
  const std::set<std::string> all = JudgedOn("", "2023-03-31");
  ASSERT_GT(all.size(), 2u);
  const std::string one = *all.begin();
  EXPECT_EQ(JudgedOn("", "2023-04-01"), std::set<std::string>{"!the pack small is not in force "});
  EXPECT_EQ(JudgedOn(one, "2023-04-01"), std::set<std::string>{one});
  EXPECT_EQ(JudgedOn(one, "2023-03-31"), all) << "before, all hold";
  EXPECT_EQ(JudgedOn("\"*\"", "2024-04-01"), all);
  EXPECT_EQ(JudgedOn(one, "2021-03-31"), std::set<std::string>{"!the pack small is not in force "})
      << "not before its first day";
}

TEST(Transition, NamesRulesThatAreThere) {
  EXPECT_NE(FirstError(GoingOn("small.gone")).find("`transition` names no rule of the pack: small.gone"),
            std::string::npos);
}

}  // namespace
}  // namespace hikae::audit
