#include "cedar/value/value.h"

#include <gtest/gtest.h>

#include "cedar/text/lexer.h"

namespace hikae::cedar {
namespace {

Value Uid(std::string type, std::string id) { return Value::Entity({std::move(type), std::move(id)}); }

TEST(Value, EqualityIsStructuralAndFalseBetweenKinds) {
  EXPECT_EQ(Value::Set({Value::Long(2), Value::Long(1), Value::Long(2)}), Value::Set({Value::Long(1), Value::Long(2)}));
  EXPECT_FALSE(Value::Set({Value::Long(1)}) == Value::Set({Value::Long(2)}));
  EXPECT_FALSE(Value::Long(1) == Value::Bool(true));
  EXPECT_FALSE(Value::DatetimeOf(5) == Value::DurationOf(5));
  EXPECT_FALSE(Value::String("髙橋") == Value::String("高橋"));
  EXPECT_EQ(Value::Record({{"氏名", Value::String("𠮷田")}}), Value::Record({{"氏名", Value::String("𠮷田")}}));
  EXPECT_FALSE(Uid("User", "a") == Uid("Group", "a"));
}

TEST(Value, PrintsAsCedar) {
  EXPECT_EQ(Uid("Ns::User", "葛󠄀\"\n").ToString(), "Ns::User::\"葛󠄀\\\"\\n\"");
  EXPECT_EQ(Value::Set({Value::String("b"), Value::String("a")}).ToString(), "[\"a\", \"b\"]");
  EXPECT_EQ(Value::Record({{"a", Value::Long(-1)}}).ToString(), "{\"a\": -1}");
  EXPECT_EQ(Value::Datetime("2021-05-06")->ToString(), "datetime(\"2021-05-06\")");
  EXPECT_EQ(Value::Datetime("2021-05-06T10:00:00.120+0900")->ToString(), "datetime(\"2021-05-06T01:00:00.120Z\")");
  EXPECT_EQ(Value::Decimal("-12.5")->ToString(), "decimal(\"-12.5\")");
  EXPECT_EQ(Value::Duration("26h")->ToString(), "duration(\"1d2h\")");
  EXPECT_EQ(Value::DurationOf(INT64_MIN).ToString(), "duration(\"-106751991167d7h12m55s808ms\")");
  EXPECT_EQ(Value::Ip("2001:db8:0:0:1:0:0:1")->ToString(), "ip(\"2001:db8::1:0:0:1\")");
  EXPECT_EQ(Value::Ip("::/0")->ToString(), "ip(\"::/0\")");
}

TEST(Value, ExtensionTextsOutOfRangeOrMalformed) {
  for (const char* text : {"1", "1.", ".5", "1.23456", "+1.0", "1.0 ", "922337203685477.5808", "１.0", ""}) {
    EXPECT_FALSE(Value::Decimal(text).ok()) << text;
  }
  EXPECT_EQ(Value::Decimal("-922337203685477.5808")->integer(), INT64_MIN);
  for (const char* text : {"2021-02-29", "2021-13-01", "2021-05-06T24:00:00Z", "2021-05-06T10:00:00", "令和3年5月6日",
                           "2021-05-06T10:00:00+09:00", "2021-5-6", "2021-05-06T10:00:60Z", "2021-05-06T10:00:00.1Z"}) {
    EXPECT_FALSE(Value::Datetime(text).ok()) << text;
  }
  EXPECT_EQ(Value::Datetime("2000-02-29")->integer(), 951782400000);
  EXPECT_EQ(Value::Datetime("0000-01-01")->ToString(), "datetime(\"0000-01-01\")");
  for (const char* text :
       {"", "-", "1", "1m1h", "1d1d", "1ms1s", "9223372036854775808ms", "106751991168d", "1 d", "1y"}) {
    EXPECT_FALSE(Value::Duration(text).ok()) << text;
  }
  EXPECT_EQ(Value::Duration("-9223372036854775808ms")->integer(), INT64_MIN);
  for (const char* text : {"1.2.3", "1.2.3.4.5", "01.2.3.4", "256.1.1.1", "1.2.3.4/33", "1.2.3.4/08", "::ffff:1.2.3.4",
                           "1:2:3:4:5:6:7", "1::2::3", ":1", "1:2:3:4::5:6:7:8", "12345::", "::/129", "1.2.3.4/"}) {
    EXPECT_FALSE(Value::Ip(text).ok()) << text;
  }
  EXPECT_EQ(*Value::Ip("127.0.0.1"), *Value::Ip("127.0.0.1/32"));
  EXPECT_FALSE(*Value::Ip("10.0.0.1/24") == *Value::Ip("10.0.0.0/24"));
}

TEST(Value, SetsOfAnySizeFindTheirElements) {
  for (int size : {3, 9, 1000}) {
    std::vector<Value> elements;
    for (int i = 0; i < size; ++i) elements.push_back(Value::String("項目" + std::to_string(i)));
    auto reversed = elements;
    std::reverse(reversed.begin(), reversed.end());
    EXPECT_EQ(Value::Set(elements), Value::Set(reversed)) << size;
    reversed.pop_back();
    EXPECT_FALSE(Value::Set(elements) == Value::Set(reversed)) << size;
  }
}

TEST(Pattern, WildcardsMatchAnyRunOfCharacters) {
  const auto pattern = [](const std::string& text) {
    const auto lexed = Lex(text, "p");
    return *UnescapePattern(lexed->tokens[0], "p");
  };
  EXPECT_TRUE(pattern("\"*\"").Matches(""));
  EXPECT_TRUE(pattern("\"a*b*c\"").Matches("axxbyyc"));
  EXPECT_FALSE(pattern("\"a*b*c\"").Matches("acb"));
  EXPECT_FALSE(pattern("\"ab*ba\"").Matches("aba"));
  EXPECT_TRUE(pattern("\"ｶﾅ*\"").Matches("ｶﾅﾀ"));
  EXPECT_TRUE(pattern("\"100\\*\"").Matches("100*"));
  EXPECT_FALSE(pattern("\"100\\*\"").Matches("1000"));
  EXPECT_EQ(pattern("\"a\\*b*\"").ToString(), "\"a\\*b*\"");
}

TEST(Lexer, GivesPlacesInCodePoints) {
  const auto lexed = Lex("// 外字 𠮷\n\"葛󠄀飾\" == x", "p.cedar");
  ASSERT_TRUE(lexed.ok());
  EXPECT_EQ(lexed->comments.at(0).text, "// 外字 𠮷");
  EXPECT_EQ(lexed->tokens[1].line, 2u);
  EXPECT_EQ(lexed->tokens[1].column, 7u);
  EXPECT_EQ(lexed->tokens.back().kind, TokenKind::kEnd);
}

TEST(Lexer, RefusesWhatItDoesNotKnow) {
  const auto error = [](std::string_view text) { return Lex(text, "p").error().ToString(); };
  EXPECT_EQ(error("a （b）"), "p:1:3: unexpected character '（' (write the ASCII '(')");
  EXPECT_EQ(error("\n氏名"), "p:2:1: unexpected character '氏' (letters beyond ASCII stand in double quotes only)");
  EXPECT_EQ(error(std::string_view("a\0b", 3)), "p:1:2: unexpected character U+0000");
  EXPECT_EQ(error("x \"abc"), "p:1:3: the string that starts here has no closing '\"'");
  EXPECT_EQ(error("\"\xFF\""), "p:1:2: invalid UTF-8 (save the text as UTF-8)");
}

TEST(Lexer, EscapesMeanWhatCedarSays) {
  const auto meaning = [](const std::string& text) {
    const auto lexed = Lex(text, "p");
    return Unescape(lexed->tokens[0], "p");
  };
  EXPECT_EQ(*meaning(R"("\u{8449}\x41\0\\\"\'\t")"), std::string("葉A\0\\\"'\t", 9));
  EXPECT_EQ(meaning(R"("外字\q")").error().ToString().substr(0, 37), "p:1:4: unknown escape in a string (es");
  for (const char* bad : {R"("\x80")", R"("\u{}")", R"("\u{d800}")", R"("\u{1234567}")", R"("\u41")", R"("\*")"}) {
    EXPECT_FALSE(meaning(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace hikae::cedar
