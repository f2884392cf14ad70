#include "log/tree.h"

#include <algorithm>
#include <bit>
#include <cassert>

#include "crypto/sha256_many.h"

namespace hikae::log {
namespace {

using base::Error;
using base::Result;
using base::Status;

constexpr uint8_t kNodePrefix = 0x01;

Error Tampered(const char* what) { return Error(Status::kTampered, what); }

// The largest power of two smaller than n, for n > 1: where RFC 9162 splits a tree of n leaves.
uint64_t Split(uint64_t n) { return std::bit_floor(n - 1); }

// The root of leaves [begin, begin + count): a perfect subtree is looked up, anything else is put together from two.
// begin is always a multiple of the subtree's own size, because splits are by powers of two.
Result<Digest> RangeRoot(const Subtree& subtree, uint64_t begin, uint64_t count) {
  if (std::has_single_bit(count)) {
    const auto level = static_cast<uint32_t>(std::countr_zero(count));
    return subtree(level, begin >> level);
  }
  const uint64_t k = Split(count);
  HIKAE_TRY(const Digest left, RangeRoot(subtree, begin, k));
  HIKAE_TRY(const Digest right, RangeRoot(subtree, begin + k, count - k));
  return HashNode(left, right);
}

}  // namespace

Digest EmptyRoot() { return crypto::Sha256Of(Bytes{}); }
Digest HashLeaf(Bytes entry) { return crypto::Sha256Of(0x00, entry); }
Digest HashNode(const Digest& left, const Digest& right) { return crypto::Sha256Of(kNodePrefix, left, right); }

Result<Frontier> Frontier::Create(uint64_t size, std::vector<Digest> hashes) {
  if (hashes.size() != static_cast<size_t>(std::popcount(size))) {
    return Error(Status::kArgument, "a frontier has one hash for each set bit of its size");
  }
  Frontier frontier;
  frontier.size_ = size;
  frontier.hashes_ = std::move(hashes);
  return frontier;
}

void Frontier::AppendSubtree(uint32_t level, const Digest& root) {
  assert((size_ & ((uint64_t{1} << level) - 1)) == 0);
  Digest hash = root;
  for (uint64_t carry = size_ >> level; (carry & 1) != 0; carry >>= 1) {
    hash = HashNode(hashes_.back(), hash);
    hashes_.pop_back();
  }
  hashes_.push_back(hash);
  size_ += uint64_t{1} << level;
}

void Frontier::Append(std::span<const Digest> leaves) {
  std::vector<Digest> level(leaves.size() + 1);  // [begin, end) are the new nodes of the level at hand
  size_t begin = 1, end = level.size();
  std::copy(leaves.begin(), leaves.end(), level.begin() + 1);
  std::vector<Digest> left_over;  // smallest first
  for (uint64_t first = size_; begin < end; first >>= 1) {
    // A node whose left sibling was there before is paired with it, in the place that was left for it.
    if ((first & 1) != 0) {
      level[--begin] = hashes_.back();
      hashes_.pop_back();
    }
    const size_t pairs = (end - begin) / 2;
    if ((end - begin) % 2 != 0) left_over.push_back(level[end - 1]);
    const std::span<Digest> nodes = std::span(level).subspan(begin, 2 * pairs);
    crypto::Sha256Pairs(kNodePrefix, nodes, nodes.first(pairs));
    // Room in front of the next level.
    std::copy_backward(nodes.begin(), nodes.begin() + static_cast<ptrdiff_t>(pairs),
                       level.begin() + static_cast<ptrdiff_t>(pairs) + 1);
    begin = 1;
    end = 1 + pairs;
  }
  hashes_.insert(hashes_.end(), left_over.rbegin(), left_over.rend());
  size_ += leaves.size();
}

Digest Frontier::Root() const {
  if (hashes_.empty()) return EmptyRoot();
  Digest root = hashes_.back();
  for (size_t i = hashes_.size() - 1; i-- > 0;) root = HashNode(hashes_[i], root);
  return root;
}

Result<Digest> RootAt(const Subtree& subtree, uint64_t size) {
  if (size == 0) return EmptyRoot();
  return RangeRoot(subtree, 0, size);
}

Result<Proof> ProveInclusion(const Subtree& subtree, uint64_t index, uint64_t size) {
  if (index >= size) return Error(Status::kArgument, "the tree has no entry of that index");
  Proof proof;
  uint64_t begin = 0;
  // Walk from the root to the leaf; each sibling passed is one hash, and the proof lists them leaf first.
  while (size > 1) {
    const uint64_t k = Split(size);
    const bool left = index - begin < k;
    HIKAE_TRY(const Digest sibling, left ? RangeRoot(subtree, begin + k, size - k) : RangeRoot(subtree, begin, k));
    proof.insert(proof.begin(), sibling);
    if (left) {
      size = k;
    } else {
      begin += k;
      size -= k;
    }
  }
  return proof;
}

Result<Proof> ProveConsistency(const Subtree& subtree, uint64_t old_size, uint64_t size) {
  if (old_size > size) return Error(Status::kArgument, "the older tree is larger than the newer");
  Proof proof;
  if (old_size == 0 || old_size == size) return proof;
  uint64_t begin = 0;
  bool whole = true;  // the old tree is the whole of the subtree under consideration: its root is known to the checker
  while (old_size != size) {
    const uint64_t k = Split(size);
    if (old_size <= k) {
      HIKAE_TRY(const Digest right, RangeRoot(subtree, begin + k, size - k));
      proof.insert(proof.begin(), right);
      size = k;
    } else {
      HIKAE_TRY(const Digest left, RangeRoot(subtree, begin, k));
      proof.insert(proof.begin(), left);
      begin += k;
      old_size -= k;
      size -= k;
      whole = false;
    }
  }
  if (!whole) {
    HIKAE_TRY(const Digest rest, RangeRoot(subtree, begin, old_size));
    proof.insert(proof.begin(), rest);
  }
  return proof;
}

Result<void> CheckInclusion(const Digest& leaf, uint64_t index, uint64_t size, const Proof& proof, const Digest& root) {
  if (index >= size) return Error(Status::kArgument, "the tree has no entry of that index");
  uint64_t node = index;
  uint64_t last = size - 1;
  Digest hash = leaf;
  for (const Digest& sibling : proof) {
    if (last == 0) return Tampered("inclusion proof is too long");
    if ((node & 1) != 0 || node == last) {
      hash = HashNode(sibling, hash);
      while ((node & 1) == 0 && node != 0) node >>= 1, last >>= 1;
    } else {
      hash = HashNode(hash, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  if (last != 0) return Tampered("inclusion proof is too short");
  if (hash != root) return Tampered("inclusion proof does not lead to the root");
  return {};
}

Result<void> CheckConsistency(uint64_t old_size, const Digest& old_root, uint64_t size, const Digest& root,
                              const Proof& proof) {
  if (old_size > size) return Error(Status::kArgument, "the older tree is larger than the newer");
  if (old_size == 0) return Error(Status::kArgument, "nothing can be inconsistent with the empty tree");
  if (old_size == size) {
    if (!proof.empty()) return Tampered("consistency proof must be empty");
    if (old_root != root) return Tampered("roots of equal trees differ");
    return {};
  }
  if (proof.empty()) return Tampered("consistency proof is empty");
  uint64_t node = old_size - 1;
  uint64_t last = size - 1;
  while ((node & 1) != 0) node >>= 1, last >>= 1;
  size_t at = 0;
  // A power of two is a perfect subtree of the newer tree: its root starts the walk and is not in the proof.
  Digest old_hash = std::has_single_bit(old_size) ? old_root : proof[at++];
  Digest new_hash = old_hash;
  for (; at < proof.size(); ++at) {
    if (last == 0) return Tampered("consistency proof is too long");
    if ((node & 1) != 0 || node == last) {
      old_hash = HashNode(proof[at], old_hash);
      new_hash = HashNode(proof[at], new_hash);
      while ((node & 1) == 0 && node != 0) node >>= 1, last >>= 1;
    } else {
      new_hash = HashNode(new_hash, proof[at]);
    }
    node >>= 1;
    last >>= 1;
  }
  if (last != 0) return Tampered("consistency proof is too short");
  if (old_hash != old_root) return Tampered("consistency proof does not lead to the older root");
  if (new_hash != root) return Tampered("consistency proof does not lead to the newer root");
  return {};
}

}  // namespace hikae::log
