#include "capi/boundary.h"

#include <algorithm>

#include "base/utf8.h"

namespace hikae::capi {
std::string_view Text(hikae_str text, const char* name) {
  if (text.ptr == nullptr && text.len != 0) FailArgument(std::string(name) + " is NULL with a length");
  const std::string_view view = text.len == 0 ? std::string_view() : std::string_view(text.ptr, text.len);
  if (!base::IsUtf8(view)) FailArgument(std::string(name) + " is not UTF-8");
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
