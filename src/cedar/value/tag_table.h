// Numbers found by hash.
#ifndef HIKAE_CEDAR_VALUE_TAG_TABLE_H_
#define HIKAE_CEDAR_VALUE_TAG_TABLE_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace hikae::cedar {

// An open table of 32-bit numbers that is small enough to stay in the cache: a byte of each hash stands apart, eight of
// them are compared at once, and what does not match there is not looked at. Built once; then shareable between
// threads.
class TagTable {
 public:
  static constexpr uint32_t kNone = 0xFFFFFFFF;

  // Room for `count` numbers.
  explicit TagTable(size_t count = 0) {
    const size_t groups = std::bit_ceil(count / kGroup + count / (kGroup * kGroup / 2) + 1);
    tags_.assign(groups, 0);
    numbers_.assign(groups * kGroup, kNone);
  }

  // Several numbers of one hash may stand in it. There has to be room.
  void Add(uint64_t hash, uint32_t number) {
    for (size_t group = hash & mask();; group = (group + 1) & mask()) {
      const uint64_t free = ZeroBytes(tags_[group]);
      if (free == 0) continue;
      const auto at = static_cast<size_t>(std::countr_zero(free)) / 8;
      tags_[group] |= TagOf(hash) << (at * 8);
      numbers_[group * kGroup + at] = number;
      return;
    }
  }

  // The first number for which `is(number)` holds; kNone when there is none. Asked of numbers whose tag matches.
  template <class Is>
  uint32_t Find(uint64_t hash, Is is) const {
    const uint64_t wanted = TagOf(hash) * kOnes;
    for (size_t group = hash & mask();; group = (group + 1) & mask()) {
      const uint64_t tags = tags_[group];
      for (uint64_t same = ZeroBytes(tags ^ wanted); same != 0; same &= same - 1) {
        const uint32_t number = numbers_[group * kGroup + static_cast<size_t>(std::countr_zero(same)) / 8];
        if (number != kNone && is(number)) return number;
      }
      if (ZeroBytes(tags) != 0) return kNone;
    }
  }

  // Hints that Find is wanted soon.
  void Prefetch(uint64_t hash) const {
    __builtin_prefetch(&tags_[hash & mask()]);
    __builtin_prefetch(&numbers_[(hash & mask()) * kGroup]);
  }

 private:
  static constexpr size_t kGroup = 8;
  static constexpr uint64_t kOnes = 0x0101010101010101ULL;

  // The high bit of every byte that is zero; above a zero byte it may say so of a byte that is one.
  static uint64_t ZeroBytes(uint64_t bytes) { return (bytes - kOnes) & ~bytes & (kOnes << 7); }
  static uint64_t TagOf(uint64_t hash) { return hash >> 57 | 0x80; }
  size_t mask() const { return tags_.size() - 1; }

  std::vector<uint64_t> tags_;  // a byte for each number; 0 = free
  std::vector<uint32_t> numbers_;
};

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_VALUE_TAG_TABLE_H_
