// The fact language of docs/design/statements-and-facts.md §3, as text: `VERB PATH [by REF] [where …]`. Knows no
// schema.
#ifndef HIKAE_AUDIT_FACT_SPEC_H_
#define HIKAE_AUDIT_FACT_SPEC_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.h"
#include "base/error.h"

namespace hikae::audit {

enum class Verb { kCollect, kCollectIfAny, kLatest, kEarliest, kCount, kCountIfAny, kSum, kOne, kGap, kSelf, kDue };

// One name of a path: an attribute to read, or (`^Type`) the ancestors of that type.
struct Step {
  std::string name;
  bool climb = false;
};

enum class Comparison { kEqual, kNotEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };

// `where items.kind = a | b`: any of the values.
struct WhereSpec {
  std::vector<Step> path;
  Comparison comparison = Comparison::kEqual;
  std::vector<std::string> values;  // "today" is the day of the audit where a datetime is compared,
                                    // "own.PATH" what it leads to from the entity itself
  bool absent = false;              // `| absent`: or nothing is stated there
};

// `due knownOn params.finalDays days plus correctionDays first-day roll`: when the term that a date sets going ends.
// An amount is a number, `params.NAME`, or a path from the entity.
struct TermSpec {
  std::string amount;
  std::string plus;  // further days; "" = none
  base::Term term;   // its amount is not set
};

struct FactSpec {
  Verb verb = Verb::kSelf;
  std::string type;        // whose rows are measured; "" for self and due
  std::vector<Step> path;  // empty: the rows' entities themselves
  std::string by;          // as written; "" = the type's owner
  std::vector<Step> own;   // `by REF = PATH`: REF names what PATH leads to from the owner; empty: the owner itself
  std::optional<TermSpec> term;  // of due
  std::vector<WhereSpec> where;  // all must hold (`and` between)
};

// The error has no place: the caller knows where the annotation stands.
base::Result<FactSpec> ParseFact(std::string_view text);

base::Result<std::vector<Step>> ParsePath(std::string_view text);

const char* Name(Verb verb);  // as the language spells it
const char* Name(Comparison comparison);

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_FACT_SPEC_H_
