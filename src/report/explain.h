// One finding in words: the rule and what it asks for, the facts it read with the rows behind them, what would make it
// met.
#ifndef HIKAE_REPORT_EXPLAIN_H_
#define HIKAE_REPORT_EXPLAIN_H_

#include <string>
#include <vector>

#include "audit/finding.h"
#include "audit/pack.h"
#include "base/error.h"

namespace hikae::report {

// `pack` gives the words, `others` those it has none for: of an office with several, rows say things in the words of
// any. Without one names are printed as the rule spells them. The finding is one of `findings`.
std::string ExplainFinding(const audit::Findings& findings, const audit::Finding& finding, const audit::Pack* pack,
                           base::Language language, const std::vector<const audit::Pack*>& others = {});

// The condition of a rule in words: "当てはまる場合 …", "求めること …". "" for what cannot be read.
struct RuleWords {
  std::string applies;  // `when`; "" when it always applies
  std::string kept;     // `unless`
};
RuleWords SayRule(const audit::Rule& rule, const audit::Pack* pack, base::Language language);

}  // namespace hikae::report

#endif  // HIKAE_REPORT_EXPLAIN_H_
