// The outcome of one rule on one thing at one date.
#ifndef HIKAE_AUDIT_FINDING_H_
#define HIKAE_AUDIT_FINDING_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "cedar/entities.h"

namespace hikae::audit {

enum class Outcome : uint8_t { kMet, kViolated, kNotShown, kNotApplicable, kExcepted };
enum class Severity : uint8_t { kBlock, kError, kWarn, kInfo };
enum class Moment : uint8_t { kDesign, kContract, kRun, kEvent, kPeriodic, kEnd };

// One fact that the outcome rests on.
struct Evidence {
  std::string entity;     // Type::"id"; "context" for the judgement's own inputs
  std::string attribute;  // "" for the existence of the entity itself
  std::optional<std::string>
      value;  // Cedar text; absent = no value; the gap word (blank, none, unknown) stands in source
  // "file:line" of the row(s) it was measured from, "; " between. Without a value, why comes first, as one of the words
  // blank, none, unknown, not stated, no row, not registered: "blank; paper.yaml:12".
  std::string source;
  std::string path;        // as the rule spells it
  base::Text reason = {};  // without a value: the same word for people
};

// A rule as its pack states it.
struct Rule {
  std::string id;
  std::vector<std::string> controls;
  std::string article;
  base::Text title;
  base::Text remedy;  // remedy_en may be empty
  Severity severity = Severity::kWarn;
  std::string confidence;
  std::string pack;
  std::vector<Moment> moments;
  std::map<std::string, std::string> annotations;  // all of them, as written
  base::Place where;
  std::string text;  // the policy
};

struct Finding {
  std::string rule;  // Rule::id; its citation is looked up in Findings::rules
  Outcome outcome = Outcome::kNotShown;
  Moment moment = Moment::kDesign;
  std::string handling;  // id
  cedar::EntityUid thing;
  std::string thing_title;  // what a person calls it: the entity's `title` or `name`, else its id
  std::vector<Evidence> evidence;
  std::vector<std::string> missing;  // what a containsAll did not find, as text
  std::string note;  // why not shown when evaluation failed; the exception ("id (file:line)") when excepted
};

// Complete and stably ordered: by handling, moment, rule (order of the pack), thing.
struct Findings {
  std::vector<Finding> findings;
  std::map<std::string, Rule> rules;  // by id, every rule that was in force
  struct PackUsed {
    std::string id;
    base::Text title;
    std::string from, until;  // ISO dates; until "" = open
    std::string digest;       // of the pack's files, hex
  };
  std::vector<PackUsed> packs;
  std::string as_of;  // ISO date
  struct Totals {
    size_t met = 0, violated = 0, not_shown = 0, not_applicable = 0, excepted = 0;
  };
  Totals totals;
};

const char* Name(Outcome outcome);    // "met", "violated", "not shown", "not applicable", "excepted"
const char* Name(Severity severity);  // "block", "error", "warn", "info"
const char* Name(Moment moment);      // "design" …
base::Text Label(Outcome outcome);    // 充足, 違反, 未提示, 非該当, 例外承認
base::Text Label(Severity severity);
base::Text Label(Moment moment);

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_FINDING_H_
