// CSV that is read: what was written comes back, at its place; what is no CSV is refused where it stops being one.
#include "codec/csv_reader.h"

#include <gtest/gtest.h>

#include "codec/csv.h"

namespace hikae::codec {
namespace {

std::string Shown(const std::vector<CsvRow>& rows) {
  std::string text;
  for (const CsvRow& row : rows) {
    for (const CsvCell& cell : row) text += "<" + cell.text + ">";
    text += "|";
  }
  return text;
}

std::string Read(std::string_view text) {
  const auto rows = ReadCsv(text, "表.csv");
  return rows.ok() ? Shown(*rows) : rows.error().ToString();
}

TEST(CsvReaderTest, RecordsAndCells) {
  EXPECT_EQ(Read(""), "");
  EXPECT_EQ(Read("a"), "<a>|");
  EXPECT_EQ(Read("a,b\r\nc,\n"), "<a><b>|<c><>|");
  EXPECT_EQ(Read("\xEF\xBB\xBF"
                 "日付,\"a,\"\"b\"\"\r\nc\"\n"),
            "<日付><a,\"b\"\r\nc>|");
  EXPECT_EQ(Read("\n\n\"\"\n"), "<>|<>|<>|");
  EXPECT_EQ(Read(","), "<><>|");
  EXPECT_EQ(Read(" a , b "), "< a >< b >|");
}

TEST(CsvReaderTest, WhatTheWriterWroteComesBack) {
  const std::vector<std::vector<std::string>> rows = {
      {"氏名", "備考"}, {"甲,乙", "一行目\r\n\"二\"行目"}, {"", "𠮟る"}, {"-5", " "}, {"\"", ","}};
  CsvWriter writer;
  for (const auto& row : rows) writer.Row(row);
  const auto read = ReadCsv(writer.text(), "表.csv");
  ASSERT_TRUE(read.ok()) << read.error().ToString();
  ASSERT_EQ(read->size(), rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    for (size_t j = 0; j < rows[i].size(); ++j) EXPECT_EQ((*read)[i][j].text, rows[i][j]) << i << ' ' << j;
  }
}

TEST(CsvReaderTest, PlacesAreLinesAndCodePoints) {
  const auto rows = ReadCsv("日付,\"二\n行\",b\r\n𠮟る,c", "表.csv");
  ASSERT_TRUE(rows.ok());
  const auto at = [&](size_t row, size_t cell) {
    const Mark mark = (*rows)[row][cell].mark;
    return std::to_string(mark.line) + ":" + std::to_string(mark.column);
  };
  EXPECT_EQ(at(0, 1), "1:4");
  EXPECT_EQ(at(0, 2), "2:4");
  EXPECT_EQ(at(1, 0), "3:1");
  EXPECT_EQ(at(1, 1), "3:4");
}

TEST(CsvReaderTest, WhatIsNoCsv) {
  EXPECT_TRUE(Read("a,b\"c\n").starts_with("表.csv:1:4: a quote stands within a cell")) << Read("a,b\"c\n");
  EXPECT_TRUE(Read("a\n\"b\n\nc").starts_with("表.csv:2:1: a quoted cell has no closing quote"));
  EXPECT_TRUE(Read("\"a\"b").starts_with("表.csv:1:4: something follows a closing quote"));
  EXPECT_TRUE(Read("a\rb").starts_with("表.csv:1:2: a carriage return is not followed"));
  EXPECT_TRUE(Read("a\r").starts_with("表.csv:1:2: a carriage return is not followed"));
  EXPECT_TRUE(Read(std::string_view("a\0b", 3)).starts_with("表.csv:1:2: the file holds a NUL"));
  Limits limits;
  limits.max_bytes = 3;
  EXPECT_NE(ReadCsv("a,b\n", "表.csv", limits).error().ToString().find("larger than 3 bytes"), std::string::npos);
  limits = {};
  limits.max_nodes = 3;
  EXPECT_NE(ReadCsv("a,b\nc,d\n", "表.csv", limits).error().ToString().find("more than 3 cells"), std::string::npos);
}

TEST(CsvReaderTest, AnotherEncodingIsNamedWithWhereItShows) {
  // 氏名 and 甲 in Shift_JIS; the second character holds the byte of a backslash.
  EXPECT_TRUE(
      Read("a,\x8E\x81\x96\xBC\n").starts_with("表.csv:1:3: the file is Shift_JIS, not UTF-8, as row 1, column 2"))
      << Read("a,\x8E\x81\x96\xBC\n");
  EXPECT_TRUE(Read("a,\"b\nc\"\nd,e,\x95\x5C\n")
                  .starts_with("表.csv:3:5: the file is Shift_JIS, not UTF-8, as row 2, column 3"));
  EXPECT_TRUE(Read("\xFE\xFF").starts_with("表.csv:1:1: the file is UTF-16"));
  EXPECT_TRUE(Read("a\n\xFD").starts_with("表.csv:2:1: the file is not UTF-8 in row 2, column 1"));
}

}  // namespace
}  // namespace hikae::codec
