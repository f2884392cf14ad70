// What stands behind the handles of hikae.h.
#ifndef HIKAE_CAPI_HANDLES_H_
#define HIKAE_CAPI_HANDLES_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "audit/finding.h"
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
  std::map<std::string, std::vector<hikae_str>, std::less<>> controls;  // by rule
  std::vector<std::vector<hikae_str>> missing;                          // by finding
  size_t next = 0;
};

// A cursor over a small list. One thread at a time.
struct hikae_list {
  struct Entry {
    std::string id, title_ja, title_en, from, until, detail, file;
    uint32_t line = 0;
    uint32_t column = 0;
    int32_t severity = 0;
  };
  std::vector<Entry> entries;
  size_t next = 0;
};

namespace hikae::capi {

// The day that a text names, or today in Japan by the office's clock when it is empty.
registry::Day DayOf(hikae_str text, const hikae_office& office);

}  // namespace hikae::capi

#endif  // HIKAE_CAPI_HANDLES_H_
