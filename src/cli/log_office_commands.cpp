// The commands of whoever runs the office: what is done to its access log.
#include "cli/commands.h"
#include "cli/input.h"
#include "cli/log_commands.h"
#include "cli/output.h"
#include "hikae/hikae.hpp"

namespace hikae::cli {
namespace {

Exit Sign(const Arguments& arguments, Language language) {
  const std::string note = Office::Open(arguments.operands[0]).SignLog();
  const std::string path = arguments.Get("output");
  Deliver(arguments, note, In(language, "written: ", "書き出しました: ") + Printable(path) + "\n");
  return kDone;
}

Exit RotateKey(const Arguments& arguments, Language) {
  Print(Office::Open(arguments.operands[0]).ChangeLogKey() + "\n");
  return kDone;
}

Exit Drop(const Arguments& arguments, Language language) {
  const std::string& period = arguments.operands[1];
  for (const char* needed : {"by", "ground"})
    if (arguments.Get(needed).empty())
      throw UsageError{
          {std::string("log drop needs --") + needed, std::string("log drop には --") + needed + " が必要です"}};
  if (arguments.Get("yes") != period)  // what is dropped is gone
    throw UsageError{{"log drop deletes the period for good: add --yes " + Printable(period),
                      "log drop は期間の記録を消去する。よければ --yes " + Printable(period) + " を付ける"}};
  const std::string certificate =
      Office::Open(arguments.operands[0]).DropLogPeriod(period, arguments.Get("by"), arguments.Get("ground"));
  const std::string path = arguments.Get("output");
  Deliver(arguments, certificate, In(language, "written: ", "書き出しました: ") + Printable(path) + "\n");
  return kDone;
}

}  // namespace

std::vector<Command> LogOfficeCommands() {
  return {
      {"log sign",
       "DIR",
       1,
       1,
       {"sign the office's log as it is now", "アクセス記録に今の時点で署名する"},
       {OutputOption()},
       Sign},
      {"log rotate-key",
       "DIR",
       1,
       1,
       {"change the key that signs the office's log; prints the new verifier key",
        "アクセス記録の署名鍵を替え、新しい検証鍵を示す"},
       {},
       RotateKey},
      {"log drop",
       "DIR PERIOD",
       2,
       2,
       {"delete a period whose retention has ended, with a certificate",
        "保存期間の終わった期間を、証明書を作って消去する"},
       {{"by", "ID", {"who drops it", "消去する者"}, {}},
        {"ground", "TEXT", {"on which ground", "根拠"}, {}},
        {"yes", "PERIOD", {"the period's name again", "期間の名前(確認)"}, {}},
        OutputOption()},
       Drop},
  };
}

}  // namespace hikae::cli
