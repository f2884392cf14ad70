#include "cedar/text/lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace hikae::cedar {
namespace {

bool IsNameStart(char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsNamePart(char c) { return IsNameStart(c) || IsDigit(c); }

constexpr char32_t kInvalid = 0xFFFFFFFF;

struct Decoded {
  char32_t code = kInvalid;
  size_t size = 1;
};

// One code point of strict UTF-8: no overlong forms, no surrogates, nothing past U+10FFFF.
Decoded Decode(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  if (lead < 0x80) return {lead, 1};
  const size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || at + size > text.size()) return {};
  char32_t code = lead & (0x7F >> size);
  for (size_t i = 1; i < size; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return {};
    code = code << 6 | (byte(at + i) & 0x3F);
  }
  if ((size == 3 && code < 0x800) || (size == 4 && code < 0x10000) || code > 0x10FFFF) return {};
  if (code >= 0xD800 && code <= 0xDFFF) return {};
  return {code, size};
}

// White_Space of Unicode, which is what Cedar skips.
bool IsSpace(char32_t c) {
  return (c >= 9 && c <= 13) || c == ' ' || c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
         c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

// The ASCII character that a Japanese keyboard's full-width one looks like; 0 when there is none.
char LookAlike(char32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) return static_cast<char>(c - 0xFEE0);
  switch (c) {
    case 0x201C:
    case 0x201D:
    case 0x300C:
    case 0x300D:
      return '"';
    case 0x3001:
      return ',';
    case 0x3002:
      return '.';
    default:
      return 0;
  }
}

void AppendUtf8(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += {static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 0x3F))};
  } else if (c < 0x10000) {
    out += {static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3F)),
            static_cast<char>(0x80 | (c & 0x3F))};
  } else {
    out += {static_cast<char>(0xF0 | c >> 18), static_cast<char>(0x80 | (c >> 12 & 0x3F)),
            static_cast<char>(0x80 | (c >> 6 & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
  }
}

class Scanner {
 public:
  Scanner(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  base::Result<Lexed> Run() {
    if (text_.size() > kMaxSourceBytes) {
      return base::Error(base::Status::kRules,
                         {fmt::format("the text has {} bytes; at most {} are read", text_.size(), kMaxSourceBytes), {}},
                         {file_, 0, 0});
    }
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") at_ = 3;
    while (at_ < text_.size()) HIKAE_CHECK(Next());
    Add(TokenKind::kEnd, 0);
    return std::move(out_);
  }

 private:
  base::Result<void> Next() {
    const char c = text_[at_];
    if (c == '\n') return NewLine(), base::Result<void>();
    if (c == ' ' || (c >= 9 && c <= 13)) return Advance(1), base::Result<void>();
    if (IsNameStart(c)) return Run(TokenKind::kName, 0), base::Result<void>();
    if (IsDigit(c)) return Run(TokenKind::kInteger, 0), base::Result<void>();
    if (c == '"') return String();
    if (text_.substr(at_, 2) == "//") return LineComment();
    if (text_.substr(at_, 2) == "/*")
      return Refuse("unexpected '/*'", "comments start with // and end with their line");
    if (c == '?' && at_ + 1 < text_.size() && IsNameStart(text_[at_ + 1])) {
      return Run(TokenKind::kSlot, 1), base::Result<void>();
    }
    if (const size_t size = OperatorSize()) return Add(TokenKind::kOperator, size), base::Result<void>();
    return Other();
  }

  size_t OperatorSize() const {
    static constexpr std::array<std::string_view, 7> kTwo = {"::", "==", "!=", "<=", ">=", "||", "&&"};
    for (std::string_view two : kTwo) {
      if (text_.substr(at_, 2) == two) return 2;
    }
    return std::string_view("@.,;:(){}[]<>+-*/%!=?").find(text_[at_]) != std::string_view::npos ? 1 : 0;
  }

  // A word or a number, from the current place over its first `skip` bytes.
  void Run(TokenKind kind, size_t skip) {
    size_t end = at_ + skip;
    while (end < text_.size() && (kind == TokenKind::kInteger ? IsDigit(text_[end]) : IsNamePart(text_[end]))) ++end;
    Add(kind, end - at_);
  }

  base::Result<void> String() {
    const Token start{TokenKind::kString, line_, column_, static_cast<uint32_t>(at_), text_.substr(at_, 1)};
    const size_t begin = at_;
    Advance(1);
    while (at_ < text_.size() && text_[at_] != '"') {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) Advance(1);
      HIKAE_CHECK(SkipAny());
    }
    if (at_ >= text_.size()) return ErrorAt(file_, start, "the string that starts here has no closing '\"'");
    Advance(1);
    Token token = start;
    token.text = text_.substr(begin, at_ - begin);
    out_.tokens.push_back(token);
    last_token_line_ = line_;
    return {};
  }

  base::Result<void> LineComment() {
    Comment comment{line_, column_, static_cast<uint32_t>(at_), last_token_line_ != line_, {}};
    const size_t begin = at_;
    while (at_ < text_.size() && text_[at_] != '\n' && text_[at_] != '\r') HIKAE_CHECK(SkipAny());
    comment.text = text_.substr(begin, at_ - begin);
    out_.comments.push_back(comment);
    return {};
  }

  // Any one code point, inside a string or a comment.
  base::Result<void> SkipAny() {
    if (text_[at_] == '\n') return NewLine(), base::Result<void>();
    const Decoded next = Decode(text_, at_);
    if (next.code == kInvalid) return Refuse("invalid UTF-8", "save the text as UTF-8");
    at_ += next.size, ++column_;
    return {};
  }

  base::Result<void> Other() {
    const Decoded next = Decode(text_, at_);
    if (next.code == kInvalid) return Refuse("invalid UTF-8", "save the text as UTF-8");
    if (IsSpace(next.code)) return at_ += next.size, ++column_, base::Result<void>();
    if (next.code < 0x20 || next.code == 0x7F) {
      return Refuse(fmt::format("unexpected character U+{:04X}", static_cast<uint32_t>(next.code)), {});
    }
    const std::string found = fmt::format("unexpected character '{}'", text_.substr(at_, next.size));
    if (const char ascii = LookAlike(next.code)) return Refuse(found, fmt::format("write the ASCII '{}'", ascii));
    return Refuse(found, HintFor(next.code));
  }

  static std::string HintFor(char32_t c) {
    if (c >= 0x80) return "letters beyond ASCII stand in double quotes only";
    if (c == '\'') return "text stands in double quotes";
    if (c == '#') return "comments start with //";
    if (c == '&' || c == '|') return fmt::format("write '{0}{0}'", static_cast<char>(c));
    return {};
  }

  base::Error Refuse(std::string text, std::string hint) const {
    return ErrorAt(file_, {TokenKind::kEnd, line_, column_, static_cast<uint32_t>(at_), {}}, std::move(text),
                   std::move(hint));
  }

  void Add(TokenKind kind, size_t size) {
    out_.tokens.push_back({kind, line_, column_, static_cast<uint32_t>(at_), text_.substr(at_, size)});
    last_token_line_ = line_;
    Advance(size);
  }
  void Advance(size_t ascii) { at_ += ascii, column_ += static_cast<uint32_t>(ascii); }
  void NewLine() { ++at_, ++line_, column_ = 1; }

  std::string_view text_;
  const std::string& file_;
  size_t at_ = 0;
  uint32_t line_ = 1;
  uint32_t column_ = 1;
  uint32_t last_token_line_ = 0;
  Lexed out_;
};

// Reads the inside of a string token; what a bare or an escaped '*' means is up to the sink.
class Unescaper {
 public:
  Unescaper(const Token& token, const std::string& file)
      : token_(token), file_(file), inside_(token.text.substr(1, token.text.size() - 2)) {}

  // plain(code point), star(escaped).
  template <class Plain, class Star>
  base::Result<void> Run(bool pattern, Plain plain, Star star) {
    while (at_ < inside_.size()) {
      const size_t begin = at_;
      const Decoded next = Decode(inside_, at_);
      at_ += next.size;
      if (next.code == '\r') return Fail(begin, "a bare carriage return in a string", "write \\r");
      if (next.code == '*' && pattern) {
        star(false);
      } else if (next.code != '\\') {
        plain(next.code);
      } else if (pattern && Peek() == '*') {
        ++at_, star(true);
      } else {
        HIKAE_TRY(const char32_t code, Escape(begin));
        plain(code);
      }
    }
    return {};
  }

 private:
  char Peek() const { return at_ < inside_.size() ? inside_[at_] : '\0'; }

  base::Result<char32_t> Escape(size_t begin) {
    const char c = Peek();
    ++at_;
    switch (c) {
      case 'n':
        return U'\n';
      case 'r':
        return U'\r';
      case 't':
        return U'\t';
      case '0':
        return U'\0';
      case '\\':
      case '"':
      case '\'':
        return static_cast<char32_t>(c);
      case 'x':
        return Hex(begin);
      case 'u':
        return Unicode(begin);
      default:
        return Fail(begin, "unknown escape in a string",
                    c == '*' ? "\\* stands in the pattern of `like` only"
                             : "escapes are \\n \\r \\t \\0 \\\\ \\\" \\' \\x41 \\u{8449}");
    }
  }

  static int Digit(char c) {
    if (IsDigit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  }

  base::Result<char32_t> Hex(size_t begin) {
    int code = 0;
    for (int i = 0; i < 2; ++i, ++at_) {
      const int digit = Digit(Peek());
      if (digit < 0) return Fail(begin, "\\x needs two hexadecimal digits", {});
      code = code * 16 + digit;
    }
    if (code > 0x7F) return Fail(begin, "\\x goes up to \\x7F", fmt::format("write \\u{{{:x}}}", code));
    return static_cast<char32_t>(code);
  }

  base::Result<char32_t> Unicode(size_t begin) {
    constexpr std::string_view kForm = "the form is \\u{8449}, with one to six hexadecimal digits";
    if (Peek() != '{') return Fail(begin, "\\u needs braces", std::string(kForm));
    ++at_;
    char32_t code = 0;
    size_t digits = 0;
    for (; Peek() != '}' && at_ < inside_.size(); ++at_) {
      if (Peek() == '_' && digits > 0) continue;
      const int digit = Digit(Peek());
      if (digit < 0 || ++digits > 6) return Fail(begin, "wrong \\u escape", std::string(kForm));
      code = code * 16 + static_cast<char32_t>(digit);
    }
    if (Peek() != '}' || digits == 0) return Fail(begin, "wrong \\u escape", std::string(kForm));
    ++at_;
    if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
      return Fail(begin, fmt::format("\\u{{{:x}}} is no Unicode character", static_cast<uint32_t>(code)), {});
    }
    return code;
  }

  base::Error Fail(size_t at, std::string text, std::string hint) const {
    Token place = token_;
    ++place.column;  // past the quote
    for (size_t i = 0; i < at;) {
      const size_t size = Decode(inside_, i).size;
      if (inside_[i] == '\n') {
        ++place.line, place.column = 1;
      } else {
        ++place.column;
      }
      i += size;
    }
    return ErrorAt(file_, place, std::move(text), std::move(hint));
  }

  const Token& token_;
  const std::string& file_;
  std::string_view inside_;
  size_t at_ = 0;
};

void AppendQuoted(std::string& out, std::string_view text, bool escape_star) {
  for (char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
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
      case '\0':
        out += "\\0";
        break;
      case '*':
        out += escape_star ? "\\*" : "*";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
          fmt::format_to(std::back_inserter(out), "\\u{{{:x}}}", static_cast<unsigned>(c));
        } else {
          out += c;
        }
    }
  }
}

}  // namespace

