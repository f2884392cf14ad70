// Policies: annotations, scope, conditions.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cedar/syntax/parser.h"

namespace hikae::cedar {

base::Result<std::vector<PolicyTree>> ParsePolicies(std::string_view text, const std::string& file) {
  HIKAE_TRY(const Lexed lexed, Lex(text, file));
  std::vector<PolicyTree> policies;
  Parser parser(lexed, file);
  if (!parser.Policies(policies)) return parser.error();
  return policies;
}

base::Result<ExprPtr> ParseExpression(std::string_view text, const std::string& file) {
  HIKAE_TRY(const Lexed lexed, Lex(text, file));
  Parser parser(lexed, file);
  ExprPtr expr = parser.WholeExpression();
  if (!expr) return parser.error();
  return expr;
}

bool Parser::Policies(std::vector<PolicyTree>& out) {
  while (Peek().kind != TokenKind::kEnd) {
    if (!Policy(out.emplace_back())) return false;
  }
  return true;
}

bool Parser::Policy(PolicyTree& out) {
  static constexpr std::array<std::string_view, 2> kEffects = {"permit", "forbid"};
  const Span start = SpanOf(Peek());
  while (Peek().Is("@")) {
    if (!ReadAnnotation(out)) return false;
  }
  const Token& effect = Peek();
  if (!effect.Is("permit") && !effect.Is("forbid")) {
    const std::string_view nearest = effect.kind == TokenKind::kName ? base::Nearest(effect.text, kEffects) : "";
    return Unexpected("'permit' or 'forbid'", nearest.empty() ? "" : fmt::format("did you mean '{}'?", nearest));
  }
  out.forbid = Take().Is("forbid");
  if (!Scope(out)) return false;
  while (!TakeIf(";")) {
    if (!Peek().Is("when") && !Peek().Is("unless")) {
      return Unexpected("'when', 'unless' or ';'", "every policy ends with ';'");
    }
    if (!ReadCondition(out)) return false;
  }
  out.span = SpanFrom(start);
  return true;
}

bool Parser::ReadAnnotation(PolicyTree& out) {
  const Span start = SpanOf(Take());
  const Token& key = Peek();
  if (key.kind != TokenKind::kName) {
    return Unexpected("the name of an annotation", "names are ASCII letters, digits and '_'");
  }
  Annotation annotation{std::string(Take().text), std::nullopt, {}};
  const auto same = [&](const Annotation& other) { return other.key == annotation.key; };
  if (std::ranges::any_of(out.annotations, same)) {
    return Fail(key, fmt::format("the annotation @{} stands twice on one policy", annotation.key));
  }
  if (TakeIf("(")) {
    if (Peek().kind != TokenKind::kString) return Unexpected("the annotation's value in double quotes");
    Span span;
    annotation.value.emplace();
    if (!StringText(*annotation.value, span) || !Expect(")", "after the annotation's value")) return false;
  }
  annotation.span = SpanFrom(start);
  out.annotations.push_back(std::move(annotation));
  return true;
}

bool Parser::Scope(PolicyTree& out) {
  if (!Expect("(", fmt::format("after '{}'", out.forbid ? "forbid" : "permit"))) return false;
  const std::array<std::pair<Variable, ScopeClause*>, 3> clauses = {
      {{Variable::kPrincipal, &out.principal}, {Variable::kAction, &out.action}, {Variable::kResource, &out.resource}}};
  for (const auto& [variable, clause] : clauses) {
    if (!Peek().Is(NameOf(variable))) {
      return Unexpected(fmt::format("'{}'", NameOf(variable)),
                        "the scope is (principal …, action …, resource …), in this order");
    }
    if (!ScopeOf(variable, *clause)) return false;
    if (variable != Variable::kResource && !Expect(",", fmt::format("after the {}", NameOf(variable)))) return false;
  }
  TakeIf(",");
  return Expect(")", "after the resource");
}

bool Parser::ScopeOf(Variable variable, ScopeClause& out) {
  const Span start = SpanOf(Take());
  if (Peek().Is(":")) return Fail(Peek(), "a type is not given with ':'", "write 'principal is Type'");
  if (Peek().Is("=")) return Fail(Peek(), "'=' is no operator", "write '=='");
  if (variable == Variable::kAction && Peek().Is("is")) return Fail(Peek(), "'is' does not apply to the action");
  bool good = true;
  if (TakeIf("is")) {
    good = TypeName(out.type, out.type_span);
    const bool in = good && TakeIf("in");
    out.kind = in ? ScopeKind::kIsIn : ScopeKind::kIs;
    good = good && (!in || ScopeEntity(variable, out));
  } else if (TakeIf("==")) {
    out.kind = ScopeKind::kEqual;
    good = ScopeEntity(variable, out);
  } else if (TakeIf("in")) {
    const bool set = variable == Variable::kAction && Peek().Is("[");
    out.kind = set ? ScopeKind::kInSet : ScopeKind::kIn;
    good = set ? ActionSet(out) : ScopeEntity(variable, out);
  }
  if (good && !Peek().Is(",") && !Peek().Is(")")) {
    return Unexpected("',' or ')'", "a scope holds ==, in and is; other conditions stand in 'when'");
  }
  out.span = SpanFrom(start);
  return good && (variable != Variable::kAction || ActionsOnly(out));
}

bool Parser::ScopeEntity(Variable variable, ScopeClause& out) {
  if (Peek().kind != TokenKind::kSlot) {
    if (Peek().Is("[")) return Fail(Peek(), "a list of entities is for the action only");
    return EntityName(out.entities.emplace_back(), out.entity_spans.emplace_back());
  }
  const Token& slot = Peek();
  if (variable == Variable::kAction) return Fail(slot, "the action takes no slot");
  if (slot.text.substr(1) != NameOf(variable)) {
    return Fail(slot, fmt::format("{} cannot stand here", Describe(slot)), fmt::format("write ?{}", NameOf(variable)));
  }
  Take();
  out.slot = variable == Variable::kPrincipal ? Slot::kPrincipal : Slot::kResource;
  return true;
}

bool Parser::ActionSet(ScopeClause& out) {
  Take();
  while (!TakeIf("]")) {
    if (!EntityName(out.entities.emplace_back(), out.entity_spans.emplace_back())) return false;
    if (!Peek().Is("]") && !TakeIf(",")) return Unexpected("',' or ']'");
  }
  if (out.entities.size() == 1) out.kind = ScopeKind::kIn;
  return true;
}

bool Parser::ActionsOnly(const ScopeClause& clause) {
  for (size_t i = 0; i < clause.entities.size(); ++i) {
    const std::string& type = clause.entities[i].type;
    if (type == "Action" || type.ends_with("::Action")) continue;
    const Span& span = clause.entity_spans[i];
    return Fail({TokenKind::kName, span.line, span.column, span.begin, {}},
                fmt::format("the action is compared with a {}", type), "actions have the type Action");
  }
  return true;
}

bool Parser::ReadCondition(PolicyTree& out) {
  const Token& word = Take();
  Condition condition;
  condition.unless = word.Is("unless");
  if (!Expect("{", fmt::format("after '{}'", word.text))) return false;
  if (Peek().Is("}")) return Fail(Peek(), fmt::format("the condition of '{}' is empty", word.text));
  condition.body = Expression();
  if (!condition.body || !Expect("}", fmt::format("to close '{}' of {}:{}", word.text, word.line, word.column))) {
    return false;
  }
  condition.span = SpanFrom(SpanOf(word));
  out.conditions.push_back(std::move(condition));
  return true;
}

}  // namespace hikae::cedar
