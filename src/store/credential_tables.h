// What actors prove themselves with, in keys.db: hashes of passwords, and how often a wrong one was given.
#ifndef HIKAE_STORE_CREDENTIAL_TABLES_H_
#define HIKAE_STORE_CREDENTIAL_TABLES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "store/database.h"

namespace hikae::store {

struct CredentialRow {
  int64_t n = 0;  // counts up; the highest is in force
  int64_t set_at = 0;
  int64_t operations = 0;
  int64_t memory = 0;
  std::string salt;
  std::string hash;
};
struct FailureRow {
  int64_t failures = 0;
  int64_t last_at = 0;
};

// Each call is to stand within a transaction of the database. Holds nothing but the database it was made with.
class CredentialTables {
 public:
  explicit CredentialTables(Database& database) : database_(database) {}

  base::Result<std::vector<CredentialRow>> Of(std::string_view actor) const;  // newest first
  base::Result<void> Add(std::string_view actor, const CredentialRow& row);
  base::Result<void> RemoveUpTo(std::string_view actor, int64_t n);
  base::Result<std::optional<FailureRow>> Failures(std::string_view actor) const;
  base::Result<void> SetFailures(std::string_view actor, const FailureRow& row);
  base::Result<void> RemoveFailures(std::string_view actor);

 private:
  Database& database_;
};

}  // namespace hikae::store

#endif  // HIKAE_STORE_CREDENTIAL_TABLES_H_