base::Result<Lexed> Lex(std::string_view text, const std::string& file) { return Scanner(text, file).Run(); }

bool Pattern::Matches(std::string_view text) const {
  const std::string& first = pieces.front();
  if (pieces.size() == 1) return text == first;
  if (!text.starts_with(first)) return false;
  text.remove_prefix(first.size());
  const std::string& last = pieces.back();
  if (!text.ends_with(last)) return false;
  text.remove_suffix(last.size());
  // Between the ends, the leftmost place of each piece is never worse than a later one.
  for (size_t i = 1; i + 1 < pieces.size(); ++i) {
    const size_t at = text.find(pieces[i]);
    if (at == std::string_view::npos) return false;
    text.remove_prefix(at + pieces[i].size());
  }
  return true;
}

std::string Pattern::ToString() const {
  std::string out = "\"";
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (i > 0) out += '*';
    AppendQuoted(out, pieces[i], true);
  }
  return out += '"';
}

base::Result<std::string> Unescape(const Token& string, const std::string& file) {
  std::string out;
  HIKAE_CHECK(Unescaper(string, file)
                  .Run(
                      false, [&](char32_t c) { AppendUtf8(out, c); }, [](bool) {}));
  return out;
}

base::Result<Pattern> UnescapePattern(const Token& string, const std::string& file) {
  Pattern out;
  const auto star = [&](bool escaped) {
    if (escaped) {
      out.pieces.back() += '*';
    } else {
      out.pieces.emplace_back();
    }
  };
  // Only \* is the character: a '*' written with another escape is a wildcard as any other.
  const auto character = [&](char32_t c) { c == '*' ? star(false) : AppendUtf8(out.pieces.back(), c); };
  HIKAE_CHECK(Unescaper(string, file).Run(true, character, star));
  return out;
}

