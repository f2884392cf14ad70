// Keys sealed under keys (docs/formats/key-hierarchy.md §2), and ids under office keys (§4).
#ifndef HIKAE_VAULT_KEYS_WRAPPED_KEY_H_
#define HIKAE_VAULT_KEYS_WRAPPED_KEY_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/aead.h"
#include "vault/subject.h"

namespace hikae::vault {

// Stored; never renumbered.
enum class KeyKind : uint8_t { kMaster = 1, kOffice = 2, kIndex = 3, kLookup = 4, kSubject = 5 };

// What a wrapped key is, and under which one; all of it is bound.
struct KeyName {
  KeyKind kind = KeyKind::kSubject;
  uint32_t version = 0;
  uint32_t under = 0;  // of the master: the kind of the lock; of subject keys the office key; of others the master
  friend bool operator==(const KeyName&, const KeyName&) = default;
};
struct WrapNonce {
  std::array<uint8_t, 24> bytes{};
  static WrapNonce Random();
};
inline constexpr size_t kWrappedBytes = 115;

// `wrapping` and `key` are 32 bytes, borrowed. `context` is what the kind says: of a subject key, SubjectContext.
std::string WrapKey(const uint8_t* wrapping, const OfficeId& office, const KeyName& name, std::string_view context,
                    const uint8_t* key, const WrapNonce& nonce = WrapNonce::Random());

enum class Unwrapped : uint8_t {
  kOpened,
  kOtherKey,  // wrapped under another key than this one
  kDamaged,   // or of another name, office or context
  kNewer,
};
// 32 bytes into `key`, when opened; zeros otherwise.
Unwrapped UnwrapKey(const uint8_t* wrapping, const OfficeId& office, const KeyName& name, std::string_view context,
                    std::string_view wrapped, uint8_t* key);
// What the bytes say of themselves; nothing when they are no wrapped key. Not to be believed before they open.
std::optional<KeyName> NameOfWrapped(std::string_view wrapped);

std::string SubjectContext(const SubjectNumber& subject, std::string_view file);

// The host's id of a subject. `office_key` is 32 bytes.
std::string SealId(const uint8_t* office_key, const OfficeId& office, uint32_t version, const SubjectNumber& subject,
                   std::string_view id, const WrapNonce& nonce = WrapNonce::Random());
std::optional<std::string> OpenId(const uint8_t* office_key, const OfficeId& office, uint32_t version,
                                  const SubjectNumber& subject, std::string_view sealed);

}  // namespace hikae::vault

#endif  // HIKAE_VAULT_KEYS_WRAPPED_KEY_H_
