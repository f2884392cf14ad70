#include "office/directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>
#include <utility>

#include "codec/node.h"

namespace hikae::office {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::Result;
using base::Status;

constexpr int64_t kForm = 2;  // of the directory; the databases have forms of their own
// What may lie there before the marker does.
constexpr std::array<std::string_view, 9> kOwnFiles = {
    "hikae.db",        "hikae.db-wal", "hikae.db-shm", "hikae.db-journal", "keys.db",
    "keys.db-journal", "log",          "packs",        "office.json.new"};

Error IoError(const fs::path& path, const std::string& reason) {
  return Error(Status::kIo, {"cannot be read or written: " + reason, "読み書きできない: " + reason},
               {path.string(), 0, 0});
}

Error Damaged(const fs::path& path) {
  return Error(Status::kTampered, {"the office's marker is damaged", "台帳の目印のファイルが壊れている"},
               {path.string(), 0, 0});
}

bool IsOwn(const fs::path& name) {
  for (const std::string_view own : kOwnFiles) {
    if (name == own) return true;
  }
  return false;
}

// Closes on every way out.
struct File {
  explicit File(int descriptor) : fd(descriptor) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd >= 0) ::close(fd);
  }
  int fd;
};

Result<void> WriteDurably(const fs::path& path, std::string_view text) {
  const File file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (file.fd < 0) return IoError(path, std::strerror(errno));
  while (!text.empty()) {
    const ssize_t written = ::write(file.fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return IoError(path, std::strerror(errno));
    text.remove_prefix(static_cast<size_t>(written));
  }
  if (::fsync(file.fd) != 0) return IoError(path, std::strerror(errno));
  return {};
}

}  // namespace

Result<Marker> Directory::ReadMarker() const {
  std::error_code code;
  const fs::file_type type = fs::status(marker(), code).type();
  if (type == fs::file_type::none) return IoError(marker(), code.message());
  if (type != fs::file_type::regular) {
    if (fs::exists(database(), code)) {
      return Error(Status::kTampered, {"the office was never completely made", "台帳の作成が途中で終わっている"},
                   {path_.string(), 0, 0}, {"create it again; nothing is in it", "中身はないので、もう一度作成する"});
    }
    return Error(Status::kNotFound, {"there is no office", "台帳がない"}, {path_.string(), 0, 0},
                 {"create one first", "先に作成する"});
  }
  std::ifstream in(marker(), std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in.is_open() || in.bad()) return IoError(marker(), std::strerror(errno));
  const Result<codec::Node> root = codec::ReadJson(text, marker().string());
  if (!root.ok()) return Damaged(marker());
  const codec::Node* kind = root->Find("hikae");
  const codec::Node* form = root->Find("form");
  const codec::Node* packs = root->Find("packs");
  if (kind == nullptr || kind->text() != "office" || form == nullptr || form->kind() != codec::Node::Kind::kInteger)
    return Damaged(marker());
  if (form->integer() > kForm) {
    return Error(Status::kVersion, {"the office was made by a newer hikae", "台帳はより新しい hikae で作られている"},
                 {path_.string(), 0, 0},
                 {fmt::format("form {}; this hikae reads up to {}", form->integer(), kForm),
                  fmt::format("形式{}。この hikae が読めるのは{}まで", form->integer(), kForm)});
  }
  Marker read;
  read.form = form->integer();
  if (read.form < 1) return Damaged(marker());
  if (packs == nullptr || !packs->IsList() || packs->items().empty()) return Damaged(marker());
  for (const codec::Node& pack : packs->items()) {
    if (!pack.IsText() || pack.text().empty() || pack.text().find('/') != std::string::npos) return Damaged(marker());
    read.packs.push_back(pack.text());
  }
  return read;
}

Result<void> Directory::Prepare() const {
  std::error_code code;
  fs::create_directories(path_, code);
  if (code) return IoError(path_, code.message());
  if (fs::exists(marker(), code)) {
    return Error(Status::kExists, {"an office is already there", "台帳は既にある"}, {path_.string(), 0, 0},
                 {"open it without creating", "作成せずに開く"});
  }
  fs::directory_iterator entry(path_, code);
  for (; !code && entry != fs::directory_iterator(); entry.increment(code)) {
    if (IsOwn(entry->path().filename())) continue;
    return Error(Status::kExists, {"the directory holds other files", "フォルダーに別のファイルがある"},
                 {path_.string(), 0, 0}, {"name an empty or a new directory", "空のフォルダーか新しい名前を指定する"});
  }
  if (code) return IoError(path_, code.message());
  return {};
}

Result<void> Directory::WriteMarker(const Marker& content) const {
  codec::Node root = codec::Node::Map();
  root.Set("hikae", codec::Node::String("office"));
  root.Set("form", codec::Node::Integer(content.form));
  codec::Node packs = codec::Node::List();
  for (const std::string& pack : content.packs) packs.Append(codec::Node::String(pack));
  root.Set("packs", std::move(packs));
  const fs::path fresh = path_ / "office.json.new";
  HIKAE_CHECK(WriteDurably(fresh, codec::WriteJson(root, 2)));
  std::error_code code;
  fs::rename(fresh, marker(), code);
  if (code) return IoError(marker(), code.message());
  const File directory(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.fd < 0 || ::fsync(directory.fd) != 0) return IoError(path_, std::strerror(errno));
  return {};
}

Result<CreationLock> CreationLock::Take(const fs::path& directory) {
  const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return IoError(directory, std::strerror(errno));
  CreationLock lock(fd);
  if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno != EWOULDBLOCK) return IoError(directory, std::strerror(errno));
  return Error(Status::kBusy, {"another process is making this office", "別のプロセスがこの台帳を作成している"},
               {directory.string(), 0, 0});
}

CreationLock::CreationLock(CreationLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

CreationLock::~CreationLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace hikae::office
