#include "vault/keys/key_set.h"

#include <algorithm>
#include <map>

#include "crypto/random.h"
#include "vault/keys/derive.h"
#include "vault/keys/key_error.h"

namespace hikae::vault {
namespace {

using base::Result;

bool ValidRow(const store::VaultKeyRow& row) {
  return row.kind >= static_cast<int64_t>(KeyKind::kMaster) && row.kind <= static_cast<int64_t>(KeyKind::kLookup) &&
         row.version >= 1 && row.version <= UINT32_MAX && row.state >= static_cast<int64_t>(KeyState::kPrimary) &&
         row.state <= static_cast<int64_t>(KeyState::kDestroyed);
}

// The key of a row that should have one.
Result<SharedKey> Open(const store::VaultKeyRow& row, const OpenedKey& key, const KeySet& set, crypto::KeySlab& slab,
                       const std::string& path) {
  auto slot = std::make_shared<crypto::KeySlot>(slab.Take());
  const KeyName name{key.kind, key.version, set.master_version};
  switch (UnwrapKey(set.master->bytes(), set.office, name, {}, row.wrapped, slot->bytes())) {
    case Unwrapped::kOpened:
      return SharedKey(std::move(slot));
    case Unwrapped::kNewer:
      return NewerKeys(path);
    case Unwrapped::kOtherKey:
    case Unwrapped::kDamaged:
      break;
  }
  return DamagedKeys(path);
}

// One master that is in use, one primary of each other kind.
bool HangsTogether(const KeySet& set) {
  std::map<KeyKind, int> primaries;
  for (const OpenedKey& key : set.keys) {
    if (key.state == KeyState::kPrimary) ++primaries[key.kind];
    if (key.kind == KeyKind::kMaster && key.state != KeyState::kPrimary && key.state != KeyState::kDestroyed)
      return false;
  }
  return primaries[KeyKind::kMaster] == 1 && primaries[KeyKind::kOffice] == 1 && primaries[KeyKind::kIndex] == 1 &&
         primaries[KeyKind::kLookup] == 1;
}

}  // namespace

const OpenedKey* KeySet::Find(KeyKind kind, uint32_t version) const {
  for (const OpenedKey& key : keys) {
    if (key.kind == kind && key.version == version) return &key;
  }
  return nullptr;
}

const OpenedKey* KeySet::Primary(KeyKind kind) const {
  for (const OpenedKey& key : keys) {
    if (key.kind == kind && key.state == KeyState::kPrimary) return &key;
  }
  return nullptr;
}

uint32_t KeySet::Newest(KeyKind kind) const {
  uint32_t newest = 0;
  for (const OpenedKey& key : keys) {
    if (key.kind == kind) newest = std::max(newest, key.version);
  }
  return newest;
}

Result<const uint8_t*> KeySet::Bytes(KeyKind kind, uint32_t version, const std::string& path) const {
  const OpenedKey* const key = Find(kind, version);
  if (key == nullptr || key->state == KeyState::kDestroyed) return DamagedKeys(path);
  if (key->state == KeyState::kDisabled) return DisabledKey(NameOf(kind), version);
  if (key->key == nullptr) return OtherMaster();
  return key->key->bytes();
}

Result<std::shared_ptr<const KeySet>> KeySet::Load(const store::VaultRow& vault,
                                                   const std::vector<store::VaultKeyRow>& rows, const KeySet& known,
                                                   crypto::KeySlab& slab, const std::string& path) {
  auto set = std::make_shared<KeySet>();
  if (!ReadBytes(vault.id, &set->office)) return DamagedKeys(path);
  set->generation = vault.generation;
  set->master = known.master;
  set->master_version = known.master_version;
  for (const store::VaultKeyRow& row : rows) {
    if (!ValidRow(row) || row.checksum != ChecksumOf(set->office, row)) return DamagedKeys(path);
    const OpenedKey key{static_cast<KeyKind>(row.kind), static_cast<uint32_t>(row.version),
                        static_cast<KeyState>(row.state), row.made_at, nullptr};
    set->keys.push_back(key);
    if (key.kind == KeyKind::kMaster && key.state == KeyState::kPrimary)
      set->other_master = key.version != set->master_version;
  }
  if (!HangsTogether(*set)) return DamagedKeys(path);
  for (size_t i = 0; i < rows.size(); ++i) {
    OpenedKey& key = set->keys[i];
    if (key.kind == KeyKind::kMaster || key.state == KeyState::kDisabled || key.state == KeyState::kDestroyed) {
      if ((key.kind == KeyKind::kMaster || key.state == KeyState::kDestroyed) && !rows[i].wrapped.empty())
        return DamagedKeys(path);
      continue;
    }
    if (const OpenedKey* before = known.Find(key.kind, key.version); before != nullptr && before->key != nullptr) {
      key.key = before->key;
    } else if (!set->other_master) {
      HIKAE_TRY(key.key, Open(rows[i], key, *set, slab, path));
    }
  }
  return std::shared_ptr<const KeySet>(std::move(set));
}

std::string NameOf(KeyKind kind) {
  switch (kind) {
    case KeyKind::kMaster:
      return "master";
    case KeyKind::kOffice:
      return "office";
    case KeyKind::kIndex:
      return "index";
    case KeyKind::kLookup:
      return "lookup";
    case KeyKind::kSubject:
      break;
  }
  return "subject";
}

store::VaultKeyRow RowOf(const OfficeId& office, const OpenedKey& key, const uint8_t* wrapping, uint32_t under) {
  store::VaultKeyRow row;
  row.kind = static_cast<int64_t>(key.kind);
  row.version = key.version;
  row.state = static_cast<int64_t>(key.state);
  row.made_at = key.made_at;
  if (wrapping != nullptr)
    row.wrapped = WrapKey(wrapping, office, {key.kind, key.version, under}, {}, key.key->bytes());
  row.checksum = ChecksumOf(office, row);
  return row;
}

SharedKey RandomKey(crypto::KeySlab& slab) {
  auto slot = std::make_shared<crypto::KeySlot>(slab.Take());
  crypto::FillRandom({slot->bytes(), crypto::kKeyBytes});
  return slot;
}

}  // namespace hikae::vault
