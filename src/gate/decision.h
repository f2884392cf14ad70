// What was decided, by which rules, and how to tell a clerk.
#ifndef HIKAE_GATE_DECISION_H_
#define HIKAE_GATE_DECISION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"

namespace hikae::gate {

struct Reason {
  std::string rule;
  std::string article;
  base::Text title;
  base::Text remedy;
  std::string severity;           // "" for a ground
  std::vector<std::string> read;  // "context.place = Place::\"…\"": what the rule read, of a refusal. No personal data
  std::vector<std::string> missing;  // what it looked for and did not find
};

struct Decision {
  bool allowed = false;
  bool judged = true;  // false: a rule could not be evaluated, and so it was refused
  std::string act;     // "read"
  std::string handling, file;
  int64_t time = 0;              // microseconds since 1970, UTC
  std::vector<Reason> reasons;   // the grounds of a permission; the rules of a refusal
  std::vector<Reason> warnings;  // what it goes against all the same: unconfirmed rules, and rules that were lifted
  std::vector<std::string> exceptions;  // ids of the approved exceptions that lifted rules; empty unless allowed
  // For a clerk, without identifiers of hikae: what was refused, why, by which article, and what to do. One sentence
  // for each reason.
  base::Text Explain() const;
};

}  // namespace hikae::gate

#endif  // HIKAE_GATE_DECISION_H_
