#include "codec/node.h"

#include <algorithm>

namespace hikae::codec {

struct Node::More {
  std::string tag;
  std::vector<Node> items;
  std::vector<Entry> entries;
  std::vector<Mark> key_marks;  // as many as entries
};

Node::Node() = default;
Node::~Node() = default;
Node::Node(Node&& other) noexcept = default;
Node& Node::operator=(Node&& other) noexcept = default;

Node::Node(const Node& other)
    : integer_(other.integer_),
      text_(other.text_),
      more_(other.more_ ? std::make_unique<More>(*other.more_) : nullptr),
      mark_(other.mark_),
      kind_(other.kind_) {}

Node& Node::operator=(const Node& other) {
  // By way of a copy: `other` may be a part of this node.
  return *this = Node(other);
}

Node::More& Node::more() {
  if (!more_) more_ = std::make_unique<More>();
  return *more_;
}

Node Node::Bool(bool value) {
  Node node;
  node.kind_ = Kind::kBool;
  node.integer_ = value ? 1 : 0;
  return node;
}

Node Node::Integer(int64_t value) {
  Node node;
  node.kind_ = Kind::kInteger;
  node.integer_ = value;
  return node;
}

Node Node::String(std::string value) {
  Node node;
  node.kind_ = Kind::kString;
  node.text_ = std::move(value);
  return node;
}

Node Node::Plain(std::string value) {
  Node node = String(std::move(value));
  node.kind_ = Kind::kPlain;
  return node;
}

Node Node::Real(std::string text) {
  Node node = String(std::move(text));
  node.kind_ = Kind::kReal;
  return node;
}

Node Node::List(std::vector<Node> items) {
  Node node;
  node.kind_ = Kind::kList;
  if (!items.empty()) node.more().items = std::move(items);
  return node;
}

Node Node::Map(std::vector<Entry> entries) {
  Node node;
  node.kind_ = Kind::kMap;
  for (Entry& entry : entries) node.Set(std::move(entry.first), std::move(entry.second));
  return node;
}

const std::string& Node::tag() const {
  static const std::string kNone;
  return more_ ? more_->tag : kNone;
}

const std::vector<Node>& Node::items() const {
  static const std::vector<Node> kNone;
  return more_ ? more_->items : kNone;
}

const std::vector<Node::Entry>& Node::entries() const {
  static const std::vector<Entry> kNone;
  return more_ ? more_->entries : kNone;
}

const Node* Node::Find(std::string_view key) const {
  for (const Entry& entry : entries()) {
    if (entry.first == key) return &entry.second;
  }
  return nullptr;
}

Mark Node::KeyMark(size_t entry) const {
  const Mark mark = more_->key_marks[entry];
  return mark.line != 0 ? mark : more_->entries[entry].second.mark();
}

Node& Node::set_tag(std::string tag) {
  if (!tag.empty() || more_) more().tag = std::move(tag);
  return *this;
}

Node& Node::Set(std::string key, Node value) {
  for (Entry& entry : more().entries) {
    if (entry.first == key) return entry.second = std::move(value), *this;
  }
  AddEntry(std::move(key), {}, std::move(value));
  return *this;
}

Node& Node::Append(Node value) {
  more().items.push_back(std::move(value));
  return *this;
}

void Node::AddEntry(std::string key, Mark key_mark, Node value) {
  more().entries.emplace_back(std::move(key), std::move(value));
  more().key_marks.push_back(key_mark);
}

bool Node::operator==(const Node& other) const {
  if (kind_ != other.kind_ || integer_ != other.integer_ || text_ != other.text_) return false;
  if (items() != other.items() || entries().size() != other.entries().size()) return false;
  // The order of a map's keys does not count.
  return std::all_of(entries().begin(), entries().end(), [&](const Entry& entry) {
    const Node* found = other.Find(entry.first);
    return found != nullptr && *found == entry.second;
  });
}

}  // namespace hikae::codec
