// Policies laid out anew: line breaks, indentation and spaces change, nothing else does.
#ifndef HIKAE_CEDAR_SYNTAX_FORMAT_H_
#define HIKAE_CEDAR_SYNTAX_FORMAT_H_

#include <string>
#include <string_view>

#include "base/error.h"

namespace hikae::cedar {

struct FormatOptions {
  size_t line_width = 80;  // in columns, of which East Asian wide characters take two; longer words stick out
  size_t indent = 2;       // at most kMaxIndent
};
inline constexpr size_t kMaxIndent = 16;

// Every token stays, in its order, as it is written; so does every comment, at most moved past an operator, a comma or
// a bracket to the next place where a line may end. Formatting what was formatted changes nothing. One blank line
// stands between policies; blank lines around the comments there are kept, as one each. Comments do not count as width.
// Errors: those of parsing the text (kRules); kArgument for an indent that is too large.
base::Result<std::string> FormatPolicies(std::string_view text, const std::string& file,
                                         const FormatOptions& options = {});

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_SYNTAX_FORMAT_H_
