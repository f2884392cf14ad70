// Reads the documents that callers name by path, and writes what only they may read.
#ifndef HIKAE_CAPI_FILES_H_
#define HIKAE_CAPI_FILES_H_

#include <string>
#include <string_view>

#include "base/error.h"

namespace hikae::capi {

// The whole file. Errors name the path: kNotFound, kIo (a folder, not readable), kArgument (larger than `limit` bytes;
// then nothing is read).
base::Result<std::string> ReadFile(const std::string& path, size_t limit);

// Makes a file that only its owner may read, on the disk when it returns. kExists; kIo: then nothing is there.
base::Result<void> WriteSecret(const std::string& path, std::string_view bytes);

}  // namespace hikae::capi

#endif  // HIKAE_CAPI_FILES_H_
