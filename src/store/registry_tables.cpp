#include "store/registry_tables.h"

#include <algorithm>

namespace hikae::store {
namespace {

using base::Result;

constexpr std::string_view kVersionColumns =
    "type, id, version, recorded_at, valid_from, valid_until, document, stated_by, content, lines";

// Assigns rather than builds, so that a scan reuses the buffers of the row before.
void ReadVersion(const Query& query, VersionRow& row) {
  row.type = query.Text(0);
  row.id = query.Text(1);
  row.version = query.Long(2);
  row.recorded_at = query.Long(3);
  row.valid_from = static_cast<int32_t>(query.Long(4));
  row.valid_until.reset();
  if (!query.IsNull(5)) row.valid_until = static_cast<int32_t>(query.Long(5));
  row.document = query.Long(6);
  row.by = query.Text(7);
  row.content = query.Bytes(8);
  row.lines = query.Bytes(9);
}

// All that the query finds, in one row that is filled anew.
Result<void> ReadVersions(Query& query, const std::function<Result<void>(VersionRow&)>& use) {
  VersionRow row;
  for (;;) {
    HIKAE_TRY(const bool found, query.Step());
    if (!found) return {};
    ReadVersion(query, row);
    HIKAE_CHECK(use(row));
  }
}

// A type has no blank in its name.
std::string RowCounter(std::string_view type, std::string_view owner) {
  return "row " + std::string(type) + " " + std::string(owner);
}

}  // namespace

Result<std::optional<int64_t>> RegistryTables::Counter(std::string_view name) const {
  HIKAE_TRY(const auto query, database_.Ask("SELECT last FROM counter WHERE office = $1 AND name = $2"));
  query->Bind(1, database_.office()).BindText(2, name);
  HIKAE_TRY(const bool found, query->Step());
  return found ? std::optional(query->Long(0)) : std::nullopt;
}

Result<void> RegistryTables::SetCounter(std::string_view name, int64_t value) {
  HIKAE_TRY(const auto query, database_.Ask("INSERT INTO counter (office, name, last) VALUES ($1, $2, $3) "
                                            "ON CONFLICT (office, name) DO UPDATE SET last = excluded.last"));
  query->Bind(1, database_.office()).BindText(2, name).Bind(3, value);
  HIKAE_CHECK(query->Step());
  return {};
}

Result<std::optional<int64_t>> RegistryTables::FindDocument(std::string_view name, std::string_view digest) const {
  HIKAE_TRY(const auto query, database_.Ask("SELECT document FROM registry_document "
                                            "WHERE office = $1 AND name = $2 AND digest = $3"));
  query->Bind(1, database_.office()).BindText(2, name).BindBytes(3, digest);
  HIKAE_TRY(const bool found, query->Step());
  return found ? std::optional(query->Long(0)) : std::nullopt;
}

Result<int64_t> RegistryTables::AddDocument(std::string_view name, std::string_view digest, std::string_view body,
                                            int64_t recorded_at) {
  HIKAE_TRY(const auto last, Counter("document"));
  const int64_t document = last.value_or(0) + 1;
  HIKAE_CHECK(SetCounter("document", document));
  HIKAE_TRY(const auto query, database_.Ask("INSERT INTO registry_document "
                                            "(office, document, name, digest, body, recorded_at) "
                                            "VALUES ($1, $2, $3, $4, $5, $6)"));
  query->Bind(1, database_.office()).Bind(2, document).BindText(3, name).BindBytes(4, digest).BindBytes(5, body);
  query->Bind(6, recorded_at);
  HIKAE_CHECK(query->Step());
  return document;
}

Result<std::map<int64_t, std::string>> RegistryTables::DocumentNames() const {
  HIKAE_TRY(const auto query, database_.Ask("SELECT document, name FROM registry_document WHERE office = $1"));
  query->Bind(1, database_.office());
  std::map<int64_t, std::string> names;
  for (;;) {
    HIKAE_TRY(const bool row, query->Step());
    if (!row) return names;
    names.emplace(query->Long(0), query->Text(1));
  }
}

Result<std::optional<std::string>> RegistryTables::DocumentBody(int64_t document) const {
  HIKAE_TRY(const auto query, database_.Ask("SELECT body FROM registry_document WHERE office = $1 AND document = $2"));
  query->Bind(1, database_.office()).Bind(2, document);
  HIKAE_TRY(const bool found, query->Step());
  return found ? std::optional(std::string(query->Bytes(0))) : std::nullopt;
}

Result<int64_t> RegistryTables::NextRecordedAt(int64_t now) {
  HIKAE_TRY(const auto last, Counter("recorded_at"));
  const int64_t next = last ? std::max(now, *last) : now;
  HIKAE_CHECK(SetCounter("recorded_at", next));
  // Two changes may be recorded at one time, so the time does not tell them apart.
  HIKAE_TRY(const int64_t change, ChangeNumber());
  HIKAE_CHECK(SetCounter("change", change + 1));
  return next;
}

Result<int64_t> RegistryTables::ChangeNumber() const {
  HIKAE_TRY(const auto last, Counter("change"));
  return last.value_or(0);
}

Result<std::optional<LogPositionRow>> RegistryTables::LogPosition() const {
  HIKAE_TRY(const auto query, database_.Ask("SELECT origin, period, next FROM log_position WHERE office = $1"));
  query->Bind(1, database_.office());
  HIKAE_TRY(const bool found, query->Step());
  if (!found) return std::optional<LogPositionRow>();
  return std::optional(LogPositionRow{std::string(query->Text(0)), std::string(query->Text(1)), query->Long(2)});
}

Result<void> RegistryTables::SetLogPosition(const LogPositionRow& row) {
  HIKAE_TRY(const auto query,
            database_.Ask("INSERT INTO log_position (office, origin, period, next) VALUES ($1, $2, $3, $4) "
                          "ON CONFLICT (office) DO UPDATE SET origin = excluded.origin, period = excluded.period, "
                          "next = excluded.next"));
  query->Bind(1, database_.office()).BindText(2, row.origin).BindText(3, row.period).Bind(4, row.next);
  HIKAE_CHECK(query->Step());
  return {};
}

Result<bool> RegistryTables::Has(std::string_view type, std::string_view id) const {
  HIKAE_TRY(const auto query, database_.Ask("SELECT version FROM registry_version "
                                            "WHERE office = $1 AND type = $2 AND id = $3 AND version = 1"));
  query->Bind(1, database_.office()).BindText(2, type).BindText(3, id);
  return query->Step();
}

Result<std::vector<std::string>> RegistryTables::Ids(std::string_view type) const {
  HIKAE_TRY(const auto query, database_.Ask("SELECT id FROM registry_version "
                                            "WHERE office = $1 AND type = $2 AND version = 1 ORDER BY id"));
  query->Bind(1, database_.office()).BindText(2, type);
  std::vector<std::string> ids;
  for (;;) {
    HIKAE_TRY(const bool row, query->Step());
    if (!row) return ids;
    ids.emplace_back(query->Text(0));
  }
}

Result<std::vector<VersionRow>> RegistryTables::Versions(std::string_view type, std::string_view id) const {
  static const std::string kSql = "SELECT " + std::string(kVersionColumns) +
                                  " FROM registry_version WHERE office = $1 AND type = $2 AND id = $3 ORDER BY version";
  HIKAE_TRY(const auto query, database_.Ask(kSql));
  query->Bind(1, database_.office()).BindText(2, type).BindText(3, id);
  std::vector<VersionRow> rows;
  for (;;) {
    HIKAE_TRY(const bool row, query->Step());
    if (!row) return rows;
    ReadVersion(*query, rows.emplace_back());
  }
}

Result<void> RegistryTables::Add(const VersionRow& row) {
  HIKAE_TRY(const auto query, database_.Ask("INSERT INTO registry_version (office, type, id, version, recorded_at, "
                                            "valid_from, valid_until, document, stated_by, content, lines) "
                                            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"));
  query->Bind(1, database_.office()).BindText(2, row.type).BindText(3, row.id).Bind(4, row.version);
  query->Bind(5, row.recorded_at).Bind(6, row.valid_from);
  row.valid_until ? query->Bind(7, *row.valid_until) : query->BindNull(7);
  query->Bind(8, row.document).BindText(9, row.by).BindBytes(10, row.content).BindBytes(11, row.lines);
  HIKAE_CHECK(query->Step());
  return {};
}

Result<void> RegistryTables::ForEachOfType(std::string_view type,
                                           const std::function<Result<void>(VersionRow&)>& use) const {
  static const std::string kSql = "SELECT " + std::string(kVersionColumns) +
                                  " FROM registry_version WHERE office = $1 AND type = $2 ORDER BY id, version";
  HIKAE_TRY(const auto query, database_.Ask(kSql));
  query->Bind(1, database_.office()).BindText(2, type);
  return ReadVersions(*query, use);
}

Result<void> RegistryTables::ForEachVersion(const std::function<Result<void>(VersionRow&)>& use) const {
  static const std::string kSql =
      "SELECT " + std::string(kVersionColumns) + " FROM registry_version WHERE office = $1 ORDER BY type, id, version";
  HIKAE_TRY(const auto query, database_.Ask(kSql));
  query->Bind(1, database_.office());
  return ReadVersions(*query, use);
}

Result<int64_t> RegistryTables::LastRow(std::string_view type, std::string_view owner) const {
  HIKAE_TRY(const auto last, Counter(RowCounter(type, owner)));
  return last.value_or(0);
}

Result<void> RegistryTables::SetLastRow(std::string_view type, std::string_view owner, int64_t number) {
  return SetCounter(RowCounter(type, owner), number);
}

Result<void> RegistryTables::ForEachAsOf(int32_t day, int64_t known_at,
                                         const std::function<Result<void>(VersionRow&)>& use) const {
  static const std::string kSql = "SELECT " + std::string(kVersionColumns) +
                                  " FROM registry_version WHERE office = $1 AND valid_from <= $2 AND recorded_at <= $3 "
                                  "ORDER BY type, id, version";
  HIKAE_TRY(const auto query, database_.Ask(kSql));
  query->Bind(1, database_.office()).Bind(2, day).Bind(3, known_at);
  VersionRow held;  // the newest seen of the entity at hand
  bool any = false;
  for (;;) {
    HIKAE_TRY(const bool row, query->Step());
    const bool same = row && any && query->Text(1) == held.id && query->Text(0) == held.type;
    if (any && !same) HIKAE_CHECK(use(held));
    if (!row) return {};
    ReadVersion(*query, held);
    any = true;
  }
}

}  // namespace hikae::store
