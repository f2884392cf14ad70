#include "store/credential_tables.h"

namespace hikae::store {

using base::Result;

Result<std::vector<CredentialRow>> CredentialTables::Of(std::string_view actor) const {
  HIKAE_TRY(const auto query, database_.Ask("SELECT n, set_at, operations, memory, salt, hash FROM credential WHERE "
                                            "office = $1 AND actor = $2 ORDER BY n DESC"));
  query->Bind(1, database_.office()).BindText(2, actor);
  std::vector<CredentialRow> rows;
  while (true) {
    HIKAE_TRY(const bool found, query->Step());
    if (!found) return rows;
    rows.push_back({query->Long(0), query->Long(1), query->Long(2), query->Long(3), std::string(query->Bytes(4)),
                    std::string(query->Bytes(5))});
  }
}

Result<void> CredentialTables::Add(std::string_view actor, const CredentialRow& row) {
  HIKAE_TRY(const auto query, database_.Ask("INSERT INTO credential (office, actor, n, set_at, operations, memory, "
                                            "salt, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"));
  query->Bind(1, database_.office()).BindText(2, actor).Bind(3, row.n).Bind(4, row.set_at).Bind(5, row.operations);
  query->Bind(6, row.memory).BindBytes(7, row.salt).BindBytes(8, row.hash);
  HIKAE_CHECK(query->Step());
  return {};
}

Result<void> CredentialTables::RemoveUpTo(std::string_view actor, int64_t n) {
  HIKAE_TRY(const auto query, database_.Ask("DELETE FROM credential WHERE office = $1 AND actor = $2 AND n <= $3"));
  query->Bind(1, database_.office()).BindText(2, actor).Bind(3, n);
  HIKAE_CHECK(query->Step());
  return {};
}

Result<std::optional<FailureRow>> CredentialTables::Failures(std::string_view actor) const {
  HIKAE_TRY(const auto query,
            database_.Ask("SELECT failures, last_at FROM credential_failure WHERE office = $1 AND actor = $2"));
  query->Bind(1, database_.office()).BindText(2, actor);
  HIKAE_TRY(const bool found, query->Step());
  if (!found) return std::optional<FailureRow>();
  return std::optional(FailureRow{query->Long(0), query->Long(1)});
}

Result<void> CredentialTables::SetFailures(std::string_view actor, const FailureRow& row) {
  HIKAE_TRY(const auto query,
            database_.Ask("INSERT INTO credential_failure (office, actor, failures, last_at) VALUES ($1, $2, $3, $4) "
                          "ON CONFLICT (office, actor) DO UPDATE SET failures = excluded.failures, "
                          "last_at = excluded.last_at"));
  query->Bind(1, database_.office()).BindText(2, actor).Bind(3, row.failures).Bind(4, row.last_at);
  HIKAE_CHECK(query->Step());
  return {};
}

Result<void> CredentialTables::RemoveFailures(std::string_view actor) {
  HIKAE_TRY(const auto query, database_.Ask("DELETE FROM credential_failure WHERE office = $1 AND actor = $2"));
  query->Bind(1, database_.office()).BindText(2, actor);
  HIKAE_CHECK(query->Step());
  return {};
}

}  // namespace hikae::store
