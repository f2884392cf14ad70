// What the facts of one day rest on: the measured entities, where each came from, and which handling each belongs to.
#ifndef HIKAE_AUDIT_FACT_BASE_H_
#define HIKAE_AUDIT_FACT_BASE_H_

#include <map>
#include <string>
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
  // What a person calls the entity: its @title attribute, else its id.
  const std::string& TitleOf(Index index) const;

 private:
  Stated stated_;
  std::map<std::string, std::string> title_attributes_;  // by type
  std::map<std::string, Things> handlings_;
};

// { asOf, fiscalYear, params }: the same for every request of one audit.
cedar::Value ContextOf(const Pack& pack, registry::Day as_of);

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_FACT_BASE_H_
