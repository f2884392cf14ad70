#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/civil_date.h"
#include "codec/hex.h"
#include "gate/gate_rep.h"

namespace hikae::gate {

using base::Error;
using base::Result;
using base::Status;

namespace {

constexpr int64_t kJapan = 9LL * 3600 * 1'000'000;

std::string InJapan(int64_t micros) {
  const base::CivilDate date = base::CivilOf(base::DayInJapan(micros));
  constexpr int64_t kDay = 86'400LL * 1'000'000;
  const int64_t second = ((micros + kJapan) % kDay + kDay) % kDay / 1'000'000;
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}+09:00", date.year, date.month, date.day, second / 3600,
                     second / 60 % 60, second % 60);
}

// One call of Erase. The order matters: entry, keys, rows, what is left. A stop before the keys go leaves all of it as
// it was, to be said again; behind them the next opening, or the next erasure, takes the rest away.
class EraseRun {
 public:
  EraseRun(Session::Rep& session, const Ask& ask) : session_(session), ask_(ask) {}

  // Those with a key in the file: with a record, or with one that a stop kept from being written.
  Result<void> Find(std::span<const std::string_view> subjects) {
    std::set<vault::SubjectNumber> once;
    for (const std::string_view subject : subjects) {
      HIKAE_TRY(const auto number, session_.gate->keys->Find(subject));
      if (!number) continue;
      const auto there = session_.gate->keys->Open(*number, ask_.file);
      if (there.ok()) once.insert(*number);
      if (!there.ok() && there.error().status != Status::kNotFound) return there.error();
    }
    numbers_.assign(once.begin(), once.end());
    if (!numbers_.empty()) return {};
    return Error(Status::kNotFound,
                 base::Text{"the file has no record of these subjects", "このファイルに本人の記録がない"});
  }

  // In one transaction, so that neither a mark (a hold) nor a write comes between the decision and the rows. The first
  // refusal, or the decision.
  Result<std::shared_ptr<const Decision>> Work() {
    store::Database& writer = *session_.gate->writer;
    return writer.Write([&]() -> Result<std::shared_ptr<const Decision>> {
      HIKAE_TRY(auto made, Decide());
      if (!made->allowed) return made;
      if (!told_) HIKAE_CHECK(Tell(*made));
      HIKAE_CHECK(DestroyKeys());
      HIKAE_CHECK(RemoveRows());
      return made;
    });
  }

  Result<void> Finish() {
    // An entry that was being made in the meantime may have given them a salt again.
    for (const vault::SubjectNumber& number : gone_) HIKAE_CHECK(session_.gate->log->Forget(codec::Hex(number)));
    // Pages of before may lie in the write-ahead log: sealed under keys that are gone, but index values with them.
    // Not cleared: it is not called followed, and tried again by the next opening or erasure.
    HIKAE_TRY(pages_cleared_, session_.gate->writer->EmptyWriteAheadLog());
    return pages_cleared_ ? Followed() : Result<void>();
  }

  Result<Certificate> Certify(const Decision& decision) {
    std::string text =
        fmt::format("hikae erasure 1\nhandling {}\nfile {}\nrecords {}\nat {}\nby {}\n", session_.row.handling,
                    ask_.file, numbers_.size(), InJapan(session_.now), session_.row.actor);
    for (const Reason& reason : decision.reasons) text += fmt::format("rule {} {}\n", reason.rule, reason.article);
    if (!ask_.ground.empty()) text += fmt::format("ground {}\n", ask_.ground);
    text += fmt::format("pages {}\n", pages_cleared_ ? "cleared" : "pending");
    text += fmt::format("entry {} {}\n", position_.period, position_.first);
    HIKAE_TRY(std::string note, session_.gate->log->Sign(text));
    log::Entry ended;
    ended.type = log::EntryType::kWriteEnded;
    ended.time = session_.now;
    ended.intent = position_.first;
    ended.outcome = log::Outcome::kDone;
    HIKAE_CHECK(session_.Record(std::move(ended), {}, true));
    return Certificate{std::move(note), numbers_.size()};
  }

