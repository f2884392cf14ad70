#include "office/office.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "codec/node.h"
#include "office/access_log.h"
#include "office/directory.h"
#include "office/gate_log.h"
#include "office/gate_rules.h"
#include "office/log_facts.h"
#include "office/log_reading.h"
#include "office/office_keys.h"
#include "office/office_log.h"
#include "office/office_packs.h"
#include "office/pack_changes.h"
#include "office/pack_copy.h"
#include "report/access_report.h"
#include "report/ledger.h"
#include "report/words.h"
#include "store/database.h"

namespace hikae::office {
namespace {

using base::Error;
using base::Result;
using base::Status;

constexpr char kDefaultPack[] = "edogawa-2021";
constexpr int kMostTries = 10;  // where the packs are changed while something is recorded

registry::Micros SystemNow() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

Error NotForWriting(const std::string& path) {
  return Error(
      Status::kIo, {"the office is open for reading only", "台帳は読み取り専用で開かれている"}, {path, 0, 0},
      {"open it for writing: every act on a record is recorded", "書き込み可能で開く。記録の利用はすべて記録される"});
}

}  // namespace

// What stands before the records of an office, in the order it is taken down.
struct Vaulted {
  Vaulted(AccessLog& log, base::Io& io, std::string spool_directory, std::string actor, std::function<int64_t()> now,
          std::function<void(const base::Text&)> alarm)
      : spool(io, std::move(spool_directory)),
        recorder(log, spool, std::move(actor), std::move(now), std::move(alarm)) {}
  Spool spool;
  GateLog recorder;
  std::shared_ptr<gate::Gate> gate;
};

struct Office::Rep {
  Rep(const std::string& path, const OpenOptions& options)
      : directory(path),
        packs(directory),
        now(options.now ? options.now : SystemNow),
        log(path, LogOptions(options), ActorOf(options)),
        busy_ms(options.busy_ms),
        read_only(options.read_only),
        named_actor(options.actor),
        io(options.io != nullptr ? options.io : &base::PosixIo()),
        spool_directory(options.spool.empty() ? (directory.path() / "spool").string() : options.spool),
        alarm(options.alarm) {}

  static std::string ActorOf(const OpenOptions& options) { return options.actor.empty() ? "unnamed" : options.actor; }
  AccessLog::Options LogOptions(const OpenOptions& options) const {
    AccessLog::Options how;
    how.io = options.io;
    how.durability = options.durability;
    how.busy_ms = options.busy_ms;
    how.read_only = options.read_only;
    how.now = now;
    how.origin = options.origin;
    how.sign_in_background = options.sign_in_background;
    return how;
  }

  Result<std::string> ReportOfLog(std::string_view name, report::Format format, report::Source source,
                                  registry::Day as_of, base::Language language) {
    const std::string path = directory.path().string();
    const auto names = log.Get();  // without it nobody is named, and that is all
    const log::StatisticsOptions days = ReviewOf(as_of, source.handling);
    const auto read = ReadLog(base::PosixIo(), path, days, names.ok() ? *names : nullptr);
    if (!read.ok() && read.error().status != Status::kNotFound) return read.error();
    HIKAE_TRY(log::StatisticsCounter none, log::StatisticsCounter::Begin(days));
    const log::Statistics nothing = none.Finish();
    const report::AccessSource access{read.ok() ? read->statistics : nothing, read.ok() ? &read->verdict : nullptr,
                                      read.ok() ? read->name_of : nullptr, read.ok()};
    source.access = &access;
    return report::Render(name, format, source, language);
  }

  // What the access log shows. A log that is not there or cannot be read shows nothing, and the findings say so.
  Result<std::shared_ptr<const registry::Snapshot>> MeasuredAt(registry::Day day) {
    const auto opened = log.Get();
    if (!opened.ok()) return std::shared_ptr<const registry::Snapshot>();
    HIKAE_TRY(const auto snapshot, registry->AsOf(day));
    auto rows = log_facts.Rows(**opened, *snapshot, day);
    if (!rows.ok()) return std::shared_ptr<const registry::Snapshot>();
    return rows;
  }

