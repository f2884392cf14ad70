#include <chrono>
#include <optional>

#include "capi/boundary.h"
#include "capi/handles.h"

namespace hikae::capi {
namespace {

constexpr registry::Micros kSecond = 1'000'000;
constexpr registry::Micros kDay = 86'400 * kSecond;
constexpr registry::Micros kJapan = 9 * 3'600 * kSecond;  // east of UTC, without summer time

std::optional<int> Digits(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

// YYYY-MM-DD and nothing else: other spellings are for documents, which people write.
std::optional<registry::Day> ParseDay(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = Digits(text.substr(0, 4));
  const auto month = Digits(text.substr(5, 2));
  const auto day = Digits(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return static_cast<registry::Day>(std::chrono::sys_days(date).time_since_epoch().count());
}

}  // namespace

registry::Day DayOf(hikae_str text, const std::function<registry::Micros()>& now) {
  const std::string_view given = Text(text, "as_of");
  if (given.empty()) {
    const registry::Micros local = now() + kJapan;
    return static_cast<registry::Day>(local / kDay - (local % kDay < 0 ? 1 : 0));
  }
  if (const auto day = ParseDay(given)) return *day;
  const std::string shown(given.substr(0, 40));
  Fail(base::Status::kArgument, {"\"" + shown + "\" is not a day: expected YYYY-MM-DD, such as 2021-05-20",
                                 "「" + shown + "」は日付ではありません。2021-05-20 のように指定してください"});
}

}  // namespace hikae::capi
