// Tokens of policy and schema texts. Policies and schemas share identifiers, strings, integers, operators and comments.
#ifndef HIKAE_CEDAR_TEXT_LEXER_H_
#define HIKAE_CEDAR_TEXT_LEXER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace hikae::cedar {

enum class TokenKind : uint8_t {
  kEnd,
  kName,      // [_a-zA-Z][_a-zA-Z0-9]*, keywords included: what a word means is the parser's business
  kInteger,   // [0-9]+
  kString,    // with its quotes and escapes, as written
  kSlot,      // ?principal
  kOperator,  // @ . , ; : :: ( ) { } [ ] == != < <= > >= || && + - * / % ! = ?
};

// A view into the text that was lexed, which has to outlive it.
struct Token {
  TokenKind kind = TokenKind::kEnd;
  uint32_t line = 1;
  uint32_t column = 1;  // in code points
  uint32_t offset = 0;  // in bytes
  std::string_view text;

  bool Is(std::string_view spelling) const {
    return text == spelling && (kind == TokenKind::kOperator || kind == TokenKind::kName);
  }
  uint32_t end() const { return offset + static_cast<uint32_t>(text.size()); }
};

struct Comment {
  uint32_t line = 1;
  uint32_t column = 1;
  uint32_t offset = 0;
  bool own_line = false;  // nothing but space stands before it on its line
  std::string_view text;  // with its "//", without the line's end
};

struct Lexed {
  std::vector<Token> tokens;  // ends with one kEnd token, whose place is the end of the text
  std::vector<Comment> comments;
};

// A text larger than this is refused.
inline constexpr size_t kMaxSourceBytes = size_t{32} << 20;

// Errors (kRules): invalid UTF-8, an unknown character (a full-width look-alike is named), an unterminated string.
// A byte order mark at the start is skipped.
base::Result<Lexed> Lex(std::string_view text, const std::string& file);

// A `like` pattern: literal pieces with a wildcard between each two. One piece: no wildcard at all.
struct Pattern {
  std::vector<std::string> pieces{std::string()};
  bool Matches(std::string_view text) const;
  std::string ToString() const;  // as Cedar text, quoted
  friend bool operator==(const Pattern&, const Pattern&) = default;
};

// The meaning of a string token; a wrong escape is an error at its own place.
base::Result<std::string> Unescape(const Token& string, const std::string& file);
base::Result<Pattern> UnescapePattern(const Token& string, const std::string& file);

// The text as Cedar writes it, with its quotes.
std::string Quote(std::string_view text);

// true, false, if, then, else, in, is, like, has, __cedar: never names of attributes, types or variables unquoted.
bool IsReserved(std::string_view name);
// [_a-zA-Z][_a-zA-Z0-9]*, reserved or not: what an annotation may be called.
bool IsWord(std::string_view name);
// May stand unquoted as an attribute or a part of a type name.
bool IsIdentifier(std::string_view name);
// Identifiers joined by '::', as entity types are named.
bool IsTypeName(std::string_view name);

// "unexpected ')'" for messages: the token as it is written, shortened; "the end of the text" for kEnd.
std::string Describe(const Token& token);

// kRules at the token's place.
base::Error ErrorAt(const std::string& file, const Token& token, std::string text, std::string hint = {});

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_TEXT_LEXER_H_
