// The commands of export media: records out, and in again.
#include <algorithm>

#include "cli/commands.h"
#include "cli/input.h"
#include "cli/log_commands.h"
#include "cli/output.h"
#include "cli/vault_options.h"

namespace hikae::cli {
namespace {

// Identities as age keeps them: lines, those that begin with '#' left out. They point into `file`.
std::vector<std::string_view> IdentitiesIn(std::string_view file) {
  std::vector<std::string_view> identities;
  while (!file.empty()) {
    const size_t end = std::min(file.find('\n'), file.size());
    std::string_view line = file.substr(0, end);
    file.remove_prefix(std::min(end + 1, file.size()));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (!line.empty() && line.front() != '#') identities.push_back(line);
  }
  return identities;
}

Exit Export(const Arguments& arguments, Language language) {
  Unlocked unlocked(arguments, language);
  vault::Session session = SessionOf(unlocked, arguments);
  vault::Ask ask = AskOf(arguments);
  ask.file = arguments.operands[1];
  vault::ExportOptions options;
  options.directory = arguments.operands[2];
  options.name = arguments.operands[3];
  options.recipients = arguments.All("to");
  SecretText passphrase;
  if (arguments.Has("seal-passphrase-file")) passphrase = ReadSecretLine(arguments.Get("seal-passphrase-file"));
  options.passphrase = passphrase.view();
  const std::string form = arguments.Get("form");
  if (form == "csv") options.form = vault::MediaForm::kCsv;
  if (form == "csv-marked") options.form = vault::MediaForm::kCsvMarked;
  options.armored = arguments.Has("armor");
  options.medium = Given(arguments, "medium-id");
  options.handover = Given(arguments, "handover");
  const std::vector<std::string> subjects(arguments.operands.begin() + 4, arguments.operands.end());
  const std::string count = std::to_string(session.Export(ask, subjects, options));
  const std::string path = Printable(arguments.operands[2] + "/" + arguments.operands[3]);
  Print(In(language, "exported: " + count + " records, " + path + ".age and " + path + ".manifest\n",
           "書き出しました: " + count + " 件、" + path + ".age と " + path + ".manifest\n"));
  return kDone;
}

Exit Import(const Arguments& arguments, Language language) {
  if (!arguments.Has("signer"))
    throw UsageError{{"import needs --signer: the key of the log whose office exported it",
                      "import には --signer(書き出した台帳の記録の検証鍵)が必要です"}};
  Unlocked unlocked(arguments, language);
  vault::Session session = SessionOf(unlocked, arguments);
  vault::Ask ask = AskOf(arguments);
  ask.file = arguments.operands[1];
  vault::ImportOptions options;
  options.directory = arguments.operands[2];
  options.name = arguments.operands[3];
  options.signers = KeysOf(arguments.Get("signer"));
  SecretText identities, passphrase;
  if (arguments.Has("identity-file")) identities = ReadSecretFile(arguments.Get("identity-file"));
  options.identities = IdentitiesIn(identities.view());
  if (arguments.Has("seal-passphrase-file")) passphrase = ReadSecretLine(arguments.Get("seal-passphrase-file"));
  options.passphrase = passphrase.view();
  const std::string count = std::to_string(session.Import(ask, options));
  Print(In(language, "taken in: " + count + " records\n", "取り込みました: " + count + " 件\n"));
  return kDone;
}

}  // namespace

std::vector<Command> VaultMediaCommands() {
  const std::vector<Option> asked = Join(Join(SecretOptions(), TokenOptions()), AskOptions());
  const Option passphrase{
      "seal-passphrase-file", "FILE", {"the passphrase of the medium, a line", "媒体の合言葉(一行)"}, {}};
  return {
      {"export",
       "DIR FILE FOLDER NAME [SUBJECT…]",
       4,
       100'000,
       {"write records, sealed and signed, to FOLDER/NAME.age; without subjects all of FILE; exit 3: a rule refused",
        "記録を暗号化・署名して FOLDER/NAME.age に書き出す(本人の指定がなければ全部)。終了コード 3: 規定により拒否"},
       Join(asked, {{"to", "age1…", {"who can open it; again for more", "開ける者の鍵(繰り返し可)"}, {}, 0, true},
                    passphrase,
                    {"item",
                     "NAME",
                     {"an item; again for more; default: all that the file declares",
                      "項目(繰り返し可)。既定: ファイルの全項目"},
                     {},
                     0,
                     true},
                    {"form",
                     "lines|csv|csv-marked",
                     {"default: lines of JSON", "形式(既定: JSON の行)"},
                     {"lines", "csv", "csv-marked"}},
                    {"armor", "", {"as text", "テキストの形で"}, {}},
                    {"medium-id", "ID", {"the id of the medium", "媒体の番号"}, {}},
                    {"handover", "TEXT", {"the number of the handover", "受渡番号"}, {}},
                    {"act",
                     "export|transfer|provide",
                     {"default: export", "行為(既定: export)"},
                     {"export", "transfer", "provide"}}}),
       Refusable<Export>},
      {"import",
       "DIR FILE FOLDER NAME",
       4,
       4,
       {"take in the records of FOLDER/NAME.age, once all of it was found good; exit 3: a rule refused",
        "FOLDER/NAME.age の全体を確かめてから記録を取り込む。終了コード 3: 規定により拒否"},
       Join(
           asked,
           {{"signer", "KEY|FILE", {"the key of the log whose office exported it", "書き出した台帳の記録の検証鍵"}, {}},
            {"identity-file", "FILE", {"AGE-SECRET-KEY-1…, a line each", "AGE-SECRET-KEY-1…(一行に一つ)"}, {}},
            passphrase,
            {"act", "collect|write", {"default: collect", "行為(既定: collect)"}, {"collect", "write"}}}),
       Refusable<Import>},
  };
}

}  // namespace hikae::cli
