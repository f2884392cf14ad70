#include "report/escape.h"

#include <gtest/gtest.h>

namespace hikae::report {
namespace {

TEST(Escape, MarkupIsText) {
  EXPECT_EQ(Html("<script>alert(\"'&\")</script>"), "&lt;script&gt;alert(&quot;&#39;&amp;&quot;)&lt;/script&gt;");
  EXPECT_EQ(HtmlAttribute("\" onload='x'"), "&quot; onload=&#39;x&#39;");
}

TEST(Escape, WhatCannotBeSeenIsShown) {
  EXPECT_EQ(Visible("a\x1B[31mb"), "a[U+001B][31mb");
  EXPECT_EQ(Visible("\xC2\x9B"
                    "2J"),
            "[U+009B]2J");                                 // the eight-bit escape of a terminal
  EXPECT_EQ(Visible("甲\xE2\x80\xAE乙"), "甲[U+202E]乙");  // right-to-left override
  EXPECT_EQ(Visible("甲\xE2\x81\xA6乙\xE2\x81\xA9"), "甲[U+2066]乙[U+2069]");
  EXPECT_EQ(Visible("\xEF\xBB\xBF名"), "[U+FEFF]名");
  EXPECT_EQ(Visible("\xF3\xA0\x81\x81"), "[U+E0041]");  // a tag character
  EXPECT_EQ(Visible(std::string_view("a\0b", 3)), "a[U+0000]b");
}

TEST(Escape, LineEndsAreOne) { EXPECT_EQ(Visible("a\r\nb\rc\nd\te"), "a\nb\nc\nd e"); }

TEST(Escape, BytesThatAreNoTextBecomeTheReplacement) {
  EXPECT_EQ(Visible("a\xFFz"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(Visible("\xED\xA0\x80").find("\xED"), std::string::npos);  // a lone surrogate
  EXPECT_EQ(Visible("\xEF\xBF\xBF"), "\xEF\xBF\xBD");                  // a noncharacter
}

TEST(Escape, JapaneseStaysAsItIs) {
  for (const char* text :
       {"葛\xF3\xA0\x84\x80城", "𠮷野家", "髙﨑", "ｶﾅ ﾊﾝｶｸ", "か\xE3\x82\x99", "👨\xE2\x80\x8D👩\xE2\x80\x8D👧"}) {
    EXPECT_EQ(Visible(text), text);
    EXPECT_EQ(Html(text), text);
  }
}

TEST(Escape, PrivateUseKeepsItsCharacterAndShowsItsCode) {
  EXPECT_EQ(Html("\xEE\x80\x80田"), "<span class=\"gaiji\" data-code=\"U+E000\">\xEE\x80\x80</span>田");
  EXPECT_EQ(HtmlAttribute("\xEE\x80\x80"), "\xEE\x80\x80");
}

TEST(Escape, CssStringCannotEnd) {
  const std::string css = CssString("江戸川区\"}</style>\\\n");
  EXPECT_EQ(css.find('"'), std::string::npos);
  EXPECT_EQ(css.find('<'), std::string::npos);
  EXPECT_EQ(css.find('\n'), std::string::npos);
  EXPECT_EQ(css.find("\\\\"), std::string::npos);
  EXPECT_NE(css.find("江戸川区"), std::string::npos);
}

TEST(Escape, UriReferenceIsAscii) {
  EXPECT_EQ(UriReference("papers/第2号.yaml"), "papers/%E7%AC%AC2%E5%8F%B7.yaml");
  EXPECT_EQ(UriReference("a b:c?#"), "a%20b%3Ac%3F%23");
}

TEST(Escape, ColumnsCountWideAndUnseen) {
  EXPECT_EQ(Columns("abc"), 3u);
  EXPECT_EQ(Columns("葛\xF3\xA0\x84\x80"), 2u);
  EXPECT_EQ(Columns("ｶﾅ"), 2u);
  EXPECT_EQ(Columns("𠮷"), 2u);
}

}  // namespace
}  // namespace hikae::report
