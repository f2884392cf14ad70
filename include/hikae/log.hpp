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
  bool with_details = false;
  int32_t decision = 0;  // HIKAE_LOG_ALLOWED …; 0 = any
  std::string period, since, until;
  std::vector<std::string> types;
  std::string actor, subject, handling;
  uint64_t first = 0, end = 0, last = 0;
  Progress progress;
};

namespace detail {

// The C form of a query; borrows it.
struct QueryView {
  explicit QueryView(const Query& q) : types(Views(q.types)) {
    if (q.with_details) c.flags = HIKAE_LOG_WITH_DETAILS;
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

 private:
  std::unique_ptr<hikae_log, detail::Deleter<hikae_log_close>> handle_;
};

}  // namespace hikae::log

#endif  // HIKAE_LOG_HPP_
