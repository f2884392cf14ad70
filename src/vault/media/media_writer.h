// Writes an export: NAME.age and, beside it, NAME.manifest (docs/formats/export-media.md).
#ifndef HIKAE_VAULT_MEDIA_MEDIA_WRITER_H_
#define HIKAE_VAULT_MEDIA_MEDIA_WRITER_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/io.h"
#include "crypto/age/age.h"
#include "vault/media/manifest.h"

namespace hikae::vault {

// What is known before the first record.
struct MediaPlan {
  MediaContent content;
  std::vector<crypto::age::Recipient> recipients;
  std::optional<std::string_view> passphrase;  // instead of recipients; borrowed for Begin
  crypto::age::Form armor = crypto::age::Form::kBinary;
  uint32_t work_factor = crypto::age::kWorkFactor;  // of a passphrase
  std::string medium, handover, approval;
  int64_t made_at = 0;
  std::array<uint8_t, 16> actor{};
};

// Signs the text of a manifest by the key of the log, which no one but the office's has.
struct MediaSigner {
  log::VerifierKey key;  // what is signed is checked by it
  std::function<base::Result<log::NoteSignature>(const std::string& text)> sign;
};

// Until Finish succeeded, nothing of the final names is there but what a failing disk or a power cut leaves, and that
// is never a manifest without its file. After a failure, and when it is destroyed before, what was written is removed
// (sealed as it is). One thread at a time.
class MediaWriter {
 public:
  // kExists: there is a file of one of the names, whatever it is; kBusy: another writes it; kArgument: the plan or the
  // name (1 to 100 bytes, no slash, no control characters, no dot first); recipients and a passphrase, or neither.
  static base::Result<MediaWriter> Begin(base::Io& io, const std::string& directory, const std::string& name,
                                         const MediaPlan& plan);
  MediaWriter(MediaWriter&&) noexcept;
  MediaWriter& operator=(MediaWriter&&) noexcept;
  ~MediaWriter();

  // A failure is for good: an export that lacks a record is none.
  base::Result<void> Add(const MediaRecord& record);
  // Once. The file and the manifest are there whole, and on the disk, when it succeeds. `log` is where the export's
  // entry stands, which must be durable before the first record is added.
  base::Result<Manifest> Finish(const LogPlace& log, const MediaSigner& signer);

 private:
  struct Rep;
  explicit MediaWriter(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

}  // namespace hikae::vault

#endif  // HIKAE_VAULT_MEDIA_MEDIA_WRITER_H_
