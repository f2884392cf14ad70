// Trees to text and back, and the comparison that tells trees apart.
#include "cedar/syntax/print.h"

#include <gtest/gtest.h>

#include <random>

#include "cedar/syntax/compare.h"
#include "cedar/texts.h"

namespace hikae::cedar {
namespace {

ExprPtr Parsed(const std::string& text) {
  auto expr = ParseExpression(text, "p");
  EXPECT_TRUE(expr.ok()) << expr.error().ToString() << " in " << text;
  return expr.ok() ? std::move(*expr) : std::make_unique<Expr>();
}

// Each text prints as itself: parentheses stand exactly where they are needed.
TEST(Print, NoMoreParenthesesThanNeeded) {
  for (const char* text : {
           "1 - 2 - 3",
           "1 - (2 - 3)",
           "1 + 2 * 3",
           "(1 + 2) * 3",
           "2 * (3 * 4)",
           "a::B::\"葛󠄀飾\\\"\\n\\0\"",
           "true && false && true",
           "true && (false && true)",
           "true || false && true",
           "(true || false) && true",
           "!true && !(true && false)",
           "!!!!true",
           "!!!!(!true)",
           "----1",
           "---1",
           "----(-1)",
           "-(1)",
           "--(1)",
           "1 - -1",
           "-principal.n",
           "-(1 + 2)",
           "!(-1)",
           "-(!true)",
           "(-1).a",
           "(-9223372036854775808).a",
           "-9223372036854775808",
           "(if true then 1 else 2) + 3",
           "if true then 1 else 2 + 3",
           "[if true then 1 else 2].contains(1)",
           "if if true then true else false then 1 else if true then 2 else 3",
           "true && (if true then true else false)",
           "(1 == 2) == false",
           "(principal in resource) in action",
           "principal in [resource, action]",
           "principal has a.b.c",
           "principal has \"氏名\"",
           "(principal has a) == true",
           "principal[\"if\"][\"a b\"].c",
           "principal.a like \"*\\*葛\\\"*\"",
           "principal is N::User in resource.owner",
           "(principal is A) == true",
           "{a: 1, \"if\": 2, \"電話 番号\": {}}.a",
           "ip(\"::1\").isInRange(ip(\"::/8\"))",
           "decimal(\"1.0\")",
           "datetime(\"2021-05-06\").offset(duration(\"1d\")).toDate()",
           "[].isEmpty()",
           "principal.getTag(\"媒体\") + 1",
           "principal.hasTag(\"媒体\")",
           "(1 < 2) in (3 - 4).x",
           "1 - 2 < 3 - 4",
           "(\"a\" like \"b\") like \"c\"",
           "A::\"x\".n",
           "\"a\".b",
           "(1 + 2).lessThan(3, 4)",
           "context == {}",
           "(!true).a",
           "!true has b",
       }) {
    EXPECT_EQ(PrintExpression(*Parsed(text)), text);
  }
  EXPECT_EQ(PrintExpression(*Parsed("((true && (false)) && true)")), "true && false && true");
  EXPECT_EQ(PrintExpression(*Parsed("(1-2)-(((3)))")), "1 - 2 - 3");
  EXPECT_EQ(PrintExpression(*Parsed("{\"a\":1,}")), "{a: 1}");
}

TEST(Print, Policies) {
  const auto parsed = ParsePolicies(R"(@id("消去") @shadow @empty("") forbid(principal is A::B in ?principal,
    action in [Action::"a",N::Action::"b",], resource == ?resource,) when{true}unless{false&&true}when{principal.x};
    permit(principal,action in [Action::"a"],resource is T);)",
                                    "p");
  ASSERT_TRUE(parsed.ok()) << parsed.error().ToString();
  EXPECT_EQ(PrintPolicy((*parsed)[0]), R"(@id("消去")
@shadow
@empty("")
forbid (principal is A::B in ?principal, action in [Action::"a", N::Action::"b"], resource == ?resource)
when { true }
unless { false && true }
when { principal.x };)");
  EXPECT_EQ(PrintPolicy((*parsed)[1]), "permit (principal, action in Action::\"a\", resource is T);");
}

