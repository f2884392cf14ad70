// The Merkle tree of RFC 6962 / RFC 9162 over entries given as bytes. Pure: no disk, no clock, no keys.
// leaf = SHA-256(0x00 ‖ entry), node = SHA-256(0x01 ‖ left ‖ right), empty tree = SHA-256("").
#ifndef HIKAE_LOG_TREE_H_
#define HIKAE_LOG_TREE_H_

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/error.h"
#include "crypto/sha256.h"

namespace hikae::log {

using crypto::Bytes;
using crypto::Digest;
using Proof = std::vector<Digest>;

Digest EmptyRoot();
Digest HashLeaf(Bytes entry);
Digest HashNode(const Digest& left, const Digest& right);

// The root hashes of the perfect subtrees that a tree of `size` leaves is made of, largest first: one per set bit of
// size, so at most 64. Appending costs one node hash per leaf on average. A value; copies are independent.
class Frontier {
 public:
  Frontier() = default;
  // Invariant: hashes.size() == popcount(size). kArgument otherwise.
  static base::Result<Frontier> Create(uint64_t size, std::vector<Digest> hashes);

  void Append(const Digest& leaf) { AppendSubtree(0, leaf); }
  // The same for many, level by level: pairs are hashed side by side.
  void Append(std::span<const Digest> leaves);
  // Appends 2^level leaves at once, by the root of the perfect subtree over them. Invariant: size() is a multiple of
  // 2^level.
  void AppendSubtree(uint32_t level, const Digest& root);
  Digest Root() const;
  uint64_t size() const { return size_; }
  const std::vector<Digest>& hashes() const { return hashes_; }

 private:
  uint64_t size_ = 0;
  std::vector<Digest> hashes_;
};

// The hash of the perfect subtree of 2^level leaves that begins at leaf index << level.
using Subtree = std::function<base::Result<Digest>(uint32_t level, uint64_t index)>;

// Proofs of a tree of `size` leaves, made from its perfect subtrees; O(log size) look-ups.
// kArgument: index >= size, or old_size > size. The proof from 0, and from size to itself, is empty.
base::Result<Proof> ProveInclusion(const Subtree& subtree, uint64_t index, uint64_t size);
base::Result<Proof> ProveConsistency(const Subtree& subtree, uint64_t old_size, uint64_t size);
base::Result<Digest> RootAt(const Subtree& subtree, uint64_t size);

// kTampered when the proof does not lead to the root; kArgument when index and size cannot be.
base::Result<void> CheckInclusion(const Digest& leaf, uint64_t index, uint64_t size, const Proof& proof,
                                  const Digest& root);
// Policy at 0: kArgument. The empty tree is the beginning of every tree, so no proof says anything about it; who
// compares checkpoints decides what a size of 0 means (see CheckGrowth).
base::Result<void> CheckConsistency(uint64_t old_size, const Digest& old_root, uint64_t size, const Digest& root,
                                    const Proof& proof);

}  // namespace hikae::log

#endif  // HIKAE_LOG_TREE_H_
