// What a log's directory hands to the outside: checkpoints to anchors, requests to witnesses; and what comes back.
#ifndef HIKAE_LOG_FOLDER_PROOFS_H_
#define HIKAE_LOG_FOLDER_PROOFS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "log/entry_proofs.h"
#include "log/log_folder.h"
#include "log/trust_policy.h"
#include "log/witness/anchor.h"
#include "log/witness/witness.h"

namespace hikae::log {

// The latest checkpoint of a period, signed by the key in force by what the entries say. kTampered: it is not;
// kNotFound: none was signed yet.
base::Result<SignedCheckpoint> LatestSigned(const LogFolder& folder, const Period& period, EntrySource& entries);

struct AnchorKept {
  AnchorVerdict verdict = AnchorVerdict::kForked;
  std::optional<Checkpoint> kept;  // what was kept before
  Checkpoint now;                  // what the log says
};
// Compares the checkpoint in `file` with the log, and puts the log's latest in its place when that extends it. Goes
// from a period to the one after when the first entry of that one holds the checkpoint that was kept, or one that
// extends it. `policy` may be null. kArgument: the file holds another log's checkpoint; kNotFound: the period that it
// is of is not here any more; kRefused: the policy does not accept the latest checkpoint.
base::Result<AnchorKept> KeepAnchor(base::Io& io, const LogFolder& folder, const std::string& file,
                                    const TrustPolicy* policy, const ProofProgress& progress);

struct RequestMade {
  WitnessRequest request;
  // The entry that announces the next key, as `extra` of a bundle, when the checkpoint that the witness cosigned last
  // is the handover to it: the witness must follow before it can take the request.
  std::optional<ProofBundle> key_change;
  bool more = false;  // a change of keys lies between the request's checkpoint and the latest: ask again afterwards
};
// What to send to a witness that remembers `old_size`, or whose last cosignature is found by its key.
base::Result<RequestMade> MakeRequest(const LogFolder& folder, const Period& period,
                                      const std::optional<VerifierKey>& witness, uint64_t old_size,
                                      const ProofProgress& progress);

// Keeps cosignatures with the log: of a whole note, or of lines for a checkpoint that is kept. Returns how many
// cosignatures were new. kArgument: nothing of these witnesses, or for no checkpoint of this log; kTampered: the
// checkpoint is not one that the entries give.
base::Result<size_t> AttachCosignatures(base::Io& io, const LogFolder& folder, std::string_view answer,
                                        const std::vector<VerifierKey>& witnesses, const ProofProgress& progress);

}  // namespace hikae::log

#endif  // HIKAE_LOG_FOLDER_PROOFS_H_
