#include <algorithm>
#include <array>
#include <vector>

#include "codec/node.h"

namespace hikae::codec {
namespace {

void WriteText(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += "\\u00";
          out += kHex[(c >> 4) & 0xF];
          out += kHex[c & 0xF];
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

class Writer {
 public:
  Writer(int indent, bool sorted) : indent_(indent), sorted_(sorted) {}

  void Write(const Node& node) {
    switch (node.kind()) {
      case Node::Kind::kNull:
        out_ += "null";
        break;
      case Node::Kind::kBool:
        out_ += node.boolean() ? "true" : "false";
        break;
      case Node::Kind::kInteger:
        out_ += std::to_string(node.integer());
        break;
      case Node::Kind::kReal:
        out_ += node.text();
        break;
      case Node::Kind::kString:
      case Node::Kind::kPlain:
        WriteText(out_, node.text());
        break;
      case Node::Kind::kList:
        WriteList(node);
        break;
      case Node::Kind::kMap:
        WriteMap(node);
        break;
    }
  }
  std::string Take() {
    if (indent_ > 0) out_ += '\n';
    return std::move(out_);
  }

 private:
  void NewLine() {
    if (indent_ > 0) out_.append("\n").append(static_cast<size_t>(indent_) * depth_, ' ');
  }
  void WriteList(const Node& node) {
    if (node.items().empty()) return void(out_ += "[]");
    out_ += '[';
    ++depth_;
    for (size_t i = 0; i < node.items().size(); ++i) {
      if (i > 0) out_ += ',';
      NewLine();
      Write(node.items()[i]);
    }
    --depth_;
    NewLine();
    out_ += ']';
  }
  void WriteMap(const Node& node) {
    if (node.entries().empty()) return void(out_ += "{}");
    std::vector<const Node::Entry*> entries;
    for (const Node::Entry& entry : node.entries()) entries.push_back(&entry);
    if (sorted_) std::sort(entries.begin(), entries.end(), [](auto* a, auto* b) { return a->first < b->first; });
    out_ += '{';
    ++depth_;
    for (size_t i = 0; i < entries.size(); ++i) {
      if (i > 0) out_ += ',';
      NewLine();
      WriteText(out_, entries[i]->first);
      out_ += indent_ > 0 ? ": " : ":";
      Write(entries[i]->second);
    }
    --depth_;
    NewLine();
    out_ += '}';
  }

  const int indent_;
  const bool sorted_;
  size_t depth_ = 0;
  std::string out_;
};

}  // namespace

std::string WriteJson(const Node& node, int indent) {
  Writer writer(indent, false);
  writer.Write(node);
  return writer.Take();
}

std::string WriteCanonical(const Node& node) {
  Writer writer(0, true);
  writer.Write(node);
  return writer.Take();
}

}  // namespace hikae::codec
