// Dropping a period of the access log whose retention has ended (docs/formats/office-directory.md §2.5).
#ifndef HIKAE_OFFICE_PERIOD_DROP_H_
#define HIKAE_OFFICE_PERIOD_DROP_H_

#include <cstdint>
#include <functional>
#include <string>

#include "base/error.h"
#include "base/io.h"
#include "crypto/pseudonym.h"
#include "log/dropped_period.h"

namespace hikae::office {

// Who drops what, and how the log is told of it: called when the certificate is on the disk, and before anything is
// deleted.
struct PeriodDrop {
  std::string period;
  crypto::Pseudonym by{};
  std::string ground;
  int64_t now = 0;
  std::function<base::Result<void>(const std::string& certificate)> tell;
};

// Returns the certificate. The caller keeps others from signing and from beginning periods. One that was cut off goes
// on from its certificate. kNotFound: no such period; kArgument: the current one.
base::Result<std::string> Drop(base::Io& io, const std::string& log_directory, const PeriodDrop& drop);

}  // namespace hikae::office

#endif  // HIKAE_OFFICE_PERIOD_DROP_H_
