// A disk that is full, and a file that deleting leaves nothing in.
#include <fstream>

#include "vault/small_vault.h"

namespace hikae::vault {
namespace {

using base::Status;

class DiskTest : public SmallVault {
 protected:
  void Reopen(const store::OpenOptions& options) {
    vault_.reset();
    database_.reset();
    database_ = *store::Database::Open(path(), options);
    vault_ = std::make_unique<Vault>(*database_, keys_);
  }
  bool Holds(const std::string& bytes) const {
    std::ifstream in(path(), std::ios::binary);
    const std::string file{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    return file.find(bytes) != std::string::npos;
  }
};

TEST_F(DiskTest, AFullDiskLeavesTheRecordAsItWas) {
  spec_.keep_history = true;
  spec_.items.push_back({.item = "note", .max_bytes = kMaxItemBytes, .indexes = {IndexKind::kExact}});
  const SubjectNumber subject = Subject("1");
  ASSERT_TRUE(Put(subject, {{"note", "甲"}}).ok());
  Reopen({.max_pages = 60});
  const std::string large(400'000, 'x');
  const auto put = Put(subject, {{"note", large}});
  ASSERT_FALSE(put.ok());
  EXPECT_EQ(put.error().status, Status::kIo);
  EXPECT_NE(put.error().ToString().find("the disk is full"), std::string::npos);
  EXPECT_EQ(Shown(Open(Fetch(subject))), "note=甲;");
  EXPECT_TRUE(vault_->History(spec_.file, subject)->empty());
  EXPECT_EQ(vault_->Search(spec_, "note", IndexKind::kExact, "甲", 9)->size(), 1u);
  ASSERT_TRUE(Put(subject, {{"note", "乙"}}).ok());
  EXPECT_EQ(Shown(Open(Fetch(subject))), "note=乙;");
}

TEST_F(DiskTest, WhatIsRemovedIsOverwritten) {
  const SubjectNumber subject = Subject("1"), stays = Subject("2");
  ASSERT_TRUE(Put(subject, {{"note", std::string(2'000, 'x')}}).ok());
  ASSERT_TRUE(Put(stays, {{"note", "乙"}}).ok());
  const std::string gone = Fetch(subject).body.substr(100, 64), there = Fetch(stays).body.substr(20, 40);
  Reopen({});  // closing empties the write-ahead log into the file
  ASSERT_TRUE(Holds(gone) && Holds(there));
  ASSERT_TRUE(vault_->Remove(spec_.file, subject).value());
  Reopen({});
  EXPECT_FALSE(Holds(gone));
  EXPECT_TRUE(Holds(there));
}

}  // namespace
}  // namespace hikae::vault
