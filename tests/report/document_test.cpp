#include "report/document.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>
#include <sstream>

#include "codec/node.h"
#include "report/render.h"

namespace hikae::report {
namespace {

using base::Language;

constexpr const char* kHostile =
    "<script>alert(1)</script>\"'&\x1B[2J\xE2\x80\xAE"
    "葛\xF3\xA0\x84\x80𠮷\xEE\x80\x80ｶﾅ";

// Every kind of block, with the same text in every field a stranger could have filled.
Document Everything(const std::string& text, Language language = Language::kJapanese) {
  Document document;
  document.report = "test";
  document.id = "T";
  document.language = language;
  document.office = text;
  document.title = text;
  document.subtitles = {text};
  document.running = text;
  document.Add(Heading{2, text});
  document.Add(Paragraph{Content(text), Align::kEnd});
  KeyValues values{
      "kv", text, text, text, {{"a", text, Content(text)}, {"b", text, Content::Gap(registry::Gap::kBlank, language)}},
      true};
  document.Add(values);
  Table table;
  table.key = "t";
  table.caption = text;
  table.columns = {{"x", text, 30}, {"y", text, 0}};
  table.group_label = text;
  table.first_is_header = true;
  table.rows = {{text, {Content(text), Content(text)}}, {text + "2", {Content(text), Content(text)}}};
  document.Add(table);
  document.Add(List{true, {Content(text)}});
  document.Add(Note{Tone::kBad, text, Content(text)});
  document.Add(PageBreak{});
  document.provenance = values;
  document.provenance.key = "provenance";
  return document;
}

size_t CountOf(const std::string& text, const std::string& part) {
  size_t n = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

TEST(Html, HostileTextRendersHarmlessly) {
  const std::string html = ToHtml(Everything(kHostile));
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_EQ(html.find('\x1B'), std::string::npos);
  EXPECT_EQ(html.find("\xE2\x80\xAE"), std::string::npos);
  EXPECT_EQ(CountOf(html, "<style"), 1u);
  EXPECT_EQ(CountOf(html, "</style>"), 1u);
  EXPECT_GT(CountOf(html, "&lt;script&gt;"), 15u);
  EXPECT_NE(html.find("葛\xF3\xA0\x84\x80𠮷"), std::string::npos);
  EXPECT_NE(html.find("data-code=\"U+E000\""), std::string::npos);
}

// The check above can fail: the same page with one field left unescaped is caught by it.
TEST(Html, PlantedFaultIsCaught) {
  Document document = Everything("x");
  document.Add(Figure{"<svg><script></script></svg>", "x"});
  EXPECT_NE(ToHtml(document).find("<script"), std::string::npos);
}

TEST(Html, LoadsNothing) {
  const std::string html = ToHtml(Everything("https://example.org/ と url(x) と @import"));
  EXPECT_EQ(html.find("src="), std::string::npos);
  EXPECT_EQ(html.find("<link"), std::string::npos);
  EXPECT_EQ(html.find("href="), std::string::npos);
  const std::string style = html.substr(html.find("<style>"), html.find("</style>") - html.find("<style>"));
  EXPECT_EQ(style.find("url("), std::string::npos);
  EXPECT_EQ(style.find("@import"), std::string::npos);
  EXPECT_NE(html.find("default-src 'none'"), std::string::npos);
}

// Open elements close in order: a small reader of the subset the renderer writes.
void ExpectBalanced(const std::string& html) {
  std::vector<std::string> open;
  const std::regex tag("<(/?)([a-zA-Z0-9]+)([^>]*)>");
  const std::string body = html.substr(html.find("<html"));
  for (auto it = std::sregex_iterator(body.begin(), body.end(), tag); it != std::sregex_iterator(); ++it) {
    const std::string name = (*it)[2];
    if (name == "meta" || name == "col" || (*it)[3].str().ends_with("/")) continue;
    if ((*it)[1] == "") {
      open.push_back(name);
    } else {
      ASSERT_FALSE(open.empty()) << name;
      ASSERT_EQ(open.back(), name);
      open.pop_back();
    }
  }
  EXPECT_TRUE(open.empty());
}

TEST(Html, ElementsAreBalanced) { ExpectBalanced(ToHtml(Everything(kHostile))); }

TEST(Html, TablesSpeakToScreenReaders) {
  const std::string html = ToHtml(Everything("見出し"));
  EXPECT_NE(html.find("<html lang=\"ja\">"), std::string::npos);
  EXPECT_NE(html.find("<th scope=\"col\">"), std::string::npos);
  EXPECT_NE(html.find("<th scope=\"row\">"), std::string::npos);
  EXPECT_NE(html.find("<th scope=\"rowgroup\" colspan=\"2\">"), std::string::npos);
  EXPECT_NE(html.find("<caption>"), std::string::npos);
  EXPECT_NE(html.find("<thead>"), std::string::npos);
  // A caption that is not printed is still heard.
  Document hidden = Everything("見出し");
  for (Block& block : hidden.blocks) {
    if (auto* table = std::get_if<Table>(&block)) table->show_caption = false;
  }
  EXPECT_NE(ToHtml(hidden).find("aria-label=\"見出し\""), std::string::npos);
}

TEST(Html, JapaneseInAnEnglishReportSaysSo) {
  const std::string html = ToHtml(Everything("氏名", Language::kEnglish));
  EXPECT_NE(html.find("<html lang=\"en\">"), std::string::npos);
  EXPECT_NE(html.find("<span lang=\"ja\">氏名</span>"), std::string::npos);
  EXPECT_EQ(ToHtml(Everything("氏名")).find("<span lang=\"ja\">"), std::string::npos);
}

TEST(Html, PagesAreNumberedAndCarryTheFoot) {
  const std::string html = ToHtml(Everything("江戸川区"));
  EXPECT_NE(html.find("counter(page) \" / \" counter(pages)"), std::string::npos);
  EXPECT_NE(html.find("@bottom-left{content:\"江戸川区\""), std::string::npos);
  EXPECT_NE(html.find("size:A4"), std::string::npos);
}

TEST(Html, TallRowsMayBreakShortOnesMayNot) {
  Document document;
  document.Add(KeyValues{"kv", "c", "", "", {{"a", "短い", Content("一行")}}, true});
  EXPECT_EQ(ToHtml(document).find("<tr class=\"long\""), std::string::npos);
  Content tall;
  for (int i = 0; i < 40; ++i) tall.Add("行");
  document.Add(KeyValues{"kv2", "c", "", "", {{"a", "長い", tall}}, true});
  EXPECT_NE(ToHtml(document).find("<tr class=\"long\""), std::string::npos);
}

TEST(Csv, OneTableIsWrittenAsItIs) {
  Table table;
  table.columns = {{"a", "項目", 0}, {"b", "内容", 0}};
  table.rows = {{"", {Content("氏名"), Content("一,二\n三 \"引用\"")}}, {"", {Content("=1+1"), Content("-5")}}};
  EXPECT_EQ(ToCsv({&table}, Language::kJapanese),
            "\xEF\xBB\xBF"
            "項目,内容\r\n氏名,\"一,二\n三 \"\"引用\"\"\"\r\n\"'=1+1\",-5\r\n");
}

TEST(Csv, FormulasAreText) {
  for (const char* formula : {"=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "＝1+1", "＋1", "－1+2", "＠x"}) {
    Table table;
    table.columns = {{"a", "x", 0}};
    table.rows = {{"", {Content(formula)}}};
    const std::string csv = ToCsv({&table}, Language::kJapanese);
    EXPECT_NE(csv.find(std::string("'") + formula), std::string::npos) << csv;
  }
}

TEST(Csv, SectionsNameTheirTableAndAllRecordsHaveTheSameFields) {
  const std::string csv = ToCsv(Everything("値"));
  std::set<long> commas;
  std::istringstream lines(csv);
  for (std::string line; std::getline(lines, line);) commas.insert(std::count(line.begin(), line.end(), ','));
  EXPECT_EQ(commas.size(), 1u);
  EXPECT_NE(csv.find("表,値,値,値\r\n"), std::string::npos);
  EXPECT_EQ(csv.find('\x1B'), std::string::npos);
}

TEST(Json, KeepsKeysInEveryLanguageAndSaysGaps) {
  const codec::Node ja = ToJson(Everything("値"));
  const codec::Node en = ToJson(Everything("値", Language::kEnglish));
  ASSERT_NE(ja.Find("blocks"), nullptr);
  const codec::Node& values = ja.Find("blocks")->items()[2];
  ASSERT_NE(values.Find("entries"), nullptr);
  const codec::Node* gap = values.Find("entries")->Find("b")->Find("value");
  ASSERT_NE(gap, nullptr);
  EXPECT_EQ(gap->Find("hikae")->text(), "blank");
  const codec::Node& rows = *ja.Find("blocks")->items()[3].Find("rows");
  EXPECT_EQ(rows.items()[0].Find("x")->text(), "値");
  EXPECT_EQ(rows.items()[0].Find("group")->text(), "値");
  EXPECT_EQ(en.Find("blocks")->items()[3].Find("rows")->items()[0].Find("y")->text(), "値");
}

TEST(Json, IsReadBackByAStrictReader) {
  const std::string text = codec::WriteJson(ToJson(Everything(kHostile)), 2);
  const auto read = codec::ReadJson(text, "report.json");
  ASSERT_TRUE(read.ok()) << read.error().ToString();
  EXPECT_EQ(read->Find("title")->text(), kHostile);
}

TEST(Render, IsByteStable) {
  const Document a = Everything(kHostile), b = Everything(kHostile);
  EXPECT_EQ(ToHtml(a), ToHtml(b));
  EXPECT_EQ(ToCsv(a), ToCsv(b));
  EXPECT_EQ(codec::WriteJson(ToJson(a)), codec::WriteJson(ToJson(b)));
}

TEST(Content, LinesIndentsAndGaps) {
  Content content("一\n二");
  content.Add("(1) 三", Tone::kPlain, 1).Then("、四", Tone::kStrong);
  ASSERT_EQ(content.lines().size(), 3u);
  EXPECT_EQ(content.lines()[2].indent, 1);
  EXPECT_EQ(content.Plain(), "一\n二\n(1) 三、四");
  EXPECT_EQ(Content::Gap(registry::Gap::kBlank, Language::kJapanese).Plain(), "記載なし");
  EXPECT_EQ(Content::Gap(registry::Gap::kNone, Language::kJapanese).Plain(), "なし");
  EXPECT_EQ(Content::Gap(registry::Gap::kUnknown, Language::kJapanese).Plain(), "不明");
}

}  // namespace
}  // namespace hikae::report
