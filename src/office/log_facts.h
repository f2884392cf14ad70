// What an audit counts from the access log: who used what on which day, and how many persons in a year.
#ifndef HIKAE_OFFICE_LOG_FACTS_H_
#define HIKAE_OFFICE_LOG_FACTS_H_

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/civil_date.h"
#include "base/error.h"
#include "codec/node.h"
#include "log/entry.h"
#include "office/access_log.h"
#include "registry/registry.h"

namespace hikae::office {

// Counts each entry once: a later call goes on where the one before ended. What it keeps grows with the days of use and
// with the persons of a year, not with the entries. Shareable between threads.
class LogFacts {
 public:
  // Rows of AccessDay, AccessYear and AccessLogReading (core schema), of days up to `as_of`. `registry` says who is
  // staff and who a worker where the log does not. kTampered: the periods of the log cannot be told apart; kIo.
  base::Result<std::shared_ptr<const registry::Snapshot>> Rows(AccessLog& log, const registry::Snapshot& registry,
                                                               base::Day as_of);

 private:
  struct Place {
    std::string period;
    uint64_t first = 0, last = 0;
  };
  struct DayKey {
    std::string handling, file;
    std::optional<crypto::Pseudonym> actor;
    base::Day day = 0;
    friend auto operator<=>(const DayKey&, const DayKey&) = default;
  };
  struct Used {
    int64_t sessions = 0, reads = 0, searches = 0, changes = 0, outputs = 0, administrations = 0, refusals = 0;
    int64_t records = 0, outputs_unapproved = 0;
    int64_t logins_unreadable = 0, outputs_unreadable = 0;  // of which the detail cannot be opened
    std::set<std::string> items, purposes, terminals, places, approvals;
    std::optional<std::set<std::string>> terminal_factors, system_factors;  // of every login so far
    Place place;
  };
  struct YearKey {
    std::string handling, file;
    int32_t fiscal_year = 0;
    friend auto operator<=>(const YearKey&, const YearKey&) = default;
  };
  struct PseudonymHash {
    size_t operator()(const crypto::Pseudonym& pseudonym) const;
  };
  struct Year {
    std::unordered_map<crypto::Pseudonym, base::Day, PseudonymHash> subjects;  // the first day of each
    std::map<base::Day, int64_t> records;
    Place place;
  };

  base::Result<void> CatchUp(AccessLog& log);
  base::Result<void> ReadPeriod(AccessLog& log, const std::string& period);
  base::Result<void> Count(AccessLog& log, const std::string& period, const log::StoredEntry& stored);
  void CountLogin(const codec::Node& detail, const log::Entry& entry, Used& used);
  void CountYear(const std::string& period, uint64_t index, const log::Entry& entry, base::Day day, int64_t touched);
  registry::Row RowOfDay(const DayKey& key, const Used& used, const std::optional<std::string>& name,
                         const registry::Snapshot& registry) const;
  registry::Row RowOfYear(const YearKey& key, const Year& year, base::Day as_of) const;
  registry::Row RowOfReading(const std::string& handling, base::Day as_of) const;

  std::mutex mutex_;
  std::map<std::string, uint64_t> next_;  // by period: the entry to go on with
  std::map<DayKey, Used> days_;
  std::map<YearKey, Year> years_;
  std::map<crypto::Pseudonym, std::string> types_;  // of actors, as they logged in
  std::map<std::string, std::map<base::Day, int64_t>> of_handling_;
  std::map<base::Day, int64_t> entries_;
  int64_t unreadable_ = 0;
};

}  // namespace hikae::office

#endif  // HIKAE_OFFICE_LOG_FACTS_H_
