// Whom to believe: the logs known, the witnesses known, and how many of these must have cosigned (C2SP tlog-policy).
#ifndef HIKAE_LOG_TRUST_POLICY_H_
#define HIKAE_LOG_TRUST_POLICY_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "log/checkpoint.h"

namespace hikae::log {

// A witness that cosigned, by its name in the policy.
struct Cosigned {
  std::string witness;
  uint64_t seconds = 0;  // since 1970, as the witness said
};

// An immutable policy file. Thread-safe.
class TrustPolicy {
 public:
  static constexpr size_t kMaxBytes = 1u << 18;
  static constexpr size_t kMaxLogs = 64;
  static constexpr size_t kMaxWitnesses = 64;
  static constexpr size_t kMaxGroups = 64;

  // kArgument with the line, when the text is not a policy: exactly one quorum, names defined before they are used, no
  // key twice, no name a member twice.
  static base::Result<TrustPolicy> Parse(std::string_view text, const std::string& file);
  // One log, and `quorum` of `witnesses`; 0 asks for none. kArgument when there are fewer.
  static base::Result<TrustPolicy> Create(const VerifierKey& log, const std::vector<VerifierKey>& witnesses,
                                          size_t quorum);

  // Which of the witnesses signed, once a known log of the checkpoint's origin has and the quorum is there. kTampered:
  // a signature of a known key is bad; kRefused: the log's signature or the quorum is missing, or the origin is
  // unknown. A policy without logs asks for no log's signature.
  base::Result<std::vector<Cosigned>> Accept(const SignedCheckpoint& checkpoint) const;

  // Whether those of witness_keys() that signed are as many as asked.
  bool HasQuorum(const std::vector<bool>& signed_by) const;

  std::string ToString() const;  // canonical; parses to the same policy
  const std::vector<VerifierKey>& logs() const { return logs_; }
  const std::vector<VerifierKey>& witness_keys() const { return witness_keys_; }

 private:
  // A witness (no members) or a group. Members have smaller indices, so judging needs one pass.
  struct Party {
    std::string name;
    std::optional<size_t> key;  // into witness_keys_
    size_t threshold = 1;
    std::vector<size_t> members;
    bool taken = false;  // a member of a group already
  };
  class Reader;

  TrustPolicy() = default;

  std::vector<VerifierKey> logs_;
  std::vector<VerifierKey> witness_keys_;
  std::vector<Party> parties_;
  std::optional<size_t> quorum_;  // into parties_; none: no witness is asked for
};

}  // namespace hikae::log

#endif  // HIKAE_LOG_TRUST_POLICY_H_
