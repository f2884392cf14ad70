// BLAKE2b (RFC 7693), with a key or without.
#ifndef HIKAE_CRYPTO_BLAKE2B_H_
#define HIKAE_CRYPTO_BLAKE2B_H_

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "crypto/sha256.h"

namespace hikae::crypto {

inline Bytes AsBytes(std::string_view text) { return {reinterpret_cast<const uint8_t*>(text.data()), text.size()}; }

// `out` (16 to 64 bytes) = BLAKE2b(key, parts one after another); `key` of 0 or 16 to 64 bytes. The state is wiped.
void Blake2b(Bytes key, std::initializer_list<Bytes> parts, std::span<uint8_t> out);
template <size_t kSize>
std::array<uint8_t, kSize> Blake2bOf(Bytes key, std::initializer_list<Bytes> parts) {
  std::array<uint8_t, kSize> out;
  Blake2b(key, parts, out);
  return out;
}

// Whether they are alike, in time that tells only their size.
bool SameBytes(Bytes a, Bytes b);

// SipHash-2-4 with 128 bits under a key made once for this process: for tables in memory, so that what is looked up
// need not stand in them.
std::array<uint8_t, 16> TableHash(Bytes bytes);

}  // namespace hikae::crypto

#endif  // HIKAE_CRYPTO_BLAKE2B_H_
