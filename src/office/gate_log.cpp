#include "office/gate_log.h"

#include <utility>

namespace hikae::office {

using base::Error;
using base::Result;
using base::Status;

// A call on its way. `entries` only where they may have to be spooled.
struct GateLog::Held {
  AccessLog::Ticket ticket;
  std::vector<AccessLog::Sealed> entries;
  bool may_spool = false;
  bool spooled = false;
};

namespace {

bool IsPlain(const gate::Record& record) {
  return !record.actor.empty() && !record.subject.empty() && record.detail.empty();
}

// Runs of plain records of one actor, and of others: persons whom the log does not know yet are one commit a run.
Result<void> SealAll(AccessLog& log, std::span<const gate::Record> records, std::vector<AccessLog::Sealed>& out) {
  out.reserve(records.size());
  for (size_t at = 0; at < records.size();) {
    const gate::Record& first = records[at];
    size_t end = at + 1;
    if (IsPlain(first)) {
      while (end < records.size() && IsPlain(records[end]) && records[end].actor == first.actor) ++end;
      std::vector<AccessLog::PlainAct> acts;
      acts.reserve(end - at);
      for (const gate::Record& record : records.subspan(at, end - at))
        acts.push_back({record.entry, record.subject, record.shape == nullptr ? nullptr : &record.shape->leaf});
      HIKAE_CHECK(log.SealPlain(first.actor, acts, out));
    } else {
      while (end < records.size() && !IsPlain(records[end])) ++end;
      std::vector<Act> acts;
      for (const gate::Record& record : records.subspan(at, end - at))
        acts.push_back(
            {*record.entry, std::string(record.actor), std::string(record.subject), {}, std::string(record.detail)});
      HIKAE_TRY(auto sealed, log.Seal(acts));
      for (AccessLog::Sealed& one : sealed) out.push_back(std::move(one));
    }
    at = end;
  }
  return {};
}

// What a caller did wrong is not the log's failure.
bool IsFailureOfLog(const Error& error) { return error.status == Status::kIo || error.status == Status::kBusy; }

}  // namespace

Result<void> GateLog::Keep(const std::vector<AccessLog::Sealed>& entries, const Error& why) {
  const Result<void> kept = spool_.Keep(entries, now_());
  if (kept.ok()) waiting_ = true;
  if (!kept.ok()) return why;  // neither the log nor the spool: nothing may be let out
  if (alarm_) {
    alarm_({"the access log cannot be written; entries wait in the spool: " + why.text.en,
            "アクセス記録に書き込めず、記録待ちに保管した: " + why.text.In(base::Language::kJapanese)});
  }
  return {};
}

// What waits comes first: of two writes of a record, the log is to tell the later one last.
Result<void> GateLog::BringIn() {
  const std::lock_guard lock(bringing_in_);
  HIKAE_CHECK(spool_.Replay(log_, actor_));
  waiting_ = false;
  return {};
}

Result<gate::Recorder::Ticket> GateLog::Submit(std::span<const gate::Record> records, gate::WhenLogFails when) {
  auto held = std::make_shared<Held>();
  HIKAE_CHECK(SealAll(log_, records, held->entries));
  held->may_spool = when == gate::WhenLogFails::kSpool;
  const Result<void> before = waiting_ || held->may_spool ? BringIn() : Result<void>();
  auto ticket = before.ok() ? log_.SubmitSealed(held->entries) : before.error();
  if (ticket.ok()) {
    held->ticket = *std::move(ticket);
    if (!held->may_spool) held->entries.clear();
    return Ticket{std::move(held)};
  }
  if (!held->may_spool || !IsFailureOfLog(ticket.error())) return std::move(ticket).error();
  HIKAE_CHECK(Keep(held->entries, ticket.error()));
  held->spooled = true;
  return Ticket{std::move(held)};
}

Result<log::Position> GateLog::Wait(const Ticket& ticket, bool durably) {
  auto* const held = static_cast<Held*>(ticket.held.get());
  if (held == nullptr || held->spooled) return log::Position();
  auto position = log_.Wait(held->ticket, durably);
  if (position.ok()) return position;
  if (!held->may_spool || !IsFailureOfLog(position.error())) return position;
  HIKAE_CHECK(Keep(held->entries, position.error()));
  held->spooled = true;
  return log::Position();
}

Result<void> GateLog::Forget(std::string_view subject) {
  HIKAE_CHECK(log_.ForgetPerson("subject", subject));
  return {};
}

Result<vault::MediaSigner> GateLog::SignerOfMedia() {
  vault::MediaSigner signer;
  HIKAE_TRY(signer.key, log_.Key());
  signer.sign = [this](const std::string& text) { return log_.SignatureOf(text); };
  return signer;
}

Result<crypto::Pseudonym> GateLog::PseudonymOf(std::string_view actor) {
  HIKAE_TRY(const auto found, log_.Find("actor", actor));
  if (found) return *found;
  return Error(Status::kNotFound, base::Text{"the log does not know the actor", "アクセス記録に行為者がない"});
}

Result<std::string> GateLog::SubjectOf(const crypto::Pseudonym& subject) {
  HIKAE_TRY(auto name, log_.NameOf("subject", subject));
  return name.value_or("");
}

}  // namespace hikae::office
