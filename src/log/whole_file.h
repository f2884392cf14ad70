// A small file that is there whole, old or new.
#ifndef HIKAE_LOG_WHOLE_FILE_H_
#define HIKAE_LOG_WHOLE_FILE_H_

#include <memory>
#include <string>
#include <string_view>

#include "base/io.h"

namespace hikae::log {

// The lock of `path`, held until the file goes; kBusy when another holds it. It lies beside, because `path` is
// replaced.
base::Result<std::unique_ptr<base::File>> LockBeside(base::Io& io, const std::string& path);

// Written to `path`.new, synced, renamed, and the directory synced. On failure the old content is there, or the new.
base::Result<void> ReplaceWhole(base::Io& io, const std::string& path, std::string_view content);

}  // namespace hikae::log

#endif  // HIKAE_LOG_WHOLE_FILE_H_
