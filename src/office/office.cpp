#include "office/office.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <system_error>
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
#include "report/access_report.h"
#include "report/ledger.h"
#include "store/database.h"

namespace hikae::office {
namespace {

namespace fs = std::filesystem;
using base::Error;
using base::Result;
using base::Status;

constexpr char kDefaultPack[] = "edogawa-2021";
using PackPtr = std::shared_ptr<const audit::Pack>;

registry::Micros SystemNow() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

bool IsEmbedded(const std::string& id) {
  const std::vector<std::string> ids = audit::EmbeddedPacks();
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

// What is built in cannot change, and reading it takes longer than all else in opening an office: once for a process.
Result<PackPtr> Load(const std::string& id_or_folder) {
  static std::mutex mutex;
  static std::map<std::string, PackPtr> built_in;
  const bool embedded = IsEmbedded(id_or_folder);
  if (embedded) {
    const std::lock_guard lock(mutex);
    const auto known = built_in.find(id_or_folder);
    if (known != built_in.end()) return known->second;
  }
  HIKAE_TRY(const audit::PackFiles files, audit::FindPack(id_or_folder));
  HIKAE_TRY(PackPtr pack, audit::LoadPack(files));
  if (!embedded) return pack;
  const std::lock_guard lock(mutex);  // not while it is read: who forks meanwhile would leave it locked for the child
  return built_in.emplace(id_or_folder, std::move(pack)).first->second;
}

Result<void> WriteText(const fs::path& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (out) return {};
  return Error(Status::kIo, {"the file cannot be written", "ファイルに書き込めない"}, {path.string(), 0, 0});
}

// The office keeps its own copy: its rows are typed by this schema, which must not change under it.
Result<void> CopyPack(const audit::PackFiles& files, const std::string& id, const fs::path& packs) {
  std::error_code code;
  fs::create_directories(packs / id, code);
  if (code)
    return Error(Status::kIo, {"the folder cannot be made", "フォルダーを作成できない"}, {packs.string(), 0, 0});
  HIKAE_CHECK(WriteText(packs / "core.cedarschema", files.core_schema));
  for (const auto& [name, text] : files.files) HIKAE_CHECK(WriteText(packs / id / name, text));
  return {};
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

  // A pack of the office by its id: its own copy, or the one built into hikae.
  std::string Locate(const std::string& id) const {
    std::error_code code;
    const fs::path copy = directory.packs() / id;
    return fs::is_directory(copy, code) ? copy.string() : id;
  }

  // The pack asked for; "" = the office's that is in force on that day, else its first (whose audit then says why not).
  Result<PackPtr> PackFor(std::string_view name, registry::Day day) const {
    std::vector<std::string> own;
    for (const std::string& id : packs) own.push_back(Locate(id));
    std::string wanted(name);
    if (name.empty()) {
      const std::vector<std::string> in_force = audit::PacksInForce(own, day);
      wanted = in_force.empty() ? own.front() : in_force.front();
    } else if (std::find(packs.begin(), packs.end(), name) != packs.end()) {
      wanted = Locate(wanted);
    }
    return Cached(wanted);
  }

  // Packs of the office and of hikae do not change while it is open; other folders are read anew.
  Result<PackPtr> Cached(const std::string& wanted) const {
    const bool stable = IsEmbedded(wanted) || wanted.starts_with(directory.packs().string());
    if (!stable) return Load(wanted);
    const std::lock_guard lock(mutex);
    const auto known = loaded.find(wanted);
    if (known != loaded.end()) return known->second;
    HIKAE_TRY(PackPtr pack, Load(wanted));
    loaded.emplace(wanted, pack);
    return pack;
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

  Result<void> OpenDatabase(const OpenOptions& options, bool create) {
    store::OpenOptions how{
        .create = create, .read_only = options.read_only, .busy_ms = options.busy_ms, .max_pages = options.max_pages};
    Result<std::shared_ptr<store::Database>> database = store::Database::Open(directory.database().string(), how);
    if (!database.ok() && create && database.error().status == Status::kExists) {
      // The last attempt to make this office got as far as the database.
      how.create = false;
      database = store::Database::Open(directory.database().string(), how);
    }
    if (!database.ok()) return database.error();
    HIKAE_TRY(const PackPtr pack, Cached(Locate(packs.front())));
    HIKAE_TRY(registry, registry::Registry::Open(*std::move(database), pack->schema, pack->id));
    rules = std::make_unique<GateRules>(*registry, [this](registry::Day day) { return PackFor({}, day); });
    return {};
  }

  Result<void> Create(const OpenOptions& options) {
    if (options.read_only) return Error(Status::kArgument, std::string("an office cannot be created read-only"));
    if (!options.origin.empty()) HIKAE_CHECK(CheckOrigin(options.origin));  // while nothing is written yet
    const std::string wanted = options.pack.empty() ? kDefaultPack : options.pack;
    HIKAE_TRY(const audit::PackFiles files, audit::FindPack(wanted));
    HIKAE_TRY(const PackPtr pack, IsEmbedded(wanted) ? Load(wanted) : audit::LoadPack(files));
    HIKAE_CHECK(directory.Prepare());
    HIKAE_TRY(const CreationLock lock, CreationLock::Take(directory.path()));
    HIKAE_CHECK(directory.Prepare());  // again: another process may have been faster
    if (!IsEmbedded(wanted)) HIKAE_CHECK(CopyPack(files, pack->id, directory.packs()));
    packs = {pack->id};
    HIKAE_CHECK(OpenDatabase(options, true));
    HIKAE_CHECK(log.Begin(*registry, OfficeLog::Made::kWithOffice, *pack));
    return directory.WriteMarker({.packs = packs});
  }

  Result<void> OpenExisting(const OpenOptions& options) {
    HIKAE_TRY(Marker marker, directory.ReadMarker());
    packs = std::move(marker.packs);
    HIKAE_CHECK(OpenDatabase(options, false));
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
    HIKAE_TRY(const PackPtr pack, Cached(Locate(packs.front())));
    HIKAE_CHECK(log.Begin(*registry, OfficeLog::Made::kLater, *pack));
    return directory.WriteMarker({.packs = packs});
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

  const Directory directory;
  std::vector<std::string> packs;
  const std::function<registry::Micros()> now;
  std::unique_ptr<registry::Registry> registry;
  LogFacts log_facts;
  std::unique_ptr<GateRules> rules;  // reads the registry
  OfficeLog log;
  mutable std::mutex mutex;  // guards loaded
  mutable std::map<std::string, PackPtr> loaded;
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
  return rep_->registry->Declare(documents, rep_->now(), [&](const registry::Declared& declared, const auto& answered) {
    return rep_->log.Record(documents, declared, also, answered);
  });
}

Result<registry::Declared> Office::AppendRows(registry::LedgerRows rows, registry::Problems& problems) {
  if (rows.by.empty()) rows.by = rep_->named_actor;
  const std::vector<registry::Document> documents = {rows.document};
  return rep_->registry->ledgers().Append(rows, rep_->now(), problems,
                                          [&](const registry::Declared& declared, const auto& answered) {
                                            return rep_->log.Record(documents, declared, {}, answered);
                                          });
}

Result<registry::Declared> Office::CorrectRow(registry::Correction correction, registry::Problems& problems) {
  if (correction.by.empty()) correction.by = rep_->named_actor;
  const std::vector<registry::Document> documents = {correction.document};
  return rep_->registry->ledgers().Correct(correction, rep_->now(), problems,
                                           [&](const registry::Declared& declared, const auto& answered) {
                                             return rep_->log.Record(documents, declared, {}, answered);
                                           });
}

Result<std::string> Office::ListRows(const registry::LedgerQuery& query, report::Format format,
                                     base::Language language) const {
  const registry::Ledgers ledgers = rep_->registry->ledgers();
  HIKAE_TRY(const cedar::EntityType* const type, ledgers.Find(query.type));
  HIKAE_TRY(const std::vector<registry::LedgerLine> lines, ledgers.List(query));
  return report::RenderLedger(*type, lines, format, language);
}

std::vector<const cedar::EntityType*> Office::Ledgers() const { return rep_->registry->ledgers().Types(); }

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

Result<PackPtr> Office::PackOn(registry::Day as_of, std::string_view pack) const { return rep_->PackFor(pack, as_of); }

Result<audit::Findings> Office::Audit(const audit::AuditOptions& options, std::string_view pack) const {
  HIKAE_TRY(const PackPtr rules, rep_->PackFor(pack, options.as_of));
  audit::AuditOptions measured = options;
  HIKAE_TRY(measured.measured, rep_->MeasuredAt(options.as_of));
  return audit::Audit(*rep_->registry, rules, measured);
}

Result<std::string> Office::Report(std::string_view name, std::string_view handling, report::Format format,
                                   registry::Day as_of, base::Language language, std::string_view pack) const {
  HIKAE_TRY(const PackPtr rules, rep_->PackFor(pack, as_of));
  const std::string office = rep_->directory.path().filename().string();
  if (report::NeedsAccessLog(name)) {
    // Nothing is judged: the log is told whether or not a pack is in force.
    HIKAE_TRY(const auto snapshot, rep_->registry->AsOf(as_of));
    const audit::Findings none;
    return rep_->ReportOfLog(name, format, {*snapshot, none, *rules, std::string(handling), office}, as_of, language);
  }
  audit::AuditOptions options;
  options.as_of = as_of;
  options.handling = std::string(handling);
  HIKAE_TRY(options.measured, rep_->MeasuredAt(as_of));
  HIKAE_TRY(const audit::Findings findings, audit::Audit(*rep_->registry, rules, options));
  HIKAE_TRY(const auto snapshot, rep_->registry->AsOf(as_of));
  return report::Render(name, format, {*snapshot, findings, *rules, std::string(handling), office}, language);
}

Result<std::vector<std::string>> Office::Handlings(registry::Day as_of) const {
  HIKAE_TRY(const auto snapshot, rep_->registry->AsOf(as_of));
  std::vector<std::string> ids;
  for (const registry::Row* row : snapshot->OfType("Handling")) ids.push_back(row->entity.uid.id);
  return ids;
}

}  // namespace hikae::office
