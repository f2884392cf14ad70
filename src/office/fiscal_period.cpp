#include "office/fiscal_period.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/civil_date.h"

namespace hikae::office {
namespace {

constexpr int64_t kDayMicros = int64_t{86'400} * 1'000'000;
constexpr int64_t kJapanMicros = int64_t{9} * 3'600 * 1'000'000;  // ahead of UTC, all year

// Four digits, so that byte order is the order of years.
int32_t YearOf(int64_t micros) { return std::clamp(base::FiscalYearOf(base::DayInJapan(micros)), 0, 9'999); }

}  // namespace

std::string PeriodOf(int64_t micros) { return fmt::format("{:04}", YearOf(micros)); }

int64_t EndOfPeriod(int64_t micros) { return base::DayOf({YearOf(micros) + 1, 4, 1}) * kDayMicros - kJapanMicros; }

}  // namespace hikae::office
