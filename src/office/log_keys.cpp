#include "office/log_keys.h"

#include <algorithm>
#include <utility>

#include "crypto/blake2b.h"
#include "store/key_tables.h"

namespace hikae::office {
namespace {

using base::Error;
using base::Result;
using base::Status;
using store::KeyTables;

template <class Bytes>
std::string_view AsText(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
template <size_t N>
bool Read(std::string_view text, std::array<uint8_t, N>* out) {
  if (text.size() != N) return false;
  std::copy_n(reinterpret_cast<const uint8_t*>(text.data()), N, out->begin());
  return true;
}

// A row that wipes its secrets.
struct PersonRow : store::PersonKeyRow {
  PersonRow() = default;
  explicit PersonRow(store::PersonKeyRow row) : store::PersonKeyRow(std::move(row)) {}
  ~PersonRow() {
    crypto::Wipe(salt.data(), salt.size());
    crypto::Wipe(detail_key.data(), detail_key.size());
  }
};
struct RingRow : store::LogKeyRow {
  RingRow() = default;
  explicit RingRow(store::LogKeyRow row) : store::LogKeyRow(std::move(row)) {}
  ~RingRow() {
    crypto::Wipe(current.data(), current.size());
    crypto::Wipe(next.data(), next.size());
  }
};

std::optional<PersonKey> KeyOf(const PersonRow& row) {
  PersonKey key;
  if (!Read(row.pseudonym, &key.pseudonym) || !Read(row.salt, &key.salt.bytes) ||
      !Read(row.detail_key, &key.detail_key.bytes))
    return std::nullopt;
  return key;
}

std::string SeedOf(const crypto::SigningKey& key) {
  crypto::Seed seed = key.SecretSeed();
  std::string text(AsText(seed));
  crypto::Wipe(seed.data(), seed.size());
  return text;
}

std::optional<crypto::SigningKey> KeyFrom(std::string_view text) {
  crypto::Secret seed;
  if (!Read(text, &seed.bytes)) return std::nullopt;
  return crypto::SigningKey::FromSeed(seed.bytes);
}

}  // namespace

Error LogKeys::Damaged() const {
  return Error(Status::kTampered, {"the keys of the access log are damaged", "アクセス記録の鍵のファイルが壊れている"},
               {path_, 0, 0}, {"restore the file from its backup", "控えから復元する"});
}

Result<std::unique_ptr<LogKeys>> LogKeys::Create(const std::string& path, const std::string& origin, uint32_t busy_ms) {
  store::OpenOptions options{.content = store::Content::kKeys, .create = true, .busy_ms = busy_ms};
  auto database = store::Database::Open(path, options);
  if (!database.ok() && database.error().status == Status::kExists) {
    options.create = false;
    database = store::Database::Open(path, options);
  }
  if (!database.ok()) return std::move(database).error();
  std::unique_ptr<LogKeys> keys(new LogKeys(*std::move(database), path));
  HIKAE_CHECK(keys->database_->Write([&]() -> Result<void> {
    KeyTables tables(*keys->database_);
    HIKAE_TRY(const auto there, tables.LogKey());
    RingRow row;
    row.origin = origin;
    row.epoch = there ? there->epoch : 0;
    row.current = there ? there->current : SeedOf(crypto::SigningKey::Generate());
    return tables.SetLogKey(row);
  }));
  HIKAE_CHECK(keys->ReadOrigin());
  return keys;
}

Result<std::unique_ptr<LogKeys>> LogKeys::Open(const std::string& path, bool read_only, uint32_t busy_ms) {
  auto database =
      store::Database::Open(path, {.content = store::Content::kKeys, .read_only = read_only, .busy_ms = busy_ms});
  if (!database.ok() && database.error().status == Status::kNotFound) {
    return Error(Status::kNotFound, {"the keys of the access log are missing", "アクセス記録の鍵のファイルがない"},
                 {path, 0, 0}, {"restore the file from its backup", "控えから復元する"});
  }
  if (!database.ok()) return std::move(database).error();
  std::unique_ptr<LogKeys> keys(new LogKeys(*std::move(database), path));
  HIKAE_CHECK(keys->ReadOrigin());
  return keys;
}

Result<void> LogKeys::ReadOrigin() {
  const std::lock_guard lock(mutex_);
  HIKAE_TRY(const auto row, database_->Read([&] { return KeyTables(*database_).LogKey(); }));
  if (!row) return Damaged();
  origin_ = row->origin;
  HIKAE_TRY(changes_, database_->ChangesByOthers());
  return {};
}

Result<log::KeyRing> LogKeys::Ring() {
  const std::lock_guard lock(mutex_);
  HIKAE_TRY(auto found, database_->Read([&] { return KeyTables(*database_).LogKey(); }));
  if (!found) return Damaged();
  const RingRow row(*std::move(found));
  auto current = KeyFrom(row.current);
  if (!current || row.epoch < 0) return Damaged();
  log::KeyRing ring{static_cast<uint64_t>(row.epoch), *std::move(current), std::nullopt};
  if (!row.next.empty()) {
    ring.next = KeyFrom(row.next);
    if (!ring.next) return Damaged();
  }
  return ring;
}

Result<int64_t> LogKeys::Changes() {
  const std::lock_guard lock(mutex_);
  return database_->ChangesByOthers();
}

Result<void> LogKeys::Store(uint64_t epoch, const crypto::SigningKey& current, const crypto::SigningKey* next) {
  const std::lock_guard lock(mutex_);
  RingRow row;
  row.origin = origin_;
  row.epoch = static_cast<int64_t>(epoch);
  row.current = SeedOf(current);
  if (next != nullptr) row.next = SeedOf(*next);
  return database_->Write([&] { return KeyTables(*database_).SetLogKey(row); });
}

Result<void> LogKeys::LookAgain() {
  HIKAE_TRY(const int64_t changes, database_->ChangesByOthers());
  if (changes == changes_ && known_.size() <= kMostKept) return {};
  HIKAE_TRY(const auto removed, database_->Read([&] { return KeyTables(*database_).Removed(); }));
  if (!removed || removed != removed_ || known_.size() > kMostKept) {
    known_.clear();
    names_.clear();
    ++era_;
  }
  removed_ = removed;
  changes_ = changes;
  return {};
}

void LogKeys::Keep(const PersonName& person, const PersonKey& key) {
  known_.insert_or_assign(person, key);
  names_.insert_or_assign({person.kind, key.pseudonym}, person.id);
}

// Those that are there, without the lock of a writer. mutex_ held.
Result<void> LogKeys::Load(std::span<const PersonName> persons) {
  std::vector<std::pair<PersonName, PersonKey>> found;
  HIKAE_CHECK(database_->Read([&]() -> Result<void> {
    KeyTables tables(*database_);
    for (const PersonName& person : persons) {
      if (known_.contains(person)) continue;
      HIKAE_TRY(auto row, tables.Person(person.kind, person.id));
      if (!row) continue;
      const auto key = KeyOf(PersonRow(*std::move(row)));
      if (!key) return Damaged();
      found.emplace_back(person, *key);
    }
    return {};
  }));
  for (const auto& [person, key] : found) Keep(person, key);
  return {};
}

namespace {
auto HashOf(std::string_view id) { return crypto::TableHash(crypto::AsBytes(id)); }
}  // namespace

// Those of the ids that have a row; they are taken out of the list.
Result<void> LogKeys::ReadPseudonyms(NamedOf& named, std::vector<std::string_view>& ids) {
  return database_->Read([&]() -> Result<void> {
    KeyTables tables(*database_);
    std::vector<std::string_view> left;
    for (const std::string_view id : ids) {
      HIKAE_TRY(auto row, tables.Person(named.kind, id));
      if (!row) {
        left.push_back(id);
        continue;
      }
      const auto key = KeyOf(PersonRow(*std::move(row)));
      if (!key) return Damaged();
      named.by_id.insert_or_assign(HashOf(id), Named{key->pseudonym, era_});
    }
    ids.swap(left);
    return {};
  });
}

Result<void> LogKeys::FindNow(NamedOf& named, std::span<const std::string_view> ids, std::span<crypto::Pseudonym> out) {
  if (named.by_id.size() + ids.size() > kMostNamed) named.by_id.clear();
  std::vector<std::string_view> missing;
  for (size_t i = 0; i < ids.size(); ++i) {
    const auto known = named.by_id.find(HashOf(ids[i]));
    const bool fresh = known != named.by_id.end() && known->second.read_in == era_;
    if (fresh) out[i] = known->second.pseudonym;
    if (!fresh) missing.push_back(ids[i]);
  }
  if (missing.empty()) return {};
  HIKAE_CHECK(ReadPseudonyms(named, missing));
  if (!missing.empty()) {
    std::vector<PersonName> persons;
    for (const std::string_view id : missing) persons.push_back({named.kind, std::string(id)});
    HIKAE_TRY(const auto made, MakeNow(persons));
    for (size_t i = 0; i < made.size(); ++i)
      named.by_id.insert_or_assign(HashOf(persons[i].id), Named{made[i].pseudonym, era_});
  }
  for (size_t i = 0; i < ids.size(); ++i) out[i] = named.by_id.find(HashOf(ids[i]))->second.pseudonym;
  return {};
}

Result<void> LogKeys::Find(std::string_view actor, std::span<const std::string_view> subjects, Pseudonyms& out) {
  const std::lock_guard lock(mutex_);
  HIKAE_CHECK(LookAgain());
  HIKAE_CHECK(FindNow(actors_, {&actor, 1}, {&out.actor, 1}));
  out.subjects.resize(subjects.size());
  return FindNow(subjects_, subjects, out.subjects);
}

Result<std::vector<PersonKey>> LogKeys::Make(std::span<const PersonName> persons) {
  const std::lock_guard lock(mutex_);
  HIKAE_CHECK(LookAgain());
  return MakeNow(persons);
}

Result<std::vector<PersonKey>> LogKeys::MakeNow(std::span<const PersonName> persons) {
  const auto all = [&] {
    return std::all_of(persons.begin(), persons.end(), [&](const auto& p) { return known_.contains(p); });
  };
  if (!all()) HIKAE_CHECK(Load(persons));
  if (!all()) {
    // One commit for all of them. Another process may have made some since: those count.
    std::vector<std::pair<PersonName, PersonKey>> made;
    HIKAE_CHECK(database_->Write([&]() -> Result<void> {
      made.clear();
      KeyTables tables(*database_);
      for (const PersonName& person : persons) {
        if (known_.contains(person)) continue;
        HIKAE_TRY(auto found, tables.Person(person.kind, person.id));
        if (found) {
          const auto key = KeyOf(PersonRow(*std::move(found)));
          if (!key) return Damaged();
          made.emplace_back(person, *key);
          continue;
        }
        PersonKey key{{}, crypto::Secret::Random(), crypto::Secret::Random()};
        key.pseudonym = crypto::MakePseudonym(key.salt.bytes, person.kind, person.id);
        PersonRow row;
        row.id = person.id;
        row.pseudonym = AsText(key.pseudonym);
        row.salt = AsText(key.salt.bytes);
        row.detail_key = AsText(key.detail_key.bytes);
        HIKAE_CHECK(tables.AddPerson(person.kind, row));
        made.emplace_back(person, key);
      }
      return {};
    }));
    for (const auto& [person, key] : made) Keep(person, key);
  }
  std::vector<PersonKey> keys;
  keys.reserve(persons.size());
  for (const PersonName& person : persons) keys.push_back(known_.at(person));
  return keys;
}

Result<std::optional<PersonKey>> LogKeys::Find(const PersonName& person) {
  const std::lock_guard lock(mutex_);
  HIKAE_CHECK(LookAgain());
  if (const auto known = known_.find(person); known != known_.end()) return std::optional(known->second);
  HIKAE_TRY(auto found, database_->Read([&] { return KeyTables(*database_).Person(person.kind, person.id); }));
  if (!found) return std::optional<PersonKey>();
  const auto key = KeyOf(PersonRow(*std::move(found)));
  if (!key) return Damaged();
  Keep(person, *key);
  return key;
}

Result<std::optional<PersonKey>> LogKeys::FindByPseudonym(const std::string& kind, const crypto::Pseudonym& pseudonym) {
  const std::lock_guard lock(mutex_);
  HIKAE_CHECK(LookAgain());
  if (const auto name = names_.find({kind, pseudonym}); name != names_.end())
    return std::optional(known_.at({kind, name->second}));
  HIKAE_TRY(auto found, database_->Read([&] { return KeyTables(*database_).PersonOf(kind, AsText(pseudonym)); }));
  if (!found) return std::optional<PersonKey>();
  const PersonRow row(*std::move(found));
  const auto key = KeyOf(row);
  if (!key) return Damaged();
  Keep({kind, row.id}, *key);
  return key;
}

Result<std::optional<std::string>> LogKeys::NameOf(const std::string& kind, const crypto::Pseudonym& pseudonym) {
  HIKAE_TRY(const auto key, FindByPseudonym(kind, pseudonym));
  if (!key) return std::optional<std::string>();
  const std::lock_guard lock(mutex_);
  const auto name = names_.find({kind, pseudonym});
  return name == names_.end() ? std::nullopt : std::optional(name->second);
}

Result<bool> LogKeys::Forget(const PersonName& person) {
  const std::lock_guard lock(mutex_);
  HIKAE_TRY(const bool there,
            database_->Write([&] { return KeyTables(*database_).RemovePerson(person.kind, person.id); }));
  database_->ForgetPages();
  for (NamedOf* const named : {&actors_, &subjects_}) {
    if (named->kind == person.kind) named->by_id.erase(HashOf(person.id));
  }
  if (const auto known = known_.find(person); known != known_.end()) {
    names_.erase({person.kind, known->second.pseudonym});
    known_.erase(known);
  }
  return there;
}

}  // namespace hikae::office
