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
  out.row = now.row;
  out.keep = spec.keep_history;
  return out;
}

Result<void> Vault::Write(const FileSpec& spec, std::span<const Prepared> prepared) {
  HIKAE_TRY(const std::vector<std::string> indexed, rep_->tables.IndexedItems(spec.file));
  for (const Prepared& one : prepared) {
    HIKAE_CHECK(rep_->WriteBodies(spec.file, one));
    HIKAE_CHECK(rep_->WriteIndexes(spec.file, one, indexed));
  }
  return {};
}

Result<void> Vault::Rep::WriteBodies(std::string_view file, const Prepared& prepared) {
  const std::string_view subject = Chars(crypto::Bytes(prepared.subject));
  const auto version = static_cast<int64_t>(prepared.version);
  for (const SealedRecord& old : prepared.history) {
    const auto of = static_cast<int64_t>(old.version);
    HIKAE_CHECK(tables.Replace({subject, of, old.body, {}, old.row}, of));
  }
  const store::RecordView record{subject, version, prepared.body, {}, prepared.row};
  if (prepared.resealed) return tables.Replace(record, version);
  if (version == 1) return tables.AddRecord(file, record);
  return prepared.keep ? tables.Succeed(file, record) : tables.Replace(record, version - 1);
}

// Old values of what was touched go, and are looked for only where there can be any: of most items there never are,
// and each look is one into an index of everybody's. `indexed`: the file's items that have values, ordered.
Result<void> Vault::Rep::WriteIndexes(std::string_view file, const Prepared& prepared,
                                      std::span<const std::string> indexed) {
  const std::string_view subject = Chars(crypto::Bytes(prepared.subject));
  const auto has = [&](std::string_view item) { return std::binary_search(indexed.begin(), indexed.end(), item); };
  if (prepared.resealed) HIKAE_CHECK(tables.RemoveIndexes(file, subject));
  if (!prepared.resealed && prepared.version > 1) {
    for (const std::string& item : prepared.touched) {
      if (has(item)) HIKAE_CHECK(tables.RemoveIndexes(file, subject, item));
    }
  }
  std::string_view told;
  for (const Prepared::IndexValue& index : prepared.indexes) {
    if (index.item != told && !has(index.item)) HIKAE_CHECK(tables.AddIndexedItem(file, index.item));
    told = index.item;
    HIKAE_CHECK(tables.AddIndex(
        file, subject,
        {Chars(crypto::Bytes(index.value)), index.item, static_cast<int64_t>(index.kind), index.key_version}));
  }
  return {};
}

}  // namespace hikae::vault
