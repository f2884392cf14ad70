// Strict type checking of one policy for one kind of request: principal and resource types, the action, its context.
#ifndef HIKAE_CEDAR_VALIDATE_TYPE_CHECKER_H_
#define HIKAE_CEDAR_VALIDATE_TYPE_CHECKER_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cedar/schema/schema_rep.h"
#include "cedar/syntax/ast.h"
#include "cedar/validate/static_type.h"

namespace hikae::cedar {

struct RequestTypes {
  std::string principal;
  const ActionType* action = nullptr;
  std::string resource;
};

struct TypeFault {
  Span span;
  std::string text;
  std::string hint;
};

// The rules of Cedar's strict mode. A Boolean that is known before evaluation cuts its expression short: what stands
// behind `false &&` is not checked. A *capability* is an optional attribute or a tag known to be there: learnt from
// `has` and `hasTag`, held while the other side of && or the branch of an `if` is checked. One use, one thread; its
// stack is bounded by the height of the tree.
class TypeChecker {
 public:
  TypeChecker(const Schema::Rep& schema, StaticTypes& types, const RequestTypes& request)
      : schema_(schema), types_(types), request_(request) {}

  // The truth of the policy's scope and conditions; nullopt when there were faults.
  std::optional<Truth> Check(const PolicyTree& policy);
  const std::vector<TypeFault>& faults() const { return faults_; }

 private:
  // Keys of what is known to be there once the expression was true.
  using Capabilities = std::vector<std::string>;
  struct Typed {
    StaticType type;
    Capabilities learnt;
  };
  using Result = std::optional<Typed>;

  Result TypeOf(const Expr& expr);
  Result Literal(const Expr& expr);
  Result OfVariable(const Expr& expr);
  Result If(const Expr& expr);
  Result And(const Expr& expr);
  Result Or(const Expr& expr);
  Result Not(const Expr& expr);
  Result Arithmetic(const Expr& expr);
  Result Equality(const Expr& expr);
  Result Order(const Expr& expr);
  Result In(const Expr& expr);
  Result Contains(const Expr& expr);
  Result IsEmpty(const Expr& expr);
  Result Tag(const Expr& expr);
  Result Has(const Expr& expr);
  Result Get(const Expr& expr);
  Result Like(const Expr& expr);
  Result Is(const Expr& expr);
  Result Set(const Expr& expr);
  Result Record(const Expr& expr);
  Result Call(const Expr& expr);
  bool Constructor(const Expr& expr);

  Truth ScopeTruth(const ScopeClause& clause, const std::string& type) const;
  bool ActionSetHasType(const ScopeClause& clause);
  Truth ActionTruth(const ScopeClause& clause) const;
  Truth InTruth(const Expr& left, const Expr& right, const std::string& left_type, const std::string& right_type) const;
  // One step of `has`: the truth, and the capability it gives.
  std::optional<Truth> HasAttribute(const StaticType& type, const std::string& name, const std::string& key,
                                    Capabilities& learnt);
  const StaticAttribute* FindAttribute(const StaticType& type, const std::string& name);
  std::vector<std::string> AttributeNames(const StaticType& type) const;

  std::optional<Typed> Expect(const Expr& expr, Type::Kind kind);
  std::optional<EntityUid> UidOf(const Expr& expr) const;  // of a literal, and of `action`
  std::string KeyOf(const Expr& expr) const;               // equal for expressions that are structurally equal
  void AppendKey(const Expr& expr, std::string& out) const;
  std::optional<StaticType> Bound(const StaticType& a, const StaticType& b);
  void KeepCommon(Capabilities& kept, const Capabilities& others);
  void Hold(const Capabilities& capabilities);
  void Release(const Capabilities& capabilities);
  bool Holds(const std::string& key) const { return held_.contains(key); }

  std::nullopt_t Fault(const Span& span, std::string text, std::string hint = {});
  std::nullopt_t Mismatch(const Expr& expr, std::string_view expected, const StaticType& found);

  const Schema::Rep& schema_;
  StaticTypes& types_;
  const RequestTypes& request_;
  std::map<std::string, int> held_;
  std::map<std::pair<std::string, std::string>, StaticAttribute> attributes_;  // of entity types, by type and name
  std::vector<TypeFault> faults_;
};

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_VALIDATE_TYPE_CHECKER_H_
