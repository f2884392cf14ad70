#include "office/office_keys.h"

#include <optional>
#include <utility>

#include "log/text.h"
#include "log/whole_file.h"

namespace hikae::office {

using base::Error;
using base::Result;
using base::Status;
using codec::Node;

namespace {

constexpr char kNote[] = "keys.restored";
constexpr size_t kMostNote = 64U << 10;

// Who put a copy of the keys back. Without a number: it was not seen to its end.
struct Restored {
  std::string by;
  std::optional<int64_t> erasures;

  std::string ToString() const {
    Node note = Node::Map();
    note.Set("hikae", Node::String("keys restored")).Set("by", Node::String(by));
    if (erasures) note.Set("erasures", Node::Integer(*erasures));
    return codec::WriteJson(note) + "\n";
  }
  // What cannot be read says nothing but that there was one.
  static Restored Read(std::string_view text) {
    Restored restored;
    const auto note = codec::ReadJson(text, kNote);
    if (!note.ok() || !note->IsMap()) return restored;
    if (const Node* by = note->Find("by"); by != nullptr && by->kind() == Node::Kind::kString) restored.by = by->text();
    if (const Node* count = note->Find("erasures"); count != nullptr && count->kind() == Node::Kind::kInteger)
      restored.erasures = count->integer();
    return restored;
  }
};

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
  const std::string note = log::JoinPath(directory, kNote);
  Restored restored{actor, {}};
  const bool waiting = base::ReadWhole(io, note, kMostNote).ok();
  HIKAE_CHECK(log::ReplaceWhole(io, note, restored.ToString()));
  const auto erasures = vault::RestoreKeys(directory, backup, &io);
  if (!erasures.ok() && !waiting && erasures.error().status != Status::kIo) {
    HIKAE_CHECK(io.Remove(note));  // refused, and nothing was touched
    HIKAE_CHECK(io.SyncDirectory(directory));
  }
  if (!erasures.ok()) return erasures.error();
  restored.erasures = static_cast<int64_t>(*erasures);
  return log::ReplaceWhole(io, note, restored.ToString());
}

Result<void> TellRestored(AccessLog& log, const std::string& directory, const std::string& actor, base::Io& io) {
  const std::string path = log::JoinPath(directory, kNote);
  const auto text = base::ReadWhole(io, path, kMostNote);
  if (!text.ok() && text.error().status == Status::kNotFound) return {};
  if (!text.ok()) return text.error();
  const Restored restored = Restored::Read(*text);
  Act act;
  act.entry.type = log::EntryType::kOfficeChanged;
  act.entry.thing = "keys-restore";
  if (restored.erasures) act.entry.count = static_cast<uint64_t>(*restored.erasures);
  act.actor = restored.by.empty() ? actor : restored.by;
  HIKAE_CHECK(log.AppendDurably({&act, 1}));
  const auto removed = io.Remove(path);
  if (!removed.ok() && removed.error().status != Status::kNotFound) return removed;
  return io.SyncDirectory(directory);
}

}  // namespace hikae::office
