// What the program says, in both languages.
#ifndef HIKAE_CLI_TEXT_H_
#define HIKAE_CLI_TEXT_H_

#include <string>
#include <string_view>

#include "hikae/base.hpp"

namespace hikae::cli {

struct Text {
  std::string en;
  std::string ja;
  const std::string& In(Language language) const { return language == Language::kJapanese ? ja : en; }
};

// Wrong use of the program: said on standard error, with the way to the right use; exit 2.
struct UsageError {
  Text text;
};
// Something outside the library failed, such as writing the output; exit 2.
struct OutputError {
  Text text;
};

// The name among `names` that `name` is a slip of: at most two letters apart, and nearer than a third; else empty.
template <class Names>
std::string_view Nearest(std::string_view name, const Names& names);
size_t Distance(std::string_view a, std::string_view b);

template <class Names>
std::string_view Nearest(std::string_view name, const Names& names) {
  std::string_view best;
  size_t best_distance = name.size() / 3 + 1;
  for (const auto& candidate : names)
    if (const size_t distance = Distance(name, candidate); distance <= best_distance)
      best = candidate, best_distance = distance;
  return best;
}

}  // namespace hikae::cli

#endif  // HIKAE_CLI_TEXT_H_
