// The access log of the office as the gate's recorder, with the spool behind it.
#ifndef HIKAE_OFFICE_GATE_LOG_H_
#define HIKAE_OFFICE_GATE_LOG_H_

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gate/recorder.h"
#include "office/access_log.h"
#include "office/spool.h"

namespace hikae::office {

// Shareable between threads. Borrows all of them.
class GateLog final : public gate::Recorder {
 public:
  // `actor`: who is said to bring in what waits in the spool.
  GateLog(AccessLog& log, Spool& spool, std::string actor, std::function<int64_t()> now,
          std::function<void(const base::Text&)> alarm)
      : log_(log), spool_(spool), actor_(std::move(actor)), now_(std::move(now)), alarm_(std::move(alarm)) {}

  base::Result<Ticket> Submit(std::span<const gate::Record> records, gate::WhenLogFails when) override;
  base::Result<log::Position> Wait(const Ticket& ticket, bool durably) override;
  base::Result<void> Forget(std::string_view subject) override;
  base::Result<std::string> Sign(const std::string& text) override { return log_.SignText(text); }
  base::Result<vault::MediaSigner> SignerOfMedia() override;
  base::Result<void> ChangeKey(const std::function<base::Result<void>()>& between) override {
    return log_.ChangeKey(between);
  }
  base::Result<crypto::Pseudonym> PseudonymOf(std::string_view actor) override;
  base::Result<std::vector<log::Period>> Periods() override { return log_.Periods(); }
  base::Result<std::unique_ptr<log::EntrySource>> Entries(std::string_view period) override {
    return log_.Entries(period);
  }
  base::Result<std::string> SubjectOf(const crypto::Pseudonym& subject) override;

 private:
  struct Held;
  base::Result<void> BringIn();
  base::Result<void> Keep(const std::vector<AccessLog::Sealed>& entries, const base::Error& why);

  AccessLog& log_;
  Spool& spool_;
  const std::string actor_;
  std::mutex bringing_in_;
  std::atomic<bool> waiting_{false};  // this object has put something into the spool
  const std::function<int64_t()> now_;
  const std::function<void(const base::Text&)> alarm_;
};

}  // namespace hikae::office

#endif  // HIKAE_OFFICE_GATE_LOG_H_
