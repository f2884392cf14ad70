// The facts of a pack, read once: typed, checked, and ordered so that what a fact builds on is measured before it.
#ifndef HIKAE_AUDIT_FACT_PLAN_H_
#define HIKAE_AUDIT_FACT_PLAN_H_

#include <string>
#include <vector>

#include "audit/fact_spec.h"
#include "base/error.h"
#include "cedar/schema/schema.h"
#include "cedar/value/value.h"

namespace hikae::audit {

struct Condition {
  std::vector<Step> path;
  Comparison comparison = Comparison::kEqual;
  std::vector<cedar::Value> values;
  bool today = false;   // one of the values is the day of the audit
  bool absent = false;  // nothing stated there will do as well
};

struct Fact {
  std::string owner;  // the entity type it belongs to
  std::string attribute;
  bool is_set = false;  // declared as a set
  Verb verb = Verb::kSelf;
  std::string type;  // whose rows are measured; "" for self
  std::vector<Step> path;
  std::string by;  // the attribute of `type` that points to the owner; "" for self
  std::vector<Condition> where;
};

struct FactPlan {
  std::vector<Fact> facts;
};

// Errors (kRules, with the place of the attribute) are appended; the plan holds the facts without one.
FactPlan CompileFacts(const cedar::Schema& schema, const std::vector<cedar::SourceText>& texts,
                      std::vector<base::Error>& errors);

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_FACT_PLAN_H_
