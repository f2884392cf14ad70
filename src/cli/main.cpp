// hikae: the program.
#include <cstdio>
#include <exception>

#include "cli/arguments.h"
#include "cli/input.h"
#include "cli/output.h"

using namespace hikae;
using namespace hikae::cli;

namespace {

Exit Complain(const std::string& line) {
  std::fprintf(stderr, "hikae: %s\n", line.c_str());
  return kFailed;
}

Exit RunProgram(const std::vector<std::string>& arguments, Language language) {
  const Arguments parsed = Parse(arguments);
  if (parsed.version) return Print("hikae " + std::string(View(hikae_version())) + "\n"), kDone;
  if (parsed.help) return Print(Help(parsed.command, language)), kDone;
  return parsed.command->run(parsed, language);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const Language language = LanguageOf(arguments);
  try {
    return RunProgram(arguments, language);
  } catch (const UsageError& e) {
    Complain(e.text.In(language));
    std::fputs(language == Language::kJapanese ? "使い方は hikae help で見られます\n" : "see: hikae help\n", stderr);
    return kFailed;
  } catch (const OutputError& e) {
    return Complain(e.text.In(language));
  } catch (const InputError& e) {
    return Complain(e.text.In(language));
  } catch (const hikae::Error& e) {
    return Complain(e.what(language));
  } catch (const std::exception& e) {
    return Complain(e.what());
  }
}
