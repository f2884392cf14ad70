// Recursive descent over the tokens of one policy text. Internal; ast.h has the entry points.
#ifndef HIKAE_CEDAR_SYNTAX_PARSER_H_
#define HIKAE_CEDAR_SYNTAX_PARSER_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cedar/syntax/ast.h"
#include "cedar/text/lexer.h"

namespace hikae::cedar {

// Stops at the first error: from then on every method returns nothing (false, nullptr) and error() says why. Its stack
// is bounded by kMaxNesting. One thread, one text.
class Parser {
 public:
  Parser(const Lexed& lexed, const std::string& file) : tokens_(lexed.tokens), file_(file) {}

  bool Policies(std::vector<PolicyTree>& out);
  ExprPtr WholeExpression();
  const base::Error& error() const { return *error_; }

 private:
  // parser_policy.cpp
  bool Policy(PolicyTree& out);
  bool ReadAnnotation(PolicyTree& out);
  bool Scope(PolicyTree& out);
  bool ScopeOf(Variable variable, ScopeClause& out);
  bool ScopeEntity(Variable variable, ScopeClause& out);
  bool ActionSet(ScopeClause& out);
  bool ActionsOnly(const ScopeClause& clause);
  bool ReadCondition(PolicyTree& out);

  // parser.cpp, loosest binding first
  ExprPtr Expression();
  ExprPtr If();
  ExprPtr Chain(std::string_view symbol, ExprKind kind, ExprPtr (Parser::*next)());
  ExprPtr Or() { return Chain("||", ExprKind::kOr, &Parser::And); }
  ExprPtr And() { return Chain("&&", ExprKind::kAnd, &Parser::Relation); }
  ExprPtr Relation();
  ExprPtr Has(ExprPtr receiver);
  ExprPtr Like(ExprPtr receiver);
  ExprPtr Is(ExprPtr receiver);
  ExprPtr Sum();
  ExprPtr Product();
  ExprPtr Unary();
  ExprPtr Member();
  ExprPtr Access(ExprPtr receiver);
  ExprPtr Method(ExprPtr receiver, const Token& name);
  ExprPtr Primary();
  ExprPtr Integer(bool negative);
  ExprPtr NameOrCall();
  ExprPtr Function(const Token& name);
  ExprPtr Set();
  ExprPtr Record();
  bool Elements(std::string_view close, std::vector<ExprPtr>& out);

  bool TypeName(std::string& out, Span& span);       // Ns::User
  bool EntityName(EntityUid& out, Span& span);       // Ns::User::"alice"
  bool AttributeName(std::string& out, Span& span);  // an unquoted name
  bool StringText(std::string& out, Span& span);

  const Token& Peek(size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
  const Token& Take() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }
  bool TakeIf(std::string_view spelling);
  bool Expect(std::string_view spelling, std::string_view where);
  bool Fail(const Token& token, std::string text, std::string hint = {});
  bool Unexpected(std::string_view expected, std::string hint = {});
  ExprPtr FailExpr(const Token& token, std::string text, std::string hint = {});

  static Span SpanOf(const Token& token) { return {token.offset, token.end(), token.line, token.column}; }
  Span SpanFrom(const Span& start) const;  // from start to the last token taken
  ExprPtr Make(ExprKind kind, const Span& start, std::vector<ExprPtr> operands);
  ExprPtr Measured(ExprPtr expr);  // with its height; an error when that is too much
  template <class... Operands>
  static std::vector<ExprPtr> List(Operands... operands) {
    std::vector<ExprPtr> list;
    (list.push_back(std::move(operands)), ...);
    return list;
  }

  const std::vector<Token>& tokens_;
  const std::string& file_;
  size_t at_ = 0;
  uint32_t nesting_ = 0;
  std::optional<base::Error> error_;
};

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_SYNTAX_PARSER_H_
