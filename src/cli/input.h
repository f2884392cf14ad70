// What the commands read: files, standard input, and archives. Bounded; nothing is ever written to disk.
#ifndef HIKAE_CLI_INPUT_H_
#define HIKAE_CLI_INPUT_H_

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "cli/text.h"

namespace hikae::cli {

// A file larger than this is refused before it is read whole.
inline constexpr size_t kMaxFileBytes = size_t{32} << 20;
// Of an archive, in all, unpacked.
inline constexpr size_t kMaxArchiveBytes = size_t{512} << 20;
inline constexpr size_t kMaxArchiveFiles = 200'000;

// Something that was to be read cannot be; exit 2.
struct InputError {
  Text text;
};

// The whole file; "-" is standard input. Throws InputError.
std::string ReadInput(const std::string& path);

bool Exists(const std::string& path);

// The regular files of a tar archive, packed with gzip or not, by their paths within it, in memory. A path that leads
// out of the archive (absolute, or with "..") names nothing and is left out, as are links and devices. Throws
// InputError for what is no such archive, is damaged, or is beyond the bounds above.
std::map<std::string, std::string> ReadArchive(const std::string& path);

// For terminals and messages: control characters and bytes that are not UTF-8 become '?'.
std::string Printable(std::string_view text);

}  // namespace hikae::cli

#endif  // HIKAE_CLI_INPUT_H_
