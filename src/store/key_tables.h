// The tables of keys.db: the signing keys of the access log, and what names and seals for each person in it.
#ifndef HIKAE_STORE_KEY_TABLES_H_
#define HIKAE_STORE_KEY_TABLES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "store/database.h"

namespace hikae::store {

// Secrets are bytes here; who reads them wipes them.
struct LogKeyRow {
  std::string origin;  // the office's part of the log's
  int64_t epoch = 0;
  std::string current;
  std::string next;  // empty: none
};
struct PersonKeyRow {
  std::string id;
  std::string pseudonym;
  std::string salt;
  std::string detail_key;
};

// Each call is to stand within a transaction of the database. Holds nothing but the database it was made with.
class KeyTables {
 public:
  explicit KeyTables(Database& database) : database_(database) {}

  base::Result<std::optional<LogKeyRow>> LogKey() const;
  // Replaces what is there.
  base::Result<void> SetLogKey(const LogKeyRow& row);

  base::Result<std::optional<PersonKeyRow>> Person(std::string_view kind, std::string_view id) const;
  base::Result<std::optional<PersonKeyRow>> PersonOf(std::string_view kind, std::string_view pseudonym) const;
  base::Result<void> AddPerson(std::string_view kind, const PersonKeyRow& row);
  // Whether there was one.
  base::Result<bool> RemovePerson(std::string_view kind, std::string_view id);
  // How often somebody was removed; nothing where the file's form does not tell.
  base::Result<std::optional<int64_t>> Removed() const;

 private:
  Database& database_;
};

}  // namespace hikae::store

#endif  // HIKAE_STORE_KEY_TABLES_H_
