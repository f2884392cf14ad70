#include "office/log_reading.h"

#include "log/log_folder.h"
#include "office/access_log.h"

namespace hikae::office {
namespace {

using base::Result;
using base::Status;

// As far as they can be read: the verdict says where that ends.
Result<void> CountPeriod(const log::LogFolder& folder, const std::string& period, log::StatisticsCounter& counter) {
  const auto tolerated = [](const base::Error& error) { return error.status == Status::kTampered; };
  auto entries = folder.Entries(period);
  if (!entries.ok()) return tolerated(entries.error()) ? Result<void>() : std::move(entries).error();
  Result<void> counted = counter.AddAll(**entries);
  if (!counted.ok() && !tolerated(counted.error())) return counted;
  return {};
}

}  // namespace

log::StatisticsOptions ReviewOf(base::Day day, const std::string& handling) {
  log::StatisticsOptions options;
  options.from = base::DayOf({base::FiscalYearOf(day), 4, 1});
  options.until = day;
  options.handling = handling;
  options.closed.weekends = true;
  options.closed.yearly = {{12, 29}, {12, 30}, {12, 31}, {1, 1}, {1, 2}, {1, 3}};
  return options;
}

Result<LogReading> ReadLog(base::Io& io, const std::string& office_directory, const log::StatisticsOptions& options,
                           AccessLog* names) {
  HIKAE_TRY(const log::LogFolder folder, log::LogFolder::Open(io, office_directory));
  HIKAE_TRY(log::StatisticsCounter counter, log::StatisticsCounter::Begin(options));
  // A log whose periods cannot be told apart has nothing to count; the verdict says so.
  const auto periods = folder.Periods();
  if (!periods.ok() && periods.error().status != Status::kTampered) return periods.error();
  if (periods.ok()) {
    for (const log::Period& period : *periods) HIKAE_CHECK(CountPeriod(folder, period.name, counter));
  }
  LogReading reading;
  reading.statistics = counter.Finish();
  HIKAE_TRY(reading.verdict, log::VerifyFolder(folder, {}));
  if (names == nullptr) return reading;
  reading.name_of = [names](const crypto::Pseudonym& pseudonym) -> std::optional<std::string> {
    const auto name = names->NameOf("actor", pseudonym);
    return name.ok() ? *name : std::nullopt;
  };
  return reading;
}

}  // namespace hikae::office
