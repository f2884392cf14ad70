// Who an age file is for, and who can open it: X25519 keys as age writes them.
#ifndef HIKAE_CRYPTO_AGE_KEYS_H_
#define HIKAE_CRYPTO_AGE_KEYS_H_

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "crypto/sha256.h"

namespace hikae::crypto::age {

using X25519Key = std::array<uint8_t, 32>;

// A public key, "age1…". A value.
struct Recipient {
  X25519Key key{};
  std::string ToString() const;
  // kArgument: not a recipient, or one of a kind that is not supported (post-quantum, hardware).
  static base::Result<Recipient> Parse(std::string_view text);
  friend bool operator==(const Recipient&, const Recipient&) = default;
};

// A secret key, "AGE-SECRET-KEY-1…", in guarded memory, wiped when the object goes. Movable, not copyable.
class Identity {
 public:
  static Identity Generate();
  // kArgument; the error does not quote the text.
  static base::Result<Identity> Parse(std::string_view text);
  const Recipient& recipient() const { return recipient_; }
  // The shared secret with somebody's share; nothing when it would be all zeros. The caller wipes it.
  bool Agree(const X25519Key& share, X25519Key& secret) const;
  // The secret itself, for who keeps it in a file. The caller wipes it.
  std::string SecretText() const;

 private:
  struct Free {
    void operator()(uint8_t* p) const;
  };
  Identity();
  void Finish();                           // the secret is there
  std::unique_ptr<uint8_t, Free> secret_;  // 32 bytes, sodium_malloc
  Recipient recipient_;
};

}  // namespace hikae::crypto::age

#endif  // HIKAE_CRYPTO_AGE_KEYS_H_
