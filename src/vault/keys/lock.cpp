#include "vault/keys/lock.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"
#include "crypto/blake2b.h"
#include "crypto/passphrase.h"
#include "crypto/random.h"
#include "crypto/shamir.h"
#include "vault/keys/derive.h"
#include "vault/keys/key_error.h"
#include "vault/keys/wrapped_key.h"

namespace hikae::vault {
namespace {

using base::Error;
using base::Result;
using base::Status;
using crypto::AsBytes;

constexpr size_t kLeastPassphrase = 12;  // characters
constexpr size_t kLeastKeyFile = 32, kMostKeyFile = size_t{1} << 20;
constexpr size_t kMostPassphrase = 4'096;

Error BadSecret(const char* en, const char* ja) { return Error(Status::kArgument, base::Text{en, ja}); }

Result<void> CheckSecret(const Secret& secret, const PassphraseCost& cost) {
  switch (secret.kind) {
    case LockKind::kPassphrase:
      if (!base::IsUtf8(secret.text) || secret.text.size() > kMostPassphrase)
        return BadSecret("the passphrase is not UTF-8, or too long", "合言葉がUTF-8でないか、長すぎる");
      if (base::CountCodePoints(secret.text) < kLeastPassphrase)
        return BadSecret("the passphrase has fewer than 12 characters", "合言葉が12文字に満たない");
      if (!crypto::ValidCost({cost.operations, cost.memory}))
        return BadSecret("the cost of the passphrase is out of bounds", "合言葉の計算量の指定が範囲外である");
      return {};
    case LockKind::kKeyFile:
      if (secret.text.size() < kLeastKeyFile || secret.text.size() > kMostKeyFile)
        return BadSecret("the key file has fewer than 32 bytes, or more than 1 MiB",
                         "鍵ファイルが32バイトに満たないか、1 MiBを超える");
      return {};
    case LockKind::kShares:
      break;
  }
  return BadSecret("shares are made by the keys themselves", "分散片の秘密は外から与えられない");
}

// Salt and cost are those of the row.
crypto::Secret Derive(const store::VaultLockRow& row, std::string_view text) {
  crypto::Secret key;
  if (row.kind == static_cast<int64_t>(LockKind::kPassphrase)) {
    crypto::Argon2Salt salt{};
    ReadBytes(row.salt, &salt);
    crypto::DeriveFromPassphrase(text, salt, {static_cast<uint64_t>(row.operations), static_cast<uint64_t>(row.memory)},
                                 key.bytes);
  } else {
    crypto::Blake2b(AsBytes(row.salt), {AsBytes(std::string_view("hikae key file 1\0", 17)), AsBytes(text)}, key.bytes);
  }
  return key;
}

Result<crypto::Secret> Joined(const store::VaultLockRow& row, std::span<const std::string> texts) {
  if (texts.size() != static_cast<size_t>(row.needed)) {
    return Error(Status::kArgument,
                 {fmt::format("{} shares are needed, {} were given", row.needed, texts.size()),
                  fmt::format("分散片が{}個必要だが、{}個しか渡されていないか、多すぎる", row.needed, texts.size())});
  }
  std::vector<crypto::Share> shares;
  shares.reserve(texts.size());
  ShareSet set{};
  for (const std::string& text : texts) {
    HIKAE_TRY(const ShareText share, ShareText::Parse(text));
    if (!shares.empty() && share.set != set)
      return BadSecret("the shares are of different sets", "異なる組の分散片が混ざっている");
    set = share.set;
    if (std::any_of(shares.begin(), shares.end(), [&](const auto& s) { return s.index == share.share.index; }))
      return BadSecret("one share was given twice", "同じ分散片が2回渡された");
    shares.push_back(share.share);
  }
  if (AsText(set) != row.salt) {
    return Error(
        Status::kSecret, {"the shares are not of the set that is in use", "この分散片は現在の組のものではない"}, {},
        {"shares given out before stop working when new ones are made", "新しい組を作ると前の組は使えなくなる"});
  }
  return crypto::Join(shares);
}

}  // namespace

const char* NameOf(LockKind kind) {
  switch (kind) {
    case LockKind::kPassphrase:
      return "passphrase";
    case LockKind::kKeyFile:
      return "key-file";
    case LockKind::kShares:
      return "shares";
  }
  return "";
}

std::vector<std::string> CustodiansOf(std::span<const std::string> shares) {
  std::vector<std::string> names;
  for (const std::string& text : shares) {
    auto share = ShareText::Parse(text);
    if (share.ok()) names.push_back(std::move(share->custodian));
  }
  return names;
}

Result<NewLock> MakeLock(const Secret& secret, const PassphraseCost& cost, int64_t now) {
  HIKAE_CHECK(CheckSecret(secret, cost));
  NewLock lock;
  lock.row.kind = static_cast<int64_t>(secret.kind);
  lock.row.made_at = now;
  if (secret.kind == LockKind::kPassphrase) {
    lock.row.operations = static_cast<int64_t>(cost.operations);
    lock.row.memory = static_cast<int64_t>(cost.memory);
  }
  crypto::Argon2Salt salt;
  crypto::FillRandom(salt);
  lock.row.salt = AsText(salt);
  lock.wrapping = Derive(lock.row, secret.text);
  return lock;
}

Result<NewLock> MakeSharedLock(size_t k, std::span<const std::string> custodians, int64_t now,
                               std::vector<std::string>* shares) {
  if (k < 2 || k > custodians.size() || custodians.size() > 255) {
    return BadSecret("at least 2 and at most as many shares as there are custodians (255) can be needed",
                     "必要数は2以上、保管者の数（最大255）以下とする");
  }
  for (const std::string& custodian : custodians) {
    if (!CheckSubject(custodian).ok() || custodian.front() == ' ' || custodian.back() == ' ')
      return BadSecret("the name of a custodian is empty, too long or not text",
                       "保管者の名前が空か、長すぎるか、文字でない");
  }
  NewLock lock;
  lock.row.kind = static_cast<int64_t>(LockKind::kShares);
  lock.row.made_at = now;
  lock.row.needed = static_cast<int64_t>(k);
  lock.wrapping = crypto::Secret::Random();
  ShareText text;
  crypto::FillRandom(text.set);
  text.needed = static_cast<uint8_t>(k);
  lock.row.salt = AsText(text.set);
  const auto split = crypto::Split(lock.wrapping, k, custodians.size());
  shares->clear();
  for (size_t i = 0; i < split.size(); ++i) {
    text.share = split[i];
    text.custodian = custodians[i];
    shares->push_back(text.ToString());
  }
  return lock;
}

store::VaultLockRow Closed(const NewLock& lock, const OfficeId& office, uint32_t master_version,
                           const uint8_t* master) {
  store::VaultLockRow row = lock.row;
  row.master = master_version;
  const KeyName name{KeyKind::kMaster, master_version, static_cast<uint32_t>(row.kind)};
  row.wrapped = WrapKey(lock.wrapping.bytes.data(), office, name, {}, master);
  row.checksum = ChecksumOf(office, row);
  return row;
}

Result<crypto::Secret> OpenLock(const store::VaultLockRow& row, const Secret& secret, const std::string& path) {
  if (secret.kind == LockKind::kShares) {
    if (row.needed < 1 || row.needed > 255) return DamagedKeys(path);
    return Joined(row, secret.shares);
  }
  const crypto::Argon2Cost cost{static_cast<uint64_t>(row.operations), static_cast<uint64_t>(row.memory)};
  if (row.salt.size() != 16 || (secret.kind == LockKind::kPassphrase && !crypto::ValidCost(cost)))
    return DamagedKeys(path);
  if (secret.text.size() > kMostKeyFile) return WrongSecret(path);
  return Derive(row, secret.text);
}

}  // namespace hikae::vault
