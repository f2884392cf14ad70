#include "log/witness/witness.h"

#include "codec/base64.h"
#include "log/text.h"
#include "log/verify/leaf_view.h"

namespace hikae::log {

using base::Error;
using base::Result;
using base::Status;
using base::Text;

namespace {

constexpr std::string_view kStateHeader = "hikae-witness/v1";

}  // namespace

std::string WitnessRequest::ToString() const {
  std::string out = "old " + std::to_string(old_size) + "\n";
  for (const Digest& hash : proof) out += codec::Base64(hash) + "\n";
  return out + "\n" + checkpoint;
}

Result<WitnessRequest> WitnessRequest::Parse(std::string_view text) {
  WitnessRequest request;
  std::string_view line;
  if (!NextLine(&text, &line) || !line.starts_with("old ") || !ReadDecimal(line.substr(4), &request.old_size))
    return Malformed("a request to a witness begins with old and a size, in decimal");
  for (;;) {
    if (!NextLine(&text, &line)) return Malformed("an empty line parts the proof from its checkpoint");
    if (line.empty()) break;
    Digest hash;
    if (request.proof.size() == kMaxProofHashes || !ReadDigest(line, &hash))
      return Malformed("a proof has at most 63 hashes, 32 bytes in base64 each");
    request.proof.push_back(hash);
  }
  HIKAE_TRY(const SignedCheckpoint checkpoint, SignedCheckpoint::Parse(text));
  if (request.old_size > checkpoint.head.size) return Malformed("the old size is greater than the checkpoint's");
  request.checkpoint = text;
  return request;
}

std::string WitnessState::ToString() const {
  return std::string(kStateHeader) + "\nkey " + log_key.ToString() + "\n\n" + (last ? last->note.ToString() : "");
}

Result<WitnessState> WitnessState::Parse(std::string_view text, const VerifierKey& witness) {
  WitnessState state;
  std::string_view line;
  if (text.size() > kMaxBytes || !NextLine(&text, &line) || line != kStateHeader)
    return Malformed("the state of a witness begins with hikae-witness/v1");
  if (!NextLine(&text, &line) || !line.starts_with("key "))
    return Malformed("the state of a witness names the log's key");
  HIKAE_TRY(state.log_key, VerifierKey::Parse(line.substr(4)));
  if (state.log_key.kind != KeyKind::kEd25519) return Malformed("the key of a log is of kind 01");
  if (!NextLine(&text, &line) || !line.empty()) return Malformed("an empty line stands before the last checkpoint");
  if (text.empty()) return state;
  HIKAE_TRY(state.last, SignedCheckpoint::Parse(text));
  HIKAE_TRY(const auto signers, VerifyNote(state.last->note, {witness}));
  if (signers.empty() || state.last->head.origin != state.log_key.name)
    return Error(Status::kTampered, Text{"the state of the witness was not written by this witness",
                                         "立会人の控えがこの立会人のものでない"});
  return state;
}

Result<WitnessAnswer> WitnessCosign(const WitnessState& state, const WitnessRequest& request,
                                    const WitnessIdentity& witness, uint64_t seconds) {
  HIKAE_TRY(const SignedCheckpoint given, SignedCheckpoint::Parse(request.checkpoint));
  WitnessAnswer answer{WitnessVerdict::kCosigned, state.size(), "", state};
  const auto refuse = [&](WitnessVerdict verdict) { return answer.verdict = verdict, answer; };
  if (given.head.origin != state.log_key.name) return refuse(WitnessVerdict::kUnknownLog);
  const auto signers = VerifyNote(given.note, {state.log_key});
  if (!signers.ok() || signers->empty()) return refuse(WitnessVerdict::kUntrusted);
  if (request.old_size != state.size() || given.head.size < state.size()) return refuse(WitnessVerdict::kConflict);
  if (state.last) {
    if (given.head.size == state.size() && given.head.root != state.last->head.root)
      return refuse(WitnessVerdict::kConflict);
    if (!CheckGrowth(state.last->head, given.head, request.proof).ok()) return refuse(WitnessVerdict::kInconsistent);
  } else if (!request.proof.empty()) {
    return refuse(WitnessVerdict::kInconsistent);
  }
  // Kept without others' signatures: what is remembered is the log's statement and our own.
  Note kept{given.note.text, {}};
  for (const NoteSignature& signature : given.note.signatures) {
    if (signature.name == state.log_key.name && signature.key_id == state.log_key.Id())
      kept.signatures.push_back(signature);
  }
  const NoteSignature own = Cosign(given.note.text, witness.name, *witness.key, seconds);
  kept.signatures.push_back(own);
  answer.line = SignatureLine(own);
  answer.state.last = SignedCheckpoint{std::move(kept), given.head};
  answer.known_size = given.head.size;
  return answer;
}

Result<WitnessState> WitnessFollowKey(const WitnessState& state, Bytes leaf, const Proof& proof) {
  if (!state.last || state.size() == 0)
    return Error(Status::kRefused,
                 Text{"the witness has seen no checkpoint yet", "立会人はまだチェックポイントを見ていない"});
  const Checkpoint& head = state.last->head;
  HIKAE_CHECK(CheckInclusion(HashLeaf(leaf), head.size - 1, head.size, proof, head.root));
  verify::LeafView view;
  const char* why = nullptr;
  if (verify::ReadLeaf(leaf, &view, &why) != verify::LeafForm::kGood || view.type != verify::kKeyAnnounced)
    return Error(Status::kRefused, Text{"the last entry announces no key", "最後の記録が鍵を予告していない"});
  HIKAE_TRY(VerifierKey key, VerifierKey::Parse(view.key));
  if (key.kind != KeyKind::kEd25519 || key.name != state.log_key.name)
    return Error(Status::kRefused,
                 Text{"the announced key is not one of this log", "予告された鍵がこのログのものでない"});
  WitnessState next = state;
  next.log_key = std::move(key);
  return next;
}

}  // namespace hikae::log
