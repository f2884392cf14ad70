#include "report/escape.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/utf8.h"

namespace hikae::report {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

struct Range {
  char32_t first, last;
};

template <size_t N>
bool In(char32_t point, const std::array<Range, N>& ranges) {
  for (const Range& range : ranges) {
    if (point >= range.first && point <= range.last) return true;
  }
  return false;
}

// Characters that change what their neighbours look like, or that nobody sees. U+200C and U+200D stay: they join
// letters and emoji, and change nothing else.
constexpr std::array kUnseen = {
    Range{0x00, 0x09},     Range{0x0B, 0x1F},     Range{0x7F, 0x9F},       Range{0xAD, 0xAD},     Range{0x034F, 0x034F},
    Range{0x061C, 0x061C}, Range{0x115F, 0x1160}, Range{0x17B4, 0x17B5},   Range{0x180E, 0x180E}, Range{0x200B, 0x200B},
    Range{0x200E, 0x200F}, Range{0x2028, 0x202E}, Range{0x2060, 0x206F},   Range{0x3164, 0x3164}, Range{0xFEFF, 0xFEFF},
    Range{0xFFA0, 0xFFA0}, Range{0xFFF0, 0xFFFB}, Range{0xE0000, 0xE00FF},
};

void AppendEscaped(std::string& out, char32_t point) {
  switch (point) {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    case '"':
      out += "&quot;";
      break;
    case '\'':
      out += "&#39;";
      break;
    default:
      base::AppendUtf8(out, point);
  }
}

}  // namespace

char32_t NextPoint(std::string_view text, size_t& at) {
  base::CodePointReader reader(text.substr(at));
  const char32_t point = reader.Next();
  at += reader.offset();
  return point;
}

bool IsPrivateUse(char32_t point) {
  return (point >= 0xE000 && point <= 0xF8FF) || (point >= 0xF0000 && point <= 0xFFFFD) ||
         (point >= 0x100000 && point <= 0x10FFFD);
}

std::string Visible(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const char32_t point = NextPoint(text, at);
    if (point == '\r') {
      if (at >= text.size() || text[at] != '\n') out += '\n';
    } else if (point == '\t') {
      out += ' ';
    } else if (In(point, kUnseen)) {
      out += fmt::format("[U+{:04X}]", static_cast<uint32_t>(point));
    } else if ((point & 0xFFFE) == 0xFFFE || (point >= 0xFDD0 && point <= 0xFDEF)) {
      base::AppendUtf8(out, kReplacement);
    } else {
      base::AppendUtf8(out, point);
    }
  }
  return out;
}

std::string VisibleLine(std::string_view text) {
  std::string seen = Visible(text);
  std::replace(seen.begin(), seen.end(), '\n', ' ');
  return seen;
}

std::string Html(std::string_view text) {
  const std::string seen = Visible(text);
  std::string out;
  out.reserve(seen.size() + seen.size() / 8);
  for (size_t at = 0; at < seen.size();) {
    const char32_t point = NextPoint(seen, at);
    if (IsPrivateUse(point)) {
      out += fmt::format("<span class=\"gaiji\" data-code=\"U+{:04X}\">", static_cast<uint32_t>(point));
      base::AppendUtf8(out, point);
      out += "</span>";
    } else {
      AppendEscaped(out, point);
    }
  }
  return out;
}

std::string HtmlAttribute(std::string_view text) {
  const std::string seen = Visible(text);
  std::string out;
  out.reserve(seen.size());
  for (size_t at = 0; at < seen.size();) AppendEscaped(out, NextPoint(seen, at));
  return out;
}

std::string CssString(std::string_view text) {
  const std::string seen = Visible(text);
  std::string out;
  for (size_t at = 0; at < seen.size();) {
    const char32_t point = NextPoint(seen, at);
    const bool plain = point >= 0x80 || (point >= '0' && point <= '9') || (point >= 'A' && point <= 'Z') ||
                       (point >= 'a' && point <= 'z') || point == ' ' || point == '-' || point == '.' || point == ',';
    if (plain) {
      base::AppendUtf8(out, point);
    } else {
      out += fmt::format("\\{:x} ", static_cast<uint32_t>(point));
    }
  }
  return out;
}

std::string UriReference(std::string_view file) {
  std::string out;
  for (const char c : file) {
    const auto byte = static_cast<unsigned char>(c);
    const bool kept = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
                      byte == '-' || byte == '.' || byte == '_' || byte == '~' || byte == '/';
    if (kept) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", byte);
    }
  }
  return out;
}

}  // namespace hikae::report
