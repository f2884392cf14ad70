// The commands of an office's keys.
#include <sys/stat.h>

#include <cstdio>

#include "cli/commands.h"
#include "cli/input.h"
#include "cli/log_commands.h"
#include "cli/office_commands.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/vault_options.h"

namespace hikae::cli {
namespace {

std::string StateOf(int32_t state, Language language) {
  switch (state) {
    case HIKAE_KEY_PRIMARY:
      return In(language, "primary", "使用中");
    case HIKAE_KEY_ENABLED:
      return In(language, "enabled", "復号のみ");
    case HIKAE_KEY_DISABLED:
      return In(language, "disabled", "停止中");
    case HIKAE_KEY_DESTROYED:
      return In(language, "destroyed", "廃棄済み");
    default:
      return "?";
  }
}

Exit Init(const Arguments& arguments, Language language) {
  Office office = OpenOffice(arguments);
  const GivenSecret secret(arguments, language, "new-");
  vault::Keys::Make(office, secret.get());
  Print(In(language,
           "made: keys of the office; without the secret nobody can read its records, hikae's makers neither\n",
           "台帳の鍵を作りました。これを開くものを失うと、記録は誰にも読めません\n"));
  return kDone;
}

Exit Unlock(const Arguments& arguments, Language language) {
  const Unlocked unlocked(arguments, language);
  Print(In(language, "the keys open\n", "鍵が開きました\n"));
  return kDone;
}

Exit List(const Arguments& arguments, Language language) {
  const Unlocked unlocked(arguments, language);
  std::string out =
      In(language, "kind    version  state     made        subjects\n", "種類    版  状態  作成日      本人\n");
  for (const vault::Key& key : unlocked.keys.List()) {
    char line[160];
    std::snprintf(line, sizeof line, "%-7s %7u  %-9s %s  %8s\n", Printable(key.kind).c_str(), key.version,
                  StateOf(key.state, language).c_str(), Moment(key.made_at).substr(0, 10).c_str(),
                  key.kind == "office" ? std::to_string(key.uses).c_str() : "-");
    out += line;
  }
  Print(out);
  return kDone;
}

Exit AddLock(const Arguments& arguments, Language language) {
  Unlocked unlocked(arguments, language);
  const GivenSecret secret(arguments, language, "new-");
  unlocked.keys.AddLock(secret.get());
  Print(In(language, "set; the one of this kind before opens the keys no more\n",
           "設定しました。同じ種類のこれまでのものでは開けません\n"));
  return kDone;
}

Exit Rotate(const Arguments& arguments, Language language) {
  Unlocked unlocked(arguments, language);
  if (arguments.Has("master")) {
    const GivenSecret secret(arguments, language, "new-");
    unlocked.keys.RotateMaster(secret.get());
    Print(In(language, "turned over: the master key; only the new secret opens it, shares are to be given out again\n",
             "主鍵を替えました。新しいものだけで開きます。分散した鍵は作り直してください\n"));
    return kDone;
  }
  ProgressLine progress(In(language, "turning over", "鍵の更新中"));
  unlocked.keys.RotateOffice([&](uint64_t done, uint64_t total) { return progress.Update(done, total), true; });
  Print(In(language, "turned over: the office key\n", "台帳鍵を替えました\n"));
  return kDone;
}

Exit Share(const Arguments& arguments, Language language) {
  const std::vector<std::string> custodians = arguments.All("custodian");
  if (custodians.size() < 2 || !arguments.Has("threshold"))
    throw UsageError{{"keys share needs --threshold and at least two --custodian",
                      "keys share には --threshold と二人以上の --custodian が必要です"}};
  const uint64_t threshold = NumberOf(arguments, "threshold", 0);
  if (threshold > custodians.size())
    throw UsageError{{"the threshold is greater than the number of custodians", "必要人数が保管者の数を超えています"}};
  const std::string& folder = arguments.operands[1];
  Unlocked unlocked(arguments, language);
  // Only its owner may read a share.
  ::umask(S_IRWXG | S_IRWXO);
  if (::mkdir(folder.c_str(), S_IRWXU) != 0)
    throw OutputError{{Printable(folder) + ": cannot be made (it must not exist)",
                       Printable(folder) + ": 作れません(既にあってはいけません)"}};
  const std::vector<vault::Bytes> shares = unlocked.keys.Share(static_cast<uint32_t>(threshold), custodians);
  for (size_t i = 0; i < shares.size(); ++i) {
    const std::string path = folder + "/share-" + std::to_string(i + 1);
    WriteFile(path, shares[i].view());
    Print(Printable(custodians[i]) + ": " + Printable(path) + "\n");
  }
  return kDone;
}

Exit Recover(const Arguments& arguments, Language language) {
  if (arguments.All("share").empty())
    throw UsageError{{"keys recover needs --share for each share", "keys recover には --share が人数分必要です"}};
  Unlocked unlocked(arguments, language);
  const GivenSecret secret(arguments, language, "new-");
  unlocked.keys.AddLock(secret.get());
  Print(In(language, "the shares open the keys, and so does the new secret now\n",
           "分散した鍵で開きました。今後は新しいものでも開きます\n"));
  return kDone;
}

Exit Backup(const Arguments& arguments, Language language) {
  const Unlocked unlocked(arguments, language);
  unlocked.keys.Backup(arguments.operands[1]);
  Print(In(language, "written: ", "書き出しました: ") + Printable(arguments.operands[1]) + "\n");
  return kDone;
}

Exit Restore(const Arguments& arguments, Language language) {
  vault::Keys::Restore(arguments.operands[0], arguments.operands[1]);
  Print(In(language, "put back; who was erased since stays erased\n",
           "鍵を戻しました。その後に消去された本人は消去されたままです\n"));
  return kDone;
}

}  // namespace

std::vector<Command> VaultKeysCommands() {
  const std::vector<Option> both = Join(SecretOptions(), NewSecretOptions());
  std::vector<Option> rotate = both;
  rotate.push_back(
      {"master",
       "",
       {"the master key, under a new secret; default: the office key", "主鍵(開くものも新しくする)。既定: 台帳鍵"},
       {}});
  const std::vector<Option> made = Join(NewSecretOptions(), {SecretOptions().back()});
  return {
      {"keys init", "DIR", 1, 1, {"make the keys of an office", "台帳の鍵を作る"}, made, Init},
      {"keys unlock",
       "DIR",
       1,
       1,
       {"see whether a secret opens the keys", "鍵が開くことを確かめる"},
       SecretOptions(),
       Unlock},
      {"keys list",
       "DIR",
       1,
       1,
       {"list the keys, never a key itself", "鍵の一覧(鍵そのものは示さない)"},
       SecretOptions(),
       List},
      {"keys lock",
       "DIR",
       1,
       1,
       {"set another passphrase or key file for the same keys", "同じ鍵に別の合言葉か鍵ファイルを設定する"},
       both,
       AddLock},
      {"keys rotate",
       "DIR",
       1,
       1,
       {"turn over the office key, or with --master the master key", "台帳鍵(--master なら主鍵)を替える"},
       rotate,
       Rotate},
      {"keys share",
       "DIR FOLDER",
       2,
       2,
       {"give out shares, any so many of which open the keys: a file for each custodian in the new FOLDER",
        "鍵を分散する: 必要人数が揃えば開く一片を、新しい FOLDER に保管者ごとに書き出す"},
       Join(SecretOptions(),
            {{"threshold", "K", {"how many open the keys", "開くのに必要な人数"}, {}},
             {"custodian", "NAME", {"who keeps a share; again for each", "保管者(人数分)"}, {}, 0, true}}),
       Share},
      {"keys recover",
       "DIR",
       1,
       1,
       {"open the keys with shares, and set a new secret", "分散した鍵で開き、新しいものを設定する"},
       both,
       Recover},
      {"keys backup",
       "DIR FILE",
       2,
       2,
       {"copy the keys, still locked, to a new FILE", "鍵を、閉じたまま新しい FILE に写す"},
       SecretOptions(),
       Backup},
      {"keys restore",
       "DIR FILE",
       2,
       2,
       {"put a copy of the keys back; nobody may use the office meanwhile",
        "写した鍵を戻す(その間、台帳を使わないこと)"},
       {},
       Restore},
  };
}

}  // namespace hikae::cli
