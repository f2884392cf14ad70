// Records into the bytes of a stream.
#ifndef HIKAE_VAULT_MEDIA_ENCODER_H_
#define HIKAE_VAULT_MEDIA_ENCODER_H_

#include <vector>

#include "vault/media/record.h"
#include "vault/media/secret_bytes.h"

namespace hikae::vault {

// One thread at a time. What is checked of a record is all a reader would refuse.
class RecordEncoder {
 public:
  // The content must be good (CheckContent).
  RecordEncoder(MediaContent content, const MediaSalt& salt);
  std::string Head() const { return StreamHead(content_, salt_); }
  // Appends one record. Items come in any order and stand in that of the content; those left out have no value.
  // kArgument, and `to` is as it was: an item the content does not have, one twice, not of its kind, text with control
  // characters, a record that gets too long. Errors name items, never values.
  base::Result<void> Encode(const MediaRecord& record, SecretBytes& to);
  uint64_t records() const { return records_; }

 private:
  base::Result<void> Arrange(const MediaRecord& record);
  void PutJson(const MediaRecord& record, SecretBytes& to) const;
  void PutCsv(const MediaRecord& record, SecretBytes& to) const;

  MediaContent content_;
  MediaSalt salt_;
  std::vector<const MediaValue*> columns_;  // of the record at hand, one for each item; null: no value
  uint64_t records_ = 0;
};

}  // namespace hikae::vault

#endif  // HIKAE_VAULT_MEDIA_ENCODER_H_
