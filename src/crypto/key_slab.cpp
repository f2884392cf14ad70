#include "crypto/key_slab.h"

#include <sodium.h>

#include <cstring>
#include <new>

#include "crypto/sodium.h"

namespace hikae::crypto {

std::shared_ptr<KeySlab> KeySlab::Create() {
  Ready();
  return std::shared_ptr<KeySlab>(new KeySlab());
}

KeySlab::~KeySlab() = default;

void KeySlab::Free::operator()(uint8_t* region) const { sodium_free(region); }

KeySlot KeySlab::Take() { return {shared_from_this(), TakeSlot()}; }

uint8_t* KeySlab::TakeSlot() {
  const std::lock_guard lock(mutex_);
  if (free_ == nullptr) AddRegion();
  uint8_t* const slot = free_;
  std::memcpy(&free_, slot, sizeof free_);
  sodium_memzero(slot, kKeyBytes);
  ++taken_;
  return slot;
}

void KeySlab::AddRegion() {
  regions_.reserve(regions_.size() + 1);
  // Excluded from dumps and locked, where the system lets it; guard pages on both sides.
  std::unique_ptr<uint8_t, Free> region(static_cast<uint8_t*>(sodium_malloc(kRegionBytes)));
  if (region == nullptr) throw std::bad_alloc();
  sodium_memzero(region.get(), kRegionBytes);
  for (size_t at = kRegionBytes; at != 0; at -= kKeyBytes) {
    uint8_t* const slot = region.get() + at - kKeyBytes;
    std::memcpy(slot, &free_, sizeof free_);
    free_ = slot;
  }
  regions_.push_back(std::move(region));
}

void KeySlab::GiveBack(uint8_t* slot) noexcept {
  sodium_memzero(slot, kKeyBytes);
  const std::lock_guard lock(mutex_);
  std::memcpy(slot, &free_, sizeof free_);
  free_ = slot;
  --taken_;
}

std::vector<std::pair<const uint8_t*, size_t>> KeySlab::Regions() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<const uint8_t*, size_t>> regions;
  for (const auto& region : regions_) regions.emplace_back(region.get(), kRegionBytes);
  return regions;
}

size_t KeySlab::taken() const {
  const std::lock_guard lock(mutex_);
  return taken_;
}

KeySlot& KeySlot::operator=(KeySlot&& other) noexcept {
  if (this == &other) return *this;
  if (bytes_ != nullptr) slab_->GiveBack(bytes_);
  slab_ = std::move(other.slab_);
  bytes_ = std::exchange(other.bytes_, nullptr);
  return *this;
}

KeySlot::~KeySlot() {
  if (bytes_ != nullptr) slab_->GiveBack(bytes_);
}

}  // namespace hikae::crypto
