// The keys above the subjects', opened: as they stood in the key database at one moment.
#ifndef HIKAE_VAULT_KEYS_KEY_SET_H_
#define HIKAE_VAULT_KEYS_KEY_SET_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "crypto/key_slab.h"
#include "store/vault_key_tables.h"
#include "vault/keys.h"
#include "vault/keys/wrapped_key.h"

namespace hikae::vault {

using SharedKey = std::shared_ptr<const crypto::KeySlot>;

struct OpenedKey {
  KeyKind kind = KeyKind::kOffice;
  uint32_t version = 0;
  KeyState state = KeyState::kPrimary;
  int64_t made_at = 0;
  SharedKey key;  // null: disabled, destroyed, or under a master that is not known here
};

// Never changed once made; shareable between threads.
struct KeySet {
  OfficeId office{};
  int64_t generation = 0;
  uint32_t master_version = 0;
  SharedKey master;
  bool other_master = false;    // the rows are under another master than this
  std::vector<OpenedKey> keys;  // all, by kind and version

  const OpenedKey* Find(KeyKind kind, uint32_t version) const;
  const OpenedKey* Primary(KeyKind kind) const;
  uint32_t Newest(KeyKind kind) const;
  // The key's bytes, or why there are none.
  base::Result<const uint8_t*> Bytes(KeyKind kind, uint32_t version, const std::string& path) const;

  // `known`: keys that were opened before, taken over by kind and version: it gives the master at least. kTampered:
  // damaged, two masters or none, two primaries; kVersion.
  static base::Result<std::shared_ptr<const KeySet>> Load(const store::VaultRow& vault,
                                                          const std::vector<store::VaultKeyRow>& rows,
                                                          const KeySet& known, crypto::KeySlab& slab,
                                                          const std::string& path);
};

std::string NameOf(KeyKind kind);  // "master", "office", "index", "lookup"
// A row with the key wrapped in it and its checksum. `wrapping` null: no key bytes.
store::VaultKeyRow RowOf(const OfficeId& office, const OpenedKey& key, const uint8_t* wrapping, uint32_t under);
SharedKey RandomKey(crypto::KeySlab& slab);

}  // namespace hikae::vault

#endif  // HIKAE_VAULT_KEYS_KEY_SET_H_
