// Expressions.
#include "cedar/syntax/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace hikae::cedar {
namespace {

struct Operator {
  std::string_view symbol;
  ExprKind kind;
};

constexpr std::array<Operator, 7> kRelations = {{
    {"==", ExprKind::kEqual},
    {"!=", ExprKind::kNotEqual},
    {"<", ExprKind::kLess},
    {"<=", ExprKind::kLessEqual},
    {">", ExprKind::kGreater},
    {">=", ExprKind::kGreaterEqual},
    {"in", ExprKind::kIn},
}};

struct BuiltIn {
  std::string_view name;
  ExprKind kind;
  size_t arguments;
};

constexpr std::array<BuiltIn, 6> kBuiltIns = {{
    {"contains", ExprKind::kContains, 1},
    {"containsAll", ExprKind::kContainsAll, 1},
    {"containsAny", ExprKind::kContainsAny, 1},
    {"isEmpty", ExprKind::kIsEmpty, 0},
    {"hasTag", ExprKind::kHasTag, 1},
    {"getTag", ExprKind::kGetTag, 1},
}};

constexpr std::array<std::string_view, 24> kMethodNames = {
    "contains",  "containsAll",   "containsAny",     "isEmpty",     "hasTag",
    "getTag",    "lessThan",      "lessThanOrEqual", "greaterThan", "greaterThanOrEqual",
    "isIpv4",    "isIpv6",        "isLoopback",      "isMulticast", "isInRange",
    "offset",    "durationSince", "toDate",          "toTime",      "toMilliseconds",
    "toSeconds", "toMinutes",     "toHours",         "toDays"};
constexpr std::array<std::string_view, 4> kFunctionNames = {"decimal", "ip", "datetime", "duration"};
constexpr std::array<std::string_view, 4> kVariables = {"principal", "action", "resource", "context"};

std::string DidYouMean(std::string_view nearest) {
  return nearest.empty() ? std::string() : fmt::format("did you mean '{}'?", nearest);
}

bool IsRelation(const Token& token) {
  return std::ranges::any_of(kRelations, [&](const Operator& o) { return token.Is(o.symbol); }) || token.Is("has") ||
         token.Is("like") || token.Is("is");
}

}  // namespace

bool Parser::TakeIf(std::string_view spelling) {
  if (!Peek().Is(spelling)) return false;
  Take();
  return true;
}

bool Parser::Fail(const Token& token, std::string text, std::string hint) {
  if (!error_) error_ = ErrorAt(file_, token, std::move(text), std::move(hint));
  return false;
}

ExprPtr Parser::FailExpr(const Token& token, std::string text, std::string hint) {
  Fail(token, std::move(text), std::move(hint));
  return nullptr;
}

bool Parser::Unexpected(std::string_view expected, std::string hint) {
  return Fail(Peek(), fmt::format("expected {}, found {}", expected, Describe(Peek())), std::move(hint));
}

bool Parser::Expect(std::string_view spelling, std::string_view where) {
  return TakeIf(spelling) || Unexpected(fmt::format("'{}' {}", spelling, where));
}

Span Parser::SpanFrom(const Span& start) const {
  Span span = start;
  if (at_ > 0) span.end = std::max(span.end, tokens_[at_ - 1].end());
  return span;
}

ExprPtr Parser::Make(ExprKind kind, const Span& start, std::vector<ExprPtr> operands) {
  auto expr = std::make_unique<Expr>();
  expr->kind = kind;
  expr->span = SpanFrom(start);
  for (const ExprPtr& operand : operands) {
    if (!operand) return nullptr;  // an error is already recorded
  }
  expr->operands = std::move(operands);
  return Measured(std::move(expr));
}

ExprPtr Parser::Measured(ExprPtr expr) {
  expr->height = HeightOver(*expr);
  if (expr->height <= kMaxHeight) return expr;
  return FailExpr(Peek(), fmt::format("the expression is more than {} operations deep", kMaxHeight),
                  "split it into several conditions");
}

