#include "cedar/syntax/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "cedar/syntax/ast.h"
#include "cedar/syntax/layout.h"
#include "cedar/text/lexer.h"

namespace hikae::cedar {
namespace {

constexpr std::array<std::string_view, 7> kRelations = {"==", "!=", "<", "<=", ">", ">=", "in"};

std::string_view TrimEnd(std::string_view text) {
  const size_t last = text.find_last_not_of(" \t\v\f");
  return text.substr(0, last == text.npos ? 0 : last + 1);
}

// What stands between two tokens. Only a break can hold comments; where there is none they wait for the next one.
enum class Gap : uint8_t { kNone, kSpace, kBreak, kBreakOut, kLine, kPolicy };

// Hands the tokens of a text that is known to parse to the layout, each once, with the comments in between. Its stack
// is bounded by kMaxNesting, which the parser has checked.
class Formatter {
 public:
  Formatter(const Lexed& lexed, const FormatOptions& options)
      : tokens_(lexed.tokens), comments_(lexed.comments), indent_(options.indent) {}

  std::string Run(size_t line_width) {
    ReadComments();
    while (Peek().kind != TokenKind::kEnd) Policy();
    Space(Gap::kPolicy);
    Flush();
    std::string out = layout_.Print(line_width);
    if (!out.empty()) out += '\n';
    return out;
  }

 private:
  // ---- policies ----
  void Policy() {
    Gap gap = Gap::kPolicy;
    for (; Peek().Is("@"); gap = Gap::kLine) {
      Take(gap);
      Take(Gap::kNone);
      if (Peek().Is("(")) Take(Gap::kNone), Take(Gap::kNone), Take(Gap::kNone);
    }
    Take(gap);
    Space(Gap::kSpace);
    Scope();
    while (!Peek().Is(";")) {
      Take(Gap::kLine);
      Space(Gap::kSpace);
      Open(indent_);
      Take(Gap::kNone);
      Space(Gap::kBreak);
      Expression();
      Take(Gap::kBreakOut, 1);
      layout_.End();
    }
    Take(Gap::kNone);
  }

  void Scope() {
    Open(indent_);
    Take(Gap::kNone);
    for (bool first = true; !Peek().Is(")"); first = false) {
      Take(Gap::kBreak, first ? 0 : 1);
      while (!Peek().Is(",") && !Peek().Is(")")) {
        Space(Peek(-1).Is("::") || Peek().Is("::") ? Gap::kNone : Gap::kSpace);
        if (Peek().Is("[")) {
          List("]");
        } else {
          Take();
        }
      }
      if (Peek().Is(",")) Take(Gap::kNone);
    }
    Take(Gap::kBreakOut, 0);
    layout_.End();
  }

  // ---- expressions: the floors of the grammar, loosest first ----
  void Expression() { Peek().Is("if") ? If() : Or(); }

  // All breaks of `if … else if … else` are of one group.
  void If() {
    Open(0);
    while (Peek().Is("if")) {
      Take();
      Part();
      Take(Gap::kBreak, 1);
      Part();
      Take(Gap::kBreak, 1);
      if (Peek().Is("if")) Space(Gap::kSpace);
    }
    Part();
    layout_.End();
  }
  void Part() {
    Space(Gap::kSpace);
    Flush();
    layout_.BeginAligned();
    Expression();
    layout_.End();
  }

  // In a chain of || a chain of && that does not fit is indented, lest the two look alike.
  void Or() {
    Open(0);
    const size_t first = And(0);
    for (bool found = false; Peek().Is("||"); found = true) {
      if (!found) layout_.SetIndent(first, indent_);
      Take(Gap::kSpace);
      Space(Gap::kBreak);
      And(indent_);
    }
    layout_.End();
  }
  size_t And(size_t indent) {
    const size_t group = Open(indent);
    Relation();
    while (Peek().Is("&&")) {
      Take(Gap::kSpace);
      Space(Gap::kBreak);
      Relation();
    }
    layout_.End();
    return group;
  }

