#include "office/office_keys.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "log/text.h"
#include "log/whole_file.h"

namespace hikae::office {

using base::Error;
using base::Result;
using base::Status;
using codec::Node;

namespace {

constexpr char kNotes[] = "keys.restored";
constexpr size_t kMostNotes = size_t{1} << 20;

// Who put a copy of the keys back. Without a number: it was not seen to its end.
struct Restored {
  std::string by;
  std::optional<int64_t> erasures;

  std::string ToString() const {
    Node note = Node::Map();
    note.Set("hikae", Node::String("keys restored")).Set("by", Node::String(by));
    if (erasures) note.Set("erasures", Node::Integer(*erasures));
    return codec::WriteJson(note, 0) + "\n";  // one line
  }
  // What cannot be read says nothing but that there was one.
  static Restored Read(std::string_view text) {
    Restored restored;
    const auto note = codec::ReadJson(text, kNotes);
    if (!note.ok() || !note->IsMap()) return restored;
    if (const Node* by = note->Find("by"); by != nullptr && by->kind() == Node::Kind::kString) restored.by = by->text();
    if (const Node* count = note->Find("erasures"); count != nullptr && count->kind() == Node::Kind::kInteger)
      restored.erasures = count->integer();
    return restored;
  }
};

// "" where there are none.
Result<std::string> ReadNotes(base::Io& io, const std::string& path) {
  auto text = base::ReadWhole(io, path, kMostNotes);
  if (!text.ok() && text.error().status == Status::kNotFound) return std::string();
  return text;
}

Result<void> Forget(base::Io& io, const std::string& directory, const std::string& path) {
  const auto removed = io.Remove(path);
  if (!removed.ok() && removed.error().status != Status::kNotFound) return removed;
  return io.SyncDirectory(directory);
}

}  // namespace

Result<void> Told(AccessLog& log, const std::string& actor, std::string_view thing, const Node& detail,
                  const std::function<Result<void>()>& work) {
  Act act;
  act.entry.type = log::EntryType::kOfficeChanged;
  act.entry.thing = thing;
  act.actor = actor;
  act.detail = codec::WriteJson(detail);
  HIKAE_TRY(const log::Position position, log.AppendDurably({&act, 1}));
  Result<void> done = work();
  if (done.ok()) return done;
  Act failed;
  failed.entry.type = log::EntryType::kWriteEnded;
  failed.entry.intent = position.first;
  failed.entry.origin = log::OriginOf(log.origin(), position.period);
  failed.entry.outcome = log::Outcome::kNotDone;
  // Where this fails too, the entry stands as it is, and says too much rather than too little.
  static_cast<void>(log.AppendDurably({&failed, 1}).ok());
  return done;
}

Result<std::shared_ptr<vault::Keys>> UnlockTold(const std::string& directory, const vault::Secret& secret,
                                                const vault::Keys::Options& options, gate::Recorder& recorder,
                                                const std::string& actor, int64_t now) {
  auto keys = vault::Keys::Unlock(directory, secret, options);
  const bool wrong = !keys.ok() && keys.error().status == Status::kSecret;
  if (!keys.ok() && !wrong) return keys;  // no secret was tried
  log::Entry entry;
  entry.type = log::EntryType::kKeysUnlocked;
  entry.time = now;
  entry.decision = wrong ? log::Decision::kRefused : log::Decision::kAllowed;
  entry.thing = vault::NameOf(secret.kind);
  const gate::Record record{&entry, actor, {}, {}};
  const auto ticket = recorder.Submit({&record, 1}, gate::WhenLogFails::kSpool);
  const auto told = ticket.ok() ? recorder.Wait(*ticket, true) : Result<log::Position>(ticket.error());
  // Nothing was let out by a wrong one, so that it is wrong is said in any case.
  if (!wrong && !told.ok()) return told.error();
  return keys;
}

Result<void> RestoreKeys(const std::string& directory, const std::string& backup, const std::string& actor,
                         base::Io& io) {
  // Before it happens: where a stop comes between, the log says too much rather than too little.
  const std::string path = log::JoinPath(directory, kNotes);
  HIKAE_TRY(const std::string notes, ReadNotes(io, path));
  Restored restored{actor, {}};
  HIKAE_CHECK(log::ReplaceWhole(io, path, notes + restored.ToString()));
  const auto erasures = vault::RestoreKeys(directory, backup, &io);
  if (!erasures.ok() && erasures.error().status != Status::kIo) {  // refused, and nothing was touched
    HIKAE_CHECK(notes.empty() ? Forget(io, directory, path) : log::ReplaceWhole(io, path, notes));
  }
  if (!erasures.ok()) return erasures.error();
  restored.erasures = static_cast<int64_t>(*erasures);
  return log::ReplaceWhole(io, path, notes + restored.ToString());
}

Result<void> TellRestored(AccessLog& log, const std::string& directory, const std::string& actor, base::Io& io) {
  const std::string path = log::JoinPath(directory, kNotes);
  HIKAE_TRY(const std::string notes, ReadNotes(io, path));
  if (notes.empty()) return {};
  std::vector<Act> acts;
  for (size_t at = 0; at < notes.size();) {
    const size_t end = std::min(notes.find('\n', at), notes.size());
    const Restored restored = Restored::Read(std::string_view(notes).substr(at, end - at));
    Act& act = acts.emplace_back();
    act.entry.type = log::EntryType::kOfficeChanged;
    act.entry.thing = "keys-restore";
    if (restored.erasures) act.entry.count = static_cast<uint64_t>(*restored.erasures);
    act.actor = restored.by.empty() ? actor : restored.by;
    at = end + 1;
  }
  HIKAE_CHECK(log.AppendDurably(acts));
  return Forget(io, directory, path);
}

}  // namespace hikae::office
