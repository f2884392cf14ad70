// What the commands that open an office share.
#ifndef HIKAE_CLI_OFFICE_COMMANDS_H_
#define HIKAE_CLI_OFFICE_COMMANDS_H_

#include "cli/arguments.h"
#include "hikae/hikae.hpp"

namespace hikae::cli {

// The office in the first operand, opened for whom --by names; without it, for "os:" and the name of the account that
// runs the program: an opening itself may be recorded.
Office OpenOffice(const Arguments& arguments);
// Whom --by names, or "os:" and the account.
std::string ActorOf(const Arguments& arguments);

}  // namespace hikae::cli

#endif  // HIKAE_CLI_OFFICE_COMMANDS_H_
