// The commands there are.
#ifndef HIKAE_CLI_COMMANDS_H_
#define HIKAE_CLI_COMMANDS_H_

#include <vector>

#include "cli/arguments.h"

namespace hikae::cli {

// In the order of help. A build of the engine alone has those of the engine alone.
const std::vector<Command>& Commands();
// What the program is, in one line.
const Text& About();

std::vector<Command> OfficeCommands();
std::vector<Command> LedgerCommands();
std::vector<Command> ExplainCommands();
std::vector<Command> LogCommands();
std::vector<Command> LogProofCommands();
std::vector<Command> LogOfficeCommands();
std::vector<Command> VaultKeysCommands();
std::vector<Command> VaultSessionCommands();
std::vector<Command> VaultRecordCommands();
Command VaultSiftCommand();
std::vector<Command> VaultMediaCommands();
std::vector<Command> CedarCommands();

// Options that several commands take.
Option OutputOption();
Option FormatOption(std::vector<std::string> choices);

// Prints the document, or writes it where -o says and then prints `done`, a line about it.
void Deliver(const Arguments& arguments, const std::string& document, const std::string& done);

}  // namespace hikae::cli

#endif  // HIKAE_CLI_COMMANDS_H_
