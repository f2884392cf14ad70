#include "codec/pattern.h"

#include <re2/re2.h>

namespace hikae::codec {

using base::Error;
using base::Result;
using base::Status;

struct Pattern::Rep {
  re2::RE2 re2;
};

Pattern::Pattern(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

Result<Pattern> Pattern::Compile(std::string_view pattern) {
  if (pattern.size() > kMaxPatternBytes) {
    return Error(Status::kArgument, base::Text{"a pattern has at most 1,000 bytes", "書式の型は1,000バイトまでである"});
  }
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(1 << 20);
  options.set_dot_nl(true);
  std::unique_ptr<Rep> rep(new Rep{re2::RE2(re2::StringPiece(pattern.data(), pattern.size()), options)});
  if (!rep->re2.ok()) {
    return Error(Status::kArgument, {"the pattern cannot be read", "書式の型が読めない"}, {},
                 {rep->re2.error(), rep->re2.error()});
  }
  return Pattern(std::move(rep));
}

bool Pattern::Matches(std::string_view text) const {
  return re2::RE2::FullMatch(re2::StringPiece(text.data(), text.size()), rep_->re2);
}

}  // namespace hikae::codec
