// The embedded engine: one file, write-ahead log, every commit durable before it returns.
#ifndef HIKAE_STORE_SQLITE_SQLITE_DATABASE_H_
#define HIKAE_STORE_SQLITE_SQLITE_DATABASE_H_

#include <sqlite3.h>

#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/database.h"

namespace hikae::store {

// As Database. Prepared statements are kept and reused; a Query gives its statement back when it is destroyed.
class SqliteDatabase : public Database {
 public:
  static base::Result<std::shared_ptr<Database>> Open(const std::string& path, const OpenOptions& options);
  ~SqliteDatabase() override;

  bool read_only() const override { return read_only_; }
  base::Result<bool> EmptyWriteAheadLog() override;
  void ForgetPages() override;
  int64_t form() const override { return form_; }
  base::Result<int64_t> ChangesByOthers() override;
  base::Result<void> WriteOver() override;
  base::Result<uint32_t> SeenVersion() override;
  base::Result<void> CopyTo(const std::string& path) override;
  base::Result<void> CheckWhole() override;
  base::Result<std::unique_ptr<Query>> Ask(std::string_view sql) override;

  base::Error LastError() const;

  // Prepared statements of one text: those that nobody runs, and how many there are in all. `idle` has room for all of
  // them, so that giving one back never fails.
  struct Statements {
    std::vector<sqlite3_stmt*> idle;
    size_t made = 0;
  };

 protected:
  base::Result<void> Begin(Kind kind) override;
  base::Result<void> Commit() override;
  void RollBack() noexcept override;

 private:
  SqliteDatabase(std::string path, Content content) : path_(std::move(path)), content_(content) {}
  void Disconnect();
  base::Result<void> Connect(const OpenOptions& options, bool immutable);
  static int Wait(void* self, int tries);
  base::Result<void> Configure(const OpenOptions& options);
  base::Result<void> Create();
  base::Result<void> CheckForm();
  base::Result<int64_t> Pragma(const char* name);
  base::Result<void> Execute(const char* sql);
  base::Result<void> Execute(const std::string& sql) { return Execute(sql.c_str()); }
  base::Result<void> Migrated(int64_t form);
  base::Error HalfMade() const;
  // What is another whenever anybody has committed, looked at without a transaction.
  using CommitMark = std::array<uint64_t, 6>;
  std::optional<CommitMark> MarkOfLastCommit();
  std::optional<CommitMark> MarkOfIndex(sqlite3_file* file);

  std::string path_;
  Content content_;
  sqlite3* connection_ = nullptr;
  std::chrono::milliseconds patience_{0};
  std::chrono::steady_clock::time_point waiting_since_;
  bool read_only_ = false;
  bool immutable_ = false;  // nobody can be writing: read without locks and without a log
  int64_t form_ = 0;
  enum class Commits : uint8_t { kUnknown, kCounted, kIndexed };
  Commits commits_ = Commits::kUnknown;  // where they show: in the file's header, or in the index of its log
  bool left_over_ = false;               // a failed commit's frames may be in the log
  bool asked_ = false;                   // changes_ was, so that the index is there
  std::optional<CommitMark> mark_;       // as it was when changes_ was asked
  int64_t changes_ = 0;
  std::map<std::string, Statements, std::less<>> statements_;
};

}  // namespace hikae::store

#endif  // HIKAE_STORE_SQLITE_SQLITE_DATABASE_H_
