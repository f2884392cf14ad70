// The hint that names the nearest known name, for errors of packs and audits.
#ifndef HIKAE_AUDIT_HINT_H_
#define HIKAE_AUDIT_HINT_H_

#include <string>
#include <string_view>

#include "base/error.h"

namespace hikae::audit {

// Empty when no name is near enough to be meant.
template <class Names>
base::Text NearestHint(std::string_view name, const Names& names) {
  const std::string near(base::Nearest(name, names));
  if (near.empty()) return {};
  return {"nearest: " + near, "近い名前: " + near};
}

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_HINT_H_