  Result<void> OpenDatabase(const OpenOptions& options, const std::vector<std::string>& ids, bool create) {
    store::OpenOptions how{
        .create = create, .read_only = options.read_only, .busy_ms = options.busy_ms, .max_pages = options.max_pages};
    Result<std::shared_ptr<store::Database>> database = store::Database::Open(directory.database().string(), how);
    if (!database.ok() && create && database.error().status == Status::kExists) {
      // The last attempt to make this office got as far as the database.
      how.create = false;
      database = store::Database::Open(directory.database().string(), how);
    }
    if (!database.ok()) return database.error();
    HIKAE_TRY(const PackSetPtr set, packs.Open(ids));
    log.On(*database);
    HIKAE_TRY(registry, registry::Registry::Open(*std::move(database), set->vocabulary));
    how.create = false;
    how.read_only = true;
    HIKAE_TRY(auto beside, store::Database::Open(directory.database().string(), how));
    HIKAE_TRY(decided_by, registry::Registry::Open(std::move(beside), set->vocabulary));
    HIKAE_CHECK(Adopt(*set));
    packs.OnChange([this](const PackSet& changed) { return Adopt(changed); });
    rules = std::make_unique<GateRules>(*decided_by, [this] { return packs.Current(); });
    return {};
  }

  Result<void> Create(const OpenOptions& options) {
    if (options.read_only) return Error(Status::kArgument, std::string("an office cannot be created read-only"));
    if (!options.origin.empty()) HIKAE_CHECK(CheckOrigin(options.origin));  // while nothing is written yet
    std::vector<std::string> wanted = options.more_packs;
    wanted.insert(wanted.begin(), options.pack.empty() ? kDefaultPack : options.pack);
    std::vector<PackPtr> first;
    for (const std::string& name : wanted) {
      HIKAE_TRY(first.emplace_back(), LoadByName(name));
    }
    HIKAE_TRY(PackSetPtr set, MakeSet({first.front()}));
    for (size_t i = 1; i < first.size(); ++i) {
      HIKAE_TRY(set, With(*set, first[i]));
    }
    HIKAE_CHECK(directory.Prepare());
    HIKAE_TRY(const CreationLock lock, CreationLock::Take(directory.path()));
    HIKAE_CHECK(directory.Prepare());  // again: another process may have been faster
    for (size_t i = 0; i < wanted.size(); ++i) HIKAE_CHECK(KeepCopy(directory, wanted[i], *first[i], i > 0));
    HIKAE_CHECK(OpenDatabase(options, set->Ids(), true));
    HIKAE_CHECK(log.Begin(*registry, OfficeLog::Made::kWithOffice, set->packs));
    return directory.WriteMarker({.packs = set->Ids()});
  }

  Result<void> OpenExisting(const OpenOptions& options) {
    HIKAE_TRY(const Marker marker, packs.ReadMarker());
    HIKAE_CHECK(OpenDatabase(options, marker.packs, false));
    if (marker.form == 1) return options.read_only ? Result<void>() : BeginLog();
    if (options.read_only) return log.OpenLater();
    HIKAE_CHECK(log.Open(*registry));
    HIKAE_TRY(AccessLog* const access_log, log.Get());
    return TellRestored(*access_log, directory.path().string(), log.actor(), *io);
  }

  // An office made before there was a log gets one: whole, and only then the marker says so.
  Result<void> BeginLog() {
    HIKAE_TRY(const CreationLock lock, CreationLock::Take(directory.path()));
    HIKAE_TRY(const Marker marker, directory.ReadMarker());
    if (marker.form != 1) return log.Open(*registry);  // another process was faster
    HIKAE_TRY(const PackSetPtr set, packs.Current());
    HIKAE_CHECK(log.Begin(*registry, OfficeLog::Made::kLater, set->packs));
    return directory.WriteMarker({.packs = set->Ids()});
  }

