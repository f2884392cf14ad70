#include "log/sign/checkpoint_file.h"

#include "log/text.h"
#include "log/whole_file.h"

namespace hikae::log {

using base::Error;
using base::Result;
using base::Status;

namespace {

std::string ListPath(const std::string& directory) { return directory + "/checkpoints"; }
std::string CosignedPath(const std::string& directory) { return directory + "/cosigned"; }
std::string LatestPath(const std::string& directory) { return directory + "/checkpoint"; }

Result<std::string> ReadIfThere(base::Io& io, const std::string& path, size_t limit) {
  auto text = base::ReadWhole(io, path, limit);
  if (!text.ok() && text.error().status == Status::kNotFound) return std::string();
  return text;
}

// The whole notes that the text begins with: where they end, and the size of the last. A writer puts a note and the
// empty line behind it at once, so what a stop leaves lacks that line.
struct Whole {
  size_t end = 0;
  uint64_t size = 0;
  std::string_view last;
};
Result<Whole> WholeNotes(std::string_view text) {
  Whole whole;
  const size_t last = text.rfind("\n\n");
  const std::string_view closed = last == std::string_view::npos ? "" : text.substr(0, last + 2);
  for (NoteListReader list(closed); !list.AtEnd();) {
    const auto note = list.Next();
    if (!note.ok()) break;  // the blank line inside a half written note
    const auto checkpoint = SignedCheckpoint::Parse(*note);
    if (!checkpoint.ok() && list.AtEnd()) break;  // a stop left some sectors of it
    if (!checkpoint.ok())
      return Error(Status::kTampered, base::Text{"the list of checkpoints is damaged: " + checkpoint.error().text.en,
                                                 "チェックポイントの一覧が壊れている"});
    whole.end += note->size() + 1;
    whole.size = checkpoint->head.size;
    whole.last = *note;
  }
  return whole;
}

// Two lists by ascending size as one; where both have a text, the note of `over` stands.
Result<std::string> Merged(std::string list, const std::string& over) {
  if (over.empty()) return list;
  std::string out;
  NoteListReader below(list);
  NoteListReader above(over);
  std::optional<SignedCheckpoint> a;
  std::optional<SignedCheckpoint> b;
  const auto fill = [](NoteListReader& reader, std::optional<SignedCheckpoint>& next) -> Result<void> {
    if (next || reader.AtEnd()) return {};
    HIKAE_TRY(const std::string_view text, reader.Next());
    HIKAE_TRY(next, SignedCheckpoint::Parse(text));
    return {};
  };
  while (true) {
    HIKAE_CHECK(fill(below, a));
    HIKAE_CHECK(fill(above, b));
    if (!a && !b) return out;
    const bool same = a && b && a->note.text == b->note.text;
    const bool first = a && (!b || a->head.size <= b->head.size) && !same;
    out = AppendToNoteList(std::move(out), (first ? a : b)->note.ToString());
    if (first || same) a.reset();
    if (!first) b.reset();
  }
}

}  // namespace

Result<CheckpointFile> CheckpointFile::Open(base::Io* io, const std::string& period_directory, Keep keep) {
  CheckpointFile file(io, period_directory, keep);
  HIKAE_CHECK(file.Refresh());
  return file;
}

Result<void> CheckpointFile::Refresh() {
  auto open = io_.Open(ListPath(directory_), base::OpenMode::kWrite);
  if (!open.ok() && open.error().status == Status::kNotFound) return {};
  if (!open.ok()) return std::move(open).error();
  base::File& file = **open;
  HIKAE_TRY(const uint64_t size, file.Size());
  if (size == end_) return {};
  if (size < end_ || size > kMaxCheckpointListBytes)
    return Error(Status::kTampered,
                 {"the list of checkpoints is not the one it was", "チェックポイントの一覧が入れ替わっている"},
                 {ListPath(directory_), 0, 0});
  std::string list(size - end_, '\0');
  HIKAE_TRY(const size_t got, base::ReadAt(file, end_, {reinterpret_cast<uint8_t*>(list.data()), list.size()}));
  list.resize(got);
  HIKAE_TRY(const Whole whole, WholeNotes(list));
  end_ += whole.end;
  if (whole.end != 0) {
    kept_size_ = whole.size;
    kept_ = whole.last;
  }
  if (end_ == size) return {};
  HIKAE_CHECK(file.Truncate(end_));
  return file.Sync();
}

Result<std::string> CheckpointFile::Latest() const {
  HIKAE_TRY(std::string latest, ReadIfThere(io_, LatestPath(directory_), kMaxNoteBytes));
  if (latest.empty()) return kept_;
  const auto checkpoint = SignedCheckpoint::Parse(latest);
  if (!checkpoint.ok())
    return Error(
        Status::kTampered,
        {"the latest checkpoint is damaged: " + checkpoint.error().text.en, "最新のチェックポイントが壊れている"},
        {LatestPath(directory_), 0, 0});
  // The list is written first: a stop between the two leaves the larger one there.
  return checkpoint->head.size >= kept_size_ ? latest : kept_;
}

Result<void> CheckpointFile::Append(const std::string& note) {
  HIKAE_TRY(const auto file, io_.Open(ListPath(directory_), base::OpenMode::kCreate));
  const std::string bytes = note + "\n";
  HIKAE_CHECK(base::WriteAt(*file, end_, AsBytes(bytes)));
  HIKAE_CHECK(file->Sync());
  if (end_ == 0) HIKAE_CHECK(io_.SyncDirectory(directory_));
  end_ += bytes.size();
  return {};
}

Result<void> CheckpointFile::Put(const std::string& note, int64_t now, bool always) {
  HIKAE_TRY(const SignedCheckpoint checkpoint, SignedCheckpoint::Parse(note));
  const uint64_t size = checkpoint.head.size;
  if (size < kept_size_) return Error(Status::kArgument, "a later checkpoint was kept already");
  const bool due = end_ == 0 || size - kept_size_ >= rule_.entries || now < kept_at_ || kept_at_ == INT64_MIN ||
                   now - kept_at_ >= rule_.micros;
  if (always || due) {
    HIKAE_CHECK(Append(note));
    kept_size_ = size;
    kept_at_ = now;
    kept_ = note;
  }
  return ReplaceWhole(io_, LatestPath(directory_), note);
}

Result<std::string> CheckpointFile::Read(base::Io& io, const std::string& period_directory) {
  // The latest first: what is kept between the two readings is then not missing from both.
  HIKAE_TRY(const std::string latest, ReadIfThere(io, LatestPath(period_directory), kMaxNoteBytes));
  HIKAE_TRY(std::string list, ReadIfThere(io, ListPath(period_directory), kMaxCheckpointListBytes));
  HIKAE_TRY(const Whole whole, WholeNotes(list));
  list.resize(whole.end);
  HIKAE_TRY(const std::string cosigned, ReadIfThere(io, CosignedPath(period_directory), kMaxCheckpointListBytes));
  if (latest.empty()) return Merged(std::move(list), cosigned);
  const auto checkpoint = SignedCheckpoint::Parse(latest);
  if (!checkpoint.ok())
    return Error(Status::kTampered, base::Text{"the latest checkpoint is damaged: " + checkpoint.error().text.en,
                                               "最新のチェックポイントが壊れている"});
  const bool behind = checkpoint->head.size > whole.size || whole.end == 0;
  return Merged(behind ? AppendToNoteList(std::move(list), latest) : std::move(list), cosigned);
}

Result<void> CosignedFile::Put(base::Io& io, const std::string& period_directory, const SignedCheckpoint& checkpoint,
                               const Merge& merge) {
  const std::string path = CosignedPath(period_directory);
  HIKAE_TRY(const auto lock, LockBeside(io, path));
  HIKAE_TRY(const std::string list, ReadIfThere(io, path, kMaxCheckpointListBytes));
  std::string out;
  bool put = false;
  for (NoteListReader reader(list); !reader.AtEnd();) {
    HIKAE_TRY(const std::string_view text, reader.Next());
    HIKAE_TRY(SignedCheckpoint each, SignedCheckpoint::Parse(text));
    const bool same = each.note.text == checkpoint.note.text;
    if (!put && (same || each.head.size > checkpoint.head.size)) {
      const std::string note = merge(same ? std::optional(each.note) : std::nullopt).ToString();
      if (same && note == text) return {};  // nothing new
      out = AppendToNoteList(std::move(out), note);
      put = true;
    }
    if (!same) out = AppendToNoteList(std::move(out), std::string(text));
  }
  if (!put) out = AppendToNoteList(std::move(out), merge(std::nullopt).ToString());
  return ReplaceWhole(io, path, out);
}

}  // namespace hikae::log
