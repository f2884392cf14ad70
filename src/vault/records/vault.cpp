#include "vault/vault.h"

#include <algorithm>

#include "vault/records/vault_rep.h"

namespace hikae::vault {

using base::Error;
using base::Result;
using base::Status;

Result<void> CheckFileName(std::string_view file) {
  if (IsName(file)) return {};
  return Wrong({"the code of a file is 1 to 255 bytes without control characters",
                "ファイルの符号は制御文字のない1〜255バイトである"});
}

Result<void> TakeRow(std::string_view file, const store::RecordView& row, SealedRecord& out) {
  if (row.subject.size() != out.subject.size() || row.version < 0 || (row.version == 0) != row.body.empty() ||
      (row.version == 0) != (row.row == 0))
    return Tampered(file);
  std::copy_n(row.subject.begin(), out.subject.size(), out.subject.begin());
  out.version = static_cast<uint64_t>(row.version);
  out.body = row.body;
  out.marks = row.marks;
  out.row = row.row;
  return {};
}

Vault::Vault(store::Database& database, KeySource& keys) : rep_(std::make_unique<Rep>(database, keys)) {}
Vault::~Vault() = default;

Result<void> Vault::Fetch(std::string_view file, std::span<const SubjectNumber> subjects,
                          std::vector<SealedRecord>& out) {
  // Empty unless all of it is there, whichever way this ends.
  struct Emptied {
    std::vector<SealedRecord>* out;
    ~Emptied() {
      if (out != nullptr) out->clear();
    }
  } emptied{&out};
  out.resize(subjects.size());  // what is there already lends its memory
  for (size_t i = 0; i < subjects.size(); ++i) {
    SealedRecord& record = out[i];
    HIKAE_CHECK(rep_->tables.Record(file, Chars(crypto::Bytes(subjects[i])),
                                    [&](const store::RecordView& row) { return rep_->Take(file, row, record); }));
  }
  emptied.out = nullptr;
  return {};
}

Result<void> Vault::Rep::Take(std::string_view file, const store::RecordView& row, SealedRecord& out) {
  HIKAE_CHECK(TakeRow(file, row, out));
  return out.marks.empty() ? Result<void>() : CheckMarks(out.subject, out.marks);
}

Result<CheckedRecord> Vault::Rep::Check(std::string_view file, const SealedRecord& record) {
  if (file.size() > kMaxNameBytes) return Tampered(file);
  HIKAE_TRY(const BodyPrefix prefix, ReadPrefix(file, record.body));
  if (prefix.version != record.version) return Tampered(file);
  HIKAE_TRY(std::shared_ptr<RecordKeys> record_keys, keys.Open(record.subject, file));
  HIKAE_TRY(const uint8_t* const key, record_keys->Head(prefix.key_version));
  if (!HeadHolds(key, PlaceOf(file, record.subject), record.version, record.body)) return Tampered(file);
  return CheckedRecord{prefix, std::move(record_keys)};
}

Result<void> Vault::Rep::OpenOne(const RecordPlace& place, const SealedItem& item, RecordKeys& record_keys,
                                 PlainText& out) {
  HIKAE_CHECK(CheckSuite(item.suite));
  HIKAE_TRY(const uint8_t* const key, record_keys.Field(item.key_version, item.item));
  if (OpenItem(place, item, key, out.Fill(item.sealed.size() - crypto::kSealTagBytes))) return {};
  out.Clear();
  return Tampered(place.file);
}

Result<std::vector<PlainItem>> Vault::Open(const Leave&, std::string_view file, const SealedRecord& record,
                                           std::span<const std::string> items) {
  HIKAE_TRY(const CheckedRecord checked, rep_->Check(file, record));
  const RecordPlace place = rep_->PlaceOf(file, record.subject);
  std::vector<PlainItem> out;
  out.reserve(items.empty() ? checked.prefix.items : items.size());
  ItemReader reader(file, checked.prefix, record.body);
  SealedItem item;
  while (true) {
    HIKAE_TRY(const bool more, reader.Next(item));
    if (!more) return out;
    if (!items.empty() && std::find(items.begin(), items.end(), item.item) == items.end()) continue;
    PlainText plain;
    HIKAE_CHECK(rep_->OpenOne(place, item, *checked.keys, plain));
    out.emplace_back(std::string(item.item), std::move(plain), item.set);
  }
}

Result<std::vector<std::string>> Vault::ItemsOf(std::string_view file, const SealedRecord& record) {
  HIKAE_TRY(const CheckedRecord checked, rep_->Check(file, record));
  std::vector<std::string> out;
  ItemReader reader(file, checked.prefix, record.body);
  SealedItem item;
  while (true) {
    HIKAE_TRY(const bool more, reader.Next(item));
    if (!more) return out;
    out.emplace_back(item.item);
  }
}

Result<std::optional<Head>> Vault::HeadOf(std::string_view file, const SubjectNumber& subject) {
  std::optional<Head> head;
  HIKAE_CHECK(rep_->tables.Record(file, Chars(crypto::Bytes(subject)), [&](const auto& row) -> Result<void> {
    if (row.row == 0) return {};
    if (row.body.size() < kHeadBytes) return Tampered(file);
    head = HeadIn(row.body);
    return {};
  }));
  return head;
}

Result<std::vector<SealedRecord>> Vault::History(std::string_view file, const SubjectNumber& subject) {
  std::vector<SealedRecord> out;
  HIKAE_CHECK(rep_->tables.History(file, Chars(crypto::Bytes(subject)), [&](const store::RecordView& row) {
    return TakeRow(file, row, out.emplace_back());
  }));
  return out;
}

Result<std::vector<SealedRecord>> Vault::Scan(std::string_view file, const std::optional<SubjectNumber>& after,
                                              size_t most) {
  std::vector<SealedRecord> out;
  const std::string_view behind = after ? Chars(crypto::Bytes(*after)) : std::string_view();
  const auto limit = static_cast<int64_t>(std::min<size_t>(most, INT32_MAX));
  HIKAE_CHECK(rep_->tables.Records(
      file, behind, limit, [&](const store::RecordView& row) { return rep_->Take(file, row, out.emplace_back()); }));
  return out;
}

Result<uint64_t> Vault::Count(std::string_view file) {
  HIKAE_TRY(const int64_t count, rep_->tables.Count(file));
  return static_cast<uint64_t>(count);
}

Result<uint64_t> Vault::Sweep() {
  HIKAE_TRY(const auto owners, rep_->Unowned());
  for (const auto& [file, subject] : owners) HIKAE_CHECK(Remove(file, subject));
  // Bodies to which no record points are found by looking at every row.
  if (!owners.empty()) {
    HIKAE_TRY(const auto strays, rep_->Unowned());
    for (const auto& [file, subject] : strays)
      HIKAE_CHECK(rep_->tables.RemoveBodies(file, Chars(crypto::Bytes(subject))));
  }
  HIKAE_CHECK(SweepMarks());
  return owners.size();
}

// Whose rows are here while their keys are gone.
Result<std::vector<std::pair<std::string, SubjectNumber>>> Vault::Rep::Unowned() {
  HIKAE_TRY(auto owners, tables.Owners());
  std::vector<std::pair<std::string, SubjectNumber>> gone;
  for (auto& owner : owners) {
    SubjectNumber subject{};
    if (owner.subject.size() != subject.size()) continue;
    std::copy(owner.subject.begin(), owner.subject.end(), subject.begin());
    const auto opened = keys.Open(subject, owner.file);
    if (opened.ok()) continue;
    if (opened.error().status != Status::kNotFound) return opened.error();
    gone.emplace_back(std::move(owner.file), subject);
  }
  return gone;
}

// Of subjects that are not known any more.
Result<void> Vault::SweepMarks() {
  std::vector<SubjectNumber> marked;
  HIKAE_CHECK(rep_->tables.AllMarks([&](std::string_view subject, std::string_view) -> Result<void> {
    SubjectNumber number{};
    if (subject.size() != number.size()) return {};
    std::copy(subject.begin(), subject.end(), number.begin());
    marked.push_back(number);
    return {};
  }));
  for (const SubjectNumber& number : marked) {
    const auto id = rep_->keys.IdOf(number);
    if (id.ok()) continue;
    if (id.error().status != base::Status::kNotFound) return id.error();
    HIKAE_CHECK(rep_->tables.SetMarks(Chars(crypto::Bytes(number)), {}));
  }
  return {};
}

Result<std::vector<std::string>> Vault::Files() { return rep_->tables.Files(); }

Result<bool> Vault::Remove(std::string_view file, const SubjectNumber& subject) {
  const std::string_view number = Chars(crypto::Bytes(subject));
  HIKAE_TRY(const bool record, rep_->tables.RemoveRecord(file, number));
  HIKAE_TRY(const bool indexes, rep_->tables.RemoveIndexes(file, number));
  return record || indexes;
}

}  // namespace hikae::vault