  vault::Keys::Options KeyOptions() const {
    vault::Keys::Options how;
    how.busy_ms = busy_ms;
    how.io = io;
    return how;
  }

  // What an unlocked gate will stand on.
  Result<std::shared_ptr<Vaulted>> Stand() {
    HIKAE_TRY(AccessLog* const access_log, log.Get());
    return std::make_shared<Vaulted>(*access_log, *io, spool_directory, log.actor(), now, alarm);
  }

  Result<std::shared_ptr<vault::Keys>> OpenKeys(const vault::Secret& secret, Vaulted& on) {
    return UnlockTold(directory.path().string(), secret, KeyOptions(), on.recorder, log.actor(), now());
  }

  Result<std::shared_ptr<gate::Gate>> OpenGate(std::shared_ptr<Vaulted> on, std::shared_ptr<vault::Keys> keys) {
    HIKAE_TRY(AccessLog* const access_log, log.Get());
    HIKAE_CHECK(on->spool.Replay(*access_log, log.actor()));
    const std::string path = directory.path().string();
    HIKAE_TRY(auto credentials, vault::Credentials::Open(path, {.busy_ms = busy_ms}));
    gate::Gate::Options how;
    how.database = directory.database().string();
    how.busy_ms = busy_ms;
    how.now = now;
    how.actor = log.actor();
    HIKAE_TRY(on->gate, gate::Gate::Open(how, *rules, on->recorder, std::move(keys), std::move(credentials)));
    // The gate carries what it stands on.
    return std::shared_ptr<gate::Gate>(on, on->gate.get());
  }

  // Rows are typed by the packs that the office has now; documents are for one of them, or of what they are laid over.
  Result<void> Adopt(const PackSet& set) {
    HIKAE_CHECK(decided_by->Adopt(set.vocabulary, set.KnownIds()));
    return registry->Adopt(set.vocabulary, set.KnownIds());
  }

  // Records by the packs of now: who changes them holds the lock under which `check` is asked, so that nothing is
  // recorded in words that are gone. Then it is done again with the new ones.
  template <class Work>
  Result<registry::Declared> Recorded(Work&& work) {
    for (int tries = 1;; ++tries) {
      HIKAE_TRY(const PackSetPtr set, packs.Current());
      Result<registry::Declared> done = log.Telling([&] { return work([&] { return packs.CheckCurrent(set); }); });
      if (done.ok() || done.error().status != Status::kBusy || tries == kMostTries) return done;
      HIKAE_TRY(const PackSetPtr now, packs.Current());
      if (now == set) return done;
    }
  }

  Result<registry::LogPlace> Record(const std::function<Result<void>()>& check,
                                    const std::vector<registry::Document>& documents,
                                    const registry::Declared& declared, std::span<const Act> also,
                                    const std::optional<registry::LogPlace>& answered) {
    HIKAE_CHECK(check());
    return log.Record(documents, declared, also, answered);
  }

  Result<void> ChangePacks(const PackSet& to, const PackSetPtr& from, const audit::Pack& pack, const std::string& what,
                           const std::function<Result<void>()>& prepare) {
    HIKAE_CHECK(log.ChangePack(
        *registry, to.vocabulary, pack, what,
        [&](const registry::Registry::Unfit& unfit) -> Result<void> {
          HIKAE_CHECK(packs.CheckCurrent(from));
          return unfit.empty() ? Result<void>() : StillUsed(pack, unfit);
        },
        [&]() -> Result<void> {
          if (prepare) HIKAE_CHECK(prepare());
          return directory.WriteMarker({.packs = to.Ids()});
        }));
    HIKAE_CHECK(packs.Current());
    return {};
  }

