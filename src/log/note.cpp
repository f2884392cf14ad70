#include "log/note.h"

#include <algorithm>

#include "base/utf8.h"
#include "codec/base64.h"
#include "log/text.h"

namespace hikae::log {
namespace {

using base::Error;
using base::Result;
using base::Status;

constexpr std::string_view kDash = "\xE2\x80\x94 ";  // em dash and a space begin a signature line

std::string Hex32(uint32_t value) {
  std::string text(8, '0');
  for (size_t i = 0; i < 8; ++i) text[7 - i] = "0123456789abcdef"[(value >> (4 * i)) & 15];
  return text;
}

// UTF-8 with no ASCII control character (below U+0020) but newline, as signed-note demands.
bool IsNoteText(std::string_view text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; };
  return base::IsUtf8(text) && std::none_of(text.begin(), text.end(), is_control);
}

// What a cosignature signs: the time is part of it, so that an old statement cannot pass for a new one.
std::string CosignedMessage(std::string_view text, uint64_t seconds) {
  return "cosignature/v1\ntime " + std::to_string(seconds) + "\n" + std::string(text);
}

Result<NoteSignature> ParseSignatureLine(std::string_view line) {
  if (!line.starts_with(kDash)) return Malformed("a signature line begins with an em dash and a space");
  line.remove_prefix(kDash.size());
  const size_t space = line.find(' ');
  if (space == std::string_view::npos || !IsKeyName(line.substr(0, space)))
    return Malformed("a signature line names its key");
  const auto bytes = codec::FromBase64(line.substr(space + 1));
  if (!bytes || bytes->size() < 5) return Malformed("a signature is base64 of a key id and a signature");
  NoteSignature signature;
  signature.name = line.substr(0, space);
  for (size_t i = 0; i < 4; ++i) signature.key_id = (signature.key_id << 8) | (*bytes)[i];
  signature.bytes.assign(bytes->begin() + 4, bytes->end());
  return signature;
}

bool VerifyOne(const VerifierKey& key, std::string_view text, const NoteSignature& signature, uint64_t* seconds) {
  crypto::Signature raw{};
  if (key.kind == KeyKind::kEd25519) {
    if (signature.bytes.size() != raw.size()) return false;
    std::copy(signature.bytes.begin(), signature.bytes.end(), raw.begin());
    return crypto::Verify(key.key, AsBytes(text), raw);
  }
  if (signature.bytes.size() != 8 + raw.size()) return false;
  for (size_t i = 0; i < 8; ++i) *seconds = (*seconds << 8) | signature.bytes[i];
  if (*seconds > INT64_MAX) return false;
  std::copy(signature.bytes.begin() + 8, signature.bytes.end(), raw.begin());
  return crypto::Verify(key.key, AsBytes(CosignedMessage(text, *seconds)), raw);
}

}  // namespace

uint32_t VerifierKey::Id() const {
  std::vector<uint8_t> bytes(name.begin(), name.end());
  bytes.push_back('\n');
  bytes.push_back(static_cast<uint8_t>(kind));
  bytes.insert(bytes.end(), key.begin(), key.end());
  const Digest digest = crypto::Sha256Of(bytes);
  return (uint32_t{digest[0]} << 24) | (uint32_t{digest[1]} << 16) | (uint32_t{digest[2]} << 8) | digest[3];
}

std::string VerifierKey::ToString() const {
  std::vector<uint8_t> bytes = {static_cast<uint8_t>(kind)};
  bytes.insert(bytes.end(), key.begin(), key.end());
  return name + "+" + Hex32(Id()) + "+" + codec::Base64(bytes);
}

