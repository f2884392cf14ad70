// What the JSON and the YAML reader share: the checks of the bytes before any parsing, places, and their errors.
#ifndef HIKAE_CODEC_SOURCE_H_
#define HIKAE_CODEC_SOURCE_H_

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/error.h"
#include "codec/node.h"

namespace hikae::codec {

// A text that passed the checks of the bytes: within the limit, UTF-8, no NUL, not blank, one leading byte order mark
// taken off. Holds views of the caller's text.
class Source {
 public:
  static base::Result<Source> Check(std::string_view text, std::string_view file, const Limits& limits);
  std::string_view text() const { return text_; }
  Mark MarkAt(size_t offset) const;                                  // of a byte of text(); past its end: the end
  const std::vector<size_t>& line_starts() const { return lines_; }  // offset of the first byte of each line
  base::Place PlaceOf(Mark mark) const { return {std::string(file_), mark.line, mark.column}; }
  base::Error ErrorAt(Mark mark, base::Text text, base::Text hint = {}) const;

 private:
  Source(std::string_view text, std::string_view file);
  std::string_view text_;
  std::string_view file_;
  std::vector<size_t> lines_;
};

// Marks of ascending offsets at a cost that grows with the text only: a line of many megabytes is counted once.
class MarkWalker {
 public:
  explicit MarkWalker(const Source& source) : source_(source) {}
  Mark At(size_t offset);

 private:
  const Source& source_;
  size_t last_offset_ = 0;
  Mark last_{1, 1};
};

// Builds the tree from events in the order of the text, and keeps the rules both forms share: no key twice, no more
// depth or nodes than the limits allow. After an error the tree is worthless.
class TreeBuilder {
 public:
  TreeBuilder(const Source& source, const Limits& limits) : source_(source), limits_(limits) {}
  base::Result<void> Begin(Node empty);  // a list or a map
  base::Result<void> Key(std::string key, Mark mark);
  base::Result<void> Scalar(Node value);
  base::Result<void> End();
  bool WantsKey() const { return !open_.empty() && open_.back().node.IsMap() && !open_.back().has_key; }
  bool HasKey() const { return !open_.empty() && open_.back().has_key; }
  Node Take() { return std::move(root_); }

 private:
  struct Open {
    Node node;
    std::string key;  // of the entry being read, when has_key
    Mark key_mark;
    bool has_key = false;
    std::unordered_set<std::string> keys;
  };
  base::Result<void> Count(Mark mark);
  void Place(Node value);

  const Source& source_;
  const Limits& limits_;
  std::vector<Open> open_;
  Node root_;
  size_t nodes_ = 0;
};

}  // namespace hikae::codec

#endif  // HIKAE_CODEC_SOURCE_H_
