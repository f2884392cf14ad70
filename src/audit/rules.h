// From policies to rules and expectations: annotations read and checked.
#ifndef HIKAE_AUDIT_RULES_H_
#define HIKAE_AUDIT_RULES_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "audit/pack.h"
#include "cedar/engine/policy_set.h"
#include "cedar/schema/schema.h"
#include "cedar/syntax/ast.h"

namespace hikae::audit {

// The policies of a pack, by their @id where each has one of its own.
struct ParsedPolicies {
  std::optional<cedar::PolicySet> set;  // none when a file failed
  std::optional<base::Error> unnamed;   // why they are only numbered
};

// Reads every file: one that does not parse is an error of its own and leaves the others to be read.
ParsedPolicies ParsePack(const std::vector<cedar::SourceText>& texts, LintReport& report);

// One rule per forbid and one expectation per permit of that kind. Faulty ones are reported and left out.
struct RuleBook {
  std::vector<Rule> rules;
  std::vector<Expectation> expectations;
};
// Whose policies a file holds.
struct PolicyOrigin {
  std::string pack;
  bool laid_over = false;  // over another pack: it may forbid and expect, and gives no ground
};
RuleBook ReadRules(const cedar::PolicySet& policies, const cedar::Schema& schema,
                   const std::map<std::string, PolicyOrigin>& origins, LintReport& report);

// When the rule is in force by its own @effective_from and @effective_to. Dates are valid: the lint saw to it.
Interval EffectiveOf(const Rule& rule);

// The moment an action belongs to: itself or a group above it is `audit.design` …. nullopt: no audit action.
std::optional<Moment> MomentOf(const cedar::Schema& schema, const cedar::ActionType& action);

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_RULES_H_
