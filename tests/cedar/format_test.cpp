// The formatter: how it looks, and that nothing but the looks changes.
#include "cedar/syntax/format.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "base/columns.h"
#include "cedar/official.h"
#include "cedar/syntax/ast.h"
#include "cedar/syntax/compare.h"
#include "cedar/syntax/policy_json.h"
#include "cedar/text/lexer.h"
#include "cedar/texts.h"

namespace hikae::cedar {
namespace {

std::string Formatted(const std::string& text, const FormatOptions& options = {}) {
  const auto out = FormatPolicies(text, "p.cedar", options);
  EXPECT_TRUE(out.ok()) << out.error().ToString() << "\n" << text;
  return out.ok() ? *out : "";
}

TEST(Format, Looks) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""},
      {"  \n\n", ""},
      {"// 注だけ  \n", "// 注だけ\n"},
      {"permit(principal,action,resource);permit(principal,action,resource);",
       "permit (principal, action, resource);\n\npermit (principal, action, resource);\n"},
      {"@id(\"a\")@shadow permit(principal is A::B in ?principal,action in "
       "[Action::\"a\",Action::\"b\"],resource==C::\"d\",)when{true}unless{!false};",
       R"(@id("a")
@shadow
permit (
  principal is A::B in ?principal,
  action in [Action::"a", Action::"b"],
  resource == C::"d",
)
when { true }
unless { !false };
)"},
      {"permit(principal,action,resource)when{principal.department.name==\"福祉部児童家庭支援課\"&&(resource.kind=="
       "\"相談記録\"||resource.kind==\"経過記録\"||resource has sealed)&&context.at<datetime(\"2022-04-01\")};",
       R"(permit (principal, action, resource)
when {
  principal.department.name == "福祉部児童家庭支援課" &&
  (resource.kind == "相談記録" ||
   resource.kind == "経過記録" ||
   resource has sealed) &&
  context.at < datetime("2022-04-01")
};
)"},
      {"permit(principal,action,resource)when{principal.aaaaaaaaaaaaaaaaaaaaaaaaaaaa&&principal."
       "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb&&principal.c||resource.dddddddddddd&&resource.e};",
       R"(permit (principal, action, resource)
when {
  principal.aaaaaaaaaaaaaaaaaaaaaaaaaaaa &&
    principal.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb &&
    principal.c ||
  resource.dddddddddddd && resource.e
};
)"},
      {"permit(principal,action,resource)when{if principal has developmentUntil then "
       "principal.approvedOn<=principal.developmentUntil else if principal has x then(true&&false)else false};",
       R"(permit (principal, action, resource)
when {
  if principal has developmentUntil
  then principal.approvedOn <= principal.developmentUntil
  else if principal has x
  then (true && false)
  else false
};
)"},
      {"permit(principal,action,resource)when{if principal has developmentUntil then "
       "principal.approvedOnTheFirstDay<=principal.developmentUntil&&principal.c else if a::B::\"x\" has x.y.z then 1 "
       "else - - 2};",
       R"(permit (principal, action, resource)
when {
  if principal has developmentUntil
  then principal.approvedOnTheFirstDay <= principal.developmentUntil &&
       principal.c
  else if a::B::"x" has x.y.z
  then 1
  else --2
};
)"},
      {"permit(principal,action,resource)when{resource.disclosedItems.containsAll([\"氏名\",\"生年月日\",\"住所\","
       "\"電話番号\",\"健康状態\",])==principal[\"閲覧 可\"]};",
       R"(permit (principal, action, resource)
when {
  resource.disclosedItems.containsAll(
    ["氏名", "生年月日", "住所", "電話番号", "健康状態",]
  ) == principal["閲覧 可"]
};
)"},
      {"permit(principal,action,resource)when{context=={a:1,\"b c\":{},d:[],e:ip(),f:principal is A::B in "
       "resource,g:\"あいうえおかきくけこ\"like\"*\"}};",
       R"(permit (principal, action, resource)
when {
  context ==
    {
      a: 1,
      "b c": {},
      d: [],
      e: ip(),
      f: principal is A::B in resource,
      g: "あいうえおかきくけこ" like "*"
    }
};
)"},
      {"permit(principal,action,resource)when{1+2*-3-(4+5)*6<=principal.n.offset(duration(\"1d\")).toTime};",
       R"(permit (principal, action, resource)
when { 1 + 2 * -3 - (4 + 5) * 6 <= principal.n.offset(duration("1d")).toTime };
)"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(Formatted(text), expected);
    EXPECT_EQ(Formatted(expected), expected);
  }
}

