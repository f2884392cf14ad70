// One finding in words: the rule and what it asks for, the facts it read with the rows behind them, what would make it
// met.
#ifndef HIKAE_REPORT_EXPLAIN_H_
#define HIKAE_REPORT_EXPLAIN_H_

#include <string>

#include "audit/finding.h"
#include "audit/pack.h"
#include "base/error.h"

namespace hikae::report {

// `pack` gives the words; without it (nullptr) names are printed as the rule spells them. The finding is one of
// `findings`.
std::string ExplainFinding(const audit::Findings& findings, const audit::Finding& finding, const audit::Pack* pack,
                           base::Language language);

// The condition of a rule in words: "当てはまる場合 …", "求めること …". "" for what cannot be read.
struct RuleWords {
  std::string applies;  // `when`; "" when it always applies
  std::string kept;     // `unless`
};
RuleWords SayRule(const audit::Rule& rule, const audit::Pack* pack, base::Language language);

}  // namespace hikae::report

#endif  // HIKAE_REPORT_EXPLAIN_H_
