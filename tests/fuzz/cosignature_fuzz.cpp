// Signature lines below a checkpoint: only what the witness' key made verifies, and the state of a witness is read as
// it was written.
#include <cstdlib>

#include "log/witness/witness.h"

using namespace hikae;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const crypto::SigningKey key = [] {
    crypto::Seed seed{};
    seed.fill(101);
    return crypto::SigningKey::FromSeed(seed);
  }();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const log::VerifierKey witness{"witness.example/101", log::KeyKind::kCosignature, key.public_key()};
  const log::Checkpoint head{"hikae.example/2021", 0, log::EmptyRoot(), {}};
  const auto note = log::ParseNote(head.ToString() + "\n" + std::string(text));
  if (note.ok() && note->text == head.ToString()) {
    const auto signers = log::VerifyNote(*note, {witness});
    if (signers.ok() && !signers->empty()) {
      const auto made = log::Cosign(note->text, witness.name, key, signers->front().seconds);
      bool same = false;
      for (const auto& line : note->signatures) same = same || line.bytes == made.bytes;
      if (!same) std::abort();
    }
  }
  const auto state = log::WitnessState::Parse(text, witness);
  if (state.ok() && state->ToString() != text) std::abort();
  return 0;
}
