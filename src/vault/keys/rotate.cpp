// New office keys and new versions of subjects' keys.
#include <algorithm>

#include "vault/keys/key_error.h"
#include "vault/keys/open_keys.h"

namespace hikae::vault {
namespace {

using base::Error;
using base::Result;
using base::Status;

// An office key that subject keys are to leave.
bool Leaving(const OpenedKey& key) {
  return key.kind == KeyKind::kOffice && key.state != KeyState::kPrimary && key.state != KeyState::kDestroyed;
}

}  // namespace

// Makes the new key, unless an older one is still to be left: then a stop cut a rotation off. How much is to be done.
Result<uint64_t> OpenKeys::BeginRotation(int64_t now) {
  return Write([&](Turn& turn) -> Result<uint64_t> {
    uint32_t primary = turn.keys->Primary(KeyKind::kOffice)->version;
    if (std::none_of(turn.keys->keys.begin(), turn.keys->keys.end(), Leaving)) {
      if (turn.keys->other_master) return OtherMaster();
      const uint8_t* const master = turn.keys->master->bytes();
      OpenedKey before = *turn.keys->Primary(KeyKind::kOffice);
      before.state = KeyState::kEnabled;
      HIKAE_CHECK(turn.tables.SetKey(RowOf(office_, before, master, turn.keys->master_version)));
      primary = turn.keys->Newest(KeyKind::kOffice) + 1;
      const OpenedKey made{KeyKind::kOffice, primary, KeyState::kPrimary, now, RandomKey(*slab_)};
      HIKAE_CHECK(turn.tables.SetKey(RowOf(office_, made, master, turn.keys->master_version)));
      HIKAE_CHECK(Changed(turn));
    }
    HIKAE_TRY(const auto uses, turn.tables.Uses());
    uint64_t total = 0;
    for (const auto& [version, count] : uses) total += version == primary ? 0 : static_cast<uint64_t>(count);
    return total;
  });
}

Result<void> OpenKeys::Rewrap(const KeySet& keys, store::VaultSubjectKeyRow& row) const {
  SubjectNumber subject;
  if (!ReadBytes(row.subject, &subject)) return DamagedKeys(path_);
  KeyName name{KeyKind::kSubject, static_cast<uint32_t>(row.version), static_cast<uint32_t>(row.office_key)};
  HIKAE_TRY(const uint8_t* before, keys.Bytes(KeyKind::kOffice, name.under, path_));
  const uint32_t primary = keys.Primary(KeyKind::kOffice)->version;
  HIKAE_TRY(const uint8_t* now, keys.Bytes(KeyKind::kOffice, primary, path_));
  const std::string context = SubjectContext(subject, row.file);
  crypto::Secret key;
  if (UnwrapKey(before, office_, name, context, row.wrapped, key.bytes.data()) != Unwrapped::kOpened)
    return DamagedKeys(path_);
  name.under = primary;
  row.office_key = primary;
  row.wrapped = WrapKey(now, office_, name, context, key.bytes.data());
  return {};
}

Result<void> OpenKeys::Reseal(const KeySet& keys, store::VaultSubjectRow& row) const {
  SubjectNumber subject;
  if (!ReadBytes(row.number, &subject)) return DamagedKeys(path_);
  const auto under = static_cast<uint32_t>(row.office_key);
  HIKAE_TRY(const uint8_t* before, keys.Bytes(KeyKind::kOffice, under, path_));
  const uint32_t primary = keys.Primary(KeyKind::kOffice)->version;
  HIKAE_TRY(const uint8_t* now, keys.Bytes(KeyKind::kOffice, primary, path_));
  auto id = OpenId(before, office_, under, subject, row.sealed);
  if (!id) return DamagedKeys(path_);
  row.office_key = primary;
  row.sealed = SealId(now, office_, primary, subject, *id);
  crypto::Wipe(id->data(), id->size());
  return {};
}

// Subject keys first, then sealed ids. The cursor saves looking at what is done; where it begins anew, that is skipped.
Result<size_t> OpenKeys::RewrapSome(Turn& turn, Cursor& cursor, size_t batch) {
  const uint32_t primary = turn.keys->Primary(KeyKind::kOffice)->version;
  HIKAE_TRY(auto keys, turn.tables.SubjectKeysNotUnder(primary, cursor.key, batch));
  for (auto& row : keys) {
    HIKAE_CHECK(Rewrap(*turn.keys, row));
    HIKAE_CHECK(turn.tables.SetSubjectKey(row));
  }
  size_t done = keys.size();
  if (!keys.empty()) cursor.key = keys.back();
  if (done == batch) return done;
  HIKAE_TRY(auto subjects, turn.tables.SubjectsNotUnder(primary, cursor.subject, batch - done));
  for (auto& row : subjects) {
    HIKAE_CHECK(Reseal(*turn.keys, row));
    HIKAE_CHECK(turn.tables.SetSubject(row));
  }
  done += subjects.size();
  if (!subjects.empty()) cursor.subject = subjects.back().number;
  return done;
}

// Destroys the keys that nothing is under. False: something came under one meanwhile.
Result<bool> OpenKeys::EndRotation() {
  return Write([&](Turn& turn) -> Result<bool> {
    HIKAE_TRY(const auto uses, turn.tables.Uses());
    for (const OpenedKey& key : turn.keys->keys) {
      if (!Leaving(key)) continue;
      if (uses.contains(key.version)) return false;
      OpenedKey gone = key;
      gone.state = KeyState::kDestroyed;
      HIKAE_CHECK(turn.tables.SetKey(RowOf(office_, gone, nullptr, 0)));
    }
    HIKAE_CHECK(Changed(turn));
    return true;
  });
}

Result<void> OpenKeys::RotateOffice(int64_t now, size_t batch, const Progress& progress) {
  if (batch == 0) return Error(Status::kArgument, base::Text{"a batch of nothing", "一括の件数が0である"});
  HIKAE_TRY(const uint64_t total, BeginRotation(now));
  uint64_t done = 0;
  while (true) {
    Cursor cursor;
    while (true) {
      Cursor next;
      HIKAE_TRY(const size_t count, Write([&](Turn& turn) {
                  next = cursor;
                  return RewrapSome(turn, next, batch);
                }));
      if (count == 0) break;
      cursor = next;
      done += count;
      if (progress && !progress(done, std::max(total, done)))
        return Error(Status::kStopped, base::Text{"stopped; what is done stays", "中断した。済んだ分は残る"});
    }
    HIKAE_TRY(const bool ended, EndRotation());
    if (ended) return {};
  }
}

Result<std::vector<uint32_t>> OpenKeys::RotateSubjects(std::span<const SubjectNumber> subjects, std::string_view file) {
  HIKAE_CHECK(CheckFile(file));
  return Write([&](Turn& turn) -> Result<std::vector<uint32_t>> {
    std::vector<uint32_t> versions;
    versions.reserve(subjects.size());
    for (const SubjectNumber& subject : subjects) {
      HIKAE_TRY(const auto rows, turn.tables.SubjectKeys(AsText(subject), file));
      versions.push_back(0);
      if (rows.empty()) continue;
      if (rows.back().version >= UINT32_MAX) return DamagedKeys(path_);
      versions.back() = static_cast<uint32_t>(rows.back().version + 1);
      HIKAE_CHECK(AddKey(turn, subject, file, versions.back()));
    }
    HIKAE_CHECK(Changed(turn, file, subjects));
    return versions;
  });
}

Result<void> OpenKeys::RetireSubjects(std::span<const Kept> subjects, std::string_view file) {
  HIKAE_CHECK(CheckFile(file));
  return Write([&](Turn& turn) -> Result<void> {
    std::vector<SubjectNumber> changed;
    for (const auto& [subject, keep] : subjects) {
      HIKAE_TRY(const auto rows, turn.tables.SubjectKeys(AsText(subject), file));
      if (rows.empty()) continue;
      if (rows.back().version < keep)
        return Error(Status::kArgument, base::Text{"the newest version cannot be retired", "最新の版は廃止できない"});
      HIKAE_CHECK(turn.tables.RemoveSubjectKeys(AsText(subject), file, keep));
      changed.push_back(subject);
    }
    return Changed(turn, file, changed);
  });
}

Result<uint32_t> Keys::RotateSubject(const SubjectNumber& subject, std::string_view file) {
  HIKAE_TRY(const std::vector<uint32_t> versions, RotateSubjects({&subject, 1}, file));
  if (versions.front() == 0) return NoSubject();
  return versions.front();
}

Result<void> Keys::RetireSubject(const SubjectNumber& subject, std::string_view file, uint32_t keep) {
  const Kept one{subject, keep};
  return RetireSubjects({&one, 1}, file);
}

}  // namespace hikae::vault
