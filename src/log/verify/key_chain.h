// Which key of the log is in force at which size (docs/formats/checkpoint.md §3).
#ifndef HIKAE_LOG_VERIFY_KEY_CHAIN_H_
#define HIKAE_LOG_VERIFY_KEY_CHAIN_H_

#include <optional>
#include <string>
#include <vector>

#include "log/note.h"

namespace hikae::log::verify {

// The keys of one period in turn. An entry at index a that announces a key makes it the key of all checkpoints larger
// than a + 1; the checkpoint of size a + 1, by the key before, vouches for it.
// Invariant: announcements come with ascending index. One thread at a time.
class KeyChain {
 public:
  KeyChain(std::string origin, std::optional<crypto::PublicKey> first) : origin_(std::move(origin)) {
    if (first) keys_.push_back({0, *first, true});
  }

  // False when the text is not a verifier key of this log.
  bool Announce(uint64_t index, std::string_view key);

  size_t count() const { return keys_.size(); }
  // Of the key that signs a checkpoint of this size; none when the log names no first key.
  std::optional<size_t> EpochFor(uint64_t size) const;
  VerifierKey Key(size_t i) const { return {origin_, KeyKind::kEd25519, keys_[i].key}; }
  const crypto::PublicKey& raw(size_t i) const { return keys_[i].key; }

  // A checkpoint of this size was found good, signed by the key in force.
  void Confirm(uint64_t size);
  // Whether the key before vouched for it, by a checkpoint found good.
  bool IsVouched(size_t i) const { return keys_[i].vouched; }

 private:
  struct Epoch {
    uint64_t above = 0;  // signs sizes greater than this; the first key all sizes
    crypto::PublicKey key{};
    bool vouched = false;
  };
  std::string origin_;
  std::vector<Epoch> keys_;
};

}  // namespace hikae::log::verify

#endif  // HIKAE_LOG_VERIFY_KEY_CHAIN_H_
