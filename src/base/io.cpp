#include "base/io.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace hikae::base {
namespace {

Error Failed(const std::string& path, int code) {
  const std::string reason = std::strerror(code);
  if (code == ENOENT) return Error(Status::kNotFound, {"there is no such file", "ファイルがない"}, {path, 0, 0});
  Text hint;
  if (code == ENOSPC || code == EDQUOT) hint = {"make room on the disk", "ディスクの空きを増やす"};
  if (code == EROFS || code == EACCES || code == EPERM)
    hint = {"the disk or the directory is read-only", "ディスクかフォルダーが読み取り専用になっている"};
  return Error(Status::kIo, {"cannot be read or written: " + reason, "読み書きできない: " + reason}, {path, 0, 0},
               std::move(hint));
}

class PosixFile final : public File {
 public:
  PosixFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  PosixFile(const PosixFile&) = delete;
  PosixFile& operator=(const PosixFile&) = delete;
  ~PosixFile() override { ::close(fd_); }

  Result<size_t> ReadSome(uint64_t offset, std::span<uint8_t> into) override {
    ssize_t count;
    do count = ::pread(fd_, into.data(), into.size(), static_cast<off_t>(offset));
    while (count < 0 && errno == EINTR);
    if (count < 0) return Failed(path_, errno);
    return static_cast<size_t>(count);
  }

  Result<size_t> WriteSome(uint64_t offset, std::span<const uint8_t> bytes) override {
    ssize_t count;
    do count = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    while (count < 0 && errno == EINTR);
    if (count < 0) return Failed(path_, errno);
    return static_cast<size_t>(count);
  }

  Result<void> Sync() override {
    if (::fdatasync(fd_) != 0) return Failed(path_, errno);
    return {};
  }

  Result<void> Truncate(uint64_t size) override {
    if (::ftruncate(fd_, static_cast<off_t>(size)) != 0) return Failed(path_, errno);
    return {};
  }

  Result<uint64_t> Size() override {
    struct stat info {};
    if (::fstat(fd_, &info) != 0) return Failed(path_, errno);
    return static_cast<uint64_t>(info.st_size);
  }

  Result<bool> TryLock(uint64_t byte, LockKind kind) override {
    return Lock(byte, kind == LockKind::kShared ? F_RDLCK : F_WRLCK);
  }

  Result<void> Unlock(uint64_t byte) override {
    HIKAE_CHECK(Lock(byte, F_UNLCK));
    return {};
  }

 private:
  Result<bool> Lock(uint64_t byte, short type) {
    struct flock lock {};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    lock.l_start = static_cast<off_t>(byte);
    lock.l_len = 1;
    if (::fcntl(fd_, F_OFD_SETLK, &lock) == 0) return true;
    if (errno == EAGAIN || errno == EACCES) return false;
    return Failed(path_, errno);
  }

  const int fd_;
  const std::string path_;
};

class Posix final : public Io {
 public:
  Result<std::unique_ptr<File>> Open(const std::string& path, OpenMode mode) override {
    const int flags = mode == OpenMode::kRead ? O_RDONLY : mode == OpenMode::kWrite ? O_RDWR : O_RDWR | O_CREAT;
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC | O_NOCTTY, 0644);
    if (fd < 0) return Failed(path, errno);
    try {
      return std::unique_ptr<File>(std::make_unique<PosixFile>(fd, path));
    } catch (...) {
      ::close(fd);
      throw;
    }
  }

  Result<void> Rename(const std::string& from, const std::string& to) override {
    if (std::rename(from.c_str(), to.c_str()) != 0) return Failed(to, errno);
    return {};
  }

  Result<void> Remove(const std::string& path) override {
    if (std::remove(path.c_str()) != 0) return Failed(path, errno);
    return {};
  }

  Result<void> MakeDirectory(const std::string& path) override {
    if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) return Failed(path, errno);
    return {};
  }

  Result<void> SyncDirectory(const std::string& path) override {
    const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return Failed(path, errno);
    const int code = ::fsync(fd) == 0 ? 0 : errno;
    ::close(fd);
    if (code != 0) return Failed(path, code);
    return {};
  }

  Result<std::vector<std::string>> List(const std::string& path) override {
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path.c_str()), ::closedir);
    if (directory == nullptr) return Failed(path, errno);
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = ::readdir(directory.get())) {
      const std::string name = entry->d_name;
      if (name != "." && name != "..") names.push_back(name);
      errno = 0;
    }
    const int code = errno;
    if (code != 0) return Failed(path, code);
    std::sort(names.begin(), names.end());
    return names;
  }

  void Pause(uint32_t micros) override {
    const timespec wait{0, static_cast<long>(micros) * 1000};
    ::nanosleep(&wait, nullptr);
  }

  uint64_t Ticks() override {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<uint64_t>(now.tv_sec) * 1'000'000 + static_cast<uint64_t>(now.tv_nsec) / 1000;
  }
};

}  // namespace

Io& PosixIo() {
  static Posix io;
  return io;
}

Result<size_t> ReadAt(File& file, uint64_t offset, std::span<uint8_t> into) {
  size_t done = 0;
  while (done < into.size()) {
    HIKAE_TRY(const size_t count, file.ReadSome(offset + done, into.subspan(done)));
    if (count == 0) break;
    done += count;
  }
  return done;
}

Result<void> WriteAt(File& file, uint64_t offset, std::span<const uint8_t> bytes) {
  while (!bytes.empty()) {
    HIKAE_TRY(const size_t count, file.WriteSome(offset, bytes));
    if (count == 0) return Error(Status::kIo, Text{"the disk takes no more", "ディスクに書き込めない"});
    bytes = bytes.subspan(count);
    offset += count;
  }
  return {};
}

Result<std::string> ReadWhole(Io& io, const std::string& path, size_t limit) {
  HIKAE_TRY(const std::unique_ptr<File> file, io.Open(path, OpenMode::kRead));
  HIKAE_TRY(const uint64_t size, file->Size());
  if (size > limit)
    return Error(Status::kIo, {"the file is longer than it can be", "ファイルが長すぎる"}, {path, 0, 0});
  std::string text(size, '\0');
  HIKAE_TRY(const size_t count, ReadAt(*file, 0, {reinterpret_cast<uint8_t*>(text.data()), text.size()}));
  text.resize(count);
  return text;
}

}  // namespace hikae::base
