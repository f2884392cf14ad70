// What the commands of the access log share.
#ifndef HIKAE_CLI_LOG_COMMANDS_H_
#define HIKAE_CLI_LOG_COMMANDS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "hikae/log.hpp"

namespace hikae::cli {

std::string In(Language language, const std::string& en, const std::string& ja);

// Those lines that are neither empty nor begin with '#'.
std::vector<std::string> LinesOf(const std::string& text);
// The keys that an option gives: one, or a file of them.
std::vector<std::string> KeysOf(const std::string& given);
// Throws UsageError. `what` is named in the message.
uint64_t NumberOf(const std::string& text, const std::string& what);
uint64_t NumberOf(const Arguments& arguments, const std::string& option, uint64_t otherwise);

Option PeriodOption();

}  // namespace hikae::cli

#endif  // HIKAE_CLI_LOG_COMMANDS_H_
