#include "log/detail.h"

#include <algorithm>

#include "log/big_endian.h"
#include "log/text.h"

namespace hikae::log {
namespace {

using base::Error;
using base::Result;
using base::Status;

constexpr size_t kHeadBytes = kMinLeafBytes;  // version, type, time
constexpr size_t kFieldHeadBytes = 3;
constexpr uint8_t kDetailTag = 0x0E;

}  // namespace

std::vector<uint8_t> LeafWithoutDetail(crypto::Bytes leaf) {
  std::vector<uint8_t> out(leaf.begin(), leaf.end());
  for (size_t at = kHeadBytes; at + kFieldHeadBytes <= leaf.size();) {
    const size_t end = at + kFieldHeadBytes + GetBig<uint16_t>(&leaf[at + 1]);
    if (leaf[at] == kDetailTag && end <= leaf.size()) {
      out.erase(out.begin() + static_cast<ptrdiff_t>(at), out.begin() + static_cast<ptrdiff_t>(end));
      break;
    }
    at = end;
  }
  return out;
}

Result<std::vector<uint8_t>> SealDetail(const crypto::SealKey& key, const crypto::SealNonce& nonce,
                                        std::string_view plain, Entry* entry) {
  if (plain.size() > kMaxPlainDetailBytes)
    return Error(Status::kArgument, base::Text{"a detail is shorter than 16 MiB", "詳細は16 MiB未満である"});
  entry->detail.reset();
  HIKAE_TRY(const std::vector<uint8_t> bound, EncodeEntry(*entry));
  std::vector<uint8_t> sealed = {kDetailForm};
  sealed.insert(sealed.end(), nonce.begin(), nonce.end());
  const std::vector<uint8_t> cipher = crypto::Seal(key, nonce, bound, AsBytes(plain));
  sealed.insert(sealed.end(), cipher.begin(), cipher.end());
  entry->detail = crypto::Sha256Of(sealed);
  return sealed;
}

Result<std::string> UnsealDetail(const crypto::SealKey& key, crypto::Bytes leaf, crypto::Bytes sealed) {
  if (!sealed.empty() && sealed[0] > kDetailForm) {
    return Error(Status::kVersion,
                 base::Text{"the detail was sealed by a newer hikae", "詳細はより新しい hikae で封じられている"});
  }
  crypto::SealNonce nonce;
  const size_t head = 1 + nonce.size();
  if (sealed.size() >= kDetailExtraBytes && sealed[0] == kDetailForm) {
    std::copy_n(sealed.begin() + 1, nonce.size(), nonce.begin());
    const auto plain = crypto::Unseal(key, nonce, LeafWithoutDetail(leaf), sealed.subspan(head));
    if (plain) return std::string(plain->begin(), plain->end());
  }
  return Error(Status::kTampered,
               base::Text{"the detail does not open: it is of another entry, or changed, or the key is another",
                          "詳細を開けない。別の記録のものか、書き換えられているか、鍵が違う"});
}

}  // namespace hikae::log
