// SQLite's own file system, but for one thing: of a page that is written into a database file, the bytes that belong to
// no cell are zeros.
//
// `secure_delete` overwrites a cell that is deleted. It does not overwrite what is left where a page is laid out anew
// after some of its cells went to the page beside it: they stay there once more, between the cell pointers and the
// cells. When such a cell is deleted later it is overwritten where it stands then, and its older copy would stay.
// (https://www.sqlite.org/fileformat2.html, 1.6: the unallocated space of a page.)
#ifndef HIKAE_STORE_SQLITE_CLEAN_PAGES_H_
#define HIKAE_STORE_SQLITE_CLEAN_PAGES_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace hikae::store {

// The unallocated bytes of a page of a b-tree; empty for every other page, and for one that does not hold together.
// `first`: page 1, which begins with the header of the file.
struct Unallocated {
  size_t begin = 0, end = 0;
};
Unallocated UnallocatedOf(std::span<const uint8_t> page, bool first);

// Its name for sqlite3_open_v2. Registered by the first call; nullptr where that fails. Thread-safe.
const char* CleanPages();

}  // namespace hikae::store

#endif  // HIKAE_STORE_SQLITE_CLEAN_PAGES_H_
