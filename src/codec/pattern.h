// Patterns of values, matched whole. By RE2: in time linear in the value, whatever the pattern; over UTF-8.
#ifndef HIKAE_CODEC_PATTERN_H_
#define HIKAE_CODEC_PATTERN_H_

#include <memory>
#include <string_view>

#include "base/error.h"

namespace hikae::codec {

inline constexpr size_t kMaxPatternBytes = 1'000;

// Immutable; shareable between threads. Keeps nothing of what it is matched against.
class Pattern {
 public:
  // kArgument: no pattern, or one so large that matching it would take too much memory.
  static base::Result<Pattern> Compile(std::string_view pattern);
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;
  ~Pattern();
  // Whether all of the text is of the pattern. `text` is UTF-8.
  bool Matches(std::string_view text) const;

 private:
  struct Rep;
  explicit Pattern(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

}  // namespace hikae::codec

#endif  // HIKAE_CODEC_PATTERN_H_
