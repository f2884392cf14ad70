#include "cli/office_commands.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdio>
#include <functional>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/progress.h"

namespace hikae::cli {
namespace {

// The operating system is asked here alone: the library takes whom it is told.
std::string AccountName() {
  constexpr size_t kMostBytes = size_t{64} << 10;
  std::vector<char> strings(kMostBytes);
  passwd entry{};
  passwd* found = nullptr;
  const uid_t account = getuid();
  if (getpwuid_r(account, &entry, strings.data(), strings.size(), &found) == 0 && found != nullptr)
    return found->pw_name;
  return std::to_string(account);
}

const Option kAsOf{"as-of", "YYYY-MM-DD", {"the day to judge; default: today", "判定する日(既定: 今日)"}, {}};
const Option kPack{"pack",
                   "ID",
                   {"a pack's id or folder; default: the office's", "規程集の ID またはフォルダー(既定: 台帳の規程集)"},
                   {}};
const Option kHandling{"handling", "ID", {"only this handling", "この業務だけ"}, {}};

Format FormatOf(const std::string& name) {
  static const std::map<std::string, Format> formats{{"text", Format::kText},
                                                     {"html", Format::kHtml},
                                                     {"csv", Format::kCsv},
                                                     {"json", Format::kJson},
                                                     {"sarif", Format::kSarif}};
  return formats.at(name);
}

Moment MomentOf(const std::string& name) {
  static const std::map<std::string, Moment> moments{
      {"", Moment::kAny},    {"design", Moment::kDesign}, {"contract", Moment::kContract},
      {"run", Moment::kRun}, {"event", Moment::kEvent},   {"periodic", Moment::kPeriodic},
      {"end", Moment::kEnd}};
  return moments.at(name);
}

std::string Line(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words)
    if (!word.empty()) line += (line.empty() ? "" : "  ") + word;
  return line + "\n";
}

Exit Init(const Arguments& arguments, Language language) {
  const std::string& directory = arguments.operands[0];
  const std::vector<std::string> packs = arguments.All("pack");
  const std::string actor = ActorOf(arguments);
  const std::string origin = arguments.Get("log-origin");
  Office::OpenOptions options;
  options.create = true;
  if (!packs.empty()) {
    options.pack = packs.front();
    options.more_packs.assign(packs.begin() + 1, packs.end());
  }
  options.actor = actor;
  options.log_origin = origin;
  const Office made(directory, options);
  Print(language == Language::kJapanese ? "台帳一式を作成しました: " + directory + "\n"
                                        : "office made: " + directory + "\n");
  return kDone;
}

Exit Declare(const Arguments& arguments, Language language) {
  const bool ja = language == Language::kJapanese;
  Office office = OpenOffice(arguments);
  const std::vector<std::string> files(arguments.operands.begin() + 1, arguments.operands.end());
  const Declared declared = [&] {
    const ProgressLine progress(ja ? "登録中" : "declaring");
    return office.DeclareFiles(files);
  }();
  const std::string added = std::to_string(declared.added);
  const std::string changed = std::to_string(declared.changed);
  const std::string unchanged = std::to_string(declared.unchanged);
  Print(ja ? "登録しました: 追加 " + added + " 件、変更 " + changed + " 件、変更なし " + unchanged + " 件\n"
           : "declared: " + added + " added, " + changed + " changed, " + unchanged + " unchanged\n");
  return kDone;
}

Exit Handlings(const Arguments& arguments, Language) {
  for (const Entry& entry : OpenOffice(arguments).Handlings(arguments.Get("as-of"))) Print(entry.id + "\n");
  return kDone;
}

std::string SummaryLine(const hikae_summary& summary, Language language) {
  const auto n = [](uint64_t figure) { return std::to_string(figure); };
  const std::string day(View(summary.as_of));
  if (language == Language::kJapanese)
    return day + " 現在: 違反 " + n(summary.violated) + " 件(うち重大 " + n(summary.blocking) + " 件)、未提示 " +
           n(summary.not_shown) + " 件、充足 " + n(summary.met) + " 件、例外承認 " + n(summary.excepted) +
           " 件、非該当 " + n(summary.not_applicable) + " 件\n";
  return "as of " + day + ": " + n(summary.violated) + " violated (" + n(summary.blocking) + " blocking), " +
         n(summary.not_shown) + " not shown, " + n(summary.met) + " met, " + n(summary.excepted) + " excepted, " +
         n(summary.not_applicable) + " not applicable\n";
}

Exit Audit(const Arguments& arguments, Language language) {
  const Office office = OpenOffice(arguments);
  const std::string as_of = arguments.Get("as-of");
  const std::string handling = arguments.Get("handling");
  const std::string pack = arguments.Get("pack");
  const Findings findings = [&] {
    ProgressLine progress(language == Language::kJapanese ? "判定中" : "auditing");
    AuditOptions options;
    options.as_of = as_of;
    options.moment = MomentOf(arguments.Get("moment"));
    options.handling = handling;
    options.pack = pack;
    options.progress = [&](uint64_t done, uint64_t total) { return progress.Update(done, total), true; };
    return office.Audit(options);
  }();
  const hikae_summary summary = findings.Summary();
  Deliver(arguments, findings.Render(FormatOf(arguments.Get("format", "text")), language),
          SummaryLine(summary, language));
  // Nothing judged is not nothing wrong: a script that looks at the exit code must not take it for a clean audit.
  if (summary.violated + summary.not_shown + summary.met + summary.excepted + summary.not_applicable == 0) {
    std::fputs(language == Language::kJapanese
                   ? "hikae: 何も判定していない（その日に登録された業務、又はその時点の規定がない）\n"
                   : "hikae: nothing was judged (no handling is declared as of that day, or the pack has no rule of "
                     "that moment)\n",
               stderr);
    return kFailed;
  }
  return summary.blocking == 0 ? kDone : kViolated;
}

Exit Report(const Arguments& arguments, Language language) {
  if (arguments.Get("format").empty()) throw UsageError{{"report needs --format", "report には --format が必要です"}};
  const Office office = OpenOffice(arguments);
  const std::string as_of = arguments.Get("as-of");
  const std::string handling = arguments.Get("handling");
  const std::string pack = arguments.Get("pack");
  const std::string document = [&] {
    const ProgressLine progress(language == Language::kJapanese ? "作成中" : "reporting");
    ReportOptions options;
    options.name = arguments.operands[1];
    options.handling = handling;
    options.format = FormatOf(arguments.Get("format"));
    options.language = language;
    options.as_of = as_of;
    options.pack = pack;
    return office.Report(options);
  }();
  const std::string path = arguments.Get("output");
  Deliver(arguments, document,
          language == Language::kJapanese ? "書き出しました: " + path + "\n" : "written: " + path + "\n");
  return kDone;
}

Exit ListReports(const Arguments&, Language language) {
  for (const Entry& entry : Reports()) Print(Line({entry.id, entry.title(language), entry.detail}));
  return kDone;
}

Exit PackList(const Arguments& arguments, Language language) {
  // Of an office, or those that any office could have.
  const std::vector<Entry> packs = arguments.operands.empty() ? Packs() : OpenOffice(arguments).Packs();
  for (const Entry& entry : packs) Print(Line({entry.id, entry.title(language), entry.from + "–" + entry.until}));
  return kDone;
}

Exit PackAdd(const Arguments& arguments, Language language) {
  const std::string& pack = arguments.operands[1];
  OpenOffice(arguments).AddPack(pack);
  Print(language == Language::kJapanese ? "規程集を加えました: " + pack + "\n" : "pack added: " + pack + "\n");
  return kDone;
}

Exit PackRemove(const Arguments& arguments, Language language) {
  const std::string& pack = arguments.operands[1];
  OpenOffice(arguments).RemovePack(pack);
  Print(language == Language::kJapanese ? "規程集を外しました: " + pack + "\n" : "pack removed: " + pack + "\n");
  return kDone;
}

Exit PackShow(const Arguments& arguments, Language language) {
  const std::string path = arguments.Get("output");
  Deliver(arguments, ShowPack(arguments.operands[0], FormatOf(arguments.Get("format", "text")), language),
          language == Language::kJapanese ? "書き出しました: " + path + "\n" : "written: " + path + "\n");
  return kDone;
}

Exit PackLint(const Arguments& arguments, Language language) {
  const bool ja = language == Language::kJapanese;
  size_t errors = 0;
  size_t warnings = 0;
  for (const Entry& problem : LintPack(arguments.operands[0])) {
    const bool error = problem.severity == HIKAE_ERROR;
    ++(error ? errors : warnings);
    std::string where = problem.place.file;
    if (problem.place.line != 0) where += ":" + std::to_string(problem.place.line);
    if (problem.place.line != 0 && problem.place.column != 0) where += ":" + std::to_string(problem.place.column);
    const std::string kind = error ? (ja ? "誤り" : "error") : (ja ? "注意" : "warning");
    Print((where.empty() ? "" : where + ": ") + kind + ": " + problem.title(language) + "\n");
  }
  const std::string figures = ja ? "誤り " + std::to_string(errors) + " 件、注意 " + std::to_string(warnings) + " 件\n"
                                 : std::to_string(errors) + " errors, " + std::to_string(warnings) + " warnings\n";
  Print(figures);
  return errors == 0 ? kDone : kViolated;
}

}  // namespace

