// JSON by Boost.JSON's push parser. The text is fed to it token by token, so that whatever it reports belongs to the
// token at hand: that is how every value gets its line and column.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <optional>

#include "codec/node.h"
#include "codec/source.h"

namespace hikae::codec {
namespace {

namespace json = boost::json;
using base::Error;
using base::Result;

constexpr size_t kAny = static_cast<size_t>(-1);

struct Token {
  size_t offset = 0;
  std::string_view text;
};

// Cuts the text where JSON's tokens end. It judges nothing: what is no token is cut somewhere, and refused by the
// parser.
class Tokens {
 public:
  explicit Tokens(std::string_view text) : text_(text) {}
  std::optional<Token> Next() {
    at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size());
    if (at_ == text_.size()) return std::nullopt;
    const Token token = {at_, text_.substr(at_, Length())};
    at_ += token.text.size();
    return token;
  }

 private:
  size_t Length() const {
    if (text_[at_] == '"') return StringLength();
    if (kStructural.find(text_[at_]) != kStructural.npos) return 1;
    return std::min(text_.find_first_of("{}[],:\" \t\r\n", at_ + 1), text_.size()) - at_;
  }
  size_t StringLength() const {
    for (size_t end = at_ + 1; end < text_.size(); ++end) {
      if (text_[end] == '\\') {
        ++end;
      } else if (text_[end] == '"') {
        return end + 1 - at_;
      }
    }
    return text_.size() - at_;
  }
  static constexpr std::string_view kStructural = "{}[],:";
  std::string_view text_;
  size_t at_ = 0;
};

// Receives the parser's events. A number is reported when the token after it is fed: hence the scalar's own token.
struct Handler {
  static constexpr size_t max_array_size = kAny;
  static constexpr size_t max_object_size = kAny;
  static constexpr size_t max_string_size = kAny;
  static constexpr size_t max_key_size = kAny;

  TreeBuilder* tree = nullptr;
  std::optional<Error> error;  // ours; the parser's own code says only that we stopped it
  std::string part;
  Mark mark;           // of the token being fed
  Mark number_mark;    // of the last token that is a bare word
  std::string number;  // its text

  bool Pass(Result<void> result, json::error_code& ec) {
    if (result.ok()) return true;
    error = std::move(result).error();
    ec = json::error::exception;
    return false;
  }
  bool Scalar(Node node, Mark at, json::error_code& ec) { return Pass(tree->Scalar(std::move(node.set_mark(at))), ec); }
  bool Number(json::error_code& ec) {
    int64_t value = 0;
    const char* end = number.data() + number.size();
    const auto [stop, failed] = std::from_chars(number.data(), end, value);
    Node node = failed == std::errc() && stop == end ? Node::Integer(value) : Node::Real(number);
    return Scalar(std::move(node), number_mark, ec);
  }

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code& ec) { return Pass(tree->Begin(Node::Map().set_mark(mark)), ec); }
  bool on_object_end(size_t, json::error_code& ec) { return Pass(tree->End(), ec); }
  bool on_array_begin(json::error_code& ec) { return Pass(tree->Begin(Node::List().set_mark(mark)), ec); }
  bool on_array_end(size_t, json::error_code& ec) { return Pass(tree->End(), ec); }
  bool on_key_part(json::string_view text, size_t, json::error_code&) {
    return part.append(text.data(), text.size()), true;
  }
  bool on_key(json::string_view text, size_t, json::error_code& ec) {
    part.append(text.data(), text.size());
    return Pass(tree->Key(std::exchange(part, {}), mark), ec);
  }
  bool on_string_part(json::string_view text, size_t, json::error_code&) {
    return part.append(text.data(), text.size()), true;
  }
  bool on_string(json::string_view text, size_t, json::error_code& ec) {
    part.append(text.data(), text.size());
    return Scalar(Node::String(std::exchange(part, {})), mark, ec);
  }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(int64_t, json::string_view, json::error_code& ec) { return Number(ec); }
  bool on_uint64(uint64_t, json::string_view, json::error_code& ec) { return Number(ec); }
  bool on_double(double, json::string_view, json::error_code& ec) { return Number(ec); }
  bool on_bool(bool value, json::error_code& ec) { return Scalar(Node::Bool(value), mark, ec); }
  bool on_null(json::error_code& ec) { return Scalar(Node::Null(), mark, ec); }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }
};

