// What stands behind the handles of vault.h.
#ifndef HIKAE_CAPI_VAULT_HANDLES_H_
#define HIKAE_CAPI_VAULT_HANDLES_H_

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "capi/boundary.h"
#include "capi/handles.h"
#include "capi/list.h"
#include "gate/gate.h"
#include "hikae/vault.h"

// Immutable. Shareable between threads.
struct hikae_decision {
  struct Lines {
    std::vector<hikae_str> read, missing;
  };
  std::shared_ptr<const hikae::gate::Decision> impl;
  hikae::base::Text explanation;
  std::vector<Lines> reasons, warnings;  // views into impl, in its order
};

namespace hikae::capi {

// A session as its keys know it. The mutex is held during each call, so that whoever frees the keys can wait for it.
struct OpenSession {
  std::mutex mutex;
  std::atomic<std::thread::id> caller;  // whose call it is in
  std::atomic<bool> locked{false};      // the keys are gone, or are just going
  std::unique_ptr<gate::Session> impl;  // guarded by mutex; null once the keys are gone
};

// One call on a session: its right to it, from which nobody else can be in one.
class SessionCall {
 public:
  explicit SessionCall(hikae_session* handle);
  ~SessionCall();
  SessionCall(const SessionCall&) = delete;
  SessionCall& operator=(const SessionCall&) = delete;
  gate::Session& session() const { return *open_->impl; }

 private:
  OpenSession* open_;
  std::unique_lock<std::mutex> lock_;
};

}  // namespace hikae::capi

// Shareable between threads.
struct hikae_keys {
  hikae_office office;  // before the gate, which must not outlive it
  std::shared_ptr<hikae::gate::Gate> gate;
  std::mutex mutex;
  std::vector<std::weak_ptr<hikae::capi::OpenSession>> sessions;  // guarded by mutex
};

// One thread at a time.
struct hikae_session {
  hikae_office office;  // before the session, which must not outlive it
  std::shared_ptr<hikae::capi::OpenSession> open;
  std::string id;
};

// A cursor over what was read. One thread at a time. The plaintext is wiped with it.
struct hikae_records {
  std::vector<hikae::gate::Released> released;
  std::vector<std::shared_ptr<const hikae_decision>> decisions;  // by record; many share one
  size_t next = 0;
};

namespace hikae::capi {

HIKAE_FIRST_SIZE(hikae_secret, memory);
HIKAE_FIRST_SIZE(hikae_session_options, password);
HIKAE_FIRST_SIZE(hikae_ask, reserved);
HIKAE_FIRST_SIZE(hikae_decided, warning_count);
HIKAE_FIRST_SIZE(hikae_reason, missing_count);
HIKAE_FIRST_SIZE(hikae_record, decision);
HIKAE_FIRST_SIZE(hikae_seen, version);
HIKAE_FIRST_SIZE(hikae_export_options, reserved);
HIKAE_FIRST_SIZE(hikae_import_options, passphrase);

// Secret texts that have to be copied, wiped when they go.
struct WipedTexts {
  explicit WipedTexts(std::vector<std::string> from) : texts(std::move(from)) {}
  ~WipedTexts();
  WipedTexts(const WipedTexts&) = delete;
  WipedTexts& operator=(const WipedTexts&) = delete;
  std::vector<std::string> texts;
};

std::shared_ptr<const hikae_decision> Shown(std::shared_ptr<const gate::Decision> decision);

// Bytes from the caller that need not be text.
std::string_view Raw(hikae_str bytes, const char* name);
std::vector<std::string> TextsGiven(const hikae_str* texts, size_t count, const char* name);
std::vector<std::string_view> ViewsGiven(const hikae_str* texts, size_t count, const char* name);

// The value, or the error thrown to the Guard: a refusal with its decision.
template <class T>
T Unwrap(base::Result<T> result, const std::shared_ptr<const gate::Decision>& decision) {
  if (result.ok()) {
    if constexpr (std::is_void_v<T>) {
      return;
    } else {
      return std::move(result).value();
    }
  }
  const bool refused = result.error().status == base::Status::kRefused && decision != nullptr && !decision->allowed;
  if (!refused) throw base::Failure{std::move(result).error()};
  throw Refusal(std::move(result).error(), Shown(decision));
}

// Runs `work` on the session behind the handle, which nobody else uses meanwhile.
template <class Work>
auto WithSession(hikae_session* handle, Work&& work) {
  const SessionCall call(handle);
  return work(call.session());
}
// The same where the work may be refused.
template <class Work>
auto Acting(hikae_session* handle, Work&& work) {
  return WithSession(handle, [&](gate::Session& session) {
    auto result = work(session);
    return Unwrap(std::move(result), session.decision());
  });
}

// An ask as the gate takes it, with what its views point to. Stays where it is made.
class AskGiven {
 public:
  // `otherwise`: the act where none is given.
  AskGiven(const hikae_ask* given, gate::Act otherwise);
  AskGiven(const AskGiven&) = delete;
  AskGiven& operator=(const AskGiven&) = delete;
  void SetItem(std::string_view item);  // none may have been given
  const gate::Ask& get() const { return ask_; }

 private:
  std::vector<std::string> items_, approvals_;
  gate::Ask ask_;
};

gate::SessionRequest RequestOf(const hikae_session_options& given);

// Subjects as a list of ids.
hikae_list* ListOf(std::vector<std::string> ids);

}  // namespace hikae::capi

#endif  // HIKAE_CAPI_VAULT_HANDLES_H_
