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
  // What was decided is that view, so it is what `keep` sees.
  const View view = ask.view == View::kWidest ? View::kWhole : ask.view;
  std::vector<std::string> ids;
  std::optional<vault::SubjectNumber> after;
  for (;;) {
    HIKAE_TRY(auto records, rep_->database->Read([&] { return rep_->vault.Scan(ask.file, after, kSiftAtOnce); }));
    if (records.empty()) return ids;
    after = records.back().subject;
    for (const vault::SealedRecord& record : records) {
      Question question = rep_->QuestionOf(ask, ask.items, all);
      question.marks = record.marks;
      HIKAE_TRY(const auto one, rep_->Decide(question));
      if (!one->allowed) continue;  // a mark of this subject keeps it out
      auto plain = rep_->vault.Open(Releasing::Leave(), ask.file, record, ask.items);
      if (!plain.ok() && plain.error().status == Status::kNotFound) continue;  // erased meanwhile
      if (!plain.ok()) return std::move(plain).error();
      Released seen{Released::State::kReleased, record.version, {}, one};
      for (vault::PlainItem& item : *plain) {
        seen.items.push_back(SeenOf(std::move(item), view));
      }
      if (!keep(seen)) continue;
      HIKAE_TRY(std::string id, rep_->gate->keys->IdOf(record.subject));
      ids.push_back(std::move(id));
      if (ids.size() == most) return ids;
    }
  }
}

}  // namespace hikae::gate
