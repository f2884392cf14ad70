// C++ over log.h: the access log, as strangers check it. Header-only; adds no ABI. What a call does, expects and leaves
// untouched is said in log.h; every function here throws hikae::Error where the C call fails.
#ifndef HIKAE_LOG_HPP_
#define HIKAE_LOG_HPP_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hikae/base.hpp"
#include "hikae/log.h"

namespace hikae::log {

enum class Form : int32_t { kTable = HIKAE_LOG_TABLE, kCsv = HIKAE_LOG_CSV, kJson = HIKAE_LOG_JSON };
enum class Lines : int32_t {
  kChecked = HIKAE_LOG_CHECKED,
  kNotChecked = HIKAE_LOG_NOT_CHECKED,
  kOnlyFromOutside = HIKAE_LOG_ONLY_FROM_OUTSIDE
};

// Entries done and to do; false stops the call with HIKAE_E_STOPPED. May throw.
using Progress = std::function<bool(uint64_t done, uint64_t total)>;
// Gets pieces of a text; false stops. May throw.
using Writer = std::function<bool(std::string_view piece)>;

namespace detail {

using hikae::detail::Carrier;
using hikae::detail::Check;
using hikae::detail::Deleter;

inline int Tell(void* ctx, uint64_t done, uint64_t total) {
  return static_cast<Carrier<Progress>*>(ctx)->Run(done, total);
}
inline int Write(void* ctx, const uint8_t* bytes, size_t len) {
  return static_cast<Carrier<Writer>*>(ctx)->Run(std::string_view(reinterpret_cast<const char*>(bytes), len));
}
inline std::vector<hikae_str> Views(const std::vector<std::string>& texts) {
  std::vector<hikae_str> views;
  for (const std::string& text : texts) views.push_back(Str(text));
  return views;
}

// A C call with a callback for the progress; what the callback throws comes out.
template <class Options, class Call>
void Run(const Progress& progress, Options& options, Call&& call) {
  Carrier<Progress> carrier{progress, {}};
  if (progress) {
    options.progress = &Tell;
    options.progress_ctx = &carrier;
  }
  carrier.Throwing(call);
}

}  // namespace detail

struct VerifyOptions {
  uint32_t threads = 1;
  std::string period;                // only this one; empty = all
  std::vector<std::string> keys;     // of the log, known from outside
  std::vector<std::string> anchors;  // checkpoints seen outside
  std::string policy;                // a tlog-policy
  Progress progress;
};

// Movable; one thread at a time. Its views live as long as it does.
class Verdict {
 public:
  explicit Verdict(hikae_log_verdict* handle) : handle_(handle) {}
  hikae_log_judged Judged() const {
    hikae_log_judged judged = HIKAE_LOG_JUDGED_INIT;
    detail::Check([&](hikae_error** e) { return hikae_log_verdict_get(handle_.get(), &judged, e); });
    return judged;
  }
  bool sound() const { return Judged().sound != 0; }
  std::vector<hikae_log_period> Periods() const {
    std::vector<hikae_log_period> all;
    hikae_log_period period = HIKAE_LOG_PERIOD_INIT;
    const auto next = [&](hikae_error** e) { return hikae_log_verdict_period(handle_.get(), all.size(), &period, e); };
    while (detail::Check(next) == HIKAE_OK) all.push_back(period);
    return all;
  }
  std::vector<hikae_log_finding> Findings() const {  // the one with the first bad entry first
    std::vector<hikae_log_finding> all;
    hikae_log_finding finding = HIKAE_LOG_FINDING_INIT;
    const auto next = [&](hikae_error** e) {
      return hikae_log_verdict_finding(handle_.get(), all.size(), &finding, e);
    };
    while (detail::Check(next) == HIKAE_OK) all.push_back(finding);
    return all;
  }
  std::vector<Entry> Text(Lines kind) const {  // titles
    return hikae::detail::ReadList([&](hikae_list** out, hikae_error** e) {
      return hikae_log_verdict_lines(handle_.get(), static_cast<int32_t>(kind), out, e);
    });
  }

