#include "crypto/shamir.h"

#include <cassert>

#include "crypto/random.h"

namespace hikae::crypto {

uint8_t GfMultiply(uint8_t a, uint8_t b) {
  unsigned product = 0, shifted = a;
  for (unsigned bit = 0; bit < 8; ++bit) {
    product ^= shifted & (0u - ((static_cast<unsigned>(b) >> bit) & 1u));
    shifted = (shifted << 1) ^ (0x11Bu & (0u - (shifted >> 7)));
  }
  return static_cast<uint8_t>(product);
}

uint8_t GfInvert(uint8_t a) {
  // a^254
  uint8_t power = a;
  for (int i = 0; i < 6; ++i) power = GfMultiply(GfMultiply(power, power), a);
  return GfMultiply(power, power);
}

std::vector<Share> Split(const Secret& secret, size_t k, size_t count) {
  assert(k >= 1 && k <= count && count <= 255);
  std::vector<Secret> coefficients;  // of x, x^2, …
  coefficients.reserve(k - 1);
  for (size_t i = 1; i < k; ++i) coefficients.push_back(Secret::Random());
  std::vector<Share> shares(count);
  for (size_t n = 0; n < count; ++n) {
    const auto x = static_cast<uint8_t>(n + 1);
    shares[n].index = x;
    for (size_t byte = 0; byte < secret.bytes.size(); ++byte) {
      uint8_t y = 0;
      for (size_t i = k - 1; i-- > 0;) y = GfMultiply(static_cast<uint8_t>(y ^ coefficients[i].bytes[byte]), x);
      shares[n].value.bytes[byte] = y ^ secret.bytes[byte];
    }
  }
  return shares;
}

Secret Join(std::span<const Share> shares) {
  Secret secret;
  for (size_t i = 0; i < shares.size(); ++i) {
    // Lagrange's weight at 0; in this field minus is plus.
    uint8_t above = 1, below = 1;
    for (size_t j = 0; j < shares.size(); ++j) {
      if (j == i) continue;
      above = GfMultiply(above, shares[j].index);
      below = GfMultiply(below, shares[j].index ^ shares[i].index);
    }
    const uint8_t weight = GfMultiply(above, GfInvert(below));
    for (size_t byte = 0; byte < secret.bytes.size(); ++byte)
      secret.bytes[byte] ^= GfMultiply(weight, shares[i].value.bytes[byte]);
  }
  return secret;
}

}  // namespace hikae::crypto
