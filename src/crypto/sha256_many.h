// Many short SHA-256 at once. One hash is a chain of dependent instructions that leaves the processor's SHA unit half
// idle; two hashes side by side fill it. Where there is no such unit, the messages are hashed one after another.
#ifndef HIKAE_CRYPTO_SHA256_MANY_H_
#define HIKAE_CRYPTO_SHA256_MANY_H_

#include <span>

#include "crypto/sha256.h"

namespace hikae::crypto {

// out[i] = SHA-256(prefix ‖ messages[i]). The spans are of one size. Thread-safe.
void Sha256Many(uint8_t prefix, std::span<const Bytes> messages, std::span<Digest> out);

// out[i] = SHA-256(prefix ‖ digests[2i] ‖ digests[2i+1]), for digests.size() / 2 of them. `out` may be the beginning of
// `digests`. Thread-safe.
void Sha256Pairs(uint8_t prefix, std::span<const Digest> digests, std::span<Digest> out);

}  // namespace hikae::crypto

#endif  // HIKAE_CRYPTO_SHA256_MANY_H_
