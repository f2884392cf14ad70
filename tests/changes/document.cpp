#include "changes/document.h"

#include <fmt/format.h>

#include <algorithm>

namespace hikae::changes {
namespace {

using codec::Node;

base::Error Nowhere(const Change& change, size_t depth, std::string_view why) {
  return {base::Status::kArgument,
          fmt::format("{}: {}", fmt::join(change.path.begin(), change.path.begin() + depth + 1, " / "), why)};
}

// The list or map at the end of the path, changed.
base::Result<Node> AtList(const Node& list, const Change& change) {
  const size_t last = change.path.size() - 1;
  if (!list.IsList()) return Nowhere(change, last, "is not a list");
  std::vector<Node> items = list.items();
  const auto found = std::find(items.begin(), items.end(), change.value);
  if (change.verb == Verb::kAppend) {
    if (found != items.end()) return Nowhere(change, last, "holds the value already");
    items.push_back(change.value);
  } else {
    if (found == items.end()) return Nowhere(change, last, "does not hold the value");
    items.erase(found);
  }
  return Node::List(std::move(items));
}

base::Result<Node> Descend(const Node& node, const Change& change, size_t depth) {
  if (depth == change.path.size()) return AtList(node, change);
  const std::string& key = change.path[depth];
  const bool last = depth + 1 == change.path.size();
  const bool of_key = change.verb == Verb::kSet || change.verb == Verb::kRemove;
  if (!node.IsMap() && !(node.IsNull() && last && change.verb == Verb::kSet))
    return Nowhere(change, depth, "is not below a map");
  Node result = Node::Map();
  bool found = false;
  for (const auto& [name, value] : node.entries()) {
    if (name != key) {
      result.Set(name, value);
      continue;
    }
    found = true;
    if (!last || !of_key) {
      HIKAE_TRY(Node below, Descend(value, change, depth + 1));
      result.Set(name, std::move(below));
    } else if (change.verb == Verb::kSet) {
      if (value == change.value && value.tag() == change.value.tag())
        return Nowhere(change, depth, "has that value already");
      result.Set(name, change.value);
    }
  }
  if (found) return result;
  if (!last || change.verb != Verb::kSet) return Nowhere(change, depth, "is not in the document");
  result.Set(key, change.value);
  return result;
}

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string Tag(const Node& node) { return node.tag().empty() ? "" : " !" + node.tag(); }

void Write(const Node& node, size_t indent, std::string& out) {
  const std::string margin(indent, ' ');
  if (node.IsMap() && !node.entries().empty()) {
    out += Tag(node) + "\n";
    for (const auto& [key, value] : node.entries()) {
      out += margin + Quoted(key) + ":";
      Write(value, indent + 2, out);
    }
  } else if (node.IsList() && !node.items().empty()) {
    out += Tag(node) + "\n";
    for (const Node& item : node.items()) {
      out += margin + "-";
      Write(item, indent + 2, out);
    }
  } else if (node.IsMap() || node.IsList()) {
    out += Tag(node) + (node.IsMap() ? " {}\n" : " []\n");
  } else if (node.kind() == Node::Kind::kPlain || node.IsNull()) {
    out += Tag(node) + (node.text().empty() ? "" : " " + node.text()) + "\n";
  } else {
    out += Tag(node) + " " + Quoted(node.text()) + "\n";
  }
}

}  // namespace

base::Result<Node> Apply(const Node& document, const Change& change) { return Descend(document, change, 0); }

std::string WriteYaml(const Node& node) {
  std::string out;
  Write(node, 0, out);
  return out;
}

}  // namespace hikae::changes
