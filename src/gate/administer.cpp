#include <fmt/format.h>

#include <utility>

#include "codec/hex.h"
#include "gate/gate_rep.h"

namespace hikae::gate {

using base::Error;
using base::Result;
using base::Status;

namespace {

// A mark is a restriction that the rules know, a consent, or a class that a paper names.
Result<void> CheckMark(const Rulebook& book, const vault::Mark& mark) {
  if (mark.until && *mark.until < mark.from)
    return Error(Status::kArgument, base::Text{"a mark ends before it begins", "終期が始期より前である"});
  if (mark.kind == kConsentMark || mark.kind == kAbroadMark) {
    if (book.facts->Find({"Purpose", mark.value}) != nullptr) return {};
    return Error(Status::kNotFound, {"nobody declared the purpose of this consent", "同意の利用目的が登録されていない"},
                 {}, {"name it as KIND=PURPOSE, as it is declared", "「種類=利用目的」の形で、登録されたとおりに示す"});
  }
  if (mark.kind != kClassMark) return CheckNames(book, "Restriction", {&mark.kind, 1});
  if (book.facts->Find({"SubjectClass", mark.value}) != nullptr) return {};
  return Error(Status::kNotFound, {"no paper names this subject class", "対象者の区分が諮問依頼書にない"}, {},
               {"name it as PAPER/CLASS, as it is declared", "「諮問依頼書/対象者」の形で、登録されたとおりに示す"});
}

}  // namespace

Result<void> Session::Administer(const Ask& ask, std::string_view what, const std::function<Result<void>()>& work) {
  return rep_->Administer(ask, {what}, work);
}

Result<void> Session::Rep::Administer(const Ask& ask, const Administering& act,
                                      const std::function<Result<void>()>& work) {
  if (ask.act != Act::kAdminister || act.what.empty()) {
    return Error(Status::kArgument, base::Text{"administering says what is done", "管理では、行うことを示す"});
  }
  HIKAE_TRY(const auto made, DecideAlone(ask, 0, act.what));
  log::Entry entry = EntryOf(log::EntryType::kAdministered, ask, *made);
  entry.thing = act.what;
  codec::Node detail = Details(ask, *made);
  detail.Set("session", codec::Node::String(row.session));
  for (const auto& [name, value] : act.detail.entries()) detail.Set(name, value);
  HIKAE_TRY(const log::Position position, Record(std::move(entry), codec::WriteJson(detail), true, act.subject));
  if (!made->allowed) return Refused(*made);
  Allowed();
  Result<void> done = work ? work() : Result<void>();
  if (!done.ok()) TellFailed(position, act.in_parts ? log::Outcome::kUnknown : log::Outcome::kNotDone);
  return done;
}

// Where this fails too, the entry stands as it is, and says too much rather than too little.
void Session::Rep::TellFailed(const log::Position& intent, log::Outcome outcome) {
  if (intent.period.empty()) return;  // it waits in the spool: its place is not known yet
  if (outcome == log::Outcome::kNotDone && !gate->writer->WriteOver().ok()) return;
  log::Entry ended;
  ended.type = log::EntryType::kWriteEnded;
  ended.time = now;
  ended.intent = intent.first;
  ended.outcome = outcome;
  static_cast<void>(Record(std::move(ended), {}, true).ok());
}

Result<void> Session::SetMarks(const Ask& ask, std::string_view subject, std::span<const vault::Mark> marks) {
  HIKAE_CHECK(rep_->Refresh(false));
  for (const vault::Mark& mark : marks) HIKAE_CHECK(CheckMark(*rep_->book, mark));
  HIKAE_TRY(const auto number, rep_->gate->keys->Find(subject));
  if (!number) {
    return Error(Status::kNotFound, {"no file has a record of this subject", "本人の記録がどのファイルにもない"}, {},
                 {"marks are set on subjects with a record", "記録のある本人に付ける"});
  }
  return rep_->Administer(ask, {"marks", codec::Hex(*number)}, [&]() -> Result<void> {
    store::Database& writer = *rep_->gate->writer;
    return writer.Write([&] { return vault::Vault(writer, *rep_->gate->keys).SetMarks(*number, marks); });
  });
}

Result<std::vector<vault::Mark>> Session::Marks(const Ask& ask, std::string_view subject) {
  HIKAE_TRY(const auto number, rep_->gate->keys->Find(subject));
  HIKAE_TRY(const auto made, rep_->DecideAlone(ask, 1));
  if (!made->allowed) return rep_->Refuse(ask, made, number ? codec::Hex(*number) : std::string());
  log::Entry entry = rep_->EntryOf(EntryTypeOf(ask.act), ask, *made);
  if (ask.act == Act::kAdminister) entry.thing = "marks";
  const std::string hex = number ? codec::Hex(*number) : std::string();
  const gate::Record record{&entry, rep_->row.actor, hex, {}};
  HIKAE_TRY(const auto ticket, rep_->gate->log->Submit({&record, 1}, WhenLogFails::kRefuse));
  HIKAE_CHECK(rep_->gate->log->Wait(ticket, false));
  if (!number) return std::vector<vault::Mark>();
  return rep_->database->Read([&] { return rep_->vault.MarksOf(*number); });
}

Result<void> Session::SetPassword(const Ask& ask, std::string_view actor, std::string_view fresh) {
  return Administer(ask, "password", [&]() -> Result<void> {
    return rep_->gate->credentials->Set(actor, fresh, rep_->now, kPasswordsKept);
  });
}

Result<void> Session::Revoke(const Ask& ask, std::string_view session) {
  return Administer(ask, "revoke", [&]() -> Result<void> {
    store::Database& writer = *rep_->gate->writer;
    return writer.Write([&]() -> Result<void> {
      store::SessionTables tables(writer);
      HIKAE_TRY(const auto found, tables.ByName(session));
      if (found && !found->ended_at) return tables.Revoke(session, rep_->now);
      return Error(Status::kNotFound, base::Text{"there is no such session", "そのような利用(セッション)はない"});
    });
  });
}

}  // namespace hikae::gate
