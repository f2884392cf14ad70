#include "vault/credentials.h"

#include "vault/keys_fixture.h"

namespace hikae::vault {
namespace {

using base::Status;

class CredentialsTest : public KeysOnDisk {
 protected:
  std::unique_ptr<Credentials> Open(bool read_only = false) {
    auto opened = Credentials::Open(office(), {.read_only = read_only, .busy_ms = 0, .cost = kCheap});
    EXPECT_TRUE(opened.ok()) << opened.error().ToString();
    return opened.ok() ? *std::move(opened) : nullptr;
  }
};

TEST_F(CredentialsTest, TheOneInForceIsRightAndFailuresAreCounted) {
  EXPECT_EQ(Credentials::Open(office(), {.cost = kCheap}).error().status, Status::kNotFound);
  Init();
  const auto credentials = Open(), other = Open();
  ASSERT_TRUE(credentials->Set("職員-0042", "さくら並木2021", kNow, 3).ok());
  EXPECT_FALSE(credentials->Check("職員-0042", "さくら並木2022", kNow + 1)->right);
  const auto wrong = *other->Check("職員-0042", "", kNow + 2);
  EXPECT_FALSE(wrong.right);
  EXPECT_FALSE(wrong.set_at) << "told to those who know it only";
  EXPECT_EQ(wrong.failures, 1u);
  EXPECT_EQ(wrong.last_failure_at, kNow + 1);
  const auto right = *credentials->Check("職員-0042", "さくら並木2021", kNow + 3);
  EXPECT_TRUE(right.right);
  EXPECT_EQ(right.set_at, kNow);
  EXPECT_EQ(right.failures, 2u);
  EXPECT_EQ(right.last_failure_at, kNow + 2);
  EXPECT_EQ(credentials->Check("職員-0042", "さくら並木2021", kNow + 4)->failures, 2u)
      << "who is refused may try again";
  ASSERT_TRUE(other->Passed("職員-0042").ok());
  EXPECT_EQ(credentials->Check("職員-0042", "さくら並木2021", kNow + 5)->failures, 0u);
  EXPECT_EQ(FileWith(directory_, "さくら並木"), "");
}

TEST_F(CredentialsTest, EarlierOnesAreComparable) {
  Init();
  const auto credentials = Open();
  for (int i = 1; i <= 5; ++i)
    ASSERT_TRUE(credentials->Set("職員-1", "パスワード" + std::to_string(i), kNow + i, 3).ok());
  const auto ago = [&](int i) { return *credentials->ReusedAgo("職員-1", "パスワード" + std::to_string(i)); };
  EXPECT_EQ(ago(5), 0u);
  EXPECT_EQ(ago(4), 1u);
  EXPECT_EQ(ago(3), 2u);
  EXPECT_FALSE(ago(2));
  EXPECT_FALSE(*credentials->ReusedAgo("職員-2", "パスワード5"));
  EXPECT_FALSE(credentials->Check("職員-1", "パスワード4", kNow)->right);
  ASSERT_TRUE(credentials->Set("職員-1", "最後のパスワード", kNow, 0).ok());
  EXPECT_FALSE(ago(5));
  EXPECT_TRUE(credentials->Check("職員-1", "最後のパスワード", kNow)->right);
  EXPECT_TRUE(*credentials->Remove("職員-1"));
  EXPECT_FALSE(*credentials->Remove("職員-1"));
  EXPECT_FALSE(credentials->Check("職員-1", "最後のパスワード", kNow)->right);
}

TEST_F(CredentialsTest, NobodyIsWrongAndLeavesNoName) {
  Init();
  const auto credentials = Open();
  for (const std::string actor : {"居ない職員", "", "改\n行"}) {
    for (int i = 0; i < 2; ++i) {
      const auto found = credentials->Check(actor, "x", kNow);
      ASSERT_TRUE(found.ok());
      EXPECT_FALSE(found->right);
      EXPECT_EQ(found->failures, 0u);
      EXPECT_FALSE(found->last_failure_at);
    }
  }
  EXPECT_EQ(FileWith(directory_, "居ない職員"), "");
  EXPECT_EQ(credentials->Set("", "x", kNow, 1).error().status, Status::kArgument);
  EXPECT_EQ(credentials->Set("a", "", kNow, 1).error().status, Status::kArgument);
  EXPECT_EQ(credentials->Set("a", std::string(4'097, 'x'), kNow, 1).error().status, Status::kArgument);
  ASSERT_TRUE(credentials->Set("a", std::string(4'096, 'x'), kNow, 1).ok());
  EXPECT_FALSE(credentials->Check("a", std::string(4'097, 'x'), kNow)->right);
  const auto reading = Open(true);
  EXPECT_TRUE(reading->Check("a", std::string(4'096, 'x'), kNow)->right);
  EXPECT_FALSE(reading->Check("a", "y", kNow)->right);
  EXPECT_FALSE(reading->Set("a", "y", kNow, 1).ok());
}

}  // namespace
}  // namespace hikae::vault
