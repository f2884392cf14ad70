// CSV as RFC 4180 has it, safe to open in a spreadsheet program.
#ifndef HIKAE_CODEC_CSV_H_
#define HIKAE_CODEC_CSV_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hikae::codec {

// Builds one CSV text: CR LF after every row, cells quoted where they must be. A cell that a spreadsheet program would
// run as a formula (it begins with = + - @, their full-width forms, a tab or a carriage return) gets an apostrophe
// before it; a plain number keeps its sign. Not for use by several threads at once.
class CsvWriter {
 public:
  enum class Mark : uint8_t { kNone, kByteOrderMark };  // Excel takes UTF-8 for Shift_JIS without the mark
  explicit CsvWriter(Mark mark = Mark::kByteOrderMark);
  void Row(const std::vector<std::string>& cells);
  const std::string& text() const { return text_; }
  std::string Take() { return std::move(text_); }

 private:
  std::string text_;
};

}  // namespace hikae::codec

#endif  // HIKAE_CODEC_CSV_H_
