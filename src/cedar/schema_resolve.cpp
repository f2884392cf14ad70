// Resolves the names of a schema: which written name is which type, in which namespace. Precedence, as Cedar's: common
// type, then entity type, then built-in; the own namespace before none; `__cedar::` always the built-in.

#include <algorithm>
#include <functional>
#include <set>

#include "cedar/schema_tree.h"

namespace hikae::cedar {
namespace {

using base::Error;
using base::Result;
using base::Status;

std::string Qualify(const std::string& space, const std::string& name) {
  return space.empty() ? name : space + "::" + name;
}

std::optional<Type> BuiltIn(std::string_view name) {
  static const std::map<std::string_view, Type::Kind> kKinds = {
      {"Bool", Type::Kind::kBool},         {"Boolean", Type::Kind::kBool},     {"Long", Type::Kind::kLong},
      {"String", Type::Kind::kString},     {"decimal", Type::Kind::kDecimal},  {"ipaddr", Type::Kind::kIp},
      {"datetime", Type::Kind::kDatetime}, {"duration", Type::Kind::kDuration}};
  const auto found = kKinds.find(name);
  if (found == kKinds.end()) return std::nullopt;
  Type type;
  type.kind = found->second;
  return type;
}

class Resolver {
 public:
  explicit Resolver(const std::vector<RawNamespace>& namespaces) : namespaces_(namespaces) {}

  Result<std::shared_ptr<const Schema::Rep>> Resolve() {
    HIKAE_CHECK(Collect());
    for (const RawNamespace& space : namespaces_) {
      for (const RawCommon& common : space.commons) HIKAE_CHECK(CommonType(Qualify(space.name, common.name)));
      for (const RawEntity& entity : space.entities) HIKAE_CHECK(Entity(space.name, entity));
      for (const RawAction& action : space.actions) HIKAE_CHECK(Action(space.name, action));
    }
    HIKAE_CHECK(Groups());
    Ancestors();
    return std::shared_ptr<const Schema::Rep>(std::move(rep_));
  }

 private:
  static Error At(const base::Place& where, std::string text, std::string hint = {}) {
    return Error(Status::kRules, {std::move(text), {}}, where, {std::move(hint), {}});
  }

  Result<void> Collect() {
    std::set<EntityUid> actions;
    for (const RawNamespace& space : namespaces_) {
      for (const RawEntity& entity : space.entities) {
        const std::string name = Qualify(space.name, entity.name);
        if (!entities_.emplace(name, &entity).second)
          return At(entity.where, "entity type " + name + " is declared twice", "keep one declaration");
      }
      for (const RawCommon& common : space.commons) {
        const std::string name = Qualify(space.name, common.name);
        if (!commons_.emplace(name, std::make_pair(&common, space.name)).second)
          return At(common.where, "type " + name + " is declared twice", "keep one declaration");
      }
      for (const RawAction& action : space.actions) {
        const EntityUid uid{Qualify(space.name, "Action"), action.id};
        if (!actions.insert(uid).second)
          return At(action.where, "action " + uid.ToString() + " is declared twice", "keep one declaration");
      }
    }
    for (const auto& [name, entity] : entities_) {
      if (commons_.contains(name))
        return At(entity->where, name + " is declared as an entity type and as a type", "rename one of them");
    }
    return {};
  }

  // The declared entity type a written name means; "" when there is none.
  std::string EntityName(const std::string& space, const std::string& written) const {
    if (written.find("::") == std::string::npos && !space.empty() && entities_.contains(Qualify(space, written)))
      return Qualify(space, written);
    return entities_.contains(written) ? written : std::string();
  }

  std::string NearestType(const std::string& written) const {
    std::vector<std::string> names = {
        "Bool",           "Long", "String", "Set", "__cedar::datetime", "__cedar::duration", "__cedar::decimal",
        "__cedar::ipaddr"};
    for (const auto& entry : entities_) names.push_back(entry.first);
    for (const auto& entry : commons_) names.push_back(entry.first);
    const std::string_view nearest = base::Nearest(written, names);
    return nearest.empty() ? "declare it" : "did you mean " + std::string(nearest) + "?";
  }

