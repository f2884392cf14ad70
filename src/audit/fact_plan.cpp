#include "audit/fact_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "audit/literal.h"
#include "audit/schema_walk.h"

namespace hikae::audit {
namespace {

using Name2 = std::pair<std::string, std::string>;  // (entity type, attribute)
using Kind = cedar::Type::Kind;

base::Error Wrong(std::string en, std::string ja, base::Text hint = {}) {
  return base::Error(base::Status::kRules, {std::move(en), std::move(ja)}, {}, std::move(hint));
}

// True when the verb gives no value where there is no row.
bool MayBeAbsent(Verb verb) { return verb != Verb::kCollect && verb != Verb::kCount && verb != Verb::kSelf; }

class Compiler {
 public:
  explicit Compiler(const cedar::Schema& schema) : schema_(schema) {}

  base::Result<Fact> Compile(const cedar::EntityType& owner, const cedar::Attribute& attribute,
                             std::set<Name2>& reads) {
    HIKAE_TRY(FactSpec spec, ParseFact(attribute.annotations.at("fact")));
    const bool self = spec.verb == Verb::kSelf;
    HIKAE_TRY(Walk walk, WalkPath(schema_, self ? owner.name : spec.type, spec.path));
    reads.insert(walk.reads.begin(), walk.reads.end());
    Fact fact{owner.name, attribute.name, attribute.type.kind == Kind::kSet, spec.verb, spec.type, spec.path, "", {}};
    if (!self) {
      HIKAE_TRY(fact.by, ResolveBy(owner, spec));
      reads.emplace(spec.type, fact.by);
    }
    HIKAE_CHECK(CheckType(attribute, spec, walk));
    HIKAE_CHECK(CheckPresence(attribute, spec, walk));
    for (const WhereSpec& where : spec.where) {
      HIKAE_TRY(Condition condition, ResolveWhere(spec.type, where, reads));
      fact.where.push_back(std::move(condition));
    }
    return fact;
  }

 private:
  base::Result<std::string> ResolveBy(const cedar::EntityType& owner, const FactSpec& spec) {
    HIKAE_TRY(const cedar::EntityType* type, RequireType(schema_, spec.type));
    if (spec.by.empty()) {
      const cedar::Attribute* by = OwnerAttribute(*type, owner.name);
      if (by != nullptr) return by->name;
      return Wrong(fmt::format("{} has no @owner attribute of type {}", type->name, owner.name),
                   fmt::format("{} に {} を指す @owner 属性がない", type->name, owner.name),
                   {"add `by ATTRIBUTE`", "「by 属性名」が必要"});
    }
    HIKAE_TRY(const cedar::Attribute* by, RequireAttribute(*type, spec.by));
    if (TargetType(by->type) == owner.name) return by->name;
    return Wrong(
        fmt::format("{}.{} is a {} and does not point to {}", type->name, by->name, by->type.ToString(), owner.name),
        fmt::format("{}.{} は {} で、{} を指さない", type->name, by->name, by->type.ToString(), owner.name));
  }

  // The declared type must be the one that is measured.
  base::Result<void> CheckType(const cedar::Attribute& attribute, const FactSpec& spec, const Walk& walk) {
    const std::string declared = attribute.type.ToString();
    const std::string leaf = walk.leaf.ToString();
    std::string measured = leaf;
    if (spec.verb == Verb::kCount || spec.verb == Verb::kCountIfAny) measured = "Long";
    if (spec.verb == Verb::kCollect || spec.verb == Verb::kCollectIfAny) measured = "Set<" + leaf + ">";
    if (spec.verb == Verb::kSelf && attribute.type.kind == Kind::kSet) measured = "Set<" + leaf + ">";
    if (spec.verb == Verb::kGap) measured = "duration";
    const bool ordered = walk.leaf.kind == Kind::kDatetime || walk.leaf.kind == Kind::kLong;
    if (((spec.verb == Verb::kLatest || spec.verb == Verb::kEarliest) && !ordered) ||
        (spec.verb == Verb::kSum && walk.leaf.kind != Kind::kLong) ||
        (spec.verb == Verb::kGap && walk.leaf.kind != Kind::kDatetime)) {
      return Wrong(fmt::format("`{}` cannot measure a {}", Name(spec.verb), leaf),
                   fmt::format("{} では {} を測れない", Name(spec.verb), leaf));
    }
    if (declared == measured) return {};
    return Wrong(fmt::format("the fact measures a {}, the attribute is a {}", measured, declared),
                 fmt::format("測る値は {}、属性の型は {}", measured, declared));
  }

