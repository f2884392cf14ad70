// The commands of records.
#include <algorithm>
#include <cstdio>
#include <optional>

#include "cli/commands.h"
#include "cli/input.h"
#include "cli/log_commands.h"
#include "cli/output.h"
#include "cli/vault_json.h"
#include "cli/vault_options.h"

namespace hikae::cli {
namespace {

// "ITEM=VALUE" at its first '='. Neither is repeated in the message: it may be personal data.
std::pair<std::string, std::string> SplitAtEquals(const std::string& given, const char* option) {
  const size_t at = given.find('=');
  if (at == std::string::npos || at == 0)
    throw UsageError{
        {std::string("--") + option + " is to be ITEM=…", std::string("--") + option + " は 項目=… と書きます"}};
  return {given.substr(0, at), given.substr(at + 1)};
}

// What one command line says of one record.
PutLine PutOf(const Arguments& arguments) {
  PutLine put;
  put.subject = arguments.operands[2];
  for (const std::string& given : arguments.All("set")) put.set.push_back(SplitAtEquals(given, "set"));
  for (const std::string& given : arguments.All("set-file")) {
    const auto [item, path] = SplitAtEquals(given, "set-file");
    put.set.emplace_back(item, ReadInput(path));
  }
  put.remove = arguments.All("remove");
  if (arguments.Has("if-version")) put.if_version = NumberOf(arguments, "if-version", 0);
  if (put.set.empty() && put.remove.empty())
    throw UsageError{{"record put needs --set, --set-file or --remove",
                      "record put には --set、--set-file、--remove のどれかが必要です"}};
  return put;
}

std::vector<PutLine> ReadPuts(const Arguments& arguments) {
  std::vector<PutLine> puts;
  if (arguments.operands.size() > 2) {
    puts.push_back(PutOf(arguments));
    return puts;
  }
  for (const char* option : {"set", "set-file", "remove"})
    if (!arguments.All(option).empty())
      throw UsageError{{std::string("--") + option + " belongs to one SUBJECT",
                        std::string("--") + option + " には本人(SUBJECT)の指定が必要です"}};
  const std::string text = ReadInput(arguments.Get("input", "-"));
  size_t number = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = std::string_view(text).substr(at, end - at);
    ++number;
    if (line.find_first_not_of(" \t\r") != line.npos) puts.push_back(ReadPutLine(line, number));
    at = end + 1;
  }
  return puts;
}

// Lots are each written as a whole; one after another where there are many.
Exit PutRecords(const Arguments& arguments, Language language) {
  Unlocked unlocked(arguments, language);
  vault::Session session = SessionOf(unlocked, arguments);
  vault::Ask ask = AskOf(arguments);
  ask.file = arguments.operands[1];
  const std::vector<PutLine> lines = ReadPuts(arguments);
  std::vector<vault::Put> puts;
  for (const PutLine& line : lines) {
    vault::Put put;
    put.subject = line.subject;
    for (const auto& [item, value] : line.set) put.set.push_back({item, value});
    put.remove.assign(line.remove.begin(), line.remove.end());
    put.if_version = line.if_version;
    puts.push_back(std::move(put));
  }
  const std::vector<uint64_t> versions = session.Write(ask, puts);
  const std::string count = std::to_string(versions.size());
  Print(versions.size() == 1 ? In(language, "written: version ", "記録しました: 第 ") + std::to_string(versions[0]) +
                                   In(language, "\n", " 版\n")
                             : In(language, "written: " + count + " records\n", "記録しました: " + count + " 件\n"));
  return kDone;
}

std::string StateName(vault::State state) {
  switch (state) {
    case vault::State::kReleased:
      return "released";
    case vault::State::kNoRecord:
      return "no record";
    case vault::State::kWithheld:
      return "withheld";
  }
  return "?";
}

const char* ViewName(int32_t view) {
  if (view == HIKAE_VIEW_MASKED) return "masked";
  return view == HIKAE_VIEW_PRESENCE ? "presence" : "whole";
}

std::string RowsOf(const std::string& subject, const vault::Records& record, Language language) {
  const std::string who = Printable(subject);
  if (record.state() == vault::State::kNoRecord) return who + In(language, "  no record\n", "  記録なし\n");
  if (record.state() == vault::State::kWithheld)
    return who + In(language, "  withheld: ", "  不可: ") + Printable(record.Decision().Explain(language)) + "\n";
  std::string out;
  for (const hikae_seen& seen : record.Items()) {
    const bool shown = seen.view != HIKAE_VIEW_PRESENCE;
    out += who + "  " + Printable(View(seen.name)) + "  " +
           (shown ? Printable(View(seen.value)) : In(language, "(there)", "(あり)")) + "\n";
  }
  return out.empty() ? who + In(language, "  none of these items\n", "  該当する項目なし\n") : out;
}

std::string JsonOf(const std::string& subject, const vault::Records& record) {
  std::string out = "{\"subject\":" + JsonText(subject) + ",\"state\":" + JsonText(StateName(record.state()));
  if (record.state() == vault::State::kWithheld) {
    out += ",\"rules\":[";
    bool first = true;
    for (const hikae_reason& reason : record.Decision().reasons()) {
      out += std::string(first ? "" : ",") + "{\"rule\":" + JsonText(View(reason.rule)) +
             ",\"article\":" + JsonText(View(reason.article)) + "}";
      first = false;
    }
    return out + "]}\n";
  }
  if (record.state() == vault::State::kNoRecord) return out + "}\n";
  out += ",\"version\":" + std::to_string(record.version()) + ",\"items\":{";
  std::string limited;
  bool first = true;
  for (const hikae_seen& seen : record.Items()) {
    const std::string name = JsonText(View(seen.name));
    out += (first ? "" : ",") + name + ":" + (seen.view == HIKAE_VIEW_PRESENCE ? "null" : JsonText(View(seen.value)));
    if (seen.view != HIKAE_VIEW_WHOLE)
      limited += (limited.empty() ? "" : ",") + name + ":" + JsonText(ViewName(seen.view));
    first = false;
  }
  return out + "}" + (limited.empty() ? "" : ",\"views\":{" + limited + "}") + "}\n";
}

Exit GetRecords(const Arguments& arguments, Language language) {
  Unlocked unlocked(arguments, language);
  vault::Session session = SessionOf(unlocked, arguments);
  vault::Ask ask = AskOf(arguments);
  ask.file = arguments.operands[1];
  const std::vector<std::string> subjects(arguments.operands.begin() + 2, arguments.operands.end());
  if (arguments.Has("raw")) {
    if (subjects.size() != 1 || ask.items.size() != 1)
      throw UsageError{{"--raw is of one item of one subject", "--raw は一人の一項目に使います"}};
    const std::string item = std::move(ask.items[0]);
    ask.items.clear();
    const vault::Bytes value = session.Read(ask, subjects[0], item);
    Print(value.view());
    return kDone;
  }
  vault::Records records = session.Read(ask, subjects);
  const bool json = arguments.Get("format") == "json";
  bool complete = true;
  while (records.Next()) {
    const std::string& subject = subjects[records.index()];
    Print(json ? JsonOf(subject, records) : RowsOf(subject, records, language));
    if (records.state() == vault::State::kWithheld) complete = false;
  }
  return complete ? kDone : kRefused;
}

Exit SearchRecords(const Arguments& arguments, Language language) {
  Unlocked unlocked(arguments, language);
  vault::Session session = SessionOf(unlocked, arguments);
  vault::Ask ask = AskOf(arguments);
  ask.file = arguments.operands[1];
  ask.items = {arguments.operands[2]};
  const std::string name = arguments.Get("index", "exact");
  const vault::Index index = name == "prefix"  ? vault::Index::kPrefix
                             : name == "token" ? vault::Index::kToken
                             : name == "year"  ? vault::Index::kYear
                                               : vault::Index::kExact;
  const std::vector<std::string> found =
      session.Search(ask, index, arguments.operands[3], NumberOf(arguments, "most", 0));
  for (const std::string& subject : found) Print(Printable(subject) + "\n");
  return found.empty() ? kViolated : kDone;
}

Exit EraseRecords(const Arguments& arguments, Language language) {
  const std::string& file = arguments.operands[1];
  if (arguments.Get("yes") != file)  // what is erased is gone
    throw UsageError{{"record erase destroys records and their keys for good: add --yes " + Printable(file),
                      "record erase は記録とその鍵を消去する。よければ --yes " + Printable(file) + " を付ける"}};
  Unlocked unlocked(arguments, language);
  vault::Session session = SessionOf(unlocked, arguments);
  vault::Ask ask = AskOf(arguments);
  ask.file = file;
  const std::vector<std::string> subjects(arguments.operands.begin() + 2, arguments.operands.end());
  // Where the certificate goes is tried before there is one: it cannot be made again.
  std::optional<FileWriter> file_of_certificate;
  if (arguments.Has("output")) file_of_certificate.emplace(arguments.Get("output"));
  const vault::Erased erased = session.Erase(ask, subjects);
  const std::string count = std::to_string(erased.records);
  if (!file_of_certificate) return Print(erased.certificate), kDone;
  try {
    file_of_certificate->Write(erased.certificate);
    file_of_certificate->Finish();
  } catch (const OutputError&) {
    Print(erased.certificate);
    throw;
  }
  Print(In(language, "erased: " + count + " records; certificate: ", "消去しました: " + count + " 件。証明書: ") +
        Printable(arguments.Get("output")) + "\n");
  return kDone;
}

Exit MarkSubject(const Arguments& arguments, Language language) {
  const std::vector<std::string> given = arguments.All("mark");
  if (arguments.Has("none") && !given.empty())
    throw UsageError{{"--none and --mark exclude each other", "--none と --mark は同時に使えません"}};
  Unlocked unlocked(arguments, language);
  vault::Session session = SessionOf(unlocked, arguments);
  vault::Ask ask = AskOf(arguments);
  ask.file = Given(arguments, "file");
  const std::string& subject = arguments.operands[1];
  if (given.empty() && !arguments.Has("none")) {
    if (ask.file.empty()) ask.act = vault::Act::kAdminister;
    for (const vault::Mark& mark : session.Marks(ask, subject))
      Print(Printable(mark.kind) + (mark.value.empty() ? "" : "=" + Printable(mark.value)) + "  " + mark.from + "–" +
            mark.until + "\n");
    return kDone;
  }
  std::vector<vault::Mark> marks;
  for (const std::string& one : given) {
    const size_t at = one.find('=');
    marks.push_back({one.substr(0, at), at == std::string::npos ? std::string() : one.substr(at + 1),
                     arguments.Get("from"), arguments.Get("until")});
  }
  session.SetMarks(ask, subject, marks);
  Print(In(language, "marked\n", "設定しました\n"));
  return kDone;
}

Exit AskRules(const Arguments& arguments, Language language) {
  Unlocked unlocked(arguments, language);
  vault::Session session = SessionOf(unlocked, arguments);
  vault::Ask ask = AskOf(arguments);
  ask.file = arguments.operands[1];
  const vault::Decision decision =
      session.WouldAllow(ask, arguments.operands.size() > 2 ? arguments.operands[2] : std::string());
  Print(Printable(decision.Explain(language)) + "\n");
  return decision.allowed() ? kDone : kRefused;
}

Exit CheckRecords(const Arguments& arguments, Language language) {
  const Unlocked unlocked(arguments, language);
  const std::vector<Entry> found = unlocked.keys.CheckRecords();
  for (const Entry& one : found)
    Print(Printable(one.place.file) + "  " + Printable(one.id) + "  " + Printable(one.title(language)) + "\n");
  if (found.empty()) Print(In(language, "records and log agree\n", "記録とアクセス記録は一致しています\n"));
  return found.empty() ? kDone : kViolated;
}

Option ItemOption() {
  return {"item",
          "NAME",
          {"an item; again for more; default: all that the file declares", "項目(繰り返し可)。既定: ファイルの全項目"},
          {},
          0,
          true};
}
Option ViewOption() {
  return {"view",
          "whole|masked|presence|widest",
          {"how much of the items; widest: as much as the rules allow",
           "見る範囲: whole(全部) masked(一部伏せる) presence(有無) widest(許される最大)"},
          {"whole", "masked", "presence", "widest"}};
}
Option ActOption(std::vector<std::string> acts, const char* english, const char* japanese) {
  Option option{"act", "", {english, japanese}, std::move(acts)};
  for (const std::string& act : option.choices) option.value += (option.value.empty() ? "" : "|") + act;
  return option;
}

}  // namespace

