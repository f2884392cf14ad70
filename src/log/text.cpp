#include "log/text.h"

#include <algorithm>
#include <charconv>

#include "base/utf8.h"
#include "codec/base64.h"

namespace hikae::log {
namespace {

// White_Space of Unicode, which is what Go's note package means by a space.
bool IsSpace(char32_t point) {
  return (point >= 0x09 && point <= 0x0D) || point == 0x20 || point == 0x85 || point == 0xA0 || point == 0x1680 ||
         (point >= 0x2000 && point <= 0x200A) || point == 0x2028 || point == 0x2029 || point == 0x202F ||
         point == 0x205F || point == 0x3000;
}

}  // namespace

bool NextLine(std::string_view* text, std::string_view* line) {
  const size_t end = text->find('\n');
  if (end == std::string_view::npos) return false;
  *line = text->substr(0, end);
  text->remove_prefix(end + 1);
  return true;
}

bool ReadDecimal(std::string_view text, uint64_t* out) {
  if (text.empty() || (text.size() > 1 && text[0] == '0')) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *out);
  return error == std::errc() && end == text.data() + text.size();
}

bool ReadDigest(std::string_view text, Digest* out) {
  const auto bytes = codec::FromBase64(text);
  if (!bytes || bytes->size() != out->size()) return false;
  std::copy(bytes->begin(), bytes->end(), out->begin());
  return true;
}

bool IsKeyName(std::string_view name) {
  if (name.empty() || !base::IsUtf8(name)) return false;
  for (base::CodePointReader reader(name); !reader.AtEnd();) {
    const char32_t point = reader.Next();
    if (point == '+' || IsSpace(point)) return false;
  }
  return true;
}

}  // namespace hikae::log
