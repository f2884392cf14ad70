// One tree for JSON and YAML documents, with the place of every value, so that an error can say where.
#ifndef HIKAE_CODEC_NODE_H_
#define HIKAE_CODEC_NODE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace hikae::codec {

struct Mark {
  uint32_t line = 0;  // from 1; 0 = not read from a text
  uint32_t column = 0;
};

// An immutable-by-habit value. Maps keep the order of the text and have no duplicate keys.
class Node {
 public:
  enum class Kind : uint8_t {
    kNull,
    kBool,
    kInteger,  // JSON number without fraction or exponent that fits 64 bits
    kReal,     // any other JSON number: its text, never rounded
    kString,   // JSON string, or a quoted or block YAML scalar
    kPlain,    // an unquoted YAML scalar: its text; what it means is decided by the schema, not by its looks
    kList,
    kMap,
  };
  using Entry = std::pair<std::string, Node>;

  Node();
  Node(const Node& other);
  Node(Node&& other) noexcept;
  Node& operator=(const Node& other);
  Node& operator=(Node&& other) noexcept;
  ~Node();
  static Node Null() { return {}; }
  static Node Bool(bool value);
  static Node Integer(int64_t value);
  static Node String(std::string value);
  static Node Plain(std::string value);
  static Node Real(std::string text);
  static Node List(std::vector<Node> items = {});
  static Node Map(std::vector<Entry> entries = {});

  Kind kind() const { return kind_; }
  bool IsNull() const { return kind_ == Kind::kNull; }
  bool IsText() const { return kind_ == Kind::kString || kind_ == Kind::kPlain; }
  bool IsList() const { return kind_ == Kind::kList; }
  bool IsMap() const { return kind_ == Kind::kMap; }
  bool boolean() const { return integer_ != 0; }
  int64_t integer() const { return integer_; }
  const std::string& text() const { return text_; }  // of kString, kPlain, kReal
  const std::string& tag() const;                    // YAML local tag without '!', e.g. "none"; empty if none
  const std::vector<Node>& items() const;
  const std::vector<Entry>& entries() const;
  const Node* Find(std::string_view key) const;  // in a map; nullptr when absent or not a map
  Mark mark() const { return mark_; }
  Mark KeyMark(size_t entry) const;  // where entry's key stands; the value's mark when unknown

  // Building. Set replaces the value of an existing key.
  Node& Set(std::string key, Node value);
  Node& Append(Node value);
  Node& set_mark(Mark mark) { return mark_ = mark, *this; }
  Node& set_tag(std::string tag);
  void AddEntry(std::string key, Mark key_mark, Node value);

  bool operator==(const Node& other) const;  // structure and values; marks and tags do not count

 private:
  // What only lists, maps and tagged values have: apart, because most nodes of a document are plain scalars.
  struct More;
  More& more();

  int64_t integer_ = 0;
  std::string text_;
  std::unique_ptr<More> more_;
  Mark mark_;
  Kind kind_ = Kind::kNull;
};

// Limits of what one document may ask of us. Exceeding one is an error that names the limit.
struct Limits {
  size_t max_bytes = size_t{32} << 20;
  size_t max_depth = 64;
  size_t max_nodes = 4'000'000;
};

// Strict readers. Errors: kArgument with file, line, column and what was expected. UTF-8 only, no byte order mark
// trouble (one leading BOM is skipped), no duplicate keys, nothing after the document, no NUL. JSON: RFC 8259.
// YAML: one document; anchors, aliases and merge keys are refused (they are how small files explode); tags only !word.
base::Result<Node> ReadJson(std::string_view text, std::string_view file_name, const Limits& limits = {});
base::Result<Node> ReadYaml(std::string_view text, std::string_view file_name, const Limits& limits = {});

// Writes JSON text, UTF-8, map order kept. indent 0: one line, no spaces; else pretty with that many spaces, '\n' ends
// each line and the text. kPlain is written as a string.
std::string WriteJson(const Node& node, int indent = 0);
// RFC 8785-like canonical form: keys sorted by bytes, no spaces. Equal values give equal bytes.
std::string WriteCanonical(const Node& node);

}  // namespace hikae::codec

#endif  // HIKAE_CODEC_NODE_H_
