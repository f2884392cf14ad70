// Records as lines of JSON: those to put, and those that were got.
#ifndef HIKAE_CLI_VAULT_JSON_H_
#define HIKAE_CLI_VAULT_JSON_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hikae::cli {

// {"subject":"…","set":{"氏名":"…"},"remove":["…"],"if_version":3}; all but the subject may be left out.
struct PutLine {
  std::string subject;
  std::vector<std::pair<std::string, std::string>> set;
  std::vector<std::string> remove;
  std::optional<uint64_t> if_version;
};

// Strict: no other fields, none twice, nothing behind. Throws InputError with the line's number and what was expected,
// never with what stood there.
PutLine ReadPutLine(std::string_view line, size_t number);

// With quotes. The text must be UTF-8.
std::string JsonText(std::string_view text);

}  // namespace hikae::cli

#endif  // HIKAE_CLI_VAULT_JSON_H_
