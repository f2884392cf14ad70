// Validation of a policy set: names against the schema, scopes against its actions, conditions by type.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "base/utf8.h"
#include "cedar/engine/policy_set_rep.h"
#include "cedar/validate/type_checker.h"
#include "cedar/validate/validate.h"

namespace hikae::cedar {
namespace {

// Finding the nearest name looks at all of them: past this many errors nobody reads hints.
constexpr size_t kMaxHints = 100;

// What the policies of one validation have in common. One thread.
struct Common {
  const Schema::Rep& schema;
  StaticTypes types;
  size_t hints = kMaxHints;
};

// Which of the request's parts a policy's conditions look at.
struct Uses {
  bool principal = false;
  bool resource = false;
};

// One policy of one set; its errors in the order of the text.
class PolicyValidator {
 public:
  PolicyValidator(Common& common, const LoadedPolicy& policy, Validation& out)
      : common_(common), schema_(common.schema), types_(common.types), policy_(policy), tree_(policy.tree), out_(out) {
    for (const EntityUid& uid : tree_.action.entities) {
      named_actions_.insert(uid);
      actions_known_ = actions_known_ && schema_.FindAction(uid) != nullptr;
      named_unlike_ = named_unlike_ || uid.type != tree_.action.entities.front().type;
    }
    if (tree_.action.entities.empty()) named_unlike_ = true;
  }

  void Run() {
    CheckNames();
    CheckApplication("of this policy");
    CheckTypes();
    WarnOfTurns();
    Finish();
  }

  // What the slots were filled with; everything else is checked once, with the template.
  void RunLink() {
    const std::string name = fmt::format("of the link {}", Quote(policy_.info.id));
    const TemplateLink& link = *policy_.info.link;
    for (const auto& [uid, span] :
         {std::pair(&link.principal, tree_.principal.span), std::pair(&link.resource, tree_.resource.span)}) {
      if (*uid) CheckFilled(**uid, span, name);
    }
    CheckApplication(name);
    Finish();
  }

 private:
  void Finish() {
    if (types_.spent()) return;
    std::stable_sort(errors_.begin(), errors_.end(),
                     [](const TypeFault& a, const TypeFault& b) { return a.span.begin < b.span.begin; });
    for (TypeFault& fault : errors_) out_.errors.push_back(ErrorOf(fault));
  }

  // ---- names ----
  void CheckNames() {
    for (const ScopeClause* clause : {&tree_.principal, &tree_.action, &tree_.resource}) {
      for (size_t i = 0; i < clause->entities.size(); ++i) CheckUid(clause->entities[i], clause->entity_spans[i]);
      if (!clause->type.empty()) CheckType(clause->type, clause->type_span);
    }
    for (const Condition& condition : tree_.conditions) CheckNamesIn(*condition.body);
  }

  void CheckNamesIn(const Expr& expr) {
    if (expr.kind == ExprKind::kLiteral && expr.value.kind() == Value::Kind::kEntity) {
      CheckUid(expr.value.entity(), expr.span);
    }
    if (expr.kind == ExprKind::kIs) CheckType(expr.name, expr.name_span);
    for (const ExprPtr& operand : expr.operands) CheckNamesIn(*operand);
  }

  void CheckType(const std::string& type, const Span& span) {
    if (schema_.FindEntity(type) != nullptr || IsAction(type)) return;
    Report(span, fmt::format("unknown entity type {}", type), NearestType(type));
  }

  // The official engine lets any id of an enumerated type pass here, so a wrong one is a warning.
  void CheckFilled(const EntityUid& uid, const Span& span, const std::string& link) {
    if (IsAction(uid.type)) return;
    const EntityType* type = schema_.FindEntity(uid.type);
    if (type == nullptr) {
      Report(span, fmt::format("unknown entity type {} in a slot {}", uid.type, link), NearestType(uid.type));
    } else if (!IsAmongIds(uid)) {
      out_.warnings.push_back(
          ErrorOf({span, fmt::format("{} is not among the ids of {} in a slot {}", Quote(uid.id), uid.type, link),
                   NearestOf(uid.id, [&] { return type->enum_ids; })}));
    }
  }

  void CheckUid(const EntityUid& uid, const Span& span) {
    if (IsAction(uid.type)) {
      if (schema_.FindAction(uid) != nullptr) return;
      Report(span, fmt::format("unknown action {}", uid.ToString()), NearestOf(uid.ToString(), [&] {
               std::vector<std::string> known;
               for (const ActionType& action : schema_.actions) known.push_back(action.uid.ToString());
               return known;
             }));
      return;
    }
    CheckType(uid.type, span);
    const EntityType* type = schema_.FindEntity(uid.type);
    if (type == nullptr || IsAmongIds(uid)) return;
    Report(span, fmt::format("{} is not among the ids of {}", Quote(uid.id), uid.type),
           NearestOf(uid.id, [&] { return type->enum_ids; }));
  }

