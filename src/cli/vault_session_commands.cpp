// The commands of sessions.
#include <sys/stat.h>

#include <cstdio>

#include "cli/commands.h"
#include "cli/input.h"
#include "cli/log_commands.h"
#include "cli/output.h"
#include "cli/vault_options.h"

namespace hikae::cli {
namespace {

// Who logs in. The password is read to `password`, which the options borrow.
vault::SessionOptions ArrivalOf(const Arguments& arguments, SecretText& password) {
  for (const char* needed : {"actor", "handling", "purpose"})
    if (!arguments.Has(needed))
      throw UsageError{{arguments.command->name + " needs --" + needed,
                        arguments.command->name + " には --" + needed + " が必要です"}};
  vault::SessionOptions options;
  options.actor = Given(arguments, "actor");
  options.actor_type = Given(arguments, "actor-type");
  options.handling = Given(arguments, "handling");
  options.purpose = Given(arguments, "purpose");
  options.terminal = Given(arguments, "terminal");
  options.place = Given(arguments, "place");
  options.terminal_factors = arguments.All("terminal-factor");
  options.system_factors = arguments.All("system-factor");
  if (arguments.Has("password-file")) password = ReadSecretLine(arguments.Get("password-file"));
  options.password = password.view();
  return options;
}

Exit Begin(const Arguments& arguments, Language language) {
  Unlocked unlocked(arguments, language);
  SecretText password;
  const vault::SessionOptions options = ArrivalOf(arguments, password);
  vault::Session session = unlocked.keys.Begin(options);
  const vault::Bytes token = session.Token();
  if (!arguments.Has("output")) return Print(std::string(token.view()) + "\n"), kDone;
  ::umask(S_IRWXG | S_IRWXO);
  try {
    WriteFile(arguments.Get("output"), std::string(token.view()) + "\n");
  } catch (const OutputError&) {
    session.End();  // nobody could ever take it up
    throw;
  }
  Print(In(language, "session ", "利用 ") + std::string(session.id()) + In(language, " begun\n", " を始めました\n"));
  return kDone;
}

Exit End(const Arguments& arguments, Language language) {
  Unlocked unlocked(arguments, language);
  vault::Session session = SessionOf(unlocked, arguments);
  session.End();
  Print(In(language, "session ", "利用 ") + std::string(session.id()) + In(language, " ended\n", " を終えました\n"));
  return kDone;
}

Exit List(const Arguments& arguments, Language language) {
  const Unlocked unlocked(arguments, language);
  std::string out =
      In(language, "session           begun                last act             ended                who, for what\n",
         "利用              開始                 最終操作             終了                 利用者、業務、目的\n");
  for (const vault::SessionInfo& info : unlocked.keys.Sessions()) {
    char line[128];
    std::snprintf(line, sizeof line, "%-16s  %-19s  %-19s  %-19s  ", Printable(info.id).c_str(),
                  Moment(info.begun_at).c_str(), Moment(info.used_at).c_str(),
                  info.ended_at ? Moment(*info.ended_at).c_str() : "-");
    out += line + Printable(info.actor) + "  " + Printable(info.handling) + "  " + Printable(info.purpose) + "\n";
  }
  Print(out);
  return kDone;
}

Exit Revoke(const Arguments& arguments, Language language) {
  Unlocked unlocked(arguments, language);
  vault::Session session = SessionOf(unlocked, arguments);
  session.Revoke(AskOf(arguments), arguments.operands[1]);
  Print(In(language, "revoked: ", "取り消しました: ") + Printable(arguments.operands[1]) + "\n");
  return kDone;
}

Exit Password(const Arguments& arguments, Language language) {
  Unlocked unlocked(arguments, language);
  SecretText password;
  const auto fresh = [&] {
    if (arguments.Has("new-password-file")) return ReadSecretLine(arguments.Get("new-password-file"));
    return AskForSecret({"New password", "新しいパスワード"}, "--new-password-file", language);
  };
  if (arguments.Has("for")) {
    vault::Session session = SessionOf(unlocked, arguments);
    session.SetPassword(AskOf(arguments), arguments.Get("for"), fresh().view());
  } else {
    const vault::SessionOptions options = ArrivalOf(arguments, password);
    unlocked.keys.ChangePassword(options, fresh().view());
  }
  Print(In(language, "set\n", "設定しました\n"));
  return kDone;
}

std::vector<Option> ArrivalOptions() {
  return {
      {"actor", "ID", {"who acts, as the registry knows them", "利用者(台帳の ID)"}, {}},
      {"actor-type",
       "Staff|Worker",
       {"of which kind; default: whichever the registry knows", "利用者の種類(既定: 台帳による)"},
       {"Staff", "Worker"}},
      {"handling", "ID", {"for which handling", "業務"}, {}},
      {"purpose", "ID", {"for which purpose", "利用目的"}, {}},
      {"terminal", "ID", {"at which device", "端末"}, {}},
      {"place", "ID", {"at which place", "場所"}, {}},
      {"terminal-factor",
       "NAME",
       {"shown to the terminal: ic-card, pin …; again for more", "端末で確認したもの: ic-card、pin など(繰り返し可)"},
       {},
       0,
       true},
      {"system-factor",
       "NAME",
       {"shown to the system: user-id …; again for more", "システムで確認したもの: user-id など(繰り返し可)"},
       {},
       0,
       true},
      {"password-file", "FILE", {"the actor's password, which hikae checks", "hikae が確認するパスワード(一行)"}, {}},
  };
}

}  // namespace

std::vector<Command> VaultSessionCommands() {
  const std::vector<Option> arrival = Join(SecretOptions(), ArrivalOptions());
  Option token = OutputOption();
  token.summary = {"write the token to FILE, which only its owner may read", "符号を FILE に書く(所有者だけが読める)"};
  return {
      {"session begin",
       "DIR",
       1,
       1,
       {"log an actor in; prints the session's token; exit 3: a rule refused",
        "利用を始め、その符号を示す。終了コード 3: 規定により拒否"},
       Join(arrival, {token}),
       Refusable<Begin>},
      {"session end", "DIR", 1, 1, {"log out", "利用を終える"}, Join(SecretOptions(), TokenOptions()), Refusable<End>},
      {"session list",
       "DIR",
       1,
       1,
       {"list the sessions, ended ones too", "利用の一覧(終わったものも)"},
       SecretOptions(),
       List},
      {"session revoke",
       "DIR ID",
       2,
       2,
       {"end another session, by its public id; exit 3: a rule refused",
        "ほかの利用を取り消す。終了コード 3: 規定により拒否"},
       Join(Join(SecretOptions(), TokenOptions()), AskOptions()),
       Refusable<Revoke>},
      {"session password",
       "DIR",
       1,
       1,
       {"change an actor's own password, or with --for set another's; exit 3: a rule refused",
        "自分のパスワードを替える(--for なら他者に設定する)。終了コード 3: 規定により拒否"},
       Join(Join(arrival, Join(TokenOptions(), AskOptions())),
            {{"for", "ID", {"whose password to set, by the session given", "設定される者(利用を指定する)"}, {}},
             {"new-password-file",
              "FILE",
              {"the new one, a line; default: asked for", "新しいもの(一行)。既定: 端末で尋ねる"},
              {}}}),
       Refusable<Password>},
  };
}

}  // namespace hikae::cli
