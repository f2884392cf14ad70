#include "vault/media/record.h"

#include <algorithm>
#include <unordered_set>

#include "base/utf8.h"
#include "codec/hex.h"

namespace hikae::vault {
namespace {

using base::Error;
using base::Result;
using base::Status;

constexpr size_t kMaxCodeBytes = 255;
constexpr std::string_view kMark = "\xEF\xBB\xBF";

bool IsFreeOfControls(std::string_view text, bool line_feeds) {
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 && !(line_feeds && byte == '\n')) return false;
    if (byte == 0x7F) return false;
    // U+0080 to U+009F are C2 80 to C2 9F.
    if (byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) return false;
  }
  return true;
}

Error BadContent(base::Text text) { return {Status::kArgument, std::move(text)}; }

}  // namespace

bool IsMediaCode(std::string_view text) {
  return !text.empty() && text.size() <= kMaxCodeBytes && IsFreeOfControls(text, false) && base::IsUtf8(text);
}

bool IsMediaText(std::string_view text) { return IsFreeOfControls(text, true) && base::IsUtf8(text); }

Result<void> CheckContent(const MediaContent& content) {
  for (const std::string* const code : {&content.office, &content.handling, &content.file}) {
    if (!IsMediaCode(*code)) {
      return BadContent({"office, handling and file of an export are 1 to 255 bytes without control characters",
                         "持ち出しの実施機関・業務・ファイルは、制御文字を含まない1～255バイトの文字列である"});
    }
  }
  if (content.items.empty() || content.items.size() > kMaxItems)
    return BadContent({"an export has 1 to 1,000 items", "持ち出しの項目は1～1,000個である"});
  std::unordered_set<std::string_view> seen;
  for (const MediaItem& item : content.items) {
    if (!IsMediaCode(item.item)) {
      return BadContent({"an item is 1 to 255 bytes without control characters",
                         "項目は、制御文字を含まない1～255バイトの文字列である"});
    }
    if (!seen.insert(item.item).second)
      return BadContent({"the item is named twice: " + item.item, "項目が重複している: " + item.item});
  }
  return {};
}

std::string StreamHead(const MediaContent& content, const MediaSalt& salt) {
  std::string head;
  if (content.form != MediaForm::kJsonLines) {
    if (content.form == MediaForm::kCsvMarked) head = kMark;
    head += "subject,version,";
    for (const MediaItem& item : content.items) {
      AppendCell(head, item.item);
      head += ',';
    }
    return head + "salt\r\n";
  }
  head = R"({"format":"hikae-export","version":1,"office":)";
  AppendJson(head, content.office);
  head += ",\"handling\":";
  AppendJson(head, content.handling);
  head += ",\"file\":";
  AppendJson(head, content.file);
  head += ",\"items\":[";
  for (const MediaItem& item : content.items) {
    head += &item == &content.items.front() ? "{\"item\":" : ",{\"item\":";
    AppendJson(head, item.item);
    head += item.blob ? ",\"blob\":true}" : "}";
  }
  return head + "],\"salt\":\"" + codec::Hex(salt) + std::string(kHeadEnd);
}

}  // namespace hikae::vault
