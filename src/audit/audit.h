// The audit: registry as of a day -> facts -> every rule judged on every thing -> findings.
#ifndef HIKAE_AUDIT_AUDIT_H_
#define HIKAE_AUDIT_AUDIT_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audit/finding.h"
#include "audit/pack.h"
#include "registry/registry.h"

namespace hikae::audit {

struct AuditOptions {
  registry::Day as_of = 0;
  std::optional<Moment> moment;   // only this moment
  std::string handling;           // only this handling; "" = all
  bool not_applicable = true;     // keep findings that are not applicable (reports count them)
  std::function<bool(uint64_t done, uint64_t total)> progress;  // false stops: kStopped
};

// Judges. Never fails for what the registry lacks (that is a finding); fails for an unknown handling, a broken pack.
base::Result<Findings> Audit(const registry::Registry& registry, const Pack& pack, const AuditOptions& options);

// The facts of one day: what Audit hands to the rules, with the rows each was measured from.
struct FactSource {
  std::string text;  // "file:line" …, "; " between
};
struct Facts {
  std::shared_ptr<const registry::Snapshot> snapshot;
  cedar::Entities entities;
  std::map<std::pair<cedar::EntityUid, std::string>, FactSource> sources;
};
base::Result<Facts> BuildFacts(const registry::Registry& registry, const Pack& pack, registry::Day as_of);

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_AUDIT_H_
