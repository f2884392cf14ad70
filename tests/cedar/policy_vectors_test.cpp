// Policies as data: which texts are policies, and what is wrong with those that are not, to the column. The official
// engine is asked about the same texts; where it judges otherwise, the case says how and why.
#include <gtest/gtest.h>

#include "cedar/engine/policy_set.h"
#include "cedar/official.h"
#include "cedar/syntax/compare.h"
#include "cedar/syntax/format.h"
#include "cedar/syntax/policy_json.h"
#include "cedar/syntax/print.h"
#include "cedar/trees.h"
#include "places.h"

namespace hikae::cedar {
namespace {

std::vector<codec::Node> Cases() {
  const auto json =
      codec::ReadJson(ReadAll(hikae::test::SourceDir() + "/tests/cedar/vectors/policies.json"), "policies.json");
  EXPECT_TRUE(json.ok()) << json.error().ToString();
  return json.ok() ? json->items() : std::vector<codec::Node>();
}

// Conditions stand on the third line, from its first column.
std::string TextOf(const codec::Node& one) {
  const codec::Node* when = one.Find("when");
  if (when == nullptr) return one.Find("policies")->text();
  return "permit(principal, action, resource)\nwhen {\n" + when->text() + "\n};";
}

TEST(PolicyVectors, AreReadOrRefusedAsTheySay) {
  size_t accepted = 0, refused = 0;
  for (const codec::Node& one : Cases()) {
    const std::string text = TextOf(one);
    const auto trees = ParsePolicies(text, "p");
    EXPECT_EQ(trees.ok() ? "ok" : trees.error().ToString(), one.Find("expect")->text()) << text;
    ++(trees.ok() ? accepted : refused);
    if (!trees.ok()) continue;
    for (const PolicyTree& tree : *trees) {
      const auto printed = ParsePolicies(PrintPolicy(tree), "printed");
      EXPECT_TRUE(printed.ok() && SamePolicy((*printed)[0], tree)) << text;
      const auto json = PolicyFromJson(PolicyToJson(tree), "json");
      EXPECT_TRUE(json.ok() && SamePolicy(*json, SpelledOut(tree))) << text;
    }
    const auto formatted = FormatPolicies(text, "p");
    EXPECT_TRUE(formatted.ok()) << text;
  }
  EXPECT_GT(accepted, 80u);
  EXPECT_GT(refused, 150u);
}

TEST(PolicyVectors, TheOfficialEngineAgrees) {
  if (!Official::AtHand()) GTEST_SKIP() << "node or the official engine is absent";
  const auto cases = Cases();
  Official official;
  for (const codec::Node& one : cases) official.Ask("policySetTextToParts", {TextOf(one)});
  const auto answers = official.Answers();
  for (size_t i = 0; i < cases.size(); ++i) {
    ASSERT_TRUE(answers[i].IsMap());
    const bool ours = cases[i].Find("expect")->text() == "ok";
    const codec::Node* differs = cases[i].Find("official");
    const bool theirs = answers[i].Find("type")->text() == "success";
    EXPECT_EQ(theirs, differs != nullptr ? differs->text() == "accepts" : ours) << TextOf(cases[i]);
    EXPECT_TRUE(differs == nullptr || (theirs != ours && cases[i].Find("why") != nullptr)) << TextOf(cases[i]);
  }
}

std::string Repeated(size_t count, const std::string& what) {
  std::string out;
  out.reserve(count * what.size());
  for (size_t i = 0; i < count; ++i) out += what;
  return out;
}

TEST(PolicyVectors, LargeTextsAreReadOrRefusedByName) {
  // Ten million bytes each: one policy often, one long condition, one long string, one long comment.
  const std::string head = "permit(principal, action, resource)";
  const size_t bytes = 10'000'000;
  EXPECT_EQ(ParsePolicies(Repeated(bytes / 36, head + ";"), "p")->size(), bytes / 36);
  EXPECT_TRUE(ParsePolicies(head + "when{" + Repeated(bytes / 8, "true && ") + "true};", "p").ok());
  EXPECT_TRUE(ParsePolicies(head + "when{\"" + std::string(bytes, 'a') + "\" == \"\"};", "p").ok());
  EXPECT_TRUE(ParsePolicies("//" + std::string(bytes, 'a'), "p").ok());
  EXPECT_EQ(ParsePolicies(std::string(kMaxSourceBytes + 1, ' '), "p").error().ToString(),
            "p: the text has 33554433 bytes; at most 33554432 are read");
  const auto deep = [&](const std::string& open) {
    const auto trees = ParsePolicies(head + "when{" + Repeated(10'000, open), "p");
    return trees.ok() ? std::string() : trees.error().text.en;
  };
  for (const char* open : {"(", "[", "{a: ", "ip(", "principal.contains("}) {
    EXPECT_EQ(deep(open), "nested more than 200 levels deep") << open;
  }
  EXPECT_EQ(deep("if true then true else "), "nested more than 200 levels deep");
  EXPECT_EQ(deep("!"), "more than 4 '!' in a row");
  EXPECT_EQ(ParsePolicies(head + "when{principal has " + Repeated(10'000, "a.") + "a};", "p").error().text.en,
            "the expression is more than 1000 operations deep");
  EXPECT_EQ(ParsePolicies(std::string("permit(principal, action, resource)\0;", 37), "p").error().ToString(),
            "p:1:36: unexpected character U+0000");
  EXPECT_EQ(ParsePolicies("permit(principal, action, resource) when { \"\xED\xA0\x82\" };", "p").error().ToString(),
            "p:1:45: invalid UTF-8 (save the text as UTF-8)");
}

}  // namespace
}  // namespace hikae::cedar
