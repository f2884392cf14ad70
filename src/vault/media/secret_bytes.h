// Memory for plaintext: wiped when it is given back, also when it grows and moves.
#ifndef HIKAE_VAULT_MEDIA_SECRET_BYTES_H_
#define HIKAE_VAULT_MEDIA_SECRET_BYTES_H_

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "crypto/aead.h"

namespace hikae::vault {

template <class T>
struct WipingAllocator {
  using value_type = T;
  WipingAllocator() = default;
  template <class U>
  WipingAllocator(const WipingAllocator<U>&) {}  // NOLINT(google-explicit-constructor)
  T* allocate(size_t count) { return std::allocator<T>().allocate(count); }
  void deallocate(T* at, size_t count) {
    crypto::Wipe(at, count * sizeof(T));
    std::allocator<T>().deallocate(at, count);
  }
  friend bool operator==(const WipingAllocator&, const WipingAllocator&) { return true; }
};

using SecretBytes = std::vector<char, WipingAllocator<char>>;

inline void Append(SecretBytes& to, std::string_view text) { to.insert(to.end(), text.begin(), text.end()); }
inline std::string_view View(const SecretBytes& bytes) { return {bytes.data(), bytes.size()}; }

}  // namespace hikae::vault

#endif  // HIKAE_VAULT_MEDIA_SECRET_BYTES_H_
