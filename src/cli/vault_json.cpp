#include "cli/vault_json.h"

#include <cstdio>

#include "cli/input.h"

namespace hikae::cli {
namespace {

// Reads one line of JSON, of the shape that is asked for.
class JsonLine {
 public:
  JsonLine(std::string_view text, size_t number) : text_(text), number_(number) {}

  [[noreturn]] void Fail(const char* english, const char* japanese) const {
    const std::string where = std::to_string(number_) + ":" + std::to_string(at_ + 1);
    throw InputError{{"line " + where + ": expected " + english, where + " 桁: " + japanese + " がありません"}};
  }
  bool Take(char wanted) {
    SkipBlanks();
    if (at_ == text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }
  void Expect(char wanted, const char* english, const char* japanese) {
    if (!Take(wanted)) Fail(english, japanese);
  }
  void ExpectEnd() {
    SkipBlanks();
    if (at_ != text_.size()) Fail("the end of the line", "行末");
  }
  std::string String() {
    Expect('"', "a string", "文字列");
    std::string out;
    for (;;) {
      if (at_ == text_.size()) Fail("the end of a string", "文字列の終わり");
      const char c = text_[at_++];
      if (c == '"') return out;
      if (static_cast<unsigned char>(c) < 0x20) Fail("no control character in a string", "制御文字のない文字列");
      if (c == '\\') {
        Escape(out);
      } else {
        out += c;
      }
    }
  }
  uint64_t Number() {
    SkipBlanks();
    constexpr size_t kMostDigits = 18;
    const size_t begin = at_;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
    if (at_ == begin || at_ - begin > kMostDigits) Fail("a number", "数");
    return std::stoull(std::string(text_.substr(begin, at_ - begin)));
  }

 private:
  void SkipBlanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\r')) ++at_;
  }
  void Escape(std::string& out) {
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
    const char c = at_ < text_.size() ? text_[at_++] : '\0';
    if (const size_t known = kLetters.find(c); c != '\0' && known != kLetters.npos) {
      out += kMeant[known];
      return;
    }
    if (c != 'u') Fail("an escape", "エスケープ");
    uint32_t code = Unit();
    if (code >= 0xDC00 && code < 0xE000) Fail("a high surrogate first", "上位サロゲート");
    if (code >= 0xD800 && code < 0xDC00) {
      if (text_.substr(at_, 2) != "\\u") Fail("a low surrogate", "下位サロゲート");
      at_ += 2;
      const uint32_t low = Unit();
      if (low < 0xDC00 || low >= 0xE000) Fail("a low surrogate", "下位サロゲート");
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    Append(out, code);
  }
  uint32_t Unit() {
    uint32_t code = 0;
    for (int i = 0; i < 4; ++i) {
      const char c = at_ < text_.size() ? text_[at_] : '\0';
      const std::string_view digits = "0123456789abcdefABCDEF";
      const size_t digit = c == '\0' ? digits.npos : digits.find(c);
      if (digit == digits.npos) Fail("four hexadecimal digits", "16進数4桁");
      code = code * 16 + static_cast<uint32_t>(digit < 16 ? digit : digit - 6);
      ++at_;
    }
    return code;
  }
  static void Append(std::string& out, uint32_t code) {
    const auto tail = [&](int shift) { out += static_cast<char>(0x80U | ((code >> shift) & 0x3FU)); };
    if (code < 0x80) {
      out += static_cast<char>(code);
    } else if (code < 0x800) {
      out += static_cast<char>(0xC0U | (code >> 6)), tail(0);
    } else if (code < 0x10000) {
      out += static_cast<char>(0xE0U | (code >> 12)), tail(6), tail(0);
    } else {
      out += static_cast<char>(0xF0U | (code >> 18)), tail(12), tail(6), tail(0);
    }
  }

  std::string_view text_;
  size_t number_;
  size_t at_ = 0;
};

void ReadSet(JsonLine& json, PutLine& put) {
  json.Expect('{', "an object of items", "項目の並び");
  if (json.Take('}')) return;
  do {
    std::string item = json.String();
    for (const auto& known : put.set)
      if (known.first == item) json.Fail("each item once", "重複のない項目");
    json.Expect(':', "':'", "「:」");
    put.set.emplace_back(std::move(item), json.String());
  } while (json.Take(','));
  json.Expect('}', "',' or '}'", "「,」か「}」");
}

void ReadRemove(JsonLine& json, PutLine& put) {
  json.Expect('[', "a list of items", "項目の一覧");
  if (json.Take(']')) return;
  do {
    put.remove.push_back(json.String());
  } while (json.Take(','));
  json.Expect(']', "',' or ']'", "「,」か「]」");
}

}  // namespace

PutLine ReadPutLine(std::string_view line, size_t number) {
  JsonLine json(line, number);
  PutLine put;
  std::vector<std::string> seen;
  json.Expect('{', "an object", "「{」");
  do {
    const std::string field = json.String();
    for (const std::string& known : seen)
      if (known == field) json.Fail("each field once", "重複のない欄");
    json.Expect(':', "':'", "「:」");
    if (field == "subject") {
      put.subject = json.String();
    } else if (field == "set") {
      ReadSet(json, put);
    } else if (field == "remove") {
      ReadRemove(json, put);
    } else if (field == "if_version") {
      put.if_version = json.Number();
    } else {
      json.Fail("subject, set, remove or if_version", "subject、set、remove、if_version のどれか");
    }
    seen.push_back(field);
  } while (json.Take(','));
  json.Expect('}', "',' or '}'", "「,」か「}」");
  json.ExpectEnd();
  if (put.subject.empty()) json.Fail("a subject", "subject");
  return put;
}

std::string JsonText(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(static_cast<unsigned char>(c)));
      out += escaped;
    } else {
      out += c;
    }
  }
  return out + "\"";
}

}  // namespace hikae::cli
