// Room for many 32-byte keys in guarded memory: one region of libsodium's costs pages, a key costs 32 bytes of it.
#ifndef HIKAE_CRYPTO_KEY_SLAB_H_
#define HIKAE_CRYPTO_KEY_SLAB_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace hikae::crypto {

inline constexpr size_t kKeyBytes = 32;

class KeySlot;

// Regions between guard pages, left out of core dumps and, as far as the system allows, of swap; split into slots that
// are wiped when they are given back. Thread-safe. Held by shared pointers: each slot keeps its slab alive.
class KeySlab : public std::enable_shared_from_this<KeySlab> {
 public:
  static std::shared_ptr<KeySlab> Create();
  ~KeySlab();
  KeySlab(const KeySlab&) = delete;
  KeySlab& operator=(const KeySlab&) = delete;
  // Zeros. Throws bad_alloc.
  KeySlot Take();

  // For tests: the regions, and how many slots are given out.
  std::vector<std::pair<const uint8_t*, size_t>> Regions() const;
  size_t taken() const;

 private:
  friend class KeySlot;
  static constexpr size_t kRegionBytes = size_t{64} << 10;
  struct Free {
    void operator()(uint8_t* region) const;
  };
  KeySlab() = default;
  uint8_t* TakeSlot();
  void GiveBack(uint8_t* slot) noexcept;
  void AddRegion();

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::vector<std::unique_ptr<uint8_t, Free>> regions_;
  uint8_t* free_ = nullptr;  // a free slot begins with the address of the next one
  size_t taken_ = 0;
};

// One key. Movable; wiped and given back when it goes. The bytes are for its holder to guard against races.
class KeySlot {
 public:
  KeySlot() = default;
  KeySlot(KeySlot&& other) noexcept : slab_(std::move(other.slab_)), bytes_(std::exchange(other.bytes_, nullptr)) {}
  KeySlot& operator=(KeySlot&& other) noexcept;
  KeySlot(const KeySlot&) = delete;
  KeySlot& operator=(const KeySlot&) = delete;
  ~KeySlot();
  uint8_t* bytes() { return bytes_; }
  const uint8_t* bytes() const { return bytes_; }
  explicit operator bool() const { return bytes_ != nullptr; }

 private:
  friend class KeySlab;
  KeySlot(std::shared_ptr<KeySlab> slab, uint8_t* bytes) : slab_(std::move(slab)), bytes_(bytes) {}
  std::shared_ptr<KeySlab> slab_;
  uint8_t* bytes_ = nullptr;
};

}  // namespace hikae::crypto

#endif  // HIKAE_CRYPTO_KEY_SLAB_H_
