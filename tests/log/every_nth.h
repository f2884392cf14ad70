// How exhaustive tests are thinned out under sanitizers.
#ifndef HIKAE_TESTS_LOG_EVERY_NTH_H_
#define HIKAE_TESTS_LOG_EVERY_NTH_H_

#include <cstdint>

namespace hikae::log {

// Tests that try every case take every n-th one under a sanitizer, which makes each some ten times as dear. Bits are
// stepped through by an odd n, so that all eight of a byte have their turn.
constexpr uint64_t EveryNth([[maybe_unused]] uint64_t n) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return n;
#else
  return 1;
#endif
}

}  // namespace hikae::log

#endif  // HIKAE_TESTS_LOG_EVERY_NTH_H_
