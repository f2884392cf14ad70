// Appending to the access log on a real file system with real syncs, beside SQLite inserting the same bytes in the same
// batches, in interleaved rounds; the commit queue alone; growth; and what opening costs.
//   log_bench [--quick] [DIRECTORY]    one line each: name value unit yardstick ratio bar pass|short
#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "log/append/log_writer.h"
#include "log/entry.h"
#include "log/periods.h"

namespace hikae::log {
namespace {

namespace fs = std::filesystem;

constexpr int kRounds = 5;
constexpr size_t kBatch = 1000;
constexpr char kOffice[] = "hikae.example/bench";

double Now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

template <class T>
T Must(base::Result<T> result) {
  if (!result.ok()) {
    std::fprintf(stderr, "%s\n", result.error().ToString().c_str());
    std::exit(1);
  }
  return *std::move(result);
}

void Must(base::Result<void> result) {
  if (!result.ok()) {
    std::fprintf(stderr, "%s\n", result.error().ToString().c_str());
    std::exit(1);
  }
}

// A bar of 0: none was set.
void Print(const std::string& name, double value, const char* unit, double yardstick, double ratio, double bar,
           bool at_least) {
  const char* verdict = bar == 0 ? "-" : (at_least ? ratio >= bar : ratio <= bar) ? "pass" : "short";
  std::printf("%s %.4g %s %.4g %.3g %s%.4g %s\n", name.c_str(), value, unit, yardstick, ratio,
              at_least ? ">=" : "<=", bar, verdict);
  std::fflush(stdout);
}

// Leaves of about 130 bytes, each different, made before the clock runs.
std::vector<std::vector<uint8_t>> MakeLeaves(size_t count) {
  std::vector<std::vector<uint8_t>> leaves;
  leaves.reserve(count);
  for (size_t n = 0; n < count; ++n) {
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
  begun.origin = OriginOf(kOffice, "2021");
  Must(CreateLog(base::PosixIo(), directory, kOffice, "2021", Must(EncodeEntry(begun))));
  return directory;
}

std::vector<NewEntry> Slice(const std::vector<std::vector<uint8_t>>& leaves, size_t begin, size_t count) {
  std::vector<NewEntry> entries;
  entries.reserve(count);
  for (size_t i = 0; i < count; ++i) entries.push_back({leaves[(begin + i) % leaves.size()], {}});
  return entries;
}

double AppendAll(LogWriter& writer, const std::vector<std::vector<uint8_t>>& leaves, size_t count, size_t batch) {
  const double start = Now();
  for (size_t n = 0; n < count; n += batch) Must(writer.Append(Slice(leaves, n, batch)));
  return Now() - start;
}

void Sql(sqlite3* db, const char* sql) {
  if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    std::fprintf(stderr, "%s\n", sqlite3_errmsg(db));
    std::exit(1);
  }
}

// The yardstick with what serves it best: one prepared statement, the rowid as key, the lock held throughout.
double InsertAll(const fs::path& root, const std::vector<std::vector<uint8_t>>& leaves, size_t batch) {
  const std::string path = (root / "yardstick.db").string();
  for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(path + suffix);
  sqlite3* db = nullptr;
  if (sqlite3_open(path.c_str(), &db) != SQLITE_OK) std::exit(1);
  Sql(db, "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
  Sql(db, "CREATE TABLE log (id INTEGER PRIMARY KEY, leaf BLOB NOT NULL)");
  sqlite3_stmt* insert = nullptr;
  if (sqlite3_prepare_v2(db, "INSERT INTO log (leaf) VALUES (?)", -1, &insert, nullptr) != SQLITE_OK) std::exit(1);
  const double start = Now();
  for (size_t n = 0; n < leaves.size(); n += batch) {
    Sql(db, "BEGIN");
    for (size_t i = n; i < n + batch; ++i) {
      sqlite3_bind_blob(insert, 1, leaves[i].data(), static_cast<int>(leaves[i].size()), SQLITE_STATIC);
      if (sqlite3_step(insert) != SQLITE_DONE) std::exit(1);
      sqlite3_reset(insert);
    }
    Sql(db, "COMMIT");
  }
  const double seconds = Now() - start;
  sqlite3_finalize(insert);
  sqlite3_close(db);
  return seconds;
}

void BenchAppend(const fs::path& root, size_t count) {
  const auto leaves = MakeLeaves(count);
  std::vector<double> ours, theirs;
  for (int round = 0; round < kRounds; ++round) {
    const auto writer = Must(LogWriter::Open(base::PosixIo(), FreshLog(root, "append")));
    ours.push_back(static_cast<double>(count) / AppendAll(*writer, leaves, count, kBatch));
    theirs.push_back(static_cast<double>(count) / InsertAll(root, leaves, kBatch));
  }
  Print("log-append", Median(ours), "entries/s", Median(theirs), Median(ours) / Median(theirs), 1.8, true);
}

// One write and sync after the other into zeros: what the disk gives to one caller.
double RawSyncs(const fs::path& root, size_t count) {
  const std::string path = (root / "raw").string();
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  const std::vector<char> zeros(count * 512), sector(512, 'x');
  if (fd < 0 || ::pwrite(fd, zeros.data(), zeros.size(), 0) < 0 || ::fsync(fd) != 0) std::exit(1);
  const double start = Now();
  for (size_t n = 0; n < count; ++n) {
    if (::pwrite(fd, sector.data(), sector.size(), static_cast<off_t>(n * 512)) < 0 || ::fdatasync(fd) != 0)
      std::exit(1);
  }
  const double seconds = Now() - start;
  ::close(fd);
  return seconds;
}

void BenchQueue(const fs::path& root, size_t threads, size_t each) {
  const auto leaves = MakeLeaves(4096);
  std::vector<double> ours, raw;
  for (int round = 0; round < kRounds; ++round) {
    const auto writer = Must(LogWriter::Open(base::PosixIo(), FreshLog(root, "queue")));
    std::vector<std::thread> running;
    const double start = Now();
    for (size_t t = 0; t < threads; ++t) {
      running.emplace_back([&, t] {
        for (size_t n = 0; n < each; ++n) Must(writer->Append(Slice(leaves, t * each + n, 1)));
      });
    }
    for (std::thread& thread : running) thread.join();
    ours.push_back(static_cast<double>(threads * each) / (Now() - start));
    raw.push_back(2000.0 / RawSyncs(root, 2000));
  }
  Print(fmt::format("log-queue-{}", threads), Median(ours), "appends/s", Median(raw), Median(ours) / Median(raw), 0,
        true);
}

// What opening costs, to read and to write.
double OpenMillis(const std::string& directory) {
  std::vector<double> opened;
  for (int i = 0; i < 9; ++i) {
    const double start = Now();
    const auto writer = Must(LogWriter::Open(base::PosixIo(), directory));
    opened.push_back((Now() - start) * 1e3);
  }
  return Median(opened);
}

// The cost of an entry and of opening, as the log grows; the yardstick is the same at the first size.
void BenchGrowth(const fs::path& root, const std::vector<size_t>& sizes) {
  const auto leaves = MakeLeaves(100'000);
  const std::string directory = FreshLog(root, "growth");
  size_t there = 0;
  double first_cost = 0, first_open = 0;
  for (const size_t size : sizes) {
    double cost = 0, open = 0;
    {
      const auto writer = Must(LogWriter::Open(base::PosixIo(), directory));
      // The last tenth, but no fewer than 10,000, tells what an entry costs at this size.
      const size_t measured = std::max<size_t>(size / 10, 10'000);
      AppendAll(*writer, leaves, size - there - measured, 10'000);
      cost = AppendAll(*writer, leaves, measured, kBatch) / static_cast<double>(measured) * 1e9;
    }
    there = size;
    open = OpenMillis(directory);
    if (first_cost == 0) first_cost = cost, first_open = open;
    Print(fmt::format("log-growth-{}", size), cost, "ns/entry", first_cost, cost / first_cost, 1.5, false);
    Print(fmt::format("log-open-{}", size), open, "ms", first_open, open, 10, false);
  }
}

int Run(bool quick, const fs::path& directory) {
  const fs::path root = directory / fmt::format("hikae-log-bench-{}", ::getpid());
  fs::create_directories(root);
  BenchAppend(root, quick ? 100'000 : 400'000);
  BenchQueue(root, 1, quick ? 1000 : 5000);
  BenchQueue(root, 8, quick ? 1000 : 5000);
  BenchQueue(root, 64, quick ? 300 : 2000);
  BenchGrowth(root, quick ? std::vector<size_t>{10'000, 100'000, 1'000'000}
                          : std::vector<size_t>{10'000, 100'000, 1'000'000, 10'000'000});
  fs::remove_all(root);
  return 0;
}

}  // namespace
}  // namespace hikae::log

int main(int argc, char** argv) {
  bool quick = false;
  std::string directory = ".";
  for (int i = 1; i < argc; ++i) {
    if (std::string(argv[i]) == "--quick") {
      quick = true;
    } else {
      directory = argv[i];
    }
  }
  return hikae::log::Run(quick, directory);
}
