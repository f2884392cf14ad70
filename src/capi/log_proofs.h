// What the calls about proofs, anchors and witnesses have in common.
#ifndef HIKAE_CAPI_LOG_PROOFS_H_
#define HIKAE_CAPI_LOG_PROOFS_H_

#include <optional>
#include <string>

#include "capi/log_handles.h"
#include "log/folder_proofs.h"

namespace hikae::capi {

struct ProofAsked {
  log::Period period;
  std::string tiles;  // a directory; empty: none
  std::optional<log::TrustPolicy> policy;
  uint64_t size = 0;  // 0: the latest
  log::ProofProgress progress;
};
ProofAsked AskedOf(const hikae_log& log, const hikae_log_proof_options& given);

// The checkpoint to prove by, accepted by the policy where there is one.
log::SignedCheckpoint CheckpointOf(const hikae_log& log, const ProofAsked& asked, log::EntrySource& entries);

}  // namespace hikae::capi

#endif  // HIKAE_CAPI_LOG_PROOFS_H_
