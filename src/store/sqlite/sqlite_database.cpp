#include "store/sqlite/sqlite_database.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <new>
#include <thread>

#include "store/migrations.h"
#include "store/sqlite/clean_pages.h"
#include "store/sqlite/sqlite_error.h"

namespace hikae::store {
namespace {

using base::Error;
using base::Result;
using base::Status;

// In the file's header; never change.
constexpr int64_t kOfficeId = 0x68696B61;  // "hika"
constexpr int64_t kKeysId = 0x68696B6B;    // "hikk"
int64_t ApplicationId(Content content) { return content == Content::kKeys ? kKeysId : kOfficeId; }

class SqliteQuery : public Query {
 public:
  SqliteQuery(SqliteDatabase& database, SqliteDatabase::Statements& home) : database_(database), home_(home) {}
  ~SqliteQuery() override {
    if (statement_ == nullptr) return;
    Reset();
    sqlite3_clear_bindings(statement_);
    home_.idle.push_back(statement_);
  }

  // Takes an idle statement, or a new one.
  Result<void> Prepare(sqlite3* connection, std::string_view sql) {
    if (!home_.idle.empty()) {
      statement_ = home_.idle.back();
      home_.idle.pop_back();
      return {};
    }
    home_.idle.reserve(home_.made + 1);
    if (sqlite3_prepare_v3(connection, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement_,
                           nullptr) != SQLITE_OK) {
      return database_.LastError();
    }
    ++home_.made;
    return {};
  }

  Query& Bind(int index, int64_t value) override { return Note(sqlite3_bind_int64(statement_, index, value)); }
  Query& BindText(int index, std::string_view value) override {
    return Note(sqlite3_bind_text64(statement_, index, Data(value), value.size(), SQLITE_STATIC, SQLITE_UTF8));
  }
  Query& BindBytes(int index, std::string_view value) override {
    return Note(sqlite3_bind_blob64(statement_, index, Data(value), value.size(), SQLITE_STATIC));
  }
  Query& BindNull(int index) override { return Note(sqlite3_bind_null(statement_, index)); }

