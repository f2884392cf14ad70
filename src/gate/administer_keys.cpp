// What a session does to the keys of the office: each act decided and recorded before it is done.
#include <algorithm>
#include <utility>

#include "gate/gate_rep.h"
#include "gate/seal_again.h"

namespace hikae::gate {

using base::Error;
using base::Result;
using base::Status;
using codec::Node;
using vault::KeyInfo;
using vault::KeyState;

namespace {

constexpr size_t kWrapAtOnce = 1'000;  // subject keys wrapped again in one transaction
constexpr std::string_view kIndex = "index";

Node Detail(const char* name, std::string value) {
  Node detail = Node::Map();
  detail.Set(name, Node::String(std::move(value)));
  return detail;
}

const char* Name(KeyState state) {
  switch (state) {
    case KeyState::kPrimary:
      return "primary";
    case KeyState::kEnabled:
      return "enabled";
    case KeyState::kDisabled:
      return "disabled";
    case KeyState::kDestroyed:
      return "destroyed";
  }
  return "";
}

bool IsOlderIndex(const KeyInfo& key) {
  return key.kind == kIndex && key.state != KeyState::kPrimary && key.state != KeyState::kDestroyed;
}

Error StillFoundBy() {
  return Error(Status::kArgument, {"records are still found by this index key", "この索引鍵で検索される記録がまだある"},
               {}, {"turn the index key over first, to its end", "先に索引鍵の更新を最後まで行う"});
}

// Within a transaction that writes to the records: whoever writes next sees what becomes of the keys then.
Result<void> CheckUnused(vault::Vault& records, std::span<const KeyInfo> keys) {
  HIKAE_CHECK(records.ResealMarks());
  for (const KeyInfo& key : keys) {
    HIKAE_TRY(const bool used, records.HasIndexUnder(key.version));
    if (used) return StillFoundBy();
  }
  return {};
}

}  // namespace

Result<void> Session::AddLock(const Ask& ask, const vault::Secret& secret, const vault::PassphraseCost& cost) {
  return rep_->Administer(ask, {"keys-lock", {}, Detail("lock", vault::NameOf(secret.kind))},
                          [&] { return rep_->gate->keys->AddLock(secret, cost, rep_->now); });
}

Result<std::vector<std::string>> Session::ShareKeys(const Ask& ask, size_t k, std::span<const std::string> custodians) {
  Node names = Node::List();
  for (const std::string& name : custodians) names.Append(Node::String(name));
  Node detail = Node::Map();
  detail.Set("needed", Node::Integer(static_cast<int64_t>(k))).Set("custodians", std::move(names));
  std::vector<std::string> shares;
  HIKAE_CHECK(rep_->Administer(ask, {"keys-share", {}, std::move(detail)}, [&]() -> Result<void> {
    HIKAE_TRY(shares, rep_->gate->keys->Share(k, custodians, rep_->now));
    return {};
  }));
  return shares;
}

Result<void> Session::RotateMaster(const Ask& ask, const vault::Secret& secret, const vault::PassphraseCost& cost) {
  return rep_->Administer(ask, {"keys-rotate-master", {}, Detail("lock", vault::NameOf(secret.kind))},
                          [&] { return rep_->gate->keys->RotateMaster(secret, cost, rep_->now); });
}

Result<void> Session::RotateOffice(const Ask& ask, const vault::Keys::Progress& progress) {
  return rep_->Administer(ask, {.what = "keys-rotate-office", .in_parts = true},
                          [&] { return rep_->gate->keys->RotateOffice(rep_->now, kWrapAtOnce, progress); });
}

Result<void> Session::RotateSubjects(const Ask& ask, const vault::Keys::Progress& progress) {
  if (ask.file.empty())
    return Error(Status::kArgument, base::Text{"no file is named", "個人情報ファイルが示されていない"});
  return rep_->Administer(ask, {.what = "keys-rotate-subjects", .in_parts = true}, [&] {
    const std::string file(ask.file);
    return SealAgain(*rep_, ask, rep_->decision, {&file, 1}, Anew::kSubjectKeys, progress);
  });
}

Result<void> Session::RotateIndex(const Ask& ask, const vault::Keys::Progress& progress) {
  return rep_->Administer(ask, {.what = "keys-rotate-index", .in_parts = true}, [&]() -> Result<void> {
    vault::Keys& keys = *rep_->gate->keys;
    store::Database& writer = *rep_->gate->writer;
    HIKAE_TRY(const std::vector<KeyInfo> known, keys.List());
    if (std::none_of(known.begin(), known.end(), IsOlderIndex)) HIKAE_CHECK(keys.RotateIndex(rep_->now));
    HIKAE_CHECK(writer.Write([&] { return vault::Vault(writer, keys).ResealMarks(); }));
    HIKAE_TRY(const auto files, writer.Read([&] { return vault::Vault(writer, keys).Files(); }));
    return SealAgain(*rep_, ask, rep_->decision, files, Anew::kIndexValues, progress);
  });
}

Result<void> Session::RetireIndex(const Ask& ask) {
  return rep_->Administer(ask, {"keys-retire-index"}, [&] {
    vault::Keys& keys = *rep_->gate->keys;
    store::Database& writer = *rep_->gate->writer;
    return writer.Write([&]() -> Result<void> {
      HIKAE_TRY(std::vector<KeyInfo> known, keys.List());
      std::erase_if(known, [](const KeyInfo& key) { return !IsOlderIndex(key); });
      vault::Vault records(writer, keys);
      HIKAE_CHECK(CheckUnused(records, known));
      for (const KeyInfo& key : known) HIKAE_CHECK(keys.SetState(kIndex, key.version, KeyState::kDestroyed));
      return {};
    });
  });
}

Result<void> Session::SetKeyState(const Ask& ask, std::string_view kind, uint32_t version, KeyState state) {
  if (state == KeyState::kPrimary) {
    return Error(Status::kArgument,
                 base::Text{"a key becomes primary by turning over", "主たる鍵は更新によって替える"});
  }
  Node detail = Detail("key", std::string(kind));
  detail.Set("version", Node::Integer(version)).Set("state", Node::String(Name(state)));
  return rep_->Administer(ask, {"keys-state", {}, std::move(detail)}, [&] {
    vault::Keys& keys = *rep_->gate->keys;
    store::Database& writer = *rep_->gate->writer;
    return writer.Write([&]() -> Result<void> {
      vault::Vault records(writer, keys);
      const KeyInfo key{std::string(kind), version};
      if (kind == kIndex && state == KeyState::kDestroyed) HIKAE_CHECK(CheckUnused(records, {&key, 1}));
      return keys.SetState(kind, version, state);
    });
  });
}

Result<void> Session::BackupKeys(const Ask& ask, const std::string& path, LogKey log_key) {
  const auto copy = [&] { return rep_->gate->keys->Backup(path); };
  Node detail = Detail("file", path);
  if (log_key == LogKey::kStays) return rep_->Administer(ask, {"keys-backup", {}, std::move(detail)}, copy);
  detail.Set("logKey", Node::String("changes"));
  return rep_->Administer(ask, {"keys-backup", {}, std::move(detail)},
                          [&] { return rep_->gate->log->ChangeKey(copy); });
}

}  // namespace hikae::gate