std::vector<Command> VaultRecordCommands() {
  const std::vector<Option> session = Join(SecretOptions(), TokenOptions());
  const std::vector<Option> asked = Join(session, AskOptions());
  return {
      {"record put",
       "DIR FILE [SUBJECT]",
       2,
       3,
       {"write items of one subject, or records from lines of JSON, all or none; exit 3: a rule refused",
        "一人の項目、または JSON の行から複数の記録を書く(全部か、何もしないか)。終了コード 3: 規定により拒否"},
       Join(asked,
            {{"set",
              "ITEM=VALUE",
              {"again for more; other users of the machine may see it: better --set-file, or lines",
               "繰り返し可。同じ機械の利用者に見えるため --set-file か JSON の行がよい"},
              {},
              0,
              true},
             {"set-file",
              "ITEM=FILE",
              {"the value is in FILE, or \"-\"", "値を FILE(「-」は標準入力)から"},
              {},
              0,
              true},
             {"remove", "ITEM", {"again for more", "消す項目(繰り返し可)"}, {}, 0, true},
             {"if-version",
              "N",
              {"only if the record has this version; 0: if there is none", "この版のときだけ(0: 記録がないときだけ)"},
              {}},
             {"input",
              "FILE",
              {"where the lines are; default: standard input", "JSON の行のファイル(既定: 標準入力)"},
              {}},
             ActOption({"write", "collect"}, "default: write", "行為(既定: write)")}),
       Refusable<PutRecords>},
      {"record get",
       "DIR FILE SUBJECT…",
       3,
       100'000,
       {"read records; exit 3: a rule refused, all or some of them",
        "記録を読む。終了コード 3: 全部または一部が規定により拒否"},
       Join(asked, {ItemOption(),
                    ViewOption(),
                    FormatOption({"table", "json"}),
                    {"raw",
                     "",
                     {"the bytes of one item of one subject, and nothing else", "一人の一項目の値だけをそのまま出す"},
                     {}},
                    ActOption({"read", "print", "transfer", "provide"}, "default: read", "行為(既定: read)")}),
       Refusable<GetRecords>},
      {"record search",
       "DIR FILE ITEM TEXT",
       4,
       4,
       {"find subjects by an index of an item; exit 1: none, 3: a rule refused",
        "項目の索引で本人を探す。終了コード 1: 該当なし、3: 規定により拒否"},
       Join(asked, {{"index",
                     "exact|prefix|token|year",
                     {"default: exact", "索引の種類(既定: exact)"},
                     {"exact", "prefix", "token", "year"}},
                    {"most", "N", {"at most so many; default: 1,000", "最大件数(既定: 1,000)"}, {}}}),
       Refusable<SearchRecords>},
      {"record ask",
       "DIR FILE [SUBJECT]",
       2,
       3,
       {"what the rules would say, without doing it; exit 0: yes, 3: no",
        "規定上どうなるかを尋ねる(実行しない)。終了コード 0: 可、3: 不可"},
       Join(asked, {ItemOption(), ViewOption(),
                    ActOption({"read", "write", "search", "print", "export", "transfer", "collect", "provide", "erase"},
                              "default: read", "行為(既定: read)")}),
       Refusable<AskRules>},
      {"record erase",
       "DIR FILE SUBJECT…",
       3,
       100'000,
       {"destroy records and their keys, with a certificate; exit 3: a rule refused",
        "記録とその鍵を消去し、証明書を出す。終了コード 3: 規定により拒否"},
       Join(asked, {{"yes", "FILE", {"the file's name again", "ファイルの名前(確認)"}, {}}, OutputOption()}),
       Refusable<EraseRecords>},
      {"record mark",
       "DIR SUBJECT",
       2,
       2,
       {"show a subject's restrictions, consents and classes, or set all of them anew; exit 3: a rule refused",
        "本人の制限・同意・区分を示す。--mark なら全部を設定し直す。終了コード 3: 規定により拒否"},
       Join(asked,
            {{"mark", "KIND[=VALUE]", {"again for more", "制限・同意の種類(繰り返し可)"}, {}, 0, true},
             {"from", "DAY", {"since when; default: today", "いつから(既定: 今日)"}, {}},
             {"until", "DAY", {"until when; default: open", "いつまで(既定: 期限なし)"}, {}},
             {"none", "", {"take all of them away", "全部を外す"}, {}},
             {"file", "FILE", {"show them as one who works with this file", "このファイルの利用者として見る"}, {}}}),
       Refusable<MarkSubject>},
      {"record check",
       "DIR",
       1,
       1,
       {"compare every record with the access log; exit 1: they disagree",
        "全記録をアクセス記録と突き合わせる。終了コード 1: 不一致あり"},
       SecretOptions(),
       CheckRecords},
  };
}

}  // namespace hikae::cli
