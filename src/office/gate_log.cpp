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

bool Alike(const gate::Record& a, const gate::Record& b) {
  return a.entry == b.entry && a.actor == b.actor && !a.subject.empty() && !b.subject.empty() && a.detail.empty() &&
         b.detail.empty();
}

Result<void> SealAll(AccessLog& log, std::span<const gate::Record> records, std::vector<AccessLog::Sealed>& out) {
  out.reserve(records.size());
  std::vector<std::string_view> subjects;
  for (size_t at = 0; at < records.size();) {
    const gate::Record& first = records[at];
    const auto begins_run = [&](size_t i) { return i + 1 < records.size() && Alike(records[i], records[i + 1]); };
    size_t end = at;
    if (begins_run(at) || (records.size() == 1 && Alike(first, first))) {
      subjects.clear();
      for (; end < records.size() && Alike(first, records[end]); ++end) subjects.push_back(records[end].subject);
      HIKAE_CHECK(log.SealAlike(*first.entry, first.actor, subjects, out));
      at = end;
      continue;
    }
    // All others together: persons whom the log does not know yet are one commit.
    std::vector<Act> acts;
    for (; end < records.size() && !begins_run(end); ++end) {
      const gate::Record& record = records[end];
      acts.push_back(
          {*record.entry, std::string(record.actor), std::string(record.subject), {}, std::string(record.detail)});
    }
    HIKAE_TRY(auto sealed, log.Seal(acts));
    for (AccessLog::Sealed& one : sealed) out.push_back(std::move(one));
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
