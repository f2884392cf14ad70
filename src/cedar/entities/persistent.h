// A sparse array that never changes: Set makes another one, which shares all but the way to the new element.
#ifndef HIKAE_CEDAR_ENTITIES_PERSISTENT_H_
#define HIKAE_CEDAR_ENTITIES_PERSISTENT_H_

#include <array>
#include <cstdint>
#include <memory>
#include <utility>

namespace hikae::cedar {

// A tree of 32 branches at each floor, as high as its largest index asks for. Get and Set cost its height. Immutable;
// shareable between threads; copying shares. T is cheap to copy, and a T{} stands for nothing.
template <class T>
class PersistentArray {
 public:
  bool empty() const { return root_ == nullptr; }

  T Get(uint32_t index) const {
    if (index >> kBits >> shift_ != 0) return T{};
    const Branch* branch = root_.get();
    for (uint32_t shift = shift_; branch != nullptr; shift -= kBits) {
      const uint32_t at = index >> shift & kMask;
      if (shift == 0) return static_cast<const Leaf*>(branch)->values[at];
      branch = static_cast<const Inner*>(branch)->below[at].get();
    }
    return T{};
  }

  PersistentArray Set(uint32_t index, T value) const {
    PersistentArray out = *this;
    while (index >> kBits >> out.shift_ != 0) {
      if (out.root_ != nullptr) {
        auto above = std::make_shared<Inner>();
        above->below[0] = std::move(out.root_);
        out.root_ = std::move(above);
      }
      out.shift_ += kBits;
    }
    out.root_ = Replace(out.root_, out.shift_, index, std::move(value));
    return out;
  }

  // visit(index, value) for every element that was set, in the order of the indexes.
  template <class Visit>
  void ForEach(Visit visit) const {
    if (root_ != nullptr) Walk(*root_, shift_, 0, visit);
  }

 private:
  static constexpr uint32_t kBits = 5;
  static constexpr uint32_t kMask = (1u << kBits) - 1;

  struct Branch {};
  struct Inner : Branch {
    std::array<std::shared_ptr<const Branch>, kMask + 1> below;
  };
  struct Leaf : Branch {
    std::array<T, kMask + 1> values{};
    uint32_t set = 0;  // bits of the elements that were set
  };

  static std::shared_ptr<const Branch> Replace(const std::shared_ptr<const Branch>& old, uint32_t shift, uint32_t index,
                                               T value) {
    const uint32_t at = index >> shift & kMask;
    if (shift == 0) {
      auto leaf = old != nullptr ? std::make_shared<Leaf>(static_cast<const Leaf&>(*old)) : std::make_shared<Leaf>();
      leaf->values[at] = std::move(value);
      leaf->set |= 1u << at;
      return leaf;
    }
    auto inner = old != nullptr ? std::make_shared<Inner>(static_cast<const Inner&>(*old)) : std::make_shared<Inner>();
    inner->below[at] = Replace(inner->below[at], shift - kBits, index, std::move(value));
    return inner;
  }

  template <class Visit>
  static void Walk(const Branch& branch, uint32_t shift, uint32_t begin, Visit& visit) {
    for (uint32_t at = 0; at <= kMask; ++at) {
      const uint32_t index = begin | at << shift;
      if (shift == 0) {
        const Leaf& leaf = static_cast<const Leaf&>(branch);
        if (leaf.set >> at & 1) visit(index, leaf.values[at]);
      } else if (const Branch* below = static_cast<const Inner&>(branch).below[at].get()) {
        Walk(*below, shift - kBits, index, visit);
      }
    }
  }

  std::shared_ptr<const Branch> root_;
  uint32_t shift_ = 0;  // of the root's branches
};

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_ENTITIES_PERSISTENT_H_
