// Prepare and Write: a change is merged with the sealed items of the record as it is, which stay sealed.
#include <algorithm>

#include "vault/records/sealing.h"
#include "vault/records/vault_rep.h"

namespace hikae::vault {
namespace {

using base::Error;
using base::Result;

// One item of a change.
struct Edit {
  std::string_view item;
  bool set = false;                    // false: to be removed
  const ItemSpec* declared = nullptr;  // of those set
  PlainText value;
};

Error Bad(std::string_view item, const base::Text& what) {
  const std::string name(item);
  return Wrong({"item '" + name + "' " + what.en, "項目「" + name + "」" + what.ja});
}

Result<Edit> EditOf(const FileSpec& file, const Change::Set& set, Canonicals& canonicals) {
  if (!IsName(set.item))
    return Wrong({"the code of an item is 1 to 255 bytes without control characters",
                  "項目の符号は制御文字のない1〜255バイトである"});
  Edit edit{set.item, true, file.Find(set.item), {}};
  if (edit.declared != nullptr) {
    HIKAE_TRY(edit.value, canonicals.Of(*edit.declared, set.value));
  } else {
    ItemSpec text;
    text.item = set.item;
    HIKAE_TRY(edit.value, canonicals.Of(text, set.value));
  }
  return edit;
}

Result<std::vector<Edit>> EditsOf(const FileSpec& file, const Change& change, Canonicals& canonicals) {
  std::vector<Edit> edits;
  edits.reserve(change.set.size() + change.remove.size());
  for (const Change::Set& set : change.set) {
    HIKAE_TRY(Edit edit, EditOf(file, set, canonicals));
    edits.push_back(std::move(edit));
  }
  for (const std::string_view item : change.remove) edits.push_back({item, false, nullptr, {}});
  std::sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) { return a.item < b.item; });
  const auto twice =
      std::adjacent_find(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) { return a.item == b.item; });
  if (twice != edits.end()) return Bad(twice->item, {"is set or removed twice", "が二度指定されている"});
  if (edits.empty()) return Wrong({"nothing is set or removed", "設定も削除もない"});
  return edits;
}

Result<Plan> Merge(const std::vector<SealedItem>& there, const std::vector<Edit>& edits, Suite suite,
                   uint64_t version) {
  Plan plan;
  plan.parts.reserve(there.size() + edits.size());
  auto old = there.begin();
  for (const Edit& edit : edits) {
    for (; old != there.end() && old->item < edit.item; ++old) plan.Keep(*old);
    const bool found = old != there.end() && old->item == edit.item;
    if (found) ++old;
    if (edit.set) {
      const ItemType type = edit.declared != nullptr ? edit.declared->type : ItemType::kText;
      plan.Seal({nullptr, edit.item, version, type, edit.value.view()}, suite);
    } else if (!found) {
      return Bad(edit.item, {"is not there to be removed", "は無いので削除できない"});
    }
  }
  for (; old != there.end(); ++old) plan.Keep(*old);
  return plan;
}

}  // namespace

Result<Prepared> Vault::Prepare(const FileSpec& spec, const SealedRecord& now, const Change& change) {
  HIKAE_CHECK(CheckFileName(spec.file));
  HIKAE_CHECK(CheckSuite(spec.suite));
  if (now.subject != change.subject)
    return Wrong({"the change is of another subject than the record", "変更と記録の本人が異なる"});
  std::vector<SealedItem> there;
  std::shared_ptr<RecordKeys> keys;
  if (now.version == 0) {
    HIKAE_TRY(keys, rep_->keys.Open(change.subject, spec.file));
  } else {
    HIKAE_TRY(CheckedRecord checked, rep_->Check(spec.file, now));
    HIKAE_TRY(there, ItemsIn(spec.file, checked.prefix, now.body));
    keys = std::move(checked.keys);
  }
  HIKAE_TRY(const std::vector<Edit> edits, EditsOf(spec, change, rep_->canonicals));
  Prepared out;
  out.subject = change.subject;
  out.version = now.version + 1;
  out.key_version = keys->primary();
  HIKAE_TRY(const Plan plan, Merge(there, edits, spec.suite, out.version));
  HIKAE_CHECK(CheckSize(plan));
  const RecordPlace place = rep_->PlaceOf(spec.file, change.subject);
  HIKAE_TRY(out.head, SealBody(place, spec.suite, *keys, out.version, plan, out.body));
  out.touched.reserve(edits.size());
  for (const Edit& edit : edits) {
    out.touched.emplace_back(edit.item);
    if (edit.declared == nullptr || edit.declared->indexes.empty()) continue;
    HIKAE_CHECK(rep_->AddIndexes(spec.file, *edit.declared, edit.value.view(), out.indexes));
  }
  if (spec.keep_history) out.old_body = now.body;
  return out;
}

Result<void> Vault::Write(const FileSpec& spec, const Prepared& prepared) {
  const std::string_view subject = Chars(crypto::Bytes(prepared.subject));
  const auto version = static_cast<int64_t>(prepared.version);
  store::VaultTables& tables = rep_->tables;
  if (!prepared.old_body.empty())
    HIKAE_CHECK(tables.SetHistory(spec.file, {subject, version - 1, prepared.old_body, {}}));
  for (const SealedRecord& old : prepared.history)
    HIKAE_CHECK(tables.SetHistory(spec.file, {subject, static_cast<int64_t>(old.version), old.body, {}}));
  const int64_t before = prepared.resealed ? version : version - 1;
  HIKAE_CHECK(tables.SetRecord(spec.file, {subject, version, prepared.body, {}}, before));
  if (prepared.resealed) {
    HIKAE_CHECK(tables.RemoveIndexes(spec.file, subject));
  } else if (version > 1) {
    for (const std::string& item : prepared.touched) HIKAE_CHECK(tables.RemoveIndexes(spec.file, subject, item));
  }
  for (const Prepared::IndexValue& index : prepared.indexes) {
    HIKAE_CHECK(tables.AddIndex(
        spec.file, subject,
        {Chars(crypto::Bytes(index.value)), index.item, static_cast<int64_t>(index.kind), index.key_version}));
  }
  return {};
}

}  // namespace hikae::vault
