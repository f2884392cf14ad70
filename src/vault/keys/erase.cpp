// Erasing subjects, and putting a backup back without undoing that.
#include <algorithm>
#include <limits>
#include <unordered_set>

#include "codec/hex.h"
#include "store/key_tables.h"
#include "vault/keys/key_error.h"
#include "vault/keys/open_keys.h"

namespace hikae::vault {
namespace {

using base::Error;
using base::Result;
using base::Status;

Error NotOfThisOffice(const std::string& path) {
  return Error(Status::kTampered, {"the backup is not of this office's keys", "この台帳の鍵の控えではない"},
               {path, 0, 0}, {"choose the backup of this office", "この台帳の控えを選ぶ"});
}

// The backup, if it is one, and its row.
Result<store::VaultRow> CheckBackup(store::Database& backup, const std::string& path) {
  HIKAE_CHECK(backup.CheckWhole());
  if (backup.form() < 2) return NotOfThisOffice(path);
  return backup.Read([&]() -> Result<store::VaultRow> {
    HIKAE_TRY(auto row, store::VaultKeyTables(backup).Vault());
    OfficeId office;
    if (!row || !ReadBytes(row->id, &office)) return NotOfThisOffice(path);
    return *std::move(row);
  });
}

// The log's key, wiped when it is let go.
struct LogKey {
  std::optional<store::LogKeyRow> row;
  LogKey() = default;
  LogKey(LogKey&&) noexcept = default;
  LogKey& operator=(LogKey&&) noexcept = default;
  LogKey(const LogKey&) = delete;
  LogKey& operator=(const LogKey&) = delete;
  ~LogKey() {
    if (!row) return;
    crypto::Wipe(row->current.data(), row->current.size());
    crypto::Wipe(row->next.data(), row->next.size());
  }
};

// What the present keys tell those that replace them, as far as they can be read at all.
struct Present {
  int64_t generation = 0;  // the restored keys must pass it
  LogKey log_key;
};

Result<Present> CheckPresent(const std::string& path, const store::VaultRow& backup) {
  Present known;
  known.generation = backup.generation;
  const auto present = store::Database::Open(path, {.content = store::Content::kKeys});
  if (!present.ok() || (*present)->form() < 2) {
    if (!present.ok() && present.error().status == Status::kBusy) return present.error();
    return known;
  }
  const auto row = (*present)->Read([&] { return store::VaultKeyTables(**present).Vault(); });
  if (!row.ok() || !*row) {
    if (!row.ok() && row.error().status == Status::kBusy) return row.error();
    return known;
  }
  if ((*row)->id != backup.id) return NotOfThisOffice(path);
  known.generation = std::max((*row)->generation, backup.generation);
  auto log_key = (*present)->Read([&] { return store::KeyTables(**present).LogKey(); });
  if (log_key.ok()) known.log_key.row = *std::move(log_key);
  return known;
}

// Once the log's key has changed, the copy's signs nothing any more, and nobody has the new one but the present keys.
// Where it has not, the copy's is in force: what is to be replaced may be damaged.
Result<void> KeepLogKey(store::Database& copy, const LogKey& present) {
  store::KeyTables tables(copy);
  LogKey known;
  HIKAE_TRY(known.row, tables.LogKey());
  if (!present.row || !known.row || present.row->origin != known.row->origin) return {};
  const bool begun = present.row->epoch == known.row->epoch && present.row->current == known.row->current &&
                     !present.row->next.empty();
  if (present.row->epoch <= known.row->epoch && !begun) return {};
  return tables.SetLogKey(*present.row);
}

std::string FreshPath(const std::string& office_directory) { return KeysPath(office_directory) + ".new"; }

Result<void> RemoveIfThere(base::Io& io, const std::string& path) {
  const auto done = io.Remove(path);
  if (done.ok() || done.error().status == Status::kNotFound) return {};
  return done;
}

// Brings a copy up to the journal and to the log. How many erasures it did not know of.
Result<uint64_t> BringUp(const std::string& path, const Present& present, const JournalText& journal,
                         const std::string& journal_path) {
  HIKAE_TRY(const auto copy, store::Database::Open(path, {.content = store::Content::kKeys}));
  return copy->Write([&]() -> Result<uint64_t> {
    store::VaultKeyTables tables(*copy);
    HIKAE_TRY(auto row, tables.Vault());
    if (!row) return DamagedKeys(path);
    const int64_t known = row->applied;
    HIKAE_TRY([[maybe_unused]] const bool any, ApplyErasures(*copy, *row, journal, journal_path));
    row->generation = present.generation + 1;
    HIKAE_CHECK(tables.SetVault(*row));
    HIKAE_CHECK(KeepLogKey(*copy, present.log_key));
    return static_cast<uint64_t>(row->applied - known);
  });
}

}  // namespace

Result<void> RemoveHalfRestored(base::Io& io, const std::string& office_directory) {
  const std::string fresh = FreshPath(office_directory);
  HIKAE_CHECK(RemoveIfThere(io, fresh));
  return RemoveIfThere(io, fresh + "-journal");
}

Result<bool> RemoveErased(store::Database& database, const SubjectNumber& subject, std::string_view file) {
  store::VaultKeyTables tables(database);
  HIKAE_CHECK(tables.RemoveChanges());  // the subject may be named there
  HIKAE_CHECK(tables.RemoveSubjectKeys(AsText(subject), file, std::numeric_limits<int64_t>::max()));
  HIKAE_TRY(const bool more, tables.HasSubjectKeys(AsText(subject)));
  if (more) return false;
  HIKAE_CHECK(tables.RemoveSubject(AsText(subject)));
  // The access log knows subjects by the digits of their numbers.
  HIKAE_TRY([[maybe_unused]] const bool named, store::KeyTables(database).RemovePerson("subject", codec::Hex(subject)));
  return true;
}

Result<bool> ApplyErasures(store::Database& database, store::VaultRow& row, const JournalText& journal,
                           const std::string& path) {
  const auto lines = static_cast<int64_t>(journal.erased.size());
  if (row.applied < 0 || lines < row.applied) return DamagedJournal(path);
  if (lines == row.applied) return false;
  std::unordered_set<std::string> erased;
  for (auto line = journal.erased.begin() + row.applied; line != journal.erased.end(); ++line)
    erased.emplace(AsText(*line));
  const store::VaultKeyTables tables(database);
  store::VaultSubjectKeyRow last;
  while (true) {
    HIKAE_TRY(auto rows, tables.SubjectFiles(last.subject, last.file, 1'000));
    if (rows.empty()) break;
    for (const auto& next : rows) {
      SubjectNumber subject;
      if (!ReadBytes(next.subject, &subject)) return DamagedKeys(path);
      if (!erased.contains(std::string(AsText(TombstoneOf(subject, next.file))))) continue;
      HIKAE_TRY([[maybe_unused]] const bool whole, RemoveErased(database, subject, next.file));
    }
    last = std::move(rows.back());
  }
  row.applied = lines;
  return true;
}

Result<bool> OpenKeys::Destroy(const SubjectNumber& subject, std::string_view file) {
  HIKAE_CHECK(CheckFile(file));
  bool written = false, last = false;
  auto done = Write([&](Turn& turn) -> Result<bool> {
    HIKAE_TRY(const auto rows, turn.tables.SubjectKeys(AsText(subject), file));
    // Run again after the line was written: then it has been applied already.
    if (rows.empty() && written) {
      HIKAE_TRY(const bool more, turn.tables.HasSubjectKeys(AsText(subject)));
      return !more;
    }
    if (rows.empty()) return NoSubject();
    HIKAE_CHECK(journal_.Append(TombstoneOf(subject, file)));
    written = true;
    HIKAE_TRY(last, RemoveErased(*writer_, subject, file));
    ++turn.vault.applied;
    HIKAE_CHECK(Changed(turn));
    return last;
  });
  if (done.ok()) writer_->ForgetPages();
  return done;
}

Result<uint64_t> OpenKeys::Erasures() {
  HIKAE_TRY(const auto row, reader_->Read([&] { return store::VaultKeyTables(*reader_).Vault(); }));
  return row ? static_cast<uint64_t>(row->applied) : 0;
}

Result<void> OpenKeys::Backup(const std::string& path) { return reader_->CopyTo(path); }

Result<uint64_t> RestoreKeys(const std::string& office_directory, const std::string& backup, base::Io* io) {
  base::Io& files = io == nullptr ? base::PosixIo() : *io;
  const std::string path = KeysPath(office_directory), fresh = FreshPath(office_directory);
  HIKAE_TRY(auto source, store::Database::Open(backup, {.content = store::Content::kKeys, .read_only = true}));
  HIKAE_TRY(const store::VaultRow row, CheckBackup(*source, backup));
  // Looked at first: this also ends what a stop left half-written beside it.
  HIKAE_TRY(const Present present, CheckPresent(path, row));
  ErasureJournal journal(files, office_directory);
  HIKAE_TRY(const JournalText* erasures, journal.Read());
  if (AsText(erasures->office) != row.id) return NotOfThisOffice(backup);
  HIKAE_CHECK(RemoveHalfRestored(files, office_directory));
  HIKAE_CHECK(source->CopyTo(fresh));
  source.reset();
  const Result<uint64_t> erased = BringUp(fresh, present, *erasures, journal.path());
  Result<void> ready = erased.ok() ? Result<void>() : Result<void>(erased.error());
  // A journal of what is replaced must not be taken for one of what replaces it.
  if (ready.ok()) ready = RemoveIfThere(files, path + "-journal");
  if (ready.ok()) ready = files.Rename(fresh, path);
  if (!ready.ok()) {
    static_cast<void>(RemoveHalfRestored(files, office_directory).ok());
    return std::move(ready).error();
  }
  HIKAE_CHECK(files.SyncDirectory(office_directory));
  return *erased;
}

}  // namespace hikae::vault
