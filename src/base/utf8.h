// UTF-8: strict validation and walking by code point.
#ifndef HIKAE_BASE_UTF8_H_
#define HIKAE_BASE_UTF8_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hikae::base {

// The offset of the first byte that is not well-formed UTF-8 (overlong forms, surrogates and values past U+10FFFF are
// not), or nothing when all of the text is.
std::optional<size_t> FirstBadUtf8(std::string_view text);
inline bool IsUtf8(std::string_view text) { return !FirstBadUtf8(text).has_value(); }

// Walks text that is known to be UTF-8: `for (CodePointReader r(text); !r.AtEnd();) Use(r.Next());`
// Where it is not UTF-8, the stray byte is given as U+FFFD, so that the walk always ends.
class CodePointReader {
 public:
  explicit CodePointReader(std::string_view text) : text_(text) {}
  bool AtEnd() const { return offset_ >= text_.size(); }
  size_t offset() const { return offset_; }  // in bytes, of the next code point
  char32_t Next();

 private:
  std::string_view text_;
  size_t offset_ = 0;
};

size_t CountCodePoints(std::string_view text);
std::u32string ToUtf32(std::string_view text);
void AppendUtf8(std::string& out, char32_t point);
std::string ToUtf8(std::u32string_view points);

}  // namespace hikae::base

#endif  // HIKAE_BASE_UTF8_H_
