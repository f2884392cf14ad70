// Where a command's document goes: standard output, or a file that is written whole or not at all.
#ifndef HIKAE_CLI_OUTPUT_H_
#define HIKAE_CLI_OUTPUT_H_

#include <memory>
#include <string>
#include <string_view>

namespace hikae::cli {

// Throws OutputError when standard output cannot take it.
void Print(std::string_view text);

// Replaces the file at `path`: the bytes go to a file beside it that takes its name when it is complete and on disk. A
// device or a pipe is written to as it is. Throws OutputError; then the old file stands untouched.
void WriteFile(const std::string& path, std::string_view bytes);

// The same in pieces: the file at `path` is as it was until Finish. Throws OutputError.
class FileWriter {
 public:
  explicit FileWriter(const std::string& path);
  ~FileWriter();
  void Write(std::string_view bytes);
  void Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hikae::cli

#endif  // HIKAE_CLI_OUTPUT_H_
