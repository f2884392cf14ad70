// Patterns are matched whole, by code points, and in linear time.
#include "codec/pattern.h"

#include <gtest/gtest.h>

namespace hikae::codec {
namespace {

bool Matches(std::string_view pattern, std::string_view text) { return Pattern::Compile(pattern)->Matches(text); }

TEST(PatternTest, MatchesWholeTexts) {
  EXPECT_TRUE(Matches("[0-9]{7}", "0123456"));
  EXPECT_FALSE(Matches("[0-9]{7}", "01234567"));
  EXPECT_FALSE(Matches("[0-9]{7}", "012345６")) << "full width";
  EXPECT_TRUE(Matches("[ｦ-ﾟ0-9A-Z().,/ -]{1,30}", "ﾀﾅｶ ﾊﾅｺ(ｶ"));
  EXPECT_FALSE(Matches("[ｦ-ﾟ]{1,30}", "タナカ"));
  EXPECT_TRUE(Matches(".", "𠮷")) << "one code point";
  EXPECT_FALSE(Matches(".", "葛󠄀")) << "a selector is another";
  EXPECT_TRUE(Matches("a|b", "b"));
  EXPECT_FALSE(Matches("a|b", "ab"));
  EXPECT_FALSE(Matches("a", "a\n"));
}

TEST(PatternTest, TakesNoLongerForHostilePatterns) {
  EXPECT_FALSE(Matches("(a+)+$", std::string(100'000, 'a') + "b"));
  EXPECT_FALSE(Matches("(a|aa)*c", std::string(100'000, 'a')));
}

TEST(PatternTest, RefusesWhatIsNoPattern) {
  for (const char* bad : {"(", "[0-9", "a{2000}", R"(\1)", "(?=a)", "\xFF"}) {
    const auto pattern = Pattern::Compile(bad);
    ASSERT_FALSE(pattern.ok()) << bad;
    EXPECT_EQ(pattern.error().status, base::Status::kArgument);
  }
  EXPECT_FALSE(Pattern::Compile(std::string(kMaxPatternBytes + 1, 'a')).ok());
  EXPECT_FALSE(Pattern::Compile("((((a{100}){100}){100}){100})").ok()) << "too much memory";
}

}  // namespace
}  // namespace hikae::codec
