// C++ over vault.h: keys, sessions, records. Header-only; adds no ABI. What a call does, expects and leaves untouched
// is said in vault.h; every function here throws hikae::Error where the C call fails, and DecisionOf(error) tells why a
// rule refused.
#ifndef HIKAE_VAULT_HPP_
#define HIKAE_VAULT_HPP_

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hikae/base.hpp"
#include "hikae/hikae.hpp"
#include "hikae/vault.h"

namespace hikae::vault {

enum class Act : int32_t {
  kDefault = HIKAE_ACT_DEFAULT,
  kLogin = HIKAE_ACT_LOGIN,
  kLogout = HIKAE_ACT_LOGOUT,
  kRead = HIKAE_ACT_READ,
  kWrite = HIKAE_ACT_WRITE,
  kSearch = HIKAE_ACT_SEARCH,
  kPrint = HIKAE_ACT_PRINT,
  kExport = HIKAE_ACT_EXPORT,
  kTransfer = HIKAE_ACT_TRANSFER,
  kCollect = HIKAE_ACT_COLLECT,
  kProvide = HIKAE_ACT_PROVIDE,
  kErase = HIKAE_ACT_ERASE,
  kAdminister = HIKAE_ACT_ADMINISTER
};
enum class ViewKind : int32_t {
  kWhole = HIKAE_VIEW_WHOLE,
  kMasked = HIKAE_VIEW_MASKED,
  kPresence = HIKAE_VIEW_PRESENCE,
  kWidest = HIKAE_VIEW_WIDEST
};
enum class State : int32_t { kReleased = HIKAE_RELEASED, kNoRecord = HIKAE_NO_RECORD, kWithheld = HIKAE_WITHHELD };
enum class Index : int32_t {
  kExact = HIKAE_INDEX_EXACT,
  kPrefix = HIKAE_INDEX_PREFIX,
  kToken = HIKAE_INDEX_TOKEN,
  kYear = HIKAE_INDEX_YEAR
};

// Records or keys done and to do; false stops the call with HIKAE_E_STOPPED. May throw.
using Progress = std::function<bool(uint64_t done, uint64_t total)>;

namespace detail {

using hikae::detail::Carrier;
using hikae::detail::Check;
using hikae::detail::Deleter;
using hikae::detail::ReadBuffer;
using hikae::detail::ReadList;

inline int Tell(void* ctx, uint64_t done, uint64_t total) {
  return static_cast<Carrier<Progress>*>(ctx)->Run(done, total);
}
template <class Texts>
std::vector<hikae_str> Views(const Texts& texts) {
  std::vector<hikae_str> views;
  for (const std::string_view text : texts) views.push_back(Str(text));
  return views;
}

}  // namespace detail

// Secret bytes of the library's, wiped when they go. Movable, not copyable.
class Bytes {
 public:
  Bytes() = default;
  explicit Bytes(const hikae_buffer& taken) : buffer_(taken) {}
  Bytes(Bytes&& other) noexcept : buffer_(std::exchange(other.buffer_, hikae_buffer HIKAE_BUFFER_INIT)) {}
  Bytes& operator=(Bytes&& other) noexcept {
    if (this != &other) {
      hikae_buffer_free(&buffer_);
      buffer_ = std::exchange(other.buffer_, hikae_buffer HIKAE_BUFFER_INIT);
    }
    return *this;
  }
  Bytes(const Bytes&) = delete;
  Bytes& operator=(const Bytes&) = delete;
  ~Bytes() { hikae_buffer_free(&buffer_); }
  std::string_view view() const {
    return buffer_.len == 0 ? std::string_view()
                            : std::string_view(reinterpret_cast<const char*>(buffer_.ptr), buffer_.len);
  }
  template <class Call>
  static Bytes From(Call&& call) {
    hikae_buffer buffer = HIKAE_BUFFER_INIT;
    detail::Check([&](hikae_error** e) { return call(&buffer, e); });
    return Bytes(buffer);
  }

