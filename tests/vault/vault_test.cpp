// Records put and fetched again.
#include "vault/vault.h"

#include "vault/small_vault.h"

namespace hikae::vault {
namespace {

using base::Status;

using VaultTest = SmallVault;

TEST_F(VaultTest, GivesBackWhatWasPut) {
  const SubjectNumber subject = Subject("住民-7");
  EXPECT_EQ(Fetch(subject).version, 0u);
  ASSERT_EQ(Put(subject, {{"name", "髙橋 𠮷子"}, {"note", "ﾀﾅｶ様より電話"}}).value(), 1u);
  const SealedRecord record = Fetch(subject);
  EXPECT_EQ(record.version, 1u);
  EXPECT_EQ(record.body.find("髙橋"), std::string::npos);
  EXPECT_EQ(Shown(Open(record)), "name=髙橋 𠮷子;note=ﾀﾅｶ様より電話;");
  EXPECT_EQ(Shown(Open(record, {"note", "absent"})), "note=ﾀﾅｶ様より電話;");
  EXPECT_EQ(vault_->ItemsOf("consultation", record).value(), (std::vector<std::string>{"name", "note"}));
}

TEST_F(VaultTest, ChangesSomeItemsAndLeavesTheOthersSealed) {
  const SubjectNumber subject = Subject("住民-7");
  ASSERT_TRUE(Put(subject, {{"b", "二"}, {"d", "四"}}).ok());
  ASSERT_EQ(Put(subject, {{"a", "一"}, {"d", "4"}, {"e", ""}}, {"b"}).value(), 2u);
  const SealedRecord record = Fetch(subject);
  const auto items = Open(record);
  EXPECT_EQ(Shown(items), "a=一;d=4;e=;");
  ASSERT_EQ(Put(subject, {{"c", "三"}}).value(), 3u);
  const auto again = Open(Fetch(subject));
  EXPECT_EQ(Shown(again), "a=一;c=三;d=4;e=;");
  EXPECT_EQ((*again)[0].version(), 2u);
  EXPECT_EQ((*again)[1].version(), 3u);
}

}  // namespace
}  // namespace hikae::vault
