// Dates as Japanese papers write them. The eras are data: a new one is a new line of the table.
#include <fmt/format.h>

#include <array>
#include <optional>

#include "base/civil_date.h"
#include "base/utf8.h"

namespace hikae::base {
namespace {

struct Era {
  std::u32string_view name;
  char32_t letter;
  char32_t square;
  CivilDate first_day;
  int32_t first_year;         // the Gregorian year of its 元年
  int32_t first_fiscal_year;  // 令和 names all of fiscal 2019, though it began in May; 昭和63年度 ran into 平成
};

// The newest first. 明治 is counted from 1873, when the Gregorian calendar came into force.
constexpr std::array<Era, 5> kEras = {{{U"令和", U'R', U'㋿', {2019, 5, 1}, 2019, 2019},
                                       {U"平成", U'H', U'㍻', {1989, 1, 8}, 1989, 1989},
                                       {U"昭和", U'S', U'㍼', {1926, 12, 25}, 1926, 1927},
                                       {U"大正", U'T', U'㍽', {1912, 7, 30}, 1912, 1913},
                                       {U"明治", U'M', U'㍾', {1873, 1, 1}, 1868, 1873}}};
constexpr std::u32string_view kWeekdays = U"日月火水木金土";
constexpr std::u32string_view kKanjiDigits = U"〇一二三四五六七八九";

const Era* EraOf(const CivilDate& date) {
  for (const Era& era : kEras) {
    if (date >= era.first_day) return &era;
  }
  return nullptr;
}

std::string YearOfEra(const Era& era, int32_t year) {
  return year == era.first_year ? "元" : std::to_string(year - era.first_year + 1);
}

bool IsBlank(char32_t c) { return c == U' ' || c == U'\u3000' || c == U'\t'; }

// Full-width forms to ASCII, and the signs that stand for a separator to one form each.
char32_t Fold(char32_t c) {
  if (c >= U'！' && c <= U'～') c = c - U'！' + U'!';
  if (c == U'‐' || c == U'−' || c == U'–') return U'-';
  if (c == U'零') return U'〇';
  if (c == U'・' || c == U'．') return U'.';
  return c;
}

// Reads the folded text from left to right. A failed step leaves the place untouched.
class DateReader {
 public:
  explicit DateReader(std::u32string text) : text_(std::move(text)) {}

  bool AtEnd() const { return at_ == text_.size(); }
  void SkipBlanks() {
    while (!AtEnd() && IsBlank(text_[at_])) ++at_;
  }
  bool Take(char32_t c) {
    if (AtEnd() || text_[at_] != c) return false;
    return ++at_, true;
  }
  bool Take(std::u32string_view word) {
    if (std::u32string_view(text_).substr(at_, word.size()) != word) return false;
    return at_ += word.size(), true;
  }
  char32_t TakeOneOf(std::u32string_view set) {
    if (AtEnd() || set.find(text_[at_]) == set.npos) return 0;
    return text_[at_++];
  }
  const Era* TakeEra() {
    for (const Era& era : kEras) {
      if (Take(era.name) || Take(era.square) || Take(era.letter) || Take(era.letter + (U'a' - U'A')) ||
          Take(era.name.front())) {
        return &era;
      }
    }
    return nullptr;
  }

  struct Number {
    int32_t value = 0;
    size_t digits = 0;
  };
  std::optional<Number> TakeNumber() {
    if (auto number = TakeArabic()) return number;
    return TakeKanji();
  }

 private:
  std::optional<Number> TakeArabic() {
    Number number;
    for (; !AtEnd() && text_[at_] >= U'0' && text_[at_] <= U'9' && number.digits < 4; ++at_, ++number.digits) {
      number.value = number.value * 10 + static_cast<int32_t>(text_[at_] - U'0');
    }
    if (number.digits == 0) return std::nullopt;
    return number;
  }
  // 二〇二一, 三十, 二十一, 十. Tens end the number of its units: 二十〇 is not one.
  std::optional<Number> TakeKanji() {
    Number number;
    bool tens = false;
    for (; !AtEnd() && number.digits < 4; ++at_) {
      if (text_[at_] == U'十') {
        if (tens || number.value > 9 || (number.digits == 1 && number.value == 0)) return std::nullopt;
        number.value = (number.digits == 0 ? 1 : number.value) * 10;
        number.digits = 2, tens = true;
        continue;
      }
      const size_t digit = kKanjiDigits.find(text_[at_]);
      if (digit == kKanjiDigits.npos) break;
      if (tens && (digit == 0 || number.value % 10 != 0)) return std::nullopt;
      number.value =
          tens ? number.value + static_cast<int32_t>(digit) : number.value * 10 + static_cast<int32_t>(digit);
      if (!tens) ++number.digits;
    }
    if (number.digits == 0) return std::nullopt;
    return number;
  }

