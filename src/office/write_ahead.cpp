#include "office/write_ahead.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "base/crc32c.h"
#include "log/entry.h"
#include "log/log_end.h"

namespace hikae::office {
namespace {

using base::Error;
using base::Result;
using base::Status;
using log::EntryType;
using registry::LogPlace;

constexpr char kMarkName[] = "change.mark";
constexpr size_t kMaxMarkBytes = 512;

std::string MarkText(const std::string& period, uint64_t next) {
  const std::string text = fmt::format("hikae change 1\nperiod {}\nnext {:020}\n", period, next);
  const std::span<const uint8_t> bytes(reinterpret_cast<const uint8_t*>(text.data()), text.size());
  return text + fmt::format("crc {:08x}\n", base::Crc32c(bytes));
}

// The value of the line that begins with `name`; "" when there is none.
std::string Line(const std::string& text, const std::string& name) {
  const size_t at = text.find("\n" + name + " ");
  if (at == std::string::npos) return {};
  const size_t begin = at + name.size() + 2;
  return text.substr(begin, text.find('\n', begin) - begin);
}

Error OtherLog(const std::string& directory) {
  return Error(
      Status::kTampered,
      {"the access log is of another office than the registry", "アクセス記録が台帳と別の実施機関のものである"},
      {directory, 0, 0}, {"put log/ and keys.db of this office back", "この台帳の log/ と keys.db を戻す"});
}

Error ShorterThanRegistry(const std::string& directory, const LogPlace& answered) {
  return Error(
      Status::kTampered, {"the access log is older than the registry", "アクセス記録が台帳より古い"}, {directory, 0, 0},
      {fmt::format("the registry knows {} entries of {}; an old copy was put back", answered.next, answered.period),
       fmt::format("台帳は{}の記録を{}件知っている。古い写しに戻されている", answered.period, answered.next)});
}

}  // namespace

// Nothing where the mark is missing or torn: then the registry's place is as good, but slow.
Result<std::optional<WriteAhead::Place>> WriteAhead::ReadMark() {
  auto text = base::ReadWhole(io_, log::JoinPath(directory_, kMarkName), kMaxMarkBytes);
  if (!text.ok() && text.error().status != Status::kNotFound) return std::move(text).error();
  if (!text.ok()) return std::optional<Place>();
  const std::string period = Line(*text, "period");
  const std::string digits = Line(*text, "next");
  uint64_t next = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), next);
  if (!log::IsPeriodName(period) || *text != MarkText(period, next)) return std::optional<Place>();
  return std::optional(Place{period, next});
}

Result<void> WriteAhead::WriteMark(const Place& place) {
  const std::string text = MarkText(place.first, place.second);
  HIKAE_TRY(const auto file, io_.Open(log::JoinPath(directory_, kMarkName), base::OpenMode::kCreate));
  HIKAE_CHECK(file->Truncate(text.size()));
  HIKAE_CHECK(base::WriteAt(*file, 0, {reinterpret_cast<const uint8_t*>(text.data()), text.size()}));
  return file->Sync();
}

Result<void> WriteAhead::CheckPlace(const std::optional<LogPlace>& answered, const log::LogHead& head) {
  if (!answered) return {};
  if (answered->origin != log_.origin()) return OtherLog(directory_);
  const bool shorter =
      answered->period > head.period || (answered->period == head.period && answered->next > head.size);
  if (shorter) return ShorterThanRegistry(directory_, *answered);
  return {};
}

Result<bool> WriteAhead::Look(const std::optional<LogPlace>& answered) {
  HIKAE_TRY(const log::LogHead head, log_.Head());
  HIKAE_CHECK(CheckPlace(answered, head));
  HIKAE_TRY(const auto mark, ReadMark());
  return !answered || !mark || *mark >= Place{answered->period, answered->next};
}

