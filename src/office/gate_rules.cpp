#include "office/gate_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "audit/audit.h"
#include "audit/manifest.h"
#include "audit/rules.h"
#include "office/file_specs.h"

namespace hikae::office {
namespace {

using base::Error;
using base::Result;
using base::Status;
using gate::Rulebook;

constexpr size_t kKeptRulebooks = 4;  // at midnight, and while writers and readers pass each other, two are in use

std::string TextOf(const cedar::PolicyInfo& info, std::string_view key) {
  const std::string* text = info.Annotation(key);
  return text == nullptr ? std::string() : *text;
}

audit::Interval IntervalOf(const cedar::PolicyInfo& info) {
  audit::Interval interval;
  const auto day = [&info](std::string_view key) -> std::optional<base::Day> {
    const std::string* text = info.Annotation(key);
    if (text == nullptr) return std::nullopt;
    const Result<base::Day> read = audit::ReadIsoDate(*text);
    return read.ok() ? std::optional<base::Day>(*read) : std::nullopt;
  };
  interval.from = day("effective_from").value_or(interval.from);
  interval.until = day("effective_to");
  return interval;
}

gate::Citation CitationOf(const cedar::PolicyInfo& ground) {
  gate::Citation citation;
  citation.article = TextOf(ground, "article");
  citation.title = {TextOf(ground, "title_en"), TextOf(ground, "title")};
  return citation;
}

gate::Citation CitationOf(const audit::Rule& rule) {
  gate::Citation citation;
  citation.article = rule.article;
  citation.title = rule.title;
  citation.remedy = rule.remedy;
  citation.severity = audit::Name(rule.severity);
  citation.confidence = rule.confidence;
  const auto evidence = rule.annotations.find("evidence");
  if (evidence != rule.annotations.end()) citation.evidence = evidence->second;
  citation.controls = rule.controls;
  return citation;
}

// Which policies of the pack decide on the day and which only warn, and how each is cited.
struct Split {
  std::vector<bool> deciding, warning, lifting;  // of each policy of the pack
  std::map<std::string, gate::Citation> rules;
};

Split SplitByEffect(const audit::Pack& pack, base::Day day) {
  std::map<std::string_view, const audit::Rule*> run;
  for (const audit::Rule& rule : pack.rules) {
    const bool at_run = std::find(rule.moments.begin(), rule.moments.end(), audit::Moment::kRun) != rule.moments.end();
    if (at_run && audit::EffectiveOf(rule).Contains(day)) run.emplace(rule.id, &rule);
  }
  Split split;
  for (const cedar::PolicyInfo& info : pack.policies.policies()) {
    const auto rule = run.find(info.id);
    const bool forbids = info.effect == cedar::Effect::kForbid && rule != run.end();
    const bool permits = info.effect == cedar::Effect::kPermit && IntervalOf(info).Contains(day);
    const bool grounds = permits && TextOf(info, "kind") == "ground";
    const bool lifts = permits && TextOf(info, "kind") == "lift";
    const bool warns = forbids && rule->second->severity >= audit::Severity::kWarn;
    split.deciding.push_back(grounds || (forbids && !warns));
    split.warning.push_back(warns);
    split.lifting.push_back(lifts);
    if (grounds || lifts) split.rules.emplace(info.id, CitationOf(info));
    if (forbids) split.rules.emplace(info.id, CitationOf(*rule->second));
  }
  return split;
}

cedar::Value ParamsOf(const audit::Pack& pack) {
  std::map<std::string, cedar::Value> params;
  for (const audit::Parameter& parameter : pack.parameters) params.emplace(parameter.name, parameter.value);
  return cedar::Value::Record(std::move(params));
}

std::map<std::string, gate::WhenLogFails> PurposesOf(const cedar::Entities& facts) {
  std::map<std::string, gate::WhenLogFails> purposes;
  for (const cedar::Entity* entity : facts.All()) {
    if (entity->uid.type != "Purpose") continue;
    const auto said = entity->attributes.find("whenLogFails");
    if (said == entity->attributes.end()) continue;
    const bool spools = said->second.entity().id == "spool";
    purposes.emplace(entity->uid.id, spools ? gate::WhenLogFails::kSpool : gate::WhenLogFails::kRefuse);
  }
  return purposes;
}

// Those that name a rule and a thing; what the registry does not know of one is no departure.
std::multimap<std::string, gate::Departure> DeparturesOf(const cedar::Entities& facts) {
  std::multimap<std::string, gate::Departure> departures;
  for (const cedar::Entity* entity : facts.All()) {
    if (entity->uid.type != "Exception") continue;
    const auto rule = entity->attributes.find("rule");
    const auto thing = entity->attributes.find("thing");
    if (rule == entity->attributes.end() || thing == entity->attributes.end()) continue;
    departures.emplace(rule->second.text(), gate::Departure{entity->uid.id, std::string(thing->second.text())});
  }
  return departures;
}

Error NotInForce(const audit::Pack& pack, base::Day day) {
  return Error(Status::kNotFound,
               {fmt::format("no pack of the office is in force on {}; {} is from {}{}", base::FormatIso(day), pack.id,
                            pack.from, pack.until.empty() ? "" : " until " + pack.until),
                fmt::format("{} に施行されている規程集がない({} は {}から{})", base::FormatIso(day), pack.id, pack.from,
                            pack.until.empty() ? "" : pack.until + "まで")},
               {}, {"install the pack of that day's law", "その日の規程集を入れる"});
}

Error Moved(int64_t version) {
  return Error(Status::kBusy,
               {fmt::format("the registry is no longer at change {}", version),
                fmt::format("台帳は変更番号 {} の状態ではなくなっている", version)},
               {}, {"ask for its version again", "変更番号を取り直す"});
}

// Files may be written in the formats of any pack of the office; those of the one in force come first.
std::vector<audit::Format> FormatsOf(const PackSet& set, const audit::Pack& pack) {
  std::vector<audit::Format> formats = pack.formats;
  for (const PackPtr& other : set.packs) {
    if (other.get() != &pack) formats.insert(formats.end(), other->formats.begin(), other->formats.end());
  }
  return formats;
}

Result<std::shared_ptr<const Rulebook>> Build(const registry::Registry& registry, const PackSet& set,
                                              const PackPtr& pack, const cedar::PolicySet& policies, base::Day day) {
  HIKAE_TRY(cedar::Entities facts, audit::BuildDecisionFacts(registry, *pack, day, &set.vocabulary));
  Split split = SplitByEffect(*pack, day);
  auto rulebook = std::make_shared<Rulebook>(Rulebook{.pack = pack->id,
                                                      .deciding = policies.Filter(split.deciding),
                                                      .warning = policies.Filter(split.warning),
                                                      .lifting = policies.Filter(split.lifting),
                                                      .rules = std::move(split.rules),
                                                      .params = ParamsOf(*pack),
                                                      .facts = nullptr,
                                                      .files = {},
                                                      .faulty_files = {},
                                                      .purposes = PurposesOf(facts),
                                                      .departures = DeparturesOf(facts),
                                                      .schema = &pack->schema,
                                                      .keeps = pack});
  rulebook->files = FileSpecsOf(facts, FormatsOf(set, *pack), rulebook->faulty_files);
  rulebook->facts = std::make_shared<const cedar::Entities>(std::move(facts));
  return std::shared_ptr<const Rulebook>(std::move(rulebook));
}

}  // namespace

GateRules::GateRules(const registry::Registry& registry, PacksNow packs_now)
    : registry_(registry), packs_now_(std::move(packs_now)) {}

Result<int64_t> GateRules::Version() { return registry_.ChangeNumber(); }

Result<const GateRules::Checked*> GateRules::CheckedOf(const PackPtr& pack) {
  for (const Checked& checked : checked_) {
    if (checked.pack == pack) return &checked;
  }
  cedar::PolicySet policies = pack->policies;
  const cedar::Validation validation = cedar::ValidateAndMark(policies, pack->schema);
  if (!validation.errors.empty()) return validation.errors.front();
  checked_.push_front({pack, std::move(policies)});
  if (checked_.size() > kKeptRulebooks) checked_.pop_back();
  return &checked_.front();
}

Result<std::shared_ptr<const Rulebook>> GateRules::At(int64_t version, int32_t day) {
  const std::lock_guard lock(mutex_);
  HIKAE_TRY(const PackSetPtr set, packs_now_());
  for (const Kept& kept : kept_) {
    if (kept.version == version && kept.day == day && kept.set == set) return kept.rulebook;
  }
  const PackPtr pack = audit::DecidingOn(set->packs, day);
  if (pack == nullptr) return NotInForce(*set->packs.front(), day);
  HIKAE_TRY(const Checked* checked, CheckedOf(pack));
  // The facts are read in more than one statement: they are of one version only if it was the same before and after.
  HIKAE_TRY(const int64_t before, Version());
  if (before != version) return Moved(version);
  HIKAE_TRY(std::shared_ptr<const Rulebook> rulebook, Build(registry_, *set, pack, checked->policies, day));
  HIKAE_TRY(const int64_t after, Version());
  if (after != version) return Moved(version);
  kept_.push_front({version, day, set, rulebook});
  if (kept_.size() > kKeptRulebooks) kept_.pop_back();
  return rulebook;
}

}  // namespace hikae::office
