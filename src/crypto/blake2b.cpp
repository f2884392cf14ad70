#include "crypto/blake2b.h"

#include <sodium.h>

#include "crypto/sodium.h"

namespace hikae::crypto {

void Blake2b(Bytes key, std::initializer_list<Bytes> parts, std::span<uint8_t> out) {
  Ready();
  crypto_generichash_state state;
  crypto_generichash_init(&state, key.empty() ? nullptr : key.data(), key.size(), out.size());
  for (const Bytes part : parts) crypto_generichash_update(&state, part.data(), part.size());
  crypto_generichash_final(&state, out.data(), out.size());
  sodium_memzero(&state, sizeof state);
}

bool SameBytes(Bytes a, Bytes b) { return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0; }

std::array<uint8_t, 16> TableHash(Bytes bytes) {
  static const auto kKey = [] {
    Ready();
    std::array<uint8_t, crypto_shorthash_siphashx24_KEYBYTES> key;
    randombytes_buf(key.data(), key.size());
    return key;
  }();
  std::array<uint8_t, 16> out;
  static_assert(crypto_shorthash_siphashx24_BYTES == out.size());
  crypto_shorthash_siphashx24(out.data(), bytes.data(), bytes.size(), kKey.data());
  return out;
}

}  // namespace hikae::crypto
