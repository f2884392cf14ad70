#include "codec/node.h"

#include <gtest/gtest.h>

#include <chrono>

namespace hikae::codec {
namespace {

using base::Language;
using base::Status;

std::string Times(std::string_view text, size_t count) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out += text;
  return out;
}

Node Json(std::string_view text) {
  auto node = ReadJson(text, "入力.json");
  EXPECT_TRUE(node.ok()) << text << ": " << node.error().ToString();
  return node.ok() ? *node : Node();
}

Node Yaml(std::string_view text) {
  auto node = ReadYaml(text, "入力.yaml");
  EXPECT_TRUE(node.ok()) << text << ": " << node.error().ToString();
  return node.ok() ? *node : Node();
}

std::string At(const Node& node) { return std::to_string(node.mark().line) + ":" + std::to_string(node.mark().column); }

TEST(ReadJson, KeepsIntegersExactlyAndOtherNumbersAsText) {
  const Node node = Json(R"([9223372036854775807,-9223372036854775808,9223372036854775808,1.50,1e3,0,-0,12])");
  ASSERT_EQ(node.items().size(), 8u);
  EXPECT_EQ(node.items()[0].integer(), INT64_MAX);
  EXPECT_EQ(node.items()[1].integer(), INT64_MIN);
  EXPECT_EQ(node.items()[2].kind(), Node::Kind::kReal);
  EXPECT_EQ(node.items()[2].text(), "9223372036854775808");
  EXPECT_EQ(node.items()[3].text(), "1.50");
  EXPECT_EQ(node.items()[4].text(), "1e3");
  EXPECT_EQ(node.items()[7].integer(), 12);
}

TEST(ReadJson, KnowsTheLineAndTheColumnOfEveryValueInCharacters) {
  const Node node = Json("{\r\n  \"氏名\": \"髙橋 𠮷男\", \"数\": 12,\n  \"表\": [1 ,\n 22]\n}");
  EXPECT_EQ(At(node), "1:1");
  EXPECT_EQ(At(*node.Find("氏名")), "2:9");
  EXPECT_EQ(At(*node.Find("数")), "2:23");
  EXPECT_EQ(node.KeyMark(1).column, 18u);
  EXPECT_EQ(At(node.Find("表")->items()[0]), "3:9");
  EXPECT_EQ(At(node.Find("表")->items()[1]), "4:2");
}

TEST(ReadJson, ReadsEscapes) {
  EXPECT_EQ(Json(R"("\ud842\udfb7\u91ce\n\"\\\/")").text(), "𠮷野\n\"\\/");
  EXPECT_EQ(Json("\xEF\xBB\xBF true ").boolean(), true);
  EXPECT_TRUE(Json("null").IsNull());
  EXPECT_EQ(Json("-7").integer(), -7);
}

struct Bad {
  std::string text;
  std::string where;     // "line:column"
  std::string fragment;  // of the English message
};

void ExpectRefused(const base::Result<Node>& node, const Bad& bad) {
  const std::string shown = bad.text.substr(0, 60);
  ASSERT_FALSE(node.ok()) << shown;
  EXPECT_EQ(node.error().status, Status::kArgument) << shown;
  const std::string message = node.error().ToString();
  EXPECT_NE(message.find(":" + bad.where + ": "), std::string::npos) << shown << " gave " << message;
  EXPECT_NE(message.find(bad.fragment), std::string::npos) << shown << " gave " << message;
  EXPECT_FALSE(node.error().text.ja.empty()) << shown;
  EXPECT_EQ(message.find('\n'), std::string::npos) << shown;
}

TEST(ReadJson, RefusesWhatIsNotOneStrictDocument) {
  const Bad cases[] = {
      {"", "1:1", "empty"},
      {" \n\t", "1:1", "empty"},
      {"\xEF\xBB\xBF", "1:1", "empty"},
      {"{\"a\":1,\n \"a\":2}", "2:2", "\"a\" is written twice"},
      {"{\"a\":1} {}", "1:9", "follows the end"},
      {"1 2", "1:3", "follows the end"},
      {"[1,]", "1:4", "misplaced"},
      {"[1 2]", "1:4", "misplaced"},
      {"[1", "1:3", "too early"},
      {"\"abc", "1:5", "too early"},
      {"{\"a\" 1}", "1:6", "misplaced"},
      {"{a:1}", "1:2", "misplaced"},
      {"'a'", "1:1", "misplaced"},
      {"[01]", "1:2", "misplaced"},
      {"[NaN]", "1:2", "misplaced"},
      {"// x\n1", "1:1", "misplaced"},
      {"\"\\ud800\"", "1:8", "escape"},
      {"\"\t\"", "1:2", "misplaced"},
      {std::string("[\"a\0b\"]", 7), "1:4", "NUL"},
      {"[\"\x8D\x5D\x8C\xCB\"]", "1:3", "not UTF-8"},
      {"区\n\xFF", "2:1", "not UTF-8"},
      {Times("[", 10'000), "1:65", "deeper than 64"},
      {Times("{\"a\":", 10'000), "1:321", "deeper than 64"},
  };
  for (const Bad& bad : cases) ExpectRefused(ReadJson(bad.text, "f.json"), bad);
}

TEST(ReadYaml, LeavesScalarsAsTextAndTellsPlainFromQuoted) {
  const Node node =
      Yaml("a: no\nb: 0123\nc: \"12\"\nd: |\n  二行の\n  文\ne: ~\nf: 'x'\n契1(1): {g: 300, h: [甲, 乙]}\n");
  EXPECT_EQ(node.Find("a")->kind(), Node::Kind::kPlain);
  EXPECT_EQ(node.Find("a")->text(), "no");
  EXPECT_EQ(node.Find("b")->text(), "0123");
  EXPECT_EQ(node.Find("c")->kind(), Node::Kind::kString);
  EXPECT_EQ(node.Find("d")->text(), "二行の\n文\n");
  EXPECT_TRUE(node.Find("e")->IsNull());
  EXPECT_EQ(node.Find("契1(1)")->Find("h")->items()[1].text(), "乙");
}

TEST(ReadYaml, KnowsTagsAndPlacesInCharacters) {
  const Node node = Yaml("業務:\n  保存期間: !blank\n  対象者: !none\n  次: x\n");
  const Node& body = *node.Find("業務");
  EXPECT_EQ(body.Find("保存期間")->tag(), "blank");
  EXPECT_EQ(body.Find("保存期間")->text(), "");
  EXPECT_EQ(At(*body.Find("保存期間")), "2:9");
  EXPECT_EQ(body.Find("対象者")->tag(), "none");
  EXPECT_EQ(body.Find("次")->tag(), "");
  EXPECT_EQ(body.KeyMark(2).line, 4u);
  EXPECT_EQ(body.KeyMark(2).column, 3u);
}

TEST(ReadYaml, RefusesWhatIsNotOneStrictDocument) {
  const Bad cases[] = {
      {"", "1:1", "empty"},
      {"# 注記だけ\n", "1:1", "empty"},
      {"a: 1\nb: 2\na: 3\n", "3:1", "\"a\" is written twice"},
      {"a: &x 1\nb: *x\n", "1:4", "anchors"},
      {"a: *x\n", "1:4", "anchor"},
      {"<<: {a: 1}\n", "1:1", "merge keys"},
      {"a: 1\n---\nb: 2\n", "2:1", "second document"},
      {"a: 1\n...\nb\n", "3:1", "second document"},
      {"- a\nb: c\n", "2:1", "second document"},
      {"? [a]\n: b\n", "1:3", "cannot be a key"},
      {"{a: 1}: 2\n", "1:1", "cannot be a key"},
      {"~: 1\n", "1:1", "key is missing"},
      {"a: !!int 1\n", "1:4", "tag"},
      {"a: !<tag:x,2000:y> 1\n", "1:4", "tag"},
      {"!x a: 1\n", "1:1", "tag"},
      {"氏名: \"x\" y\n", "1:9", "not YAML"},
      {"a: [b\nc: d\n", "2:2", "not YAML"},
      {"a: 'x\n", "1:4", "never closed"},
      {"a: \"x\\\"\nb: 1\n", "1:4", "never closed"},
      {"a:\n\t- b\n", "2:2", "not YAML"},
      {"a: |\n x\nただの行\n", "3:1", "colon is expected"},
      {"a: {b, c: 1}\n", "1:5", "colon is expected"},
      {"a: \x8D\x5D\n", "1:4", "not UTF-8"},
      {std::string("a: b\0c", 6), "1:5", "NUL"},
      {Times("[", 10'000), "1:65", "deeper than 64"},
      {Times("- ", 10'000), "1:129", "deeper than 64"},
      {Times("{a: ", 10'000), "1:257", "deeper than 64"},
      {Times("[\n", 10'000), "65:1", "deeper than 64"},
      {Times("? ", 10'000), "1:3", "cannot be a key"},
  };
  for (const Bad& bad : cases) ExpectRefused(ReadYaml(bad.text, "f.yaml"), bad);
}

TEST(ReadYaml, ADeepIndentationNeitherCrashesNorHangs) {
  std::string text;
  for (size_t i = 0; i < 3'000; ++i) text += std::string(i, ' ') + "a:\n";
  ExpectRefused(ReadYaml(text, "f.yaml"), {"indentation", "65:65", "deeper than 64"});
}

TEST(Read, RefusesMoreThanTheLimitsByName) {
  const std::string big(100'000'000, ' ');
  for (const auto& read : {&ReadJson, &ReadYaml}) {
    const auto node = read(big, "大.json", {});
    ASSERT_FALSE(node.ok());
    EXPECT_EQ(node.error().ToString(),
              "大.json: the document is larger than 33554432 bytes (split it into several documents)");
    EXPECT_EQ(node.error().ToString(Language::kJapanese),
              "大.json: 文書が33554432バイトを超える（複数の文書に分ける）");
    const auto many = read("[1, 2, 3]", "f", Limits{.max_nodes = 3});
    ASSERT_FALSE(many.ok());
    EXPECT_NE(many.error().ToString().find("f:1:8: more than 3 values"), std::string::npos) << many.error().ToString();
  }
}

TEST(Read, ALongLineIsReadInTimeThatGrowsWithItsLength) {
  const auto seconds = [](const std::string& text) {
    const auto start = std::chrono::steady_clock::now();
    EXPECT_TRUE(ReadJson(text, "f").ok());
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  // Counting each token's column from the start of the line would take minutes here; no bar on the time itself.
  seconds("[" + Times("\"区\",", 300'000) + "1]");
  const auto refused = ReadYaml("[" + Times("a,", 600'000) + "a]", "f");
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().ToString().find("f:1:1: a bracketed list"), std::string::npos);
}

TEST(Read, ManyDeepValuesAreReadAndRefusedInTimeThatGrowsWithTheText) {
  // Halting the parser at each token would cost the depth each time, and take minutes here.
  Limits limits;
  limits.max_depth = 2002;
  const std::string deep = Times("[", 2'000) + "1" + Times("]", 2'000);
  const std::string text = "[" + Times(deep + ",", 1'000) + deep;
  const auto read = ReadJson(text + "]", "f", limits);
  ASSERT_TRUE(read.ok()) << read.error().ToString();
  ASSERT_EQ(read->items().size(), 1'001u);
  EXPECT_EQ(read->items().back().mark().column, 1'000 * (deep.size() + 1) + 2);
  const auto refused = ReadJson(text + ";", "f", limits);
  ASSERT_FALSE(refused.ok());
  EXPECT_TRUE(refused.error().ToString().starts_with("f:1:" + std::to_string(text.size() + 1) + ": not JSON here"))
      << refused.error().ToString();
}

TEST(WriteJson, WritesWhatItReads) {
  const std::string text = "{\"b\":[1,-2,1.50,true,null,\"区\\n\\u0001\\\"\"],\"a\":{},\"c\":[]}";
  EXPECT_EQ(WriteJson(Json(text)), text);
  EXPECT_EQ(WriteJson(Json("{\"b\":[1,{}],\"a\":2}"), 2), "{\n  \"b\": [\n    1,\n    {}\n  ],\n  \"a\": 2\n}\n");
  EXPECT_EQ(WriteJson(Yaml("a: 012")), "{\"a\":\"012\"}");
}

TEST(WriteCanonical, EqualValuesGiveEqualBytes) {
  EXPECT_EQ(WriteCanonical(Json("{\"b\": 1, \"a\": [ {\"d\":2,\"c\":3} ]}")), "{\"a\":[{\"c\":3,\"d\":2}],\"b\":1}");
  EXPECT_EQ(Json("{\"a\":1,\"b\":2}"), Json("{\"b\":2,\n\"a\":1}"));
  EXPECT_FALSE(Json("{\"a\":1}") == Json("{\"a\":\"1\"}"));
}

TEST(Node, CopiesAreDeepAndAssigningAPartOfItselfIsSafe) {
  Node node = Json("{\"a\":[1,{\"b\":2}]}");
  Node copy = node;
  copy.Set("a", Node::Integer(3));
  EXPECT_EQ(WriteJson(node), "{\"a\":[1,{\"b\":2}]}");
  node = node.Find("a")->items()[1];
  EXPECT_EQ(WriteJson(node), "{\"b\":2}");
}

}  // namespace
}  // namespace hikae::codec
