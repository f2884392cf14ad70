// Periods of public bodies: how long a document is kept, on which day a term ends. Pure; closed days are data.
#ifndef HIKAE_BASE_CALENDAR_H_
#define HIKAE_BASE_CALENDAR_H_

#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "base/civil_date.h"

namespace hikae::base {

// Which days an office is closed. Nothing is closed by default: every body has its own rule (行政機関の休日).
struct ClosedDays {
  bool weekends = false;
  std::set<std::pair<int32_t, int32_t>> yearly;  // {month, day}: 12/29 … 1/3
  std::set<Day> dates;                           // national holidays and others of one year
  std::set<int32_t> years = {};                  // those whose dates are listed; empty: all of them are
  bool Contains(Day day) const;
  // Whether the dates of the day's year are listed. Where they are not, Contains speaks of weekends and yearly days
  // only.
  bool Knows(Day day) const;
  // The day itself, or the first later day that is open. Looks no further than a year: then gives the day unmoved.
  Day NextOpen(Day day) const;
};

// Adds the days of a list in the form the Cabinet Office publishes (syukujitsu.csv, as UTF-8): a date, a comma, a name.
// Lines without a date before the comma may stand at the head; `#` begins a comment. Every year with a day in it
// becomes one whose dates are listed. Errors: kArgument with the line; then `closed` is unchanged.
Result<void> AddHolidays(std::string_view csv, std::string_view file, ClosedDays& closed);

// Whether the day a term runs from counts as its first day.
enum class Counting : uint8_t {
  kFirstDayCounts,    // 「知った日を1日目とする」
  kFirstDayExcluded,  // 初日不算入 (民法140条)
};
// The last day of a term of `days` days from `from`, moved to the next open day where it falls on a closed one.
Day LastDayOfTerm(Day from, int32_t days, Counting counting, const ClosedDays& closed = {});

// What a term is counted in. Stored nowhere.
enum class TermUnit : uint8_t {
  kDays,
  kOpenDays,  // 開庁日: the n-th day on which the body is open
  kWeeks,
  kMonths,  // by the calendar (民法143条): ends the day before the corresponding day, or with the month that lacks one
  kYears,          // likewise
  kFiscalYears,    // whole years from the 1st of April after (保存期間)
  kCalendarYears,  // whole years from the 1st of January after
};
enum class Roll : uint8_t {
  kNone,
  kNextOpen,  // a last day that is closed gives way to the next open one
};
struct Term {
  int32_t amount = 0;  // 1 or more
  TermUnit unit = TermUnit::kDays;
  Counting counting = Counting::kFirstDayExcluded;
  Roll roll = Roll::kNone;
};
// The last day of the term that the event of `from` sets going. nullopt where it would roll over, or count, days of a
// year whose closed days are not known: a wrong day would be worse than none.
std::optional<Day> LastDayOf(const Term& term, Day from, const ClosedDays& closed = {});

enum class RecordYear : uint8_t { kFiscal, kCalendar };  // 会計年度文書, 暦年文書
// A retention period counted in whole years from the first day of the year after completion.
struct Retention {
  Day start = 0;
  std::optional<Day> end;              // the last day it must be kept; none: kept without end (永年, 常用)
  std::optional<Day> disposable_from;  // the day after
};
// Years must be 1 or more; none means without end.
Retention RetentionOf(Day completed, std::optional<int32_t> years, RecordYear year = RecordYear::kFiscal);

// 保存期間 as document rules write it.
struct RetentionClass {
  enum class Kind : uint8_t {
    kYears,
    kUnderOneYear,  // 1年未満: as long as the work needs it
    kWhileInUse,    // 常用: no end while it is in use
    kLong,          // 長期: as long as the body's rule says; no end of its own
    kPermanent,     // 永年
  };
  Kind kind = Kind::kYears;
  int32_t years = 0;  // of kYears
};
// Reads 「5年」「30年」「1年未満」「常用」「長期」「永年」「永久」; half-width and full-width digits. kArgument,
// bilingual, without a place.
Result<RetentionClass> ParseRetention(std::string_view text);
// `long_years`: what 長期 means for the body (30 where 永年 was abolished); none: without end. Of kUnderOneYear the end
// is the day of completion.
Retention RetentionOf(Day completed, const RetentionClass& period, std::optional<int32_t> long_years = {},
                      RecordYear year = RecordYear::kFiscal);

}  // namespace hikae::base

#endif  // HIKAE_BASE_CALENDAR_H_
