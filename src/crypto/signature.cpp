#include "crypto/signature.h"

#include <sodium.h>

#include <new>

#include "crypto/sodium.h"

namespace hikae::crypto {

static_assert(crypto_sign_SECRETKEYBYTES == 64 && crypto_sign_PUBLICKEYBYTES == 32 && crypto_sign_BYTES == 64 &&
              crypto_sign_SEEDBYTES == 32);

void SigningKey::Free::operator()(uint8_t* p) const { sodium_free(p); }

SigningKey::SigningKey() {
  Ready();
  secret_.reset(static_cast<uint8_t*>(sodium_malloc(crypto_sign_SECRETKEYBYTES)));
  if (secret_ == nullptr) throw std::bad_alloc();
}

SigningKey SigningKey::Generate() {
  SigningKey key;
  crypto_sign_keypair(key.public_key_.data(), key.secret_.get());
  sodium_mprotect_readonly(key.secret_.get());
  return key;
}

SigningKey SigningKey::FromSeed(const Seed& seed) {
  SigningKey key;
  crypto_sign_seed_keypair(key.public_key_.data(), key.secret_.get(), seed.data());
  sodium_mprotect_readonly(key.secret_.get());
  return key;
}

Signature SigningKey::Sign(Bytes message) const {
  Signature signature{};
  crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), secret_.get());
  return signature;
}

Seed SigningKey::SecretSeed() const {
  Seed seed{};
  crypto_sign_ed25519_sk_to_seed(seed.data(), secret_.get());
  return seed;
}

bool Verify(const PublicKey& key, Bytes message, const Signature& signature) {
  Ready();
  return crypto_sign_verify_detached(signature.data(), message.data(), message.size(), key.data()) == 0;
}

}  // namespace hikae::crypto
