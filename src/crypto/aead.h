// Sealing bytes so that only who holds the key reads them, and nobody changes them unnoticed: XChaCha20-Poly1305.
#ifndef HIKAE_CRYPTO_AEAD_H_
#define HIKAE_CRYPTO_AEAD_H_

#include <array>
#include <optional>
#include <vector>

#include "crypto/sha256.h"

namespace hikae::crypto {

// Its holder wipes it. Which of several keys sealed something is known from elsewhere, never found by trying: the
// cipher does not bind its key.
using SealKey = std::array<uint8_t, 32>;
using SealNonce = std::array<uint8_t, 24>;  // random for each sealing; so long that chance never gives one twice
inline constexpr size_t kSealTagBytes = 16;

// The ciphertext and its tag. `bound` is not in it, but without the same it does not open.
std::vector<uint8_t> Seal(const SealKey& key, const SealNonce& nonce, Bytes bound, Bytes plain);
// Nothing when key, nonce, bound or a single bit is another.
std::optional<std::vector<uint8_t>> Unseal(const SealKey& key, const SealNonce& nonce, Bytes bound, Bytes sealed);

void Wipe(void* bytes, size_t size);  // so that no compiler leaves it out

// 32 secret bytes that wipe themselves. A value.
struct Secret {
  std::array<uint8_t, 32> bytes{};
  Secret() = default;
  explicit Secret(const std::array<uint8_t, 32>& from) : bytes(from) {}
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  ~Secret() { Wipe(bytes.data(), bytes.size()); }
  static Secret Random();
};

}  // namespace hikae::crypto

#endif  // HIKAE_CRYPTO_AEAD_H_
