#include "store/key_tables.h"

namespace hikae::store {
namespace {

using base::Result;

Result<std::optional<PersonKeyRow>> ReadPerson(Query& query) {
  HIKAE_TRY(const bool found, query.Step());
  if (!found) return std::optional<PersonKeyRow>();
  PersonKeyRow row;
  row.id = query.Text(0);
  row.pseudonym = query.Bytes(1);
  row.salt = query.Bytes(2);
  row.detail_key = query.Bytes(3);
  return std::optional(std::move(row));
}

}  // namespace

Result<std::optional<LogKeyRow>> KeyTables::LogKey() const {
  HIKAE_TRY(const auto query, database_.Ask("SELECT origin, epoch, current, next FROM log_key WHERE office = $1"));
  query->Bind(1, database_.office());
  HIKAE_TRY(const bool found, query->Step());
  if (!found) return std::optional<LogKeyRow>();
  LogKeyRow row;
  row.origin = query->Text(0);
  row.epoch = query->Long(1);
  row.current = query->Bytes(2);
  row.next = query->Bytes(3);
  return std::optional(std::move(row));
}

Result<void> KeyTables::SetLogKey(const LogKeyRow& row) {
  HIKAE_TRY(const auto query,
            database_.Ask("INSERT INTO log_key (office, origin, epoch, current, next) VALUES ($1, $2, $3, $4, $5) "
                          "ON CONFLICT (office) DO UPDATE SET origin = excluded.origin, epoch = excluded.epoch, "
                          "current = excluded.current, next = excluded.next"));
  query->Bind(1, database_.office()).BindText(2, row.origin).Bind(3, row.epoch).BindBytes(4, row.current);
  row.next.empty() ? query->BindNull(5) : query->BindBytes(5, row.next);
  HIKAE_CHECK(query->Step());
  return {};
}

Result<std::optional<PersonKeyRow>> KeyTables::Person(std::string_view kind, std::string_view id) const {
  HIKAE_TRY(const auto query, database_.Ask("SELECT id, pseudonym, salt, detail_key FROM person_key "
                                            "WHERE office = $1 AND kind = $2 AND id = $3"));
  query->Bind(1, database_.office()).BindText(2, kind).BindText(3, id);
  return ReadPerson(*query);
}

Result<std::optional<PersonKeyRow>> KeyTables::PersonOf(std::string_view kind, std::string_view pseudonym) const {
  HIKAE_TRY(const auto query, database_.Ask("SELECT id, pseudonym, salt, detail_key FROM person_key "
                                            "WHERE office = $1 AND kind = $2 AND pseudonym = $3"));
  query->Bind(1, database_.office()).BindText(2, kind).BindBytes(3, pseudonym);
  return ReadPerson(*query);
}

Result<void> KeyTables::AddPerson(std::string_view kind, const PersonKeyRow& row) {
  HIKAE_TRY(const auto query, database_.Ask("INSERT INTO person_key (office, kind, id, pseudonym, salt, detail_key) "
                                            "VALUES ($1, $2, $3, $4, $5, $6)"));
  query->Bind(1, database_.office()).BindText(2, kind).BindText(3, row.id).BindBytes(4, row.pseudonym);
  query->BindBytes(5, row.salt).BindBytes(6, row.detail_key);
  HIKAE_CHECK(query->Step());
  return {};
}

Result<bool> KeyTables::RemovePerson(std::string_view kind, std::string_view id) {
  HIKAE_TRY(const auto there, Person(kind, id));
  if (!there) return false;
  HIKAE_TRY(const auto query, database_.Ask("DELETE FROM person_key WHERE office = $1 AND kind = $2 AND id = $3"));
  query->Bind(1, database_.office()).BindText(2, kind).BindText(3, id);
  HIKAE_CHECK(query->Step());
  HIKAE_TRY(const auto count, database_.Ask("INSERT INTO person_forgotten (office, count) VALUES ($1, 1) "
                                            "ON CONFLICT (office) DO UPDATE SET count = count + 1"));
  count->Bind(1, database_.office());
  HIKAE_CHECK(count->Step());
  return true;
}

Result<std::optional<int64_t>> KeyTables::Removed() const {
  if (database_.form() < 3) return std::optional<int64_t>();
  HIKAE_TRY(const auto query, database_.Ask("SELECT count FROM person_forgotten WHERE office = $1"));
  query->Bind(1, database_.office());
  HIKAE_TRY(const bool found, query->Step());
  return std::optional<int64_t>(found ? query->Long(0) : 0);
}

}  // namespace hikae::store
