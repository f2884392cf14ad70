#include "vault/records/sealing.h"

#include <algorithm>

#include "vault/records/bytes.h"

namespace hikae::vault {
namespace {

using base::Result;

size_t SizeOf(std::string_view item, Suite suite, size_t sealed) {
  return 1 + item.size() + 8 + 1 + 1 + 4 + crypto::NonceBytes(SuiteOf(suite)) + 4 + sealed;
}

}  // namespace

void Plan::Keep(const SealedItem& item) {
  parts.push_back({&item});
  bytes += SizeOf(item.item, item.suite, item.sealed.size());
}

void Plan::Seal(const Part& part, Suite suite) {
  parts.push_back(part);
  bytes += SizeOf(part.item, suite, part.value.size() + crypto::kSealTagBytes);
  ++sealings;
}

Result<void> CheckSize(const Plan& plan) {
  if (plan.parts.size() <= kMaxItems && plan.bytes <= kMaxRecordBytes) return {};
  return Wrong({"the record would hold more than 1,000 items or 16 MiB", "記録が1,000項目または16 MiBを超える"});
}

Result<Head> SealBody(const RecordPlace& place, Suite suite, RecordKeys& keys, uint64_t version, const Plan& plan,
                      std::string& body) {
  const uint32_t key_version = keys.primary();
  uint8_t nonce[crypto::kMostNonceBytes];
  const std::span<uint8_t> fresh(nonce, crypto::NonceBytes(SuiteOf(suite)));
  body.clear();
  body.reserve(plan.bytes);
  AppendPrefix(body, {version, key_version, static_cast<uint16_t>(plan.parts.size())});
  for (const Plan::Part& part : plan.parts) {
    if (part.stays != nullptr) {
      AppendItem(body, *part.stays);
      continue;
    }
    HIKAE_TRY(const uint8_t* const key, keys.Field(key_version, part.item));
    crypto::FillNonce(fresh);
    AppendSealed(body, place, {part.item, part.set, part.type, suite, key_version, fresh, {}}, key, part.value);
  }
  HIKAE_TRY(const uint8_t* const head_key, keys.Head(key_version));
  const Head head = HeadOver(head_key, place, version, body);
  body += Chars(head);
  return head;
}

Result<std::vector<SealedItem>> ItemsIn(std::string_view file, const BodyPrefix& prefix, std::string_view body) {
  std::vector<SealedItem> items;
  items.reserve(prefix.items);
  ItemReader reader(file, prefix, body);
  SealedItem item;
  while (true) {
    HIKAE_TRY(const bool more, reader.Next(item));
    if (!more) return items;
    items.push_back(item);
  }
}

}  // namespace hikae::vault
