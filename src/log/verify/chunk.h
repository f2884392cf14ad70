// A stretch of entries on its way from leaves to one subtree root.
#ifndef HIKAE_LOG_VERIFY_CHUNK_H_
#define HIKAE_LOG_VERIFY_CHUNK_H_

#include <cstdint>
#include <vector>

#include "log/tree.h"
#include "log/verify/crew.h"

namespace hikae::log::verify {

// Up to 2^kChunkLevel consecutive entries, from an index that is a multiple of it. Filled by one thread, then run once,
// then read. Memory: kArenaBytes of leaves and two digests per entry, whatever the entries' size.
class Chunk : public Task {
 public:
  static constexpr uint32_t kChunkLevel = 10;
  static constexpr size_t kEntries = size_t{1} << kChunkLevel;
  static constexpr size_t kArenaBytes = 1u << 20;

  Chunk();
  void Begin(uint64_t first);    // empties it
  void Add(Bytes leaf);          // copies the leaf
  void Run() noexcept override;  // hashes what was added, up to the top
  uint64_t first() const { return first_; }
  size_t count() const { return count_; }
  const Digest& leaf(size_t i) const { return levels_[i]; }

  // Appends the first `count` entries to a frontier of size first().
  void AppendTo(size_t count, Frontier* frontier) const;

 private:
  void HashPending() noexcept;

  uint64_t first_ = 0;
  size_t count_ = 0;
  std::vector<uint8_t> arena_;
  std::vector<Bytes> pending_;  // views into arena_, of entries not hashed yet: the last ones added
  // Level 0 at 0, level k right behind level k - 1, each with room for kEntries >> k hashes.
  std::vector<Digest> levels_;
};

}  // namespace hikae::log::verify

#endif  // HIKAE_LOG_VERIFY_CHUNK_H_
