// What an access log tells in numbers: by month, person, act, hour, refusals, much at once, administration. Read in one
// pass; what it keeps does not grow with the log.
#ifndef HIKAE_LOG_STATISTICS_H_
#define HIKAE_LOG_STATISTICS_H_

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/calendar.h"
#include "base/error.h"
#include "log/entry.h"
#include "log/entry_source.h"

namespace hikae::log {

// What lies beyond one of these is counted, not listed, and the statistics say that it was.
constexpr size_t kMaxCountedActors = 65'536;
constexpr size_t kMaxCountedCodes = 4'096;  // handlings, and rules
constexpr size_t kMaxCountedMonths = 240;
constexpr size_t kMaxListedEntries = 100;  // of each kind

struct StatisticsOptions {
  base::Day from = 0;  // civil days in Japan, both included
  base::Day until = 0;
  // Working time, in minutes of the day in Japan; outside of it, and on closed days, an act is out of hours.
  uint16_t opens = 8 * 60 + 30;
  uint16_t closes = 17 * 60 + 15;
  base::ClosedDays closed;
  std::string handling;  // only entries that name it; "" = all
  uint64_t large = 100;  // things that one person touches within one hour of the clock
};

// Acts: entries of a type in which somebody does something. An entry of the log about itself is none.
struct ActCounts {
  uint64_t acts = 0;
  uint64_t refused = 0;       // decision: refused, or could not be judged
  uint64_t out_of_hours = 0;  // on an open day
  uint64_t closed_day = 0;
  uint64_t touched = 0;  // things: `count`, or else one for an act on a record that was not refused
};

struct ActorCounts : ActCounts {
  uint64_t administrative = 0;
  uint64_t most_in_an_hour = 0;  // touched
  int64_t first = 0, last = 0;   // times
};

// Entries that one person made within one hour of the clock and that touched `large` or more.
struct LargeHour {
  crypto::Pseudonym actor{};
  int64_t hour = 0;  // its beginning
  uint64_t acts = 0;
  uint64_t touched = 0;
  uint64_t first_index = 0, last_index = 0;
};

// An entry worth naming. Codes and pseudonyms only.
struct ListedEntry {
  uint64_t index = 0;
  Entry entry;
};
struct EntryList {
  std::vector<ListedEntry> first;  // the first kMaxListedEntries
  uint64_t total = 0;
};

using Month = int32_t;  // year × 12 + month − 1

struct Statistics {
  StatisticsOptions options;
  uint64_t entries = 0;                     // counted below
  uint64_t outside = 0;                     // entries of another time
  uint64_t foreign = 0;                     // of another version: not taken apart, nor is their time
  uint64_t unreadable = 0;                  // no entry: see what the verifier says
  uint64_t first_index = 0, end_index = 0;  // [first, end) holds all that were counted
  uint64_t times_back = 0;                  // entries with a time before that of the entry before
  ActCounts total;
  std::map<Month, ActCounts> months;  // every month of the range, also an empty one; no more than kMaxCountedMonths
  std::map<EntryType, ActCounts> types;
  std::unordered_map<std::string, ActCounts> handlings;
  std::map<crypto::Pseudonym, ActorCounts> actors;
  ActCounts other_actors, other_handlings;  // beyond the limits
  uint64_t without_actor = 0;
  std::array<std::array<uint64_t, 24>, 7> hours{};  // acts by weekday (Sunday first) and hour, in Japan
  std::map<std::string, uint64_t> refused_by;       // rule -> refusals it took part in
  uint64_t refused_by_others = 0;                   // rules beyond the limit
  uint64_t refused_without_rule = 0;
  std::vector<LargeHour> large;  // the largest kMaxListedEntries, largest first
  uint64_t large_total = 0;
  EntryList refusals, administrative, losses, reviews;
};

// One pass over entries in the order of the log, from one period or several. One thread at a time.
class StatisticsCounter {
 public:
  // kArgument: until before from, more than kMaxCountedMonths, working time that is none.
  static base::Result<StatisticsCounter> Begin(const StatisticsOptions& options);

  void Add(uint64_t index, crypto::Bytes leaf);
  // All that the source has now; `progress` as in verify::VerifyInput. kTampered, kIo, kStopped.
  base::Result<void> AddAll(EntrySource& source, const std::function<bool(uint64_t, uint64_t)>& progress = {});
  // Ends the hours that were running. The counter is spent.
  Statistics Finish();

 private:
  struct Running {
    LargeHour hour;
    bool begun = false;
  };
  struct When {
    Month month = 0;
    uint8_t weekday = 0, hour = 0;
    bool out_of_hours = false, closed_day = false;
  };

  explicit StatisticsCounter(const StatisticsOptions& options);
  bool Place(int64_t time, When* when);
  void Count(uint64_t index, const Entry& entry, const When& when);
  void CountActor(uint64_t index, const Entry& entry, const ActCounts& one);
  void CountHour(uint64_t index, const Entry& entry, const ActCounts& one, ActorCounts& actor);
  void CountRefusal(uint64_t index, const Entry& entry);
  void End(Running& running);

  Statistics counted_;
  std::map<crypto::Pseudonym, Running> running_;  // no more than actors
  // The day that was looked at last: days come in runs.
  base::Day day_ = -1;
  Month day_month_ = 0;
  uint8_t day_weekday_ = 0;
  bool day_closed_ = false;
  int64_t time_before_ = INT64_MIN;
};

// Never over the edge: a count is whatever was written.
void AddTo(ActCounts& sum, const ActCounts& one);
// Entries about the log itself, in which nobody does anything: they are not acts.
bool IsAboutLog(EntryType type);
// Acts on the registry, its rules and the log, rather than on personal data.
bool IsAdministrative(EntryType type);

}  // namespace hikae::log

#endif  // HIKAE_LOG_STATISTICS_H_
