// Ciphers with authentication, from and into buffers of the caller's: for what is sealed and opened by the million.
#ifndef HIKAE_CRYPTO_CIPHER_H_
#define HIKAE_CRYPTO_CIPHER_H_

#include <cstdint>

#include "crypto/aead.h"
#include "crypto/sha256.h"

namespace hikae::crypto {

enum class Cipher : uint8_t {
  kXChaCha20Poly1305,
  kAes256Gcm,  // with the processor's own instructions or not at all; its nonces are so short that one key is to seal
               // no more than 2^32 messages
};
constexpr size_t NonceBytes(Cipher cipher) { return cipher == Cipher::kXChaCha20Poly1305 ? 24 : 12; }
inline constexpr size_t kMostNonceBytes = 24;

bool HasCipher(Cipher cipher);  // whether this processor does
// `key` has 32 bytes, `sealed` room for kSealTagBytes more than `plain`. The cipher must be there.
void SealTo(Cipher cipher, const uint8_t* key, const uint8_t* nonce, Bytes bound, Bytes plain, uint8_t* sealed);
// `plain` has room for kSealTagBytes less than `sealed`. False, and `plain` is zeros: something is not as it was
// sealed.
bool UnsealTo(Cipher cipher, const uint8_t* key, const uint8_t* nonce, Bytes bound, Bytes sealed, uint8_t* plain);

}  // namespace hikae::crypto

#endif  // HIKAE_CRYPTO_CIPHER_H_
