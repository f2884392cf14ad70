#include "log/dropped_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "log/checkpoint.h"
#include "log/entry.h"

namespace hikae::log {
namespace {

using base::Result;
using base::Text;
using verify::Fault;
using verify::PeriodInput;
using verify::PeriodVerdict;
using verify::Verdict;

// An entry about the drop of a period.
struct Told {
  std::string name;  // of the period dropped
  std::string period;
  uint64_t index = 0;
  std::optional<crypto::Digest> digest;
};

// What the entries that are left say of periods that are not.
struct Left {
  std::vector<Told> told;
  std::map<std::string, std::string> previous;  // by period: the note its first entry holds, when it holds one
  std::map<std::string, int64_t> began;         // by period: the time of its first entry
};

void Take(const std::string& period, const StoredEntry& stored, Left* left) {
  const auto entry = DecodeEntry(stored.leaf);
  if (!entry.ok()) return;
  if (stored.index == 0) left->began.emplace(period, entry->time);
  if (entry->type == EntryType::kPeriodBegun && stored.index == 0 && !entry->previous.empty())
    left->previous.emplace(period, entry->previous);
  const size_t dot = entry->thing.rfind('.');
  if (entry->type != EntryType::kOfficeChanged || dot == std::string::npos) return;
  std::string name = entry->thing.substr(0, dot);
  if (entry->thing == CertificateName(name))
    left->told.push_back({std::move(name), period, stored.index, entry->digest});
}

// The whole of what is there; or, of the oldest period, only how it begins.
Left Read(const std::vector<PeriodInput>& periods, bool only_beginning) {
  Left left;
  for (const PeriodInput& period : periods) {
    if (period.entries == nullptr) continue;
    const auto size = period.entries->Size();
    if (!size.ok()) continue;
    const uint64_t end = only_beginning ? std::min<uint64_t>(*size, 1) : *size;
    (void)period.entries->Read(0, end, [&](const StoredEntry& entry) -> Result<void> {
      Take(period.name, entry, &left);
      return {};
    });
    if (only_beginning) break;
  }
  return left;
}

// Whether the note is the one that the period after begins with.
bool IsChained(const DroppedPeriod& dropped, const std::vector<PeriodInput>& periods, const Left& left) {
  const auto after =
      std::find_if(periods.begin(), periods.end(), [&](const PeriodInput& p) { return p.name > dropped.name; });
  if (after == periods.end()) return false;
  const auto held = left.previous.find(after->name);
  if (held == left.previous.end()) return false;
  const auto note = SignedCheckpoint::Parse(held->second);
  const auto kept = SignedCheckpoint::Parse(dropped.checkpoint);
  return note.ok() && kept.ok() && note->note.text == kept->note.text;
}

// Whether the entry about the drop may have been in a period that was dropped itself: a later one than this, which
// ended after the drop.
bool MayBeGone(const DroppedPeriod& dropped, const std::vector<PeriodInput>& periods, const Left& left) {
  bool later_gone = false;
  for (const PeriodInput& period : periods) {
    if (period.name <= dropped.name) continue;
    const auto began = left.began.find(period.name);
    if (later_gone && began != left.began.end() && dropped.dropped_at < began->second) return true;
    later_gone = period.entries == nullptr;
  }
  return false;
}

void CheckCertificate(const DroppedPeriod& dropped, const std::vector<PeriodInput>& periods, const Left& left,
                      Verdict* verdict) {
  bool told = false;
  bool fits = true;
  for (const Told& each : left.told) {
    if (each.name != dropped.name) continue;
    told = true;
    if (each.digest == dropped.digest) continue;
    fits = false;
    verdict->Add(
        {Fault::kPeriod,
         each.period,
         each.index,
         each.index,
         {fmt::format("the certificate of the dropped period {} is not the one that this entry names", dropped.name),
          fmt::format("廃棄した期間 {} の証明が、この記録の示すものと異なる", dropped.name)}});
  }
  if (!told && !MayBeGone(dropped, periods, left))
    verdict->Add({Fault::kPeriod,
                  dropped.name,
                  0,
                  0,
                  {"there is a certificate that the period was dropped, and no entry tells of it",
                   "期間を廃棄した証明があるが、廃棄の記録がない"}});
  if (!told || !fits) return;
  for (PeriodVerdict& counts : verdict->periods) {
    if (counts.name != dropped.name) continue;
    counts.certified = true;
    counts.chained = IsChained(dropped, periods, left);
    counts.dropped_at = dropped.dropped_at;
  }
}

// Periods that are named, and neither there nor certified.
void CheckMissing(const std::vector<PeriodInput>& periods, const Left& left, Verdict* verdict) {
  std::vector<std::string> known;
  for (const PeriodInput& period : periods) known.push_back(period.name);
  const auto report = [&](const std::string& name, const std::string& period, uint64_t index) {
    if (std::find(known.begin(), known.end(), name) != known.end()) return;
    known.push_back(name);  // once
    verdict->Add({Fault::kPeriod,
                  period,
                  index,
                  index,
                  {fmt::format("the period {} that this entry names is missing, and so is a certificate that it was "
                               "dropped",
                               name),
                   fmt::format("この記録の示す期間 {} も、それを廃棄した証明もない", name)}});
  };
  for (const Told& each : left.told) report(each.name, each.period, each.index);
  if (periods.empty()) return;
  const auto held = left.previous.find(periods.front().name);
  if (held == left.previous.end()) return;
  const auto note = SignedCheckpoint::Parse(held->second);
  if (!note.ok()) return;  // reported
  report(note->head.origin.substr(note->head.origin.rfind('/') + 1), periods.front().name, 0);
}

}  // namespace

void CheckDropped(const std::vector<DroppedPeriod>& dropped, const std::vector<PeriodInput>& periods,
                  Verdict* verdict) {
  // Where the oldest period names none before it, nothing was dropped, and a log is not read twice.
  if (dropped.empty() && Read(periods, true).previous.empty()) return;
  const Left left = Read(periods, false);
  for (const DroppedPeriod& each : dropped) CheckCertificate(each, periods, left, verdict);
  CheckMissing(periods, left, verdict);
}

}  // namespace hikae::log
