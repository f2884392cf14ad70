// What an export carries: records of one file, in one of the forms of docs/formats/export-media.md.
#ifndef HIKAE_VAULT_MEDIA_RECORD_H_
#define HIKAE_VAULT_MEDIA_RECORD_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "vault/item.h"

namespace hikae::vault {

enum class MediaForm : uint8_t {
  kJsonLines,
  kCsv,
  kCsvMarked,  // with a byte order mark, for programs that take UTF-8 for Shift_JIS without it
};

// An item every record may have. The value of a blob is any bytes; of others, text.
struct MediaItem {
  std::string item;
  bool blob = false;
  friend bool operator==(const MediaItem&, const MediaItem&) = default;
};

// What a stream of records is about. Codes are 1 to 255 bytes of UTF-8 without control characters.
struct MediaContent {
  std::string office;  // the origin of its log, without the period
  std::string handling;
  std::string file;
  std::vector<MediaItem> items;  // 1 to kMaxItems, in the order they stand in; none twice
  MediaForm form = MediaForm::kJsonLines;
  friend bool operator==(const MediaContent&, const MediaContent&) = default;
};

struct MediaValue {
  std::string_view item;
  std::string_view value;
  bool blob = false;
  friend bool operator==(const MediaValue&, const MediaValue&) = default;
};
// Borrowed text: when writing the caller's, when reading the reader's, until its next call.
struct MediaRecord {
  std::string_view subject;  // 1 to 255 bytes of UTF-8 without control characters
  uint64_t version = 0;      // of the record, from 1
  std::vector<MediaValue> items;
  friend bool operator==(const MediaRecord&, const MediaRecord&) = default;
};

// A record as it stands in the stream may be no longer.
inline constexpr size_t kMaxMediaLine = size_t{64} << 20;
// Random, once in every stream: without it the hash of a short stream could be found by trying.
using MediaSalt = std::array<uint8_t, 16>;

bool IsMediaCode(std::string_view text);
// Well-formed UTF-8 without control characters (U+0000–U+001F, U+007F–U+009F) but line feeds.
bool IsMediaText(std::string_view text);
// kArgument: a code that is none, no items or too many, one twice.
base::Result<void> CheckContent(const MediaContent& content);

// The line before the records, its end included. The salt stands in it in JSON Lines only.
std::string StreamHead(const MediaContent& content, const MediaSalt& salt);
// What follows the salt in the head of JSON Lines.
inline constexpr std::string_view kHeadEnd = "\"}\n";

// `text` within double quotes as JSON has it; for texts as IsMediaText tells them.
template <class To>
void AppendJson(To& to, std::string_view text) {
  to.push_back('"');
  while (!text.empty()) {
    const size_t plain = std::min(text.find_first_of("\"\\\n"), text.size());
    to.append(text.substr(0, plain));
    if (plain == text.size()) break;
    to.push_back('\\');
    to.push_back(text[plain] == '\n' ? 'n' : text[plain]);
    text.remove_prefix(plain + 1);
  }
  to.push_back('"');
}
// A cell of CSV, quoted where it must be. An empty text is quoted: without quotes a cell is no value at all.
template <class To>
void AppendCell(To& to, std::string_view text) {
  const bool quoted = text.empty() || text.find_first_of(",\"\n") != text.npos;
  if (quoted) to.push_back('"');
  while (!text.empty()) {
    const size_t plain = std::min(text.find('"'), text.size());
    to.append(text.substr(0, plain));
    if (plain == text.size()) break;
    to.push_back('"');
    to.push_back('"');
    text.remove_prefix(plain + 1);
  }
  if (quoted) to.push_back('"');
}

}  // namespace hikae::vault

#endif  // HIKAE_VAULT_MEDIA_RECORD_H_
