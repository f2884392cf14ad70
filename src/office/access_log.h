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

#include "base/error.h"
#include "base/io.h"
#include "log/append/log_writer.h"
#include "log/entry.h"
#include "log/entry_source.h"

namespace hikae::office {

// An entry to record, as the host knows it.
struct Act {
  log::Entry entry;   // what stands in the leaf; time, actor, subject, record and detail are filled in from below
  std::string actor;  // id of who acts: becomes a pseudonym
  std::string subject, record;  // ids; empty: none
  std::string detail;  // JSON, UTF-8: sealed beside the leaf under the key of the subject, or else of the actor
};

// Shareable between threads; several processes may have one log open. Strict or bounded as the writer's durability
// says.
class AccessLog {
 public:
  struct Options {
    base::Io* io = nullptr;  // null: the system's
    log::Durability durability;
    uint32_t busy_ms = 0;  // 0 = the default
    bool read_only = false;
    std::function<int64_t()> now;  // microseconds since 1970, UTC
    std::string origin;  // when creating: of the office's log, e.g. "hikae.example/江戸川"; "" = a random one
  };
  // Makes the keys, the first period (the fiscal year of `now`, Japanese time) and its first checkpoint. Whole or not
  // at all. kExists, kIo.
  static base::Result<std::unique_ptr<AccessLog>> Create(const std::string& office_directory, const Options& options);
  // Begins the period of the fiscal year when that is later than the last one. kNotFound, kTampered, kVersion, kBusy,
  // kIo.
  static base::Result<std::unique_ptr<AccessLog>> Open(const std::string& office_directory, const Options& options);
  virtual ~AccessLog() = default;

  // Durable when it returns (strict). All or none; first position.
  virtual base::Result<log::Position> Append(std::span<const Act> acts) = 0;
  // Signs what is there now and returns the note; the last note when nothing is new.
  virtual base::Result<std::string> Checkpoint() = 0;
  // The change of keys of docs/formats/checkpoint.md §3, whole; one that was cut off goes on.
  virtual base::Result<void> ChangeKey() = 0;
  // Drops a period that is not the current one: its last checkpoint stays in the period after, and the certificate
  // (a file, and an entry 'office changed') says what, when, by whom, under which ground.
  virtual base::Result<std::string> DropPeriod(std::string_view period, std::string_view by,
                                               std::string_view ground) = 0;
  // The entries of a period that are on the disk.
  virtual base::Result<std::unique_ptr<log::EntrySource>> Entries(std::string_view period) = 0;
  // The pseudonym of a known actor or subject; nothing when no salt of that id is there (never made, or erased).
  virtual base::Result<std::optional<crypto::Pseudonym>> Find(std::string_view kind, std::string_view id) = 0;
  // The id behind a pseudonym, when its salt is still there.
  virtual base::Result<std::optional<std::string>> NameOf(std::string_view kind,
                                                          const crypto::Pseudonym& pseudonym) = 0;
  // The plain detail of an entry; nothing when its key was deleted. kTampered: it cannot be opened.
  virtual base::Result<std::optional<std::string>> OpenDetail(const log::StoredEntry& entry) = 0;
  virtual base::Result<void> Close() = 0;  // signs, flushes; idempotent
};

}  // namespace hikae::office

#endif  // HIKAE_OFFICE_ACCESS_LOG_H_
