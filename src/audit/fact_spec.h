// The fact language of docs/design/statements-and-facts.md §3, as text: `VERB PATH [by REF] [where …]`. Knows no
// schema.
#ifndef HIKAE_AUDIT_FACT_SPEC_H_
#define HIKAE_AUDIT_FACT_SPEC_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace hikae::audit {

enum class Verb { kCollect, kCollectIfAny, kLatest, kEarliest, kCount, kCountIfAny, kSum, kOne, kGap, kSelf };

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
  std::vector<std::string> values;  // "today" stands for the day of the audit where a datetime is compared
  bool absent = false;              // `| absent`: or nothing is stated there
};

struct FactSpec {
  Verb verb = Verb::kSelf;
  std::string type;              // whose rows are measured; "" for self
  std::vector<Step> path;        // empty: the rows' entities themselves
  std::string by;                // as written; "" = the type's owner
  std::vector<WhereSpec> where;  // all must hold (`and` between)
};

// The error has no place: the caller knows where the annotation stands.
base::Result<FactSpec> ParseFact(std::string_view text);

const char* Name(Verb verb);  // as the language spells it
const char* Name(Comparison comparison);

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_FACT_SPEC_H_
