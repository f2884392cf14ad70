#include "vault/keys/open_keys.h"

#include <algorithm>

#include "crypto/random.h"
#include "vault/keys/key_error.h"
#include "vault/keys/lock.h"

namespace hikae::vault {

using base::Error;
using base::Result;
using base::Status;

base::Result<std::shared_ptr<Keys>> Keys::Init(const std::string& office_directory, const Secret& secret,
                                               const PassphraseCost& cost, int64_t now, const Options& options) {
  return OpenKeys::Init(office_directory, secret, cost, now, options);
}

base::Result<std::shared_ptr<Keys>> Keys::Unlock(const std::string& office_directory, const Secret& secret,
                                                 const Options& options) {
  return OpenKeys::Unlock(office_directory, secret, options);
}

std::string KeysPath(const std::string& office_directory) { return office_directory + "/keys.db"; }

OpenKeys::OpenKeys(const std::string& directory, const Options& options)
    : directory_(directory),
      path_(KeysPath(directory)),
      options_(options),
      io_(options.io == nullptr ? base::PosixIo() : *options.io),
      slab_(crypto::KeySlab::Create()),
      journal_(io_, directory),
      cache_(options.kept_subjects) {}

Error OpenKeys::ReadOnly() const {
  return Error(Status::kIo, {"the keys are open for reading only", "鍵は読み取り専用で開かれている"}, {path_, 0, 0},
               {"nothing was changed; open them for writing", "何も変更していない。書き込み可能にして開く"});
}

Result<void> OpenKeys::Connect(bool create) {
  store::OpenOptions options{
      .content = store::Content::kKeys, .create = create, .read_only = options_.read_only, .busy_ms = options_.busy_ms};
  auto database = store::Database::Open(path_, options);
  if (!database.ok() && database.error().status == Status::kExists) {
    options.create = false;
    database = store::Database::Open(path_, options);
  }
  if (!database.ok()) return std::move(database).error();
  if (!options_.read_only) {
    writer_ = *std::move(database);
    options.create = false;
    database = store::Database::Open(path_, options);
    if (!database.ok()) return std::move(database).error();
  }
  reader_ = *std::move(database);
  return {};
}

Result<std::shared_ptr<Keys>> OpenKeys::Init(const std::string& directory, const Secret& secret,
                                             const PassphraseCost& cost, int64_t now, const Options& options) {
  std::shared_ptr<OpenKeys> keys(new OpenKeys(directory, options));
  if (options.read_only) return keys->ReadOnly();
  HIKAE_TRY(const NewLock lock, MakeLock(secret, cost, now));
  HIKAE_CHECK(keys->Connect(true));
  auto set = std::make_shared<KeySet>();
  crypto::FillRandom(set->office);
  set->master = RandomKey(*keys->slab_);
  set->master_version = 1;
  set->keys.push_back({KeyKind::kMaster, 1, KeyState::kPrimary, now, nullptr});
  for (const KeyKind kind : {KeyKind::kOffice, KeyKind::kIndex, KeyKind::kLookup})
    set->keys.push_back({kind, 1, KeyState::kPrimary, now, RandomKey(*keys->slab_)});
  HIKAE_CHECK(keys->writer_->Write([&]() -> Result<void> {
    store::VaultKeyTables tables(*keys->writer_);
    HIKAE_TRY(const auto vault, tables.Vault());
    HIKAE_TRY(const auto rows, tables.Keys());
    if (vault || !rows.empty()) {
      return Error(Status::kExists, {"there is a master key already", "主鍵は既にある"}, {keys->path_, 0, 0},
                   {"unlock it", "それを開く"});
    }
    HIKAE_CHECK(keys->journal_.Create(set->office));
    HIKAE_CHECK(tables.SetVault({std::string(AsText(set->office)), 1, 0}));
    for (const OpenedKey& key : set->keys)
      HIKAE_CHECK(tables.SetKey(RowOf(set->office, key, key.key ? set->master->bytes() : nullptr, 1)));
    return tables.SetLock(Closed(lock, set->office, 1, set->master->bytes()));
  }));
  set->generation = 1;
  keys->office_ = set->office;
  keys->Install(-1, std::move(set));
  return std::shared_ptr<Keys>(std::move(keys));
}

Result<std::shared_ptr<Keys>> OpenKeys::Unlock(const std::string& directory, const Secret& secret,
                                               const Options& options) {
  std::shared_ptr<OpenKeys> keys(new OpenKeys(directory, options));
  HIKAE_CHECK(keys->Connect(false));
  if (!options.read_only) HIKAE_CHECK(RemoveHalfRestored(keys->io_, directory));
  if (keys->reader_->form() < 2) return NoMaster(keys->path_);
  HIKAE_CHECK(keys->OpenMaster(secret));
  HIKAE_CHECK(keys->CheckJournal());
  return std::shared_ptr<Keys>(std::move(keys));
}

Result<void> OpenKeys::OpenMaster(const Secret& secret) {
  store::VaultRow vault;
  std::vector<store::VaultKeyRow> rows;
  std::vector<store::VaultLockRow> locks;
  HIKAE_CHECK(reader_->Read([&]() -> Result<void> {
    const store::VaultKeyTables tables(*reader_);
    HIKAE_TRY(const auto there, tables.Vault());
    HIKAE_TRY(rows, tables.Keys());
    HIKAE_TRY(locks, tables.Locks());
    if (!there && rows.empty()) return NoMaster(path_);
    if (!there) return DamagedKeys(path_);
    vault = *there;
    return {};
  }));
  if (!ReadBytes(vault.id, &office_)) return DamagedKeys(path_);
  // Damage is told before the secret is tried, and by nothing that is secret.
  int64_t master = 0;
  for (const auto& row : rows) {
    if (row.kind != static_cast<int64_t>(KeyKind::kMaster) || row.state != static_cast<int64_t>(KeyState::kPrimary))
      continue;
    if (master != 0) return TwoMasters(path_);
    master = row.version;
  }
  for (const auto& lock : locks) {
    if (lock.checksum != ChecksumOf(office_, lock) || lock.master != master || lock.master > UINT32_MAX)
      return DamagedKeys(path_);
  }
  const auto lock = std::find_if(locks.begin(), locks.end(),
                                 [&](const auto& row) { return row.kind == static_cast<int64_t>(secret.kind); });
  if (lock == locks.end()) return WrongSecret(path_);
  HIKAE_TRY(const crypto::Secret wrapping, OpenLock(*lock, secret, path_));
  KeySet known;
  known.master_version = static_cast<uint32_t>(master);
  auto slot = std::make_shared<crypto::KeySlot>(slab_->Take());
  const KeyName name{KeyKind::kMaster, known.master_version, static_cast<uint32_t>(lock->kind)};
  switch (UnwrapKey(wrapping.bytes.data(), office_, name, {}, lock->wrapped, slot->bytes())) {
    case Unwrapped::kOpened:
      break;
    case Unwrapped::kOtherKey:
      return WrongSecret(path_);
    case Unwrapped::kNewer:
      return NewerKeys(path_);
    case Unwrapped::kDamaged:
      return DamagedKeys(path_);
  }
  known.master = std::move(slot);
  HIKAE_TRY(auto set, KeySet::Load(vault, rows, known, *slab_, path_));
  Install(-1, std::move(set));
  return {};
}

Result<void> OpenKeys::CheckJournal() {
  if (writer_ != nullptr) return Write([](Turn&) -> Result<void> { return {}; });
  HIKAE_TRY(const auto vault, reader_->Read([&] { return store::VaultKeyTables(*reader_).Vault(); }));
  if (!vault) return DamagedKeys(path_);
  const auto journal = journal_.Read();
  if (!journal.ok() && (journal.error().status != Status::kNotFound || vault->applied == 0)) {
    if (journal.error().status == Status::kNotFound) return {};
    return journal.error();
  }
  if (!journal.ok() || (*journal)->office != office_ ||
      static_cast<int64_t>((*journal)->erased.size()) < vault->applied) {
    return DamagedJournal(journal_.path());
  }
  if (static_cast<int64_t>((*journal)->erased.size()) == vault->applied) return {};
  return Error(Status::kBusy, {"erasures are still to be carried out", "消去がまだ実行し終わっていない"}, {path_, 0, 0},
               {"open the keys once for writing", "一度書き込み可能で開く"});
}

void OpenKeys::Install(int64_t changes, std::shared_ptr<const KeySet> keys) {
  const std::lock_guard lock(mutex_);
  if (keys_ != nullptr) {
    for (const OpenedKey& key : keys_->keys) {
      const bool handed = key.kind == KeyKind::kIndex && key.key != nullptr;
      const OpenedKey* const now = keys->Find(key.kind, key.version);
      if (handed && (now == nullptr || now->key != key.key)) index_kept_.push_back(key.key);
    }
  }
  keys_ = std::move(keys);
  changes_ = changes;
}

namespace {
// The call of this thread, and whether it has looked.
struct CallAtHand {
  const OpenKeys* keys = nullptr;
  bool looked = false;
};
thread_local CallAtHand call_at_hand;
}  // namespace

void OpenKeys::BeginCall() {
  call_at_hand = {this, false};
  store::BeginOneLook();
}
void OpenKeys::EndCall() {
  call_at_hand = {};
  store::EndOneLook();
}

Result<OpenKeys::View> OpenKeys::Look(bool anew) {
  View view;
  CallAtHand& call = call_at_hand;
  if (!anew && call.keys == this && call.looked) {
    const std::lock_guard lock(mutex_);
    view.keys = keys_;
    view.era = cache_.era();
    return view;
  }
  if (call.keys == this && call.looked) store::BeginOneLook();
  if (call.keys == this) call.looked = true;
  HIKAE_TRY(const int64_t changes, reader_->ChangesByOthers());
  {
    const std::lock_guard lock(mutex_);
    view.keys = keys_;
    if (changes == changes_) {
      view.era = cache_.era();
      return view;
    }
  }
  std::optional<store::VaultRow> vault;
  std::vector<store::VaultKeyRow> rows;
  std::vector<store::VaultChangeRow> of_subjects;
  HIKAE_CHECK(reader_->Read([&]() -> Result<void> {
    const store::VaultKeyTables tables(*reader_);
    HIKAE_TRY(vault, tables.Vault());
    if (!vault || vault->generation == view.keys->generation) return {};
    HIKAE_TRY(rows, tables.Keys());
    HIKAE_TRY(of_subjects, tables.ChangesAfter(view.keys->generation));
    return {};
  }));
  if (!vault) return DamagedKeys(path_);
  if (vault->generation != view.keys->generation) {
    if (vault->id != AsText(office_)) return DamagedKeys(path_);
    const std::shared_ptr<const KeySet> before = view.keys;
    HIKAE_TRY(view.keys, KeySet::Load(*vault, rows, *before, *slab_, path_));
    Install(changes, view.keys);
    Forget(*before, *view.keys, of_subjects);
  } else {
    const std::lock_guard lock(mutex_);
    if (keys_ == view.keys) changes_ = changes;
  }
  view.era = cache_.era();
  return view;
}

Result<OpenKeys::Turn> OpenKeys::BeginTurn() {
  Turn turn{store::VaultKeyTables(*writer_), {}, {}};
  HIKAE_TRY(auto vault, turn.tables.Vault());
  if (!vault || vault->id != AsText(office_)) return DamagedKeys(path_);
  turn.vault = *std::move(vault);
  auto journal = journal_.Read();
  if (!journal.ok() && journal.error().status == Status::kNotFound && turn.vault.applied == 0) {
    HIKAE_CHECK(journal_.Create(office_));
    journal = journal_.Read();
  }
  if (!journal.ok() && journal.error().status == Status::kNotFound) return DamagedJournal(journal_.path());
  if (!journal.ok()) return std::move(journal).error();
  if ((*journal)->office != office_) return DamagedJournal(journal_.path());
  HIKAE_TRY(const bool applied, ApplyErasures(*writer_, turn.vault, **journal, journal_.path()));
  if (applied) HIKAE_CHECK(Changed(turn));
  {
    const std::lock_guard lock(mutex_);
    turn.keys = keys_;
  }
  HIKAE_TRY(const auto rows, turn.tables.Keys());
  HIKAE_TRY(turn.keys, KeySet::Load(turn.vault, rows, *turn.keys, *slab_, path_));
  return turn;
}

// Where every generation since then tells of whom it was, the rest of what is kept stays.
void OpenKeys::Forget(const KeySet& before, const KeySet& now, const std::vector<store::VaultChangeRow>& changes) {
  const bool told =
      now.generation > before.generation && static_cast<int64_t>(changes.size()) == now.generation - before.generation;
  if (!told) return cache_.Clear();
  for (const store::VaultChangeRow& change : changes) cache_.Forget(change.file, change.subjects);
}

Result<void> OpenKeys::Changed(Turn& turn, std::string_view file, std::span<const SubjectNumber> subjects) {
  HIKAE_CHECK(Changed(turn));
  store::VaultChangeRow row{turn.vault.generation, std::string(file), {}};
  for (const SubjectNumber& subject : subjects) row.subjects += AsText(subject);
  return turn.tables.AddChange(row);
}

Result<void> OpenKeys::Changed(Turn& turn) {
  ++turn.vault.generation;
  return turn.tables.SetVault(turn.vault);
}

}  // namespace hikae::vault
