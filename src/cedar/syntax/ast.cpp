#include "cedar/syntax/ast.h"

#include <algorithm>
#include <array>
#include <bit>

namespace hikae::cedar {

std::string_view NameOf(Variable variable) {
  switch (variable) {
    case Variable::kPrincipal:
      return "principal";
    case Variable::kAction:
      return "action";
    case Variable::kResource:
      return "resource";
    case Variable::kContext:
      return "context";
  }
  return {};
}

uint32_t HeightOver(const Expr& expr) {
  uint32_t below = 0;
  for (const ExprPtr& operand : expr.operands) below = std::max(below, operand->height);
  const auto levels = [](size_t leaves) { return static_cast<uint32_t>(std::bit_width(leaves - 1)); };
  switch (expr.kind) {
    case ExprKind::kAnd:
    case ExprKind::kOr:
      return below + levels(expr.operands.size());
    case ExprKind::kHas:
      return below + static_cast<uint32_t>(expr.names.size()) + levels(std::max<size_t>(expr.names.size(), 1));
    default:
      return below + 1;
  }
}

const ExtensionFunction* FindExtension(std::string_view name) {
  static constexpr std::array<ExtensionFunction, 22> kFunctions = {{
      {"decimal", false, 1},      {"ip", false, 1},
      {"datetime", false, 1},     {"duration", false, 1},
      {"lessThan", true, 2},      {"lessThanOrEqual", true, 2},
      {"greaterThan", true, 2},   {"greaterThanOrEqual", true, 2},
      {"isIpv4", true, 1},        {"isIpv6", true, 1},
      {"isLoopback", true, 1},    {"isMulticast", true, 1},
      {"isInRange", true, 2},     {"offset", true, 2},
      {"durationSince", true, 2}, {"toDate", true, 1},
      {"toTime", true, 1},        {"toMilliseconds", true, 1},
      {"toSeconds", true, 1},     {"toMinutes", true, 1},
      {"toHours", true, 1},       {"toDays", true, 1},
  }};
  for (const ExtensionFunction& function : kFunctions) {
    if (function.name == name) return &function;
  }
  return nullptr;
}

}  // namespace hikae::cedar
