// A vault on a fresh hikae.db, with keys of its own.
#ifndef HIKAE_TESTS_VAULT_SMALL_VAULT_H_
#define HIKAE_TESTS_VAULT_SMALL_VAULT_H_

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "store/database.h"
#include "vault/fake_keys.h"
#include "vault/vault.h"

namespace hikae::vault {

class SmallVault : public testing::Test {
 protected:
  SmallVault() : directory_(std::filesystem::temp_directory_path() / ("hikae-vault-" + std::to_string(getpid()))) {
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
    database_ = *store::Database::Open(path(), {.create = true});
    vault_ = std::make_unique<Vault>(*database_, keys_);
    spec_.file = "consultation";
  }
  ~SmallVault() override {
    vault_.reset();
    database_.reset();
    std::filesystem::remove_all(directory_);
  }
  std::string path() const { return (directory_ / "hikae.db").string(); }

  SubjectNumber Subject(const std::string& id, const std::string& file = "consultation") {
    return (*keys_.Make(std::span(&id, 1), file))[0];
  }
  SealedRecord Fetch(const SubjectNumber& subject, std::string_view file = "consultation") {
    std::vector<SealedRecord> out;
    const auto fetched = vault_->Fetch(file, {&subject, 1}, out);
    EXPECT_TRUE(fetched.ok()) << fetched.error().ToString();
    return out.empty() ? SealedRecord{} : std::move(out[0]);
  }
  // Reads, seals and writes in one transaction.
  base::Result<uint64_t> Put(const FileSpec& spec, const SubjectNumber& subject, std::vector<Change::Set> set,
                             std::vector<std::string_view> remove = {}) {
    return database_->Write([&]() -> base::Result<uint64_t> {
      std::vector<SealedRecord> now;
      HIKAE_CHECK(vault_->Fetch(spec.file, {&subject, 1}, now));
      HIKAE_TRY(const Prepared prepared, vault_->Prepare(spec, now[0], {subject, set, remove}));
      HIKAE_CHECK(vault_->Write(spec, prepared));
      return prepared.version;
    });
  }
  base::Result<uint64_t> Put(const SubjectNumber& subject, std::vector<Change::Set> set,
                             std::vector<std::string_view> remove = {}) {
    return Put(spec_, subject, std::move(set), std::move(remove));
  }
  base::Result<std::vector<PlainItem>> Open(const SealedRecord& record, std::vector<std::string> items = {},
                                            std::string_view file = "consultation") {
    return vault_->Open(leave_, file, record, items);
  }
  // "item=value;…", or the status.
  std::string Shown(const base::Result<std::vector<PlainItem>>& items) {
    if (!items.ok()) return "status " + std::to_string(static_cast<int>(items.error().status));
    std::string text;
    for (const PlainItem& item : *items) text += item.item() + "=" + std::string(item.value()) + ";";
    return text;
  }

  std::filesystem::path directory_;
  FakeKeys keys_;
  std::shared_ptr<store::Database> database_;
  std::unique_ptr<Vault> vault_;
  FileSpec spec_;
  Leave leave_ = gate::Releasing::Make();
};

}  // namespace hikae::vault

#endif  // HIKAE_TESTS_VAULT_SMALL_VAULT_H_
