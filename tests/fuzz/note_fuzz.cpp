// A note, a key: what is read is written again byte for byte, and no stranger's bytes verify.
#include <cstdlib>

#include "log/note.h"

using namespace hikae;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto note = log::ParseNote(text);
  if (note.ok() && note->ToString() != text) std::abort();
  if (!note.ok() && note.error().status != base::Status::kArgument) std::abort();
  const auto key = log::VerifierKey::Parse(text);
  if (key.ok() && key->ToString() != text) std::abort();
  if (note.ok()) {
    const log::VerifierKey nobody{note->signatures[0].name, log::KeyKind::kEd25519, {}};
    const auto signers = log::VerifyNote(*note, {nobody});
    if (signers.ok() && !signers->empty()) std::abort();
  }
  return 0;
}
