// Bytes as hexadecimal digits; lower case where they are written.
#ifndef HIKAE_CODEC_HEX_H_
#define HIKAE_CODEC_HEX_H_

#include <charconv>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace hikae::codec {

inline std::string Hex(std::span<const uint8_t> bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

// Exactly as many digits as `into` takes; false, and `into` is worthless, when they are not.
inline bool FromHex(std::string_view digits, std::span<uint8_t> into) {
  if (digits.size() != 2 * into.size()) return false;
  for (size_t i = 0; i < into.size(); ++i) {
    const char* const at = digits.data() + 2 * i;
    if (std::from_chars(at, at + 2, into[i], 16).ptr != at + 2) return false;
  }
  return true;
}

}  // namespace hikae::codec

#endif  // HIKAE_CODEC_HEX_H_
