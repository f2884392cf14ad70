// Evidence to hand out: one entry's inclusion in a signed checkpoint, checkable offline (C2SP tlog-proof). What we emit
// is told in docs/formats/proof-bundle.md.
#ifndef HIKAE_LOG_PROOF_BUNDLE_H_
#define HIKAE_LOG_PROOF_BUNDLE_H_

#include <string>
#include <string_view>

#include "log/checkpoint.h"
#include "log/trust_policy.h"

namespace hikae::log {

constexpr size_t kMaxProofHashes = 63;  // of a tree of at most kMaxTreeSize leaves
constexpr size_t kMaxExtraBytes = 1u << 16;

struct ProofBundle {
  std::string extra;  // base64 in the text; may be empty. Nothing vouches for it.
  uint64_t index = 0;
  Proof proof;
  std::string checkpoint;  // the signed note
  std::string ToString() const;
  static base::Result<ProofBundle> Parse(std::string_view text);
};

// What a bundle shows about one entry.
struct Shown {
  Checkpoint head;
  std::vector<Cosigned> witnesses;  // those of the policy that signed
};

// kTampered: the proof or a signature does not hold; kRefused: signatures hold but are not those the policy asks for.
base::Result<Shown> CheckBundle(const ProofBundle& bundle, Bytes entry, const TrustPolicy& policy);

}  // namespace hikae::log

#endif  // HIKAE_LOG_PROOF_BUNDLE_H_
