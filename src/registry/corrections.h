// Which row of a ledger is corrected by which.
#ifndef HIKAE_REGISTRY_CORRECTIONS_H_
#define HIKAE_REGISTRY_CORRECTIONS_H_

#include <map>
#include <set>
#include <string>

#include "base/error.h"
#include "cedar/schema/schema.h"
#include "registry/registry.h"
#include "store/registry_tables.h"

namespace hikae::registry {

// The ledger row that this one corrects, if it does.
const cedar::EntityUid* CorrectedBy(const Row& row, const cedar::Schema& schema);

// For one transaction. Reads a ledger when it is first asked about it, so that whoever corrects nothing pays nothing.
class Corrections {
 public:
  Corrections(const cedar::Schema& schema, const store::RegistryTables& tables) : schema_(schema), tables_(tables) {}

  // The last of the rows that correct `uid`, one after the other; `uid` itself where none does.
  base::Result<cedar::EntityUid> NewestOf(const cedar::EntityUid& uid);
  // Remembers that `by` corrects `uid`.
  base::Result<void> Add(const cedar::EntityUid& uid, const cedar::EntityUid& by);

 private:
  base::Result<void> Load(const std::string& type);

  const cedar::Schema& schema_;
  const store::RegistryTables& tables_;
  std::set<std::string> loaded_;
  std::map<cedar::EntityUid, cedar::EntityUid> by_;
};

}  // namespace hikae::registry

#endif  // HIKAE_REGISTRY_CORRECTIONS_H_
