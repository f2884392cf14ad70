// The extension types of the language: how their texts read and print. All exact integers, no floating point.
#ifndef HIKAE_CEDAR_VALUE_EXTENSION_H_
#define HIKAE_CEDAR_VALUE_EXTENSION_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "cedar/value/value_rep.h"

namespace hikae::cedar {

// Errors: kArgument, naming the form expected.
base::Result<int64_t> ParseDecimal(std::string_view text);   // ten-thousandths; 1 to 4 digits after the point
base::Result<IpNetwork> ParseIp(std::string_view text);      // with or without /prefix
base::Result<int64_t> ParseDatetime(std::string_view text);  // milliseconds since 1970, UTC
base::Result<int64_t> ParseDuration(std::string_view text);  // milliseconds; "1d2h3m4s5ms", optionally negative

std::string DecimalText(int64_t ten_thousandths);
std::string IpText(const IpNetwork& network);
std::string DatetimeText(int64_t milliseconds);  // empty outside of the years 0000 to 9999
std::string DurationText(int64_t milliseconds);

inline constexpr int64_t kMillisPerDay = 86'400'000;
// Rounded towards the past, as toDate() does.
constexpr int64_t StartOfDay(int64_t ms) {
  const int64_t rest = ms % kMillisPerDay;
  return ms - (rest < 0 ? rest + kMillisPerDay : rest);
}

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_VALUE_EXTENSION_H_
