// What R11 says of an office's access log: what it counts, and whether it is whole.
#ifndef HIKAE_OFFICE_LOG_READING_H_
#define HIKAE_OFFICE_LOG_READING_H_

#include <functional>
#include <optional>
#include <string>

#include "base/civil_date.h"
#include "base/error.h"
#include "base/io.h"
#include "log/statistics.h"
#include "log/verify/verdict.h"

namespace hikae::office {

class AccessLog;

struct LogReading {
  log::Statistics statistics;
  log::verify::Verdict verdict;  // on the whole log, whatever the days counted
  // Empty when there are no keys to name anybody by. Borrows the log.
  std::function<std::optional<std::string>(const crypto::Pseudonym&)> name_of;
};

// The days an access log is reviewed for: from the beginning of the fiscal year to `day`, with the working time and
// closed days of a ward office (national holidays are no data of hikae).
log::StatisticsOptions ReviewOf(base::Day day, const std::string& handling);

// Counts and checks the log below `office_directory`. `names`: whose keys name persons; may be null. Damage is in the
// verdict; what could not be counted for it is missing in the statistics. kNotFound: no log; kVersion; kIo.
base::Result<LogReading> ReadLog(base::Io& io, const std::string& office_directory,
                                 const log::StatisticsOptions& options, AccessLog* names);

}  // namespace hikae::office

#endif  // HIKAE_OFFICE_LOG_READING_H_