  // A required attribute that may come out absent would make every rule that reads it fail.
  base::Result<void> CheckPresence(const cedar::Attribute& attribute, const FactSpec& spec, const Walk& walk) {
    const bool absent = MayBeAbsent(spec.verb) || (spec.verb == Verb::kSelf && walk.may_miss);
    if (!attribute.required || !absent) return {};
    return Wrong(fmt::format("`{}` may find nothing, so the attribute must be optional", Name(spec.verb)),
                 fmt::format("{} は値がないことがあるので、属性は省略可能でなければならない", Name(spec.verb)),
                 {fmt::format("write `{}?:`", attribute.name), fmt::format("「{}?:」と書く", attribute.name)});
  }

  base::Result<Condition> ResolveWhere(const std::string& type, const WhereSpec& where, std::set<Name2>& reads) {
    HIKAE_TRY(Walk walk, WalkPath(schema_, type, where.path));
    reads.insert(walk.reads.begin(), walk.reads.end());
    Condition condition{where.path, where.comparison, {}, false, where.absent};
    const bool ordered = walk.leaf.kind == Kind::kDatetime || walk.leaf.kind == Kind::kLong;
    const bool equality = where.comparison == Comparison::kEqual || where.comparison == Comparison::kNotEqual;
    if (!equality && !ordered) {
      return Wrong(fmt::format("a {} has no order for `{}`", walk.leaf.ToString(), Name(where.comparison)),
                   fmt::format("{} は「{}」で比べられない", walk.leaf.ToString(), Name(where.comparison)));
    }
    if (where.absent && where.comparison == Comparison::kNotEqual) {
      return Wrong("`!=` holds of what is absent already", "「!=」は値がないときにも成り立つ",
                   {"leave out `| absent`", "「| absent」を除く"});
    }
    for (const std::string& text : where.values) {
      if (text == "today" && walk.leaf.kind == Kind::kDatetime) {
        condition.today = true;
        continue;
      }
      HIKAE_TRY(cedar::Value value, ReadLiteral(text, walk.leaf, schema_));
      condition.values.push_back(std::move(value));
    }
    return condition;
  }

  const cedar::Schema& schema_;
};

struct Compiled {
  Fact fact;
  std::set<Name2> reads;
  base::Place where;
};

// Depth-first: a fact is emitted after all it builds on. A fact met again while open closes a cycle.
class Orderer {
 public:
  Orderer(const std::map<Name2, Compiled>& facts, std::vector<base::Error>& errors) : facts_(facts), errors_(errors) {}

  FactPlan Order() {
    for (const auto& entry : facts_) Visit(entry.first);
    return std::move(plan_);
  }

 private:
  void Visit(const Name2& name) {
    const auto found = facts_.find(name);
    if (found == facts_.end() || done_.contains(name)) return;
    const auto open = std::find(path_.begin(), path_.end(), name);
    if (open != path_.end()) return ReportCycle(open, found->second.where);
    path_.push_back(name);
    for (const Name2& read : found->second.reads) Visit(read);
    path_.pop_back();
    done_.insert(name);
    plan_.facts.push_back(found->second.fact);
  }

  void ReportCycle(std::vector<Name2>::const_iterator from, const base::Place& where) {
    std::string chain;
    for (auto it = from; it != path_.end(); ++it) chain += it->first + "." + it->second + " -> ";
    chain += from->first + "." + from->second;
    errors_.emplace_back(
        base::Status::kRules,
        base::Text{"facts build on each other in a circle: " + chain, "事実の定義が循環している: " + chain}, where);
  }

  const std::map<Name2, Compiled>& facts_;
  std::vector<base::Error>& errors_;
  std::set<Name2> done_;
  std::vector<Name2> path_;
  FactPlan plan_;
};

// The two facts that are no measurement of rows but a choice between versions (profile.h).
bool IsProfileFact(const cedar::EntityType& type, std::string_view text) {
  return type.name == "Handling" && (text == "profile" || text == "declared");
}

}  // namespace

FactPlan CompileFacts(const cedar::Schema& schema, const std::vector<cedar::SourceText>& texts,
                      std::vector<base::Error>& errors) {
  std::map<Name2, Compiled> facts;
  Compiler compiler(schema);
  for (const cedar::EntityType& type : schema.entity_types()) {
    for (const cedar::Attribute& attribute : type.attributes) {
      const auto text = attribute.annotations.find("fact");
      if (text == attribute.annotations.end() || IsProfileFact(type, text->second)) continue;
      Compiled compiled;
      compiled.where = PlaceOf(texts, type, attribute.name);
      base::Result<Fact> fact = compiler.Compile(type, attribute, compiled.reads);
      if (!fact.ok()) {
        base::Error error = fact.error();
        const std::string label = fmt::format("@fact {}.{}: ", type.name, attribute.name);
        error.text.en = label + error.text.en;
        if (!error.text.ja.empty()) error.text.ja = label + error.text.ja;
        error.where = compiled.where;
        errors.push_back(std::move(error));
        continue;
      }
      compiled.fact = *std::move(fact);
      facts.emplace(Name2(type.name, attribute.name), std::move(compiled));
    }
  }
  return Orderer(facts, errors).Order();
}

}  // namespace hikae::audit