ExprPtr Parser::WholeExpression() {
  ExprPtr expr = Expression();
  if (expr && Peek().kind != TokenKind::kEnd) Unexpected("the end of the expression");
  return error_ ? nullptr : std::move(expr);
}

ExprPtr Parser::Expression() {
  if (nesting_ >= kMaxNesting) {
    return FailExpr(Peek(), fmt::format("nested more than {} levels deep", kMaxNesting),
                    "split the policy, or drop parentheses that change nothing");
  }
  ++nesting_;
  ExprPtr expr = Peek().Is("if") ? If() : Or();
  --nesting_;
  return expr;
}

ExprPtr Parser::If() {
  const Span start = SpanOf(Take());
  ExprPtr condition = Expression();
  if (!condition || !Expect("then", "after the condition of 'if'")) return nullptr;
  ExprPtr yes = Expression();
  if (!yes || !Expect("else", "after the 'then' part: an 'if' always has one")) return nullptr;
  ExprPtr no = Expression();
  return Make(ExprKind::kIf, start, List(std::move(condition), std::move(yes), std::move(no)));
}

// One node for a whole chain, so that a rule with thousands of terms stays flat.
ExprPtr Parser::Chain(std::string_view symbol, ExprKind kind, ExprPtr (Parser::*next)()) {
  const Span start = SpanOf(Peek());
  ExprPtr first = (this->*next)();
  if (!first || !Peek().Is(symbol)) return first;
  const bool longer = first->kind == kind;
  std::vector<ExprPtr> operands = longer ? std::move(first->operands) : List(std::move(first));
  while (TakeIf(symbol)) {
    operands.push_back((this->*next)());
    if (!operands.back()) return nullptr;
  }
  return Make(kind, start, std::move(operands));
}

ExprPtr Parser::Relation() {
  const Span start = SpanOf(Peek());
  ExprPtr left = Sum();
  if (!left) return nullptr;
  const Token& symbol = Peek();
  if (symbol.Is("=")) return FailExpr(symbol, "'=' is no operator", "write '==' to compare");
  if (!IsRelation(symbol)) return left;
  Take();
  ExprPtr out;
  if (symbol.Is("has")) {
    out = Has(std::move(left));
  } else if (symbol.Is("like")) {
    out = Like(std::move(left));
  } else if (symbol.Is("is")) {
    out = Is(std::move(left));
  } else {
    const auto* found = std::ranges::find_if(kRelations, [&](const Operator& o) { return symbol.Is(o.symbol); });
    ExprPtr right = Sum();
    out = Make(found->kind, start, List(std::move(left), std::move(right)));
  }
  if (out && (IsRelation(Peek()) || Peek().Is("="))) {
    return FailExpr(Peek(), fmt::format("{} cannot follow another comparison", Describe(Peek())),
                    "comparisons do not chain: use parentheses or '&&'");
  }
  return out;
}

ExprPtr Parser::Has(ExprPtr receiver) {
  std::vector<std::string> names(1);
  std::vector<Span> spans(1);
  if (Peek().kind == TokenKind::kString) {
    if (!StringText(names[0], spans[0])) return nullptr;
  } else {
    if (!AttributeName(names[0], spans[0])) return nullptr;
    while (TakeIf(".")) {
      if (!AttributeName(names.emplace_back(), spans.emplace_back())) return nullptr;
    }
  }
  const Span start = receiver->span;
  ExprPtr out = Make(ExprKind::kHas, start, List(std::move(receiver)));
  if (!out) return nullptr;
  out->names = std::move(names), out->name_spans = std::move(spans);
  return Measured(std::move(out));
}