  std::u32string text_;
  size_t at_ = 0;
};

Error NotADate() {
  return Error(Status::kArgument, {"not a date", "日付として読めない"}, {},
               {"write 2021-05-06 or 令和3年5月6日", "2021-05-06 または 令和3年5月6日 のように書く"});
}

struct Written {
  const Era* era = nullptr;
  CivilDate date;  // its year as written, era not yet applied
  std::optional<Weekday> weekday;
};

// The year with its unit or separator. In the 年月日 shape blanks may stand anywhere; in the others nowhere.
std::optional<Written> ReadParts(DateReader& in) {
  Written out;
  in.SkipBlanks();
  out.era = in.TakeEra();
  if (out.era != nullptr) in.Take(U'.'), in.SkipBlanks();
  if (out.era != nullptr && in.Take(U'元')) {
    out.date.year = 1;
  } else {
    const auto year = in.TakeNumber();
    if (!year || (out.era == nullptr && year->digits != 4) || (out.era != nullptr && year->digits > 2)) return {};
    out.date.year = year->value;
  }
  if (const char32_t separator = in.TakeOneOf(U"-/.")) {
    const auto month = in.TakeNumber();
    if (!month || month->digits > 2 || !in.Take(separator)) return {};
    const auto day = in.TakeNumber();
    if (!day || day->digits > 2) return {};
    out.date.month = month->value, out.date.day = day->value;
    return out;
  }
  in.SkipBlanks();
  if (!in.Take(U'年')) return {};
  in.SkipBlanks();
  const auto month = in.TakeNumber();
  in.SkipBlanks();
  if (!month || month->digits > 2 || !in.Take(U'月')) return {};
  in.SkipBlanks();
  const auto day = in.TakeNumber();
  in.SkipBlanks();
  if (!day || day->digits > 2 || !in.Take(U'日')) return {};
  out.date.month = month->value, out.date.day = day->value;
  return out;
}

std::optional<Written> ReadWritten(DateReader& in) {
  auto out = ReadParts(in);
  if (!out) return out;
  in.SkipBlanks();
  if (in.Take(U'(')) {
    const char32_t weekday = in.TakeOneOf(kWeekdays);
    if (weekday == 0) return {};
    if (in.Take(U'曜')) in.Take(U'日');
    if (!in.Take(U')')) return {};
    out->weekday = static_cast<Weekday>(kWeekdays.find(weekday));
  }
  in.SkipBlanks();
  return in.AtEnd() ? out : std::nullopt;
}

}  // namespace

Result<Day> ParseDate(std::string_view text) {
  // No date is longer; a long text is not worth folding.
  if (text.size() > 200 || !IsUtf8(text)) return NotADate();
  std::u32string folded = ToUtf32(text);
  for (char32_t& c : folded) c = Fold(c);
  DateReader reader(std::move(folded));
  auto written = ReadWritten(reader);
  if (!written) return NotADate();
  CivilDate date = written->date;
  if (written->era != nullptr) {
    if (date.year == 0) return NotADate();
    date.year += written->era->first_year - 1;
  }
  if (!Exists(date)) {
    return Error(Status::kArgument, {"no such day in the calendar", "暦にない日である"}, {},
                 {"check the month and the day", "月と日を確かめる"});
  }
  if (written->era != nullptr && date < written->era->first_day) {
    const std::string first = FormatIso(DayOf(written->era->first_day));
    return Error(Status::kArgument, {"the day is before its era began", "元号が始まる前の日である"}, {},
                 {fmt::format("{} is counted from {}", ToUtf8(written->era->name), first),
                  fmt::format("{}は{}から", ToUtf8(written->era->name), first)});
  }
  const Day day = DayOf(date);
  if (written->weekday && *written->weekday != WeekdayOf(day)) {
    std::string right;
    AppendUtf8(right, kWeekdays[static_cast<size_t>(WeekdayOf(day))]);
    return Error(Status::kArgument, {"the weekday is not that of the date", "曜日が日付と合わない"}, {},
                 {fmt::format("{} is {}", FormatIso(day), right), fmt::format("{}は{}曜日", FormatIso(day), right)});
  }
  return day;
}

std::string FormatWareki(Day day) {
  const CivilDate date = CivilOf(day);
  const Era* era = EraOf(date);
  if (era == nullptr) return fmt::format("{}年{}月{}日", date.year, date.month, date.day);
  return fmt::format("{}{}年{}月{}日", ToUtf8(era->name), YearOfEra(*era, date.year), date.month, date.day);
}

std::string FormatWarekiShort(Day day) {
  const CivilDate date = CivilOf(day);
  const Era* era = EraOf(date);
  if (era == nullptr) return FormatIso(day);
  return fmt::format("{}{}.{}.{}", static_cast<char>(era->letter), date.year - era->first_year + 1, date.month,
                     date.day);
}

std::string FormatFiscalYear(int32_t fiscal_year) {
  for (const Era& era : kEras) {
    if (fiscal_year >= era.first_fiscal_year)
      return fmt::format("{}{}年度", ToUtf8(era.name), YearOfEra(era, fiscal_year));
  }
  return fmt::format("{}年度", fiscal_year);
}

}  // namespace hikae::base
