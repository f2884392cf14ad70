// Validation of a policy set: names against the schema, scopes against its actions, conditions by type.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "cedar/engine/policy_set_rep.h"
#include "cedar/validate/type_checker.h"

namespace hikae::cedar {
namespace {

// One policy of one set; its errors in the order of the text.
class PolicyValidator {
 public:
  PolicyValidator(const Schema::Rep& schema, StaticTypes& types, const LoadedPolicy& policy, Validation& out)
      : schema_(schema), types_(types), policy_(policy), tree_(policy.tree), out_(out) {}

  void Run() {
    CheckNames();
    CheckApplication("of this policy");
    CheckTypes();
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
    const auto names = schema_.EntityNames();
    Report(span, fmt::format("unknown entity type {}", type), DidYouMean(base::Nearest(type, names)));
  }

  // The official engine lets any id of an enumerated type pass here, so a wrong one is a warning.
  void CheckFilled(const EntityUid& uid, const Span& span, const std::string& link) {
    if (IsAction(uid.type)) return;
    const EntityType* type = schema_.FindEntity(uid.type);
    if (type == nullptr) {
      const auto names = schema_.EntityNames();
      Report(span, fmt::format("unknown entity type {} in a slot {}", uid.type, link),
             DidYouMean(base::Nearest(uid.type, names)));
    } else if (!type->enum_ids.empty() && std::ranges::find(type->enum_ids, uid.id) == type->enum_ids.end()) {
      out_.warnings.push_back(
          ErrorOf({span, fmt::format("{} is not among the ids of {} in a slot {}", Quote(uid.id), uid.type, link),
                   DidYouMean(base::Nearest(uid.id, type->enum_ids))}));
    }
  }

  void CheckUid(const EntityUid& uid, const Span& span) {
    if (IsAction(uid.type)) {
      if (schema_.FindAction(uid) != nullptr) return;
      std::vector<std::string> known;
      for (const ActionType& action : schema_.actions) known.push_back(action.uid.ToString());
      Report(span, fmt::format("unknown action {}", uid.ToString()), DidYouMean(base::Nearest(uid.ToString(), known)));
      return;
    }
    CheckType(uid.type, span);
    const EntityType* type = schema_.FindEntity(uid.type);
    if (type == nullptr || type->enum_ids.empty()) return;
    if (std::ranges::find(type->enum_ids, uid.id) != type->enum_ids.end()) return;
    Report(span, fmt::format("{} is not among the ids of {}", Quote(uid.id), uid.type),
           DidYouMean(base::Nearest(uid.id, type->enum_ids)));
  }

  // Of whatever namespace: `action is Ns::Action` is never an unknown type, at worst false.
  static bool IsAction(std::string_view type) { return type == "Action" || type.ends_with("::Action"); }

  static std::string DidYouMean(std::string_view nearest) {
    return nearest.empty() ? std::string() : fmt::format("did you mean '{}'?", nearest);
  }

  // ---- scope ----
  void CheckApplication(std::string_view whose) {
    if (AppliesToSomething()) return;
    Report(tree_.span, fmt::format("no action of the schema applies to the scope {}", whose),
           "compare principal and resource with the action's appliesTo");
  }

  // Does an action exist whose principals and resources fit the scope?
  bool AppliesToSomething() const {
    return std::ranges::any_of(schema_.actions, [&](const ActionType& action) {
      return ActionFits(action.uid) &&
             std::ranges::any_of(action.principals, [&](const auto& t) { return Fits(tree_.principal, t); }) &&
             std::ranges::any_of(action.resources, [&](const auto& t) { return Fits(tree_.resource, t); });
    });
  }

  bool Fits(const ScopeClause& clause, const std::string& type) const {
    if (!clause.type.empty() && clause.type != type) return false;
    if (clause.entities.empty()) return true;
    const std::string& other = clause.entities.front().type;
    return clause.kind == ScopeKind::kEqual ? other == type : schema_.MayBeIn(type, other);
  }

  // A list with an unknown action in it fits none, as in the official engine.
  bool ActionFits(const EntityUid& action) const {
    const auto& named = tree_.action.entities;
    if (tree_.action.kind == ScopeKind::kAny) return true;
    if (tree_.action.kind == ScopeKind::kEqual) return named.front() == action;
    const auto known = [&](const EntityUid& uid) { return schema_.FindAction(uid) != nullptr; };
    return std::ranges::all_of(named, known) &&
           std::ranges::any_of(named, [&](const EntityUid& uid) { return schema_.ActionIsIn(action, uid); });
  }

  // ---- conditions ----
  void CheckTypes() {
    bool possible = false;
    for (const ActionType& action : schema_.actions) {
      for (const std::string& principal : action.principals) {
        for (const std::string& resource : action.resources) {
          const RequestTypes request{principal, &action, resource};
          TypeChecker checker(schema_, types_, request);
          const auto truth = checker.Check(tree_);
          possible = possible || truth != Truth::kFalse;
          for (const TypeFault& fault : checker.faults()) Report(fault.span, fault.text, fault.hint);
        }
      }
    }
    if (possible) return;
    out_.warnings.push_back(ErrorOf(
        {tree_.span, fmt::format("the policy {} is never satisfied, whatever is requested", policy_.info.id), {}}));
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

  const Schema::Rep& schema_;
  StaticTypes& types_;
  const LoadedPolicy& policy_;
  const PolicyTree& tree_;
  Validation& out_;
  std::vector<TypeFault> errors_;
  std::set<std::pair<uint32_t, std::string>> seen_;
};

}  // namespace

Validation Validate(const PolicySet& policies, const Schema& schema) {
  Validation out;
  StaticTypes types;
  for (const auto* list : {&policies.rep().loaded, &policies.rep().templates}) {
    for (const auto& policy : *list) {
      PolicyValidator validator(schema.rep(), types, *policy, out);
      policy->info.link ? validator.RunLink() : validator.Run();
    }
  }
  return out;
}

Validation ValidateAndMark(PolicySet& policies, const Schema& schema) {
  Validation out = Validate(policies, schema);
  policies.schema_.reset();
  if (out.errors.empty()) policies.schema_ = schema;
  return out;
}

}  // namespace hikae::cedar
