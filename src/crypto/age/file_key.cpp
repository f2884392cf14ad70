#include "crypto/age/file_key.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <new>

#include "crypto/age/age.h"
#include "crypto/random.h"
#include "crypto/sodium.h"

namespace hikae::crypto::age {
namespace {

using base::Error;
using base::Result;
using base::Status;

constexpr std::string_view kX25519 = "X25519";
constexpr std::string_view kX25519Info = "age-encryption.org/v1/X25519";
constexpr std::string_view kScrypt = "scrypt";
constexpr std::string_view kScryptSalt = "age-encryption.org/v1/scrypt";
constexpr size_t kSaltBytes = 16;
constexpr size_t kWrappedBytes = 16 + crypto_aead_chacha20poly1305_ietf_ABYTES;
// Each wrapping key is used once, so the nonce may be the same.
constexpr std::array<uint8_t, crypto_aead_chacha20poly1305_ietf_NPUBBYTES> kZeroNonce{};

Bytes AsBytes(std::string_view text) { return {reinterpret_cast<const uint8_t*>(text.data()), text.size()}; }

Error BadStanza(base::Text wanted) {
  return Error(Status::kArgument,
               {"a recipient in the header of the age file is malformed", "age ファイルのヘッダーの受取人が壊れている"},
               {}, std::move(wanted));
}

std::vector<uint8_t> Seal(const DerivedKey& key, const FileKey& file_key) {
  std::vector<uint8_t> body(kWrappedBytes);
  crypto_aead_chacha20poly1305_ietf_encrypt(body.data(), nullptr, file_key.bytes.data(), file_key.bytes.size(), nullptr,
                                            0, nullptr, kZeroNonce.data(), key.bytes.data());
  return body;
}

std::optional<FileKey> Open(const DerivedKey& key, const std::vector<uint8_t>& body) {
  FileKey out;
  const int failed = crypto_aead_chacha20poly1305_ietf_decrypt(
      out.bytes.data(), nullptr, nullptr, body.data(), body.size(), nullptr, 0, kZeroNonce.data(), key.bytes.data());
  return failed == 0 ? std::optional(out) : std::nullopt;
}

DerivedKey X25519Wrap(const X25519Key& shared, const X25519Key& share, const Recipient& recipient) {
  std::array<uint8_t, 64> salt;
  std::ranges::copy(share, salt.begin());
  std::ranges::copy(recipient.key, salt.begin() + 32);
  return Hkdf(shared, salt, kX25519Info);
}

DerivedKey ScryptWrap(std::string_view passphrase, Bytes salt, uint32_t work_factor) {
  std::string whole(kScryptSalt);
  whole.append(reinterpret_cast<const char*>(salt.data()), salt.size());
  DerivedKey key;
  const Bytes words = AsBytes(passphrase), salted = AsBytes(whole);
  if (crypto_pwhash_scryptsalsa208sha256_ll(words.data(), words.size(), salted.data(), salted.size(),
                                            uint64_t{1} << work_factor, 8, 1, key.bytes.data(),
                                            key.bytes.size()) != 0) {
    throw std::bad_alloc();
  }
  return key;
}

template <size_t N>
std::optional<std::array<uint8_t, N>> Exactly(const std::string& text) {
  const auto bytes = FromRawBase64(text);
  if (!bytes || bytes->size() != N) return std::nullopt;
  std::array<uint8_t, N> out;
  std::ranges::copy(*bytes, out.begin());
  return out;
}

std::optional<uint32_t> WorkFactor(const std::string& text) {
  uint32_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = failed == std::errc() && end == text.data() + text.size();
  return whole && text[0] >= '1' && text[0] <= '9' ? std::optional(number) : std::nullopt;
}

}  // namespace

template <size_t N>
SecretBytes<N>::~SecretBytes() {
  sodium_memzero(bytes.data(), bytes.size());
}
template struct SecretBytes<16>;
template struct SecretBytes<32>;

DerivedKey Hkdf(Bytes secret, Bytes salt, std::string_view info) {
  Ready();
  DerivedKey extracted, out;
  crypto_auth_hmacsha256_state state;
  const uint8_t nothing = 0;
  crypto_auth_hmacsha256_init(&state, salt.empty() ? &nothing : salt.data(), salt.size());
  crypto_auth_hmacsha256_update(&state, secret.data(), secret.size());
  crypto_auth_hmacsha256_final(&state, extracted.bytes.data());
  const uint8_t first = 1;
  crypto_auth_hmacsha256_init(&state, extracted.bytes.data(), extracted.bytes.size());
  crypto_auth_hmacsha256_update(&state, AsBytes(info).data(), info.size());
  crypto_auth_hmacsha256_update(&state, &first, 1);
  crypto_auth_hmacsha256_final(&state, out.bytes.data());
  sodium_memzero(&state, sizeof state);
  return out;
}

Stanza WrapForRecipient(const FileKey& key, const Recipient& recipient) {
  const Identity ephemeral = Identity::Generate();
  const X25519Key& share = ephemeral.recipient().key;
  DerivedKey shared;
  // A recipient of low order would give zeros: then nobody could be kept from opening it.
  if (!ephemeral.Agree(recipient.key, shared.bytes)) FillRandom(shared.bytes);
  return {{std::string(kX25519), RawBase64(share)}, Seal(X25519Wrap(shared.bytes, share, recipient), key)};
}

Result<Stanza> WrapForPassphrase(const FileKey& key, std::string_view passphrase, uint32_t work_factor) {
  if (work_factor < 1 || work_factor > kMaxWorkFactor) {
    return Error(Status::kArgument, {"the work factor is out of range", "計算量の指数が範囲外である"}, {},
                 {fmt::format("1 to {}", kMaxWorkFactor), fmt::format("1から{}まで", kMaxWorkFactor)});
  }
  std::array<uint8_t, kSaltBytes> salt;
  FillRandom(salt);
  return Stanza{{std::string(kScrypt), RawBase64(salt), std::to_string(work_factor)},
                Seal(ScryptWrap(passphrase, salt, work_factor), key)};
}

Result<std::optional<FileKey>> UnwrapWithIdentity(const Header& header, const Identity& identity) {
  for (const Stanza& stanza : header.stanzas) {
    if (stanza.arguments[0] != kX25519) continue;
    const auto share = stanza.arguments.size() == 2 ? Exactly<32>(stanza.arguments[1]) : std::nullopt;
    if (!share || stanza.body.size() != kWrappedBytes)
      return BadStanza(
          {"X25519 has a share of 32 bytes and a body of 32", "X25519 は32バイトの値と32バイトの本体を持つ"});
    DerivedKey shared;
    if (!identity.Agree(*share, shared.bytes))
      return BadStanza({"the share of X25519 must not be of low order", "X25519 の値が不正である"});
    if (auto key = Open(X25519Wrap(shared.bytes, *share, identity.recipient()), stanza.body)) return key;
  }
  return std::optional<FileKey>();
}

Result<std::optional<FileKey>> UnwrapWithPassphrase(const Header& header, std::string_view passphrase,
                                                    uint32_t max_work_factor) {
  for (const Stanza& stanza : header.stanzas) {
    if (stanza.arguments[0] != kScrypt) continue;
    if (header.stanzas.size() != 1)
      return BadStanza({"a passphrase must be the only way to open it", "パスフレーズは他の受取人と併用できない"});
    const bool three = stanza.arguments.size() == 3;
    const auto salt = three ? Exactly<kSaltBytes>(stanza.arguments[1]) : std::nullopt;
    const auto work = three ? WorkFactor(stanza.arguments[2]) : std::nullopt;
    if (!salt || !work || stanza.body.size() != kWrappedBytes) {
      return BadStanza({"scrypt has a salt of 16 bytes, a work factor and a body of 32",
                        "scrypt は16バイトのソルト・指数・32バイトの本体を持つ"});
    }
    if (*work > max_work_factor) {
      return BadStanza({fmt::format("a work factor of at most {} is accepted", max_work_factor),
                        fmt::format("指数は{}までである", max_work_factor)});
    }
    return Open(ScryptWrap(passphrase, *salt, *work), stanza.body);
  }
  return std::optional<FileKey>();
}

std::array<uint8_t, 32> HeaderMac(const FileKey& key, std::string_view covered) {
  const DerivedKey mac_key = Hkdf(key.bytes, {}, "header");
  std::array<uint8_t, 32> mac;
  crypto_auth_hmacsha256(mac.data(), AsBytes(covered).data(), covered.size(), mac_key.bytes.data());
  return mac;
}

}  // namespace hikae::crypto::age
