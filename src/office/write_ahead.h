// The registry on the access log: what is to change stands in the log before it changes, and what did not come about is
// said there too (docs/design/access-log.md, "The registry on the log").
#ifndef HIKAE_OFFICE_WRITE_AHEAD_H_
#define HIKAE_OFFICE_WRITE_AHEAD_H_

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/io.h"
#include "office/access_log.h"
#include "registry/registry.h"

namespace hikae::office {

// Settle and Record are called within a transaction that writes to the registry, so by one process and thread at a
// time, and by Telling.
class WriteAhead {
 public:
  // `write_over`: store::Database::WriteOver of the registry's database.
  WriteAhead(base::Io& io, std::string log_directory, AccessLog& log, std::function<base::Result<void>()> write_over)
      : io_(io), directory_(std::move(log_directory)), log_(log), write_over_(std::move(write_over)) {}

  // Does `work`, a transaction in which Settle or Record is called. What is told not to have been done must not be
  // there after a loss of power, though whoever began it died behind the sync of its commit. So the transaction that
  // first finds such a change tells nothing; it is done again when all that was written before has been written over.
  template <class Work>
  auto Telling(Work&& work) -> decltype(work()) {
    for (int tries = 1;; ++tries) {
      auto done = work();
      if (done.ok() || done.error().status != kWriteOverFirst) return done;
      if (tries == kMostTries) return Unsettled(base::Status::kBusy);
      HIKAE_CHECK(WriteOver());
    }
  }

  // Whether a change may have been begun and not ended: then somebody has to Settle. kTampered: the log is not that of
  // the registry, or shorter than the registry knows.
  base::Result<bool> Look(const std::optional<registry::LogPlace>& answered);
  // Says of every change that was begun behind `answered` that it was not done.
  base::Result<registry::LogPlace> Settle(const std::optional<registry::LogPlace>& answered);
  // The same, and then the acts, on the disk when it returns.
  base::Result<registry::LogPlace> Record(const std::optional<registry::LogPlace>& answered, std::span<const Act> acts);

 private:
  // A place in the log: periods are ordered by their names.
  using Place = std::pair<std::string, uint64_t>;
  base::Result<std::optional<Place>> ReadMark();
  base::Result<void> WriteMark(const Place& place);
  base::Result<void> CheckPlace(const std::optional<registry::LogPlace>& answered, const log::LogHead& head);
  // `last`: the place of the last change that they are about.
  base::Result<std::vector<Act>> NotDone(const std::optional<registry::LogPlace>& answered, const log::LogHead& head,
                                         Place& last);
  base::Result<Place> Append(std::span<const Act> acts);  // the place behind them
  base::Result<void> MayTell(const Place& last);
  base::Result<void> WriteOver();
  base::Error Unsettled(base::Status status) const;

  // Ends a transaction at once, and comes from nothing else that Telling does.
  static constexpr base::Status kWriteOverFirst = base::Status::kStopped;
  static constexpr int kMostTries = 5;

  base::Io& io_;
  const std::string directory_;
  AccessLog& log_;
  const std::function<base::Result<void>()> write_over_;
  std::mutex mutex_;    // guards the two
  Place found_, over_;  // of the last change that was found, and of the last that is written over
};

// What a declaration is in the log: the entry 'declared', and one 'corrected' for each ledger row that it corrects.
std::vector<Act> ActsOf(const std::vector<registry::Document>& documents, const registry::Declared& declared,
                        const std::string& actor);

}  // namespace hikae::office

#endif  // HIKAE_OFFICE_WRITE_AHEAD_H_
