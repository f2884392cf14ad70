// The vault's tables of keys.db (docs/formats/key-hierarchy.md §7). Keys are bytes here, and wrapped: what they are is
// the vault's business.
#ifndef HIKAE_STORE_VAULT_KEY_TABLES_H_
#define HIKAE_STORE_VAULT_KEY_TABLES_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "store/database.h"

namespace hikae::store {

struct VaultRow {
  std::string id;
  int64_t generation = 0;  // one more with each change that what is kept in memory must not outlive
  int64_t applied = 0;     // lines of the erasure journal
};
struct VaultLockRow {
  int64_t kind = 0;
  int64_t master = 0;
  int64_t made_at = 0;
  int64_t operations = 0;
  int64_t memory = 0;
  std::string salt;    // of shares: the name of the set
  int64_t needed = 0;  // of shares: how many open it
  std::string wrapped;
  std::string checksum;
};
struct VaultKeyRow {
  int64_t kind = 0;
  int64_t version = 0;
  int64_t state = 0;
  int64_t made_at = 0;
  std::string wrapped;  // empty: destroyed, or the master, which the locks hold
  std::string checksum;
};
struct VaultSubjectRow {
  std::string lookup;
  std::string number;
  int64_t office_key = 0;
  std::string sealed;
};
struct VaultSubjectKeyRow {
  std::string subject;
  std::string file;
  int64_t version = 0;
  int64_t office_key = 0;
  std::string wrapped;
};

struct VaultChangeRow {
  int64_t generation = 0;
  std::string file;
  std::string subjects;  // their numbers, one behind the other
};

// Each call is to stand within a transaction of the database. Holds nothing but the database it was made with.
class VaultKeyTables {
 public:
  explicit VaultKeyTables(Database& database) : database_(database) {}

  // More than one row of a table that has one is kTampered.
  base::Result<std::optional<VaultRow>> Vault() const;
  base::Result<void> SetVault(const VaultRow& row);
  base::Result<std::vector<VaultLockRow>> Locks() const;
  base::Result<void> SetLock(const VaultLockRow& row);
  base::Result<void> RemoveLocks();
  base::Result<std::vector<VaultKeyRow>> Keys() const;  // by kind and version
  base::Result<void> SetKey(const VaultKeyRow& row);

  base::Result<std::optional<VaultSubjectRow>> SubjectBy(std::string_view lookup) const;
  base::Result<std::optional<VaultSubjectRow>> SubjectOf(std::string_view number) const;
  base::Result<void> AddSubject(const VaultSubjectRow& row);
  base::Result<void> SetSubject(const VaultSubjectRow& row);  // office_key and sealed of the number
  base::Result<void> RemoveSubject(std::string_view number);
  // Numbers behind `after` in order.
  base::Result<std::vector<VaultSubjectRow>> SubjectsNotUnder(int64_t office_key, std::string_view after,
                                                              size_t most) const;

  // By version.
  base::Result<std::vector<VaultSubjectKeyRow>> SubjectKeys(std::string_view subject, std::string_view file) const;
  base::Result<bool> HasSubjectKeys(std::string_view subject) const;
  base::Result<void> AddSubjectKey(const VaultSubjectKeyRow& row);
  base::Result<void> SetSubjectKey(const VaultSubjectKeyRow& row);  // office_key and wrapped
  base::Result<void> RemoveSubjectKeys(std::string_view subject, std::string_view file, int64_t below);
  // In the order of the key, behind `after`.
  base::Result<std::vector<VaultSubjectKeyRow>> SubjectKeysNotUnder(int64_t office_key, const VaultSubjectKeyRow& after,
                                                                    size_t most) const;
  // Subject and file of every key.
  base::Result<std::vector<VaultSubjectKeyRow>> SubjectFiles(std::string_view subject, std::string_view file,
                                                             size_t most) const;
  // What a generation of VaultRow changed, where that was keys of some subjects in one file. Kept of the last ones, and
  // until somebody is erased. None in files of a form before 3.
  static constexpr int64_t kChangesKept = 64;
  base::Result<void> AddChange(const VaultChangeRow& row);
  base::Result<void> RemoveChanges();
  base::Result<std::vector<VaultChangeRow>> ChangesAfter(int64_t generation) const;  // in their order
  // Subject keys and sealed ids by office key.
  base::Result<std::map<int64_t, int64_t>> Uses() const;

 private:
  base::Result<std::vector<VaultSubjectKeyRow>> ReadKeys(Query& query) const;
  Database& database_;
};

}  // namespace hikae::store

#endif  // HIKAE_STORE_VAULT_KEY_TABLES_H_
