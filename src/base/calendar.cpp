#include "base/calendar.h"

namespace hikae::base {

bool ClosedDays::Contains(Day day) const {
  const Weekday weekday = WeekdayOf(day);
  if (weekends && (weekday == Weekday::kSaturday || weekday == Weekday::kSunday)) return true;
  const CivilDate date = CivilOf(day);
  return yearly.contains({date.month, date.day}) || dates.contains(day);
}

Day ClosedDays::NextOpen(Day day) const {
  for (Day next = day; next <= day + 366; ++next) {
    if (!Contains(next)) return next;
  }
  return day;
}

Day LastDayOfTerm(Day from, int32_t days, Counting counting, const ClosedDays& closed) {
  return closed.NextOpen(from + days - (counting == Counting::kFirstDayCounts ? 1 : 0));
}

Retention RetentionOf(Day completed, std::optional<int32_t> years, RecordYear year) {
  const bool fiscal = year == RecordYear::kFiscal;
  const int32_t start_year = (fiscal ? FiscalYearOf(completed) : CivilOf(completed).year) + 1;
  const int32_t month = fiscal ? 4 : 1;
  Retention out;
  out.start = DayOf({start_year, month, 1});
  if (years) {
    out.disposable_from = DayOf({start_year + *years, month, 1});
    out.end = *out.disposable_from - 1;
  }
  return out;
}

}  // namespace hikae::base
