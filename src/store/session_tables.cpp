#include "store/session_tables.h"

#include <utility>

namespace hikae::store {
namespace {

using base::Result;

constexpr std::string_view kSelect =
    "SELECT session, token_hash, actor_type, actor, handling, purpose, terminal, place, factors, begun_at, used_at, "
    "ended_at, revoked_at FROM gate_session WHERE office = $1";

std::optional<int64_t> Optional(const Query& query, int column) {
  return query.IsNull(column) ? std::nullopt : std::optional(query.Long(column));
}

SessionRow ReadRow(const Query& query) {
  SessionRow row;
  row.session = query.Text(0);
  row.token_hash = query.Bytes(1);
  row.actor_type = query.Text(2);
  row.actor = query.Text(3);
  row.handling = query.Text(4);
  row.purpose = query.Text(5);
  row.terminal = query.Text(6);
  row.place = query.Text(7);
  row.factors = query.Text(8);
  row.begun_at = query.Long(9);
  row.used_at = query.Long(10);
  row.ended_at = Optional(query, 11);
  row.revoked_at = Optional(query, 12);
  return row;
}

Result<std::optional<SessionRow>> One(Query& query) {
  HIKAE_TRY(const bool found, query.Step());
  return found ? std::optional(ReadRow(query)) : std::optional<SessionRow>();
}

Result<void> Done(Query& query) {
  HIKAE_CHECK(query.Step());
  return {};
}

}  // namespace

Result<void> SessionTables::Add(const SessionRow& row) {
  HIKAE_TRY(
      const auto query,
      database_.Ask("INSERT INTO gate_session (office, session, token_hash, actor_type, actor, handling, purpose, "
                    "terminal, place, factors, begun_at, used_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, "
                    "$10, $11, $12)"));
  query->Bind(1, database_.office()).BindText(2, row.session).BindBytes(3, row.token_hash).BindText(4, row.actor_type);
  query->BindText(5, row.actor).BindText(6, row.handling).BindText(7, row.purpose).BindText(8, row.terminal);
  query->BindText(9, row.place).BindText(10, row.factors).Bind(11, row.begun_at).Bind(12, row.used_at);
  return Done(*query);
}

Result<std::optional<SessionRow>> SessionTables::ByToken(std::string_view token_hash) const {
  HIKAE_TRY(const auto query, database_.Ask(std::string(kSelect) + " AND token_hash = $2"));
  query->Bind(1, database_.office()).BindBytes(2, token_hash);
  return One(*query);
}

Result<std::optional<SessionRow>> SessionTables::ByName(std::string_view session) const {
  HIKAE_TRY(const auto query, database_.Ask(std::string(kSelect) + " AND session = $2"));
  query->Bind(1, database_.office()).BindText(2, session);
  return One(*query);
}

// Parameters are numbered as they first appear: SQLite takes $3 for a name.
Result<void> SessionTables::Use(std::string_view session, int64_t used_at) {
  HIKAE_TRY(const auto query,
            database_.Ask("UPDATE gate_session SET used_at = $1 WHERE office = $2 AND session = $3 AND used_at < $1"));
  query->Bind(1, used_at).Bind(2, database_.office()).BindText(3, session);
  return Done(*query);
}

Result<void> SessionTables::End(std::string_view session, int64_t ended_at) {
  HIKAE_TRY(const auto query, database_.Ask("UPDATE gate_session SET ended_at = $1 WHERE office = $2 AND session = $3 "
                                            "AND ended_at IS NULL"));
  query->Bind(1, ended_at).Bind(2, database_.office()).BindText(3, session);
  return Done(*query);
}

Result<void> SessionTables::Revoke(std::string_view session, int64_t revoked_at) {
  HIKAE_TRY(const auto query, database_.Ask("UPDATE gate_session SET revoked_at = $1 WHERE office = $2 AND "
                                            "session = $3 AND revoked_at IS NULL"));
  query->Bind(1, revoked_at).Bind(2, database_.office()).BindText(3, session);
  return Done(*query);
}

Result<std::vector<SessionRow>> SessionTables::All() const {
  HIKAE_TRY(const auto query, database_.Ask(std::string(kSelect) + " ORDER BY begun_at, session"));
  query->Bind(1, database_.office());
  std::vector<SessionRow> rows;
  for (;;) {
    HIKAE_TRY(const bool more, query->Step());
    if (!more) return rows;
    rows.push_back(ReadRow(*query));
  }
}

Result<std::optional<int64_t>> SessionTables::UsedElsewhere(std::string_view actor, std::string_view terminal) const {
  HIKAE_TRY(const auto query,
            database_.Ask("SELECT max(used_at) FROM gate_session WHERE office = $1 AND actor = $2 AND "
                          "terminal <> $3 AND ended_at IS NULL AND revoked_at IS NULL"));
  query->Bind(1, database_.office()).BindText(2, actor).BindText(3, terminal);
  HIKAE_TRY(const bool found, query->Step());
  return found ? Optional(*query, 0) : std::optional<int64_t>();
}

Result<void> SessionTables::RemoveEndedBefore(int64_t time) {
  HIKAE_TRY(const auto query, database_.Ask("DELETE FROM gate_session WHERE office = $1 AND "
                                            "coalesce(ended_at, revoked_at) < $2"));
  query->Bind(1, database_.office()).Bind(2, time);
  return Done(*query);
}

Result<std::optional<VaultPositionRow>> SessionTables::Position() const {
  HIKAE_TRY(const auto query, database_.Ask("SELECT period, next FROM gate_position WHERE office = $1"));
  query->Bind(1, database_.office());
  HIKAE_TRY(const bool found, query->Step());
  if (!found) return std::optional<VaultPositionRow>();
  return std::optional(VaultPositionRow{std::string(query->Text(0)), query->Long(1)});
}

Result<void> SessionTables::SetPosition(const VaultPositionRow& row) {
  HIKAE_TRY(
      const auto query,
      database_.Ask("INSERT INTO gate_position (office, period, next) VALUES ($1, $2, $3) ON CONFLICT (office) DO "
                    "UPDATE SET period = excluded.period, next = excluded.next"));
  query->Bind(1, database_.office()).BindText(2, row.period).Bind(3, row.next);
  return Done(*query);
}

Result<int64_t> SessionTables::ErasuresFollowed() const {
  HIKAE_TRY(const auto query, database_.Ask("SELECT followed FROM gate_erasures WHERE office = $1"));
  query->Bind(1, database_.office());
  HIKAE_TRY(const bool found, query->Step());
  return found ? query->Long(0) : 0;
}

Result<void> SessionTables::SetErasuresFollowed(int64_t erasures) {
  HIKAE_TRY(const auto query, database_.Ask("INSERT INTO gate_erasures (office, followed) VALUES ($1, $2) ON CONFLICT "
                                            "(office) DO UPDATE SET followed = excluded.followed"));
  query->Bind(1, database_.office()).Bind(2, erasures);
  return Done(*query);
}

}  // namespace hikae::store
