#include "crypto/sodium.h"

#include <sodium.h>

#include <mutex>

#include "base/error.h"

namespace hikae::crypto {

void Ready() {
  static std::once_flag once;
  static int started = -1;
  std::call_once(once, [] { started = sodium_init(); });
  if (started < 0) throw base::Failure{base::Error(base::Status::kInternal, "libsodium does not start")};
}

}  // namespace hikae::crypto
