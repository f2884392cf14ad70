#include "base/error.h"

#include <algorithm>
#include <vector>

namespace hikae::base {
namespace {

// Code points of text that is already known to be UTF-8; a stray byte counts as one.
std::vector<char32_t> CodePoints(std::string_view text) {
  std::vector<char32_t> points;
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t point = lead;
    for (size_t k = 1; k < length && i + k < text.size(); ++k)
      point = (point << 8) | static_cast<unsigned char>(text[i + k]);
    points.push_back(point);
    i += length;
  }
  return points;
}

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

std::string Spelled(std::string text) {
  if (std::ranges::none_of(text, IsControl)) return text;
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    if (!IsControl(c)) {
      out += c;
    } else if (c == '\n' || c == '\t' || c == '\r') {
      out += c == '\n' ? "\\n" : c == '\t' ? "\\t" : "\\r";
    } else {
      out += "\\u{";
      if (c >= 0x10) out += kHex[static_cast<size_t>(c) >> 4];
      out += kHex[static_cast<size_t>(c) & 0xF];
      out += '}';
    }
  }
  return out;
}

}  // namespace

Text OneLine(Text text) { return {Spelled(std::move(text.en)), Spelled(std::move(text.ja))}; }

std::string Place::ToString() const {
  std::string out = file;
  if (line != 0) out += (out.empty() ? "line " : ":") + std::to_string(line);
  if (line != 0 && column != 0) out += ":" + std::to_string(column);
  return out;
}

std::string Error::ToString(Language language) const {
  std::string out = where.ToString();
  if (!out.empty()) out += ": ";
  out += text.In(language);
  if (!hint.empty())
    out += (language == Language::kJapanese ? "（" : " (") + hint.In(language) +
           (language == Language::kJapanese ? "）" : ")");
  return out;
}

size_t EditDistance(std::string_view a, std::string_view b) {
  const auto s = CodePoints(a);
  const auto t = CodePoints(b);
  std::vector<size_t> row(t.size() + 1);
  for (size_t j = 0; j <= t.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= s.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= t.size(); ++j) {
      const size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (s[i - 1] == t[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[t.size()];
}

}  // namespace hikae::base
