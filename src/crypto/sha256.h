// SHA-256 (FIPS 180-4), by the fastest way this processor has: SHA-NI, ARMv8, or portable C++.
#ifndef HIKAE_CRYPTO_SHA256_H_
#define HIKAE_CRYPTO_SHA256_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace hikae::crypto {

using Digest = std::array<uint8_t, 32>;
using Bytes = std::span<const uint8_t>;

// A running hash. Not for secrets: the state is not wiped. One thread at a time.
class Sha256 {
 public:
  Sha256();
  Sha256& Update(Bytes bytes);
  Digest Finish();  // leaves the object as new

 private:
  std::array<uint32_t, 8> state_;
  std::array<uint8_t, 64> block_;
  uint64_t length_ = 0;  // bytes so far
};

Digest Sha256Of(Bytes bytes);
// SHA-256(prefix ‖ bytes), for the domain-separated hashes of a Merkle tree.
Digest Sha256Of(uint8_t prefix, Bytes a, Bytes b = {});

// The ways this build and processor offer, for tests and benchmarks; the first is the one in use.
enum class Sha256Way : uint8_t { kShaNi, kArmV8, kPortable };
const std::vector<Sha256Way>& Sha256Ways();
Digest Sha256Of(Sha256Way way, Bytes bytes);

}  // namespace hikae::crypto

#endif  // HIKAE_CRYPTO_SHA256_H_
