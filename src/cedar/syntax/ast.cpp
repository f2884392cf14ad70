#include "cedar/syntax/ast.h"

#include <array>

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
