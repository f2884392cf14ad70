// Passwords of actors, checked by hikae: hashes and what is measured of their use. Judges nothing.
#ifndef HIKAE_VAULT_CREDENTIALS_H_
#define HIKAE_VAULT_CREDENTIALS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace hikae::vault {

// Shareable between threads; kept in keys.db, which other processes may use too.
class Credentials {
 public:
  struct State {
    bool known = false;  // a password is set
    std::optional<int64_t> changed_at;
    uint32_t failures = 0;  // since the last right one
    std::optional<int64_t> failed_at;
  };
  struct Options {
    uint32_t busy_ms = 0;
    uint64_t operations = 2;        // Argon2id passes
    uint64_t memory = 64ull << 20;  // bytes
  };
  static base::Result<std::shared_ptr<Credentials>> Open(const std::string& office_directory, const Options& options);
  virtual ~Credentials() = default;
  virtual base::Result<State> Look(std::string_view actor) = 0;
  // Takes as long whether or not the actor has one. A wrong one is counted, durably, before this returns.
  virtual base::Result<bool> Check(std::string_view actor, std::string_view password, int64_t now) = 0;
  // How many passwords ago this one was in use (0: now); nothing when it is not among those kept.
  virtual base::Result<std::optional<uint32_t>> UsedAgo(std::string_view actor, std::string_view password) = 0;
  // Keeps the last `keep` hashes, to know them again.
  virtual base::Result<void> Set(std::string_view actor, std::string_view password, int64_t now, uint32_t keep) = 0;
  virtual base::Result<bool> Forget(std::string_view actor) = 0;
};

}  // namespace hikae::vault

#endif  // HIKAE_VAULT_CREDENTIALS_H_
