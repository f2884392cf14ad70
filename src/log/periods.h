// The directory of an office's log: which periods there are, and that all belong to one office
// (docs/formats/office-directory.md §2.1). Reads; never writes.
#ifndef HIKAE_LOG_PERIODS_H_
#define HIKAE_LOG_PERIODS_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/io.h"

namespace hikae::log {

constexpr size_t kMaxPeriodName = 32;

bool IsPeriodName(std::string_view name);  // 1 to 32 letters, digits and hyphens, not "lock"
// The origin of a period's log: the office's, "/", the period's name.
std::string OriginOf(std::string_view office, std::string_view period);

struct Period {
  std::string name;
  std::string origin;
};
// In byte order of names; the last is the current one. kNotFound: no log; kTampered: a period that has no whole header,
// or that belongs to another office or another name; kVersion; kIo.
base::Result<std::vector<Period>> ListPeriods(base::Io& io, const std::string& log_directory);

}  // namespace hikae::log

#endif  // HIKAE_LOG_PERIODS_H_