TEST(Format, CommentsKeepTheirPlaces) {
  const std::string text = R"(
// 冒頭の注


// 規定の注
@id("x")    // 名前
// 前
permit(  // 括弧
principal,// 本人
// 行為の前
action==Action::"a" // 行為
,resource // 資源
)// 範囲
// 条件の前
when // 語の後
{ // 中
principal.a==1// 一
&&// 二
// 三
(principal.b// 四
||// 五
resource.c // 六
)
// 七
}
// 八
unless{ [ // 九
1,// 十
2 // 十一
// 十二
].contains(// 十三
3) && {a:// 十四
1}==context}// 十五
; // 十六
// 十七

// 十八
permit(principal,action,resource)
// 十九
;
// 二十
)";
  const std::string expected = R"(// 冒頭の注

// 規定の注
@id("x") // 名前
// 前
permit ( // 括弧
  principal, // 本人
  // 行為の前
  action == Action::"a", // 行為
  resource // 資源
) // 範囲
// 条件の前
when { // 語の後
  // 中
  principal.a == 1 && // 一
  // 二
  // 三
  (principal.b || // 四
   // 五
   resource.c) // 六
  // 七
}
// 八
unless {
  [ // 九
    1, // 十
    2 // 十一
    // 十二
  ].contains( // 十三
    3
  ) &&
  {
    a: 1 // 十四
  } == context
}; // 十五
// 十六
// 十七

// 十八
permit (principal, action, resource);
// 十九

// 二十
)";
  EXPECT_EQ(Formatted(text), expected);
  EXPECT_EQ(Formatted(expected), expected);
}

TEST(Format, WidthAndIndentAreTheCallers) {
  const std::string text = "permit(principal,action,resource)when{principal.a&&\"葛󠄀飾ｶﾅ\"==principal.b};";
  const std::string one_line =
      "permit (principal, action, resource)\nwhen { principal.a && \"葛󠄀飾ｶﾅ\" == principal.b };\n";
  // The second line has 49 columns: 葛󠄀 and 飾 take two each, ｶ and ﾅ one.
  EXPECT_EQ(base::Columns("when { principal.a && \"葛󠄀飾ｶﾅ\" == principal.b };"), 48u);
  EXPECT_EQ(Formatted(text, {.line_width = 48}), one_line);
  const std::string broken =
      "permit (principal, action, resource)\nwhen {\n    principal.a && \"葛󠄀飾ｶﾅ\" == principal.b\n};\n";
  EXPECT_EQ(Formatted(text, {.line_width = 47, .indent = 4}), broken);
  EXPECT_EQ(
      Formatted(text, {.line_width = 0, .indent = 0}),
      "permit (\nprincipal,\naction,\nresource\n)\nwhen {\nprincipal.a &&\n\"葛󠄀飾ｶﾅ\" ==\nprincipal.b\n};\n");
  EXPECT_EQ(FormatPolicies(text, "p", {.indent = 17}).error().ToString(), "an indent of 17 columns; at most 16");
  EXPECT_EQ(FormatPolicies("permit", "p").error().ToString(),
            "p:1:7: expected '(' after 'permit', found the end of the text");
}

// What must be the same before and after: every token and every comment, in order.
std::string Essence(const std::string& text) {
  const auto lexed = Lex(text, "e");
  EXPECT_TRUE(lexed.ok()) << lexed.error().ToString();
  std::string out;
  if (!lexed.ok()) return out;
  for (const Token& token : lexed->tokens) out += fmt::format("{} ", token.text);
  out += "\n";
  for (const Comment& comment : lexed->comments) {
    out += comment.text;
    out.erase(out.find_last_not_of(" \t") + 1);  // blanks at its end are none of its text
    out += "\n";
  }
  return out;
}

void Check(const std::string& text, const FormatOptions& options = {}) {
  const std::string once = Formatted(text, options);
  EXPECT_TRUE(Formatted(once, options) == once) << "not idempotent:\n" << text << "\n" << once;
  EXPECT_TRUE(Essence(once) == Essence(text)) << "a token or a comment changed:\n" << text << "\n" << once;
  const auto before = ParsePolicies(text, "b");
  const auto after = ParsePolicies(once, "a");
  ASSERT_TRUE(before.ok() && after.ok() && before->size() == after->size());
  for (size_t i = 0; i < before->size(); ++i) EXPECT_TRUE(SamePolicy((*before)[i], (*after)[i])) << once;
  for (size_t at = 0; (at = once.find('\n', at)) != once.npos; ++at) {
    EXPECT_TRUE(at == 0 || once[at - 1] != ' ') << "a space ends a line:\n" << once;
  }
}