  Result<std::string> KnownEntity(const std::string& space, const RawName& name) const {
    std::string found = EntityName(space, name.name);
    if (found.empty()) return At(name.where, "entity type " + name.name + " is not declared", NearestType(name.name));
    return found;
  }

  Result<Type> CommonType(const std::string& name) {
    if (const auto done = resolved_.find(name); done != resolved_.end()) return done->second;
    const auto& [common, space] = commons_.at(name);
    if (!resolving_.insert(name).second)
      return At(common->where, "type " + name + " is defined by itself", "break the cycle");
    HIKAE_TRY(Type type, Resolve(space, common->type));
    resolving_.erase(name);
    if (type.kind == Type::Kind::kRecord) type.name = name;
    return resolved_.emplace(name, std::move(type)).first->second;
  }

  Result<Type> Named(const std::string& space, const RawType& raw) {
    constexpr std::string_view kPrefix = "__cedar::";
    if (raw.name.starts_with(kPrefix)) {
      if (auto built_in = BuiltIn(std::string_view(raw.name).substr(kPrefix.size()))) return *built_in;
      return At(raw.where, "there is no built-in type " + raw.name, NearestType(raw.name));
    }
    const bool simple = raw.name.find("::") == std::string::npos;
    if (simple && !space.empty() && commons_.contains(Qualify(space, raw.name)))
      return CommonType(Qualify(space, raw.name));
    if (simple && !space.empty() && entities_.contains(Qualify(space, raw.name)))
      return EntityType(Qualify(space, raw.name));
    if (commons_.contains(raw.name)) return CommonType(raw.name);
    if (entities_.contains(raw.name)) return EntityType(raw.name);
    if (simple) {
      if (auto built_in = BuiltIn(raw.name)) return *built_in;
    }
    return At(raw.where, "type " + raw.name + " is not declared", NearestType(raw.name));
  }

  static Type EntityType(std::string name) {
    Type type;
    type.kind = Type::Kind::kEntity;
    type.name = std::move(name);
    return type;
  }

  Result<Type> Resolve(const std::string& space, const RawType& raw) {
    Type type;
    switch (raw.kind) {
      case RawType::Kind::kName:
        return Named(space, raw);
      case RawType::Kind::kEntity: {
        HIKAE_TRY(std::string name, KnownEntity(space, RawName{raw.name, {}, raw.where}));
        return EntityType(std::move(name));
      }
      case RawType::Kind::kExtension:
        if (auto built_in = BuiltIn(raw.name); built_in && built_in->kind >= Type::Kind::kDecimal) return *built_in;
        return At(raw.where, "there is no extension type " + raw.name, "decimal, ipaddr, datetime or duration");
      case RawType::Kind::kSet: {
        type.kind = Type::Kind::kSet;
        HIKAE_TRY(Type element, Resolve(space, *raw.element));
        type.element = std::make_shared<const Type>(std::move(element));
        return type;
      }
      case RawType::Kind::kRecord: {
        type.kind = Type::Kind::kRecord;
        for (const RawAttribute& attribute : raw.attributes) {
          HIKAE_TRY(Type inner, Resolve(space, attribute.type));
          type.attributes.push_back({attribute.name, std::move(inner), attribute.required, attribute.annotations});
        }
        return type;
      }
    }
    return type;
  }

  Result<void> Entity(const std::string& space, const RawEntity& raw) {
    cedar::EntityType entity;
    entity.name = Qualify(space, raw.name);
    entity.enum_ids = raw.enum_ids;
    entity.annotations = raw.annotations;
    entity.where = raw.where;
    for (const RawName& parent : raw.member_of) {
      HIKAE_TRY(std::string name, KnownEntity(space, parent));
      entity.member_of.push_back(std::move(name));
    }
    HIKAE_TRY(Type shape, Resolve(space, raw.shape));
    if (shape.kind != Type::Kind::kRecord)
      return At(raw.where, "the shape of an entity type is a record", "found " + shape.ToString());
    entity.attributes = std::move(shape.attributes);
    if (raw.tags) {
      HIKAE_TRY(Type tags, Resolve(space, *raw.tags));
      entity.tags = std::move(tags);
    }
    rep_->entity_index.emplace(entity.name, rep_->entity_types.size());
    rep_->entity_types.push_back(std::move(entity));
    return {};
  }

