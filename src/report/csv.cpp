#include <algorithm>

#include "codec/csv.h"
#include "report/escape.h"
#include "report/render.h"

namespace hikae::report {
namespace {

using Record = std::vector<std::string>;

// A record of exactly `fields` cells, what cannot be seen made visible.
void Write(codec::CsvWriter& out, Record record, size_t fields) {
  record.resize(fields);
  for (std::string& cell : record) cell = Visible(cell);
  out.Row(record);
}

std::vector<Record> RecordsOf(const Table& table) {
  const bool grouped = !table.group_label.empty();
  std::vector<Record> records(1);
  if (grouped) records[0].push_back(table.group_label);
  for (const Column& column : table.columns) records[0].push_back(column.label);
  for (const TableRow& row : table.rows) {
    Record record;
    if (grouped) record.push_back(row.group);
    for (const Content& cell : row.cells) record.push_back(cell.Plain());
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace

Table AsTable(const KeyValues& values) {
  Table table;
  table.key = values.key;
  table.caption = values.caption;
  table.columns = {{"key", values.key_label, 0}, {"value", values.value_label, 0}};
  for (const KeyValue& entry : values.entries) table.rows.push_back({"", {Content(entry.label), entry.value}});
  return table;
}

std::string ToCsv(const std::vector<const Table*>& tables, base::Language language) {
  codec::CsvWriter out;
  if (tables.size() == 1) {
    const auto records = RecordsOf(*tables[0]);
    for (const Record& record : records) Write(out, record, records[0].size());
    return out.Take();
  }
  std::vector<std::pair<const Table*, std::vector<Record>>> sections;
  size_t fields = 0;
  for (const Table* table : tables) {
    sections.emplace_back(table, RecordsOf(*table));
    for (const Record& record : sections.back().second) fields = std::max(fields, record.size() + 1);
  }
  for (auto& [table, records] : sections) {
    for (size_t i = 0; i < records.size(); ++i) {
      records[i].insert(records[i].begin(), i == 0 ? Say(language, "table", "表") : table->caption);
      Write(out, records[i], fields);
    }
  }
  return out.Take();
}

std::string ToCsv(const Document& document) {
  std::vector<Table> converted;
  converted.reserve(document.blocks.size() + 1);  // pointers into it stay good
  std::vector<const Table*> tables;
  for (const Block& block : document.blocks) {
    if (const auto* table = std::get_if<Table>(&block)) tables.push_back(table);
    if (const auto* values = std::get_if<KeyValues>(&block)) {
      converted.push_back(AsTable(*values));
      tables.push_back(&converted.back());
    }
  }
  converted.push_back(AsTable(document.provenance));
  tables.push_back(&converted.back());
  return ToCsv(tables, document.language);
}

}  // namespace hikae::report
