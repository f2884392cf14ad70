// What stands behind the handles of hikae.h.
#ifndef HIKAE_CAPI_HANDLES_H_
#define HIKAE_CAPI_HANDLES_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "audit/finding.h"
#include "capi/boundary.h"
#include "capi/list.h"
#include "hikae/hikae.h"
#include "office/office.h"

// Shareable between threads: nothing here changes after opening, and office::Office orders its own calls.
struct hikae_office {
  std::shared_ptr<hikae::office::Office> impl;
  std::function<hikae::registry::Micros()> now;  // never empty
};

// A cursor over a snapshot. One thread at a time. The views it hands out point into `findings` and live as long.
struct hikae_findings {
  std::shared_ptr<hikae::office::Office> office;  // kept alive, so that handles may be freed in any order
  hikae::audit::Findings findings;
  std::vector<std::shared_ptr<const hikae::audit::Pack>> packs;         // which judged, for their words
  std::map<std::string, std::vector<hikae_str>, std::less<>> controls;  // by rule
  // What findings that were asked rest on, by index: kept, for the caller holds pointers into it.
  struct Laid {
    hikae::audit::Grounds grounds;
    std::vector<hikae_str> missing;
  };
  mutable std::mutex mutex;  // guards laid and notes
  mutable std::unordered_map<size_t, std::unique_ptr<const Laid>> laid;
  mutable std::unordered_map<size_t, std::string> notes;  // by index, of those asked for; the caller points into them
  size_t next = 0;
};

namespace hikae::capi {

HIKAE_FIRST_SIZE(hikae_open_options, now_ctx);
HIKAE_FIRST_SIZE(hikae_declared, unchanged);
HIKAE_FIRST_SIZE(hikae_audit_options, progress_ctx);
HIKAE_FIRST_SIZE(hikae_finding, missing_count);
HIKAE_FIRST_SIZE(hikae_evidence, reserved);
HIKAE_FIRST_SIZE(hikae_summary, as_of);
HIKAE_FIRST_SIZE(hikae_report_options, pack);
HIKAE_FIRST_SIZE(hikae_ledger_options, valid_from);
HIKAE_FIRST_SIZE(hikae_ledger_query, until);

// The day that a text names, or today in Japan by the office's clock when it is empty.
registry::Day DayOf(hikae_str text, const hikae_office& office);

// Who acts, as the access log takes it; "" where nobody is named.
std::string Actor(hikae_str given);

// Hands `bytes` to the caller's function in pieces; throws kStopped when it says stop.
void Write(std::string_view bytes, hikae_write_fn fn, void* ctx);

}  // namespace hikae::capi

#endif  // HIKAE_CAPI_HANDLES_H_
