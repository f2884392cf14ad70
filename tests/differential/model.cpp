#include "differential/model.h"

#include <algorithm>

#include "differential/words.h"

namespace hikae::differential {
namespace {

std::string Join(const std::string& space, const std::string& name) {
  return space.empty() ? name : space + "::" + name;
}

bool Taken(const Model& model, const std::string& base) {
  const auto same = [&](const auto& decl) { return BaseName(decl.name) == base; };
  return std::ranges::any_of(model.commons, same) || std::ranges::any_of(model.entities, same);
}

// Names of types differ even between namespaces: clashes are Break's business.
std::string FreshName(Random& random, const Model& model, std::initializer_list<const char*> pool) {
  for (size_t i = 0;; ++i) {
    std::string base = random.PickText(pool);
    if (i > 4) base += std::to_string(i);
    if (!Taken(model, base)) return Join(random.Pick(model.namespaces), base);
  }
}

std::vector<Field> MakeFields(Random& random, const Model& model, size_t depth, size_t most) {
  std::vector<Field> fields;
  for (size_t i = random.Below(most + 1); i > 0; --i) {
    std::string name = AttributeName(random);
    if (std::ranges::any_of(fields, [&](const Field& f) { return f.name == name; })) continue;
    fields.push_back({std::move(name), MakeType(random, model, depth), random.Chance(65)});
  }
  return fields;
}

// A record, sometimes under the name of a common type.
Type MakeRecord(Random& random, const Model& model, size_t most) {
  if (random.Chance(20)) {
    for (const CommonDecl& common : model.commons) {
      if (model.Resolve(common.type).kind == Kind::kRecord) return {Kind::kCommon, common.name, {}, {}};
    }
  }
  return {Kind::kRecord, {}, {}, MakeFields(random, model, 2, most)};
}

void AddEntities(Random& random, Model& model) {
  for (size_t i = random.Between(2, 4); i > 0; --i) {
    EntityDecl decl;
    decl.name =
        FreshName(random, model, {"User", "Group", "Doc", "Folder", "Team", "Org", "Ward", "Record", "Type", "Set"});
    if (random.Chance(18)) {
      for (size_t j = random.Between(1, 3); j > 0; --j) {
        std::string id = AnyId(random);
        if (std::ranges::find(decl.enum_ids, id) == decl.enum_ids.end()) decl.enum_ids.push_back(std::move(id));
      }
    }
    model.entities.push_back(std::move(decl));
  }
}

void FillEntities(Random& random, Model& model) {
  for (EntityDecl& decl : model.entities) {
    if (!decl.enum_ids.empty()) continue;
    for (const EntityDecl& other : model.entities) {
      if (random.Chance(30)) decl.parents.push_back(other.name);
    }
    decl.shape = MakeRecord(random, model, 5);
    if (random.Chance(35)) decl.tags = MakeType(random, model, 1);
  }
}

std::vector<std::string> SomeTypes(Random& random, const Model& model) {
  std::vector<std::string> names;
  for (size_t i = random.Weighted({0, 6, 3, 1}); i > 0; --i) {
    const std::string& name = random.Pick(model.entities).name;
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return names;
}

void AddActions(Random& random, Model& model) {
  for (size_t i = random.Between(1, 4); i > 0; --i) {
    ActionDecl decl;
    decl.uid = {Join(random.Pick(model.namespaces), "Action"),
                random.Chance(80) ? random.PickText({"view", "edit", "read", "all", "close", "閲覧"}) : AnyId(random)};
    if (model.FindAction(decl.uid) != nullptr) continue;
    for (const ActionDecl& other : model.actions) {
      if (random.Chance(35)) decl.groups.push_back(other.uid);
    }
    decl.applies = random.Chance(85);
    if (decl.applies) {
      decl.principals = SomeTypes(random, model);
      decl.resources = SomeTypes(random, model);
      decl.context = MakeRecord(random, model, 4);
    }
    model.actions.push_back(std::move(decl));
  }
}

}  // namespace

std::string NamespaceOf(const std::string& name) {
  const size_t at = name.rfind("::");
  return at == std::string::npos ? std::string() : name.substr(0, at);
}
std::string BaseName(const std::string& name) {
  const size_t at = name.rfind("::");
  return at == std::string::npos ? name : name.substr(at + 2);
}

const EntityDecl* Model::FindEntity(const std::string& name) const {
  const auto found = std::ranges::find(entities, name, &EntityDecl::name);
  return found != entities.end() ? &*found : nullptr;
}

const ActionDecl* Model::FindAction(const Uid& uid) const {
  const auto found = std::ranges::find(actions, uid, &ActionDecl::uid);
  return found != actions.end() ? &*found : nullptr;
}

const Type& Model::Resolve(const Type& type) const {
  const Type* at = &type;
  while (at->kind == Kind::kCommon) {
    const auto found = std::ranges::find(commons, at->name, &CommonDecl::name);
    if (found == commons.end()) break;
    at = &found->type;
  }
  return *at;
}

Type MakeType(Random& random, const Model& model, size_t depth) {
  const size_t nested = depth > 0 ? 3 : 0;
  const Kind kind = static_cast<Kind>(random.Weighted({4, 5, 5, 2, 2, 2, 2, 4, nested, nested, 2}));
  switch (kind) {
    case Kind::kEntity:
      if (model.entities.empty()) return {Kind::kString, {}, {}, {}};
      return {kind, random.Pick(model.entities).name, {}, {}};
    case Kind::kCommon:
      if (model.commons.empty()) return {Kind::kLong, {}, {}, {}};
      return {kind, random.Pick(model.commons).name, {}, {}};
    case Kind::kSet:
      return {kind, {}, {MakeType(random, model, depth - 1)}, {}};
    case Kind::kRecord:
      return {kind, {}, {}, MakeFields(random, model, depth - 1, 3)};
    default:
      return {kind, {}, {}, {}};
  }
}

Model MakeModel(Random& random) {
  Model model;
  static const std::vector<std::string> spaces = {"", "N", "Ward", "Office::Tax", "N::M"};
  for (size_t i = random.Weighted({0, 6, 3, 1}); i > 0; --i) {
    const std::string& space = random.Pick(spaces);
    if (std::ranges::find(model.namespaces, space) == model.namespaces.end()) model.namespaces.push_back(space);
  }
  AddEntities(random, model);
  for (size_t i = random.Below(4); i > 0; --i) {
    std::string name = FreshName(random, model, {"Address", "Level", "Ctx", "Names", "Info", "Point"});
    Type type =
        random.Chance(50) ? Type{Kind::kRecord, {}, {}, MakeFields(random, model, 1, 3)} : MakeType(random, model, 2);
    model.commons.push_back({std::move(name), std::move(type)});
  }
  FillEntities(random, model);
  AddActions(random, model);
  return model;
}

}  // namespace hikae::differential