 private:
  hikae_buffer buffer_ = HIKAE_BUFFER_INIT;
};

// Why something was allowed or refused. Copyable; its texts live as long as a copy does.
class Decision {
 public:
  explicit Decision(std::shared_ptr<const hikae_decision> handle) : handle_(std::move(handle)) {
    detail::Check([&](hikae_error** e) { return hikae_decision_get(handle_.get(), &facts_, e); });
  }
  bool allowed() const noexcept { return facts_.allowed != 0; }
  bool judged() const noexcept { return facts_.judged != 0; }
  std::string_view act() const noexcept { return View(facts_.act); }
  std::string_view handling() const noexcept { return View(facts_.handling); }
  std::string_view file() const noexcept { return View(facts_.file); }
  int64_t time() const noexcept { return facts_.time; }
  std::vector<hikae_reason> reasons() const { return All(hikae_decision_reason); }
  std::vector<hikae_reason> warnings() const { return All(hikae_decision_warning); }
  std::string_view Explain(Language language) const {
    return View(hikae_decision_explain(handle_.get(), static_cast<int32_t>(language)));
  }

 private:
  template <class Get>
  std::vector<hikae_reason> All(Get get) const {
    std::vector<hikae_reason> all;
    hikae_reason reason = HIKAE_REASON_INIT;
    while (detail::Check([&](hikae_error** e) { return get(handle_.get(), all.size(), &reason, e); }) == HIKAE_OK)
      all.push_back(reason);
    return all;
  }
  std::shared_ptr<const hikae_decision> handle_;
  hikae_decided facts_ = HIKAE_DECIDED_INIT;
};

// Of an error that a rule is behind; nothing of any other.
inline std::optional<Decision> DecisionOf(const Error& error) {
  const hikae_decision* found = hikae_error_decision(error.c());
  if (found == nullptr) return std::nullopt;
  // The decision belongs to the error: each copy of the one keeps the other.
  return Decision({std::make_shared<const Error>(error), found});
}

// What opens the keys. Borrowed for the call; wiping it is yours.
struct Secret {
  int32_t kind = HIKAE_SECRET_PASSPHRASE;
  std::string_view text;                 // the passphrase, or the bytes of the key file
  std::vector<std::string_view> shares;  // for HIKAE_SECRET_SHARES
  uint64_t operations = 0, memory = 0;   // how hard a passphrase is to try; 0 = the default
  static Secret Passphrase(std::string_view text) { return {HIKAE_SECRET_PASSPHRASE, text, {}, 0, 0}; }
  static Secret KeyFile(std::string_view bytes) { return {HIKAE_SECRET_KEY_FILE, bytes, {}, 0, 0}; }
  static Secret Shares(std::vector<std::string_view> shares) {
    return {HIKAE_SECRET_SHARES, {}, std::move(shares), 0, 0};
  }
};

namespace detail {

struct SecretView {
  explicit SecretView(const Secret& secret) : shares(Views(secret.shares)) {
    c.kind = secret.kind;
    c.text = Str(secret.text);
    c.shares = shares.data();
    c.share_count = shares.size();
    c.operations = secret.operations;
    c.memory = secret.memory;
  }
  std::vector<hikae_str> shares;
  hikae_secret c = HIKAE_SECRET_INIT;
};

}  // namespace detail

struct Key {
  std::string kind;
  uint32_t version = 0;
  int32_t state = 0;  // HIKAE_KEY_…
  int64_t made_at = 0;
  uint64_t uses = 0;
};

struct SessionOptions {
  std::string_view actor, actor_type, handling, purpose, terminal, place;
  std::vector<std::string> terminal_factors, system_factors;
  std::string_view password;
};

struct SessionInfo {
  std::string id, actor, handling, purpose, terminal, place;
  int64_t begun_at = 0, used_at = 0;
  std::optional<int64_t> ended_at;
};

struct Ask {
  std::string_view file;
  std::vector<std::string> items;
  Act act = Act::kDefault;
  ViewKind view = ViewKind::kWhole;
  std::vector<std::string> approvals;
  std::string_view recipient, source, medium, ground;
  std::optional<bool> encrypted;
};

struct Item {
  std::string_view name, value;
};
struct Put {
  std::string_view subject;
  std::vector<Item> set;
  std::vector<std::string_view> remove;
  std::optional<uint64_t> if_version;
};

struct Mark {
  std::string kind, value, from, until;
};

enum class MediaForm : int32_t {
  kJsonLines = HIKAE_MEDIA_JSON_LINES,
  kCsv = HIKAE_MEDIA_CSV,
  kCsvMarked = HIKAE_MEDIA_CSV_MARKED
};
struct ExportOptions {
  std::string_view directory, name;
  std::vector<std::string> recipients;
  std::string_view passphrase;  // instead of recipients
  MediaForm form = MediaForm::kJsonLines;
  bool armored = false;
  std::string_view medium, handover;
  uint32_t work_factor = 0;
};
struct ImportOptions {
  std::string_view directory, name;
  std::vector<std::string> signers;
  std::vector<std::string_view> identities;
  std::string_view passphrase;  // instead of identities
};

struct Erased {
  uint64_t records = 0;
  std::string certificate;
};

namespace detail {

// C forms that borrow what they were made of.
struct AskView {
  explicit AskView(const Ask& ask) : items(Views(ask.items)), approvals(Views(ask.approvals)) {
    c.act = static_cast<int32_t>(ask.act);
    c.view = static_cast<int32_t>(ask.view);
    c.file = Str(ask.file);
    c.items = items.data();
    c.item_count = items.size();
    c.approvals = approvals.data();
    c.approval_count = approvals.size();
    c.recipient = Str(ask.recipient);
    c.source = Str(ask.source);
    c.medium = Str(ask.medium);
    c.ground = Str(ask.ground);
    if (ask.encrypted) c.encrypted = *ask.encrypted ? HIKAE_YES : HIKAE_NO;
  }
  std::vector<hikae_str> items, approvals;
  hikae_ask c = HIKAE_ASK_INIT;
};
struct SessionView {
  explicit SessionView(const SessionOptions& options)
      : terminal_factors(Views(options.terminal_factors)), system_factors(Views(options.system_factors)) {
    c.actor = Str(options.actor);
    c.actor_type = Str(options.actor_type);
    c.handling = Str(options.handling);
    c.purpose = Str(options.purpose);
    c.terminal = Str(options.terminal);
    c.place = Str(options.place);
    c.terminal_factors = terminal_factors.data();
    c.terminal_factor_count = terminal_factors.size();
    c.system_factors = system_factors.data();
    c.system_factor_count = system_factors.size();
    c.password = Str(options.password);
  }
  std::vector<hikae_str> terminal_factors, system_factors;
  hikae_session_options c = HIKAE_SESSION_OPTIONS_INIT;
};
struct PutsView {
  explicit PutsView(const std::vector<Put>& puts) {
    c.reserve(puts.size());
    for (const Put& put : puts) {
      std::vector<hikae_item>& set = sets.emplace_back();
      for (const Item& item : put.set) set.push_back({Str(item.name), Str(item.value)});
      removes.push_back(Views(put.remove));
      c.push_back({Str(put.subject), set.data(), set.size(), removes.back().data(), removes.back().size(),
                   put.if_version ? 1 : 0, 0, put.if_version.value_or(0)});
    }
  }
  std::vector<std::vector<hikae_item>> sets;  // what they hold does not move when they do
  std::vector<std::vector<hikae_str>> removes;
  std::vector<hikae_put> c;
};

inline std::vector<std::string> Ids(std::vector<Entry> entries) {
  std::vector<std::string> ids;
  for (Entry& entry : entries) ids.push_back(std::move(entry.id));
  return ids;
}

}  // namespace detail

// What was read: a walk over records, one at a time. Movable; wiped when it goes, and what its views show with it.
class Records {
 public:
  explicit Records(hikae_records* handle) : handle_(handle, hikae_records_free) {}
  Records(Records&&) noexcept = default;
  Records& operator=(Records&&) noexcept = default;
  // False past the last; then the record is empty.
  bool Next() {
    return detail::Check([&](hikae_error** e) { return hikae_records_next(handle_.get(), &record_, e); }) == HIKAE_OK;
  }
  uint64_t index() const { return record_.index; }  // of the subject among those asked for
  State state() const { return static_cast<State>(record_.state); }
  uint64_t version() const { return record_.version; }
  // Lives as long as the records or a copy of it.
  vault::Decision Decision() const { return vault::Decision({handle_, record_.decision}); }
  std::vector<hikae_seen> Items() const {
    std::vector<hikae_seen> items;
    hikae_seen seen = HIKAE_SEEN_INIT;
    while (detail::Check([&](hikae_error** e) { return hikae_records_item(handle_.get(), items.size(), &seen, e); }) ==
           HIKAE_OK)
      items.push_back(seen);
    return items;
  }

