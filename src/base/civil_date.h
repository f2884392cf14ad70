// Civil dates without a zone: days, years, fiscal years, weekdays; ISO and Japanese-era (wareki) text.
#ifndef HIKAE_BASE_CIVIL_DATE_H_
#define HIKAE_BASE_CIVIL_DATE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace hikae::base {

using Day = int32_t;  // days since 1970-01-01, proleptic Gregorian

struct CivilDate {
  int32_t year = 1970;
  int32_t month = 1;  // 1…12
  int32_t day = 1;    // 1…31
  friend auto operator<=>(const CivilDate&, const CivilDate&) = default;
};

Day DayOf(const CivilDate& date);  // the date must exist
CivilDate CivilOf(Day day);
bool Exists(const CivilDate& date);  // years 1…9999
int32_t DaysInMonth(int32_t year, int32_t month);

enum class Weekday : uint8_t { kSunday, kMonday, kTuesday, kWednesday, kThursday, kFriday, kSaturday };
Weekday WeekdayOf(Day day);

// The fiscal year of Japanese public bodies: 1 April to 31 March, named by the year it begins in.
int32_t FiscalYearOf(Day day);

// The civil day on which an instant (microseconds since 1970, UTC) falls in Japan, which is UTC+9 all year.
Day DayInJapan(int64_t micros);

// Reads a civil date as papers write it. Accepted: 2021-05-06, 2021/5/6, 2021.5.6, 2021年5月6日; an era as a word, a
// letter or a square sign with any of these shapes (令和3年5月6日, 令和元年5月1日, R3.5.6, 令3.5.6,
// ㋿3年5月6日); half-width, full-width and kanji digits; blanks inside the 年月日 shapes; a weekday in
// parentheses, if it is the right one. A day past an era's end is read as the era counted on (papers of 2018 say
// 平成33年); one before its first day does not exist, nor does one before 明治6年, when the calendar was another.
// Errors: kArgument, bilingual, without a place.
Result<Day> ParseDate(std::string_view text);

std::string FormatIso(Day day);     // 2021-05-06
std::string FormatWareki(Day day);  // 令和3年5月6日; 令和元年5月1日; before 1873-01-01 as 1872年12月31日
std::string FormatWarekiShort(Day day);             // R3.5.6
std::string FormatFiscalYear(int32_t fiscal_year);  // 令和3年度; 2019 is 令和元年度

}  // namespace hikae::base

#endif  // HIKAE_BASE_CIVIL_DATE_H_
