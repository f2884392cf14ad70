// The registry's tables. Rows are plain bytes here: what they mean is the registry's business.
#ifndef HIKAE_STORE_REGISTRY_TABLES_H_
#define HIKAE_STORE_REGISTRY_TABLES_H_

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

struct VersionRow {
  std::string type;
  std::string id;
  int64_t version = 0;  // 1, 2, … per entity
  int64_t recorded_at = 0;
  int32_t valid_from = 0;
  std::optional<int32_t> valid_until;
  int64_t document = 0;
  std::string by;
  std::string content;
  std::string lines;
};

// How far the access log is answered by the tables.
struct LogPositionRow {
  std::string origin;
  std::string period;
  int64_t next = 0;
};

// Each call is to stand within a transaction of the database. Holds nothing but the database it was made with.
class RegistryTables {
 public:
  explicit RegistryTables(Database& database) : database_(database) {}

  base::Result<std::optional<int64_t>> FindDocument(std::string_view name, std::string_view digest) const;
  base::Result<int64_t> AddDocument(std::string_view name, std::string_view digest, std::string_view body,
                                    int64_t recorded_at);
  base::Result<std::map<int64_t, std::string>> DocumentNames() const;
  base::Result<std::optional<std::string>> DocumentBody(int64_t document) const;

  // `now`, or the last value given if the clock went back: recorded times never decrease.
  // Called once in every transaction that declares: it counts the changes as well.
  base::Result<int64_t> NextRecordedAt(int64_t now);
  base::Result<int64_t> ChangeNumber() const;  // 0 before the first

  base::Result<std::optional<LogPositionRow>> LogPosition() const;
  base::Result<void> SetLogPosition(const LogPositionRow& row);

  base::Result<bool> Has(std::string_view type, std::string_view id) const;
  base::Result<std::vector<std::string>> Ids(std::string_view type) const;
  // All versions of one entity, oldest first.
  base::Result<std::vector<VersionRow>> Versions(std::string_view type, std::string_view id) const;
  base::Result<void> Add(const VersionRow& row);
  // All versions of the entities of one type, ordered by id and version.
  base::Result<void> ForEachOfType(std::string_view type,
                                   const std::function<base::Result<void>(VersionRow&)>& use) const;
  // All versions there are, ordered by type, id and version.
  base::Result<void> ForEachVersion(const std::function<base::Result<void>(VersionRow&)>& use) const;
  // The last number given to a row of a ledger below one owner; 0 before the first.
  base::Result<int64_t> LastRow(std::string_view type, std::string_view owner) const;
  base::Result<void> SetLastRow(std::string_view type, std::string_view owner, int64_t number);
  // For every entity the newest version among those recorded by `known_at` and valid from `day` or before, ordered by
  // type and id. Whether it is still valid on `day` is not looked at.
  base::Result<void> ForEachAsOf(int32_t day, int64_t known_at,
                                 const std::function<base::Result<void>(VersionRow&)>& use) const;

 private:
  base::Result<std::optional<int64_t>> Counter(std::string_view name) const;
  base::Result<void> SetCounter(std::string_view name, int64_t value);
  Database& database_;
};

}  // namespace hikae::store

#endif  // HIKAE_STORE_REGISTRY_TABLES_H_
