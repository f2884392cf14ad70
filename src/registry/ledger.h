// The rows of ledgers, one by one: appended, corrected, listed. Which types are ledgers, whose their rows are and what
// makes a row unsound is said by the schema's annotations; no type is known here by name.
#ifndef HIKAE_REGISTRY_LEDGER_H_
#define HIKAE_REGISTRY_LEDGER_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cedar/schema/schema.h"
#include "registry/problems.h"
#include "registry/registry.h"
#include "registry/row_checks.h"
#include "registry/word_of.h"

namespace hikae::registry {

// Rows to append. A type or an attribute may be called by its name in the schema or by its @ja or @en, a member of an
// enumeration by its id or, with `word_of`, by its word.
struct LedgerRows {
  std::string type;
  std::string owner;              // what all the rows belong to; "" = each row says it, or the type has no owner
  std::string by;                 // who says it
  std::optional<Day> valid_from;  // default: the day the row is about, at the latest the day of recording
  Document document;              // a name ending in .csv: CSV; else JSON, a map or a list of maps; kept as evidence
  bool once = false;              // kExists where a document of this name and text was recorded before
  WordOf word_of = {};
};

// A new row in place of a recorded one.
struct Correction {
  std::string type;
  std::string id;      // of the row that is wrong
  std::string reason;  // why; required
  std::string by;
  std::optional<Day> valid_from;  // default: as the row it corrects
  Document document;  // one row as in LedgerRows, of the attributes that change; null or an empty cell: gone
  WordOf word_of = {};
};

struct LedgerQuery {
  std::string type;
  std::string owner;               // "" = all
  std::optional<Day> from, until;  // of the day a row is about; rows without one are then left out
  bool all = false;                // rows that were corrected too
};

struct LedgerLine {
  Row row;
  std::optional<Day> day;                   // what the row is about: its type's first datetime
  std::string corrected_by;                 // id of the row that corrects it; "" = it counts
  std::vector<cedar::EntityUid> confirmed;  // rows of @confirms types that name it and count
};

// Shareable between threads as the registry is; must not outlive it.
class Ledgers {
 public:
  Ledgers(std::shared_ptr<store::Database> database, const cedar::Schema& schema, const RowChecks& checks)
      : database_(std::move(database)), schema_(schema), checks_(checks) {}

  // The types annotated @ledger, in the order of the schema.
  std::vector<const cedar::EntityType*> Types() const;
  // kArgument, with the nearest known name, when there is none.
  base::Result<const cedar::EntityType*> Find(std::string_view name) const;

  // All of the rows in one transaction, or none. Without an id a row gets the next number below its owner:
  // <owner>/<n>; an id given is <owner>/<id>. `problems`: everything that is wrong with the rows, as far as there is
  // room; the error is their summary.
  base::Result<Declared> Append(const LedgerRows& rows, Micros now, Problems& problems,
                                const BeforeCommit& before_commit = {}) const;
  // kNotFound: there is no such row; kArgument: it is corrected already (the error names the newest), no reason, of
  // another type, nothing is changed.
  base::Result<Declared> Correct(const Correction& correction, Micros now, Problems& problems,
                                 const BeforeCommit& before_commit = {}) const;
  // By day, then owner and number.
  base::Result<std::vector<LedgerLine>> List(const LedgerQuery& query) const;

 private:
  std::shared_ptr<store::Database> database_;
  const cedar::Schema& schema_;
  const RowChecks& checks_;
};

// The attribute that says what day a row is about; null where the type has no datetime.
const cedar::Attribute* DayAttribute(const cedar::EntityType& type);

}  // namespace hikae::registry

#endif  // HIKAE_REGISTRY_LEDGER_H_