  const Directory directory;
  OfficePacks packs;
  const std::function<registry::Micros()> now;
  std::unique_ptr<registry::Registry> registry;
  // The same on a connection of its own: who decides may hold the lock of who writes records, and who declares holds
  // the other connection while waiting for that lock.
  std::unique_ptr<registry::Registry> decided_by;
  LogFacts log_facts;
  std::unique_ptr<GateRules> rules;  // reads decided_by
  OfficeLog log;
  uint32_t busy_ms = 0;
  bool read_only = false;
  std::string named_actor;  // as given: "" where nobody was
  base::Io* io = nullptr;
  std::string spool_directory;
  std::function<void(const base::Text&)> alarm;
};

Office::Office(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
Office::~Office() = default;

Result<std::shared_ptr<Office>> Office::Open(const std::string& directory, const OpenOptions& options) {
  auto rep = std::make_unique<Rep>(directory, options);
  HIKAE_CHECK(options.create ? rep->Create(options) : rep->OpenExisting(options));
  return std::shared_ptr<Office>(new Office(std::move(rep)));
}

Result<registry::Declared> Office::Declare(const std::vector<registry::Document>& documents,
                                           std::span<const Act> also) {
  return rep_->Recorded([&](const auto& check) {
    return rep_->registry->Declare(documents, rep_->now(),
                                   [&](const registry::Declared& declared, const auto& answered) {
                                     return rep_->Record(check, documents, declared, also, answered);
                                   });
  });
}

namespace {

// By the packs of the office, as its reports say them.
registry::WordOf WordsOf(const PackSetPtr& set) {
  std::vector<const audit::Pack*> others;
  for (const PackPtr& pack : set->packs) others.push_back(pack.get());
  return [set, ja = report::Names(set->packs.front().get(), nullptr, base::Language::kJapanese, others),
          en = report::Names(set->packs.front().get(), nullptr, base::Language::kEnglish, others)](
             const cedar::EntityUid& member) {
    return base::Text{en.Entity(member), ja.Entity(member)};
  };
}

}  // namespace

Result<registry::Declared> Office::AppendRows(registry::LedgerRows rows, registry::Problems& problems) {
  if (rows.by.empty()) rows.by = rep_->named_actor;
  HIKAE_TRY(const PackSetPtr set, rep_->packs.Current());
  rows.word_of = WordsOf(set);
  const std::vector<registry::Document> documents = {rows.document};
  return rep_->Recorded([&](const auto& check) {
    return rep_->registry->ledgers().Append(rows, rep_->now(), problems,
                                            [&](const registry::Declared& declared, const auto& answered) {
                                              return rep_->Record(check, documents, declared, {}, answered);
                                            });
  });
}

Result<registry::Declared> Office::CorrectRow(registry::Correction correction, registry::Problems& problems) {
  if (correction.by.empty()) correction.by = rep_->named_actor;
  HIKAE_TRY(const PackSetPtr set, rep_->packs.Current());
  correction.word_of = WordsOf(set);
  const std::vector<registry::Document> documents = {correction.document};
  return rep_->Recorded([&](const auto& check) {
    return rep_->registry->ledgers().Correct(correction, rep_->now(), problems,
                                             [&](const registry::Declared& declared, const auto& answered) {
                                               return rep_->Record(check, documents, declared, {}, answered);
                                             });
  });
}

namespace {

// "契約1、2021-07-01から2021-07-31まで"
std::string RowsOf(const registry::LedgerQuery& query, base::Language language) {
  const bool ja = language == base::Language::kJapanese;
  std::string text = query.owner;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ja ? "、" : ", ") + part; };
  const auto day = [&](registry::Day one) { return ja ? base::FormatWareki(one) : base::FormatIso(one); };
  if (query.from) add(ja ? day(*query.from) + "から" : "from " + day(*query.from));
  if (query.until) add(ja ? day(*query.until) + "まで" : "until " + day(*query.until));
  if (query.all) add(ja ? "訂正された行を含む" : "with rows that were corrected");
  return text;
}

}  // namespace

