// Records: written, read, found, erased, and marks of their subjects.
#include <map>

#include "base/civil_date.h"
#include "capi/vault_handles.h"

namespace hikae::capi {
namespace {

constexpr uint64_t kMostFound = 1'000;

// The act of a number: the gate counts from 0.
gate::Act ActGiven(int32_t act, gate::Act otherwise) {
  CheckRange(act, HIKAE_ACT_ADMINISTER, "act");
  return act == HIKAE_ACT_DEFAULT ? otherwise : static_cast<gate::Act>(act - 1);
}
static_assert(static_cast<int>(gate::Act::kLogin) + 1 == HIKAE_ACT_LOGIN);
static_assert(static_cast<int>(gate::Act::kPrint) + 1 == HIKAE_ACT_PRINT);
static_assert(static_cast<int>(gate::Act::kAdminister) + 1 == HIKAE_ACT_ADMINISTER);
static_assert(static_cast<int>(gate::View::kWhole) == HIKAE_VIEW_WHOLE);
static_assert(static_cast<int>(gate::View::kWidest) == HIKAE_VIEW_WIDEST);

gate::Put PutOf(const hikae_put& given) {
  gate::Put put;
  put.subject = Text(given.subject, "subject");
  if (put.subject.empty()) FailArgument("subject must not be empty");
  if (given.set_count != 0) Checked(given.set, "set");
  for (size_t i = 0; i < given.set_count; ++i)
    put.set.push_back({Text(given.set[i].name, "name"), Raw(given.set[i].value, "value")});
  put.remove = ViewsGiven(given.remove, given.remove_count, "remove");
  CheckRange(given.conditional, 1, "conditional");
  if (given.conditional != 0) put.if_version = given.if_version;
  return put;
}

std::vector<uint64_t> WriteAll(hikae_session* session, const hikae_ask* ask, const hikae_put* puts, size_t count) {
  const AskGiven given(ask, gate::Act::kWrite);
  if (count != 0) Checked(puts, "puts");
  std::vector<gate::Put> all;
  all.reserve(count);
  for (size_t i = 0; i < count; ++i) all.push_back(PutOf(puts[i]));
  return Acting(session, [&](gate::Session& own) { return own.Write(given.get(), all); });
}

int32_t StateOf(gate::Released::State state) {
  switch (state) {
    case gate::Released::State::kReleased:
      return HIKAE_RELEASED;
    case gate::Released::State::kNoRecord:
      return HIKAE_NO_RECORD;
    case gate::Released::State::kRefused:
      return HIKAE_WITHHELD;
  }
  return 0;
}

// As many decisions as there are different ones: seldom more than two in a batch.
std::vector<std::shared_ptr<const hikae_decision>> DecisionsOf(const std::vector<gate::Released>& released) {
  std::map<const gate::Decision*, std::shared_ptr<const hikae_decision>> known;
  std::vector<std::shared_ptr<const hikae_decision>> decisions;
  decisions.reserve(released.size());
  for (const gate::Released& one : released) {
    auto& shown = known[one.decision.get()];
    if (shown == nullptr && one.decision != nullptr) shown = Shown(one.decision);
    decisions.push_back(shown);
  }
  return decisions;
}

std::vector<vault::Mark> MarksOf(const hikae_mark* marks, size_t count, const hikae_office& office) {
  if (count != 0) Checked(marks, "marks");
  std::vector<vault::Mark> all;
  for (size_t i = 0; i < count; ++i) {
    vault::Mark mark;
    mark.kind = Text(marks[i].kind, "kind");
    mark.value = Text(marks[i].value, "value");
    mark.from = DayOf(marks[i].from, office);
    if (marks[i].until.len != 0) mark.until = DayOf(marks[i].until, office);
    all.push_back(std::move(mark));
  }
  return all;
}

}  // namespace

AskGiven::AskGiven(const hikae_ask* given, gate::Act otherwise) {
  const hikae_ask ask = capi::Read(&Checked(given, "ask"));
  items_ = TextsGiven(ask.items, ask.item_count, "items");
  approvals_ = TextsGiven(ask.approvals, ask.approval_count, "approvals");
  ask_.act = ActGiven(ask.act, otherwise);
  CheckRange(ask.view, HIKAE_VIEW_WIDEST, "view");
  ask_.view = static_cast<gate::View>(ask.view);
  ask_.file = Text(ask.file, "file");
  ask_.items = items_;
  ask_.approvals = approvals_;
  ask_.recipient = Text(ask.recipient, "recipient");
  ask_.source = Text(ask.source, "source");
  ask_.medium = Text(ask.medium, "medium");
  ask_.ground = Text(ask.ground, "ground");
  CheckRange(ask.encrypted, HIKAE_NO, "encrypted");
  if (ask.encrypted != HIKAE_NOT_SAID) ask_.encrypted = ask.encrypted == HIKAE_YES;
}

void AskGiven::SetItem(std::string_view item) {
  if (!items_.empty()) FailArgument("the items of this call are none but its own");
  if (item.empty()) FailArgument("item must not be empty");
  items_.emplace_back(item);
  ask_.items = items_;
}

hikae_list* ListOf(std::vector<std::string> ids) {
  auto list = std::make_unique<hikae_list>();
  list->entries.resize(ids.size());
  for (size_t i = 0; i < ids.size(); ++i) list->entries[i].id = std::move(ids[i]);
  return list.release();
}

}  // namespace hikae::capi

