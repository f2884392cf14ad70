// Checkpoints (C2SP tlog-checkpoint): the signed head of a log. What we emit is told in docs/formats/checkpoint.md.
#ifndef HIKAE_LOG_CHECKPOINT_H_
#define HIKAE_LOG_CHECKPOINT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "log/note.h"
#include "log/tree.h"

namespace hikae::log {

// The text of a checkpoint: origin, size, root, and extension lines kept as they are. We never write extensions.
struct Checkpoint {
  std::string origin;
  uint64_t size = 0;
  Digest root{};
  std::vector<std::string> extensions;
  std::string ToString() const;
  static base::Result<Checkpoint> Parse(std::string_view text);
};

constexpr uint64_t kMaxTreeSize = INT64_MAX;  // sizes are signed in most readers
constexpr size_t kMaxCheckpointExtensions = 16;

// A checkpoint with the note that carries it.
struct SignedCheckpoint {
  Note note;
  Checkpoint head;
  static base::Result<SignedCheckpoint> Parse(std::string_view text);
};

// Whether `newer` may follow `older`: same origin, not smaller, and consistent by `proof`. From size 0 nothing has to
// be shown, so the proof must be empty (as tlog-witness has it). kArgument: another origin, or a smaller log;
// kTampered: a fork.
base::Result<void> CheckGrowth(const Checkpoint& older, const Checkpoint& newer, const Proof& proof);

// Checkpoints kept one after another in one text, each followed by an empty line.
std::string AppendToNoteList(std::string list, const std::string& note);

// Walks such a list, note by note. Borrows the text. One thread at a time.
class NoteListReader {
 public:
  explicit NoteListReader(std::string_view list) : rest_(list) {}
  bool AtEnd() const { return rest_.empty(); }
  // The text of the next note, without the empty line; kTampered when the list is cut off or malformed, and the reader
  // is at the end then.
  base::Result<std::string_view> Next();

 private:
  std::string_view rest_;
};

}  // namespace hikae::log

#endif  // HIKAE_LOG_CHECKPOINT_H_