  Result<void> Action(const std::string& space, const RawAction& raw) {
    ActionType action;
    action.uid = {Qualify(space, "Action"), raw.id};
    action.annotations = raw.annotations;
    action.where = raw.where;
    action.context.kind = Type::Kind::kRecord;
    for (const RawName& group : raw.member_of) {
      const std::string type =
          group.type.empty() || (group.type == "Action" && !space.empty()) ? Qualify(space, "Action") : group.type;
      action.member_of.push_back({type, group.name});
      group_places_.emplace(std::make_pair(action.uid, action.member_of.back()), group.where);
    }
    for (const RawName& name : raw.principals) {
      HIKAE_TRY(std::string type, KnownEntity(space, name));
      action.principals.push_back(std::move(type));
    }
    for (const RawName& name : raw.resources) {
      HIKAE_TRY(std::string type, KnownEntity(space, name));
      action.resources.push_back(std::move(type));
    }
    if (raw.context) {
      HIKAE_TRY(action.context, Resolve(space, *raw.context));
      if (action.context.kind != Type::Kind::kRecord)
        return At(raw.where, "the context of an action is a record", "found " + action.context.ToString());
    }
    rep_->action_index.emplace(action.uid, rep_->actions.size());
    rep_->actions.push_back(std::move(action));
    return {};
  }

  // Every action group is declared, and no action is in itself.
  Result<void> Groups() {
    std::map<EntityUid, int> state;  // 1 = on the way, 2 = done
    std::function<Result<void>(const ActionType&)> visit = [&](const ActionType& action) -> Result<void> {
      int& mine = state[action.uid];
      if (mine == 2) return {};
      if (mine == 1) return At(action.where, "action " + action.uid.ToString() + " is in itself", "break the cycle");
      mine = 1;
      for (const EntityUid& group : action.member_of) {
        const auto found = rep_->action_index.find(group);
        if (found == rep_->action_index.end()) {
          return At(group_places_.at({action.uid, group}), "action " + group.ToString() + " is not declared",
                    "declare it, or correct its name");
        }
        HIKAE_CHECK(visit(rep_->actions[found->second]));
      }
      state[action.uid] = 2;
      return {};
    };
    for (const ActionType& action : rep_->actions) HIKAE_CHECK(visit(action));
    return {};
  }

  void Ancestors() {
    for (const cedar::EntityType& type : rep_->entity_types) {
      std::vector<std::string> reached;
      std::vector<std::string> open = type.member_of;
      while (!open.empty()) {
        std::string next = std::move(open.back());
        open.pop_back();
        if (std::find(reached.begin(), reached.end(), next) != reached.end()) continue;
        const auto& parents = rep_->entity_types[rep_->entity_index.at(next)].member_of;
        open.insert(open.end(), parents.begin(), parents.end());
        reached.push_back(std::move(next));
      }
      std::sort(reached.begin(), reached.end());
      rep_->ancestors.push_back(std::move(reached));
    }
  }

  const std::vector<RawNamespace>& namespaces_;
  std::map<std::string, const RawEntity*> entities_;
  std::map<std::string, std::pair<const RawCommon*, std::string>> commons_;
  std::map<std::string, Type> resolved_;
  std::set<std::string> resolving_;
  std::map<std::pair<EntityUid, EntityUid>, base::Place> group_places_;
  std::shared_ptr<Schema::Rep> rep_ = std::make_shared<Schema::Rep>();
};

}  // namespace

Result<std::shared_ptr<const Schema::Rep>> ResolveSchema(const std::vector<RawNamespace>& namespaces) {
  return Resolver(namespaces).Resolve();
}

}  // namespace hikae::cedar
