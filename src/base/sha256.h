// SHA-256 (FIPS 180-4), to name documents by what they say. Not for keys: it does not run in constant memory or time.
#ifndef HIKAE_BASE_SHA256_H_
#define HIKAE_BASE_SHA256_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace hikae::base {

using Digest = std::array<uint8_t, 32>;
Digest Sha256(std::string_view bytes);
std::string ToHex(const Digest& digest);

}  // namespace hikae::base

#endif  // HIKAE_BASE_SHA256_H_