 private:
  std::unique_ptr<hikae_log_verdict, detail::Deleter<hikae_log_verdict_free>> handle_;
};

struct Query {
  bool with_details = false;  // sealed
  bool with_names = false;    // needs the office's keys, as do the next, and ids
  bool opened = false;        // details in plain
  int32_t decision = 0;       // HIKAE_LOG_ALLOWED …; 0 = any
  std::string period, since, until;
  std::vector<std::string> types;
  std::string actor, subject, handling;  // pseudonyms, or what they begin with
  std::string actor_id, subject_id;
  uint64_t first = 0, end = 0, last = 0;
  Progress progress;
};

namespace detail {

// The C form of a query; borrows it.
struct QueryView {
  explicit QueryView(const Query& q) : types(Views(q.types)) {
    if (q.with_details) c.flags |= HIKAE_LOG_WITH_DETAILS;
    if (q.with_names) c.flags |= HIKAE_LOG_WITH_NAMES;
    if (q.opened) c.flags |= HIKAE_LOG_OPENED;
    c.actor_id = Str(q.actor_id);
    c.subject_id = Str(q.subject_id);
    c.decision = q.decision;
    c.period = Str(q.period);
    c.since = Str(q.since);
    c.until = Str(q.until);
    c.types = types.data();
    c.type_count = types.size();
    c.actor = Str(q.actor);
    c.subject = Str(q.subject);
    c.handling = Str(q.handling);
    c.first = q.first;
    c.end = q.end;
    c.last = q.last;
  }
  std::vector<hikae_str> types;
  hikae_log_query c = HIKAE_LOG_QUERY_INIT;
};

}  // namespace detail

// A cursor: batch by batch. Movable; one thread at a time.
class Entries {
 public:
  Entries(const hikae_log* log, Query query) : state_(std::make_unique<State>(std::move(query))) {
    detail::QueryView view(state_->query);
    if (state_->query.progress) {
      view.c.progress = &detail::Tell;
      view.c.progress_ctx = &state_->carrier;
    }
    hikae_log_entries* raw = nullptr;
    detail::Check([&](hikae_error** e) { return hikae_log_entries_open(log, &view.c, &raw, e); });
    handle_.reset(raw);
  }
  // Goes to the next batch of at most `most` entries; false past the last.
  bool Next(uint64_t most) {
    count_ = 0;
    hikae_status status = HIKAE_END;
    state_->carrier.Throwing(
        [&](hikae_error** e) { return status = hikae_log_entries_next(handle_.get(), most, &count_, e); });
    return status == HIKAE_OK;
  }
  uint64_t size() const { return count_; }        // of the batch
  hikae_log_entry operator[](uint64_t i) const {  // views live until the next batch
    hikae_log_entry entry = HIKAE_LOG_ENTRY_INIT;
    detail::Check([&](hikae_error** e) { return hikae_log_entries_get(handle_.get(), i, &entry, e); });
    return entry;
  }

