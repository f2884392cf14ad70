// The commands of the access log that need nothing but its directory: verify, show.
#include "cli/log_commands.h"

#include <algorithm>
#include <cstdio>
#include <thread>
#include <tuple>

#include "cli/commands.h"
#include "cli/input.h"
#include "cli/output.h"
#include "cli/progress.h"

namespace hikae::cli {

std::string In(Language language, const std::string& en, const std::string& ja) {
  return language == Language::kJapanese ? ja : en;
}

std::vector<std::string> KeysOf(const std::string& given) {
  if (given.empty()) return {};
  // A key has '+' in it, and is no file of ours.
  if (given.find('+') != std::string::npos && !Exists(given)) return {given};
  return LinesOf(ReadInput(given));
}

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (!line.empty() && line.front() != '#') lines.push_back(std::move(line));
    at = end + 1;
  }
  return lines;
}

uint64_t NumberOf(const Arguments& arguments, const std::string& option, uint64_t otherwise) {
  if (!arguments.Has(option)) return otherwise;
  return NumberOf(arguments.Get(option), "--" + option);
}

uint64_t NumberOf(const std::string& text, const std::string& what) {
  constexpr size_t kMostDigits = 19;  // fits 64 bits, whatever the digits
  if (text.empty() || text.size() > kMostDigits || text.find_first_not_of("0123456789") != std::string::npos)
    throw UsageError{{what + " is \"" + Printable(text) + "\", expected a number",
                      what + " の値「" + Printable(text) + "」は数でない"}};
  return std::stoull(text);
}