TEST(Format, PacksStayTheSamePolicies) {
  for (const PolicyText& one : PackTexts()) Check(one.text);
}

TEST(Format, TheCorpusStaysTheSame) {
  const auto texts = CorpusTexts();
  if (texts.empty()) GTEST_SKIP() << "the public corpus is absent";
  for (const PolicyText& one : texts) {
    if (ParsePolicies(one.text, one.name).ok()) Check(one.text);
  }
}

// The tokens of a text with random space and comments between them.
std::string Mangled(const std::string& text, uint32_t seed) {
  static const std::vector<std::string> kBetween = {" ",       "\n",           "\n\n\n",        "\t ",
                                                    "// 注\n", " // c \n",     "\n// 行\n",     "\n\n//\n\n",
                                                    "\r\n",    "\xE3\x80\x80", "// 一\n// 二\n"};
  std::mt19937 random(seed);
  const auto below = [&](size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(random); };
  const size_t often = 1 + below(8);
  const auto lexed = Lex(text, "m");
  EXPECT_TRUE(lexed.ok());
  std::string out;
  if (!lexed.ok()) return out;
  for (size_t i = 0; i < lexed->tokens.size(); ++i) {
    if (below(often) == 0) out += kBetween[below(kBetween.size())];
    if (i > 0 && (out.empty() || (out.back() != ' ' && out.back() != '\n'))) out += below(2) ? " " : "\n";
    out += lexed->tokens[i].text;
  }
  return out;
}

TEST(Format, MangledTextsLoseNothing) {
  std::vector<std::string> texts;
  for (const PolicyText& one : PackTexts()) texts.push_back(one.text);
  const auto corpus = CorpusTexts();
  for (size_t i = 0; i < corpus.size(); i += 8) {
    if (ParsePolicies(corpus[i].text, "c").ok()) texts.push_back(corpus[i].text);
  }
  uint32_t seed = 0;
  for (const std::string& text : texts) {
    for (int i = 0; i < 3; ++i, ++seed) {
      Check(Mangled(text, seed), {.line_width = 20 + seed % 100, .indent = seed % 5});
      if (HasFailure()) FAIL() << Mangled(text, seed);
    }
  }
  EXPECT_GT(seed, 20u);
}

// The packs: no line is wider than asked unless one word is, and the official engine agrees that nothing changed.
TEST(Format, PacksFitTheWidth) {
  size_t wide = 0, lines = 0;
  for (const PolicyText& one : PackTexts()) {
    const std::string out = Formatted(one.text, {.line_width = 120});
    for (size_t at = 0, end; (end = out.find('\n', at)) != out.npos; at = end + 1, ++lines) {
      const std::string line = out.substr(at, end - at);
      if (line.starts_with("@") || line.find("//") != line.npos) continue;
      wide += base::Columns(line) > 120;
    }
  }
  EXPECT_GT(lines, 1000u);
  EXPECT_EQ(wide, 0u);
}

TEST(Format, WhatChecksItCanFail) {
  EXPECT_NE(Essence("permit // 注"), Essence("permit"));
  EXPECT_NE(Essence("a // 一\n// 二"), Essence("a // 二\n// 一"));
  EXPECT_NE(Essence("[1, 2,]"), Essence("[1, 2]"));
  EXPECT_EQ(Essence("[1,2]// 注 "), Essence("[1, // 注\n 2]"));
}

TEST(Format, TheOfficialEngineReadsTheSame) {
  if (!Official::AtHand()) GTEST_SKIP() << "node or the official engine is absent";
  Official official;
  std::vector<std::string> asked;
  std::vector<PolicyText> texts = PackTexts();
  for (PolicyText& one : CorpusTexts()) {
    if (texts.size() < 300) texts.push_back(std::move(one));
  }
  for (const PolicyText& one : texts) {
    const auto before = ParsePolicies(one.text, "b");
    if (!before.ok()) continue;
    const std::string formatted = Formatted(one.text, {.line_width = 40});
    const auto after = ParsePolicies(formatted, "a");
    ASSERT_TRUE(after.ok() && after->size() == before->size());
    for (size_t i = 0; i < after->size(); ++i) {
      const Span& span = (*after)[i].span;
      asked.push_back(formatted.substr(span.begin, span.end - span.begin));
      official.Ask("compareJson", {asked.back(), codec::WriteJson(PolicyToJson((*before)[i]))});
    }
  }
  const auto answers = official.Answers();
  for (size_t i = 0; i < asked.size(); ++i) {
    ASSERT_TRUE(answers[i].IsMap());
    EXPECT_TRUE(answers[i].Find("same")->boolean()) << asked[i];
  }
}

}  // namespace
}  // namespace hikae::cedar