 private:
  struct State {
    explicit State(Query q) : query(std::move(q)), carrier{query.progress, {}} {}
    Query query;
    detail::Carrier<Progress> carrier;
  };
  std::unique_ptr<State> state_;  // where the C side keeps pointing
  std::unique_ptr<hikae_log_entries, detail::Deleter<hikae_log_entries_free>> handle_;
  uint64_t count_ = 0;
};

struct ProofOptions {
  std::string period;  // empty = the current one
  uint64_t size = 0;   // by the checkpoint of so many entries; 0 = by the latest
  std::string tiles;   // a directory of tiles; empty = from the entries
  std::string policy;
  Progress progress;
};

namespace detail {

inline hikae_log_proof_options View(const ProofOptions& o) {
  hikae_log_proof_options c = HIKAE_LOG_PROOF_OPTIONS_INIT;
  c.period = Str(o.period);
  c.size = o.size;
  c.tiles = Str(o.tiles);
  c.policy = Str(o.policy);
  return c;
}
// A buffer that frees itself.
struct Bytes {
  hikae_buffer buffer = HIKAE_BUFFER_INIT;
  Bytes() = default;
  Bytes(const Bytes&) = delete;
  Bytes& operator=(const Bytes&) = delete;
  ~Bytes() { hikae_buffer_free(&buffer); }
  std::string Take() const { return {reinterpret_cast<const char*>(buffer.ptr), buffer.len}; }
};

}  // namespace detail

// A proof and the entry it is about.
struct Proven {
  std::string bundle, leaf;
};
struct Request {
  std::string request;
  std::string key_change;  // empty: none is needed
  bool more = false;
};

// The log of a directory. Movable; may be used from several threads at once.
class Log {
 public:
  explicit Log(std::string_view path) {
    hikae_log* raw = nullptr;
    detail::Check([&](hikae_error** e) { return hikae_log_open(Str(path), &raw, e); });
    handle_.reset(raw);
  }
  // Entries with id (the period) and detail (its origin), oldest first.
  std::vector<Entry> Periods() const {
    return hikae::detail::ReadList(
        [&](hikae_list** out, hikae_error** e) { return hikae_log_periods(handle_.get(), out, e); });
  }
  Verdict Verify(const VerifyOptions& options = {}) const {
    const std::vector<hikae_str> keys = detail::Views(options.keys);
    const std::vector<hikae_str> anchors = detail::Views(options.anchors);
    hikae_log_verify_options c = HIKAE_LOG_VERIFY_OPTIONS_INIT;
    c.threads = options.threads;
    c.period = Str(options.period);
    c.keys = keys.data();
    c.key_count = keys.size();
    c.anchors = anchors.data();
    c.anchor_count = anchors.size();
    c.policy = Str(options.policy);
    hikae_log_verdict* raw = nullptr;
    detail::Run(options.progress, c, [&](hikae_error** e) { return hikae_log_verify(handle_.get(), &c, &raw, e); });
    return Verdict(raw);
  }
  Entries Read(Query query = {}) const { return Entries(handle_.get(), std::move(query)); }
  void Write(const Query& query, Form form, Language language, const Writer& writer) const {
    detail::QueryView view(query);
    detail::Carrier<Writer> carrier{writer, {}};
    detail::Run(query.progress, view.c, [&](hikae_error** progress_error) {
      *progress_error = nullptr;
      hikae_status status = HIKAE_OK;
      carrier.Throwing([&](hikae_error** e) {
        return status = hikae_log_write(handle_.get(), &view.c, static_cast<int32_t>(form),
                                        static_cast<int32_t>(language), &detail::Write, &carrier, e);
      });
      return status;
    });
  }
  std::string Checkpoint(const ProofOptions& options = {}) const {
    const hikae_log_proof_options c = detail::View(options);
    return hikae::detail::ReadBuffer(
        [&](hikae_buffer* out, hikae_error** e) { return hikae_log_checkpoint(handle_.get(), &c, out, e); });
  }
  // Entries with id (the verifier key) and detail (signs checkpoints larger than this).
  std::vector<Entry> Keys(const std::string& period = {}) const {
    hikae_log_proof_options c = HIKAE_LOG_PROOF_OPTIONS_INIT;
    c.period = Str(period);
    return hikae::detail::ReadList(
        [&](hikae_list** out, hikae_error** e) { return hikae_log_keys(handle_.get(), &c, out, e); });
  }
  Proven Prove(uint64_t index, const ProofOptions& options = {}) const {
    hikae_log_proof_options c = detail::View(options);
    detail::Bytes bundle, leaf;
    detail::Run(options.progress, c, [&](hikae_error** e) {
      return hikae_log_prove(handle_.get(), index, &c, &bundle.buffer, &leaf.buffer, e);
    });
    return {bundle.Take(), leaf.Take()};
  }
  std::string ProveGrowth(uint64_t old_size, const ProofOptions& options = {}) const {
    hikae_log_proof_options c = detail::View(options);
    detail::Bytes proof;
    detail::Run(options.progress, c,
                [&](hikae_error** e) { return hikae_log_prove_growth(handle_.get(), old_size, &c, &proof.buffer, e); });
    return proof.Take();
  }
  void Export(std::string_view directory, const ProofOptions& options = {}) const {
    hikae_log_proof_options c = detail::View(options);
    detail::Run(options.progress, c,
                [&](hikae_error** e) { return hikae_log_export(handle_.get(), Str(directory), &c, e); });
  }
  hikae_log_compared Anchor(std::string_view file, const ProofOptions& options = {}) const {
    hikae_log_proof_options c = detail::View(options);
    hikae_log_compared compared = HIKAE_LOG_COMPARED_INIT;
    detail::Run(options.progress, c,
                [&](hikae_error** e) { return hikae_log_anchor(handle_.get(), Str(file), &c, &compared, e); });
    return compared;
  }
  // `witness` is its verifier key; where it is empty, `old_size` counts.
  Request RequestOf(std::string_view witness, uint64_t old_size = 0, const ProofOptions& options = {}) const {
    hikae_log_proof_options c = detail::View(options);
    detail::Bytes request, key_change;
    int32_t more = 0;
    detail::Run(options.progress, c, [&](hikae_error** e) {
      return hikae_log_witness_request(handle_.get(), Str(witness), old_size, &c, &request.buffer, &key_change.buffer,
                                       &more, e);
    });
    return {request.Take(), key_change.Take(), more != 0};
  }
  // How many cosignatures were new.
  uint64_t Attach(std::string_view answer, const std::vector<std::string>& keys) const {
    const std::vector<hikae_str> c = detail::Views(keys);
    uint64_t added = 0;
    detail::Check(
        [&](hikae_error** e) { return hikae_log_attach(handle_.get(), Str(answer), c.data(), c.size(), &added, e); });
    return added;
  }