// An entry 'write ended' for each change without one, from where a change was begun last.
Result<std::vector<Act>> WriteAhead::NotDone(const std::optional<LogPlace>& answered, const log::LogHead& head,
                                             Place& last) {
  Place from{"", 0};
  if (answered) from = {answered->period, answered->next};
  HIKAE_TRY(const auto mark, ReadMark());
  std::vector<Act> acts;
  if (answered && mark && *mark < from) return acts;
  if (mark && *mark > from) from = *mark;
  HIKAE_TRY(const std::vector<log::Period> periods, log_.Periods());
  std::map<std::pair<std::string, uint64_t>, Place> begun;  // by the origin of the period and the index
  for (const log::Period& period : periods) {
    if (period.name < from.first || period.name > head.period) continue;
    HIKAE_TRY(const auto entries, log_.Entries(period.name));
    HIKAE_TRY(const uint64_t size, entries->Size());
    const uint64_t begin = period.name == from.first ? std::min(from.second, size) : 0;
    HIKAE_CHECK(entries->Read(begin, size, [&](const log::StoredEntry& stored) -> Result<void> {
      const auto entry = log::DecodeEntry(stored.leaf);
      if (!entry.ok()) return {};  // of a later version: not ours to judge
      if (entry->type == EntryType::kDeclared || entry->type == EntryType::kCorrected)
        begun.try_emplace({period.origin, stored.index}, period.name, stored.index);
      if (entry->type == EntryType::kWriteEnded && entry->intent)
        begun.erase({entry->origin.empty() ? period.origin : entry->origin, *entry->intent});
      return {};
    }));
  }
  for (const auto& [change, place] : begun) {
    Act act;
    act.entry.type = EntryType::kWriteEnded;
    act.entry.intent = change.second;
    act.entry.outcome = log::Outcome::kNotDone;
    act.entry.origin = change.first;
    acts.push_back(std::move(act));
    last = std::max(last, place);
  }
  return acts;
}

Error WriteAhead::Unsettled(Status status) const {
  return Error(status, {"changes that others began are not settled yet", "中断された変更の始末がまだ終わっていない"},
               {directory_, 0, 0}, {"try again", "もう一度行う"});
}

Result<void> WriteAhead::MayTell(const Place& last) {
  const std::lock_guard lock(mutex_);
  if (last <= over_) return {};
  found_ = std::max(found_, last);
  return Unsettled(kWriteOverFirst);
}

// Who began what was found is gone: it was found under the lock that they held from its entry to its commit.
Result<void> WriteAhead::WriteOver() {
  const Place found = [&] {
    const std::lock_guard lock(mutex_);
    return found_;
  }();
  HIKAE_CHECK(write_over_());
  const std::lock_guard lock(mutex_);
  over_ = std::max(over_, found);
  return {};
}

Result<LogPlace> WriteAhead::Record(const std::optional<LogPlace>& answered, std::span<const Act> acts) {
  HIKAE_TRY(const log::LogHead head, log_.Head());
  HIKAE_CHECK(CheckPlace(answered, head));
  Place last, end{head.period, head.size};
  HIKAE_TRY(const std::vector<Act> not_done, NotDone(answered, head, last));
  HIKAE_CHECK(MayTell(last));
  // On the disk before the mark goes past what they are about: a stop between would leave it untold for good.
  if (!not_done.empty()) {
    HIKAE_TRY(end, Append(not_done));
  }
  if (!acts.empty()) {
    // From here on the log may say what the registry does not know.
    HIKAE_CHECK(WriteMark(end));
    HIKAE_TRY(end, Append(acts));
  }
  return LogPlace{log_.origin(), end.first, end.second};
}

Result<WriteAhead::Place> WriteAhead::Append(std::span<const Act> acts) {
  HIKAE_TRY(const log::Position position, log_.AppendDurably(acts));
  return Place{position.period, position.first + acts.size()};
}

Result<LogPlace> WriteAhead::Settle(const std::optional<LogPlace>& answered) { return Record(answered, {}); }

}  // namespace hikae::office
