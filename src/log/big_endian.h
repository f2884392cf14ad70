// Numbers as the log's formats write them.
#ifndef HIKAE_LOG_BIG_ENDIAN_H_
#define HIKAE_LOG_BIG_ENDIAN_H_

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace hikae::log {

template <std::unsigned_integral N>
void PutBig(uint8_t* at, N value) {
  for (size_t i = sizeof(N); i-- > 0;) {
    at[i] = static_cast<uint8_t>(value);
    if constexpr (sizeof(N) > 1) value = static_cast<N>(value >> 8);
  }
}

template <std::unsigned_integral N>
N GetBig(const uint8_t* at) {
  uint64_t value = 0;
  for (size_t i = 0; i < sizeof(N); ++i) value = value << 8 | at[i];
  return static_cast<N>(value);
}

}  // namespace hikae::log

#endif  // HIKAE_LOG_BIG_ENDIAN_H_