 private:
  std::unique_ptr<hikae_log, detail::Deleter<hikae_log_close>> handle_;
};

// What a reviewer states; as hikae_log_review.
struct Review {
  uint64_t first = 0, end = 0;
  std::string period, reviewed_by, on, findings, handling, signed_off_by, signed_off_on, document, corrects;
};

struct Head {
  std::string origin;
  uint64_t size = 0;
  std::string root;  // 32 bytes
  uint64_t signature_count = 0;
};
inline Head ReadHead(std::string_view note) {
  hikae_log_head c = HIKAE_LOG_HEAD_INIT;
  detail::Check([&](hikae_error** e) { return hikae_log_head_read(Str(note), &c, e); });
  return {
      std::string(View(c.origin)), c.size, {reinterpret_cast<const char*>(c.root), sizeof c.root}, c.signature_count};
}

// A policy that asks for a signature of one of these keys and for no witness.
inline std::string PolicyOf(const std::vector<std::string>& keys) {
  std::string policy;
  for (const std::string& key : keys) policy += "log " + key + "\n";
  return policy + "quorum none\n";
}

struct Shown {
  uint64_t index = 0, size = 0;
  std::string root;              // 32 bytes
  std::string origin;            // of the log
  std::vector<Entry> witnesses;  // id, from (the day), detail (seconds)
};
// Throws unless the proof holds.
inline Shown CheckProof(std::string_view bundle, std::string_view leaf, std::string_view policy) {
  hikae_log_shown c = HIKAE_LOG_SHOWN_INIT;
  hikae_list* raw = nullptr;
  detail::Check([&](hikae_error** e) {
    return hikae_log_check_proof(Str(bundle), reinterpret_cast<const uint8_t*>(leaf.data()), leaf.size(), Str(policy),
                                 &c, &raw, e);
  });
  Shown shown{c.index, c.size, {reinterpret_cast<const char*>(c.root), sizeof c.root}, {}, hikae::detail::ReadAll(raw)};
  shown.origin = shown.witnesses.front().id;
  shown.witnesses.erase(shown.witnesses.begin());
  return shown;
}
// Throws unless `newer` extends `older`.
inline void CheckGrowth(std::string_view older, std::string_view newer, std::string_view proof) {
  detail::Check([&](hikae_error** e) { return hikae_log_check_growth(Str(older), Str(newer), Str(proof), e); });
}

// A witness: a key in one file, what it remembers of one log in another. Both give or take verifier keys as text.
inline std::string MakeWitnessKey(std::string_view file, std::string_view name) {
  return hikae::detail::ReadBuffer(
      [&](hikae_buffer* out, hikae_error** e) { return hikae_log_witness_key_new(Str(file), Str(name), out, e); });
}
inline std::string ReadWitnessKey(std::string_view file) {
  return hikae::detail::ReadBuffer(
      [&](hikae_buffer* out, hikae_error** e) { return hikae_log_witness_key_read(Str(file), out, e); });
}
inline void MakeWitness(std::string_view state, std::string_view log_key) {
  detail::Check([&](hikae_error** e) { return hikae_log_witness_new(Str(state), Str(log_key), e); });
}
struct WitnessAnswer {
  int32_t answer = 0;  // HIKAE_LOG_COSIGNED …
  uint64_t known_size = 0;
  std::string note;  // empty unless it cosigned
};
inline WitnessAnswer Cosign(std::string_view state, std::string_view key_file, std::string_view request,
                            uint64_t seconds = 0) {
  hikae_log_answer c = HIKAE_LOG_ANSWER_INIT;
  detail::Bytes note;
  detail::Check([&](hikae_error** e) {
    return hikae_log_witness_cosign(Str(state), Str(key_file), Str(request), seconds, &c, &note.buffer, e);
  });
  return {c.answer, c.known_size, note.Take()};
}
inline void FollowKey(std::string_view state, std::string_view key_file, std::string_view key_change) {
  detail::Check(
      [&](hikae_error** e) { return hikae_log_witness_follow(Str(state), Str(key_file), Str(key_change), e); });
}

}  // namespace hikae::log

#endif  // HIKAE_LOG_HPP_
