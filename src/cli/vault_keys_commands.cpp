// The commands of an office's keys.
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
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
  vault::Session session = SessionOf(unlocked, arguments);
  const GivenSecret secret(arguments, language, "new-");
  session.AddLock(AskOf(arguments), secret.get());
  Print(In(language, "set; the one of this kind before opens the keys no more\n",
           "設定しました。同じ種類のこれまでのものでは開けません\n"));
  return kDone;
}

void RotateMaster(vault::Session& session, const Arguments& arguments, Language language) {
  const GivenSecret secret(arguments, language, "new-");
  session.RotateMaster(AskOf(arguments), secret.get());
  Print(In(language, "turned over: the master key; only the new secret opens it, shares are to be given out again\n",
           "主鍵を替えました。新しいものだけで開きます。分散した鍵は作り直してください\n"));
}

Exit Rotate(const Arguments& arguments, Language language) {
  const bool master = arguments.Has("master"), index = arguments.Has("index"), subjects = arguments.Has("subjects");
  if ((master ? 1 : 0) + (index ? 1 : 0) + (subjects ? 1 : 0) > 1)
    throw UsageError{
        {"--master, --index and --subjects exclude each other", "--master、--index、--subjects は同時に使えません"}};
  Unlocked unlocked(arguments, language);
  vault::Session session = SessionOf(unlocked, arguments);
  if (master) return RotateMaster(session, arguments, language), kDone;
  vault::Ask ask = AskOf(arguments);
  ProgressLine progress(In(language, "turning over", "鍵の更新中"));
  const vault::Progress told = [&](uint64_t done, uint64_t total) { return progress.Update(done, total), true; };
  if (index) {
    session.RotateIndex(ask, told);
    Print(In(language, "turned over: the index key; hikae keys retire destroys the older one\n",
             "索引鍵を替えました。これまでの鍵は hikae keys retire で廃棄します\n"));
  } else if (subjects) {
    ask.file = Given(arguments, "subjects");
    session.RotateSubjects(ask, told);
    Print(In(language, "turned over: the keys of the subjects in ", "本人の鍵を替えました: ") +
          Printable(std::string(ask.file)) + "\n");
  } else {
    session.RotateOffice(ask, told);
    Print(In(language, "turned over: the office key\n", "台帳鍵を替えました\n"));
  }
  return kDone;
}

Exit Retire(const Arguments& arguments, Language language) {
  Unlocked unlocked(arguments, language);
  vault::Session session = SessionOf(unlocked, arguments);
  session.RetireIndex(AskOf(arguments));
  Print(In(language, "destroyed: the older index keys\n", "これまでの索引鍵を廃棄しました\n"));
  return kDone;
}

Exit State(const Arguments& arguments, Language language) {
  const std::string& kind = arguments.operands[1];
  const std::string& digits = arguments.operands[2];
  const std::string& name = arguments.operands[3];
  const int32_t state = name == "enabled"     ? HIKAE_KEY_ENABLED
                        : name == "disabled"  ? HIKAE_KEY_DISABLED
                        : name == "destroyed" ? HIKAE_KEY_DESTROYED
                                              : 0;
  uint32_t version = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), version);
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size() || state == 0)
    throw UsageError{
        {"keys state takes the kind and version of a key as keys list shows them, then enabled, disabled "
         "or destroyed",
         "keys state には keys list の示す種類と版、次に enabled・disabled・destroyed のどれかを書きます"}};
  if (state == HIKAE_KEY_DESTROYED && arguments.Get("yes") != kind)  // it never comes back
    throw UsageError{{"a destroyed key never comes back: add --yes " + Printable(kind),
                      "廃棄した鍵は戻りません。よければ --yes " + Printable(kind) + " を付ける"}};
  Unlocked unlocked(arguments, language);
  vault::Session session = SessionOf(unlocked, arguments);
  session.SetKeyState(AskOf(arguments), kind, version, state);
  Print(Printable(kind) + " " + digits + ": " + StateOf(state, language) + "\n");
  return kDone;
}

// The new folder of the shares: taken away again where none are made.
class ShareFolder {
 public:
  explicit ShareFolder(const std::string& path) : path_(path) {
    ::umask(S_IRWXG | S_IRWXO);  // only its owner may read a share
    if (::mkdir(path.c_str(), S_IRWXU) != 0)
      throw OutputError{{Printable(path) + ": cannot be made (it must not exist)",
                         Printable(path) + ": 作れません(既にあってはいけません)"}};
  }
  ~ShareFolder() { ::rmdir(path_.c_str()); }  // stays as soon as anything is in it
  ShareFolder(const ShareFolder&) = delete;
  ShareFolder& operator=(const ShareFolder&) = delete;

 private:
  const std::string path_;
};

Exit Share(const Arguments& arguments, Language language) {
  const std::vector<std::string> custodians = arguments.All("custodian");
  if (custodians.size() < 2 || !arguments.Has("threshold"))
    throw UsageError{{"keys share needs --threshold and at least two --custodian",
                      "keys share には --threshold と二人以上の --custodian が必要です"}};
  const uint64_t threshold = NumberOf(arguments, "threshold", 0);
  if (threshold > custodians.size())
    throw UsageError{{"the threshold is greater than the number of custodians", "必要人数が保管者の数を超えています"}};
  Unlocked unlocked(arguments, language);
  vault::Session session = SessionOf(unlocked, arguments);
  const std::string& path = arguments.operands[1];
  const ShareFolder folder(path);
  const std::vector<vault::Bytes> shares =
      session.ShareKeys(AskOf(arguments), static_cast<uint32_t>(threshold), custodians);
  for (size_t i = 0; i < shares.size(); ++i) {
    const std::string share = path + "/share-" + std::to_string(i + 1);
    WriteFile(share, shares[i].view());
    Print(Printable(custodians[i]) + ": " + Printable(share) + "\n");
  }
  return kDone;
}

