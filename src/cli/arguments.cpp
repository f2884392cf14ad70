#include "cli/arguments.h"

#include <algorithm>
#include <boost/program_options.hpp>
#include <cstdlib>

#include "cli/commands.h"

namespace hikae::cli {
namespace {

namespace po = boost::program_options;

std::vector<std::string> CommandNames() {
  std::vector<std::string> names;
  for (const Command& command : Commands()) names.push_back(command.name);
  return names;
}

Text DidYouMean(std::string_view nearest) {
  if (nearest.empty()) return {};
  return {"; did you mean \"" + std::string(nearest) + "\"?", "。もしかして「" + std::string(nearest) + "」ですか"};
}

// The words that continue `name` towards a command: "list, show, lint" for "pack".
std::string NextWords(const std::string& name) {
  std::string words;
  std::string last;
  for (const Command& command : Commands()) {
    if (command.name.rfind(name + " ", 0) != 0) continue;
    const std::string rest = command.name.substr(name.size() + 1);
    const std::string word = rest.substr(0, rest.find(' '));
    if (word != last) words += (words.empty() ? "" : ", ") + word;
    last = word;
  }
  return words;
}

// Takes the command's words, one to three, off the arguments.
const Command& TakeCommand(std::vector<std::string>& arguments) {
  std::string name;
  std::string next;  // words that may follow; empty when the command is complete
  do {
    if (arguments.empty() || (!name.empty() && arguments.front().rfind('-', 0) == 0))
      throw UsageError{{name + " needs one of: " + next, name + " には次のどれかが必要です: " + next}};
    name += (name.empty() ? "" : " ") + arguments.front();
    arguments.erase(arguments.begin());
    next = NextWords(name);
  } while (!next.empty());
  for (const Command& command : Commands())
    if (command.name == name) return command;
  const Text nearest = DidYouMean(Nearest(name, CommandNames()));
  throw UsageError{
      {"unknown command \"" + name + "\"" + nearest.en, "コマンド「" + name + "」はありません" + nearest.ja}};
}

po::options_description Describe(const Command& command) {
  po::options_description all;
  all.add_options()("help,h", "");
  for (const Option& option : command.options) {
    const std::string names = option.letter != 0 ? option.name + "," + option.letter : option.name;
    if (option.value.empty()) {
      all.add_options()(names.c_str(), "");
    } else if (option.repeats) {
      all.add_options()(names.c_str(), po::value<std::vector<std::string>>()->composing(), "");
    } else {
      all.add_options()(names.c_str(), po::value<std::string>(), "");
    }
  }
  all.add_options()("operand", po::value<std::vector<std::string>>(), "");
  return all;
}

[[noreturn]] void Unknown(const Command& command, const std::string& given) {
  std::vector<std::string> known{"--help", "--lang"};
  for (const Option& option : command.options) known.push_back("--" + option.name);
  const Text nearest = DidYouMean(Nearest(given, known));
  throw UsageError{{command.name + " has no option \"" + given + "\"" + nearest.en,
                    command.name + " にオプション「" + given + "」はありません" + nearest.ja}};
}

po::variables_map Read(const Command& command, const std::vector<std::string>& arguments) {
  const po::options_description options = Describe(command);
  po::positional_options_description operands;
  operands.add("operand", -1);
  po::variables_map values;
  namespace style = po::command_line_style;
  // A prefix of an option is not that option: what works today must not change its meaning with a new option.
  constexpr int kStyle = style::default_style & ~style::allow_guessing;
  try {
    po::store(po::command_line_parser(arguments).options(options).positional(operands).style(kStyle).run(), values);
  } catch (const po::unknown_option& e) {
    Unknown(command, e.get_option_name());
  } catch (const po::multiple_occurrences& e) {
    const std::string name = e.get_option_name();
    throw UsageError{{name + " is given twice", name + " が二度指定されています"}};
  } catch (const po::invalid_command_line_syntax& e) {
    const std::string name = e.get_option_name();
    if (e.kind() != po::invalid_syntax::missing_parameter) throw UsageError{{e.what(), e.what()}};
    throw UsageError{{name + " needs a value", name + " には値が必要です"}};
  } catch (const po::error& e) {
    throw UsageError{{e.what(), e.what()}};
  }
  return values;
}

void CheckChoice(const std::string& option, const std::string& given, const std::vector<std::string>& choices) {
  if (choices.empty() || std::find(choices.begin(), choices.end(), given) != choices.end()) return;
  std::string list;
  for (const std::string& choice : choices) list += (list.empty() ? "" : ", ") + choice;
  throw UsageError{{"--" + option + " is \"" + given + "\", expected one of: " + list,
                    "--" + option + " の値「" + given + "」は使えません。次のどれか: " + list}};
}

void CheckOperands(const Arguments& arguments) {
  const Command& command = *arguments.command;
  const std::string usage = "hikae " + command.name + (command.operands.empty() ? "" : " " + command.operands);
  if (arguments.operands.size() < command.least)
    throw UsageError{{"too few arguments, expected: " + usage, "引数が足りません。使い方: " + usage}};
  if (arguments.operands.size() > command.most)
    throw UsageError{{"\"" + arguments.operands[command.most] + "\" is one argument too many, expected: " + usage,
                      "引数「" + arguments.operands[command.most] + "」は余分です。使い方: " + usage}};
}

// The arguments without --lang, which may stand anywhere; what it says is for LanguageOf.
std::vector<std::string> TakeLanguage(const std::vector<std::string>& given) {
  static const std::vector<std::string> languages{"ja", "en"};
  std::vector<std::string> rest;
  for (size_t i = 0; i < given.size(); ++i) {
    const bool apart = given[i] == "--lang";
    if (!apart && given[i].rfind("--lang=", 0) != 0) {
      rest.push_back(given[i]);
      continue;
    }
    if (apart && i + 1 == given.size()) throw UsageError{{"--lang needs a value", "--lang には値が必要です"}};
    CheckChoice("lang", apart ? given[++i] : given[i].substr(7), languages);
  }
  return rest;
}

}  // namespace

std::string Arguments::Get(const std::string& name, const std::string& otherwise) const {
  const auto found = options.find(name);
  return found == options.end() ? otherwise : found->second;
}

std::vector<std::string> Arguments::All(const std::string& name) const {
  const auto found = repeated.find(name);
  return found == repeated.end() ? std::vector<std::string>() : found->second;
}

Language LanguageOf(const std::vector<std::string>& arguments) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--lang=ja" ||
        (arguments[i] == "--lang" && i + 1 < arguments.size() && arguments[i + 1] == "ja"))
      return Language::kJapanese;
    if (arguments[i].rfind("--lang", 0) == 0) return Language::kEnglish;
  }
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"})
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0')
      return std::string_view(value).substr(0, 2) == "ja" ? Language::kJapanese : Language::kEnglish;
  return Language::kEnglish;
}

