#include <algorithm>
#include <utility>

#include "gate/release.h"
#include "gate/view.h"

namespace hikae::gate {

using base::Error;
using base::Result;
using base::Status;

namespace {

constexpr size_t kSiftAtOnce = 256;  // records in the clear at a time

Result<void> CheckSearch(const Ask& ask) {
  if (ask.act == Act::kSearch && !ask.items.empty()) return {};
  return Error(Status::kArgument, {"a search names the items it looks at", "検索では、対象の項目を示す"}, {},
               {"act `search` with at least one item", "行為を検索とし、項目を一つ以上示す"});
}

// One record as `keep` sees it; nothing when a mark of its subject keeps it out, or when it was erased meanwhile. Where
// it was sealed under new keys since it was fetched, it is read again, and decided again by its marks of then.
class SiftOne {
 public:
  SiftOne(Session::Rep& session, const Ask& ask, uint64_t all)
      // What was decided is that view, so it is what `keep` sees.
      : session_(session), ask_(ask), all_(all), view_(ask.view == View::kWidest ? View::kWhole : ask.view) {}

  Result<std::optional<Released>> See(vault::SealedRecord record) {
    for (int tries = 1;; ++tries) {
      Question question = session_.QuestionOf(ask_, ask_.items, all_);
      question.marks = record.marks;
      HIKAE_TRY(const auto made, session_.Decide(question));
      if (!made->allowed) return std::optional<Released>();
      auto plain = session_.vault.Open(Releasing::Leave(), ask_.file, record, ask_.items);
      if (plain.ok()) return std::optional(Shown(record, made, *std::move(plain)));
      if (plain.error().status != Status::kNotFound || tries == kMostReadings) return std::move(plain).error();
      HIKAE_TRY(const bool other, session_.ReadAgain(ask_.file, record));
      if (!other) return std::optional<Released>();
    }
  }

 private:
  Released Shown(const vault::SealedRecord& record, const std::shared_ptr<const Decision>& made,
                 std::vector<vault::PlainItem> plain) const {
    Released seen{Released::State::kReleased, record.version, {}, made};
    for (vault::PlainItem& item : plain) {
      seen.items.push_back(SeenOf(std::move(item), view_));
    }
    return seen;
  }

  Session::Rep& session_;
  const Ask& ask_;
  const uint64_t all_;
  const View view_;
};

}  // namespace

Result<std::vector<std::string>> Session::Search(const Ask& ask, vault::IndexKind kind, std::string_view text,
                                                 size_t most) {
  HIKAE_CHECK(CheckSearch(ask));
  if (ask.items.size() != 1) {
    return Error(Status::kArgument, base::Text{"an index is of one item", "索引は一つの項目についてのものである"});
  }
  HIKAE_TRY(const auto made, rep_->DecideAlone(ask, 0));
  if (!made->allowed) return rep_->Refuse(ask, made, {});
  HIKAE_TRY(const auto numbers, rep_->database->Read([&] {
    return rep_->vault.Search(rep_->SpecOf(ask.file), ask.items[0], kind, text, most);
  }));
  log::Entry entry = rep_->EntryOf(log::EntryType::kSearched, ask, *made);
  entry.items.assign(ask.items.begin(), ask.items.end());
  entry.count = numbers.size();
  HIKAE_CHECK(rep_->Record(std::move(entry), rep_->DetailOf(ask, *made), false));
  rep_->Allowed();
  std::vector<std::string> ids;
  ids.reserve(numbers.size());
  for (const vault::SubjectNumber& number : numbers) {
    auto id = rep_->gate->keys->IdOf(number);
    if (!id.ok() && id.error().status == Status::kNotFound) continue;  // erased meanwhile
    if (!id.ok()) return std::move(id).error();
    ids.push_back(*std::move(id));
  }
  return ids;
}

Result<std::vector<std::string>> Session::Sift(const Ask& ask, const std::function<bool(const Released&)>& keep,
                                               size_t most) {
  HIKAE_CHECK(CheckSearch(ask));
  HIKAE_CHECK(rep_->CheckAsk(ask));
  HIKAE_TRY(const uint64_t all, rep_->database->Read([&] { return rep_->vault.Count(ask.file); }));
  HIKAE_TRY(const auto made, rep_->DecideAlone(ask, all));
  if (!made->allowed) return rep_->Refuse(ask, made, {});
  // The entry comes first: what `keep` sees is in the clear.
  log::Entry entry = rep_->EntryOf(log::EntryType::kSearched, ask, *made);
  entry.items.assign(ask.items.begin(), ask.items.end());
  entry.count = all;
  HIKAE_CHECK(rep_->Record(std::move(entry), rep_->DetailOf(ask, *made), true));
  rep_->Allowed();
  SiftOne one(*rep_, ask, all);
  std::vector<std::string> ids;
  std::optional<vault::SubjectNumber> after;
  for (;;) {
    HIKAE_TRY(auto records, rep_->database->Read([&] { return rep_->vault.Scan(ask.file, after, kSiftAtOnce); }));
    if (records.empty()) return ids;
    after = records.back().subject;
    for (vault::SealedRecord& record : records) {
      const vault::SubjectNumber subject = record.subject;
      HIKAE_TRY(const auto seen, one.See(std::move(record)));
      if (!seen || !keep(*seen)) continue;
      auto id = rep_->gate->keys->IdOf(subject);
      if (!id.ok() && id.error().status == Status::kNotFound) continue;  // erased meanwhile
      if (!id.ok()) return std::move(id).error();
      ids.push_back(*std::move(id));
      if (ids.size() == most) return ids;
    }
  }
}

}  // namespace hikae::gate