ExprPtr Parser::Like(ExprPtr receiver) {
  if (Peek().kind != TokenKind::kString) {
    Unexpected("a pattern in double quotes after 'like'");
    return nullptr;
  }
  auto pattern = UnescapePattern(Take(), file_);
  if (!pattern.ok()) {
    if (!error_) error_ = pattern.error();
    return nullptr;
  }
  const Span start = receiver->span;
  ExprPtr out = Make(ExprKind::kLike, start, List(std::move(receiver)));
  if (out) out->pattern = std::move(*pattern);
  return out;
}

ExprPtr Parser::Is(ExprPtr receiver) {
  std::string type;
  Span type_span;
  if (!TypeName(type, type_span)) return nullptr;
  std::vector<ExprPtr> operands;
  const Span start = receiver->span;
  operands.push_back(std::move(receiver));
  if (TakeIf("in")) operands.push_back(Sum());
  ExprPtr out = Make(ExprKind::kIs, start, std::move(operands));
  if (out) out->name = std::move(type), out->name_span = type_span;
  return out;
}

ExprPtr Parser::Sum() {
  const Span start = SpanOf(Peek());
  ExprPtr left = Product();
  while (left && (Peek().Is("+") || Peek().Is("-"))) {
    const ExprKind kind = Take().Is("+") ? ExprKind::kAdd : ExprKind::kSubtract;
    ExprPtr right = Product();
    left = Make(kind, start, List(std::move(left), std::move(right)));
  }
  return left;
}

ExprPtr Parser::Product() {
  const Span start = SpanOf(Peek());
  ExprPtr left = Unary();
  while (left && (Peek().Is("*") || Peek().Is("/") || Peek().Is("%"))) {
    const Token& symbol = Take();
    if (!symbol.Is("*")) {
      return FailExpr(symbol, fmt::format("Cedar has no operator {}", Describe(symbol)),
                      "multiply the other side instead");
    }
    ExprPtr right = Unary();
    left = Make(ExprKind::kMultiply, start, List(std::move(left), std::move(right)));
  }
  return left;
}

ExprPtr Parser::Unary() {
  constexpr size_t kMost = 4;
  std::vector<Span> starts;
  const Token& sign = Peek();
  if (sign.Is("!") || sign.Is("-")) {
    while (Peek().Is(sign.text)) {
      if (starts.size() == kMost) {
        return FailExpr(Peek(), fmt::format("more than {} {} in a row", kMost, Describe(sign)));
      }
      starts.push_back(SpanOf(Take()));
    }
  }
  ExprPtr expr;
  const Token& next = Peek(1);
  const bool bare = !(next.Is(".") || next.Is("[") || next.Is("("));
  if (sign.Is("-") && Peek().kind == TokenKind::kInteger && bare) {
    expr = Integer(true);  // so that the least integer can be written
    if (expr) expr->span = SpanFrom(starts.back());
    starts.pop_back();
  } else {
    expr = Member();
  }
  for (; expr && !starts.empty(); starts.pop_back()) {
    expr = Make(sign.Is("!") ? ExprKind::kNot : ExprKind::kNegate, starts.back(), List(std::move(expr)));
  }
  return expr;
}

ExprPtr Parser::Member() {
  ExprPtr expr = Primary();
  while (expr && (Peek().Is(".") || Peek().Is("["))) expr = Access(std::move(expr));
  if (expr && Peek().Is("(")) return FailExpr(Peek(), "this cannot be called", "only functions and methods can");
  return expr;
}

ExprPtr Parser::Access(ExprPtr receiver) {
  const Span start = receiver->span;
  std::string name;
  Span name_span;
  if (TakeIf(".")) {
    if (Peek().kind == TokenKind::kName && Peek(1).Is("(")) {
      const Token& method = Take();
      return Method(std::move(receiver), method);
    }
    if (!AttributeName(name, name_span)) return nullptr;
  } else {
    Take();
    if (Peek().kind != TokenKind::kString) {
      Unexpected("an attribute name in double quotes", "elements of sets cannot be picked");
      return nullptr;
    }
    if (!StringText(name, name_span) || !Expect("]", "after the attribute name")) return nullptr;
  }
  ExprPtr out = Make(ExprKind::kGet, start, List(std::move(receiver)));
  if (out) out->name = std::move(name), out->name_span = name_span;
  return out;
}

