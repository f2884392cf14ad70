#include "office/log_signer.h"

#include <algorithm>
#include <new>
#include <utility>

#include "log/entry.h"
#include "log/frontier_at.h"
#include "log/log_end.h"
#include "log/periods.h"

namespace hikae::office {
namespace {

using base::Error;
using base::Result;
using base::Status;
using log::Entry;
using log::EntryType;
using log::Frontier;
using log::LogHead;
using log::SignedCheckpoint;

Error OtherKeys(const std::string& period) {
  return Error(Status::kTampered,
               {"the keys are not those of this access log", "鍵のファイルがこのアクセス記録のものでない"},
               {period, 0, 0},
               {"put keys.db and log/ of the same office together", "同じ台帳の keys.db と log/ を組み合わせる"});
}

Error NotInForce(const std::string& period) {
  return Error(Status::kTampered,
               {"the keys are not those of this access log, or an older copy of them",
                "鍵のファイルがこのアクセス記録のものでないか、古い写しである"},
               {period, 0, 0},
               {"put keys.db and log/ of the same office together; of keys.db a copy made after the last change of the "
                "log's key",
                "同じ台帳の keys.db と log/ を組み合わせる。keys.db は、署名鍵を最後に替えた後の控えを戻す"});
}

Error NotWhatWasSigned(const std::string& period) {
  return Error(Status::kTampered,
               {"the access log is not the one that was signed last", "アクセス記録が最後に署名したものと一致しない"},
               {period, 0, 0},
               {"entries were changed or lost, or an old copy was put back; verify the log",
                "記録が変えられたか失われたか、古い写しに戻されている。記録を検証する"});
}

// What runs in the middle of a change may not leave it there, not even for want of memory.
Result<void> Tried(const std::function<Result<void>()>& work) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return Error(Status::kMemory, "out of memory");
  }
}

}  // namespace

LogSigner::LogSigner(base::Io& io, std::string log_directory, log::LogWriter& writer, LogKeys& keys, uint32_t busy_ms,
                     std::function<int64_t()> now)
    : io_(io),
      directory_(std::move(log_directory)),
      writer_(writer),
      keys_(keys),
      busy_ms_(busy_ms),
      now_(std::move(now)) {}

// mutex_ held, as below.
Result<log::Held> LogSigner::Lock() {
  if (!lock_) {
    HIKAE_TRY(lock_, log::LockFile::Open(io_, directory_, true));
  }
  return lock_->LockToSign(busy_ms_);
}

Result<void> LogSigner::OpenPeriod(const LogHead& head) {
  current_.reset();
  const std::string path = log::JoinPath(directory_, head.period);
  HIKAE_TRY(log::CheckpointFile file, log::CheckpointFile::Open(&io_, path, {}));
  // How far it may read is told here, not looked up: it is read while the log's lock is held, too.
  const auto readable = [this]() -> Result<std::optional<uint64_t>> { return std::optional(readable_); };
  HIKAE_TRY(auto entries, log::PeriodSource::Open(io_, directory_, head.period, readable));
  current_.emplace(
      Current{head.period, head.origin, std::move(file), std::move(entries), {}, Frontier(), 0, std::nullopt});
  return {};
}

Result<std::optional<Entry>> LogSigner::EntryAt(uint64_t index) {
  std::optional<Entry> found;
  HIKAE_CHECK(current_->entries->Read(index, index + 1, [&](const log::StoredEntry& stored) -> Result<void> {
    if (auto entry = log::DecodeEntry(stored.leaf); entry.ok()) found = *std::move(entry);
    return {};
  }));
  return found;
}

// The keys; of a copy that was made in the middle of a change and put back later, the next key is the one in force.
Result<log::KeyRing> LogSigner::TakeRing(const std::optional<SignedCheckpoint>& last) {
  HIKAE_TRY(log::KeyRing ring, keys_.Ring());
  if (!ring.next) return ring;
  const log::VerifierKey next{current_->origin, log::KeyKind::kEd25519, ring.next->public_key()};
  bool in_force = false;
  if (last) {
    HIKAE_TRY(const auto signers, log::VerifyNote(last->note, {next}));
    in_force = !signers.empty();
  } else {
    HIKAE_TRY(const auto entry, EntryAt(0));
    in_force = entry && entry->type == EntryType::kPeriodBegun && entry->key == next.ToString();
  }
  if (!in_force) return ring;
  HIKAE_CHECK(keys_.Store(ring.epoch + 1, *ring.next, nullptr));
  return keys_.Ring();
}

