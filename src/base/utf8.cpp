#include "base/utf8.h"

#include <cstdint>
#include <cstring>

namespace hikae::base {
namespace {

struct Decoded {
  char32_t point;
  size_t length;  // 0: not well-formed
};

// One code point at the start of `text`, which is not empty. The allowed second bytes are those of Unicode table 3-7.
Decoded DecodeOne(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const size_t length = lead >= 0xC2 && lead <= 0xDF   ? 2
                        : lead >= 0xE0 && lead <= 0xEF ? 3
                        : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                       : 0;
  if (length == 0 || text.size() < length) return {0, 0};
  const unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < low || byte(1) > high) return {0, 0};
  char32_t point = lead & (0xFFu >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {0, 0};
    point = (point << 6) | (byte(i) & 0x3Fu);
  }
  return {point, length};
}

}  // namespace

std::optional<size_t> FirstBadUtf8(std::string_view text) {
  size_t i = 0;
  while (i < text.size()) {
    // Eight ASCII bytes at a time: most of a document's bytes are.
    uint64_t word;
    if (text.size() - i >= sizeof word) {
      std::memcpy(&word, text.data() + i, sizeof word);
      if ((word & 0x8080808080808080u) == 0) {
        i += sizeof word;
        continue;
      }
    }
    const size_t length = DecodeOne(text.substr(i)).length;
    if (length == 0) return i;
    i += length;
  }
  return std::nullopt;
}

char32_t CodePointReader::Next() {
  const Decoded one = DecodeOne(text_.substr(offset_));
  offset_ += one.length == 0 ? 1 : one.length;
  return one.length == 0 ? U'\uFFFD' : one.point;
}

size_t CountCodePoints(std::string_view text) {
  size_t count = 0;
  for (CodePointReader reader(text); !reader.AtEnd(); reader.Next()) ++count;
  return count;
}

std::u32string ToUtf32(std::string_view text) {
  std::u32string points;
  points.reserve(text.size());
  for (CodePointReader reader(text); !reader.AtEnd();) points += reader.Next();
  return points;
}

void AppendUtf8(std::string& out, char32_t point) {
  const auto put = [&](char32_t byte) { out += static_cast<char>(byte); };
  if (point < 0x80) return put(point);
  if (point < 0x800) return put(0xC0 | (point >> 6)), put(0x80 | (point & 0x3F));
  if (point < 0x10000) return put(0xE0 | (point >> 12)), put(0x80 | ((point >> 6) & 0x3F)), put(0x80 | (point & 0x3F));
  put(0xF0 | (point >> 18)), put(0x80 | ((point >> 12) & 0x3F)), put(0x80 | ((point >> 6) & 0x3F));
  put(0x80 | (point & 0x3F));
}

std::string ToUtf8(std::u32string_view points) {
  std::string out;
  for (const char32_t point : points) AppendUtf8(out, point);
  return out;
}

}  // namespace hikae::base
