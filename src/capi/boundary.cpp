#include "capi/boundary.h"

#include <algorithm>

namespace hikae::capi {
namespace {

// How many bytes the well-formed sequence at the head of `s` has; 0 when it is not one. Refuses overlong forms,
// surrogates and what lies beyond U+10FFFF, as the Unicode standard's table of well-formed sequences does.
size_t SequenceLength(std::string_view s) {
  const auto at = [&](size_t i) { return i < s.size() ? static_cast<unsigned char>(s[i]) : 0U; };
  const auto continues = [&](size_t i) { return (at(i) & 0xC0U) == 0x80U; };
  const unsigned lead = at(0);
  const unsigned second = at(1);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return continues(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const bool bad = (lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F);
    return !bad && continues(1) && continues(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const bool bad = (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F);
    return !bad && continues(1) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    const size_t length = SequenceLength(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string_view Text(hikae_str text, const char* name) {
  if (text.ptr == nullptr && text.len != 0) FailArgument(std::string(name) + " is NULL with a length");
  const std::string_view view = text.len == 0 ? std::string_view() : std::string_view(text.ptr, text.len);
  if (!IsUtf8(view)) FailArgument(std::string(name) + " is not UTF-8");
  return view;
}

std::string Path(hikae_str path, const char* name) {
  const std::string_view view = Text(path, name);
  if (view.empty()) FailArgument(std::string(name) + " must not be empty");
  if (view.find('\0') != std::string_view::npos) FailArgument(std::string(name) + " holds a NUL");
  return std::string(view);
}

void CheckRange(int32_t value, int32_t last, const char* name) {
  if (value < 0 || value > last)
    FailArgument(std::string(name) + " is " + std::to_string(value) + ", expected 0 to " + std::to_string(last));
}

void Write(std::string_view bytes, hikae_write_fn fn, void* ctx) {
  constexpr size_t kPiece = size_t{64} << 10;
  for (size_t at = 0; at < bytes.size(); at += kPiece) {
    const std::string_view piece = bytes.substr(at, std::min(kPiece, bytes.size() - at));
    if (fn(ctx, reinterpret_cast<const uint8_t*>(piece.data()), piece.size()) != 0)
      Fail(base::Status::kStopped, {"the write callback stopped the call", "書き出しが中断されました"});
  }
}

}  // namespace hikae::capi
