// What can be wrong with keys, as a person reads it.
#ifndef HIKAE_VAULT_KEYS_KEY_ERROR_H_
#define HIKAE_VAULT_KEYS_KEY_ERROR_H_

#include <string>

#include "base/error.h"

namespace hikae::vault {

base::Error DamagedKeys(const std::string& path);
base::Error TwoMasters(const std::string& path);
base::Error NewerKeys(const std::string& path);
base::Error NoMaster(const std::string& path);
base::Error WrongSecret(const std::string& path);
base::Error DisabledKey(const std::string& kind, uint32_t version);
// Another process put a new master key in the place of the one that is known here.
base::Error OtherMaster();
base::Error NoSubject();
base::Error DamagedJournal(const std::string& path);

}  // namespace hikae::vault

#endif  // HIKAE_VAULT_KEYS_KEY_ERROR_H_
