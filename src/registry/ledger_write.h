// What appending and correcting share: whose a row is, its id, and from when it holds.
#ifndef HIKAE_REGISTRY_LEDGER_WRITE_H_
#define HIKAE_REGISTRY_LEDGER_WRITE_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registry/ledger_rows.h"
#include "registry/recording.h"

namespace hikae::registry {

std::vector<const cedar::Attribute*> OwnerAttributes(const cedar::EntityType& type);
// What the row belongs to, by its values.
std::optional<cedar::EntityUid> OwnerOf(const cedar::EntityType& type, const Row& row);
// The day a value states; nothing where it is no date.
std::optional<Day> DayOf(const cedar::Value& value);

// Numbers of rows, given in turn below each owner. For one transaction.
class RowNumbers {
 public:
  RowNumbers(store::RegistryTables& tables, std::string type) : tables_(tables), type_(std::move(type)) {}
  // An id that no row has. `owner`: "" where the type has none.
  base::Result<std::string> Next(const std::string& owner);
  base::Result<void> Keep();

 private:
  store::RegistryTables& tables_;
  std::string type_;
  std::map<std::string, int64_t> last_;
};

// One transaction over the rows of one document.
class LedgerWrite {
 public:
  LedgerWrite(const cedar::EntityType& type, const Document& document, Recording& recording, Problems& problems,
              Day today)
      : type_(type),
        document_(document),
        recording_(recording),
        problems_(problems),
        today_(today),
        numbers_(recording.tables(), type.name) {}

  // The owner that is named for all the rows. kArgument.
  base::Result<void> SetOwner(const std::string& name);
  // A row's statement, its owner and id found; nothing when a problem was found there. `row` must outlive it.
  base::Result<std::optional<Stated>> StatementOf(const GivenRow& row, const std::optional<Day>& valid_from);
  // The same of a correction of `old`.
  base::Result<std::optional<Stated>> CorrectionOf(const GivenRow& row, const Row& old);
  base::Result<void> KeepNumbers() { return numbers_.Keep(); }

 private:
  base::Result<void> FindOwner(const GivenRow& row, Stated& stated);
  base::Result<void> SetId(const GivenRow& row, Stated& stated);
  void SetFields(const GivenRow& row, Stated& stated) const;
  Day Begins(const Stated& stated) const;

  const cedar::EntityType& type_;
  const Document& document_;
  Recording& recording_;
  Problems& problems_;
  Day today_;
  RowNumbers numbers_;
  std::optional<cedar::EntityUid> owner_;
};

}  // namespace hikae::registry

#endif  // HIKAE_REGISTRY_LEDGER_WRITE_H_
