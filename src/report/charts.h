// Charts for reports: drawn, escaped, and readable without colour. Every value they show also stands in a table.
#ifndef HIKAE_REPORT_CHARTS_H_
#define HIKAE_REPORT_CHARTS_H_

#include <cstdint>
#include <string>
#include <vector>

namespace hikae::report {

struct Bar {
  std::string label;
  std::string below;  // a second line of the label, where it changes: the year
  uint64_t value = 0;
  uint64_t part = 0;  // of the value: drawn dark, from the foot
};

struct ChartText {
  std::string id;  // unique in the page
  std::string title;
  std::string description;
  std::string whole, part;  // what a bar and its dark part are
};

// Bars side by side, with a scale that begins at 0; no more than kMostBars, the rest is left out.
constexpr size_t kMostBars = 36;
std::string BarChart(const std::vector<Bar>& bars, const ChartText& text);

// A row a label, a column an hour, the number in each cell. Darker is more; cells of `marked` columns have no frame:
// they lie outside of working time.
struct HeatRow {
  std::string label;
  std::vector<uint64_t> values;  // as many as columns
};
std::string HeatMap(const std::vector<HeatRow>& rows, const std::vector<std::string>& columns,
                    const std::vector<bool>& framed, const ChartText& text);

// 1234567 as 1,234,567.
std::string SayCount(uint64_t count);

}  // namespace hikae::report

#endif  // HIKAE_REPORT_CHARTS_H_
