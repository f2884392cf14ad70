// Numbers and length-prefixed strings as the vault's formats write them; for src/vault/records alone.
#ifndef HIKAE_VAULT_RECORDS_BYTES_H_
#define HIKAE_VAULT_RECORDS_BYTES_H_

#include <cassert>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "crypto/blake2b.h"

namespace hikae::vault {

using crypto::AsBytes;
inline std::string_view Chars(crypto::Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

template <std::unsigned_integral N>
void PutBig(uint8_t* at, N value) {
  for (size_t i = 0; i < sizeof(N); ++i) at[i] = static_cast<uint8_t>(uint64_t{value} >> (8 * (sizeof(N) - 1 - i)));
}
template <std::unsigned_integral N>
N GetBig(const uint8_t* at) {
  uint64_t value = 0;
  for (size_t i = 0; i < sizeof(N); ++i) value = value << 8 | at[i];
  return static_cast<N>(value);
}
template <std::unsigned_integral N>
void AppendBig(std::string& out, N value) {
  uint8_t bytes[sizeof(N)];
  PutBig(bytes, value);
  out.append(reinterpret_cast<const char*>(bytes), sizeof(N));
}

// What is bound or hashed, on the stack: public values only. `kRoom` holds the longest.
template <size_t kRoom>
class Binding {
 public:
  Binding& Add(std::string_view text) { return AddSized(text.data(), text.size()); }
  Binding& Add(crypto::Bytes bytes) { return AddSized(bytes.data(), bytes.size()); }
  template <std::unsigned_integral N>
  Binding& Add(N value) {
    uint8_t bytes[sizeof(N)];
    PutBig(bytes, value);
    return AddSized(bytes, sizeof(N));
  }
  crypto::Bytes bytes() const { return {room_, size_}; }

 private:
  Binding& AddSized(const void* data, size_t size) {
    assert(size <= UINT16_MAX && size_ + 2 + size <= kRoom);
    PutBig(room_ + size_, static_cast<uint16_t>(size));
    std::memcpy(room_ + size_ + 2, data, size);
    size_ += 2 + size;
    return *this;
  }
  uint8_t room_[kRoom];
  size_t size_ = 0;
};

}  // namespace hikae::vault

#endif  // HIKAE_VAULT_RECORDS_BYTES_H_
