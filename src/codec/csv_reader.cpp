#include "codec/csv_reader.h"

#include <fmt/format.h>

#include "base/utf8.h"

namespace hikae::codec {
namespace {

using base::Error;
using base::Result;
using base::Status;
using base::Text;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

Error Refuse(std::string_view file, Mark mark, Text text, Text hint) {
  return Error(Status::kArgument, std::move(text), {std::string(file), mark.line, mark.column}, std::move(hint));
}

bool IsShiftJis(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x80 || (byte >= 0xA1 && byte <= 0xDF)) continue;
    const bool lead = (byte >= 0x81 && byte <= 0x9F) || (byte >= 0xE0 && byte <= 0xFC);
    if (!lead || ++i == text.size()) return false;
    const auto trail = static_cast<unsigned char>(text[i]);
    if (trail < 0x40 || trail == 0x7F || trail > 0xFC) return false;
  }
  return true;
}

// What stands at `offset` is no UTF-8. Neither a comma nor a quote nor a line feed can be the second byte of a
// character of Shift_JIS, so rows and cells can be counted even there.
Error NotUtf8(std::string_view text, size_t offset, std::string_view file) {
  uint32_t row = 1;
  uint32_t cell = 1;
  Mark mark{1, 1};
  bool quoted = false;
  for (const char c : text.substr(0, offset)) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) != 0x80U) ++mark.column;
    if (c == '"') quoted = !quoted;
    if (c == ',' && !quoted) ++cell;
    if (c != '\n') continue;
    ++mark.line, mark.column = 1;
    if (!quoted) ++row, cell = 1;
  }
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    return Refuse(file, {1, 1}, {"the file is UTF-16, not UTF-8", "ファイルが UTF-8 でなく UTF-16 である"},
                  {"save it as \"CSV UTF-8\", or convert it: iconv -f UTF-16 -t UTF-8 OLD > NEW",
                   "表計算ソフトで「CSV UTF-8」として保存するか、iconv -f UTF-16 -t UTF-8 元 > 新 で変換する"});
  }
  if (IsShiftJis(text)) {
    return Refuse(file, mark,
                  {fmt::format("the file is Shift_JIS, not UTF-8, as row {}, column {} shows", row, cell),
                   fmt::format("ファイルが UTF-8 でなく Shift_JIS である（{}行目、{}列目）", row, cell)},
                  {"save it as \"CSV UTF-8\", or convert it: iconv -f CP932 -t UTF-8 OLD > NEW",
                   "表計算ソフトで「CSV UTF-8」として保存するか、iconv -f CP932 -t UTF-8 元 > 新 で変換する"});
  }
  return Refuse(file, mark,
                {fmt::format("the file is not UTF-8 in row {}, column {}", row, cell),
                 fmt::format("ファイルが UTF-8 でない（{}行目、{}列目）", row, cell)},
                {"save it as \"CSV UTF-8\"", "表計算ソフトで「CSV UTF-8」として保存する"});
}

Mark PlaceAt(std::string_view text, size_t offset) {
  Mark mark{1, 1};
  for (const char c : text.substr(0, offset)) {
    if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) ++mark.column;
    if (c == '\n') ++mark.line, mark.column = 1;
  }
  return mark;
}

class CsvReader {
 public:
  CsvReader(std::string_view text, std::string_view file, const Limits& limits)
      : text_(text), file_(file), limits_(limits) {}
  Result<std::vector<CsvRow>> Read();

 private:
  Error Malformed(Text text, Text hint) const { return Refuse(file_, at_, std::move(text), std::move(hint)); }
  bool AtEnd() const { return offset_ == text_.size(); }
  char Here() const { return text_[offset_]; }
  void Step();
  Result<CsvCell> ReadCell();
  Result<void> ReadQuoted(CsvCell& cell);
  Result<void> ReadPlain(CsvCell& cell);
  Result<bool> EndOfRow();  // takes it, if it is there

  std::string_view text_;
  std::string_view file_;
  const Limits& limits_;
  size_t offset_ = 0;
  Mark at_{1, 1};
};

void CsvReader::Step() {
  const char c = text_[offset_++];
  if (c == '\n') {
    ++at_.line, at_.column = 1;
  } else if (AtEnd() || (static_cast<unsigned char>(Here()) & 0xC0U) != 0x80U) {
    ++at_.column;
  }
}

