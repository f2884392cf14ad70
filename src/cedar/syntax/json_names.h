// What the JSON of policies calls the kinds of expressions. Internal to reader and writer.
#ifndef HIKAE_CEDAR_SYNTAX_JSON_NAMES_H_
#define HIKAE_CEDAR_SYNTAX_JSON_NAMES_H_

#include <array>
#include <string_view>

#include "cedar/syntax/ast.h"

namespace hikae::cedar {

// Kinds whose operands are all they have: {"!": {"arg": …}}, {"==": {"left": …, "right": …}}.
struct JsonOperator {
  std::string_view name;
  ExprKind kind;
  bool binary;
};
inline constexpr std::array<JsonOperator, 20> kJsonOperators = {{
    {"!", ExprKind::kNot, false},
    {"neg", ExprKind::kNegate, false},
    {"isEmpty", ExprKind::kIsEmpty, false},
    {"==", ExprKind::kEqual, true},
    {"!=", ExprKind::kNotEqual, true},
    {"in", ExprKind::kIn, true},
    {"<", ExprKind::kLess, true},
    {"<=", ExprKind::kLessEqual, true},
    {">", ExprKind::kGreater, true},
    {">=", ExprKind::kGreaterEqual, true},
    {"&&", ExprKind::kAnd, true},
    {"||", ExprKind::kOr, true},
    {"+", ExprKind::kAdd, true},
    {"-", ExprKind::kSubtract, true},
    {"*", ExprKind::kMultiply, true},
    {"contains", ExprKind::kContains, true},
    {"containsAll", ExprKind::kContainsAll, true},
    {"containsAny", ExprKind::kContainsAny, true},
    {"getTag", ExprKind::kGetTag, true},
    {"hasTag", ExprKind::kHasTag, true},
}};

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_SYNTAX_JSON_NAMES_H_
