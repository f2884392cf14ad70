// Reads CSV as RFC 4180 has it, with the place of every cell, so that an error can say where.
#ifndef HIKAE_CODEC_CSV_READER_H_
#define HIKAE_CODEC_CSV_READER_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "codec/node.h"

namespace hikae::codec {

struct CsvCell {
  std::string text;
  Mark mark;  // of its first character, or of the quote before it
};
using CsvRow = std::vector<CsvCell>;

// The records of the text, an empty line being one of one empty cell. Strict: a quote stands at the beginning of a cell
// and within quotes only as two, nothing follows a closing quote, a CR is followed by a LF; lines may end in LF alone.
// UTF-8, one byte order mark taken off; no NUL. Errors: kArgument with file, line and column; for a text that is
// Shift_JIS or UTF-16 they say so, and how to convert it.
base::Result<std::vector<CsvRow>> ReadCsv(std::string_view text, std::string_view file_name, const Limits& limits = {});

}  // namespace hikae::codec

#endif  // HIKAE_CODEC_CSV_READER_H_
