#include "cli/input.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

namespace hikae::cli {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const {
    if (file != stdin) std::fclose(file);
  }
};

[[noreturn]] void Fail(const std::string& path, const std::string& english, const std::string& japanese) {
  throw InputError{{Printable(path) + ": " + english, Printable(path) + ": " + japanese}};
}

[[noreturn]] void FailErrno(const std::string& path) {
  const std::string reason = std::generic_category().message(errno);
  Fail(path, "cannot be read: " + reason, "読み取れません: " + reason);
}

// How many bytes the code point at the start of `text` has; 0 when it is none.
size_t CodePoint(std::string_view text) {
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto more = [&](size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return more(1) ? 2 : 0;
  if (first >= 0xE0 && first < 0xF0) {
    const bool canonical = (first != 0xE0 || byte(1) >= 0xA0) && (first != 0xED || byte(1) < 0xA0);
    return canonical && more(1) && more(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first < 0xF5) {
    const bool canonical = (first != 0xF0 || byte(1) >= 0x90) && (first != 0xF4 || byte(1) < 0x90);
    return canonical && more(1) && more(2) && more(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::string ReadInput(const std::string& path) {
  std::error_code code;
  if (path != "-" && std::filesystem::is_directory(path, code))
    Fail(path, "is a folder, expected a file", "フォルダーです。ファイルを指定してください");
  const std::unique_ptr<std::FILE, CloseFile> file(path == "-" ? stdin : std::fopen(path.c_str(), "rbe"));
  if (!file) FailErrno(path);
  std::string text;
  char piece[size_t{64} << 10];
  for (size_t n = 0; (n = std::fread(piece, 1, sizeof piece, file.get())) > 0;) {
    text.append(piece, n);
    if (text.size() > kMaxFileBytes) {
      const std::string most = std::to_string(kMaxFileBytes >> 20) + " MiB";
      Fail(path, "larger than " + most, most + " を超えています");
    }
  }
  if (std::ferror(file.get()) != 0) FailErrno(path);
  return text;
}

bool Exists(const std::string& path) {
  std::error_code code;
  return std::filesystem::exists(path, code);
}

std::string Printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t size = CodePoint(text);
    const auto first = static_cast<unsigned char>(text.front());
    // C1 controls are two bytes: 0xC2 0x80 … 0xC2 0x9F.
    const bool control =
        first < 0x20 || first == 0x7F || (size == 2 && first == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0);
    if (size == 0 || control) {
      out += '?';
    } else {
      out.append(text.substr(0, size));
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return out;
}

}  // namespace hikae::cli
