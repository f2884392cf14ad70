// The table of violations: bases without a fault, cases that put one in, and which outcomes of which control they show.
#ifndef HIKAE_TESTS_VIOLATIONS_TABLE_H_
#define HIKAE_TESTS_VIOLATIONS_TABLE_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "audit/pack.h"
#include "audit/vocabulary.h"
#include "changes/bench.h"

namespace hikae::violations {

struct Table {
  changes::Bases bases;
  std::map<std::string, std::set<std::string>> violated;  // by base: "rule Type::"id"" of what its papers have wrong
  std::vector<changes::Case> cases;
};

// base/bases.yaml and the cases beside it.
base::Result<Table> ReadTable(const std::string& folder);

// What is wrong with a case by itself, whatever it moves: a rule or a control that its packs have not, a control that
// no moved rule cites or no paper of the base states, nothing that moves. "" when nothing.
std::string Faults(const changes::Case& row, const std::vector<audit::PackPtr>& packs,
                   const std::set<std::string>& stated);

// "rule Type::"id": before -> after" taken apart.
struct Move {
  std::string rule, thing;
  std::set<std::string> before, after;
};
Move Parse(const std::string& line);

// Outcomes by control: "met", "violated", "not shown" of the audit, "refused" of the gate.
using Shown = std::map<std::string, std::set<std::string>>;
void AddCase(const changes::Case& row, const audit::Pack& pack, Shown& shown);
// tests/packs/access.yaml: what its changes move is refused, or warned of.
base::Result<bool> AddRequests(const std::string& path, const audit::Pack& pack, Shown& shown);

// Why no case shows a control in an outcome, by control and outcome: missing.yaml.
using Reasons = std::map<std::string, std::map<std::string, std::string>>;
base::Result<Reasons> ReadReasons(const std::string& file);

// What no case shows, with its reason: a stated one, or one that follows from the rules.
struct Missing {
  Reasons reasons;
  std::vector<std::string> faults;  // lacks without a reason, and reasons for what is shown
};
Missing Compare(const Shown& shown, const audit::Pack& pack, const Reasons& stated);

}  // namespace hikae::violations

#endif  // HIKAE_TESTS_VIOLATIONS_TABLE_H_
