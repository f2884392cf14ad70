#include "base/calendar.h"

#include <algorithm>
#include <array>
#include <string>

namespace hikae::base {
namespace {

// The day before the one in a later month that corresponds to `start`; with a month that has none, its last day.
Day MonthsFrom(Day start, int32_t months) {
  const CivilDate date = CivilOf(start);
  const int32_t since = date.year * 12 + date.month - 1 + months;
  const int32_t year = since / 12;
  const int32_t month = since % 12 + 1;
  if (date.day > DaysInMonth(year, month)) return DayOf({year, month, DaysInMonth(year, month)});
  return DayOf({year, month, date.day}) - 1;
}

std::optional<Day> OpenDayAfter(Day start, int32_t open_days, const ClosedDays& closed) {
  // No body is closed for more than a year on end: NextOpen looks no further either.
  Day day = start;
  for (int32_t left = open_days; left > 0; ++day) {
    if (!closed.Knows(day)) return std::nullopt;
    if (!closed.Contains(day) && --left == 0) return day;
    if (day - start > (open_days + 1) * 366) return std::nullopt;
  }
  return std::nullopt;
}

std::optional<Day> Unrolled(const Term& term, Day from, const ClosedDays& closed) {
  const Day start = from + (term.counting == Counting::kFirstDayCounts ? 0 : 1);
  switch (term.unit) {
    case TermUnit::kDays:
      return start + term.amount - 1;
    case TermUnit::kWeeks:
      return start + term.amount * 7 - 1;
    case TermUnit::kOpenDays:
      return OpenDayAfter(start, term.amount, closed);
    case TermUnit::kMonths:
      return MonthsFrom(start, term.amount);
    case TermUnit::kYears:
      return MonthsFrom(start, term.amount * 12);
    case TermUnit::kFiscalYears:
      return RetentionOf(from, term.amount).end;
    case TermUnit::kCalendarYears:
      return RetentionOf(from, term.amount, RecordYear::kCalendar).end;
  }
  return std::nullopt;
}

}  // namespace

bool ClosedDays::Contains(Day day) const {
  const Weekday weekday = WeekdayOf(day);
  if (weekends && (weekday == Weekday::kSaturday || weekday == Weekday::kSunday)) return true;
  const CivilDate date = CivilOf(day);
  return yearly.contains({date.month, date.day}) || dates.contains(day);
}

bool ClosedDays::Knows(Day day) const { return years.empty() || years.contains(CivilOf(day).year); }

Day ClosedDays::NextOpen(Day day) const {
  for (Day next = day; next <= day + 366; ++next) {
    if (!Contains(next)) return next;
  }
  return day;
}

Result<void> AddHolidays(std::string_view csv, std::string_view file, ClosedDays& closed) {
  ClosedDays read = closed;
  bool begun = false;
  for (uint32_t line = 1; !csv.empty(); ++line) {
    const size_t end = std::min(csv.find('\n'), csv.size());
    std::string_view row = csv.substr(0, end);
    csv.remove_prefix(std::min(end + 1, csv.size()));
    if (row.ends_with('\r')) row.remove_suffix(1);
    if (row.empty() || row[0] == '#') continue;
    const Result<Day> day = ParseDate(row.substr(0, row.find(',')));
    if (!day.ok()) {
      if (!begun) continue;  // the heading
      return Error(Status::kArgument, {"the line does not begin with a date", "行が日付で始まっていない"},
                   {std::string(file), line, 1}, {"as 2026/1/1,元日", "2026/1/1,元日 のように書く"});
    }
    begun = true;
    read.dates.insert(*day);
    read.years.insert(CivilOf(*day).year);
  }
  if (!begun) {
    return Error(Status::kArgument, {"the list of holidays has no day", "休日の一覧に日がない"},
                 {std::string(file), 0, 0}, {"as 2026/1/1,元日", "2026/1/1,元日 のように書く"});
  }
  closed = std::move(read);
  return {};
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

std::optional<Day> LastDayOf(const Term& term, Day from, const ClosedDays& closed) {
  const std::optional<Day> last = Unrolled(term, from, closed);
  if (!last || term.roll == Roll::kNone) return last;
  const Day open = closed.NextOpen(*last);
  if (!closed.Knows(*last) || !closed.Knows(open)) return std::nullopt;
  return open;
}

Result<RetentionClass> ParseRetention(std::string_view text) {
  using Kind = RetentionClass::Kind;
  static constexpr std::array<std::pair<std::string_view, Kind>, 6> kWords = {{{"1年未満", Kind::kUnderOneYear},
                                                                               {"１年未満", Kind::kUnderOneYear},
                                                                               {"常用", Kind::kWhileInUse},
                                                                               {"長期", Kind::kLong},
                                                                               {"永年", Kind::kPermanent},
                                                                               {"永久", Kind::kPermanent}}};
  for (const auto& [word, kind] : kWords) {
    if (text == word) return RetentionClass{kind, 0};
  }
  int32_t years = 0;
  std::string_view rest = text;
  const auto take_digit = [&rest]() -> int32_t {
    if (!rest.empty() && rest[0] >= '0' && rest[0] <= '9') {
      const int32_t digit = rest[0] - '0';
      return rest.remove_prefix(1), digit;
    }
    constexpr std::string_view kWide = "\xEF\xBC";  // ０ is EF BC 90
    if (rest.size() >= 3 && rest.starts_with(kWide)) {
      const int32_t digit = static_cast<unsigned char>(rest[2]) - 0x90;
      if (digit >= 0 && digit <= 9) return rest.remove_prefix(3), digit;
    }
    return -1;
  };
  for (int32_t digit = take_digit(); digit >= 0 && years < 100; digit = take_digit()) years = years * 10 + digit;
  if (years >= 1 && years <= 100 && rest == "年") return RetentionClass{Kind::kYears, years};
  return Error(Status::kArgument, {"the text names no retention period", "保存期間として読めない"}, {},
               {"write 5年, 30年, 1年未満, 常用, 長期 or 永年", "5年、30年、1年未満、常用、長期、永年のように書く"});
}

Retention RetentionOf(Day completed, const RetentionClass& period, std::optional<int32_t> long_years, RecordYear year) {
  switch (period.kind) {
    case RetentionClass::Kind::kYears:
      return RetentionOf(completed, period.years, year);
    case RetentionClass::Kind::kLong:
      return RetentionOf(completed, long_years, year);
    case RetentionClass::Kind::kUnderOneYear:
      return {completed, completed, completed + 1};
    case RetentionClass::Kind::kWhileInUse:
    case RetentionClass::Kind::kPermanent:
      break;
  }
  return RetentionOf(completed, std::nullopt, year);
}

}  // namespace hikae::base
