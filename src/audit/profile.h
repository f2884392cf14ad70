// Which version of each declaration an audit reads (docs/design/statements-and-facts.md §6).
//
// Handling.profile is the declaration in force: the one with the latest opinion given by the day of the audit, as it
// and its parts stood when that opinion was recorded; without an opinion, the declaration stated for the latest day.
// Handling.declared is the declaration as it stands. Where the two differ, today's version is added beside the approved
// one under a name of its own ("… (現在)"), to be compared and not judged.
#ifndef HIKAE_AUDIT_PROFILE_H_
#define HIKAE_AUDIT_PROFILE_H_

#include <memory>
#include <vector>

#include "audit/working_set.h"
#include "base/error.h"
#include "cedar/schema/schema.h"
#include "registry/registry.h"

namespace hikae::audit {

// The rows of one day, and the snapshots they live in.
struct Stated {
  std::shared_ptr<const registry::Snapshot> snapshot;
  std::vector<std::shared_ptr<const registry::Snapshot>> past;
  WorkingSet set;
};

// `read`: the registry as of that day, where it has been read already.
base::Result<Stated> ReadStated(const registry::Registry& registry, const cedar::Schema& schema, registry::Day as_of,
                                const std::shared_ptr<const registry::Snapshot>& read = {});

// The rows of types that the schema annotates @measured, as far as they are of a day that has come.
void AddMeasured(const std::shared_ptr<const registry::Snapshot>& measured, const cedar::Schema& schema,
                 registry::Day as_of, Stated& stated);

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_PROFILE_H_
