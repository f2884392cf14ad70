// The days on which the bodies of a pack are closed, as pack.yaml says: terms roll over them.
#ifndef HIKAE_AUDIT_CLOSED_DAYS_H_
#define HIKAE_AUDIT_CLOSED_DAYS_H_

#include "audit/manifest.h"
#include "audit/pack.h"
#include "base/calendar.h"

namespace hikae::audit {

// `closed_days: { weekends: true, yearly: [12-29, …], holidays: holidays.csv }`, added to what a pack below said.
// Without the key nothing is added.
void ReadClosedDays(const Manifest& manifest, const PackFiles& files, base::ClosedDays& closed, LintReport& report);

}  // namespace hikae::audit

#endif  // HIKAE_AUDIT_CLOSED_DAYS_H_