Exit Recover(const Arguments& arguments, Language language) {
  if (arguments.All("share").empty())
    throw UsageError{{"keys recover needs --share for each share", "keys recover には --share が人数分必要です"}};
  Office office = OpenOffice(arguments);
  const GivenSecret shares(arguments, language), secret(arguments, language, "new-");
  vault::Keys::Recover(office, shares.get(), secret.get());
  Print(In(language, "the shares open the keys, and so does the new secret now\n",
           "分散した鍵で開きました。今後は新しいものでも開きます\n"));
  return kDone;
}

Exit Backup(const Arguments& arguments, Language language) {
  Unlocked unlocked(arguments, language);
  vault::Session session = SessionOf(unlocked, arguments);
  const std::string& file = arguments.operands[1];
  arguments.Has("change-log-key") ? session.BackupKeysWithLogKey(AskOf(arguments), file)
                                  : session.BackupKeys(AskOf(arguments), file);
  Print(In(language, "written: ", "書き出しました: ") + Printable(arguments.operands[1]) + "\n");
  return kDone;
}

Exit Restore(const Arguments& arguments, Language language) {
  vault::Keys::Restore(arguments.operands[0], arguments.operands[1], ActorOf(arguments));
  Print(In(language, "put back; who was erased since stays erased\n",
           "鍵を戻しました。その後に消去された本人は消去されたままです\n"));
  return kDone;
}

}  // namespace

std::vector<Command> VaultKeysCommands() {
  const std::vector<Option> asked = Join(Join(SecretOptions(), TokenOptions()), AskOptions());
  const std::vector<Option> both = Join(asked, NewSecretOptions());
  const Option share = SecretOptions()[2], by = SecretOptions()[3];
  const std::vector<Option> rotate = Join(
      both,
      {{"master",
        "",
        {"the master key, under a new secret; default: the office key", "主鍵(開くものも新しくする)。既定: 台帳鍵"},
        {}},
       {"index", "", {"the index key, and what records are found by under it", "索引鍵(検索用の値も書き直す)"}, {}},
       {"subjects", "FILE", {"the keys of the subjects in this file", "このファイルの本人の鍵"}, {}}});
  const std::vector<Option> made = Join(NewSecretOptions(), {by});
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
       {"set another passphrase or key file for the same keys; exit 3: a rule refused",
        "同じ鍵に別の合言葉か鍵ファイルを設定する。終了コード 3: 規定により拒否"},
       both,
       Refusable<AddLock>},
      {"keys rotate",
       "DIR",
       1,
       1,
       {"turn over the office key, or another one; what was cut off goes on; exit 3: a rule refused",
        "台帳鍵(指定によりほかの鍵)を替える。中断したものは続きから。終了コード 3: 規定により拒否"},
       rotate,
       Refusable<Rotate>},
      {"keys retire",
       "DIR",
       1,
       1,
       {"destroy the older index keys, once nothing is found by them; exit 3: a rule refused",
        "これまでの索引鍵を、使われなくなってから廃棄する。終了コード 3: 規定により拒否"},
       asked,
       Refusable<Retire>},
      {"keys state",
       "DIR KIND VERSION enabled|disabled|destroyed",
       4,
       4,
       {"stop an office or index key, let it work again, or destroy it; exit 3: a rule refused",
        "台帳鍵(office)・索引鍵(index)を止める、戻す、または廃棄する。終了コード 3: 規定により拒否"},
       Join(asked, {{"yes", "KIND", {"the kind again, to destroy", "廃棄するときは種類をもう一度"}, {}}}),
       Refusable<State>},
      {"keys share",
       "DIR FOLDER",
       2,
       2,
       {"give out shares, any so many of which open the keys: a file for each custodian in the new FOLDER; exit 3: a "
        "rule refused",
        "鍵を分散する: 必要人数が揃えば開く一片を、新しい FOLDER に保管者ごとに書き出す。終了コード 3: 規定により拒否"},
       Join(asked, {{"threshold", "K", {"how many open the keys", "開くのに必要な人数"}, {}},
                    {"custodian", "NAME", {"who keeps a share; again for each", "保管者(人数分)"}, {}, 0, true}}),
       Refusable<Share>},
      {"keys recover",
       "DIR",
       1,
       1,
       {"open the keys with shares, and set a new secret; the log says whose they are",
        "分散した鍵で開き、新しいものを設定する(誰の一片かを記録する)"},
       Join({share, by}, NewSecretOptions()),
       Recover},
      {"keys backup",
       "DIR FILE",
       2,
       2,
       {"copy the keys, still locked, to a new FILE; exit 3: a rule refused",
        "鍵を、閉じたまま新しい FILE に写す。終了コード 3: 規定により拒否"},
       Join(asked, {{"change-log-key",
                     "",
                     {"change the key that signs the log; the copy has the new one already",
                      "アクセス記録の署名鍵も替える(控えは新しい鍵を含む)"},
                     {}}}),
       Refusable<Backup>},
      {"keys restore",
       "DIR FILE",
       2,
       2,
       {"put a copy of the keys back; nobody may use the office meanwhile",
        "写した鍵を戻す(その間、台帳を使わないこと)"},
       {by},
       Restore},
  };
}

}  // namespace hikae::cli
