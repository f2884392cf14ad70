#include "crypto/age/keys.h"

#include <sodium.h>

#include <algorithm>
#include <new>

#include "crypto/age/bech32.h"
#include "crypto/random.h"
#include "crypto/sodium.h"

namespace hikae::crypto::age {
namespace {

constexpr std::string_view kRecipientPrefix = "age";
constexpr std::string_view kSecretPrefix = "age-secret-key-";

static_assert(crypto_scalarmult_BYTES == 32 && crypto_scalarmult_SCALARBYTES == 32);

base::Error NotKey(base::Text what, base::Text wanted) {
  return base::Error(base::Status::kArgument, std::move(what), {}, std::move(wanted));
}

}  // namespace

std::string Recipient::ToString() const { return ToBech32(kRecipientPrefix, key); }

base::Result<Recipient> Recipient::Parse(std::string_view text) {
  const auto read = FromBech32(text);
  if (!read || read->prefix != kRecipientPrefix || read->bytes.size() != 32) {
    const bool other = read && read->prefix.starts_with(kRecipientPrefix);
    return NotKey(
        other ? base::Text{"the recipient is of a kind that is not supported", "対応していない種類の受取人である"}
              : base::Text{"the text is not an age recipient", "age の受取人ではない"},
        {"a recipient begins with age1 and has 62 characters", "age1 で始まる62文字である"});
  }
  Recipient out;
  std::ranges::copy(read->bytes, out.key.begin());
  return out;
}

void Identity::Free::operator()(uint8_t* p) const { sodium_free(p); }

Identity::Identity() {
  Ready();
  secret_.reset(static_cast<uint8_t*>(sodium_malloc(crypto_scalarmult_SCALARBYTES)));
  if (secret_ == nullptr) throw std::bad_alloc();
}

void Identity::Finish() {
  crypto_scalarmult_base(recipient_.key.data(), secret_.get());
  sodium_mprotect_readonly(secret_.get());
}

Identity Identity::Generate() {
  Identity identity;
  FillRandom({identity.secret_.get(), crypto_scalarmult_SCALARBYTES});
  identity.Finish();
  return identity;
}

base::Result<Identity> Identity::Parse(std::string_view text) {
  auto read = FromBech32(text);
  if (!read || read->prefix != kSecretPrefix || read->bytes.size() != 32) {
    if (read) sodium_memzero(read->bytes.data(), read->bytes.size());
    return NotKey(
        {"the text is not an age secret key", "age の秘密鍵ではない"},
        {"a secret key begins with AGE-SECRET-KEY-1 and has 74 characters", "AGE-SECRET-KEY-1 で始まる74文字である"});
  }
  Identity identity;
  std::ranges::copy(read->bytes, identity.secret_.get());
  sodium_memzero(read->bytes.data(), read->bytes.size());
  identity.Finish();
  return identity;
}

bool Identity::Agree(const X25519Key& share, X25519Key& secret) const {
  return crypto_scalarmult(secret.data(), secret_.get(), share.data()) == 0;
}

std::string Identity::SecretText() const {
  std::string text = ToBech32(kSecretPrefix, {secret_.get(), crypto_scalarmult_SCALARBYTES});
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

}  // namespace hikae::crypto::age
