// The keys of an office: made, unlocked, shared out, turned over, backed up.
#include "capi/vault_handles.h"
#include "crypto/aead.h"
#include "office/office_keys.h"

namespace hikae::capi {
namespace {

constexpr size_t kMostCustodians = 255;

// A secret as the vault takes it. Stays where it is made.
class SecretGiven {
 public:
  explicit SecretGiven(const hikae_secret* given) : SecretGiven(Read(&Checked(given, "secret"))) {}
  SecretGiven(const SecretGiven&) = delete;
  SecretGiven& operator=(const SecretGiven&) = delete;
  const vault::Secret& get() const { return secret_; }
  const vault::PassphraseCost& cost() const { return cost_; }

 private:
  explicit SecretGiven(const hikae_secret& given) : shares_(SharesOf(given)) {
    CheckRange(given.kind, HIKAE_SECRET_SHARES, "kind");
    secret_.kind = given.kind == 0 ? vault::LockKind::kPassphrase : static_cast<vault::LockKind>(given.kind);
    const bool shares = secret_.kind == vault::LockKind::kShares;
    if (shares ? given.text.len != 0 : given.share_count != 0)
      FailArgument("shares belong to HIKAE_SECRET_SHARES, and a text to the other kinds");
    secret_.text =
        secret_.kind == vault::LockKind::kPassphrase ? Text(given.text, "passphrase") : Raw(given.text, "key file");
    secret_.shares = shares_.texts;
    if (given.operations != 0) cost_.operations = given.operations;
    if (given.memory != 0) cost_.memory = given.memory;
  }
  static std::vector<std::string> SharesOf(const hikae_secret& given) {
    if (given.share_count > kMostCustodians) FailArgument("more than 255 shares");
    return TextsGiven(given.shares, given.share_count, "shares");
  }
  WipedTexts shares_;
  vault::Secret secret_;
  vault::PassphraseCost cost_;
};

void Stopped() { Fail(base::Status::kStopped, {"the callback stopped the call", "呼び出し元が中止しました"}); }

// All of them, or none.
void CopyAll(const std::vector<std::string>& texts, hikae_buffer* out) {
  size_t done = 0;
  try {
    for (; done < texts.size(); ++done) Copy(texts[done], out[done]);
  } catch (...) {
    while (done > 0) hikae_buffer_free(&out[--done]);
    throw;
  }
}

// A key turned over, with whoever wants to know how far it is.
hikae_status TurnOver(hikae_session* s, const hikae_ask* ask, hikae_vault_progress_fn progress, void* ctx,
                      hikae_error** err,
                      base::Result<void> (gate::Session::*work)(const gate::Ask&, const vault::Keys::Progress&)) {
  return Guard(err, [&]() -> hikae_status {
    const AskGiven asked(ask, gate::Act::kAdminister);
    vault::Keys::Progress told;
    if (progress != nullptr) told = [&](uint64_t done, uint64_t total) { return progress(ctx, done, total) == 0; };
    Acting(s, [&](gate::Session& session) { return (session.*work)(asked.get(), told); });
    return HIKAE_OK;
  });
}

}  // namespace

WipedTexts::~WipedTexts() {
  for (std::string& text : texts) crypto::Wipe(text.data(), text.size());
}

std::string_view Raw(hikae_str bytes, const char* name) {
  if (bytes.ptr == nullptr && bytes.len != 0) FailArgument(std::string(name) + " is NULL with a length");
  return bytes.len == 0 ? std::string_view() : std::string_view(bytes.ptr, bytes.len);
}

std::vector<std::string> TextsGiven(const hikae_str* texts, size_t count, const char* name) {
  if (count != 0) Checked(texts, name);
  std::vector<std::string> given;
  for (size_t i = 0; i < count; ++i) given.emplace_back(Text(texts[i], name));
  return given;
}

std::vector<std::string_view> ViewsGiven(const hikae_str* texts, size_t count, const char* name) {
  if (count != 0) Checked(texts, name);
  std::vector<std::string_view> given;
  for (size_t i = 0; i < count; ++i) given.push_back(Text(texts[i], name));
  return given;
}

}  // namespace hikae::capi

using namespace hikae;
using namespace hikae::capi;

extern "C" {

hikae_status hikae_keys_make(hikae_office* o, const hikae_secret* secret, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    const hikae_office& office = Checked(o, "office");
    const SecretGiven given(secret);
    Unwrap(office.impl->MakeKeys(given.get(), given.cost()));
    return HIKAE_OK;
  });
}

hikae_status hikae_keys_unlock(hikae_office* o, const hikae_secret* secret, hikae_keys** out, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    Checked(out, "out") = nullptr;
    const hikae_office& office = Checked(o, "office");
    const SecretGiven given(secret);
    auto keys = std::make_unique<hikae_keys>();
    keys->office = office;
    keys->gate = Unwrap(office.impl->Unlock(given.get()));
    *out = keys.release();
    return HIKAE_OK;
  });
}

void hikae_keys_free(hikae_keys* k) {
  if (k == nullptr) return;
  for (const auto& held : k->sessions) {
    const std::shared_ptr<OpenSession> session = held.lock();
    if (session == nullptr) continue;
    session->locked = true;
    if (session->caller == std::this_thread::get_id()) continue;  // from a callback: the call wipes when it ends
    const std::lock_guard lock(session->mutex);
    session->impl.reset();
  }
  delete k;
}

