#include "base/civil_date.h"
#include "places.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace hikae::base {
namespace {

TEST(ParseDate, ReadsEveryShapeOfTheTableAndRefusesTheRest) {
  std::ifstream file(hikae::test::SourceDir() + "/tests/base/dates.tsv");
  ASSERT_TRUE(file.good());
  size_t read = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    const size_t tab = line.find('\t');
    ASSERT_NE(tab, line.npos) << line;
    const std::string text = line.substr(0, tab);
    const std::string expected = line.substr(tab + 1);
    const auto day = ParseDate(text);
    ++read;
    if (expected.starts_with('!')) {
      ASSERT_FALSE(day.ok()) << text << " was read as " << FormatIso(day.value());
      EXPECT_EQ(day.error().status, Status::kArgument);
      EXPECT_NE(day.error().ToString().find(expected.substr(1)), std::string::npos)
          << text << ": " << day.error().ToString();
      EXPECT_FALSE(day.error().text.ja.empty());
    } else {
      ASSERT_TRUE(day.ok()) << text << ": " << day.error().ToString();
      EXPECT_EQ(FormatIso(*day), expected) << text;
    }
  }
  EXPECT_GT(read, 50u);
}

TEST(CivilDate, GoesThereAndBackOverEveryDayOfSixteenCenturies) {
  CivilDate walked{1600, 1, 1};
  for (Day day = DayOf(walked); walked.year < 3200; ++day) {
    ASSERT_EQ(CivilOf(day), walked);
    ASSERT_EQ(DayOf(walked), day);
    // A naive calendar beside the closed formula.
    if (++walked.day > DaysInMonth(walked.year, walked.month)) walked.day = 1, ++walked.month;
    if (walked.month > 12) walked.month = 1, ++walked.year;
  }
}

TEST(CivilDate, KnowsWeekdaysAndFiscalYears) {
  EXPECT_EQ(WeekdayOf(DayOf({2021, 5, 6})), Weekday::kThursday);
  EXPECT_EQ(WeekdayOf(DayOf({1969, 12, 31})), Weekday::kWednesday);
  EXPECT_EQ(FiscalYearOf(DayOf({2022, 3, 31})), 2021);
  EXPECT_EQ(FiscalYearOf(DayOf({2022, 4, 1})), 2022);
}

TEST(CivilDate, AnInstantFallsOnTheDayItIsInJapan) {
  const int64_t second = 1'000'000;
  EXPECT_EQ(DayInJapan(0), 0);
  EXPECT_EQ(DayInJapan((15 * 3600 - 1) * second), 0);
  EXPECT_EQ(DayInJapan(15 * 3600 * second), 1);
  EXPECT_EQ(DayInJapan(-9 * 3600 * second), 0);
  EXPECT_EQ(DayInJapan(-9 * 3600 * second - 1), -1);
  EXPECT_EQ(DayInJapan(INT64_MIN), -106'751'991);
  EXPECT_EQ(DayInJapan(INT64_MAX), 106'751'991);
}

TEST(Wareki, IsWrittenAsPapersWriteIt) {
  EXPECT_EQ(FormatWareki(DayOf({2021, 5, 6})), "令和3年5月6日");
  EXPECT_EQ(FormatWareki(DayOf({2019, 5, 1})), "令和元年5月1日");
  EXPECT_EQ(FormatWareki(DayOf({2019, 4, 30})), "平成31年4月30日");
  EXPECT_EQ(FormatWareki(DayOf({1989, 1, 7})), "昭和64年1月7日");
  EXPECT_EQ(FormatWareki(DayOf({1872, 12, 31})), "1872年12月31日");
  EXPECT_EQ(FormatWarekiShort(DayOf({2019, 5, 1})), "R1.5.1");
  EXPECT_EQ(FormatFiscalYear(2021), "令和3年度");
  EXPECT_EQ(FormatFiscalYear(2019), "令和元年度");
  EXPECT_EQ(FormatFiscalYear(2018), "平成30年度");
  EXPECT_EQ(FormatFiscalYear(1988), "昭和63年度");
}

TEST(Wareki, EveryDayReadsBackAsItIsWritten) {
  for (Day day = DayOf({1873, 1, 1}); day < DayOf({2040, 1, 1}); ++day) {
    ASSERT_EQ(ParseDate(FormatWareki(day)).value(), day) << FormatIso(day);
    ASSERT_EQ(ParseDate(FormatWarekiShort(day)).value(), day) << FormatIso(day);
    ASSERT_EQ(ParseDate(FormatIso(day)).value(), day) << FormatIso(day);
  }
}

}  // namespace
}  // namespace hikae::base
