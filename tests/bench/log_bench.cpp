// Appending to the access log on a real file system with real syncs, beside SQLite inserting the same bytes in the same
// batches; the commit queue alone; what an entry and an opening cost as the log grows.
//   log_bench [--quick] --only GROUP [DIRECTORY]      a line of JSON for each case; DIRECTORY is left as it was
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <mutex>
#include <thread>

#include "bench/rounds.h"
#include "log/append/log_writer.h"
#include "log/entry.h"
#include "log/period_source.h"
#include "log/periods.h"

namespace hikae::log::bench {
namespace {

namespace fs = std::filesystem;
using Leaves = std::vector<std::vector<uint8_t>>;

constexpr char kOffice[] = "hikae.example/bench";
constexpr char kPeriod[] = "2021";
constexpr size_t kLeaves = 100'000;  // made before the clock runs, 12 MB: more than the second-level cache holds

// Reads of about 120 bytes, each different.
Leaves MakeLeaves() {
  Leaves leaves;
  leaves.reserve(kLeaves);
  for (size_t n = 0; n < kLeaves; ++n) {
    Entry entry;
    entry.type = EntryType::kRead;
    entry.time = 1'621'472'400'000'000 + static_cast<int64_t>(n) * 997;
    entry.actor = crypto::Pseudonym{static_cast<uint8_t>(n), static_cast<uint8_t>(n >> 8)};
    entry.subject = crypto::Pseudonym{static_cast<uint8_t>(n >> 3), static_cast<uint8_t>(n >> 11), 1};
    entry.handling = "hikikomori";
    entry.file = "consultation";
    entry.items = {"health"};
    entry.decision = Decision::kAllowed;
    entry.rules = {"edo21.read.roster"};
    entry.key_version = 1;
    leaves.push_back(Must(EncodeEntry(entry)));
  }
  return leaves;
}

std::string FreshLog(const fs::path& root, const std::string& name) {
  const std::string directory = (root / name).string();
  fs::remove_all(directory);
  Entry begun;
  begun.type = EntryType::kPeriodBegun;
  begun.origin = OriginOf(kOffice, kPeriod);
  Must(CreateLog(base::PosixIo(), directory, kOffice, kPeriod, Must(EncodeEntry(begun))));
  return directory;
}

std::vector<NewEntry> Slice(const Leaves& leaves, size_t begin, size_t count) {
  std::vector<NewEntry> entries;
  entries.reserve(count);
  for (size_t i = 0; i < count; ++i) entries.push_back({leaves[(begin + i) % leaves.size()], {}});
  return entries;
}

void AppendAll(LogWriter& writer, const Leaves& leaves, size_t count, size_t batch) {
  for (size_t n = 0; n < count; n += batch) Must(writer.Append(Slice(leaves, n, std::min(batch, count - n))));
}

// ---- beside SQLite -----------------------------------------------------------------------------------------------
void Sql(sqlite3* db, const char* sql) {
  if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return;
  std::fprintf(stderr, "%s\n", sqlite3_errmsg(db));
  std::exit(1);
}

// With what serves it best: one prepared statement, the rowid as key, the lock held throughout, a cache that holds the
// whole table. It stays open from round to round, so that its write-ahead log has its length and is written over.
class Sqlite {
 public:
  explicit Sqlite(const fs::path& root) {
    const std::string path = (root / "yardstick.db").string();
    for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(path + suffix);
    if (sqlite3_open(path.c_str(), &db_) != SQLITE_OK) std::exit(1);
    Sql(db_,
        "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-524288;"
        "CREATE TABLE log (id INTEGER PRIMARY KEY, leaf BLOB NOT NULL)");
    if (sqlite3_prepare_v2(db_, "INSERT INTO log (leaf) VALUES (?)", -1, &insert_, nullptr) != SQLITE_OK) std::exit(1);
  }
  Sqlite(const Sqlite&) = delete;
  Sqlite& operator=(const Sqlite&) = delete;
  ~Sqlite() {
    sqlite3_finalize(insert_);
    sqlite3_close(db_);
  }

