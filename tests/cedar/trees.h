// Trees for tests: copies, and the form in which `has a.b` is spelled out, as the JSON has it.
#ifndef HIKAE_TESTS_CEDAR_TREES_H_
#define HIKAE_TESTS_CEDAR_TREES_H_

#include <memory>
#include <utility>
#include <vector>

#include "cedar/syntax/ast.h"

namespace hikae::cedar {

inline ExprPtr CopyNode(const Expr& expr) {
  auto out = std::make_unique<Expr>();
  out->kind = expr.kind;
  out->name = expr.name;
  out->names = expr.names;
  out->value = expr.value;
  out->pattern = expr.pattern;
  out->variable = expr.variable;
  return out;
}

inline ExprPtr SpelledOut(const Expr& expr);

inline ExprPtr SpelledOutHas(const Expr& expr) {
  auto all = std::make_unique<Expr>();
  all->kind = ExprKind::kAnd;
  for (size_t i = 0; i < expr.names.size(); ++i) {
    ExprPtr receiver = SpelledOut(expr.operand(0));
    for (size_t step = 0; step < i; ++step) {
      auto get = std::make_unique<Expr>();
      get->kind = ExprKind::kGet;
      get->name = expr.names[step];
      get->operands.push_back(std::move(receiver));
      receiver = std::move(get);
    }
    auto has = std::make_unique<Expr>();
    has->kind = ExprKind::kHas;
    has->names = {expr.names[i]};
    has->operands.push_back(std::move(receiver));
    all->operands.push_back(std::move(has));
  }
  return all;
}

inline ExprPtr SpelledOut(const Expr& expr) {
  if (expr.kind == ExprKind::kHas && expr.names.size() > 1) return SpelledOutHas(expr);
  ExprPtr out = CopyNode(expr);
  for (const ExprPtr& operand : expr.operands) {
    ExprPtr one = SpelledOut(*operand);
    const bool chain = out->kind == ExprKind::kAnd || out->kind == ExprKind::kOr;
    if (chain && out->operands.empty() && one->kind == out->kind) {
      out->operands = std::move(one->operands);
    } else {
      out->operands.push_back(std::move(one));
    }
  }
  return out;
}

inline PolicyTree SpelledOut(const PolicyTree& tree) {
  PolicyTree out = tree;
  for (Condition& condition : out.conditions) condition.body = SpelledOut(*condition.body);
  return out;
}

}  // namespace hikae::cedar

#endif  // HIKAE_TESTS_CEDAR_TREES_H_
