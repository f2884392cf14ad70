#include "gate/release.h"

#include <algorithm>
#include <utility>

#include "codec/hex.h"
#include "gate/view.h"

namespace hikae::gate {

using base::Error;
using base::Result;
using base::Status;

ReleasePlans::Words::Words(const Ask& ask, uint64_t count)
    : act(ask.act),
      view(ask.view),
      encrypted(ask.encrypted),
      records(count),
      file(ask.file),
      recipient(ask.recipient),
      source(ask.source),
      medium(ask.medium),
      ground(ask.ground),
      handover(ask.handover),
      medium_id(ask.medium_id),
      items(ask.items.begin(), ask.items.end()),
      approvals(ask.approvals.begin(), ask.approvals.end()) {}

bool ReleasePlans::Words::Are(const Ask& ask, uint64_t count) const {
  return act == ask.act && view == ask.view && encrypted == ask.encrypted && records == count && file == ask.file &&
         recipient == ask.recipient && source == ask.source && medium == ask.medium && ground == ask.ground &&
         handover == ask.handover && medium_id == ask.medium_id && std::ranges::equal(items, ask.items) &&
         std::ranges::equal(approvals, ask.approvals);
}

Result<void> ReleaseRun::Find(std::span<const std::string_view> subjects) {
  HIKAE_TRY(numbers_, session_.gate->keys->Find(subjects, ask_.file));
  return {};
}

Result<void> ReleaseRun::Fetch() {
  std::vector<vault::SubjectNumber> known;
  for (const auto& number : numbers_) {
    if (number) known.push_back(*number);
  }
  std::vector<vault::SealedRecord> found = std::move(session_.fetched);
  const auto fetch = [&] { return session_.vault.Fetch(ask_.file, known, found); };
  // One statement is a transaction by itself; several are to see one moment.
  HIKAE_CHECK(known.size() > 1 ? session_.database->Read(fetch) : fetch());
  if (found.size() == numbers_.size()) {
    records_ = std::move(found);
    return {};
  }
  size_t next = 0;
  records_.reserve(numbers_.size());
  for (const auto& number : numbers_) records_.push_back(number ? std::move(found[next++]) : vault::SealedRecord());
  return {};
}

void ReleaseRun::Take(std::vector<vault::SealedRecord> records) { records_ = std::move(records); }

// Of a view that is left to the rules: the whole of everything, or else for each item the most that is allowed.
Result<void> ReleaseRun::PlanWidest(Question question, Plan& plan) {
  question.view = View::kWhole;
  HIKAE_TRY(plan.decision, session_.Decide(question));
  if (plan.decision->allowed) return {};
  std::shared_ptr<const Decision> granted;
  std::vector<std::string> let_out;
  for (const std::string& item : plans_->items) {
    question.items = {&item, 1};
    for (const View view : {View::kWhole, View::kMasked, View::kPresence}) {
      question.view = view;
      HIKAE_TRY(auto made, session_.Decide(question));
      if (!made->allowed) continue;
      granted = std::move(made);
      let_out.push_back(item);
      if (view != View::kWhole) plan.views.emplace(item, view);
      break;
    }
  }
  if (granted) plan.decision = granted, plan.items = std::move(let_out);
  return {};
}

Result<const ReleaseRun::Plan*> ReleaseRun::PlanFor(const vault::SealedRecord& record) {
  std::string subject, of_person;
  if (plans_->about_persons && record.version != 0) {
    HIKAE_TRY(subject, session_.gate->keys->IdOf(record.subject));
    of_person = record.marks + '\0' + codec::Hex(record.subject);
  }
  const std::string& alike = subject.empty() ? record.marks : of_person;
  if (const auto known = plans_->plans.find(alike); known != plans_->plans.end()) return &known->second;
  Plan plan;
  Question question = session_.QuestionOf(ask_, plans_->items, total_.value_or(records_.size()));
  question.marks = record.marks;
  question.subject = subject;
  plan.items = plans_->items;
  if (ask_.view == View::kWidest) {
    HIKAE_CHECK(PlanWidest(question, plan));
  } else {
    HIKAE_TRY(plan.decision, session_.Decide(question));
  }
  if (ask_.view == View::kMasked || ask_.view == View::kPresence) {
    for (const std::string& item : plan.items) plan.views.emplace(item, ask_.view);
  }
  return &plans_->plans.emplace(alike, std::move(plan)).first->second;
}

Result<void> ReleaseRun::MakePlans() {
  session_.ForgetOldDecisions();
  const uint64_t records = total_.value_or(records_.size());
  plans_ = session_.planned;
  if (plans_ && plans_->asked.Are(ask_, records)) return {};
  plans_ = std::make_shared<ReleasePlans>();
  plans_->asked = ReleasePlans::Words(ask_, records);
  plans_->about_persons = AboutPersons(*session_.book, ask_.approvals);
  HIKAE_TRY(plans_->items, session_.ItemsOf(ask_));
  session_.planned = plans_;
  return {};
}

Result<void> ReleaseRun::Decide() {
  HIKAE_CHECK(MakePlans());
  planned_.reserve(records_.size());
  for (const vault::SealedRecord& record : records_) {
    HIKAE_TRY(const Plan* plan, PlanFor(record));
    planned_.push_back(plan);
    if (plan->decision->allowed) continue;
    ++refused_;
    if (!first_refusal_) first_refusal_ = plan->decision;
  }
  if (!planned_.empty()) session_.decision = first_refusal_ ? first_refusal_ : planned_[0]->decision;
  return {};
}

ReleasePlans::Told& ReleaseRun::TellOf(const Plan& plan, bool there) {
  const auto known = plans_->told.find({&plan, there});
  if (known != plans_->told.end()) {
    known->second.entry.time = session_.now;
    return known->second;
  }
  Told told;
  told.entry = session_.EntryOf(EntryTypeOf(ask_.act), ask_, *plan.decision);
  told.entry.items = plan.items;
  told.entry.count = there && plan.decision->allowed ? 1 : 0;
  told.detail = session_.DetailOf(ask_, *plan.decision);
  return plans_->told.emplace(std::pair(&plan, there), std::move(told)).first->second;
}

Result<void> ReleaseRun::Submit() {
  if (records_.empty()) return {};
  std::vector<Record> entries;
  entries.reserve(records_.size());
  subjects_.reserve(records_.size());
  for (size_t i = 0; i < records_.size(); ++i) {
    const bool there = records_[i].version != 0;
    Told& told = TellOf(*planned_[i], there);
    subjects_.push_back(there ? codec::Hex(records_[i].subject) : std::string());
    entries.push_back({&told.entry, session_.row.actor, subjects_.back(), told.detail, &told.shape});
  }
  HIKAE_TRY(ticket_, session_.gate->log->Submit(entries, session_.book->WhenLogFailsFor(session_.row.purpose)));
  return {};
}

Result<bool> Session::Rep::ReadAgain(std::string_view file, vault::SealedRecord& record) {
  gate->keys->BeginCall();  // the keys are looked at again
  std::vector<vault::SealedRecord> again;
  HIKAE_CHECK(vault.Fetch(file, {&record.subject, 1}, again));
  if (again[0].version == 0 || again[0].body == record.body) return false;
  record = std::move(again[0]);
  return true;
}

// Sealed under new keys since it was read, and the old ones are gone: then it is read again. What was decided was
// decided by the marks.
Result<std::vector<vault::PlainItem>> ReleaseRun::OpenOne(vault::SealedRecord& record,
                                                          const std::vector<std::string>& items) {
  const std::string marks = record.marks;
  for (int tries = 1;; ++tries) {
    auto plain = session_.vault.Open(Releasing::Leave(), ask_.file, record, items);
    if (plain.ok() || plain.error().status != Status::kNotFound || tries == kMostReadings) return plain;
    HIKAE_TRY(const bool other, session_.ReadAgain(ask_.file, record));
    if (!other || record.marks != marks) return plain;
  }
}

Result<void> ReleaseRun::Open() {
  released_.resize(records_.size());
  for (size_t i = 0; i < records_.size(); ++i) {
    Released& out = released_[i];
    const Plan& plan = *planned_[i];
    out.decision = plan.decision;
    out.version = records_[i].version;
    if (!plan.decision->allowed) {
      out.state = Released::State::kRefused;
      out.version = 0;
      continue;
    }
    if (records_[i].version == 0) continue;
    out.state = Released::State::kReleased;
    HIKAE_TRY(auto plain, OpenOne(records_[i], plan.items));
    out.version = records_[i].version;
    out.items.reserve(plain.size());
    for (vault::PlainItem& item : plain) {
      const auto limited = plan.views.find(item.item());
      const View view = limited == plan.views.end() ? View::kWhole : limited->second;
      out.items.push_back(SeenOf(std::move(item), view));
    }
  }
  return {};
}

Result<std::vector<Released>> ReleaseRun::Finish() {
  if (!records_.empty()) {
    HIKAE_TRY(position_, session_.gate->log->Wait(ticket_, total_.has_value()));
  }
  if (refused_ < records_.size()) session_.Allowed();
  return std::move(released_);
}

Result<std::vector<Released>> Session::Release(const Ask& ask, std::span<const std::string_view> subjects) {
  if (!IsRelease(ask.act)) {
    return Error(Status::kArgument, base::Text{"this act lets nothing out", "この行為では記録を取り出せない"});
  }
  HIKAE_CHECK(rep_->CheckAsk(ask));
  const vault::OneCall call(*rep_->gate->keys);
  ReleaseRun run(*rep_, ask);
  HIKAE_CHECK(run.Find(subjects));
  HIKAE_CHECK(run.Fetch());
  HIKAE_CHECK(rep_->Refresh(false));
  HIKAE_CHECK(run.Decide());
  HIKAE_CHECK(run.Submit());
  const Result<void> opened = run.Open();
  // What was decided stands in the log in any case; only then may the caller hear of it.
  HIKAE_TRY(auto released, run.Finish());
  HIKAE_CHECK(opened);
  HIKAE_CHECK(rep_->StoreUse());
  if (run.all_refused()) return rep_->Refused(*run.first_refusal());
  run.GiveBack();
  return released;
}

Result<Released> Session::Read(const Ask& ask, std::string_view subject) {
  HIKAE_TRY(auto released, Release(ask, {&subject, 1}));
  if (released[0].state == Released::State::kNoRecord) {
    return Error(Status::kNotFound,
                 base::Text{"the file has no record of this subject", "このファイルに本人の記録がない"});
  }
  return std::move(released[0]);
}

}  // namespace hikae::gate
