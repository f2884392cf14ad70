#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "codec/hex.h"
#include "gate/intents.h"

namespace hikae::gate {

using base::Error;
using base::Result;
using base::Status;

namespace {

// One call of Write.
class WriteRun {
 public:
  WriteRun(Session::Rep& session, const Ask& ask, std::span<const Put> puts)
      : session_(session), ask_(ask), puts_(puts), vault_(session.writing), intents_(session) {}

  // Before anything is made for subjects that are not known yet: would they be refused as they are?
  Result<void> DecideUnknown() {
    std::vector<std::string_view> subjects;
    for (const Put& put : puts_) subjects.push_back(put.subject);
    HIKAE_TRY(const auto numbers, session_.gate->keys->Find(subjects, ask_.file));
    for (size_t i = 0; i < puts_.size(); ++i) {
      if (numbers[i]) continue;
      HIKAE_TRY(const auto made, DecideOne(i, {}));
      if (!made->allowed) return Refuse(i, made);
    }
    return {};
  }

  Result<void> MakeKeys() {
    std::vector<std::string> subjects;
    subjects.reserve(puts_.size());
    for (const Put& put : puts_) subjects.emplace_back(put.subject);
    HIKAE_TRY(numbers_, session_.gate->keys->Make(subjects, ask_.file));
    std::set<vault::SubjectNumber> once(numbers_.begin(), numbers_.end());
    if (once.size() == numbers_.size()) return {};
    return Error(Status::kArgument,
                 base::Text{"a subject is named twice in one call", "一度の記録に同じ本人が二度示されている"});
  }

  Result<std::vector<uint64_t>> Work() {
    return intents_.Write([&] { return InTransaction(); });
  }

  const std::shared_ptr<const Decision>& decision() const { return decisions_.front(); }

 private:
  Result<std::vector<uint64_t>> InTransaction() {
    HIKAE_CHECK(session_.Refresh(true));
    HIKAE_CHECK(vault_.Fetch(ask_.file, numbers_, records_));
    HIKAE_CHECK(CheckVersions());
    decisions_.clear();
    for (size_t i = 0; i < puts_.size(); ++i) {
      HIKAE_TRY(auto made, DecideOne(i, records_[i].marks));
      if (!made->allowed) return Refuse(i, made);
      decisions_.push_back(std::move(made));
    }
    HIKAE_CHECK(Prepare());
    std::vector<uint64_t> versions;
    versions.reserve(prepared_.size());
    HIKAE_CHECK(Submit());
    HIKAE_CHECK(vault_.Write(session_.SpecOf(ask_.file), prepared_));
    for (const vault::Prepared& prepared : prepared_) versions.push_back(prepared.version);
    HIKAE_CHECK(intents_.Await());
    return versions;
  }

  std::vector<std::string> ItemsOf(const Put& put) const {
    std::set<std::string> items;
    for (const auto& set : put.set) items.emplace(set.item);
    for (const std::string_view item : put.remove) items.emplace(item);
    return {items.begin(), items.end()};
  }

  Result<std::shared_ptr<const Decision>> DecideOne(size_t i, std::string_view marks) {
    const std::vector<std::string> items = ItemsOf(puts_[i]);
    Question question = session_.QuestionOf(ask_, items, puts_.size());
    question.marks = marks;
    if (AboutPersons(*session_.book, ask_.approvals)) question.subject = puts_[i].subject;
    return session_.Decide(question);
  }

  // All or none: one refusal refuses the call, and is what is recorded of it.
  Error Refuse(size_t i, const std::shared_ptr<const Decision>& refusal) {
    Ask ask = ask_;
    const std::vector<std::string> items = ItemsOf(puts_[i]);
    ask.items = items;
    const bool known = i < records_.size() && records_[i].version != 0;
    return session_.Refuse(ask, refusal, known ? codec::Hex(records_[i].subject) : std::string());
  }

  Result<void> CheckVersions() const {
    for (size_t i = 0; i < puts_.size(); ++i) {
      if (!puts_[i].if_version || *puts_[i].if_version == records_[i].version) continue;
      return Error(
          Status::kBusy,
          {fmt::format("record {} of the call has version {}, not {}", i + 1, records_[i].version,
                       *puts_[i].if_version),
           fmt::format("{}件目の記録の版は{}で、{}ではない", i + 1, records_[i].version, *puts_[i].if_version)},
          {}, {"nothing was written; read it again", "何も記録していない。読み直す"});
    }
    return {};
  }

  Result<void> Prepare() {
    prepared_.clear();
    for (size_t i = 0; i < puts_.size(); ++i) {
      vault::Change change{numbers_[i], puts_[i].set, puts_[i].remove};
      auto prepared = vault_.Prepare(session_.SpecOf(ask_.file), records_[i], change);
      if (!prepared.ok()) return InCall(i, std::move(prepared).error());
      prepared_.push_back(*std::move(prepared));
    }
    return {};
  }

  Error InCall(size_t i, Error error) const {
    if (puts_.size() > 1) {
      error.text.en = fmt::format("record {} of the call: {}", i + 1, error.text.en);
      error.text.ja = fmt::format("{}件目: {}", i + 1, error.text.ja);
    }
    return error;
  }

  Result<void> Submit() {
    std::vector<log::Entry> entries(puts_.size());
    std::vector<Record> records;
    records.reserve(puts_.size());
    subjects_.clear();
    subjects_.reserve(puts_.size());
    details_.clear();
    details_.reserve(puts_.size());
    for (size_t i = 0; i < puts_.size(); ++i) {
      subjects_.push_back(codec::Hex(numbers_[i]));
      details_.push_back(session_.DetailOf(ask_, *decisions_[i]));
      log::Entry& entry = entries[i] = session_.EntryOf(EntryTypeOf(ask_.act), ask_, *decisions_[i]);
      entry.items = prepared_[i].touched;
      entry.key_version = prepared_[i].key_version;
      entry.digest = prepared_[i].head;
      records.push_back({&entry, session_.row.actor, subjects_.back(), details_.back()});
    }
    return intents_.Submit(records, session_.book->WhenLogFailsFor(session_.row.purpose));
  }

  Session::Rep& session_;
  const Ask ask_;
  std::span<const Put> puts_;
  vault::Vault& vault_;
  std::vector<vault::SubjectNumber> numbers_;
  std::vector<vault::SealedRecord> records_;
  std::vector<std::shared_ptr<const Decision>> decisions_;
  std::vector<vault::Prepared> prepared_;
  std::vector<std::string> subjects_, details_;
  Intents intents_;
};

}  // namespace

Result<std::vector<uint64_t>> Session::Write(const Ask& ask, std::span<const Put> puts) {
  if (ask.act != Act::kWrite && ask.act != Act::kCollect) {
    return Error(Status::kArgument, base::Text{"this act writes nothing", "この行為では記録を書けない"});
  }
  HIKAE_CHECK(rep_->CheckAsk(ask));
  if (puts.empty()) return std::vector<uint64_t>();
  const vault::OneCall call(*rep_->gate->keys);
  WriteRun run(*rep_, ask, puts);
  HIKAE_CHECK(rep_->Refresh(false));
  HIKAE_CHECK(run.DecideUnknown());
  HIKAE_CHECK(run.MakeKeys());
  HIKAE_TRY(auto versions, run.Work());
  rep_->decision = run.decision();
  rep_->Allowed();
  HIKAE_CHECK(rep_->StoreUse());
  return versions;
}

}  // namespace hikae::gate