 private:
  std::shared_ptr<hikae_records> handle_;
  hikae_record record_ = HIKAE_RECORD_INIT;
};

// One actor, for one handling and purpose. Movable; one thread at a time. When it goes the session is not ended.
class Session {
 public:
  explicit Session(hikae_session* handle) : handle_(handle) {}
  Bytes Token() const {
    return Bytes::From([&](hikae_buffer* out, hikae_error** e) { return hikae_session_token(handle_.get(), out, e); });
  }
  std::string_view id() const noexcept { return View(hikae_session_id(handle_.get())); }
  void End() {
    detail::Check([&](hikae_error** e) { return hikae_session_end(handle_.get(), e); });
  }
  Decision WouldAllow(const Ask& ask, std::string_view subject = {}) const {
    const detail::AskView c(ask);
    hikae_decision* raw = nullptr;
    detail::Check(
        [&](hikae_error** e) { return hikae_session_would_allow(handle_.get(), &c.c, Str(subject), &raw, e); });
    return Decision(std::shared_ptr<const hikae_decision>(raw, [raw](const void*) { hikae_decision_free(raw); }));
  }
  void Write(const Ask& ask, std::string_view subject, std::string_view item, std::string_view value) {
    const detail::AskView c(ask);
    detail::Check(
        [&](hikae_error** e) { return hikae_record_put(handle_.get(), &c.c, Str(subject), Str(item), Str(value), e); });
  }
  std::vector<uint64_t> Write(const Ask& ask, const std::vector<Put>& puts) {  // gives the versions
    const detail::AskView c(ask);
    const detail::PutsView all(puts);
    std::vector<uint64_t> versions(puts.size());
    detail::Check([&](hikae_error** e) {
      return hikae_records_put(handle_.get(), &c.c, all.c.data(), all.c.size(), versions.data(), e);
    });
    return versions;
  }
  Bytes Read(const Ask& ask, std::string_view subject, std::string_view item) {
    const detail::AskView c(ask);
    return Bytes::From([&](hikae_buffer* out, hikae_error** e) {
      return hikae_record_get(handle_.get(), &c.c, Str(subject), Str(item), out, e);
    });
  }
  template <class Subjects = std::initializer_list<std::string_view>>
  Records Read(const Ask& ask, const Subjects& subjects) {
    const detail::AskView c(ask);
    const std::vector<hikae_str> ids = detail::Views(subjects);
    hikae_records* raw = nullptr;
    detail::Check(
        [&](hikae_error** e) { return hikae_records_get(handle_.get(), &c.c, ids.data(), ids.size(), &raw, e); });
    return Records(raw);
  }
  std::vector<std::string> Search(const Ask& ask, Index index, std::string_view text, uint64_t most = 0) {
    const detail::AskView c(ask);
    return detail::Ids(detail::ReadList([&](hikae_list** out, hikae_error** e) {
      return hikae_records_search(handle_.get(), &c.c, static_cast<int32_t>(index), Str(text), most, out, e);
    }));
  }
  // keep: sees the items of one record, whose views live until it returns. What it throws comes out.
  using Keep = std::function<bool(const hikae_item* items, size_t count)>;
  std::vector<std::string> Sift(const Ask& ask, const Keep& keep, uint64_t most = 0) {
    const detail::AskView c(ask);
    // The answer goes beside the carrier's, which is to go on unless something was thrown.
    bool kept = false;
    const std::function<bool(const hikae_item*, size_t)> look = [&](const hikae_item* items, size_t count) {
      kept = keep(items, count);
      return true;
    };
    struct Context {
      detail::Carrier<std::function<bool(const hikae_item*, size_t)>> carrier;
      bool& kept;
    } context{{look, {}}, kept};
    hikae_list* raw = nullptr;
    context.carrier.Throwing([&](hikae_error** e) {
      return hikae_records_sift(
          handle_.get(), &c.c,
          [](void* ctx, const hikae_item* items, size_t count, int32_t* out) {
            auto& given = *static_cast<Context*>(ctx);
            const int stop = given.carrier.Run(items, count);
            *out = given.kept ? 1 : 0;
            return stop;
          },
          &context, most, &raw, e);
    });
    return detail::Ids(hikae::detail::ReadAll(raw));
  }
  template <class Subjects = std::initializer_list<std::string_view>>
  Erased Erase(const Ask& ask, const Subjects& subjects) {
    const detail::AskView c(ask);
    const std::vector<hikae_str> ids = detail::Views(subjects);
    Erased erased;
    erased.certificate = detail::ReadBuffer([&](hikae_buffer* out, hikae_error** e) {
      return hikae_records_erase(handle_.get(), &c.c, ids.data(), ids.size(), out, &erased.records, e);
    });
    return erased;
  }
  // No subjects: all of the file. Gives how many records are on the medium.
  template <class Subjects = std::initializer_list<std::string_view>>
  uint64_t Export(const Ask& ask, const Subjects& subjects, const ExportOptions& options) {
    const detail::AskView c(ask);
    const std::vector<hikae_str> ids = detail::Views(subjects), recipients = detail::Views(options.recipients);
    hikae_export_options to = HIKAE_EXPORT_OPTIONS_INIT;
    to.form = static_cast<int32_t>(options.form);
    to.armored = options.armored ? 1 : 0;
    to.directory = Str(options.directory);
    to.name = Str(options.name);
    to.recipients = recipients.data();
    to.recipient_count = recipients.size();
    to.passphrase = Str(options.passphrase);
    to.medium = Str(options.medium);
    to.handover = Str(options.handover);
    to.work_factor = options.work_factor;
    uint64_t written = 0;
    detail::Check([&](hikae_error** e) {
      return hikae_records_export(handle_.get(), &c.c, ids.data(), ids.size(), &to, &written, e);
    });
    return written;
  }
  uint64_t Import(const Ask& ask, const ImportOptions& options) {  // gives how many records were taken in
    const detail::AskView c(ask);
    const std::vector<hikae_str> signers = detail::Views(options.signers);
    const std::vector<hikae_str> identities = detail::Views(options.identities);
    hikae_import_options from = HIKAE_IMPORT_OPTIONS_INIT;
    from.directory = Str(options.directory);
    from.name = Str(options.name);
    from.signers = signers.data();
    from.signer_count = signers.size();
    from.identities = identities.data();
    from.identity_count = identities.size();
    from.passphrase = Str(options.passphrase);
    uint64_t taken = 0;
    detail::Check([&](hikae_error** e) { return hikae_records_import(handle_.get(), &c.c, &from, &taken, e); });
    return taken;
  }
  void SetMarks(const Ask& ask, std::string_view subject, const std::vector<Mark>& marks) {
    const detail::AskView c(ask);
    std::vector<hikae_mark> all;
    for (const Mark& mark : marks) all.push_back({Str(mark.kind), Str(mark.value), Str(mark.from), Str(mark.until)});
    detail::Check([&](hikae_error** e) {
      return hikae_subject_mark(handle_.get(), &c.c, Str(subject), all.data(), all.size(), e);
    });
  }
  std::vector<Mark> Marks(const Ask& ask, std::string_view subject) {
    const detail::AskView c(ask);
    std::vector<Mark> marks;
    for (Entry& entry : detail::ReadList([&](hikae_list**out, hikae_error**e) {
           return hikae_subject_marks(handle_.get(), &c.c, Str(subject), out, e);
         }))
      marks.push_back({std::move(entry.id), std::move(entry.detail), std::move(entry.from), std::move(entry.until)});
    return marks;
  }
  void Revoke(const Ask& ask, std::string_view session) {
    const detail::AskView c(ask);
    detail::Check([&](hikae_error** e) { return hikae_session_revoke(handle_.get(), &c.c, Str(session), e); });
  }
  void SetPassword(const Ask& ask, std::string_view actor, std::string_view fresh) {
    const detail::AskView c(ask);
    detail::Check([&](hikae_error** e) { return hikae_password_set(handle_.get(), &c.c, Str(actor), Str(fresh), e); });
  }

