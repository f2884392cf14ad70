// Memory for plaintext: wiped when it is given back, also when it grows and moves.
#ifndef HIKAE_VAULT_MEDIA_SECRET_BYTES_H_
#define HIKAE_VAULT_MEDIA_SECRET_BYTES_H_

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

#include "crypto/aead.h"

namespace hikae::vault {

// Grows like a vector; what is added by resize is unspecified. One thread at a time.
class SecretBytes {
 public:
  SecretBytes() = default;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes() { Wipe(); }

  char* data() { return bytes_.get(); }
  size_t size() const { return size_; }
  std::string_view view() const { return {bytes_.get(), size_}; }
  void clear() { size_ = 0; }
  void resize(size_t size) {
    if (size > capacity_) Grow(size);
    size_ = size;
  }
  void push_back(char c) {
    resize(size_ + 1);
    bytes_[size_ - 1] = c;
  }
  void append(std::string_view text) {
    if (text.empty()) return;
    resize(size_ + text.size());
    std::memcpy(bytes_.get() + size_ - text.size(), text.data(), text.size());
  }

 private:
  void Grow(size_t size) {
    const size_t capacity = std::max({size, 2 * capacity_, size_t{256}});
    std::unique_ptr<char[]> larger(new char[capacity]);
    if (size_ > 0) std::memcpy(larger.get(), bytes_.get(), size_);
    Wipe();
    bytes_ = std::move(larger);
    capacity_ = capacity;
  }
  void Wipe() {
    if (capacity_ > 0) crypto::Wipe(bytes_.get(), capacity_);
  }

  std::unique_ptr<char[]> bytes_;
  size_t size_ = 0, capacity_ = 0;
};

}  // namespace hikae::vault

#endif  // HIKAE_VAULT_MEDIA_SECRET_BYTES_H_
