// Reading and writing through the gate, on a real file system with real syncs, beside the same work without decision
// and log. Records have ten items, as a screen shows them.
//   gate_bench [--quick] [--records N] [--reads N] [--only GROUP] [DIRECTORY]      a line of JSON for each case
#include <sqlite3.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <thread>

#include "bench/rounds.h"
#include "codec/hex.h"
#include "gate/gate_rep.h"
#include "office/access_log.h"
#include "office/office.h"
#include "places.h"

namespace hikae::gate {
namespace {

namespace fs = std::filesystem;
using log::bench::Cost;
using log::bench::Must;
using log::bench::Timed;

constexpr char kFile[] = "給付金受給者";
constexpr char kPassphrase[] = "江戸川の水は青い 2021";
constexpr size_t kThreads = 8;
const std::vector<std::string> kItems = {"世帯番号", "宛名番号", "氏名",     "氏名漢字", "氏名カナ",
                                         "性別",     "生年月日", "郵便番号", "住所",     "電話番号"};

std::string Subject(size_t n) { return "宛名-" + std::to_string(10'000'000 + n); }

std::string ReadSource(const std::string& path) {
  std::ifstream in(hikae::test::SourceDir() + "/" + path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Put PutOf(const std::string& subject) {
  return {subject,
          {{"世帯番号", "0001234567"},
           {"宛名番号", "0000001234"},
           {"氏名", "髙橋 花子"},
           {"氏名漢字", "髙橋 花子"},
           {"氏名カナ", "タカハシ ハナコ"},
           {"性別", "女"},
           {"生年月日", "1987-02-28"},
           {"郵便番号", "132-0021"},
           {"住所", "江戸川区中央一丁目4番1号"},
           {"電話番号", "03-3652-1151"}}};
}

// An office of the benefit, with records.
class World {
 public:
  World(std::string directory, size_t records, log::Durability durability)
      : directory_(std::move(directory)), records_(records) {
    Open(true, {});
    for (const char* source : {"examples/ward/vocabulary.yaml", "examples/benefit/declaration.yaml",
                               "examples/benefit/after-opinion.yaml", "examples/benefit/running.yaml"})
      Must(office_->Declare({{source, ReadSource(source)}}));
    Must(office_->MakeKeys({.kind = vault::LockKind::kPassphrase, .text = kPassphrase}, {1, 8 << 20}));
    Unlock();
    const auto session = Begin();
    Fill(*session);
    durability_ = durability;
    Reopen();
  }
  ~World() {
    gate_.reset();
    office_.reset();
    fs::remove_all(directory_);
  }
  void Reopen() {
    Open(false, durability_);
    Unlock();
  }
  std::unique_ptr<Session> BeginChief() { return Begin("児童家庭課長1"); }
  std::unique_ptr<Session> Begin(const char* actor = "児童家庭課職員1") {
    SessionRequest request;
    request.actor = actor;
    request.handling = "benefit";
    request.purpose = "給付金の支給";
    request.terminal = "児童家庭課端末1";
    request.place = "江戸川区役所本庁舎 児童家庭課事務室内";
    request.terminal_factors = {"ic-card", "pin"};
    request.system_factors = {"ic-card", "password"};
    std::shared_ptr<const Decision> decision;
    return Must(gate_->Begin(request, decision));
  }
  static Ask Reading(std::span<const std::string> items = kItems) {
    Ask ask;
    ask.act = Act::kRead;
    ask.file = kFile;
    ask.items = items;
    return ask;
  }
  std::string database() const { return directory_ + "/hikae.db"; }
  size_t records() const { return records_; }
  Gate& gate() { return *gate_; }
  office::AccessLog& log() { return **office_->log(); }
  const std::string& directory() const { return directory_; }

 private:
  void Open(bool create, log::Durability durability) {
    gate_.reset();
    office_.reset();
    office::OpenOptions options;
    options.create = create;
    options.actor = "bench";
    options.durability = durability;
    // 2021-09-10 10:00 in Japan, and the clock runs.
    const auto begun = static_cast<int64_t>(log::bench::Seconds(CLOCK_MONOTONIC) * 1e6);
    options.now = [begun] {
      return 1'631'235'600'000'000 + static_cast<int64_t>(log::bench::Seconds(CLOCK_MONOTONIC) * 1e6) - begun;
    };
    office_ = Must(office::Office::Open(directory_, options));
  }
  void Unlock() { gate_ = Must(office_->Unlock({.kind = vault::LockKind::kPassphrase, .text = kPassphrase})); }
  void Fill(Session& session) {
    Ask ask = Reading();
    ask.act = Act::kWrite;
    ask.items = {};
    for (size_t at = 0; at < records_; at += 100) {
      std::vector<std::string> subjects;
      for (size_t i = at; i < std::min(at + 100, records_); ++i) subjects.push_back(Subject(i));
      std::vector<Put> puts;
      for (const std::string& subject : subjects) puts.push_back(PutOf(subject));
      Must(session.Write(ask, puts));
    }
  }

  const std::string directory_;
  const size_t records_;
  log::Durability durability_;
  std::shared_ptr<office::Office> office_;
  std::shared_ptr<Gate> gate_;
};

// Subjects to read, drawn from the whole file before the clock runs.
std::vector<std::string> Draw(const World& world, size_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<std::string> subjects;
  subjects.reserve(count);
  for (size_t i = 0; i < count; ++i) subjects.push_back(Subject(random() % world.records()));
  return subjects;
}

void Consume(const std::vector<Released>& released, size_t expected, size_t items) {
  size_t bytes = 0;
  for (const Released& one : released) {
    for (const Seen& seen : one.items) bytes += seen.value.size();
  }
  if (released.size() == expected && bytes >= expected * items * 5) return;
  std::fprintf(stderr, "a read gave too little\n");
  std::exit(1);
}

void Gated(Session& session, const std::vector<std::string>& subjects, size_t at_once,
           std::span<const std::string> items = kItems) {
  std::vector<std::string_view> lot;
  const Ask ask = World::Reading(items);
  for (size_t at = 0; at < subjects.size(); at += at_once) {
    lot.assign(subjects.begin() + static_cast<std::ptrdiff_t>(at),
               subjects.begin() + static_cast<std::ptrdiff_t>(std::min(at + at_once, subjects.size())));
    Consume(Must(session.Release(ask, lot)), lot.size(), items.size());
  }
}

// The same SELECT and the same opening, on a connection of its own.
class Plain {
 public:
  explicit Plain(World& world)
      : keys_(world.gate().keys_past_the_rules()),
        database_(Must(store::Database::Open(world.database(), {}))),
        vault_(*database_, keys_) {}

  void Read(const std::vector<std::string>& subjects, size_t at_once) {
    std::vector<vault::SubjectNumber> numbers;
    std::vector<vault::SealedRecord> records;
    for (size_t at = 0; at < subjects.size(); at += at_once) {
      const size_t end = std::min(at + at_once, subjects.size());
      const vault::OneCall call(keys_);  // whether keys changed is asked once, as the gate does
      numbers.clear();
      for (size_t i = at; i < end; ++i) numbers.push_back(*Must(keys_.Find(subjects[i])));
      const auto fetch = [&] { return vault_.Fetch(kFile, numbers, records); };
      Must(numbers.size() > 1 ? database_->Read(fetch) : fetch());
      size_t bytes = 0;
      for (const vault::SealedRecord& record : records) {
        for (const vault::PlainItem& item : Must(vault_.Open(Releasing::Leave(), kFile, record, kItems)))
          bytes += item.value().size();
      }
      if (bytes < 50 * (end - at)) std::exit(1);
    }
  }

  // As whoever keeps the log in the database: a row of it in the same transaction.
  void ReadAndLog(const std::vector<std::string>& subjects, std::span<const std::string> items) {
    std::vector<vault::SealedRecord> records;
    const std::string entry(160, 'x');
    for (const std::string& subject : subjects) {
      const vault::OneCall call(keys_);
      const vault::SubjectNumber number = *Must(keys_.Find(subject));
      Must(database_->Write([&]() -> base::Result<void> {
        HIKAE_CHECK(vault_.Fetch(kFile, {&number, 1}, records));
        HIKAE_TRY(const auto query, database_->Ask("INSERT INTO bench_log (entry) VALUES ($1)"));
        query->BindBytes(1, entry);
        HIKAE_CHECK(query->Step());
        return {};
      }));
      Must(vault_.Open(Releasing::Leave(), kFile, records[0], items));
    }
  }

 private:
  vault::Keys& keys_;
  std::shared_ptr<store::Database> database_;
  vault::Vault vault_;
};

template <class Each>
void InThreads(size_t threads, const Each& each) {
  std::vector<std::thread> running;
  for (size_t t = 0; t < threads; ++t) running.emplace_back([&, t] { each(t); });
  for (std::thread& thread : running) thread.join();
}

struct Options {
  size_t records = 100'000;
  size_t reads = 0;  // of a round; 0: as many as it takes
  int rounds = 7;
  std::string only, directory;
  bool Wants(const char* group) const { return only.empty() || only == group; }
};

// `items` = 10 × records of a call.
void CompareReads(World& world, const char* name, const Options& options, size_t threads, size_t at_once,
                  size_t reads) {
  std::vector<std::unique_ptr<Session>> sessions;
  std::vector<std::unique_ptr<Plain>> plains;
  std::vector<std::vector<std::string>> subjects;
  for (size_t t = 0; t < threads; ++t) {
    sessions.push_back(world.Begin());
    plains.push_back(std::make_unique<Plain>(world));
    subjects.push_back(Draw(world, reads / threads, static_cast<uint32_t>(t + 1)));
  }
  InThreads(threads, [&](size_t t) { Gated(*sessions[t], subjects[t], 100); });  // keys in memory on both sides
  log::bench::Compare(
      {name, world.records(), "the same SELECT and opening, no decision, no log"}, options.rounds,
      [&] {
        return Timed(reads, [&] { InThreads(threads, [&](size_t t) { Gated(*sessions[t], subjects[t], at_once); }); });
      },
      [&] {
        return Timed(reads, [&] { InThreads(threads, [&](size_t t) { plains[t]->Read(subjects[t], at_once); }); });
      });
}

void CompareSingle(World& world, const Options& options, size_t reads) {
  {
    auto database = Must(store::Database::Open(world.database(), {}));
    Must(database->Run("CREATE TABLE IF NOT EXISTS bench_log (n INTEGER PRIMARY KEY, entry BLOB NOT NULL)"));
  }
  std::vector<std::unique_ptr<Session>> sessions;
  std::vector<std::unique_ptr<Plain>> plains;
  std::vector<std::vector<std::string>> subjects;
  for (size_t t = 0; t < kThreads; ++t) {
    sessions.push_back(world.Begin());
    plains.push_back(std::make_unique<Plain>(world));
    subjects.push_back(Draw(world, reads / kThreads, static_cast<uint32_t>(t + 1)));
  }
  const std::vector<std::string> item = {"氏名"};
  const auto part = [&](size_t t) { return std::vector<std::string>(subjects[t].begin(), subjects[t].begin() + 40); };
  log::bench::Compare(
      {"read-single", world.records(), "a log row in the vault's own transaction"}, options.rounds,
      [&] {
        return Timed(reads, [&] { InThreads(kThreads, [&](size_t t) { Gated(*sessions[t], subjects[t], 1, item); }); });
      },
      [&] {
        return Timed(40 * kThreads,
                     [&] { InThreads(kThreads, [&](size_t t) { plains[t]->ReadAndLog(part(t), item); }); });
      });
}

// Rows of the size of a sealed record, appended to a table of their own.
void PlainInserts(store::Database& database, const std::string& body, size_t count) {
  for (size_t at = 0; at < count; at += 100) {
    Must(database.Write([&]() -> base::Result<void> {
      for (size_t i = 0; i < 100; ++i) {
        HIKAE_TRY(const auto query, database.Ask("INSERT INTO bench_body (body) VALUES ($1)"));
        query->BindBytes(1, body);
        HIKAE_CHECK(query->Step());
      }
      return {};
    }));
  }
}

// The same bytes into a table that holds the present body of each subject, and the one before into a history: what an
// application without the gate does that finds records again.
class PlainUpserts {
 public:
  PlainUpserts(const World& world, std::string body)
      : body_(std::move(body)), database_(Must(store::Database::Open(world.database(), {}))) {
    Must(
        database_->Run("CREATE TABLE bench_record (subject TEXT NOT NULL PRIMARY KEY, version BIGINT NOT NULL, "
                       "body BLOB NOT NULL)"));
    Must(
        database_->Run("CREATE TABLE bench_history (subject TEXT NOT NULL, version BIGINT NOT NULL, "
                       "body BLOB NOT NULL, PRIMARY KEY (subject, version))"));
    for (size_t at = 0; at < world.records(); at += 10'000) {
      Must(database_->Write([&]() -> base::Result<void> {
        for (size_t i = at; i < std::min(at + 10'000, world.records()); ++i) {
          HIKAE_TRY(const auto add, database_->Ask("INSERT INTO bench_record VALUES ($1, 1, $2)"));
          add->BindText(1, Subject(i)).BindBytes(2, body_);
          HIKAE_CHECK(add->Step());
        }
        return {};
      }));
    }
  }

  void Write(const std::vector<std::string>& subjects) {
    for (size_t at = 0; at < subjects.size(); at += 100) {
      Must(database_->Write([&]() -> base::Result<void> {
        for (size_t i = at; i < at + 100; ++i) HIKAE_CHECK(One(subjects[i]));
        return {};
      }));
    }
  }

 private:
  base::Result<void> One(const std::string& subject) {
    HIKAE_TRY(const auto keep, database_->Ask("INSERT INTO bench_history SELECT subject, version, body FROM "
                                              "bench_record WHERE subject = $1"));
    keep->BindText(1, subject);
    HIKAE_CHECK(keep->Step());
    HIKAE_TRY(const auto set, database_->Ask("UPDATE bench_record SET version = version + 1, body = $1 "
                                             "WHERE subject = $2"));
    set->BindBytes(1, body_).BindText(2, subject);
    HIKAE_CHECK(set->Step());
    return {};
  }

  const std::string body_;
  std::shared_ptr<store::Database> database_;
};

// What no layout of the records could leave out: ten items are sealed and an entry of each record is durable, and the
// sealed bodies are inserted behind one another as the yardstick does. Nothing is decided, read, replaced or found
// again.
class Floor {
 public:
  Floor(World& world, store::Database& database, const std::vector<std::string>& subjects)
      : world_(world), database_(database), vault_(database, world.gate().keys_past_the_rules()) {
    spec_.file = kFile;
    for (const std::string& item : kItems) spec_.items.push_back({.item = item});
    for (const std::string& subject : subjects)
      numbers_.push_back(*Must(world.gate().keys_past_the_rules().Find(subject)));
    entry_.type = log::EntryType::kWriteIntended;
    entry_.handling = "benefit", entry_.ground = "給付金の支給", entry_.file = kFile, entry_.items = kItems;
    entry_.decision = log::Decision::kAllowed, entry_.rules = {"edo21.ground.staff"};
  }

  void Write() {
    for (size_t at = 0; at < numbers_.size(); at += 100) {
      const vault::OneCall call(world_.gate().keys_past_the_rules());
      std::vector<vault::Prepared> sealed;
      std::vector<office::Act> acts;
      for (size_t i = at; i < at + 100; ++i) {
        const vault::SubjectNumber& number = numbers_[i];
        sealed.push_back(Must(vault_.Prepare(spec_, {.subject = number}, {number, put_.set, {}})));
        acts.push_back({entry_, "児童家庭課職員1", codec::Hex(number), {}, {}});
        acts.back().entry.digest = sealed.back().head;
      }
      const auto ticket = Must(world_.log().Submit(acts));
      Must(database_.Write([&]() -> base::Result<void> {
        for (const vault::Prepared& one : sealed) {
          HIKAE_TRY(const auto query, database_.Ask("INSERT INTO bench_body (body) VALUES ($1)"));
          query->BindBytes(1, one.body);
          HIKAE_CHECK(query->Step());
        }
        HIKAE_CHECK(world_.log().Wait(ticket, true));
        return {};
      }));
    }
  }

 private:
  World& world_;
  store::Database& database_;
  vault::Vault vault_;
  vault::FileSpec spec_;
  const Put put_ = PutOf("");
  std::vector<vault::SubjectNumber> numbers_;
  log::Entry entry_;
};

void CompareWrites(World& world, const Options& options, size_t writes) {
  auto database = Must(store::Database::Open(world.database(), {}));
  Must(database->Run("CREATE TABLE IF NOT EXISTS bench_body (n INTEGER PRIMARY KEY, body BLOB NOT NULL)"));
  std::vector<vault::SealedRecord> record;
  vault::Vault vault(*database, world.gate().keys_past_the_rules());
  const vault::SubjectNumber number = *Must(world.gate().keys_past_the_rules().Find(Subject(0)));
  Must(vault.Fetch(kFile, {&number, 1}, record));
  const auto session = world.Begin();
  Ask ask = World::Reading();
  ask.act = Act::kWrite;
  ask.items = {};
  uint32_t seed = 100;
  std::vector<std::string> subjects;
  // Keys in memory, as where reads are compared.
  const auto draw = [&] {
    subjects = Draw(world, writes, ++seed);
    Gated(*session, subjects, 100);
  };
  // Items without an index: what is compared has none either.
  const auto write = [&] {
    for (size_t at = 0; at < writes; at += 100) {
      std::vector<Put> puts;
      std::map<std::string_view, int> once;
      for (size_t i = at; i < at + 100; ++i) {
        if (!once.emplace(subjects[i], 0).second) continue;
        puts.push_back({subjects[i], {{"住所", "江戸川区松島一丁目38番1号"}, {"性別", "男"}}});
      }
      Must(session->Write(ask, puts));
    }
  };
  const auto inserts = [&] { return Timed(writes, [&] { PlainInserts(*database, record[0].body, writes); }); };
  const auto writing = [&] { return draw(), Timed(writes, write); };
  log::bench::Compare({"write", world.records(), "plain inserts of the same bytes, 100 per transaction"},
                      options.rounds, writing, inserts);
  draw();
  Floor floor(world, *database, subjects);
  log::bench::Compare(
      {"write-floor", world.records(), "plain inserts of the same bytes, 100 per transaction"}, options.rounds,
      [&] { return Timed(writes, [&] { floor.Write(); }); }, inserts);
  PlainUpserts plain(world, record[0].body);
  log::bench::Compare(
      {"write-in-place", world.records(), "the same bytes and their history, updated by subject, 100 per transaction"},
      options.rounds, writing, [&] { return Timed(writes, [&] { plain.Write(Draw(world, writes, ++seed)); }); });
}

// Records of persons who are not known yet, whose keys are made and durable first, beside rows found again by subject.
void CompareNewRecords(World& world, const Options& options, size_t writes) {
  const auto session = world.Begin();
  Ask ask = World::Reading();
  ask.act = Act::kWrite;
  ask.items = {};
  size_t next = 0;
  const auto named = [](size_t n) { return "新規-" + std::to_string(10'000'000 + n); };
  const auto write = [&] {
    for (size_t at = 0; at < writes; at += 100, next += 100) {
      std::vector<std::string> subjects;
      for (size_t i = 0; i < 100; ++i) subjects.push_back(named(next + i));
      std::vector<Put> puts;
      for (const std::string& subject : subjects)
        puts.push_back({subject, {{"住所", "江戸川区松島一丁目38番1号"}, {"性別", "男"}}});
      Must(session->Write(ask, puts));
    }
  };
  write();
  std::vector<vault::SealedRecord> record;
  auto database = Must(store::Database::Open(world.database(), {}));
  vault::Vault vault(*database, world.gate().keys_past_the_rules());
  const vault::SubjectNumber number = *Must(world.gate().keys_past_the_rules().Find(named(0)));
  Must(vault.Fetch(kFile, {&number, 1}, record));
  Must(database->Run("CREATE TABLE bench_new (subject TEXT NOT NULL PRIMARY KEY, body BLOB NOT NULL)"));
  std::mt19937_64 random(1);
  log::bench::Compare(
      {"write-new", world.records(), "inserts of the same bytes by subject, 100 per transaction"}, options.rounds,
      [&] { return Timed(writes, [&] { write(); }); },
      [&] {
        return Timed(writes, [&] {
          for (size_t at = 0; at < writes; at += 100) {
            Must(database->Write([&]() -> base::Result<void> {
              for (size_t i = 0; i < 100; ++i) {
                HIKAE_TRY(const auto add, database->Ask("INSERT INTO bench_new (subject, body) VALUES ($1, $2)"));
                const std::string subject = std::to_string(random());
                add->BindText(1, subject).BindBytes(2, record[0].body);
                HIKAE_CHECK(add->Step());
              }
              return {};
            }));
          }
        });
      });
}

// Reads in one thread while another seals the file again, and without that.
void CompareRotation(World& world, const Options& options, size_t reads) {
  const auto session = world.Begin();
  const auto subjects = Draw(world, reads, 7);
  Ask ask;
  ask.act = Act::kAdminister;
  ask.file = kFile;
  log::bench::Compare(
      {"rotate-reads", world.records(), "reads without rotation"}, options.rounds,
      [&] {
        std::atomic<bool> stop{false};
        std::thread rotating([&] {
          const auto administrator = world.BeginChief();
          const auto done = administrator->RotateSubjects(ask, [&](uint64_t, uint64_t) { return !stop; });
          if (!done.ok() && done.error().status != base::Status::kStopped) Must(done);
        });
        const Cost cost = Timed(reads, [&] { Gated(*session, subjects, 10); });
        stop = true;
        rotating.join();
        return cost;
      },
      [&] { return Timed(reads, [&] { Gated(*session, subjects, 10); }); });
}

int Main(const Options& options) {
  const size_t usual = options.rounds > 3 ? 40'000 : 8'000;
  const size_t reads = options.reads != 0 ? options.reads : usual;
  {
    World world(options.directory + "/strict", options.records, {});
    if (options.Wants("read-strict")) CompareReads(world, "read-strict", options, kThreads, 10, reads);
    if (options.Wants("read-strict")) CompareReads(world, "read-strict-100-records", options, kThreads, 100, reads);
    if (options.Wants("read-single")) CompareSingle(world, options, reads / 2);
    if (options.Wants("write")) {
      CompareWrites(world, options, reads / 4);
      CompareNewRecords(world, options, reads / 8);
    }
    if (options.Wants("rotate")) CompareRotation(world, options, reads);
  }
  if (options.Wants("read-bounded")) {
    World world(options.directory + "/bounded", options.records, log::Durability::Bounded(10, 10'000));
    CompareReads(world, "read-bounded", options, 1, 1, reads);
  }
  return 0;
}

}  // namespace
}  // namespace hikae::gate

int main(int argc, char** argv) {
  hikae::gate::Options options;
  options.directory = std::filesystem::temp_directory_path() / ("hikae-bench-" + std::to_string(::getpid()));
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if (arg == "--quick")
      options.rounds = 3, options.records = 10'000;
    else if (arg == "--records" && i + 1 < argc)
      options.records = std::stoul(argv[++i]);
    else if (arg == "--reads" && i + 1 < argc)
      options.reads = std::stoul(argv[++i]);
    else if (arg == "--only" && i + 1 < argc)
      options.only = argv[++i];
    else
      options.directory = arg;
  }
  std::filesystem::create_directories(options.directory);
  const int code = hikae::gate::Main(options);
  std::filesystem::remove_all(options.directory);
  return code;
}
