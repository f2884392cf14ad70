#include "log/checkpoint.h"

#include "codec/base64.h"
#include "log/text.h"

namespace hikae::log {

using base::Error;
using base::Result;
using base::Status;

std::string Checkpoint::ToString() const {
  std::string out = origin + "\n" + std::to_string(size) + "\n" + codec::Base64(root) + "\n";
  for (const std::string& line : extensions) out += line + "\n";
  return out;
}

Result<Checkpoint> Checkpoint::Parse(std::string_view text) {
  Checkpoint checkpoint;
  std::string_view line;
  if (!NextLine(&text, &line) || line.empty()) return Malformed("a checkpoint begins with its origin");
  checkpoint.origin = line;
  if (!NextLine(&text, &line) || !ReadDecimal(line, &checkpoint.size) || checkpoint.size > kMaxTreeSize)
    return Malformed("the second line of a checkpoint is its size, in decimal");
  if (!NextLine(&text, &line) || !ReadDigest(line, &checkpoint.root))
    return Malformed("the third line of a checkpoint is its root, 32 bytes in base64");
  if (checkpoint.size == 0 && checkpoint.root != EmptyRoot())
    return Malformed("the root of an empty tree is the hash of nothing");
  while (NextLine(&text, &line)) {
    if (line.empty() || checkpoint.extensions.size() == kMaxCheckpointExtensions)
      return Malformed("an extension line of a checkpoint is not empty, and there are at most 16");
    checkpoint.extensions.emplace_back(line);
  }
  if (!text.empty()) return Malformed("the last line of a checkpoint is not ended");
  return checkpoint;
}

Result<SignedCheckpoint> SignedCheckpoint::Parse(std::string_view text) {
  SignedCheckpoint out;
  HIKAE_TRY(out.note, ParseNote(text));
  HIKAE_TRY(out.head, Checkpoint::Parse(out.note.text));
  return out;
}

Result<void> CheckGrowth(const Checkpoint& older, const Checkpoint& newer, const Proof& proof) {
  if (older.origin != newer.origin) return Error(Status::kArgument, "the checkpoints are of different logs");
  if (newer.size < older.size) return Error(Status::kArgument, "the log is smaller than it was");
  if (older.size > 0) return CheckConsistency(older.size, older.root, newer.size, newer.root, proof);
  if (!proof.empty()) return Error(Status::kTampered, "a consistency proof from size 0 is empty");
  return {};
}

std::string AppendToNoteList(std::string list, const std::string& note) { return std::move(list) + note + "\n"; }

Result<std::string_view> NoteListReader::Next() {
  // The text of a checkpoint has no empty line, so the first one ends it and the second one ends the note.
  const size_t text = rest_.find("\n\n");
  const size_t end = text == std::string_view::npos ? text : rest_.find("\n\n", text + 2);
  if (end == std::string_view::npos || end + 1 > kMaxNoteBytes) {
    rest_ = {};
    return Error(Status::kTampered, "a list of notes is cut off");
  }
  const std::string_view note = rest_.substr(0, end + 1);
  rest_.remove_prefix(end + 2);
  return note;
}

}  // namespace hikae::log
