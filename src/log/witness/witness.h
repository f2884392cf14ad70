// A witness: somebody outside who remembers the last checkpoint of a log and signs the next one only when it extends it
// (C2SP tlog-witness, tlog-cosignature). A witness is one file and one operation; no server is needed, and requests
// have the form that witness servers of others take as well.
#ifndef HIKAE_LOG_WITNESS_WITNESS_H_
#define HIKAE_LOG_WITNESS_WITNESS_H_

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/io.h"
#include "log/checkpoint.h"
#include "log/proof_bundle.h"

namespace hikae::log {

// What is sent to a witness: the body of tlog-witness' add-checkpoint.
struct WitnessRequest {
  uint64_t old_size = 0;
  Proof proof;             // from old_size to the checkpoint
  std::string checkpoint;  // the signed note
  std::string ToString() const;
  static base::Result<WitnessRequest> Parse(std::string_view text);
};

// What a witness remembers of one log. Text: "hikae-witness/v1", "key" and the log's key in force, an empty line, and
// the last checkpoint with the witness' own cosignature, or nothing before the first.
struct WitnessState {
  static constexpr size_t kMaxBytes = kMaxNoteBytes + 4096;

  VerifierKey log_key;
  std::optional<SignedCheckpoint> last;
  uint64_t size() const { return last ? last->head.size : 0; }
  std::string ToString() const;
  // The last checkpoint must bear the cosignature of `witness`: kTampered when the state was changed by somebody else.
  static base::Result<WitnessState> Parse(std::string_view text, const VerifierKey& witness);
};

// The numbers are tlog-witness' answers.
enum class WitnessVerdict : uint16_t {
  kCosigned = 200,
  kUntrusted = 403,     // not signed by the log's key
  kUnknownLog = 404,    // another origin
  kConflict = 409,      // the witness remembers another size, or another root for this size
  kInconsistent = 422,  // the proof does not hold: the log was rewritten
};

struct WitnessAnswer {
  WitnessVerdict verdict = WitnessVerdict::kInconsistent;
  uint64_t known_size = 0;  // what the witness remembers
  std::string line;         // the cosignature, one line of a note; empty when refused
  WitnessState state;       // to be kept before the line is handed out; the old one when refused
};

// A witness' name and key; the key must not be used for anything else.
struct WitnessIdentity {
  std::string name;
  const crypto::SigningKey* key = nullptr;
  VerifierKey Public() const { return {name, KeyKind::kCosignature, key->public_key()}; }
};

// Pure. A refusal is an answer; errors are kArgument: the request's checkpoint is malformed.
base::Result<WitnessAnswer> WitnessCosign(const WitnessState& state, const WitnessRequest& request,
                                          const WitnessIdentity& witness, uint64_t seconds);

// Follows a change of the log's key: `leaf` announces it, and is the last entry of the checkpoint the witness cosigned
// last, as `proof` shows. kTampered or kRefused when it does not, and the state stays.
base::Result<WitnessState> WitnessFollowKey(const WitnessState& state, Bytes leaf, const Proof& proof);

// The file. Each takes the lock of `path` (a file `path`.lock beside it; kBusy when another holds it), and replaces the
// file whole: what is handed out is on the disk before.
class WitnessFile {
 public:
  WitnessFile(base::Io* io, std::string path) : io_(*io), path_(std::move(path)) {}
  base::Result<void> Create(const VerifierKey& log_key);  // kExists
  base::Result<WitnessAnswer> Cosign(const WitnessRequest& request, const WitnessIdentity& witness, uint64_t seconds);
  base::Result<void> FollowKey(Bytes leaf, const Proof& proof, const WitnessIdentity& witness);

 private:
  base::Result<WitnessState> Load(const VerifierKey& witness);
  base::Io& io_;
  std::string path_;
};

}  // namespace hikae::log

#endif  // HIKAE_LOG_WITNESS_WITNESS_H_
