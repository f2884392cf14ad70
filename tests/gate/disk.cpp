#include "gate/disk.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <string_view>
#include <utility>
#include <vector>

namespace hikae::test {
namespace {

constexpr off_t kSector = 512;

// The functions below without their takeover.
ssize_t Write(int fd, const void* bytes, size_t size, off_t offset) {
  return ::syscall(SYS_pwrite64, fd, bytes, size, offset);
}
ssize_t Read(int fd, void* bytes, size_t size, off_t offset) { return ::syscall(SYS_pread64, fd, bytes, size, offset); }
int Resize(int fd, off_t size) { return static_cast<int>(::syscall(SYS_ftruncate, fd, size)); }
int Rename(const std::string& from, const std::string& to) {
  return static_cast<int>(::syscall(SYS_rename, from.c_str(), to.c_str()));
}
int Remove(const std::string& path) { return static_cast<int>(::syscall(SYS_unlink, path.c_str())); }
off_t SizeOf(int fd) {
  struct stat state {};
  return ::fstat(fd, &state) == 0 ? state.st_size : 0;
}
std::string PathOf(int fd) {
  char path[4096];
  const ssize_t size = ::readlink(("/proc/self/fd/" + std::to_string(fd)).c_str(), path, sizeof path);
  return size < 0 ? std::string() : std::string(path, static_cast<size_t>(size));
}
std::string Parent(const std::string& path) { return path.substr(0, path.rfind('/')); }

// A file as it is on the disk, where that is not what programs see.
struct Unsynced {
  int fd = -1;  // ours; never closed, since that would drop the locks of this process
  off_t size = 0;
  std::map<off_t, std::string> sectors;  // what stands there; shorter at the end, "" behind it
};
// A name that was made, taken away (kept aside) or changed, and whose directory was not synced since.
struct Renamed {
  std::string from, to;  // "" = made or taken away
  std::string kept;      // of what was there under `to`, or of what was taken away
};

class Disk {
 public:
  void Watch(const std::string& begin, const std::string& aside) {
    begin_ = begin;
    aside_ = aside;
    ::mkdir(aside.c_str(), 0700);
  }
  bool Watches(const std::string& path) const {
    return !begin_.empty() && path.starts_with(begin_) && !path.ends_with("-shm");
  }

  void Touch(int fd, off_t from, off_t end) {
    if (begin_.empty()) return;
    struct stat state {};
    if (::fstat(fd, &state) != 0 || !S_ISREG(state.st_mode) || !Watches(PathOf(fd))) return;
    const auto [at, fresh] = files_.try_emplace(state.st_ino);
    Unsynced& file = at->second;
    if (fresh) {
      int& own = fds_.try_emplace(state.st_ino, -1).first->second;
      if (own < 0) own = ::open(("/proc/self/fd/" + std::to_string(fd)).c_str(), O_RDWR | O_CLOEXEC);
      file.fd = own;
      file.size = state.st_size;
    }
    for (off_t sector = from / kSector * kSector; sector < end; sector += kSector) {
      const auto [there, first] = file.sectors.try_emplace(sector);
      if (!first || sector >= state.st_size) continue;
      there->second.resize(kSector);
      const ssize_t got = Read(fd, there->second.data(), kSector, sector);
      there->second.resize(got < 0 ? 0 : static_cast<size_t>(got));
    }
  }
  void Synced(int fd) {
    struct stat state {};
    if (begin_.empty() || ::fstat(fd, &state) != 0) return;
    if (S_ISREG(state.st_mode)) files_.erase(state.st_ino);
    if (!S_ISDIR(state.st_mode)) return;
    const std::string path = PathOf(fd);
    std::erase_if(names_, [&](const Renamed& one) { return Parent(one.to.empty() ? one.from : one.to) == path; });
  }
  // Before it is done: what would be lost stays as another link.
  void Keep(const std::string& from, const std::string& to) {
    if (!Watches(to.empty() ? from : to)) return;
    Renamed one{from, to, {}};
    const std::string& lost = to.empty() ? from : to;
    const std::string kept = aside_ + "/" + std::to_string(::getpid()) + "-" + std::to_string(++kept_);
    if (::link(lost.c_str(), kept.c_str()) == 0) one.kept = kept;
    if (from.empty() || to.empty() || ::access(from.c_str(), F_OK) == 0) names_.push_back(std::move(one));
  }

