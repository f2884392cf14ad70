// Sessions, and what those who run the office do with them.
#include "capi/vault_handles.h"
#include "crypto/aead.h"

namespace hikae::capi {

gate::SessionRequest RequestOf(const hikae_session_options& given) {
  gate::SessionRequest request;
  request.actor = Text(given.actor, "actor");
  request.actor_type = Text(given.actor_type, "actor_type");
  request.handling = Text(given.handling, "handling");
  request.purpose = Text(given.purpose, "purpose");
  request.terminal = Text(given.terminal, "terminal");
  request.place = Text(given.place, "place");
  request.terminal_factors = TextsGiven(given.terminal_factors, given.terminal_factor_count, "terminal_factors");
  request.system_factors = TextsGiven(given.system_factors, given.system_factor_count, "system_factors");
  request.password = Text(given.password, "password");
  return request;
}

SessionCall::SessionCall(hikae_session* handle)
    : open_(Checked(handle, "session").open.get()), lock_(open_->mutex, std::try_to_lock) {
  if (open_->locked)
    Fail(base::Status::kLocked, {"the keys it was begun with were freed", "鍵が解放されているため、利用できません"});
  if (!lock_) FailArgument("the session is in another call; it belongs to one thread at a time");
  open_->caller = std::this_thread::get_id();
}

SessionCall::~SessionCall() {
  if (open_->locked) open_->impl.reset();  // freed from a callback of this very call, which could not be waited for
  open_->caller = std::thread::id();
}

namespace {

// Gives the session to the caller, and lets its keys know of it.
hikae_session* Give(hikae_keys& keys, std::unique_ptr<gate::Session> session) {
  auto handle = std::make_unique<hikae_session>();
  handle->office = keys.office;
  handle->open = std::make_shared<OpenSession>();
  handle->id = session->id();
  handle->open->impl = std::move(session);
  const std::lock_guard lock(keys.mutex);
  // Forgets those that are gone whenever it would have to grow anyway.
  if (keys.sessions.size() == keys.sessions.capacity())
    std::erase_if(keys.sessions, [](const auto& held) { return held.expired(); });
  keys.sessions.push_back(handle->open);
  return handle.release();
}

}  // namespace
}  // namespace hikae::capi

using namespace hikae;
using namespace hikae::capi;

extern "C" {

hikae_status hikae_session_begin(hikae_keys* k, const hikae_session_options* opt, hikae_session** out,
                                 hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    hikae_keys& keys = Checked(k, "keys");
    const gate::SessionRequest request = RequestOf(Read(&Checked(opt, "options")));
    std::shared_ptr<const gate::Decision> decision;
    auto begun = keys.gate->Begin(request, decision);
    *out = Give(keys, Unwrap(std::move(begun), decision));
    return HIKAE_OK;
  });
}

hikae_status hikae_session_resume(hikae_keys* k, hikae_str token, hikae_session** out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    hikae_keys& keys = Checked(k, "keys");
    *out = Give(keys, Unwrap(keys.gate->Resume(Text(token, "token"))));
    return HIKAE_OK;
  });
}

hikae_status hikae_session_token(hikae_session* s, hikae_buffer* out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = HIKAE_BUFFER_INIT;
    return WithSession(s, [&](gate::Session& session) -> hikae_status {
      struct Wiped {
        std::string text;
        ~Wiped() { crypto::Wipe(text.data(), text.size()); }
      } const token{session.Token()};
      Copy(token.text, *out);
      return HIKAE_OK;
    });
  });
}

hikae_str hikae_session_id(const hikae_session* s) { return s == nullptr ? hikae_str{nullptr, 0} : View(s->id); }

hikae_status hikae_session_end(hikae_session* s, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Acting(s, [](gate::Session& session) { return session.End(); });
    return HIKAE_OK;
  });
}

void hikae_session_free(hikae_session* s) { delete s; }

hikae_status hikae_sessions_list(hikae_keys* k, hikae_session_fn fn, void* ctx, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    const hikae_keys& keys = Checked(k, "keys");
    if (fn == nullptr) FailArgument("fn must not be NULL");
    for (const gate::SessionInfo& info : Unwrap(keys.gate->Sessions())) {
      hikae_session_info shown = HIKAE_SESSION_INFO_INIT;
      shown.id = View(info.id);
      shown.actor = View(info.actor);
      shown.handling = View(info.handling);
      shown.purpose = View(info.purpose);
      shown.terminal = View(info.terminal);
      shown.place = View(info.place);
      shown.begun_at = info.begun_at;
      shown.used_at = info.used_at;
      shown.ended_at = info.ended_at.value_or(0);
      if (fn(ctx, &shown) != 0)
        Fail(base::Status::kStopped, {"the callback stopped the call", "呼び出し元が中止しました"});
    }
    return HIKAE_OK;
  });
}

hikae_status hikae_session_revoke(hikae_session* s, const hikae_ask* ask, hikae_str session, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    const AskGiven given(ask, gate::Act::kAdminister);
    const std::string_view id = Text(session, "session");
    Acting(s, [&](gate::Session& own) { return own.Revoke(given.get(), id); });
    return HIKAE_OK;
  });
}

hikae_status hikae_password_set(hikae_session* s, const hikae_ask* ask, hikae_str actor, hikae_str fresh,
                                hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    const AskGiven given(ask, gate::Act::kAdminister);
    const std::string_view whose = Text(actor, "actor");
    const std::string_view password = Text(fresh, "password");
    if (whose.empty() || password.empty()) FailArgument("actor and password must not be empty");
    Acting(s, [&](gate::Session& session) { return session.SetPassword(given.get(), whose, password); });
    return HIKAE_OK;
  });
}

hikae_status hikae_password_change(hikae_keys* k, const hikae_session_options* opt, hikae_str fresh,
                                   hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    const hikae_keys& keys = Checked(k, "keys");
    const gate::SessionRequest request = RequestOf(Read(&Checked(opt, "options")));
    const std::string_view password = Text(fresh, "password");
    std::shared_ptr<const gate::Decision> decision;
    auto changed = keys.gate->ChangePassword(request, password, decision);
    Unwrap(std::move(changed), decision);
    return HIKAE_OK;
  });
}

hikae_status hikae_records_check(hikae_keys* k, hikae_list** out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    const hikae_keys& keys = Checked(k, "keys");
    auto list = std::make_unique<hikae_list>();
    for (gate::Gate::Disagreement& found : Unwrap(keys.gate->CheckAgainstLog())) {
      hikae_list::Entry entry;
      entry.id = std::move(found.subject_number);
      entry.title_ja = found.text.In(base::Language::kJapanese);
      entry.title_en = found.text.en;
      entry.file = std::move(found.file);
      entry.severity = HIKAE_ERROR;
      list->entries.push_back(std::move(entry));
    }
    *out = list.release();
    return HIKAE_OK;
  });
}

}  // extern "C"
