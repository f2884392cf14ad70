#include "report/ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/civil_date.h"
#include "base/columns.h"
#include "codec/csv.h"
#include "codec/node.h"
#include "report/document.h"
#include "report/render.h"
#include "report/words.h"

namespace hikae::report {
namespace {

using base::Language;
using cedar::Attribute;
using cedar::Value;
using codec::Node;
using registry::Gap;
using registry::LedgerLine;

constexpr int64_t kMicros = 1'000'000;
constexpr int64_t kDaySeconds = 86'400;

// To the second: in UTC for machines, in Japan for people.
std::string MomentText(registry::Micros micros, bool japan = false) {
  if (japan) micros += 9 * 3600 * kMicros;
  const int64_t seconds = micros >= 0 ? micros / kMicros : -((kMicros - 1 - micros) / kMicros);
  const int64_t day = seconds >= 0 ? seconds / kDaySeconds : -((kDaySeconds - 1 - seconds) / kDaySeconds);
  const int64_t rest = seconds - day * kDaySeconds;
  return fmt::format("{}T{:02}:{:02}:{:02}{}", base::FormatIso(static_cast<base::Day>(day)), rest / 3600,
                     rest / 60 % 60, rest % 60, japan ? "+09:00" : "Z");
}

// datetime("2021-06-01") and its like, without the function; an entity by its id.
std::string TextOf(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kString:
      return value.text();
    case Value::Kind::kEntity:
      return value.entity().id;
    case Value::Kind::kSet: {
      std::string all;
      for (const Value& element : value.elements()) all += (all.empty() ? "" : ";") + TextOf(element);
      return all;
    }
    case Value::Kind::kDecimal:
    case Value::Kind::kIp:
    case Value::Kind::kDatetime:
    case Value::Kind::kDuration: {
      const std::string text = value.ToString();
      const size_t open = text.find('"');
      return open == text.npos ? text : text.substr(open + 1, text.rfind('"') - open - 1);
    }
    case Value::Kind::kBool:
    case Value::Kind::kLong:
    case Value::Kind::kRecord:
      break;
  }
  return value.ToString();
}

Node NodeOf(const Value& value) {
  if (value.kind() == Value::Kind::kBool) return Node::Bool(value.boolean());
  if (value.kind() == Value::Kind::kLong) return Node::Integer(value.integer());
  if (value.kind() == Value::Kind::kRecord) {
    Node record = Node::Map();
    for (const auto& [name, one] : value.attributes()) record.Set(name, NodeOf(one));
    return record;
  }
  if (value.kind() != Value::Kind::kSet) return Node::String(TextOf(value));
  Node list = Node::List();
  for (const Value& element : value.elements()) list.Append(NodeOf(element));
  return list;
}

const char* NameOf(Gap gap) {
  switch (gap) {
    case Gap::kBlank:
      return "blank";
    case Gap::kNone:
      return "none";
    case Gap::kUnknown:
      return "unknown";
  }
  return "";
}

std::string SourceOf(const registry::Row& row) {
  const auto line = row.lines.find("");
  return line == row.lines.end() ? row.document : fmt::format("{}:{}", row.document, line->second);
}

std::string Joined(const std::vector<cedar::EntityUid>& uids) {
  std::string all;
  for (const cedar::EntityUid& uid : uids) all += (all.empty() ? "" : ";") + uid.id;
  return all;
}

Node RowNode(const LedgerLine& line) {
  const registry::Row& row = line.row;
  Node values = Node::Map();
  for (const auto& [name, value] : row.entity.attributes) values.Set(name, NodeOf(value));
  Node tags = Node::Map();
  for (const auto& [name, value] : row.entity.tags) tags.Set(name, NodeOf(value));
  Node gaps = Node::Map();
  for (const auto& [name, gap] : row.gaps) gaps.Set(name, Node::String(NameOf(gap)));
  Node confirmed = Node::List();
  for (const cedar::EntityUid& uid : line.confirmed)
    confirmed.Append(Node::Map().Set("type", Node::String(uid.type)).Set("id", Node::String(uid.id)));
  Node out = Node::Map();
  out.Set("id", Node::String(row.entity.uid.id)).Set("values", std::move(values));
  out.Set("tags", std::move(tags)).Set("gaps", std::move(gaps));
  out.Set("day", line.day ? Node::String(base::FormatIso(*line.day)) : Node::Null());
  out.Set("corrected_by", line.corrected_by.empty() ? Node::Null() : Node::String(line.corrected_by));
  out.Set("reason", row.reason.empty() ? Node::Null() : Node::String(row.reason));
  out.Set("confirmed_by", std::move(confirmed)).Set("by", Node::String(row.by));
  out.Set("recorded_at", Node::String(MomentText(row.recorded_at)));
  out.Set("valid_from", Node::String(base::FormatIso(row.valid_from)));
  out.Set("valid_until", row.valid_until ? Node::String(base::FormatIso(*row.valid_until)) : Node::Null());
  return out.Set("source", Node::String(SourceOf(row)));
}

using Cells = std::vector<std::string>;

// What an attribute is called where no other one is called so too: what an import takes.
std::string HeaderOf(const Attribute& attribute, const cedar::EntityType& type, Language language) {
  const auto ja = attribute.annotations.find("ja");
  if (language == Language::kEnglish || ja == attribute.annotations.end()) return attribute.name;
  const auto same = std::count_if(type.attributes.begin(), type.attributes.end(), [&](const Attribute& other) {
    const auto called = other.annotations.find("ja");
    return called != other.annotations.end() && called->second == ja->second;
  });
  return same == 1 && type.Find(ja->second) == nullptr ? ja->second : attribute.name;
}

class LedgerTable {
 public:
  LedgerTable(const cedar::EntityType& type, const std::vector<LedgerLine>& lines, Language language)
      : type_(type), ja_(language == Language::kJapanese) {
    for (const LedgerLine& line : lines) {
      for (const auto& [name, value] : line.row.entity.tags) tags_.insert(name);
    }
    Cells head = {ja_ ? "識別名" : "id"};
    for (const Attribute& attribute : type.attributes) {
      if (!attribute.annotations.contains("fact")) head.push_back(HeaderOf(attribute, type, language));
    }
    for (const std::string& tag : tags_) head.push_back((ja_ ? "その他:" : "tags.") + tag);
    const Cells about =
        ja_ ? Cells{"訂正した行", "訂正の理由", "確認した行", "述べた者", "記録日時", "出典"}
            : Cells{"corrected by", "reason for correction", "confirmed by", "said by", "recorded at", "source"};
    head.insert(head.end(), about.begin(), about.end());
    rows_.push_back(std::move(head));
    for (const LedgerLine& line : lines) rows_.push_back(RowOf(line));
  }
  const std::vector<Cells>& rows() const { return rows_; }

