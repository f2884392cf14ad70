#include "log/log_folder.h"

#include <fmt/format.h>

#include <algorithm>

#include "log/dropped_check.h"
#include "log/log_end.h"
#include "log/period_source.h"
#include "log/sign/checkpoint_file.h"

namespace hikae::log {

using base::Error;
using base::Result;
using base::Status;
using base::Text;

namespace {

Error NoCheckpoint(const std::string& place, Text hint = {}) {
  return {Status::kNotFound,
          {"there is no such checkpoint", "該当するチェックポイントがない"},
          {place, 0, 0},
          std::move(hint)};
}

// Calls take(checkpoint, text) for each of a list; true ends the walk.
template <class Take>
Result<void> Walk(const std::string& list, Take&& take) {
  for (NoteListReader reader(list); !reader.AtEnd();) {
    HIKAE_TRY(const std::string_view text, reader.Next());
    HIKAE_TRY(SignedCheckpoint checkpoint, SignedCheckpoint::Parse(text));
    if (take(std::move(checkpoint))) return {};
  }
  return {};
}

}  // namespace

Result<LogFolder> LogFolder::Open(base::Io& io, const std::string& path) {
  HIKAE_TRY(const std::vector<std::string> names, io.List(path));
  const bool office = std::find(names.begin(), names.end(), "log") != names.end();
  return LogFolder(io, office ? JoinPath(path, "log") : path);
}

std::string LogFolder::PathOf(const std::string& period) const { return JoinPath(directory_, period); }

Result<std::vector<Period>> LogFolder::Periods() const { return ListPeriods(*io_, directory_); }

Result<Period> LogFolder::Find(std::string_view name) const {
  HIKAE_TRY(const std::vector<Period> periods, Periods());
  if (name.empty()) return periods.back();
  std::vector<std::string> names;
  for (const Period& period : periods) {
    if (period.name == name) return period;
    names.push_back(period.name);
  }
  std::string there;
  for (const std::string& each : names) there += (there.empty() ? "" : ", ") + each;
  return Error(Status::kNotFound, {"the log has no such period", "その期間のアクセス記録はない"}, {directory_, 0, 0},
               {"there are: " + there, "ある期間: " + there});
}

Result<std::unique_ptr<EntrySource>> LogFolder::Entries(const std::string& period) const {
  auto source = PeriodSource::Open(*io_, directory_, period);
  if (source.ok()) return std::unique_ptr<EntrySource>(*std::move(source));
  if (source.error().status != Status::kTampered) return std::move(source).error();
  HIKAE_TRY(auto damaged, PeriodSource::OpenDamaged(*io_, directory_, period));
  return std::unique_ptr<EntrySource>(std::move(damaged));
}

Result<std::vector<DroppedPeriod>> LogFolder::Dropped() const { return ListDropped(*io_, directory_); }

Result<std::string> LogFolder::Checkpoints(const std::string& period) const {
  return CheckpointFile::Read(*io_, PathOf(period));
}

Result<SignedCheckpoint> LogFolder::Latest(const std::string& period) const {
  HIKAE_TRY(const std::string list, Checkpoints(period));
  const size_t last = list.size() < 3 ? std::string::npos : list.rfind("\n\n", list.size() - 3);
  // A note holds one empty line itself, between its text and its signatures.
  const size_t before = last == std::string::npos || last == 0 ? std::string::npos : list.rfind("\n\n", last - 1);
  const std::string tail = before == std::string::npos ? list : list.substr(before + 2);
  std::optional<SignedCheckpoint> latest;
  HIKAE_CHECK(Walk(tail, [&](SignedCheckpoint checkpoint) { return latest = std::move(checkpoint), false; }));
  if (!latest) return NoCheckpoint(PathOf(period), {"no checkpoint was signed yet", "署名済みのものがまだない"});
  return *std::move(latest);
}

Result<SignedCheckpoint> LogFolder::OfSize(const std::string& period, uint64_t size) const {
  HIKAE_TRY(const std::string list, Checkpoints(period));
  std::optional<SignedCheckpoint> found;
  HIKAE_CHECK(Walk(list, [&](SignedCheckpoint checkpoint) {
    const bool past = checkpoint.head.size > size;
    if (checkpoint.head.size == size) found = std::move(checkpoint);  // the last of that size has most signatures
    return past;
  }));
  if (found) return *std::move(found);
  return NoCheckpoint(PathOf(period), {fmt::format("none of {} entries was kept", size),
                                       fmt::format("記録 {} 件のものは残っていない", size)});
}

namespace {

Text PlacedText(const Error& error) {
  const std::string place = error.where.ToString() + (error.where.ToString().empty() ? "" : ": ");
  return {place + error.text.en, place + error.text.In(base::Language::kJapanese)};
}

// A log whose periods cannot even be told apart is judged by that alone.
verify::Verdict Unreadable(const Error& error) {
  verify::Verdict verdict;
  verdict.periods.emplace_back();
  verdict.Add({verify::Fault::kEntry, {}, 0, 0, PlacedText(error)});
  return verdict;
}

// The entries of a period that cannot be opened at all.
class NoEntries : public EntrySource {
 public:
  explicit NoEntries(Error error) : error_(std::move(error)) {}
  Result<uint64_t> Size() override { return error_; }
  Result<void> Read(uint64_t, uint64_t, const EntryVisitor&) override { return error_; }

