// Writes that are told of before they are made: entries 'write intended', durable before the commit, and what is told
// where it did not come about.
#ifndef HIKAE_GATE_INTENTS_H_
#define HIKAE_GATE_INTENTS_H_

#include <new>
#include <optional>
#include <span>
#include <utility>

#include "gate/gate_rep.h"

namespace hikae::gate {

// Of one transaction at a time.
class Intents {
 public:
  explicit Intents(Session::Rep& session) : session_(session) {}

  // Runs `work` in one transaction of the writer: it submits, writes, then waits. Where it fails, however it does, what
  // it intended is told not to have come about before this returns; where that cannot be told either, the session's
  // next act begins with it, or the next opening.
  template <class Work>
  auto Write(Work&& work) -> decltype(work()) {
    try {
      auto done = session_.gate->writer->Write([&]() -> decltype(work()) {
        HIKAE_CHECK(TellNotDone());  // when the engine asked for the work again
        return work();
      });
      if (done.ok()) {
        Forget();
        SettleOthers();
        return done;  // moved: a copy might find no memory for what is done
      }
      HIKAE_CHECK(TellNotDone());
      return done;
    } catch (const std::bad_alloc&) {
      static_cast<void>(TellNotDone().ok());
      throw;
    }
  }

  // Within `work`. What the records point to must live until Await.
  base::Result<void> Submit(std::span<const Record> records, WhenLogFails when);
  // They are on the disk, or in the spool, and the writes are made: the office knows how far its records are told of.
  base::Result<void> Await();

 private:
  base::Result<void> Place();
  base::Result<void> TellNotDone();
  // Behind the commit: what is told of them must not come back. Left to the next write where it cannot be done now.
  void SettleOthers();
  // Done, or told of, or never submitted.
  void Forget() noexcept { submitted_.held.reset(), at_.reset(), count_ = 0, session_.unsettled = false; }

  Session::Rep& session_;
  size_t count_ = 0;
  Recorder::Ticket submitted_;       // not waited for yet
  bool others_between_ = false;      // intents of others, who died on them, are still to be told of
  std::optional<log::Position> at_;  // on the disk; without a period: in the spool
};

}  // namespace hikae::gate

#endif  // HIKAE_GATE_INTENTS_H_
