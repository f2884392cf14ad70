#include "log/tree.h"

#include <gtest/gtest.h>

#include <bit>
#include <random>

namespace hikae::log {
namespace {

// The definition of RFC 9162 §2.1, word for word and slow: the model beside the clever one.
Digest SlowRoot(const std::vector<Digest>& leaves, size_t begin, size_t count) {
  if (count == 0) return EmptyRoot();
  if (count == 1) return leaves[begin];
  size_t k = 1;
  while (k * 2 < count) k *= 2;
  return HashNode(SlowRoot(leaves, begin, k), SlowRoot(leaves, begin + k, count - k));
}

std::vector<Digest> Leaves(size_t count) {
  std::vector<Digest> leaves;
  for (size_t i = 0; i < count; ++i) {
    const std::string entry = "記録 " + std::to_string(i);
    leaves.push_back(HashLeaf({reinterpret_cast<const uint8_t*>(entry.data()), entry.size()}));
  }
  return leaves;
}

Subtree Over(const std::vector<Digest>& leaves) {
  return [&leaves](uint32_t level, uint64_t index) -> base::Result<Digest> {
    return SlowRoot(leaves, index << level, size_t{1} << level);
  };
}

TEST(Frontier, RootEqualsTheDefinitionAtEverySize) {
  const auto leaves = Leaves(300);
  Frontier frontier;
  for (size_t n = 0; n <= leaves.size(); ++n) {
    ASSERT_EQ(frontier.Root(), SlowRoot(leaves, 0, n)) << n;
    ASSERT_EQ(frontier.hashes().size(), static_cast<size_t>(std::popcount(n)));
    auto again = Frontier::Create(frontier.size(), frontier.hashes());
    ASSERT_TRUE(again.ok());
    ASSERT_EQ(again->Root(), frontier.Root());
    if (n < leaves.size()) frontier.Append(leaves[n]);
  }
  EXPECT_FALSE(Frontier::Create(3, {EmptyRoot()}).ok());
}

TEST(Frontier, ManyAtOnceEqualOneByOne) {
  const auto leaves = Leaves(150);
  for (size_t before = 0; before <= 70; ++before) {
    Frontier one;
    for (size_t i = 0; i < before; ++i) one.Append(leaves[i]);
    for (size_t count = 0; count <= 80; ++count) {
      Frontier all = *Frontier::Create(before, Frontier(one).hashes());
      all.Append(std::span(leaves).subspan(before, count));
      Frontier each = one;
      for (size_t i = 0; i < count; ++i) each.Append(leaves[before + i]);
      ASSERT_EQ(all.size(), each.size());
      ASSERT_EQ(all.hashes(), each.hashes()) << before << " and " << count;
    }
  }
}

TEST(Proofs, EveryProofOfSmallTreesHoldsAndNoOtherDoes) {
  const auto leaves = Leaves(70);
  const Subtree subtree = Over(leaves);
  size_t planted = 0;
  for (uint64_t size = 1; size <= 70; ++size) {
    const Digest root = SlowRoot(leaves, 0, size);
    for (uint64_t index = 0; index < size; ++index) {
      Proof proof = ProveInclusion(subtree, index, size).value();
      ASSERT_TRUE(CheckInclusion(leaves[index], index, size, proof, root).ok()) << index << " of " << size;
      ASSERT_FALSE(CheckInclusion(leaves[(index + 1) % 70], index, size, proof, root).ok());
      if (!proof.empty()) {
        proof[index % proof.size()][3] ^= 1;
        ASSERT_EQ(CheckInclusion(leaves[index], index, size, proof, root).error().status, base::Status::kTampered);
        proof.pop_back();
        ASSERT_FALSE(CheckInclusion(leaves[index], index, size, proof, root).ok());
        ++planted;
      }
    }
    for (uint64_t old_size = 0; old_size <= size; ++old_size) {
      const Digest old_root = SlowRoot(leaves, 0, old_size);
      Proof proof = ProveConsistency(subtree, old_size, size).value();
      ASSERT_EQ(CheckConsistency(old_size, old_root, size, root, proof).ok(), old_size > 0)
          << old_size << " -> " << size;
      Digest wrong = old_root;
      wrong[0] ^= 1;
      ASSERT_FALSE(CheckConsistency(old_size, wrong, size, root, proof).ok());
      proof.push_back(wrong);
      ASSERT_FALSE(CheckConsistency(old_size, old_root, size, root, proof).ok());
    }
  }
  EXPECT_GT(planted, 2000u);
}

TEST(Proofs, RefuseWhatCannotBe) {
  const auto leaves = Leaves(4);
  const Subtree subtree = Over(leaves);
  EXPECT_EQ(ProveInclusion(subtree, 4, 4).error().status, base::Status::kArgument);
  EXPECT_EQ(ProveConsistency(subtree, 5, 4).error().status, base::Status::kArgument);
  EXPECT_EQ(CheckInclusion(leaves[0], 7, 4, {}, EmptyRoot()).error().status, base::Status::kArgument);
}

}  // namespace
}  // namespace hikae::log
