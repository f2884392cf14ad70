#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "codec/hex.h"
#include "codec/node.h"
#include "crypto/aead.h"
#include "crypto/blake2b.h"
#include "gate/gate_rep.h"

namespace hikae::gate {

using base::Error;
using base::Result;
using base::Status;
using store::SessionRow;
using store::SessionTables;

namespace {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kStoreUseEvery = 15 * kSecond;  // so much of a session's idle time is told too long after a restart

std::vector<std::string> Texts(const codec::Node* list) {
  std::vector<std::string> texts;
  if (list == nullptr || !list->IsList()) return texts;
  for (const codec::Node& item : list->items()) texts.push_back(item.text());
  return texts;
}

codec::Node List(std::span<const std::string> texts) {
  codec::Node list = codec::Node::List();
  for (const std::string& text : texts) list.Append(codec::Node::String(text));
  return list;
}

codec::Node RuleList(const std::vector<Reason>& reasons) {
  codec::Node list = codec::Node::List();
  for (const Reason& reason : reasons) list.Append(codec::Node::String(reason.rule));
  return list;
}

// Parts of the key under which a decision is kept; the length before each keeps them apart.
void PutPart(std::string& key, std::string_view part) {
  key += std::to_string(part.size());
  key += ':';
  key += part;
}

}  // namespace

std::string KeyOf(const Question& question) {
  std::string key;
  PutPart(key, question.action);
  PutPart(key, question.file);
  for (const std::string& item : question.items) PutPart(key, item);
  key += static_cast<char>('a' + static_cast<int>(question.view));
  PutPart(key, std::to_string(question.records));
  PutPart(key, question.marks);
  // Not the id itself, for the key is kept.
  const auto name = crypto::TableHash(crypto::AsBytes(question.subject));
  PutPart(key,
          question.subject.empty() ? "" : std::string_view(reinterpret_cast<const char*>(name.data()), name.size()));
  for (const std::string& approval : question.approvals) PutPart(key, approval);
  key += '|';
  PutPart(key, question.recipient);
  PutPart(key, question.source);
  PutPart(key, question.medium);
  PutPart(key, question.medium_id);
  PutPart(key, question.handover);
  key += question.encrypted ? (*question.encrypted ? 'e' : 'p') : '-';
  PutPart(key, question.what);
  return key;
}

Result<void> Session::Rep::TakeRow(SessionRow from) {
  row = std::move(from);
  HIKAE_TRY(const codec::Node factors, codec::ReadJson(row.factors, "session"));
  standing.actor = {row.actor_type, row.actor};
  standing.handling = row.handling;
  standing.purpose = row.purpose;
  standing.terminal = row.terminal;
  standing.place = row.place;
  standing.terminal_factors = Texts(factors.Find("terminal"));
  standing.system_factors = Texts(factors.Find("system"));
  standing.begun_at = row.begun_at;
  standing.used_at = std::max(standing.used_at, row.used_at);
  stored_use = row.used_at;
  // A session that ended itself is as good as revoked: whatever still holds it is told by a rule.
  standing.revoked_at = row.revoked_at ? row.revoked_at : row.ended_at;
  return {};
}

Result<void> Session::Rep::Refresh(bool anew) {
  now = gate->Now();
  HIKAE_TRY(const int64_t changes, database->ChangesByOthers());
  if (anew || changes != seen) {
    HIKAE_TRY(auto found, database->Read([&] { return SessionTables(*database).ByName(row.session); }));
    if (!found) {
      return Error(Status::kNotFound, {"the session is not there any more", "利用の記録(セッション)がない"}, {},
                   {"begin a new one", "改めてログインする"});
    }
    HIKAE_CHECK(TakeRow(*std::move(found)));
    seen = changes;
    book.reset();
    ForgetDecisions();  // the session's own row counts too
  }
  const int32_t today = base::DayInJapan(now);
  if (book && today == day) return {};
  HIKAE_TRY(book, gate->Book(now));
  day = today;
  return {};
}

void Session::Rep::ForgetDecisions() {
  decided.clear();
  planned.reset();
}

void Session::Rep::ForgetOldDecisions() {
  const std::pair<int64_t, int64_t> at{now / kSecond, standing.used_at / kSecond};
  if (at == second && decided_by == book.get()) return;
  ForgetDecisions();
  second = at;
  decided_by = book.get();
}

Result<std::shared_ptr<const Decision>> Session::Rep::Decide(const Question& question) {
  ForgetOldDecisions();
  if (const auto faulty = book->faulty_files.find(std::string(question.file)); faulty != book->faulty_files.end()) {
    return faulty->second;
  }
  std::string key = KeyOf(question);
  if (const auto known = decided.find(key); known != decided.end()) return known->second;
  HIKAE_TRY(Decision fresh, gate::Decide(*book, standing, question, now));
  auto shared = std::make_shared<const Decision>(std::move(fresh));
  decided.emplace(std::move(key), shared);
  return shared;
}

Question Session::Rep::QuestionOf(const Ask& ask, std::span<const std::string> items, uint64_t records) const {
  Question question;
  question.action = Name(ask.act);
  question.file = ask.file;
  question.items = items;
  question.view = ask.view;
  question.records = records;
  question.approvals = ask.approvals;
  question.recipient = ask.recipient;
  question.source = ask.source;
  question.medium = ask.medium;
  question.medium_id = ask.medium_id;
  question.handover = ask.handover;
  question.encrypted = ask.encrypted;
  return question;
}

void Session::Rep::Allowed() {
  standing.used_at = std::max(standing.used_at, now);
  gate->acts.fetch_add(1, std::memory_order_relaxed);
}

Result<void> Session::Rep::StoreUse() {
  if (standing.used_at - stored_use < kStoreUseEvery) return {};
  HIKAE_CHECK(gate->writer->Write([&] { return SessionTables(*gate->writer).Use(row.session, standing.used_at); }));
  stored_use = standing.used_at;
  return {};
}

log::Entry Session::Rep::EntryOf(log::EntryType type, const Ask& ask, const Decision& from) const {
  log::Entry entry;
  entry.type = type;
  entry.time = now;
  entry.handling = row.handling;
  entry.ground = ask.ground.empty() ? row.purpose : std::string(ask.ground);
  entry.file = ask.file;
  entry.decision =
      from.allowed ? log::Decision::kAllowed : (from.judged ? log::Decision::kRefused : log::Decision::kNotJudged);
  for (const Reason& reason : from.reasons) entry.rules.push_back(reason.rule);
  entry.thing = row.session;
  return entry;
}

codec::Node Session::Rep::Details(const Ask& ask, const Decision& from) const {
  codec::Node detail = codec::Node::Map();
  if (!from.warnings.empty()) detail.Set("warnings", RuleList(from.warnings));
  if (!from.exceptions.empty()) detail.Set("exceptions", List(from.exceptions));
  // A plan of a handover or a link is no approval: who counts outputs without one keeps them apart.
  std::vector<std::string> approvals, rows;
  for (const std::string& id : ask.approvals)
    (book->facts->Find({"Approval", id}) != nullptr ? approvals : rows).push_back(id);
  if (!approvals.empty()) detail.Set("approvals", List(approvals));
  if (!rows.empty()) detail.Set("restsOn", List(rows));
  if (!ask.recipient.empty()) detail.Set("recipient", codec::Node::String(std::string(ask.recipient)));
  if (!ask.source.empty()) detail.Set("source", codec::Node::String(std::string(ask.source)));
  if (!ask.medium.empty()) detail.Set("medium", codec::Node::String(std::string(ask.medium)));
  if (ask.view != View::kWhole) {
    detail.Set("view", codec::Node::String(ask.view == View::kWidest ? "widest" : Name(ask.view)));
  }
  return detail;
}

std::string Session::Rep::DetailOf(const Ask& ask, const Decision& from) const {
  const codec::Node detail = Details(ask, from);
  return detail.entries().empty() ? std::string() : codec::WriteJson(detail);
}

Error Session::Rep::Refused(const Decision& refusal) const {
  base::Text hint;
  for (const Reason& reason : refusal.reasons) {
    hint.en += (hint.en.empty() ? "" : ", ") + reason.rule;
    hint.ja += (hint.ja.empty() ? "" : "、") + reason.article;
  }
  return Error(Status::kRefused, refusal.Explain(), {}, hint);
}

Error Session::Rep::Refuse(const Ask& ask, const std::shared_ptr<const Decision>& refusal, std::string_view subject) {
  decision = refusal;
  log::Entry entry = EntryOf(EntryTypeOf(ask.act), ask, *refusal);
  entry.items.assign(ask.items.begin(), ask.items.end());
  if (ask.act != Act::kLogout) entry.count = 0;
  const std::string detail = DetailOf(ask, *refusal);
  const gate::Record record{&entry, row.actor, subject, detail};
  const auto ticket = gate->log->Submit({&record, 1}, book->WhenLogFailsFor(row.purpose));
  if (!ticket.ok()) return ticket.error();
  const auto position = gate->log->Wait(*ticket, false);
  if (!position.ok()) return position.error();
  return Refused(*refusal);
}

Result<log::Position> Session::Rep::Record(log::Entry entry, std::string_view detail, bool durably,
                                           std::string_view subject) {
  const gate::Record record{&entry, row.actor, subject, detail};
  HIKAE_TRY(const auto ticket, gate->log->Submit({&record, 1}, book->WhenLogFailsFor(row.purpose)));
  return gate->log->Wait(ticket, durably);
}

Result<void> Session::Rep::Settle() {
  if (!unsettled) return {};
  HIKAE_CHECK(gate->SettleWrites());
  unsettled = false;
  return {};
}

Result<void> Session::Rep::CheckAsk(const Ask& ask) {
  HIKAE_CHECK(Settle());
  if (!IsOfHandling(ask.act) && ask.file.empty()) {
    return Error(Status::kArgument, base::Text{"no file is named", "個人情報ファイルが示されていない"});
  }
  if (ask.items.size() > vault::kMaxItems) {
    return Error(Status::kArgument, base::Text{fmt::format("more than {} items are named", vault::kMaxItems),
                                               fmt::format("項目が{}を超える", vault::kMaxItems)});
  }
  return {};
}

const vault::FileSpec& Session::Rep::SpecOf(std::string_view file) {
  if (const auto known = book->files.find(std::string(file)); known != book->files.end()) return known->second;
  vault::FileSpec& spec = undeclared[std::string(file)];
  spec.file = file;
  return spec;
}

Result<std::vector<std::string>> Session::Rep::ItemsOf(const Ask& ask) {
  std::vector<std::string> items(ask.items.begin(), ask.items.end());
  if (!items.empty()) return items;
  for (const vault::ItemSpec& spec : SpecOf(ask.file).items) items.push_back(spec.item);
  const cedar::Entity* file = book->facts->Find({"File", std::string(ask.file)});
  const auto declared =
      file == nullptr ? std::map<std::string, cedar::Value>::const_iterator() : file->attributes.find("items");
  if (file != nullptr && declared != file->attributes.end()) {
    for (const cedar::Value& item : declared->second.elements()) items.push_back(item.entity().id);
  }
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
  if (!items.empty()) return items;
  return Error(Status::kArgument,
               {"no item is named, and the file declares none", "項目が示されず、ファイルにも項目の定めがない"}, {},
               {"name the items", "項目を示す"});
}

Result<std::shared_ptr<const Decision>> Session::Rep::DecideAlone(const Ask& ask, uint64_t records,
                                                                  std::string_view what) {
  HIKAE_CHECK(CheckAsk(ask));
  HIKAE_CHECK(Refresh(false));
  Question question = QuestionOf(ask, ask.items, records);
  question.what = what;
  HIKAE_TRY(auto made, Decide(question));
  decision = made;
  return made;
}

Session::Session(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}

Session::~Session() {
  if (rep_) crypto::Wipe(rep_->token.data(), rep_->token.size());
}

std::string Session::Token() const { return rep_->token; }
const std::string& Session::id() const { return rep_->row.session; }
const std::string& Session::actor() const { return rep_->row.actor; }
const std::string& Session::handling() const { return rep_->row.handling; }
const std::string& Session::purpose() const { return rep_->row.purpose; }
std::shared_ptr<const Decision> Session::decision() const { return rep_->decision; }

Result<Decision> Session::WouldAllow(const Ask& ask, std::string_view subject) {
  HIKAE_CHECK(rep_->CheckAsk(ask));
  HIKAE_CHECK(rep_->Refresh(false));
  HIKAE_TRY(const std::vector<std::string> items, rep_->ItemsOf(ask));
  Question question = rep_->QuestionOf(ask, items, 1);
  std::vector<vault::SealedRecord> record(1);
  if (!subject.empty()) {
    HIKAE_TRY(const auto number, rep_->gate->keys->Find(subject));
    if (number) HIKAE_CHECK(rep_->vault.Fetch(ask.file, {&*number, 1}, record));
  }
  question.marks = record[0].marks;
  if (AboutPersons(*rep_->book, ask.approvals)) question.subject = subject;
  HIKAE_TRY(const auto made, rep_->Decide(question));
  if (!subject.empty()) HIKAE_CHECK(rep_->TellAsked(ask, items, *made, record[0]));
  return *made;
}

// The answer about a subject tells of its marks (支援措置), so who asked stands in the log before it is given.
Result<void> Session::Rep::TellAsked(const Ask& ask, const std::vector<std::string>& items, const Decision& made,
                                     const vault::SealedRecord& record) {
  log::Entry entry = EntryOf(log::EntryType::kAsked, ask, made);
  entry.items = items;
  codec::Node detail = codec::Node::Map();
  detail.Set("act", codec::Node::String(Name(ask.act)));
  HIKAE_CHECK(Record(std::move(entry), codec::WriteJson(detail), false,
                     record.version == 0 ? std::string() : codec::Hex(record.subject)));
  return {};
}

Result<void> Session::End() {
  if (rep_->row.ended_at) return {};
  HIKAE_CHECK(rep_->Settle());
  HIKAE_CHECK(rep_->Refresh(true));
  if (rep_->row.ended_at) return {};
  store::Database& writer = *rep_->gate->writer;
  log::Entry entry;
  entry.type = log::EntryType::kSessionEnded;
  entry.time = rep_->now;
  entry.handling = rep_->row.handling;
  entry.thing = rep_->row.session;
  HIKAE_CHECK(writer.Write([&] { return SessionTables(writer).End(rep_->row.session, rep_->now); }));
  HIKAE_CHECK(rep_->Record(std::move(entry), {}, false));
  rep_->row.ended_at = rep_->now;
  rep_->standing.revoked_at = rep_->now;
  rep_->seen = -1;
  return {};
}

}  // namespace hikae::gate
