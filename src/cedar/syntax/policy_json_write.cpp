#include <algorithm>
#include <utility>

#include "base/utf8.h"
#include "cedar/syntax/json_names.h"
#include "cedar/syntax/policy_json.h"

namespace hikae::cedar {
namespace {

using codec::Node;

// Built by moving: a braced list of entries would copy what it holds, on every level once more.
template <class... Rest>
void AddAll(Node& out, std::string_view key, Node value, Rest... rest) {
  out.AddEntry(std::string(key), {}, std::move(value));
  if constexpr (sizeof...(rest) > 0) AddAll(out, std::move(rest)...);
}
template <class... Entries>
Node Object(Entries... entries) {
  Node out = Node::Map();
  AddAll(out, std::move(entries)...);
  return out;
}

Node Tagged(std::string_view name, Node inside) { return Object(name, std::move(inside)); }
Node Pair(std::string_view name, Node left, Node right) {
  return Tagged(name, Object("left", std::move(left), "right", std::move(right)));
}
Node Attribute(std::string_view name, Node left, Node attribute) {
  return Tagged(name, Object("left", std::move(left), "attr", std::move(attribute)));
}

Node UidToJson(const EntityUid& uid) { return Object("type", Node::String(uid.type), "id", Node::String(uid.id)); }

// `depth`: how many expressions the one at hand lies within. Invariant: depth + its height stay within kMaxHeight.
Node Write(const Expr& expr, uint32_t depth);

// The first `count` names as steps from the receiver.
Node WriteSteps(const Expr& has, size_t count, uint32_t depth) {
  Node out = Write(has.operand(0), depth + static_cast<uint32_t>(has.names.size()) + 1);
  for (size_t i = 0; i < count; ++i) out = Attribute(".", std::move(out), Node::String(has.names[i]));
  return out;
}

bool HoldsPath(const Expr& expr) {
  return (expr.kind == ExprKind::kHas && expr.names.size() > 1) ||
         std::ranges::any_of(expr.operands, [](const ExprPtr& operand) { return HoldsPath(*operand); });
}

// Spelled out, each step repeats the receiver: a path below a path is not, or their product would be written.
Node WriteHas(const Expr& expr, uint32_t depth) {
  const auto& names = expr.names;
  if (names.size() == 1) return Attribute("has", Write(expr.operand(0), depth + 1), Node::String(names[0]));
  if (names.size() > kMaxSpelledOut || HoldsPath(expr.operand(0))) {
    Node list = Node::List();
    for (const std::string& name : names) list.Append(Node::String(name));
    return Attribute("has", Write(expr.operand(0), depth + 1), std::move(list));
  }
  Node out;
  for (size_t i = 0; i < names.size(); ++i) {
    Node step = Attribute("has", WriteSteps(expr, i, depth), Node::String(names[i]));
    out = i == 0 ? std::move(step) : Pair("&&", std::move(out), std::move(step));
  }
  return out;
}

Node WriteEvenly(const Expr& expr, std::string_view name, size_t begin, size_t end, uint32_t depth) {
  if (end - begin == 1) return Write(expr.operand(begin), depth);
  const size_t middle = begin + (end - begin + 1) / 2;
  Node left = WriteEvenly(expr, name, begin, middle, depth + 1);
  return Pair(name, std::move(left), WriteEvenly(expr, name, middle, end, depth + 1));
}

Node WriteChain(const Expr& expr, std::string_view name, uint32_t depth) {
  const size_t count = expr.operands.size();
  const auto levels_to = [&](size_t i) { return static_cast<uint32_t>(std::min(count - i, count - 1)); };
  for (size_t i = 0; i < count; ++i) {
    if (count > kMaxHeight || depth + levels_to(i) + expr.operand(i).height > kMaxHeight) {
      return WriteEvenly(expr, name, 0, count, depth);
    }
  }
  Node out = Write(expr.operand(0), depth + levels_to(0));
  for (size_t i = 1; i < count; ++i) out = Pair(name, std::move(out), Write(expr.operand(i), depth + levels_to(i)));
  return out;
}

// One piece for each character, as the official engine has it.
Node WritePattern(const Pattern& pattern) {
  Node out = Node::List();
  for (size_t i = 0; i < pattern.pieces.size(); ++i) {
    if (i > 0) out.Append(Node::String("Wildcard"));
    for (base::CodePointReader reader(pattern.pieces[i]); !reader.AtEnd();) {
      std::string character;
      base::AppendUtf8(character, reader.Next());
      out.Append(Tagged("Literal", Node::String(std::move(character))));
    }
  }
  return out;
}

Node WriteList(const Expr& expr, uint32_t depth) {
  Node out = Node::List();
  for (const ExprPtr& operand : expr.operands) out.Append(Write(*operand, depth + 1));
  return out;
}

Node WriteIs(const Expr& expr, uint32_t depth) {
  Node inside = Object("left", Write(expr.operand(0), depth + 1), "entity_type", Node::String(expr.name));
  if (expr.operands.size() > 1) inside.Set("in", Write(expr.operand(1), depth + 1));
  return Tagged("is", std::move(inside));
}

Node WriteRecord(const Expr& expr, uint32_t depth) {
  Node inside = Node::Map();
  for (size_t i = 0; i < expr.operands.size(); ++i) {
    inside.AddEntry(expr.names[i], {}, Write(expr.operand(i), depth + 1));
  }
  return Tagged("Record", std::move(inside));
}

Node Write(const Expr& expr, uint32_t depth) {
  switch (expr.kind) {
    case ExprKind::kLiteral:
      return Tagged("Value", expr.value.ToJson());
    case ExprKind::kVariable:
      return Tagged("Var", Node::String(std::string(NameOf(expr.variable))));
    case ExprKind::kIf:
      return Tagged("if-then-else",
                    Object("if", Write(expr.operand(0), depth + 1), "then", Write(expr.operand(1), depth + 1), "else",
                           Write(expr.operand(2), depth + 1)));
    case ExprKind::kHas:
      return WriteHas(expr, depth);
    case ExprKind::kGet:
      return Attribute(".", Write(expr.operand(0), depth + 1), Node::String(expr.name));
    case ExprKind::kLike:
      return Tagged("like", Object("left", Write(expr.operand(0), depth + 1), "pattern", WritePattern(expr.pattern)));
    case ExprKind::kIs:
      return WriteIs(expr, depth);
    case ExprKind::kSet:
      return Tagged("Set", WriteList(expr, depth));
    case ExprKind::kRecord:
      return WriteRecord(expr, depth);
    case ExprKind::kCall:
      return Tagged(expr.name, WriteList(expr, depth));
    default:
      break;
  }
  const JsonOperator& op = *std::ranges::find(kJsonOperators, expr.kind, &JsonOperator::kind);
  if (expr.kind == ExprKind::kAnd || expr.kind == ExprKind::kOr) return WriteChain(expr, op.name, depth);
  if (!op.binary) return Tagged(op.name, Object("arg", Write(expr.operand(0), depth + 1)));
  return Pair(op.name, Write(expr.operand(0), depth + 1), Write(expr.operand(1), depth + 1));
}

void AddEntityOrSlot(Node& out, const ScopeClause& clause) {
  if (clause.slot) {
    out.Set("slot", Node::String(*clause.slot == Slot::kPrincipal ? "?principal" : "?resource"));
  } else {
    out.Set("entity", UidToJson(clause.entities.front()));
  }
}

Node WriteScope(const ScopeClause& clause) {
  Node out = Node::Map();
  switch (clause.kind) {
    case ScopeKind::kAny:
      return out.Set("op", Node::String("All")), out;
    case ScopeKind::kEqual:
    case ScopeKind::kIn:
      out.Set("op", Node::String(clause.kind == ScopeKind::kEqual ? "==" : "in"));
      return AddEntityOrSlot(out, clause), out;
    case ScopeKind::kIs:
    case ScopeKind::kIsIn:
      out.Set("op", Node::String("is"));
      out.Set("entity_type", Node::String(clause.type));
      if (clause.kind == ScopeKind::kIsIn) {
        Node in = Node::Map();
        AddEntityOrSlot(in, clause);
        out.Set("in", std::move(in));
      }
      return out;
    case ScopeKind::kInSet:
      break;
  }
  out.Set("op", Node::String("in"));
  if (clause.entities.size() == 1) return AddEntityOrSlot(out, clause), out;
  Node entities = Node::List();
  for (const EntityUid& uid : clause.entities) entities.Append(UidToJson(uid));
  return out.Set("entities", std::move(entities)), out;
}

}  // namespace

codec::Limits PolicyJsonLimits() {
  codec::Limits limits;
  // Two levels for each expression, those of a value or a pattern below the last, and the policy set around the first.
  limits.max_depth = 2 * size_t{kMaxHeight} + 16;
  return limits;
}

Node PolicyToJson(const PolicyTree& tree) {
  Node out = Node::Map();
  out.Set("effect", Node::String(tree.forbid ? "forbid" : "permit"));
  out.Set("principal", WriteScope(tree.principal));
  out.Set("action", WriteScope(tree.action));
  out.Set("resource", WriteScope(tree.resource));
  Node conditions = Node::List();
  for (const Condition& condition : tree.conditions) {
    conditions.Append(
        Object("kind", Node::String(condition.unless ? "unless" : "when"), "body", Write(*condition.body, 0)));
  }
  out.Set("conditions", std::move(conditions));
  if (tree.annotations.empty()) return out;
  Node annotations = Node::Map();
  for (const Annotation& annotation : tree.annotations) {
    annotations.AddEntry(annotation.key, {}, annotation.value ? Node::String(*annotation.value) : Node::Null());
  }
  return out.Set("annotations", std::move(annotations)), out;
}

}  // namespace hikae::cedar