  void Lose(Stop stop, uint32_t seed) {
    std::mt19937 random(seed);
    const auto lost = [&] { return stop == Stop::kForgotten || random() % 2 == 0; };
    for (auto& [inode, file] : files_) {
      const off_t now = SizeOf(file.fd);
      for (const auto& [sector, bytes] : file.sectors) {
        const off_t room = std::min(kSector, std::max(file.size, now) - sector);
        if (!lost() || room <= 0) continue;
        std::string whole = bytes;
        whole.resize(static_cast<size_t>(room));
        Write(file.fd, whole.data(), whole.size(), sector);
      }
      Resize(file.fd, lost() ? file.size : now);
    }
    const size_t kept = stop == Stop::kForgotten ? 0 : random() % (names_.size() + 1);
    while (names_.size() > kept) {
      const Renamed one = std::move(names_.back());
      names_.pop_back();
      if (one.from.empty()) Remove(one.to);
      if (!one.from.empty() && !one.to.empty()) Rename(one.to, one.from);
      if (!one.kept.empty()) Rename(one.kept, one.to.empty() ? one.from : one.to);
    }
  }

 private:
  std::string begin_, aside_;
  std::map<ino_t, Unsynced> files_;
  std::map<ino_t, int> fds_;
  std::vector<Renamed> names_;
  int kept_ = 0;
};

std::recursive_mutex mutex;
Disk& TheDisk() {
  static auto* const disk = new Disk();  // used until the process ends
  return *disk;
}
// How many writes may still be made; negative: any number.
long left = -1;
enum class Then : uint8_t { kStop, kFail, kFailAlways } then = Then::kStop;
Which which = Which::kWrites;
Stop how = Stop::kBefore;
uint32_t how_seed = 0;
int failure = 0;
bool refused = false;

// What is done to a file, or to a name.
enum class Kind : uint8_t { kBytes, kSync, kOther, kRead };

// Does it count? Half a write differs from none where there are bytes; a sync changes nothing while there is power; and
// without what was not synced, the disk of before a sync is that of any moment since the sync before it, when less was
// acknowledged.
bool Counts(Kind kind) {
  if (kind == Kind::kRead) return which == Which::kReads;
  if (which == Which::kReads) return false;
  if (then != Then::kStop) return true;
  if (how == Stop::kBefore) return kind != Kind::kSync;
  return kind == (how == Stop::kTorn ? Kind::kBytes : Kind::kSync);
}

// Before it is done. False: it is refused. `torn`: does half of it.
template <class Torn>
bool May(Kind kind, Torn&& torn) {
  if (left < 0 || !Counts(kind)) return true;
  if (left > 0) return --left, true;
  if (then == Then::kStop) {
    if (how == Stop::kTorn) torn();
    if (how == Stop::kForgotten || how == Stop::kScattered) TheDisk().Lose(how, how_seed);
    ::_exit(kStopped);
  }
  if (then == Then::kFail) left = -1;
  refused = true;
  errno = failure;
  return false;
}
bool May(Kind kind = Kind::kOther) {
  return May(kind, [] {});
}

int Opened(int directory, const char* path, int flags, mode_t mode) {
  const std::lock_guard lock(mutex);
  const bool makes = (flags & O_CREAT) != 0 && TheDisk().Watches(path) && ::access(path, F_OK) != 0;
  if (makes && !May()) return -1;
  const int fd = static_cast<int>(::syscall(SYS_openat, directory, path, flags, mode));
  if (makes && fd >= 0) TheDisk().Keep({}, path);
  if (fd >= 0 && (flags & O_TRUNC) != 0) TheDisk().Touch(fd, 0, 0);
  return fd;
}
ssize_t Written(int fd, const void* bytes, size_t size, off_t offset) {
  const std::lock_guard lock(mutex);
  if (!May(Kind::kBytes, [&] { Write(fd, bytes, size / 2, offset); })) return -1;
  TheDisk().Touch(fd, offset, offset + static_cast<off_t>(size));
  return Write(fd, bytes, size, offset);
}
ssize_t ReadFrom(int fd, void* bytes, size_t size, off_t offset) {
  const std::lock_guard lock(mutex);
  return May(Kind::kRead) ? Read(fd, bytes, size, offset) : -1;
}
int Resized(int fd, off_t size) {
  const std::lock_guard lock(mutex);
  if (!May()) return -1;
  TheDisk().Touch(fd, size, std::max(size, SizeOf(fd)));
  return Resize(fd, size);
}
// Nothing here loses power but by TheDisk, so the real disk is not waited for: it is hundreds of syncs at each place.
int Synced(int fd) {
  const std::lock_guard lock(mutex);
  if (!May(Kind::kSync)) return -1;
  TheDisk().Synced(fd);
  return 0;
}

}  // namespace

const char* Name(Stop stop) {
  constexpr const char* kNames[] = {"before", "torn", "forgotten", "scattered"};
  return kNames[static_cast<int>(stop)];
}
void StopAt(long n, Stop stop, uint32_t seed) {
  const std::lock_guard lock(mutex);
  left = n, then = Then::kStop, which = Which::kWrites, how = stop, how_seed = seed;
}
void FailAt(long n, int error, bool always, Which kind) {
  const std::lock_guard lock(mutex);
  left = n, then = always ? Then::kFailAlways : Then::kFail, which = kind, failure = error, refused = false;
}
bool GoOn() {
  const std::lock_guard lock(mutex);
  left = -1;
  return std::exchange(refused, false);
}
void WatchDisk(const std::string& directory, const std::string& aside) {
  const std::lock_guard lock(mutex);
  TheDisk().Watch(directory, aside);
}
void LosePower(Stop stop, uint32_t seed, int code) {
  const std::lock_guard lock(mutex);
  TheDisk().Lose(stop, seed);
  ::_exit(code);
}

}  // namespace hikae::test