ExprPtr Parser::Method(ExprPtr receiver, const Token& name) {
  const Span start = receiver->span;
  std::vector<ExprPtr> operands = List(std::move(receiver));
  Take();
  if (!Elements(")", operands)) return nullptr;
  const auto* built_in = std::ranges::find(kBuiltIns, name.text, &BuiltIn::name);
  if (built_in != kBuiltIns.end()) {
    if (operands.size() != built_in->arguments + 1) {
      return FailExpr(name, fmt::format("{} takes {} argument{}, found {}", name.text, built_in->arguments,
                                        built_in->arguments == 1 ? "" : "s", operands.size() - 1));
    }
    ExprPtr out = Make(built_in->kind, start, std::move(operands));
    if (out) out->name_span = SpanOf(name);
    return out;
  }
  const ExtensionFunction* function = FindExtension(name.text);
  if (function == nullptr) {
    return FailExpr(name, fmt::format("unknown method '{}'", name.text),
                    DidYouMean(base::Nearest(name.text, kMethodNames)));
  }
  if (!function->method) {
    return FailExpr(name, fmt::format("'{}' is a function, not a method", name.text),
                    fmt::format("write {}(…)", name.text));
  }
  ExprPtr out = Make(ExprKind::kCall, start, std::move(operands));
  if (out) out->name = name.text, out->name_span = SpanOf(name);
  return out;
}

// Expressions separated by commas, a trailing one allowed, up to and with `close`.
bool Parser::Elements(std::string_view close, std::vector<ExprPtr>& out) {
  while (!TakeIf(close)) {
    out.push_back(Expression());
    if (!out.back()) return false;
    if (!Peek().Is(close) && !TakeIf(",")) return Unexpected(fmt::format("',' or '{}'", close));
  }
  return true;
}

ExprPtr Parser::Primary() {
  const Token& token = Peek();
  const Span start = SpanOf(token);
  if (token.kind == TokenKind::kInteger) return Integer(false);
  if (token.kind == TokenKind::kString) {
    std::string text;
    Span span;
    if (!StringText(text, span)) return nullptr;
    ExprPtr out = Make(ExprKind::kLiteral, start, {});
    out->value = Value::String(std::move(text));
    return out;
  }
  if (token.kind == TokenKind::kSlot) {
    const bool known = token.text == "?principal" || token.text == "?resource";
    return FailExpr(token, fmt::format("{} stands in a condition; slots are for the scope only", Describe(token)),
                    known ? fmt::format("compare it in the scope, ({0} == ?{0}, …), and write {0} in the condition",
                                        token.text.substr(1))
                          : "the slots are ?principal and ?resource");
  }
  if (token.Is("true") || token.Is("false")) {
    Take();
    ExprPtr out = Make(ExprKind::kLiteral, start, {});
    out->value = Value::Bool(token.Is("true"));
    return out;
  }
  if (token.kind == TokenKind::kName) return NameOrCall();
  if (token.Is("[")) return Set();
  if (token.Is("{")) return Record();
  if (TakeIf("(")) {
    ExprPtr inner = Expression();
    if (!inner || !Expect(")", fmt::format("to close '(' of {}:{}", token.line, token.column))) return nullptr;
    inner->span = SpanFrom(start);
    return inner;
  }
  Unexpected("an expression");
  return nullptr;
}

