#include "vault/media/decoder.h"

#include <algorithm>
#include <charconv>

#include "base/utf8.h"
#include "codec/base64.h"
#include "codec/hex.h"
#include "crypto/aead.h"

namespace hikae::vault {
namespace {

using base::Error;
using base::Result;
using base::Status;

constexpr std::string_view kFormat = R"({"format":"hikae-export","version":)";

// Walks a line and writes what it reads over what it has read: no form makes a value longer.
class Cursor {
 public:
  explicit Cursor(std::span<char> line) : at_(line.data()), end_(line.data() + line.size()) {}
  bool AtEnd() const { return at_ == end_; }
  bool Take(std::string_view text) {
    if (!std::string_view(at_, end_).starts_with(text)) return false;
    at_ += text.size();
    return true;
  }
  bool Version(uint64_t& version) {
    const auto [rest, error] = std::from_chars(at_, end_, version);
    if (error != std::errc() || *at_ == '0' || version == 0) return false;
    at_ += rest - at_;
    return true;
  }
  // A string of JSON in the one way AppendJson writes it.
  bool Json(std::string_view& text) {
    if (!Take("\"")) return false;
    char* const begin = at_;
    char* to = at_;
    for (; at_ != end_ && *at_ != '"'; ++at_) {
      char c = *at_;
      if (c == '\n') return false;
      if (c == '\\') {
        if (++at_ == end_) return false;
        if (*at_ != 'n' && *at_ != '"' && *at_ != '\\') return false;
        c = *at_ == 'n' ? '\n' : *at_;
      }
      *to++ = c;
    }
    text = {begin, static_cast<size_t>(to - begin)};
    return Take("\"");
  }
  // A cell of CSV in the one way AppendCell writes it; `there`: it is a value.
  bool Cell(std::string_view& text, bool& there) {
    there = true;
    if (!Take("\"")) {
      char* const begin = at_;
      at_ = std::find_if(at_, end_, [](char c) { return c == ',' || c == '"' || c == '\r' || c == '\n'; });
      text = {begin, static_cast<size_t>(at_ - begin)};
      there = !text.empty();
      return at_ != end_ && *at_ != '"';
    }
    char* const begin = at_;
    char* to = at_;
    for (;; ++at_) {
      if (at_ == end_) return false;
      if (*at_ == '"' && (++at_ == end_ || *at_ != '"')) break;
      *to++ = *at_;
    }
    text = {begin, static_cast<size_t>(to - begin)};
    return text.empty() || text.find_first_of(",\"\n") != text.npos;
  }

