#include "registry/ledger_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/civil_date.h"
#include "codec/csv_reader.h"
#include "registry/row_columns.h"
#include "registry/wording.h"

namespace hikae::registry {
namespace {

using base::Result;
using base::Text;
using cedar::Attribute;
using codec::CsvCell;
using codec::CsvRow;
using codec::Mark;
using codec::Node;

using Kind = cedar::Type::Kind;

// A cell as a value of its type: elements of a set stand between semicolons; !blank, !none and !unknown are gaps.
Node ValueOf(const CsvCell& cell, bool list) {
  for (const char* gap : {"!blank", "!none", "!unknown"}) {
    if (cell.text == gap) return Node().set_mark(cell.mark).set_tag(gap + 1);
  }
  if (!list) return Node::Plain(cell.text).set_mark(cell.mark);
  constexpr std::string_view kWide = "；";
  Node all = Node::List();
  std::string element;
  const auto take = [&] {
    const size_t first = element.find_first_not_of(' ');
    const size_t last = element.find_last_not_of(' ');
    all.Append(Node::Plain(first == element.npos ? "" : element.substr(first, last - first + 1)).set_mark(cell.mark));
    element.clear();
  };
  for (size_t i = 0; i < cell.text.size(); ++i) {
    const bool wide = std::string_view(cell.text).substr(i).starts_with(kWide);
    if (wide) i += kWide.size() - 1;
    if (wide || cell.text[i] == ';') {
      take();
    } else {
      element += cell.text[i];
    }
  }
  take();
  return all.set_mark(cell.mark);
}

// A header as it is meant: nobody sees the blanks around a name.
std::string Trimmed(std::string_view name) {
  constexpr std::string_view kBlanks[] = {" ", "\t", "\u3000", "\u00A0"};
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view blank : kBlanks) {
      if (name.starts_with(blank)) name.remove_prefix(blank.size()), again = true;
      if (name.ends_with(blank)) name.remove_suffix(blank.size()), again = true;
    }
  }
  return std::string(name);
}

bool IsList(const Column& column) { return column.attribute != nullptr && column.attribute->type.kind == Kind::kSet; }

bool Has(const GivenRow& row, const Column& column) {
  return std::any_of(row.cells.begin(), row.cells.end(),
                     [&](const GivenRow::Cell& cell) { return cell.attribute == column.attribute; });
}

// Adds the elements to those of an earlier column of the same list; false where there is none, or one says of the whole
// list that it is not there.
bool Joined(GivenRow& row, const Column& column, const Node& value) {
  for (GivenRow::Cell& cell : row.cells) {
    if (cell.attribute != column.attribute || !cell.value.IsList() || !value.IsList()) continue;
    for (const Node& element : value.items()) cell.value.Append(element);
    return true;
  }
  return false;
}

class RowReader {
 public:
  RowReader(const Document& document, const RowForm& form, Problems& problems)
      : file_(document.name), form_(form), problems_(problems), columns_(*form.type, form.owner) {}
  Result<std::vector<GivenRow>> Csv(const std::string& text);
  Result<std::vector<GivenRow>> Json(const std::string& text);

 private:
  base::Error Refuse(Mark mark, Text text, Text hint) const {
    return RefuseAt(file_, mark, std::move(text), std::move(hint));
  }
  std::vector<Column> Header(const CsvRow& header);
  std::optional<base::Error> NoHeader(const CsvRow& header) const;
  void CheckComplete(const std::vector<Column>& header, Mark mark);
  void CsvLine(const std::vector<Column>& header, const CsvRow& cells, std::vector<GivenRow>& rows);
  void JsonRow(const Node& map, std::vector<GivenRow>& rows);
  void Take(GivenRow& row, const Column& column, Mark mark, Node value);
  void TakeDay(std::optional<Day>& day, const Node& value);
  bool IsNew(const Column& column, const std::string& name, Mark mark, std::set<std::string>& seen);

  const std::string& file_;
  const RowForm& form_;
  Problems& problems_;
  RowColumns columns_;
};

// Two names of one attribute are the same column.
bool RowReader::IsNew(const Column& column, const std::string& name, Mark mark, std::set<std::string>& seen) {
  std::string key = column.attribute != nullptr ? column.attribute->name : std::string(kTagHeaderEn) + column.tag;
  if (column.attribute == nullptr && column.kind != Column::Kind::kTag) key = fmt::format("#{}", int(column.kind));
  if (seen.insert(std::move(key)).second) return true;
  problems_.Add(
      Refuse(mark, {fmt::format("\"{}\" stands there twice", name), fmt::format("「{}」が二つある", name)},
             {"leave one; names in either language mean the same", "一つだけ残す（日英の名前は同じ項目を指す）"}));
  return false;
}

