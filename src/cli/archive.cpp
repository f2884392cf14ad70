// Reading tar archives, through libarchive. Only the formats that are needed are switched on: less can go wrong.
#include <archive.h>
#include <archive_entry.h>

#include <memory>
#include <optional>

#include "cli/input.h"

namespace hikae::cli {
namespace {

struct FreeArchive {
  void operator()(archive* a) const { archive_read_free(a); }
};
using Archive = std::unique_ptr<archive, FreeArchive>;

[[noreturn]] void Fail(const std::string& path, const std::string& english, const std::string& japanese) {
  throw InputError{{Printable(path) + ": " + english, Printable(path) + ": " + japanese}};
}

[[noreturn]] void FailRead(const std::string& path, archive* a) {
  const char* said = archive_error_string(a);
  const std::string reason = Printable(said != nullptr ? said : "unknown");
  Fail(path, "cannot be read as a tar archive: " + reason, "tar 形式として読み取れません: " + reason);
}

Archive Open(const std::string& path) {
  Archive a(archive_read_new());
  if (!a) throw std::bad_alloc();
  archive_read_support_filter_gzip(a.get());
  archive_read_support_format_tar(a.get());
  constexpr size_t kBlock = size_t{64} << 10;
  if (archive_read_open_filename(a.get(), path.c_str(), kBlock) != ARCHIVE_OK) FailRead(path, a.get());
  return a;
}

// The path with "." left out; nullopt when it leads out of the archive or to nothing.
std::optional<std::string> Inside(std::string_view given) {
  if (given.empty() || given.front() == '/') return std::nullopt;
  std::string inside;
  while (!given.empty()) {
    const size_t end = std::min(given.find('/'), given.size());
    const std::string_view part = given.substr(0, end);
    given.remove_prefix(std::min(end + 1, given.size()));
    if (part == "..") return std::nullopt;
    if (part.empty() || part == ".") continue;
    inside += (inside.empty() ? "" : "/") + std::string(part);
  }
  if (inside.empty()) return std::nullopt;
  return inside;
}

std::string_view NameOf(archive_entry* entry) {
  const char* name = archive_entry_pathname_utf8(entry);
  if (name == nullptr) name = archive_entry_pathname(entry);
  return name != nullptr ? name : "";
}

// What is left of the bytes that an archive may hold is checked while reading: its own word on sizes is not believed.
std::string ReadContent(const std::string& path, archive* a, size_t left) {
  std::string content;
  char piece[size_t{64} << 10];
  for (la_ssize_t n = 0; (n = archive_read_data(a, piece, sizeof piece)) != 0;) {
    if (n < 0) FailRead(path, a);
    content.append(piece, static_cast<size_t>(n));
    if (content.size() > left || content.size() > kMaxFileBytes) {
      const std::string most =
          std::to_string((content.size() > kMaxFileBytes ? kMaxFileBytes : kMaxArchiveBytes) >> 20);
      Fail(path, "holds more than " + most + " MiB", "内容が " + most + " MiB を超えています");
    }
  }
  return content;
}

}  // namespace

std::map<std::string, std::string> ReadArchive(const std::string& path) {
  const Archive a = Open(path);
  std::map<std::string, std::string> files;
  size_t entries = 0;
  size_t left = kMaxArchiveBytes;
  archive_entry* entry = nullptr;
  for (int status = 0; (status = archive_read_next_header(a.get(), &entry)) != ARCHIVE_EOF;) {
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN) FailRead(path, a.get());
    if (++entries > kMaxArchiveFiles) {
      const std::string most = std::to_string(kMaxArchiveFiles);
      Fail(path, "holds more than " + most + " entries", "項目が " + most + " 件を超えています");
    }
    if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != nullptr) continue;
    const std::optional<std::string> name = Inside(NameOf(entry));
    if (!name) continue;
    std::string content = ReadContent(path, a.get(), left);
    left -= content.size();
    files.insert_or_assign(*name, std::move(content));
  }
  return files;
}

}  // namespace hikae::cli