std::string Quote(std::string_view text) {
  std::string out = "\"";
  AppendQuoted(out, text, false);
  return out += '"';
}

bool IsReserved(std::string_view name) {
  static constexpr std::array<std::string_view, 10> kReserved = {"true", "false", "if",   "then", "else",
                                                                 "in",   "is",    "like", "has",  "__cedar"};
  for (std::string_view word : kReserved) {
    if (name == word) return true;
  }
  return false;
}

bool IsWord(std::string_view name) {
  return !name.empty() && IsNameStart(name[0]) && std::ranges::all_of(name, IsNamePart);
}

bool IsIdentifier(std::string_view name) { return IsWord(name) && !IsReserved(name); }

bool IsTypeName(std::string_view name) {
  for (size_t colon; (colon = name.find("::")) != std::string_view::npos; name.remove_prefix(colon + 2)) {
    if (!IsIdentifier(name.substr(0, colon))) return false;
  }
  return IsIdentifier(name);
}

std::string Describe(const Token& token) {
  if (token.kind == TokenKind::kEnd) return "the end of the text";
  constexpr size_t kShown = 40;
  size_t cut = std::min(kShown, token.text.find('\n'));  // messages have one line
  if (token.text.size() <= cut) return fmt::format("'{}'", token.text);
  while (cut > 0 && (static_cast<unsigned char>(token.text[cut]) & 0xC0) == 0x80) --cut;
  return fmt::format("'{}…'", token.text.substr(0, cut));
}

base::Error ErrorAt(const std::string& file, const Token& token, std::string text, std::string hint) {
  return base::Error(base::Status::kRules, {std::move(text), {}}, {file, token.line, token.column},
                     {std::move(hint), {}});
}

}  // namespace hikae::cedar
