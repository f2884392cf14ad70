// Records out of the bytes of a stream. Strict: one content has one encoding, and nothing else is taken.
#ifndef HIKAE_VAULT_MEDIA_DECODER_H_
#define HIKAE_VAULT_MEDIA_DECODER_H_

#include <optional>
#include <span>

#include "vault/media/record.h"

namespace hikae::vault {

// Finds where lines end: at a line feed; in CSV, at one that is not within quotes. One thread at a time.
class LineFinder {
 public:
  explicit LineFinder(MediaForm form) : csv_(form != MediaForm::kJsonLines) {}
  // `text` begins where the line does, and has at least what it had at the last call. The length of the line with its
  // end, and the next call begins a line anew; nothing when the end is not there yet.
  std::optional<size_t> Find(std::string_view text);

 private:
  bool csv_;
  bool quoted_ = false;
  size_t seen_ = 0;
};

// One thread at a time.
class RecordDecoder {
 public:
  explicit RecordDecoder(MediaContent content);
  // The first line, its end included. kVersion: of a later version; kArgument: another than the content tells.
  base::Result<void> Head(std::string_view line);
  // The next line, its end included; it is overwritten, and the record points into it. kArgument; errors have the line
  // and say what was expected, never what stood there.
  base::Result<void> Decode(std::span<char> line, MediaRecord& record);

 private:
  base::Result<void> Json(std::span<char> line, MediaRecord& record);
  base::Result<void> Csv(std::span<char> line, MediaRecord& record);
  base::Error Malformed(base::Text wanted) const;

  MediaContent content_;
  uint32_t line_ = 0;
};

}  // namespace hikae::vault

#endif  // HIKAE_VAULT_MEDIA_DECODER_H_
