// Looking entries of a log up: oldest first, by what they say, in batches. Reads; never writes.
#ifndef HIKAE_LOG_QUERY_H_
#define HIKAE_LOG_QUERY_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "log/entry.h"
#include "log/entry_source.h"

namespace hikae::log {

// What entries are wanted; all conditions must hold. Empty lists and texts ask for nothing.
struct EntryFilter {
  std::optional<int64_t> since, until;  // microseconds since 1970, UTC; [since, until)
  std::vector<EntryType> types;         // one of these
  std::vector<uint8_t> actor, subject;  // what the pseudonym begins with
  std::string handling;
  std::optional<Decision> decision;
  uint64_t first = 0;            // index within its period
  uint64_t end = UINT64_MAX;     // index behind the last one
  std::optional<uint64_t> last;  // only so many of the newest that are wanted

  // Whether a leaf is wanted, by all but `last`. `entry` is null for a leaf of another version, of which only the index
  // is known.
  bool Wants(uint64_t index, const Entry* entry) const;
  // False where the first 11 bytes of a leaf of this version say already that it is not wanted.
  bool MayWant(uint64_t index, crypto::Bytes leaf) const;
};

// A copy of an entry that was wanted.
struct FoundEntry {
  std::string period;
  uint64_t index = 0;
  std::vector<uint8_t> leaf;
  std::vector<uint8_t> detail;  // sealed; empty unless asked for
  uint64_t detail_bytes = 0;    // of the sealed detail, whether asked for or not
  std::optional<Entry> entry;   // nothing: of another version
};

// Walks the entries of some periods, oldest first. Holds one batch and one group in memory, whatever the log's size. A
// snapshot: what is appended behind the beginning of a period's reading is not seen. One thread at a time.
class EntryQuery {
 public:
  static constexpr size_t kMaxBatch = 65'536;
  static constexpr size_t kBatchBytes = size_t{4} << 20;  // a batch ends behind the entry that exceeds it

  using OpenPeriod = std::function<base::Result<std::unique_ptr<EntrySource>>(const std::string& period)>;
  // Entries looked at and to be looked at; false stops (kStopped).
  using Progress = std::function<bool(uint64_t done, uint64_t total)>;

  // `periods` oldest first.
  EntryQuery(std::vector<std::string> periods, OpenPeriod open, EntryFilter filter, bool with_details = false,
             Progress progress = {});

  // The next entries, at least one and at most `most`; false past the last. kTampered where the log cannot be read on:
  // what comes before was given by the calls before. kArgument: `most` is 0 or greater than kMaxBatch.
  base::Result<bool> Next(size_t most, std::vector<FoundEntry>* out);

 private:
  struct Part {
    std::string name;
    std::unique_ptr<EntrySource> entries;
    uint64_t at = 0;   // the next to look at
    uint64_t end = 0;  // behind the last to look at
  };
  base::Result<void> Open();
  base::Result<void> SkipToLast();  // puts every part's `at` so that `last` entries are wanted from there on
  base::Result<void> Stretch(Part& part, size_t most, std::vector<FoundEntry>* out);
  base::Result<void> Tell();

  const std::vector<std::string> periods_;
  const OpenPeriod open_;
  const EntryFilter filter_;
  const bool with_details_;
  const Progress progress_;
  bool opened_ = false;
  std::vector<Part> parts_;
  size_t part_ = 0;
  uint64_t done_ = 0;
  uint64_t total_ = 0;
  std::optional<base::Error> held_;  // met behind entries that were given first
};

}  // namespace hikae::log

#endif  // HIKAE_LOG_QUERY_H_
