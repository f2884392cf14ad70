#include <fmt/format.h>

#include <algorithm>

#include "differential/expression.h"
#include "differential/words.h"

namespace hikae::differential {
namespace {

class ScopeMaker {
 public:
  ScopeMaker(Random& random, const Model& model, ExpressionMaker& maker, bool slots)
      : random_(random), model_(model), maker_(maker), slots_(slots) {}

  // `pinned`: the type is fixed, so that the conditions fit.
  std::string Side(const std::string& variable, const std::string& type, bool pinned) {
    const bool slot = slots_ && random_.Chance(75);
    const auto target = [&](const std::string& of) { return slot ? "?" + variable : maker_.EntityLiteral(of); };
    const EntityDecl* entity = model_.FindEntity(type);
    const bool nested = entity != nullptr && !entity->parents.empty();
    const std::string above = nested && random_.Chance(80) ? random_.Pick(entity->parents) : type;
    const std::string named = random_.Chance(3) ? random_.Pick(model_.entities).name : type;
    switch (random_.Weighted({slot ? 0u : pinned ? 1u : 5u, slot ? 0u : 8u, slot ? 4u : 3u, slot ? 4u : 2u, 3})) {
      case 0:
        return variable;
      case 1:
        return variable + " is " + named;
      case 2:
        return variable + " == " + target(named);
      case 3:
        return variable + " in " + target(above);
      default:
        return variable + " is " + named + " in " + target(above);
    }
  }

  std::string Action(const ActionDecl* action, bool pinned) {
    if (action == nullptr || random_.Chance(pinned ? 8 : 40)) return "action";
    const auto literal = [&](const Uid& uid) { return uid.type + "::" + Literal(random_, uid.id); };
    if (random_.Chance(2)) return "action == " + action->uid.type + "::\"missing\"";
    switch (random_.Weighted({6, 2, 2})) {
      case 0:
        return "action == " + literal(action->uid);
      case 1:
        return "action in " + literal(action->groups.empty() ? action->uid : random_.Pick(action->groups));
      default: {
        std::string out = "action in [";
        for (size_t i = random_.Below(3); i > 0; --i) out += literal(random_.Pick(model_.actions).uid) + ", ";
        return Concat({out, literal(action->uid), random_.Chance(10) ? ",]" : "]"});
      }
    }
  }

 private:
  Random& random_;
  const Model& model_;
  ExpressionMaker& maker_;
  bool slots_;
};

std::string MakeAnnotations(Random& random) {
  std::string out;
  if (random.Chance(8)) out += Concat({"@id(", Literal(random, AnyString(random)), ")\n"});
  if (random.Chance(5)) out += random.PickText({"@flag ", "@if(\"x\") ", "@in ", "@_a(\"\") "});
  return out;
}

}  // namespace

Environment AnyEnvironment(Random& random, const Model& model) {
  std::vector<const ActionDecl*> applying;
  for (const ActionDecl& action : model.actions) {
    if (!action.principals.empty() && !action.resources.empty()) applying.push_back(&action);
  }
  if (applying.empty()) return {random.Pick(model.entities).name, nullptr, random.Pick(model.entities).name};
  const ActionDecl* action = random.Pick(applying);
  return {random.Pick(action->principals), action, random.Pick(action->resources)};
}

std::string MakePolicy(Random& random, const Model& model, const Ids& ids, const Environment& likely,
                       bool is_template) {
  const Environment environment = random.Chance(75) ? likely : AnyEnvironment(random, model);
  const size_t wrong = random.Chance(70) ? 0 : random.Between(2, 14);
  ExpressionMaker maker(random, model, ids, environment, wrong);
  ScopeMaker scope(random, model, maker, is_template);
  const bool pinned = random.Chance(75);
  std::string out =
      Concat({MakeAnnotations(random), random.Chance(65) ? "permit" : "forbid", " (",
              scope.Side("principal", environment.principal, pinned), ", ", scope.Action(environment.action, pinned),
              ", ", scope.Side("resource", environment.resource, pinned), random.Chance(3) ? ",)" : ")"});
  for (size_t i = random.Weighted({2, 7, 2}); i > 0; --i) {
    out += Concat({random.Chance(75) ? " when { " : " unless { ", maker.Bool(random.Between(1, 4)), " }"});
  }
  if (random.Chance(5)) out += " // 注記: \"x\n";
  return out + ";";
}

}  // namespace hikae::differential
