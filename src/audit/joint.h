// Several packs over one office: which of them judge on a day, and their findings as one.
#ifndef HIKAE_AUDIT_JOINT_H_
#define HIKAE_AUDIT_JOINT_H_

#include <set>
#include <span>
#include <string>
#include <vector>

#include "audit/audit.h"
#include "audit/vocabulary.h"
#include "base/error.h"

namespace hikae::audit {

// Whether the packs can rule over one office. kRules where one rule id is in two of them, where two are laid over the
// same pack and not over each other, or where two that decide on acts of sessions are in force on the same day and
// neither is laid over the other.
base::Result<void> CheckTogether(std::span<const PackPtr> packs);

// One pack that judges on a day.
struct Judge {
  PackPtr pack;
  std::set<std::string> elsewhere;  // ids of packs whose rules another one judges
};

// In the order given: those in force on the day, and those past their last day that keep rules (`transition`). A pack
// that another of them is laid over is judged with that one and does not stand by itself.
std::vector<Judge> JudgesOn(std::span<const PackPtr> packs, registry::Day day);

// The one whose rules decide on acts of that day; null when none is in force.
PackPtr DecidingOn(std::span<const PackPtr> packs, registry::Day day);

// Of these packs, the one that a rule of pack `id` was judged with: that pack, or one laid over it. Null: none.
const Pack* HolderOf(std::span<const PackPtr> packs, std::string_view id);

// Audit by all that judge on the day, of one moment of the registry, into one Findings: ordered by handling, moment,
// pack (in the order given), rule, thing. Errors as Audit; kNotFound where none judges on that day. Never empty
// `packs`.
base::Result<Findings> AuditTogether(const registry::Registry& registry, std::span<const PackPtr> packs,
                                     const AuditOptions& options);

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_JOINT_H_
