#include "audit/fact_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "audit/hint.h"
#include "audit/literal.h"
#include "audit/schema_walk.h"

namespace hikae::audit {
namespace {

using Name2 = std::pair<std::string, std::string>;  // (entity type, attribute)
using Kind = cedar::Type::Kind;

constexpr std::string_view kParams = "params.";
constexpr std::string_view kOwn = "own.";

base::Error Wrong(std::string en, std::string ja, base::Text hint = {}) {
  return base::Error(base::Status::kRules, {std::move(en), std::move(ja)}, {}, std::move(hint));
}

// True when the verb gives no value where there is no row.
bool MayBeAbsent(Verb verb) { return verb != Verb::kCollect && verb != Verb::kCount && verb != Verb::kSelf; }

class Compiler {
 public:
  Compiler(const cedar::Schema& schema, const FactSettings& settings) : schema_(schema), settings_(settings) {}

  base::Result<Fact> Compile(const cedar::EntityType& owner, const cedar::Attribute& attribute,
                             std::set<Name2>& reads) {
    HIKAE_TRY(FactSpec spec, ParseFact(attribute.annotations.at("fact")));
    const bool self = spec.verb == Verb::kSelf || spec.verb == Verb::kDue;
    HIKAE_TRY(Walk walk, WalkPath(schema_, self ? owner.name : spec.type, spec.path));
    reads.insert(walk.reads.begin(), walk.reads.end());
    Fact fact{owner.name, attribute.name, attribute.type.kind == Kind::kSet,
              spec.verb,  spec.type,      spec.path,
              "",         spec.own,       {}};
    if (!self) {
      HIKAE_TRY(fact.by_text, JoinsTexts(owner, spec));
      HIKAE_TRY(fact.by, ResolveBy(owner, spec, reads));
      reads.emplace(spec.type, fact.by);
    }
    if (spec.term) {
      HIKAE_TRY(fact.term, ResolveTerm(owner, *spec.term, reads));
    }
    HIKAE_CHECK(CheckType(attribute, spec, walk));
    HIKAE_CHECK(CheckPresence(attribute, spec, walk));
    for (const WhereSpec& where : spec.where) {
      HIKAE_TRY(Condition condition, ResolveWhere(owner, spec.type, where, reads));
      fact.where.push_back(std::move(condition));
    }
    return fact;
  }

 private:
  // A number of the pack, by name.
  base::Result<const cedar::Value*> RequireParameter(std::string_view name) {
    const auto found = settings_.parameters.find(std::string(name));
    if (found != settings_.parameters.end()) return &found->second;
    std::vector<std::string> names;
    for (const auto& entry : settings_.parameters) names.push_back(entry.first);
    return Wrong(fmt::format("there is no parameter `{}`", name), fmt::format("パラメーター「{}」はない", name),
                 NearestHint(name, names));
  }

  base::Result<Amount> ResolveAmount(const cedar::EntityType& owner, const std::string& text, bool years,
                                     std::set<Name2>& reads) {
    Amount amount;
    if (text.starts_with(kParams)) {
      HIKAE_TRY(const cedar::Value* value, RequireParameter(std::string_view(text).substr(kParams.size())));
      if (value->kind() != cedar::Value::Kind::kLong) {
        return Wrong(fmt::format("`{}` is no Long", text), fmt::format("「{}」は Long でない", text));
      }
      amount.number = value->integer();
      return amount;
    }
    if (!text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }) &&
        text.size() < 7) {
      amount.number = std::stoll(text);
      return amount;
    }
    HIKAE_TRY(amount.path, ParsePath(text));
    HIKAE_TRY(Walk walk, WalkPath(schema_, owner.name, amount.path));
    reads.insert(walk.reads.begin(), walk.reads.end());
    if (walk.leaf.kind == Kind::kLong || (years && walk.leaf.kind == Kind::kString)) return amount;
    return Wrong(fmt::format("`{}` is a {} and no length of a term", text, walk.leaf.ToString()),
                 fmt::format("「{}」は {} で、期間の長さにならない", text, walk.leaf.ToString()));
  }

  base::Result<DueTerm> ResolveTerm(const cedar::EntityType& owner, const TermSpec& spec, std::set<Name2>& reads) {
    DueTerm term;
    term.term = spec.term;
    const bool years =
        spec.term.unit == base::TermUnit::kFiscalYears || spec.term.unit == base::TermUnit::kCalendarYears;
    HIKAE_TRY(term.amount, ResolveAmount(owner, spec.amount, years, reads));
    if (!spec.plus.empty()) {
      HIKAE_TRY(term.plus, ResolveAmount(owner, spec.plus, false, reads));
    }
    return term;
  }

  // What rows have to point to: the owner, or what a path leads to from it.
  base::Result<std::string> PointedTo(const cedar::EntityType& owner, const FactSpec& spec, std::set<Name2>& reads) {
    if (spec.own.empty()) return owner.name;
    HIKAE_TRY(Walk walk, WalkPath(schema_, owner.name, spec.own));
    reads.insert(walk.reads.begin(), walk.reads.end());
    return TargetType(walk.leaf);
  }