  // True of a type that is not enumerated, too.
  bool IsAmongIds(const EntityUid& uid) const {
    const auto ids = schema_.enum_index.find(uid.type);
    return ids == schema_.enum_index.end() || ids->second.contains(uid.id);
  }

  // Of whatever namespace: `action is Ns::Action` is never an unknown type, at worst false.
  static bool IsAction(std::string_view type) { return type == "Action" || type.ends_with("::Action"); }

  // "did you mean …?", or nothing.
  template <class Names>
  std::string NearestOf(std::string_view name, Names names) {
    if (common_.hints == 0) return {};
    --common_.hints;
    const auto known = names();
    const std::string_view nearest = base::Nearest(name, known);
    return nearest.empty() ? std::string() : fmt::format("did you mean '{}'?", nearest);
  }
  std::string NearestType(std::string_view type) {
    return NearestOf(type, [&] { return schema_.EntityNames(); });
  }

  // ---- scope ----
  void CheckApplication(std::string_view whose) {
    if (AppliesToSomething()) return;
    Report(tree_.span, fmt::format("no action of the schema applies to the scope {}", whose),
           "compare principal and resource with the action's appliesTo");
  }

  // Does an action exist whose principals and resources fit the scope?
  bool AppliesToSomething() {
    return std::ranges::any_of(schema_.actions, [&](const ActionType& action) {
      types_.Spend(1);
      return ActionFits(action.uid) && AnyFits(tree_.principal, action.principals) &&
             AnyFits(tree_.resource, action.resources);
    });
  }

  bool AnyFits(const ScopeClause& clause, const std::vector<std::string>& types) {
    return std::ranges::any_of(types, [&](const std::string& type) { return types_.Spend(1) && Fits(clause, type); });
  }

  bool Fits(const ScopeClause& clause, const std::string& type) const {
    if (!clause.type.empty() && clause.type != type) return false;
    if (clause.entities.empty()) return true;
    const std::string& other = clause.entities.front().type;
    return clause.kind == ScopeKind::kEqual ? other == type : schema_.MayBeIn(type, other);
  }

  // A list with an unknown action in it fits none, as in the official engine.
  bool ActionFits(const EntityUid& action) const {
    if (tree_.action.kind == ScopeKind::kAny) return true;
    if (tree_.action.kind == ScopeKind::kEqual) return tree_.action.entities.front() == action;
    return actions_known_ && IsInNamed(action);
  }

  bool IsInNamed(const EntityUid& action) const {
    const auto& above = schema_.action_ancestors.at(action);
    return named_actions_.contains(action) ||
           std::ranges::any_of(above, [&](const EntityUid& group) { return named_actions_.contains(group); });
  }

  // ---- conditions ----
  // Each kind of request that the scope lets through is checked, but kinds that differ only in what the conditions do
  // not look at are checked once: they would give the same.
  void CheckTypes() {
    const Uses uses = UsesOf(tree_);
    bool possible = false;
    for (const ActionType& action : schema_.actions) {
      if (!types_.Spend(1)) return;
      if (!ActionMayApply(action.uid)) continue;
      const auto principals = Fitting(tree_.principal, action.principals, uses.principal);
      if (principals.empty()) continue;
      for (const std::string* principal : principals) {
        for (const std::string* resource : Fitting(tree_.resource, action.resources, uses.resource)) {
          const RequestTypes request{*principal, &action, *resource};
          TypeChecker checker(schema_, types_, request);
          const auto truth = checker.Check(tree_);
          if (types_.spent()) return;
          possible = possible || truth != Truth::kFalse;
          for (const TypeFault& fault : checker.faults()) Report(fault.span, fault.text, fault.hint);
        }
      }
    }
    if (possible) return;
    out_.warnings.push_back(ErrorOf(
        {tree_.span, fmt::format("the policy {} is never satisfied, whatever is requested", policy_.info.id), {}}));
  }

  // False: the scope is false of this action, and whatever is wrong with the scope shows with others.
  bool ActionMayApply(const EntityUid& action) const {
    const auto& named = tree_.action.entities;
    if (tree_.action.kind == ScopeKind::kAny) return true;
    if (tree_.action.kind == ScopeKind::kEqual) return named.front() == action;
    return named_unlike_ || IsInNamed(action);
  }

