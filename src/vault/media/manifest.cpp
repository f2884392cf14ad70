#include "vault/media/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/civil_date.h"
#include "codec/hex.h"
#include "crypto/age/age.h"

namespace hikae::vault {
namespace {

using base::Error;
using base::Result;
using base::Status;

constexpr std::string_view kFormat = "hikae-export@v";
constexpr std::string_view kForms[] = {"jsonl", "csv", "csv-bom"};  // by MediaForm
constexpr int64_t kSecond = 1'000'000, kDay = 86'400 * kSecond;

Error BadField(const char* field) {
  return {Status::kArgument,
          {std::string("the manifest of the export cannot have this: ") + field,
           std::string("持ち出しの目録に書けない値: ") + field}};
}

// Whether there can be a key of that name: no blanks, no plus sign.
bool CanSign(const Manifest& manifest) {
  return log::VerifierKey::Parse(log::VerifierKey{manifest.Signer(), log::KeyKind::kEd25519, {}}.ToString()).ok();
}

// 2021-05-20T01:00:00.000000Z; for years 1970 to 9999.
std::string FormatTime(int64_t micros) {
  const int64_t in_day = micros % kDay, seconds = in_day / kSecond;
  return fmt::format("{}T{:02}:{:02}:{:02}.{:06}Z", base::FormatIso(static_cast<base::Day>(micros / kDay)),
                     seconds / 3600, seconds / 60 % 60, seconds % 60, in_day % kSecond);
}
bool IsTime(int64_t micros) { return micros >= 0 && micros / kDay <= base::DayOf({9999, 12, 31}); }

// Decimal digits and nothing else, as many as there are.
bool ReadDigits(std::string_view text, int64_t& out) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.empty() || text.size() > 18 || !std::all_of(text.begin(), text.end(), digit)) return false;
  return std::from_chars(text.data(), text.data() + text.size(), out).ec == std::errc();
}
bool ReadTime(std::string_view text, int64_t& micros) {
  if (text.size() != 27) return false;
  int64_t year, month, day, hour, minute, second, fraction;
  if (!ReadDigits(text.substr(0, 4), year) || !ReadDigits(text.substr(5, 2), month) ||
      !ReadDigits(text.substr(8, 2), day) || !ReadDigits(text.substr(11, 2), hour) ||
      !ReadDigits(text.substr(14, 2), minute) || !ReadDigits(text.substr(17, 2), second) ||
      !ReadDigits(text.substr(20, 6), fraction)) {
    return false;
  }
  const base::CivilDate date{static_cast<int32_t>(year), static_cast<int32_t>(month), static_cast<int32_t>(day)};
  if (!base::Exists(date)) return false;
  micros = base::DayOf(date) * kDay + (hour * 3600 + minute * 60 + second) * kSecond + fraction;
  return IsTime(micros) && text == FormatTime(micros);
}

bool ReadNumber(std::string_view text, uint64_t& out) {
  if (text.empty() || (text.size() > 1 && text[0] == '0')) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}
bool ReadHex(std::string_view text, std::span<uint8_t> out) {
  return codec::FromHex(text, out) && text == codec::Hex(out);
}

// Takes the lines of a manifest one after the other.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}
  // The next line, if it begins with `key` and a space: what follows.
  bool Next(std::string_view key, std::string_view& value) {
    const size_t end = rest_.find('\n');
    if (end == rest_.npos) return false;
    const std::string_view line = rest_.substr(0, end);
    if (!line.starts_with(key) || line.size() <= key.size() || line[key.size()] != ' ') return false;
    value = line.substr(key.size() + 1);
    rest_.remove_prefix(end + 1);
    ++number_;
    return true;
  }
  bool Code(std::string_view key, std::string& into) {
    std::string_view value;
    if (!Next(key, value) || !IsMediaCode(value)) return false;
    into = value;
    return true;
  }
  // A line that may be left out.
  bool MaybeCode(std::string_view key, std::string& into) {
    return !rest_.starts_with(std::string(key) + " ") || Code(key, into);
  }
  bool Number(std::string_view key, uint64_t& into) {
    std::string_view value;
    return Next(key, value) && ReadNumber(value, into);
  }
  bool Bytes(std::string_view key, std::span<uint8_t> into) {
    std::string_view value;
    return Next(key, value) && ReadHex(value, into);
  }
  bool Whole(std::string_view line) {
    if (!rest_.starts_with(std::string(line) + "\n")) return false;
    rest_.remove_prefix(line.size() + 1);
    ++number_;
    return true;
  }
  bool AtEnd() const { return rest_.empty(); }
  uint32_t number() const { return number_; }

 private:
  std::string_view rest_;
  uint32_t number_ = 0;  // of the line taken last
};

bool ReadContent(Lines& lines, MediaContent& content) {
  if (!lines.Code("office", content.office) || !lines.Code("handling", content.handling) ||
      !lines.Code("file", content.file)) {
    return false;
  }
  std::string_view value;
  const auto form = std::find(std::begin(kForms), std::end(kForms), lines.Next("form", value) ? value : "");
  if (form == std::end(kForms)) return false;
  content.form = static_cast<MediaForm>(form - std::begin(kForms));
  for (;;) {
    const bool text = lines.Next("item", value);
    if (!text && !lines.Next("blob", value)) return true;
    if (!IsMediaCode(value) || content.items.size() == kMaxItems) return false;
    content.items.push_back({std::string(value), !text});
  }
}