Result<void> CsvReader::ReadQuoted(CsvCell& cell) {
  Step();
  for (;;) {
    if (AtEnd()) {
      at_ = cell.mark;
      return Malformed(
          {"a quoted cell has no closing quote", "引用符で始まるセルが閉じていない"},
          {"write \" at its end, and a quote within it as \"\"", "終わりに \" を書き、中の引用符は \"\" と書く"});
    }
    const char c = Here();
    Step();
    if (c != '"') {
      cell.text += c;
      continue;
    }
    if (AtEnd() || Here() != '"') break;
    cell.text += '"';
    Step();
  }
  if (AtEnd() || Here() == ',' || Here() == '\r' || Here() == '\n') return {};
  return Malformed({"something follows a closing quote", "閉じる引用符の後に文字がある"},
                   {"write a quote within the cell as \"\"", "セルの中の引用符は \"\" と書く"});
}

Result<void> CsvReader::ReadPlain(CsvCell& cell) {
  for (; !AtEnd() && Here() != ',' && Here() != '\r' && Here() != '\n'; Step()) {
    if (Here() == '"') {
      return Malformed(
          {"a quote stands within a cell without quotes", "引用符のないセルの中に引用符がある"},
          {"write the cell as \"…\", and a quote within it as \"\"", "セルを \"…\" と書き、中の引用符は \"\" と書く"});
    }
    cell.text += Here();
  }
  return {};
}

Result<CsvCell> CsvReader::ReadCell() {
  CsvCell cell;
  cell.mark = at_;
  HIKAE_CHECK(!AtEnd() && Here() == '"' ? ReadQuoted(cell) : ReadPlain(cell));
  return cell;
}

Result<bool> CsvReader::EndOfRow() {
  if (AtEnd()) return true;
  if (Here() == ',') return Step(), false;
  if (Here() == '\r') {
    if (offset_ + 1 == text_.size() || text_[offset_ + 1] != '\n')
      return Malformed({"a carriage return is not followed by a line feed", "復帰（CR）の後に改行（LF）がない"},
                       {"end lines with CR LF or LF", "行末は CR LF か LF にする"});
    Step();
  }
  return Step(), true;
}

Result<std::vector<CsvRow>> CsvReader::Read() {
  std::vector<CsvRow> rows;
  size_t cells = 0;
  while (!AtEnd()) {
    CsvRow& row = rows.emplace_back();
    for (bool end = false; !end;) {
      if (++cells > limits_.max_nodes)
        return Malformed({fmt::format("more than {} cells", limits_.max_nodes),
                          fmt::format("セルが{}個を超える", limits_.max_nodes)},
                         {"divide the file", "ファイルを分ける"});
      HIKAE_TRY(CsvCell cell, ReadCell());
      row.push_back(std::move(cell));
      HIKAE_TRY(end, EndOfRow());
    }
  }
  return rows;
}

}  // namespace

Result<std::vector<CsvRow>> ReadCsv(std::string_view text, std::string_view file_name, const Limits& limits) {
  if (text.size() > limits.max_bytes) {
    return Refuse(file_name, {},
                  {fmt::format("the file is larger than {} bytes", limits.max_bytes),
                   fmt::format("ファイルが{}バイトを超える", limits.max_bytes)},
                  {"divide it", "ファイルを分ける"});
  }
  for (const char* head : {"PK\x03\x04", "\xD0\xCF\x11\xE0"}) {
    if (text.starts_with(head))
      return Refuse(file_name, {}, {"the file is a workbook, not CSV", "ファイルが CSV でなく、表計算のブックである"},
                    {"save it as \"CSV UTF-8\"", "表計算ソフトで「CSV UTF-8」として保存する"});
  }
  if (const auto bad = base::FirstBadUtf8(text)) return NotUtf8(text, *bad, file_name);
  if (const size_t nul = text.find('\0'); nul != text.npos)
    return Refuse(file_name, PlaceAt(text, nul), {"the file holds a NUL", "ファイルに NUL がある"},
                  {"save it as \"CSV UTF-8\"", "表計算ソフトで「CSV UTF-8」として保存する"});
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return CsvReader(text, file_name, limits).Read();
}

}  // namespace hikae::codec
