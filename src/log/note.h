// Signed notes and cosignatures (C2SP signed-note, tlog-cosignature): texts that strangers' tools read. Strict: what is
// not canonical is refused.
#ifndef HIKAE_LOG_NOTE_H_
#define HIKAE_LOG_NOTE_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "crypto/signature.h"
#include "log/tree.h"

namespace hikae::log {

enum class KeyKind : uint8_t { kEd25519 = 0x01, kCosignature = 0x04 };  // C2SP's numbers

// A key as others know it: `name+hex(id)+base64(kind ‖ key)`.
struct VerifierKey {
  std::string name;
  KeyKind kind = KeyKind::kEd25519;
  crypto::PublicKey key{};
  uint32_t Id() const;  // first four bytes of SHA-256(name ‖ "\n" ‖ kind ‖ key)
  std::string ToString() const;
  static base::Result<VerifierKey> Parse(std::string_view text);
};

// One line below a note: who signed, and what.
struct NoteSignature {
  std::string name;
  uint32_t key_id = 0;
  std::vector<uint8_t> bytes;  // of an Ed25519 key 64; of a cosignature 8 (time, big endian seconds) + 64
};

struct Note {
  std::string text;  // ends with '\n'
  std::vector<NoteSignature> signatures;
  std::string ToString() const;
};

constexpr size_t kMaxNoteBytes = 1u << 20;
constexpr size_t kMaxNoteSignatures = 100;

std::string SignatureLine(const NoteSignature& signature);  // as it stands below a note, with its newline

base::Result<Note> ParseNote(std::string_view text);

NoteSignature SignNote(std::string_view text, std::string_view name, const crypto::SigningKey& key);
// A witness' statement that it saw this checkpoint, consistent with all it saw before, at `seconds` since 1970.
NoteSignature Cosign(std::string_view text, std::string_view name, const crypto::SigningKey& key, uint64_t seconds);

// Those of `keys` that signed. Signatures of unknown keys are passed over; a bad signature under a known key is
// kTampered for the whole note, whatever else is there.
struct Signer {
  size_t key = 0;        // index into keys
  uint64_t seconds = 0;  // of a cosignature
};
base::Result<std::vector<Signer>> VerifyNote(const Note& note, const std::vector<VerifierKey>& keys);

}  // namespace hikae::log

#endif  // HIKAE_LOG_NOTE_H_