// Each line is one policy; no two of them are the same, and each is the same as itself parsed once more.
TEST(Compare, TellsPlantedDifferencesApart) {
  const std::vector<std::string> heads = {
      "permit(principal,action,resource)",
      "forbid(principal,action,resource)",
      "@a permit(principal,action,resource)",
      "@a(\"\") permit(principal,action,resource)",
      "@a(\"x\") permit(principal,action,resource)",
      "@b(\"x\") permit(principal,action,resource)",
      "@a @b permit(principal,action,resource)",
      "@b @a permit(principal,action,resource)",
      "permit(principal == A::\"x\",action,resource)",
      "permit(principal == A::\"y\",action,resource)",
      "permit(principal == B::\"x\",action,resource)",
      "permit(principal == ?principal,action,resource)",
      "permit(principal in A::\"x\",action,resource)",
      "permit(principal in ?principal,action,resource)",
      "permit(principal is A,action,resource)",
      "permit(principal is B,action,resource)",
      "permit(principal is A in A::\"x\",action,resource)",
      "permit(principal is A in ?principal,action,resource)",
      "permit(principal,action,resource == A::\"x\")",
      "permit(principal,action == Action::\"x\",resource)",
      "permit(principal,action in Action::\"x\",resource)",
      "permit(principal,action in [Action::\"x\",Action::\"y\"],resource)",
      "permit(principal,action in [Action::\"y\",Action::\"x\"],resource)",
      "permit(principal,action in [],resource)",
  };
  const std::vector<std::string> conditions = {"1",
                                               "2",
                                               "true",
                                               "false",
                                               "\"1\"",
                                               "\"true\"",
                                               "A::\"x\"",
                                               "A::\"y\"",
                                               "B::\"x\"",
                                               "principal",
                                               "action",
                                               "resource",
                                               "context",
                                               "principal.a",
                                               "principal.b",
                                               "resource.a",
                                               "principal has a",
                                               "principal has b",
                                               "principal has a.b",
                                               "principal has a.b.c",
                                               "principal has a && principal.a has b",
                                               "principal like \"a\"",
                                               "principal like \"*\"",
                                               "principal like \"\\*\"",
                                               "principal like \"**\"",
                                               "principal is A",
                                               "principal is B",
                                               "principal is A in resource",
                                               "principal is A in context",
                                               "1 + 2",
                                               "2 + 1",
                                               "1 - 2",
                                               "1 * 2",
                                               "1 < 2",
                                               "1 <= 2",
                                               "1 > 2",
                                               "1 >= 2",
                                               "1 == 2",
                                               "1 != 2",
                                               "1 in 2",
                                               "true && false",
                                               "true || false",
                                               "true && false && true",
                                               "true && (false && true)",
                                               "!true",
                                               "!!true",
                                               "-(1)",
                                               "-1",
                                               "--1",
                                               "-principal.a",
                                               "if true then 1 else 2",
                                               "if true then 2 else 1",
                                               "if false then 1 else 2",
                                               "[]",
                                               "[1]",
                                               "[1, 2]",
                                               "[2, 1]",
                                               "[1, 1]",
                                               "[[1]]",
                                               "{}",
                                               "{a: 1}",
                                               "{a: 2}",
                                               "{b: 1}",
                                               "{a: 1, b: 2}",
                                               "{b: 2, a: 1}",
                                               "ip(\"a\")",
                                               "ip(\"b\")",
                                               "decimal(\"a\")",
                                               "ip()",
                                               "ip(\"a\", \"b\")",
                                               "ip(\"a\").isIpv4()",
                                               "ip(\"a\").isIpv6()",
                                               "[1].contains(1)",
                                               "[1].contains(2)",
                                               "[1].containsAll(1)",
                                               "[1].containsAny(1)",
                                               "[1].isEmpty()",
                                               "principal.getTag(\"a\")",
                                               "principal.hasTag(\"a\")",
                                               "1 + 2 + 3",
                                               "1 + (2 + 3)",
                                               "1 + 2 * 3",
                                               "(1 + 2) * 3"};
  std::vector<std::string> texts;
  for (const std::string& head : heads) texts.push_back(head + ";");
  for (const std::string& condition : conditions) texts.push_back(heads[0] + "when{" + condition + "};");
  texts.push_back(heads[0] + "unless{true};");
  texts.push_back(heads[0] + "when{true}when{true};");
  texts.push_back(heads[0] + "when{true}unless{true};");
  texts.push_back(heads[0] + "unless{true}when{true};");
  std::vector<PolicyTree> trees, again;
  for (const std::string& text : texts) {
    for (auto* list : {&trees, &again}) {
      auto parsed = ParsePolicies(list == &trees ? text : "// 位置は違う\n  " + text, "p");
      ASSERT_TRUE(parsed.ok()) << parsed.error().ToString() << text;
      list->push_back(std::move((*parsed)[0]));
    }
  }
  for (size_t i = 0; i < trees.size(); ++i) {
    for (size_t j = 0; j < trees.size(); ++j) {
      EXPECT_EQ(SamePolicy(trees[i], again[j]), i == j) << texts[i] << " against " << texts[j];
    }
  }
}