namespace {

std::string TitleOf(const Entry& line, Language language) { return "  " + Printable(line.title(language)) + "\n"; }

std::string PlaceOf(const hikae_log_finding& finding) {
  std::string place = Printable(View(finding.period)) + "/" + std::to_string(finding.first);
  if (finding.last != finding.first) place += "–" + std::to_string(finding.last);
  return place;
}

std::string Said(const log::Verdict& verdict, Language language) {
  const hikae_log_judged judged = verdict.Judged();
  const std::vector<hikae_log_finding> findings = verdict.Findings();
  const std::string entries = std::to_string(judged.entries);
  std::string out = judged.sound != 0
                        ? In(language, "sound: " + entries + " entries\n", "異常なし: 記録 " + entries + " 件\n")
                        : In(language, "NOT SOUND\n", "異常あり\n");
  if (!findings.empty()) {
    const hikae_log_finding& first = findings.front();
    const bool exact = first.first == first.last;
    out += In(language, exact ? "first bad entry: " : "first bad entry among: ",
              exact ? "最初の異常: 記録 " : "最初の異常の範囲: 記録 ") +
           PlaceOf(first) + "\n";
    out += In(language, "found:\n", "指摘:\n");
    for (const hikae_log_finding& finding : findings)
      out += "  " + PlaceOf(finding) + ": " +
             Printable(View(language == Language::kJapanese ? finding.text_ja : finding.text_en)) + "\n";
  }
  if (judged.unlisted_findings != 0) {
    const std::string more = std::to_string(judged.unlisted_findings);
    out += In(language, "  and " + more + " more\n", "  ほか " + more + " 件\n");
  }
  const auto add = [&](log::Lines kind, const char* en, const char* ja) {
    const std::vector<Entry> lines = verdict.Text(kind);
    if (lines.empty()) return;
    out += In(language, en, ja);
    for (const Entry& line : lines) out += TitleOf(line, language);
  };
  add(log::Lines::kChecked, "checked:\n", "確認したこと:\n");
  add(log::Lines::kNotChecked, "not checked:\n", "確認していないこと:\n");
  add(log::Lines::kOnlyFromOutside, "only a checkpoint kept outside could show:\n",
      "外部の控えがなければ分からないこと:\n");
  return out;
}

Exit Verify(const Arguments& arguments, Language language) {
  const log::Log log(arguments.operands[0]);
  log::VerifyOptions options;
  options.threads = static_cast<uint32_t>(
      NumberOf(arguments, "threads", std::min(16U, std::max(1U, std::thread::hardware_concurrency()))));
  options.period = arguments.Get("period");
  options.keys = KeysOf(arguments.Get("key"));
  if (arguments.Has("anchor")) options.anchors.push_back(ReadInput(arguments.Get("anchor")));
  if (arguments.Has("policy")) options.policy = ReadInput(arguments.Get("policy"));
  ProgressLine progress(In(language, "verifying", "検証中"));
  options.progress = [&](uint64_t done, uint64_t total) { return progress.Update(done, total), true; };
  const log::Verdict verdict = log.Verify(options);
  Print(Said(verdict, language));
  return verdict.sound() ? kDone : kViolated;
}

int32_t DecisionOf(const std::string& name) {
  if (name == "allowed") return HIKAE_LOG_ALLOWED;
  if (name == "refused") return HIKAE_LOG_REFUSED;
  return name == "not-judged" ? HIKAE_LOG_NOT_JUDGED : 0;
}

std::vector<std::string> WordsOf(const std::string& list) {
  std::vector<std::string> words;
  for (size_t at = 0; at < list.size();) {
    const size_t end = std::min(list.find(',', at), list.size());
    if (end > at) words.push_back(list.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

log::Query QueryOf(const Arguments& arguments) {
  log::Query query;
  query.period = arguments.Get("period");
  query.since = arguments.Get("since");
  query.until = arguments.Get("until");
  query.types = WordsOf(arguments.Get("type"));
  query.with_names = arguments.Has("names");
  // With --names an id is meant; without, digits are those of a pseudonym and anything else is an id.
  for (const auto& [name, pseudonym, id] :
       {std::tuple{"actor", &query.actor, &query.actor_id}, std::tuple{"subject", &query.subject, &query.subject_id}}) {
    const std::string given = arguments.Get(name);
    const bool digits = given.find_first_not_of("0123456789abcdef") == std::string::npos;
    *(digits && !query.with_names ? pseudonym : id) = given;
  }
  query.handling = arguments.Get("handling");
  query.decision = DecisionOf(arguments.Get("decision"));
  query.first = NumberOf(arguments, "from", 0);
  if (arguments.Has("to")) query.end = NumberOf(arguments, "to", 0) + 1;
  query.last = NumberOf(arguments, "last", 0);
  return query;
}

Exit Show(const Arguments& arguments, Language language) {
  const log::Log log(arguments.operands[0]);
  const std::string form = arguments.Get("format", "text");
  log::Query query = QueryOf(arguments);
  ProgressLine progress(In(language, "reading", "読取り中"));
  query.progress = [&](uint64_t done, uint64_t total) { return progress.Update(done, total), true; };
  const log::Form as = form == "csv" ? log::Form::kCsv : form == "json" ? log::Form::kJson : log::Form::kTable;
  const std::string path = arguments.Get("output");
  if (path.empty()) {
    log.Write(query, as, language, [](std::string_view piece) { return Print(piece), true; });
    return kDone;
  }
  FileWriter file(path);
  log.Write(query, as, language, [&](std::string_view piece) { return file.Write(piece), true; });
  file.Finish();
  Print(In(language, "written: ", "書き出しました: ") + Printable(path) + "\n");
  return kDone;
}

}  // namespace

Option PeriodOption() {
  return {"period", "NAME", {"this period; default: all of them", "この期間だけ(既定: 全期間)"}, {}};
}

std::vector<Command> LogCommands() {
  const Option key{"key",
                   "KEY|FILE",
                   {"a key of the log known from outside, or a file of such keys, one a line",
                    "外部で確認したログの検証鍵、又は検証鍵を一行に一つ書いたファイル"},
                   {}};
  const Option policy{"policy",
                      "FILE",
                      {"who must have signed and cosigned: a tlog-policy", "署名・副署を求める相手(tlog-policy 形式)"},
                      {}};
  const Option anchor{"anchor", "FILE", {"a checkpoint that was kept outside", "外部で控えたチェックポイント"}, {}};
  const Option threads{"threads", "N", {"how many threads; default: all", "スレッド数(既定: 全て)"}, {}};
  const std::vector<Option> filters = {
      {"since",
       "DAY",
       {"from this day or moment on (2021-05-20, 令和3年5月20日, 2021-05-20T09:30)",
        "この日又は日時から(2021-05-20、令和3年5月20日、2021-05-20T09:30)"},
       {}},
      {"until", "DAY", {"up to and with this day or minute", "この日又は分まで(その日・分を含む)"}, {}},
      {"type", "TYPE,…", {"only these types: read, searched, exported …", "この種類だけ: 閲覧,検索,出力 など"}, {}},
      {"actor",
       "ID",
       {"only this actor: an id, where the office's keys are, or 8 digits or more of a pseudonym",
        "この行為者だけ(鍵があればID、又は仮名の先頭8桁以上)"},
       {}},
      {"subject", "ID", {"only about this person, given likewise", "この本人だけ(同上)"}, {}},
      {"handling", "ID", {"only this handling", "この業務だけ"}, {}},
      {"decision",
       "allowed|refused|not-judged",
       {"only so decided", "この判定だけ: allowed(許可) refused(拒否) not-judged(判定不能)"},
       {"allowed", "refused", "not-judged"}},
      {"from", "N", {"from this entry of its period on", "期間内のこの番号から"}, {}},
      {"to", "N", {"up to and with this entry", "この番号まで(それを含む)"}, {}},
      {"last", "N", {"only the newest N of those", "該当するうち新しい N 件だけ"}, {}},
      {"names",
       "",
       {"show ids instead of pseudonyms, where the office's keys still know them",
        "仮名でなくIDを示す(台帳の鍵が知っている場合)"},
       {}},
      PeriodOption(),
      FormatOption({"text", "csv", "json"}),
      OutputOption()};
  return {
      {"log verify",
       "DIR",
       1,
       1,
       {"check the access log in DIR, an office or a copy of its log; exit 0: sound, 1: not, 2: could not check",
        "DIR(台帳一式、又はアクセス記録の写し)のアクセス記録を検証する。終了コード 0: 異常なし、1: 異常あり、2: "
        "検証できず"},
       {key, policy, anchor, PeriodOption(), threads},
       Verify},
      {"log show", "DIR", 1, 1, {"show entries, oldest first", "アクセス記録を古い順に示す"}, filters, Show},
  };
}

}  // namespace hikae::cli
