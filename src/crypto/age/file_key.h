// The key of one age file: how it is wrapped for those who may open it, and what is derived from it.
#ifndef HIKAE_CRYPTO_AGE_FILE_KEY_H_
#define HIKAE_CRYPTO_AGE_FILE_KEY_H_

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "base/error.h"
#include "crypto/age/header.h"
#include "crypto/age/keys.h"

namespace hikae::crypto::age {

// 16 or 32 secret bytes that wipe themselves. A value.
template <size_t N>
struct SecretBytes {
  std::array<uint8_t, N> bytes{};
  SecretBytes() = default;
  SecretBytes(const SecretBytes&) = default;
  SecretBytes& operator=(const SecretBytes&) = default;
  ~SecretBytes();
};
using FileKey = SecretBytes<16>;
using DerivedKey = SecretBytes<32>;

// HKDF-SHA-256 (RFC 5869), 32 bytes.
DerivedKey Hkdf(Bytes secret, Bytes salt, std::string_view info);

Stanza WrapForRecipient(const FileKey& key, const Recipient& recipient);
// kArgument: the work factor is out of range.
base::Result<Stanza> WrapForPassphrase(const FileKey& key, std::string_view passphrase, uint32_t work_factor);

// Nothing: no stanza is for this identity. kArgument: a stanza of its kind is malformed.
base::Result<std::optional<FileKey>> UnwrapWithIdentity(const Header& header, const Identity& identity);
// kArgument: malformed, not alone, or above the work factor.
base::Result<std::optional<FileKey>> UnwrapWithPassphrase(const Header& header, std::string_view passphrase,
                                                          uint32_t max_work_factor);

std::array<uint8_t, 32> HeaderMac(const FileKey& key, std::string_view covered);

}  // namespace hikae::crypto::age

#endif  // HIKAE_CRYPTO_AGE_FILE_KEY_H_
