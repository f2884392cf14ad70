// The tables of the gate: sessions, and how far the access log is answered by the records.
#ifndef HIKAE_STORE_SESSION_TABLES_H_
#define HIKAE_STORE_SESSION_TABLES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "store/database.h"

namespace hikae::store {

struct SessionRow {
  std::string session;     // its public name
  std::string token_hash;  // whoever has what this is the hash of acts as the session
  std::string actor_type, actor, handling, purpose, terminal, place;
  std::string factors;  // JSON: {"terminal": […], "system": […]}
  int64_t begun_at = 0;
  int64_t used_at = 0;
  std::optional<int64_t> ended_at;    // by itself
  std::optional<int64_t> revoked_at;  // by somebody else
};

struct VaultPositionRow {
  std::string period;
  int64_t next = 0;
};

// Each call is to stand within a transaction of the database. Holds nothing but the database it was made with.
class SessionTables {
 public:
  explicit SessionTables(Database& database) : database_(database) {}

  base::Result<void> Add(const SessionRow& row);
  base::Result<std::optional<SessionRow>> ByToken(std::string_view token_hash) const;
  base::Result<std::optional<SessionRow>> ByName(std::string_view session) const;
  base::Result<void> Use(std::string_view session, int64_t used_at);
  base::Result<void> End(std::string_view session, int64_t ended_at);
  base::Result<void> Revoke(std::string_view session, int64_t revoked_at);
  base::Result<std::vector<SessionRow>> All() const;  // by begun_at, then name
  // The last use of the actor's sessions at other terminals, neither ended nor revoked; nothing where there is none.
  base::Result<std::optional<int64_t>> UsedElsewhere(std::string_view actor, std::string_view terminal) const;
  base::Result<void> RemoveEndedBefore(int64_t time);

  base::Result<std::optional<VaultPositionRow>> Position() const;
  base::Result<void> SetPosition(const VaultPositionRow& row);

  base::Result<int64_t> ErasuresFollowed() const;
  base::Result<void> SetErasuresFollowed(int64_t erasures);

 private:
  Database& database_;
};

}  // namespace hikae::store

#endif  // HIKAE_STORE_SESSION_TABLES_H_
