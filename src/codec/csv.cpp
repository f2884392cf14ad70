#include "codec/csv.h"

#include <algorithm>

namespace hikae::codec {
namespace {

bool IsNumber(std::string_view cell) {
  if (cell.starts_with('-') || cell.starts_with('+')) cell.remove_prefix(1);
  const size_t point = cell.find('.');
  const auto digits = [](std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  if (point == cell.npos) return digits(cell);
  return digits(cell.substr(0, point)) && digits(cell.substr(point + 1));
}

bool LooksLikeFormula(std::string_view cell) {
  for (const std::string_view start : {"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"}) {
    if (cell.starts_with(start)) return !IsNumber(cell);
  }
  return false;
}

}  // namespace

CsvWriter::CsvWriter(Mark mark) : text_(mark == Mark::kByteOrderMark ? "\xEF\xBB\xBF" : "") {}

void CsvWriter::Row(const std::vector<std::string>& cells) {
  for (size_t i = 0; i < cells.size(); ++i) {
    const std::string& cell = cells[i];
    const bool formula = LooksLikeFormula(cell);
    // One empty cell alone is quoted: an empty line would be no row at all.
    const bool quoted = formula || cell.find_first_of(",\"\r\n") != cell.npos || (cells.size() == 1 && cell.empty());
    if (i > 0) text_ += ',';
    if (quoted) text_ += '"';
    if (formula) text_ += '\'';
    for (const char c : cell) {
      if (c == '"') text_ += '"';
      text_ += c;
    }
    if (quoted) text_ += '"';
  }
  text_ += "\r\n";
}

}  // namespace hikae::codec
