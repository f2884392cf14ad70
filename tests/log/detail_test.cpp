// Sealed details: the page's example, and every way in which one must not open.
#include "log/detail.h"

#include <gtest/gtest.h>

#include "format_page.h"
#include "log/text.h"

namespace hikae::log {
namespace {

constexpr char kText[] = R"({"画面":"面談記録"})";

crypto::SealKey Key(uint8_t fill) {
  crypto::SealKey key;
  key.fill(fill);
  return key;
}

// The page's entry, and its detail as sealed here.
struct Example {
  Entry entry = *DecodeEntry(HexOfPage("log-entry.md", "leaf"));
  std::vector<uint8_t> sealed;
  std::vector<uint8_t> leaf;
  Example() {
    crypto::SealNonce nonce;
    nonce.fill(0x44);
    sealed = SealDetail(Key(0x33), nonce, kText, &entry).value();
    leaf = EncodeEntry(entry).value();
  }
};

TEST(DetailTest, IsThePagesExample) {
  const Example example;
  const auto digest = HexOfPage("log-entry.md", "sealed-digest");
  ASSERT_EQ(digest.size(), 32u);
  EXPECT_EQ(example.sealed, HexOfPage("log-entry.md", "sealed"));
  EXPECT_TRUE(std::equal(digest.begin(), digest.end(), example.entry.detail->begin()));
  EXPECT_EQ(UnsealDetail(Key(0x33), example.leaf, example.sealed).value(), kText);
}

TEST(DetailTest, OpensBesideItsOwnEntryOnly) {
  const Example example;
  EXPECT_EQ(UnsealDetail(Key(0x34), example.leaf, example.sealed).error().status, base::Status::kTampered);
  for (size_t bit = 8; bit < example.sealed.size() * 8; ++bit) {
    auto sealed = example.sealed;
    sealed[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    EXPECT_EQ(UnsealDetail(Key(0x33), example.leaf, sealed).error().status, base::Status::kTampered) << bit;
  }
  // Every field but the detail's own is bound.
  for (size_t bit = 0; bit < (example.leaf.size() - 35) * 8; ++bit) {
    auto leaf = example.leaf;
    leaf[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    EXPECT_FALSE(UnsealDetail(Key(0x33), leaf, example.sealed).ok()) << bit;
  }
  for (size_t size = 1; size < example.sealed.size(); ++size)
    EXPECT_FALSE(UnsealDetail(Key(0x33), example.leaf, crypto::Bytes(example.sealed).first(size)).ok()) << size;
  EXPECT_FALSE(UnsealDetail(Key(0x33), example.leaf, {}).ok());
}

TEST(DetailTest, ANewerFormIsSaid) {
  Example example;
  example.sealed[0] = 2;
  EXPECT_EQ(UnsealDetail(Key(0x33), example.leaf, example.sealed).error().status, base::Status::kVersion);
}

TEST(DetailTest, HasALimit) {
  Example example;
  EXPECT_EQ(SealDetail(Key(1), {}, std::string(kMaxPlainDetailBytes + 1, ' '), &example.entry).error().status,
            base::Status::kArgument);
  EXPECT_EQ(SealDetail(Key(1), {}, std::string(kMaxPlainDetailBytes, ' '), &example.entry)->size(), kMaxDetailBytes);
}

}  // namespace
}  // namespace hikae::log