Arguments Parse(const std::vector<std::string>& given) {
  Arguments parsed;
  std::vector<std::string> rest = TakeLanguage(given);
  if (rest.empty()) throw UsageError{{"a command is missing", "コマンドがありません"}};
  if (rest.front() == "--version") return parsed.version = true, parsed;
  if (rest.front() == "help" || rest.front() == "--help" || rest.front() == "-h") {
    rest.erase(rest.begin());
    parsed.help = true;
    if (!rest.empty()) parsed.command = &TakeCommand(rest);
    return parsed;
  }
  parsed.command = &TakeCommand(rest);
  const po::variables_map values = Read(*parsed.command, rest);
  parsed.help = values.count("help") != 0;
  if (parsed.help) return parsed;
  if (values.count("operand") != 0) parsed.operands = values["operand"].as<std::vector<std::string>>();
  for (const Option& option : parsed.command->options) {
    if (values.count(option.name) == 0) continue;
    if (option.repeats) {
      parsed.repeated[option.name] = values[option.name].as<std::vector<std::string>>();
      continue;
    }
    std::string& value = parsed.options[option.name];
    value = option.value.empty() ? "yes" : values[option.name].as<std::string>();
    CheckChoice(option.name, value, option.choices);
  }
  CheckOperands(parsed);
  return parsed;
}

std::string Help(const Command* command, Language language) {
  const auto t = [&](const char* en, const char* ja) { return std::string(language == Language::kJapanese ? ja : en); };
  std::string out;
  if (command == nullptr) {
    out = About().In(language) + t("\n\nusage:\n", "\n\n使い方:\n");
    for (const Command& each : Commands())
      out += "  hikae " + each.name + (each.operands.empty() ? "" : " " + each.operands) + "\n      " +
             each.summary.In(language) + "\n";
    out += t("\nhikae help COMMAND shows a command's options. Every command takes --lang ja|en; default: the locale.\n",
             "\nhikae help コマンド でオプションを示す。どのコマンドも --lang ja|en を取る(既定: ロケール)\n");
    return out;
  }
  out = t("usage: ", "使い方: ") + "hikae " + command->name +
        (command->operands.empty() ? "" : " " + command->operands) +
        (command->options.empty() ? "" : t(" [OPTION…]", " [オプション…]")) + "\n  " + command->summary.In(language) +
        "\n";
  for (const Option& option : command->options)
    out += std::string("\n  ") + (option.letter != 0 ? std::string("-") + option.letter + ", " : "") + "--" +
           option.name + (option.value.empty() ? "" : " " + option.value) + "\n      " + option.summary.In(language);
  return out + (command->options.empty() ? "" : "\n");
}

}  // namespace hikae::cli
