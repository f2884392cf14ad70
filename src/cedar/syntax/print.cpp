#include "cedar/syntax/print.h"

#include <fmt/format.h>

#include <string_view>

namespace hikae::cedar {
namespace {

// How tightly a form binds: the grammar's floors. An operand that binds looser than its place asks for needs
// parentheses.
enum class Tightness : uint8_t { kExpression, kOr, kAnd, kRelation, kSum, kProduct, kUnary, kMember };

Tightness TightnessOf(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::kIf:
      return Tightness::kExpression;
    case ExprKind::kOr:
      return Tightness::kOr;
    case ExprKind::kAnd:
      return Tightness::kAnd;
    case ExprKind::kEqual:
    case ExprKind::kNotEqual:
    case ExprKind::kLess:
    case ExprKind::kLessEqual:
    case ExprKind::kGreater:
    case ExprKind::kGreaterEqual:
    case ExprKind::kIn:
    case ExprKind::kHas:
    case ExprKind::kLike:
    case ExprKind::kIs:
      return Tightness::kRelation;
    case ExprKind::kAdd:
    case ExprKind::kSubtract:
      return Tightness::kSum;
    case ExprKind::kMultiply:
      return Tightness::kProduct;
    case ExprKind::kNot:
    case ExprKind::kNegate:
      return Tightness::kUnary;
    case ExprKind::kLiteral: {
      const bool negative = expr.value.kind() == Value::Kind::kLong && expr.value.integer() < 0;
      return negative ? Tightness::kUnary : Tightness::kMember;
    }
    case ExprKind::kVariable:
    case ExprKind::kContains:
    case ExprKind::kContainsAll:
    case ExprKind::kContainsAny:
    case ExprKind::kGetTag:
    case ExprKind::kHasTag:
    case ExprKind::kIsEmpty:
    case ExprKind::kGet:
    case ExprKind::kSet:
    case ExprKind::kRecord:
    case ExprKind::kCall:
      break;
  }
  return Tightness::kMember;
}

// The operator between two operands, or the method's name; empty for the other kinds.
std::string_view SpellingOf(ExprKind kind) {
  switch (kind) {
    case ExprKind::kAnd:
      return "&&";
    case ExprKind::kOr:
      return "||";
    case ExprKind::kNot:
      return "!";
    case ExprKind::kNegate:
    case ExprKind::kSubtract:
      return "-";
    case ExprKind::kEqual:
      return "==";
    case ExprKind::kNotEqual:
      return "!=";
    case ExprKind::kLess:
      return "<";
    case ExprKind::kLessEqual:
      return "<=";
    case ExprKind::kGreater:
      return ">";
    case ExprKind::kGreaterEqual:
      return ">=";
    case ExprKind::kAdd:
      return "+";
    case ExprKind::kMultiply:
      return "*";
    case ExprKind::kIn:
      return "in";
    case ExprKind::kContains:
      return "contains";
    case ExprKind::kContainsAll:
      return "containsAll";
    case ExprKind::kContainsAny:
      return "containsAny";
    case ExprKind::kGetTag:
      return "getTag";
    case ExprKind::kHasTag:
      return "hasTag";
    case ExprKind::kIsEmpty:
      return "isEmpty";
    case ExprKind::kLiteral:
    case ExprKind::kVariable:
    case ExprKind::kIf:
    case ExprKind::kHas:
    case ExprKind::kGet:
    case ExprKind::kLike:
    case ExprKind::kIs:
    case ExprKind::kSet:
    case ExprKind::kRecord:
    case ExprKind::kCall:
      break;
  }
  return {};
}

Tightness Next(Tightness tightness) { return static_cast<Tightness>(static_cast<int>(tightness) + 1); }

std::string NameText(const std::string& name) { return IsIdentifier(name) ? name : Quote(name); }

// Appends to one string. Its stack is bounded by the height of the tree.
class Printer {
 public:
  void Print(const Expr& expr, Tightness place = Tightness::kExpression) {
    const bool parentheses = TightnessOf(expr) < place;
    if (parentheses) out_ += '(';
    PrintBare(expr);
    if (parentheses) out_ += ')';
  }
  std::string Take() { return std::move(out_); }

 private:
  void PrintBare(const Expr& expr) {
    switch (expr.kind) {
      case ExprKind::kLiteral:
        out_ += expr.value.ToString();
        return;
      case ExprKind::kVariable:
        out_ += NameOf(expr.variable);
        return;
      case ExprKind::kIf:
        return If(expr);
      case ExprKind::kNot:
      case ExprKind::kNegate:
        return Unary(expr);
      case ExprKind::kAnd:
      case ExprKind::kOr:
        return Chain(expr);
      case ExprKind::kAdd:
      case ExprKind::kSubtract:
      case ExprKind::kMultiply:
        return Binary(expr, TightnessOf(expr));  // they group to the left
      case ExprKind::kEqual:
      case ExprKind::kNotEqual:
      case ExprKind::kLess:
      case ExprKind::kLessEqual:
      case ExprKind::kGreater:
      case ExprKind::kGreaterEqual:
      case ExprKind::kIn:
        return Binary(expr, Tightness::kSum);  // they do not group at all
      case ExprKind::kHas:
      case ExprKind::kLike:
      case ExprKind::kIs:
        return Test(expr);
      case ExprKind::kContains:
      case ExprKind::kContainsAll:
      case ExprKind::kContainsAny:
      case ExprKind::kGetTag:
      case ExprKind::kHasTag:
      case ExprKind::kIsEmpty:
        return Method(expr, SpellingOf(expr.kind));
      case ExprKind::kGet:
        Print(expr.operand(0), Tightness::kMember);
        out_ += IsIdentifier(expr.name) ? "." + expr.name : "[" + Quote(expr.name) + "]";
        return;
      case ExprKind::kSet:
        return List("[", expr, 0, "]");
      case ExprKind::kRecord:
        return Record(expr);
      case ExprKind::kCall:
        return Call(expr);
    }
  }

