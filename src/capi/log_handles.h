// What stands behind the handles of log.h.
#ifndef HIKAE_CAPI_LOG_HANDLES_H_
#define HIKAE_CAPI_LOG_HANDLES_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capi/boundary.h"
#include "capi/list.h"
#include "hikae/log.h"
#include "log/entry_table.h"
#include "log/log_folder.h"
#include "log/query.h"
#include "office/access_log.h"

// Immutable: what is read is read anew by each call. Shareable between threads.
struct hikae_log {
  std::shared_ptr<const hikae::log::LogFolder> folder;
  std::string path;  // as given: of the office, or of its log
};

// A snapshot. One thread at a time.
struct hikae_log_verdict {
  hikae::log::verify::Verdict verdict;
  std::vector<std::string> roots;  // by period, in hexadecimal digits
};

// A cursor. One thread at a time.
struct hikae_log_entries {
  // An entry of the batch, and what its views point to.
  struct Shown {
    hikae::log::FoundEntry found;
    hikae::base::Text type;
    std::string actor, subject, record, digest, detail, session, actor_id, subject_id, plain;
    std::vector<hikae_str> items, rules;
  };
  std::shared_ptr<const hikae::log::LogFolder> folder;  // kept alive, so that handles may be freed in any order
  std::unique_ptr<hikae::log::EntryQuery> query;
  std::shared_ptr<hikae::office::AccessLog> keys;  // null: nothing was asked for that needs them
  uint32_t flags = 0;
  std::vector<Shown> batch;
};

namespace hikae::capi {

HIKAE_FIRST_SIZE(hikae_log_verify_options, progress_ctx);
HIKAE_FIRST_SIZE(hikae_log_judged, entries);
HIKAE_FIRST_SIZE(hikae_log_period, reserved);
HIKAE_FIRST_SIZE(hikae_log_finding, text_en);
HIKAE_FIRST_SIZE(hikae_log_query, progress_ctx);
HIKAE_FIRST_SIZE(hikae_log_entry, plain);
HIKAE_FIRST_SIZE(hikae_log_proof_options, progress_ctx);
HIKAE_FIRST_SIZE(hikae_log_head, root);
HIKAE_FIRST_SIZE(hikae_log_shown, root);
HIKAE_FIRST_SIZE(hikae_log_compared, size);
HIKAE_FIRST_SIZE(hikae_log_answer, known_size);
HIKAE_FIRST_SIZE(hikae_log_review, corrects);

// The office's own view of its log, to read; null where the query asks for nothing that needs keys.
std::shared_ptr<office::AccessLog> KeysFor(const hikae_log& log, const hikae_log_query& given);
// A query over some periods of the folder; `keys` as KeysFor gives them.
std::unique_ptr<log::EntryQuery> QueryOf(const hikae_log& log, const hikae_log_query& given, office::AccessLog* keys);

// The texts of an array that may be NULL when it is empty.
std::vector<std::string> TextsOf(const hikae_str* texts, size_t count, const char* name);
log::VerifierKey KeyOf(std::string_view text, const char* name);
std::optional<log::TrustPolicy> PolicyOf(hikae_str text);  // nothing for the empty text

inline std::function<bool(uint64_t, uint64_t)> ProgressOf(hikae_log_progress_fn fn, void* ctx) {
  if (fn == nullptr) return {};
  return [fn, ctx](uint64_t done, uint64_t total) { return fn(ctx, done, total) == 0; };
}

}  // namespace hikae::capi

#endif  // HIKAE_CAPI_LOG_HANDLES_H_