 private:
  Result<std::shared_ptr<const Decision>> Decide() {
    std::vector<vault::SealedRecord> records;
    HIKAE_CHECK(session_.database->Read([&] { return session_.vault.Fetch(ask_.file, numbers_, records); }));
    HIKAE_CHECK(session_.Refresh(false));
    std::shared_ptr<const Decision> made;
    for (const vault::SealedRecord& record : records) {
      Question question = session_.QuestionOf(ask_, ask_.items, numbers_.size());
      question.marks = record.marks;
      HIKAE_TRY(made, session_.Decide(question));
      if (!made->allowed) return made;
    }
    return made;
  }

  Result<void> Tell(const Decision& decision) {
    log::Entry entry = session_.EntryOf(log::EntryType::kErased, ask_, decision);
    entry.count = numbers_.size();
    const Record record{&entry, session_.row.actor, {}, detail_ = session_.DetailOf(ask_, decision)};
    HIKAE_TRY(const auto ticket, session_.gate->log->Submit({&record, 1}, WhenLogFails::kRefuse));
    HIKAE_TRY(position_, session_.gate->log->Wait(ticket, true));
    told_ = true;
    return {};
  }

  Result<void> DestroyKeys() {
    for (const vault::SubjectNumber& number : numbers_) {
      const auto last = session_.gate->keys->Destroy(number, ask_.file);
      // An earlier run of this work, or another, did it.
      if (!last.ok() && last.error().status == Status::kNotFound) continue;
      if (!last.ok()) return last.error();
      ++destroyed_;
      if (*last) gone_.push_back(number);
    }
    return {};
  }

  Result<void> RemoveRows() {
    vault::Vault vault(*session_.gate->writer, *session_.gate->keys);
    for (const vault::SubjectNumber& number : numbers_) HIKAE_CHECK(vault.Remove(ask_.file, number));
    for (const vault::SubjectNumber& number : gone_) HIKAE_CHECK(vault.SetMarks(number, {}));
    return {};
  }

  // What others erased is followed by them, or else by a sweep.
  Result<void> Followed() {
    store::Database& writer = *session_.gate->writer;
    return writer.Write([&]() -> Result<void> {
      HIKAE_TRY(const uint64_t erasures, session_.gate->keys->Erasures());
      store::SessionTables tables(writer);
      HIKAE_TRY(const int64_t followed, tables.ErasuresFollowed());
      const auto now = static_cast<int64_t>(erasures);
      return followed + destroyed_ == now ? tables.SetErasuresFollowed(now) : Result<void>();
    });
  }

  Session::Rep& session_;
  const Ask ask_;
  std::vector<vault::SubjectNumber> numbers_, gone_;  // gone_: known no more in any file
  int64_t destroyed_ = 0;
  bool told_ = false;
  std::string detail_;
  log::Position position_;
  bool pages_cleared_ = false;
};

}  // namespace

Result<Certificate> Session::Erase(const Ask& ask, std::span<const std::string_view> subjects) {
  if (ask.act != Act::kErase)
    return Error(Status::kArgument, base::Text{"this act erases nothing", "消去の行為でない"});
  HIKAE_CHECK(rep_->CheckAsk(ask));
  HIKAE_CHECK(rep_->gate->ReapplyErasures());  // of one that was cut off, and may be said again by this
  EraseRun run(*rep_, ask);
  HIKAE_CHECK(run.Find(subjects));
  HIKAE_TRY(const auto made, run.Work());
  rep_->decision = made;
  if (!made->allowed) return rep_->Refuse(ask, made, {});
  HIKAE_CHECK(run.Finish());
  rep_->Allowed();
  return run.Certify(*made);
}

}  // namespace hikae::gate
