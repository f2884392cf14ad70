#include "store/sqlite/clean_pages.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>

namespace hikae::store {
namespace {

constexpr char kName[] = "hikae-clean-pages";
constexpr char kBelow[] = "unix";
constexpr size_t kFileHeaderBytes = 100;
constexpr size_t kMaxPageBytes = 65'536, kMinPageBytes = 512;
enum PageType : uint8_t { kInnerIndex = 2, kInnerTable = 5, kLeafIndex = 10, kLeafTable = 13 };

// The methods of a file of SQLite's own, with another xWrite.
struct Methods {
  sqlite3_io_methods ours{};  // first: what a file points to
  const sqlite3_io_methods* real = nullptr;
};

size_t Short(const uint8_t* at) { return static_cast<size_t>(at[0]) << 8 | at[1]; }

bool IsPage(int bytes, sqlite3_int64 offset) {
  const auto size = static_cast<size_t>(bytes);
  return size >= kMinPageBytes && size <= kMaxPageBytes && (size & (size - 1)) == 0 && offset % bytes == 0;
}

int Write(sqlite3_file* file, const void* data, int bytes, sqlite3_int64 offset) {
  const auto write = reinterpret_cast<const Methods*>(file->pMethods)->real->xWrite;
  const auto* const page = static_cast<const uint8_t*>(data);
  if (!IsPage(bytes, offset)) return write(file, data, bytes, offset);
  const auto [begin, end] = UnallocatedOf({page, static_cast<size_t>(bytes)}, offset == 0);
  if (std::all_of(page + begin, page + end, [](uint8_t byte) { return byte == 0; }))
    return write(file, data, bytes, offset);
  std::array<uint8_t, kMaxPageBytes> clean;
  std::memcpy(clean.data(), page, static_cast<size_t>(bytes));
  std::memset(clean.data() + begin, 0, end - begin);
  return write(file, clean.data(), bytes, offset);
}

// One for each kind of file that SQLite has: with locks, without, ... nullptr: more kinds than there can be.
const sqlite3_io_methods* Wrapped(const sqlite3_io_methods* real) {
  static std::mutex mutex;
  static std::array<Methods, 8> all;
  const std::lock_guard lock(mutex);
  for (Methods& one : all) {
    if (one.real == real) return &one.ours;
    if (one.real != nullptr) continue;
    one.ours = *real;
    one.ours.xWrite = Write;
    one.real = real;
    return &one.ours;
  }
  return nullptr;
}

int Open(sqlite3_vfs* self, sqlite3_filename name, sqlite3_file* file, int flags, int* flags_out) {
  auto* const below = static_cast<sqlite3_vfs*>(self->pAppData);
  const int code = below->xOpen(below, name, file, flags, flags_out);
  if (code != SQLITE_OK || (flags & SQLITE_OPEN_MAIN_DB) == 0) return code;
  const sqlite3_io_methods* const wrapped = Wrapped(file->pMethods);
  if (wrapped == nullptr) {
    file->pMethods->xClose(file);
    file->pMethods = nullptr;
    return SQLITE_CANTOPEN;
  }
  file->pMethods = wrapped;
  return SQLITE_OK;
}

// While this library is loaded: SQLite may stay in the process longer.
class Registration {
 public:
  Registration() {
    sqlite3_vfs* const below = sqlite3_vfs_find(kBelow);
    if (below == nullptr) return;
    ours_ = *below;
    ours_.zName = kName;
    ours_.pNext = nullptr;
    ours_.xOpen = Open;
    ours_.pAppData = below;
    there_ = sqlite3_vfs_register(&ours_, 0) == SQLITE_OK;
  }
  ~Registration() {
    if (there_) sqlite3_vfs_unregister(&ours_);
  }
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;
  const char* name() const { return there_ ? kName : nullptr; }

 private:
  sqlite3_vfs ours_{};
  bool there_ = false;
};

}  // namespace

Unallocated UnallocatedOf(std::span<const uint8_t> page, bool first) {
  const size_t head = first ? kFileHeaderBytes : 0;
  if (page.size() < head + 12) return {};
  const uint8_t type = page[head];
  const bool leaf = type == kLeafIndex || type == kLeafTable;
  if (!leaf && type != kInnerIndex && type != kInnerTable) return {};
  const size_t pointers = head + (leaf ? 8 : 12);
  const size_t begin = pointers + 2 * Short(&page[head + 3]);
  const size_t start = Short(&page[head + 5]);
  const size_t end = start == 0 ? kMaxPageBytes : start;
  if (begin > end || end > page.size()) return {};
  // Other pages begin with a number that has zeros in front up to 128 GB of file; and they do not look like this.
  for (size_t at = pointers; at < begin; at += 2) {
    if (Short(&page[at]) < end || Short(&page[at]) >= page.size()) return {};
  }
  return {begin, end};
}

const char* CleanPages() {
  static const Registration registration;
  return registration.name();
}

}  // namespace hikae::store
