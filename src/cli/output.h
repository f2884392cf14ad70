// Where a command's document goes: standard output, or a file that is written whole or not at all.
#ifndef HIKAE_CLI_OUTPUT_H_
#define HIKAE_CLI_OUTPUT_H_

#include <string>
#include <string_view>

namespace hikae::cli {

// Throws OutputError when standard output cannot take it.
void Print(std::string_view text);

// Replaces the file at `path`: the bytes go to a file beside it that takes its name when it is complete and on disk. A
// device or a pipe is written to as it is. Throws OutputError; then the old file stands untouched.
void WriteFile(const std::string& path, std::string_view bytes);

}  // namespace hikae::cli

#endif  // HIKAE_CLI_OUTPUT_H_
