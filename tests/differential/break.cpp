#include <algorithm>

#include "differential/model.h"
#include "differential/words.h"

namespace hikae::differential {
namespace {

Type Plain(Kind kind) { return {kind, {}, {}, {}}; }

std::string OddName(Random& random) {
  return random.PickText({"Missing", "N::Missing", "Bool",    "Long",          "String",           "Record",
                          "Entity",  "Extension",  "__cedar", "__cedar::Long", "__cedar::Missing", "in",
                          "if",      "Action",     "User",    "Group",         "Address",          "Office::Tax::User",
                          "true",    "decimal",    "ipaddr",  "datetime",      "Boolean",          "_"});
}

void BreakEntity(Random& random, Model& model) {
  EntityDecl& entity = model.entities[random.Below(model.entities.size())];
  switch (random.Below(9)) {
    case 0:
      entity.parents.push_back(OddName(random));
      break;
    case 1:
      entity.shape = {Kind::kCommon, OddName(random), {}, {}};
      break;
    case 2:
      entity.tags = Type{Kind::kEntity, OddName(random), {}, {}};
      break;
    case 3:
      entity.name = OddName(random);
      break;
    case 4:
      entity.shape = MakeType(random, model, 1);
      break;
    case 5:
      entity.enum_ids = {"a", "a"};
      break;
    case 6:
      if (entity.shape.kind == Kind::kRecord)
        entity.shape.fields.push_back({"x", {Kind::kCommon, OddName(random), {}, {}}, true});
      break;
    case 7: {  // a name that two namespaces share
      EntityDecl twin = entity;
      twin.name = (random.Chance(50) ? "" : random.Pick(model.namespaces) + "::") + BaseName(entity.name);
      model.entities.push_back(std::move(twin));
      break;
    }
    default:
      entity.tags = MakeType(random, model, 2);
  }
}

void BreakAction(Random& random, Model& model) {
  ActionDecl& action = model.actions[random.Below(model.actions.size())];
  switch (random.Below(8)) {
    case 0:
      action.groups.push_back({action.uid.type, "missing"});
      break;
    case 1:
      action.groups.push_back(action.uid);
      break;
    case 2:
      model.actions.front().groups.push_back(model.actions.back().uid);
      break;
    case 3:
      action.principals.push_back(OddName(random));
      break;
    case 4:
      action.resources.clear();
      break;
    case 5:
      action.context = MakeType(random, model, 1);
      break;
    case 6:
      action.groups.push_back(
          {random.PickText({"User", "N::Action", "Action", "Missing::Action", "Nction"}), action.uid.id});
      break;
    default:
      model.actions.push_back(action);
  }
}

void BreakCommon(Random& random, Model& model) {
  if (model.commons.empty()) model.commons.push_back({"Address", Plain(Kind::kLong)});
  CommonDecl& common = model.commons[random.Below(model.commons.size())];
  switch (random.Below(5)) {
    case 0:
      common.type = {Kind::kCommon, common.name, {}, {}};
      break;
    case 1:
      common.type = {Kind::kSet, {}, {{Kind::kCommon, OddName(random), {}, {}}}, {}};
      break;
    case 2:
      common.name = OddName(random);
      break;
    case 3:  // a common type and an entity type of one name
      common.name = random.Pick(model.entities).name;
      break;
    default:
      common.type = {Kind::kRecord, {}, {}, {{"x", {Kind::kCommon, model.commons.back().name, {}, {}}, true}}};
  }
}

}  // namespace

Model Break(Random& random, Model model) {
  const size_t what = random.Weighted({5, 4, 4, 1, 1});
  if (what == 0) BreakEntity(random, model);
  if (what == 1) BreakAction(random, model);
  if (what == 2) BreakCommon(random, model);
  if (what == 3)
    model.namespaces.push_back(random.PickText({"__cedar", "in", "N", "A::B", "a::__cedar", "true", "Action"}));
  if (what == 4)
    model.entities.erase(model.entities.begin() + static_cast<int64_t>(random.Below(model.entities.size())));
  return model;
}

}  // namespace hikae::differential
