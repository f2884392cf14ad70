// What is computed from keys and names (docs/formats/key-hierarchy.md §4 to §6), and how names are made bytes (§1).
#ifndef HIKAE_VAULT_KEYS_DERIVE_H_
#define HIKAE_VAULT_KEYS_DERIVE_H_

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "store/vault_key_tables.h"
#include "vault/subject.h"

namespace hikae::vault {

inline std::string_view AsText(std::span<const uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
// False: of another size.
template <size_t kSize>
bool ReadBytes(std::string_view text, std::array<uint8_t, kSize>* into) {
  if (text.size() != kSize) return false;
  std::copy(text.begin(), text.end(), reinterpret_cast<char*>(into->data()));
  return true;
}
void PutNumber(std::string& out, uint64_t value, size_t bytes);  // big endian
uint64_t NumberAt(std::string_view text, size_t at, size_t bytes);
void PutText(std::string& out, std::string_view text);  // u16 length and text

// UTF-8 without control characters, 1 to 255 bytes. kArgument.
base::Result<void> CheckFile(std::string_view file);
base::Result<void> CheckSubject(std::string_view subject);

using Lookup = std::array<uint8_t, 16>;
Lookup LookupOf(const uint8_t* lookup_key, std::string_view subject);
// Into 32 bytes.
void DeriveField(const uint8_t* subject_key, std::string_view file, std::string_view item, uint8_t* out);
void DeriveHead(const uint8_t* subject_key, std::string_view file, uint8_t* out);

using Tombstone = std::array<uint8_t, 32>;
Tombstone TombstoneOf(const SubjectNumber& subject, std::string_view file);

// Tell damage from a wrong secret; no protection against people.
std::string ChecksumOf(const OfficeId& office, const store::VaultLockRow& row);
std::string ChecksumOf(const OfficeId& office, const store::VaultKeyRow& row);

}  // namespace hikae::vault

#endif  // HIKAE_VAULT_KEYS_DERIVE_H_
