// What a command takes, and the reading of a command line by the table of commands.
#ifndef HIKAE_CLI_ARGUMENTS_H_
#define HIKAE_CLI_ARGUMENTS_H_

#include <map>
#include <string>
#include <vector>

#include "cli/text.h"

namespace hikae::cli {

struct Option {
  std::string name;   // "as-of"
  std::string value;  // how its value is called in help: "YYYY-MM-DD"; empty = it takes none
  Text summary;
  std::vector<std::string> choices;  // what may be given; empty = anything
  char letter = 0;                   // "-o"
  bool repeats = false;              // may be given more than once
};

struct Arguments;

// The exit codes of the program.
enum Exit : int {
  kDone = 0,
  kViolated = 1,  // the answer is no: a violation found, a pack with errors, a denial, a test that fails
  kFailed = 2,    // could not do what was asked
  kRefused = 3    // a rule refused it; standard error says which, and what to do
};

struct Command {
  std::string name;      // "audit", "pack show"
  std::string operands;  // as help shows them: "DIR FILE…"
  size_t least = 0;
  size_t most = 0;
  Text summary;
  std::vector<Option> options;
  // Throws hikae::Error, UsageError, OutputError.
  Exit (*run)(const Arguments& arguments, Language language);
};

struct Arguments {
  const Command* command = nullptr;  // nullptr: nothing but --help or --version was asked
  bool help = false;
  bool version = false;
  std::vector<std::string> operands;
  std::map<std::string, std::string> options;
  std::map<std::string, std::vector<std::string>> repeated;
  // Of one that may be given more than once, in the order given.
  std::vector<std::string> All(const std::string& name) const;
  std::string Get(const std::string& name, const std::string& otherwise = {}) const;
  bool Has(const std::string& name) const { return options.count(name) != 0; }
};

// --lang when it stands among the arguments, else what the locale variables say. Never throws: a wrong --lang is
// reported by Parse.
Language LanguageOf(const std::vector<std::string>& arguments);

// Throws UsageError.
Arguments Parse(const std::vector<std::string>& arguments);

// The overview, or one command's page when it is given.
std::string Help(const Command* command, Language language);

}  // namespace hikae::cli

#endif  // HIKAE_CLI_ARGUMENTS_H_
