// An age file as text: the strict form of PEM (RFC 7468) with the label AGE ENCRYPTED FILE.
#ifndef HIKAE_CRYPTO_AGE_ARMOR_H_
#define HIKAE_CRYPTO_AGE_ARMOR_H_

#include <string>
#include <string_view>
#include <vector>

#include "crypto/age/intake.h"

namespace hikae::crypto::age {

inline constexpr std::string_view kArmorBegin = "-----BEGIN AGE ENCRYPTED FILE-----";
inline constexpr std::string_view kArmorEnd = "-----END AGE ENCRYPTED FILE-----";
// Of blanks before and behind the armor.
inline constexpr size_t kMaxArmorBlanks = 1024;

// Takes the armor off: gives the bytes within. Strict: full lines of 64 columns, one shorter last line, canonical
// base64, nothing but blanks around it. kArgument with the line. One thread at a time.
class ArmorReader {
 public:
  explicit ArmorReader(Pull text) : in_(std::move(text)) {}
  base::Result<size_t> Read(std::span<uint8_t> into);

 private:
  base::Result<void> Begin();
  base::Result<void> NextLine();
  base::Result<void> Finish();
  base::Result<std::string> Line();
  base::Error Malformed(base::Text wanted) const;

  Intake in_;
  std::vector<uint8_t> bytes_;  // of the last line
  size_t at_ = 0;
  uint32_t number_ = 0;
  bool begun_ = false, ended_ = false;
};

// Puts the armor on. One thread at a time.
class ArmorWriter {
 public:
  explicit ArmorWriter(Push text) : out_(std::move(text)) {}
  base::Result<void> Write(Bytes bytes);
  base::Result<void> Finish();

 private:
  base::Result<void> Put(std::string_view text);
  base::Result<void> PutLine(Bytes bytes);

  Push out_;
  std::vector<uint8_t> held_;  // less than a line
  bool begun_ = false;
};

}  // namespace hikae::crypto::age

#endif  // HIKAE_CRYPTO_AGE_ARMOR_H_
