#include "cedar/validate/type_checker.h"

#include <fmt/format.h>

#include <algorithm>

namespace hikae::cedar {
namespace {

constexpr std::string_view kAny = "";

Truth Negated(Truth truth) {
  return truth == Truth::kAny ? Truth::kAny : truth == Truth::kTrue ? Truth::kFalse : Truth::kTrue;
}
Truth Known(bool truth) { return truth ? Truth::kTrue : Truth::kFalse; }

std::string_view NameOfKind(Type::Kind kind) {
  switch (kind) {
    case Type::Kind::kBool:
      return "Bool";
    case Type::Kind::kLong:
      return "Long";
    case Type::Kind::kString:
      return "String";
    case Type::Kind::kEntity:
      return "an entity";
    case Type::Kind::kSet:
      return "a set";
    case Type::Kind::kRecord:
      return "a record";
    case Type::Kind::kDecimal:
      return "decimal";
    case Type::Kind::kIp:
      return "ipaddr";
    case Type::Kind::kDatetime:
      return "datetime";
    case Type::Kind::kDuration:
      return "duration";
  }
  return kAny;
}

}  // namespace

std::optional<Truth> TypeChecker::Check(const PolicyTree& policy) {
  Truth all = Truth::kTrue;
  const auto also = [&](Truth truth) {
    if (truth != Truth::kTrue) all = truth;
    return truth != Truth::kFalse;
  };
  if (!types_.Spend(1 + policy.action.entities.size())) return std::nullopt;
  if (!also(ScopeTruth(policy.principal, request_.principal))) return all;
  if (!ActionSetHasType(policy.action)) return std::nullopt;
  if (!also(ActionTruth(policy.action)) || !also(ScopeTruth(policy.resource, request_.resource))) return all;
  for (const Condition& condition : policy.conditions) {
    Result typed = Expect(*condition.body, Type::Kind::kBool);
    if (!typed) return std::nullopt;
    const Truth truth = condition.unless ? Negated(typed->type.truth) : typed->type.truth;
    if (!also(truth)) return all;
    if (!condition.unless) Hold(typed->learnt);
  }
  return all;
}

// `action in [...]` is a set like any other.
bool TypeChecker::ActionSetHasType(const ScopeClause& clause) {
  if (clause.kind != ScopeKind::kInSet) return true;
  if (clause.entities.empty()) return Fault(clause.span, "an empty set has no type"), false;
  for (size_t i = 1; i < clause.entities.size(); ++i) {
    const std::string& type = clause.entities[i].type;
    if (type == clause.entities.front().type) continue;
    Fault(clause.entity_spans[i],
          fmt::format("the elements of a set have one type; {} and {} stand here", clause.entities.front().type, type));
    return false;
  }
  return true;
}

// A slot stands for an entity of a fitting type.
Truth TypeChecker::ScopeTruth(const ScopeClause& clause, const std::string& type) const {
  switch (clause.kind) {
    case ScopeKind::kAny:
      return Truth::kTrue;
    case ScopeKind::kIs:
      return Known(clause.type == type);
    case ScopeKind::kIsIn:
      if (clause.type != type) return Truth::kFalse;
      [[fallthrough]];
    case ScopeKind::kIn:
      if (clause.slot) return Truth::kAny;
      return schema_.MayBeIn(type, clause.entities.front().type) ? Truth::kAny : Truth::kFalse;
    case ScopeKind::kEqual:
      return clause.slot || clause.entities.front().type == type ? Truth::kAny : Truth::kFalse;
    case ScopeKind::kInSet:
      break;
  }
  return Truth::kAny;
}

Truth TypeChecker::ActionTruth(const ScopeClause& clause) const {
  const EntityUid& action = request_.action->uid;
  const auto is_in = [&](const EntityUid& group) { return schema_.ActionIsIn(action, group); };
  switch (clause.kind) {
    case ScopeKind::kAny:
    case ScopeKind::kIs:
    case ScopeKind::kIsIn:
      return Truth::kTrue;
    case ScopeKind::kEqual:
      return Known(action == clause.entities.front());
    case ScopeKind::kIn:
    case ScopeKind::kInSet:
      break;
  }
  return Known(std::ranges::any_of(clause.entities, is_in));
}

TypeChecker::Result TypeChecker::TypeOf(const Expr& expr) {
  if (!types_.Spend(1)) return std::nullopt;
  switch (expr.kind) {
    case ExprKind::kLiteral:
      return Literal(expr);
    case ExprKind::kVariable:
      return OfVariable(expr);
    case ExprKind::kIf:
      return If(expr);
    case ExprKind::kAnd:
      return And(expr);
    case ExprKind::kOr:
      return Or(expr);
    case ExprKind::kNot:
      return Not(expr);
    case ExprKind::kNegate:
    case ExprKind::kAdd:
    case ExprKind::kSubtract:
    case ExprKind::kMultiply:
      return Arithmetic(expr);
    case ExprKind::kEqual:
    case ExprKind::kNotEqual:
      return Equality(expr);
    case ExprKind::kLess:
    case ExprKind::kLessEqual:
    case ExprKind::kGreater:
    case ExprKind::kGreaterEqual:
      return Order(expr);
    case ExprKind::kIn:
      return In(expr);
    case ExprKind::kContains:
    case ExprKind::kContainsAll:
    case ExprKind::kContainsAny:
      return Contains(expr);
    case ExprKind::kGetTag:
    case ExprKind::kHasTag:
      return Tag(expr);
    case ExprKind::kIsEmpty:
      return IsEmpty(expr);
    case ExprKind::kHas:
      return Has(expr);
    case ExprKind::kGet:
      return Get(expr);
    case ExprKind::kLike:
      return Like(expr);
    case ExprKind::kIs:
      return Is(expr);
    case ExprKind::kSet:
      return Set(expr);
    case ExprKind::kRecord:
      return Record(expr);
    case ExprKind::kCall:
      return Call(expr);
  }
  return std::nullopt;
}

TypeChecker::Result TypeChecker::Literal(const Expr& expr) {
  switch (expr.value.kind()) {
    case Value::Kind::kBool:
      return Typed{StaticType::Bool(Known(expr.value.boolean())), {}};
    case Value::Kind::kLong:
      return Typed{StaticType::Of(Type::Kind::kLong), {}};
    case Value::Kind::kEntity: {
      const EntityUid& uid = expr.value.entity();
      // What is not declared was reported for the policy as a whole.
      if (schema_.FindEntity(uid.type) == nullptr && schema_.FindAction(uid) == nullptr) return std::nullopt;
      return Typed{StaticType::Entity(uid.type), {}};
    }
    default:
      return Typed{StaticType::Of(Type::Kind::kString), {}};
  }
}

TypeChecker::Result TypeChecker::OfVariable(const Expr& expr) {
  switch (expr.variable) {
    case Variable::kPrincipal:
      return Typed{StaticType::Entity(request_.principal), {}};
    case Variable::kAction:
      return Typed{StaticType::Entity(request_.action->uid.type), {}};
    case Variable::kResource:
      return Typed{StaticType::Entity(request_.resource), {}};
    case Variable::kContext:
      break;
  }
  return Typed{types_.From(request_.action->context), {}};
}

TypeChecker::Result TypeChecker::If(const Expr& expr) {
  Result condition = Expect(expr.operand(0), Type::Kind::kBool);
  if (!condition) return std::nullopt;
  const Truth truth = condition->type.truth;
  if (truth == Truth::kFalse) return TypeOf(expr.operand(2));
  Hold(condition->learnt);
  Result then = TypeOf(expr.operand(1));
  Release(condition->learnt);
  Capabilities both = std::move(condition->learnt);
  if (then) both.insert(both.end(), then->learnt.begin(), then->learnt.end());
  if (truth == Truth::kTrue) return then ? Result(Typed{std::move(then->type), std::move(both)}) : std::nullopt;
  Result other = TypeOf(expr.operand(2));
  if (!then || !other) return std::nullopt;
  auto type = Bound(then->type, other->type);
  if (!type) {
    return Fault(expr.span, fmt::format("the branches of 'if' have the types {} and {}", then->type.ToString(),
                                        other->type.ToString()));
  }
  KeepCommon(both, other->learnt);
  return Typed{*std::move(type), std::move(both)};
}

TypeChecker::Result TypeChecker::And(const Expr& expr) {
  Typed out{StaticType::Bool(Truth::kTrue), {}};
  bool good = true;
  for (const ExprPtr& operand : expr.operands) {
    Result typed = Expect(*operand, Type::Kind::kBool);
    if (!typed) {
      good = false;
      break;
    }
    if (typed->type.truth == Truth::kFalse) {
      Release(out.learnt);
      return Typed{StaticType::Bool(Truth::kFalse), {}};
    }
    if (typed->type.truth == Truth::kAny) out.type.truth = Truth::kAny;
    Hold(typed->learnt);
    out.learnt.insert(out.learnt.end(), typed->learnt.begin(), typed->learnt.end());
  }
  Release(out.learnt);
  if (!good) return std::nullopt;
  return out;
}

// What both sides teach is known; an operand known to be false teaches nothing and takes nothing away.
TypeChecker::Result TypeChecker::Or(const Expr& expr) {
  Typed out{StaticType::Bool(Truth::kFalse), {}};
  for (const ExprPtr& operand : expr.operands) {
    Result typed = Expect(*operand, Type::Kind::kBool);
    if (!typed) return std::nullopt;
    if (typed->type.truth == Truth::kTrue) return Typed{StaticType::Bool(Truth::kTrue), {}};
    if (typed->type.truth == Truth::kFalse) continue;
    if (out.type.truth == Truth::kFalse) {
      out = *std::move(typed);
      continue;
    }
    KeepCommon(out.learnt, typed->learnt);
  }
  return out;
}

TypeChecker::Result TypeChecker::Not(const Expr& expr) {
  Result typed = Expect(expr.operand(0), Type::Kind::kBool);
  if (!typed) return std::nullopt;
  return Typed{StaticType::Bool(Negated(typed->type.truth)), {}};
}

TypeChecker::Result TypeChecker::Arithmetic(const Expr& expr) {
  bool good = true;
  for (const ExprPtr& operand : expr.operands) good = Expect(*operand, Type::Kind::kLong).has_value() && good;
  if (!good) return std::nullopt;
  return Typed{StaticType::Of(Type::Kind::kLong), {}};
}

namespace {

// The Boolean that an expression of literals alone is: in the official engine `true && false` is read as `false`.
std::optional<bool> LiteralTruth(const Expr& expr) {
  if (expr.kind == ExprKind::kLiteral && expr.value.kind() == Value::Kind::kBool) return expr.value.boolean();
  if (expr.kind != ExprKind::kAnd && expr.kind != ExprKind::kOr) return std::nullopt;
  const bool is_and = expr.kind == ExprKind::kAnd;
  bool truth = is_and;
  for (const ExprPtr& operand : expr.operands) {
    const std::optional<bool> one = LiteralTruth(*operand);
    if (!one) return std::nullopt;
    truth = is_and ? truth && *one : truth || *one;
  }
  return truth;
}

}  // namespace

TypeChecker::Result TypeChecker::Equality(const Expr& expr) {
  const Result left = TypeOf(expr.operand(0));
  const Result right = TypeOf(expr.operand(1));
  if (!left || !right) return std::nullopt;
  const auto finish = [&](Truth truth) {
    return Typed{StaticType::Bool(expr.kind == ExprKind::kEqual ? truth : Negated(truth)), {}};
  };
  const auto literal = [&](const Expr& side) -> std::optional<Value> {
    if (side.kind == ExprKind::kLiteral) return side.value;
    if (auto uid = UidOf(side)) return Value::Entity(*std::move(uid));
    if (const auto truth = LiteralTruth(side)) return Value::Bool(*truth);
    return std::nullopt;
  };
  const auto a = literal(expr.operand(0));
  const auto b = literal(expr.operand(1));
  if (a && b) return finish(Known(*a == *b));
  if (Bound(left->type, right->type)) return finish(Truth::kAny);
  if (left->type.kind == Type::Kind::kEntity && right->type.kind == Type::Kind::kEntity) return finish(Truth::kFalse);
  return Fault(expr.span,
               fmt::format("the types {} and {} are never equal", left->type.ToString(), right->type.ToString()));
}

TypeChecker::Result TypeChecker::Order(const Expr& expr) {
  const Result left = TypeOf(expr.operand(0));
  const Result right = TypeOf(expr.operand(1));
  if (!left || !right) return std::nullopt;
  const Type::Kind kind = left->type.kind;
  const bool ordered = kind == Type::Kind::kLong || kind == Type::Kind::kDatetime || kind == Type::Kind::kDuration;
  if (!ordered) return Mismatch(expr.operand(0), "Long, datetime or duration", left->type);
  if (right->type.kind != kind) return Mismatch(expr.operand(1), NameOfKind(kind), right->type);
  return Typed{StaticType::Bool(Truth::kAny), {}};
}

TypeChecker::Result TypeChecker::In(const Expr& expr) {
  const Result left = TypeOf(expr.operand(0));
  const Result right = TypeOf(expr.operand(1));
  if (!left || !right) return std::nullopt;
  if (left->type.kind != Type::Kind::kEntity) return Mismatch(expr.operand(0), "an entity", left->type);
  const bool set = right->type.kind == Type::Kind::kSet;
  const StaticType& target = set ? *right->type.element : right->type;
  if (target.kind != Type::Kind::kEntity)
    return Mismatch(expr.operand(1), "an entity or a set of entities", right->type);
  return Typed{StaticType::Bool(InTruth(expr.operand(0), expr.operand(1), left->type.entity, target.entity)), {}};
}

// Between literal actions the hierarchy is known; elsewhere only what the types allow.
Truth TypeChecker::InTruth(const Expr& left, const Expr& right, const std::string& left_type,
                           const std::string& right_type) const {
  const auto action = UidOf(left);
  if (action && schema_.FindAction(*action) != nullptr) {
    if (const auto group = UidOf(right)) return Known(schema_.ActionIsIn(*action, *group));
    const bool literals = right.kind == ExprKind::kSet &&
                          std::ranges::all_of(right.operands, [&](const ExprPtr& e) { return UidOf(*e).has_value(); });
    if (literals) {
      return Known(std::ranges::any_of(right.operands,
                                       [&](const ExprPtr& e) { return schema_.ActionIsIn(*action, *UidOf(*e)); }));
    }
  }
  return schema_.MayBeIn(left_type, right_type) ? Truth::kAny : Truth::kFalse;
}

TypeChecker::Result TypeChecker::Contains(const Expr& expr) {
  const Result receiver = Expect(expr.operand(0), Type::Kind::kSet);
  const bool one = expr.kind == ExprKind::kContains;
  const Result argument = one ? TypeOf(expr.operand(1)) : Expect(expr.operand(1), Type::Kind::kSet);
  if (!receiver || !argument) return std::nullopt;
  const StaticType& element = *receiver->type.element;
  const StaticType& wanted = one ? argument->type : *argument->type.element;
  if (Bound(element, wanted)) return Typed{StaticType::Bool(Truth::kAny), {}};
  return Fault(expr.span, fmt::format("a set of {} never holds {}", element.ToString(), wanted.ToString()));
}

TypeChecker::Result TypeChecker::IsEmpty(const Expr& expr) {
  if (!Expect(expr.operand(0), Type::Kind::kSet)) return std::nullopt;
  return Typed{StaticType::Bool(Truth::kAny), {}};
}

TypeChecker::Result TypeChecker::Like(const Expr& expr) {
  if (!Expect(expr.operand(0), Type::Kind::kString)) return std::nullopt;
  return Typed{StaticType::Bool(Truth::kAny), {}};
}

// e is T in f: e is T && e in f.
TypeChecker::Result TypeChecker::Is(const Expr& expr) {
  const Result receiver = Expect(expr.operand(0), Type::Kind::kEntity);
  if (!receiver) return std::nullopt;
  const bool same = receiver->type.entity == expr.name;
  if (!same || expr.operands.size() == 1) return Typed{StaticType::Bool(Known(same)), {}};
  return In(expr);
}

TypeChecker::Result TypeChecker::Set(const Expr& expr) {
  if (expr.operands.empty()) {
    return Fault(expr.span, "an empty set has no type", "to test for emptiness write .isEmpty()");
  }
  std::optional<StaticType> type;
  bool good = true;
  for (const ExprPtr& operand : expr.operands) {
    Result element = TypeOf(*operand);
    if (!element || !good) {
      good = false;
      continue;
    }
    auto bound = type ? Bound(*type, element->type) : std::optional(element->type);
    if (!bound) {
      Fault(operand->span, fmt::format("the elements of a set have one type; {} and {} stand here", type->ToString(),
                                       element->type.ToString()));
      good = false;
    } else {
      type = std::move(bound);
    }
  }
  if (!good) return std::nullopt;
  return Typed{StaticType::Set(*std::move(type)), {}};
}

TypeChecker::Result TypeChecker::Record(const Expr& expr) {
  StaticRecord record;
  bool good = true;
  for (size_t i = 0; i < expr.operands.size(); ++i) {
    Result value = TypeOf(expr.operand(i));
    if (value) {
      record.emplace(expr.names[i], StaticAttribute{std::move(value->type), true});
    } else {
      good = false;
    }
  }
  if (!good) return std::nullopt;
  return Typed{StaticType::Record(std::move(record)), {}};
}

TypeChecker::Result TypeChecker::Expect(const Expr& expr, Type::Kind kind) {
  Result typed = TypeOf(expr);
  if (typed && typed->type.kind != kind) return Mismatch(expr, NameOfKind(kind), typed->type);
  return typed;
}

std::optional<StaticType> TypeChecker::Bound(const StaticType& a, const StaticType& b) {
  types_.Spend(a.weight);
  return LeastUpperBound(a, b);
}

void TypeChecker::KeepCommon(Capabilities& kept, const Capabilities& others) {
  types_.Spend(kept.size() + others.size());
  const std::set<std::string_view> known(others.begin(), others.end());
  std::erase_if(kept, [&](const std::string& key) { return !known.contains(key); });
}

void TypeChecker::Hold(const Capabilities& capabilities) {
  for (const std::string& key : capabilities) ++held_[key];
}

void TypeChecker::Release(const Capabilities& capabilities) {
  for (const std::string& key : capabilities) {
    const auto found = held_.find(key);
    if (--found->second == 0) held_.erase(found);
  }
}

std::nullopt_t TypeChecker::Fault(const Span& span, std::string text, std::string hint) {
  faults_.push_back({span, std::move(text), std::move(hint)});
  return std::nullopt;
}

std::nullopt_t TypeChecker::Mismatch(const Expr& expr, std::string_view expected, const StaticType& found) {
  return Fault(expr.span, fmt::format("expected {}, found {}", expected, found.ToString()));
}

}  // namespace hikae::cedar