// The key in force signed the last checkpoint, whose last entry announces no other that the keys know nothing of; or
// was announced by it; or was named when the period began.
Result<void> LogSigner::CheckOwner(const log::KeyRing& ring, const std::optional<SignedCheckpoint>& last) {
  const log::VerifierKey key{current_->origin, log::KeyKind::kEd25519, ring.current.public_key()};
  const std::string path = log::JoinPath(directory_, current_->period);
  if (keys_.origin() + "/" + current_->period != current_->origin) return OtherKeys(path);
  if (last && last->head.size == 0) return OtherKeys(path);
  HIKAE_TRY(const auto entry, EntryAt(last ? last->head.size - 1 : 0));
  const bool announces = last && entry && entry->type == EntryType::kKeyAnnounced;
  if (last && (!announces || Holds(ring, entry->key))) {
    HIKAE_TRY(const auto signers, log::VerifyNote(last->note, {key}));
    if (!signers.empty()) return {};
  }
  const bool named =
      entry && entry->key == key.ToString() && (announces || (!last && entry->type == EntryType::kPeriodBegun));
  if (!named) return NotInForce(path);
  return {};
}

bool LogSigner::Holds(const log::KeyRing& ring, const std::string& key) const {
  const auto is = [&](const crypto::SigningKey& one) {
    return log::VerifierKey{current_->origin, log::KeyKind::kEd25519, one.public_key()}.ToString() == key;
  };
  return is(ring.current) || (ring.next && is(*ring.next));
}

// Behind the last checkpoint a change may have been announced that the keys know nothing of.
Result<void> LogSigner::CheckAnnounced(uint64_t size) {
  HIKAE_TRY(const log::KeyRing ring, keys_.Ring());
  return current_->entries->Read(current_->frontier.size(), size, [&](const log::StoredEntry& stored) -> Result<void> {
    const auto entry = log::DecodeEntry(stored.leaf);
    if (!entry.ok() || entry->type != EntryType::kKeyAnnounced || Holds(ring, entry->key)) return {};
    return NotInForce(log::JoinPath(directory_, current_->period));
  });
}

// Begins from `note`, signed here or elsewhere: the entries must give its root, and the keys must have signed it.
Result<void> LogSigner::TakeLast(const std::string& note) {
  const std::string path = log::JoinPath(directory_, current_->period);
  std::optional<SignedCheckpoint> last;
  Frontier frontier;
  if (!note.empty()) {
    HIKAE_TRY(last, SignedCheckpoint::Parse(note));
    if (last->head.size > readable_) return NotWhatWasSigned(path);
    HIKAE_TRY(frontier, log::FrontierAt(io_, path, last->head.size));
    if (last->head.origin != current_->origin || frontier.Root() != last->head.root) return NotWhatWasSigned(path);
  }
  HIKAE_TRY(log::KeyRing ring, TakeRing(last));
  HIKAE_CHECK(CheckOwner(ring, last));
  HIKAE_TRY(current_->key_changes, keys_.Changes());
  const auto root = [&](uint64_t) -> Result<log::Digest> { return frontier.Root(); };
  HIKAE_TRY(log::EpochSigner signer, log::EpochSigner::Create(current_->origin, std::move(ring), &keys_,
                                                              last ? std::optional(last->head) : std::nullopt, root));
  current_->signer.emplace(std::move(signer));
  current_->note = note;
  current_->frontier = std::move(frontier);
  signed_size_ = current_->frontier.size();
  return {};
}

// Under the lock: what is on the disk, who signed what of it, and by which key, is known when this returns.
Result<LogHead> LogSigner::Prepare() {
  HIKAE_TRY(LogHead head, writer_.Refresh());
  readable_ = head.size;
  const bool fresh = !current_ || current_->period != head.period;
  if (fresh) HIKAE_CHECK(OpenPeriod(head));
  if (!fresh) HIKAE_CHECK(current_->file.Refresh());
  HIKAE_TRY(const std::string note, current_->file.Latest());
  HIKAE_TRY(const int64_t key_changes, keys_.Changes());
  if (!current_->signer || note != current_->note || key_changes != current_->key_changes) HIKAE_CHECK(TakeLast(note));
  if (fresh) HIKAE_CHECK(CheckAnnounced(head.size));
  if (current_->signer->changing()) return FinishChange(std::move(head));
  return head;
}

// The tree of the first `size` entries, from the entries behind the last checkpoint as they are on the disk.
Result<Frontier> LogSigner::GrownTo(uint64_t size) {
  Frontier frontier = current_->frontier;
  HIKAE_CHECK(current_->entries->Read(frontier.size(), size, [&](const log::StoredEntry& entry) -> Result<void> {
    frontier.Append(log::HashLeaf(entry.leaf));
    return {};
  }));
  return frontier;
}

Result<void> LogSigner::Keep(const std::string& note, Frontier frontier, bool keep) {
  HIKAE_CHECK(current_->file.Put(note, now_(), keep));
  current_->note = note;
  current_->frontier = std::move(frontier);
  signed_size_ = current_->frontier.size();
  return {};
}

