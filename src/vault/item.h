// What items of a file are, and the values they hold.
#ifndef HIKAE_VAULT_ITEM_H_
#define HIKAE_VAULT_ITEM_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace hikae::vault {

// Stored; never renumbered.
enum class ItemType : uint8_t { kText = 1, kDate = 2, kNumber = 3, kCode = 4, kAccount = 5, kBlob = 6 };
enum class IndexKind : uint8_t { kExact = 1, kPrefix = 2, kToken = 3, kYear = 4 };
enum class Suite : uint8_t { kXChaCha20Poly1305 = 1, kAes256Gcm = 2 };

inline constexpr size_t kMaxItemBytes = size_t{1} << 20;
inline constexpr size_t kMaxItems = 1'000;                   // of a record
inline constexpr size_t kMaxRecordBytes = size_t{16} << 20;  // of a sealed record

// A text that nobody is to find in memory afterwards: whatever it held is wiped when it goes or grows. Movable, which
// leaves nothing behind, not copyable.
class PlainText {
 public:
  PlainText() = default;
  explicit PlainText(std::string_view text) { Append(text); }
  PlainText(PlainText&& other) noexcept
      : bytes_(std::exchange(other.bytes_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        room_(std::exchange(other.room_, 0)) {}
  PlainText& operator=(PlainText&& other) noexcept {
    PlainText taken(std::move(other));
    std::swap(bytes_, taken.bytes_), std::swap(size_, taken.size_), std::swap(room_, taken.room_);
    return *this;
  }
  PlainText(const PlainText&) = delete;
  PlainText& operator=(const PlainText&) = delete;
  ~PlainText() {
    if (bytes_ != nullptr) Free();
  }

  std::string_view view() const { return {bytes_ == nullptr ? "" : bytes_, size_}; }  // never null
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  void Append(std::string_view text);  // not of itself
  void Clear() noexcept;
  // `size` bytes, to be filled in whole; what was there is wiped.
  uint8_t* Fill(size_t size);
  void Reserve(size_t size);

 private:
  void Free() noexcept;

  // Not a std::string: that keeps short texts in itself, and leaves a copy where it is moved from.
  char* bytes_ = nullptr;
  size_t size_ = 0, room_ = 0;  // all that was ever written lies within size_: nothing but Clear makes it less
};

// What a file declares of one item. Items without one are text.
struct ItemSpec {
  std::string item;
  ItemType type = ItemType::kText;
  size_t max_bytes = 4'096;
  std::string pattern = {};  // RE2, matched whole; "" = any. `format` names it in messages
  std::string format = {};
  std::vector<std::string> codes = {};  // kCode: the values there are; empty: any
  std::vector<IndexKind> indexes = {};
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
// leading zeros, text well-formed UTF-8 as it was given (no NFC) without control characters but line feeds. kArgument:
// which item, what was expected; never the value.
base::Result<PlainText> Canonical(const ItemSpec& spec, std::string_view value);

// The same over and over: keeps patterns that were read. One thread at a time.
class Canonicals {
 public:
  Canonicals();
  ~Canonicals();
  Canonicals(const Canonicals&) = delete;
  Canonicals& operator=(const Canonicals&) = delete;
  base::Result<PlainText> Of(const ItemSpec& spec, std::string_view value);

 private:
  struct Rep;
  std::unique_ptr<Rep> rep_;
};

}  // namespace hikae::vault

#endif  // HIKAE_VAULT_ITEM_H_
