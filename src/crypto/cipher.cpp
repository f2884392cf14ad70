#include "crypto/cipher.h"

#include <sodium.h>

#include <cassert>
#include <cstring>

#include "crypto/sodium.h"

namespace hikae::crypto {
namespace {

static_assert(crypto_aead_aes256gcm_NPUBBYTES == NonceBytes(Cipher::kAes256Gcm) &&
              crypto_aead_aes256gcm_ABYTES == kSealTagBytes && crypto_aead_aes256gcm_KEYBYTES == 32);

// An expanded key, wiped when it goes.
struct GcmKey {
  alignas(16) crypto_aead_aes256gcm_state state;
  explicit GcmKey(const uint8_t* key) { crypto_aead_aes256gcm_beforenm(&state, key); }
  GcmKey(const GcmKey&) = delete;
  GcmKey& operator=(const GcmKey&) = delete;
  ~GcmKey() { sodium_memzero(&state, sizeof state); }
};

}  // namespace

bool HasCipher(Cipher cipher) {
  Ready();
  return cipher == Cipher::kXChaCha20Poly1305 || crypto_aead_aes256gcm_is_available() == 1;
}

void SealTo(Cipher cipher, const uint8_t* key, const uint8_t* nonce, Bytes bound, Bytes plain, uint8_t* sealed) {
  assert(HasCipher(cipher));
  if (cipher == Cipher::kXChaCha20Poly1305) {
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed, nullptr, plain.data(), plain.size(), bound.data(), bound.size(),
                                               nullptr, nonce, key);
    return;
  }
  const GcmKey gcm(key);
  crypto_aead_aes256gcm_encrypt_afternm(sealed, nullptr, plain.data(), plain.size(), bound.data(), bound.size(),
                                        nullptr, nonce, &gcm.state);
}

bool UnsealTo(Cipher cipher, const uint8_t* key, const uint8_t* nonce, Bytes bound, Bytes sealed, uint8_t* plain) {
  assert(HasCipher(cipher) && sealed.size() >= kSealTagBytes);
  int bad = 0;
  if (cipher == Cipher::kXChaCha20Poly1305) {
    bad = crypto_aead_xchacha20poly1305_ietf_decrypt(plain, nullptr, nullptr, sealed.data(), sealed.size(),
                                                     bound.data(), bound.size(), nonce, key);
  } else {
    const GcmKey gcm(key);
    bad = crypto_aead_aes256gcm_decrypt_afternm(plain, nullptr, nullptr, sealed.data(), sealed.size(), bound.data(),
                                                bound.size(), nonce, &gcm.state);
  }
  if (bad != 0) std::memset(plain, 0, sealed.size() - kSealTagBytes);
  return bad == 0;
}

}  // namespace hikae::crypto
