#include "capi/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>

namespace hikae::capi {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

base::Error At(base::Status status, base::Text text, const std::string& path) {
  return {status, std::move(text), {path, 0, 0}};
}

base::Error TooLarge(const std::string& path, size_t limit) {
  const std::string mib = std::to_string(limit >> 20);
  return At(base::Status::kArgument,
            {"larger than a document may be: expected at most " + mib + " MiB",
             "文書として大きすぎます。" + mib + " MiB 以下にしてください"},
            path);
}

base::Error CannotRead(const std::string& path) {
  return At(base::Status::kIo, {"cannot be read", "読み取れません"}, path);
}

}  // namespace

base::Result<std::string> ReadFile(const std::string& path, size_t limit) {
  std::error_code code;
  const auto kind = std::filesystem::status(path, code).type();
  if (kind == std::filesystem::file_type::not_found)
    return At(base::Status::kNotFound, {"no such file", "ファイルがありません"}, path);
  if (kind == std::filesystem::file_type::directory)
    return At(base::Status::kIo, {"is a folder, expected a file", "フォルダーです。ファイルを指定してください"}, path);
  if (kind == std::filesystem::file_type::regular && std::filesystem::file_size(path, code) > limit && !code)
    return TooLarge(path, limit);
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rbe"));
  if (!file) return CannotRead(path);
  // A pipe has no size beforehand, and a file may grow: the limit is kept while reading, too.
  std::string text;
  char piece[size_t{64} << 10];
  for (size_t n = 0; (n = std::fread(piece, 1, sizeof piece, file.get())) > 0;) {
    text.append(piece, n);
    if (text.size() > limit) return TooLarge(path, limit);
  }
  if (std::ferror(file.get()) != 0) return CannotRead(path);
  return text;
}

base::Result<void> WriteSecret(const std::string& path, std::string_view bytes) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0 && errno == EEXIST)
    return At(base::Status::kExists, {"there is such a file already", "ファイルが既にある"}, path);
  if (fd < 0) return At(base::Status::kIo, {"cannot be made", "作成できません"}, path);
  bool written = true;
  while (written && !bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    written = n > 0 || (n < 0 && errno == EINTR);
    if (n > 0) bytes.remove_prefix(static_cast<size_t>(n));
  }
  written = written && ::fsync(fd) == 0;
  if (::close(fd) == 0 && written) return {};
  ::unlink(path.c_str());
  return At(base::Status::kIo, {"cannot be written", "書き込めません"}, path);
}

}  // namespace hikae::capi
