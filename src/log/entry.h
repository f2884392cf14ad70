// An entry of the access log and its bytes, the leaf (docs/formats/log-entry.md). One content, one encoding.
#ifndef HIKAE_LOG_ENTRY_H_
#define HIKAE_LOG_ENTRY_H_

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "crypto/pseudonym.h"
#include "crypto/sha256.h"

namespace hikae::log {

constexpr uint8_t kLeafVersion = 1;
constexpr size_t kMinLeafBytes = 11;
constexpr size_t kMaxLeafBytes = 65'535;            // what an entry bundle of tlog-tiles can carry
constexpr size_t kMaxDetailBytes = (1u << 24) - 1;  // sealed, beside the leaf
constexpr size_t kMaxCodeBytes = 255;

// Stored. Never renumbered, never reused.
enum class EntryType : uint16_t {
  kPeriodBegun = 0x0001,
  kKeyAnnounced = 0x0002,
  kPossibleLoss = 0x0003,
  kLogReviewed = 0x0004,
  kDeclared = 0x0101,
  kCorrected = 0x0102,
  kPackChanged = 0x0103,
  kOfficeChanged = 0x0104,
  kRead = 0x0201,
  kWriteIntended = 0x0202,
  kWriteEnded = 0x0203,
  kSearched = 0x0204,
  kExported = 0x0205,
  kErased = 0x0206,
  kPrinted = 0x0207,
  kTransferred = 0x0208,
  kProvided = 0x0209,
  kCollectionIntended = 0x020A,
  kAdministered = 0x020B,
  kAsked = 0x020C,
  kSessionBegun = 0x0301,
  kSessionEnded = 0x0302,
  kPasswordSet = 0x0303,
  kKeysUnlocked = 0x0304,
};
enum class Decision : uint8_t { kAllowed = 1, kRefused = 2, kNotJudged = 3 };
enum class Outcome : uint8_t { kDone = 1, kNotDone = 2, kUnknown = 3 };

using SessionId = std::array<uint8_t, 8>;

// A field of a tag that this hikae does not know: of a later one. Kept, shown by number, not written.
struct UnknownField {
  uint8_t tag = 0;
  std::vector<uint8_t> value;
  friend bool operator==(const UnknownField&, const UnknownField&) = default;
};

// What a leaf says. Empty text and empty lists are fields that are not there. Holds no personal data: persons are
// pseudonyms, codes name kinds, and the rest is in the sealed detail. A value.
struct Entry {
  EntryType type = EntryType::kRead;
  int64_t time = 0;  // microseconds since 1970, UTC, as the caller said it; may go back from entry to entry
  std::optional<crypto::Pseudonym> actor, subject, record;
  std::string handling, ground, file;
  std::vector<std::string> items;
  std::optional<uint32_t> key_version;
  std::optional<Decision> decision;
  std::vector<std::string> rules;
  std::optional<uint64_t> count, intent;
  std::optional<Outcome> outcome;
  std::optional<crypto::Digest> detail;  // SHA-256 of the sealed detail
  std::string thing;
  std::optional<crypto::Digest> digest;
  std::string origin, previous, key;
  std::optional<SessionId> session;
  std::optional<uint32_t> loss_ms, loss_records;
  std::optional<uint64_t> range_end;
  std::vector<UnknownField> unknown;
  friend bool operator==(const Entry&, const Entry&) = default;
};

// The leaf. Items and rules are put in order. kArgument: a field that the type must have is missing, a code is not one,
// the leaf would be too long, or the entry holds unknown fields.
base::Result<std::vector<uint8_t>> EncodeEntry(const Entry& entry);
// A leaf that names an actor and a subject, written again for another moment and other persons: they stand in the same
// places of every one (docs/formats/log-entry.md).
void PutMoment(std::span<uint8_t> leaf, int64_t time, const crypto::Pseudonym& actor, const crypto::Pseudonym& subject);
// kVersion: of another version; kTampered: not the encoding of any entry. Types not known are taken as they are.
base::Result<Entry> DecodeEntry(crypto::Bytes leaf);

// "read", or "0x0999" where this hikae has no name for it; in Japanese 「閲覧」.
base::Text EntryTypeName(EntryType type);

}  // namespace hikae::log

#endif  // HIKAE_LOG_ENTRY_H_
