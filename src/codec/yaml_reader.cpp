// YAML by yaml-cpp's event interface: the tree is ours, because yaml-cpp's own resolves aliases, keeps duplicate keys
// and decides what a scalar means.
#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <istream>
#include <streambuf>

#include "codec/node.h"
#include "codec/source.h"

namespace hikae::codec {
namespace {

using base::Error;
using base::Result;

// Our own error on its way through yaml-cpp, which can be stopped by an exception only.
struct Stop {
  Error error;
};

// Reads the caller's text where it lies.
class ViewBuffer : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // never written: the buffer has no put area
    setg(begin, begin, begin + text.size());
  }
};

class Handler : public YAML::EventHandler {
 public:
  Handler(const Source& source, const Limits& limits) : source_(source), marks_(source), tree_(source, limits) {}
  Node Take() { return tree_.Take(); }
  bool seen() const { return seen_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (seen_) {
      Fail(mark, {"a second document begins here", "二つ目の文書が始まっている"},
           {"one document per file", "一つのファイルに一つの文書"});
    }
    seen_ = true;
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    RefuseAnchor(mark, anchor);
    if (tree_.WantsKey()) {
      Fail(mark, {"a key is missing", "キーがない"},
           {"write the key, in quotes if it is null or ~", "キーを書く（null や ~ は引用符で囲む）"});
    }
    // yaml-cpp takes a bare word for a key without a value; YAML's block style does not, nor do people mean that.
    if (tree_.HasKey() && mark.pos >= 0 &&
        Between(key_offset_, static_cast<size_t>(mark.pos)).find(':') == std::string_view::npos) {
      throw Stop{source_.ErrorAt(key_mark_, {"a colon is expected after the key", "キーの後にコロンがない"},
                                 {"write key: value", "「キー: 値」と書く"})};
    }
    Pass(tree_.Scalar(Node::Null().set_mark(At(mark))));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { RefuseAnchor(mark, 1); }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Begin(Node::List(), mark, tag, anchor);
  }
  void OnSequenceEnd() override { Pass(tree_.End()); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Begin(Node::Map(), mark, tag, anchor);
  }
  void OnMapEnd() override { Pass(tree_.End()); }
  // Called as soon as an anchor is met, before what it stands on.
  void OnAnchor(const YAML::Mark& mark, const std::string&) override { RefuseAnchor(mark, 1); }

  // yaml-cpp counts columns in bytes; people count characters. A mark may be unset (-1) at the end of the text.
  Mark At(const YAML::Mark& mark) {
    return marks_.At(mark.pos < 0 ? source_.text().size() : static_cast<size_t>(mark.pos));
  }

 private:
  [[noreturn]] void Fail(const YAML::Mark& mark, base::Text text, base::Text hint) {
    throw Stop{source_.ErrorAt(At(mark), std::move(text), std::move(hint))};
  }
  void Pass(Result<void> result) {
    if (!result.ok()) throw Stop{std::move(result).error()};
  }
  void RefuseAnchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor == 0) return;
    Fail(mark, {"anchors, aliases and merge keys are not read", "アンカー・エイリアス・マージキーは使えない"},
         {"write the value out", "値をそのまま書く"});
  }
  std::string_view Between(size_t begin, size_t end) const {
    return begin < end ? source_.text().substr(begin, end - begin) : std::string_view();
  }
  // yaml-cpp takes the end of the text for the closing quote when a line ends before it.
  void CheckQuoteIsClosed(size_t offset, const YAML::Mark& mark) {
    const std::string_view text = source_.text();
    const char quote = offset < text.size() ? text[offset] : '\0';
    if (quote != '"' && quote != '\'') return;
    for (size_t i = offset + 1; i < text.size(); ++i) {
      if (quote == '"' && text[i] == '\\') {
        ++i;
      } else if (text[i] == quote) {
        return;
      }
    }
    Fail(mark, {"the quote is never closed", "引用符が閉じられていない"},
         {"write the closing quote", "閉じる引用符を書く"});
  }
  // "" for yaml-cpp's own marks ("?" plain, "!" quoted, none); the word of a local tag; anything else is refused.
  std::string LocalTag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return {};
    if (tag.size() < 2 || tag[0] != '!' || tag.find_first_of("!:,/", 1) != tag.npos) {
      Fail(mark, {"this tag is not known", "このタグは使えない"},
           {"!blank, !none or !unknown", "使えるのは !blank・!none・!unknown"});
    }
    return tag.substr(1);
  }
  void Begin(Node empty, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    RefuseAnchor(mark, anchor);
    if (tree_.WantsKey()) {
      Fail(mark, {"a list or a map cannot be a key", "リストやマップはキーにできない"},
           {"write a text as the key", "キーには文字列を書く"});
    }
    empty.set_tag(LocalTag(mark, tag));
    Pass(tree_.Begin(std::move(empty.set_mark(At(mark)))));
  }

  const Source& source_;
  MarkWalker marks_;
  TreeBuilder tree_;
  size_t key_offset_ = 0;  // of the key read last
  Mark key_mark_;
  bool seen_ = false;
};