using namespace hikae;
using namespace hikae::capi;

extern "C" {

hikae_status hikae_record_put(hikae_session* s, const hikae_ask* ask, hikae_str subject, hikae_str item,
                              hikae_str value, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    const hikae_item set = {item, value};
    hikae_put put = HIKAE_PUT_INIT;
    put.subject = subject;
    put.set = &set;
    put.set_count = 1;
    WriteAll(s, ask, &put, 1);
    return HIKAE_OK;
  });
}

hikae_status hikae_records_put(hikae_session* s, const hikae_ask* ask, const hikae_put* puts, size_t count,
                               uint64_t* versions, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    for (size_t i = 0; versions != nullptr && i < count; ++i) versions[i] = 0;
    const std::vector<uint64_t> written = WriteAll(s, ask, puts, count);
    for (size_t i = 0; versions != nullptr && i < written.size(); ++i) versions[i] = written[i];
    return HIKAE_OK;
  });
}

hikae_status hikae_record_get(hikae_session* s, const hikae_ask* ask, hikae_str subject, hikae_str item,
                              hikae_buffer* out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = HIKAE_BUFFER_INIT;
    AskGiven given(ask, gate::Act::kRead);
    given.SetItem(Text(item, "item"));
    const std::string_view id = Text(subject, "subject");
    const gate::Released released = Acting(s, [&](gate::Session& session) { return session.Read(given.get(), id); });
    if (released.items.empty())
      Fail(base::Status::kNotFound, {"the record has no such item", "記録にこの項目がありません"});
    Copy(released.items[0].value.view(), *out);
    return HIKAE_OK;
  });
}

hikae_status hikae_records_get(hikae_session* s, const hikae_ask* ask, const hikae_str* subjects, size_t count,
                               hikae_records** out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    const AskGiven given(ask, gate::Act::kRead);
    const std::vector<std::string_view> ids = ViewsGiven(subjects, count, "subjects");
    auto records = std::make_unique<hikae_records>();
    records->released = Acting(s, [&](gate::Session& session) { return session.Release(given.get(), ids); });
    records->decisions = DecisionsOf(records->released);
    *out = records.release();
    return HIKAE_OK;
  });
}

hikae_status hikae_records_next(hikae_records* r, hikae_record* out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Out<hikae_record> record(out);
    hikae_records& records = Checked(r, "records");
    if (records.next > records.released.size()) return HIKAE_END;
    const size_t at = records.next++;  // one past the last: no record is the last given any more
    if (at == records.released.size()) return HIKAE_END;
    const gate::Released& from = records.released[at];
    record->index = at;
    record->state = StateOf(from.state);
    record->version = from.version;
    record->item_count = from.items.size();
    record->decision = records.decisions[at].get();
    return record.Give();
  });
}

