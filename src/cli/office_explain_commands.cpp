// What a finding rests on, in words, and what a pack's rules cover.
#include <cstdio>
#include <optional>

#include "cli/commands.h"
#include "cli/input.h"
#include "cli/office_commands.h"
#include "cli/output.h"

namespace hikae::cli {
namespace {

Format FormatOf(const std::string& name) {
  return name == "json" ? Format::kJson : name == "csv" ? Format::kCsv : Format::kText;
}

// FINDING as a number; nullopt: it is a rule's id.
std::optional<uint64_t> NumberOf(const std::string& text) {
  if (text.empty() || text.size() > 9 || text.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  return std::stoull(text);
}

bool IsOpen(const hikae_finding& finding) {
  return finding.outcome == HIKAE_VIOLATED || finding.outcome == HIKAE_NOT_SHOWN;
}

// The findings of a rule: of one thing, or all that are violated or not shown.
std::vector<uint64_t> Wanted(Findings& findings, const std::string& rule, const std::string& thing) {
  std::vector<uint64_t> wanted;
  for (const hikae_finding& finding : findings) {
    if (View(finding.rule) != rule) continue;
    if (thing.empty() ? IsOpen(finding) : View(finding.thing_id) == thing) wanted.push_back(finding.index);
  }
  return wanted;
}

// Why there is nothing to explain, and what could be: the things that the rule judged, if it judged any.
std::string Nothing(Findings& findings, const std::string& rule, const std::string& thing, bool ja) {
  constexpr size_t kMost = 5;
  std::string things;
  size_t count = 0;
  for (const hikae_finding& finding : findings) {
    if (View(finding.rule) != rule || ++count > kMost) continue;
    things += (things.empty() ? "" : ja ? "、" : ", ") + std::string(View(finding.thing_id));
  }
  if (count > kMost) things += ja ? " ほか" : " …";
  if (count == 0)
    return ja ? "規定 " + rule + " が判定したものはない。規定の一覧は hikae pack show で見られる"
              : rule + " judged nothing here; see the rules with hikae pack show";
  if (!thing.empty())
    return ja ? "規定 " + rule + " の「" + thing + "」についての指摘はない。対象は " + things
              : "there is no finding of " + rule + " on " + thing + "; it judged " + things;
  return ja ? "規定 " + rule + " の違反・未提示の指摘はない。--thing で対象を示すとほかの結果も説明する。対象は " +
                  things
            : "no finding of " + rule + " is violated or not shown; name a thing with --thing for others: " + things;
}

Exit Explain(const Arguments& arguments, Language language) {
  const bool ja = language == Language::kJapanese;
  const Office office = OpenOffice(arguments);
  const std::string as_of = arguments.Get("as-of");
  const std::string handling = arguments.Get("handling");
  AuditOptions options;
  options.as_of = as_of;
  options.handling = handling;
  Findings findings = office.Audit(options);
  const std::string& which = arguments.operands[1];
  const std::string thing = arguments.Get("thing");
  const std::optional<uint64_t> number = NumberOf(which);
  const std::vector<uint64_t> wanted = number ? std::vector{*number} : Wanted(findings, which, thing);
  if (wanted.empty()) {
    std::fputs(("hikae: " + Printable(Nothing(findings, which, thing, ja)) + "\n").c_str(), stderr);
    return kFailed;
  }
  std::string document;
  for (const uint64_t index : wanted) document += (document.empty() ? "" : "\n") + findings.Explain(index, language);
  Deliver(arguments, document, (ja ? "書き出しました: " : "written: ") + arguments.Get("output") + "\n");
  return kDone;
}

Exit Coverage(const Arguments& arguments, Language language) {
  const std::string pack = arguments.Get("pack", "edogawa-2021");
  const std::string path = arguments.Get("output");
  uint64_t open = 0;
  const std::string document = PackCoverage(pack, FormatOf(arguments.Get("format", "text")), language, &open);
  Deliver(arguments, document,
          language == Language::kJapanese ? "書き出しました: " + path + "\n" : "written: " + path + "\n");
  if (open == 0 || !arguments.Has("strict")) return kDone;
  std::fputs(language == Language::kJapanese
                 ? ("hikae: 記録に照らして判定する規定のない対策が " + std::to_string(open) + " 件ある\n").c_str()
                 : ("hikae: " + std::to_string(open) + " promises are held against nothing recorded\n").c_str(),
             stderr);
  return kViolated;
}

}  // namespace

std::vector<Command> ExplainCommands() {
  const Option as_of{"as-of", "YYYY-MM-DD", {"the day to judge; default: today", "判定する日(既定: 今日)"}, {}};
  const Option handling{"handling", "ID", {"only this handling", "この業務だけ"}, {}};
  const Option thing{"thing", "ID", {"the thing judged, by its id", "判定の対象の ID"}, {}};
  const Option pack{
      "pack",
      "ID",
      {"a pack's id or folder; default: edogawa-2021", "規程集の ID またはフォルダー(既定: edogawa-2021)"},
      {}};
  const Option strict{
      "strict",
      "",
      {"exit 1 when a promise is held against nothing recorded", "記録に照らして判定しない対策があれば終了コード 1"},
      {}};
  return {
      {"explain",
       "DIR FINDING",
       2,
       2,
       {"a finding in words: FINDING is its number in the audit's JSON, from 0, or a rule's id",
        "指摘を言葉で説明する。FINDING は監査の JSON での番号(0 から)、又は規定の ID"},
       {as_of, handling, thing, OutputOption()},
       Explain},
      {"coverage",
       "",
       0,
       0,
       {"by which rules, acts of the gate and ledgers each control of each paper is kept",
        "各依頼書の各対策を、どの規定・取扱い・台帳で確かめるかを示す"},
       {pack, strict, FormatOption({"text", "json", "csv"}), OutputOption()},
       Coverage},
  };
}

}  // namespace hikae::cli
