// Keys from what a person remembers: Argon2id (RFC 9106, version 1.3, one lane).
#ifndef HIKAE_CRYPTO_PASSPHRASE_H_
#define HIKAE_CRYPTO_PASSPHRASE_H_

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace hikae::crypto {

struct Argon2Cost {
  uint64_t operations = 3;
  uint64_t memory = 256ull << 20;  // bytes; whole KiB
};
using Argon2Salt = std::array<uint8_t, 16>;

// What is taken: 1 to 64 passes over 8 KiB to 4 GiB.
bool ValidCost(const Argon2Cost& cost);
// Into 16 to 64 bytes. The cost must be valid. Throws bad_alloc when there is not that much memory.
void DeriveFromPassphrase(std::string_view passphrase, const Argon2Salt& salt, const Argon2Cost& cost,
                          std::span<uint8_t> out);

}  // namespace hikae::crypto

#endif  // HIKAE_CRYPTO_PASSPHRASE_H_
