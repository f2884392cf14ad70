// Bytes as lower-case hexadecimal digits.
#ifndef HIKAE_CODEC_HEX_H_
#define HIKAE_CODEC_HEX_H_

#include <cstdint>
#include <span>
#include <string>

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

}  // namespace hikae::codec

#endif  // HIKAE_CODEC_HEX_H_
