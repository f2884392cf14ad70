#include "crypto/age/bech32.h"

#include <algorithm>
#include <array>

namespace hikae::crypto::age {
namespace {

constexpr std::string_view kLetters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr size_t kCheckLetters = 6;

// The remainder of the code's polynomial over the prefix, spread as BIP 173 wants it, and these groups of five bits.
uint32_t Remainder(std::string_view prefix, const std::vector<uint8_t>& groups) {
  static constexpr std::array<uint32_t, 5> kGenerator = {0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3};
  uint32_t rest = 1;
  const auto take = [&](uint8_t group) {
    const uint32_t top = rest >> 25;
    rest = (rest & 0x1FFFFFF) << 5 ^ group;
    for (size_t bit = 0; bit < kGenerator.size(); ++bit) {
      if ((top >> bit & 1) != 0) rest ^= kGenerator[bit];
    }
  };
  for (const char c : prefix) take(static_cast<uint8_t>(c) >> 5);
  take(0);
  for (const char c : prefix) take(static_cast<uint8_t>(c) & 31);
  for (const uint8_t group : groups) take(group);
  return rest;
}

std::vector<uint8_t> ToGroups(Bytes bytes) {
  std::vector<uint8_t> groups;
  uint32_t held = 0, bits = 0;
  for (const uint8_t byte : bytes) {
    held = held << 8 | byte;
    for (bits += 8; bits >= 5; bits -= 5) groups.push_back(held >> (bits - 5) & 31);
  }
  if (bits > 0) groups.push_back(held << (5 - bits) & 31);
  return groups;
}

std::optional<std::vector<uint8_t>> FromGroups(const std::vector<uint8_t>& groups) {
  std::vector<uint8_t> bytes;
  uint32_t held = 0, bits = 0;
  for (const uint8_t group : groups) {
    held = held << 5 | group;
    bits += 5;
    if (bits >= 8) bytes.push_back(static_cast<uint8_t>(held >> (bits -= 8)));
  }
  const uint32_t left = held & ((1u << bits) - 1);
  if (bits >= 5 || left != 0) return std::nullopt;
  return bytes;
}

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }

}  // namespace

std::string ToBech32(std::string_view prefix, Bytes bytes) {
  std::vector<uint8_t> groups = ToGroups(bytes);
  const size_t size = groups.size();
  groups.resize(size + kCheckLetters);
  const uint32_t check = Remainder(prefix, groups) ^ 1;
  for (size_t i = 0; i < kCheckLetters; ++i) groups[size + i] = check >> 5 * (kCheckLetters - 1 - i) & 31;
  std::string text = std::string(prefix) + "1";
  for (const uint8_t group : groups) text += kLetters[group];
  return text;
}

std::optional<Bech32Text> FromBech32(std::string_view text) {
  const bool upper = std::ranges::any_of(text, IsUpper);
  std::string lower;
  for (const char c : text) {
    if (c < 33 || c > 126 || (upper && c >= 'a' && c <= 'z')) return std::nullopt;
    lower += IsUpper(c) ? static_cast<char>(c - 'A' + 'a') : c;
  }
  const size_t one = lower.rfind('1');
  if (one == std::string::npos || one == 0 || one + 1 + kCheckLetters > lower.size()) return std::nullopt;
  std::vector<uint8_t> groups;
  for (const char c : std::string_view(lower).substr(one + 1)) {
    const size_t group = kLetters.find(c);
    if (group == std::string_view::npos) return std::nullopt;
    groups.push_back(static_cast<uint8_t>(group));
  }
  Bech32Text out{lower.substr(0, one), {}};
  if (Remainder(out.prefix, groups) != 1) return std::nullopt;
  groups.resize(groups.size() - kCheckLetters);
  auto bytes = FromGroups(groups);
  if (!bytes) return std::nullopt;
  out.bytes = *std::move(bytes);
  return out;
}

}  // namespace hikae::crypto::age