Result<VerifierKey> VerifierKey::Parse(std::string_view text) {
  const size_t first = text.find('+');
  const size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos || !IsKeyName(text.substr(0, first)))
    return Malformed("a verifier key is name+id+base64");
  const auto bytes = codec::FromBase64(text.substr(second + 1));
  VerifierKey key;
  if (!bytes || bytes->size() != 1 + key.key.size()) return Malformed("a verifier key holds a kind and 32 bytes");
  if ((*bytes)[0] != 0x01 && (*bytes)[0] != 0x04)
    return Malformed("a verifier key is of kind 01 (Ed25519) or 04 (cosignature)");
  key.name = text.substr(0, first);
  key.kind = static_cast<KeyKind>((*bytes)[0]);
  std::copy(bytes->begin() + 1, bytes->end(), key.key.begin());
  if (text.substr(first + 1, second - first - 1) != Hex32(key.Id()))
    return Malformed("the id of the verifier key is not its key's");
  return key;
}

std::string SignatureLine(const NoteSignature& signature) {
  std::vector<uint8_t> bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<uint8_t>(signature.key_id >> shift));
  bytes.insert(bytes.end(), signature.bytes.begin(), signature.bytes.end());
  return std::string(kDash) + signature.name + " " + codec::Base64(bytes) + "\n";
}

std::string Note::ToString() const {
  std::string out = text + "\n";
  for (const NoteSignature& signature : signatures) out += SignatureLine(signature);
  return out;
}

Result<Note> ParseNote(std::string_view text) {
  if (text.size() > kMaxNoteBytes) return Malformed("a note is at most 1 MiB");
  if (!IsNoteText(text)) return Malformed("a note is UTF-8 without control characters");
  const size_t split = text.rfind("\n\n");
  if (split == std::string_view::npos || !text.ends_with('\n'))
    return Malformed("a note is a text, an empty line and signatures");
  Note note;
  note.text = text.substr(0, split + 1);
  std::string_view rest = text.substr(split + 2);
  for (std::string_view line; NextLine(&rest, &line);) {
    if (note.signatures.size() == kMaxNoteSignatures) return Malformed("a note has at most 100 signatures");
    HIKAE_TRY(NoteSignature signature, ParseSignatureLine(line));
    note.signatures.push_back(std::move(signature));
  }
  if (note.signatures.empty()) return Malformed("a note has at least one signature");
  return note;
}

NoteSignature SignNote(std::string_view text, std::string_view name, const crypto::SigningKey& key) {
  const crypto::Signature raw = key.Sign(AsBytes(text));
  const VerifierKey as_known{std::string(name), KeyKind::kEd25519, key.public_key()};
  return {as_known.name, as_known.Id(), {raw.begin(), raw.end()}};
}

NoteSignature Cosign(std::string_view text, std::string_view name, const crypto::SigningKey& key, uint64_t seconds) {
  const crypto::Signature raw = key.Sign(AsBytes(CosignedMessage(text, seconds)));
  const VerifierKey as_known{std::string(name), KeyKind::kCosignature, key.public_key()};
  NoteSignature signature{as_known.name, as_known.Id(), {}};
  for (int shift = 56; shift >= 0; shift -= 8) signature.bytes.push_back(static_cast<uint8_t>(seconds >> shift));
  signature.bytes.insert(signature.bytes.end(), raw.begin(), raw.end());
  return signature;
}

Result<std::vector<Signer>> VerifyNote(const Note& note, const std::vector<VerifierKey>& keys) {
  std::vector<Signer> signers;
  for (const NoteSignature& signature : note.signatures) {
    for (size_t i = 0; i < keys.size(); ++i) {
      if (keys[i].name != signature.name || keys[i].Id() != signature.key_id) continue;
      Signer signer{i, 0};
      if (!VerifyOne(keys[i], note.text, signature, &signer.seconds))
        return Error(Status::kTampered, "a signature of a known key is not valid");
      const bool again = std::any_of(signers.begin(), signers.end(), [&](const Signer& s) { return s.key == i; });
      if (!again) signers.push_back(signer);
    }
  }
  return signers;
}

}  // namespace hikae::log
