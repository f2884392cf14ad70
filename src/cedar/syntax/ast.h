// Policies as read: a tree with the place of every node. What a type checker, a formatter and the compiler of the
// evaluated form walk over; nothing is decided on it. Immutable after parsing.
#ifndef HIKAE_CEDAR_SYNTAX_AST_H_
#define HIKAE_CEDAR_SYNTAX_AST_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cedar/text/lexer.h"
#include "cedar/value/value.h"

namespace hikae::cedar {

struct Span {
  uint32_t begin = 0;  // bytes in the text
  uint32_t end = 0;
  uint32_t line = 0;  // of begin, from 1; columns in code points
  uint32_t column = 0;
};

enum class Variable : uint8_t { kPrincipal, kAction, kResource, kContext };
enum class Slot : uint8_t { kPrincipal, kResource };  // ?principal, ?resource: in the scope of a template only

std::string_view NameOf(Variable variable);

// Operands and the other fields used are named beside each kind.
enum class ExprKind : uint8_t {
  kLiteral,   // value: Bool, Long, String or Entity
  kVariable,  // variable
  kIf,        // condition, then, else
  kAnd,       // two or more, in the order of the text; the first is no kAnd itself: (a && b) && c is a && b && c
  kOr,        // two or more, likewise
  kNot,       // one
  kNegate,    // one; a negative integer literal is a kLiteral
  kEqual,     // left, right; so all the binary ones
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kAdd,
  kSubtract,
  kMultiply,
  kIn,
  kContains,  // receiver, argument; so the three after it
  kContainsAll,
  kContainsAny,
  kGetTag,
  kHasTag,
  kIsEmpty,  // receiver
  kHas,      // receiver; names: one, or several identifiers for `has a.b.c`
  kGet,      // receiver; name: the attribute, of `.name` and `["name"]` alike
  kLike,     // receiver; pattern
  kIs,       // receiver; name: the entity type; a second operand for `is T in e`
  kSet,      // any number
  kRecord,   // names and operands, pairwise; no name twice
  kCall,     // name: an extension function; the receiver of a method is the first operand
};

struct Expr;
using ExprPtr = std::unique_ptr<Expr>;

struct Expr {
  ExprKind kind = ExprKind::kLiteral;
  Span span;
  std::vector<ExprPtr> operands;
  std::string name;
  Span name_span;  // of the attribute, the type or the function
  std::vector<std::string> names;
  std::vector<Span> name_spans;  // of names
  Value value;
  Pattern pattern;
  Variable variable = Variable::kPrincipal;
  uint32_t height = 1;  // of the tree under this node, bounded by kMaxHeight

  const Expr& operand(size_t i) const { return *operands[i]; }
};

// Bounds that keep every walk over a tree within a small stack.
inline constexpr uint32_t kMaxNesting = 200;
inline constexpr uint32_t kMaxHeight = 1000;
// What height has to be, given the operands and the names: that of the tree in which && and || have two operands (and
// are balanced), and `has a.b` is spelled out. So whatever form a tree is turned into has a bounded depth too.
uint32_t HeightOver(const Expr& expr);

// Extension functions: how they are called and with what.
struct ExtensionFunction {
  std::string_view name;
  bool method = false;
  size_t arity = 1;  // with the receiver
};
const ExtensionFunction* FindExtension(std::string_view name);  // nullptr when there is none

enum class ScopeKind : uint8_t {
  kAny,
  kEqual,  // == entity
  kIn,     // in entity
  kInSet,  // action in [entities]; a list of one is kIn
  kIs,     // is type
  kIsIn,   // is type in entity
};

struct ScopeClause {
  ScopeKind kind = ScopeKind::kAny;
  std::vector<EntityUid> entities;  // one, but for kInSet; none where a slot stands
  std::vector<Span> entity_spans;
  std::optional<Slot> slot;  // stands for the entity
  std::string type;          // of kIs, kIsIn
  Span type_span;
  Span span;
};

struct Annotation {
  std::string key;
  std::optional<std::string> value;  // nullopt: key only
  Span span;
};

struct Condition {
  bool unless = false;
  std::shared_ptr<const Expr> body;  // shared by a template and its links
  Span span;
};

struct PolicyTree {
  bool forbid = false;
  std::vector<Annotation> annotations;
  ScopeClause principal;
  ScopeClause action;
  ScopeClause resource;
  std::vector<Condition> conditions;
  Span span;  // from the first annotation to the ';'
  bool is_template() const { return principal.slot || resource.slot; }
};

// The policies of one text, in its order. Errors: kRules with line and column.
base::Result<std::vector<PolicyTree>> ParsePolicies(std::string_view text, const std::string& file);
// One expression alone, as it may stand in a condition.
base::Result<ExprPtr> ParseExpression(std::string_view text, const std::string& file);

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_SYNTAX_AST_H_