  void Relation() {
    Sum();
    if (Peek().Is("has")) {
      Take(Gap::kSpace);
      Take(Gap::kSpace);
      while (Peek().Is(".")) Take(Gap::kNone), Take(Gap::kNone);
    } else if (Peek().Is("is")) {
      Take(Gap::kSpace);
      Take(Gap::kSpace);
      while (Peek().Is("::")) Take(Gap::kNone), Take(Gap::kNone);
      if (Peek().Is("in")) Compared();
    } else if (Peek().Is("like") || Any(kRelations)) {
      Compared();
    }
  }
  // The line ends behind the operator only when the right side does not fit behind it.
  void Compared() {
    Take(Gap::kSpace);
    layout_.Begin(indent_);
    Space(Gap::kBreak);
    Sum();
    layout_.End();
  }

  void Sum() {
    Open(indent_);
    Product();
    while (Peek().Is("+") || Peek().Is("-")) {
      Take(Gap::kSpace);
      Space(Gap::kBreak);
      Product();
    }
    layout_.End();
  }
  void Product() {
    Open(indent_);
    Unary();
    while (Peek().Is("*")) {
      Take(Gap::kSpace);
      Space(Gap::kBreak);
      Unary();
    }
    layout_.End();
  }

  void Unary() {
    while (Peek().Is("!") || Peek().Is("-")) {
      Take();
      Space(Gap::kNone);
    }
    Primary();
    while (Peek().Is(".") || Peek().Is("[")) {
      Take(Gap::kNone);
      Take(Gap::kNone);
      if (Peek(-2).Is("[")) {
        Take(Gap::kNone);
      } else if (Peek().Is("(")) {
        Space(Gap::kNone);
        List(")");
      }
    }
  }

  void Primary() {
    if (Peek().Is("(")) return Parentheses();
    if (Peek().Is("[")) return List("]");
    if (Peek().Is("{")) return List("}");
    Take();
    while (Peek().Is("::")) Take(Gap::kNone), Take(Gap::kNone);
    if (Peek().Is("(")) Space(Gap::kNone), List(")");
  }

  // Lines within start right of the parenthesis.
  void Parentheses() {
    Take();
    Space(Gap::kNone);
    layout_.BeginAligned();
    Expression();
    layout_.End();
    Take(Gap::kNone);
  }

  // Elements, arguments or entries, from the bracket to its fellow.
  void List(std::string_view close) {
    const bool record = close == "}";
    Open(indent_);
    Take();
    for (bool first = true; !Peek().Is(close); first = false) {
      Space(Gap::kBreak, first ? 0 : 1);
      if (record) {
        Take();
        Take(Gap::kNone);
        Space(Gap::kSpace);
      }
      Expression();
      if (Peek().Is(",")) Take(Gap::kNone);
    }
    const bool empty = Peek(-1).Is(close == "]" ? "[" : close == "}" ? "{" : "(");
    Take(empty ? Gap::kNone : Gap::kBreakOut, 0);
    layout_.End();
  }

  // ---- tokens, gaps and comments ----
  const Token& Peek(int ahead = 0) const {
    return tokens_[std::min(at_ + static_cast<size_t>(ahead), tokens_.size() - 1)];
  }
  template <size_t kCount>
  bool Any(const std::array<std::string_view, kCount>& words) const {
    return std::ranges::any_of(words, [&](std::string_view word) { return Peek().Is(word); });
  }

  size_t Open(size_t indent) {
    Flush();
    return layout_.Begin(indent);
  }
  // What comes before the next token, or before the group that starts with it.
  void Space(Gap gap, size_t spaces = 1) { gap_ = gap, spaces_ = spaces; }
  void Take() {
    Flush();
    const Token& token = tokens_[at_++];
    layout_.Text(token.text);
    ReadComments();
  }
  void ReadComments() {
    for (; next_comment_ < comments_.size() && comments_[next_comment_].offset < Peek().offset; ++next_comment_) {
      waiting_.push_back(&comments_[next_comment_]);
    }
    // The end of the text stands where its last comment may end.
    if (Peek().kind != TokenKind::kEnd) return;
    while (next_comment_ < comments_.size()) waiting_.push_back(&comments_[next_comment_++]);
  }
  void Take(Gap gap, size_t spaces = 1) {
    Space(gap, spaces);
    Take();
  }

