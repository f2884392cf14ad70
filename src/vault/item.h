// What items of a file are, and the values they hold.
#ifndef HIKAE_VAULT_ITEM_H_
#define HIKAE_VAULT_ITEM_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace hikae::vault {

// Stored; never renumbered.
enum class ItemType : uint8_t { kText = 1, kDate = 2, kNumber = 3, kCode = 4, kAccount = 5, kBlob = 6 };
enum class IndexKind : uint8_t { kExact = 1, kPrefix = 2, kToken = 3, kYear = 4 };
enum class Suite : uint8_t { kXChaCha20Poly1305 = 1, kAes256Gcm = 2 };

inline constexpr size_t kMaxItemBytes = size_t{1} << 20;
inline constexpr size_t kMaxItems = 1'000;  // of a record

// What a file declares of one item. Items without one are text.
struct ItemSpec {
  std::string item;
  ItemType type = ItemType::kText;
  size_t max_bytes = 4'096;
  std::string pattern;  // RE2, matched whole; "" = any. `format` names it in messages
  std::string format;
  std::vector<std::string> codes;  // kCode: the values there are; empty: any
  std::vector<IndexKind> indexes;
  size_t prefix = 2;  // code points of a prefix index
};
struct FileSpec {
  std::string file;
  bool keep_history = false;
  Suite suite = Suite::kXChaCha20Poly1305;
  std::vector<ItemSpec> items;
  const ItemSpec* Find(std::string_view item) const;
};

// The value as it is stored: dates as 2004-02-28 (wareki and other forms are read), numbers without a plus sign or
// leading zeros, text NFC-untouched and well-formed UTF-8 without control characters but line feeds. kArgument: which
// item, what was expected; never the value.
base::Result<std::string> Canonical(const ItemSpec& spec, std::string_view value);

}  // namespace hikae::vault

#endif  // HIKAE_VAULT_ITEM_H_
