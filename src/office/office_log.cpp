#include "office/office_log.h"

#include <utility>

#include "codec/hex.h"
#include "codec/node.h"
#include "log/log_end.h"
#include "log/periods.h"

namespace hikae::office {
namespace {

using base::Error;
using base::Result;
using base::Status;

// The marker says that there is a log; so that there is none is damage.
Error Gone(Error error) {
  if (error.status != Status::kNotFound) return error;
  return Error(Status::kTampered, {"the access log of the office is missing", "台帳のアクセス記録がない"},
               std::move(error.where),
               {"restore log/ and keys.db from a backup", "log/ と keys.db を控えから復元する"});
}

Act PackChanged(const audit::Pack& pack, const std::string& actor) {
  Act act;
  act.entry.type = log::EntryType::kPackChanged;
  act.entry.thing = pack.id;
  codec::FromHex(pack.digest, act.entry.digest.emplace());  // of the loader's own making
  act.actor = actor;
  return act;
}

}  // namespace

OfficeLog::OfficeLog(std::string directory, AccessLog::Options options, std::string actor)
    : directory_(std::move(directory)), options_(std::move(options)), actor_(std::move(actor)) {}

void OfficeLog::Take(std::unique_ptr<AccessLog> log) {
  log_ = std::move(log);
  base::Io& io = options_.io != nullptr ? *options_.io : base::PosixIo();
  ahead_.emplace(io, log::JoinPath(directory_, "log"), *log_, [this] { return database_->WriteOver(); });
}

std::vector<Act> OfficeLog::Beginning(Made made, const std::vector<PackPtr>& packs) const {
  codec::Node detail = codec::Node::Map();
  detail.Set("what", codec::Node::String(made == Made::kWithOffice ? "office made" : "log begun"));
  Act office;
  office.entry.type = log::EntryType::kOfficeChanged;
  office.entry.thing = made == Made::kWithOffice ? "office" : "log";
  office.actor = actor_;
  office.detail = codec::WriteJson(detail, 0);
  std::vector<Act> acts = {std::move(office)};
  for (const PackPtr& pack : packs) acts.push_back(PackChanged(*pack, actor_));
  return acts;
}

Result<void> OfficeLog::ChangePack(registry::Registry& registry, const cedar::Schema& vocabulary,
                                   const audit::Pack& pack, const std::string& what,
                                   const std::function<Result<void>(const registry::Registry::Unfit&)>& check,
                                   const std::function<Result<void>()>& work) {
  const auto under_lock = [&](const std::optional<registry::LogPlace>& answered,
                              const registry::Registry::Unfit& unfit) -> Result<registry::LogPlace> {
    HIKAE_CHECK(check(unfit));
    HIKAE_TRY(registry::LogPlace place, ahead_->Settle(answered));
    Act act = PackChanged(pack, actor_);
    codec::Node detail = codec::Node::Map();
    detail.Set("what", codec::Node::String(what));
    act.detail = codec::WriteJson(detail, 0);
    HIKAE_TRY(const log::Position position, log_->AppendDurably({&act, 1}));
    Result<void> done = work();
    if (done.ok()) return place;
    Act failed;
    failed.entry.type = log::EntryType::kWriteEnded;
    failed.entry.intent = position.first;
    failed.entry.origin = log::OriginOf(log_->origin(), position.period);
    failed.entry.outcome = log::Outcome::kNotDone;
    static_cast<void>(log_->AppendDurably({&failed, 1}).ok());
    return done.error();
  };
  return ahead_->Telling([&] { return registry.AnswerFor(vocabulary, under_lock); });
}

Result<void> OfficeLog::Begin(registry::Registry& registry, Made made, const std::vector<PackPtr>& packs) {
  auto log = AccessLog::Create(directory_, options_);
  if (!log.ok() && log.error().status == Status::kExists) log = AccessLog::Open(directory_, options_);
  if (!log.ok()) return std::move(log).error();
  Take(*std::move(log));
  const auto begin = [&](const std::optional<registry::LogPlace>& answered) -> Result<registry::LogPlace> {
    HIKAE_TRY(const log::LogHead head, log_->Head());
    HIKAE_TRY(const auto periods, log_->Periods());
    // One entry in one period: nothing but its beginning. Otherwise an earlier attempt got further.
    const bool fresh = periods.size() == 1 && head.size == 1;
    const std::vector<Act> acts = fresh ? Beginning(made, packs) : std::vector<Act>();
    return ahead_->Record(answered, acts);
  };
  return ahead_->Telling([&] { return registry.Answer(begin); });
}

Result<void> OfficeLog::Open(registry::Registry& registry) {
  auto log = AccessLog::Open(directory_, options_);
  if (!log.ok()) return Gone(std::move(log).error());
  Take(*std::move(log));
  return Settle(registry);
}

Result<void> OfficeLog::Settle(registry::Registry& registry) {
  HIKAE_TRY(const auto answered, registry.Answered());
  HIKAE_TRY(const bool open, ahead_->Look(answered));
  if (!open) return {};
  // Perhaps somebody is at it: then this waits for them, and finds nothing to say.
  const auto settle = [&](const std::optional<registry::LogPlace>& now) { return ahead_->Settle(now); };
  return ahead_->Telling([&] { return registry.Answer(settle); });
}

Result<void> OfficeLog::OpenLater() {
  later_ = true;
  return {};
}

Result<AccessLog*> OfficeLog::Get() {
  const std::lock_guard lock(mutex_);
  if (log_) return log_.get();
  if (!later_) {
    return Error(Status::kNotFound, {"the office has no access log yet", "台帳にはまだアクセス記録がない"},
                 {directory_, 0, 0}, {"open it once for writing", "一度書き込み可能で開く"});
  }
  auto log = AccessLog::Open(directory_, options_);
  if (!log.ok()) return Gone(std::move(log).error());
  log_ = *std::move(log);
  return log_.get();
}

Result<registry::LogPlace> OfficeLog::Record(const std::vector<registry::Document>& documents,
                                             const registry::Declared& declared, std::span<const Act> also,
                                             const std::optional<registry::LogPlace>& answered) {
  std::vector<Act> acts = ActsOf(documents, declared, actor_);
  acts.insert(acts.end(), also.begin(), also.end());
  return ahead_->Record(answered, acts);
}

}  // namespace hikae::office