 private:
  Error error_;
};

// Puts the periods that are gone where they were.
void AddDropped(const std::vector<DroppedPeriod>& dropped, std::vector<verify::PeriodInput>* periods) {
  for (const DroppedPeriod& each : dropped) periods->push_back({each.name, nullptr, each.checkpoint, {}});
  std::sort(periods->begin(), periods->end(), [](const auto& a, const auto& b) { return a.name < b.name; });
}

}  // namespace

Result<verify::Verdict> VerifyFolder(const LogFolder& folder, const FolderCheck& check) {
  auto periods = folder.Periods();
  if (!periods.ok() && periods.error().status == Status::kTampered) return Unreadable(periods.error());
  if (!periods.ok()) return std::move(periods).error();
  if (!check.period.empty()) {
    HIKAE_TRY(Period one, folder.Find(check.period));
    *periods = {std::move(one)};
  }
  std::vector<std::unique_ptr<EntrySource>> sources;
  std::vector<std::string> lists;
  verify::VerifyInput input;
  std::vector<std::pair<std::string, Error>> wrong_lists;
  for (const Period& period : *periods) {
    auto entries = folder.Entries(period.name);
    if (!entries.ok() && entries.error().status != Status::kTampered) return std::move(entries).error();
    sources.push_back(entries.ok() ? *std::move(entries)
                                   : std::unique_ptr<EntrySource>(std::make_unique<NoEntries>(entries.error())));
    auto list = folder.Checkpoints(period.name);
    if (!list.ok() && list.error().status != Status::kTampered) return std::move(list).error();
    if (!list.ok()) wrong_lists.emplace_back(period.name, list.error());
    lists.push_back(list.ok() ? *std::move(list) : std::string());
  }
  for (size_t i = 0; i < periods->size(); ++i)
    input.periods.push_back({(*periods)[i].name, sources[i].get(), lists[i], {}});
  // One period by itself is not asked for those before it.
  const auto dropped =
      check.period.empty() ? folder.Dropped() : Result<std::vector<DroppedPeriod>>(std::vector<DroppedPeriod>());
  if (!dropped.ok() && dropped.error().status != Status::kTampered) return dropped.error();
  if (dropped.ok()) AddDropped(*dropped, &input.periods);
  input.trusted = check.trusted;
  input.anchors = check.anchors;
  input.witnesses = check.witnesses;
  input.threads = check.threads;
  input.progress = check.progress;
  HIKAE_TRY(verify::Verdict verdict, verify::Verify(input));
  if (!dropped.ok()) verdict.Add({verify::Fault::kPeriod, periods->front().name, 0, 0, PlacedText(dropped.error())});
  if (dropped.ok() && check.period.empty()) CheckDropped(*dropped, input.periods, &verdict);
  for (const auto& [name, error] : wrong_lists) verdict.Add({verify::Fault::kCheckpoint, name, 0, 0, error.text});
  return verdict;
}

}  // namespace hikae::log
