// What each command does, through hikae.hpp alone.
#ifndef HIKAE_CLI_COMMANDS_H_
#define HIKAE_CLI_COMMANDS_H_

#include "cli/arguments.h"

namespace hikae::cli {

// The exit codes of the program.
enum Exit : int {
  kDone = 0,
  kViolated = 1,  // an audit found a violation of severity block or error; a pack has errors
  kFailed = 2     // could not do what was asked
};

// Runs the command. Throws hikae::Error, UsageError, OutputError.
Exit Run(const Arguments& arguments, Language language);

}  // namespace hikae::cli

#endif  // HIKAE_CLI_COMMANDS_H_