 private:
  static std::string Cell(const registry::Row& row, const std::map<std::string, Value>& values, const std::string& name,
                          const std::string& path) {
    if (const auto found = values.find(name); found != values.end()) {
      const Value& value = found->second;
      const bool moment = value.kind() == Value::Kind::kDatetime && value.integer() % (kDaySeconds * 1000) != 0;
      return moment ? MomentText(value.integer() * 1000, true) : TextOf(value);
    }
    const auto gap = row.gaps.find(path);
    return gap == row.gaps.end() ? "" : std::string("!") + NameOf(gap->second);
  }
  Cells RowOf(const LedgerLine& line) const {
    const registry::Row& row = line.row;
    Cells cells = {row.entity.uid.id};
    for (const Attribute& attribute : type_.attributes) {
      if (attribute.annotations.contains("fact")) continue;
      cells.push_back(Cell(row, row.entity.attributes, attribute.name, attribute.name));
    }
    for (const std::string& tag : tags_) cells.push_back(Cell(row, row.entity.tags, tag, "tags." + tag));
    for (std::string about : {line.corrected_by, row.reason, Joined(line.confirmed), row.by,
                              MomentText(row.recorded_at, true), SourceOf(row)})
      cells.push_back(std::move(about));
    return cells;
  }

  const cedar::EntityType& type_;
  bool ja_;
  std::set<std::string> tags_;
  std::vector<Cells> rows_;
};

std::string OneLine(const std::string& cell) {
  std::string line = cell;
  std::replace_if(
      line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
  return line;
}

// Columns of a terminal; those with nothing in them are left out.
std::string Aligned(const std::vector<Cells>& rows) {
  std::string text;
  std::vector<size_t> widths(rows.front().size(), 0);
  for (size_t column = 0; column < widths.size(); ++column) {
    const bool any = std::any_of(rows.begin() + 1, rows.end(), [&](const Cells& row) { return !row[column].empty(); });
    if (!any) continue;
    for (const Cells& row : rows) widths[column] = std::max(widths[column], base::Columns(OneLine(row[column])));
  }
  for (const Cells& row : rows) {
    std::string line;
    size_t wanted = 0;
    for (size_t column = 0; column < widths.size(); ++column) {
      if (widths[column] == 0) continue;
      const std::string cell = OneLine(row[column]);
      line.append(wanted, ' ').append(cell);
      wanted = widths[column] - base::Columns(cell) + 2;
    }
    while (line.ends_with(' ')) line.pop_back();
    text += line + "\n";
  }
  return text;
}

// The ledger as a sheet: a column for each attribute that some row states.
class LedgerSheet {
  static constexpr size_t kMostAcross = 10;

 public:
  LedgerSheet(const cedar::EntityType& type, const std::vector<LedgerLine>& lines, Language language,
              const LedgerHead& head)
      : type_(type),
        language_(language),
        names_(head.packs.empty() ? nullptr : head.packs.front(), nullptr, language, head.packs) {
    document_.report = document_.id = "ledger";
    document_.language = language;
    document_.office = head.office;
    document_.title = names_.Type(type.name);
    if (!head.rows_of.empty()) document_.subtitles = {head.rows_of};
    document_.running = head.office + "  " + document_.title + (head.rows_of.empty() ? "" : "  " + head.rows_of);
    document_.provenance = {
        "provenance", Say(language, "What this sheet was made from", "この一覧の作成の基礎"), "", "", {}};
    document_.provenance.entries = {{"ledger", Say(language, "ledger", "台帳"), Content(type.name)},
                                    {"rows", Say(language, "rows", "行数"), Content(fmt::format("{}", lines.size()))}};
    Fill(lines);
  }
  std::string Html() const { return ToHtml(document_); }

 private:
  void Fill(const std::vector<LedgerLine>& lines) {
    Table table;
    table.key = "rows";
    table.caption = document_.title;
    table.show_caption = false;
    table.first_is_header = true;
    table.empty_text = Say(language_, "no row", "行はない");
    for (const LedgerLine& line : lines) table.rows.push_back({"", {Content(line.row.entity.uid.id)}});
    table.columns.push_back({"id", Say(language_, "id", "識別名"), 0});
    const auto add = [&](const std::string& key, const std::string& label, const auto& cell) {
      std::vector<Content> cells;
      for (const LedgerLine& line : lines) cells.push_back(cell(line));
      if (std::all_of(cells.begin(), cells.end(), [](const Content& one) { return one.empty(); })) return;
      table.columns.push_back({key, label, 0});
      for (size_t i = 0; i < cells.size(); ++i) table.rows[i].cells.push_back(std::move(cells[i]));
    };
    std::set<std::string> tags;
    for (const LedgerLine& line : lines) {
      for (const auto& [name, value] : line.row.entity.tags) tags.insert(name);
    }
    for (const Attribute& attribute : type_.attributes) {
      if (attribute.annotations.contains("fact")) continue;
      add(attribute.name, names_.Attribute(type_.name, attribute.name), [&](const LedgerLine& line) {
        return Cell(line.row, line.row.entity.attributes, attribute.name, attribute.name);
      });
    }
    for (const std::string& tag : tags) {
      add("tags." + tag, tag,
          [&](const LedgerLine& line) { return Cell(line.row, line.row.entity.tags, tag, "tags." + tag); });
    }
    const auto text = [](const std::string& said) { return said.empty() ? Content() : Content(said); };
    add("corrected_by", Say(language_, "corrected by", "訂正した行"),
        [&](const LedgerLine& line) { return text(line.corrected_by); });
    add("reason", Say(language_, "reason for correction", "訂正の理由"),
        [&](const LedgerLine& line) { return text(line.row.reason); });
    add("confirmed_by", Say(language_, "confirmed by", "確認した行"),
        [&](const LedgerLine& line) { return text(Joined(line.confirmed)); });
    add("by", Say(language_, "said by", "述べた者"), [&](const LedgerLine& line) { return text(line.row.by); });
    if (table.columns.size() <= kMostAcross || lines.empty()) {
      document_.Add(std::move(table));
      return;
    }
    // Too many to stand beside each other on A4: row after row, what each states.
    for (TableRow& row : table.rows) {
      KeyValues sheet = {"row", row.cells.front().Plain(), "", "", {}};
      for (size_t i = 1; i < row.cells.size(); ++i) {
        if (row.cells[i].empty()) continue;
        sheet.entries.push_back({table.columns[i].key, table.columns[i].label, std::move(row.cells[i])});
      }
      document_.Add(std::move(sheet));
    }
  }
  Content Cell(const registry::Row& row, const std::map<std::string, Value>& values, const std::string& name,
               const std::string& path) const {
    if (const auto value = values.find(name); value != values.end()) return names_.Value(value->second);
    const auto gap = row.gaps.find(path);
    return gap == row.gaps.end() ? Content() : Content::Gap(gap->second, language_);
  }

  const cedar::EntityType& type_;
  Language language_;
  Names names_;
  Document document_;
};

}  // namespace

base::Result<std::string> RenderLedger(const cedar::EntityType& type, const std::vector<LedgerLine>& lines,
                                       Format format, Language language, const LedgerHead& head) {
  if (format == Format::kJson) {
    Node rows = Node::List();
    for (const LedgerLine& line : lines) rows.Append(RowNode(line));
    return codec::WriteJson(rows, 2);
  }
  if (format == Format::kHtml) return LedgerSheet(type, lines, language, head).Html();
  if (format != Format::kCsv && format != Format::kText)
    return base::Error(base::Status::kArgument, base::Text{"a ledger is listed as text, html, json or csv",
                                                           "台帳の一覧の形式は text・html・json・csv のどれかである"});
  const LedgerTable table(type, lines, language);
  if (format == Format::kText) {
    if (lines.empty()) return std::string(language == Language::kJapanese ? "行はない\n" : "no row\n");
    return Aligned(table.rows());
  }
  codec::CsvWriter csv;
  for (const Cells& row : table.rows()) csv.Row(row);
  return csv.Take();
}

}  // namespace hikae::report
