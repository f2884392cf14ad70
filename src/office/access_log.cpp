#include "office/access_log.h"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <utility>

#include "codec/hex.h"
#include "crypto/random.h"
#include "log/detail.h"
#include "log/log_end.h"
#include "log/period_source.h"
#include "log/sign/checkpoint_file.h"
#include "log/text.h"
#include "office/fiscal_period.h"
#include "office/log_keys.h"
#include "office/log_signer.h"
#include "office/period_drop.h"
#include "office/seal_acts.h"
#include "office/signing_clock.h"

namespace hikae::office {
namespace {

using base::Error;
using base::Result;
using base::Status;
using log::Entry;
using log::EntryType;

constexpr char kActor[] = "actor";
constexpr char kSubject[] = "subject";
using Sealed = AccessLog::Sealed;

std::string LogDirectory(const std::string& office) { return log::JoinPath(office, "log"); }
std::string KeyFile(const std::string& office) { return log::JoinPath(office, "keys.db"); }
uint32_t BusyMs(const AccessLog::Options& options) {
  return options.busy_ms == 0 ? log::kDefaultBusyMs : options.busy_ms;
}

std::string RandomOrigin() {
  std::array<uint8_t, 8> bytes{};
  crypto::FillRandom(bytes);
  return "hikae-" + codec::Hex(bytes);
}

Error NotWritable(const std::string& directory) {
  return Error(Status::kIo, {"the access log is open for reading only", "アクセス記録は読み取り専用で開かれている"},
               {directory, 0, 0},
               {"nothing was changed; open it for writing", "何も変更していない。書き込み可能で開く"});
}

}  // namespace

Result<void> CheckOrigin(const std::string& origin) {
  if (log::IsKeyName(origin) && origin.size() + 1 + log::kMaxPeriodName <= log::kMaxCodeBytes) return {};
  return Error(Status::kArgument, {"this cannot be the name of an access log", "アクセス記録の名前にできない"}, {},
               {"up to 222 bytes, without spaces and without '+', as hikae.example/ward",
                "222バイト以内で、空白と「+」を含まない名前にする。例: hikae.example/江戸川"});
}

struct AccessLog::Rep {
  Rep(std::string office, const Options& given) : directory(std::move(office)), options(given) {
    if (options.io == nullptr) options.io = &base::PosixIo();
  }

  base::Io& io() const { return *options.io; }
  std::string log_directory() const { return LogDirectory(directory); }

  Result<void> CreateNew() {
    const std::string origin = options.origin.empty() ? RandomOrigin() : options.origin;
    HIKAE_CHECK(CheckOrigin(origin));
    const auto there = log::ListPeriods(io(), log_directory());
    if (there.ok()) {
      return Error(Status::kExists, {"an access log is already there", "アクセス記録は既にある"},
                   {log_directory(), 0, 0}, {"open it without creating", "作成せずに開く"});
    }
    if (there.error().status != Status::kNotFound) return there.error();
    HIKAE_TRY(keys, LogKeys::Create(KeyFile(directory), origin, BusyMs(options)));
    HIKAE_TRY(const log::KeyRing ring, keys->Ring());
    const std::string period = PeriodOf(options.now());
    Entry entry;
    entry.type = EntryType::kPeriodBegun;
    entry.time = options.now();
    entry.origin = log::OriginOf(origin, period);
    entry.key = log::VerifierKey{entry.origin, log::KeyKind::kEd25519, ring.current.public_key()}.ToString();
    HIKAE_TRY(const std::vector<uint8_t> leaf, log::EncodeEntry(entry));
    HIKAE_CHECK(log::CreateLog(io(), log_directory(), origin, period, leaf));
    return io().SyncDirectory(directory);
  }

  Result<void> OpenToWrite() {
    log::WriterOptions how;
    how.durability = options.durability;
    how.busy_ms = BusyMs(options);
    how.now = options.now();
    HIKAE_TRY(writer, log::LogWriter::Open(io(), log_directory(), how));
    if (!keys) {
      auto opened = LogKeys::Open(KeyFile(directory), false, BusyMs(options));
      if (!opened.ok()) return WithoutKeys(std::move(opened).error());
      keys = *std::move(opened);
    }
    origin = keys->origin();
    signer = std::make_unique<LogSigner>(io(), log_directory(), *writer, *keys, BusyMs(options), options.now);
    HIKAE_CHECK(signer->Check());
    HIKAE_CHECK(FollowTheYear());
    clock = std::make_unique<SigningClock>(io(), *signer, options.sign_in_background);
    return {};
  }

