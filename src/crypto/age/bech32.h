// Bech32 (BIP 173) as age writes its keys: without a bound on the length.
#ifndef HIKAE_CRYPTO_AGE_BECH32_H_
#define HIKAE_CRYPTO_AGE_BECH32_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/sha256.h"

namespace hikae::crypto::age {

struct Bech32Text {
  std::string prefix;  // lower case
  std::vector<uint8_t> bytes;
};
// Lower case. The prefix is lower case too.
std::string ToBech32(std::string_view prefix, Bytes bytes);
// Nothing when a single character is wrong. All upper or all lower case.
std::optional<Bech32Text> FromBech32(std::string_view text);

}  // namespace hikae::crypto::age

#endif  // HIKAE_CRYPTO_AGE_BECH32_H_
