// The access log as the gate needs it: entries by the names that the gate knows, in two steps, so that work goes on
// while they are flushed.
#ifndef HIKAE_GATE_RECORDER_H_
#define HIKAE_GATE_RECORDER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "gate/rulebook.h"
#include "log/append/sequencer.h"
#include "log/entry.h"
#include "log/entry_source.h"
#include "log/periods.h"
#include "vault/media/media_writer.h"

namespace hikae::gate {

// An entry as its leaf is laid out, but for its time and its persons. Kept by whoever records the same entry again and
// again; filled in by the recorder.
struct Shape {
  std::vector<uint8_t> leaf;
};
// An entry, with the persons by id: the subject's is the hex of its number.
struct Record {
  const log::Entry* entry = nullptr;  // records that follow each other may share one
  std::string_view actor;
  std::string_view subject;
  std::string_view detail;  // JSON, sealed beside the leaf
  Shape* shape = nullptr;   // of this entry, whatever its time, from an earlier call or still empty
};

// Shareable between threads.
class Recorder {
 public:
  virtual ~Recorder() = default;
  // Opaque; empty until Submit gives it.
  struct Ticket {
    std::shared_ptr<void> held;
  };
  // Where the log cannot be written: an error, or, with kSpool, the entries are kept in a file, durably, until it can.
  virtual base::Result<Ticket> Submit(std::span<const Record> records, WhenLogFails when) = 0;
  // Strict: returns when they are on the disk, and the first index. Bounded: at once. `durably`: on the disk in any
  // case.
  virtual base::Result<log::Position> Wait(const Ticket& ticket, bool durably) = 0;
  // Forgets the salt of a subject.
  virtual base::Result<void> Forget(std::string_view subject) = 0;
  // A text signed by the log's key, as a signed note.
  virtual base::Result<std::string> Sign(const std::string& text) = 0;
  // The same for the manifest of an export, of this office under the name of its current period.
  virtual base::Result<vault::MediaSigner> SignerOfMedia() = 0;
  // A new key of the log. `between` runs when it is kept and nothing is signed by it yet; when that fails, the key
  // stays.
  virtual base::Result<void> ChangeKey(const std::function<base::Result<void>()>& between) = 0;
  virtual base::Result<crypto::Pseudonym> PseudonymOf(std::string_view actor) = 0;
  // For comparing. Oldest period first; the entries are those on the disk.
  virtual base::Result<std::vector<log::Period>> Periods() = 0;
  virtual base::Result<std::unique_ptr<log::EntrySource>> Entries(std::string_view period) = 0;
  virtual base::Result<std::string> SubjectOf(const crypto::Pseudonym& subject) = 0;  // "" = unknown
};

}  // namespace hikae::gate

#endif  // HIKAE_GATE_RECORDER_H_
