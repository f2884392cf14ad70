// Reads an export back: NAME.age with its NAME.manifest (docs/formats/export-media.md).
#ifndef HIKAE_VAULT_MEDIA_MEDIA_READER_H_
#define HIKAE_VAULT_MEDIA_MEDIA_READER_H_

#include <memory>
#include <string>
#include <vector>

#include "base/io.h"
#include "crypto/age/age.h"
#include "vault/media/manifest.h"

namespace hikae::vault {

// Opening goes over the file twice before anything is given out: first its hash, by which the signed manifest knows it,
// then everything in it. Only a note's parser and SHA-256 ever see bytes that nobody signed. Reading goes over it once
// more, and compares it MiB by MiB with what was found good, so that a medium that changes under it gives nothing of
// its own out either. Memory: the longest record, and 32 bytes for each MiB. One thread at a time.
class MediaReader {
 public:
  // `keys`: those known to sign, of offices and periods; which one must have, the manifest tells. Whether this is the
  // export that was expected (medium, handover, actor …) is the caller's to compare. Secrets are borrowed for the call.
  // kNotFound: one of the two files; kRefused: none of the keys signed; kTampered: file or manifest was changed, cut
  // off or exchanged, or holds other than the manifest says; kSecret; kVersion; kArgument: malformed; kIo.
  static base::Result<MediaReader> Open(base::Io& io, const std::string& directory, const std::string& name,
                                        const std::vector<log::VerifierKey>& keys,
                                        const crypto::age::Reader::Secrets& secrets);
  MediaReader(MediaReader&&) noexcept;
  MediaReader& operator=(MediaReader&&) noexcept;
  ~MediaReader();

  const Manifest& manifest() const;
  // False at the end. The record is borrowed until the next call. kTampered: the file changed since it was opened; kIo.
  // Behind an error nothing is given out.
  base::Result<bool> Next(MediaRecord& record);

 private:
  struct Rep;
  explicit MediaReader(std::unique_ptr<Rep> rep);
  std::unique_ptr<Rep> rep_;
};

}  // namespace hikae::vault

#endif  // HIKAE_VAULT_MEDIA_MEDIA_READER_H_
