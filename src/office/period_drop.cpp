#include "office/period_drop.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "log/checkpoint.h"
#include "log/entry.h"
#include "log/log_end.h"
#include "log/period_source.h"
#include "log/periods.h"
#include "log/whole_file.h"

namespace hikae::office {
namespace {

using base::Error;
using base::Io;
using base::Result;
using base::Status;

// The last checkpoint of a period, as the period after names it: what the chain of periods hangs on.
Result<std::string> CheckpointBefore(Io& io, const std::string& directory, const log::Period& dropped,
                                     const log::Period& next) {
  HIKAE_TRY(const auto entries, log::PeriodSource::Open(io, directory, next.name));
  std::string previous;
  HIKAE_CHECK(entries->Read(0, 1, [&](const log::StoredEntry& stored) -> Result<void> {
    HIKAE_TRY(const log::Entry entry, log::DecodeEntry(stored.leaf));
    previous = entry.previous;
    return {};
  }));
  const auto checkpoint = log::SignedCheckpoint::Parse(previous);
  if (checkpoint.ok() && checkpoint->head.origin == dropped.origin) return previous;
  return Error(Status::kTampered,
               {"the period after does not begin with this one's last checkpoint",
                "次の期間がこの期間の最後のチェックポイントで始まっていない"},
               {log::JoinPath(directory, next.name), 0, 0},
               {"nothing was dropped; verify the log", "何も廃棄していない。記録を検証する"});
}

// Gone at once for whoever looks: what has the name of something unfinished is passed over, and deleted by the next
// writer when a stop comes in between.
Result<void> RemovePeriod(Io& io, const std::string& directory, const std::string& period) {
  const std::string path = log::JoinPath(directory, period);
  const std::string going = path + ".new";
  HIKAE_CHECK(io.Rename(path, going));
  HIKAE_CHECK(io.SyncDirectory(directory));
  HIKAE_TRY(const std::vector<std::string> names, io.List(going));
  for (const std::string& name : names) HIKAE_CHECK(io.Remove(log::JoinPath(going, name)));
  HIKAE_CHECK(io.Remove(going));
  return io.SyncDirectory(directory);
}

}  // namespace

Result<std::string> Drop(Io& io, const std::string& log_directory, const PeriodDrop& drop) {
  HIKAE_TRY(const std::vector<log::Period> periods, log::ListPeriods(io, log_directory));
  const std::string path = log::JoinPath(log_directory, log::CertificateName(drop.period));
  auto certificate = base::ReadWhole(io, path, log::kMaxCertificateBytes);
  if (!certificate.ok() && certificate.error().status != Status::kNotFound) return certificate;
  const auto at = std::find_if(periods.begin(), periods.end(), [&](const auto& p) { return p.name == drop.period; });
  if (at == periods.end()) {
    if (certificate.ok()) return certificate;  // done already
    return Error(Status::kNotFound, {"there is no such period", "その期間はない"}, {log_directory, 0, 0},
                 {"the first one is " + periods.front().name, "最初の期間は " + periods.front().name});
  }
  if (at + 1 == periods.end()) {
    return Error(Status::kArgument, {"the current period cannot be dropped", "今の期間は廃棄できない"},
                 {log::JoinPath(log_directory, drop.period), 0, 0});
  }
  if (!certificate.ok()) {
    log::DroppedPeriod dropped{at->name, at->origin, drop.now, drop.by, drop.ground, {}};
    HIKAE_TRY(dropped.checkpoint, CheckpointBefore(io, log_directory, *at, *(at + 1)));
    certificate = dropped.ToJson();
    HIKAE_CHECK(log::ReplaceWhole(io, path, *certificate));
  }
  HIKAE_CHECK(log::DroppedPeriod::Parse(*certificate, path));
  HIKAE_CHECK(drop.tell(*certificate));
  HIKAE_CHECK(RemovePeriod(io, log_directory, drop.period));
  return certificate;
}

}  // namespace hikae::office
