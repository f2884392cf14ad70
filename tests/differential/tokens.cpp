#include "differential/tokens.h"

#include <algorithm>
#include <cctype>

namespace hikae::differential {
namespace {

bool WordByte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

size_t SkipBlanks(std::string_view text, size_t at) {
  while (at < text.size()) {
    if (std::isspace(static_cast<unsigned char>(text[at]))) {
      ++at;
    } else if (text.substr(at, 2) == "//") {
      at = std::min(text.find('\n', at), text.size());
    } else {
      break;
    }
  }
  return at;
}

size_t EndOfToken(std::string_view text, size_t at) {
  if (at >= text.size()) return at;
  if (text[at] == '"') {
    for (size_t i = at + 1; i < text.size(); ++i) {
      if (text[i] == '\\')
        ++i;
      else if (text[i] == '"')
        return i + 1;
    }
    return text.size();
  }
  if (WordByte(text[at])) {
    while (at < text.size() && WordByte(text[at])) ++at;
    return at;
  }
  for (std::string_view two : {"::", "==", "!=", "<=", ">=", "&&", "||", "?:"}) {
    if (text.substr(at, 2) == two) return at + 2;
  }
  return at + 1;
}

std::string OtherToken(Random& random, bool is_schema) {
  if (is_schema) {
    return random.PickText({"entity",    "action",    "type",     "namespace", "in",         "tags",    "enum",
                            "appliesTo", "principal", "resource", "context",   "Set",        "<",       ">",
                            "{",         "}",         "[",        "]",         ":",          "?",       ";",
                            ",",         "=",         "::",       "Long",      "String",     "Bool",    "\"x\"",
                            "User",      "@doc",      "(",        ")",         "attributes", "__cedar", "ipaddr",
                            "1",         "Action",    "Record",   "Entity",    "if",         "true",    "*",
                            "-",         "\"\\*\"",   "\"\\q\"",  "\"\"",      "?:",         "Boolean", "is"});
  }
  return random.PickText({"permit",
                          "forbid",
                          "when",
                          "unless",
                          "principal",
                          "action",
                          "resource",
                          "context",
                          "==",
                          "!=",
                          "<",
                          "<=",
                          ">",
                          ">=",
                          "&&",
                          "||",
                          "!",
                          "-",
                          "+",
                          "*",
                          "/",
                          "%",
                          "in",
                          "is",
                          "has",
                          "like",
                          "if",
                          "then",
                          "else",
                          "true",
                          "false",
                          "(",
                          ")",
                          "[",
                          "]",
                          "{",
                          "}",
                          ".",
                          ",",
                          ";",
                          ":",
                          "::",
                          "@",
                          "\"x\"",
                          "\"*\"",
                          "1",
                          "9223372036854775808",
                          "99999999999999999999",
                          "User",
                          "Action",
                          "ip",
                          "decimal",
                          "contains",
                          "getTag",
                          "?principal",
                          "?resource",
                          "?x",
                          "__cedar",
                          "isIpv4",
                          "a",
                          "\"\\*\"",
                          "\"\\q\"",
                          "\"\\u{110000}\"",
                          "\"\\u{d800}\"",
                          "\"\\u{}\"",
                          "\"\\x80\"",
                          "\"\\x7f\"",
                          "\"\\0\"",
                          "=",
                          "&",
                          "|",
                          "'",
                          "\"",
                          "\\",
                          "#",
                          "太",
                          "/*",
                          "0x1",
                          "1.5",
                          "isEmpty",
                          "datetime",
                          "offset",
                          "Set",
                          "\"\\u{1234567}\"",
                          "\"\\u{00000041}\"",
                          "$"});
}

void MutateOnce(Random& random, std::vector<std::string>& tokens, bool is_schema) {
  if (tokens.empty()) return;
  const size_t at = random.Below(tokens.size());
  const size_t other = std::min(tokens.size() - 1, at + random.Below(4));
  const auto place = tokens.begin() + static_cast<int64_t>(at);
  switch (random.Weighted({5, 3, 3, 7, 5, 1, 2})) {
    case 0:
      tokens.erase(place);
      break;
    case 1: {
      const std::string copy = " " + tokens[at];
      tokens.insert(place, copy);
      break;
    }
    case 2:
      std::swap(tokens[at], tokens[other]);
      break;
    case 3:
      tokens[at] = " " + OtherToken(random, is_schema);
      break;
    case 4:
      tokens.insert(place, " " + OtherToken(random, is_schema));
      break;
    case 5: {
      std::string& token = tokens[at];
      size_t byte = random.Below(token.size() + 1);
      while (byte < token.size() && (static_cast<unsigned char>(token[byte]) & 0xC0) == 0x80)
        ++byte;  // UTF-8 stays UTF-8
      token.insert(byte, random.PickText({"\\", "\"", " ", "0", "_", "é", "\n", "\\u{41}", "\\'", "//", "\t", "\f",
                                          "\v", "\u00A0"}));
      break;
    }
    default:  // another token of the same text
      tokens[at] = " " + tokens[random.Below(tokens.size())];
  }
}

}  // namespace

std::vector<std::string> Tokens(std::string_view text) {
  std::vector<std::string> out;
  for (size_t at = 0; at < text.size();) {
    const size_t end = EndOfToken(text, SkipBlanks(text, at));
    out.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return out;
}

std::string Join(const std::vector<std::string>& tokens) {
  std::string out;
  for (const std::string& token : tokens) out += token;
  return out;
}

std::string_view Bare(std::string_view token) { return token.substr(SkipBlanks(token, 0)); }

std::string Mutate(Random& random, std::string_view text, bool is_schema) {
  std::vector<std::string> tokens = Tokens(text);
  for (size_t i = random.Weighted({0, 7, 3}); i > 0; --i) MutateOnce(random, tokens, is_schema);
  return Join(tokens);
}

}  // namespace hikae::differential
