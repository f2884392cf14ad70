#include "vault/keys/wrapped_key.h"

#include <algorithm>

#include "crypto/blake2b.h"
#include "crypto/suite.h"
#include "vault/keys/derive.h"

namespace hikae::vault {
namespace {

using crypto::AsBytes;
using crypto::Bytes;
using crypto::SealSuite;

constexpr char kVersion = 1;
constexpr char kSuite = static_cast<char>(SealSuite::kXChaCha20Poly1305);
constexpr size_t kHeadBytes = 11, kNonceBytes = 24, kCommitmentBytes = 32;
constexpr size_t kSealedAt = kHeadBytes + kNonceBytes + kCommitmentBytes;
static_assert(kSealedAt + 32 + crypto::kSealTagBytes == kWrappedBytes);
constexpr size_t kIdHeadBytes = 2 + kNonceBytes;

// A commitment to the wrapping key, and the key that seals: both new with each nonce.
struct Expanded {
  std::array<uint8_t, 64> bytes;
  Expanded(const uint8_t* wrapping, std::string_view label, Bytes nonce) {
    crypto::Blake2b({wrapping, 32}, {AsBytes(label), nonce}, bytes);
  }
  ~Expanded() { crypto::Wipe(bytes.data(), bytes.size()); }
  Bytes commitment() const { return Bytes(bytes).first(kCommitmentBytes); }
  const uint8_t* key() const { return bytes.data() + kCommitmentBytes; }
};
constexpr std::string_view kWrapLabel("hikae wrap 1\0", 13);
constexpr std::string_view kIdLabel("hikae id 1\0", 11);

std::string Header(const KeyName& name) {
  std::string header{kVersion, kSuite, static_cast<char>(name.kind)};
  PutNumber(header, name.version, 4);
  PutNumber(header, name.under, 4);
  return header;
}

std::string BoundOf(const OfficeId& office, std::string_view header, std::string_view context) {
  std::string bound("hikae wrapped key 1\0", 20);
  bound.append(AsText(office)).append(header).append(context);
  return bound;
}

std::string BoundOfId(const OfficeId& office, uint32_t version, const SubjectNumber& subject) {
  std::string bound("hikae sealed id 1\0", 18);
  bound.append(AsText(office));
  PutNumber(bound, version, 4);
  return bound.append(AsText(subject));
}

std::span<uint8_t> Room(std::string& text, size_t from) {
  return {reinterpret_cast<uint8_t*>(text.data()) + from, text.size() - from};
}

}  // namespace

WrapNonce WrapNonce::Random() {
  WrapNonce nonce;
  crypto::FillNonce(nonce.bytes);
  return nonce;
}

std::string WrapKey(const uint8_t* wrapping, const OfficeId& office, const KeyName& name, std::string_view context,
                    const uint8_t* key, const WrapNonce& nonce) {
  const Expanded expanded(wrapping, kWrapLabel, nonce.bytes);
  std::string wrapped = Header(name);
  const std::string bound = BoundOf(office, wrapped, context);
  wrapped.append(AsText(nonce.bytes)).append(AsText(expanded.commitment()));
  wrapped.resize(kWrappedBytes);
  crypto::SealInto(SealSuite::kXChaCha20Poly1305, expanded.key(), nonce.bytes, AsBytes(bound), {key, 32},
                   Room(wrapped, kSealedAt));
  return wrapped;
}

Unwrapped UnwrapKey(const uint8_t* wrapping, const OfficeId& office, const KeyName& name, std::string_view context,
                    std::string_view wrapped, uint8_t* key) {
  std::fill_n(key, 32, uint8_t{0});
  if (wrapped.empty()) return Unwrapped::kDamaged;
  if (wrapped[0] != kVersion) return Unwrapped::kNewer;
  const std::string header = Header(name);
  if (wrapped.size() != kWrappedBytes || wrapped.substr(0, kHeadBytes) != header) return Unwrapped::kDamaged;
  const Bytes nonce = AsBytes(wrapped.substr(kHeadBytes, kNonceBytes));
  const Expanded expanded(wrapping, kWrapLabel, nonce);
  if (!crypto::SameBytes(expanded.commitment(), AsBytes(wrapped.substr(kHeadBytes + kNonceBytes, kCommitmentBytes))))
    return Unwrapped::kOtherKey;
  const bool opened =
      crypto::UnsealInto(SealSuite::kXChaCha20Poly1305, expanded.key(), nonce,
                         AsBytes(BoundOf(office, header, context)), AsBytes(wrapped.substr(kSealedAt)), {key, 32});
  return opened ? Unwrapped::kOpened : Unwrapped::kDamaged;
}

std::optional<KeyName> NameOfWrapped(std::string_view wrapped) {
  if (wrapped.size() != kWrappedBytes || wrapped[0] != kVersion || wrapped[1] != kSuite) return std::nullopt;
  const auto kind = static_cast<uint8_t>(wrapped[2]);
  if (kind < static_cast<uint8_t>(KeyKind::kMaster) || kind > static_cast<uint8_t>(KeyKind::kSubject))
    return std::nullopt;
  return KeyName{static_cast<KeyKind>(kind), static_cast<uint32_t>(NumberAt(wrapped, 3, 4)),
                 static_cast<uint32_t>(NumberAt(wrapped, 7, 4))};
}

std::string SubjectContext(const SubjectNumber& subject, std::string_view file) {
  std::string context(AsText(subject));
  PutText(context, file);
  return context;
}

std::string SealId(const uint8_t* office_key, const OfficeId& office, uint32_t version, const SubjectNumber& subject,
                   std::string_view id, const WrapNonce& nonce) {
  const Expanded expanded(office_key, kIdLabel, nonce.bytes);
  std::string sealed{kVersion, kSuite};
  sealed.append(AsText(nonce.bytes));
  sealed.resize(kIdHeadBytes + id.size() + crypto::kSealTagBytes);
  crypto::SealInto(SealSuite::kXChaCha20Poly1305, expanded.key(), nonce.bytes,
                   AsBytes(BoundOfId(office, version, subject)), AsBytes(id), Room(sealed, kIdHeadBytes));
  return sealed;
}

std::optional<std::string> OpenId(const uint8_t* office_key, const OfficeId& office, uint32_t version,
                                  const SubjectNumber& subject, std::string_view sealed) {
  if (sealed.size() < kIdHeadBytes + crypto::kSealTagBytes || sealed[0] != kVersion || sealed[1] != kSuite)
    return std::nullopt;
  const Bytes nonce = AsBytes(sealed.substr(2, kNonceBytes));
  const Expanded expanded(office_key, kIdLabel, nonce);
  std::string id(sealed.size() - kIdHeadBytes - crypto::kSealTagBytes, '\0');
  if (!crypto::UnsealInto(SealSuite::kXChaCha20Poly1305, expanded.key(), nonce,
                          AsBytes(BoundOfId(office, version, subject)), AsBytes(sealed.substr(kIdHeadBytes)),
                          Room(id, 0)))
    return std::nullopt;
  return id;
}

}  // namespace hikae::vault
