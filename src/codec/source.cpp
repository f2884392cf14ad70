#include "codec/source.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"

namespace hikae::codec {
namespace {

using base::Error;
using base::Result;
using base::Status;

// Offsets at which the lines begin. A line ends with LF, CR LF, or a lone CR.
std::vector<size_t> LineStarts(std::string_view text) {
  std::vector<size_t> starts = {0};
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n'))) starts.push_back(i + 1);
  }
  return starts;
}

Error EmptyText(const std::string& file) {
  return Error(Status::kArgument, {"the document is empty", "文書が空である"}, {file, 1, 1},
               {"a YAML or JSON document was expected", "YAML または JSON の文書が必要"});
}

}  // namespace

Source::Source(std::string_view text, std::string_view file) : text_(text), file_(file), lines_(LineStarts(text)) {}

Mark Source::MarkAt(size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto after = std::upper_bound(lines_.begin(), lines_.end(), offset);
  const size_t start = *(after - 1);
  const size_t column = base::CountCodePoints(text_.substr(start, offset - start)) + 1;
  return {static_cast<uint32_t>(after - lines_.begin()), static_cast<uint32_t>(column)};
}

Mark MarkWalker::At(size_t offset) {
  const std::vector<size_t>& lines = source_.line_starts();
  const bool same_line = offset >= last_offset_ && (last_.line == lines.size() || offset < lines[last_.line]);
  if (same_line) {
    const size_t end = std::min(offset, source_.text().size());
    last_.column +=
        static_cast<uint32_t>(base::CountCodePoints(source_.text().substr(last_offset_, end - last_offset_)));
  } else {
    last_ = source_.MarkAt(offset);
  }
  last_offset_ = std::min(offset, source_.text().size());
  return last_;
}

Error Source::ErrorAt(Mark mark, base::Text text, base::Text hint) const {
  return Error(Status::kArgument, std::move(text), PlaceOf(mark), std::move(hint));
}

Result<Source> Source::Check(std::string_view text, std::string_view file, const Limits& limits) {
  if (text.size() > limits.max_bytes) {
    return Error(Status::kArgument,
                 {fmt::format("the document is larger than {} bytes", limits.max_bytes),
                  fmt::format("文書が{}バイトを超える", limits.max_bytes)},
                 {std::string(file), 0, 0}, {"split it into several documents", "複数の文書に分ける"});
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (text.empty()) return EmptyText(std::string(file));
  Source source(text, file);
  if (const auto bad = base::FirstBadUtf8(text)) {
    return source.ErrorAt(source.MarkAt(*bad), {"the text is not UTF-8", "UTF-8 の文字列でない"},
                          {"save it as UTF-8, not Shift_JIS", "Shift_JIS でなく UTF-8 で保存する"});
  }
  if (const size_t nul = text.find('\0'); nul != text.npos) {
    return source.ErrorAt(source.MarkAt(nul), {"the text holds a NUL character", "文字列に NUL 文字がある"},
                          {"a text document was expected", "テキストの文書が必要"});
  }
  if (text.find_first_not_of(" \t\r\n") == text.npos) return EmptyText(std::string(file));
  return source;
}

Result<void> TreeBuilder::Count(Mark mark) {
  if (++nodes_ <= limits_.max_nodes) return {};
  return source_.ErrorAt(
      mark, {fmt::format("more than {} values", limits_.max_nodes), fmt::format("値が{}個を超える", limits_.max_nodes)},
      {"split the document", "文書を分ける"});
}

void TreeBuilder::Place(Node value) {
  if (open_.empty()) {
    root_ = std::move(value);
  } else if (Open& open = open_.back(); open.node.IsMap()) {
    open.node.AddEntry(std::move(open.key), open.key_mark, std::move(value));
    open.has_key = false;
  } else {
    open.node.Append(std::move(value));
  }
}

Result<void> TreeBuilder::Begin(Node empty) {
  if (open_.size() >= limits_.max_depth) {
    return source_.ErrorAt(empty.mark(),
                           {fmt::format("nested deeper than {} levels", limits_.max_depth),
                            fmt::format("入れ子が{}段を超える", limits_.max_depth)},
                           {"check the brackets and the indentation", "括弧と字下げを確かめる"});
  }
  HIKAE_CHECK(Count(empty.mark()));
  open_.emplace_back();
  open_.back().node = std::move(empty);
  return {};
}

Result<void> TreeBuilder::Key(std::string key, Mark mark) {
  Open& open = open_.back();
  if (!open.keys.insert(key).second) {
    return source_.ErrorAt(
        mark, {fmt::format("the key \"{}\" is written twice", key), fmt::format("キー「{}」が重複している", key)},
        {"every key once", "キーは一度だけ書く"});
  }
  open.key = std::move(key);
  open.key_mark = mark;
  open.has_key = true;
  return {};
}

Result<void> TreeBuilder::Scalar(Node value) {
  HIKAE_CHECK(Count(value.mark()));
  Place(std::move(value));
  return {};
}

Result<void> TreeBuilder::End() {
  Node node = std::move(open_.back().node);
  open_.pop_back();
  Place(std::move(node));
  return {};
}

}  // namespace hikae::codec
