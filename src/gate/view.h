// How much of a value is let out.
#ifndef HIKAE_GATE_VIEW_H_
#define HIKAE_GATE_VIEW_H_

#include <string_view>

#include "gate/gate.h"

namespace hikae::gate {

inline constexpr size_t kShownWhenMasked = 3;  // characters at the end

// The value as that view shows it: whole; all but its last three characters as '*', one for each (a value of three or
// fewer is hidden whole; a variation selector, a combining mark or a voiced half-width kana's mark goes with the
// character before it); or nothing.
vault::PlainText Shown(std::string_view value, View view);

// The item as that view shows it, taken out of `item`.
Seen SeenOf(vault::PlainItem&& item, View view);

}  // namespace hikae::gate

#endif  // HIKAE_GATE_VIEW_H_
