// Checks an access log from the outside: everything is derived again from the entries, nothing that the writer says is
// believed unless a signature, a witness or a checkpoint seen elsewhere says so too. No code of the writer is used.
// docs/design/access-log.md tells what each check can and cannot detect.
#ifndef HIKAE_LOG_VERIFY_VERIFIER_H_
#define HIKAE_LOG_VERIFY_VERIFIER_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "log/entry_source.h"
#include "log/note.h"
#include "log/trust_policy.h"
#include "log/verify/verdict.h"

namespace hikae::log::verify {

// Leaf hashes [begin, end) as they were kept or published, for instance in tiles. Only used to name the bad entry, and
// only believed when they give the root that was signed.
using StoredHashes = std::function<base::Result<std::vector<Digest>>(uint64_t begin, uint64_t end)>;

struct PeriodInput {
  std::string name;
  EntrySource* entries = nullptr;  // null: the period was dropped
  std::string_view checkpoints;    // a list of notes, by ascending size; borrowed
  StoredHashes stored_hashes;      // may be empty
};

struct VerifyInput {
  std::vector<PeriodInput> periods;        // oldest first; the names ascend
  std::vector<VerifierKey> trusted;        // keys of the log that are known from outside
  std::vector<std::string> anchors;        // checkpoints (signed notes) seen outside the machine
  const TrustPolicy* witnesses = nullptr;  // who must have cosigned; its logs are not looked at. May be null.
  size_t threads = 1;                      // that hash and check signatures; entries are read by the caller's own
  // Called now and then with entries done and to do; false stops the check (kStopped).
  std::function<bool(uint64_t done, uint64_t total)> progress;
};

// The verdict, sound or not. An error means that nothing was judged: kArgument when the input contradicts itself (a
// checkpoint of another origin, an anchor that is no checkpoint), kStopped. One thread at a time per entry source.
base::Result<Verdict> Verify(const VerifyInput& input);

}  // namespace hikae::log::verify

#endif  // HIKAE_LOG_VERIFY_VERIFIER_H_
