// The command that finds records by reading them all.
#include "cli/commands.h"
#include "cli/input.h"
#include "cli/log_commands.h"
#include "cli/output.h"
#include "cli/vault_options.h"

namespace hikae::cli {
namespace {

bool Matches(std::string_view value, std::string_view text, std::string_view how) {
  if (how == "is") return value == text;
  if (how == "begins") return value.starts_with(text);
  if (how == "ends") return value.ends_with(text);
  return value.find(text) != std::string_view::npos;
}

Exit SiftRecords(const Arguments& arguments, Language language) {
  Unlocked unlocked(arguments, language);
  vault::Session session = SessionOf(unlocked, arguments);
  vault::Ask ask = AskOf(arguments);
  ask.file = arguments.operands[1];
  ask.items = {arguments.operands[2]};
  const std::string& text = arguments.operands[3];
  const std::string how = arguments.Get("match", "contains");
  const vault::Session::Keep keep = [&](const hikae_item* items, size_t count) {
    return count == 1 && Matches(View(items[0].value), text, how);
  };
  const std::vector<std::string> found = session.Sift(ask, keep, NumberOf(arguments, "most", 0));
  for (const std::string& subject : found) Print(Printable(subject) + "\n");
  return found.empty() ? kViolated : kDone;
}

}  // namespace

Command VaultSiftCommand() {
  return {"record sift",
          "DIR FILE ITEM TEXT",
          4,
          4,
          {"find subjects by reading an item of every record, for what no index finds: the log counts all that were "
           "read; exit 1: none, 3: a rule refused",
           "索引で探せないものを、全記録の項目を読んで探す(読んだ件数を記録する)。終了コード 1: 該当なし、3: "
           "規定により拒否"},
          Join(Join(Join(SecretOptions(), TokenOptions()), AskOptions()),
               {{"match",
                 "contains|begins|ends|is",
                 {"how the value as it is stored is to go with TEXT; default: contains",
                  "保存された値と TEXT の比べ方: contains(含む。既定) begins(始まる) ends(終わる) is(等しい)"},
                 {"contains", "begins", "ends", "is"}},
                {"most", "N", {"at most so many; default: 1,000", "最大件数(既定: 1,000)"}, {}}}),
          Refusable<SiftRecords>};
}

}  // namespace hikae::cli
