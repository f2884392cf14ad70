// Prepare and Write: a change is merged with the sealed items of the record as it is, which stay sealed.
#include <algorithm>

#include "crypto/random.h"
#include "vault/records/vault_rep.h"

namespace hikae::vault {
namespace {

using base::Error;
using base::Result;
using base::Status;

Error Bad(std::string_view item, base::Text what) {
  const std::string name(item);
  return Wrong({"item '" + name + "' " + what.en, "項目「" + name + "」" + what.ja});
}

// One item of a change.
struct Edit {
  std::string_view item;
  const ItemSpec* spec = nullptr;  // null: to be removed
  PlainText value;
};

// Undeclared items are text.
struct Specs {
  const FileSpec& file;
  std::vector<std::unique_ptr<ItemSpec>> made = {};
  const ItemSpec& For(std::string_view item) {
    if (const ItemSpec* const found = file.Find(item)) return *found;
    made.push_back(std::make_unique<ItemSpec>());
    made.back()->item = item;
    return *made.back();
  }
};

Result<std::vector<Edit>> EditsOf(const Change& change, Specs& specs) {
  std::vector<Edit> edits;
  edits.reserve(change.set.size() + change.remove.size());
  for (const Change::Set& set : change.set) {
    if (!IsName(set.item))
      return Wrong({"the code of an item is 1 to 255 bytes without control characters",
                    "項目の符号は制御文字のない1〜255バイトである"});
    const ItemSpec& spec = specs.For(set.item);
    HIKAE_TRY(PlainText value, Canonical(spec, set.value));
    edits.push_back({set.item, &spec, std::move(value)});
  }
  for (const std::string_view item : change.remove) edits.push_back({item, nullptr, {}});
  std::sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) { return a.item < b.item; });
  const auto twice =
      std::adjacent_find(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) { return a.item == b.item; });
  if (twice != edits.end()) return Bad(twice->item, {"is set or removed twice", "が二度指定されている"});
  if (edits.empty()) return Wrong({"nothing is set or removed", "設定も削除もない"});
  return edits;
}

// The items of a checked record; views into its body.
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

// What the next body is made of, in order: items that stay, and edits that set.
struct Plan {
  struct Part {
    const SealedItem* stays = nullptr;
    const Edit* set = nullptr;
  };
  std::vector<Part> parts;
  size_t sealings = 0;
  size_t bytes = kBodyPrefixBytes + kHeadBytes;
};

size_t SizeOf(std::string_view item, Suite suite, size_t sealed) {
  return 1 + item.size() + 8 + 1 + 1 + 4 + crypto::NonceBytes(CipherOf(suite)) + 4 + sealed;
}

Result<Plan> Merge(const std::vector<SealedItem>& there, const std::vector<Edit>& edits, Suite suite) {
  Plan plan;
  plan.parts.reserve(there.size() + edits.size());
  auto old = there.begin();
  const auto keep = [&] {
    plan.parts.push_back({&*old, nullptr});
    plan.bytes += SizeOf(old->item, old->suite, old->sealed.size());
    ++old;
  };
  for (const Edit& edit : edits) {
    while (old != there.end() && old->item < edit.item) keep();
    const bool found = old != there.end() && old->item == edit.item;
    if (found) ++old;
    if (edit.spec != nullptr) {
      plan.parts.push_back({nullptr, &edit});
      plan.bytes += SizeOf(edit.item, suite, edit.value.size() + crypto::kSealTagBytes);
      ++plan.sealings;
    } else if (!found) {
      return Bad(edit.item, {"is not there to be removed", "は無いので削除できない"});
    }
  }
  while (old != there.end()) keep();
  return plan;
}

Result<void> CheckSize(const Plan& plan) {
  if (plan.parts.size() <= kMaxItems && plan.bytes <= kMaxRecordBytes) return {};
  return Error(Status::kArgument, {"the record would hold more than a record may", "記録の上限を超える"}, {},
               {"at most 1,000 items and 16 MiB", "項目は1,000、全体は16 MiBまで"});
}

}  // namespace

// Seals what is set under `keys` and writes body and head.
struct Sealer {
  const RecordPlace& place;
  Suite suite;
  RecordKeys& keys;
  uint32_t key_version;

  Result<void> Write(const Plan& plan, Prepared& out) const {
    const size_t nonce_bytes = crypto::NonceBytes(CipherOf(suite));
    std::string nonces(plan.sealings * nonce_bytes, '\0');
    crypto::FillRandom({reinterpret_cast<uint8_t*>(nonces.data()), nonces.size()});
    out.body.reserve(plan.bytes);
    AppendPrefix(out.body, {out.version, key_version, static_cast<uint16_t>(plan.parts.size())});
    size_t sealed = 0;
    for (const Plan::Part& part : plan.parts) {
      if (part.stays != nullptr) {
        AppendItem(out.body, *part.stays);
        continue;
      }
      const crypto::Bytes nonce = AsBytes(nonces).subspan(sealed++ * nonce_bytes, nonce_bytes);
      const SealedItem about{part.set->item, out.version, part.set->spec->type, suite, key_version, nonce, {}};
      HIKAE_TRY(const uint8_t* const key, keys.Field(key_version, about.item));
      AppendSealed(out.body, place, about, key, part.set->value.view());
    }
    HIKAE_TRY(const uint8_t* const head_key, keys.Head(key_version));
    out.head = HeadOver(head_key, place, out.version, out.body);
    out.body += AsText(out.head);
    return {};
  }
};

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
  Specs specs{spec};
  HIKAE_TRY(const std::vector<Edit> edits, EditsOf(change, specs));
  HIKAE_TRY(const Plan plan, Merge(there, edits, spec.suite));
  HIKAE_CHECK(CheckSize(plan));
  Prepared out;
  out.subject = change.subject;
  out.version = now.version + 1;
  out.key_version = keys->primary();
  const RecordPlace place = rep_->PlaceOf(spec.file, change.subject);
  HIKAE_CHECK((Sealer{place, spec.suite, *keys, out.key_version}.Write(plan, out)));
  for (const Edit& edit : edits) {
    out.touched.emplace_back(edit.item);
    if (edit.spec != nullptr && !edit.spec->indexes.empty())
      HIKAE_CHECK(rep_->AddIndexes(spec, *edit.spec, edit.value.view(), out.indexes));
  }
  if (spec.keep_history) out.old_body = now.body;
  return out;
}

Result<void> Vault::Write(const FileSpec& spec, const Prepared& prepared) {
  const std::string_view subject = AsText(crypto::Bytes(prepared.subject));
  const auto version = static_cast<int64_t>(prepared.version);
  store::VaultTables& tables = rep_->tables;
  if (!prepared.old_body.empty())
    HIKAE_CHECK(tables.SetHistory(spec.file, {subject, version - 1, prepared.old_body, {}}));
  HIKAE_CHECK(tables.SetRecord(spec.file, {subject, version, prepared.body, {}}));
  if (version > 1)
    for (const std::string& item : prepared.touched) HIKAE_CHECK(tables.RemoveIndexes(spec.file, subject, item));
  for (const Prepared::IndexValue& index : prepared.indexes) {
    HIKAE_CHECK(tables.AddIndex(
        spec.file, subject, {AsText(index.value), index.item, static_cast<int64_t>(index.kind), index.key_version}));
  }
  return {};
}

Result<void> Vault::Rep::AddIndexes(const FileSpec&, const ItemSpec&, std::string_view,
                                    std::vector<Prepared::IndexValue>&) {
  return {};
}

}  // namespace hikae::vault
