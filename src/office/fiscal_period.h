// Which period of the access log a moment falls into: the fiscal year in Japan.
#ifndef HIKAE_OFFICE_FISCAL_PERIOD_H_
#define HIKAE_OFFICE_FISCAL_PERIOD_H_

#include <cstdint>
#include <string>

namespace hikae::office {

std::string PeriodOf(int64_t micros);  // "2021"
int64_t EndOfPeriod(int64_t micros);   // when the next one begins, microseconds since 1970

}  // namespace hikae::office

#endif  // HIKAE_OFFICE_FISCAL_PERIOD_H_
