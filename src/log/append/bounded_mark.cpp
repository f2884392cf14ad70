#include "log/append/bounded_mark.h"

#include <fmt/format.h>

#include <charconv>

#include "codec/hex.h"
#include "log/log_end.h"

namespace hikae::log {
namespace {

using base::Error;
using base::Io;
using base::Result;
using base::Status;

constexpr std::string_view kSuffix = ".bounded";
constexpr size_t kDigits = 16;
constexpr size_t kMaxMarkBytes = 128;
constexpr uint64_t kLockByte = 0;

std::string MarkName(const SessionId& session) { return codec::Hex(session) + std::string(kSuffix); }

SessionId SessionOf(std::string_view name) {
  SessionId session{};
  for (size_t i = 0; i < session.size(); ++i)
    std::from_chars(name.data() + 2 * i, name.data() + 2 * i + 2, session[i], 16);
  return session;
}

std::string MarkText(const LossBound& bound) {
  return fmt::format("hikae bounded 1\nms {}\nrecords {}\n", bound.ms, bound.records);
}

// "NAME NUMBER\n" at the front of the text, which is cut off.
bool ReadLine(std::string_view& text, std::string_view name, uint32_t* out) {
  if (!text.starts_with(name)) return false;
  text.remove_prefix(name.size());
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *out);
  if (error != std::errc() || end == text.data() + text.size() || *end != '\n') return false;
  text.remove_prefix(static_cast<size_t>(end - text.data()) + 1);
  return true;
}

Result<LossBound> ReadMark(const std::string& text, const std::string& path) {
  LossBound bound;
  std::string_view rest = text;
  uint32_t version = 0;
  const bool read = ReadLine(rest, "hikae bounded ", &version) && version == 1 && ReadLine(rest, "ms ", &bound.ms) &&
                    ReadLine(rest, "records ", &bound.records) && rest.empty() && MarkText(bound) == text;
  if (read) return bound;
  return Error(Status::kTampered, {"the mark of a writer is damaged", "書込み中の目印のファイルが壊れている"},
               {path, 0, 0});
}

}  // namespace

bool IsMark(std::string_view name) {
  return name.size() == kDigits + kSuffix.size() && name.ends_with(kSuffix) &&
         name.substr(0, kDigits).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Result<BoundedMark> BoundedMark::Make(Io& io, const std::string& log_directory, const SessionId& session,
                                      const LossBound& bound) {
  BoundedMark mark;
  mark.io_ = &io;
  mark.directory_ = log_directory;
  mark.session_ = session;
  mark.bound_ = bound;
  const std::string path = JoinPath(log_directory, MarkName(session));
  const std::string text = MarkText(bound);
  HIKAE_TRY(mark.file_, io.Open(path + ".new", base::OpenMode::kCreate));
  // Locked before it has its name: whoever sees the name sees the lock.
  HIKAE_CHECK(mark.file_->TryLock(kLockByte, base::LockKind::kExclusive));
  HIKAE_CHECK(base::WriteAt(*mark.file_, 0, {reinterpret_cast<const uint8_t*>(text.data()), text.size()}));
  HIKAE_CHECK(mark.file_->Sync());
  HIKAE_CHECK(io.Rename(path + ".new", path));
  HIKAE_CHECK(io.SyncDirectory(log_directory));
  return mark;
}

Result<std::vector<BoundedMark>> BoundedMark::TakeOver(Io& io, const std::string& log_directory) {
  HIKAE_TRY(const std::vector<std::string> names, io.List(log_directory));
  std::vector<BoundedMark> marks;
  for (const std::string& name : names) {
    if (!IsMark(name)) continue;
    BoundedMark mark;
    mark.io_ = &io;
    mark.directory_ = log_directory;
    mark.session_ = SessionOf(name);
    const std::string path = JoinPath(log_directory, name);
    Result<std::unique_ptr<base::File>> file = io.Open(path, base::OpenMode::kWrite);
    // Its writer ended well in this moment: writers take their marks away without the log's lock.
    if (!file.ok() && file.error().status == Status::kNotFound) continue;
    HIKAE_TRY(mark.file_, std::move(file));
    HIKAE_TRY(const bool dead, mark.file_->TryLock(kLockByte, base::LockKind::kExclusive));
    if (!dead) continue;
    HIKAE_TRY(const std::string text, base::ReadWhole(io, path, kMaxMarkBytes));
    HIKAE_TRY(mark.bound_, ReadMark(text, path));
    marks.push_back(std::move(mark));
  }
  return marks;
}

Result<void> BoundedMark::Remove() {
  HIKAE_CHECK(io_->Remove(JoinPath(directory_, MarkName(session_))));
  return io_->SyncDirectory(directory_);
}

}  // namespace hikae::log
