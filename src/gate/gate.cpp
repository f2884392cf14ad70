#include "gate/gate.h"

#include <fmt/format.h>

#include <utility>

#include "base/utf8.h"
#include "codec/hex.h"
#include "crypto/aead.h"
#include "crypto/random.h"
#include "gate/gate_rep.h"

namespace hikae::gate {

using base::Error;
using base::Result;
using base::Status;
using store::SessionRow;
using store::SessionTables;

namespace {

std::string RandomHex(size_t bytes) {
  std::array<uint8_t, 16> random{};
  crypto::FillRandom(std::span(random).first(bytes));
  std::string hex = codec::Hex(std::span<const uint8_t>(random).first(bytes));
  crypto::Wipe(random.data(), random.size());
  return hex;
}

std::string HashOfToken(std::string_view token) {
  const crypto::Digest digest =
      crypto::Sha256Of(crypto::Bytes(reinterpret_cast<const uint8_t*>(token.data()), token.size()));
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

codec::Node List(const std::vector<std::string>& texts) {
  codec::Node list = codec::Node::List();
  for (const std::string& text : texts) list.Append(codec::Node::String(text));
  return list;
}

Error WrongPassword() {
  return Error(Status::kSecret, base::Text{"the id or the password is wrong", "利用者IDかパスワードが違う"});
}

// A login, or a change of password: who asks, before there is a session.
struct Arrival {
  Gate::Rep& gate;
  const SessionRequest& request;
  int64_t now;
  std::shared_ptr<const Rulebook> book;
  Standing standing;

  Result<void> Read() {
    HIKAE_TRY(book, gate.Book(now));
    if (request.actor.empty() || request.handling.empty() || request.purpose.empty()) {
      return Error(Status::kArgument,
                   base::Text{"actor, handling and purpose must be named", "行為者、業務及び目的を示す"});
    }
    HIKAE_CHECK(CheckNames(*book, "Factor", request.terminal_factors));
    HIKAE_CHECK(CheckNames(*book, "Factor", request.system_factors));
    standing.actor = Gate::Rep::ActorOf(*book, request.actor_type, request.actor);
    standing.handling = request.handling;
    standing.purpose = request.purpose;
    standing.terminal = request.terminal;
    standing.place = request.place;
    standing.terminal_factors = request.terminal_factors;
    standing.system_factors = request.system_factors;
    if (!request.password.empty()) standing.system_factors.emplace_back("password");
    standing.begun_at = standing.used_at = now;
    HIKAE_TRY(standing.elsewhere_at, gate.writer->Read([&] {
      return SessionTables(*gate.writer).UsedElsewhere(request.actor, request.terminal);
    }));
    HIKAE_TRY(const auto state, gate.credentials->Look(request.actor));
    standing.password = {state.set_at, state.failures, state.last_failure_at};
    return {};
  }

  log::Entry Entry(log::EntryType type, const Decision& decision) const {
    log::Entry entry;
    entry.type = type;
    entry.time = now;
    entry.handling = request.handling;
    entry.ground = request.purpose;
    entry.decision = decision.allowed ? log::Decision::kAllowed
                                      : (decision.judged ? log::Decision::kRefused : log::Decision::kNotJudged);
    for (const Reason& reason : decision.reasons) entry.rules.push_back(reason.rule);
    return entry;
  }

  std::string Detail(const Decision& decision) const {
    codec::Node detail = codec::Node::Map();
    detail.Set("actorType", codec::Node::String(standing.actor.type));
    if (!standing.terminal.empty()) detail.Set("terminal", codec::Node::String(standing.terminal));
    if (!standing.place.empty()) detail.Set("place", codec::Node::String(standing.place));
    detail.Set("terminalFactors", List(standing.terminal_factors));
    detail.Set("systemFactors", List(standing.system_factors));
    if (!decision.warnings.empty()) {
      codec::Node warnings = codec::Node::List();
      for (const Reason& warning : decision.warnings) warnings.Append(codec::Node::String(warning.rule));
      detail.Set("warnings", std::move(warnings));
    }
    if (!decision.exceptions.empty()) detail.Set("exceptions", List(decision.exceptions));
    return codec::WriteJson(detail);
  }

  Result<void> Tell(log::Entry entry, const Decision& decision) const {
    const std::string detail = Detail(decision);
    const Record record{&entry, request.actor, {}, detail};
    HIKAE_TRY(const auto ticket, gate.log->Submit({&record, 1}, book->WhenLogFailsFor(request.purpose)));
    HIKAE_CHECK(gate.log->Wait(ticket, true));
    return {};
  }
};

Error RefusedBy(const Decision& decision) {
  base::Text hint;
  for (const Reason& reason : decision.reasons) {
    hint.en += (hint.en.empty() ? "" : ", ") + reason.rule;
    hint.ja += (hint.ja.empty() ? "" : "、") + reason.article;
  }
  return Error(Status::kRefused, decision.Explain(), {}, hint);
}

}  // namespace

Result<std::shared_ptr<store::Database>> Gate::Rep::Connect(bool read_only) const {
  return store::Database::Open(options.database, {.read_only = read_only, .busy_ms = options.busy_ms});
}

Result<std::shared_ptr<const Rulebook>> Gate::Rep::Book(int64_t now) const {
  constexpr int kMostTries = 100;
  for (int tries = 1;; ++tries) {
    HIKAE_TRY(const int64_t version, rules->Version());
    auto book = rules->At(version, base::DayInJapan(now));
    // Busy: the registry has changed since, so that there is a newer one to ask for.
    if (book.ok() || book.error().status != Status::kBusy || tries == kMostTries) return book;
  }
}

cedar::EntityUid Gate::Rep::ActorOf(const Rulebook& book, std::string_view type, std::string_view id) {
  if (!type.empty()) return {std::string(type), std::string(id)};
  cedar::EntityUid worker{"Worker", std::string(id)};
  const bool staff = book.facts->Find({"Staff", worker.id}) != nullptr;
  if (!staff && book.facts->Find(worker) != nullptr) return worker;
  return {"Staff", std::move(worker.id)};
}

Gate::~Gate() = default;
Result<std::vector<vault::KeyInfo>> Gate::ListKeys() { return rep_->keys->List(); }
vault::Keys& Gate::keys_past_the_rules() { return *rep_->keys; }

Result<std::shared_ptr<Gate>> Gate::Open(const Options& options, RuleSource& rules, Recorder& log,
                                         std::shared_ptr<vault::Keys> keys,
                                         std::shared_ptr<vault::Credentials> credentials) {
  auto rep = std::make_shared<Rep>();
  rep->options = options;
  rep->rules = &rules;
  rep->log = &log;
  rep->keys = std::move(keys);
  rep->credentials = std::move(credentials);
  HIKAE_TRY(rep->writer, rep->Connect(false));
  HIKAE_CHECK(rep->Recover());
  return std::shared_ptr<Gate>(new Gate(std::move(rep)));
}

Result<std::unique_ptr<Session>> Gate::Begin(const SessionRequest& request, std::shared_ptr<const Decision>& decision) {
  decision.reset();
  Arrival arrival{*rep_, request, rep_->Now(), {}, {}};
  HIKAE_CHECK(arrival.Read());
  Question question;
  question.action = "login";
  HIKAE_TRY(Decision made, Decide(*arrival.book, arrival.standing, question, arrival.now));
  log::Entry entry = arrival.Entry(log::EntryType::kSessionBegun, made);
  // A password is tried only where the rest would be let in, so that a locked account tells nothing about it.
  bool right = true;
  if (made.allowed && !request.password.empty()) {
    HIKAE_TRY(const auto tried, rep_->credentials->Check(request.actor, request.password, arrival.now));
    right = tried.right;
    if (right) HIKAE_CHECK(rep_->credentials->Passed(request.actor));
  }
  decision = std::make_shared<const Decision>(made);
  if (!made.allowed || !right) {
    entry.decision = right ? entry.decision : log::Decision::kRefused;
    if (!right) entry.rules.clear();
    HIKAE_CHECK(arrival.Tell(std::move(entry), made));
    if (!right) decision.reset();
    return right ? RefusedBy(made) : WrongPassword();
  }
  SessionRow row{RandomHex(8),
                 {},
                 arrival.standing.actor.type,
                 request.actor,
                 request.handling,
                 request.purpose,
                 request.terminal,
                 request.place,
                 {},
                 arrival.now,
                 arrival.now,
                 {},
                 {}};
  std::string token = RandomHex(16);
  row.token_hash = HashOfToken(token);
  codec::Node factors = codec::Node::Map();
  factors.Set("terminal", List(arrival.standing.terminal_factors)).Set("system", List(arrival.standing.system_factors));
  row.factors = codec::WriteJson(factors);
  entry.thing = row.session;
  HIKAE_CHECK(arrival.Tell(std::move(entry), made));
  HIKAE_CHECK(rep_->writer->Write([&] { return SessionTables(*rep_->writer).Add(row); }));
  return Take(std::move(row), std::move(token), decision);
}

Result<std::unique_ptr<Session>> Gate::Take(SessionRow row, std::string token,
                                            const std::shared_ptr<const Decision>& decision) {
  HIKAE_TRY(auto connection, rep_->Connect(true));
  auto session = std::make_unique<Session::Rep>(rep_, std::move(connection));
  session->token = std::move(token);
  HIKAE_TRY(const auto state, rep_->credentials->Look(row.actor));
  session->standing.password = {state.set_at, state.failures, state.last_failure_at};
  HIKAE_CHECK(session->TakeRow(std::move(row)));
  session->decision = decision;
  return std::unique_ptr<Session>(new Session(std::move(session)));
}

Result<std::unique_ptr<Session>> Gate::Resume(std::string_view token) {
  HIKAE_TRY(auto row, rep_->writer->Read([&] { return SessionTables(*rep_->writer).ByToken(HashOfToken(token)); }));
  if (!row || row->ended_at) {
    return Error(Status::kNotFound,
                 {"there is no such session, or it was ended", "利用(セッション)がないか、終了している"}, {},
                 {"begin a new one", "改めてログインする"});
  }
  return Take(*std::move(row), std::string(token), {});
}

Result<std::vector<SessionInfo>> Gate::Sessions() {
  HIKAE_TRY(auto rows, rep_->writer->Read([&] { return SessionTables(*rep_->writer).All(); }));
  std::vector<SessionInfo> sessions;
  for (SessionRow& row : rows) {
    sessions.push_back({std::move(row.session), std::move(row.actor), std::move(row.handling), std::move(row.purpose),
                        std::move(row.terminal), std::move(row.place), row.begun_at, row.used_at,
                        row.revoked_at ? row.revoked_at : row.ended_at});
  }
  return sessions;
}

Result<void> Gate::ChangePassword(const SessionRequest& request, std::string_view fresh,
                                  std::shared_ptr<const Decision>& decision) {
  decision.reset();
  if (!base::IsUtf8(fresh))
    return Error(Status::kArgument, base::Text{"the new password is not UTF-8", "新しいパスワードがUTF-8でない"});
  Arrival arrival{*rep_, request, rep_->Now(), {}, {}};
  HIKAE_CHECK(arrival.Read());
  Question question;
  question.action = "change-password";
  question.password_length = base::CountCodePoints(fresh);
  HIKAE_TRY(const auto tried, rep_->credentials->Check(request.actor, request.password, arrival.now));
  if (!tried.right) {
    Decision none;
    HIKAE_CHECK(arrival.Tell(arrival.Entry(log::EntryType::kPasswordSet, none), none));
    return WrongPassword();
  }
  HIKAE_TRY(const auto ago, rep_->credentials->ReusedAgo(request.actor, fresh));
  if (ago) question.password_reused = *ago;
  HIKAE_TRY(const Decision made, Decide(*arrival.book, arrival.standing, question, arrival.now));
  decision = std::make_shared<const Decision>(made);
  HIKAE_CHECK(arrival.Tell(arrival.Entry(log::EntryType::kPasswordSet, made), made));
  if (!made.allowed) return RefusedBy(made);
  return rep_->credentials->Set(request.actor, fresh, arrival.now, kPasswordsKept);
}

}  // namespace hikae::gate
