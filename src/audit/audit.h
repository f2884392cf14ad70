// The audit: registry as of a day -> facts -> every rule judged on every thing -> findings.
#ifndef HIKAE_AUDIT_AUDIT_H_
#define HIKAE_AUDIT_AUDIT_H_

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "audit/finding.h"
#include "audit/pack.h"
#include "registry/registry.h"

namespace hikae::audit {

struct AuditOptions {
  registry::Day as_of = 0;
  std::optional<Moment> moment;  // only this moment
  std::string handling;          // only this handling; "" = all
  bool not_applicable = true;    // keep findings that are not applicable (reports count them)
  // Rows of the schema's @measured types, which nobody states: what was measured elsewhere, such as in the access log.
  // Null: nothing was. Those of a later day than as_of are not read.
  std::shared_ptr<const registry::Snapshot> measured;
  std::function<bool(uint64_t done, uint64_t total)> progress;  // false stops: kStopped
  // The registry as of that day, where it has been read already: several audits are then of one moment. Null: read now.
  std::shared_ptr<const registry::Snapshot> stated = {};
  std::set<std::string> elsewhere = {};  // ids of packs whose rules another audit judges; theirs are left out
};

// Judges. Never fails for what the registry lacks (that is a finding). Errors: kNotFound for an unknown handling or a
// pack that is not in force on that day (the hint names those of hikae that are), kStopped. The findings hold what was
// judged, and the pack.
base::Result<Findings> Audit(const registry::Registry& registry, std::shared_ptr<const Pack> pack,
                             const AuditOptions& options);

class FactBase;

// The facts of one day: what Audit hands to the rules, with the rows each was measured from. Immutable; shareable
// between threads. The pack must outlive it.
struct Facts {
  std::shared_ptr<const registry::Snapshot> snapshot;
  std::shared_ptr<const cedar::Entities> entities;
  std::shared_ptr<const FactBase> base;
  // "file:line" of the rows behind an attribute, "; " between; attribute "" = the entity. "" when there is none.
  std::string SourceOf(const cedar::EntityUid& uid, std::string_view attribute) const;
  // The ids of handlings, ordered, and the entities that are judged for one, ordered by uid.
  std::vector<std::string> Handlings() const;
  std::vector<cedar::EntityUid> ThingsOf(std::string_view handling) const;
};
base::Result<Facts> BuildFacts(const registry::Registry& registry, const Pack& pack, registry::Day as_of,
                               const std::shared_ptr<const registry::Snapshot>& measured = {},
                               const std::shared_ptr<const registry::Snapshot>& stated = {});

// The same measured attributes for who decides by them: what is registered and nothing else (no stubs for what should
// be), checked against the schema, with its actions. A handling without a declaration is left out, for nothing can be
// said of it. `vocabulary`: what rows may say where the office has further packs; null: what the pack knows.
base::Result<cedar::Entities> BuildDecisionFacts(const registry::Registry& registry, const Pack& pack,
                                                 registry::Day as_of, const cedar::Schema* vocabulary = nullptr);

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_AUDIT_H_
