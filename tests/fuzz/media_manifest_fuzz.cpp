// Manifests of exports: what is read is written again as it was; and as the text of a note, signed or not.
#include "check.h"
#include "vault/media/manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace hikae;
  const std::string_view text = fuzz::TextOf(data, size);
  if (const auto note = vault::OpenManifest(text, {}); !note.ok()) fuzz::RequireGoodError(note.error(), false);
  const auto manifest = vault::Manifest::Parse(text);
  if (!manifest.ok()) {
    fuzz::RequireGoodError(manifest.error(), false);
    return 0;
  }
  const auto again = manifest->ToText();
  fuzz::Require(again.ok(), "what was read can be written", again.ok() ? "" : again.error().ToString());
  fuzz::Require(*again == text, "one content has one text", std::string(text));
  const auto same = vault::Manifest::Parse(*again);
  fuzz::Require(same.ok() && *same == *manifest, "and is read as the same");
  // Signed by the key it names, it opens.
  crypto::Seed seed{};
  const crypto::SigningKey key = crypto::SigningKey::FromSeed(seed);
  const log::VerifierKey known{manifest->Signer(), log::KeyKind::kEd25519, key.public_key()};
  const log::Note note{*again, {log::SignNote(*again, known.name, key)}};
  const auto opened = vault::OpenManifest(note.ToString(), {known});
  fuzz::Require(opened.ok() && *opened == *manifest, "signed, it is read as the same");
  return 0;
}