  void Flush() {
    const Gap gap = std::exchange(gap_, Gap::kNone);
    const size_t spaces = std::exchange(spaces_, 1);
    switch (gap) {
      case Gap::kNone:
        return;
      case Gap::kSpace:
        return layout_.Text(" ");
      case Gap::kPolicy:
        return BetweenPolicies();
      case Gap::kBreak:
      case Gap::kBreakOut:
      case Gap::kLine:
        break;
    }
    if (waiting_.empty() && gap == Gap::kBreak) return layout_.Break(spaces);
    if (waiting_.empty() && gap == Gap::kBreakOut) return layout_.BreakOut(spaces);
    auto comment = waiting_.begin();
    if (comment != waiting_.end() && !(*comment)->own_line) Trailing(**comment++);
    for (; comment != waiting_.end(); ++comment) {
      layout_.BreakAlways(false);
      layout_.Note(TrimEnd((*comment)->text));
    }
    waiting_.clear();
    layout_.BreakAlways(gap == Gap::kBreakOut);
  }

  void Trailing(const Comment& comment) {
    layout_.Note(" ");
    layout_.Note(TrimEnd(comment.text));
  }

  // Blank lines around comments stay. Where there is none, one sets the next policy apart, with its comments. What
  // stood before the ';' of the last policy stays with that one.
  void BetweenPolicies() {
    const bool at_start = at_ == 0;
    const bool at_end = Peek().kind == TokenKind::kEnd;
    const Token last = at_start ? Token{} : Peek(-1);
    uint32_t line = last.line;
    auto comment = waiting_.begin();
    if (!at_start && comment != waiting_.end() && !(*comment)->own_line) {
      line = std::max(line, (*comment)->line);
      Trailing(**comment++);
    }
    std::vector<bool> blank;  // before each of the comments and before the next policy
    bool inside = false;
    for (auto at = comment; at != waiting_.end(); ++at) {
      const bool was_inside = std::exchange(inside, !at_start && (*at)->offset < last.offset);
      blank.push_back(!inside && (was_inside || (*at)->line > line + 1));
      line = std::max(line, (*at)->line);
    }
    blank.push_back(inside || Peek().line > line + 1);
    if (!at_start && !at_end && std::ranges::find(blank, true) == blank.end()) blank[0] = true;
    size_t place = 0;
    for (; comment != waiting_.end(); ++comment, ++place) {
      if (!at_start || place > 0) layout_.BreakAlways(false, blank[place]);
      layout_.Note(TrimEnd((*comment)->text));
    }
    if (!at_end && (!at_start || place > 0)) layout_.BreakAlways(false, blank[place]);
    waiting_.clear();
  }

  const std::vector<Token>& tokens_;
  const std::vector<Comment>& comments_;
  size_t indent_;
  Layout layout_;
  size_t at_ = 0;
  size_t next_comment_ = 0;
  std::vector<const Comment*> waiting_;  // read, not yet laid out
  Gap gap_ = Gap::kNone;
  size_t spaces_ = 1;
};

// Nobody's policies change by being laid out: checked, each time.
bool SameTokensAndComments(const Lexed& a, const Lexed& b) {
  const auto same_token = [](const Token& x, const Token& y) { return x.kind == y.kind && x.text == y.text; };
  const auto same_comment = [](const Comment& x, const Comment& y) { return TrimEnd(x.text) == TrimEnd(y.text); };
  return std::ranges::equal(a.tokens, b.tokens, same_token) && std::ranges::equal(a.comments, b.comments, same_comment);
}

}  // namespace

base::Result<std::string> FormatPolicies(std::string_view text, const std::string& file, const FormatOptions& options) {
  if (options.indent > kMaxIndent) {
    return base::Error(base::Status::kArgument,
                       {fmt::format("an indent of {} columns; at most {}", options.indent, kMaxIndent),
                        fmt::format("字下げが{}桁である。{}桁までとする", options.indent, kMaxIndent)});
  }
  HIKAE_CHECK(ParsePolicies(text, file));
  HIKAE_TRY(const Lexed lexed, Lex(text, file));
  std::string out = Formatter(lexed, options).Run(options.line_width);
  HIKAE_TRY(const Lexed again, Lex(out, file));
  if (SameTokensAndComments(lexed, again)) return out;
  return base::Error(base::Status::kInternal, {"formatting would have changed the policies", "整形により規定が変わる"},
                     {file, 0, 0});
}

}  // namespace hikae::cedar
