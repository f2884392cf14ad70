#include <algorithm>
#include <cstdio>
#include <functional>
#include <utility>

#include "cli/commands.h"
#include "cli/input.h"
#include "cli/office_commands.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "hikae/hikae.hpp"

namespace hikae::cli {
namespace {

constexpr size_t kMostValues = 1000;

std::string Quoted(const std::string& cell) {
  std::string quoted = "\"";
  for (const char c : cell) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

uint32_t Characters(const std::string& text) {
  return static_cast<uint32_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

// NAME=VALUE … as a table of one row: the library reads it by the same rules as a file, and its errors name cells.
struct Pairs {
  std::string table;
  struct Pair {
    std::string name;
    uint32_t header_column, row_column;
  };
  std::vector<Pair> pairs;

  // What was typed wrongly: the name of a pair; empty for the row as a whole, whose errors stand at its first cell.
  std::string NameAt(const Place& place) const {
    for (const Pair& pair : pairs) {
      const uint32_t column = place.line == 1 ? pair.header_column : pair.row_column;
      if (column == place.column && column != 1) return pair.name;
    }
    return {};
  }
};

// A name may be given more than once, where it is of a list.
Pairs PairsOf(const std::vector<std::string>& given) {
  std::vector<std::pair<std::string, std::string>> cells;
  for (const std::string& pair : given) {
    const size_t equals = pair.find('=');
    if (equals == pair.npos || equals == 0)
      throw UsageError{
          {"\"" + Printable(pair) + "\" is not NAME=VALUE", "「" + Printable(pair) + "」が「名前=値」の形でない"}};
    const std::string name = pair.substr(0, equals);
    const std::string value = pair.substr(equals + 1);
    cells.emplace_back(name, value);
  }
  // The id goes first, given or not, so that no other cell stands where the row begins.
  const auto id = [](const auto& cell) { return cell.first == "id" || cell.first == "識別名"; };
  const auto stated = std::find_if(cells.begin(), cells.end(), id);
  if (stated == cells.end()) {
    cells.insert(cells.begin(), {"id", ""});
  } else {
    std::rotate(cells.begin(), stated, stated + 1);
  }
  Pairs out;
  std::string header;
  std::string row;
  for (const auto& [name, value] : cells) {
    header += header.empty() ? "" : ",";
    row += row.empty() ? "" : ",";
    out.pairs.push_back({name, Characters(header) + 1, Characters(row) + 1});
    header += Quoted(name);
    row += Quoted(value);
  }
  out.table = header + "\r\n" + row + "\r\n";
  return out;
}

LedgerOptions OptionsOf(const Arguments& arguments, const std::string& owner, const std::string& from,
                        const std::string& by) {
  LedgerOptions options;
  options.type = arguments.operands[1];
  options.owner = owner;
  options.valid_from = from;
  options.by = by;
  return options;
}

struct Problem {
  const Place& at;
  const std::string& title;
};

constexpr size_t kMostProblems = 20;  // as hikae_error_problems has them

// What stands before a problem's message: where it is.
using Where = std::function<std::string(const Problem&)>;

Where OfPairs(const Pairs& pairs) {
  return [&](const Problem& problem) {
    const std::string name = Printable(pairs.NameAt(problem.at));
    return name.empty() || problem.title.find(name) != problem.title.npos ? "" : name + ": ";
  };
}

// Line and column, and the cell as a spreadsheet program counts it: a line feed within quotes begins no row there.
std::string CellAt(const std::string& table, const Place& place) {
  uint32_t line = 1, column = 1, row = 1, cell = 0;
  bool quoted = false;
  for (size_t i = table.starts_with("\xEF\xBB\xBF") ? 3 : 0; i < table.size(); ++i) {
    const char c = table[i];
    if (line == place.line && column == place.column) break;
    if (c == '"') quoted = !quoted;
    if (c == ',' && !quoted) ++cell;
    if (c == '\n') {
      ++line, column = 1;
      if (!quoted) ++row, cell = 0;
    } else if (i + 1 == table.size() || (static_cast<unsigned char>(table[i + 1]) & 0xC0U) != 0x80U) {
      ++column;
    }
  }
  std::string letters;
  for (uint32_t n = cell + 1; n > 0; n = (n - 1) / 26)
    letters.insert(letters.begin(), static_cast<char>('A' + (n - 1) % 26));
  return letters + std::to_string(row);
}

Where OfFile(const std::string& path) {
  return [path, table = std::string()](const Problem& problem) mutable {
    const Place& at = problem.at;
    if (table.empty()) table = ReadInput(path);
    return at.file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": " + CellAt(table, at) + ": ";
  };
}

// Where rows were looked at one by one, each problem is told.
Exit Told(Language language, const Where& where, const std::function<void()>& work) {
  try {
    work();
    return kDone;
  } catch (const Error& e) {
    const std::vector<Entry> problems = Problems(e);
    if (problems.empty()) throw;
    for (const Entry& entry : problems) {
      const std::string title = entry.title(language);
      std::fputs(("hikae: " + where({entry.place, title}) + title + "\n").c_str(), stderr);
    }
    if (problems.size() < 2) return kFailed;
    const std::string count = std::to_string(problems.size());
    const bool more = problems.size() >= kMostProblems;
    std::fprintf(stderr, "hikae: %s\n",
                 (language == Language::kJapanese
                      ? "誤り " + count + (more ? " 件以上" : " 件") + "。何も記録していない"
                      : count + (more ? " problems or more" : " problems") + "; nothing was recorded")
                     .c_str());
    return kFailed;
  }
}

void TellIds(const std::vector<std::string>& ids, Language language) {
  const std::string count = std::to_string(ids.size());
  const std::string range = ids.size() == 1 ? ids.front() : ids.front() + " … " + ids.back();
  Print(language == Language::kJapanese
            ? "記録しました: " + count + " 行 (" + range + ")\n"
            : "recorded: " + count + (ids.size() == 1 ? " row (" : " rows (") + range + ")\n");
}

Exit Add(const Arguments& arguments, Language language) {
  const Pairs pairs = PairsOf({arguments.operands.begin() + 2, arguments.operands.end()});
  const std::string owner = arguments.Get("owner");
  const std::string from = arguments.Get("valid-from");
  const std::string by = ActorOf(arguments);
  Office office = OpenOffice(arguments);
  return Told(language, OfPairs(pairs), [&] {
    TellIds(office.AppendRows(OptionsOf(arguments, owner, from, by), {"ledger-add.csv", pairs.table}), language);
  });
}

Exit Import(const Arguments& arguments, Language language) {
  const std::string owner = arguments.Get("owner");
  const std::string from = arguments.Get("valid-from");
  const std::string by = ActorOf(arguments);
  Office office = OpenOffice(arguments);
  return Told(language, OfFile(arguments.operands[2]), [&] {
    LedgerOptions options = OptionsOf(arguments, owner, from, by);
    options.once = !arguments.Has("again");
    const std::vector<std::string> ids = [&] {
      const ProgressLine progress(language == Language::kJapanese ? "取込み中" : "importing");
      return office.ImportRows(options, arguments.operands[2]);
    }();
    TellIds(ids, language);
  });
}

Exit Correct(const Arguments& arguments, Language language) {
  const Pairs pairs = PairsOf({arguments.operands.begin() + 3, arguments.operands.end()});
  const std::string reason = arguments.Get("reason");
  const std::string from = arguments.Get("valid-from");
  const std::string by = ActorOf(arguments);
  Office office = OpenOffice(arguments);
  return Told(language, OfPairs(pairs), [&] {
    const std::string& old = arguments.operands[2];
    const std::string id =
        office.CorrectRow(OptionsOf(arguments, "", from, by), old, reason, {"ledger-correct.csv", pairs.table});
    Print(language == Language::kJapanese ? "訂正しました: " + old + " → " + id + "\n"
                                          : "corrected: " + old + " by " + id + "\n");
  });
}

Exit List(const Arguments& arguments, Language language) {
  const std::string owner = arguments.Get("owner");
  const std::string from = arguments.Get("from");
  const std::string until = arguments.Get("until");
  const std::string format = arguments.Get("format", "text");
  LedgerQuery query;
  query.type = arguments.operands[1];
  query.owner = owner;
  query.from = from;
  query.until = until;
  query.all = arguments.Has("all");
  query.format = format == "json"   ? Format::kJson
                 : format == "csv"  ? Format::kCsv
                 : format == "html" ? Format::kHtml
                                    : Format::kText;
  query.language = language;
  const std::string path = arguments.Get("output");
  Deliver(arguments, OpenOffice(arguments).ListRows(query),
          language == Language::kJapanese ? "書き出しました: " + path + "\n" : "written: " + path + "\n");
  return kDone;
}

Exit Types(const Arguments& arguments, Language language) {
  for (const Entry& entry : OpenOffice(arguments).Ledgers()) Print(entry.id + "  " + entry.title(language) + "\n");
  return kDone;
}

}  // namespace

std::vector<Command> LedgerCommands() {
  const Option owner{"owner", "ID", {"what the rows belong to: a contract's id …", "所属先(契約の識別名など)"}, {}};
  const Option by{"by",
                  "NAME",
                  {"who says it, for the row and the access log; default: os: and the account's name",
                   "述べた者。行とアクセス記録に残す(既定: os: とアカウント名)"},
                  {}};
  const Option valid_from{"valid-from",
                          "DAY",
                          {"from when it holds; default: the day the row is about, at the latest today",
                           "いつから有効か(既定: 行の日付。遅くとも今日)"},
                          {}};
  const Option again{"again", "", {"even where the same file was taken in before", "同じファイルを再び取り込む"}, {}};
  const Option reason{"reason", "TEXT", {"why the row is wrong; required", "訂正の理由(必須)"}, {}};
  const Option from{"from", "DAY", {"rows about this day and later", "この日以後の行"}, {}};
  const Option until{"until", "DAY", {"rows about this day and earlier", "この日以前の行"}, {}};
  const Option all{"all", "", {"rows that were corrected too", "訂正された行も示す"}, {}};
  return {
      {"ledger types", "DIR", 1, 1, {"list the ledgers there are", "台帳の種類の一覧"}, {}, Types},
      {"ledger add",
       "DIR TYPE NAME=VALUE…",
       3,
       kMostValues,
       {"add a row to a ledger", "台帳に行を加える"},
       {owner, by, valid_from},
       Add},
      {"ledger import",
       "DIR TYPE FILE.csv",
       3,
       3,
       {"add the rows of a CSV file, all of them or none", "CSV ファイルの行を加える(全部か、何もしないか)"},
       {owner, by, valid_from, again},
       Import},
      {"ledger correct",
       "DIR TYPE ROW NAME=VALUE…",
       4,
       kMostValues,
       {"correct a row by a new one, which says why", "行を、理由のある新しい行で訂正する"},
       {reason, by, valid_from},
       Correct},
      {"ledger list",
       "DIR TYPE",
       2,
       2,
       {"list the rows that count", "有効な行の一覧"},
       {owner, from, until, all, FormatOption({"text", "html", "json", "csv"}), OutputOption()},
       List},
  };
}

}  // namespace hikae::cli
