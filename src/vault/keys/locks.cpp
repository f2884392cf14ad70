// Locks, the master, index keys and states.
#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "vault/keys/key_error.h"
#include "vault/keys/lock.h"
#include "vault/keys/open_keys.h"

namespace hikae::vault {
namespace {

using base::Error;
using base::Result;
using base::Status;

Error BadState(const char* en, const char* ja) { return Error(Status::kArgument, base::Text{en, ja}); }

// Why the key may not go from its state to another.
Result<void> CheckChange(const store::VaultKeyRow& row, KeyState to, int64_t uses) {
  const auto from = static_cast<KeyState>(row.state);
  if (from == KeyState::kDestroyed && to != from) return BadState("the key is destroyed", "鍵は破棄されている");
  if (from == KeyState::kPrimary && to != from)
    return BadState("the primary key stays as it is until another one is primary",
                    "主たる鍵は、別の鍵を主としてから変える");
  if (to == KeyState::kDestroyed && uses != 0)
    return BadState("something is still wrapped under the key", "この鍵で包まれたものがまだある");
  return {};
}

}  // namespace

Result<std::vector<KeyInfo>> OpenKeys::List() {
  return reader_->Read([&]() -> Result<std::vector<KeyInfo>> {
    const store::VaultKeyTables tables(*reader_);
    HIKAE_TRY(const auto rows, tables.Keys());
    HIKAE_TRY(const auto uses, tables.Uses());
    std::vector<KeyInfo> list;
    for (const auto& row : rows) {
      if (row.checksum != ChecksumOf(office_, row)) return DamagedKeys(path_);
      const auto kind = static_cast<KeyKind>(row.kind);
      if (kind == KeyKind::kLookup) continue;
      KeyInfo info{NameOf(kind), static_cast<uint32_t>(row.version), static_cast<KeyState>(row.state), row.made_at, 0};
      if (const auto used = uses.find(row.version); kind == KeyKind::kOffice && used != uses.end())
        info.uses = static_cast<uint64_t>(used->second);
      list.push_back(std::move(info));
    }
    return list;
  });
}

Result<void> OpenKeys::AddLock(const Secret& secret, const PassphraseCost& cost, int64_t now) {
  if (writer_ == nullptr) return ReadOnly();
  HIKAE_TRY(const NewLock lock, MakeLock(secret, cost, now));
  return Write([&](Turn& turn) -> Result<void> {
    if (turn.keys->other_master) return OtherMaster();
    return turn.tables.SetLock(Closed(lock, office_, turn.keys->master_version, turn.keys->master->bytes()));
  });
}

Result<std::vector<std::string>> OpenKeys::Share(size_t k, std::span<const std::string> custodians, int64_t now) {
  std::vector<std::string> shares;
  HIKAE_TRY(const NewLock lock, MakeSharedLock(k, custodians, now, &shares));
  HIKAE_CHECK(Write([&](Turn& turn) -> Result<void> {
    if (turn.keys->other_master) return OtherMaster();
    return turn.tables.SetLock(Closed(lock, office_, turn.keys->master_version, turn.keys->master->bytes()));
  }));
  return shares;
}

Result<void> OpenKeys::RotateMaster(const Secret& secret, const PassphraseCost& cost, int64_t now) {
  if (writer_ == nullptr) return ReadOnly();
  HIKAE_TRY(const NewLock lock, MakeLock(secret, cost, now));
  const SharedKey master = RandomKey(*slab_);
  std::shared_ptr<KeySet> next;
  HIKAE_CHECK(Write([&](Turn& turn) -> Result<void> {
    if (turn.keys->other_master) return OtherMaster();
    const uint32_t version = turn.keys->Newest(KeyKind::kMaster) + 1;
    HIKAE_TRY(const auto rows, turn.tables.Keys());
    for (store::VaultKeyRow row : rows) {
      const auto kind = static_cast<KeyKind>(row.kind);
      if (kind == KeyKind::kMaster) {
        row.state = static_cast<int64_t>(KeyState::kDestroyed);
      } else if (row.state != static_cast<int64_t>(KeyState::kDestroyed)) {
        // Disabled ones are not in the set; they are wrapped again all the same.
        crypto::KeySlot slot = slab_->Take();
        KeyName name{kind, static_cast<uint32_t>(row.version), turn.keys->master_version};
        if (UnwrapKey(turn.keys->master->bytes(), office_, name, {}, row.wrapped, slot.bytes()) != Unwrapped::kOpened)
          return DamagedKeys(path_);
        name.under = version;
        row.wrapped = WrapKey(master->bytes(), office_, name, {}, slot.bytes());
      }
      row.checksum = ChecksumOf(office_, row);
      HIKAE_CHECK(turn.tables.SetKey(row));
    }
    const OpenedKey made{KeyKind::kMaster, version, KeyState::kPrimary, now, nullptr};
    HIKAE_CHECK(turn.tables.SetKey(RowOf(office_, made, nullptr, 0)));
    HIKAE_CHECK(turn.tables.RemoveLocks());
    HIKAE_CHECK(turn.tables.SetLock(Closed(lock, office_, version, master->bytes())));
    HIKAE_CHECK(Changed(turn));
    next = std::make_shared<KeySet>(*turn.keys);
    next->master = master;
    next->master_version = version;
    next->generation = -1;  // so that the next call looks at the rows, with this master
    return {};
  }));
  Install(-1, std::move(next));
  return {};
}

Result<uint32_t> OpenKeys::RotateIndex(int64_t now) {
  const SharedKey fresh = RandomKey(*slab_);
  uint32_t version = 0;
  HIKAE_CHECK(Write([&](Turn& turn) -> Result<void> {
    if (turn.keys->other_master) return OtherMaster();
    const uint8_t* const master = turn.keys->master->bytes();
    version = turn.keys->Newest(KeyKind::kIndex) + 1;
    OpenedKey before = *turn.keys->Primary(KeyKind::kIndex);
    before.state = KeyState::kEnabled;
    HIKAE_CHECK(turn.tables.SetKey(RowOf(office_, before, master, turn.keys->master_version)));
    const OpenedKey made{KeyKind::kIndex, version, KeyState::kPrimary, now, fresh};
    HIKAE_CHECK(turn.tables.SetKey(RowOf(office_, made, master, turn.keys->master_version)));
    return Changed(turn);
  }));
  return version;
}

Result<void> OpenKeys::RetireIndex(uint32_t keep) {
  return Write([&](Turn& turn) -> Result<void> {
    for (const OpenedKey& key : turn.keys->keys) {
      if (key.kind != KeyKind::kIndex || key.version >= keep || key.state == KeyState::kDestroyed) continue;
      if (key.state == KeyState::kPrimary)
        return BadState("the primary key cannot be retired", "主たる鍵は廃止できない");
      OpenedKey gone = key;
      gone.state = KeyState::kDestroyed;
      HIKAE_CHECK(turn.tables.SetKey(RowOf(office_, gone, nullptr, 0)));
    }
    return Changed(turn);
  });
}

Result<void> OpenKeys::SetState(std::string_view kind, uint32_t version, KeyState state) {
  if (kind != "office" && kind != "index")
    return BadState("only office and index keys have states", "状態を変えられるのは office と index の鍵だけである");
  const auto wanted = static_cast<int64_t>(kind == "office" ? KeyKind::kOffice : KeyKind::kIndex);
  return Write([&](Turn& turn) -> Result<void> {
    HIKAE_TRY(auto rows, turn.tables.Keys());
    HIKAE_TRY(const auto uses, turn.tables.Uses());
    const auto row =
        std::find_if(rows.begin(), rows.end(), [&](const auto& r) { return r.kind == wanted && r.version == version; });
    if (row == rows.end()) {
      return Error(Status::kNotFound, {fmt::format("there is no version {} of the {} key", version, kind),
                                       fmt::format("鍵（{}）に第{}版はない", kind, version)});
    }
    const auto used = uses.find(row->version);
    HIKAE_CHECK(CheckChange(*row, state, kind == "office" && used != uses.end() ? used->second : 0));
    for (store::VaultKeyRow& other : rows) {
      if (&other == &*row) {
        other.state = static_cast<int64_t>(state);
        if (state == KeyState::kDestroyed) other.wrapped.clear();
      } else if (state == KeyState::kPrimary && other.kind == wanted &&
                 other.state == static_cast<int64_t>(KeyState::kPrimary)) {
        other.state = static_cast<int64_t>(KeyState::kEnabled);
      } else {
        continue;
      }
      other.checksum = ChecksumOf(office_, other);
      HIKAE_CHECK(turn.tables.SetKey(other));
    }
    return Changed(turn);
  });
}

}  // namespace hikae::vault
