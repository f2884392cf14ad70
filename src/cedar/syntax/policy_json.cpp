// Reading: the policy around its expressions.
#include "cedar/syntax/policy_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cedar/syntax/json_expression.h"
#include "cedar/syntax/json_fields.h"

namespace hikae::cedar {
namespace {

using base::Result;
using codec::Node;

class PolicyReader {
 public:
  explicit PolicyReader(std::string_view file) : file_(file) {}

  Result<PolicyTree> Read(const Node& json) {
    HIKAE_CHECK(CheckFields(json, file_, "a policy", {"effect", "principal", "action", "resource", "conditions"},
                            {"annotations"}));
    PolicyTree out;
    out.span = SpanOf(json);
    HIKAE_TRY(out.forbid, OneOf(*json.Find("effect"), "the effect", "permit", "forbid"));
    HIKAE_TRY(out.principal, Scope(*json.Find("principal"), Variable::kPrincipal));
    HIKAE_TRY(out.action, Scope(*json.Find("action"), Variable::kAction));
    HIKAE_TRY(out.resource, Scope(*json.Find("resource"), Variable::kResource));
    const Node& conditions = *json.Find("conditions");
    if (!conditions.IsList())
      return Bad(conditions, fmt::format("the conditions are a list, found {}", DescribeJson(conditions)));
    for (const Node& condition : conditions.items()) {
      HIKAE_TRY(out.conditions.emplace_back(), ReadCondition(condition));
    }
    if (const Node* annotations = json.Find("annotations")) HIKAE_CHECK(Annotations(*annotations, out));
    return out;
  }

 private:
  base::Error Bad(const Node& at, std::string text, std::string hint = {}) const {
    return JsonError(at, file_, std::move(text), std::move(hint));
  }

  // Is it the second?
  Result<bool> OneOf(const Node& node, std::string_view what, std::string_view first, std::string_view second) const {
    if (node.IsText() && (node.text() == first || node.text() == second)) return node.text() == second;
    return Bad(node, fmt::format("{} is \"{}\" or \"{}\", found {}", what, first, second,
                                 node.IsText() ? Quote(node.text()) : DescribeJson(node)));
  }

  Result<Condition> ReadCondition(const Node& json) const {
    HIKAE_CHECK(CheckFields(json, file_, "a condition", {"kind", "body"}));
    Condition out;
    out.span = SpanOf(json);
    HIKAE_TRY(out.unless, OneOf(*json.Find("kind"), "the kind of a condition", "when", "unless"));
    HIKAE_TRY(out.body, ExpressionFromJson(*json.Find("body"), file_));
    return out;
  }

  Result<void> Annotations(const Node& json, PolicyTree& out) const {
    if (!json.IsMap()) return Bad(json, fmt::format("the annotations are an object, found {}", DescribeJson(json)));
    for (const auto& [key, value] : json.entries()) {
      if (!IsWord(key)) {
        return Bad(value, fmt::format("{} is no name of an annotation", Quote(key)),
                   "names are ASCII letters, digits and '_'");
      }
      if (!value.IsText() && !value.IsNull()) {
        return Bad(value, fmt::format("the value of @{} is a string or null, found {}", key, DescribeJson(value)));
      }
      std::optional<std::string> text;
      if (value.IsText()) text = value.text();
      out.annotations.push_back({key, std::move(text), SpanOf(value)});
    }
    return {};
  }

  // ---- scope ----
  Result<ScopeClause> Scope(const Node& json, Variable variable) const {
    const std::string what = fmt::format("the scope of the {}", NameOf(variable));
    const Node* op = json.Find("op");
    if (op == nullptr) return CheckFields(json, file_, what, {"op"}).error();
    HIKAE_TRY(const std::string name, JsonText(*op, file_, "\"op\""));
    ScopeClause out;
    out.span = SpanOf(json);
    if (name == "All" || name == "all") {
      HIKAE_CHECK(CheckFields(json, file_, what, {"op"}));
    } else if (name == "==" || name == "in") {
      out.kind = name == "in" ? ScopeKind::kIn : ScopeKind::kEqual;
      if (variable == Variable::kAction && name == "in" && json.Find("entities") != nullptr) {
        HIKAE_CHECK(CheckFields(json, file_, what, {"op", "entities"}));
        HIKAE_CHECK(ActionSet(*json.Find("entities"), out));
      } else {
        HIKAE_CHECK(EntityOrSlot(json, variable, what, out));
      }
    } else if (name == "is" && variable != Variable::kAction) {
      HIKAE_CHECK(Is(json, variable, what, out));
    } else {
      return Bad(*op, fmt::format("unknown \"op\" {} in {}", Quote(name), what),
                 variable == Variable::kAction ? "known are All, ==, in" : "known are All, ==, in, is");
    }
    return out;
  }

  Result<void> EntityOrSlot(const Node& json, Variable variable, const std::string& what, ScopeClause& out) const {
    const bool nested = json.Find("op") == nullptr;
    const Node* slot = json.Find("slot");
    const std::string_view key = slot != nullptr ? "slot" : "entity";
    HIKAE_CHECK(nested ? CheckFields(json, file_, what, {key}) : CheckFields(json, file_, what, {"op", key}));
    if (slot == nullptr) return Entity(*json.Find("entity"), variable, out);
    HIKAE_TRY(const std::string name, JsonText(*slot, file_, "a slot"));
    if (variable == Variable::kAction) return Bad(*slot, "the action takes no slot");
    if (name != fmt::format("?{}", NameOf(variable))) {
      return Bad(*slot, fmt::format("the slot {} cannot stand here", Quote(name)),
                 fmt::format("write \"?{}\"", NameOf(variable)));
    }
    out.slot = variable == Variable::kPrincipal ? Slot::kPrincipal : Slot::kResource;
    return {};
  }

  Result<void> Entity(const Node& json, Variable variable, ScopeClause& out) const {
    HIKAE_TRY(EntityUid uid, JsonUid(json, file_));
    if (variable == Variable::kAction && uid.type != "Action" && !uid.type.ends_with("::Action")) {
      return Bad(json, fmt::format("the action is compared with a {}", uid.type), "actions have the type Action");
    }
    out.entities.push_back(std::move(uid));
    out.entity_spans.push_back(SpanOf(json));
    return {};
  }

  Result<void> ActionSet(const Node& json, ScopeClause& out) const {
    if (!json.IsList()) return Bad(json, fmt::format("\"entities\" is a list, found {}", DescribeJson(json)));
    for (const Node& item : json.items()) HIKAE_CHECK(Entity(item, Variable::kAction, out));
    if (out.entities.size() != 1) out.kind = ScopeKind::kInSet;
    return {};
  }

  Result<void> Is(const Node& json, Variable variable, const std::string& what, ScopeClause& out) const {
    HIKAE_CHECK(CheckFields(json, file_, what, {"op", "entity_type"}, {"in"}));
    const Node& type = *json.Find("entity_type");
    HIKAE_TRY(out.type, JsonTypeName(type, file_));
    out.type_span = SpanOf(type);
    out.kind = ScopeKind::kIs;
    const Node* in = json.Find("in");
    if (in == nullptr || in->IsNull()) return {};
    out.kind = ScopeKind::kIsIn;
    return EntityOrSlot(*in, variable, fmt::format("\"in\" of {}", what), out);
  }

  std::string_view file_;
};

}  // namespace

Result<PolicyTree> PolicyFromJson(const Node& json, std::string_view file) { return PolicyReader(file).Read(json); }

}  // namespace hikae::cedar