  // The keys of the office: administering too.
  void AddLock(const Ask& ask, const Secret& secret) {
    const detail::AskView c(ask);
    const detail::SecretView given(secret);
    detail::Check([&](hikae_error** e) { return hikae_keys_add_lock(handle_.get(), &c.c, &given.c, e); });
  }
  // One share for each custodian, any `threshold` of which open the keys.
  template <class Texts = std::initializer_list<std::string_view>>
  std::vector<Bytes> ShareKeys(const Ask& ask, uint32_t threshold, const Texts& custodians) {
    const detail::AskView c(ask);
    const std::vector<hikae_str> names = detail::Views(custodians);
    std::vector<hikae_buffer> raw(names.size(), hikae_buffer HIKAE_BUFFER_INIT);
    std::vector<Bytes> shares;
    shares.reserve(raw.size());
    detail::Check([&](hikae_error** e) {
      return hikae_keys_share(handle_.get(), &c.c, threshold, names.data(), names.size(), raw.data(), e);
    });
    for (const hikae_buffer& share : raw) shares.emplace_back(share);
    return shares;
  }
  void RotateMaster(const Ask& ask, const Secret& secret) {
    const detail::AskView c(ask);
    const detail::SecretView given(secret);
    detail::Check([&](hikae_error** e) { return hikae_keys_rotate_master(handle_.get(), &c.c, &given.c, e); });
  }
  void RotateOffice(const Ask& ask, const Progress& progress = {}) {
    TurnOver(hikae_keys_rotate_office, ask, progress);
  }
  void RotateIndex(const Ask& ask, const Progress& progress = {}) { TurnOver(hikae_keys_rotate_index, ask, progress); }
  void RotateSubjects(const Ask& ask, const Progress& progress = {}) {
    TurnOver(hikae_keys_rotate_subjects, ask, progress);
  }
  void RetireIndex(const Ask& ask) {
    const detail::AskView c(ask);
    detail::Check([&](hikae_error** e) { return hikae_keys_retire_index(handle_.get(), &c.c, e); });
  }
  void SetKeyState(const Ask& ask, std::string_view kind, uint32_t version, int32_t state) {  // HIKAE_KEY_…
    const detail::AskView c(ask);
    detail::Check(
        [&](hikae_error** e) { return hikae_keys_set_state(handle_.get(), &c.c, Str(kind), version, state, e); });
  }
  void BackupKeys(const Ask& ask, std::string_view file) {
    const detail::AskView c(ask);
    detail::Check([&](hikae_error** e) { return hikae_keys_backup(handle_.get(), &c.c, Str(file), e); });
  }
  void BackupKeysWithLogKey(const Ask& ask, std::string_view file) {  // and changes the log's key
    const detail::AskView c(ask);
    detail::Check([&](hikae_error** e) { return hikae_keys_backup_with_log_key(handle_.get(), &c.c, Str(file), e); });
  }

