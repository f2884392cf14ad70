#include "crypto/passphrase.h"

#include <sodium.h>

#include <new>

#include "crypto/sodium.h"

namespace hikae::crypto {

static_assert(crypto_pwhash_argon2id_SALTBYTES == std::tuple_size_v<Argon2Salt>);

bool ValidCost(const Argon2Cost& cost) {
  return cost.operations >= 1 && cost.operations <= 64 && cost.memory >= (8ull << 10) && cost.memory <= (4ull << 30) &&
         cost.memory % 1024 == 0;
}

void DeriveFromPassphrase(std::string_view passphrase, const Argon2Salt& salt, const Argon2Cost& cost,
                          std::span<uint8_t> out) {
  Ready();
  if (crypto_pwhash_argon2id(out.data(), out.size(), passphrase.empty() ? "" : passphrase.data(), passphrase.size(),
                             salt.data(), cost.operations, cost.memory, crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0) {
    throw std::bad_alloc();
  }
}

}  // namespace hikae::crypto
