// Passwords of actors, as hashes in keys.db. Measures what rules need to judge them (how old, how often wrong, used
// before); judges nothing. Needs no unlocked keys.
#ifndef HIKAE_VAULT_CREDENTIALS_H_
#define HIKAE_VAULT_CREDENTIALS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "store/database.h"
#include "vault/keys.h"

namespace hikae::vault {

// What is known after a password was tried, as of before that trial.
struct Credential {
  bool right = false;
  std::optional<int64_t> set_at;  // of the password in force, only when it was right
  uint64_t failures = 0;          // since Passed was last called, without this one
  std::optional<int64_t> last_failure_at;
};

// Shareable between threads; several processes may work on one key database. Each trial costs one Argon2id and one
// commit when it fails, whether the actor exists or not.
class Credentials {
 public:
  struct Options {
    bool read_only = false;  // trials that fail are not counted then
    uint32_t busy_ms = 0;
    PassphraseCost cost{3, 64ull << 20};  // of what Set makes, and of trying an actor that does not exist
  };
  // kNotFound: no keys.db; kVersion: too old to be read as it is.
  static base::Result<std::unique_ptr<Credentials>> Open(const std::string& office_directory, const Options& options);

  // The password that is in force from now on; the `keep_last` newest ones stay comparable, this one included.
  // kArgument: an actor or password that is empty, too long (255, 4,096 bytes) or not UTF-8. Failures stay counted.
  base::Result<void> Set(std::string_view actor, std::string_view password, int64_t now, size_t keep_last);
  // What is known without a trial. Whoever shows it tells whether the actor has a password: not for strangers.
  struct Measured {
    std::optional<int64_t> set_at;  // nothing: there is none
    uint64_t failures = 0;
    std::optional<int64_t> last_failure_at;
  };
  base::Result<Measured> Look(std::string_view actor);
  // Tries it; a wrong one is counted, durably, before this returns.
  base::Result<Credential> Check(std::string_view actor, std::string_view password, int64_t now);
  // The actor was let in: failures begin at 0 again. Not done by Check, since a right password may still be refused.
  base::Result<void> Passed(std::string_view actor);
  // How many passwords ago it was this one: 0 = the one in force; nothing: it is none of those that were kept.
  base::Result<std::optional<size_t>> ReusedAgo(std::string_view actor, std::string_view password);
  // Whether there was one.
  base::Result<bool> Remove(std::string_view actor);

 private:
  Credentials(std::shared_ptr<store::Database> database, std::string path, const Options& options);
  const std::shared_ptr<store::Database> database_;
  const std::string path_;
  const Options options_;
};

}  // namespace hikae::vault

#endif  // HIKAE_VAULT_CREDENTIALS_H_
