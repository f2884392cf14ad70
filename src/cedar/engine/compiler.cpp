#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cedar/engine/program.h"

namespace hikae::cedar {
namespace {

Op OpOf(ExprKind kind) {
  switch (kind) {
    case ExprKind::kLiteral:
      return Op::kConstant;
    case ExprKind::kVariable:
      return Op::kVariable;
    case ExprKind::kIf:
      return Op::kIf;
    case ExprKind::kAnd:
      return Op::kAnd;
    case ExprKind::kOr:
      return Op::kOr;
    case ExprKind::kNot:
      return Op::kNot;
    case ExprKind::kNegate:
      return Op::kNegate;
    case ExprKind::kEqual:
      return Op::kEqual;
    case ExprKind::kNotEqual:
      return Op::kNotEqual;
    case ExprKind::kLess:
      return Op::kLess;
    case ExprKind::kLessEqual:
      return Op::kLessEqual;
    case ExprKind::kGreater:
      return Op::kGreater;
    case ExprKind::kGreaterEqual:
      return Op::kGreaterEqual;
    case ExprKind::kAdd:
      return Op::kAdd;
    case ExprKind::kSubtract:
      return Op::kSubtract;
    case ExprKind::kMultiply:
      return Op::kMultiply;
    case ExprKind::kIn:
      return Op::kIn;
    case ExprKind::kContains:
      return Op::kContains;
    case ExprKind::kContainsAll:
      return Op::kContainsAll;
    case ExprKind::kContainsAny:
      return Op::kContainsAny;
    case ExprKind::kGetTag:
      return Op::kGetTag;
    case ExprKind::kHasTag:
      return Op::kHasTag;
    case ExprKind::kIsEmpty:
      return Op::kIsEmpty;
    case ExprKind::kHas:
      return Op::kHas;
    case ExprKind::kGet:
      return Op::kGet;
    case ExprKind::kLike:
      return Op::kLike;
    case ExprKind::kIs:
      return Op::kIs;
    case ExprKind::kSet:
      return Op::kSet;
    case ExprKind::kRecord:
      return Op::kRecord;
    case ExprKind::kCall:
      return Op::kCall;
  }
  return Op::kConstant;
}

constexpr std::array<std::string_view, 22> kFunctionNames = {
    "decimal",         "ip",          "datetime",           "duration",  "lessThan",
    "lessThanOrEqual", "greaterThan", "greaterThanOrEqual", "isIpv4",    "isIpv6",
    "isLoopback",      "isMulticast", "isInRange",          "offset",    "durationSince",
    "toDate",          "toTime",      "toMilliseconds",     "toSeconds", "toMinutes",
    "toHours",         "toDays"};

base::Result<Value> Construct(Function function, std::string_view text) {
  switch (function) {
    case Function::kDecimal:
      return Value::Decimal(text);
    case Function::kIp:
      return Value::Ip(text);
    case Function::kDatetime:
      return Value::Datetime(text);
    default:
      return Value::Duration(text);
  }
}

}  // namespace

Value Cell::ToValue() const {
  switch (tag) {
    case Tag::kBool:
      return Value::Bool(number != 0);
    case Tag::kLong:
      return Value::Long(number);
    case Tag::kDatetime:
      return Value::DatetimeOf(number);
    case Tag::kDuration:
      return Value::DurationOf(number);
    case Tag::kDecimal:
      return ValueAccess::Make(std::make_shared<const Value::Rep>(Value::Kind::kDecimal, number));
    case Tag::kString:
    case Tag::kSet:
    case Tag::kRecord:
    case Tag::kIp:
      return ValueAccess::Make(rep->shared_from_this());
    case Tag::kEntity:
      // Of a request, for which nobody else holds it: a copy.
      if (auto shared = rep->weak_from_this().lock()) return ValueAccess::Make(std::move(shared));
      return Value::Entity(AsEntity(*rep).uid);
    case Tag::kUnknown:
    case Tag::kError:
      break;
  }
  return {};
}

std::string CompiledPolicy::PlaceText(uint32_t code, const std::string& file) const {
  const auto at = std::ranges::find(places, code, &CodePlace::code);
  return at != places.end() ? base::Place{file, at->line, at->column}.ToString() : file;
}

std::string PathStep(const std::string& name) { return IsIdentifier(name) ? "." + name : "[" + Quote(name) + "]"; }

CompiledPolicy Compiler::Compile(const PolicyTree& tree, const std::vector<std::string>& evidence) {
  evidence_ = evidence;
  CompiledPolicy out{tree.forbid, Scope(tree.principal), Scope(tree.action), Scope(tree.resource), {}, {}};
  for (const Condition& condition : tree.conditions) {
    out.clauses.push_back({condition.unless, Expression(*condition.body)});
  }
  out.places = std::move(places_);
  places_.clear();
  return out;
}

CompiledScope Compiler::Scope(const ScopeClause& clause) {
  CompiledScope out{clause.kind, clause.type, HashText(clause.type), {}};
  for (const EntityUid& uid : clause.entities) out.entities.push_back(std::make_shared<const OwnedEntityRep>(uid));
  return out;
}

uint32_t Compiler::Expression(const Expr& expr) {
  if (expr.kind == ExprKind::kHas) return Has(expr);
  if (expr.kind == ExprKind::kCall) return Call(expr);
  if (expr.kind == ExprKind::kLiteral) return Constant(expr.value, expr.span);
  if (expr.kind == ExprKind::kAnd || expr.kind == ExprKind::kOr || expr.kind == ExprKind::kSet ||
      expr.kind == ExprKind::kRecord) {
    return Aggregate(expr, OpOf(expr.kind));
  }
  return Lower(expr);
}

// Nodes with up to three operands of their own.
uint32_t Compiler::Lower(const Expr& expr) {
  Code code;
  code.op = OpOf(expr.kind);
  const size_t count = expr.operands.size();
  if (count > 0) code.a = Expression(expr.operand(0));
  if (count > 1) code.b = Expression(expr.operand(1));
  if (count > 2) code.c = Expression(expr.operand(2));
  uint32_t path = Code::kNone;
  if (expr.kind == ExprKind::kVariable) {
    code.small = static_cast<uint8_t>(expr.variable);
    path = Name(std::string(NameOf(expr.variable)));
  } else if (expr.kind == ExprKind::kGet) {
    SetName(code, expr.name);
    path = SetPath(code, expr.name);
  } else if (expr.kind == ExprKind::kIs) {
    SetName(code, expr.name);
  } else if (expr.kind == ExprKind::kLike) {
    const auto [at, added] = patterns_.try_emplace(expr.pattern.ToString(), program_.patterns.size());
    if (added) program_.patterns.push_back(expr.pattern);
    code.b = at->second;
  }
  return Add(code, expr.span, path);
}

// `e has a.b.c` is (e has a) && (e.a has b) && (e.a.b has c).
uint32_t Compiler::Has(const Expr& expr) {
  uint32_t receiver = Expression(expr.operand(0));
  std::vector<uint32_t> steps;
  for (size_t i = 0; i < expr.names.size(); ++i) {
    Code has;
    has.op = Op::kHas;
    has.a = receiver;
    SetName(has, expr.names[i]);
    const uint32_t path = SetPath(has, expr.names[i]);
    steps.push_back(Add(has, expr.span, path));
    if (i + 1 == expr.names.size()) break;
    Code get = has;
    get.op = Op::kGet;
    receiver = Add(get, expr.span, path);
  }
  if (steps.size() == 1) return steps.front();
  Code all;
  all.op = Op::kAnd;
  all.a = Operands(steps);
  all.b = static_cast<uint32_t>(steps.size());
  return Add(all, expr.span);
}

uint32_t Compiler::Call(const Expr& expr) {
  Code code;
  code.op = Op::kCall;
  code.small = static_cast<uint8_t>(std::ranges::find(kFunctionNames, expr.name) - kFunctionNames.begin());
  // A constructor over a literal is computed now; a wrong literal stays an error of its own evaluation.
  const auto function = static_cast<Function>(code.small);
  if (function <= Function::kDuration && expr.operands.size() == 1 && expr.operand(0).kind == ExprKind::kLiteral &&
      expr.operand(0).value.kind() == Value::Kind::kString) {
    auto value = Construct(function, expr.operand(0).value.text());
    if (value.ok()) return Constant(std::move(*value), expr.span);
  }
  std::vector<uint32_t> operands;
  for (const ExprPtr& operand : expr.operands) operands.push_back(Expression(*operand));
  code.a = Operands(operands);
  code.b = static_cast<uint32_t>(operands.size());
  SetName(code, expr.name);
  return Add(code, expr.span);
}

uint32_t Compiler::Aggregate(const Expr& expr, Op op) {
  std::vector<uint32_t> operands;
  for (const ExprPtr& operand : expr.operands) operands.push_back(Expression(*operand));
  Value folded;
  if (op == Op::kSet && FoldSet(operands, folded)) return Constant(std::move(folded), expr.span);
  Code code;
  code.op = op;
  code.a = Operands(operands);
  code.b = static_cast<uint32_t>(operands.size());
  if (op == Op::kRecord) {
    std::vector<uint32_t> names;
    for (const std::string& name : expr.names) names.push_back(Name(name));
    const auto [at, added] = keys_.try_emplace(names, program_.keys.size());
    if (added) program_.keys.insert(program_.keys.end(), names.begin(), names.end());
    code.c = at->second;
  }
  return Add(code, expr.span);
}

bool Compiler::FoldSet(const std::vector<uint32_t>& roots, Value& out) const {
  std::vector<Value> elements;
  for (uint32_t root : roots) {
    const Code& code = program_.codes[root];
    if (code.op != Op::kConstant) return false;
    elements.push_back(code.Constant().ToValue());
  }
  out = Value::Set(std::move(elements));
  return true;
}

uint32_t Compiler::Constant(Value value, const Span& span) {
  Code code;
  code.op = Op::kConstant;
  const Cell cell(value);
  code.small = static_cast<uint8_t>(cell.tag);
  if (cell.IsNumber()) {
    code.number = cell.number;
  } else {
    const auto [at, added] = constants_.try_emplace(value, cell.rep);
    if (added) program_.constants.push_back(std::move(value));
    code.rep = at->second;
    code.b = cell.hash;
  }
  return Add(code, span);
}

uint32_t Compiler::Add(Code code, const Span& span, uint32_t path) {
  const uint64_t head = static_cast<uint64_t>(code.op) | uint64_t{code.small} << 8 | uint64_t{code.named} << 16;
  const auto [at, added] = codes_.try_emplace(
      {head | uint64_t{code.a} << 32, code.b | uint64_t{code.c} << 32, code.name | uint64_t{path} << 32, code.hash},
      static_cast<uint32_t>(program_.codes.size()));
  if (added) {
    program_.codes.push_back(code);
    program_.paths.push_back(path);
  }
  places_.push_back({at->second, span.line, span.column});
  return at->second;
}

uint32_t Compiler::Operands(const std::vector<uint32_t>& list) {
  const auto [at, added] = operands_.try_emplace(list, static_cast<uint32_t>(program_.operands.size()));
  if (added) program_.operands.insert(program_.operands.end(), list.begin(), list.end());
  return at->second;
}

uint32_t Compiler::Name(const std::string& name) {
  const auto [at, added] = names_.try_emplace(name, static_cast<uint32_t>(program_.names.size()));
  if (added) program_.names.push_back(name);
  return at->second;
}

void Compiler::SetName(Code& code, const std::string& name) {
  code.name = Name(name);
  code.hash = HashText(name);
}

// The path of an attribute of `code.a`, when that is a path from a variable.
uint32_t Compiler::SetPath(Code& code, const std::string& name) {
  const uint32_t parent = program_.paths[code.a];
  if (parent == Code::kNone) return Code::kNone;
  const std::string path = program_.names[parent] + PathStep(name);
  code.named = std::ranges::find(evidence_, path) != evidence_.end();
  return Name(path);
}

}  // namespace hikae::cedar