struct Explanation {
  json::error code;
  const char* en;
  const char* ja;
};
constexpr Explanation kExplanations[] = {
    {json::error::syntax, "not JSON here: a comma, colon, quote, bracket or escape is missing or misplaced",
     "JSON として読めない（コンマ・コロン・引用符・括弧・エスケープの不足か誤り）"},
    {json::error::extra_data, "text follows the end of the document", "文書の終わりの後に文字がある"},
    {json::error::incomplete, "the document ends too early", "文書が途中で終わっている"},
    {json::error::exponent_overflow, "the number's exponent is too large", "数の指数が大きすぎる"},
    {json::error::too_deep, "nested too deeply", "入れ子が深すぎる"},
    {json::error::illegal_leading_surrogate, "half of a surrogate pair", "サロゲートペアの片方だけである"},
    {json::error::illegal_trailing_surrogate, "half of a surrogate pair", "サロゲートペアの片方だけである"},
    {json::error::expected_hex_digit, "four hexadecimal digits are expected after \\u", "\\u の後は16進数4桁である"},
    {json::error::expected_utf16_escape, "half of a surrogate pair", "サロゲートペアの片方だけである"},
};

Error Explain(const json::error_code& code, const Source& source, Mark mark) {
  for (const Explanation& known : kExplanations) {
    if (code == known.code) return source.ErrorAt(mark, {known.en, known.ja}, {"JSON was expected", "JSON で書く"});
  }
  return source.ErrorAt(mark, {"not JSON", "JSON として読めない"}, {"JSON was expected", "JSON で書く"});
}

}  // namespace

Result<Node> ReadJson(std::string_view text, std::string_view file_name, const Limits& limits) {
  HIKAE_TRY(const Source source, Source::Check(text, file_name, limits));
  json::parse_options options;
  options.max_depth = limits.max_depth + 1;  // the builder refuses first, with a better message
  TreeBuilder tree(source, limits);
  json::basic_parser<Handler> parser(options);
  Handler& handler = parser.handler();
  handler.tree = &tree;

  const auto failed = [&](const json::error_code& code, Mark mark) {
    return handler.error ? *handler.error : Explain(code, source, mark);
  };
  json::error_code code;
  Tokens tokens(source.text());
  MarkWalker marks(source);
  size_t last_end = 0;
  while (const auto token = tokens.Next()) {
    const bool gap = token->offset > last_end;  // blanks end a number; two words are not one
    handler.mark = marks.At(token->offset);
    if (gap && last_end > 0) parser.write_some(true, " ", 1, code);
    if (code) return failed(code, handler.mark);
    if (parser.done()) return failed(json::make_error_code(json::error::extra_data), handler.mark);
    const char first = token->text.front();
    const bool word = first == '-' || (first >= '0' && first <= '9');
    if (word) {
      handler.number_mark = handler.mark;
      handler.number = token->text;
    }
    const size_t used = parser.write_some(true, token->text.data(), token->text.size(), code);
    if (code) return failed(code, source.MarkAt(token->offset + (handler.error ? 0 : used)));
    if (used != token->text.size()) {
      return failed(json::make_error_code(json::error::extra_data), source.MarkAt(token->offset + used));
    }
    last_end = token->offset + token->text.size();
  }
  if (!parser.done()) parser.write_some(false, nullptr, 0, code);
  if (code) return failed(code, source.MarkAt(last_end));
  return tree.Take();
}

}  // namespace hikae::codec