Result<std::string> LogSigner::SignHead(const LogHead& head, bool keep) {
  if (!current_->note.empty() && head.size <= current_->frontier.size()) return current_->note;
  HIKAE_TRY(Frontier frontier, GrownTo(head.size));
  if (frontier.Root() != head.root) return NotWhatWasSigned(log::JoinPath(directory_, head.period));
  HIKAE_TRY(const std::string note, current_->signer->Sign(head.size, head.root));
  HIKAE_CHECK(Keep(note, std::move(frontier), keep));
  return note;
}

Result<std::optional<uint64_t>> LogSigner::FindAnnouncement(const LogHead& head, const std::string& key) {
  // Nothing is signed between the announcement and the handover; the handover itself covers it.
  const uint64_t signed_size = current_->frontier.size();
  std::optional<uint64_t> found;
  HIKAE_CHECK(current_->entries->Read(
      signed_size == 0 ? 0 : signed_size - 1, head.size, [&](const log::StoredEntry& stored) -> Result<void> {
        const auto entry = log::DecodeEntry(stored.leaf);
        if (!found && entry.ok() && entry->type == EntryType::kKeyAnnounced && entry->key == key) found = stored.index;
        return {};
      }));
  return found;
}

// From wherever the change stands to its end (docs/formats/checkpoint.md §3).
Result<LogHead> LogSigner::FinishChange(LogHead head) {
  HIKAE_TRY(const std::string key, current_->signer->BeginChange());
  HIKAE_TRY(std::optional<uint64_t> at, FindAnnouncement(head, key));
  if (!at) {
    Entry entry;
    entry.type = EntryType::kKeyAnnounced;
    entry.time = now_();
    entry.key = key;
    HIKAE_TRY(const std::vector<uint8_t> leaf, log::EncodeEntry(entry));
    const log::NewEntry one{leaf, {}};
    HIKAE_TRY(const auto ticket, writer_.Submit({&one, 1}));
    HIKAE_TRY(const log::Position position, writer_.Wait(ticket));
    at = position.first;
    HIKAE_TRY(head, writer_.Refresh());
    readable_ = head.size;
  }
  HIKAE_TRY(Frontier frontier, GrownTo(*at + 1));
  HIKAE_TRY(const std::string note, current_->signer->HandOver(*at, frontier.Root()));
  if (current_->frontier.size() != *at + 1) HIKAE_CHECK(Keep(note, std::move(frontier), true));
  HIKAE_CHECK(current_->signer->Retire());
  return head;
}

Result<void> LogSigner::Check() {
  const std::lock_guard guard(mutex_);
  HIKAE_TRY(const log::Held held, Lock());
  HIKAE_CHECK(Prepare());
  return {};
}

Result<std::string> LogSigner::Sign() {
  const std::lock_guard guard(mutex_);
  HIKAE_TRY(const log::Held held, Lock());
  HIKAE_TRY(const LogHead head, Prepare());
  return SignHead(head, false);
}

Result<void> LogSigner::ChangeKey(const std::function<Result<void>()>& between) {
  const std::lock_guard guard(mutex_);
  HIKAE_TRY(const log::Held held, Lock());
  HIKAE_TRY(const LogHead head, Prepare());
  HIKAE_CHECK(current_->signer->BeginChange());
  const Result<void> done = Tried(between);
  if (!done.ok()) {
    HIKAE_CHECK(current_->signer->GiveUpChange());
    return done;
  }
  HIKAE_CHECK(FinishChange(head));
  return {};
}

Result<void> LogSigner::BeginPeriod(const std::string& name) {
  const std::lock_guard guard(mutex_);
  HIKAE_TRY(const log::Held held, Lock());
  HIKAE_TRY(const LogHead before, Prepare());
  if (before.period >= name) return {};
  HIKAE_CHECK(writer_.BeginPeriod(name, [&](const LogHead& last) -> Result<std::vector<uint8_t>> {
    if (last.period != current_->period) return OtherKeys(log::JoinPath(directory_, last.period));
    readable_ = last.size;
    Entry entry;
    HIKAE_TRY(entry.previous, SignHead(last, true));
    entry.type = EntryType::kPeriodBegun;
    entry.time = now_();
    entry.origin = log::OriginOf(keys_.origin(), name);
    entry.key = log::VerifierKey{entry.origin, log::KeyKind::kEd25519, current_->signer->key().key}.ToString();
    return log::EncodeEntry(entry);
  }));
  HIKAE_TRY(const LogHead head, Prepare());
  HIKAE_CHECK(SignHead(head, true));
  return {};
}

Result<void> LogSigner::Alone(const std::function<Result<void>()>& work) {
  const std::lock_guard guard(mutex_);
  HIKAE_TRY(const log::Held held, Lock());
  return work();
}

}  // namespace hikae::office
