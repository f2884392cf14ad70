// Entries as people and programs read them: a table with aligned columns, CSV, JSON.
#ifndef HIKAE_LOG_ENTRY_TABLE_H_
#define HIKAE_LOG_ENTRY_TABLE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "log/query.h"
#include "log/tree.h"

namespace hikae::log {

enum class EntryForm : uint8_t { kTable, kCsv, kJson };

// "2021-05-20 10:00:00" in Japan, with the microseconds where there are any; the number itself where no calendar of
// four digits has the year.
std::string TimeInJapan(int64_t micros, char between = ' ');

// A field of an entry, by its key in JSON, with what it is called.
struct EntryField {
  const char* key;
  const char* en;
  const char* ja;
};
// Of every entry, in order; the same for all.
const std::vector<EntryField>& EntryFields();

// The id behind a pseudonym; empty where nobody here knows.
using EntryNames = std::function<std::string(std::string_view kind, const crypto::Pseudonym& pseudonym)>;

// Writes in pieces; what is written so far is with the caller. One thread at a time.
class EntryTable {
 public:
  EntryTable(EntryForm form, base::Language language, EntryNames names = {})
      : form_(form), language_(language), names_(std::move(names)) {}
  std::string Begin() const;
  std::string Add(const FoundEntry& found);
  std::string End() const;

 private:
  std::string Row(const FoundEntry& found) const;
  std::string Person(std::string_view kind, const std::optional<crypto::Pseudonym>& pseudonym, bool whole) const;
  std::vector<std::string> Cells(const FoundEntry& found) const;
  std::string Json(const FoundEntry& found) const;
  std::string Rest(const Entry& entry) const;

  const EntryForm form_;
  const base::Language language_;
  const EntryNames names_;
  bool any_ = false;
};

base::Text DecisionName(Decision decision);
base::Text OutcomeName(Outcome outcome);

}  // namespace hikae::log

#endif  // HIKAE_LOG_ENTRY_TABLE_H_
