#include "base/calendar.h"
#include "places.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

namespace hikae::base {
namespace {

Day On(std::string_view text) { return ParseDate(text).value(); }

TEST(Retention, RunsFromTheFirstOfAprilAfterTheFiscalYearOfCompletion) {
  const auto span = [](std::string_view completed, int years) {
    const Retention kept = RetentionOf(On(completed), years);
    EXPECT_EQ(*kept.disposable_from, *kept.end + 1);
    return FormatIso(kept.start) + "…" + FormatIso(*kept.end);
  };
  EXPECT_EQ(span("2021-05-10", 5), "2022-04-01…2027-03-31");
  EXPECT_EQ(span("2022-03-31", 1), "2022-04-01…2023-03-31");
  EXPECT_EQ(span("2022-04-01", 1), "2023-04-01…2024-03-31");
  EXPECT_EQ(span("2023-02-03", 5), "2023-04-01…2028-03-31");
  EXPECT_EQ(span("2020-02-29", 1), "2020-04-01…2021-03-31");
}

TEST(Retention, WithoutAPeriodHasNoEnd) {
  const Retention kept = RetentionOf(On("2021-05-10"), std::nullopt);
  EXPECT_FALSE(kept.end.has_value());
  EXPECT_FALSE(kept.disposable_from.has_value());
}

TEST(Retention, OfCalendarYearRecordsRunsFromTheFirstOfJanuary) {
  const Retention kept = RetentionOf(On("2021-05-10"), 3, RecordYear::kCalendar);
  EXPECT_EQ(FormatIso(kept.start), "2022-01-01");
  EXPECT_EQ(FormatIso(*kept.end), "2024-12-31");
}

ClosedDays WardCalendar() {
  return {true,
          {{12, 29}, {12, 30}, {12, 31}, {1, 1}, {1, 2}, {1, 3}},
          {On("2023-05-03"), On("2023-05-04"), On("2023-05-05")}};
}

TEST(Term, CountsTheDayOfKnowledgeAsTheFirstAndMovesOffClosedDays) {
  const auto last = [](std::string_view from, int days) {
    return FormatIso(LastDayOfTerm(On(from), days, Counting::kFirstDayCounts, WardCalendar()));
  };
  EXPECT_EQ(last("2026-11-20", 30), "2026-12-21");  // 12-19 is a Saturday
  EXPECT_EQ(last("2026-11-20", 60), "2027-01-18");
  EXPECT_EQ(last("2026-12-01", 30), "2027-01-04");  // 12-30 is in the year-end closing
}

TEST(Term, MayExcludeItsFirstDayAndStayOnAClosedOne) {
  EXPECT_EQ(FormatIso(LastDayOfTerm(On("2023-04-03"), 30, Counting::kFirstDayExcluded)), "2023-05-03");
  EXPECT_EQ(FormatIso(LastDayOfTerm(On("2023-04-03"), 30, Counting::kFirstDayExcluded, WardCalendar())), "2023-05-08");
}

ClosedDays Listed() {
  std::ifstream file(hikae::test::SourceDir() + "/src/packs/appi-2023/holidays.csv");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  ClosedDays closed = WardCalendar();
  closed.dates.clear();
  const Result<void> added = AddHolidays(text, "holidays.csv", closed);
  EXPECT_TRUE(added.ok()) << added.error().ToString();
  return closed;
}

// "30 days first-day roll" -> a term.
Term TermOf(const std::string& text) {
  static const std::map<std::string, TermUnit> kUnits = {{"days", TermUnit::kDays},
                                                         {"open-days", TermUnit::kOpenDays},
                                                         {"weeks", TermUnit::kWeeks},
                                                         {"months", TermUnit::kMonths},
                                                         {"years", TermUnit::kYears},
                                                         {"fiscal-years", TermUnit::kFiscalYears},
                                                         {"calendar-years", TermUnit::kCalendarYears}};
  std::istringstream words(text);
  Term term;
  std::string word;
  words >> term.amount >> word;
  term.unit = kUnits.at(word);
  while (words >> word) {
    EXPECT_TRUE(word == "first-day" || word == "roll") << word;
    if (word == "first-day") term.counting = Counting::kFirstDayCounts;
    if (word == "roll") term.roll = Roll::kNextOpen;
  }
  return term;
}

TEST(Term, VectorsOfRealDates) {
  std::ifstream file(hikae::test::SourceDir() + "/tests/base/terms.tsv");
  const ClosedDays closed = Listed();
  size_t count = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    const size_t first = line.find('\t'), second = line.find('\t', first + 1);
    ASSERT_NE(second, std::string::npos) << line;
    const std::optional<Day> last =
        LastDayOf(TermOf(line.substr(first + 1, second - first - 1)), On(line.substr(0, first)), closed);
    EXPECT_EQ(last ? FormatIso(*last) : "?", line.substr(second + 1)) << line;
    ++count;
  }
  EXPECT_GE(count, 35u);
}

TEST(Term, OfWholeYearsCoversEveryDayOnce) {
  // The n-th year of a term begins the day after the (n-1)-th ended, wherever it began.
  for (Day from = On("2023-12-01"); from < On("2024-04-01"); ++from) {
    const Day whole = *LastDayOf({2, TermUnit::kYears}, from);
    const Day days = whole - from;
    EXPECT_TRUE(days == 730 || days == 731) << FormatIso(from);
    EXPECT_LE(*LastDayOf({23, TermUnit::kMonths}, from), whole) << FormatIso(from);
    EXPECT_EQ(*LastDayOf({24, TermUnit::kMonths}, from), whole) << FormatIso(from);
  }
}

TEST(RetentionClass, ReadsTheWordsOfDocumentRules) {
  const auto end = [](std::string_view text, std::optional<int32_t> long_years = {}) -> std::string {
    const Result<RetentionClass> period = ParseRetention(text);
    if (!period.ok()) return "!" + period.error().text.en;
    const Retention kept = RetentionOf(On("2021-05-10"), *period, long_years);
    return kept.end ? FormatIso(*kept.end) : "open";
  };
  EXPECT_EQ(end("1年"), "2023-03-31");
  EXPECT_EQ(end("３年"), "2025-03-31");
  EXPECT_EQ(end("10年"), "2032-03-31");
  EXPECT_EQ(end("30年"), "2052-03-31");
  EXPECT_EQ(end("１年未満"), "2021-05-10");
  EXPECT_EQ(end("常用"), "open");
  EXPECT_EQ(end("永年"), "open");
  EXPECT_EQ(end("長期"), "open");
  EXPECT_EQ(end("長期", 30), "2052-03-31");
  for (const char* text : {"", "年", "0年", "五年", "5", "5年間", "101年", "-1年"})
    EXPECT_EQ(end(text), "!the text names no retention period") << text;
}

TEST(Holidays, AreReadAsPublishedAndFaultsAreNamed) {
  ClosedDays closed;
  ASSERT_TRUE(AddHolidays("国民の祝日・休日月日,国民の祝日・休日名称\r\n2031/1/1,元日\r\n# 注\n2031/1/13,成人の日\n",
                          "a.csv", closed)
                  .ok());
  EXPECT_EQ(closed.dates, (std::set<Day>{On("2031-01-01"), On("2031-01-13")}));
  EXPECT_EQ(closed.years, std::set<int32_t>{2031});
  EXPECT_TRUE(closed.Knows(On("2031-06-01")));
  EXPECT_FALSE(closed.Knows(On("2032-06-01")));
  const ClosedDays before = closed;
  const Result<void> faulty = AddHolidays("2032/1/1,元日\n元日,2032/1/1\n", "b.csv", closed);
  ASSERT_FALSE(faulty.ok());
  EXPECT_EQ(faulty.error().where.ToString(), "b.csv:2:1");
  EXPECT_EQ(closed.years, before.years) << "left as it was";
  EXPECT_FALSE(AddHolidays("何もない\n", "c.csv", closed).ok());
}

TEST(Holidays, OfTheFileFallOnTheirWeekdays) {
  const ClosedDays closed = Listed();
  EXPECT_EQ(closed.years.size(), 10u);
  for (const char* day : {"2021-07-23", "2021-08-09", "2023-01-02", "2024-02-12", "2024-09-23", "2025-05-06",
                          "2026-05-06", "2026-09-22", "2027-03-22"})
    EXPECT_TRUE(closed.dates.contains(On(day))) << day;
  for (const char* day : {"2021-10-11", "2026-09-24", "2025-05-07"}) EXPECT_FALSE(closed.Contains(On(day))) << day;
}

TEST(ClosedDays, ACalendarThatIsNeverOpenDoesNotHang) {
  ClosedDays closed{true, {}, {}};
  for (int month = 1; month <= 12; ++month) {
    for (int day = 1; day <= 31; ++day) closed.yearly.insert({month, day});
  }
  EXPECT_EQ(closed.NextOpen(0), 0);
}

}  // namespace
}  // namespace hikae::base
