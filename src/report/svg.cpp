#include "report/svg.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>

#include "report/escape.h"

namespace hikae::report {
namespace {

constexpr double kWide = 12;   // one full-width character
constexpr double kNarrow = 7;  // a generous half-width one: a label may look short, never run out of its box
constexpr std::string_view kNotFirst = "、。，．）」』】〕・ー々ゝ：；？！,.)]}";

double WidthOf(char32_t point) {
  const size_t columns = Columns(point);
  return columns == 0 ? 0 : columns == 2 ? kWide : kNarrow;
}

// Plain escaped text: inside SVG a private-use character cannot be an HTML span.
std::string Escaped(std::string_view text) {
  std::string out;
  const std::string seen = Visible(text);
  for (size_t at = 0; at < seen.size();) {
    const size_t from = at;
    const char32_t point = NextPoint(seen, at);
    out += HtmlAttribute(std::string_view(seen).substr(from, at - from));
    if (IsPrivateUse(point)) out += fmt::format("[U+{:04X}]", static_cast<uint32_t>(point));
  }
  return out;
}

}  // namespace

double SvgCanvas::Width(std::string_view text) {
  double width = 0;
  for (size_t at = 0; at < text.size();) {
    const char32_t point = NextPoint(text, at);
    width += WidthOf(point);
    if (IsPrivateUse(point)) width += 8 * kNarrow;  // its code is written behind it
  }
  return width;
}

std::vector<std::string> SvgCanvas::Wrap(std::string_view text, double width) {
  std::vector<std::string> lines;
  std::string line;
  double used = 0;
  const std::string seen = Visible(text);
  for (size_t at = 0; at < seen.size();) {
    const size_t from = at;
    const char32_t point = NextPoint(seen, at);
    const std::string_view character = std::string_view(seen).substr(from, at - from);
    if (point == '\n') {
      lines.push_back(std::move(line));
      line.clear();
      used = 0;
      continue;
    }
    const double wide = Width(character);
    const bool may_begin = wide > 0 && kNotFirst.find(character) == std::string_view::npos;
    if (used + wide > width && may_begin && !line.empty()) {
      lines.push_back(std::move(line));
      line.clear();
      used = 0;
    }
    line += character;
    used += wide;
  }
  if (!line.empty() || lines.empty()) lines.push_back(std::move(line));
  return lines;
}

void SvgCanvas::Box(double x, double y, double width, double height, bool rounded, bool cylinder) {
  body_ += fmt::format(
      "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" rx=\"{}\" fill=\"#fff\" stroke=\"#222\" "
      "stroke-width=\"1.4\"/>\n",
      x, y, width, height, rounded ? 12 : 2);
  if (cylinder) {  // a second edge at top and bottom: where data rest
    body_ +=
        fmt::format("<path d=\"M{0:.1f} {1:.1f}H{2:.1f}M{0:.1f} {3:.1f}H{2:.1f}\" stroke=\"#222\" fill=\"none\"/>\n", x,
                    y + 4, x + width, y + height - 4);
  }
}

void SvgCanvas::Background(double x, double y, double width, double height) {
  body_ += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"#fff\"/>\n", x, y,
                       width, height);
}

void SvgCanvas::Text(double x, double y, std::string_view text, bool bold, const char* anchor) {
  body_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\"{}>{}</text>\n", x, y, anchor,
                       bold ? " font-weight=\"700\"" : "", Escaped(text));
}

void SvgCanvas::Fill(double x, double y, double width, double height, double shade) {
  // From white to the dark blue of headings.
  const auto part = [&](int dark) { return static_cast<int>(std::lround(255 - shade * (255 - dark))); };
  body_ +=
      fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"#{:02x}{:02x}{:02x}\"/>\n",
                  x, y, width, height, part(0x1f), part(0x3a), part(0x5f));
}

void SvgCanvas::Frame(double x, double y, double width, double height) {
  body_ += fmt::format(
      "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"none\" stroke=\"#222\" "
      "stroke-width=\"1\"/>\n",
      x, y, width, height);
}

void SvgCanvas::Number(double x, double y, std::string_view text, double high, bool on_dark) {
  body_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\" font-size=\"{:.0f}\"{}>{}</text>\n", x,
                       y, high, on_dark ? " fill=\"#fff\"" : "", Escaped(text));
}

void SvgCanvas::Rule(double x1, double y1, double x2, double y2) {
  body_ += fmt::format(
      "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"#888\" stroke-width=\"1\"/>\n", x1, y1,
      x2, y2);
}

void SvgCanvas::Line(double x1, double x2, double y, Stroke stroke) {
  const auto straight = [&](double at, const char* dashes, double width) {
    body_ += fmt::format("<path d=\"M{:.1f} {:.1f}H{:.1f}\" fill=\"none\" stroke=\"#111\" stroke-width=\"{}\"{}/>\n",
                         x1, at, x2, width, dashes);
  };
  switch (stroke) {
    case Stroke::kSolid:
      straight(y, "", 2);
      break;
    case Stroke::kDashed:
      straight(y, " stroke-dasharray=\"9 5\"", 2);
      break;
    case Stroke::kDouble:
      straight(y - 2, "", 1.3);
      straight(y + 2, "", 1.3);
      break;
    case Stroke::kDotted:
      straight(y, " stroke-dasharray=\"2 5\"", 2.4);
      break;
    case Stroke::kDashDot:
      straight(y, " stroke-dasharray=\"10 4 2 4\"", 2);
      break;
    case Stroke::kWavy: {
      const double step = x2 > x1 ? 6 : -6;
      std::string path = fmt::format("M{:.1f} {:.1f}", x1, y);
      const int waves = static_cast<int>(std::abs(x2 - x1) / 12);
      for (int i = 0; i < waves; ++i) path += fmt::format("q{0:.1f} -6 {1:.1f} 0q{0:.1f} 6 {1:.1f} 0", step / 2, step);
      body_ += fmt::format("<path d=\"{}H{:.1f}\" fill=\"none\" stroke=\"#111\" stroke-width=\"1.8\"/>\n", path, x2);
      break;
    }
  }
}

void SvgCanvas::Head(double x, double y, int direction) {
  body_ += fmt::format("<path d=\"M{0:.1f} {1:.1f}l{2} -5v10z\" fill=\"#111\"/>\n", x, y, -11 * direction);
}

void SvgCanvas::Arrow(double x1, double x2, double y, Stroke stroke) {
  const int direction = x2 > x1 ? 1 : -1;
  Line(x1, x2 - 10 * direction, y, stroke);
  Head(x2, y, direction);
}

void SvgCanvas::Loop(double x, double y, Stroke stroke) {
  Line(x, x + 40, y - 14, stroke);
  body_ += fmt::format("<path d=\"M{0:.1f} {1:.1f}v14\" stroke=\"#111\" stroke-width=\"1.6\" fill=\"none\"/>\n", x + 40,
                       y - 14);
  Arrow(x + 40, x, y, stroke);
}

std::string SvgCanvas::Finish(double height, std::string_view title, std::string_view description) const {
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" role=\"img\" "
      "aria-labelledby=\"{2}-title {2}-desc\" "
      "font-family=\"'Noto Sans CJK JP','Noto Sans JP','Hiragino Sans','Yu Gothic',sans-serif\" font-size=\"12\" "
      "fill=\"#111\">\n"
      "<title id=\"{2}-title\">{3}</title>\n<desc id=\"{2}-desc\">{4}</desc>\n{5}</svg>",
      width_, height, id_, Escaped(title), Escaped(description), body_);
}

}  // namespace hikae::report
