// What a Japanese explanation is made of is Japanese: the words of every pack, and the condition of every rule.
#include "report/explain.h"

#include <gtest/gtest.h>

#include <cctype>

#include "fixture.h"
#include "report/words.h"

namespace hikae::report::testing {
namespace {

using base::Language;

// A lower-case word of letters: a name of the schema, an id, a function.
std::string EnglishIn(std::string_view text) {
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    const auto lower = [&](size_t at) { return at < text.size() && text[at] >= 'a' && text[at] <= 'z'; };
    if (lower(i) && lower(i + 1)) return std::string(text.substr(i, 24));
  }
  return "";
}

TEST(Words, EveryIdOfAnEnumerationIsSaidInJapanese) {
  size_t tried = 0;
  for (const char* id : {"edogawa-2021", "appi-2023", "mn"}) {
    const auto pack = PackOf(id);
    const auto below = PackOf("appi-2023");
    const Names names(pack.get(), nullptr, Language::kJapanese, {below.get()});
    for (const cedar::EntityType& type : pack->schema.entity_types()) {
      for (const std::string& one : type.enum_ids) {
        EXPECT_EQ(EnglishIn(names.Entity({type.name, one})), "") << id << ": " << type.name << "::" << one;
        ++tried;
      }
    }
  }
  EXPECT_GT(tried, 400u);
}

// The day judged and the words with numbers, as evidence names them.
TEST(Words, WhatAJudgementWasGivenIsSaidInJapanese) {
  size_t tried = 0;
  for (const char* id : {"edogawa-2021", "appi-2023", "mn"}) {
    const auto pack = PackOf(id);
    const Names names(pack.get(), nullptr, Language::kJapanese);
    for (const char* path : {"context.asOf", "context.fiscalYear"}) EXPECT_EQ(EnglishIn(names.Context(path, id)), "");
    for (const audit::Parameter& parameter : pack->parameters) {
      const std::string path = "context.params." + parameter.name;
      EXPECT_EQ(names.Context(path, id), "「" + parameter.word + "」");
      EXPECT_EQ(names.Context(path, "another"), path) << "its word is that of its own pack";
      ++tried;
    }
  }
  EXPECT_GT(tried, 50u);
}

TEST(Explain, EveryRuleIsSaidInJapanese) {
  size_t tried = 0;
  for (const char* id : {"edogawa-2021", "appi-2023", "mn"}) {
    const auto pack = PackOf(id);
    const Names names(pack.get(), nullptr, Language::kJapanese);
    for (const audit::Rule& rule : pack->rules) {
      const bool gate = rule.moments == std::vector<audit::Moment>{audit::Moment::kRun};
      if (gate) continue;  // a refusal says its title and remedy
      const RuleWords words = SayRule(rule, pack.get(), Language::kJapanese);
      EXPECT_EQ(EnglishIn(words.applies), "") << rule.id << ": " << words.applies;
      EXPECT_EQ(EnglishIn(words.kept), "") << rule.id << ": " << words.kept;
      for (const char* sign : {"= 、", "≠ 、", "offset", "  "}) {
        EXPECT_EQ(words.kept.find(sign), std::string::npos) << rule.id << ": " << words.kept;
        EXPECT_EQ(words.applies.find(sign), std::string::npos) << rule.id << ": " << words.applies;
      }
      EXPECT_NE(names.Confidence(rule.confidence), "") << rule.id;
      ++tried;
    }
  }
  EXPECT_GT(tried, 300u);
}

TEST(Explain, SourcesAreSaidAsTheyAreLookedUp) {
  const auto said = [](std::string_view source) { return SaySource(source, Language::kJapanese); };
  EXPECT_EQ(said("access-log 2026 11-13"), "アクセス記録 2026/11〜2026/13");
  EXPECT_EQ(said("access-log 2026 9-9; paper.yaml:3"), "アクセス記録 2026/9; paper.yaml:3");
  EXPECT_EQ(said("not stated; paper.yaml:3"), "記載なし; paper.yaml:3");
  EXPECT_EQ(said("none"), "なし");
  EXPECT_EQ(said("paper.yaml:3; none"), "paper.yaml:3; none");
  EXPECT_EQ(said("access-log-7月.csv:3"), "access-log-7月.csv:3");
  EXPECT_EQ(SaySource("access-log 2026 11-13", Language::kEnglish), "access-log 2026 11-13");
}

TEST(Explain, AMomentIsSaidByTheClockInJapan) {
  const Names names(nullptr, nullptr, Language::kJapanese);
  EXPECT_EQ(names.ValueText("datetime(\"2021-06-30T23:00:00Z\")"), "令和3年7月1日 08:00");
  EXPECT_EQ(names.ValueText("datetime(\"2021-07-01T14:59:59Z\")"), "令和3年7月1日 23:59:59");
  EXPECT_EQ(SayMoment(1'625'097'600'000, Language::kJapanese), "令和3年7月1日");
  EXPECT_EQ(SayMoment(1'625'097'600'000 - 3'600'000, Language::kEnglish), "2021-07-01 08:00 in Japan");
  EXPECT_EQ(names.ValueText("duration(\"14d\")"), "14日");
  EXPECT_EQ(names.ValueText("duration(\"24d3h\")"), "24日3時間");
}

}  // namespace
}  // namespace hikae::report::testing
