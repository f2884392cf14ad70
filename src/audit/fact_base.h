// What the facts of one day rest on: the measured entities, where each came from, and which handling each belongs to.
#ifndef HIKAE_AUDIT_FACT_BASE_H_
#define HIKAE_AUDIT_FACT_BASE_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "audit/audit.h"
#include "audit/profile.h"
#include "audit/working_set.h"

namespace hikae::audit {

// The things of one handling, by entity type; each ordered by id.
using Things = std::map<std::string, std::vector<Index>>;

// Immutable once built; shareable between threads.
class FactBase {
 public:
  FactBase(Stated stated, const cedar::Schema& schema);

  const WorkingSet& set() const { return stated_.set; }
  const std::map<std::string, Things>& handlings() const { return handlings_; }  // by the handling's id
  // Of an entity: what it is called by rules and by people (its @title attribute, else its id).
  struct Names {
    ThingView uid;
    std::string_view title;
  };
  const Names& NamesOf(Index index) const { return names_[index]; }

 private:
  Stated stated_;
  std::vector<Names> names_;  // of all entities, in one place: every finding has them
  std::map<std::string, Things> handlings_;
};

// { asOf, fiscalYear, params }: the same for every request of one audit.
cedar::Value ContextOf(const Pack& pack, registry::Day as_of);

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_FACT_BASE_H_
