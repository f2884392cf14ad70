#include "codec/base64.h"

#include <array>

namespace hikae::codec {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<int8_t, 256> kValues = [] {
  std::array<int8_t, 256> values{};
  values.fill(-1);
  for (size_t i = 0; i < kAlphabet.size(); ++i)
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<int8_t>(i);
  return values;
}();

}  // namespace

std::string Base64(std::span<const uint8_t> bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t have = std::min<size_t>(3, bytes.size() - i);
    const uint32_t word =
        (uint32_t{bytes[i]} << 16) | (have > 1 ? uint32_t{bytes[i + 1]} << 8 : 0) | (have > 2 ? bytes[i + 2] : 0);
    for (size_t k = 0; k < 4; ++k) text += k <= have ? kAlphabet[(word >> (18 - 6 * k)) & 63] : '=';
  }
  return text;
}

std::optional<std::vector<uint8_t>> FromBase64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  const size_t padding = text.empty() ? 0 : (text.back() == '=') + (text[text.size() - 2] == '=');
  std::vector<uint8_t> bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (size_t i = 0; i < text.size(); i += 4) {
    const size_t digits = i + 4 == text.size() ? 4 - padding : 4;
    uint32_t word = 0;
    for (size_t k = 0; k < 4; ++k) {
      const int value = k < digits ? kValues[static_cast<unsigned char>(text[i + k])] : 0;
      if (value < 0) return std::nullopt;
      word = (word << 6) | static_cast<uint32_t>(value);
    }
    // Bits that no byte uses must be zero: otherwise two texts would mean the same bytes.
    if ((digits == 2 && (word & 0xFFFF) != 0) || (digits == 3 && (word & 0xFF) != 0)) return std::nullopt;
    for (size_t k = 0; k + 1 < digits; ++k) bytes.push_back(static_cast<uint8_t>(word >> (16 - 8 * k)));
  }
  return bytes;
}

}  // namespace hikae::codec
