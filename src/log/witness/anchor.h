// An anchor: the latest checkpoint of a log, kept where the log's machine cannot reach it, and compared with what the
// log says now. It signs nothing; a USB stick or a printed page will do.
#ifndef HIKAE_LOG_WITNESS_ANCHOR_H_
#define HIKAE_LOG_WITNESS_ANCHOR_H_

#include <optional>
#include <string>
#include <string_view>

#include "base/io.h"
#include "log/checkpoint.h"
#include "log/trust_policy.h"

namespace hikae::log {

enum class AnchorVerdict : uint8_t {
  kFirst,   // nothing was kept before
  kSame,    // the same size and root
  kGrown,   // an extension of what was kept
  kShrunk,  // smaller: entries were cut off, or an old copy put back
  kForked,  // the same or a greater size, and another history
};

struct AnchorAnswer {
  AnchorVerdict verdict = AnchorVerdict::kForked;
  uint64_t kept_size = 0;  // of the checkpoint that was kept
  bool sound() const { return verdict <= AnchorVerdict::kGrown; }
};

// Pure. `now` must be accepted by `policy` first (its error is handed on). kArgument: another origin.
base::Result<AnchorAnswer> AnchorCompare(const std::optional<SignedCheckpoint>& kept, const SignedCheckpoint& now,
                                         const Proof& proof, const TrustPolicy& policy);

// The file holds the checkpoint as it came: a signed note. It is replaced only by a sound one.
class AnchorFile {
 public:
  AnchorFile(base::Io* io, std::string path) : io_(*io), path_(std::move(path)) {}
  base::Result<std::optional<SignedCheckpoint>> Kept();
  base::Result<AnchorAnswer> Update(std::string_view note, const Proof& proof, const TrustPolicy& policy);

 private:
  base::Io& io_;
  std::string path_;
};

}  // namespace hikae::log

#endif  // HIKAE_LOG_WITNESS_ANCHOR_H_
