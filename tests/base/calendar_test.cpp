#include "base/calendar.h"

#include <gtest/gtest.h>

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

TEST(ClosedDays, ACalendarThatIsNeverOpenDoesNotHang) {
  ClosedDays closed{true, {}, {}};
  for (int month = 1; month <= 12; ++month) {
    for (int day = 1; day <= 31; ++day) closed.yearly.insert({month, day});
  }
  EXPECT_EQ(closed.NextOpen(0), 0);
}

}  // namespace
}  // namespace hikae::base
