#include "crypto/age/armor.h"

#include <sodium.h>

#include <algorithm>

#include "crypto/age/header.h"

namespace hikae::crypto::age {
namespace {

using base::Error;
using base::Result;
using base::Status;

constexpr size_t kColumns = 64;
constexpr size_t kLineBytes = 48;
constexpr int kPadded = sodium_base64_VARIANT_ORIGINAL;

bool IsBlank(std::string_view text) { return text.find_first_not_of(" \t\r\n\v\f") == std::string_view::npos; }

}  // namespace

Error ArmorReader::Malformed(base::Text wanted) const {
  return Error(Status::kArgument, {"the armor of the age file is malformed", "age ファイルのテキスト形式が壊れている"},
               {"", number_, 0}, std::move(wanted));
}

// Without its end, which may be CR LF. A line that is cut off is too long for any.
Result<std::string> ArmorReader::Line() {
  ++number_;
  HIKAE_TRY(auto line, in_.ReadLine(kMaxArmorBlanks));
  if (!line) return Malformed({"it ends too early", "途中で終わっている"});
  if (line->ended && line->text.ends_with('\r')) line->text.pop_back();
  return std::move(line->text);
}

Result<void> ArmorReader::Begin() {
  size_t blanks = 0;
  for (;;) {
    HIKAE_TRY(const std::string line, Line());
    if (line == kArmorBegin) break;
    blanks += line.size() + 1;
    if (!IsBlank(line) || blanks > kMaxArmorBlanks) {
      return Malformed(
          {"-----BEGIN AGE ENCRYPTED FILE----- was expected", "-----BEGIN AGE ENCRYPTED FILE----- が要る"});
    }
  }
  begun_ = true;
  return {};
}

Result<void> ArmorReader::NextLine() {
  HIKAE_TRY(const std::string line, Line());
  at_ = 0;
  bytes_.clear();
  if (line == kArmorEnd) return Finish();
  bytes_.resize(kLineBytes);
  size_t size = 0;
  const char* end = nullptr;
  const bool fits = !line.empty() && line.size() <= kColumns && IsAscii(line);
  if (!fits ||
      sodium_base642bin(bytes_.data(), bytes_.size(), line.data(), line.size(), nullptr, &size, &end, kPadded) != 0 ||
      end != line.data() + line.size()) {
    return Malformed({"canonical base64 of at most 64 columns was expected", "64桁以内の正規の base64 が要る"});
  }
  bytes_.resize(size);
  if (size == kLineBytes) return {};
  HIKAE_TRY(const std::string last, Line());
  if (last != kArmorEnd) {
    return Malformed({"-----END AGE ENCRYPTED FILE----- was expected", "-----END AGE ENCRYPTED FILE----- が要る"});
  }
  return Finish();
}

// Nothing but a few blanks may follow.
Result<void> ArmorReader::Finish() {
  std::vector<uint8_t> behind(kMaxArmorBlanks + 1);
  HIKAE_TRY(const size_t size, in_.Read(behind));
  const std::string_view text(reinterpret_cast<const char*>(behind.data()), size);
  if (size > kMaxArmorBlanks || !IsBlank(text))
    return Malformed({"nothing may follow the end", "終わりの後に何もあってはならない"});
  ended_ = true;
  return {};
}

Result<size_t> ArmorReader::Read(std::span<uint8_t> into) {
  if (!begun_) HIKAE_CHECK(Begin());
  while (at_ == bytes_.size() && !ended_) HIKAE_CHECK(NextLine());
  const size_t count = std::min(into.size(), bytes_.size() - at_);
  std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(at_), count, into.begin());
  at_ += count;
  return count;
}

Result<void> ArmorWriter::Put(std::string_view text) {
  return out_({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

Result<void> ArmorWriter::PutLine(Bytes bytes) {
  char text[kColumns + 1];
  sodium_bin2base64(text, sizeof text, bytes.data(), bytes.size(), kPadded);
  return Put(std::string(text) + "\n");
}

Result<void> ArmorWriter::Write(Bytes bytes) {
  if (!begun_) HIKAE_CHECK(Put(std::string(kArmorBegin) + "\n"));
  begun_ = true;
  for (const uint8_t byte : bytes) {
    held_.push_back(byte);
    if (held_.size() < kLineBytes) continue;
    HIKAE_CHECK(PutLine(held_));
    held_.clear();
  }
  return {};
}

Result<void> ArmorWriter::Finish() {
  HIKAE_CHECK(Write({}));
  if (!held_.empty()) HIKAE_CHECK(PutLine(held_));
  held_.clear();
  return Put(std::string(kArmorEnd) + "\n");
}

}  // namespace hikae::crypto::age
