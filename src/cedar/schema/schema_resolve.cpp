// Names to declarations: several fragments become one schema.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

#include "cedar/schema/schema_rep.h"
#include "cedar/text/lexer.h"

namespace hikae::cedar {
namespace {

struct BuiltIn {
  std::string_view name;
  Type::Kind kind;
};
constexpr std::array<BuiltIn, 7> kBuiltIns = {{{"Bool", Type::Kind::kBool},
                                               {"Long", Type::Kind::kLong},
                                               {"String", Type::Kind::kString},
                                               {"decimal", Type::Kind::kDecimal},
                                               {"ipaddr", Type::Kind::kIp},
                                               {"datetime", Type::Kind::kDatetime},
                                               {"duration", Type::Kind::kDuration}}};
constexpr size_t kFewAttributes = 16;  // as many are searched one by one
constexpr size_t kTextPerType = 64;    // bytes of long texts that count as much as a type, for they are copied with it
constexpr std::string_view kReservedPrefix = "__cedar::";

size_t WeightOf(std::string_view text) { return text.size() / kTextPerType; }
size_t WeightOf(const Annotations& annotations) {
  size_t weight = annotations.size();
  for (const auto& [key, value] : annotations) weight += WeightOf(key) + WeightOf(value);
  return weight;
}
size_t WeightOf(const std::vector<std::string>& names) {
  size_t weight = names.size();
  for (const std::string& name : names) weight += WeightOf(name);
  return weight;
}

// One use; the declarations collected first, then the types, then the hierarchies.
class Resolver {
 public:
  explicit Resolver(const std::vector<RawFragment>& fragments) : fragments_(fragments) {}

  base::Result<Schema::Rep> Run() {
    HIKAE_CHECK(Collect());
    HIKAE_CHECK(CheckShadows());
    for (const auto& [name, common] : common_) HIKAE_CHECK(ResolveCommon(name));
    for (const Declared<RawCommonType>* common : common_order_) {
      const std::string name = Qualified(*common->space, common->raw->name.text);
      out_.common_types.push_back({name, built_.at(name).type, common->raw->annotations, common->raw->name.where});
    }
    for (const auto& [space, raw] : entity_order_) HIKAE_CHECK(AddEntities(*raw, *space));
    for (const auto& [space, raw] : action_order_) HIKAE_CHECK(AddActions(*raw, *space));
    for (const EntityType& type : out_.entity_types) HIKAE_CHECK(CloseEntity(type));
    HIKAE_CHECK(CloseActions());
    return std::move(out_);
  }

 private:
  template <class Raw>
  struct Declared {
    const std::string* space;
    const Raw* raw;
  };
  // A common type resolved: how much it adds wherever it is used.
  struct Built {
    Type type;
    size_t size = 1;      // types in it
    uint32_t height = 1;  // types within types, names counted as one
  };

  // ---- declarations ----
  base::Result<void> Collect() {
    for (const RawFragment& fragment : fragments_) {
      for (const RawNamespace& space : fragment) {
        const std::string& name = space.name.text;
        for (const auto& [key, value] : space.annotations) {
          if (!out_.namespaces[name].emplace(key, value).second) {
            return SchemaError(space.name.where,
                               fmt::format("the annotation @{} stands on the namespace {} already", key, name));
          }
        }
        for (const RawCommonType& raw : space.common_types) HIKAE_CHECK(CollectCommon(raw, name));
        for (const RawEntityType& raw : space.entity_types) HIKAE_CHECK(CollectEntity(raw, name));
        for (const RawAction& raw : space.actions) HIKAE_CHECK(CollectAction(raw, name));
      }
    }
    return {};
  }

  base::Result<void> CollectCommon(const RawCommonType& raw, const std::string& space) {
    const auto [at, added] =
        common_.try_emplace(Qualified(space, raw.name.text), Declared<RawCommonType>{&space, &raw});
    if (!added) return Twice("type", at->first, raw.name.where, at->second.raw->name.where);
    common_order_.push_back(&at->second);
    return {};
  }