  // A log whose keys are gone cannot be told from one that somebody else wrote.
  static Error WithoutKeys(Error error) {
    if (error.status == Status::kNotFound) error.status = Status::kTampered;
    return error;
  }

  Result<void> OpenToRead() {
    HIKAE_TRY(const auto periods, log::ListPeriods(io(), log_directory()));
    const log::Period& last = periods.back();
    origin = last.origin.substr(0, last.origin.size() - last.name.size() - 1);
    auto opened = LogKeys::Open(KeyFile(directory), true, BusyMs(options));
    if (!opened.ok() && opened.error().status == Status::kNotFound) return {};
    if (!opened.ok()) return std::move(opened).error();
    if ((*opened)->origin() != origin) {
      return Error(Status::kTampered,
                   {"the keys are not those of this access log", "鍵のファイルがこのアクセス記録のものでない"},
                   {log_directory(), 0, 0},
                   {"put keys.db and log/ of the same office together", "同じ台帳の keys.db と log/ を組み合わせる"});
    }
    keys = *std::move(opened);
    return {};
  }

  // Begins the period of the fiscal year once the year has turned. A clock that goes back begins nothing.
  Result<void> FollowTheYear() {
    const int64_t now = options.now();
    if (now < year_ends.load(std::memory_order_relaxed)) return {};
    HIKAE_CHECK(signer->BeginPeriod(PeriodOf(now)));
    year_ends.store(EndOfPeriod(now), std::memory_order_relaxed);
    return {};
  }

  Result<log::Position> Append(std::span<const Act> acts, bool durably) {
    if (!writer) return NotWritable(directory);
    HIKAE_CHECK(FollowTheYear());
    HIKAE_TRY(log::Position position, Write(acts, durably));
    clock->Appended(acts.size());
    return position;
  }

  // Begins no period and signs nothing, so that it may stand where that is locked.
  Result<log::Position> Write(std::span<const Act> acts, bool durably) {
    HIKAE_TRY(const auto ticket, HandOver(acts));
    return Await(ticket, durably);
  }

  Result<log::Position> Await(const log::LogWriter::Ticket& ticket, bool durably) {
    if (!durably && !options.durability.strict()) return log::Position();
    return writer->Wait(ticket);
  }

  Result<log::LogWriter::Ticket> HandOver(std::span<const Act> acts) {
    HIKAE_TRY(const std::vector<Sealed> sealed, SealActs(acts, *keys, options.now()));
    return HandOver(std::span(sealed));
  }

  Result<log::LogWriter::Ticket> HandOver(std::span<const Sealed> sealed) {
    std::vector<log::NewEntry> entries;
    entries.reserve(sealed.size());
    for (const Sealed& one : sealed) entries.push_back({one.leaf, one.detail});
    return writer->Submit(entries);
  }

  Result<void> Close() {
    if (!writer || closed.exchange(true)) return {};
    clock->Stop();
    Result<void> flushed = writer->Flush();
    Result<void> signed_off;
    if (flushed.ok()) {
      const auto note = signer->Sign();
      if (!note.ok()) signed_off = note.error();
    }
    Result<void> ended = writer->Close();
    if (!flushed.ok()) return flushed;
    if (!signed_off.ok()) return signed_off;
    return ended;
  }