// Seen by the libraries too.
#pragma GCC visibility push(default)
extern "C" {
int open(const char* path, int flags, ...) {
  mode_t mode = 0;
  if ((flags & O_CREAT) != 0) {
    va_list rest;
    va_start(rest, flags);
    mode = va_arg(rest, mode_t);
    va_end(rest);
  }
  return hikae::test::Opened(AT_FDCWD, path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  mode_t mode = 0;
  if ((flags & O_CREAT) != 0) {
    va_list rest;
    va_start(rest, flags);
    mode = va_arg(rest, mode_t);
    va_end(rest);
  }
  return hikae::test::Opened(AT_FDCWD, path, flags | O_LARGEFILE, mode);
}
ssize_t pwrite(int fd, const void* bytes, size_t size, off_t offset) {
  return hikae::test::Written(fd, bytes, size, offset);
}
ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t offset) {
  return hikae::test::Written(fd, bytes, size, offset);
}
ssize_t pread(int fd, void* bytes, size_t size, off_t offset) { return hikae::test::ReadFrom(fd, bytes, size, offset); }
ssize_t pread64(int fd, void* bytes, size_t size, off64_t offset) {
  return hikae::test::ReadFrom(fd, bytes, size, offset);
}
int ftruncate(int fd, off_t size) noexcept { return hikae::test::Resized(fd, size); }
int ftruncate64(int fd, off64_t size) noexcept { return hikae::test::Resized(fd, size); }
int fsync(int fd) { return hikae::test::Synced(fd); }
int fdatasync(int fd) { return hikae::test::Synced(fd); }
int unlink(const char* path) noexcept {
  const std::lock_guard lock(hikae::test::mutex);
  if (!hikae::test::May()) return -1;
  hikae::test::TheDisk().Keep(path, {});
  return static_cast<int>(::syscall(SYS_unlink, path));
}
int rename(const char* from, const char* to) noexcept {
  const std::lock_guard lock(hikae::test::mutex);
  if (!hikae::test::May()) return -1;
  hikae::test::TheDisk().Keep(from, to);
  return static_cast<int>(::syscall(SYS_rename, from, to));
}
}
#pragma GCC visibility pop