  base::Result<void> CollectEntity(const RawEntityType& raw, const std::string& space) {
    for (const RawName& name : raw.names) {
      if (name.text == "Action") {
        return SchemaError(name.where, "the entity type Action cannot be declared", "it is the type of every action");
      }
      const auto [at, added] = entities_.emplace(Qualified(space, name.text), name.where);
      if (!added) return Twice("entity type", at->first, name.where, at->second);
    }
    entity_order_.push_back({&space, &raw});
    return {};
  }

  base::Result<void> CollectAction(const RawAction& raw, const std::string& space) {
    for (const RawName& name : raw.names) {
      const auto [at, added] = actions_.emplace(EntityUid{Qualified(space, "Action"), name.text}, name.where);
      if (!added) return Twice("action", at->first.ToString(), name.where, at->second);
      out_.action_entity_types.insert(at->first.type);
    }
    action_order_.push_back({&space, &raw});
    return {};
  }

  static base::Error Twice(std::string_view what, const std::string& name, const base::Place& where,
                           const base::Place& first) {
    return SchemaError(where, fmt::format("the {} {} is declared twice", what, name),
                       fmt::format("first at {}", first.ToString()));
  }

  // A name without namespace must mean the same everywhere.
  base::Result<void> CheckShadows() const {
    const auto outer = [&](std::string_view name) {
      const size_t at = name.rfind("::");
      if (at == std::string_view::npos) return std::string();
      std::string base(name.substr(at + 2));
      return common_.contains(base) || entities_.contains(base) ? base : std::string();
    };
    for (const auto& [name, where] : entities_) {
      if (const std::string base = outer(name); !base.empty()) return Shadows(name, base, where);
    }
    for (const auto& [name, common] : common_) {
      if (const std::string base = outer(name); !base.empty()) return Shadows(name, base, common.raw->name.where);
    }
    for (const auto& [uid, where] : actions_) {
      const EntityUid base{"Action", uid.id};
      if (uid.type != "Action" && actions_.contains(base)) return Shadows(uid.ToString(), base.ToString(), where);
    }
    return {};
  }
  static base::Error Shadows(const std::string& name, const std::string& base, const base::Place& where) {
    return SchemaError(where, fmt::format("{} hides {}, which has no namespace", name, base), "rename one of them");
  }

  // ---- names ----
  // What an unqualified name may mean, best first: of its own namespace, then of none.
  static std::vector<std::string> Candidates(const std::string& name, const std::string& space) {
    if (space.empty() || name.find("::") != std::string::npos) return {name};
    return {Qualified(space, name), name};
  }
  bool IsEntity(const std::string& name) const { return entities_.contains(name); }

  base::Result<std::string> EntityName(const RawName& name, const std::string& space, bool or_action) const {
    for (std::string& candidate : Candidates(name.text, space)) {
      if (IsEntity(candidate) || (or_action && out_.IsActionType(candidate))) return std::move(candidate);
    }
    return Unknown("entity type", name, false);
  }

  base::Error Unknown(std::string_view what, const RawName& name, bool with_types) const {
    std::vector<std::string> names;
    for (const auto& [known, where] : entities_) names.push_back(known);
    if (with_types) {
      for (const auto& [known, common] : common_) names.push_back(known);
      for (const BuiltIn& built_in : kBuiltIns) names.emplace_back(built_in.name);
    }
    std::string hint(base::Nearest(name.text, names));
    if (!hint.empty()) hint = fmt::format("did you mean '{}'?", hint);
    if (hint.empty() && with_types && name.text == "Boolean") hint = "did you mean 'Bool'?";
    if (with_types && name.text == "Set") hint = "a set names the type of its elements: Set<Long>";
    if (hint.empty() && what == "entity type" && common_.contains(name.text)) hint = "it is a common type";
    return SchemaError(name.where, fmt::format("unknown {} {}", what, name.text), std::move(hint));
  }