  void Insert(const Leaves& leaves, size_t count, size_t batch) {
    for (size_t n = 0; n < count; n += batch) {
      Sql(db_, "BEGIN");
      for (size_t i = n; i < std::min(n + batch, count); ++i) {
        const auto& leaf = leaves[i % leaves.size()];
        sqlite3_bind_blob(insert_, 1, leaf.data(), static_cast<int>(leaf.size()), SQLITE_STATIC);
        if (sqlite3_step(insert_) != SQLITE_DONE) std::exit(1);
        sqlite3_reset(insert_);
      }
      Sql(db_, "COMMIT");
    }
  }

 private:
  sqlite3* db_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
};

// `size` of the line is that of a batch. Both have been written to before the first round.
void BenchAppend(const fs::path& root, const Leaves& leaves, bool quick) {
  for (const size_t batch : {1, 10, 100, 1000}) {
    const size_t count = std::min<size_t>(100'000, batch * (quick ? 100 : 500));
    const auto writer = Must(LogWriter::Open(base::PosixIo(), FreshLog(root, "append")));
    Sqlite sqlite(root);
    AppendAll(*writer, leaves, 100'000, 1000);
    sqlite.Insert(leaves, 100'000, 1000);
    const auto ours = [&] { return Timed(count, [&] { AppendAll(*writer, leaves, count, batch); }); };
    const auto theirs = [&] { return Timed(count, [&] { sqlite.Insert(leaves, count, batch); }); };
    Compare({"log-append", batch, "sqlite-insert"}, quick ? 5 : 11, ours, theirs);
  }
}

// ---- the queue ---------------------------------------------------------------------------------------------------
// A disk that syncs in no time: what is left is the queue and the writing.
class NullSyncFile final : public base::File {
 public:
  explicit NullSyncFile(std::unique_ptr<base::File> file) : file_(std::move(file)) {}
  base::Result<size_t> ReadSome(uint64_t offset, std::span<uint8_t> into) override {
    return file_->ReadSome(offset, into);
  }
  base::Result<size_t> WriteSome(uint64_t offset, std::span<const uint8_t> bytes) override {
    return file_->WriteSome(offset, bytes);
  }
  base::Result<void> Sync() override { return {}; }
  base::Result<void> Truncate(uint64_t size) override { return file_->Truncate(size); }
  base::Result<uint64_t> Size() override { return file_->Size(); }
  base::Result<bool> TryLock(uint64_t byte, base::LockKind kind) override { return file_->TryLock(byte, kind); }
  base::Result<void> Unlock(uint64_t byte) override { return file_->Unlock(byte); }

 private:
  std::unique_ptr<base::File> file_;
};

class NullSyncIo final : public base::Io {
 public:
  base::Result<std::unique_ptr<base::File>> Open(const std::string& path, base::OpenMode mode) override {
    HIKAE_TRY(std::unique_ptr<base::File> file, io_.Open(path, mode));
    return std::unique_ptr<base::File>(new NullSyncFile(std::move(file)));
  }
  base::Result<void> Rename(const std::string& from, const std::string& to) override { return io_.Rename(from, to); }
  base::Result<void> Remove(const std::string& path) override { return io_.Remove(path); }
  base::Result<void> MakeDirectory(const std::string& path) override { return io_.MakeDirectory(path); }
  base::Result<void> SyncDirectory(const std::string&) override { return {}; }
  base::Result<std::vector<std::string>> List(const std::string& path) override { return io_.List(path); }
  void Pause(uint32_t micros) override { io_.Pause(micros); }
  uint64_t Ticks() override { return io_.Ticks(); }

 private:
  base::Io& io_ = base::PosixIo();
};

void InThreads(size_t threads, const std::function<void(size_t)>& work) {
  std::vector<std::thread> running;
  for (size_t t = 0; t < threads; ++t) running.emplace_back([&, t] { work(t); });
  for (std::thread& thread : running) thread.join();
}

// What many threads pay who write one sector after the other under one lock, and sync it or not.
Cost PlainWrites(const fs::path& root, size_t threads, size_t each, bool sync) {
  const std::string path = (root / "plain").string();
  const size_t total = threads * each;
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  const std::vector<char> zeros(total * 512), sector(512, 'x');
  if (fd < 0 || ::pwrite(fd, zeros.data(), zeros.size(), 0) < 0 || ::fsync(fd) != 0) std::exit(1);
  std::mutex mutex;
  size_t next = 0;
  const Cost cost = Timed(total, [&] {
    InThreads(threads, [&](size_t) {
      for (size_t n = 0; n < each; ++n) {
        const std::lock_guard lock(mutex);
        if (::pwrite(fd, sector.data(), sector.size(), static_cast<off_t>(512 * next++)) < 0) std::exit(1);
        if (sync && ::fdatasync(fd) != 0) std::exit(1);
      }
    });
  });
  ::close(fd);
  return cost;
}

// One entry at a time from each of `size` threads.
void BenchQueue(const fs::path& root, const Leaves& leaves, bool sync, bool quick) {
  NullSyncIo null;
  base::Io& io = sync ? base::PosixIo() : null;
  for (const size_t threads : {1, 8, 64}) {
    const size_t each = (sync ? 2'000 : 64'000) / threads / (quick ? 4 : 1) + (sync && threads == 64 ? 100 : 0);
    const auto ours = [&] {
      const auto writer = Must(LogWriter::Open(io, FreshLog(root, "queue")));
      return Timed(threads * each, [&] {
        InThreads(threads, [&](size_t t) {
          for (size_t n = 0; n < each; ++n) Must(writer->Append(Slice(leaves, t * each + n, 1)));
        });
      });
    };
    const auto theirs = [&] { return PlainWrites(root, threads, each, sync); };
    Compare({sync ? "log-sync" : "log-queue", threads, sync ? "write+sync" : "locked write"}, quick ? 5 : 9, ours,
            theirs);
  }
}

// ---- growth ------------------------------------------------------------------------------------------------------
double MedianNs(int times, const std::function<void()>& work) {
  std::vector<double> costs;
  for (int i = 0; i < times; ++i) costs.push_back(Timed(1, work).wall);
  return Median(costs);
}

// What opening costs: to write; to write when nobody can say that the last writer ended well; to read.
void BenchOpen(const std::string& directory, uint64_t size) {
  const auto open = [&] { Must(LogWriter::Open(base::PosixIo(), directory)); };
  Print({"log-open", size, {}}, MedianNs(9, open));
  Print({"log-open-after-stop", size, {}}, MedianNs(9, [&] {
          fs::remove(fs::path(directory) / "lock");
          open();
        }));
  Print({"log-open-to-read", size, {}}, MedianNs(9, [&] {
          if (Must(Must(PeriodSource::Open(base::PosixIo(), directory, kPeriod))->Size()) < size) std::exit(1);
        }));
}

void BenchGrowth(const fs::path& root, const Leaves& leaves, bool quick) {
  const std::string directory = FreshLog(root, "growth");
  std::vector<size_t> sizes = {10'000, 100'000, 1'000'000};
  if (!quick) sizes.push_back(10'000'000);
  size_t there = 0;
  for (const size_t size : sizes) {
    {
      const auto writer = Must(LogWriter::Open(base::PosixIo(), directory));
      // The last tenth, but no fewer than 10,000, tells what an entry costs at this size.
      const size_t measured = std::max<size_t>(size / 10, 10'000);
      AppendAll(*writer, leaves, size - there - measured, 10'000);
      const Cost cost = Timed(measured, [&] { AppendAll(*writer, leaves, measured, 1000); });
      Print({"log-growth", size, {}}, cost.wall);
      Print({"log-growth-cpu", size, {}}, cost.cpu);
    }
    there = size;
    BenchOpen(directory, size);
  }
}

int Run(const std::string& only, bool quick, const fs::path& directory) {
  const fs::path root = directory / fmt::format("hikae-log-bench-{}", ::getpid());
  fs::create_directories(root);
  const Leaves leaves = MakeLeaves();
  if (only == "log-append") BenchAppend(root, leaves, quick);
  if (only == "log-queue") BenchQueue(root, leaves, false, quick);
  if (only == "log-sync") BenchQueue(root, leaves, true, quick);
  if (only == "log-growth") BenchGrowth(root, leaves, quick);
  fs::remove_all(root);
  return 0;
}

}  // namespace
}  // namespace hikae::log::bench

int main(int argc, char** argv) {
  bool quick = false;
  std::string only, directory = ".";
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--quick") {
      quick = true;
    } else if (argument == "--only" && i + 1 < argc) {
      only = argv[++i];
    } else {
      directory = argument;
    }
  }
  return hikae::log::bench::Run(only, quick, directory);
}
