#include "report/charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/svg.h"

namespace hikae::report {
namespace {

constexpr double kChartWidth = 720;
constexpr double kPlotHeight = 180;
constexpr double kTop = 40;                 // room for the key
constexpr double kPlain = 0.28, kDark = 1;  // shades of a bar and of its part
constexpr double kSmall = 10;               // units high: numbers in cells and over bars

// The smallest of 1, 2, 5 × 10^n that four of reach over `most`.
uint64_t StepFor(uint64_t most) {
  uint64_t step = 1;
  while (step < UINT64_MAX / 50) {
    for (const uint64_t factor : {1, 2, 5}) {
      if (step * factor * 4 >= most) return step * factor;
    }
    step *= 10;
  }
  return step;
}

// 12,345 where there is room, else 12345, else 12k: never wider than a cell.
std::string Short(uint64_t value, size_t most) {
  const std::string whole = SayCount(value), digits = std::to_string(value);
  if (whole.size() <= most) return whole;
  if (digits.size() <= most) return digits;
  static constexpr const char* kUnits[] = {"k", "M", "G", "T", "P", "E"};
  double rest = static_cast<double>(value);
  size_t unit = 0;
  for (rest /= 1000; rest >= 1000; rest /= 1000) ++unit;
  return fmt::format("{:.0f}{}", std::floor(rest), kUnits[std::min<size_t>(unit, 5)]);
}

void Key(SvgCanvas& canvas, double x, const ChartText& text) {
  canvas.Fill(x, 8, 14, 12, kPlain);
  canvas.Text(x + 20, 18, text.whole, false, "start");
  if (text.part.empty()) return;
  const double next = x + 40 + SvgCanvas::Width(text.whole);
  canvas.Fill(next, 8, 14, 12, kDark);
  canvas.Text(next + 20, 18, text.part, false, "start");
}

}  // namespace

std::string SayCount(uint64_t count) {
  std::string digits = std::to_string(count);
  for (size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string BarChart(const std::vector<Bar>& bars, const ChartText& text) {
  const size_t count = std::min(bars.size(), kMostBars);
  uint64_t most = 0;
  for (size_t i = 0; i < count; ++i) most = std::max(most, bars[i].value);
  const uint64_t step = StepFor(most);
  const uint64_t top = step * std::max<uint64_t>(1, (most + step - 1) / step);
  const double left = 16 + SvgCanvas::Width(SayCount(top));
  const auto height = [&](uint64_t value) {
    return static_cast<double>(value) / static_cast<double>(top) * kPlotHeight;
  };
  const double foot = kTop + kPlotHeight;
  SvgCanvas canvas(kChartWidth, text.id);
  Key(canvas, left, text);
  for (uint64_t at = 0; at <= top; at += step) {
    canvas.Rule(left, foot - height(at), kChartWidth - 4, foot - height(at));
    canvas.Text(left - 6, foot - height(at) + 4, SayCount(at), false, "end");
  }
  const double each = (kChartWidth - 4 - left) / static_cast<double>(std::max<size_t>(count, 1));
  const double wide = std::min(40.0, each * 0.7);
  for (size_t i = 0; i < count; ++i) {
    const double middle = left + (static_cast<double>(i) + 0.5) * each;
    const double over = foot - height(bars[i].value);
    canvas.Fill(middle - wide / 2, over, wide, height(bars[i].value), kPlain);
    canvas.Fill(middle - wide / 2, foot - height(bars[i].part), wide, height(bars[i].part), kDark);
    const std::string number = Short(bars[i].value, static_cast<size_t>(each / 6));
    const double room = SvgCanvas::Width(number);
    canvas.Background(middle - room / 2, over - kSmall - 5, room, kSmall + 3);  // no line of the scale runs through it
    canvas.Number(middle, over - 4, number, kSmall, false);
    // Labels that would meet are written every so often.
    const auto every = static_cast<size_t>(std::ceil((SvgCanvas::Width(bars[i].label) + 4) / each));
    if (i % std::max<size_t>(every, 1) == 0) canvas.Text(middle, foot + 17, bars[i].label);
    canvas.Text(middle, foot + 33, bars[i].below);
  }
  return canvas.Finish(foot + 40, text.title, text.description);
}

std::string HeatMap(const std::vector<HeatRow>& rows, const std::vector<std::string>& columns,
                    const std::vector<bool>& framed, const ChartText& text) {
  constexpr double kRow = 24;
  constexpr double kHead = 22;
  double left = 0;
  uint64_t most = 0;
  for (const HeatRow& row : rows) {
    left = std::max(left, SvgCanvas::Width(row.label) + 10);
    for (const uint64_t value : row.values) most = std::max(most, value);
  }
  const double each = (kChartWidth - 4 - left) / static_cast<double>(std::max<size_t>(columns.size(), 1));
  SvgCanvas canvas(kChartWidth, text.id);
  for (size_t c = 0; c < columns.size(); ++c)
    canvas.Number(left + (static_cast<double>(c) + 0.5) * each, kHead - 8, columns[c], kSmall + 1, false);
  for (size_t r = 0; r < rows.size(); ++r) {
    const double y = kHead + static_cast<double>(r) * kRow;
    canvas.Text(left - 6, y + 16, rows[r].label, false, "end");
    for (size_t c = 0; c < rows[r].values.size() && c < columns.size(); ++c) {
      const uint64_t value = rows[r].values[c];
      // By its root, so that one busy hour does not make all others look empty.
      const double shade = most == 0 ? 0 : std::sqrt(static_cast<double>(value) / static_cast<double>(most));
      const double x = left + static_cast<double>(c) * each;
      canvas.Fill(x + 1, y + 1, each - 2, kRow - 2, shade * 0.9);
      if (c < framed.size() && framed[c]) canvas.Frame(x + 1, y + 1, each - 2, kRow - 2);
      if (value != 0) canvas.Number(x + each / 2, y + 16, Short(value, 4), kSmall, shade > 0.5);
    }
  }
  return canvas.Finish(kHead + static_cast<double>(rows.size()) * kRow + 6, text.title, text.description);
}

}  // namespace hikae::report
