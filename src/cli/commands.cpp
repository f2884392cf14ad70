#include "cli/commands.h"

#include <cstdio>
#include <functional>

#include "cli/output.h"
#include "cli/progress.h"

namespace hikae::cli {
namespace {

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

// Prints the document, or writes it where -o says and then prints `done`, a line about it.
void Deliver(const Arguments& arguments, const std::string& document, const std::string& done) {
  const std::string path = arguments.Get("output");
  if (path.empty()) return Print(document);
  WriteFile(path, document);
  Print(done);
}

std::string Line(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words)
    if (!word.empty()) line += (line.empty() ? "" : "  ") + word;
  return line + "\n";
}

Exit Init(const Arguments& arguments, Language language) {
  const std::string& directory = arguments.operands[0];
  Office::Create(directory, arguments.Get("pack"));
  Print(language == Language::kJapanese ? "台帳一式を作成しました: " + directory + "\n"
                                        : "office made: " + directory + "\n");
  return kDone;
}

Exit Declare(const Arguments& arguments, Language language) {
  const bool ja = language == Language::kJapanese;
  Office office = Office::Open(arguments.operands[0]);
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
  for (const Entry& entry : Office::Open(arguments.operands[0]).Handlings(arguments.Get("as-of")))
    Print(entry.id + "\n");
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
  const Office office = Office::Open(arguments.operands[0]);
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
  for (const char* needed : {"handling", "format"})
    if (arguments.Get(needed).empty())
      throw UsageError{
          {std::string("report needs --") + needed, std::string("report には --") + needed + " が必要です"}};
  const Office office = Office::Open(arguments.operands[0]);
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

Exit PackList(const Arguments&, Language language) {
  for (const Entry& entry : Packs()) Print(Line({entry.id, entry.title(language), entry.from + "–" + entry.until}));
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

Exit Run(const Arguments& arguments, Language language) {
  using Runner = Exit (*)(const Arguments&, Language);
  static const std::map<std::string, Runner> runners{
      {"init", Init},          {"declare", Declare},    {"handlings", Handlings},
      {"audit", Audit},        {"report", Report},      {"reports", ListReports},
      {"pack list", PackList}, {"pack show", PackShow}, {"pack lint", PackLint}};
  return runners.at(arguments.command->name)(arguments, language);
}

}  // namespace hikae::cli
