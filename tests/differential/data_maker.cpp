#include "differential/data_maker.h"

#include <algorithm>
#include <utility>

#include "differential/words.h"

namespace hikae::differential {
namespace {

using codec::Node;

Node UidJson(const Uid& uid) { return Node::Map({{"type", Node::String(uid.type)}, {"id", Node::String(uid.id)}}); }

class ValueMaker {
 public:
  ValueMaker(Random& random, const Model& model, const Ids& ids, bool implicit)
      : random_(random), model_(model), ids_(ids), implicit_(implicit) {}

  Node Of(const Type& declared) {
    const Type& type = model_.Resolve(declared);
    switch (type.kind) {
      case Kind::kBool:
        return Node::Bool(random_.Chance(50));
      case Kind::kLong:
        return Node::Integer(JsonLong(random_));
      case Kind::kString:
        return Node::String(AnyString(random_));
      case Kind::kDecimal:
        return Extension("decimal", random_.Pick(DecimalTexts(Valid())));
      case Kind::kIp:
        return Extension("ip", random_.Pick(IpTexts(Valid())));
      case Kind::kDatetime:
        return Extension("datetime", random_.Pick(DatetimeTexts(Valid())));
      case Kind::kDuration:
        return Extension("duration", random_.Pick(DurationTexts(Valid())));
      case Kind::kEntity:
        return Entity(type.name);
      case Kind::kSet: {
        Node out = Node::List();
        for (size_t i = random_.Below(4); i > 0; --i) out.Append(Of(type.element.front()));
        return out;
      }
      case Kind::kRecord:
        return Record(type.fields);
      case Kind::kCommon:
        break;
    }
    return Node::Null();
  }

  Node Record(const std::vector<Field>& fields) {
    Node out = Node::Map();
    for (const Field& field : fields) {
      if (field.required || random_.Chance(60)) out.Set(field.name, Of(field.type));
    }
    return out;
  }

  std::string Id(const std::string& type) {
    const auto known = ids_.find(type);
    if (known == ids_.end() || known->second.empty()) return AnyId(random_);
    const EntityDecl* entity = model_.FindEntity(type);
    if (entity != nullptr && !entity->enum_ids.empty()) return random_.Pick(known->second);
    return random_.Chance(92) ? random_.Pick(known->second) : AnyId(random_);
  }

 private:
  bool Valid() { return !random_.Chance(1); }

  Node Entity(const std::string& type) {
    Node uid = UidJson({type, Id(type)});
    if (implicit_ && random_.Chance(40)) return uid;
    return Node::Map({{"__entity", std::move(uid)}});
  }

  Node Extension(const char* function, std::string text) {
    if (implicit_ && random_.Chance(30)) return Node::String(std::move(text));
    Node call = Node::Map({{"fn", Node::String(function)}});
    if (random_.Chance(10)) {
      call.Set("args", Node::List({Node::String(std::move(text))}));
    } else {
      call.Set("arg", Node::String(std::move(text)));
    }
    if (implicit_ && random_.Chance(15)) return call;
    return Node::Map({{"__extn", std::move(call)}});
  }

