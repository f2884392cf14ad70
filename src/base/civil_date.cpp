#include "base/civil_date.h"

#include <fmt/format.h>

namespace hikae::base {

// Both conversions count in eras of 400 years (146,097 days) from 1 March, so that the leap day comes last.
Day DayOf(const CivilDate& date) {
  const int32_t year = date.year - (date.month <= 2 ? 1 : 0);
  const int32_t era = (year >= 0 ? year : year - 399) / 400;
  const int32_t year_of_era = year - era * 400;
  const int32_t month_from_march = (date.month + 9) % 12;
  const int32_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
  const int32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

CivilDate CivilOf(Day day) {
  const int64_t shifted = int64_t{day} + 719468;
  const int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
  const auto day_of_era = static_cast<int32_t>(shifted - era * 146097);
  const int32_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int32_t month_from_march = (5 * day_of_year + 2) / 153;
  const int32_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  const auto year = static_cast<int32_t>(year_of_era + era * 400) + (month <= 2 ? 1 : 0);
  return {year, month, day_of_year - (153 * month_from_march + 2) / 5 + 1};
}

int32_t DaysInMonth(int32_t year, int32_t month) {
  if (month == 2) return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

bool Exists(const CivilDate& date) {
  return date.year >= 1 && date.year <= 9999 && date.month >= 1 && date.month <= 12 && date.day >= 1 &&
         date.day <= DaysInMonth(date.year, date.month);
}

Weekday WeekdayOf(Day day) {
  // 1970-01-01 was a Thursday.
  return static_cast<Weekday>(((int64_t{day} + 4) % 7 + 7) % 7);
}

int32_t FiscalYearOf(Day day) {
  const CivilDate date = CivilOf(day);
  return date.month >= 4 ? date.year : date.year - 1;
}

Day DayInJapan(int64_t micros) {
  constexpr int64_t kSecond = 1'000'000;
  constexpr int64_t kDay = 86'400 * kSecond;
  // Whole days first, so that no instant overflows.
  int64_t floor = micros / kDay, rest = micros % kDay;
  if (rest < 0) --floor, rest += kDay;
  return static_cast<Day>(floor + (rest + 9 * 3600 * kSecond >= kDay ? 1 : 0));
}

std::string FormatIso(Day day) {
  const CivilDate date = CivilOf(day);
  return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

}  // namespace hikae::base
