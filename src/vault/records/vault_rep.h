// What the parts of Vault share; for src/vault/records alone.
#ifndef HIKAE_VAULT_RECORDS_VAULT_REP_H_
#define HIKAE_VAULT_RECORDS_VAULT_REP_H_

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "store/vault_tables.h"
#include "vault/key_source.h"
#include "vault/records/body.h"
#include "vault/records/bytes.h"
#include "vault/vault.h"

namespace hikae::vault {

// A record whose head held: only then is anything of it believed.
struct CheckedRecord {
  BodyPrefix prefix;
  std::shared_ptr<RecordKeys> keys;
};

struct Vault::Rep {
  Rep(store::Database& database, KeySource& source) : tables(database), keys(source) {}
  store::VaultTables tables;
  KeySource& keys;
  Canonicals canonicals;

  RecordPlace PlaceOf(std::string_view file, const SubjectNumber& subject) const {
    return {keys.office(), file, subject};
  }
  // A row with the marks of its subject.
  base::Result<void> Take(std::string_view file, const store::RecordView& row, SealedRecord& out);
  // Of a record that there is. kTampered; kNotFound: no key.
  base::Result<CheckedRecord> Check(std::string_view file, const SealedRecord& record);
  // The plaintext of one item of a checked record, into `out`.
  base::Result<void> OpenOne(const RecordPlace& place, const SealedItem& item, RecordKeys& record_keys, PlainText& out);
  // Index values of a value, under the key that writes.
  base::Result<void> AddIndexes(std::string_view file, const ItemSpec& item, std::string_view value,
                                std::vector<Prepared::IndexValue>& out);
  base::Result<std::vector<std::pair<std::string, SubjectNumber>>> Unowned();
  base::Result<void> WriteBodies(std::string_view file, const Prepared& prepared);
  base::Result<void> WriteIndexes(std::string_view file, const Prepared& prepared,
                                  std::span<const std::string> indexed);
  // always: even when nothing of it is under an older key.
  struct Resealed;
  base::Result<Resealed> ResealBody(const FileSpec& spec, const SealedRecord& record, bool always,
                                    std::vector<Prepared::IndexValue>* indexes);
  // Marks as they are stored, with the code that shows that they were set here.
  base::Result<std::string> StoredMarks(const SubjectNumber& subject, std::string_view encoded);
  // Checks the code and takes it off. kTampered.
  base::Result<void> CheckMarks(const SubjectNumber& subject, std::string& stored);
};

base::Result<void> CheckFileName(std::string_view file);
// A row as a SealedRecord. kTampered: a version that cannot be.
base::Result<void> TakeRow(std::string_view file, const store::RecordView& row, SealedRecord& out);

}  // namespace hikae::vault

#endif  // HIKAE_VAULT_RECORDS_VAULT_REP_H_