 private:
  template <class Call>
  void TurnOver(Call call, const Ask& ask, const Progress& progress) {
    const detail::AskView c(ask);
    detail::Carrier<Progress> carrier{progress, {}};
    carrier.Throwing(
        [&](hikae_error** e) { return call(handle_.get(), &c.c, progress ? &detail::Tell : nullptr, &carrier, e); });
  }
  std::unique_ptr<hikae_session, detail::Deleter<hikae_session_free>> handle_;
};

// Unlocked keys. Movable; may be used from several threads. When they go they are wiped, and their sessions answer
// HIKAE_E_LOCKED.
class Keys {
 public:
  static void Make(Office& office, const Secret& secret) {
    const detail::SecretView c(secret);
    detail::Check([&](hikae_error** e) { return hikae_keys_make(office.c(), &c.c, e); });
  }
  static Keys Unlock(Office& office, const Secret& secret) {
    const detail::SecretView c(secret);
    hikae_keys* raw = nullptr;
    detail::Check([&](hikae_error** e) { return hikae_keys_unlock(office.c(), &c.c, &raw, e); });
    return Keys(raw);
  }
  // With the custodians' shares, where nobody can unlock them any more: `fresh` opens them from then on.
  static void Recover(Office& office, const Secret& shares, const Secret& fresh) {
    const detail::SecretView by(shares), given(fresh);
    detail::Check([&](hikae_error** e) { return hikae_keys_recover(office.c(), &by.c, &given.c, e); });
  }
  // `actor`: who does it, for the access log; empty = whoever opens the office next.
  static void Restore(std::string_view path, std::string_view file, std::string_view actor = {}) {
    detail::Check([&](hikae_error** e) { return hikae_keys_restore(Str(path), Str(file), Str(actor), e); });
  }
  // Wipes them before the destructor would.
  void Close() noexcept { handle_.reset(); }

