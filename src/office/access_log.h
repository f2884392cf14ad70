// The access log of one office in use: entries by the names the host knows, pseudonyms and sealed details made here,
// checkpoints signed when they are due, a period for each fiscal year.
#ifndef HIKAE_OFFICE_ACCESS_LOG_H_
#define HIKAE_OFFICE_ACCESS_LOG_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/io.h"
#include "log/append/log_writer.h"
#include "log/entry.h"
#include "log/entry_source.h"
#include "log/note.h"
#include "log/periods.h"

namespace hikae::office {

// An entry to record, as the host knows it.
struct Act {
  log::Entry entry;   // what stands in the leaf; actor, subject, record and detail are filled in from below, and the
                      // time where it is 0
  std::string actor;  // id of who acts: becomes a pseudonym
  std::string subject, record;  // ids; empty: none. A record is of a subject
  std::string detail;  // JSON, UTF-8: sealed beside the leaf under the key of the subject, or else of the actor
};

// Whether a log can have this name. kArgument.
base::Result<void> CheckOrigin(const std::string& origin);

// Shareable between threads; several processes may have one log open. Strict or bounded as the writer's durability
// says. A checkpoint is signed every second in which there was something new, every 1,000 entries, on demand and at the
// close. Invariant: no entry names a person whose keys were not on the disk before it.
class AccessLog {
 public:
  struct Options {
    base::Io* io = nullptr;  // null: the system's. keys.db lies on the system's in any case
    log::Durability durability;
    uint32_t busy_ms = 0;  // 0 = the default
    bool read_only = false;
    std::function<int64_t()> now;  // microseconds since 1970, UTC
    std::string origin;  // when creating: of the office's log, e.g. "hikae.example/江戸川"; "" = a random one
    bool sign_in_background = true;  // false: who appends signs when it is due; there is no thread then
  };
  // Makes the keys, the first period (the fiscal year of `now`, Japanese time) and its first checkpoint. What a stop
  // leaves half-made is finished by the next call. kExists: a log is there; kArgument: not an origin; kIo.
  static base::Result<std::unique_ptr<AccessLog>> Create(const std::string& office_directory, const Options& options);
  // Begins the period of the fiscal year when that is later than the last one, and ends a change of keys that was cut
  // off. Read-only writes nothing, and needs keys only to name persons. kNotFound; kTampered: damaged, another log than
  // was signed, keys of another log; kVersion; kBusy; kIo.
  static base::Result<std::unique_ptr<AccessLog>> Open(const std::string& office_directory, const Options& options);
  ~AccessLog();

  // Durable when it returns (strict). All or none; first position (bounded: empty). kArgument: an act that cannot be
  // written, or of a type that only the log itself writes.
  base::Result<log::Position> Append(std::span<const Act> acts);
  // The same, durable in either mode: for what must be on the disk before something else happens.
  base::Result<log::Position> AppendDurably(std::span<const Act> acts);
  // The same in two steps, so that other work goes on while the entries are flushed.
  class Ticket {
    friend class AccessLog;
    log::LogWriter::Ticket held_;
    size_t acts_ = 0;
  };
  base::Result<Ticket> Submit(std::span<const Act> acts);
  // The same in three: what will stand in the log, made while the log itself need not be writable.
  struct Sealed {
    std::vector<uint8_t> leaf;
    std::vector<uint8_t> detail;
  };
  base::Result<std::vector<Sealed>> Seal(std::span<const Act> acts);
  // The same of one actor's acts on subjects, without records and details. `shape`: null, or of entries that are
  // recorded again and again: empty, or what an earlier call left there for an entry that differs in nothing but its
  // time; then the entry's other fields are not looked at.
  struct PlainAct {
    const log::Entry* entry = nullptr;
    std::string_view subject;
    std::vector<uint8_t>* shape = nullptr;
  };
  base::Result<void> SealPlain(std::string_view actor, std::span<const PlainAct> acts, std::vector<Sealed>& out);
  base::Result<Ticket> SubmitSealed(std::span<const Sealed> entries);
  // Strict: when they are on the disk; bounded: at once, with an empty position, unless `durably`. Once for a ticket.
  base::Result<log::Position> Wait(const Ticket& ticket, bool durably);
  // The signature of the key in force over this text, under the name of the current period.
  base::Result<log::NoteSignature> SignatureOf(std::string_view text);
  // A signed note of this text (which ends with a line feed), by the key in force under the name of the current period.
  base::Result<std::string> SignText(std::string_view text);
  // Signs what is there now and returns the note; the last note when nothing is new. Read-only: the last note;
  // kNotFound when there is none.
  base::Result<std::string> Checkpoint();
  // The change of keys of docs/formats/checkpoint.md §3, whole; one that was cut off goes on.
  base::Result<void> ChangeKey();
  // The same; `between` as LogSigner's.
  base::Result<void> ChangeKey(const std::function<base::Result<void>()>& between);
  // Drops a period that is not the current one: its last checkpoint stays in the period after, and the certificate
  // (a file, and an entry 'office changed') says what, when, by whom, under which ground. Returns the certificate. One
  // that was cut off goes on, with what its certificate says. kNotFound: no such period; kArgument: the current one.
  base::Result<std::string> DropPeriod(std::string_view period, std::string_view by, std::string_view ground);

  // What is on the disk now, of the current period. kIo when read-only.
  base::Result<log::LogHead> Head();
  // Oldest first; the last one is the current one.
  base::Result<std::vector<log::Period>> Periods() const;
  // The entries of a period that are on the disk.
  base::Result<std::unique_ptr<log::EntrySource>> Entries(std::string_view period);
  // The key in force, under the name of the current period: what others check checkpoints by. Read-only: kNotFound
  // without the keys.
  base::Result<log::VerifierKey> Key();

  // The pseudonym of a known actor or subject; nothing when no salt of that id is there (never made, or erased).
  base::Result<std::optional<crypto::Pseudonym>> Find(std::string_view kind, std::string_view id);
  // The id behind a pseudonym, when its salt is still there.
  base::Result<std::optional<std::string>> NameOf(std::string_view kind, const crypto::Pseudonym& pseudonym);
  // The plain detail of an entry; nothing when its key was deleted. kTampered: it cannot be opened.
  base::Result<std::optional<std::string>> OpenDetail(const log::StoredEntry& entry);
  // Deletes the salt and the key of a person in one role: nobody can link the entries to the id any more, nor open the
  // details sealed for it; every proof still holds. False: there was nothing. Named again, the person gets another
  // pseudonym. An append that runs at the same time comes before or after it.
  base::Result<bool> ForgetPerson(std::string_view kind, std::string_view id);

  bool read_only() const;
  const std::string& origin() const;  // the office's part: of a period it is this, "/" and the period's name
  uint64_t exposure() const;          // entries that a stop now would lose
  base::Result<void> Close();         // signs, flushes; idempotent

 private:
  struct Rep;
  explicit AccessLog(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

}  // namespace hikae::office

#endif  // HIKAE_OFFICE_ACCESS_LOG_H_