std::string ActorOf(const Arguments& arguments) { return arguments.Get("by", "os:" + AccountName()); }

Office OpenOffice(const Arguments& arguments) {
  const std::string actor = ActorOf(arguments);
  Office::OpenOptions options;
  options.actor = actor;
  return {arguments.operands[0], options};
}

std::vector<Command> OfficeCommands() {
  const Option moment{
      "moment",
      "MOMENT",
      {"only rules of: design, contract, run, event, periodic, end",
       "この時点の規定だけ: design(設計) contract(契約) run(運用) event(随時) periodic(定期) end(終了)"},
      {"design", "contract", "run", "event", "periodic", "end"}};
  const Option by{"by",
                  "NAME",
                  {"who acts, for the access log; default: os: and the account's name",
                   "アクセス記録に残す行為者(既定: os: とアカウント名)"},
                  {}};
  const Option log_origin{"log-origin",
                          "NAME",
                          {"the name of the access log, for ever: hikae.example/江戸川; default: a random one",
                           "アクセス記録の名前(変更不可。例: hikae.example/江戸川。既定: 無作為)"},
                          {}};
  Option packs = kPack;
  packs.repeats = true;
  packs.summary = {"a pack's id or folder, may be given more than once; default: edogawa-2021",
                   "規程集の ID またはフォルダー。複数可(既定: edogawa-2021)"};
  return {
      {"init",
       "DIR",
       1,
       1,
       {"make a new office in the directory DIR", "DIR に新しい台帳一式を作る"},
       {packs, by, log_origin},
       Init},
      {"declare",
       "DIR FILE…",
       2,
       100'000,
       {"declare papers, all of them or none", "諮問依頼書などの内容を登録する(全部か、何もしないか)"},
       {by},
       Declare},
      {"handlings", "DIR", 1, 1, {"list the handlings declared", "登録された業務の一覧"}, {kAsOf}, Handlings},
      {"audit",
       "DIR",
       1,
       1,
       {"judge every rule; exit 0: nothing of severity block or error violated, 1: something is, 2: could not judge",
        "すべての規定を判定する。終了コード 0: 重大な違反なし、1: あり、2: 判定できず"},
       {kAsOf, kPack, moment, kHandling, FormatOption({"text", "json", "sarif"}), OutputOption()},
       Audit},
      {"report",
       "DIR NAME",
       2,
       2,
       {"write a report: about one handling, or all of the office", "報告書を書き出す(一つの業務、または全体)"},
       {kHandling, FormatOption({"html", "csv", "json"}), kAsOf, kPack, OutputOption()},
       Report},
      {"reports", "", 0, 0, {"list the reports there are", "報告書の種類の一覧"}, {}, ListReports},
      {"pack list",
       "[DIR]",
       0,
       1,
       {"list the packs built in, or those of an office", "組み込みの規程集、または台帳の規程集の一覧"},
       {},
       PackList},
      {"pack add",
       "DIR ID",
       2,
       2,
       {"add a pack, by id or folder, to an office", "台帳に規程集を加える(ID またはフォルダー)"},
       {by},
       PackAdd},
      {"pack remove",
       "DIR ID",
       2,
       2,
       {"take a pack out of an office that has no row in its words",
        "台帳から規程集を外す(その語による記録がないとき)"},
       {by},
       PackRemove},
      {"pack show",
       "ID",
       1,
       1,
       {"show a pack, with every rule", "規程集とその規定を示す"},
       {FormatOption({"text", "json"}), OutputOption()},
       PackShow},
      {"pack lint",
       "DIR",
       1,
       1,
       {"check a pack; exit 0: sound, 1: it has errors, 2: could not check",
        "規程集を点検する。終了コード 0: 問題なし、1: 誤りあり、2: 点検できず"},
       {},
       PackLint},
  };
}

}  // namespace hikae::cli