  const std::string directory;
  Options options;
  std::string origin;
  std::unique_ptr<LogKeys> keys;  // null: read-only, and there are none
  // Null when read-only.
  std::unique_ptr<log::LogWriter> writer;
  std::unique_ptr<LogSigner> signer;
  std::unique_ptr<SigningClock> clock;
  std::atomic<int64_t> year_ends{INT64_MIN};
  std::atomic<bool> closed{false};
};

AccessLog::AccessLog(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
AccessLog::~AccessLog() {
  try {
    static_cast<void>(Close().ok());
  } catch (const std::bad_alloc&) {
    // Nobody is left to be told.
  }
}

Result<std::unique_ptr<AccessLog>> AccessLog::Create(const std::string& office_directory, const Options& options) {
  auto rep = std::make_unique<Rep>(office_directory, options);
  if (options.read_only) return NotWritable(office_directory);
  HIKAE_CHECK(rep->CreateNew());
  HIKAE_CHECK(rep->OpenToWrite());
  HIKAE_CHECK(rep->signer->Sign());
  return std::unique_ptr<AccessLog>(new AccessLog(std::move(rep)));
}

Result<std::unique_ptr<AccessLog>> AccessLog::Open(const std::string& office_directory, const Options& options) {
  auto rep = std::make_unique<Rep>(office_directory, options);
  HIKAE_CHECK(options.read_only ? rep->OpenToRead() : rep->OpenToWrite());
  return std::unique_ptr<AccessLog>(new AccessLog(std::move(rep)));
}

Result<log::Position> AccessLog::Append(std::span<const Act> acts) { return rep_->Append(acts, false); }
Result<log::Position> AccessLog::AppendDurably(std::span<const Act> acts) { return rep_->Append(acts, true); }

Result<AccessLog::Ticket> AccessLog::Submit(std::span<const Act> acts) {
  if (!rep_->writer) return NotWritable(rep_->directory);
  HIKAE_CHECK(rep_->FollowTheYear());
  Ticket ticket;
  HIKAE_TRY(ticket.held_, rep_->HandOver(acts));
  ticket.acts_ = acts.size();
  return ticket;
}

Result<std::vector<AccessLog::Sealed>> AccessLog::Seal(std::span<const Act> acts) {
  if (!rep_->writer) return NotWritable(rep_->directory);
  HIKAE_CHECK(rep_->FollowTheYear());
  return SealActs(acts, *rep_->keys, rep_->options.now());
}

Result<void> AccessLog::SealPlain(std::string_view actor, std::span<const PlainAct> acts, std::vector<Sealed>& out) {
  if (!rep_->writer) return NotWritable(rep_->directory);
  if (acts.empty()) return {};
  HIKAE_CHECK(rep_->FollowTheYear());
  return office::SealPlain(actor, acts, *rep_->keys, rep_->options.now(), out);
}

Result<AccessLog::Ticket> AccessLog::SubmitSealed(std::span<const Sealed> entries) {
  if (!rep_->writer) return NotWritable(rep_->directory);
  Ticket ticket;
  HIKAE_TRY(ticket.held_, rep_->HandOver(entries));
  ticket.acts_ = entries.size();
  return ticket;
}

Result<log::Position> AccessLog::Wait(const Ticket& ticket, bool durably) {
  HIKAE_TRY(log::Position position, rep_->Await(ticket.held_, durably));
  rep_->clock->Appended(ticket.acts_);
  return position;
}

Result<log::NoteSignature> AccessLog::SignatureOf(std::string_view text) {
  if (!rep_->writer) return NotWritable(rep_->directory);
  HIKAE_TRY(const log::VerifierKey key, Key());
  HIKAE_TRY(const log::KeyRing ring, rep_->keys->Ring());
  return log::SignNote(text, key.name, ring.current);
}

Result<std::string> AccessLog::SignText(std::string_view text) {
  HIKAE_TRY(log::NoteSignature signature, SignatureOf(text));
  return log::Note{std::string(text), {std::move(signature)}}.ToString();
}

Result<std::string> AccessLog::Checkpoint() {
  if (rep_->writer) {
    HIKAE_CHECK(rep_->writer->Flush());
    return rep_->signer->Sign();
  }
  HIKAE_TRY(const auto periods, Periods());
  const std::string path = log::JoinPath(rep_->log_directory(), periods.back().name);
  HIKAE_TRY(const std::string list, log::CheckpointFile::Read(rep_->io(), path));
  std::string_view last;
  for (log::NoteListReader notes(list); !notes.AtEnd();) {
    HIKAE_TRY(last, notes.Next());
  }
  if (!last.empty()) return std::string(last);
  return Error(Status::kNotFound, {"nothing of the access log is signed yet", "アクセス記録にまだ署名がない"},
               {path, 0, 0});
}

Result<void> AccessLog::ChangeKey() {
  return ChangeKey([] { return Result<void>(); });
}

Result<void> AccessLog::ChangeKey(const std::function<Result<void>()>& between) {
  if (!rep_->writer) return NotWritable(rep_->directory);
  return rep_->signer->ChangeKey(between);
}

Result<std::string> AccessLog::DropPeriod(std::string_view period, std::string_view by, std::string_view ground) {
  if (!rep_->writer) return NotWritable(rep_->directory);
  if (by.empty() || ground.empty()) {
    return Error(Status::kArgument, base::Text{"who drops a period, and under which ground, must be said",
                                               "期間を廃棄する者とその根拠を示さなければならない"});
  }
  HIKAE_CHECK(CheckPersonId(kActor, std::string(by)));
  HIKAE_CHECK(rep_->FollowTheYear());
  const PersonName actor{kActor, std::string(by)};
  HIKAE_TRY(const auto keys, rep_->keys->Make({&actor, 1}));
  PeriodDrop drop{std::string(period), keys[0].pseudonym, std::string(ground), rep_->options.now(), {}};
  drop.tell = [&](const std::string& certificate) -> Result<void> {
    Act act;
    act.entry.type = EntryType::kOfficeChanged;
    act.entry.thing = log::CertificateName(period);
    act.entry.ground = ground;
    act.entry.digest = crypto::Sha256Of(log::AsBytes(certificate));
    act.actor = by;
    HIKAE_CHECK(rep_->Write({&act, 1}, true));
    return {};
  };
  std::string certificate;
  HIKAE_CHECK(rep_->signer->Alone([&]() -> Result<void> {
    HIKAE_TRY(certificate, Drop(rep_->io(), rep_->log_directory(), drop));
    return {};
  }));
  rep_->clock->Appended(1);
  return certificate;
}

Result<log::LogHead> AccessLog::Head() {
  if (!rep_->writer) return NotWritable(rep_->directory);
  return rep_->writer->Refresh();
}

Result<std::vector<log::Period>> AccessLog::Periods() const {
  return log::ListPeriods(rep_->io(), rep_->log_directory());
}

Result<std::unique_ptr<log::EntrySource>> AccessLog::Entries(std::string_view period) {
  if (!log::IsPeriodName(period))
    return Error(Status::kArgument, base::Text{"this is not the name of a period", "期間の名前ではない"});
  log::PeriodSource::Durable durable;
  if (rep_->writer) {
    // Rather than looking at the segments: a writer that has lost something says so.
    durable = [writer = rep_->writer.get(), name = std::string(period)]() -> Result<std::optional<uint64_t>> {
      HIKAE_CHECK(writer->Refresh());
      return writer->Durable(name);
    };
  }
  HIKAE_TRY(auto source, log::PeriodSource::Open(rep_->io(), rep_->log_directory(), std::string(period), durable));
  return std::unique_ptr<log::EntrySource>(std::move(source));
}

Result<log::VerifierKey> AccessLog::Key() {
  if (!rep_->keys) {
    return Error(Status::kNotFound, {"the keys of the access log are missing", "アクセス記録の鍵のファイルがない"},
                 {KeyFile(rep_->directory), 0, 0});
  }
  HIKAE_TRY(const auto periods, Periods());
  HIKAE_TRY(const log::KeyRing ring, rep_->keys->Ring());
  return log::VerifierKey{periods.back().origin, log::KeyKind::kEd25519, ring.current.public_key()};
}

Result<std::optional<crypto::Pseudonym>> AccessLog::Find(std::string_view kind, std::string_view id) {
  if (!rep_->keys) return std::optional<crypto::Pseudonym>();
  HIKAE_TRY(const auto key, rep_->keys->Find({std::string(kind), std::string(id)}));
  return key ? std::optional(key->pseudonym) : std::nullopt;
}

Result<std::optional<std::string>> AccessLog::NameOf(std::string_view kind, const crypto::Pseudonym& pseudonym) {
  if (!rep_->keys) return std::optional<std::string>();
  return rep_->keys->NameOf(std::string(kind), pseudonym);
}

Result<std::optional<std::string>> AccessLog::OpenDetail(const log::StoredEntry& stored) {
  HIKAE_TRY(const Entry entry, log::DecodeEntry(stored.leaf));
  if (!rep_->keys || !entry.detail) return std::optional<std::string>();
  if (crypto::Sha256Of(stored.detail) != *entry.detail) {
    return Error(Status::kTampered, {fmt::format("the detail beside entry {} is not the one it names", stored.index),
                                     fmt::format("記録{}の詳細が、記録の示すものでない", stored.index)});
  }
  const char* kind = entry.subject ? kSubject : kActor;
  const auto& pseudonym = entry.subject ? entry.subject : entry.actor;
  if (!pseudonym) return std::optional<std::string>();
  HIKAE_TRY(const auto key, rep_->keys->FindByPseudonym(kind, *pseudonym));
  if (!key) return std::optional<std::string>();
  HIKAE_TRY(std::string plain, log::UnsealDetail(key->detail_key.bytes, stored.leaf, stored.detail));
  return std::optional(std::move(plain));
}

Result<bool> AccessLog::ForgetPerson(std::string_view kind, std::string_view id) {
  if (!rep_->writer) return NotWritable(rep_->directory);
  return rep_->keys->Forget({std::string(kind), std::string(id)});
}

bool AccessLog::read_only() const { return rep_->writer == nullptr; }
const std::string& AccessLog::origin() const { return rep_->origin; }
uint64_t AccessLog::exposure() const { return rep_->writer ? rep_->writer->exposure() : 0; }
Result<void> AccessLog::Close() { return rep_->Close(); }

}  // namespace hikae::office
