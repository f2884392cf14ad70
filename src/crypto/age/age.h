// Age files (C2SP age, age-encryption.org/v1): what leaves hikae on a medium, so that the receiver opens it with any
// age program. X25519 recipients and passphrases; post-quantum and hardware recipients are passed over when reading.
#ifndef HIKAE_CRYPTO_AGE_AGE_H_
#define HIKAE_CRYPTO_AGE_AGE_H_

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "crypto/age/armor.h"
#include "crypto/age/intake.h"
#include "crypto/age/keys.h"

namespace hikae::crypto::age {

inline constexpr size_t kChunkBytes = size_t{64} << 10;
inline constexpr size_t kMaxRecipients = 64;
// log2 of scrypt's N: what we write, and the most we are willing to compute for a stranger's file (4 GiB of memory).
inline constexpr uint32_t kWorkFactor = 18;
inline constexpr uint32_t kMaxWorkFactor = 22;

enum class Form : uint8_t { kBinary, kArmored };

// Writes one age file as a stream: chunks of 64 KiB are sealed when they are full. Not finished, it cannot be opened.
// One thread at a time.
class Writer {
 public:
  // kArgument: no recipients, or too many.
  static base::Result<Writer> ForRecipients(Push sink, std::span<const Recipient> recipients, Form form);
  // Takes about a second and 256 MiB at the usual work factor. kArgument: an empty passphrase, a work factor out of
  // range.
  static base::Result<Writer> ForPassphrase(Push sink, std::string_view passphrase, Form form,
                                            uint32_t work_factor = kWorkFactor);
  Writer(Writer&&) noexcept;
  Writer& operator=(Writer&&) noexcept;
  ~Writer();

  base::Result<void> Write(Bytes plain);
  base::Result<void> Finish();  // once; nothing may be written behind it

 private:
  struct Rep;
  explicit Writer(std::unique_ptr<Rep> rep);
  static base::Result<Writer> Begin(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

// Opens one age file as a stream. Plaintext is given out only of chunks that were found good; that there is no more is
// told only when the last chunk was found to be the last. One thread at a time.
class Reader {
 public:
  struct Secrets {
    std::span<const Identity> identities;        // tried in turn
    std::optional<std::string_view> passphrase;  // for files sealed with one
    uint32_t max_work_factor = kMaxWorkFactor;
  };
  // `form`: nothing: whichever it is. kArgument: armor or header are malformed, or ask for too much work; kVersion;
  // kSecret: none of the secrets opens it; kTampered: the header was changed.
  static base::Result<Reader> Open(Pull source, const Secrets& secrets, std::optional<Form> form = {});
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;
  ~Reader();

  // 0 at the end. kTampered: the file was changed, or ends early: what came before is good, but not the whole.
  base::Result<size_t> Read(std::span<uint8_t> into);

 private:
  struct Rep;
  explicit Reader(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

}  // namespace hikae::crypto::age

#endif  // HIKAE_CRYPTO_AGE_AGE_H_