bool ReadRecipients(Lines& lines, std::vector<crypto::age::Recipient>& recipients) {
  if (lines.Whole("passphrase")) return true;
  for (std::string_view value; lines.Next("recipient", value);) {
    const auto recipient = crypto::age::Recipient::Parse(value);
    if (!recipient.ok() || recipient->ToString() != value || recipients.size() == crypto::age::kMaxRecipients)
      return false;
    recipients.push_back(*recipient);
  }
  return !recipients.empty();
}

bool ReadAll(Lines& lines, Manifest& manifest) {
  std::string_view time, place;
  if (!ReadContent(lines, manifest.content) || !lines.Number("records", manifest.records) ||
      !lines.Number("plain-bytes", manifest.plain_bytes) || !lines.Bytes("plain-sha256", manifest.plain_sha256) ||
      !lines.Number("age-bytes", manifest.age_bytes) || !lines.Bytes("age-sha256", manifest.age_sha256) ||
      !ReadRecipients(lines, manifest.recipients) || !lines.MaybeCode("medium", manifest.medium) ||
      !lines.MaybeCode("handover", manifest.handover) || !lines.MaybeCode("approval", manifest.approval) ||
      !lines.Next("made", time) || !ReadTime(time, manifest.made_at) || !lines.Bytes("actor", manifest.actor) ||
      !lines.Code("period", manifest.log.period) || !lines.Number("entry", manifest.log.index)) {
    return false;
  }
  return lines.AtEnd();
}

}  // namespace

Result<std::string> Manifest::ToText() const {
  HIKAE_CHECK(CheckContent(content));
  if (!IsMediaCode(log.period) || !CanSign(*this)) return BadField("office, period");
  if (!IsTime(made_at)) return BadField("made");
  if (recipients.size() > crypto::age::kMaxRecipients) return BadField("recipient");
  std::string text = std::string(kFormat) + "1\n";
  const auto line = [&](const char* key, std::string_view value) { text += fmt::format("{} {}\n", key, value); };
  line("office", content.office);
  line("handling", content.handling);
  line("file", content.file);
  line("form", kForms[static_cast<size_t>(content.form)]);
  for (const MediaItem& item : content.items) line(item.blob ? "blob" : "item", item.item);
  line("records", std::to_string(records));
  line("plain-bytes", std::to_string(plain_bytes));
  line("plain-sha256", codec::Hex(plain_sha256));
  line("age-bytes", std::to_string(age_bytes));
  line("age-sha256", codec::Hex(age_sha256));
  for (const crypto::age::Recipient& recipient : recipients) line("recipient", recipient.ToString());
  if (recipients.empty()) text += "passphrase\n";
  for (const auto& [key, value] :
       {std::pair{"medium", &medium}, std::pair{"handover", &handover}, std::pair{"approval", &approval}}) {
    if (value->empty()) continue;
    if (!IsMediaCode(*value)) return BadField(key);
    line(key, *value);
  }
  line("made", FormatTime(made_at));
  line("actor", codec::Hex(actor));
  line("period", log.period);
  line("entry", std::to_string(log.index));
  return text;
}

Result<Manifest> Manifest::Parse(std::string_view text) {
  const auto malformed = [](uint32_t line) {
    return Error(Status::kArgument,
                 base::Text{"the manifest of the export is not as the format has it", "持ち出しの目録が形式に合わない"},
                 {"manifest", line, 0});
  };
  Lines lines(text);
  if (!lines.Whole(std::string(kFormat) + "1")) {
    if (!text.starts_with(kFormat)) return malformed(1);
    return Error(Status::kVersion,
                 base::Text{"the manifest of the export is of a newer form", "持ち出しの目録が新しい形式である"});
  }
  Manifest manifest;
  if (!ReadAll(lines, manifest)) return malformed(lines.number() + 1);
  HIKAE_CHECK(CheckContent(manifest.content));
  if (!CanSign(manifest)) return malformed(2);
  return manifest;
}

Result<Manifest> OpenManifest(std::string_view text, const std::vector<log::VerifierKey>& keys) {
  HIKAE_TRY(const log::Note note, log::ParseNote(text));
  HIKAE_TRY(const std::vector<log::Signer> signers, log::VerifyNote(note, keys));
  if (signers.empty()) {
    return Error(Status::kRefused,
                 base::Text{"no known key signed the manifest of the export", "持ち出しの目録に既知の鍵の署名がない"});
  }
  HIKAE_TRY(Manifest manifest, Manifest::Parse(note.text));
  const auto may_sign = [&](const log::Signer& signer) {
    return keys[signer.key].kind == log::KeyKind::kEd25519 && keys[signer.key].name == manifest.Signer();
  };
  if (std::any_of(signers.begin(), signers.end(), may_sign)) return manifest;
  return Error(Status::kRefused,
               base::Text{"the manifest of the export is signed by the key of another office or period",
                          "持ち出しの目録が別の実施機関か期間の鍵で署名されている"});
}

}  // namespace hikae::vault