  std::vector<Key> List() const {
    std::vector<Key> all;
    const std::function<bool(const hikae_key*)> take = [&](const hikae_key* key) {
      all.push_back({std::string(View(key->kind)), key->version, key->state, key->made_at, key->uses});
      return true;
    };
    using Taking = detail::Carrier<std::function<bool(const hikae_key*)>>;
    Taking carrier{take, {}};
    const hikae_key_fn each = [](void* ctx, const hikae_key* key) { return static_cast<Taking*>(ctx)->Run(key); };
    carrier.Throwing([&](hikae_error** e) { return hikae_keys_list(handle_.get(), each, &carrier, e); });
    return all;
  }

  Session Begin(const SessionOptions& options) {
    const detail::SessionView c(options);
    hikae_session* raw = nullptr;
    detail::Check([&](hikae_error** e) { return hikae_session_begin(handle_.get(), &c.c, &raw, e); });
    return Session(raw);
  }
  Session Resume(std::string_view token) {
    hikae_session* raw = nullptr;
    detail::Check([&](hikae_error** e) { return hikae_session_resume(handle_.get(), Str(token), &raw, e); });
    return Session(raw);
  }
  std::vector<SessionInfo> Sessions() const {
    std::vector<SessionInfo> all;
    const std::function<bool(const hikae_session_info*)> take = [&](const hikae_session_info* one) {
      const auto text = [](hikae_str from) { return std::string(View(from)); };
      all.push_back({text(one->id), text(one->actor), text(one->handling), text(one->purpose), text(one->terminal),
                     text(one->place), one->begun_at, one->used_at,
                     one->ended_at == 0 ? std::nullopt : std::optional(one->ended_at)});
      return true;
    };
    using Taking = detail::Carrier<std::function<bool(const hikae_session_info*)>>;
    Taking carrier{take, {}};
    const hikae_session_fn each = [](void* ctx, const hikae_session_info* one) {
      return static_cast<Taking*>(ctx)->Run(one);
    };
    carrier.Throwing([&](hikae_error** e) { return hikae_sessions_list(handle_.get(), each, &carrier, e); });
    return all;
  }
  // An actor's own password, by the present one in `options`.
  void ChangePassword(const SessionOptions& options, std::string_view fresh) {
    const detail::SessionView c(options);
    detail::Check([&](hikae_error** e) { return hikae_password_change(handle_.get(), &c.c, Str(fresh), e); });
  }
  // Records that disagree with the log: id of the subject's number, place.file the records' file, titles.
  std::vector<Entry> CheckRecords() const {
    return detail::ReadList(
        [&](hikae_list** out, hikae_error** e) { return hikae_records_check(handle_.get(), out, e); });
  }

 private:
  explicit Keys(hikae_keys* handle) : handle_(handle) {}
  std::unique_ptr<hikae_keys, detail::Deleter<hikae_keys_free>> handle_;
};

}  // namespace hikae::vault

#endif  // HIKAE_VAULT_HPP_
