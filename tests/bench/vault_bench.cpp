// Sealed records beside the least that would do: a row of ciphertext by its id, one AEAD, no head, no marks, no
// versions.
//   vault_bench [--quick] --only GROUP [DIRECTORY]      a line of JSON for each case; DIRECTORY is left as it was
#include <sodium.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <thread>
#include <unordered_map>

#include "bench/rounds.h"
#include "store/database.h"
#include "vault/fake_keys.h"

namespace hikae::vault::bench {
namespace {

namespace fs = std::filesystem;
using log::bench::Compare;
using log::bench::Cost;
using log::bench::Must;
using log::bench::Timed;

constexpr size_t kRecords = 20'000;
constexpr char kFile[] = "consultation";

struct NumberHash {
  size_t operator()(const SubjectNumber& number) const {
    size_t hash = 0;
    std::memcpy(&hash, number.data(), sizeof hash);
    return hash;
  }
};

// Keys as the office has them once they are warm: found in a table, derived before.
class WarmKeys : public KeySource {
 public:
  explicit WarmKeys(const std::vector<SubjectNumber>& subjects) {
    Key key;
    for (const SubjectNumber& subject : subjects) {
      crypto::FillRandom(key);
      keys_.emplace(subject, std::make_shared<FakeRecordKeys>(kFile, std::map<uint32_t, Key>{{1, key}}));
    }
  }
  const OfficeId& office() const override { return office_; }
  base::Result<std::optional<SubjectNumber>> Find(std::string_view) override { return std::optional<SubjectNumber>(); }
  base::Result<std::vector<SubjectNumber>> Make(std::span<const std::string>, std::string_view) override {
    return std::vector<SubjectNumber>();
  }
  base::Result<std::string> IdOf(const SubjectNumber&) override { return std::string(); }
  base::Result<std::shared_ptr<RecordKeys>> Open(const SubjectNumber& subject, std::string_view) override {
    const auto found = keys_.find(subject);
    if (found == keys_.end()) return base::Error(base::Status::kNotFound, "no key");
    return found->second;
  }
  base::Result<std::vector<IndexKey>> IndexKeys() override { return std::vector<IndexKey>(); }

 private:
  OfficeId office_ = Filled(0x0F);
  std::unordered_map<SubjectNumber, std::shared_ptr<RecordKeys>, NumberHash> keys_;
};

std::vector<SubjectNumber> MakeSubjects(size_t count) {
  std::vector<SubjectNumber> subjects(count);
  for (SubjectNumber& subject : subjects) crypto::FillRandom(subject);
  return subjects;
}

// ---- the yardstick ------------------------------------------------------------------------------------------------
void Sql(sqlite3* db, const char* sql) {
  if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return;
  std::fprintf(stderr, "%s\n", sqlite3_errmsg(db));
  std::exit(1);
}

class Plain {
 public:
  explicit Plain(const std::string& path) {
    if (sqlite3_open_v2(path.c_str(), &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        nullptr) != SQLITE_OK)
      std::exit(1);
    sqlite3_busy_timeout(db_, 5'000);
    Sql(db_,
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16384;"
        "CREATE TABLE IF NOT EXISTS sealed (id BLOB PRIMARY KEY, bytes BLOB NOT NULL)");
    Prepare("SELECT bytes FROM sealed WHERE id = ?", &select_);
    Prepare("INSERT INTO sealed (id, bytes) VALUES (?, ?)", &insert_);
  }
  Plain(const Plain&) = delete;
  Plain& operator=(const Plain&) = delete;
  ~Plain() {
    sqlite3_finalize(select_);
    sqlite3_finalize(insert_);
    sqlite3_close(db_);
  }
  void Run(const char* sql) { Sql(db_, sql); }

  void Put(const SubjectNumber& id, const std::vector<uint8_t>& bytes) {
    sqlite3_bind_blob(insert_, 1, id.data(), static_cast<int>(id.size()), SQLITE_STATIC);
    sqlite3_bind_blob(insert_, 2, bytes.data(), static_cast<int>(bytes.size()), SQLITE_STATIC);
    if (sqlite3_step(insert_) != SQLITE_DONE) std::exit(1);
    sqlite3_reset(insert_);
  }
  static std::vector<uint8_t> Seal(const Key& key, size_t size) {
    std::vector<uint8_t> plain(size, 'x'), out(24 + size + 16);
    randombytes_buf(out.data(), 24);
    crypto_aead_xchacha20poly1305_ietf_encrypt(&out[24], nullptr, plain.data(), size, nullptr, 0, nullptr, out.data(),
                                               key.data());
    return out;
  }
  size_t Get(const SubjectNumber& id, const Key& key, std::vector<uint8_t>& plain) {
    sqlite3_bind_blob(select_, 1, id.data(), static_cast<int>(id.size()), SQLITE_STATIC);
    if (sqlite3_step(select_) != SQLITE_ROW) std::exit(1);
    const auto* bytes = static_cast<const uint8_t*>(sqlite3_column_blob(select_, 0));
    const auto size = static_cast<size_t>(sqlite3_column_bytes(select_, 0));
    plain.resize(size - 40);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain.data(), nullptr, nullptr, bytes + 24, size - 24, nullptr, 0,
                                                   bytes, key.data()) != 0)
      std::exit(1);
    sqlite3_reset(select_);
    return plain.size();
  }

