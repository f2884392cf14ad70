// What stands behind hikae_list.
#ifndef HIKAE_CAPI_LIST_H_
#define HIKAE_CAPI_LIST_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "hikae/base.h"

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

namespace hikae::audit {
struct Pack;
}

namespace hikae::capi {

// A problem as an entry, its hint within the title.
hikae_list::Entry EntryOf(const base::Error& problem, int32_t severity);
// A pack, without `detail`.
hikae_list::Entry EntryOf(const audit::Pack& pack);

}  // namespace hikae::capi

#endif  // HIKAE_CAPI_LIST_H_
