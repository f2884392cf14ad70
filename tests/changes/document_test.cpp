#include "changes/document.h"

#include <gtest/gtest.h>

#include "changes/bench.h"
#include "written_findings.h"

namespace hikae::changes {
namespace {

using codec::Node;

constexpr const char* kText = R"(hikae: declaration/1
Declaration:
  令和3年度第9号議案:
    件数: 0123
    引用: "いいえ: \"否\""
    改行: "一行目\n二行目"
    保存期間: !blank
    提供先: !none
    項目: [氏名, 髙島屋𠮷野家, ｶﾅ氏名]
    空: {}
)";

Node Read() {
  auto node = codec::ReadYaml(kText, "試.yaml");
  EXPECT_TRUE(node.ok()) << node.error().ToString();
  return std::move(node).value();
}

std::vector<std::string> At(std::vector<std::string> rest) {
  std::vector<std::string> path = {"Declaration", "令和3年度第9号議案"};
  path.insert(path.end(), rest.begin(), rest.end());
  return path;
}

const Node& Find(const Node& node, const std::vector<std::string>& path) {
  const Node* at = &node;
  for (const std::string& key : path) at = at->Find(key);
  return *at;
}

TEST(Document, IsWrittenAsYamlThatReadsAsTheSame) {
  const Node node = Read();
  const auto again = codec::ReadYaml(WriteYaml(node), "again.yaml");
  ASSERT_TRUE(again.ok()) << again.error().ToString();
  EXPECT_EQ(node, *again);
  EXPECT_EQ(Find(*again, At({"保存期間"})).tag(), "blank");
  EXPECT_EQ(Find(*again, At({"提供先"})).tag(), "none");
  EXPECT_EQ(Find(*again, At({"件数"})).kind(), Node::Kind::kPlain);
  EXPECT_EQ(Find(*again, At({"改行"})).text(), "一行目\n二行目");
}

TEST(Change, SetsRemovesAppendsAndTakes) {
  const Node node = Read();
  const auto set = Apply(node, {Verb::kSet, At({"件数"}), Node::Plain("124")});
  ASSERT_TRUE(set.ok());
  EXPECT_EQ(Find(*set, At({"件数"})).text(), "124");
  const auto removed = Apply(node, {Verb::kRemove, At({"保存期間"}), {}});
  ASSERT_TRUE(removed.ok());
  EXPECT_EQ(Find(*removed, At({})).Find("保存期間"), nullptr);
  const auto appended = Apply(node, {Verb::kAppend, At({"項目"}), Node::Plain("葛󠄀城市")});
  ASSERT_TRUE(appended.ok());
  EXPECT_EQ(Find(*appended, At({"項目"})).items().size(), 4u);
  const auto taken = Apply(node, {Verb::kTake, At({"項目"}), Node::Plain("髙島屋𠮷野家")});
  ASSERT_TRUE(taken.ok());
  EXPECT_EQ(Find(*taken, At({"項目"})).items().size(), 2u);
}

// A stale case must fail, not pass by changing nothing.
TEST(Change, RefusesToChangeNothing) {
  const Node node = Read();
  EXPECT_FALSE(Apply(node, {Verb::kSet, At({"件数"}), Node::Plain("0123")}).ok());
  EXPECT_FALSE(Apply(node, {Verb::kSet, At({"無い", "件数"}), Node::Plain("1")}).ok());
  EXPECT_FALSE(Apply(node, {Verb::kRemove, At({"無い"}), {}}).ok());
  EXPECT_FALSE(Apply(node, {Verb::kAppend, At({"項目"}), Node::Plain("氏名")}).ok());
  EXPECT_FALSE(Apply(node, {Verb::kTake, At({"項目"}), Node::Plain("吉野家")}).ok());
  EXPECT_FALSE(Apply(node, {Verb::kAppend, At({"件数"}), Node::Plain("1")}).ok());
}

audit::Finding Found(std::string_view rule, std::string_view id, audit::Outcome outcome) {
  audit::Finding finding;
  finding.rule = rule;
  finding.thing.type = "Contract";
  finding.thing.id = id;
  finding.outcome = outcome;
  return finding;
}

TEST(Compare, SeesEveryOutcomeThatDiffers) {
  audit::Findings before, after;
  before.findings = test::ListOf({Found("a", "契約", audit::Outcome::kMet), Found("b", "契約", audit::Outcome::kMet),
                                  Found("a", "旧", audit::Outcome::kViolated)});
  after.findings =
      test::ListOf({Found("a", "契約", audit::Outcome::kNotShown), Found("b", "契約", audit::Outcome::kMet),
                    Found("a", "新", audit::Outcome::kViolated)});
  const Moved moved = Compare(before, after);
  EXPECT_EQ(moved.moves,
            (std::set<std::string>{"a Contract::\"契約\": met -> not shown", "a Contract::\"新\": - -> violated"}));
  EXPECT_EQ(moved.gone, std::set<std::string>{"Contract::\"旧\""});
  EXPECT_TRUE(Compare(before, before).moves.empty());
}

}  // namespace
}  // namespace hikae::changes