 private:
  void Prepare(const char* sql, sqlite3_stmt** out) {
    if (sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, out, nullptr) != SQLITE_OK) std::exit(1);
  }
  sqlite3* db_ = nullptr;
  sqlite3_stmt* select_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
};

// ---- ours ---------------------------------------------------------------------------------------------------------
struct Ours {
  std::shared_ptr<store::Database> database;
  Vault vault;
  FileSpec spec{.file = kFile};
  Leave leave = gate::Releasing::Make();
  std::vector<SealedRecord> fetched;
  const std::vector<std::string> asked = {"note"};

  Ours(const std::string& path, KeySource& keys, bool create = false)
      : database(Must(store::Database::Open(path, {.create = create}))), vault(*database, keys) {}

  void Put(const SubjectNumber& subject, const std::vector<Change::Set>& set) {
    Must(vault.Fetch(spec.file, {&subject, 1}, fetched));
    Must(vault.Write(spec, Must(vault.Prepare(spec, fetched[0], {subject, set, {}}))));
  }
  size_t Get(const SubjectNumber& subject) {
    Must(vault.Fetch(spec.file, {&subject, 1}, fetched));
    auto items = vault.Open(leave, spec.file, fetched[0], asked);
    if (!items.ok() || items->size() != 1) std::exit(1);
    return (*items)[0].value().size();
  }
};

struct World {
  fs::path root;
  std::vector<SubjectNumber> subjects = MakeSubjects(kRecords);
  WarmKeys keys{subjects};
  Key key{};

