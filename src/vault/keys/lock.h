// Locks of the master key (docs/formats/key-hierarchy.md §3): from a secret to the key that wraps the master.
#ifndef HIKAE_VAULT_KEYS_LOCK_H_
#define HIKAE_VAULT_KEYS_LOCK_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "crypto/aead.h"
#include "store/vault_key_tables.h"
#include "vault/keys.h"
#include "vault/keys/share_text.h"

namespace hikae::vault {

// A key that wraps the master, and the row that tells how it is made; `wrapped` and `checksum` are still to come. Costs
// what the passphrase's cost says.
struct NewLock {
  crypto::Secret wrapping;
  store::VaultLockRow row;
};
// kArgument: a secret that is too short, a cost out of bounds, shares.
base::Result<NewLock> MakeLock(const Secret& secret, const PassphraseCost& cost, int64_t now);
// And the shares, as text.
base::Result<NewLock> MakeSharedLock(size_t k, std::span<const std::string> custodians, int64_t now,
                                     std::vector<std::string>* shares);
// Wraps the master in it.
store::VaultLockRow Closed(const NewLock& lock, const OfficeId& office, uint32_t master_version, const uint8_t* master);

// The key of a lock that is there, from the secret of its kind. kSecret, kArgument, kTampered.
base::Result<crypto::Secret> OpenLock(const store::VaultLockRow& row, const Secret& secret, const std::string& path);

}  // namespace hikae::vault

#endif  // HIKAE_VAULT_KEYS_LOCK_H_
