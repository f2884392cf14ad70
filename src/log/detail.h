// Sealed details (docs/formats/log-entry.md §6): what lies beside a leaf, readable by who has the key only.
#ifndef HIKAE_LOG_DETAIL_H_
#define HIKAE_LOG_DETAIL_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "crypto/aead.h"
#include "log/entry.h"

namespace hikae::log {

constexpr uint8_t kDetailForm = 1;
constexpr size_t kDetailExtraBytes = 1 + 24 + crypto::kSealTagBytes;  // what sealing adds
constexpr size_t kMaxPlainDetailBytes = kMaxDetailBytes - kDetailExtraBytes;

// The leaf without its field `detail`: what a detail is bound to.
std::vector<uint8_t> LeafWithoutDetail(crypto::Bytes leaf);

// Seals `plain` for `entry`, whose other fields are filled in already, and sets its `detail`. kArgument: too long, or
// an entry that cannot be encoded.
base::Result<std::vector<uint8_t>> SealDetail(const crypto::SealKey& key, const crypto::SealNonce& nonce,
                                              std::string_view plain, Entry* entry);
// kTampered: sealed for another entry, changed, or sealed under another key; kVersion: sealed by a newer hikae.
base::Result<std::string> UnsealDetail(const crypto::SealKey& key, crypto::Bytes leaf, crypto::Bytes sealed);

}  // namespace hikae::log

#endif  // HIKAE_LOG_DETAIL_H_
