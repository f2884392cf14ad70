#include "crypto/keyed_hash.h"

#include <sodium.h>

#include "crypto/sodium.h"

namespace hikae::crypto {

void KeyedHash(const uint8_t* key, std::initializer_list<Bytes> parts, std::span<uint8_t> out) {
  Ready();
  crypto_generichash_state state;
  crypto_generichash_init(&state, key, kHashKeyBytes, out.size());
  for (const Bytes part : parts) crypto_generichash_update(&state, part.data(), part.size());
  crypto_generichash_final(&state, out.data(), out.size());
  sodium_memzero(&state, sizeof state);
}

}  // namespace hikae::crypto
