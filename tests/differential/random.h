// The generator's own random numbers: splitmix64, written out here so that a seed gives the same case on every machine
// and for ever. Nothing of <random> is used: its distributions differ between libraries.
#ifndef HIKAE_TESTS_DIFFERENTIAL_RANDOM_H_
#define HIKAE_TESTS_DIFFERENTIAL_RANDOM_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace hikae::differential {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  // 0 … bound-1. The bias of the remainder does not matter here.
  size_t Below(size_t bound) { return static_cast<size_t>(Next() % bound); }
  size_t Between(size_t low, size_t high) { return low + Below(high - low + 1); }
  bool Chance(size_t percent) { return Below(100) < percent; }

  template <class T>
  const T& Pick(const std::vector<T>& from) {
    return from[Below(from.size())];
  }
  std::string PickText(std::initializer_list<const char*> from) { return *(from.begin() + Below(from.size())); }
  // An index, in proportion to the weights.
  size_t Weighted(std::initializer_list<size_t> weights) {
    size_t sum = 0;
    for (size_t w : weights) sum += w;
    size_t at = Below(sum);
    size_t index = 0;
    for (size_t w : weights) {
      if (at < w) break;
      at -= w;
      ++index;
    }
    return index;
  }
  template <class T>
  void Shuffle(std::vector<T>& items) {
    for (size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[Below(i)]);
  }

 private:
  uint64_t state_;
};

// The parts one after the other. They are evaluated in this order, which the operands of + and the arguments of a
// function are not: wherever several parts draw from a Random, they stand in braces.
inline std::string Concat(std::initializer_list<std::string> parts) {
  std::string out;
  for (const std::string& part : parts) out += part;
  return out;
}

// The seed of one part of something seeded.
inline uint64_t Derive(uint64_t seed, uint64_t part) { return Random(seed ^ (part + 1) * 0xD6E8FEB86659FD93u).Next(); }

}  // namespace hikae::differential

#endif  // HIKAE_TESTS_DIFFERENTIAL_RANDOM_H_
