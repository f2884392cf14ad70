#include "store/vault_tables.h"

namespace hikae::store {
namespace {

using base::Error;
using base::Result;
using base::Status;

// In the order of VaultTables::Statement.
constexpr std::string_view kSql[] = {
    // The second half is looked at only when the first gives nothing: one step and one moment either way.
    "SELECT b.version, b.body, m.marks, r.at FROM record r LEFT JOIN record_body b ON b.n = r.at LEFT JOIN "
    "subject_marks m ON m.office = r.office AND m.subject = r.subject WHERE r.office = $1 AND r.file = $2 AND "
    "r.subject = $3 UNION ALL SELECT 0, NULL, marks, 0 FROM subject_marks WHERE office = $1 AND subject = $3",
    "SELECT b.version, b.body, m.marks, r.at, r.subject FROM record r LEFT JOIN record_body b ON b.n = r.at LEFT JOIN "
    "subject_marks m ON m.office = r.office AND m.subject = r.subject WHERE r.office = $1 AND r.file = $2 AND "
    "r.subject > $3 ORDER BY r.subject LIMIT $4",
    "SELECT count(*) FROM record WHERE office = $1 AND file = $2",
    "INSERT INTO record_body (office, file, subject, version, before, body) VALUES ($1, $2, $3, $4, $5, $6) "
    "RETURNING n",
    "INSERT INTO record (office, file, subject, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    "UPDATE record SET at = $1 WHERE office = $2 AND file = $3 AND subject = $4 AND at = $5",
    "UPDATE record_body SET version = $1, body = $2 WHERE office = $3 AND n = $4 AND subject = $5 AND version = $6",
    "DELETE FROM record WHERE office = $1 AND file = $2 AND subject = $3",
    "SELECT at FROM record WHERE office = $1 AND file = $2 AND subject = $3",
    "SELECT version, body, before, file, subject FROM record_body WHERE office = $1 AND n = $2",
    "DELETE FROM record_body WHERE office = $1 AND n = $2 AND file = $3 AND subject = $4",
    "DELETE FROM record_body WHERE office = $1 AND file = $2 AND subject = $3",
    "SELECT item FROM indexed_item WHERE office = $1 AND file = $2 ORDER BY item",
    "INSERT INTO indexed_item (office, file, item) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    "INSERT INTO blind_index (office, subject, file, item, value, kind, key_version) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
    "DELETE FROM blind_index WHERE office = $1 AND file = $2 AND subject = $3",
    "DELETE FROM blind_index WHERE office = $1 AND file = $2 AND subject = $3 AND item = $4",
    "SELECT 1 FROM blind_index WHERE office = $1 AND file = $2 AND subject = $3 AND key_version <> $4 LIMIT 1",
    "SELECT 1 FROM blind_index WHERE office = $1 AND key_version = $2 LIMIT 1",
    "SELECT subject FROM blind_index WHERE office = $1 AND value = $2 ORDER BY subject LIMIT $3",
    "SELECT marks FROM subject_marks WHERE office = $1 AND subject = $2",
    "SELECT subject, marks FROM subject_marks WHERE office = $1 ORDER BY subject",
    "INSERT INTO subject_marks (office, subject, marks) VALUES ($1, $2, $3) "
    "ON CONFLICT (office, subject) DO UPDATE SET marks = excluded.marks",
    "DELETE FROM subject_marks WHERE office = $1 AND subject = $2",
};

}  // namespace

Result<VaultTables::Run> VaultTables::Start(Statement statement, int office_at) {
  static_assert(std::size(kSql) == kStatements);
  std::unique_ptr<Query>& kept = kept_[statement];
  if (kept == nullptr) {
    HIKAE_TRY(kept, database_.Ask(kSql[statement]));
  }
  kept->Bind(office_at, database_.office());
  return Run(kept.get());
}

Result<void> VaultTables::Records(std::string_view file, std::string_view after, int64_t most, const Use& use) {
  HIKAE_TRY(const Run run, Start(kRecords));
  run->BindText(2, file).BindBytes(3, after).Bind(4, most);
  while (true) {
    HIKAE_TRY(const bool row, run->Step());
    if (!row) return {};
    HIKAE_CHECK(use(RecordView{run->Bytes(4), run->Long(0), run->Bytes(1), run->Bytes(2), run->Long(3)}));
  }
}

Result<int64_t> VaultTables::Count(std::string_view file) {
  HIKAE_TRY(const Run run, Start(kCount));
  run->BindText(2, file);
  HIKAE_TRY(const bool row, run->Step());
  return row ? run->Long(0) : 0;
}

namespace {

Result<void> OnlyIf(bool done) {
  if (done) return {};
  return Error(Status::kBusy,
               {"the record was written by another since it was read", "記録は読まれた後に他で書き換えられた"}, {},
               {"read it again", "読み直す"});
}

}  // namespace

Result<int64_t> VaultTables::AddBody(std::string_view file, const RecordView& row, int64_t before) {
  HIKAE_TRY(const Run run, Start(kAddBody));
  run->BindText(2, file).BindBytes(3, row.subject).Bind(4, row.version).Bind(5, before).BindBytes(6, row.body);
  HIKAE_CHECK(run->Step());
  return run->Long(0);
}

Result<void> VaultTables::AddRecord(std::string_view file, const RecordView& row) {
  HIKAE_TRY(const int64_t at, AddBody(file, row, 0));
  HIKAE_TRY(const Run run, Start(kAdd));
  run->BindText(2, file).BindBytes(3, row.subject).Bind(4, at);
  HIKAE_CHECK(run->Step());
  return OnlyIf(run->Changed() == 1);
}

Result<void> VaultTables::Succeed(std::string_view file, const RecordView& row) {
  HIKAE_TRY(const int64_t at, AddBody(file, row, row.row));
  HIKAE_TRY(const Run run, Start(kPoint, 2));
  run->Bind(1, at).BindText(3, file).BindBytes(4, row.subject).Bind(5, row.row);
  HIKAE_CHECK(run->Step());
  return OnlyIf(run->Changed() == 1);
}

Result<void> VaultTables::Replace(const RecordView& row, int64_t before) {
  HIKAE_TRY(const Run run, Start(kReplace, 3));
  run->Bind(1, row.version).BindBytes(2, row.body).Bind(4, row.row).BindBytes(5, row.subject).Bind(6, before);
  HIKAE_CHECK(run->Step());
  return OnlyIf(run->Changed() == 1);
}

Result<bool> VaultTables::Removed(Statement statement, std::string_view file, std::string_view subject) {
  HIKAE_TRY(const Run run, Start(statement));
  run->BindText(2, file).BindBytes(3, subject);
  HIKAE_CHECK(run->Step());
  return run->Changed() > 0;
}

Result<std::vector<int64_t>> VaultTables::Chain(std::string_view file, std::string_view subject) {
  std::vector<int64_t> rows;
  int64_t at = 0;
  {
    HIKAE_TRY(const Run run, Start(kPlaceOf));
    run->BindText(2, file).BindBytes(3, subject);
    HIKAE_TRY(const bool found, run->Step());
    if (found) at = run->Long(0);
  }
  while (at != 0) {
    HIKAE_TRY(const Run run, Start(kBodyOf));
    run->Bind(2, at);
    HIKAE_TRY(const bool found, run->Step());
    // Ever lower numbers: it ends.
    const bool held = found && run->Text(3) == file && run->Bytes(4) == subject && run->Long(2) < at;
    if (!held) {
      return Error(Status::kTampered, {"the rows of a record do not hold together", "記録の行のつながりが合わない"}, {},
                   {"a row was changed or taken out from outside", "外から行が書き換えられたか取り除かれた"});
    }
    rows.push_back(at);
    at = run->Long(2);
  }
  return rows;
}

// What no longer holds together goes all the same, by looking at every row.
Result<bool> VaultTables::RemoveRecord(std::string_view file, std::string_view subject) {
  auto rows = Chain(file, subject);
  if (!rows.ok() && rows.error().status != Status::kTampered) return std::move(rows).error();
  HIKAE_TRY(bool removed, Removed(kRemove, file, subject));
  if (!rows.ok()) {
    HIKAE_TRY(const bool bodies, RemoveBodies(file, subject));
    return removed || bodies;
  }
  for (const int64_t n : *rows) {
    HIKAE_TRY(const Run run, Start(kRemoveBody));
    run->Bind(2, n).BindText(3, file).BindBytes(4, subject);
    HIKAE_CHECK(run->Step());
  }
  return removed;
}

Result<bool> VaultTables::RemoveBodies(std::string_view file, std::string_view subject) {
  return Removed(kRemoveBodies, file, subject);
}

Result<void> VaultTables::History(std::string_view file, std::string_view subject, const Use& use) {
  HIKAE_TRY(const auto rows, Chain(file, subject));
  for (size_t i = rows.size(); i-- > 1;) {
    HIKAE_TRY(const Run run, Start(kBodyOf));
    run->Bind(2, rows[i]);
    HIKAE_TRY(const bool found, run->Step());
    if (found) HIKAE_CHECK(use(RecordView{subject, run->Long(0), run->Bytes(1), {}, rows[i]}));
  }
  return {};
}

Result<std::vector<std::string>> VaultTables::IndexedItems(std::string_view file) {
  HIKAE_TRY(const Run run, Start(kIndexedItems));
  run->BindText(2, file);
  std::vector<std::string> items;
  for (;;) {
    HIKAE_TRY(const bool row, run->Step());
    if (!row) return items;
    items.emplace_back(run->Text(0));
  }
}

Result<void> VaultTables::AddIndexedItem(std::string_view file, std::string_view item) {
  HIKAE_TRY(const Run run, Start(kAddIndexedItem));
  run->BindText(2, file).BindText(3, item);
  HIKAE_CHECK(run->Step());
  return {};
}

Result<void> VaultTables::AddIndex(std::string_view file, std::string_view subject, const IndexRow& row) {
  HIKAE_TRY(const Run run, Start(kAddIndex));
  run->BindBytes(2, subject).BindText(3, file).BindText(4, row.item).BindBytes(5, row.value);
  run->Bind(6, row.kind).Bind(7, row.key_version);
  HIKAE_CHECK(run->Step());
  return {};
}

Result<bool> VaultTables::RemoveIndexes(std::string_view file, std::string_view subject) {
  return Removed(kRemoveIndexes, file, subject);
}

Result<void> VaultTables::RemoveIndexes(std::string_view file, std::string_view subject, std::string_view item) {
  HIKAE_TRY(const Run run, Start(kRemoveIndexesOfItem));
  run->BindText(2, file).BindBytes(3, subject).BindText(4, item);
  HIKAE_CHECK(run->Step());
  return {};
}

Result<bool> VaultTables::HasIndexUnder(int64_t key_version) {
  HIKAE_TRY(const Run run, Start(kHasIndexUnder));
  run->Bind(2, key_version);
  return run->Step();
}

Result<bool> VaultTables::HasOtherIndex(std::string_view file, std::string_view subject, int64_t key_version) {
  HIKAE_TRY(const Run run, Start(kHasOtherIndex));
  run->BindText(2, file).BindBytes(3, subject).Bind(4, key_version);
  return run->Step();
}

Result<void> VaultTables::Subjects(std::string_view value, int64_t most,
                                   const std::function<void(std::string_view)>& use) {
  HIKAE_TRY(const Run run, Start(kSubjects));
  run->BindBytes(2, value).Bind(3, most);
  while (true) {
    HIKAE_TRY(const bool row, run->Step());
    if (!row) return {};
    use(run->Bytes(0));
  }
}

Result<std::vector<VaultTables::Owner>> VaultTables::Owners() {
  HIKAE_TRY(
      const auto query,
      database_.Ask("SELECT file, subject FROM record WHERE office = $1 UNION SELECT file, subject FROM "
                    "record_body WHERE office = $1 UNION SELECT file, subject FROM blind_index WHERE office = $1"));
  query->Bind(1, database_.office());
  std::vector<Owner> owners;
  for (;;) {
    HIKAE_TRY(const bool row, query->Step());
    if (!row) return owners;
    owners.push_back({std::string(query->Text(0)), std::string(query->Bytes(1))});
  }
}

Result<std::vector<std::string>> VaultTables::Files() {
  HIKAE_TRY(const auto query, database_.Ask("SELECT DISTINCT file FROM record WHERE office = $1 ORDER BY file"));
  query->Bind(1, database_.office());
  std::vector<std::string> files;
  for (;;) {
    HIKAE_TRY(const bool row, query->Step());
    if (!row) return files;
    files.emplace_back(query->Text(0));
  }
}

Result<std::string> VaultTables::Marks(std::string_view subject) {
  HIKAE_TRY(const Run run, Start(kMarks));
  run->BindBytes(2, subject);
  HIKAE_TRY(const bool row, run->Step());
  return std::string(row ? run->Bytes(0) : std::string_view());
}

Result<void> VaultTables::AllMarks(const std::function<Result<void>(std::string_view subject, std::string_view)>& use) {
  HIKAE_TRY(const Run run, Start(kAllMarks));
  while (true) {
    HIKAE_TRY(const bool row, run->Step());
    if (!row) return {};
    HIKAE_CHECK(use(run->Bytes(0), run->Bytes(1)));
  }
}

Result<void> VaultTables::SetMarks(std::string_view subject, std::string_view marks) {
  HIKAE_TRY(const Run run, Start(marks.empty() ? kRemoveMarks : kSetMarks));
  run->BindBytes(2, subject);
  if (!marks.empty()) run->BindBytes(3, marks);
  HIKAE_CHECK(run->Step());
  return {};
}

}  // namespace hikae::store