void Handler::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       const std::string& value) {
  RefuseAnchor(mark, anchor);
  const bool plain = tag == "?" || tag.empty();
  if (!plain && mark.pos >= 0) CheckQuoteIsClosed(static_cast<size_t>(mark.pos), mark);
  if (tree_.WantsKey()) {
    if (!LocalTag(mark, tag).empty()) Fail(mark, {"a key cannot have a tag", "キーにタグは付けられない"}, {});
    if (plain && value == "<<") RefuseAnchor(mark, 1);
    key_offset_ = static_cast<size_t>(mark.pos);
    key_mark_ = At(mark);
    return Pass(tree_.Key(value, key_mark_));
  }
  Node node = plain ? Node::Plain(value) : Node::String(value);
  node.set_tag(LocalTag(mark, tag)).set_mark(At(mark));
  Pass(tree_.Scalar(std::move(node)));
}

// What may stand right before a node, so that a bracket after it opens a flow collection and a quote a quoted text.
bool BeginsNode(char before) {
  return before == 0 || std::string_view(" \t\r\n[{,:").find(before) != std::string_view::npos;
}

// yaml-cpp keeps every token of a bracketed collection in memory until it is closed, hundreds of bytes for each
// bracket. So brackets are counted before it sees the text: neither deep nor long ones reach it. Outside of brackets
// only a bracket at the beginning of a node counts; a text that merely looks like one costs nothing unless it is never
// closed.
constexpr size_t kMaxFlowBytes = size_t{1} << 20;

Result<void> CheckFlow(const Source& source, const Limits& limits) {
  const std::string_view text = source.text();
  size_t depth = 0;
  size_t begin = 0;
  char quote = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const char before = i == 0 ? '\0' : text[i - 1];
    if (depth > 0 && i - begin > kMaxFlowBytes) {
      return source.ErrorAt(
          source.MarkAt(begin),
          {fmt::format("a bracketed list or map of more than {} bytes", kMaxFlowBytes),
           fmt::format("括弧で囲んだリストやマップが{}バイトを超える", kMaxFlowBytes)},
          {"name a JSON document .json, or write it indented", "JSON なら名前を .json にし、YAML なら字下げで書く"});
    }
    if (quote != 0) {
      if (quote == '"' && c == '\\') ++i;
      if (c == quote) quote = 0;
    } else if (depth > 0 && (c == '"' || c == '\'') && BeginsNode(before)) {
      quote = c;
    } else if (depth > 0 && (c == ']' || c == '}')) {
      --depth;
    } else if ((c == '[' || c == '{') && (depth > 0 || BeginsNode(before))) {
      if (depth++ == 0) begin = i;
      if (depth > limits.max_depth) {
        return source.ErrorAt(source.MarkAt(i),
                              {fmt::format("nested deeper than {} levels", limits.max_depth),
                               fmt::format("入れ子が{}段を超える", limits.max_depth)},
                              {"check the brackets and the indentation", "括弧と字下げを確かめる"});
      }
    }
  }
  return {};
}

}  // namespace

Result<Node> ReadYaml(std::string_view text, std::string_view file_name, const Limits& limits) {
  HIKAE_TRY(const Source source, Source::Check(text, file_name, limits));
  HIKAE_CHECK(CheckFlow(source, limits));
  ViewBuffer buffer(source.text());
  std::istream stream(&buffer);
  Handler handler(source, limits);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(handler)) {
    }
  } catch (const Stop& stop) {
    return stop.error;
  } catch (const YAML::Exception& problem) {
    return source.ErrorAt(handler.At(problem.mark), {fmt::format("not YAML: {}", problem.msg), "YAML として読めない"},
                          {"check the indentation, the quotes and the brackets", "字下げ・引用符・括弧を確かめる"});
  }
  if (!handler.seen()) {
    return source.ErrorAt({1, 1}, {"the document is empty", "文書が空である"},
                          {"a YAML or JSON document was expected", "YAML または JSON の文書が必要"});
  }
  return handler.Take();
}

}  // namespace hikae::codec