hikae_status hikae_keys_list(hikae_keys* k, hikae_key_fn fn, void* ctx, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    const hikae_keys& keys = Checked(k, "keys");
    if (fn == nullptr) FailArgument("fn must not be NULL");
    for (const vault::KeyInfo& info : Unwrap(keys.gate->ListKeys())) {
      hikae_key key = HIKAE_KEY_INIT;
      key.kind = View(info.kind);
      key.version = info.version;
      key.state = static_cast<int32_t>(info.state);
      key.made_at = info.made_at;
      key.uses = info.uses;
      if (fn(ctx, &key) != 0) Stopped();
    }
    return HIKAE_OK;
  });
}

hikae_status hikae_keys_recover(hikae_office* o, const hikae_secret* shares, const hikae_secret* fresh,
                                hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    const hikae_office& office = Checked(o, "office");
    const SecretGiven by(shares), given(fresh);
    Unwrap(office.impl->RecoverKeys(by.get(), given.get(), given.cost()));
    return HIKAE_OK;
  });
}

hikae_status hikae_keys_restore(hikae_str path, hikae_str file, hikae_str actor, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    const std::string who = Actor(actor);
    Unwrap(office::RestoreKeys(Path(path, "path"), Path(file, "file"), who, base::PosixIo()));
    return HIKAE_OK;
  });
}

hikae_status hikae_keys_add_lock(hikae_session* s, const hikae_ask* ask, const hikae_secret* secret,
                                 hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    const AskGiven asked(ask, gate::Act::kAdminister);
    const SecretGiven given(secret);
    Acting(s, [&](gate::Session& session) { return session.AddLock(asked.get(), given.get(), given.cost()); });
    return HIKAE_OK;
  });
}

hikae_status hikae_keys_share(hikae_session* s, const hikae_ask* ask, uint32_t threshold, const hikae_str* custodians,
                              size_t count, hikae_buffer* shares, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    if (count > kMostCustodians) FailArgument("more than 255 custodians");
    Checked(shares, "shares");
    for (size_t i = 0; i < count; ++i) shares[i] = HIKAE_BUFFER_INIT;
    const AskGiven asked(ask, gate::Act::kAdminister);
    const std::vector<std::string> names = TextsGiven(custodians, count, "custodians");
    const WipedTexts made(
        Acting(s, [&](gate::Session& session) { return session.ShareKeys(asked.get(), threshold, names); }));
    CopyAll(made.texts, shares);
    return HIKAE_OK;
  });
}

hikae_status hikae_keys_rotate_master(hikae_session* s, const hikae_ask* ask, const hikae_secret* secret,
                                      hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    const AskGiven asked(ask, gate::Act::kAdminister);
    const SecretGiven given(secret);
    Acting(s, [&](gate::Session& session) { return session.RotateMaster(asked.get(), given.get(), given.cost()); });
    return HIKAE_OK;
  });
}

hikae_status hikae_keys_rotate_office(hikae_session* s, const hikae_ask* ask, hikae_vault_progress_fn progress,
                                      void* ctx, hikae_error** err) {
  return TurnOver(s, ask, progress, ctx, err, &gate::Session::RotateOffice);
}

hikae_status hikae_keys_rotate_index(hikae_session* s, const hikae_ask* ask, hikae_vault_progress_fn progress,
                                     void* ctx, hikae_error** err) {
  return TurnOver(s, ask, progress, ctx, err, &gate::Session::RotateIndex);
}

hikae_status hikae_keys_rotate_subjects(hikae_session* s, const hikae_ask* ask, hikae_vault_progress_fn progress,
                                        void* ctx, hikae_error** err) {
  return TurnOver(s, ask, progress, ctx, err, &gate::Session::RotateSubjects);
}

hikae_status hikae_keys_retire_index(hikae_session* s, const hikae_ask* ask, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    const AskGiven asked(ask, gate::Act::kAdminister);
    Acting(s, [&](gate::Session& session) { return session.RetireIndex(asked.get()); });
    return HIKAE_OK;
  });
}

hikae_status hikae_keys_set_state(hikae_session* s, const hikae_ask* ask, hikae_str kind, uint32_t version,
                                  int32_t state, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    const AskGiven asked(ask, gate::Act::kAdminister);
    const std::string_view which = Text(kind, "kind");
    if (state == 0) FailArgument("state must be one of HIKAE_KEY_…");
    CheckRange(state, HIKAE_KEY_DESTROYED, "state");
    Acting(s, [&](gate::Session& session) {
      return session.SetKeyState(asked.get(), which, version, static_cast<vault::KeyState>(state));
    });
    return HIKAE_OK;
  });
}

hikae_status hikae_keys_backup(hikae_session* s, const hikae_ask* ask, hikae_str file, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    const AskGiven asked(ask, gate::Act::kAdminister);
    const std::string path = Path(file, "file");
    Acting(s, [&](gate::Session& session) { return session.BackupKeys(asked.get(), path); });
    return HIKAE_OK;
  });
}

hikae_status hikae_keys_backup_with_log_key(hikae_session* s, const hikae_ask* ask, hikae_str file, hikae_error** err) {
  return Guard(err, [&]() -> hikae_status {
    const AskGiven asked(ask, gate::Act::kAdminister);
    const std::string path = Path(file, "file");
    Acting(s, [&](gate::Session& session) {
      return session.BackupKeys(asked.get(), path, gate::Session::LogKey::kChanges);
    });
    return HIKAE_OK;
  });
}

}  // extern "C"