  Random& random_;
  const Model& model_;
  const Ids& ids_;
  bool implicit_;
};

// What hikae's reader refuses on purpose and the official one passes over is not here:
// docs/design/cedar-differences.md.
Node OddValue(Random& random) {
  static const std::vector<const char*> texts = {
      "null",
      "1",
      "\"x\"",
      "[]",
      "{}",
      "true",
      "1.5",
      "-0",
      R"({"__entity": {"type": "Missing", "id": "a"}})",
      R"({"__expr": "principal"})",
      R"({"__extn": {"fn": "decimal", "arg": "1"}})",
      R"({"__extn": {"fn": "nope", "arg": "1"}})",
      R"({"__extn": {"fn": "decimal", "arg": 1}})",
      R"({"__extn": {"fn": "decimal", "args": ["1.0", "2.0"]}})",
      R"({"__extn": {"fn": "offset", "args": [{"__extn": {"fn": "datetime", "arg": "2024-01-01"}}, {"__extn": {"fn": "duration", "arg": "1d"}}]}})",
      R"({"type": "User", "id": "a"})",
      R"({"fn": "decimal", "arg": "1.0"})",
      R"([1, "a"])",
      R"([[], 1])",
      R"({"a": null})",
      R"({"__entity": {"type": "", "id": "a"}})",
      R"({"__entity": {"type": "a b", "id": "a"}})",
      R"({"__entity": {"type": " User", "id": "a"}})",
      R"({"__entity": {"type": "if", "id": "a"}})",
      R"({"__extn": {"fn": "toDate", "arg": {"__extn": {"fn": "datetime", "arg": "2024-01-01T09:00:00Z"}}}})",
      R"({"__extn": {"fn": "durationSince", "args": [{"__extn": {"fn": "datetime", "arg": "2024-01-01"}}, {"__extn": {"fn": "datetime", "arg": "2024-01-02"}}]}})"};
  return *codec::ReadJson(texts[random.Below(texts.size())], "odd");
}

// Something somewhere below the value becomes something else.
void Disturb(Random& random, Node& value) {
  const bool escape = value.IsMap() && !value.entries().empty() && value.entries().front().first.starts_with("__");
  if (value.IsMap() && !value.entries().empty() && !escape && random.Chance(75)) {
    const size_t at = random.Below(value.entries().size());
    const std::string key = value.entries()[at].first;
    Node inside = value.entries()[at].second;
    Disturb(random, inside);
    value.Set(key, std::move(inside));
  } else if (value.IsList() && !value.items().empty() && random.Chance(75)) {
    std::vector<Node> items = value.items();
    Disturb(random, items[random.Below(items.size())]);
    value = Node::List(std::move(items));
  } else {
    value = OddValue(random);
  }
}

void BreakAttributes(Random& random, Node& entity, const char* which) {
  Node attributes = entity.Find(which) != nullptr ? *entity.Find(which) : Node::Map();
  const auto entries = attributes.entries();
  const size_t what = random.Below(3);
  if (what == 0 || entries.empty()) {
    attributes.Set(AttributeName(random), OddValue(random));
  } else if (what == 1) {
    std::vector<Node::Entry> fewer = entries;
    fewer.erase(fewer.begin() + static_cast<int64_t>(random.Below(fewer.size())));
    attributes = Node::Map(std::move(fewer));
  } else {
    Disturb(random, attributes);
  }
  entity.Set(which, std::move(attributes));
}

// Everything the action is in: the official engine wants all of it, not the direct groups alone.
std::vector<Uid> Above(const Model& model, const ActionDecl& action) {
  std::vector<Uid> out = action.groups;
  for (size_t i = 0; i < out.size(); ++i) {
    const ActionDecl* group = model.FindAction(out[i]);
    if (group == nullptr) continue;
    for (const Uid& further : group->groups) {
      if (std::ranges::find(out, further) == out.end()) out.push_back(further);
    }
  }
  return out;
}

Node ActionEntity(Random& random, const Model& model) {
  const ActionDecl& action = random.Pick(model.actions);
  Node parents = Node::List();
  if (!random.Chance(15)) {
    for (const Uid& group : Above(model, action)) parents.Append(UidJson(group));
  }
  Node out = Node::Map({{"uid", UidJson({action.uid.type, random.Chance(90) ? action.uid.id : "missing"})}});
  out.Set("attrs", random.Chance(90) ? Node::Map() : Node::Map({{"a", Node::Integer(1)}}));
  return out.Set("parents", std::move(parents));
}

void BreakEntity(Random& random, const Model& model, Node& entity) {
  switch (random.Weighted({6, 2, 4, 2, 1, 1})) {
    case 0:
      BreakAttributes(random, entity, "attrs");
      break;
    case 1:
      BreakAttributes(random, entity, "tags");
      break;
    case 2: {
      Node parents = entity.Find("parents") != nullptr ? *entity.Find("parents") : Node::List();
      const std::string type = random.Pick(model.entities).name;
      parents.Append(random.Chance(85) ? UidJson({type, AnyId(random)}) : OddValue(random));
      entity.Set("parents", std::move(parents));
      break;
    }
    case 3:
      entity.Set("uid", random.Chance(60)
                            ? UidJson({random.PickText({"Missing", "User", "Group", "N::Doc"}), AnyId(random)})
                            : OddValue(random));
      break;
    case 4:
      entity.Set(random.PickText({"attrs", "tags", "parents"}), OddValue(random));
      break;
    default:
      Disturb(random, entity);
  }
}

}  // namespace

Ids MakeIds(Random& random, const Model& model) {
  Ids ids;
  for (const EntityDecl& entity : model.entities) {
    std::vector<std::string>& list = ids[entity.name];
    list = entity.enum_ids;
    for (size_t i = entity.enum_ids.empty() ? random.Between(1, 2) : 0; i > 0; --i) {
      std::string id = AnyId(random);
      if (std::ranges::find(list, id) == list.end()) list.push_back(std::move(id));
    }
  }
  return ids;
}

Node MakeEntities(Random& random, const Model& model, const Ids& ids, bool implicit) {
  ValueMaker values(random, model, ids, implicit);
  // Every entity stands in one order, and parents come before: no cycles.
  std::vector<Uid> order;
  for (const auto& [type, list] : ids) {
    for (const std::string& id : list) {
      if (random.Chance(85)) order.push_back({type, id});
    }
  }
  random.Shuffle(order);
  std::vector<Node> items;
  for (size_t i = 0; i < order.size(); ++i) {
    const EntityDecl& decl = *model.FindEntity(order[i].type);
    Node uid = UidJson(order[i]);
    Node item = Node::Map({{"uid", random.Chance(10) ? Node::Map({{"__entity", std::move(uid)}}) : std::move(uid)}});
    item.Set("attrs", values.Record(model.FieldsOf(decl)));
    Node parents = Node::List();
    for (size_t j = 0; j < i; ++j) {
      const bool allowed = std::ranges::find(decl.parents, order[j].type) != decl.parents.end();
      if (allowed && random.Chance(50)) parents.Append(UidJson(order[j]));
    }
    item.Set("parents", std::move(parents));
    if (decl.tags && random.Chance(80)) {
      Node tags = Node::Map();
      for (const char* key : {"a", "b", "種別"}) {
        if (random.Chance(50)) tags.Set(key, values.Of(*decl.tags));
      }
      item.Set("tags", std::move(tags));
    }
    items.push_back(std::move(item));
  }
  random.Shuffle(items);
  return Node::List(std::move(items));
}

Node BreakEntities(Random& random, const Model& model, Node entities) {
  std::vector<Node> items = entities.items();
  bool has_action = false;
  for (size_t i = random.Between(1, 2); i > 0; --i) {
    if (items.empty() || random.Chance(10)) {
      // One at most: of two equal ones hikae refuses the second on purpose.
      if (!model.actions.empty() && !std::exchange(has_action, true)) items.push_back(ActionEntity(random, model));
      continue;
    }
    Node& entity = items[random.Below(items.size())];
    if (random.Chance(8)) {
      Node twin = entity;
      Node parents = twin.Find("parents") != nullptr ? *twin.Find("parents") : Node::List();
      if (parents.IsList()) twin.Set("parents", parents.Append(UidJson({"Twin", "a"})));
      items.push_back(std::move(twin));
    } else if (random.Chance(10)) {  // a cycle, long or short
      const Node& other = items[random.Below(items.size())];
      if (const Node* uid = other.Find("uid")) {
        Node parents = entity.Find("parents") != nullptr ? *entity.Find("parents") : Node::List();
        entity.Set("parents", parents.Append(*uid));
      }
    } else {
      BreakEntity(random, model, entity);
    }
  }
  return Node::List(std::move(items));
}

Node MakeRequest(Random& random, const Model& model, const Ids& ids, const Environment& likely, bool implicit,
                 size_t odd) {
  ValueMaker values(random, model, ids, implicit);
  const bool use = likely.action != nullptr && random.Chance(80);
  const ActionDecl* action = use ? likely.action : model.actions.empty() ? nullptr : &random.Pick(model.actions);
  for (int i = 0; i < 3 && action != nullptr && (action->principals.empty() || action->resources.empty()); ++i) {
    action = &random.Pick(model.actions);
  }
  const bool applies = action != nullptr && !action->principals.empty() && !action->resources.empty();
  std::string principal = applies ? random.Pick(action->principals) : random.Pick(model.entities).name;
  std::string resource = applies ? random.Pick(action->resources) : random.Pick(model.entities).name;
  if (use && random.Chance(85)) principal = likely.principal, resource = likely.resource;
  Uid uid = action != nullptr ? action->uid : Uid{"Action", "view"};
  Node context = applies ? values.Record(model.Resolve(action->context).fields) : Node::Map();
  Node ids_of_principal = UidJson({principal, values.Id(principal)});
  Node ids_of_resource = UidJson({resource, values.Id(resource)});
  if (random.Chance(odd)) {
    switch (random.Below(6)) {
      case 0:
        ids_of_principal = UidJson({random.Pick(model.entities).name, AnyId(random)});
        break;
      case 1:
        ids_of_resource = UidJson({random.Pick(model.entities).name, AnyId(random)});
        break;
      case 2:
        uid = {random.PickText({"Action", "N::Action", "Ward::Action", "User"}),
               random.PickText({"view", "edit", "zzz"})};
        break;
      case 3:
        context.Set(AttributeName(random), OddValue(random));
        break;
      default:
        Disturb(random, context);
        if (!context.IsMap()) context = Node::Map();
    }
  }
  return Node::Map({{"principal", std::move(ids_of_principal)},
                    {"action", UidJson(uid)},
                    {"resource", std::move(ids_of_resource)},
                    {"context", std::move(context)}});
}

}  // namespace hikae::differential
