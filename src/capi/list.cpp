#include "capi/list.h"

#include "capi/boundary.h"

namespace hikae::capi {

hikae_list::Entry EntryOf(const base::Error& problem, int32_t severity) {
  hikae_list::Entry entry;
  entry.title_ja = Line(problem, base::Language::kJapanese);
  entry.title_en = Line(problem, base::Language::kEnglish);
  entry.file = problem.where.file;
  entry.line = problem.where.line;
  entry.column = problem.where.column;
  entry.severity = severity;
  return entry;
}

}  // namespace hikae::capi

using namespace hikae::capi;

extern "C" {

uint64_t hikae_list_count(const hikae_list* l) { return l == nullptr ? 0 : l->entries.size(); }

hikae_status hikae_list_next(hikae_list* l, hikae_entry* out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Out<hikae_entry> entry(out);
    hikae_list& list = Checked(l, "list");
    if (list.next >= list.entries.size()) return HIKAE_END;
    const hikae_list::Entry& from = list.entries[list.next++];
    entry->id = View(from.id);
    entry->title_ja = View(from.title_ja);
    entry->title_en = View(from.title_en);
    entry->from = View(from.from);
    entry->until = View(from.until);
    entry->detail = View(from.detail);
    entry->file = View(from.file);
    entry->line = from.line;
    entry->column = from.column;
    entry->severity = from.severity;
    return entry.Give();
  });
}

void hikae_list_free(hikae_list* l) { delete l; }

}  // extern "C"