  // ---- types ----
  base::Error TooDeep(const base::Place& where) const {
    return SchemaError(where, fmt::format("types are nested more than {} deep", kMaxTypeNesting));
  }

  base::Result<void> Grow(size_t by, const base::Place& where) {
    total_ += by;
    if (total_ <= kMaxResolvedTypes) return {};
    return SchemaError(where,
                       fmt::format("the schema has more than {} types once common types are put in", kMaxResolvedTypes),
                       "types, and names in lists, count once for each declaration that has them");
  }

  base::Result<Built> Resolve(const RawType& raw, const std::string& space, uint32_t depth) {
    if (depth > kMaxTypeNesting) return TooDeep(raw.name.where);
    switch (raw.kind) {
      case RawType::Kind::kSet: {
        HIKAE_TRY(Built element, Resolve(*raw.element, space, depth + 1));
        Built out;
        out.type.kind = Type::Kind::kSet;
        out.size = element.size + 1, out.height = element.height + 1;
        out.type.element = std::make_shared<const Type>(std::move(element.type));
        HIKAE_CHECK(Grow(1, raw.name.where));
        return out;
      }
      case RawType::Kind::kRecord:
        return ResolveRecord(raw, space, depth);
      case RawType::Kind::kEntity: {
        HIKAE_TRY(std::string name, EntityName(raw.name, space, true));
        HIKAE_CHECK(Grow(1, raw.name.where));
        return EntityOf(std::move(name));
      }
      case RawType::Kind::kBuiltIn:
        return BuiltInOf(raw.name.text, raw.name);
      case RawType::Kind::kName:
      case RawType::Kind::kCommon:
        break;
    }
    return ResolveName(raw, space, depth);
  }

  base::Result<Built> ResolveName(const RawType& raw, const std::string& space, uint32_t depth) {
    const RawName& name = raw.name;
    if (name.text.starts_with(kReservedPrefix))
      return BuiltInOf(std::string_view(name.text).substr(kReservedPrefix.size()), name);
    for (std::string& candidate : Candidates(name.text, space)) {
      if (common_.contains(candidate)) {
        HIKAE_CHECK(ResolveCommon(candidate, depth, &name));
        const Built& built = built_.at(candidate);
        if (depth + built.height > kMaxTypeNesting) return TooDeep(name.where);
        HIKAE_CHECK(Grow(built.size, name.where));
        Built out = built;
        out.height += 1;
        return out;
      }
      if (raw.kind == RawType::Kind::kName && (IsEntity(candidate) || out_.IsActionType(candidate))) {
        HIKAE_CHECK(Grow(1, name.where));
        return EntityOf(std::move(candidate));
      }
    }
    return BuiltInOf(name.text, name);
  }

  base::Result<Built> ResolveRecord(const RawType& raw, const std::string& space, uint32_t depth) {
    Built out;
    out.type.kind = Type::Kind::kRecord;
    std::map<std::string_view, uint32_t> index;
    for (const RawAttribute& attribute : raw.attributes) {
      if (!index.emplace(attribute.name.text, static_cast<uint32_t>(index.size())).second) {
        return SchemaError(attribute.name.where,
                           fmt::format("the attribute {} stands twice in the record", Quote(attribute.name.text)));
      }
      HIKAE_TRY(Built inner, Resolve(attribute.type, space, depth + 1));
      out.size += inner.size + WeightOf(attribute.name.text) + WeightOf(attribute.annotations);
      out.height = std::max(out.height, inner.height + 1);
      out.type.attributes.push_back(
          {attribute.name.text, std::move(inner.type), attribute.required, attribute.annotations});
    }
    HIKAE_CHECK(Grow(1, raw.name.where));
    if (out.type.attributes.size() > kFewAttributes) {
      for (const auto& [name, at] : index) out.type.by_name.push_back(at);
    }
    return out;
  }

  static Built EntityOf(std::string name) {
    Built out;
    out.type.kind = Type::Kind::kEntity;
    out.type.name = std::move(name);
    return out;
  }

