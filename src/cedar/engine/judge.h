// Judgement: the outcome of every rule for one thing, three-valued where evidence is missing, with a trace.
//
// A rule is `forbid (scope) when { the duty applies } unless { the duty is kept };`. An attribute named by @evidence
// ("principal.contractor.pmark principal.signedOn", paths separated by spaces) that is absent makes the expression that
// reads it *unknown*, unless the entity lists it in known_absent; an absent attribute of a stub is always unknown; any
// other absent attribute is plain Cedar (`has` is false, reading it is an error). Kleene logic: unknown && false is
// false, unknown || true is true; if-then-else with an unknown condition is known only when both branches agree.
//   scope or when false -> not applicable;  when unknown -> not shown;  unless true -> met;  unless false -> violated;
//   unless unknown -> not shown;  any error -> not shown, with the error's text.
// When nothing named is absent this agrees with Authorize: the forbid is satisfied exactly when `violated`.
#ifndef HIKAE_CEDAR_ENGINE_JUDGE_H_
#define HIKAE_CEDAR_ENGINE_JUDGE_H_

#include <optional>
#include <string>
#include <vector>

#include "cedar/engine/policy_set.h"

namespace hikae::cedar {

enum class Outcome : uint8_t { kNotApplicable, kMet, kViolated, kNotShown };

// One attribute read while judging, or found absent.
struct Read {
  std::string path;            // as the policy spells it: principal.contractor.pmark
  EntityUid entity;            // whose attribute it is; type "" when it is the context's
  std::string attribute;       // the last name of the path (for records inside: "opinion.on")
  std::optional<Value> value;  // nullopt: absent
  bool unknown = false;        // absent, and made the expression unknown
  bool in_unless = false;
  friend bool operator==(const Read&, const Read&) = default;
};

// What a containsAll looked for and did not find (or contains: one element).
struct Missing {
  std::string path;  // of the set that lacks them, when it is an attribute path; else ""
  std::vector<Value> elements;
  bool in_unless = false;
};

struct Judgement {
  size_t policy = 0;  // index into PolicySet::policies()
  Outcome outcome = Outcome::kNotApplicable;
  std::vector<Read> reads;  // in the order of evaluation, each once
  std::vector<Missing> missing;
  std::string error;  // not empty when evaluation failed
};

// Judges every forbid of the set; permits are passed over. Judgements come in the order of the set. Those whose scope
// does not match are left out when `only_in_scope`.
std::vector<Judgement> Judge(const Request& request, const PolicySet& policies, const Entities& entities,
                             bool only_in_scope = true);

// One outcome without its trace: all that most of those who judge many things ask.
struct Verdict {
  uint32_t policy = 0;  // index into PolicySet::policies()
  Outcome outcome = Outcome::kNotApplicable;
  bool missed = false;  // Judgement::missing is not empty
  std::string error;    // as of Judgement
};
// As Judge of what is in scope, but for the traces, which take most of its time. They go into `out`, from its
// beginning.
void JudgeOutcomes(const Request& request, const PolicySet& policies, const Entities& entities,
                   std::vector<Verdict>& out);
// The judgement of one forbid whose scope matches.
Judgement JudgeOne(const Request& request, const PolicySet& policies, size_t policy, const Entities& entities);

// The outcome of a permit's conditions, two-valued: for expectation policies of a pack. True when satisfied.
bool Satisfied(const Request& request, const PolicySet& policies, size_t policy, const Entities& entities);

}  // namespace hikae::cedar

#endif  // HIKAE_CEDAR_ENGINE_JUDGE_H_
