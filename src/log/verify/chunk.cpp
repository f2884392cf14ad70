#include "log/verify/chunk.h"

#include <cassert>
#include <cstring>

#include "crypto/sha256_many.h"

namespace hikae::log::verify {
namespace {

constexpr size_t OffsetOf(uint32_t level) { return 2 * Chunk::kEntries - (2 * Chunk::kEntries >> level); }

}  // namespace

Chunk::Chunk() : levels_(2 * kEntries) {
  arena_.reserve(kArenaBytes);
  pending_.reserve(kEntries);
}

void Chunk::Begin(uint64_t first) {
  assert(first % kEntries == 0);
  first_ = first;
  count_ = 0;
  arena_.clear();
  pending_.clear();
}

void Chunk::Add(Bytes leaf) {
  assert(count_ < kEntries);
  if (arena_.size() + leaf.size() > kArenaBytes) HashPending();  // views must not move: the arena never grows
  const size_t at = arena_.size();
  arena_.insert(arena_.end(), leaf.begin(), leaf.end());
  pending_.emplace_back(arena_.data() + at, leaf.size());
  ++count_;
}

void Chunk::HashPending() noexcept {
  crypto::Sha256Many(0x00, pending_, std::span(levels_).subspan(count_ - pending_.size(), pending_.size()));
  pending_.clear();
  arena_.clear();
}

void Chunk::Run() noexcept {
  HashPending();
  size_t width = count_;
  for (uint32_t level = 0; width > 1; ++level, width /= 2) {
    const std::span<Digest> all(levels_);
    crypto::Sha256Pairs(0x01, all.subspan(OffsetOf(level), width), all.subspan(OffsetOf(level + 1), width / 2));
  }
}

void Chunk::AppendTo(size_t count, Frontier* frontier) const {
  assert(count <= count_ && frontier->size() == first_);
  size_t at = 0;
  for (uint32_t level = kChunkLevel + 1; level-- > 0;) {
    if ((count >> level & 1) == 0) continue;
    frontier->AppendSubtree(level, levels_[OffsetOf(level) + (at >> level)]);
    at += size_t{1} << level;
  }
}

}  // namespace hikae::log::verify
