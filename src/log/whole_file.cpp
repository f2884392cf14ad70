#include "log/whole_file.h"

namespace hikae::log {

using base::Error;
using base::Result;
using base::Status;

Result<std::unique_ptr<base::File>> LockBeside(base::Io& io, const std::string& path) {
  HIKAE_TRY(auto file, io.Open(path + ".lock", base::OpenMode::kCreate));
  HIKAE_TRY(const bool got, file->TryLock(0, base::LockKind::kExclusive));
  if (!got) return Error(Status::kBusy, base::Text{"another program is at this file", "他のプログラムが使用中"});
  return file;
}

Result<void> ReplaceWhole(base::Io& io, const std::string& path, std::string_view content) {
  const std::string making = path + ".new";
  {
    HIKAE_TRY(const auto file, io.Open(making, base::OpenMode::kCreate));
    HIKAE_CHECK(file->Truncate(0));
    HIKAE_CHECK(base::WriteAt(*file, 0, {reinterpret_cast<const uint8_t*>(content.data()), content.size()}));
    HIKAE_CHECK(file->Sync());
  }
  HIKAE_CHECK(io.Rename(making, path));
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return io.SyncDirectory(".");
  return io.SyncDirectory(slash == 0 ? "/" : path.substr(0, slash));
}

}  // namespace hikae::log