ExprPtr Parser::Integer(bool negative) {
  const Token& token = Take();
  uint64_t magnitude = 0;
  const char* end = token.text.data() + token.text.size();
  const auto parsed = std::from_chars(token.text.data(), end, magnitude);
  const uint64_t most = static_cast<uint64_t>(INT64_MAX) + (negative ? 1 : 0);
  if (parsed.ec != std::errc() || magnitude > most) {
    return FailExpr(token, fmt::format("the integer {} is out of range", Describe(token)),
                    "integers have 64 bits: -9223372036854775808 to 9223372036854775807");
  }
  ExprPtr out = Make(ExprKind::kLiteral, SpanOf(token), {});
  out->value = Value::Long(static_cast<int64_t>(negative ? 0 - magnitude : magnitude));
  return out;
}

// A variable, an entity, or the call of a function.
ExprPtr Parser::NameOrCall() {
  const Token& token = Peek();
  const Span start = SpanOf(token);
  if (Peek(1).Is("::")) {
    EntityUid uid;
    Span span;
    if (!EntityName(uid, span)) return nullptr;
    ExprPtr out = Make(ExprKind::kLiteral, start, {});
    out->value = Value::Entity(std::move(uid));
    return out;
  }
  if (Peek(1).Is("(")) return Function(token);
  const auto* variable = std::ranges::find(kVariables, token.text);
  if (variable == kVariables.end()) {
    if (IsReserved(token.text))
      return FailExpr(token, fmt::format("expected an expression, found {}", Describe(token)));
    const std::string nearest = DidYouMean(base::Nearest(token.text, kVariables));
    return FailExpr(
        token, fmt::format("unknown name '{}'", token.text),
        nearest.empty() ? "text stands in double quotes; variables are principal, action, resource, context" : nearest);
  }
  Take();
  ExprPtr out = Make(ExprKind::kVariable, start, {});
  out->variable = static_cast<Variable>(variable - kVariables.begin());
  return out;
}

ExprPtr Parser::Function(const Token& name) {
  const ExtensionFunction* function = FindExtension(name.text);
  const bool built_in = std::ranges::find(kBuiltIns, name.text, &BuiltIn::name) != kBuiltIns.end();
  if (built_in || (function != nullptr && function->method)) {
    return FailExpr(name, fmt::format("'{}' is a method, not a function", name.text),
                    fmt::format("write value.{}(…)", name.text));
  }
  if (function == nullptr) {
    return FailExpr(name, fmt::format("unknown function '{}'", name.text),
                    DidYouMean(base::Nearest(name.text, kFunctionNames)));
  }
  Take();
  Take();
  std::vector<ExprPtr> operands;
  if (!Elements(")", operands)) return nullptr;
  ExprPtr out = Make(ExprKind::kCall, SpanOf(name), std::move(operands));
  if (out) out->name = name.text, out->name_span = SpanOf(name);
  return out;
}

ExprPtr Parser::Set() {
  const Span start = SpanOf(Take());
  std::vector<ExprPtr> operands;
  if (!Elements("]", operands)) return nullptr;
  return Make(ExprKind::kSet, start, std::move(operands));
}

ExprPtr Parser::Record() {
  const Span start = SpanOf(Take());
  std::vector<ExprPtr> operands;
  std::vector<std::string> names;
  std::vector<Span> spans;
  while (!TakeIf("}")) {
    const Token& key = Peek();
    std::string name;
    Span span;
    if (!(key.kind == TokenKind::kString ? StringText(name, span) : AttributeName(name, span))) return nullptr;
    if (std::ranges::find(names, name) != names.end()) {
      return FailExpr(key, fmt::format("the key {} stands twice in the record", Describe(key)));
    }
    if (!Expect(":", "after the key")) return nullptr;
    operands.push_back(Expression());
    if (!operands.back()) return nullptr;
    names.push_back(std::move(name));
    spans.push_back(span);
    if (!Peek().Is("}") && !TakeIf(",")) return Unexpected("',' or '}'"), nullptr;
  }
  ExprPtr out = Make(ExprKind::kRecord, start, std::move(operands));
  if (out) out->names = std::move(names), out->name_spans = std::move(spans);
  return out;
}

}  // namespace hikae::cedar
