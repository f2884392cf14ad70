#include "differential/expression.h"

#include <fmt/format.h>

#include <algorithm>

#include "differential/words.h"

namespace hikae::differential {
namespace {

constexpr size_t kMaxPaths = 120;

Type Plain(Kind kind) { return {kind, {}, {}, {}}; }
Type SetOf(Type element) { return {Kind::kSet, {}, {std::move(element)}, {}}; }
Type EntityOf(std::string name) { return {Kind::kEntity, std::move(name), {}, {}}; }

}  // namespace

ExpressionMaker::ExpressionMaker(Random& random, const Model& model, const Ids& ids, const Environment& environment,
                                 size_t wrong)
    : random_(random), model_(model), ids_(ids), environment_(environment), wrong_(wrong) {
  CollectPaths();
}

void ExpressionMaker::CollectPaths() {
  paths_.push_back({"principal", EntityOf(environment_.principal), {}});
  paths_.push_back({"resource", EntityOf(environment_.resource), {}});
  paths_.push_back({"context", environment_.action ? environment_.action->context : Plain(Kind::kRecord), {}});
  if (environment_.action != nullptr) paths_.push_back({"action", EntityOf(environment_.action->uid.type), {}});
  for (size_t i = 0; i < paths_.size() && paths_.size() < kMaxPaths; ++i) {
    const Path from = paths_[i];
    Extend(from);
  }
}

void ExpressionMaker::Extend(const Path& from) {
  const std::vector<Field>* fields = FieldsOf(from.type);
  if (fields == nullptr || std::ranges::count(from.text, '.') + std::ranges::count(from.text, '[') > 2) return;
  for (const Field& field : *fields) {
    Path path{from.text + Step(field.name), field.type, from.guards};
    if (!field.required) {
      const bool quoted = !IsIdentifier(field.name) || random_.Chance(10);
      path.guards.push_back(from.text + " has " + (quoted ? Literal(random_, field.name) : field.name));
    }
    paths_.push_back(std::move(path));
  }
  const EntityDecl* entity = from.type.kind == Kind::kEntity ? model_.FindEntity(from.type.name) : nullptr;
  if (entity == nullptr || !entity->tags) return;
  const std::string key = Literal(random_, random_.PickText({"a", "b", "種別"}));
  Path path{fmt::format("{}.getTag({})", from.text, key), *entity->tags, from.guards};
  path.guards.push_back(fmt::format("{}.hasTag({})", from.text, key));
  paths_.push_back(std::move(path));
}

const std::vector<Field>* ExpressionMaker::FieldsOf(const Type& type) const {
  const Type& resolved = model_.Resolve(type);
  if (resolved.kind == Kind::kRecord) return &resolved.fields;
  if (resolved.kind != Kind::kEntity) return nullptr;
  const EntityDecl* entity = model_.FindEntity(resolved.name);
  return entity != nullptr ? &model_.FieldsOf(*entity) : nullptr;
}

std::string ExpressionMaker::Step(const std::string& name) {
  if (IsIdentifier(name) && !random_.Chance(8)) return "." + name;
  return "[" + Literal(random_, name) + "]";
}

std::string ExpressionMaker::Guards(const Path& path) const {
  std::string out;
  for (const std::string& guard : path.guards) out += (out.empty() ? "" : " && ") + guard;
  return out;
}

std::string ExpressionMaker::Wrap(std::string text) { return random_.Chance(93) ? "(" + text + ")" : text; }

const ExpressionMaker::Path* ExpressionMaker::PathOf(const Type& type) {
  std::vector<const Path*> fit;
  for (const Path& path : paths_) {
    if (model_.Resolve(path.type) == model_.Resolve(type)) fit.push_back(&path);
  }
  return fit.empty() ? nullptr : random_.Pick(fit);
}

std::string ExpressionMaker::AnyEntity(std::string& type) {
  std::vector<const Path*> fit;
  for (const Path& path : paths_) {
    if (path.type.kind == Kind::kEntity && (path.guards.empty() || random_.Chance(wrong_))) fit.push_back(&path);
  }
  const Path* path = random_.Pick(fit);
  type = path->type.name;
  return path->text;
}

std::string ExpressionMaker::EntityLiteral(const std::string& type) {
  const auto known = ids_.find(type);
  const bool use = known != ids_.end() && !known->second.empty() && random_.Chance(90);
  const std::string id = use ? random_.Pick(known->second) : AnyId(random_);
  return type + "::" + Literal(random_, id);
}

std::string ExpressionMaker::Constructor(const char* name, std::string text) {
  if (random_.Chance(wrong_ / 2)) return fmt::format("{}({})", name, Of(Plain(Kind::kString), 0));
  return fmt::format("{}({})", name, Literal(random_, text));
}

std::string ExpressionMaker::LiteralOf(const Type& type, size_t depth) {
  const bool valid = !random_.Chance(2 + wrong_ / 2);
  switch (type.kind) {
    case Kind::kBool:
      return random_.PickText({"true", "false"});
    case Kind::kLong:
      return LongLiteral(random_);
    case Kind::kString:
      return Literal(random_, AnyString(random_));
    case Kind::kDecimal:
      return Constructor("decimal", random_.Pick(DecimalTexts(valid)));
    case Kind::kIp:
      return Constructor("ip", random_.Pick(IpTexts(valid)));
    case Kind::kDatetime:
      return Constructor("datetime", random_.Pick(DatetimeTexts(valid)));
    case Kind::kDuration:
      return Constructor("duration", random_.Pick(DurationTexts(valid)));
    case Kind::kEntity:
      return EntityLiteral(type.name);
    case Kind::kSet: {
      std::string out = "[";
      const size_t count = random_.Chance(wrong_ + 1) ? 0 : random_.Between(1, 3);
      for (size_t i = count; i > 0; --i) {
        out += Of(type.element.front(), depth > 0 ? depth - 1 : 0) + (i > 1 ? ", " : "");
      }
      return out + "]";
    }
    case Kind::kRecord: {
      std::string out = "{";
      for (const Field& field : type.fields) {
        if (!field.required && random_.Chance(wrong_)) continue;
        out += out.size() > 1 ? ", " : "";
        out += IsIdentifier(field.name) && random_.Chance(60) ? field.name : Literal(random_, field.name);
        out += ": " + Of(field.type, depth > 0 ? depth - 1 : 0);
      }
      return out + "}";
    }
    case Kind::kCommon:
      return LiteralOf(model_.Resolve(type), depth);
  }
  return {};
}

std::string ExpressionMaker::Of(const Type& wanted, size_t depth) {
  const Type type = random_.Chance(wrong_) ? AnyType(1) : model_.Resolve(wanted);
  if (random_.Chance(55)) {
    if (const Path* path = PathOf(type)) {
      if (path->guards.empty() || random_.Chance(wrong_)) return path->text;
      return Wrap(fmt::format("if {} then {} else {}", Guards(*path), path->text, LiteralOf(type, 0)));
    }
  }
  if (depth == 0 || random_.Chance(30)) return LiteralOf(type, depth);
  if (random_.Chance(12)) {
    return Wrap(Concat({"if ", Bool(depth - 1), " then ", Of(type, depth - 1), " else ", Of(type, depth - 1)}));
  }
  if (type.kind == Kind::kBool) return Wrap(Bool(depth));
  return Computed(type, depth);
}

std::string ExpressionMaker::Computed(const Type& type, size_t depth) {
  const auto of = [&](Kind kind) { return Of(Plain(kind), depth - 1); };
  if (type.kind == Kind::kLong) {
    if (random_.Chance(25)) {
      return Concat({Wrap(of(Kind::kDuration)), random_.PickText({".toMilliseconds()", ".toSeconds()", ".toMinutes()",
                                                                  ".toHours()", ".toDays()"})});
    }
    if (random_.Chance(15)) return Concat({random_.PickText({"-", "--", "---", "-----"}), Wrap(of(Kind::kLong))});
    return Wrap(Concat({of(Kind::kLong), random_.PickText({" + ", " - ", " * "}), of(Kind::kLong)}));
  }
  if (type.kind == Kind::kDatetime) {
    if (random_.Chance(50)) return Concat({Wrap(of(Kind::kDatetime)), ".offset(", of(Kind::kDuration), ")"});
    return Wrap(of(Kind::kDatetime)) + ".toDate()";
  }
  if (type.kind == Kind::kDuration) {
    if (random_.Chance(50)) return Concat({Wrap(of(Kind::kDatetime)), ".durationSince(", of(Kind::kDatetime), ")"});
    return Wrap(of(Kind::kDatetime)) + ".toTime()";
  }
  if (random_.Chance(10)) {  // out of a record made on the spot
    Type record{Kind::kRecord, {}, {}, {{"a", type, true}, {"氏名", AnyType(0), true}}};
    return Concat({Wrap(LiteralOf(record, depth - 1)), random_.PickText({".a", "[\"a\"]", "[\"\\x61\"]"})});
  }
  return LiteralOf(type, depth);
}

std::string ExpressionMaker::Bool(size_t depth) {
  if (depth == 0 || random_.Chance(4)) return Of(Plain(Kind::kBool), 0);
  switch (random_.Weighted({20, 14, 8, 10, 9, 5, 6, 6, 8, 14})) {
    case 0:
      return Connective(depth);
    case 1:
      return Comparison(depth);
    case 2:
      return OfSet(depth);
    case 3:
      return Membership(depth);
    case 4:
      return Presence(depth);
    case 5:
      return Tags(depth);
    case 6:
      return Like(depth);
    case 7:
      return IsType(depth);
    case 8:
      return ExtensionTest(depth);
    default:
      return Guarded(depth);
  }
}

std::string ExpressionMaker::Connective(size_t depth) {
  const size_t kind = random_.Weighted({4, 4, 3, 2});
  if (kind == 2) return Concat({random_.PickText({"!", "!", "!!", "!!!!", "!!!!!"}), Wrap(Bool(depth - 1))});
  if (kind == 3) {
    return Wrap(Concat({"if ", Bool(depth - 1), " then ", Bool(depth - 1), " else ", Bool(depth - 1)}));
  }
  std::string out = Wrap(Bool(depth - 1));
  for (size_t i = random_.Between(1, 2); i > 0; --i) out += (kind == 0 ? " && " : " || ") + Wrap(Bool(depth - 1));
  return out;
}

std::string ExpressionMaker::Comparison(size_t depth) {
  if (random_.Chance(45)) {
    Type type = AnyType(1);
    if (random_.Chance(50)) type = random_.Pick(paths_).type;
    Type other = type;
    // Types that differ: an error, or for entities false.
    if (random_.Chance(4)) other = AnyType(1);
    return Concat({Of(type, depth - 1), random_.PickText({" == ", " != "}), Of(other, depth - 1)});
  }
  const Type type = Plain(random_.Chance(60) ? Kind::kLong : random_.Chance(60) ? Kind::kDatetime : Kind::kDuration);
  return Concat({Of(type, depth - 1), random_.PickText({" < ", " <= ", " > ", " >= "}), Of(type, depth - 1)});
}

std::string ExpressionMaker::OfSet(size_t depth) {
  const Type element = random_.Chance(50) ? Plain(random_.Chance(50) ? Kind::kString : Kind::kLong) : AnyType(0);
  std::string set = Of(SetOf(element), depth - 1);
  std::vector<const Path*> sets;
  for (const Path& path : paths_) {
    if (model_.Resolve(path.type).kind == Kind::kSet && path.guards.empty()) sets.push_back(&path);
  }
  Type inside = element;
  if (!sets.empty() && random_.Chance(60)) {
    const Path* path = random_.Pick(sets);
    set = path->text, inside = model_.Resolve(path->type).element.front();
  }
  const size_t kind = random_.Weighted({4, 3, 3, 2});
  if (kind == 0) return fmt::format("{}.contains({})", set, Of(inside, depth - 1));
  if (kind == 3) return fmt::format("{}.isEmpty()", set);
  return fmt::format("{}.{}({})", set, kind == 1 ? "containsAll" : "containsAny", Of(SetOf(inside), depth - 1));
}

std::string ExpressionMaker::Membership(size_t depth) {
  std::string type;
  std::string left = AnyEntity(type);
  if (left == "action" || random_.Chance(6)) {
    left = "action";
    if (model_.actions.empty()) return "true";
    const auto action = [&] {
      const Uid& uid = random_.Pick(model_.actions).uid;
      return uid.type + "::" + Literal(random_, uid.id);
    };
    if (random_.Chance(60)) return "action in " + action();
    return Concat({"action in [", action(), ", ", action(), "]"});
  }
  const EntityDecl* entity = model_.FindEntity(type);
  std::string other = type;
  if (entity != nullptr && !entity->parents.empty() && random_.Chance(75)) other = random_.Pick(entity->parents);
  if (random_.Chance(10)) other = random_.Pick(model_.entities).name;
  if (random_.Chance(60)) return left + " in " + Of(EntityOf(other), depth - 1);
  return left + " in " + Of(SetOf(EntityOf(other)), depth - 1);
}

std::string ExpressionMaker::Presence(size_t) {
  const Path& path = random_.Pick(paths_);
  const std::vector<Field>* fields = FieldsOf(path.type);
  std::string base = random_.Chance(wrong_) || path.guards.empty() ? std::string() : Guards(path) + " && ";
  if (fields == nullptr) {
    if (!random_.Chance(wrong_)) return "principal has age";
    return base + path.text + " has a";
  }
  if (fields->empty() || random_.Chance(8))
    return base + path.text + " has " + random_.PickText({"zzz", "a", "\"x y\"", "a.b"});
  std::string steps;
  for (size_t i = 0; i < 3 && fields != nullptr && !fields->empty(); ++i) {
    const Field& field = random_.Pick(*fields);
    if (!IsIdentifier(field.name)) {
      if (i == 0) return base + path.text + " has " + Literal(random_, field.name);
      break;
    }
    steps += (i > 0 ? "." : "") + field.name;
    if (random_.Chance(50)) break;
    fields = FieldsOf(field.type);
  }
  return base + path.text + " has " + steps;
}

std::string ExpressionMaker::Tags(size_t depth) {
  std::vector<const Path*> tagged;
  for (const Path& path : paths_) {
    const EntityDecl* entity = path.type.kind == Kind::kEntity ? model_.FindEntity(path.type.name) : nullptr;
    if (entity != nullptr && path.guards.empty() && (entity->tags || random_.Chance(wrong_))) tagged.push_back(&path);
  }
  if (tagged.empty()) return Bool(depth - 1);
  const Path& path = *random_.Pick(tagged);
  const EntityDecl& entity = *model_.FindEntity(path.type.name);
  const std::string key = Of(Plain(Kind::kString), random_.Chance(70) ? 0 : depth - 1);
  const std::string has = fmt::format("{}.hasTag({})", path.text, key);
  if (!entity.tags || random_.Chance(35)) return has;
  const std::string use = fmt::format("{}.getTag({}) == {}", path.text, key, Of(*entity.tags, depth - 1));
  return random_.Chance(wrong_) ? use : has + " && " + use;
}

std::string ExpressionMaker::Like(size_t depth) {
  return Concat({Wrap(Of(Plain(Kind::kString), depth - 1)), " like ", PatternLiteral(random_)});
}

std::string ExpressionMaker::IsType(size_t depth) {
  std::string type;
  const std::string left = AnyEntity(type);
  const EntityDecl& other = random_.Pick(model_.entities);
  const std::string name = random_.Chance(50) ? type : other.name;
  if (random_.Chance(60)) return left + " is " + name;
  const EntityDecl* entity = model_.FindEntity(type);
  const std::string above = entity != nullptr && !entity->parents.empty() ? random_.Pick(entity->parents) : type;
  return left + " is " + name + " in " + Of(EntityOf(above), depth - 1);
}

std::string ExpressionMaker::ExtensionTest(size_t depth) {
  const auto of = [&](Kind kind) { return Of(Plain(kind), depth - 1); };
  if (random_.Chance(45)) {
    return Concat({Wrap(of(Kind::kDecimal)),
                   random_.PickText({".lessThan(", ".lessThanOrEqual(", ".greaterThan(", ".greaterThanOrEqual("}),
                   of(Kind::kDecimal), ")"});
  }
  if (random_.Chance(40)) return Concat({Wrap(of(Kind::kIp)), ".isInRange(", of(Kind::kIp), ")"});
  return Concat({Wrap(of(Kind::kIp)), random_.PickText({".isIpv4()", ".isIpv6()", ".isLoopback()", ".isMulticast()"})});
}

// Something behind `has`, used where it is known and, seldom, where it is not.
std::string ExpressionMaker::Guarded(size_t depth) {
  std::vector<const Path*> optional;
  for (const Path& path : paths_) {
    if (!path.guards.empty()) optional.push_back(&path);
  }
  if (optional.empty()) return Comparison(depth);
  const Path& path = *random_.Pick(optional);
  const std::string use = Concat({path.text, random_.PickText({" == ", " != "}), Of(path.type, depth - 1)});
  switch (random_.Weighted({10, 3, 3, 2, 1, 1, wrong_ / 4})) {
    case 0:
      return Guards(path) + " && " + use;
    case 1:
      return fmt::format("if {} then {} else {}", Guards(path), use, Bool(depth - 1));
    case 2:
      return fmt::format("{} && {} && {}", Guards(path), Wrap(Bool(depth - 1)), use);
    case 3:
      return fmt::format("({0} || {0}) && {1}", Guards(path), use);
    case 4:
      return fmt::format("({0} && {2} || {2} && {0}) && {1}", Guards(path), use, Wrap(Bool(depth - 1)));
    case 5:
      return fmt::format("!(!({0})) && {1}", Guards(path), use);
    default:
      return fmt::format("({} || {}) && {}", Guards(path), Wrap(Bool(depth - 1)), use);
  }
}

}  // namespace hikae::differential
