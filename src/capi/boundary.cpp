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

std::string Shown(std::string_view given) {
  size_t end = std::min<size_t>(given.size(), 60);
  while (end < given.size() && (static_cast<unsigned char>(given[end]) & 0xC0U) == 0x80U) --end;
  return std::string(given.substr(0, end));
}

void CheckRange(int32_t value, int32_t last, const char* name) {
  if (value < 0 || value > last)
    FailArgument(std::string(name) + " is " + std::to_string(value) + ", expected 0 to " + std::to_string(last));
}

void Copy(std::string_view bytes, hikae_buffer& out) {
  out.ptr = new uint8_t[bytes.size() + 1];
  std::memcpy(out.ptr, bytes.data(), bytes.size());
  out.ptr[bytes.size()] = 0;  // a kindness to debuggers; not counted and not promised
  out.len = bytes.size();
}

}  // namespace hikae::capi
