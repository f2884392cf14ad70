#include "store/vault_key_tables.h"

#include <limits>

namespace hikae::store {
namespace {

using base::Result;

Result<std::optional<VaultSubjectRow>> ReadSubject(Query& query) {
  HIKAE_TRY(const bool found, query.Step());
  if (!found) return std::optional<VaultSubjectRow>();
  return std::optional(VaultSubjectRow{std::string(query.Bytes(0)), std::string(query.Bytes(1)), query.Long(2),
                                       std::string(query.Bytes(3))});
}

int64_t Most(size_t most) { return static_cast<int64_t>(std::min<size_t>(most, std::numeric_limits<int32_t>::max())); }

Result<void> Done(Query& query) {
  HIKAE_CHECK(query.Step());
  return {};
}

}  // namespace

Result<std::optional<VaultRow>> VaultKeyTables::Vault() const {
  HIKAE_TRY(const auto query, database_.Ask("SELECT id, generation, applied FROM vault WHERE office = $1"));
  query->Bind(1, database_.office());
  HIKAE_TRY(const bool found, query->Step());
  if (!found) return std::optional<VaultRow>();
  return std::optional(VaultRow{std::string(query->Bytes(0)), query->Long(1), query->Long(2)});
}

Result<void> VaultKeyTables::SetVault(const VaultRow& row) {
  HIKAE_TRY(const auto query,
            database_.Ask("INSERT INTO vault (office, id, generation, applied) VALUES ($1, $2, $3, $4) ON CONFLICT "
                          "(office) DO UPDATE SET id = excluded.id, generation = excluded.generation, "
                          "applied = excluded.applied"));
  query->Bind(1, database_.office()).BindBytes(2, row.id).Bind(3, row.generation).Bind(4, row.applied);
  return Done(*query);
}

Result<std::vector<VaultLockRow>> VaultKeyTables::Locks() const {
  HIKAE_TRY(const auto query,
            database_.Ask("SELECT kind, master, made_at, operations, memory, salt, needed, wrapped, checksum "
                          "FROM vault_lock WHERE office = $1 ORDER BY kind"));
  query->Bind(1, database_.office());
  std::vector<VaultLockRow> rows;
  while (true) {
    HIKAE_TRY(const bool found, query->Step());
    if (!found) return rows;
    rows.push_back({query->Long(0), query->Long(1), query->Long(2), query->Long(3), query->Long(4),
                    std::string(query->Bytes(5)), query->Long(6), std::string(query->Bytes(7)),
                    std::string(query->Bytes(8))});
  }
}

Result<void> VaultKeyTables::SetLock(const VaultLockRow& row) {
  HIKAE_TRY(const auto query,
            database_.Ask("INSERT INTO vault_lock (office, kind, master, made_at, operations, memory, salt, needed, "
                          "wrapped, checksum) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (office, "
                          "kind) DO UPDATE SET master = excluded.master, made_at = excluded.made_at, operations = "
                          "excluded.operations, memory = excluded.memory, salt = excluded.salt, needed = "
                          "excluded.needed, wrapped = excluded.wrapped, checksum = excluded.checksum"));
  query->Bind(1, database_.office()).Bind(2, row.kind).Bind(3, row.master).Bind(4, row.made_at);
  query->Bind(5, row.operations).Bind(6, row.memory).BindBytes(7, row.salt).Bind(8, row.needed);
  query->BindBytes(9, row.wrapped).BindBytes(10, row.checksum);
  return Done(*query);
}

Result<void> VaultKeyTables::RemoveLocks() {
  HIKAE_TRY(const auto query, database_.Ask("DELETE FROM vault_lock WHERE office = $1"));
  query->Bind(1, database_.office());
  return Done(*query);
}

Result<std::vector<VaultKeyRow>> VaultKeyTables::Keys() const {
  HIKAE_TRY(const auto query, database_.Ask("SELECT kind, version, state, made_at, wrapped, checksum FROM vault_key "
                                            "WHERE office = $1 ORDER BY kind, version"));
  query->Bind(1, database_.office());
  std::vector<VaultKeyRow> rows;
  while (true) {
    HIKAE_TRY(const bool found, query->Step());
    if (!found) return rows;
    rows.push_back({query->Long(0), query->Long(1), query->Long(2), query->Long(3), std::string(query->Bytes(4)),
                    std::string(query->Bytes(5))});
  }
}

Result<void> VaultKeyTables::SetKey(const VaultKeyRow& row) {
  HIKAE_TRY(const auto query,
            database_.Ask("INSERT INTO vault_key (office, kind, version, state, made_at, wrapped, checksum) VALUES "
                          "($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (office, kind, version) DO UPDATE SET state = "
                          "excluded.state, made_at = excluded.made_at, wrapped = excluded.wrapped, checksum = "
                          "excluded.checksum"));
  query->Bind(1, database_.office()).Bind(2, row.kind).Bind(3, row.version).Bind(4, row.state).Bind(5, row.made_at);
  query->BindBytes(6, row.wrapped).BindBytes(7, row.checksum);
  return Done(*query);
}

Result<std::optional<VaultSubjectRow>> VaultKeyTables::SubjectBy(std::string_view lookup) const {
  HIKAE_TRY(const auto query, database_.Ask("SELECT lookup, number, office_key, sealed FROM vault_subject "
                                            "WHERE office = $1 AND lookup = $2"));
  query->Bind(1, database_.office()).BindBytes(2, lookup);
  return ReadSubject(*query);
}

Result<std::optional<VaultSubjectRow>> VaultKeyTables::SubjectOf(std::string_view number) const {
  HIKAE_TRY(const auto query, database_.Ask("SELECT lookup, number, office_key, sealed FROM vault_subject "
                                            "WHERE office = $1 AND number = $2"));
  query->Bind(1, database_.office()).BindBytes(2, number);
  return ReadSubject(*query);
}

Result<void> VaultKeyTables::AddSubject(const VaultSubjectRow& row) {
  HIKAE_TRY(const auto query, database_.Ask("INSERT INTO vault_subject (office, lookup, number, office_key, sealed) "
                                            "VALUES ($1, $2, $3, $4, $5)"));
  query->Bind(1, database_.office()).BindBytes(2, row.lookup).BindBytes(3, row.number).Bind(4, row.office_key);
  query->BindBytes(5, row.sealed);
  return Done(*query);
}

Result<void> VaultKeyTables::SetSubject(const VaultSubjectRow& row) {
  HIKAE_TRY(const auto query, database_.Ask("UPDATE vault_subject SET office_key = $1, sealed = $2 WHERE office = $3 "
                                            "AND number = $4"));
  query->Bind(1, row.office_key).BindBytes(2, row.sealed).Bind(3, database_.office()).BindBytes(4, row.number);
  return Done(*query);
}

Result<void> VaultKeyTables::RemoveSubject(std::string_view number) {
  HIKAE_TRY(const auto query, database_.Ask("DELETE FROM vault_subject WHERE office = $1 AND number = $2"));
  query->Bind(1, database_.office()).BindBytes(2, number);
  return Done(*query);
}

Result<std::vector<VaultSubjectRow>> VaultKeyTables::SubjectsNotUnder(int64_t office_key, std::string_view after,
                                                                      size_t most) const {
  HIKAE_TRY(const auto query, database_.Ask("SELECT lookup, number, office_key, sealed FROM vault_subject WHERE "
                                            "office = $1 AND number > $2 AND office_key <> $3 ORDER BY number "
                                            "LIMIT $4"));
  query->Bind(1, database_.office()).BindBytes(2, after).Bind(3, office_key).Bind(4, Most(most));
  std::vector<VaultSubjectRow> rows;
  while (true) {
    HIKAE_TRY(auto row, ReadSubject(*query));
    if (!row) return rows;
    rows.push_back(*std::move(row));
  }
}

Result<std::vector<VaultSubjectKeyRow>> VaultKeyTables::ReadKeys(Query& query) const {
  std::vector<VaultSubjectKeyRow> rows;
  while (true) {
    HIKAE_TRY(const bool found, query.Step());
    if (!found) return rows;
    rows.push_back({std::string(query.Bytes(0)), std::string(query.Text(1)), query.Long(2), query.Long(3),
                    std::string(query.Bytes(4))});
  }
}

Result<std::vector<VaultSubjectKeyRow>> VaultKeyTables::SubjectKeys(std::string_view subject,
                                                                    std::string_view file) const {
  HIKAE_TRY(const auto query, database_.Ask("SELECT subject, file, version, office_key, wrapped FROM "
                                            "vault_subject_key WHERE office = $1 AND subject = $2 AND file = $3 "
                                            "ORDER BY version"));
  query->Bind(1, database_.office()).BindBytes(2, subject).BindText(3, file);
  return ReadKeys(*query);
}

Result<bool> VaultKeyTables::HasSubjectKeys(std::string_view subject) const {
  HIKAE_TRY(const auto query,
            database_.Ask("SELECT 1 FROM vault_subject_key WHERE office = $1 AND subject = $2 LIMIT 1"));
  query->Bind(1, database_.office()).BindBytes(2, subject);
  return query->Step();
}

Result<void> VaultKeyTables::AddSubjectKey(const VaultSubjectKeyRow& row) {
  HIKAE_TRY(const auto query, database_.Ask("INSERT INTO vault_subject_key (office, subject, file, version, "
                                            "office_key, wrapped) VALUES ($1, $2, $3, $4, $5, $6)"));
  query->Bind(1, database_.office()).BindBytes(2, row.subject).BindText(3, row.file).Bind(4, row.version);
  query->Bind(5, row.office_key).BindBytes(6, row.wrapped);
  return Done(*query);
}

Result<void> VaultKeyTables::SetSubjectKey(const VaultSubjectKeyRow& row) {
  HIKAE_TRY(const auto query, database_.Ask("UPDATE vault_subject_key SET office_key = $1, wrapped = $2 WHERE office "
                                            "= $3 AND subject = $4 AND file = $5 AND version = $6"));
  query->Bind(1, row.office_key).BindBytes(2, row.wrapped).Bind(3, database_.office()).BindBytes(4, row.subject);
  query->BindText(5, row.file).Bind(6, row.version);
  return Done(*query);
}

Result<void> VaultKeyTables::RemoveSubjectKeys(std::string_view subject, std::string_view file, int64_t below) {
  HIKAE_TRY(const auto query, database_.Ask("DELETE FROM vault_subject_key WHERE office = $1 AND subject = $2 AND "
                                            "file = $3 AND version < $4"));
  query->Bind(1, database_.office()).BindBytes(2, subject).BindText(3, file).Bind(4, below);
  return Done(*query);
}

Result<std::vector<VaultSubjectKeyRow>> VaultKeyTables::SubjectKeysNotUnder(int64_t office_key,
                                                                            const VaultSubjectKeyRow& after,
                                                                            size_t most) const {
  HIKAE_TRY(const auto query, database_.Ask("SELECT subject, file, version, office_key, wrapped FROM "
                                            "vault_subject_key WHERE office = $1 AND (subject, file, version) > "
                                            "($2, $3, $4) AND office_key <> $5 ORDER BY subject, file, version "
                                            "LIMIT $6"));
  query->Bind(1, database_.office()).BindBytes(2, after.subject).BindText(3, after.file).Bind(4, after.version);
  query->Bind(5, office_key).Bind(6, Most(most));
  return ReadKeys(*query);
}

Result<std::vector<VaultSubjectKeyRow>> VaultKeyTables::SubjectFiles(std::string_view subject, std::string_view file,
                                                                     size_t most) const {
  HIKAE_TRY(const auto query, database_.Ask("SELECT subject, file FROM vault_subject_key WHERE office = $1 AND "
                                            "(subject, file) > ($2, $3) GROUP BY subject, file ORDER BY subject, "
                                            "file LIMIT $4"));
  query->Bind(1, database_.office()).BindBytes(2, subject).BindText(3, file).Bind(4, Most(most));
  std::vector<VaultSubjectKeyRow> rows;
  while (true) {
    HIKAE_TRY(const bool found, query->Step());
    if (!found) return rows;
    rows.push_back({std::string(query->Bytes(0)), std::string(query->Text(1)), 0, 0, {}});
  }
}

Result<void> VaultKeyTables::AddChange(const VaultChangeRow& row) {
  HIKAE_TRY(const auto add, database_.Ask("INSERT INTO vault_change (office, generation, file, subjects) "
                                          "VALUES ($1, $2, $3, $4)"));
  add->Bind(1, database_.office()).Bind(2, row.generation).BindText(3, row.file).BindBytes(4, row.subjects);
  HIKAE_CHECK(add->Step());
  HIKAE_TRY(const auto drop, database_.Ask("DELETE FROM vault_change WHERE office = $1 AND generation <= $2"));
  drop->Bind(1, database_.office()).Bind(2, row.generation - kChangesKept);
  return Done(*drop);
}

Result<void> VaultKeyTables::RemoveChanges() {
  HIKAE_TRY(const auto query, database_.Ask("DELETE FROM vault_change WHERE office = $1"));
  query->Bind(1, database_.office());
  return Done(*query);
}

Result<std::vector<VaultChangeRow>> VaultKeyTables::ChangesAfter(int64_t generation) const {
  std::vector<VaultChangeRow> rows;
  if (database_.form() < 3) return rows;
  HIKAE_TRY(const auto query, database_.Ask("SELECT generation, file, subjects FROM vault_change WHERE office = $1 AND "
                                            "generation > $2 ORDER BY generation"));
  query->Bind(1, database_.office()).Bind(2, generation);
  while (true) {
    HIKAE_TRY(const bool found, query->Step());
    if (!found) return rows;
    rows.push_back({query->Long(0), std::string(query->Text(1)), std::string(query->Bytes(2))});
  }
}

Result<std::map<int64_t, int64_t>> VaultKeyTables::Uses() const {
  std::map<int64_t, int64_t> uses;
  for (const std::string_view sql :
       {"SELECT office_key, COUNT(*) FROM vault_subject_key WHERE office = $1 GROUP BY office_key",
        "SELECT office_key, COUNT(*) FROM vault_subject WHERE office = $1 GROUP BY office_key"}) {
    HIKAE_TRY(const auto query, database_.Ask(sql));
    query->Bind(1, database_.office());
    while (true) {
      HIKAE_TRY(const bool found, query->Step());
      if (!found) break;
      uses[query->Long(0)] += query->Long(1);
    }
  }
  return uses;
}

}  // namespace hikae::store
