// The file of a witness: replaced whole, under a lock.
#include "log/whole_file.h"
#include "log/witness/witness.h"

namespace hikae::log {

using base::Error;
using base::Result;
using base::Status;

Result<WitnessState> WitnessFile::Load(const VerifierKey& witness) {
  HIKAE_TRY(const std::string text, base::ReadWhole(io_, path_, WitnessState::kMaxBytes));
  return WitnessState::Parse(text, witness);
}

Result<void> WitnessFile::Create(const VerifierKey& log_key) {
  HIKAE_TRY(const auto lock, LockBeside(io_, path_));
  const auto there = io_.Open(path_, base::OpenMode::kRead);
  if (there.ok())
    return Error(Status::kExists, base::Text{"the witness has a state already", "立会人の控えが既にある"});
  if (there.error().status != Status::kNotFound) return there.error();
  WitnessState state;
  state.log_key = log_key;
  return ReplaceWhole(io_, path_, state.ToString());
}

Result<WitnessAnswer> WitnessFile::Cosign(const WitnessRequest& request, const WitnessIdentity& witness,
                                          uint64_t seconds) {
  HIKAE_TRY(const auto lock, LockBeside(io_, path_));
  HIKAE_TRY(const WitnessState state, Load(witness.Public()));
  HIKAE_TRY(WitnessAnswer answer, WitnessCosign(state, request, witness, seconds));
  if (answer.verdict == WitnessVerdict::kCosigned) HIKAE_CHECK(ReplaceWhole(io_, path_, answer.state.ToString()));
  return answer;
}

Result<void> WitnessFile::FollowKey(Bytes leaf, const Proof& proof, const WitnessIdentity& witness) {
  HIKAE_TRY(const auto lock, LockBeside(io_, path_));
  HIKAE_TRY(const WitnessState state, Load(witness.Public()));
  HIKAE_TRY(const WitnessState next, WitnessFollowKey(state, leaf, proof));
  return ReplaceWhole(io_, path_, next.ToString());
}

}  // namespace hikae::log
