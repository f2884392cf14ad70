// The certificates of dropped periods, held against the log that is left (docs/formats/office-directory.md §2.5).
#ifndef HIKAE_LOG_DROPPED_CHECK_H_
#define HIKAE_LOG_DROPPED_CHECK_H_

#include <vector>

#include "base/error.h"
#include "log/dropped_period.h"
#include "log/verify/verifier.h"

namespace hikae::log {

// Adds to the verdict about `periods`, which has the dropped ones without entries: a certificate that is not the one
// that the entry about the drop names, or that no entry tells of though that entry should be here; a period that
// entries name and that is neither there nor certified; and, where it fits, when the period was dropped. That its
// checkpoint is the one that the period after begins with is the verifier's to check. Entries that cannot be read are
// passed over: they are findings already.
void CheckDropped(const std::vector<DroppedPeriod>& dropped, const std::vector<verify::PeriodInput>& periods,
                  verify::Verdict* verdict);

}  // namespace hikae::log

#endif  // HIKAE_LOG_DROPPED_CHECK_H_
