// The commands about checkpoints, proofs and witnesses: what leaves the log's machine, and what comes back.
#include <algorithm>
#include <cstdio>

#include "cli/commands.h"
#include "cli/input.h"
#include "cli/log_commands.h"
#include "cli/output.h"
#include "cli/progress.h"

namespace hikae::cli {
namespace {

// The options that what leaves the machine is made by. The progress line lives as long as it does.
struct Made {
  Made(const Arguments& arguments, Language language, const char* en, const char* ja) : progress(In(language, en, ja)) {
    options.period = arguments.Get("period");
    options.size = NumberOf(arguments, "size", 0);
    options.tiles = arguments.Get("tiles");
    if (arguments.Has("policy")) options.policy = ReadInput(arguments.Get("policy"));
    options.progress = [this](uint64_t done, uint64_t total) { return progress.Update(done, total), true; };
  }
  ProgressLine progress;
  log::ProofOptions options;
};

std::string Written(const std::string& path, Language language) {
  return In(language, "written: ", "書き出しました: ") + Printable(path) + "\n";
}

[[noreturn]] void Need(const std::string& command, const std::string& option) {
  throw UsageError{{command + " needs --" + option, command + " には --" + option + " が必要です"}};
}

Exit Checkpoint(const Arguments& arguments, Language language) {
  Made made(arguments, language, "reading", "読取り中");
  const std::string note = log::Log(arguments.operands[0]).Checkpoint(made.options);
  Deliver(arguments, note, Written(arguments.Get("output"), language));
  return kDone;
}

Exit Keys(const Arguments& arguments, Language) {
  const log::Log log(arguments.operands[0]);
  std::vector<std::string> periods;
  if (arguments.Has("period"))
    periods.push_back(arguments.Get("period"));
  else
    for (const Entry& period : log.Periods()) periods.push_back(period.id);
  for (const std::string& period : periods)
    for (const Entry& key : log.Keys(period)) Print(Printable(key.id) + "\n");
  return kDone;
}

Exit Prove(const Arguments& arguments, Language language) {
  Made made(arguments, language, "proving", "証明を作成中");
  const log::Log log(arguments.operands[0]);
  if (arguments.operands.size() == 1) {  // of growth
    if (!arguments.Has("from"))
      throw UsageError{
          {"log prove needs an entry's number, or --from", "log prove には記録の番号か --from が必要です"}};
    Deliver(arguments, log.ProveGrowth(NumberOf(arguments, "from", 0), made.options),
            Written(arguments.Get("output"), language));
    return kDone;
  }
  const std::string path = arguments.Get("output");
  if (path.empty()) Need("log prove", "output");
  const log::Proven proven = log.Prove(NumberOf(arguments.operands[1], "INDEX"), made.options);
  const std::string leaf = arguments.Get("leaf", path + ".leaf");
  WriteFile(leaf, proven.leaf);
  WriteFile(path, proven.bundle);
  Print(Written(path, language) + Written(leaf, language));
  return kDone;
}

std::string PolicyGiven(const Arguments& arguments) {
  if (arguments.Has("policy")) return ReadInput(arguments.Get("policy"));
  if (arguments.Has("key")) return log::PolicyOf(KeysOf(arguments.Get("key")));
  throw UsageError{{"log check-proof needs --policy or --key: whose signature counts",
                    "log check-proof には --policy か --key が必要です(誰の署名を認めるか)"}};
}

// A proof that does not hold is an answer; everything else is a failure.
bool SaysNo(const hikae::Error& e) { return e.status() == HIKAE_E_TAMPERED || e.status() == HIKAE_E_REFUSED; }

Exit CheckProof(const Arguments& arguments, Language language) {
  const std::string bundle = ReadInput(arguments.operands[0]);
  const std::string leaf = ReadInput(arguments.Get("leaf", arguments.operands[0] + ".leaf"));
  const std::string policy = PolicyGiven(arguments);
  try {
    const log::Shown shown = log::CheckProof(bundle, leaf, policy);
    const std::string index = std::to_string(shown.index);
    const std::string size = std::to_string(shown.size);
    Print(
        In(language,
           "holds: entry " + index + " of the log " + Printable(shown.origin) + ", when it had " + size + " entries\n",
           "証明は成立: ログ " + Printable(shown.origin) + " の記録 " + index + " 番(全 " + size + " 件の時点)\n"));
    for (const Entry& witness : shown.witnesses)
      Print(In(language, "  cosigned by " + Printable(witness.id) + " on " + witness.from + "\n",
               "  副署: " + Printable(witness.id) + "(" + witness.from + ")\n"));
    Print(In(language, "It does not show that the entry is true, nor that nothing was left out.\n",
             "記録の内容が真実であること、記録漏れがないことを示すものではない。\n"));
    return kDone;
  } catch (const hikae::Error& e) {
    if (!SaysNo(e)) throw;
    Print(In(language, "DOES NOT HOLD: ", "証明は不成立: ") + Printable(e.what(language)) + "\n");
    return kViolated;
  }
}

Exit Export(const Arguments& arguments, Language language) {
  Made made(arguments, language, "exporting", "書き出し中");
  log::Log(arguments.operands[0]).Export(arguments.operands[1], made.options);
  Print(Written(arguments.operands[1], language));
  return kDone;
}

Exit Anchor(const Arguments& arguments, Language language) {
  Made made(arguments, language, "comparing", "照合中");
  const std::string& file = arguments.operands[0];
  const hikae_log_compared c = log::Log(arguments.operands[1]).Anchor(file, made.options);
  const std::string kept = std::to_string(c.kept_size);
  const std::string size = std::to_string(c.size);
  switch (c.stands) {
    case HIKAE_LOG_FIRST:
      Print(
          In(language, "kept for the first time: " + size + " entries\n", "初めて控えました: 記録 " + size + " 件\n"));
      return kDone;
    case HIKAE_LOG_SAME:
      Print(
          In(language, "nothing new: " + size + " entries, as kept\n", "変化なし: 記録 " + size + " 件(控えと一致)\n"));
      return kDone;
    case HIKAE_LOG_GROWN:
      Print(In(language, "sound: the log extends what was kept; now kept: " + size + " entries\n",
               "異常なし: 控えの続きである。新しい控え: 記録 " + size + " 件\n"));
      return kDone;
    case HIKAE_LOG_SHRUNK:
      Print(In(language,
               "NOT SOUND: " + kept + " entries were kept, the log has a checkpoint of " + size +
                   ": its end was cut off, or an old copy put back. The file stays as it is\n",
               "異常あり: 控えは記録 " + kept + " 件、ログは " + size +
                   " 件。末尾の切捨て、又は古い写しへの差替えである。控えはそのまま\n"));
      return kViolated;
    default:
      Print(In(
          language,
          "NOT SOUND: the log is another history than the one kept (" + kept + " entries). The file stays as it is\n",
          "異常あり: ログは控え(記録 " + kept + " 件)と別の経過である。控えはそのまま\n"));
      return kViolated;
  }
}

Exit WitnessInit(const Arguments& arguments, Language language) {
  const std::string key = arguments.Get("key");
  if (key.empty()) Need("log witness init", "key");
  if (!arguments.Has("log-key")) Need("log witness init", "log-key");
  const std::vector<std::string> keys = KeysOf(arguments.Get("log-key"));
  if (keys.size() != 1)
    throw UsageError{{"--log-key needs exactly one key", "--log-key には検証鍵を一つだけ指定します"}};
  std::string own;
  if (Exists(key)) {
    own = log::ReadWitnessKey(key);
    log::MakeWitness(arguments.operands[0], keys[0]);
  } else {
    if (!arguments.Has("name")) Need("log witness init", "name");
    own = log::MakeWitnessKey(key, arguments.Get("name"));
    try {
      log::MakeWitness(arguments.operands[0], keys[0]);
    } catch (...) {
      std::remove(key.c_str());  // a key that nobody was told of
      throw;
    }
  }
  Print(own + "\n");
  std::fputs(In(language, "hikae: that is the witness' public key: give it to the office and to whoever verifies\n",
                "hikae: 上は立会人の検証鍵。台帳の担当と検証する者に渡す\n")
                 .c_str(),
             stderr);
  return kDone;
}

Exit WitnessRequest(const Arguments& arguments, Language language) {
  Made made(arguments, language, "preparing", "準備中");
  std::string witness;
  if (arguments.Has("key")) {
    const std::vector<std::string> keys = KeysOf(arguments.Get("key"));
    if (keys.size() != 1) throw UsageError{{"--key needs exactly one key", "--key には検証鍵を一つだけ指定します"}};
    witness = keys[0];
  } else if (!arguments.Has("old")) {
    throw UsageError{
        {"log witness request needs --key or --old", "log witness request には --key か --old が必要です"}};
  }
  const std::string path = arguments.Get("output");
  if (path.empty()) Need("log witness request", "output");
  const log::Request request =
      log::Log(arguments.operands[0]).RequestOf(witness, NumberOf(arguments, "old", 0), made.options);
  if (!request.key_change.empty()) WriteFile(path + ".key-change", request.key_change);
  WriteFile(path, request.request);
  Print(Written(path, language));
  if (!request.key_change.empty())
    Print(Written(path + ".key-change", language) +
          In(language, "the log's key has changed: the witness first runs 'hikae log witness follow' with that file\n",
             "ログの署名鍵が替わった。立会人は先にこのファイルで hikae log witness follow を行う\n"));
  if (request.more)
    Print(In(language, "this goes up to a change of the log's key: after attaching the answer, make another request\n",
             "署名鍵の交替までの依頼である。回答を取り込んだ後、もう一度依頼を作る\n"));
  return kDone;
}

Exit WitnessCosign(const Arguments& arguments, Language language) {
  const std::string key = arguments.Get("key");
  if (key.empty()) Need("log witness cosign", "key");
  const std::string path = arguments.Get("output");
  if (path.empty()) Need("log witness cosign", "output");
  const std::string request = ReadInput(arguments.operands[1]);
  const log::WitnessAnswer answer = log::Cosign(arguments.operands[0], key, request);
  const std::string known = std::to_string(answer.known_size);
  switch (answer.answer) {
    case HIKAE_LOG_COSIGNED:
      WriteFile(path, answer.note);
      Print(In(language, "cosigned: " + known + " entries\n", "副署しました: 記録 " + known + " 件\n") +
            Written(path, language));
      return kDone;
    case HIKAE_LOG_UNTRUSTED:
      Print(In(language, "REFUSED: not signed by the log's key\n", "副署しない: ログの鍵による署名がない\n"));
      break;
    case HIKAE_LOG_UNKNOWN_LOG:
      Print(In(language, "REFUSED: of another log\n", "副署しない: 別のログのもの\n"));
      break;
    case HIKAE_LOG_CONFLICT:
      Print(In(language,
               "REFUSED: this witness remembers " + known + " entries (make the request with --old " + known + ")\n",
               "副署しない: この立会人の控えは記録 " + known + " 件(--old " + known + " で依頼を作り直す)\n"));
      break;
    default:
      Print(In(language, "REFUSED: the log was rewritten: it does not extend what this witness saw\n",
               "副署しない: ログが書き換えられている(この立会人が見たものの続きでない)\n"));
  }
  return kViolated;
}

Exit WitnessFollow(const Arguments& arguments, Language language) {
  const std::string key = arguments.Get("key");
  if (key.empty()) Need("log witness follow", "key");
  log::FollowKey(arguments.operands[0], key, ReadInput(arguments.operands[1]));
  Print(In(language, "followed: the log's next key is known now\n", "ログの新しい署名鍵を確認しました\n"));
  return kDone;
}

Exit WitnessAttach(const Arguments& arguments, Language language) {
  if (!arguments.Has("key")) Need("log witness attach", "key");
  const uint64_t added =
      log::Log(arguments.operands[0]).Attach(ReadInput(arguments.operands[1]), KeysOf(arguments.Get("key")));
  Print(added == 0 ? In(language, "nothing new\n", "新しい副署はない\n")
                   : In(language, "attached: " + std::to_string(added) + " cosignatures\n",
                        "取り込みました: 副署 " + std::to_string(added) + " 件\n"));
  return kDone;
}

}  // namespace

std::vector<Command> LogProofCommands() {
  Option period = PeriodOption();
  period.summary = {"of this period; default: the current one", "この期間(既定: 現在の期間)"};
  const Option size{
      "size",
      "N",
      {"by the checkpoint of exactly N entries; default: the latest", "記録 N 件のチェックポイントによる(既定: 最新)"},
      {}};
  const Option tiles{
      "tiles", "DIR", {"from these tiles, without reading the entries", "記録を読まず、このタイルから作る"}, {}};
  const Option policy{
      "policy", "FILE", {"whose signatures count: a tlog-policy", "認める署名・副署(tlog-policy 形式)"}, {}};
  const Option own{"key", "FILE", {"the witness' secret key", "立会人の秘密鍵のファイル"}, {}};
  const Option witness{"key", "KEY|FILE", {"the witness' verifier key", "立会人の検証鍵(又はそのファイル)"}, {}};
  return {
      {"log checkpoint",
       "DIR",
       1,
       1,
       {"print the latest signed head of the log", "最新のチェックポイントを示す"},
       {period, size, OutputOption()},
       Checkpoint},
      {"log keys",
       "DIR",
       1,
       1,
       {"print the log's verifier keys, oldest first", "ログの検証鍵を古い順に示す"},
       {PeriodOption()},
       Keys},
      {"log prove",
       "DIR [INDEX]",
       1,
       2,
       {"write a proof that entry INDEX is in the log, and the entry; or, with --from N, that the log extends its "
        "first N entries",
        "記録 INDEX 番がログにあることの証明と記録を書き出す。--from N では、最初の N 件の続きであることの証明"},
       {period,
        size,
        tiles,
        policy,
        {"from", "N", {"prove growth since N entries", "N 件の時点からの追記の証明を作る"}, {}},
        {"leaf",
         "FILE",
         {"where the entry goes; default: the proof's name and .leaf", "記録の書き出し先(既定: 証明の名前に .leaf)"},
         {}},
        OutputOption()},
       Prove},
      {"log check-proof",
       "FILE",
       1,
       1,
       {"check a proof without the log; exit 0: it holds, 1: it does not, 2: could not check",
        "ログなしで証明を確かめる。終了コード 0: 成立、1: 不成立、2: 確かめられず"},
       {policy,
        {"key",
         "KEY|FILE",
         {"the log's verifier key, where no witness is asked for", "ログの検証鍵(立会人を求めない場合)"},
         {}},
        {"leaf", "FILE", {"the entry; default: the proof's name and .leaf", "記録(既定: 証明の名前に .leaf)"}, {}}},
       CheckProof},
      {"log export",
       "DIR OUT",
       2,
       2,
       {"publish a period as tlog-tiles in the folder OUT", "期間を tlog-tiles として OUT に書き出す"},
       {period, size, policy},
       Export},
      {"log anchor",
       "FILE DIR",
       2,
       2,
       {"compare the checkpoint in FILE with the log and keep the latest; exit 0: sound, 1: cut off or rewritten, 2: "
        "could not compare",
        "FILE の控えとログを照合し、最新のものを控える。終了コード 0: 異常なし、1: 切捨て又は書換え、2: 照合できず"},
       {policy},
       Anchor},
      {"log witness init",
       "STATE",
       1,
       1,
       {"become a witness of a log: remember it in STATE", "ログの立会人になる(控えは STATE)"},
       {own,
        {"name", "NAME", {"the witness' name, when the key is made", "立会人の名前(鍵を作る場合)"}, {}},
        {"log-key", "KEY|FILE", {"the log's verifier key", "ログの検証鍵(又はそのファイル)"}, {}}},
       WitnessInit},
      {"log witness request",
       "DIR",
       1,
       1,
       {"make what to send to a witness", "立会人に送る依頼を作る"},
       {witness,
        {"old", "N", {"the witness remembers N entries", "立会人の控えは記録 N 件"}, {}},
        period,
        OutputOption()},
       WitnessRequest},
      {"log witness cosign",
       "STATE REQUEST",
       2,
       2,
       {"cosign when the log extends what this witness saw; exit 0: cosigned, 1: refused, 2: could not judge",
        "立会人が見たものの続きなら副署する。終了コード 0: 副署、1: 拒否、2: 判断できず"},
       {own, OutputOption()},
       WitnessCosign},
      {"log witness attach",
       "DIR ANSWER",
       2,
       2,
       {"keep a witness' answer with the log", "立会人の回答をログに取り込む"},
       {witness},
       WitnessAttach},
      {"log witness follow",
       "STATE KEY-CHANGE",
       2,
       2,
       {"follow a change of the log's key", "ログの署名鍵の交替を確認する"},
       {own},
       WitnessFollow},
  };
}

}  // namespace hikae::cli
