// Ed25519 signatures (RFC 8032), over libsodium.
#ifndef HIKAE_CRYPTO_SIGNATURE_H_
#define HIKAE_CRYPTO_SIGNATURE_H_

#include <array>
#include <memory>

#include "crypto/sha256.h"

namespace hikae::crypto {

using PublicKey = std::array<uint8_t, 32>;
using Signature = std::array<uint8_t, 64>;
using Seed = std::array<uint8_t, 32>;

// A signing key in guarded memory, wiped when the object goes. Movable, not copyable. Signing is thread-safe.
class SigningKey {
 public:
  static SigningKey Generate();
  // Copies the seed; the caller wipes its own.
  static SigningKey FromSeed(const Seed& seed);
  const PublicKey& public_key() const { return public_key_; }
  Signature Sign(Bytes message) const;
  // The secret itself, for the key store alone. The caller wipes what it gets.
  Seed SecretSeed() const;

 private:
  struct Free {
    void operator()(uint8_t* p) const;
  };
  SigningKey();
  std::unique_ptr<uint8_t, Free> secret_;  // 64 bytes, sodium_malloc
  PublicKey public_key_{};
};

bool Verify(const PublicKey& key, Bytes message, const Signature& signature);

}  // namespace hikae::crypto

#endif  // HIKAE_CRYPTO_SIGNATURE_H_
