#include "vault/media/encoder.h"

#include <algorithm>

#include "codec/base64.h"
#include "codec/hex.h"

namespace hikae::vault {
namespace {

using base::Error;
using base::Result;
using base::Status;

Error BadRecord(base::Text text) { return {Status::kArgument, std::move(text)}; }

Error TooLong() {
  return BadRecord(
      {"a record of an export has at most its items, and 64 MiB", "持ち出しの1件は、その項目まで、64 MiB までである"});
}

// `item` is the one of that name, if there is one; `taken`: the record had it already.
Result<void> CheckValue(const MediaItem& item, bool taken, const MediaValue& value) {
  const auto bad = [&](const char* en, const char* ja) {
    const std::string name(value.item.substr(0, 255));
    return BadRecord({en + (": " + name), ja + (": " + name)});
  };
  if (item.item != value.item) return bad("the export has no such item", "持ち出しに項目がない");
  if (taken) return bad("the record has the item twice", "記録の項目が重複している");
  if (item.blob != value.blob)
    return bad("the item is a blob in one place and text in another", "項目がバイナリかテキストか一致しない");
  if (!value.blob && !IsMediaText(value.value)) {
    return bad("the item is not UTF-8 without control characters but line feeds",
               "項目が改行以外の制御文字を含まない UTF-8 ではない");
  }
  return {};
}

void AppendBase64(SecretBytes& to, std::string_view bytes) {
  std::string text = codec::Base64({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
  to.append(text);
  crypto::Wipe(text.data(), text.size());
}

}  // namespace

RecordEncoder::RecordEncoder(MediaContent content, const MediaSalt& salt)
    : content_(std::move(content)), salt_(salt), columns_(content_.items.size()) {}

// Fills columns_.
Result<void> RecordEncoder::Arrange(const MediaRecord& record) {
  if (!IsMediaCode(record.subject) || record.version == 0) {
    return BadRecord({"a record has a subject of 1 to 255 bytes without control characters, and a version from 1",
                      "記録の本人番号は制御文字を含まない1～255バイト、版は1以上である"});
  }
  size_t bytes = record.subject.size();
  for (const MediaValue& value : record.items) bytes += std::min(value.value.size(), kMaxMediaLine);
  if (record.items.size() > columns_.size() || bytes > kMaxMediaLine) return TooLong();
  std::fill(columns_.begin(), columns_.end(), nullptr);
  size_t at = 0;  // most callers keep the order of the content
  for (const MediaValue& value : record.items) {
    for (size_t tried = 0; tried < columns_.size() && content_.items[at].item != value.item; ++tried)
      at = (at + 1) % columns_.size();
    HIKAE_CHECK(CheckValue(content_.items[at], columns_[at] != nullptr, value));
    columns_[at] = &value;
    at = (at + 1) % columns_.size();
  }
  return {};
}

Result<void> RecordEncoder::Encode(const MediaRecord& record, SecretBytes& to) {
  HIKAE_CHECK(Arrange(record));
  const size_t before = to.size();
  if (content_.form == MediaForm::kJsonLines) {
    PutJson(record, to);
  } else {
    PutCsv(record, to);
  }
  if (to.size() - before > kMaxMediaLine) {
    to.resize(before);
    return TooLong();
  }
  ++records_;
  return {};
}

void RecordEncoder::PutJson(const MediaRecord& record, SecretBytes& to) const {
  to.append("{\"subject\":");
  AppendJson(to, record.subject);
  to.append(",\"version\":");
  to.append(std::to_string(record.version));
  to.append(",\"items\":{");
  bool first = true;
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i] == nullptr) continue;
    if (!first) to.push_back(',');
    first = false;
    AppendJson(to, content_.items[i].item);
    to.push_back(':');
    if (content_.items[i].blob) {
      to.push_back('"');
      AppendBase64(to, columns_[i]->value);
      to.push_back('"');
    } else {
      AppendJson(to, columns_[i]->value);
    }
  }
  to.append("}}\n");
}

void RecordEncoder::PutCsv(const MediaRecord& record, SecretBytes& to) const {
  AppendCell(to, record.subject);
  to.push_back(',');
  to.append(std::to_string(record.version));
  for (size_t i = 0; i < columns_.size(); ++i) {
    to.push_back(',');
    if (columns_[i] == nullptr) continue;
    if (content_.items[i].blob && !columns_[i]->value.empty()) {
      AppendBase64(to, columns_[i]->value);
    } else {
      AppendCell(to, columns_[i]->value);
    }
  }
  to.push_back(',');
  if (records_ == 0) to.append(codec::Hex(salt_));
  to.append("\r\n");
}

}  // namespace hikae::vault
