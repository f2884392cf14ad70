#include "codec/csv.h"

#include <gtest/gtest.h>

namespace hikae::codec {
namespace {

std::string Row(const std::vector<std::string>& cells) {
  CsvWriter writer(CsvWriter::Mark::kNone);
  writer.Row(cells);
  return writer.Take();
}

TEST(Csv, QuotesWhatMustBeQuotedAndNothingElse) {
  EXPECT_EQ(Row({"氏名", "a,b", "say \"x\"", "二\n行", ""}), "氏名,\"a,b\",\"say \"\"x\"\"\",\"二\n行\",\r\n");
  EXPECT_EQ(Row({""}), "\"\"\r\n");
}

TEST(Csv, DisarmsFormulasButNotNumbers) {
  EXPECT_EQ(Row({"=1+2", "+81", "-5", "-1.5", "-a", "@x", "\tx", "＝1", "－1", "１"}),
            "\"'=1+2\",+81,-5,-1.5,\"'-a\",\"'@x\",\"'\tx\",\"'＝1\",\"'－1\",１\r\n");
}

TEST(Csv, BeginsWithTheMarkThatExcelNeeds) { EXPECT_EQ(CsvWriter().text(), "\xEF\xBB\xBF"); }

}  // namespace
}  // namespace hikae::codec
