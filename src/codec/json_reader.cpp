// JSON by Boost.JSON's push parser, which tells what it finds but not where. So the text is cut into tokens beside it,
// and each event takes the next one: that is how every value gets its line and column.
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

// Receives the parser's events. Invariant: event n belongs to the n-th token that is neither comma nor colon.
struct Handler {
  static constexpr size_t max_array_size = kAny;
  static constexpr size_t max_object_size = kAny;
  static constexpr size_t max_string_size = kAny;
  static constexpr size_t max_key_size = kAny;

  // Null: the events are of no interest.
  struct Reading {
    explicit Reading(const Source& source, const Limits& limits)
        : tree(source, limits), tokens(source.text()), marks(source) {}
    TreeBuilder tree;
    Tokens tokens;
    MarkWalker marks;
    Token token;  // of the last event
  };
  Reading* reading = nullptr;
  std::optional<Error> error;  // ours; the parser's own code says only that we stopped it
  std::string part;

  Mark Next() {
    std::optional<Token> token = reading->tokens.Next();
    while (token && (token->text == "," || token->text == ":")) token = reading->tokens.Next();
    if (token) reading->token = *token;
    return reading->marks.At(reading->token.offset);
  }
  bool Pass(Result<void> result, json::error_code& ec) {
    if (result.ok()) return true;
    error = std::move(result).error();
    ec = json::error::exception;
    return false;
  }
  bool Begin(Node empty, json::error_code& ec) {
    if (reading == nullptr) return true;
    const Mark mark = Next();
    return Pass(reading->tree.Begin(std::move(empty.set_mark(mark))), ec);
  }
  bool End(json::error_code& ec) {
    if (reading == nullptr) return true;
    Next();
    return Pass(reading->tree.End(), ec);
  }
  bool Scalar(Node node, json::error_code& ec) {
    if (reading == nullptr) return true;
    const Mark mark = Next();
    return Pass(reading->tree.Scalar(std::move(node.set_mark(mark))), ec);
  }
  bool Number(json::error_code& ec) {
    if (reading == nullptr) return true;
    const Mark mark = Next();
    const std::string_view digits = reading->token.text;
    int64_t value = 0;
    const auto [stop, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool whole = failed == std::errc() && stop == digits.data() + digits.size();
    Node node = whole ? Node::Integer(value) : Node::Real(std::string(digits));
    return Pass(reading->tree.Scalar(std::move(node.set_mark(mark))), ec);
  }
  bool Part(json::string_view text) {
    if (reading != nullptr) part.append(text.data(), text.size());
    return true;
  }

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code& ec) { return Begin(Node::Map(), ec); }
  bool on_object_end(size_t, json::error_code& ec) { return End(ec); }
  bool on_array_begin(json::error_code& ec) { return Begin(Node::List(), ec); }
  bool on_array_end(size_t, json::error_code& ec) { return End(ec); }
  bool on_key_part(json::string_view text, size_t, json::error_code&) { return Part(text); }
  bool on_key(json::string_view text, size_t, json::error_code& ec) {
    if (reading == nullptr) return true;
    Part(text);
    const Mark mark = Next();
    return Pass(reading->tree.Key(std::exchange(part, {}), mark), ec);
  }
  bool on_string_part(json::string_view text, size_t, json::error_code&) { return Part(text); }
  bool on_string(json::string_view text, size_t, json::error_code& ec) {
    Part(text);
    return Scalar(Node::String(std::exchange(part, {})), ec);
  }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(int64_t, json::string_view, json::error_code& ec) { return Number(ec); }
  bool on_uint64(uint64_t, json::string_view, json::error_code& ec) { return Number(ec); }
  bool on_double(double, json::string_view, json::error_code& ec) { return Number(ec); }
  bool on_bool(bool value, json::error_code& ec) { return Scalar(Node::Bool(value), ec); }
  bool on_null(json::error_code& ec) { return Scalar(Node::Null(), ec); }
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

Error Explain(json::error_code code, const Source& source, Mark mark) {
  for (const Explanation& known : kExplanations) {
    if (code == known.code) return source.ErrorAt(mark, {known.en, known.ja}, {"JSON was expected", "JSON で書く"});
  }
  return source.ErrorAt(mark, {"not JSON", "JSON として読めない"}, {"JSON was expected", "JSON で書く"});
}

// Where and why the parser refuses the text, which it did somewhere behind `good` bytes, the beginning of a token. It
// is asked again, and by the token from there on: each halt costs as much as the text is deep, so there must be few.
Error Locate(const Source& source, const json::parse_options& options, size_t good) {
  json::basic_parser<Handler> parser(options);
  json::error_code code;
  parser.write_some(true, source.text().data(), good, code);
  Tokens tokens(source.text().substr(good));
  size_t end = good;
  while (const auto token = tokens.Next()) {
    const size_t begin = good + token->offset;
    if (begin > end && end > 0) parser.write_some(true, " ", 1, code);  // blanks end a number; two words are not one
    if (code) return Explain(code, source, source.MarkAt(begin));
    if (parser.done()) return Explain(json::error::extra_data, source, source.MarkAt(begin));
    const size_t used = parser.write_some(true, token->text.data(), token->text.size(), code);
    if (code) return Explain(code, source, source.MarkAt(token->text.front() == '"' ? begin + used : begin));
    end = begin + token->text.size();
    if (used != token->text.size()) return Explain(json::error::extra_data, source, source.MarkAt(begin + used));
  }
  return Explain(json::error::incomplete, source, source.MarkAt(end));
}

}  // namespace

Result<Node> ReadJson(std::string_view text, std::string_view file_name, const Limits& limits) {
  HIKAE_TRY(const Source source, Source::Check(text, file_name, limits));
  json::parse_options options;
  options.max_depth = limits.max_depth + 1;  // the builder refuses first, with a better message
  json::basic_parser<Handler> parser(options);
  Handler::Reading reading(source, limits);
  parser.handler().reading = &reading;

  json::error_code code;
  const size_t used = parser.write_some(false, source.text().data(), source.text().size(), code);
  if (parser.handler().error) return *std::move(parser.handler().error);
  if (code) return Locate(source, options, reading.token.offset);
  if (used != source.text().size()) return Explain(json::error::extra_data, source, source.MarkAt(used));
  return reading.tree.Take();
}

}  // namespace hikae::codec
