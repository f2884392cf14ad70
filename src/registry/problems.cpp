#include "registry/problems.h"

#include <fmt/format.h>

namespace hikae::registry {

base::Error Problems::Summary() const {
  base::Error first = all_.front();
  if (all_.size() == 1) return first;
  const size_t further = all_.size() - 1;
  first.text.en += fmt::format("; {} further problem{}{}", further, further == 1 ? "" : "s", full() ? " at least" : "");
  first.text.ja += fmt::format("。ほか{}件{}", further, full() ? "以上" : "");
  return first;
}

}  // namespace hikae::registry
