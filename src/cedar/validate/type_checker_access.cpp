// Type checking of attributes, tags and extension functions, and the keys of what is known to be there.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cedar/validate/type_checker.h"
#include "cedar/value/extension.h"

namespace hikae::cedar {
namespace {

struct Signature {
  std::string_view name;
  Type::Kind receiver;
  std::optional<Type::Kind> argument;
  Type::Kind result;
};
using Kind = Type::Kind;
constexpr std::array<Signature, 18> kMethods = {{
    {"lessThan", Kind::kDecimal, Kind::kDecimal, Kind::kBool},
    {"lessThanOrEqual", Kind::kDecimal, Kind::kDecimal, Kind::kBool},
    {"greaterThan", Kind::kDecimal, Kind::kDecimal, Kind::kBool},
    {"greaterThanOrEqual", Kind::kDecimal, Kind::kDecimal, Kind::kBool},
    {"isIpv4", Kind::kIp, std::nullopt, Kind::kBool},
    {"isIpv6", Kind::kIp, std::nullopt, Kind::kBool},
    {"isLoopback", Kind::kIp, std::nullopt, Kind::kBool},
    {"isMulticast", Kind::kIp, std::nullopt, Kind::kBool},
    {"isInRange", Kind::kIp, Kind::kIp, Kind::kBool},
    {"offset", Kind::kDatetime, Kind::kDuration, Kind::kDatetime},
    {"durationSince", Kind::kDatetime, Kind::kDatetime, Kind::kDuration},
    {"toDate", Kind::kDatetime, std::nullopt, Kind::kDatetime},
    {"toTime", Kind::kDatetime, std::nullopt, Kind::kDuration},
    {"toMilliseconds", Kind::kDuration, std::nullopt, Kind::kLong},
    {"toSeconds", Kind::kDuration, std::nullopt, Kind::kLong},
    {"toMinutes", Kind::kDuration, std::nullopt, Kind::kLong},
    {"toHours", Kind::kDuration, std::nullopt, Kind::kLong},
    {"toDays", Kind::kDuration, std::nullopt, Kind::kLong},
}};

constexpr size_t kKeyBytesPerStep = 4;

// The kind a constructor makes.
std::optional<Kind> Made(std::string_view name) {
  if (name == "decimal") return Kind::kDecimal;
  if (name == "ip") return Kind::kIp;
  if (name == "datetime") return Kind::kDatetime;
  if (name == "duration") return Kind::kDuration;
  return std::nullopt;
}

base::Result<void> ReadConstant(Kind kind, const std::string& text) {
  const auto outcome = [](const auto& result) {
    return result.ok() ? base::Result<void>() : base::Result<void>(result.error());
  };
  if (kind == Kind::kDecimal) return outcome(ParseDecimal(text));
  if (kind == Kind::kIp) return outcome(ParseIp(text));
  if (kind == Kind::kDatetime) return outcome(ParseDatetime(text));
  return outcome(ParseDuration(text));
}

// Lengths keep keys of different expressions apart whatever stands in their names.
void AppendText(std::string_view text, std::string& out) {
  fmt::format_to(std::back_inserter(out), "{}:{}", text.size(), text);
}

std::string AttributeKey(std::string key, std::string_view name) {
  key += '.';
  AppendText(name, key);
  return key;
}

}  // namespace

TypeChecker::Result TypeChecker::Has(const Expr& expr) {
  Result receiver = TypeOf(expr.operand(0));
  if (!receiver) return std::nullopt;
  Typed out{StaticType::Bool(Truth::kTrue), {}};
  StaticType type = std::move(receiver->type);
  std::string key = KeyOf(expr.operand(0));
  for (size_t i = 0; i < expr.names.size(); ++i) {
    if (type.kind != Kind::kRecord && type.kind != Kind::kEntity) {
      return Fault(i == 0 ? expr.operand(0).span : expr.name_spans[i - 1],
                   fmt::format("expected an entity or a record, found {}", type.ToString()));
    }
    key = AttributeKey(std::move(key), expr.names[i]);
    if (!types_.Spend(key.size() / kKeyBytesPerStep)) return std::nullopt;  // a long path keeps a key per step
    const std::optional<Truth> truth = HasAttribute(type, expr.names[i], key, out.learnt);
    if (truth == Truth::kFalse) return Typed{StaticType::Bool(Truth::kFalse), {}};
    if (truth == Truth::kAny) out.type.truth = Truth::kAny;
    if (i + 1 < expr.names.size()) {
      StaticType next = FindAttribute(type, expr.names[i])->type;
      type = std::move(next);
    }
  }
  return out;
}

// An entity may be absent from the store, so even its required attributes may be.
std::optional<Truth> TypeChecker::HasAttribute(const StaticType& type, const std::string& name, const std::string& key,
                                               Capabilities& learnt) {
  const StaticAttribute* attribute = FindAttribute(type, name);
  if (attribute == nullptr) return Truth::kFalse;
  if (Holds(key) || (attribute->required && type.kind == Kind::kRecord)) return Truth::kTrue;
  learnt.push_back(key);
  return Truth::kAny;
}

const StaticAttribute* TypeChecker::FindAttribute(const StaticType& type, const std::string& name) {
  if (type.kind == Kind::kRecord) {
    const auto found = type.record->find(name);
    return found == type.record->end() ? nullptr : &found->second;
  }
  const auto known = attributes_.find({type.entity, name});
  if (known != attributes_.end()) return &known->second;
  const EntityType* entity = schema_.FindEntity(type.entity);
  const Attribute* attribute = entity == nullptr ? nullptr : entity->Find(name);
  if (attribute == nullptr) return nullptr;
  StaticAttribute made{types_.From(attribute->type), attribute->required};
  return &attributes_.emplace(std::make_pair(type.entity, name), std::move(made)).first->second;
}

std::vector<std::string> TypeChecker::AttributeNames(const StaticType& type) const {
  std::vector<std::string> names;
  if (type.kind == Kind::kRecord) {
    for (const auto& [name, attribute] : *type.record) names.push_back(name);
  } else if (const EntityType* entity = schema_.FindEntity(type.entity)) {
    for (const Attribute& attribute : entity->attributes) names.push_back(attribute.name);
  }
  return names;
}

TypeChecker::Result TypeChecker::Get(const Expr& expr) {
  const Result receiver = TypeOf(expr.operand(0));
  if (!receiver) return std::nullopt;
  const StaticType& type = receiver->type;
  if (type.kind != Kind::kRecord && type.kind != Kind::kEntity) {
    return Mismatch(expr.operand(0), "an entity or a record", type);
  }
  const StaticAttribute* attribute = FindAttribute(type, expr.name);
  if (attribute == nullptr) {
    const std::vector<std::string> names = AttributeNames(type);  // the nearest one is a view of it
    const std::string_view nearest = base::Nearest(expr.name, names);
    return Fault(expr.name_span,
                 fmt::format("{} has no attribute {}", type.kind == Kind::kEntity ? type.entity : "the record",
                             Quote(expr.name)),
                 nearest.empty() ? "" : fmt::format("did you mean '{}'?", nearest));
  }
  if (!attribute->required && !Holds(AttributeKey(KeyOf(expr.operand(0)), expr.name))) {
    return Fault(expr.name_span, fmt::format("the attribute {} is optional and may be absent", Quote(expr.name)),
                 fmt::format("test it first: … has {} && …", IsIdentifier(expr.name) ? expr.name : Quote(expr.name)));
  }
  return Typed{attribute->type, {}};
}

TypeChecker::Result TypeChecker::Tag(const Expr& expr) {
  const Result receiver = Expect(expr.operand(0), Kind::kEntity);
  const Result name = Expect(expr.operand(1), Kind::kString);
  if (!receiver || !name) return std::nullopt;
  const EntityType* entity = schema_.FindEntity(receiver->type.entity);
  const bool tagged = entity != nullptr && entity->tags;
  std::string key = KeyOf(expr.operand(0)) + '#';
  AppendKey(expr.operand(1), key);
  if (expr.kind == ExprKind::kHasTag) {
    if (!tagged) return Typed{StaticType::Bool(Truth::kFalse), {}};
    if (Holds(key)) return Typed{StaticType::Bool(Truth::kTrue), {}};
    return Typed{StaticType::Bool(Truth::kAny), {std::move(key)}};
  }
  if (!tagged) return Fault(expr.span, fmt::format("{} has no tags", receiver->type.entity));
  if (!Holds(key)) return Fault(expr.span, "the tag may be absent", "test it first: ….hasTag(…) && …");
  return Typed{types_.From(*entity->tags), {}};
}

TypeChecker::Result TypeChecker::Call(const Expr& expr) {
  std::vector<Result> operands;
  for (const ExprPtr& operand : expr.operands) operands.push_back(TypeOf(*operand));
  const ExtensionFunction* function = FindExtension(expr.name);
  if (expr.operands.size() != function->arity) {
    const size_t receiver = function->method ? 1 : 0;
    return Fault(expr.span, fmt::format("{} takes {} argument(s), not {}", expr.name, function->arity - receiver,
                                        expr.operands.size() - receiver));
  }
  if (!std::ranges::all_of(operands, [](const Result& operand) { return operand.has_value(); })) return std::nullopt;
  if (const auto made = Made(expr.name)) {
    if (!Constructor(expr)) return std::nullopt;
    return Typed{StaticType::Of(*made), {}};
  }
  const Signature& method = *std::ranges::find(kMethods, expr.name, &Signature::name);
  const auto fits = [&](size_t i, Kind kind) {
    if (operands[i]->type.kind == kind) return true;
    Mismatch(expr.operand(i), StaticType::Of(kind).ToString(), operands[i]->type);
    return false;
  };
  if (!fits(0, method.receiver) || (method.argument && !fits(1, *method.argument))) return std::nullopt;
  return Typed{StaticType::Of(method.result), {}};
}

// decimal("1.5"): the text stands in the policy, so that it can be read now.
bool TypeChecker::Constructor(const Expr& expr) {
  const Expr& argument = expr.operand(0);
  if (argument.kind != ExprKind::kLiteral || argument.value.kind() != Value::Kind::kString) {
    Fault(argument.span, fmt::format("{} takes a text in double quotes only", expr.name));
    return false;
  }
  const auto read = ReadConstant(*Made(expr.name), argument.value.text());
  if (read.ok()) return true;
  Fault(argument.span, read.error().text.en, read.error().hint.en);
  return false;
}

std::optional<EntityUid> TypeChecker::UidOf(const Expr& expr) const {
  if (expr.kind == ExprKind::kVariable && expr.variable == Variable::kAction) return request_.action->uid;
  if (expr.kind == ExprKind::kLiteral && expr.value.kind() == Value::Kind::kEntity) return expr.value.entity();
  return std::nullopt;
}

std::string TypeChecker::KeyOf(const Expr& expr) const {
  std::string out;
  AppendKey(expr, out);
  types_.Spend(out.size() / kKeyBytesPerStep);
  return out;
}

// Spellings of one meaning have one key: a > b is !(a <= b), e has a.b is e has a && e.a has b.
void TypeChecker::AppendKey(const Expr& expr, std::string& out) const {
  const auto kind_of = [](ExprKind kind) { return fmt::format("({} ", static_cast<int>(kind)); };
  if (const auto uid = UidOf(expr)) {
    AppendText(uid->ToString(), out);
    return;
  }
  if (expr.kind == ExprKind::kGet) {
    AppendKey(expr.operand(0), out);
    out = AttributeKey(std::move(out), expr.name);
    return;
  }
  ExprKind kind = expr.kind;
  const bool negated = kind == ExprKind::kNotEqual || kind == ExprKind::kGreater || kind == ExprKind::kGreaterEqual;
  if (kind == ExprKind::kNotEqual) kind = ExprKind::kEqual;
  if (kind == ExprKind::kGreater) kind = ExprKind::kLessEqual;
  if (kind == ExprKind::kGreaterEqual) kind = ExprKind::kLess;
  if (negated) out += kind_of(ExprKind::kNot);
  out += kind_of(kind);
  if (kind == ExprKind::kLiteral) AppendText(expr.value.ToString(), out);
  if (kind == ExprKind::kVariable) out += NameOf(expr.variable);
  if (kind == ExprKind::kLike) AppendText(expr.pattern.ToString(), out);
  AppendText(expr.name, out);
  for (const std::string& name : expr.names) AppendText(name, out);
  for (const ExprPtr& operand : expr.operands) AppendKey(*operand, out);
  out += negated ? "))" : ")";
}

}  // namespace hikae::cedar
