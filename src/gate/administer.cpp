#include <fmt/format.h>

#include <utility>

#include "codec/hex.h"
#include "gate/gate_rep.h"

namespace hikae::gate {

using base::Error;
using base::Result;
using base::Status;

namespace {

constexpr size_t kRotateAtOnce = 100;

// A mark is a restriction that the rules know, a consent, or a class that a paper names.
Result<void> CheckMark(const Rulebook& book, const vault::Mark& mark) {
  if (mark.until && *mark.until < mark.from)
    return Error(Status::kArgument, base::Text{"a mark ends before it begins", "終期が始期より前である"});
  if (mark.kind == kConsentMark) return {};
  if (mark.kind != kClassMark) return CheckNames(book, "Restriction", {&mark.kind, 1});
  if (book.facts->Find({"SubjectClass", mark.value}) != nullptr) return {};
  return Error(Status::kNotFound, {"no paper names this subject class", "対象者の区分が諮問依頼書にない"}, {},
               {"name it as PAPER/CLASS, as it is declared", "「諮問依頼書/対象者」の形で、登録されたとおりに示す"});
}

// Seals records again, some at a time, each lot one transaction with its entries before it.
class Rotation {
 public:
  Rotation(Session::Rep& session, const Ask& ask, const Decision& decision)
      : session_(session), ask_(ask), decision_(decision), writer_(*session.gate->writer), vault_(writer_, keys()) {}

  Result<void> Run(const vault::Keys::Progress& progress) {
    HIKAE_TRY(total_, writer_.Read([&] { return vault_.Count(ask_.file); }));
    std::optional<vault::SubjectNumber> after;
    for (;;) {
      HIKAE_TRY(const auto lot, writer_.Read([&] { return vault_.Scan(ask_.file, after, kRotateAtOnce); }));
      if (lot.empty()) return {};
      after = lot.back().subject;
      HIKAE_CHECK(OneLot(lot));
      done_ += lot.size();
      if (progress && !progress(done_, total_)) {
        return Error(Status::kStopped, base::Text{"stopped; what is done stays", "中止した。済んだ分はそのまま残る"});
      }
    }
  }

 private:
  vault::Keys& keys() const { return *session_.gate->keys; }

  // New keys first: sealed under them or not, everything can be read. Old ones go when nothing is sealed under them.
  Result<void> OneLot(const std::vector<vault::SealedRecord>& lot) {
    std::vector<std::pair<vault::SubjectNumber, uint32_t>> fresh;
    for (const vault::SealedRecord& record : lot) {
      auto version = keys().RotateSubject(record.subject, ask_.file);
      if (!version.ok() && version.error().status == Status::kNotFound) continue;  // erased meanwhile
      if (!version.ok()) return std::move(version).error();
      fresh.emplace_back(record.subject, *version);
    }
    HIKAE_CHECK(writer_.Write([&] { return Reseal(fresh); }));
    for (const auto& [subject, version] : fresh) HIKAE_CHECK(keys().RetireSubject(subject, ask_.file, version));
    return {};
  }

  Result<void> Reseal(const std::vector<std::pair<vault::SubjectNumber, uint32_t>>& fresh) {
    std::vector<vault::SubjectNumber> numbers;
    for (const auto& one : fresh) numbers.push_back(one.first);
    std::vector<vault::SealedRecord> records;
    HIKAE_CHECK(vault_.Fetch(ask_.file, numbers, records));
    const vault::FileSpec& spec = session_.SpecOf(ask_.file);
    std::vector<vault::Prepared> prepared;
    for (const vault::SealedRecord& record : records) {
      if (record.version == 0) continue;
      HIKAE_TRY(auto again, vault_.Reseal(spec, record));
      if (again) prepared.push_back(*std::move(again));
    }
    if (prepared.empty()) return {};
    HIKAE_TRY(const auto ticket, Submit(prepared));
    for (const vault::Prepared& one : prepared) HIKAE_CHECK(vault_.Write(spec, one));
    HIKAE_TRY(const log::Position position, session_.gate->log->Wait(ticket, true));
    const auto next = static_cast<int64_t>(position.first + prepared.size());
    return store::SessionTables(writer_).SetPosition({position.period, next});
  }

  Result<Recorder::Ticket> Submit(const std::vector<vault::Prepared>& prepared) {
    std::vector<std::string> subjects;
    for (const vault::Prepared& one : prepared) subjects.push_back(codec::Hex(one.subject));
    std::vector<log::Entry> entries(prepared.size());
    std::vector<Record> records;
    for (size_t i = 0; i < prepared.size(); ++i) {
      entries[i] = session_.EntryOf(log::EntryType::kWriteIntended, ask_, decision_);
      entries[i].key_version = prepared[i].key_version;
      entries[i].digest = prepared[i].head;
      records.push_back({&entries[i], session_.row.actor, subjects[i], {}});
    }
    return session_.gate->log->Submit(records, WhenLogFails::kRefuse);
  }

  Session::Rep& session_;
  const Ask ask_;
  const Decision& decision_;
  store::Database& writer_;
  vault::Vault vault_;
  uint64_t done_ = 0, total_ = 0;
};

}  // namespace

Result<void> Session::Administer(const Ask& ask, std::string_view what, const std::function<Result<void>()>& work) {
  return rep_->Administer(ask, what, {}, work);
}

Result<void> Session::Rep::Administer(const Ask& ask, std::string_view what, std::string_view subject,
                                      const std::function<Result<void>()>& work) {
  if (ask.act != Act::kAdminister || what.empty()) {
    return Error(Status::kArgument, base::Text{"administering says what is done", "管理では、行うことを示す"});
  }
  HIKAE_TRY(const auto made, DecideAlone(ask, 0, what));
  log::Entry entry = EntryOf(log::EntryType::kAdministered, ask, *made);
  entry.thing = what;
  codec::Node detail = codec::Node::Map();
  detail.Set("session", codec::Node::String(row.session));
  HIKAE_CHECK(Record(std::move(entry), codec::WriteJson(detail), true, subject));
  if (!made->allowed) return Refused(*made);
  Allowed();
  return work ? work() : Result<void>();
}

Result<void> Session::SetMarks(const Ask& ask, std::string_view subject, std::span<const vault::Mark> marks) {
  HIKAE_CHECK(rep_->Refresh(false));
  for (const vault::Mark& mark : marks) HIKAE_CHECK(CheckMark(*rep_->book, mark));
  HIKAE_TRY(const auto number, rep_->gate->keys->Find(subject));
  if (!number) {
    return Error(Status::kNotFound, {"no file has a record of this subject", "本人の記録がどのファイルにもない"}, {},
                 {"marks are set on subjects with a record", "記録のある本人に付ける"});
  }
  return rep_->Administer(ask, "marks", codec::Hex(*number), [&]() -> Result<void> {
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

Result<void> Session::RotateSubjects(const Ask& ask, const vault::Keys::Progress& progress) {
  if (ask.file.empty())
    return Error(Status::kArgument, base::Text{"no file is named", "個人情報ファイルが示されていない"});
  return Administer(ask, "rotate", [&] { return Rotation(*rep_, ask, *rep_->decision).Run(progress); });
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
