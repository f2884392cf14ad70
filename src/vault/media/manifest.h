// The manifest of an export (docs/formats/export-media.md): what is on the medium, signed by the office's log key,
// because age does not sign.
#ifndef HIKAE_VAULT_MEDIA_MANIFEST_H_
#define HIKAE_VAULT_MEDIA_MANIFEST_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "crypto/age/keys.h"
#include "crypto/sha256.h"
#include "log/note.h"
#include "vault/media/record.h"

namespace hikae::vault {

// Where the export's entry stands in the access log.
struct LogPlace {
  std::string period;
  uint64_t index = 0;
  friend bool operator==(const LogPlace&, const LogPlace&) = default;
};

struct Manifest {
  MediaContent content;
  uint64_t records = 0;
  uint64_t plain_bytes = 0;
  crypto::Digest plain_sha256{};  // of the whole stream; it has a salt
  uint64_t age_bytes = 0;
  crypto::Digest age_sha256{};
  std::vector<crypto::age::Recipient> recipients;  // none: a passphrase opens it
  std::string medium;                              // ids of things, never of persons; "": none
  std::string handover;                            // 受渡番号
  std::string approval;
  int64_t made_at = 0;              // microseconds since 1970, UTC
  std::array<uint8_t, 16> actor{};  // pseudonym, as in the log
  LogPlace log;
  friend bool operator==(const Manifest&, const Manifest&) = default;

  // kArgument: a field is not what the form allows.
  base::Result<std::string> ToText() const;
  // Strict: one content has one text. kArgument with the line; kVersion.
  static base::Result<Manifest> Parse(std::string_view text);
  // The name of the key that signs it: the origin of the log it is entered in.
  std::string Signer() const { return content.office + "/" + log.period; }
};

// The manifest of a signed note. kTampered: a signature does not hold; kRefused: none of `keys` that may sign for the
// office and period it names has signed. Only kinds that sign notes count, not cosigners.
base::Result<Manifest> OpenManifest(std::string_view note, const std::vector<log::VerifierKey>& keys);

}  // namespace hikae::vault

#endif  // HIKAE_VAULT_MEDIA_MANIFEST_H_
