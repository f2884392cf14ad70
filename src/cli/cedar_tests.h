// `hikae cedar test`: tests in the form of Cedar's public integration tests, from files, folders and archives.
#ifndef HIKAE_CLI_CEDAR_TESTS_H_
#define HIKAE_CLI_CEDAR_TESTS_H_

#include "cli/arguments.h"

namespace hikae::cli {

Exit RunCedarTests(const Arguments& arguments, Language language);

}  // namespace hikae::cli

#endif  // HIKAE_CLI_CEDAR_TESTS_H_
