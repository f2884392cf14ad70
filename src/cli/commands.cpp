#include "cli/commands.h"

#include "cli/output.h"

namespace hikae::cli {

#ifdef HIKAE_ENGINE_ONLY
const std::vector<Command>& Commands() {
  static const std::vector<Command> commands = CedarCommands();
  return commands;
}

const Text& About() {
  static const Text about{"hikae: decide by Cedar policies, and check them.",
                          "hikae: Cedar の規則で判断し、規則を点検する"};
  return about;
}
#else
const std::vector<Command>& Commands() {
  static const std::vector<Command> commands = [] {
    std::vector<Command> all = OfficeCommands();
    for (Command& command : LedgerCommands()) all.push_back(std::move(command));
    for (Command& command : ExplainCommands()) all.push_back(std::move(command));
    for (Command& command : LogCommands()) all.push_back(std::move(command));
    for (Command& command : LogProofCommands()) all.push_back(std::move(command));
    for (Command& command : LogOfficeCommands()) all.push_back(std::move(command));
    for (Command& command : VaultKeysCommands()) all.push_back(std::move(command));
    for (Command& command : VaultSessionCommands()) all.push_back(std::move(command));
    for (Command& command : VaultRecordCommands()) all.push_back(std::move(command));
    all.push_back(VaultSiftCommand());
    for (Command& command : VaultMediaCommands()) all.push_back(std::move(command));
    for (Command& command : CedarCommands()) all.push_back(std::move(command));
    return all;
  }();
  return commands;
}

const Text& About() {
  static const Text about{"hikae: declare handlings of personal data, judge them against the rules, report.",
                          "hikae: 個人情報取扱業務を登録し、規定に照らして判定し、報告書を作る"};
  return about;
}
#endif

Option OutputOption() {
  return {
      "output", "FILE", {"write to FILE, whole or not at all", "FILE に書き出す(途中までの状態では残さない)"}, {}, 'o'};
}

Option FormatOption(std::vector<std::string> choices) {
  Option option{"format", "", {"the form of the output", "出力形式"}, std::move(choices)};
  for (const std::string& choice : option.choices) option.value += (option.value.empty() ? "" : "|") + choice;
  return option;
}

void Deliver(const Arguments& arguments, const std::string& document, const std::string& done) {
  const std::string path = arguments.Get("output");
  if (path.empty()) return Print(document);
  WriteFile(path, document);
  Print(done);
}

}  // namespace hikae::cli
