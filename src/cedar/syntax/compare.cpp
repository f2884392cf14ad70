#include "cedar/syntax/compare.h"

#include <algorithm>

namespace hikae::cedar {
namespace {

bool SameScope(const ScopeClause& a, const ScopeClause& b) {
  return a.kind == b.kind && a.entities == b.entities && a.slot == b.slot && a.type == b.type;
}

}  // namespace

bool SameExpression(const Expr& a, const Expr& b) {
  if (a.kind != b.kind || a.name != b.name || a.names != b.names || a.operands.size() != b.operands.size())
    return false;
  if (a.kind == ExprKind::kLiteral && !(a.value == b.value)) return false;
  if (a.kind == ExprKind::kVariable && a.variable != b.variable) return false;
  if (a.kind == ExprKind::kLike && !(a.pattern == b.pattern)) return false;
  return std::ranges::equal(a.operands, b.operands,
                            [](const ExprPtr& x, const ExprPtr& y) { return SameExpression(*x, *y); });
}

bool SamePolicy(const PolicyTree& a, const PolicyTree& b) {
  const auto same_annotation = [](const Annotation& x, const Annotation& y) {
    return x.key == y.key && x.value == y.value;
  };
  const auto same_condition = [](const Condition& x, const Condition& y) {
    return x.unless == y.unless && SameExpression(*x.body, *y.body);
  };
  return a.forbid == b.forbid && std::ranges::equal(a.annotations, b.annotations, same_annotation) &&
         SameScope(a.principal, b.principal) && SameScope(a.action, b.action) && SameScope(a.resource, b.resource) &&
         std::ranges::equal(a.conditions, b.conditions, same_condition);
}

}  // namespace hikae::cedar
