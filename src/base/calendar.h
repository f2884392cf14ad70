// Periods of public bodies: how long a document is kept, on which day a term ends. Pure; closed days are data.
#ifndef HIKAE_BASE_CALENDAR_H_
#define HIKAE_BASE_CALENDAR_H_

#include <optional>
#include <set>
#include <utility>

#include "base/civil_date.h"

namespace hikae::base {

// Which days an office is closed. Nothing is closed by default: every body has its own rule (行政機関の休日).
struct ClosedDays {
  bool weekends = false;
  std::set<std::pair<int32_t, int32_t>> yearly;  // {month, day}: 12/29 … 1/3
  std::set<Day> dates;                           // national holidays and others of one year
  bool Contains(Day day) const;
  // The day itself, or the first later day that is open. Looks no further than a year: then gives the day unmoved.
  Day NextOpen(Day day) const;
};

// Whether the day a term runs from counts as its first day.
enum class Counting : uint8_t {
  kFirstDayCounts,    // 「知った日を1日目とする」
  kFirstDayExcluded,  // 初日不算入 (民法140条)
};
// The last day of a term of `days` days from `from`, moved to the next open day where it falls on a closed one.
Day LastDayOfTerm(Day from, int32_t days, Counting counting, const ClosedDays& closed = {});

enum class RecordYear : uint8_t { kFiscal, kCalendar };  // 会計年度文書, 暦年文書
// A retention period counted in whole years from the first day of the year after completion.
struct Retention {
  Day start = 0;
  std::optional<Day> end;              // the last day it must be kept; none: kept without end (永年, 常用)
  std::optional<Day> disposable_from;  // the day after
};
// Years must be 1 or more; none means without end.
Retention RetentionOf(Day completed, std::optional<int32_t> years, RecordYear year = RecordYear::kFiscal);

}  // namespace hikae::base

#endif  // HIKAE_BASE_CALENDAR_H_
