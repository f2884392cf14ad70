// アクセス記録の確認: who looked at which stretch of the access log, what they found, who signed it off. A row of the
// ledger LogReview and an entry 'log reviewed' of the log, in one act: both or neither.
#ifndef HIKAE_OFFICE_LOG_REVIEW_H_
#define HIKAE_OFFICE_LOG_REVIEW_H_

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.h"
#include "office/access_log.h"
#include "registry/registry.h"

namespace hikae::office {

class Office;

// What a reviewer states. Texts are UTF-8; personal names stand in the ledger and in the sealed detail, never in the
// leaf.
struct LogReview {
  std::string period;         // of the log: "2021"; "" = the current one
  uint64_t first = 0;         // entries [first, end) were looked at
  uint64_t end = 0;           // 0 = all that are there now
  std::string reviewed_by;    // id of a Staff, or a name; required
  registry::Day on = 0;       // day of the review; required
  std::string findings;       // 所見; required: whoever found nothing says so
  std::string handling;       // id, when the review was of one handling only
  std::string signed_off_by;  // 決裁; "" = not yet
  std::optional<registry::Day> signed_off_on;
  std::string document;  // the report it rests on, e.g. a file name
  std::string corrects;  // id of the row that this one corrects
};

struct LogReviewed {
  std::string row;   // id of the ledger row: "2021/0-1234/1652054400000000", the period, the range and the time
  uint64_t end = 0;  // entries before it were looked at
};

// Recorded by Office::Declare: what it expects, and kArgument for what is missing, a range that is not there, a
// handling or a row to correct that is not registered; kNotFound: no log, no such period. On failure neither row nor
// entry is there, but for an entry that the log says did not come about.
base::Result<LogReviewed> ReviewLog(Office& office, const LogReview& review);

// The document that states the row, and the entry that goes with it: what ReviewLog records. `period` has `size`
// entries. kArgument: something required is missing, or a range that is not there.
struct ReviewStatement {
  registry::Document document;
  Act act;
  LogReviewed reviewed;
};
base::Result<ReviewStatement> StateReview(const LogReview& review, const std::string& period, uint64_t size,
                                          registry::Micros now);

}  // namespace hikae::office

#endif  // HIKAE_OFFICE_LOG_REVIEW_H_