// A first row in which nothing is, or is nearly, the name of a column: rows without a header, whose cells nobody wants
// in an error.
std::optional<base::Error> RowReader::NoHeader(const CsvRow& header) const {
  std::optional<base::Error> first;
  for (const CsvCell& cell : header) {
    const std::string name = Trimmed(cell.text);
    auto column = columns_.Find(name, file_, cell.mark);
    if (column.ok() || !columns_.IsFar(name)) return std::nullopt;
    if (!first) first = std::move(column).error();
  }
  if (header.size() < 2 || !first) return std::nullopt;
  return Refuse(header.front().mark, {"none of these is the name of a column", "どれも項目の名前でない"}, first->hint);
}

std::vector<Column> RowReader::Header(const CsvRow& header) {
  std::vector<Column> columns;
  std::set<std::string> seen;
  if (header.size() == 1 && header.front().text.find_first_of("\t;") != std::string::npos) {
    problems_.Add(Refuse(header.front().mark,
                         {"the columns are not separated by commas", "列がコンマで区切られていない"},
                         {"save it as \"CSV UTF-8\"", "表計算ソフトで「CSV UTF-8」として保存する"}));
    return columns;
  }
  if (const auto names = NoHeader(header)) {
    problems_.Add(*names);
    return columns;
  }
  for (const CsvCell& cell : header) {
    const std::string name = Trimmed(cell.text);
    auto column = columns_.Find(name, file_, cell.mark);
    if (!column.ok()) {
      problems_.Add(std::move(column).error());
      continue;
    }
    // A list may stand in several columns.
    const bool again = IsList(*column) && seen.contains(column->attribute->name);
    if (again || IsNew(*column, name, cell.mark, seen)) columns.push_back(*std::move(column));
  }
  if (form_.complete && problems_.empty()) CheckComplete(columns, header.front().mark);
  return columns;
}

void RowReader::CheckComplete(const std::vector<Column>& header, Mark mark) {
  for (const Attribute& attribute : form_.type->attributes) {
    if (!attribute.required || attribute.annotations.contains("fact") || &attribute == form_.owner) continue;
    const bool there =
        std::any_of(header.begin(), header.end(), [&](const Column& column) { return column.attribute == &attribute; });
    if (there) continue;
    const Text label = Label(attribute.name, attribute.annotations);
    const auto ja = attribute.annotations.find("ja");
    const std::string name = ja == attribute.annotations.end() ? attribute.name : ja->second;
    const bool owner = attribute.annotations.contains("owner");
    problems_.Add(Refuse(mark, {fmt::format("no column is {}", label.en), fmt::format("{} の列がない", label.ja)},
                         {fmt::format("add a column \"{}\"{}", name, owner ? ", or name the owner with the call" : ""),
                          fmt::format("「{}」の列を加える{}", name, owner ? "か、呼出しで所属先を指定する" : "")}));
  }
}

void RowReader::TakeDay(std::optional<Day>& day, const Node& value) {
  auto read = value.IsText() ? base::ParseDate(value.text()) : base::ParseDate("");
  if (!read.ok()) return problems_.Add(Refuse(value.mark(), read.error().text, read.error().hint));
  day = *read;
}

void RowReader::Take(GivenRow& row, const Column& column, Mark mark, Node value) {
  switch (column.kind) {
    case Column::Kind::kAttribute:
      row.cells.push_back({column.attribute, mark, std::move(value)});
      return;
    case Column::Kind::kTag:
      if (row.tags_mark.line == 0) row.tags_mark = mark;
      row.tags.AddEntry(column.tag, mark, std::move(value));
      return;
    case Column::Kind::kId:
      row.id = value.text();
      row.id_mark = value.mark();
      if (!value.IsText() || row.id.empty()) {
        problems_.Add(Refuse(value.mark(), {"an id is a text", "識別名が文字列でない"},
                             {"leave it out for a running number", "書かなければ連番になる"}));
      }
      return;
    case Column::Kind::kFrom:
      return TakeDay(row.valid_from, value);
    case Column::Kind::kUntil:
      return TakeDay(row.valid_until, value);
  }
}

