// Keyed BLAKE2b (RFC 7693): a fingerprint that only who holds the key can make or compare.
#ifndef HIKAE_CRYPTO_KEYED_HASH_H_
#define HIKAE_CRYPTO_KEYED_HASH_H_

#include <cstdint>
#include <initializer_list>
#include <span>

#include "crypto/blake2b.h"
#include "crypto/sha256.h"

namespace hikae::crypto {

inline constexpr size_t kHashKeyBytes = 32;

// Over the parts laid end to end; `out` has 16 to 64 bytes, and its size is part of what is hashed. Wipes its state.
void KeyedHash(const uint8_t* key, std::initializer_list<Bytes> parts, std::span<uint8_t> out);

}  // namespace hikae::crypto

#endif  // HIKAE_CRYPTO_KEYED_HASH_H_