  // Those of `types` that `clause` may be true of; the first of them when one is as good as another.
  std::vector<const std::string*> Fitting(const ScopeClause& clause, const std::vector<std::string>& types, bool all) {
    std::vector<const std::string*> out;
    for (const std::string& type : types) {
      if (!types_.Spend(1)) break;
      if (!Fits(clause, type)) continue;
      out.push_back(&type);
      if (!all) break;
    }
    return out;
  }

  static Uses UsesOf(const PolicyTree& tree) {
    Uses out;
    for (const Condition& condition : tree.conditions) AddUses(*condition.body, out);
    return out;
  }
  static void AddUses(const Expr& expr, Uses& out) {
    if (expr.kind == ExprKind::kVariable) {
      out.principal = out.principal || expr.variable == Variable::kPrincipal;
      out.resource = out.resource || expr.variable == Variable::kResource;
    }
    for (const ExprPtr& operand : expr.operands) AddUses(*operand, out);
  }

  // ---- texts that do not look like what they are ----
  void WarnOfTurns() {
    for (const ScopeClause* clause : {&tree_.principal, &tree_.action, &tree_.resource}) {
      for (size_t i = 0; i < clause->entities.size(); ++i) WarnOf(clause->entities[i].id, clause->entity_spans[i]);
    }
    for (const Condition& condition : tree_.conditions) WarnIn(*condition.body);
  }

  void WarnIn(const Expr& expr) {
    if (expr.kind == ExprKind::kLiteral && expr.value.kind() == Value::Kind::kString)
      WarnOf(expr.value.text(), expr.span);
    if (expr.kind == ExprKind::kLiteral && expr.value.kind() == Value::Kind::kEntity)
      WarnOf(expr.value.entity().id, expr.span);
    if (expr.kind == ExprKind::kLike) {
      for (const std::string& piece : expr.pattern.pieces) WarnOf(piece, expr.span);
    }
    WarnOf(expr.name, expr.span);
    for (const std::string& name : expr.names) WarnOf(name, expr.span);
    for (const ExprPtr& operand : expr.operands) WarnIn(*operand);
  }

  void WarnOf(std::string_view text, const Span& span) {
    for (base::CodePointReader reader(text); !reader.AtEnd();) {
      const char32_t point = reader.Next();
      if ((point < 0x202A || point > 0x202E) && (point < 0x2066 || point > 0x2069)) continue;
      out_.warnings.push_back(ErrorOf(
          {span,
           fmt::format("a text holds U+{:04X}, which turns the direction of writing", static_cast<uint32_t>(point)),
           "what is shown may not be what is compared"}));
      return;
    }
  }

  // Requests of several kinds give one fault once.
  void Report(const Span& span, std::string text, std::string hint) {
    if (!seen_.emplace(span.begin, text).second) return;
    errors_.push_back({span, std::move(text), std::move(hint)});
  }

  base::Error ErrorOf(const TypeFault& fault) const {
    return base::Error(base::Status::kRules, {fault.text, {}}, {policy_.file, fault.span.line, fault.span.column},
                       {fault.hint, {}});
  }

  Common& common_;
  const Schema::Rep& schema_;
  StaticTypes& types_;
  const LoadedPolicy& policy_;
  const PolicyTree& tree_;
  Validation& out_;
  std::vector<TypeFault> errors_;
  std::set<std::pair<uint32_t, std::string>> seen_;
  std::set<EntityUid> named_actions_;  // in the scope
  bool actions_known_ = true;          // all of them are declared
  bool named_unlike_ = false;          // they are no set of one type
};

}  // namespace

Validation ValidateWithin(const PolicySet& policies, const Schema& schema, size_t steps) {
  Validation out;
  Common common{schema.rep(), StaticTypes(steps)};
  for (const auto* list : {&policies.rep().loaded, &policies.rep().templates}) {
    for (const auto& policy : *list) {
      PolicyValidator validator(common, *policy, out);
      policy->info.link ? validator.RunLink() : validator.Run();
      if (!common.types.spent()) continue;
      out.errors.emplace_back(
          base::Status::kRules, base::Text{fmt::format("the validation takes more than {} steps", steps), {}},
          base::Place{policy->file, policy->tree.span.line, policy->tree.span.column},
          base::Text{"name the types of principal and resource in the scope, or make the lists of appliesTo shorter",
                     {}});
      return out;
    }
  }
  return out;
}

Validation Validate(const PolicySet& policies, const Schema& schema) {
  return ValidateWithin(policies, schema, kMaxValidationSteps);
}

Validation ValidateAndMark(PolicySet& policies, const Schema& schema) {
  Validation out = Validate(policies, schema);
  policies.schema_.reset();
  if (out.errors.empty()) policies.schema_ = schema;
  return out;
}

}  // namespace hikae::cedar
