#include "crypto/age/header.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <optional>

namespace hikae::crypto::age {
namespace {

using base::Error;
using base::Result;
using base::Status;

constexpr std::string_view kFamily = "age-encryption.org/";
constexpr std::string_view kVersionLine = "age-encryption.org/v1";
constexpr size_t kColumns = 64;
constexpr size_t kLineBytes = kColumns / 4 * 3;
constexpr int kRaw = sodium_base64_VARIANT_ORIGINAL_NO_PADDING;

Error Malformed(uint32_t line, base::Text wanted) {
  return Error(Status::kArgument, {"the header of the age file is malformed", "age ファイルのヘッダーが壊れている"},
               {"", line, 0}, std::move(wanted));
}

class Reader {
 public:
  explicit Reader(Intake& in) : in_(in) {}

  Result<Header> Run() {
    HIKAE_TRY(const std::string first, Line());
    if (first != kVersionLine) {
      if (!first.starts_with(kFamily))
        return Malformed(1, {"it begins with age-encryption.org/v1", "age-encryption.org/v1 で始まる"});
      return Error(Status::kVersion,
                   base::Text{"the age file is of a version that is not known", "未知の版の age ファイルである"});
    }
    HIKAE_TRY(std::string line, Line());
    while (line.starts_with("-> ")) {
      if (header_.stanzas.size() == Header::kMaxStanzas)
        return Malformed(number_, {"there are too many recipients", "受取人が多すぎる"});
      HIKAE_TRY(Stanza stanza, ReadStanza(line));
      header_.stanzas.push_back(std::move(stanza));
      HIKAE_TRY(line, Line());
    }
    if (header_.stanzas.empty())
      return Malformed(number_, {"a recipient was expected: -> and its kind", "受取人(-> と種類)が要る"});
    HIKAE_CHECK(ReadMac(line));
    return std::move(header_);
  }

 private:
  // The next line, which has to be ended. It is covered by the mac.
  Result<std::string> Line() {
    ++number_;
    const size_t room = Header::kMaxBytes - header_.covered.size();
    HIKAE_TRY(auto line, in_.ReadLine(room));
    if (!line || !line->ended)
      return Malformed(number_, {"it ends too early, or is too long", "途中で終わっているか、長すぎる"});
    header_.covered += line->text;
    header_.covered += '\n';
    return std::move(line->text);
  }

  Result<Stanza> ReadStanza(const std::string& line) {
    Stanza stanza;
    std::string_view rest = std::string_view(line).substr(3);
    for (;;) {
      const size_t space = std::min(rest.find(' '), rest.size());
      const std::string_view argument = rest.substr(0, space);
      const bool visible = std::ranges::all_of(argument, [](char c) { return c > ' ' && c <= '~'; });
      if (argument.empty() || !visible)
        return Malformed(number_, {"arguments are separated by one space", "引数は空白1字で区切る"});
      stanza.arguments.emplace_back(argument);
      if (space == rest.size()) break;
      rest.remove_prefix(space + 1);
    }
    for (bool full = true; full;) {
      HIKAE_TRY(const std::string text, Line());
      const auto bytes = text.size() <= kColumns ? FromRawBase64(text) : std::nullopt;
      if (!bytes)
        return Malformed(number_,
                         {"canonical base64 of at most 64 columns was expected", "64桁以内の正規の base64 が要る"});
      stanza.body.insert(stanza.body.end(), bytes->begin(), bytes->end());
      full = text.size() == kColumns;
    }
    return stanza;
  }

  Result<void> ReadMac(const std::string& line) {
    const auto mac = line.starts_with("--- ") ? FromRawBase64(std::string_view(line).substr(4)) : std::nullopt;
    if (!mac || mac->size() != header_.mac.size()) {
      return Malformed(number_, {"--- and the base64 of 32 bytes were expected", "--- と32バイトの base64 が要る"});
    }
    std::ranges::copy(*mac, header_.mac.begin());
    header_.covered.resize(header_.covered.size() - line.size() - 1 + 3);
    return {};
  }

  Intake& in_;
  Header header_;
  uint32_t number_ = 0;  // of the last line
};

}  // namespace

Result<Header> Header::Read(Intake& in) { return Reader(in).Run(); }

std::string CoveredText(const std::vector<Stanza>& stanzas) {
  std::string text = std::string(kVersionLine) + "\n";
  for (const Stanza& stanza : stanzas) {
    text += "->";
    for (const std::string& argument : stanza.arguments) text += " " + argument;
    text += '\n';
    const Bytes body = stanza.body;
    // The last line is shorter than a full one, and may be empty.
    for (size_t at = 0;; at += kLineBytes) {
      const Bytes part = body.subspan(at, std::min(kLineBytes, body.size() - at));
      text += RawBase64(part) + '\n';
      if (part.size() < kLineBytes) break;
    }
  }
  return text + "---";
}

std::string MacLine(const std::array<uint8_t, 32>& mac) { return " " + RawBase64(mac) + "\n"; }

std::string RawBase64(Bytes bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), kRaw), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), kRaw);
  text.pop_back();  // its end
  return text;
}

bool IsAscii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::optional<std::vector<uint8_t>> FromRawBase64(std::string_view text) {
  if (!IsAscii(text)) return std::nullopt;
  std::vector<uint8_t> bytes(text.size() / 4 * 3 + 3);
  size_t size = 0;
  const char* end = nullptr;
  const int failed =
      sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &size, &end, kRaw);
  if (failed != 0 || end != text.data() + text.size()) return std::nullopt;
  bytes.resize(size);
  return bytes;
}

}  // namespace hikae::crypto::age
