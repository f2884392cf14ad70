// A share of the recovery secret as a custodian keeps it: one line of text (docs/formats/key-hierarchy.md §6).
#ifndef HIKAE_VAULT_KEYS_SHARE_TEXT_H_
#define HIKAE_VAULT_KEYS_SHARE_TEXT_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "crypto/shamir.h"

namespace hikae::vault {

using ShareSet = std::array<uint8_t, 8>;  // random; the shares that belong together

struct ShareText {
  ShareSet set{};
  uint8_t needed = 0;
  crypto::Share share;
  std::string custodian;

  std::string ToString() const;
  // kArgument: not a share, or mistyped. White space around it is passed over.
  static base::Result<ShareText> Parse(std::string_view text);
};

}  // namespace hikae::vault

#endif  // HIKAE_VAULT_KEYS_SHARE_TEXT_H_