Result<std::string> Office::ListRows(const registry::LedgerQuery& query, report::Format format,
                                     base::Language language) const {
  HIKAE_TRY(const PackSetPtr set, rep_->packs.Current());
  const registry::Ledgers ledgers = rep_->registry->ledgers();
  HIKAE_TRY(const cedar::EntityType* const type, ledgers.Find(query.type));
  HIKAE_TRY(const std::vector<registry::LedgerLine> lines, ledgers.List(query));
  report::LedgerHead head;
  head.office = rep_->directory.path().filename().string();
  head.rows_of = RowsOf(query, language);
  for (const PackPtr& pack : set->packs) head.packs.push_back(pack.get());
  return report::RenderLedger(*type, lines, format, language, head);
}

std::vector<const cedar::EntityType*> Office::Ledgers() const {
  static_cast<void>(rep_->packs.Current().ok());  // else those it had
  return rep_->registry->ledgers().Types();
}

Result<void> Office::MakeKeys(const vault::Secret& secret, const vault::PassphraseCost& cost) {
  if (rep_->read_only) return NotForWriting(rep_->directory.path().string());
  HIKAE_TRY(AccessLog* const log, rep_->log.Get());
  codec::Node detail = codec::Node::Map();
  detail.Set("lock", codec::Node::String(vault::NameOf(secret.kind)));
  return Told(*log, rep_->log.actor(), "keys-init", detail, [&]() -> Result<void> {
    HIKAE_CHECK(vault::Keys::Init(rep_->directory.path().string(), secret, cost, rep_->now(), rep_->KeyOptions()));
    return {};
  });
}

Result<void> Office::RecoverKeys(const vault::Secret& shares, const vault::Secret& fresh,
                                 const vault::PassphraseCost& cost) {
  if (rep_->read_only) return NotForWriting(rep_->directory.path().string());
  if (shares.kind != vault::LockKind::kShares) {
    return Error(Status::kArgument, {"keys are recovered with the custodians' shares", "鍵の回復は分散片で行う"}, {},
                 {"with another secret: unlock them, and set a lock in a session",
                  "ほかのもので開けるなら、利用を始めて設定する"});
  }
  HIKAE_TRY(const auto on, rep_->Stand());
  HIKAE_TRY(const auto keys, rep_->OpenKeys(shares, *on));
  HIKAE_TRY(AccessLog* const log, rep_->log.Get());
  codec::Node names = codec::Node::List();
  for (std::string& name : vault::CustodiansOf(shares.shares)) names.Append(codec::Node::String(std::move(name)));
  codec::Node detail = codec::Node::Map();
  detail.Set("lock", codec::Node::String(vault::NameOf(fresh.kind))).Set("custodians", std::move(names));
  return Told(*log, rep_->log.actor(), "keys-recover", detail, [&] { return keys->AddLock(fresh, cost, rep_->now()); });
}

Result<std::shared_ptr<gate::Gate>> Office::Unlock(const vault::Secret& secret) {
  // Reading a record is an entry of the log: who may not write may not read either.
  if (rep_->read_only) return NotForWriting(rep_->directory.path().string());
  HIKAE_TRY(auto on, rep_->Stand());
  HIKAE_TRY(auto keys, rep_->OpenKeys(secret, *on));
  return rep_->OpenGate(std::move(on), std::move(keys));
}

Result<AccessLog*> Office::log() { return rep_->log.Get(); }
const std::string& Office::actor() const { return rep_->log.actor(); }
registry::Micros Office::now() const { return rep_->now(); }
gate::RuleSource& Office::rules() { return *rep_->rules; }

Result<std::vector<PackPtr>> Office::PacksOn(registry::Day as_of, std::string_view pack) const {
  return rep_->packs.JudgingOn(as_of, pack);
}

