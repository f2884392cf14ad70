#include "report/render.h"

namespace hikae::report {
namespace {

using codec::Node;

const char* GapWord(registry::Gap gap) {
  switch (gap) {
    case registry::Gap::kBlank:
      return "blank";
    case registry::Gap::kNone:
      return "none";
    case registry::Gap::kUnknown:
      return "unknown";
  }
  return "";
}

Node BlockNode(const Heading& heading) {
  Node node = Node::Map();
  node.Set("heading", Node::String(heading.text)).Set("level", Node::Integer(heading.level));
  return node;
}

Node BlockNode(const Paragraph& paragraph) {
  Node node = Node::Map();
  node.Set("paragraph", ToJson(paragraph.content));
  return node;
}

Node BlockNode(const KeyValues& values) {
  Node entries = Node::Map();
  for (const KeyValue& entry : values.entries) {
    Node one = Node::Map();
    one.Set("label", Node::String(entry.label)).Set("value", ToJson(entry.value));
    entries.Set(entry.key, std::move(one));
  }
  Node node = Node::Map();
  node.Set("values", Node::String(values.key))
      .Set("caption", Node::String(values.caption))
      .Set("entries", std::move(entries));
  return node;
}

Node BlockNode(const Table& table) {
  Node columns = Node::List();
  for (const Column& column : table.columns) {
    Node one = Node::Map();
    one.Set("key", Node::String(column.key)).Set("label", Node::String(column.label));
    columns.Append(std::move(one));
  }
  Node rows = Node::List();
  for (const TableRow& row : table.rows) {
    Node one = Node::Map();
    if (!table.group_label.empty()) one.Set("group", Node::String(row.group));
    for (size_t i = 0; i < row.cells.size() && i < table.columns.size(); ++i)
      one.Set(table.columns[i].key, ToJson(row.cells[i]));
    rows.Append(std::move(one));
  }
  Node node = Node::Map();
  node.Set("table", Node::String(table.key)).Set("caption", Node::String(table.caption));
  node.Set("columns", std::move(columns)).Set("rows", std::move(rows));
  return node;
}

Node BlockNode(const List& list) {
  Node items = Node::List();
  for (const Content& item : list.items) items.Append(ToJson(item));
  Node node = Node::Map();
  node.Set("list", std::move(items));
  return node;
}

Node BlockNode(const Note& note) {
  Node node = Node::Map();
  node.Set("note", Node::String(note.title)).Set("text", ToJson(note.content));
  return node;
}

Node BlockNode(const Figure& figure) {
  Node node = Node::Map();
  node.Set("figure", Node::String(figure.caption)).Set("svg", Node::String(figure.svg));
  return node;
}

Node BlockNode(const PageBreak&) { return Node::Null(); }

}  // namespace

Node ToJson(const Content& content) {
  if (content.gap()) {
    Node gap = Node::Map();
    gap.Set("hikae", Node::String(GapWord(*content.gap())));
    return gap;
  }
  return Node::String(content.Plain());
}

Node ToJson(const Document& document) {
  Node blocks = Node::List();
  for (const Block& block : document.blocks) {
    Node node = std::visit([](const auto& b) { return BlockNode(b); }, block);
    if (!node.IsNull()) blocks.Append(std::move(node));
  }
  Node subtitles = Node::List();
  for (const std::string& subtitle : document.subtitles) subtitles.Append(Node::String(subtitle));
  Node node = Node::Map();
  node.Set("hikae", Node::String("report/1"))
      .Set("report", Node::String(document.report))
      .Set("id", Node::String(document.id));
  node.Set("language", Node::String(LanguageTag(document.language))).Set("office", Node::String(document.office));
  node.Set("title", Node::String(document.title)).Set("subtitles", std::move(subtitles));
  for (const auto& [key, value] : document.meta.entries()) node.Set(key, value);
  node.Set("blocks", std::move(blocks));
  return node;
}

}  // namespace hikae::report
