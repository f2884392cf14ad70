#include "vault/credentials.h"

#include "base/utf8.h"
#include "crypto/aead.h"
#include "crypto/blake2b.h"
#include "crypto/passphrase.h"
#include "crypto/random.h"
#include "store/credential_tables.h"
#include "vault/keys/derive.h"
#include "vault/keys/key_error.h"

namespace hikae::vault {
namespace {

using base::Error;
using base::Result;
using base::Status;

constexpr size_t kMostPassword = 4'096;
// Counts the trials of actors that do not exist, so that they cost the same; no actor's name.
constexpr std::string_view kNobody;

Result<void> CheckNames(std::string_view actor, std::string_view password) {
  if (CheckSubject(actor).ok() && !password.empty() && password.size() <= kMostPassword && base::IsUtf8(password))
    return {};
  return Error(Status::kArgument, {"the actor or the password is not one", "職員の番号かパスワードとして使えない"}, {},
               {"UTF-8, not empty, at most 255 and 4,096 bytes", "空でないUTF-8で、255バイトと4,096バイトまで"});
}

// Whether the row's is this password; nothing when the row is damaged.
std::optional<bool> Matches(const store::CredentialRow& row, std::string_view password) {
  crypto::Argon2Salt salt;
  const crypto::Argon2Cost cost{static_cast<uint64_t>(row.operations), static_cast<uint64_t>(row.memory)};
  if (!ReadBytes(row.salt, &salt) || row.hash.size() != 32 || !crypto::ValidCost(cost)) return std::nullopt;
  crypto::Secret hash;
  crypto::DeriveFromPassphrase(password, salt, cost, hash.bytes);
  return crypto::SameBytes(hash.bytes, crypto::AsBytes(row.hash));
}

store::CredentialRow MakeRow(std::string_view password, const PassphraseCost& cost, int64_t now) {
  crypto::Argon2Salt salt;
  crypto::FillRandom(salt);
  crypto::Secret hash;
  crypto::DeriveFromPassphrase(password, salt, {cost.operations, cost.memory}, hash.bytes);
  return {0,
          now,
          static_cast<int64_t>(cost.operations),
          static_cast<int64_t>(cost.memory),
          std::string(AsText(salt)),
          std::string(AsText(hash.bytes))};
}

}  // namespace

Credentials::Credentials(std::shared_ptr<store::Database> database, std::string path, const Options& options)
    : database_(std::move(database)), path_(std::move(path)), options_(options) {}

Result<std::unique_ptr<Credentials>> Credentials::Open(const std::string& office_directory, const Options& options) {
  if (!crypto::ValidCost({options.cost.operations, options.cost.memory}))
    return Error(Status::kArgument, base::Text{"the cost of passwords is out of bounds", "計算量の指定が範囲外である"});
  const std::string path = office_directory + "/keys.db";
  HIKAE_TRY(auto database,
            store::Database::Open(
                path, {.content = store::Content::kKeys, .read_only = options.read_only, .busy_ms = options.busy_ms}));
  if (database->form() < 2) {
    return Error(Status::kVersion, {"the key database has an older form", "鍵のファイルの形式が古い"}, {path, 0, 0},
                 {"open it once for writing", "一度書き込み可能で開く"});
  }
  return std::unique_ptr<Credentials>(new Credentials(std::move(database), path, options));
}

Result<void> Credentials::Set(std::string_view actor, std::string_view password, int64_t now, size_t keep_last) {
  HIKAE_CHECK(CheckNames(actor, password));
  store::CredentialRow row = MakeRow(password, options_.cost, now);
  return database_->Write([&]() -> Result<void> {
    store::CredentialTables tables(*database_);
    HIKAE_TRY(const auto rows, tables.Of(actor));
    row.n = rows.empty() ? 1 : rows.front().n + 1;
    HIKAE_CHECK(tables.Add(actor, row));
    const size_t keep = std::max<size_t>(keep_last, 1) - 1;  // of the ones before
    if (rows.size() <= keep) return {};
    return tables.RemoveUpTo(actor, rows[keep].n);
  });
}

Result<Credentials::Measured> Credentials::Look(std::string_view actor) {
  return database_->Read([&]() -> Result<Measured> {
    store::CredentialTables tables(*database_);
    HIKAE_TRY(const auto rows, tables.Of(actor));
    HIKAE_TRY(const auto failures, tables.Failures(actor));
    Measured found;
    if (!rows.empty()) found.set_at = rows.front().set_at;
    if (!failures) return found;
    found.failures = static_cast<uint64_t>(failures->failures);
    found.last_failure_at = failures->last_at;
    return found;
  });
}

Result<Credential> Credentials::Check(std::string_view actor, std::string_view password, int64_t now) {
  Credential found;
  std::optional<store::CredentialRow> row;
  if (CheckSubject(actor).ok()) {
    HIKAE_TRY(auto rows, database_->Read([&] { return store::CredentialTables(*database_).Of(actor); }));
    if (!rows.empty()) row = std::move(rows.front());
  }
  const bool sane = password.size() <= kMostPassword;
  const bool known = row.has_value();
  if (known) {
    const auto right = Matches(*row, sane ? password : std::string_view());
    if (!right) return DamagedKeys(path_);
    found.right = *right && sane;
    if (found.right) found.set_at = row->set_at;
  } else {
    static_cast<void>(MakeRow(sane ? password : std::string_view(), options_.cost, now));
  }
  const auto count = [&]() -> Result<void> {
    store::CredentialTables tables(*database_);
    const std::string_view who = known ? actor : kNobody;
    HIKAE_TRY(const auto before, tables.Failures(who));
    found.failures = before && known ? static_cast<uint64_t>(before->failures) : 0;
    found.last_failure_at = before && known ? std::optional(before->last_at) : std::nullopt;
    if (found.right || database_->read_only()) return {};
    return tables.SetFailures(who, {(before ? before->failures : 0) + 1, now});
  };
  if (found.right || database_->read_only()) {
    HIKAE_CHECK(database_->Read(count));
  } else {
    HIKAE_CHECK(database_->Write(count));
  }
  return found;
}

Result<void> Credentials::Passed(std::string_view actor) {
  HIKAE_TRY(const auto failures, database_->Read([&] { return store::CredentialTables(*database_).Failures(actor); }));
  if (!failures) return {};
  return database_->Write([&] { return store::CredentialTables(*database_).RemoveFailures(actor); });
}

Result<std::optional<size_t>> Credentials::ReusedAgo(std::string_view actor, std::string_view password) {
  HIKAE_CHECK(CheckNames(actor, password));
  HIKAE_TRY(const auto rows, database_->Read([&] { return store::CredentialTables(*database_).Of(actor); }));
  for (size_t ago = 0; ago < rows.size(); ++ago) {
    const auto same = Matches(rows[ago], password);
    if (!same) return DamagedKeys(path_);
    if (*same) return std::optional(ago);
  }
  return std::optional<size_t>();
}

Result<bool> Credentials::Remove(std::string_view actor) {
  return database_->Write([&]() -> Result<bool> {
    store::CredentialTables tables(*database_);
    HIKAE_TRY(const auto rows, tables.Of(actor));
    if (rows.empty()) return false;
    HIKAE_CHECK(tables.RemoveUpTo(actor, rows.front().n));
    HIKAE_CHECK(tables.RemoveFailures(actor));
    return true;
  });
}

}  // namespace hikae::vault