  explicit World(const fs::path& directory, size_t size, size_t other_items) : root(directory) {
    fs::remove_all(root);
    fs::create_directories(root);
    Plain plain(plain_path());
    Ours ours(path(), keys, true);
    const std::string value(size, 'x');
    std::vector<std::string> names;
    for (size_t i = 0; i < other_items; ++i) names.push_back("other-" + std::to_string(i));
    std::vector<Change::Set> set = {{"note", value}};
    for (const std::string& name : names) set.push_back({name, value});
    plain.Run("BEGIN");
    for (const SubjectNumber& subject : subjects) plain.Put(subject, Plain::Seal(key, size));
    plain.Run("COMMIT");
    Must(ours.database->Write([&]() -> base::Result<void> {
      for (const SubjectNumber& subject : subjects) ours.Put(subject, set);
      return {};
    }));
  }
  ~World() { fs::remove_all(root); }
  std::string plain_path() const { return (root / "plain.db").string(); }
  std::string path() const { return (root / "hikae.db").string(); }
  const SubjectNumber& At(size_t n) const { return subjects[n * 7'919 % kRecords]; }
};

// `size` of the line is that of the value.
void BenchGet(const fs::path& root, bool quick) {
  for (const auto& [size, others] : {std::pair<size_t, size_t>{64, 0}, {64, 7}, {1024, 0}}) {
    World world(root / "get", size, others);
    Plain plain(world.plain_path());
    Ours ours(world.path(), world.keys);
    std::vector<uint8_t> opened;
    const size_t count = quick ? 20'000 : 100'000;
    const auto mine = [&] {
      for (size_t n = 0; n < count; ++n) ours.Get(world.At(n));
    };
    const auto theirs = [&] {
      for (size_t n = 0; n < count; ++n) plain.Get(world.At(n), world.key, opened);
    };
    const std::string name = others == 0 ? "vault-get" : "vault-get-of-8";
    Compare(
        {name, size, "select+open"}, quick ? 3 : 9, [&] { return Timed(count, mine); },
        [&] { return Timed(count, theirs); });
    Compare(
        {name + "-in-read", size, "select+open"}, quick ? 3 : 9,
        [&] {
          return Timed(count, [&] {
            Must(ours.database->Read([&]() -> base::Result<void> {
              mine();
              return {};
            }));
          });
        },
        [&] {
          return Timed(count, [&] {
            plain.Run("BEGIN");
            theirs();
            plain.Run("COMMIT");
          });
        });
  }
}

void InThreads(size_t threads, const std::function<void(size_t)>& work) {
  std::vector<std::thread> running;
  for (size_t t = 0; t < threads; ++t) running.emplace_back([&, t] { work(t); });
  for (std::thread& thread : running) thread.join();
}

// A connection for each thread. `size` of the line is how many.
void BenchThreads(const fs::path& root, bool quick) {
  constexpr size_t kThreads = 8;
  World world(root / "threads", 64, 0);
  std::vector<std::unique_ptr<Plain>> plain;
  std::vector<std::unique_ptr<Ours>> ours;
  for (size_t t = 0; t < kThreads; ++t) {
    plain.push_back(std::make_unique<Plain>(world.plain_path()));
    ours.push_back(std::make_unique<Ours>(world.path(), world.keys));
  }
  const size_t each = quick ? 5'000 : 20'000;
  const auto mine = [&] {
    InThreads(kThreads, [&](size_t t) {
      for (size_t n = 0; n < each; ++n) ours[t]->Get(world.At(n + t * 1'237));
    });
  };
  const auto theirs = [&] {
    InThreads(kThreads, [&](size_t t) {
      std::vector<uint8_t> opened;
      for (size_t n = 0; n < each; ++n) plain[t]->Get(world.At(n + t * 1'237), world.key, opened);
    });
  };
  Compare(
      {"vault-get-threads", kThreads, "select+open"}, quick ? 3 : 7, [&] { return Timed(kThreads * each, mine); },
      [&] { return Timed(kThreads * each, theirs); });
}

// New records, a hundred in a transaction; the yardstick inserts ciphertext that was made before.
void BenchPut(const fs::path& root, bool quick) {
  constexpr size_t kBatch = 100;
  World world(root / "put", 64, 0);
  Plain plain(world.plain_path());
  Ours ours(world.path(), world.keys);
  const size_t count = quick ? 2'000 : 10'000;
  const std::string value(64, 'x');
  const std::vector<Change::Set> set = {{"note", value}};
  const std::vector<uint8_t> bytes(174, 'x');
  std::vector<SubjectNumber> fresh;
  WarmKeys* keys = nullptr;
  std::unique_ptr<WarmKeys> kept;
  const auto renew = [&] {
    fresh = MakeSubjects(count);
    kept = std::make_unique<WarmKeys>(fresh);
    keys = kept.get();
  };
  const auto mine = [&] {
    renew();
    Ours writer(world.path(), *keys);
    return Timed(count, [&] {
      for (size_t n = 0; n < count; n += kBatch) {
        Must(writer.database->Write([&]() -> base::Result<void> {
          for (size_t i = n; i < n + kBatch; ++i) writer.Put(fresh[i], set);
          return {};
        }));
      }
    });
  };
  const auto theirs = [&] {
    renew();
    return Timed(count, [&] {
      for (size_t n = 0; n < count; n += kBatch) {
        plain.Run("BEGIN IMMEDIATE");
        for (size_t i = n; i < n + kBatch; ++i) plain.Put(fresh[i], bytes);
        plain.Run("COMMIT");
      }
    });
  };
  Compare({"vault-put", kBatch, "insert"}, quick ? 3 : 9, mine, theirs);
}

int Run(const std::string& only, bool quick, const fs::path& directory) {
  if (sodium_init() < 0) return 1;
  const fs::path root = directory / fmt::format("hikae-vault-bench-{}", ::getpid());
  if (only == "vault-get") BenchGet(root, quick);
  if (only == "vault-threads") BenchThreads(root, quick);
  if (only == "vault-put") BenchPut(root, quick);
  fs::remove_all(root);
  return 0;
}

}  // namespace
}  // namespace hikae::vault::bench

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
  return hikae::vault::bench::Run(only, quick, directory);
}