  Result<bool> Step() override {
    if (bind_failed_) return database_.LastError();
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return database_.LastError();
  }
  int64_t Long(int column) const override { return sqlite3_column_int64(statement_, column); }
  std::string_view Text(int column) const override { return View(sqlite3_column_text(statement_, column), column); }
  std::string_view Bytes(int column) const override { return View(sqlite3_column_blob(statement_, column), column); }
  bool IsNull(int column) const override { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  int64_t Changed() const override { return sqlite3_changes64(sqlite3_db_handle(statement_)); }
  void Reset() override {
    sqlite3_reset(statement_);
    bind_failed_ = false;
  }

 private:
  // An empty view may have no address, which SQLite would take for NULL.
  static const char* Data(std::string_view value) { return value.empty() ? "" : value.data(); }
  std::string_view View(const void* data, int column) const {
    if (data == nullptr) return {};
    return {static_cast<const char*>(data), static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
  }
  Query& Note(int code) {
    if (code != SQLITE_OK) bind_failed_ = true;
    return *this;
  }

  SqliteDatabase& database_;
  SqliteDatabase::Statements& home_;
  sqlite3_stmt* statement_ = nullptr;
  bool bind_failed_ = false;
};

// A path as a URI's path: all but the unreserved characters as %XX.
std::string UriPath(const std::string& path) {
  std::string out;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
                       c == '.' || c == '-' || c == '_';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

// Before SQLite makes it: its journal takes the permissions of the file.
Result<void> MakePrivate(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (fd < 0) return SqliteError(SQLITE_CANTOPEN, path);
  ::close(fd);
  return {};
}

// A new, empty file for its owner only.
Result<void> MakeNew(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (fd < 0 && errno == EEXIST) {
    return Error(Status::kExists, {"the file is there already", "ファイルは既にある"}, {path, 0, 0},
                 {"choose another name", "別の名前にする"});
  }
  if (fd < 0) return SqliteError(SQLITE_CANTOPEN, path);
  ::close(fd);
  return {};
}

// The file and its name are on the disk.
Result<void> SyncFile(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  for (const std::string& name : {path, folder.empty() ? std::string(".") : folder}) {
    const int fd = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return SqliteError(SQLITE_CANTOPEN, name);
    const int code = ::fsync(fd);
    ::close(fd);
    if (code != 0) return SqliteError(SQLITE_IOERR_FSYNC, name);
  }
  return {};
}

bool HasPendingLog(const std::string& path) {
  std::error_code ignored;
  const auto size = std::filesystem::file_size(path + "-wal", ignored);
  return !ignored && size > 0;
}

// The one look of this thread, and at which file it was.
struct Look {
  bool once = false;
  std::string path;
  uint32_t counter = 0;
};
thread_local Look look;

}  // namespace

void BeginOneLook() { look.once = true, look.path.clear(); }
void EndOneLook() { look.once = false; }

Result<std::shared_ptr<Database>> Database::Open(const std::string& path, const OpenOptions& options) {
  return SqliteDatabase::Open(path, options);
}

SqliteDatabase::~SqliteDatabase() { Disconnect(); }

void SqliteDatabase::Disconnect() {
  for (auto& [sql, statements] : statements_) {
    for (sqlite3_stmt* statement : statements.idle) sqlite3_finalize(statement);
  }
  statements_.clear();
  sqlite3_close_v2(std::exchange(connection_, nullptr));
}

Error SqliteDatabase::LastError() const { return SqliteError(sqlite3_extended_errcode(connection_), path_); }

Error SqliteDatabase::HalfMade() const {
  return Error(Status::kTampered, {"the office was never completely made", "台帳の作成が途中で終わっている"},
               {path_, 0, 0}, {"create it again; nothing is in it", "中身はないので、もう一度作成する"});
}

Result<std::unique_ptr<Query>> SqliteDatabase::Ask(std::string_view sql) {
  auto home = statements_.find(sql);
  if (home == statements_.end()) home = statements_.try_emplace(std::string(sql)).first;
  auto query = std::make_unique<SqliteQuery>(*this, home->second);
  HIKAE_CHECK(query->Prepare(connection_, home->first));
  return std::unique_ptr<Query>(std::move(query));
}

Result<void> SqliteDatabase::Execute(const char* sql) {
  if (sqlite3_exec(connection_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) return LastError();
  return {};
}

Result<int64_t> SqliteDatabase::Pragma(const char* name) {
  HIKAE_TRY(const auto query, Ask(fmt::format("PRAGMA {}", name)));
  HIKAE_TRY(const bool row, query->Step());
  return row ? query->Long(0) : 0;
}

Result<bool> SqliteDatabase::EmptyWriteAheadLog() {
  const std::lock_guard lock(mutex());
  bool emptied = false;
  {
    HIKAE_TRY(const auto query, Ask("PRAGMA wal_checkpoint(TRUNCATE)"));
    HIKAE_TRY(const bool row, query->Step());
    emptied = row && query->Long(0) == 0;
  }
  ForgetPages();
  return emptied;
}

void SqliteDatabase::ForgetPages() {
  const std::lock_guard lock(mutex());
  sqlite3_db_release_memory(connection_);
}

// Through SQLite's own handle: closing another one would drop the locks of this process.
std::optional<SqliteDatabase::CommitMark> SqliteDatabase::MarkOfLastCommit() {
  sqlite3_file* file = nullptr;
  if (commits_ == Commits::kUnknown ||
      sqlite3_file_control(connection_, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK || file == nullptr ||
      file->pMethods == nullptr) {
    return std::nullopt;
  }
  if (commits_ == Commits::kIndexed) return MarkOfIndex(file);
  // The file's change counter, without a lock: bytes 24 to 27 of its header.
  if (look.once && look.path == path_) return CommitMark{look.counter};
  uint32_t counter = 0;
  if (file->pMethods->xRead(file, &counter, sizeof counter, 24) != SQLITE_OK) return std::nullopt;
  if (look.once) look.path = path_, look.counter = counter;
  return CommitMark{counter};
}

// The header of the log's index (https://www.sqlite.org/walformat.html, 2.1) stands twice at the front of the shared
// memory and is written anew by every commit. While the two differ, one is at work.
std::optional<SqliteDatabase::CommitMark> SqliteDatabase::MarkOfIndex(sqlite3_file* file) {
  constexpr int kRegionBytes = 32'768;
  if (!asked_ || file->pMethods->iVersion < 2) return std::nullopt;
  volatile void* region = nullptr;
  const int code = file->pMethods->xShmMap(file, 0, kRegionBytes, 0, &region);
  if ((code != SQLITE_OK && code != SQLITE_READONLY) || region == nullptr) return std::nullopt;
  const auto* const words = static_cast<const volatile uint64_t*>(region);
  CommitMark first, second;
  for (size_t i = 0; i < first.size(); ++i) first[i] = words[i];
  file->pMethods->xShmBarrier(file);
  for (size_t i = 0; i < second.size(); ++i) second[i] = words[first.size() + i];
  if (first != second) return std::nullopt;
  return first;
}

Result<int64_t> SqliteDatabase::ChangesByOthers() {
  const std::lock_guard lock(mutex());
  const auto before = MarkOfLastCommit();
  if (before && before == mark_) return changes_;
  // A commit that is at work, or is rolled back after a crash, shows early: only a mark that stands still goes with the
  // answer.
  if (look.once) look.path.clear();
  const auto now = MarkOfLastCommit();
  HIKAE_TRY(changes_, Pragma("data_version"));
  asked_ = true;
  if (look.once) look.path.clear();
  mark_ = MarkOfLastCommit() == now ? now : std::nullopt;
  return changes_;
}

Result<uint32_t> SqliteDatabase::SeenVersion() {
  const std::lock_guard lock(mutex());
  uint32_t version = 0;
  if (sqlite3_file_control(connection_, "main", SQLITE_FCNTL_DATA_VERSION, &version) != SQLITE_OK) return LastError();
  return version;
}

Result<void> SqliteDatabase::CopyTo(const std::string& path) {
  const std::lock_guard lock(mutex());
  HIKAE_CHECK(MakeNew(path));
  Result<void> done = [&]() -> Result<void> {
    HIKAE_TRY(const auto query, Ask("VACUUM INTO $1"));
    query->BindText(1, path);
    HIKAE_CHECK(query->Step());
    return SyncFile(path);
  }();
  if (!done.ok()) ::unlink(path.c_str());
  return done;
}

Result<void> SqliteDatabase::CheckWhole() {
  const std::lock_guard lock(mutex());
  HIKAE_TRY(const auto query, Ask("PRAGMA integrity_check(1)"));
  HIKAE_TRY(const bool row, query->Step());
  if (!row || query->Text(0) != "ok") return SqliteError(SQLITE_CORRUPT, path_);
  return {};
}

Result<void> SqliteDatabase::Begin(Kind kind) {
  if (kind == Kind::kRead) return Run("BEGIN");
  if (left_over_) HIKAE_CHECK(WriteOver());
  return Run("BEGIN IMMEDIATE");
}

Result<void> SqliteDatabase::Commit() {
  Result<void> done = Run("COMMIT");
  if (!done.ok() && commits_ == Commits::kIndexed) left_over_ = true;
  return done;
}

// A frame in the place of the first one left over: the sums of those behind it hold no more. Page 1 as it is will do.
Result<void> SqliteDatabase::WriteOver() {
  const std::lock_guard lock(mutex());
  if (commits_ != Commits::kIndexed || read_only_) return {};
  HIKAE_CHECK(Execute(fmt::format("PRAGMA user_version = {}", form_)));
  left_over_ = false;
  return {};
}

void SqliteDatabase::RollBack() noexcept {
  // Some failures roll back by themselves.
  if (sqlite3_get_autocommit(connection_) == 0) sqlite3_exec(connection_, "ROLLBACK", nullptr, nullptr, nullptr);
}

Result<void> SqliteDatabase::Connect(const OpenOptions& options, bool immutable) {
  Disconnect();
  immutable_ = immutable;
  const int access =
      options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | (options.create ? SQLITE_OPEN_CREATE : 0);
  const std::string uri = "file:" + UriPath(path_) + (immutable ? "?immutable=1" : "");
  const int flags = access | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const char* const files = CleanPages();
  if (files == nullptr) return SqliteError(SQLITE_CANTOPEN, path_);  // never with SQLite's own instead
  if (const int code = sqlite3_open_v2(uri.c_str(), &connection_, flags, files); code != SQLITE_OK) {
    return SqliteError(code, path_);
  }
  patience_ = std::chrono::milliseconds(options.busy_ms == 0 ? kDefaultBusyMs : options.busy_ms);
  sqlite3_busy_handler(connection_, Wait, this);
  return {};
}

// SQLite's own way looks ever less often, every 100 ms in the end: beside a process that writes one transaction upon
// the other it gets no turn for seconds.
int SqliteDatabase::Wait(void* self, int tries) {
  auto& database = *static_cast<SqliteDatabase*>(self);
  const auto now = std::chrono::steady_clock::now();
  if (tries == 0) database.waiting_since_ = now;
  if (now - database.waiting_since_ >= database.patience_) return 0;
  std::this_thread::sleep_for(std::chrono::microseconds(std::min(tries, 8) * 250));
  return 1;
}

Result<void> SqliteDatabase::Configure(const OpenOptions& options) {
  read_only_ = sqlite3_db_readonly(connection_, "main") == 1;
  if (read_only_ && !options.read_only) {
    return Error(Status::kIo, {"the office cannot be written to", "台帳に書き込めない"}, {path_, 0, 0},
                 {"open it read-only, or check the permissions", "読み取り専用で開くか、権限を確かめる"});
  }
  HIKAE_CHECK(Execute("PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF;"));
  // Rows of persons are among what is deleted. See also CleanPages.
  HIKAE_CHECK(Execute("PRAGMA secure_delete = ON"));
  if (content_ == Content::kKeys) {
    // A write-ahead log would keep a deleted key until it is next emptied; the journal goes with the commit. EXTRA:
    // that it is gone is on the disk too, else a loss of power brings it back, and with it the state of before.
    if (!read_only_) HIKAE_CHECK(Execute("PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA"));
    // SQLite's own 2 MB hold the keys of three thousand subjects; whoever looks for a hundred strewn over a ward reads
    // three pages for each.
    HIKAE_CHECK(Execute("PRAGMA cache_size = -16384"));
  } else {
    // SQLite's own 2 MB hold some thousand records; a page that has to be read again costs more than opening an item.
    HIKAE_CHECK(Execute("PRAGMA cache_size = -16384"));
    // And its own 1,000 pages of log hold the pages of four calls of 100 records: more calls before they are carried
    // over find more of them changed twice.
    if (!read_only_) HIKAE_CHECK(Execute("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 4000"));
  }
  HIKAE_TRY(const auto mode, Ask("PRAGMA journal_mode"));
  HIKAE_TRY(const bool row, mode->Step());
  if (row) commits_ = mode->Text(0) == "wal" ? Commits::kIndexed : Commits::kCounted;
  if (immutable_) commits_ = Commits::kUnknown;
  if (options.max_pages > 0) HIKAE_CHECK(Execute(fmt::format("PRAGMA max_page_count = {}", options.max_pages)));
  return {};
}

Result<void> SqliteDatabase::Create() {
  return Write([&]() -> Result<void> {
    HIKAE_TRY(const int64_t application, Pragma("application_id"));
    if (application == ApplicationId(content_)) {
      return Error(Status::kExists, {"an office is already there", "台帳は既にある"}, {path_, 0, 0},
                   {"open it without creating", "作成せずに開く"});
    }
    HIKAE_TRY(const int64_t tables, Pragma("schema_version"));
    if (application != 0 || tables != 0) return SqliteError(SQLITE_NOTADB, path_);
    HIKAE_CHECK(Execute(fmt::format("PRAGMA application_id = {}", ApplicationId(content_))));
    return Migrated(0);
  });
}

Result<void> SqliteDatabase::Migrated(int64_t form) {
  HIKAE_CHECK(Migrate(*this, content_, form));
  form_ = NewestForm(content_);
  return Execute(fmt::format("PRAGMA user_version = {}", NewestForm(content_)));
}

Result<void> SqliteDatabase::CheckForm() {
  HIKAE_TRY(const int64_t application, Pragma("application_id"));
  HIKAE_TRY(const int64_t form, Pragma("user_version"));
  HIKAE_TRY(const int64_t changes, Pragma("schema_version"));
  if (application == 0 && form == 0 && changes == 0) return HalfMade();
  if (application != ApplicationId(content_) || form < 1) return SqliteError(SQLITE_NOTADB, path_);
  form_ = form;
  const int64_t newest = NewestForm(content_);
  if (form > newest) {
    return Error(Status::kVersion, {"the office was made by a newer hikae", "台帳はより新しい hikae で作られている"},
                 {path_, 0, 0},
                 {fmt::format("form {}; this hikae reads up to {}", form, newest),
                  fmt::format("形式{}。この hikae が読めるのは{}まで", form, newest)});
  }
  if (form == newest) return {};
  if (read_only_ && form >= OldestReadableForm(content_)) return {};
  if (read_only_) {
    return Error(Status::kVersion, {"the office has an older form", "台帳の形式が古い"}, {path_, 0, 0},
                 {"open it once for writing", "一度書き込み可能で開く"});
  }
  return Write([&]() -> Result<void> {
    HIKAE_TRY(const int64_t now, Pragma("user_version"));
    return Migrated(now);
  });
}

Result<std::shared_ptr<Database>> SqliteDatabase::Open(const std::string& path, const OpenOptions& options) {
  std::error_code ignored;
  if (!options.create && !std::filesystem::exists(path, ignored)) {
    return Error(Status::kNotFound, {"no office is there", "台帳がない"}, {path, 0, 0},
                 {"check the path, or create one", "場所を確かめるか、作成する"});
  }
  if (options.create && options.content == Content::kKeys) HIKAE_CHECK(MakePrivate(path));
  std::shared_ptr<SqliteDatabase> database(new SqliteDatabase(path, options.content));
  HIKAE_CHECK(database->Connect(options, false));
  Result<void> ready = database->Configure(options);
  if (ready.ok()) ready = options.create ? database->Create() : database->CheckForm();
  // A folder that cannot be written has no room for the shared memory of a write-ahead log. Nobody can be writing
  // there either, so the file may be read as it is, unless a log beside it holds more.
  if (!ready.ok() && ready.error().status == Status::kIo && options.read_only && !HasPendingLog(path)) {
    HIKAE_CHECK(database->Connect(options, true));
    ready = database->Configure(options);
    if (ready.ok()) ready = database->CheckForm();
  }
  if (!ready.ok()) return std::move(ready).error();
  return std::shared_ptr<Database>(std::move(database));
}

}  // namespace hikae::store
