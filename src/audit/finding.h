// The outcome of one rule on one thing at one date.
#ifndef HIKAE_AUDIT_FINDING_H_
#define HIKAE_AUDIT_FINDING_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cedar/entities/entities.h"

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

// What one finding rests on.
struct Grounds {
  std::vector<Evidence> evidence;    // in the order in which the rule read it
  std::vector<std::string> missing;  // what a containsAll did not find, as text
};

struct Finding;
// Who can say what findings rest on. Shareable between threads.
class Witness {
 public:
  virtual ~Witness() = default;
  virtual Grounds GroundsOf(const Finding& finding) const = 0;
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

// An entity by views of its names.
struct ThingView {
  std::string_view type, id;
  ThingView() = default;
  ThingView(const cedar::EntityUid& uid) : type(uid.type), id(uid.id) {}
  operator cedar::EntityUid() const { return {std::string(type), std::string(id)}; }
  std::string ToString() const { return cedar::EntityUid(*this).ToString(); }
};

// Its texts are the witness's, who is kept: an audit of a large ledger has a finding for every rule and row.
struct Finding {
  std::string_view rule;  // Rule::id; its citation is looked up in Findings::rules
  Outcome outcome = Outcome::kNotShown;
  Moment moment = Moment::kDesign;
  bool lacks = false;         // its grounds name something that is missing
  std::string_view handling;  // id
  ThingView thing;
  std::string_view thing_title;  // what a person calls it: the entity's `title` or `name`, else its id
  std::string note;              // why not shown when evaluation failed; the exception ("id (file:line)") when excepted
  // Found anew at each call, which takes some microseconds: most findings are never asked. Empty without a witness.
  Grounds grounds() const { return witness != nullptr ? witness->GroundsOf(*this) : Grounds(); }

  std::shared_ptr<const Witness> witness = {};  // holds all that the audit judged
  const cedar::EntityUid* action = nullptr;     // at which the thing was judged
};

// Complete and stably ordered: by handling, moment, pack, rule (order of the pack), thing.
struct Findings {
  std::vector<Finding> findings;
  std::map<std::string, Rule, std::less<>> rules;  // by id, every rule that was in force
  struct PackUsed {
    std::string id;
    base::Text title;
    std::string from, until;      // ISO dates; until "" = open
    std::string digest;           // of the pack's files, hex
    bool past = false;            // after its last day: only the rules that go on judged
    std::string transition = {};  // on what they go on
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
