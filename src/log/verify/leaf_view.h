// A leaf taken apart for a checker (docs/formats/log-entry.md §1, §3, §4): only what the chain of keys and periods
// hangs on. Written from that page alone, so that a mistake of the writer is not made twice.
#ifndef HIKAE_LOG_VERIFY_LEAF_VIEW_H_
#define HIKAE_LOG_VERIFY_LEAF_VIEW_H_

#include <cstdint>
#include <string_view>

#include "crypto/sha256.h"

namespace hikae::log::verify {

constexpr size_t kMinLeafBytes = 11;
constexpr size_t kMaxLeafBytes = 65'535;
constexpr uint8_t kLeafVersion = 1;

enum LeafType : uint16_t { kPeriodBegun = 0x0001, kKeyAnnounced = 0x0002, kPossibleLoss = 0x0003 };

// Views into the leaf; empty where the field is absent (no field of a leaf is empty).
struct LeafView {
  uint16_t type = 0;
  int64_t time = 0;  // microseconds since 1970
  crypto::Bytes detail_digest;
  std::string_view origin;
  std::string_view previous;
  std::string_view key;
};

enum class LeafForm : uint8_t { kGood, kBad, kForeign };  // foreign: of another version, which nothing is said about

// On kBad, *why says what is wrong, in English.
LeafForm ReadLeaf(crypto::Bytes leaf, LeafView* out, const char** why);

}  // namespace hikae::log::verify

#endif  // HIKAE_LOG_VERIFY_LEAF_VIEW_H_
