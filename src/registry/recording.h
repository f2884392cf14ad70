// What one call records, within its transaction: statements are read by their type, checked, and given a version.
#ifndef HIKAE_REGISTRY_RECORDING_H_
#define HIKAE_REGISTRY_RECORDING_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "cedar/schema/schema.h"
#include "registry/corrections.h"
#include "registry/paper.h"
#include "registry/problems.h"
#include "registry/references.h"
#include "registry/registry.h"
#include "registry/row_checks.h"
#include "store/registry_tables.h"

namespace hikae::registry {

// For one transaction. What it is made with, and every Stated it is given, must outlive it.
class Recording {
 public:
  Recording(const cedar::Schema& schema, const RowChecks& checks, store::Database& database,
            const std::vector<Document>& documents)
      : tables_(database),
        references_(schema, tables_),
        corrections_(schema, tables_),
        documents_(documents),
        schema_(schema),
        checks_(checks) {}
  store::RegistryTables& tables() { return tables_; }
  References& references() { return references_; }
  Corrections& corrections() { return corrections_; }

  // Reads a statement of the document of that number; every statement of the call was added to references() before.
  // `problems`: where given, what is wrong with its values is put there, as far as there is room, and the next may be
  // read.
  base::Result<void> Read(const Stated& stated, size_t document, const std::string& by, Problems* problems = nullptr);
  // Gives all that was read its version. Texts of documents are kept even where nothing in them is new.
  base::Result<Declared> Record(Micros now);

 private:
  struct Pending {
    Row row;
    const Stated* stated;
    size_t document;
  };
  base::Result<void> CheckAcyclic();
  base::Result<void> Climb(const cedar::EntityUid& uid, Day day, std::vector<cedar::EntityUid>& path,
                           std::set<cedar::EntityUid>& done);
  base::Result<std::vector<cedar::EntityUid>> ParentsOn(const cedar::EntityUid& uid, Day day);
  base::Result<void> RecordOne(Pending& pending);
  base::Result<void> TakeCorrection(const Pending& pending);
  base::Result<int64_t> DocumentOf(size_t document);

  store::RegistryTables tables_;
  References references_;
  Corrections corrections_;
  const std::vector<Document>& documents_;
  const cedar::Schema& schema_;
  const RowChecks& checks_;
  std::vector<Pending> pending_;
  std::map<cedar::EntityUid, size_t> by_uid_;  // those with parents only
  std::vector<std::optional<int64_t>> numbers_;
  Micros recorded_at_ = 0;
  Declared declared_;
};

// SHA-256, as a document is known by beside its name.
std::string DigestOf(const std::string& text);

// A stored version as a row; `documents`: names by number.
base::Result<Row> RowOf(const store::VersionRow& stored, const std::map<int64_t, std::string>& documents);

std::optional<LogPlace> PlaceOf(std::optional<store::LogPositionRow> row);
base::Result<void> KeepPlace(store::RegistryTables& tables, const LogPlace& place);
// The end of a transaction that declares: what is to be done before it is committed.
base::Result<Declared> Conclude(Declared declared, store::RegistryTables& tables, const BeforeCommit& before_commit);

}  // namespace hikae::registry

#endif  // HIKAE_REGISTRY_RECORDING_H_