hikae_status hikae_records_item(const hikae_records* r, uint64_t i, hikae_seen* out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Out<hikae_seen> seen(out);
    const hikae_records& records = Checked(r, "records");
    if (records.next == 0 || records.next > records.released.size())
      FailArgument("hikae_records_next gives the record first");
    const std::vector<gate::Seen>& items = records.released[records.next - 1].items;
    if (i >= items.size()) return HIKAE_END;
    seen->name = View(items[i].item);
    seen->value = View(items[i].value.view());
    seen->view = static_cast<int32_t>(items[i].view);
    seen->version = items[i].version;
    return seen.Give();
  });
}

void hikae_records_free(hikae_records* r) { delete r; }

hikae_status hikae_records_search(hikae_session* s, const hikae_ask* ask, int32_t index, hikae_str text, uint64_t most,
                                  hikae_list** out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    const AskGiven given(ask, gate::Act::kSearch);
    CheckRange(index, HIKAE_INDEX_YEAR, "index");
    if (index == 0) FailArgument("index is one of HIKAE_INDEX_…");
    const std::string_view sought = Text(text, "text");
    *out = ListOf(Acting(s, [&](gate::Session& session) {
      return session.Search(given.get(), static_cast<vault::IndexKind>(index), sought, most == 0 ? kMostFound : most);
    }));
    return HIKAE_OK;
  });
}

hikae_status hikae_records_sift(hikae_session* s, const hikae_ask* ask, hikae_sift_fn fn, void* ctx, uint64_t most,
                                hikae_list** out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    const AskGiven given(ask, gate::Act::kSearch);
    if (fn == nullptr) FailArgument("fn must not be NULL");
    std::vector<hikae_item> items;
    const auto keep = [&](const gate::Released& seen) {
      items.clear();
      for (const gate::Seen& item : seen.items) items.push_back({View(item.item), View(item.value.view())});
      int32_t kept = 0;
      if (fn(ctx, items.data(), items.size(), &kept) != 0)
        Fail(base::Status::kStopped, {"the callback stopped the call", "呼び出し元が中止しました"});
      return kept != 0;
    };
    *out = ListOf(Acting(
        s, [&](gate::Session& session) { return session.Sift(given.get(), keep, most == 0 ? kMostFound : most); }));
    return HIKAE_OK;
  });
}

hikae_status hikae_records_erase(hikae_session* s, const hikae_ask* ask, const hikae_str* subjects, size_t count,
                                 hikae_buffer* certificate, uint64_t* erased, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    if (erased != nullptr) *erased = 0;
    if (certificate != nullptr) *certificate = HIKAE_BUFFER_INIT;
    const AskGiven given(ask, gate::Act::kErase);
    const std::vector<std::string_view> ids = ViewsGiven(subjects, count, "subjects");
    const gate::Certificate done = Acting(s, [&](gate::Session& session) { return session.Erase(given.get(), ids); });
    if (certificate != nullptr) Copy(done.note, *certificate);
    if (erased != nullptr) *erased = done.records;
    return HIKAE_OK;
  });
}

hikae_status hikae_subject_mark(hikae_session* s, const hikae_ask* ask, hikae_str subject, const hikae_mark* marks,
                                size_t count, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    const AskGiven given(ask, gate::Act::kAdminister);
    const std::string_view id = Text(subject, "subject");
    const std::vector<vault::Mark> all = MarksOf(marks, count, Checked(s, "session").office);
    Acting(s, [&](gate::Session& session) { return session.SetMarks(given.get(), id, all); });
    return HIKAE_OK;
  });
}

hikae_status hikae_subject_marks(hikae_session* s, const hikae_ask* ask, hikae_str subject, hikae_list** out,
                                 hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    const AskGiven given(ask, gate::Act::kRead);
    const std::string_view id = Text(subject, "subject");
    auto list = std::make_unique<hikae_list>();
    for (vault::Mark& mark : Acting(s, [&](gate::Session& session) { return session.Marks(given.get(), id); })) {
      hikae_list::Entry entry;
      entry.id = std::move(mark.kind);
      entry.detail = std::move(mark.value);
      entry.from = base::FormatIso(mark.from);
      if (mark.until) entry.until = base::FormatIso(*mark.until);
      list->entries.push_back(std::move(entry));
    }
    *out = list.release();
    return HIKAE_OK;
  });
}

}  // extern "C"
