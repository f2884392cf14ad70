#include "differential/world.h"

#include <fmt/format.h>

#include "differential/data_maker.h"
#include "differential/expression.h"
#include "differential/model.h"
#include "differential/tokens.h"

namespace hikae::differential {
namespace {

using codec::Node;

constexpr size_t kSets = 32;

// What the worlds are for: most are read by both engines without complaint and decided; the others are for refusals.
struct Plan {
  bool schema = true;
  bool break_store = false;
  size_t mutate_policies = 12;  // percent
  size_t odd_requests = 15;     // percent
  size_t schemas = 2;
  size_t stores = 2;
};

Plan MakePlan(Random& random) {
  Plan plan;
  plan.schema = random.Chance(85);
  plan.break_store = random.Chance(6);
  if (random.Chance(15)) plan.mutate_policies = 90;
  if (random.Chance(15)) plan.schemas = 12;
  if (random.Chance(15)) plan.stores = 16;
  return plan;
}

Node SchemaOf(Random& random, const Model& model) {
  return random.Chance(60) ? Node::String(SchemaText(random, model)) : SchemaJson(random, model);
}

class SetMaker {
 public:
  SetMaker(Random& random, const Model& model, const Ids& ids, const Plan& plan)
      : random_(random), model_(model), ids_(ids), plan_(plan) {}

  Node Make() {
    likely_ = AnyEnvironment(random_, model_);
    std::string text;
    const size_t count = random_.Weighted({1, 8, 5, 3, 2, 1});
    for (size_t i = 0; i < count; ++i)
      text += (i > 0 ? "//----\n" : "") + MakePolicy(random_, model_, ids_, likely_, false) + "\n";
    const bool mutate = random_.Chance(plan_.mutate_policies);
    if (mutate) text = Mutate(random_, text, false);
    Node set = Node::Map({{"policies", Node::String(text)}});
    if (!mutate && count > 0) set.Set("whole", Node::Bool(true));
    if (random_.Chance(12)) AddTemplates(set, count);
    Node requests = Node::List();
    for (size_t i = random_.Between(1, 4); i > 0; --i) {
      requests.Append(MakeRequest(random_, model_, ids_, likely_, plan_.schema, plan_.odd_requests));
    }
    return set.Set("requests", std::move(requests));
  }

 private:
  void AddTemplates(Node& set, size_t first) {
    Node templates = Node::List();
    Node links = Node::List();
    for (size_t i = random_.Between(1, 2); i > 0; --i) {
      std::string text = MakePolicy(random_, model_, ids_, likely_, true);
      const std::string id = fmt::format("policy{}", first + templates.items().size());
      for (size_t j = random_.Below(3); j > 0; --j) links.Append(Link(id, text, links.items().size()));
      templates.Append(Node::String(std::move(text)));
    }
    set.Set("templates", std::move(templates));
    set.Set("links", std::move(links));
  }

  Node Link(const std::string& id, const std::string& text, size_t number) {
    Node values = Node::Map();
    for (const char* slot : {"?principal", "?resource"}) {
      if ((text.find(slot) == std::string::npos) != random_.Chance(4)) continue;
      const std::string type = random_.Pick(model_.entities).name;
      const auto& known = ids_.at(type);
      values.Set(slot, Node::Map({{"type", Node::String(type)}, {"id", Node::String(random_.Pick(known))}}));
    }
    const bool clash = random_.Chance(2);
    return Node::Map({{"templateId", Node::String(random_.Chance(98) ? id : "policy9")},
                      {"newId", Node::String(clash ? "policy0" : fmt::format("link{}", number))},
                      {"values", std::move(values)}});
  }

  Random& random_;
  const Model& model_;
  const Ids& ids_;
  const Plan& plan_;
  Environment likely_;
};

Node OtherSchema(Random& random, const Model& model) {
  if (random.Chance(40)) return Node::String(Mutate(random, SchemaText(random, model), true));
  return SchemaOf(random, random.Chance(85) ? Break(random, model) : model);
}

}  // namespace

Node MakeWorld(uint64_t seed) {
  Random random(seed);
  const Plan plan = MakePlan(random);
  const Model model = MakeModel(random);
  const Ids ids = MakeIds(random, model);
  Node world = Node::Map({{"seed", Node::String(fmt::format("{}", seed))}});
  world.Set("schema", plan.schema ? SchemaOf(random, model) : Node::Null());
  Node entities = MakeEntities(random, model, ids, plan.schema);
  world.Set("entities", plan.break_store ? BreakEntities(random, model, entities) : entities);
  Node sets = Node::List();
  for (size_t i = 0; i < kSets; ++i) sets.Append(SetMaker(random, model, ids, plan).Make());
  world.Set("sets", std::move(sets));
  Node schemas = Node::List();
  for (size_t i = 0; i < plan.schemas; ++i) schemas.Append(OtherSchema(random, model));
  world.Set("schemas", std::move(schemas));
  Node stores = Node::List();
  for (size_t i = 0; i < plan.stores; ++i) stores.Append(BreakEntities(random, model, entities));
  return world.Set("stores", std::move(stores));
}

}  // namespace hikae::differential
