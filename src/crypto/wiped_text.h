// Text that is wiped when it goes: always on the heap, so that moving it leaves no copy behind.
#ifndef HIKAE_CRYPTO_WIPED_TEXT_H_
#define HIKAE_CRYPTO_WIPED_TEXT_H_

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

#include "crypto/aead.h"

namespace hikae::crypto {

// A value; movable, not copyable.
class WipedText {
 public:
  WipedText() = default;
  explicit WipedText(std::string_view text) : bytes_(new char[text.size()]), size_(text.size()) {
    std::copy(text.begin(), text.end(), bytes_.get());
  }
  WipedText(WipedText&& other) noexcept : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}
  WipedText& operator=(WipedText&& other) noexcept {
    if (this == &other) return *this;
    Clear();
    bytes_ = std::move(other.bytes_);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }
  ~WipedText() { Clear(); }

  std::string_view view() const { return {bytes_.get(), size_}; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  void Clear() {
    if (bytes_) Wipe(bytes_.get(), size_);
    bytes_.reset();
    size_ = 0;
  }

 private:
  std::unique_ptr<char[]> bytes_;
  size_t size_ = 0;
};

}  // namespace hikae::crypto

#endif  // HIKAE_CRYPTO_WIPED_TEXT_H_
