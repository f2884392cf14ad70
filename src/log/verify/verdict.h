// What a check of the access log found, what it covered, and what it could not see.
#ifndef HIKAE_LOG_VERIFY_VERDICT_H_
#define HIKAE_LOG_VERIFY_VERDICT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "log/tree.h"

namespace hikae::log::verify {

// Never renumbered: reports keep them.
enum class Fault : uint8_t {
  kEntry = 1,       // an entry cannot be read, or is not one
  kDetail = 2,      // the detail beside an entry is not the one it names
  kRoot = 3,        // the entries do not give the root that was signed
  kCheckpoint = 4,  // a checkpoint cannot be read, is of another log, or stands in the wrong order
  kSignature = 5,   // a checkpoint is not signed by the key in force, or a signature is not valid
  kKey = 6,         // the chain of keys is broken, or no key known from outside is part of it
  kPeriod = 7,      // the chain of periods is broken
  kMissing = 8,     // a signed checkpoint tells of more entries than there are
  kFork = 9,        // a signed checkpoint, seen outside or kept, is of another history
  kWitness = 10,    // the witnesses asked for did not sign
};

struct Finding {
  Fault fault = Fault::kEntry;
  std::string period;
  // The fault lies among these entries; equal when it is named exactly.
  uint64_t first = 0;
  uint64_t last = 0;
  base::Text text;
};

// How far one period was checked.
struct PeriodVerdict {
  std::string name;
  std::string origin;
  bool dropped = false;         // only its last checkpoint remains, in the period after
  bool certified = false;       // dropped, with the certificate that the entry about it names
  bool chained = false;         // certified, and the period after begins with the checkpoint of the certificate
  int64_t dropped_at = 0;       // microseconds since 1970; when certified
  uint64_t entries = 0;         // hashed
  uint64_t bytes = 0;           // of leaves
  Digest root{};                // of all entries hashed
  uint64_t details = 0;         // compared with their digests
  uint64_t details_absent = 0;  // named by an entry, not given
  uint64_t foreign = 0;         // entries of another version: hashed, not taken apart
  uint64_t losses = 0;          // entries that tell of a possible loss
  uint64_t times_back = 0;      // entries with a time before that of the entry before
  uint64_t first_time_back = 0;
  uint64_t checkpoints = 0;  // recomputed and their signatures found valid
  uint64_t unjudged = 0;     // checkpoints behind a fault: signature valid, root not comparable
  uint64_t cosignatures = 0;
  uint64_t keys = 0;
  // Entries before these indices are vouched for: by a signature of the log, by the witnesses asked for, by a
  // checkpoint seen outside.
  uint64_t signed_until = 0;
  uint64_t witnessed_until = 0;
  uint64_t anchored_until = 0;
};

struct Verdict {
  static constexpr size_t kMaxFindings = 64;

  std::vector<PeriodVerdict> periods;  // oldest first
  std::vector<Finding> findings;       // the first kMaxFindings
  uint64_t unlisted = 0;               // findings beyond
  bool key_trusted = false;            // a checkpoint found good is signed by a key known from outside
  bool trusted_key_seen = false;       // such a key signed something, good or not

  bool sound() const { return findings.empty(); }
  // The finding with the lowest entry of the oldest period; null when sound.
  const Finding* FirstBad() const;
  void Add(Finding finding);

  // For people, one line each, English and Japanese.
  std::vector<base::Text> Checked() const;
  std::vector<base::Text> NotChecked() const;
  std::vector<base::Text> OnlyFromOutside() const;  // what no check of these files can tell
};

}  // namespace hikae::log::verify

#endif  // HIKAE_LOG_VERIFY_VERDICT_H_
