#include "base/utf8.h"

#include <gtest/gtest.h>

namespace hikae::base {
namespace {

TEST(Utf8, AcceptsWhatPapersHold) {
  for (const char* text :
       {"", "abc", "江戸川区", "𠮷野家", "髙橋", "葛\U000E0100飾", "ｶﾅ", "\U0010FFFF", "12345678江戸川区1234567"}) {
    EXPECT_TRUE(IsUtf8(text)) << text;
  }
}

TEST(Utf8, SaysWhereItStopsBeingUtf8) {
  const struct {
    std::string text;
    size_t at;
  } cases[] = {
      {"ab\xFF", 2},            // never a lead byte
      {"\xC0\x80", 0},          // overlong NUL
      {"\xE0\x80\xAF", 0},      // overlong slash
      {"\xED\xA0\x80", 0},      // a surrogate
      {"\xF4\x90\x80\x80", 0},  // past U+10FFFF
      {"\xF5\x80\x80\x80", 0},  // past any
      {"区\xE5\x8C", 3},        // cut off
      {"12345678\x80", 8},      // stray continuation after a whole word
      {"\x8D\x5D\x8C\xCB", 0},  // 江戸 in Shift_JIS
      {"\xE6\xB1\x5F", 0},      // wrong third byte
  };
  for (const auto& [text, at] : cases) EXPECT_EQ(FirstBadUtf8(text), at);
}

TEST(Utf8, EveryCodePointGoesThereAndBack) {
  for (char32_t point = 0; point <= 0x10FFFF; ++point) {
    if (point >= 0xD800 && point <= 0xDFFF) continue;
    std::string text;
    AppendUtf8(text, point);
    ASSERT_TRUE(IsUtf8(text));
    CodePointReader reader(text);
    ASSERT_EQ(reader.Next(), point);
    ASSERT_TRUE(reader.AtEnd());
  }
}

TEST(Utf8, WalksStrayBytesToTheEnd) {
  EXPECT_EQ(ToUtf32("a\xFF"
                    "b"),
            U"a\uFFFDb");
  EXPECT_EQ(CountCodePoints("𠮷野家"), 3u);
  EXPECT_EQ(ToUtf8(U"葛\U000E0100"), "葛\U000E0100");
}

}  // namespace
}  // namespace hikae::base