void RowReader::CsvLine(const std::vector<Column>& header, const CsvRow& cells, std::vector<GivenRow>& rows) {
  if (std::all_of(cells.begin(), cells.end(), [](const CsvCell& cell) { return cell.text.empty(); }) && form_.complete)
    return;
  if (cells.size() != header.size()) {
    return problems_.Add(Refuse(cells.front().mark,
                                {fmt::format("the row has {} cells, the header {}", cells.size(), header.size()),
                                 fmt::format("行のセルが{}個で、見出しの{}個と違う", cells.size(), header.size())},
                                {"a cell that holds a comma is written as \"…\"", "コンマを含むセルは \"…\" と書く"}));
  }
  GivenRow row;
  row.mark = cells.front().mark;
  for (size_t i = 0; i < cells.size(); ++i) {
    const Column& column = header[i];
    if (cells[i].text.empty()) {
      if (column.kind == Column::Kind::kAttribute) row.dropped.push_back(column.attribute->name);
      if (column.kind == Column::Kind::kTag) row.dropped.push_back(std::string(kTagHeaderEn) + column.tag);
      continue;
    }
    Node value = ValueOf(cells[i], IsList(column));
    if (!IsList(column) || !Has(row, column)) {
      Take(row, column, cells[i].mark, std::move(value));
    } else if (!Joined(row, column, value)) {
      problems_.Add(Refuse(cells[i].mark,
                           {"one column of the list has values, another says that there are none or not known",
                            "同じ項目の列の一方に値があり、他方はない又は不明としている"},
                           {"leave the cell empty", "セルを空にする"}));
    }
  }
  rows.push_back(std::move(row));
}

Result<std::vector<GivenRow>> RowReader::Csv(const std::string& text) {
  HIKAE_TRY(const std::vector<CsvRow> table, codec::ReadCsv(text, file_));
  std::vector<GivenRow> rows;
  if (table.empty())
    return Refuse({}, {"the file is empty", "ファイルが空である"},
                  {"write the names of the columns in the first row", "最初の行に列の名前を書く"});
  const std::vector<Column> header = Header(table.front());
  if (!problems_.empty()) return rows;
  for (size_t i = 1; i < table.size() && !problems_.full(); ++i) CsvLine(header, table[i], rows);
  return rows;
}

void RowReader::JsonRow(const Node& map, std::vector<GivenRow>& rows) {
  if (!map.IsMap()) {
    return problems_.Add(Refuse(map.mark(),
                                {fmt::format("a row is expected, {} was found", Found(map).en),
                                 fmt::format("行が必要だが、{}がある", Found(map).ja)},
                                {"write {\"name\": value, …}", "{\"項目\": 値, …} と書く"}));
  }
  GivenRow row;
  row.mark = map.mark();
  std::set<std::string> seen;
  const auto take = [&](const std::string& name, Mark mark, const Node& value) {
    auto column = columns_.Find(name, file_, mark);
    if (!column.ok()) return problems_.Add(std::move(column).error());
    if (!IsNew(*column, name, mark, seen)) return;
    const bool drops = value.IsNull() && value.tag().empty() && !form_.complete;
    if (drops && column->kind == Column::Kind::kAttribute) return row.dropped.push_back(column->attribute->name);
    if (drops && column->kind == Column::Kind::kTag)
      return row.dropped.push_back(std::string(kTagHeaderEn) + column->tag);
    Take(row, *column, mark, value);
  };
  for (size_t i = 0; i < map.entries().size(); ++i) {
    const auto& [name, value] = map.entries()[i];
    if (name != "tags" || !value.IsMap()) {
      take(name, map.KeyMark(i), value);
      continue;
    }
    for (size_t tag = 0; tag < value.entries().size(); ++tag)
      take(std::string(kTagHeaderEn) + value.entries()[tag].first, value.KeyMark(tag), value.entries()[tag].second);
  }
  rows.push_back(std::move(row));
}

Result<std::vector<GivenRow>> RowReader::Json(const std::string& text) {
  auto read = codec::ReadJson(text, file_);
  if (!read.ok() && !file_.ends_with(".json")) {
    base::Error error = std::move(read).error();
    error.hint = {"a table has a name that ends in .csv", "表なら、名前を .csv で終わるものにする"};
    return error;
  }
  HIKAE_TRY(const Node root, std::move(read));
  std::vector<GivenRow> rows;
  if (!root.IsList()) return JsonRow(root, rows), rows;
  for (const Node& item : root.items()) {
    if (problems_.full()) break;
    JsonRow(item, rows);
  }
  return rows;
}

}  // namespace

bool IsCsv(const Document& document) { return document.name.ends_with(".csv") || document.name.ends_with(".CSV"); }

Result<std::vector<GivenRow>> ReadRows(const Document& document, const RowForm& form, Problems& problems) {
  RowReader reader(document, form, problems);
  return IsCsv(document) ? reader.Csv(document.text) : reader.Json(document.text);
}

}  // namespace hikae::registry
