// The facts of a pack, read once: typed, checked, and ordered so that what a fact builds on is measured before it.
#ifndef HIKAE_AUDIT_FACT_PLAN_H_
#define HIKAE_AUDIT_FACT_PLAN_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "audit/fact_spec.h"
#include "base/calendar.h"
#include "base/error.h"
#include "cedar/schema/schema.h"
#include "cedar/value/value.h"

namespace hikae::audit {

struct Condition {
  std::vector<Step> path;
  Comparison comparison = Comparison::kEqual;
  std::vector<cedar::Value> values;
  bool today = false;                       // one of the values is the day of the audit
  bool absent = false;                      // nothing stated there will do as well
  std::vector<std::vector<Step>> own = {};  // values that paths lead to from the entity the fact belongs to
};

// How long: a number, or what a path from the entity leads to. A Long; of fiscal and calendar years a text as well
// (10年).
struct Amount {
  std::optional<int64_t> number;
  std::vector<Step> path;
};
struct DueTerm {
  Amount amount;
  std::optional<Amount> plus;  // further days; nothing where the path finds nothing
  base::Term term;             // its amount is not set
};

struct Fact {
  std::string owner;  // the entity type it belongs to
  std::string attribute;
  bool is_set = false;  // declared as a set
  Verb verb = Verb::kSelf;
  std::string type;  // whose rows are measured; "" for self and due
  std::vector<Step> path;
  std::string by;  // the attribute of `type` that points to the owner, or to what `own` leads to; "" for self and due
  std::vector<Step> own = {};
  std::vector<Condition> where;
  std::optional<DueTerm> term = {};
  bool by_text = false;  // `by` and `own` lead to texts: rows are found by the same words, not by what they point to
};

// A member of an enumeration that words of other packs are read as: where all words of one of the lists stand.
struct Reading {
  std::string word;
  std::vector<std::vector<std::string>> of;
};
using Readings = std::map<std::string, std::vector<Reading>, std::less<>>;  // by the enumeration

struct FactPlan {
  std::vector<Fact> facts;
  base::ClosedDays closed = {};  // over which terms roll
  Readings readings = {};        // of what sets are collected
};

// What a pack says beside its schema that facts build on.
struct FactSettings {
  std::map<std::string, cedar::Value> parameters;  // `params.NAME`
  base::ClosedDays closed;
  Readings readings = {};
};

// Errors (kRules, with the place of the attribute) are appended; the plan holds the facts without one.
FactPlan CompileFacts(const cedar::Schema& schema, const std::vector<cedar::SourceText>& texts,
                      const FactSettings& settings, std::vector<base::Error>& errors);

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_FACT_PLAN_H_
