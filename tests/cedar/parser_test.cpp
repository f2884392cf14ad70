#include <gtest/gtest.h>

#include "cedar/engine/policy_set.h"
#include "cedar/syntax/ast.h"

namespace hikae::cedar {
namespace {

std::string ErrorOf(const std::string& text) {
  const auto parsed = PolicySet::Parse({{"p", text}});
  return parsed.ok() ? "" : parsed.error().ToString();
}
std::string ErrorIn(const std::string& expression) {
  const auto parsed = ParseExpression(expression, "p");
  return parsed.ok() ? "" : parsed.error().ToString();
}

constexpr char kRule[] = R"(// 消去
@id("edo21.end.erasure") @title("消去報告がない：葛󠄀飾・𠮷田") @shadow @if("x") @evidence("principal.erasureReportOn")
forbid (principal is Contract, action in Action::"audit.end", resource is Handling in Handling::"ひきこもり",)
when { resource.profile.dispositions.contains(Disposal::"erasure",) && principal has a.b.c }
when { principal["氏名"] == "ﾖｼﾀﾞ" }
unless { principal has erasureReportOn && principal.erasureReportOn >= principal.workEndedOn };
permit (principal, action, resource);)";

TEST(PolicySet, TellsWhatItRead) {
  const auto set = PolicySet::Parse({{"end.cedar", kRule}});
  ASSERT_TRUE(set.ok()) << set.error().ToString();
  ASSERT_EQ(set->policies().size(), 2u);
  const PolicyInfo& info = set->policies()[0];
  EXPECT_EQ(info.id, "policy0");
  EXPECT_EQ(info.effect, Effect::kForbid);
  ASSERT_EQ(info.annotations.size(), 5u);
  EXPECT_EQ(info.annotations[0].first, "id");
  EXPECT_EQ(*info.Annotation("title"), "消去報告がない：葛󠄀飾・𠮷田");
  EXPECT_EQ(*info.Annotation("shadow"), "");
  EXPECT_EQ(info.Annotation("severity"), nullptr);
  EXPECT_EQ(info.when_count, 2u);
  EXPECT_EQ(info.unless_count, 1u);
  EXPECT_EQ(info.when_paths,
            (std::vector<std::string>{"resource.profile", "resource.profile.dispositions", "principal.a",
                                      "principal.a.b", "principal.a.b.c", "principal[\"氏名\"]"}));
  EXPECT_EQ(info.unless_paths, (std::vector<std::string>{"principal.erasureReportOn", "principal.workEndedOn"}));
  EXPECT_EQ(info.where.ToString(), "end.cedar:2:1");
  EXPECT_TRUE(info.text.starts_with("@id(")) << info.text;
  EXPECT_TRUE(info.text.ends_with("};")) << info.text;
  const PolicySet second = set->Filter({false, true});
  ASSERT_EQ(second.policies().size(), 1u);
  EXPECT_EQ(second.policies()[0].id, "policy1");
}

TEST(PolicySet, IdsFromAnnotations) {
  const std::string one = "@id(\"a\") permit(principal, action, resource);";
  EXPECT_EQ(PolicySet::Parse({{"p", one}}, {.id_from_annotation = true})->policies()[0].id, "a");
  EXPECT_EQ(PolicySet::Parse({{"p", one}, {"q", "\n" + one}}, {.id_from_annotation = true}).error().ToString(),
            "q:2:1: the @id a is taken by another policy (see p:1:1)");
  EXPECT_EQ(PolicySet::Parse({{"p", "permit(principal, action, resource);"}}, {.id_from_annotation = true})
                .error()
                .ToString(),
            "p:1:1: the policy has no @id (write @id(\"…\") before it)");
}

TEST(Parser, SaysWhereWhatAndHow) {
  EXPECT_EQ(ErrorOf("permit(principal, action, resource)"),
            "p:1:36: expected 'when', 'unless' or ';', found the end of the text (every policy ends with ';')");
  EXPECT_EQ(ErrorOf("premit(principal, action, resource);"),
            "p:1:1: expected 'permit' or 'forbid', found 'premit' (did you mean 'permit'?)");
  EXPECT_EQ(ErrorOf("permit(principal, resource, action);"),
            "p:1:19: expected 'action', found 'resource' (the scope is (principal …, action …, resource …), in this "
            "order)");
  EXPECT_EQ(ErrorOf("permit(principal == User, action, resource);"),
            "p:1:21: expected an entity, found 'User' (entities are written Type::\"id\")");
  EXPECT_EQ(ErrorOf("permit(principal, action == User::\"a\", resource);"),
            "p:1:29: the action is compared with a User (actions have the type Action)");
  EXPECT_EQ(ErrorOf("@a @a permit(principal, action, resource);"),
            "p:1:5: the annotation @a stands twice on one policy");
  EXPECT_EQ(ErrorOf("permit(principal, action, resource) when {};"), "p:1:43: the condition of 'when' is empty");
  EXPECT_EQ(ErrorOf("permit(principal == ?resource, action, resource);"),
            "p:1:21: '?resource' cannot stand here (write ?principal)");
  EXPECT_EQ(ErrorIn("1 = 2"), "p:1:3: '=' is no operator (write '==' to compare)");
  EXPECT_EQ(ErrorIn("1 < 2 < 3"),
            "p:1:7: '<' cannot follow another comparison (comparisons do not chain: use parentheses or '&&')");
  EXPECT_EQ(ErrorIn("4 / 2"), "p:1:3: Cedar has no operator '/' (multiply the other side instead)");
  EXPECT_EQ(ErrorIn("principle.x"), "p:1:1: unknown name 'principle' (did you mean 'principal'?)");
  EXPECT_EQ(ErrorIn("resource.x.containAll([])"), "p:1:12: unknown method 'containAll' (did you mean 'containsAll'?)");
  EXPECT_EQ(ErrorIn("contains([1], 1)"), "p:1:1: 'contains' is a method, not a function (write value.contains(…))");
  EXPECT_EQ(ErrorIn("\"1.0\".decimal()"), "p:1:7: 'decimal' is a function, not a method (write decimal(…))");
  EXPECT_EQ(ErrorIn("principal.in"), "p:1:11: 'in' is reserved (quote it: [\"in\"], has \"in\", or {\"in\": …})");
  EXPECT_EQ(ErrorIn("{a: 1, \"a\": 2}"), "p:1:8: the key '\"a\"' stands twice in the record");
  EXPECT_EQ(ErrorIn("!!!!!true"), "p:1:5: more than 4 '!' in a row");
  EXPECT_EQ(ErrorIn("if true then 1"),
            "p:1:15: expected 'else' after the 'then' part: an 'if' always has one, found the end of the text");
  EXPECT_EQ(ErrorIn("(1 + 2"), "p:1:7: expected ')' to close '(' of 1:1, found the end of the text");
  EXPECT_EQ(
      ErrorIn("?principal"),
      "p:1:1: '?principal' stands in a condition; slots are for the scope only (compare it in the scope, (principal "
      "== ?principal, …), and write principal in the condition)");
  EXPECT_EQ(ErrorIn("\"葛󠄀飾\" == 氏名").substr(0, 34), "p:1:10: unexpected character '氏'");
}

TEST(Parser, IntegersHave64Bits) {
  EXPECT_EQ(ErrorIn("9223372036854775807"), "");
  EXPECT_EQ(ErrorIn("-9223372036854775808"), "");
  EXPECT_NE(ErrorIn("9223372036854775808"), "");
  EXPECT_NE(ErrorIn("-(9223372036854775808)"), "");
  EXPECT_NE(ErrorIn("99999999999999999999999999"), "");
}

TEST(Parser, DepthIsBounded) {
  const auto nested = [](size_t depth, const std::string& open, const std::string& close) {
    std::string text;
    for (size_t i = 0; i < depth; ++i) text += open;
    text += "true";
    for (size_t i = 0; i < depth; ++i) text += close;
    return ErrorIn(text);
  };
  EXPECT_EQ(nested(150, "(", ")"), "");
  EXPECT_TRUE(nested(10'000, "(", ")").starts_with("p:1:201: nested more than 200 levels deep"));
  EXPECT_NE(nested(100'000, "[", "]"), "");
  EXPECT_NE(nested(10'000, "if true then true else ", ""), "");
  EXPECT_NE(nested(10'000, "{a: ", "}"), "");
  std::string sum = "1", path = "principal", all = "true";
  for (int i = 0; i < 10'000; ++i) sum += " + 1", path += ".a", all += " && true";
  EXPECT_NE(ErrorIn(sum).find("more than 1000 operations deep"), std::string::npos);
  EXPECT_NE(ErrorIn(path), "");
  EXPECT_EQ(ErrorIn(all), "");  // a long list of conditions is flat
}

TEST(Parser, AcceptsTheWholeGrammar) {
  for (const char* text :
       {"principal.principal.permit.when", "{when: 1, \"if\": 2,}", "[1, 2,].contains(1,)",
        "a::b::C::\"x\" in [A::\"\"]", "principal is A::B in resource", "context has \"氏名\"", "- - 5 == 5",
        "!(!true)", "\"a\" like \"\\**\\u{8449}\"", "ip(\"::1\").isInRange(ip(\"::/8\"))", "decimal()",
        "if true then 1 else if false then 2 else 3", "1 + 2 - 3 * -4 * 5",
        "principal.hasTag(\"媒体番号\") && principal.getTag(\"媒体番号\") == \"1\""}) {
    EXPECT_EQ(ErrorIn(text), "") << text;
  }
  EXPECT_EQ(
      ErrorOf(
          "permit(principal in ?principal, action in [Action::\"a\", N::Action::\"b\",], resource is T in ?resource);"),
      "");
}

}  // namespace
}  // namespace hikae::cedar
