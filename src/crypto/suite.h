// The suites that seal many short texts, on keys that stay where they lie (in guarded memory) and into memory of the
// caller's. As Seal and Unseal otherwise.
#ifndef HIKAE_CRYPTO_SUITE_H_
#define HIKAE_CRYPTO_SUITE_H_

#include <cstdint>
#include <span>

#include "crypto/aead.h"

namespace hikae::crypto {

// Stored; never renumbered.
enum class SealSuite : uint8_t {
  kXChaCha20Poly1305 = 1,
  // Only where the processor does it. Nonces are short: under one key no more than 2^32 texts, so only for keys that
  // are derived for one item of one subject.
  kAes256Gcm = 2,
};
inline constexpr size_t kMostNonceBytes = 24;

bool Available(SealSuite suite);
constexpr size_t NonceBytes(SealSuite suite) { return suite == SealSuite::kAes256Gcm ? 12 : 24; }

// `key` is 32 bytes, `nonce` as many as NonceBytes, `sealed` has kSealTagBytes more than `plain`; the tag comes last.
// The suite must be available.
void SealInto(SealSuite suite, const uint8_t* key, Bytes nonce, Bytes bound, Bytes plain, std::span<uint8_t> sealed);
// False, and zeros in `plain` (kSealTagBytes fewer than `sealed`), when key, nonce, bound or a single bit is another.
[[nodiscard]] bool UnsealInto(SealSuite suite, const uint8_t* key, Bytes nonce, Bytes bound, Bytes sealed,
                              std::span<uint8_t> plain);

// Random bytes for nonces, at most 64: from a pool of this thread's, because asking the system for each costs as much
// as sealing. A process that forks does not share it with its child. Never for keys: the pool is plain memory.
void FillNonce(std::span<uint8_t> nonce);

}  // namespace hikae::crypto

#endif  // HIKAE_CRYPTO_SUITE_H_
