#include "base/columns.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"

namespace hikae::base {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// The East Asian Wide and Fullwidth blocks a Japanese document meets.
constexpr std::array kWide = {
    Range{0x1100, 0x115F},   Range{0x203B, 0x203B}, Range{0x2190, 0x21FF}, Range{0x2460, 0x27BF},
    Range{0x2E80, 0x303E},   Range{0x3041, 0xA4CF}, Range{0xAC00, 0xD7A3}, Range{0xE000, 0xFAFF},
    Range{0xFE30, 0xFE6F},   Range{0xFF00, 0xFF60}, Range{0xFFE0, 0xFFE6}, Range{0x1F300, 0x1FAFF},
    Range{0x20000, 0x3FFFD},
};

constexpr std::array kNoWidth = {
    Range{0x0300, 0x036F}, Range{0x200C, 0x200D}, Range{0x3099, 0x309A}, Range{0xFE00, 0xFE0F}, Range{0xE0100, 0xE01EF},
};

template <size_t kCount>
bool In(char32_t point, const std::array<Range, kCount>& ranges) {
  return std::ranges::any_of(ranges, [&](const Range& range) { return point >= range.first && point <= range.last; });
}

}  // namespace

size_t Columns(char32_t point) {
  if (point < 0x300) return 1;
  if (In(point, kNoWidth)) return 0;
  return In(point, kWide) ? 2 : 1;
}

size_t Columns(std::string_view text) {
  size_t columns = 0;
  for (CodePointReader reader(text); !reader.AtEnd();) columns += Columns(reader.Next());
  return columns;
}

}  // namespace hikae::base