Result<std::vector<PackPtr>> Office::Packs() const {
  HIKAE_TRY(const PackSetPtr set, rep_->packs.Current());
  return set->packs;
}

Result<audit::Findings> Office::Audit(const audit::AuditOptions& options, std::string_view pack) const {
  audit::AuditOptions measured = options;
  if (!pack.empty()) {
    HIKAE_TRY(const PackPtr rules, rep_->packs.Find(pack));
    HIKAE_TRY(measured.measured, rep_->MeasuredAt(options.as_of));
    return audit::Audit(*rep_->registry, rules, measured);
  }
  HIKAE_TRY(const PackSetPtr set, rep_->packs.Current());
  HIKAE_TRY(measured.measured, rep_->MeasuredAt(options.as_of));
  return audit::AuditTogether(*rep_->registry, set->packs, measured);
}

Result<std::string> Office::Report(std::string_view name, std::string_view handling, report::Format format,
                                   registry::Day as_of, base::Language language, std::string_view pack) const {
  HIKAE_TRY(const std::vector<PackPtr> packs, rep_->packs.JudgingOn(as_of, pack));
  const std::string office = rep_->directory.path().filename().string();
  // The words of the pack in force come first.
  PackPtr main = audit::DecidingOn(packs, as_of);
  if (main == nullptr) main = packs.front();
  std::vector<const audit::Pack*> others;
  for (const PackPtr& other : packs) {
    if (other != main) others.push_back(other.get());
  }
  if (report::NeedsAccessLog(name)) {
    // Nothing is judged: the log is told whether or not a pack is in force.
    HIKAE_TRY(const auto snapshot, rep_->registry->AsOf(as_of));
    const audit::Findings none;
    return rep_->ReportOfLog(name, format, {*snapshot, none, *main, std::string(handling), office, nullptr, others},
                             as_of, language);
  }
  audit::AuditOptions options;
  options.as_of = as_of;
  options.handling = std::string(handling);
  HIKAE_TRY(const audit::Findings findings, Audit(options, pack));
  HIKAE_TRY(const auto snapshot, rep_->registry->AsOf(as_of));
  return report::Render(name, format, {*snapshot, findings, *main, std::string(handling), office, nullptr, others},
                        language);
}

Result<void> Office::AddPack(const std::string& id_or_folder) {
  if (rep_->read_only) return NotForWriting(rep_->directory.path().string());
  HIKAE_TRY(const PackSetPtr from, rep_->packs.Current());
  HIKAE_TRY(const PackPtr pack, LoadByName(id_or_folder));
  HIKAE_TRY(const PackSetPtr to, With(*from, pack));
  return rep_->ChangePacks(*to, from, *pack, "added",
                           [&] { return KeepCopy(rep_->directory, id_or_folder, *pack, true); });
}

Result<void> Office::RemovePack(const std::string& id) {
  if (rep_->read_only) return NotForWriting(rep_->directory.path().string());
  HIKAE_TRY(const PackSetPtr from, rep_->packs.Current());
  HIKAE_TRY(const PackSetPtr to, Without(*from, id));
  const PackPtr gone =
      *std::find_if(from->packs.begin(), from->packs.end(), [&](const auto& p) { return p->id == id; });
  HIKAE_CHECK(rep_->ChangePacks(*to, from, *gone, "removed", {}));
  if (audit::HolderOf(to->packs, id) == nullptr) DropCopy(rep_->directory, id);
  return {};
}

Result<std::vector<std::string>> Office::Handlings(registry::Day as_of) const {
  HIKAE_TRY(const auto snapshot, rep_->registry->AsOf(as_of));
  std::vector<std::string> ids;
  for (const registry::Row* row : snapshot->OfType("Handling")) ids.push_back(row->entity.uid.id);
  return ids;
}

}  // namespace hikae::office
