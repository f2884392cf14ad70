// The header of an age file (C2SP age): who can open it, and the proof that nobody changed that.
#ifndef HIKAE_CRYPTO_AGE_HEADER_H_
#define HIKAE_CRYPTO_AGE_HEADER_H_

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "crypto/age/intake.h"

namespace hikae::crypto::age {

// One way to the file key.
struct Stanza {
  std::vector<std::string> arguments;  // the first is its kind
  std::vector<uint8_t> body;
};

struct Header {
  static constexpr size_t kMaxBytes = size_t{1} << 20;
  static constexpr size_t kMaxStanzas = 1024;

  std::vector<Stanza> stanzas;
  std::array<uint8_t, 32> mac{};
  std::string covered;  // by the mac: the text as it was read, up to its "---"

  // kArgument: not an age header, with its line; kVersion: of another version.
  static base::Result<Header> Read(Intake& in);
};

// The text of stanzas up to the "---" that the mac covers, and the last line.
std::string CoveredText(const std::vector<Stanza>& stanzas);
std::string MacLine(const std::array<uint8_t, 32>& mac);

// libsodium 1.0.18 takes some bytes above 0x7F for letters of base64: to be asked before it.
bool IsAscii(std::string_view text);
std::string RawBase64(Bytes bytes);
// Nothing when the text is not the one canonical encoding without padding.
std::optional<std::vector<uint8_t>> FromRawBase64(std::string_view text);

}  // namespace hikae::crypto::age

#endif  // HIKAE_CRYPTO_AGE_HEADER_H_