  base::Result<Built> BuiltInOf(std::string_view word, const RawName& name) {
    const auto* found = std::ranges::find(kBuiltIns, word, &BuiltIn::name);
    if (found == kBuiltIns.end()) return Unknown("type", name, true);
    HIKAE_CHECK(Grow(1, name.where));
    Built out;
    out.type.kind = found->kind;
    return out;
  }

  base::Result<void> ResolveCommon(const std::string& name, uint32_t depth = 0, const RawName* use = nullptr) {
    if (built_.contains(name)) return {};
    const Declared<RawCommonType>& common = common_.at(name);
    if (const auto open = std::ranges::find(open_, name); open != open_.end()) {
      std::string path;
      for (auto at = open; at != open_.end(); ++at) path += *at + " -> ";
      return SchemaError(use->where, fmt::format("common types contain each other: {}{}", path, name),
                         "a record that holds itself has no end; refer to an entity type instead");
    }
    open_.push_back(name);
    HIKAE_TRY(Built built, Resolve(common.raw->type, *common.space, depth + 1));
    open_.pop_back();
    if (built.type.kind == Type::Kind::kRecord && built.type.name.empty()) built.type.name = name;
    built_.emplace(name, std::move(built));
    return {};
  }

  // ---- entity types and actions ----
  base::Result<void> AddEntities(const RawEntityType& raw, const std::string& space) {
    EntityType type;
    HIKAE_TRY(type.member_of, EntityTypes(raw.member_of, space));
    HIKAE_TRY(Built shape, Resolve(raw.shape, space, 0));
    if (shape.type.kind != Type::Kind::kRecord) {
      return SchemaError(raw.shape.name.where, fmt::format("the shape of {} is not a record", raw.names.front().text));
    }
    type.attributes = std::move(shape.type.attributes);
    if (raw.tags) {
      HIKAE_TRY(Built tags, Resolve(*raw.tags, space, 0));
      type.tags = std::move(tags.type);
    }
    type.by_name = std::move(shape.type.by_name);
    // The language lets an id stand twice; it is one id.
    std::unordered_set<std::string> ids;
    for (const RawName& id : raw.enum_ids) {
      if (ids.insert(id.text).second) type.enum_ids.push_back(id.text);
    }
    type.annotations = raw.annotations;
    const size_t size = shape.size + WeightOf(type.member_of) + WeightOf(type.enum_ids) + WeightOf(type.annotations);
    for (const RawName& name : raw.names) {
      HIKAE_CHECK(Grow(size, name.where));
      type.name = Qualified(space, name.text);
      type.where = name.where;
      if (!ids.empty()) out_.enum_index.emplace(type.name, ids);
      out_.entity_index.emplace(type.name, out_.entity_types.size());
      out_.entity_types.push_back(type);
    }
    return {};
  }

  // Each once, in the order of the text.
  base::Result<std::vector<std::string>> EntityTypes(const std::vector<RawName>& names,
                                                     const std::string& space) const {
    std::vector<std::string> out;
    std::unordered_set<std::string> seen;
    for (const RawName& raw : names) {
      HIKAE_TRY(std::string name, EntityName(raw, space, false));
      if (seen.insert(name).second) out.push_back(std::move(name));
    }
    return out;
  }

  base::Result<void> AddActions(const RawAction& raw, const std::string& space) {
    ActionType action;
    HIKAE_TRY(action.principals, EntityTypes(raw.principals, space));
    HIKAE_TRY(action.resources, EntityTypes(raw.resources, space));
    action.context.kind = Type::Kind::kRecord;
    size_t size = 1;
    if (raw.context) {
      HIKAE_TRY(Built context, Resolve(*raw.context, space, 0));
      if (context.type.kind != Type::Kind::kRecord) {
        return SchemaError(raw.context->name.where,
                           fmt::format("the context of the action {} is not a record", Quote(raw.names.front().text)));
      }
      action.context = std::move(context.type);
      size = context.size;
    }
    std::set<EntityUid> groups;
    for (const RawActionRef& group : raw.member_of) {
      HIKAE_TRY(EntityUid uid, Group(group, space));
      if (groups.insert(uid).second) action.member_of.push_back(std::move(uid));
    }
    size += WeightOf(action.principals) + WeightOf(action.resources) + WeightOf(raw.annotations);
    for (const EntityUid& group : action.member_of) size += 1 + WeightOf(group.id);
    action.annotations = raw.annotations;
    for (const RawName& name : raw.names) {
      HIKAE_CHECK(Grow(size, name.where));
      action.uid = {Qualified(space, "Action"), name.text};
      action.where = name.where;
      out_.action_index.emplace(action.uid, out_.actions.size());
      out_.actions.push_back(action);
    }
    return {};
  }

