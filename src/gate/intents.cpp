#include "gate/intents.h"

#include <utility>

namespace hikae::gate {

using base::Result;

Result<void> Intents::Submit(std::span<const Record> records, WhenLogFails when) {
  count_ = records.size();
  session_.unsettled = true;
  HIKAE_TRY(submitted_, session_.gate->log->Submit(records, when));
  return {};
}

Result<void> Intents::Place() {
  const Recorder::Ticket ticket = std::move(submitted_);
  submitted_.held = nullptr;
  HIKAE_TRY(at_, session_.gate->log->Wait(ticket, true));
  return {};
}

Result<void> Intents::Await() {
  HIKAE_CHECK(Place());
  if (at_->period.empty()) return {};
  // What stands between may be the intents of a process that died on them.
  store::SessionTables tables(*session_.gate->writer);
  HIKAE_TRY(const auto known, tables.Position());
  const bool next_to_it = known && known->period == at_->period && known->next == static_cast<int64_t>(at_->first);
  if (next_to_it) return tables.SetPosition({at_->period, static_cast<int64_t>(at_->first + count_)});
  HIKAE_TRY(const bool settled, session_.gate->SettleWithin(false));
  others_between_ = !settled;
  return {};
}

void Intents::SettleOthers() {
  if (std::exchange(others_between_, false)) static_cast<void>(session_.gate->SettleWrites().ok());
}

Result<void> Intents::TellNotDone() {
  if (submitted_.held != nullptr) {
    const Result<void> durable = Place();
    if (!durable.ok()) return {};  // where they stand is not known: settling tells
  }
  if (!at_) return {};
  if (at_->period.empty()) return Forget(), Result<void>();
  // What the failed commit left may be there after a loss of power: where that cannot be helped now, settling tells.
  if (!session_.gate->writer->WriteOver().ok()) return {};
  log::Entry entry;
  entry.type = log::EntryType::kWriteEnded;
  entry.time = session_.now;
  entry.intent = at_->first;
  if (count_ > 1) entry.range_end = at_->first + count_;
  entry.outcome = log::Outcome::kNotDone;
  at_.reset();  // told once, or else by settling
  HIKAE_CHECK(session_.Record(std::move(entry), {}, true));
  Forget();
  return {};
}

}  // namespace hikae::gate
