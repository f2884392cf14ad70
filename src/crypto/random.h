// Random bytes fit for keys and salts.
#ifndef HIKAE_CRYPTO_RANDOM_H_
#define HIKAE_CRYPTO_RANDOM_H_

#include <cstdint>
#include <span>

namespace hikae::crypto {

void FillRandom(std::span<uint8_t> bytes);  // thread-safe

}  // namespace hikae::crypto

#endif  // HIKAE_CRYPTO_RANDOM_H_
