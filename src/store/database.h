// A database of one office, whatever engine holds it. All SQL of hikae stays inside this folder, in the subset that
// SQLite and the engines of PostgreSQL's protocol share; $1, $2 … are numbered in the order of their first appearance.
#ifndef HIKAE_STORE_DATABASE_H_
#define HIKAE_STORE_DATABASE_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"

namespace hikae::store {

// What a file holds, and so its tables and its application id.
enum class Content : uint8_t {
  kOffice,  // write-ahead log beside it
  kKeys,    // readable by its owner only; what is deleted is overwritten, and no log beside it keeps a copy
};

struct OpenOptions {
  Content content = Content::kOffice;
  bool create = false;  // make a new one; one that was half-made is made whole
  bool read_only = false;
  uint32_t busy_ms = 0;   // how long to wait for another process; 0 = kDefaultBusyMs
  int64_t max_pages = 0;  // the file may not grow past so many pages; 0 = no limit of ours
};
inline constexpr uint32_t kDefaultBusyMs = 5'000;

// One running statement. Binding copies nothing: what is bound must live until the last Step. What is read is valid
// until the next Step. For one thread, within the transaction it was asked for in, unless Reset says otherwise.
class Query {
 public:
  virtual ~Query() = default;
  virtual Query& Bind(int index, int64_t value) = 0;  // from 1
  virtual Query& BindText(int index, std::string_view value) = 0;
  virtual Query& BindBytes(int index, std::string_view value) = 0;
  virtual Query& BindNull(int index) = 0;
  virtual base::Result<bool> Step() = 0;       // true: a row is there; false: done
  virtual int64_t Long(int column) const = 0;  // from 0
  virtual std::string_view Text(int column) const = 0;
  virtual std::string_view Bytes(int column) const = 0;
  virtual bool IsNull(int column) const = 0;
  virtual int64_t Changed() const = 0;  // rows that the last Step of a change touched
  // Ends the run, so that it holds no transaction open. It may be bound anew and run again, in a later transaction too:
  // for statements so frequent that even asking for them shows.
  virtual void Reset() = 0;
};

// Between the two, this thread looks once at a file without a write-ahead log for what others have committed, through
// whichever connection: for a call that is one moment to whoever makes it. Begun anew, it looks again. Not nested.
void BeginOneLook();
void EndOneLook();

// Shareable between threads: transactions wait for each other. Errors carry no SQL: kBusy (somebody else holds it), kIo
// (disk full, not writable), kTampered (not an office, damaged, half-made), kVersion (made by a newer hikae).
class Database {
 public:
  // A database file. Expects kNotFound, kExists (create on one that is), and the errors above.
  static base::Result<std::shared_ptr<Database>> Open(const std::string& path, const OpenOptions& options);
  // The newest form of tables this hikae knows; stored in the file.
  static int64_t NewestForm(Content content = Content::kOffice);

  virtual ~Database() = default;
  int64_t office() const { return 1; }  // the first key column of every table; a file holds one office
  virtual bool read_only() const = 0;
  virtual int64_t form() const = 0;  // of its tables; older than the newest only where it could not be written
  // A number that is another whenever somebody else has committed since. While nobody did it costs a look at shared
  // memory where the file has a write-ahead log, else a read of four bytes (see BeginOneLook).
  virtual base::Result<int64_t> ChangesByOthers() = 0;
  // Brings what the write-ahead log holds into the file and empties it, so that no old page is left there. False: a
  // reader of another connection is in the way, and it stays until the next time.
  virtual base::Result<bool> EmptyWriteAheadLog() = 0;
  // Lets go of the pages that this connection keeps in memory. A page there may hold, beside its rows, what once stood
  // in it; in the file it does not. For after an erasure, so that no such page is written again, into a journal or a
  // write-ahead log. Included in EmptyWriteAheadLog; other connections do it by themselves when they see the commit.
  virtual void ForgetPages() = 0;
  // Commits without changing anything, so that what an earlier commit wrote into the write-ahead log and failed on,
  // here or in a process that died, is written over: until then it may be there after a loss of power. Whoever tells
  // that it was not done does this before. Write does it where a commit of this connection has failed.
  virtual base::Result<void> WriteOver() = 0;
  // A number for the moment of the database that the last statement of this connection has seen; for a reader that has
  // just stepped one. Reads nothing.
  virtual base::Result<uint32_t> SeenVersion() = 0;
  // A consistent copy into a new file, readable by its owner only, on the disk when this returns. kExists. Not within a
  // transaction.
  virtual base::Result<void> CopyTo(const std::string& path) = 0;
  // Reads all of it: kTampered when its pages do not hang together.
  virtual base::Result<void> CheckWhole() = 0;
  virtual base::Result<std::unique_ptr<Query>> Ask(std::string_view sql) = 0;
  base::Result<void> Run(std::string_view sql);

  // Runs `work` (a callable giving a Result) in one transaction. Write: all of it is durable when this returns well,
  // none of it when not; the work is run again when the engine asks for that, so it must not keep what an earlier run
  // did.
  template <class Work>
  auto Write(Work&& work) -> decltype(work());
  // Read: sees one moment of the database.
  template <class Work>
  auto Read(Work&& work) -> decltype(work());

 protected:
  enum class Kind : uint8_t { kRead, kWrite };
  virtual base::Result<void> Begin(Kind kind) = 0;
  virtual base::Result<void> Commit() = 0;
  virtual void RollBack() noexcept = 0;
  std::recursive_mutex& mutex() { return mutex_; }

 private:
  static constexpr int kMostRuns = 5;
  // Rolls back unless it was committed, also when the work throws.
  struct Begun {
    Database& database;
    bool committed = false;
    void End() {
      if (!std::exchange(committed, true)) database.RollBack();
    }
    ~Begun() { End(); }
  };
  std::recursive_mutex mutex_;
};

template <class Work>
auto Database::Write(Work&& work) -> decltype(work()) {
  const std::lock_guard lock(mutex_);
  for (int run = 1;; ++run) {
    HIKAE_CHECK(Begin(Kind::kWrite));
    Begun begun{*this};
    auto result = work();
    base::Result<void> done = result.ok() ? Commit() : base::Result<void>(result.error());
    begun.committed = done.ok();
    if (done.ok()) return result;
    begun.End();
    // Busy after a successful begin means that a snapshot went stale; the wait for others was at the begin.
    if (done.error().status != base::Status::kBusy || run == kMostRuns) return std::move(done).error();
  }
}

template <class Work>
auto Database::Read(Work&& work) -> decltype(work()) {
  const std::lock_guard lock(mutex_);
  HIKAE_CHECK(Begin(Kind::kRead));
  const Begun begun{*this};
  return work();
}

}  // namespace hikae::store

#endif  // HIKAE_STORE_DATABASE_H_