 private:
  char* at_;
  char* end_;
};

// The bytes of a blob over its base64. The view is of a line that may be written to.
bool DecodeBlob(std::string_view& value) {
  auto bytes = codec::FromBase64(value);
  if (!bytes) return false;
  std::copy(bytes->begin(), bytes->end(), const_cast<char*>(value.data()));
  value = value.substr(0, bytes->size());
  crypto::Wipe(bytes->data(), bytes->size());
  return true;
}

bool TakeValue(const MediaItem& item, std::string_view value, MediaRecord& record) {
  if (item.blob ? !DecodeBlob(value) : !IsMediaText(value)) return false;
  record.items.push_back({item.item, value, item.blob});
  return true;
}

}  // namespace

std::optional<size_t> LineFinder::Find(std::string_view text) {
  while (seen_ < text.size()) {
    const size_t feed = std::min(text.find('\n', seen_), text.size());
    if (csv_) {
      const std::string_view part = text.substr(seen_, feed - seen_);
      quoted_ ^= std::count(part.begin(), part.end(), '"') % 2 != 0;
    }
    seen_ = feed;
    if (feed == text.size()) break;
    ++seen_;
    if (quoted_) continue;
    const size_t length = seen_;
    seen_ = 0;
    return length;
  }
  return std::nullopt;
}

RecordDecoder::RecordDecoder(MediaContent content) : content_(std::move(content)) {}

Error RecordDecoder::Malformed(base::Text wanted) const {
  return {Status::kArgument,
          {"the line of the export is not as the format has it", "持ち出しの行が形式に合わない"},
          {content_.form == MediaForm::kJsonLines ? "records.jsonl" : "records.csv", line_, 0},
          std::move(wanted)};
}

Result<void> RecordDecoder::Head(std::string_view line) {
  line_ = 1;
  MediaSalt salt{};
  std::string head = StreamHead(content_, salt);
  if (content_.form != MediaForm::kJsonLines) {
    if (line == head) return {};
    return Malformed({"the columns are subject, version, the items of the manifest, salt",
                      "列は subject、version、目録の項目、salt の順である"});
  }
  const size_t before = head.size() - kHeadEnd.size() - 2 * salt.size();
  if (line.starts_with(kFormat) && line.substr(kFormat.size(), 2) != "1,")
    return Error(Status::kVersion, base::Text{"the export is of a newer form", "持ち出しが新しい形式である"});
  if (line.size() == head.size() && line.substr(0, before) == head.substr(0, before) && line.ends_with(kHeadEnd)) {
    const std::string_view digits = line.substr(before, 2 * salt.size());
    if (codec::FromHex(digits, salt) && digits == codec::Hex(salt)) return {};
  }
  return Malformed({"the head names format, version, office, handling, file and items of the manifest, and a salt",
                    "先頭行は形式、版、目録どおりの実施機関・業務・ファイル・項目と salt である"});
}

Result<void> RecordDecoder::Decode(std::span<char> line, MediaRecord& record) {
  ++line_;
  record.items.clear();
  HIKAE_CHECK(content_.form == MediaForm::kJsonLines ? Json(line, record) : Csv(line, record));
  if (!IsMediaCode(record.subject)) {
    return Malformed({"a subject is 1 to 255 bytes of UTF-8 without control characters",
                      "本人番号は制御文字を含まない1～255バイトの UTF-8 である"});
  }
  return {};
}

Result<void> RecordDecoder::Json(std::span<char> line, MediaRecord& record) {
  Cursor cursor(line);
  if (!cursor.Take("{\"subject\":") || !cursor.Json(record.subject) || !cursor.Take(",\"version\":") ||
      !cursor.Version(record.version) || !cursor.Take(",\"items\":{")) {
    return Malformed({"a record has subject, version and items", "記録は subject、version、items を持つ"});
  }
  const auto is_item = [&](size_t i, std::string_view name) { return content_.items[i].item == name; };
  size_t column = 0;
  while (!cursor.Take("}}\n")) {
    std::string_view name, value;
    if ((!record.items.empty() && !cursor.Take(",")) || !cursor.Json(name) || !cursor.Take(":") || !cursor.Json(value))
      return Malformed({"items are \"name\":\"value\"", "項目は \"名\":\"値\" である"});
    while (column < content_.items.size() && !is_item(column, name)) ++column;
    if (column == content_.items.size()) {
      return Malformed({"items are those of the manifest, in its order, each once",
                        "項目は目録にあるものだけで、その順に一度ずつである"});
    }
    if (!TakeValue(content_.items[column++], value, record)) {
      return Malformed({"a value is UTF-8 without control characters, of a blob base64",
                        "値は制御文字を含まない UTF-8、バイナリは base64 である"});
    }
  }
  if (!cursor.AtEnd()) return Malformed({"a line is one record", "1行が1件である"});
  return {};
}

Result<void> RecordDecoder::Csv(std::span<char> line, MediaRecord& record) {
  Cursor cursor(line);
  bool there = false;
  if (!cursor.Cell(record.subject, there) || !cursor.Take(",") || !cursor.Version(record.version))
    return Malformed({"a record begins with subject and version", "記録は subject と version で始まる"});
  for (const MediaItem& item : content_.items) {
    std::string_view value;
    if (!cursor.Take(",") || !cursor.Cell(value, there)) {
      return Malformed({"a record has a cell for each item, quoted only where it must be",
                        "記録は項目ごとに1つのセルを持ち、必要な場合だけ引用符で囲む"});
    }
    if (there && !TakeValue(item, value, record)) {
      return Malformed({"a value is UTF-8 without control characters, of a blob base64",
                        "値は制御文字を含まない UTF-8、バイナリは base64 である"});
    }
  }
  std::string_view digits;
  MediaSalt salt{};
  if (!cursor.Take(",") || !cursor.Cell(digits, there) || !cursor.Take("\r\n") || !cursor.AtEnd())
    return Malformed({"a record ends with the cell of the salt, CR and LF", "記録は salt のセルと CR LF で終わる"});
  const bool salted = codec::FromHex(digits, salt) && digits == codec::Hex(salt);
  if (line_ == 2 ? !salted : !digits.empty())
    return Malformed(
        {"the first record has the salt, 32 hexadecimal digits, and no other", "salt(16進32桁)は最初の記録だけが持つ"});
  return {};
}

}  // namespace hikae::vault
