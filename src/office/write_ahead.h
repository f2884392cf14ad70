// The registry on the access log: what is to change stands in the log before it changes, and what did not come about is
// said there too (docs/design/access-log.md, "The registry on the log").
#ifndef HIKAE_OFFICE_WRITE_AHEAD_H_
#define HIKAE_OFFICE_WRITE_AHEAD_H_

#include <cstdint>
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

// All but Look is called within a transaction that writes to the registry, so by one process and thread at a time.
class WriteAhead {
 public:
  WriteAhead(base::Io& io, std::string log_directory, AccessLog& log)
      : io_(io), directory_(std::move(log_directory)), log_(log) {}

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
  base::Result<std::vector<Act>> NotDone(const std::optional<registry::LogPlace>& answered, const log::LogHead& head);

  base::Io& io_;
  const std::string directory_;
  AccessLog& log_;
};

// What a declaration is in the log: the entry 'declared', and one 'corrected' for each ledger row that it corrects.
std::vector<Act> ActsOf(const std::vector<registry::Document>& documents, const registry::Declared& declared,
                        const std::string& actor);

}  // namespace hikae::office

#endif  // HIKAE_OFFICE_WRITE_AHEAD_H_
