// Numbers of subjects and their keys: finding and making.
#include <algorithm>
#include <cassert>

#include "crypto/random.h"
#include "vault/keys/key_error.h"
#include "vault/keys/open_keys.h"
#include "vault/keys/subject_keys.h"

namespace hikae::vault {

using base::Result;

Result<Lookup> OpenKeys::LookupIn(const KeySet& keys, std::string_view subject) const {
  const OpenedKey* const primary = keys.Primary(KeyKind::kLookup);
  HIKAE_TRY(const uint8_t* key, keys.Bytes(KeyKind::kLookup, primary->version, path_));
  return LookupOf(key, subject);
}

// The number is believed only beside its sealed id: rows that were exchanged would name somebody else.
Result<std::optional<SubjectNumber>> OpenKeys::NumberIn(const KeySet& keys,
                                                        const std::optional<store::VaultSubjectRow>& row,
                                                        std::string_view subject) const {
  if (!row) return std::optional<SubjectNumber>();
  SubjectNumber number;
  if (!ReadBytes(row->number, &number)) return DamagedKeys(path_);
  const auto version = static_cast<uint32_t>(row->office_key);
  HIKAE_TRY(const uint8_t* key, keys.Bytes(KeyKind::kOffice, version, path_));
  if (OpenId(key, office_, version, number, row->sealed) != subject) return DamagedKeys(path_);
  return std::optional(number);
}

// Within a read. From memory, or from the file and then kept.
Result<std::optional<SubjectNumber>> OpenKeys::NumberOf(const View& view, std::string_view subject) {
  if (const auto known = cache_.Number(subject)) return known;
  HIKAE_TRY(const Lookup lookup, LookupIn(*view.keys, subject));
  HIKAE_TRY(const auto row, store::VaultKeyTables(*reader_).SubjectBy(AsText(lookup)));
  HIKAE_TRY(const auto number, NumberIn(*view.keys, row, subject));
  if (number) cache_.KeepNumber(view.era, subject, *number);
  return number;
}

Result<std::optional<SubjectNumber>> OpenKeys::Find(std::string_view subject) {
  HIKAE_CHECK(CheckSubject(subject));
  return Again([&](const View& view) -> Result<std::optional<SubjectNumber>> {
    if (const auto known = cache_.Number(subject)) return known;
    return reader_->Read([&] { return NumberOf(view, subject); });
  });
}

// Keys that cannot be opened are told of when they are asked for.
Result<void> OpenKeys::ReadAlong(const View& view, std::string_view subject, std::string_view file,
                                 std::optional<SubjectNumber>& number) {
  if (!number) {
    HIKAE_TRY(number, NumberOf(view, subject));
    if (!number) return {};
  }
  if (cache_.Keys(*number, file) != nullptr) return {};
  HIKAE_TRY(const auto rows, store::VaultKeyTables(*reader_).SubjectKeys(AsText(*number), file));
  auto keys = OpenRows(*view.keys, *number, file, rows);
  if (keys.ok()) cache_.KeepKeys(view.era, *number, file, *std::move(keys));
  return {};
}

Result<std::vector<std::optional<SubjectNumber>>> OpenKeys::Find(std::span<const std::string_view> subjects,
                                                                 std::string_view file) {
  using Numbers = std::vector<std::optional<SubjectNumber>>;
  HIKAE_CHECK(CheckFile(file));
  for (const std::string_view subject : subjects) HIKAE_CHECK(CheckSubject(subject));
  return Again([&](const View& view) -> Result<Numbers> {
    Numbers numbers;
    numbers.reserve(subjects.size());
    std::vector<size_t> unread;
    for (size_t i = 0; i < subjects.size(); ++i) {
      const auto& number = numbers.emplace_back(cache_.Number(subjects[i]));
      if (!number || cache_.Keys(*number, file) == nullptr) unread.push_back(i);
    }
    if (unread.empty()) return numbers;
    HIKAE_CHECK(reader_->Read([&]() -> Result<void> {
      for (const size_t i : unread) HIKAE_CHECK(ReadAlong(view, subjects[i], file, numbers[i]));
      return {};
    }));
    return numbers;
  });
}

Result<std::string> OpenKeys::IdOf(const SubjectNumber& subject) {
  return Again([&](const View& view) -> Result<std::string> {
    HIKAE_TRY(const auto row,
              reader_->Read([&] { return store::VaultKeyTables(*reader_).SubjectOf(AsText(subject)); }));
    if (!row) return NoSubject();
    const auto version = static_cast<uint32_t>(row->office_key);
    HIKAE_TRY(const uint8_t* key, view.keys->Bytes(KeyKind::kOffice, version, path_));
    auto id = OpenId(key, office_, version, subject, row->sealed);
    if (!id) return DamagedKeys(path_);
    return *std::move(id);
  });
}

Result<std::shared_ptr<RecordKeys>> OpenKeys::OpenRows(const KeySet& keys, const SubjectNumber& subject,
                                                       std::string_view file,
                                                       const std::vector<store::VaultSubjectKeyRow>& rows) const {
  if (rows.empty()) return NoSubject();
  std::vector<SubjectKeys::Version> versions;
  const std::string context = SubjectContext(subject, file);
  for (const auto& row : rows) {
    if (row.version < 1 || row.version > UINT32_MAX || row.office_key < 1 || row.office_key > UINT32_MAX)
      return DamagedKeys(path_);
    const auto version = static_cast<uint32_t>(row.version), under = static_cast<uint32_t>(row.office_key);
    HIKAE_TRY(const uint8_t* key, keys.Bytes(KeyKind::kOffice, under, path_));
    crypto::KeySlot slot = slab_->Take();
    switch (UnwrapKey(key, office_, {KeyKind::kSubject, version, under}, context, row.wrapped, slot.bytes())) {
      case Unwrapped::kOpened:
        break;
      case Unwrapped::kNewer:
        return NewerKeys(path_);
      case Unwrapped::kOtherKey:
      case Unwrapped::kDamaged:
        return DamagedKeys(path_);
    }
    versions.push_back({version, std::move(slot)});
  }
  return std::shared_ptr<RecordKeys>(std::make_shared<SubjectKeys>(slab_, std::string(file), std::move(versions)));
}

Result<std::shared_ptr<RecordKeys>> OpenKeys::Open(const SubjectNumber& subject, std::string_view file) {
  HIKAE_CHECK(CheckFile(file));
  return Again([&](const View& view) -> Result<std::shared_ptr<RecordKeys>> {
    if (auto known = cache_.Keys(subject, file)) return known;
    HIKAE_TRY(const auto rows,
              reader_->Read([&] { return store::VaultKeyTables(*reader_).SubjectKeys(AsText(subject), file); }));
    HIKAE_TRY(auto keys, OpenRows(*view.keys, subject, file, rows));
    return cache_.KeepKeys(view.era, subject, file, std::move(keys));
  });
}

Result<std::vector<IndexKey>> OpenKeys::IndexKeys() {
  HIKAE_TRY(const View view, Look());
  std::vector<IndexKey> keys;
  const uint32_t primary = view.keys->Primary(KeyKind::kIndex)->version;
  for (const OpenedKey& key : view.keys->keys) {
    if (key.kind != KeyKind::kIndex || key.state == KeyState::kDestroyed) continue;
    // Searching without one of them would find too little.
    HIKAE_TRY(const uint8_t* bytes, view.keys->Bytes(KeyKind::kIndex, key.version, path_));
    keys.push_back({key.version, bytes});
  }
  std::sort(keys.begin(), keys.end(), [&](const IndexKey& a, const IndexKey& b) {
    return std::pair(a.version == primary, a.version) > std::pair(b.version == primary, b.version);
  });
  return keys;
}

Result<crypto::Secret> OpenKeys::AddKey(Turn& turn, const SubjectNumber& subject, std::string_view file,
                                        uint32_t version) {
  const uint32_t under = turn.keys->Primary(KeyKind::kOffice)->version;
  HIKAE_TRY(const uint8_t* office_key, turn.keys->Bytes(KeyKind::kOffice, under, path_));
  crypto::Secret key = crypto::Secret::Random();
  HIKAE_CHECK(turn.tables.AddSubjectKey({std::string(AsText(subject)), std::string(file), version, under,
                                         WrapKey(office_key, office_, {KeyKind::kSubject, version, under},
                                                 SubjectContext(subject, file), key.bytes.data())}));
  return key;
}

// Numbers that are made in one call begin alike. Every table and index in their order then takes a call of a hundred on
// a page or two instead of a hundred; twelve random bytes are more than anybody tries.
Result<SubjectNumber> OpenKeys::MakeIn(Turn& turn, std::string_view subject, std::string_view file, Made& made) {
  HIKAE_TRY(const Lookup lookup, LookupIn(*turn.keys, subject));
  HIKAE_TRY(const auto row, turn.tables.SubjectBy(AsText(lookup)));
  HIKAE_TRY(const auto there, NumberIn(*turn.keys, row, subject));
  SubjectNumber number;
  if (there) {
    number = *there;
    HIKAE_TRY(const auto keys, turn.tables.SubjectKeys(AsText(number), file));
    if (!keys.empty()) return number;
  } else {
    crypto::FillRandom(number);
    std::copy(made.beginning.begin(), made.beginning.end(), number.begin());
    const uint32_t under = turn.keys->Primary(KeyKind::kOffice)->version;
    HIKAE_TRY(const uint8_t* key, turn.keys->Bytes(KeyKind::kOffice, under, path_));
    HIKAE_CHECK(turn.tables.AddSubject({std::string(AsText(lookup)), std::string(AsText(number)), under,
                                        SealId(key, office_, under, number, subject)}));
  }
  HIKAE_TRY(const crypto::Secret key, AddKey(turn, number, file, 1));
  std::vector<SubjectKeys::Version> versions;
  crypto::KeySlot slot = slab_->Take();
  std::copy(key.bytes.begin(), key.bytes.end(), slot.bytes());
  versions.push_back({1, std::move(slot)});
  made.keys.emplace_back(number, std::make_shared<SubjectKeys>(slab_, std::string(file), std::move(versions)));
  return number;
}

// False as soon as something is missing.
Result<bool> OpenKeys::AllThere(const View& view, std::span<const std::string> subjects, std::string_view file,
                                std::vector<SubjectNumber>* numbers) {
  numbers->clear();
  return reader_->Read([&]() -> Result<bool> {
    const store::VaultKeyTables tables(*reader_);
    for (const std::string& subject : subjects) {
      HIKAE_TRY(const auto number, NumberOf(view, subject));
      if (!number) return false;
      if (cache_.Keys(*number, file) == nullptr) {
        HIKAE_TRY(const auto keys, tables.SubjectKeys(AsText(*number), file));
        if (keys.empty()) return false;
      }
      numbers->push_back(*number);
    }
    return true;
  });
}

Result<std::vector<SubjectNumber>> OpenKeys::Make(std::span<const std::string> subjects, std::string_view file) {
  HIKAE_CHECK(CheckFile(file));
  for (const std::string& subject : subjects) HIKAE_CHECK(CheckSubject(subject));
  std::vector<SubjectNumber> numbers;
  HIKAE_TRY(const bool all, Again([&](const View& view) { return AllThere(view, subjects, file, &numbers); }));
  if (all) return numbers;
  const uint64_t era = cache_.era();
  Made made;
  crypto::FillRandom(made.beginning);
  HIKAE_CHECK(Write([&](Turn& turn) -> Result<void> {
    numbers.clear();
    made.keys.clear();
    for (const std::string& subject : subjects) {
      HIKAE_TRY(const SubjectNumber number, MakeIn(turn, subject, file, made));
      numbers.push_back(number);
    }
    return {};
  }));
  // They are there now, and are about to be used.
  for (size_t i = 0; i < subjects.size(); ++i) cache_.KeepNumber(era, subjects[i], numbers[i]);
  for (auto& [number, keys] : made.keys) cache_.KeepKeys(era, number, file, std::move(keys));
  return numbers;
}

Result<std::vector<Keys::SubjectFile>> OpenKeys::Subjects(const std::optional<SubjectFile>& after, size_t most) {
  HIKAE_TRY(const View view, Look());
  const SubjectFile from = after.value_or(SubjectFile{});
  HIKAE_TRY(const auto rows, reader_->Read([&] {
    return store::VaultKeyTables(*reader_).SubjectFiles(AsText(from.subject), from.file, most);
  }));
  std::vector<SubjectFile> found;
  for (const auto& row : rows) {
    SubjectFile next;
    if (!ReadBytes(row.subject, &next.subject)) return DamagedKeys(path_);
    next.file = row.file;
    found.push_back(std::move(next));
  }
  return found;
}

}  // namespace hikae::vault
