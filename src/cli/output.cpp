#include "cli/output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <vector>

#include "cli/text.h"

namespace hikae::cli {
namespace {

[[noreturn]] void Fail(const std::string& path) {
  const std::string reason = std::generic_category().message(errno);
  throw OutputError{{path + ": cannot be written: " + reason, path + ": 書き込めません: " + reason}};
}

// Closes and, unless told to keep it, removes what it made.
class Draft {
 public:
  Draft(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  ~Draft() {
    if (fd_ >= 0) ::close(fd_);
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  bool Write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return false;
      bytes.remove_prefix(static_cast<size_t>(n));
    }
    return true;
  }
  bool Sync() const { return ::fsync(fd_) == 0; }
  bool Close() { return ::close(std::exchange(fd_, -1)) == 0; }
  int fd() const { return fd_; }
  const std::string& path() const { return path_; }
  void Keep() { path_.clear(); }

 private:
  int fd_;
  std::string path_;
};

// The mode a new file would get, or the one the old file has: replacing must not change who may read.
mode_t ModeFor(const std::string& path) {
  struct stat old {};
  if (::stat(path.c_str(), &old) == 0) return old.st_mode & 07777;
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

}  // namespace

void Print(std::string_view text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (!written || std::fflush(stdout) != 0)
    throw OutputError{{"standard output cannot be written", "標準出力に書き込めません"}};
}

// What is written goes to `draft`; a draft without a path is the device itself.
struct FileWriter::State {
  Draft draft;
  std::string given;  // as messages name it
  std::string path;   // the file to replace; empty: none
};

FileWriter::FileWriter(const std::string& given) {
  std::error_code code;
  const auto kind = std::filesystem::status(given, code).type();
  if (kind != std::filesystem::file_type::not_found && kind != std::filesystem::file_type::regular) {
    if (kind == std::filesystem::file_type::directory) errno = EISDIR, Fail(given);
    const int fd = ::open(given.c_str(), O_WRONLY | O_CLOEXEC);
    if (fd < 0) Fail(given);
    state_.reset(new State{{fd, {}}, given, {}});
    return;
  }
  // A link keeps pointing where it points: its target is replaced.
  const std::filesystem::path resolved = std::filesystem::weakly_canonical(given, code);
  const std::string path = code ? given : resolved.string();
  std::string name = path + ".XXXXXX";
  const int fd = ::mkostemp(name.data(), O_CLOEXEC);
  if (fd < 0) Fail(given);
  state_.reset(new State{{fd, name}, given, path});
}

FileWriter::~FileWriter() = default;

void FileWriter::Write(std::string_view bytes) {
  if (!state_->draft.Write(bytes)) Fail(state_->given);
}

void FileWriter::Finish() {
  Draft& draft = state_->draft;
  const bool replaces = !state_->path.empty();
  if (replaces && (::fchmod(draft.fd(), ModeFor(state_->path)) != 0 || !draft.Sync())) Fail(state_->given);
  if (!draft.Close()) Fail(state_->given);
  if (replaces && ::rename(draft.path().c_str(), state_->path.c_str()) != 0) Fail(state_->given);
  draft.Keep();
}

void WriteFile(const std::string& path, std::string_view bytes) {
  FileWriter file(path);
  file.Write(bytes);
  file.Finish();
}

}  // namespace hikae::cli