  base::Result<EntityUid> Group(const RawActionRef& group, const std::string& space) const {
    const std::string type = group.type.value_or("Action");
    for (std::string& candidate : Candidates(type, space)) {
      EntityUid uid{std::move(candidate), group.id.text};
      if (actions_.contains(uid)) return uid;
    }
    const EntityUid wanted{type, group.id.text};
    std::vector<std::string> ids;
    for (const auto& [uid, where] : actions_) ids.push_back(uid.id);
    const std::string_view nearest = base::Nearest(wanted.id, ids);
    return SchemaError(
        group.id.where, fmt::format("unknown action {}", wanted.ToString()),
        nearest.empty() ? "an action group is declared as an action" : fmt::format("did you mean {}?", Quote(nearest)));
  }

  // ---- hierarchies ----
  base::Result<void> CloseEntity(const EntityType& type) {
    std::set<std::string>& ancestors = out_.entity_ancestors[type.name];
    std::vector<const EntityType*> open = {&type};
    while (!open.empty()) {
      const EntityType* next = open.back();
      open.pop_back();
      for (const std::string& parent : next->member_of) {
        if (ancestors.insert(parent).second) open.push_back(out_.FindEntity(parent));
      }
      if (pairs_ + ancestors.size() > kMaxHierarchyPairs) return TooManyPairs(type.where);
    }
    pairs_ += ancestors.size();
    return {};
  }

  static base::Error TooManyPairs(const base::Place& where) {
    return SchemaError(where,
                       fmt::format("the hierarchy has more than {} pairs of member and ancestor", kMaxHierarchyPairs));
  }

  base::Result<void> CloseActions() {
    pairs_ = 0;
    for (const ActionType& action : out_.actions) {
      std::set<EntityUid>& ancestors = out_.action_ancestors[action.uid];
      std::vector<const ActionType*> open = {&action};
      while (!open.empty()) {
        const ActionType* next = open.back();
        open.pop_back();
        for (const EntityUid& group : next->member_of) {
          if (group == action.uid) {
            return SchemaError(action.where, fmt::format("the action {} is a member of itself", action.uid.ToString()),
                               next == &action ? "" : fmt::format("through {}", next->uid.ToString()));
          }
          if (ancestors.insert(group).second) open.push_back(out_.FindAction(group));
        }
        if (pairs_ + ancestors.size() > kMaxHierarchyPairs) return TooManyPairs(action.where);
      }
      pairs_ += ancestors.size();
    }
    return {};
  }

  const std::vector<RawFragment>& fragments_;
  std::map<std::string, Declared<RawCommonType>> common_;
  std::vector<const Declared<RawCommonType>*> common_order_;
  std::map<std::string, base::Place> entities_;
  std::vector<Declared<RawEntityType>> entity_order_;
  std::map<EntityUid, base::Place> actions_;
  std::vector<Declared<RawAction>> action_order_;
  std::map<std::string, Built> built_;
  std::vector<std::string> open_;  // common types being resolved, outermost first
  size_t total_ = 0;
  size_t pairs_ = 0;
  Schema::Rep out_;
};

}  // namespace

base::Result<Schema::Rep> ResolveSchema(const std::vector<RawFragment>& fragments) { return Resolver(fragments).Run(); }

}  // namespace hikae::cedar