size_t RoundTrips(const std::vector<PolicyText>& texts) {
  size_t policies = 0;
  for (const PolicyText& one : texts) {
    const auto before = ParsePolicies(one.text, one.name);
    EXPECT_TRUE(before.ok()) << before.error().ToString();
    if (!before.ok()) continue;
    for (const PolicyTree& tree : *before) {
      const std::string printed = PrintPolicy(tree);
      const auto after = ParsePolicies(printed, "printed");
      EXPECT_TRUE(after.ok() && after->size() == 1 && SamePolicy(tree, (*after)[0])) << printed;
      EXPECT_EQ(after.ok() ? PrintPolicy((*after)[0]) : "", printed);
      ++policies;
    }
  }
  return policies;
}

TEST(Print, PacksComeBackTheSame) { EXPECT_GT(RoundTrips(PackTexts()), 100u); }

TEST(Print, TheCorpusComesBackTheSame) {
  const auto texts = CorpusTexts();
  if (texts.empty()) GTEST_SKIP() << "the public corpus is absent";
  EXPECT_GT(RoundTrips(texts), 3000u);
}

// Random trees, with every operand in every place.
class RandomTree {
 public:
  explicit RandomTree(uint32_t seed) : random_(seed) {}

  ExprPtr Make(int depth) {
    auto out = std::make_unique<Expr>();
    out->kind = depth == 0 ? (Below(3) ? ExprKind::kLiteral : ExprKind::kVariable)
                           : static_cast<ExprKind>(Below(static_cast<size_t>(ExprKind::kCall) + 1));
    const auto operands = [&](size_t count) {
      while (out->operands.size() < count) out->operands.push_back(Make(depth - 1));
    };
    switch (out->kind) {
      case ExprKind::kLiteral:
        out->value = Literal();
        break;
      case ExprKind::kVariable:
        out->variable = static_cast<Variable>(Below(4));
        break;
      case ExprKind::kIf:
        operands(3);
        break;
      case ExprKind::kAnd:
      case ExprKind::kOr:
        operands(2 + Below(3));
        while (out->operands[0]->kind == out->kind) out->operands[0] = Make(depth - 1);
        break;
      case ExprKind::kNot:
      case ExprKind::kNegate:
      case ExprKind::kIsEmpty:
        operands(1);
        break;
      case ExprKind::kHas:
        operands(1);
        out->names = Below(2) ? std::vector<std::string>{Name()} : std::vector<std::string>{"a", "b", "_c1"};
        break;
      case ExprKind::kGet:
        operands(1);
        out->name = Name();
        break;
      case ExprKind::kLike:
        operands(1);
        out->pattern.pieces = {Name(), "*\"", ""};
        break;
      case ExprKind::kIs:
        operands(1 + Below(2));
        out->name = "A::B";
        break;
      case ExprKind::kSet:
        operands(Below(4));
        break;
      case ExprKind::kRecord:
        operands(Below(3));
        for (size_t i = 0; i < out->operands.size(); ++i) out->names.push_back(i ? "葛󠄀" : "a");
        break;
      case ExprKind::kCall:
        out->name = Below(2) ? "ip" : "isInRange";
        operands(1 + Below(3));
        break;
      default:
        operands(2);
    }
    return out;
  }

 private:
  size_t Below(size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(random_); }
  std::string Name() {
    static const std::vector<std::string> kNames = {"a", "if", "__cedar", "氏名", "a b", "", "\"\\*\n\x01", "ﾖｼﾀﾞ"};
    return kNames[Below(kNames.size())];
  }
  Value Literal() {
    switch (Below(5)) {
      case 0:
        return Value::Long(Below(2) ? -3 : 3);
      case 1:
        return Value::Long(Below(2) ? INT64_MIN : INT64_MAX);
      case 2:
        return Value::Bool(true);
      case 3:
        return Value::String(Name());
      default:
        return Value::Entity({"A::B", Name()});
    }
  }
  std::mt19937 random_;
};

TEST(Print, RandomTreesComeBackTheSame) {
  for (uint32_t seed = 0; seed < 4000; ++seed) {
    const ExprPtr tree = RandomTree(seed).Make(1 + static_cast<int>(seed % 4));
    const std::string printed = PrintExpression(*tree);
    const auto after = ParseExpression(printed, "printed");
    ASSERT_TRUE(after.ok()) << after.error().ToString() << "\n" << printed;
    ASSERT_TRUE(SameExpression(*tree, **after)) << printed << "\n" << PrintExpression(**after);
  }
}

}  // namespace
}  // namespace hikae::cedar