  void If(const Expr& expr) {
    out_ += "if ";
    Print(expr.operand(0));
    out_ += " then ";
    Print(expr.operand(1));
    out_ += " else ";
    Print(expr.operand(2));
  }

  void Chain(const Expr& expr) {
    for (size_t i = 0; i < expr.operands.size(); ++i) {
      if (i > 0) out_ += fmt::format(" {} ", SpellingOf(expr.kind));
      Print(expr.operand(i), Next(TightnessOf(expr)));
    }
  }

  void Binary(const Expr& expr, Tightness left) {
    const Tightness right = left == Tightness::kSum && TightnessOf(expr) == Tightness::kRelation ? left : Next(left);
    Print(expr.operand(0), left);
    out_ += fmt::format(" {} ", SpellingOf(expr.kind));
    Print(expr.operand(1), right);
  }

  // Up to four equal signs stand in a row; the two signs do not mix, and -1 is a number.
  void Unary(const Expr& expr) {
    constexpr int kMostSigns = 4;
    const Expr* inner = &expr;
    int signs = 0;
    for (; inner->kind == expr.kind && signs < kMostSigns; inner = &inner->operand(0), ++signs) {
      out_ += SpellingOf(expr.kind);
    }
    const bool number = inner->kind == ExprKind::kLiteral && inner->value.kind() == Value::Kind::kLong;
    const bool negative = number && inner->value.integer() < 0;
    const bool joins = expr.kind == ExprKind::kNegate && negative && signs < kMostSigns;
    const bool would_be_negative = expr.kind == ExprKind::kNegate && number && !negative;
    if (joins || (TightnessOf(*inner) == Tightness::kMember && !would_be_negative)) return PrintBare(*inner);
    out_ += '(';
    PrintBare(*inner);
    out_ += ')';
  }

  void Test(const Expr& expr) {
    Print(expr.operand(0), Tightness::kSum);
    if (expr.kind == ExprKind::kLike) {
      out_ += " like " + expr.pattern.ToString();
    } else if (expr.kind == ExprKind::kIs) {
      out_ += " is " + expr.name;
      if (expr.operands.size() < 2) return;
      out_ += " in ";
      Print(expr.operand(1), Tightness::kSum);
    } else {
      out_ += " has ";
      for (size_t i = 0; i < expr.names.size(); ++i) out_ += (i > 0 ? "." : "") + NameText(expr.names[i]);
    }
  }

  void Method(const Expr& expr, std::string_view name) {
    Print(expr.operand(0), Tightness::kMember);
    List(fmt::format(".{}(", name), expr, 1, ")");
  }

  void Call(const Expr& expr) {
    const ExtensionFunction* function = FindExtension(expr.name);
    if (function != nullptr && function->method && !expr.operands.empty()) return Method(expr, expr.name);
    List(expr.name + "(", expr, 0, ")");
  }

  void List(std::string_view open, const Expr& expr, size_t first, std::string_view close) {
    out_ += open;
    for (size_t i = first; i < expr.operands.size(); ++i) {
      if (i > first) out_ += ", ";
      Print(expr.operand(i));
    }
    out_ += close;
  }

  void Record(const Expr& expr) {
    out_ += '{';
    for (size_t i = 0; i < expr.operands.size(); ++i) {
      out_ += (i > 0 ? ", " : "") + NameText(expr.names[i]) + ": ";
      Print(expr.operand(i));
    }
    out_ += '}';
  }

  std::string out_;
};

std::string ScopeText(Variable variable, const ScopeClause& clause) {
  std::string out(NameOf(variable));
  const std::string entity = clause.slot               ? *clause.slot == Slot::kPrincipal ? "?principal" : "?resource"
                             : clause.entities.empty() ? std::string()
                                                       : clause.entities.front().ToString();
  switch (clause.kind) {
    case ScopeKind::kAny:
      return out;
    case ScopeKind::kEqual:
      return out + " == " + entity;
    case ScopeKind::kIn:
      return out + " in " + entity;
    case ScopeKind::kIs:
      return out + " is " + clause.type;
    case ScopeKind::kIsIn:
      return out + " is " + clause.type + " in " + entity;
    case ScopeKind::kInSet:
      break;
  }
  out += " in [";
  for (size_t i = 0; i < clause.entities.size(); ++i) out += (i > 0 ? ", " : "") + clause.entities[i].ToString();
  return out + "]";
}

}  // namespace

std::string PrintExpression(const Expr& expr) {
  Printer printer;
  printer.Print(expr);
  return printer.Take();
}

std::string PrintPolicy(const PolicyTree& tree) {
  std::string out;
  for (const Annotation& annotation : tree.annotations) {
    out += "@" + annotation.key;
    if (annotation.value) out += "(" + Quote(*annotation.value) + ")";
    out += '\n';
  }
  out +=
      fmt::format("{} ({}, {}, {})", tree.forbid ? "forbid" : "permit", ScopeText(Variable::kPrincipal, tree.principal),
                  ScopeText(Variable::kAction, tree.action), ScopeText(Variable::kResource, tree.resource));
  for (const Condition& condition : tree.conditions) {
    out += fmt::format("\n{} {{ {} }}", condition.unless ? "unless" : "when", PrintExpression(*condition.body));
  }
  return out + ";";
}

}  // namespace hikae::cedar