  // Whether `by REF = PATH2` compares words: PATH2 leads to a text, and rows are those whose REF is the same text.
  base::Result<bool> JoinsTexts(const cedar::EntityType& owner, const FactSpec& spec) {
    if (spec.own.empty()) return false;
    HIKAE_TRY(Walk walk, WalkPath(schema_, owner.name, spec.own));
    return walk.leaf.kind == Kind::kString;
  }

  base::Result<std::string> ResolveBy(const cedar::EntityType& owner, const FactSpec& spec, std::set<Name2>& reads) {
    HIKAE_TRY(const cedar::EntityType* type, RequireType(schema_, spec.type));
    HIKAE_TRY(const std::string target, PointedTo(owner, spec, reads));
    if (spec.by.empty()) {
      const cedar::Attribute* by = OwnerAttribute(*type, owner.name);
      if (by != nullptr) return by->name;
      return Wrong(fmt::format("{} has no @owner attribute of type {}", type->name, owner.name),
                   fmt::format("{} に {} を指す @owner 属性がない", type->name, owner.name),
                   {"add `by ATTRIBUTE`", "「by 属性名」が必要"});
    }
    HIKAE_TRY(const cedar::Attribute* by, RequireAttribute(*type, spec.by));
    HIKAE_TRY(const bool texts, JoinsTexts(owner, spec));
    if (texts && by->type.kind == Kind::kString) return by->name;
    if (!target.empty() && TargetType(by->type) == target) return by->name;
    return Wrong(
        fmt::format("{}.{} is a {} and does not point to {}", type->name, by->name, by->type.ToString(), target),
        fmt::format("{}.{} は {} で、{} を指さない", type->name, by->name, by->type.ToString(), target));
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
    if ((spec.verb == Verb::kDue && walk.leaf.kind != Kind::kDatetime) ||
        ((spec.verb == Verb::kLatest || spec.verb == Verb::kEarliest) && !ordered) ||
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

  base::Result<Condition> ResolveWhere(const cedar::EntityType& owner, const std::string& type, const WhereSpec& where,
                                       std::set<Name2>& reads) {
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
      if (text.starts_with(kParams)) {
        HIKAE_CHECK(AddParameter(text, walk.leaf, condition));
        continue;
      }
      if (text.starts_with(kOwn)) {
        HIKAE_CHECK(AddOwn(owner, text, walk.leaf, reads, condition));
        continue;
      }
      HIKAE_TRY(cedar::Value value, ReadLiteral(text, walk.leaf, schema_));
      condition.values.push_back(std::move(value));
    }
    return condition;
  }

  // One value of a parameter, or each of a set.
  base::Result<void> AddParameter(const std::string& text, const cedar::Type& leaf, Condition& condition) {
    HIKAE_TRY(const cedar::Value* value, RequireParameter(std::string_view(text).substr(kParams.size())));
    const bool set = value->kind() == cedar::Value::Kind::kSet;
    for (const cedar::Value& one : set ? value->elements() : std::vector<cedar::Value>{*value}) {
      const bool fits = (leaf.kind == Kind::kLong && one.kind() == cedar::Value::Kind::kLong) ||
                        (leaf.kind == Kind::kString && one.kind() == cedar::Value::Kind::kString) ||
                        (leaf.kind == Kind::kDatetime && one.kind() == cedar::Value::Kind::kDatetime) ||
                        (one.kind() == cedar::Value::Kind::kEntity && one.entity().type == TargetType(leaf));
      if (!fits) {
        return Wrong(fmt::format("`{}` is no {}", text, leaf.ToString()),
                     fmt::format("「{}」は {} でない", text, leaf.ToString()));
      }
      condition.values.push_back(one);
    }
    return {};
  }

  // What a path leads to from the entity itself: of the type that the rows state there.
  base::Result<void> AddOwn(const cedar::EntityType& owner, const std::string& text, const cedar::Type& leaf,
                            std::set<Name2>& reads, Condition& condition) {
    HIKAE_TRY(std::vector<Step> path, ParsePath(std::string_view(text).substr(kOwn.size())));
    HIKAE_TRY(Walk walk, WalkPath(schema_, owner.name, path));
    reads.insert(walk.reads.begin(), walk.reads.end());
    if (walk.leaf.ToString() != leaf.ToString()) {
      return Wrong(fmt::format("`{}` is a {} and no {}", text, walk.leaf.ToString(), leaf.ToString()),
                   fmt::format("「{}」は {} で、{} でない", text, walk.leaf.ToString(), leaf.ToString()));
    }
    condition.own.push_back(std::move(path));
    return {};
  }

  const cedar::Schema& schema_;
  const FactSettings& settings_;
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
                      const FactSettings& settings, std::vector<base::Error>& errors) {
  std::map<Name2, Compiled> facts;
  Compiler compiler(schema, settings);
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
  FactPlan plan = Orderer(facts, errors).Order();
  plan.closed = settings.closed;
  plan.readings = settings.readings;
  return plan;
}

}  // namespace hikae::audit
