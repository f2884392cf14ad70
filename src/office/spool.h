// Entries that wait in files while the access log cannot be written (docs/formats/office-directory.md §2.7).
#ifndef HIKAE_OFFICE_SPOOL_H_
#define HIKAE_OFFICE_SPOOL_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/io.h"
#include "office/access_log.h"

namespace hikae::office {

// Shareable between threads: a file for each call, named by time and chance.
class Spool {
 public:
  Spool(base::Io& io, std::string directory) : io_(io), directory_(std::move(directory)) {}

  // On the disk when it returns, whole or not at all.
  base::Result<void> Keep(std::span<const AccessLog::Sealed> entries, int64_t now);
  // Appends what waits to the log, oldest first, and takes it away; how many entries. A stop in between gives entries
  // twice rather than not at all. kTampered: a file that is not whole, which stays where it is.
  base::Result<uint64_t> Replay(AccessLog& log, const std::string& actor);
  base::Result<bool> Empty();

 private:
  base::Result<std::vector<std::string>> Names();
  base::Io& io_;
  const std::string directory_;
};

}  // namespace hikae::office

#endif  // HIKAE_OFFICE_SPOOL_H_
