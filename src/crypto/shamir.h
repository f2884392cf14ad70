// Shamir's secret sharing over GF(256) (x^8 + x^4 + x^3 + x + 1), byte by byte. No table is looked up and no branch
// taken by a secret.
#ifndef HIKAE_CRYPTO_SHAMIR_H_
#define HIKAE_CRYPTO_SHAMIR_H_

#include <cstdint>
#include <span>
#include <vector>

#include "crypto/aead.h"

namespace hikae::crypto {

struct Share {
  uint8_t index = 0;  // where the polynomials were evaluated: 1 to 255
  Secret value;
};

// `count` shares, any k of which give the secret back and fewer of which tell nothing: 1 <= k <= count <= 255.
std::vector<Share> Split(const Secret& secret, size_t k, size_t count);
// From exactly k shares of different indexes; from others something else comes out.
Secret Join(std::span<const Share> shares);

// The field, for tests.
uint8_t GfMultiply(uint8_t a, uint8_t b);
uint8_t GfInvert(uint8_t a);  // of 0: 0

}  // namespace hikae::crypto

#endif  // HIKAE_CRYPTO_SHAMIR_H_
