// Reads the documents that callers name by path.
#ifndef HIKAE_CAPI_FILES_H_
#define HIKAE_CAPI_FILES_H_

#include <string>

#include "base/error.h"

namespace hikae::capi {

// The whole file. Errors name the path: kNotFound, kIo (a folder, not readable), kArgument (larger than `limit` bytes;
// then nothing is read).
base::Result<std::string> ReadFile(const std::string& path, size_t limit);

}  // namespace hikae::capi

#endif  // HIKAE_CAPI_FILES_H_
