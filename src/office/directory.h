// The directory of an office (docs/formats/office-directory.md): which files make it up, and whether it is whole.
#ifndef HIKAE_OFFICE_DIRECTORY_H_
#define HIKAE_OFFICE_DIRECTORY_H_

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"

namespace hikae::office {

// What the marker says. It is written last, so that it is there only when everything else is.
struct Marker {
  int64_t form = 2;                // 1: there is no access log yet
  std::vector<std::string> packs;  // ids: of copies below packs/, or of packs built into hikae
};

class Directory {
 public:
  explicit Directory(const std::string& path) : path_(path) {}

  std::filesystem::path database() const { return path_ / "hikae.db"; }
  std::filesystem::path packs() const { return path_ / "packs"; }
  std::filesystem::path marker() const { return path_ / "office.json"; }
  const std::filesystem::path& path() const { return path_; }

  // kNotFound: no office; kTampered: half-made, or the marker is damaged; kVersion: of a newer hikae; kIo.
  base::Result<Marker> ReadMarker() const;
  // Makes the directory, or accepts an empty or half-made one. kExists: an office, or something else, is there.
  base::Result<void> Prepare() const;
  // Writes the marker so that it is there whole or not at all, also after a power cut.
  base::Result<void> WriteMarker(const Marker& marker) const;

 private:
  std::filesystem::path path_;
};

// Held while an office is made, so that two processes do not make the same one. Released when destroyed.
class CreationLock {
 public:
  static base::Result<CreationLock> Take(const std::filesystem::path& directory);  // kBusy: another process holds it
  CreationLock(CreationLock&& other) noexcept;
  CreationLock& operator=(CreationLock&&) = delete;
  ~CreationLock();

 private:
  explicit CreationLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace hikae::office

#endif  // HIKAE_OFFICE_DIRECTORY_H_
