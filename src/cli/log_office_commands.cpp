// The commands of whoever runs the office: what is done to its access log.
#include "cli/commands.h"
#include "cli/input.h"
#include "cli/log_commands.h"
#include "cli/office_commands.h"
#include "cli/output.h"

namespace hikae::cli {
namespace {

Exit Sign(const Arguments& arguments, Language language) {
  const std::string note = OpenOffice(arguments).SignLog();
  const std::string path = arguments.Get("output");
  Deliver(arguments, note, In(language, "written: ", "書き出しました: ") + Printable(path) + "\n");
  return kDone;
}

Exit RotateKey(const Arguments& arguments, Language) {
  Print(OpenOffice(arguments).ChangeLogKey() + "\n");
  return kDone;
}

Exit Review(const Arguments& arguments, Language language) {
  for (const char* needed : {"by", "findings"})
    if (arguments.Get(needed).empty())
      throw UsageError{
          {std::string("log review needs --") + needed, std::string("log review には --") + needed + " が必要です"}};
  log::Review review;
  review.first = NumberOf(arguments, "from", 0);
  if (arguments.Has("to")) review.end = NumberOf(arguments, "to", 0) + 1;
  review.period = arguments.Get("period");
  review.reviewed_by = arguments.Get("by");
  review.on = arguments.Get("on");
  review.findings = arguments.Get("findings");
  review.handling = arguments.Get("handling");
  review.signed_off_by = arguments.Get("signed-off-by");
  review.signed_off_on = arguments.Get("signed-off-on");
  review.document = arguments.Get("document");
  review.corrects = arguments.Get("corrects");
  const std::string row = OpenOffice(arguments).ReviewLog(review);
  Print(In(language, "recorded: ", "記録しました: ") + Printable(row) + "\n");
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
      OpenOffice(arguments).DropLogPeriod(period, arguments.Get("by"), arguments.Get("ground"));
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
       {"change the key that signs the office's log; prints the new verifier key; back the keys up again behind it",
        "アクセス記録の署名鍵を替え、新しい検証鍵を示す。その後で鍵の控えを取り直す"},
       {},
       RotateKey},
      {"log review",
       "DIR",
       1,
       1,
       {"record that entries of the log were reviewed, and what was found",
        "アクセス記録を確認したことと所見を記録する"},
       {{"by", "ID", {"who reviewed", "確認した者"}, {}},
        {"findings", "TEXT", {"what was found; say so when nothing was", "所見(なければその旨)"}, {}},
        {"on", "DAY", {"the day; default: today", "確認日(既定: 今日)"}, {}},
        {"from", "N", {"from this entry on; default: the first", "この番号から(既定: 最初)"}, {}},
        {"to", "N", {"up to and with this entry; default: the last", "この番号まで(既定: 最後)"}, {}},
        {"handling", "ID", {"only of this handling", "この業務だけ"}, {}},
        {"signed-off-by", "ID", {"who signed off", "決裁者"}, {}},
        {"signed-off-on", "DAY", {"the day of that", "決裁日"}, {}},
        {"document", "NAME", {"the report it rests on", "基にした報告書"}, {}},
        {"corrects", "ROW", {"the row that this one corrects", "訂正する行"}, {}},
        PeriodOption()},
       Review},
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
