// Reseal: the same content under the keys that seal now.
#include <algorithm>

#include "vault/records/sealing.h"
#include "vault/records/vault_rep.h"

namespace hikae::vault {
namespace {

using base::Result;

bool IsCurrent(const BodyPrefix& prefix, const std::vector<SealedItem>& items, uint32_t primary, Suite suite) {
  return prefix.key_version == primary && std::all_of(items.begin(), items.end(), [&](const SealedItem& item) {
           return item.key_version == primary && item.suite == suite;
         });
}

}  // namespace

// A body opened and sealed anew.
struct Vault::Rep::Resealed {
  bool changed = false;  // false: it was current, and `body` is empty
  std::string body;
  Head head{};
};

Result<Vault::Rep::Resealed> Vault::Rep::ResealBody(const FileSpec& spec, const SealedRecord& record, bool always,
                                                    std::vector<Prepared::IndexValue>* indexes) {
  HIKAE_TRY(const CheckedRecord checked, Check(spec.file, record));
  HIKAE_TRY(const std::vector<SealedItem> items, ItemsIn(spec.file, checked.prefix, record.body));
  Resealed out;
  if (!always && IsCurrent(checked.prefix, items, checked.keys->primary(), spec.suite)) return out;
  const RecordPlace place = PlaceOf(spec.file, record.subject);
  std::vector<PlainText> values;
  values.reserve(items.size());
  Plan plan;
  for (const SealedItem& item : items) {
    HIKAE_CHECK(OpenOne(place, item, *checked.keys, values.emplace_back()));
    plan.Seal({nullptr, item.item, item.set, item.type, values.back().view()}, spec.suite);
    const ItemSpec* const declared = indexes == nullptr ? nullptr : spec.Find(item.item);
    if (declared != nullptr) HIKAE_CHECK(AddIndexes(spec.file, *declared, values.back().view(), *indexes));
  }
  out.changed = true;
  HIKAE_TRY(out.head, SealBody(place, spec.suite, *checked.keys, record.version, plan, out.body));
  return out;
}

Result<std::optional<Prepared>> Vault::Reseal(const FileSpec& spec, const SealedRecord& now) {
  HIKAE_CHECK(CheckFileName(spec.file));
  HIKAE_CHECK(CheckSuite(spec.suite));
  const std::string_view subject = Chars(crypto::Bytes(now.subject));
  Prepared out;
  out.subject = now.subject;
  out.version = now.version;
  out.resealed = true;
  out.row = now.row;
  HIKAE_TRY(const std::vector<IndexKey> index_keys, rep_->keys.IndexKeys());
  const int64_t newest = index_keys.empty() ? 0 : index_keys.front().version;
  HIKAE_TRY(const bool stale_index, rep_->tables.HasOtherIndex(spec.file, subject, newest));
  HIKAE_TRY(std::vector<SealedRecord> history, History(spec.file, now.subject));
  bool stale_history = false;
  for (SealedRecord& old : history) {
    HIKAE_TRY(Rep::Resealed resealed, rep_->ResealBody(spec, old, false, nullptr));
    if (!resealed.changed) continue;
    stale_history = true;
    old.body = std::move(resealed.body);
    out.history.push_back(std::move(old));
  }
  HIKAE_TRY(Rep::Resealed resealed, rep_->ResealBody(spec, now, stale_index || stale_history, &out.indexes));
  if (!resealed.changed) return std::optional<Prepared>();
  out.body = std::move(resealed.body);
  out.head = resealed.head;
  HIKAE_TRY(const auto record_keys, rep_->keys.Open(now.subject, spec.file));
  out.key_version = record_keys->primary();
  return std::optional(std::move(out));
}

}  // namespace hikae::vault
