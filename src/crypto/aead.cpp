#include "crypto/aead.h"

#include <sodium.h>

#include "crypto/random.h"
#include "crypto/sodium.h"

namespace hikae::crypto {

static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == std::tuple_size_v<SealKey> &&
              crypto_aead_xchacha20poly1305_ietf_NPUBBYTES == std::tuple_size_v<SealNonce> &&
              crypto_aead_xchacha20poly1305_ietf_ABYTES == kSealTagBytes);

std::vector<uint8_t> Seal(const SealKey& key, const SealNonce& nonce, Bytes bound, Bytes plain) {
  Ready();
  std::vector<uint8_t> sealed(plain.size() + kSealTagBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data(), nullptr, plain.data(), plain.size(), bound.data(),
                                             bound.size(), nullptr, nonce.data(), key.data());
  return sealed;
}

std::optional<std::vector<uint8_t>> Unseal(const SealKey& key, const SealNonce& nonce, Bytes bound, Bytes sealed) {
  Ready();
  if (sealed.size() < kSealTagBytes) return std::nullopt;
  std::vector<uint8_t> plain(sealed.size() - kSealTagBytes);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain.data(), nullptr, nullptr, sealed.data(), sealed.size(),
                                                 bound.data(), bound.size(), nonce.data(), key.data()) != 0)
    return std::nullopt;
  return plain;
}

void Wipe(void* bytes, size_t size) { sodium_memzero(bytes, size); }

Secret Secret::Random() {
  Secret secret;
  FillRandom(secret.bytes);
  return secret;
}

}  // namespace hikae::crypto
