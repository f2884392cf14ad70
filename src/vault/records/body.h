// The bytes of a sealed record (docs/formats/record-envelope.md): taken apart, put together, bound. Knows no keys but
// those it is handed.
#ifndef HIKAE_VAULT_RECORDS_BODY_H_
#define HIKAE_VAULT_RECORDS_BODY_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "crypto/suite.h"
#include "vault/item.h"
#include "vault/subject.h"
#include "vault/vault.h"

namespace hikae::vault {

inline constexpr uint8_t kBodyForm = 1;
inline constexpr size_t kMaxNameBytes = 255;  // of a file's or an item's code
inline constexpr size_t kBodyPrefixBytes = 1 + 8 + 4 + 2;
inline constexpr size_t kHeadBytes = std::tuple_size_v<Head>;

// Where a record stands: what binds its bytes to their place.
struct RecordPlace {
  const OfficeId& office;
  std::string_view file;
  const SubjectNumber& subject;
};

// The part of a body that tells under which key its head is.
struct BodyPrefix {
  uint64_t version = 0;
  uint32_t key_version = 0;
  uint16_t items = 0;
};
// One item, borrowed from the body.
struct SealedItem {
  std::string_view item;
  uint64_t set = 0;  // version of the record when it was last set
  ItemType type = ItemType::kText;
  Suite suite = Suite::kXChaCha20Poly1305;
  uint32_t key_version = 0;
  crypto::Bytes nonce;
  crypto::Bytes sealed;
};

crypto::SealSuite SuiteOf(Suite suite);
// kArgument: this processor does not have it.
base::Result<void> CheckSuite(Suite suite, bool (*has)(crypto::SealSuite) = crypto::Available);
base::Error Tampered(std::string_view file);
inline base::Error Wrong(base::Text what) { return base::Error(base::Status::kArgument, std::move(what)); }
// 1 to 255 bytes of UTF-8 without control characters.
bool IsName(std::string_view name);

// kTampered: too short; kVersion: another form.
base::Result<BodyPrefix> ReadPrefix(std::string_view file, std::string_view body);
// One after the other, strictly: in order, nothing left over. kTampered.
class ItemReader {
 public:
  ItemReader(std::string_view file, const BodyPrefix& prefix, std::string_view body);
  base::Result<bool> Next(SealedItem& out);  // false: that was all

 private:
  std::string_view file_;
  BodyPrefix prefix_;
  crypto::Bytes rest_;
  std::string_view last_;
  uint16_t read_ = 0;
};

// The head over all of the body but the head.
Head HeadOver(const uint8_t* key, const RecordPlace& place, uint64_t version, std::string_view bytes);
// Whether the body's own head is that. Of a body whose prefix was read.
bool HeadHolds(const uint8_t* key, const RecordPlace& place, uint64_t version, std::string_view body);
Head HeadIn(std::string_view body);

// Appends; the head is the caller's to append.
void AppendPrefix(std::string& body, const BodyPrefix& prefix);
void AppendItem(std::string& body, const SealedItem& item);
// Seals straight into the body. The nonce is given, so that a test can fix it.
void AppendSealed(std::string& body, const RecordPlace& place, const SealedItem& about, const uint8_t* key,
                  std::string_view plain);
// `plain` has room for the sealed bytes less the tag. False: not what was sealed here.
bool OpenItem(const RecordPlace& place, const SealedItem& item, const uint8_t* key, uint8_t* plain);

}  // namespace hikae::vault

#endif  // HIKAE_VAULT_RECORDS_BODY_H_
