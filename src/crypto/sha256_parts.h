// What the ways of computing SHA-256 share; for src/crypto alone.
#ifndef HIKAE_CRYPTO_SHA256_PARTS_H_
#define HIKAE_CRYPTO_SHA256_PARTS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "crypto/sha256.h"

namespace hikae::crypto {

inline constexpr std::array<uint32_t, 8> kSha256Initial = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                                           0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

alignas(16) inline constexpr uint32_t kSha256Round[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

// The padded tail of a message of `length` bytes whose last `used` bytes stand in tail[0..used): one or two blocks.
inline size_t Sha256Pad(uint8_t* tail, size_t used, uint64_t length) {
  tail[used] = 0x80;
  const size_t size = used < 56 ? 64 : 128;
  std::memset(tail + used + 1, 0, size - used - 1);
  const uint64_t bits = length * 8;
  for (int i = 0; i < 8; ++i) tail[size - 1 - static_cast<size_t>(i)] = static_cast<uint8_t>(bits >> (8 * i));
  return size / 64;
}

inline Digest Sha256Output(const uint32_t state[8]) {
  Digest out;
  for (size_t i = 0; i < 8; ++i) {
    for (size_t k = 0; k < 4; ++k) out[4 * i + k] = static_cast<uint8_t>(state[i] >> (24 - 8 * k));
  }
  return out;
}

}  // namespace hikae::crypto

#endif  // HIKAE_CRYPTO_SHA256_PARTS_H_
