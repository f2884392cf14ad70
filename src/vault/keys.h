// The key hierarchy of an office (docs/formats/key-hierarchy.md): how it is made, unlocked, turned over, backed up and,
// subject by subject, destroyed. Kept in keys.db, beside the keys of the access log.
#ifndef HIKAE_VAULT_KEYS_H_
#define HIKAE_VAULT_KEYS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/io.h"
#include "vault/key_source.h"
#include "vault/subject.h"

namespace hikae::vault {

enum class LockKind : uint8_t { kPassphrase = 1, kKeyFile = 2, kShares = 3 };  // stored
const char* NameOf(LockKind kind);                                             // "passphrase", "key-file", "shares"
// Whose these shares are, as they say themselves; nothing of those that are no shares.
std::vector<std::string> CustodiansOf(std::span<const std::string> shares);

// What opens the master key. Borrowed for the call; the caller wipes its own.
struct Secret {
  LockKind kind = LockKind::kPassphrase;
  std::string_view text;                     // passphrase, or the content of a key file
  std::span<const std::string> shares = {};  // k of them, as Share gave them
};
// How hard a passphrase is to try; stored beside what it locks.
struct PassphraseCost {
  uint64_t operations = 3;         // Argon2id passes
  uint64_t memory = 256ull << 20;  // bytes
};

// Stored; never renumbered.
enum class KeyState : uint8_t { kPrimary = 1, kEnabled = 2, kDisabled = 3, kDestroyed = 4 };
struct KeyInfo {
  std::string kind;  // "master", "office", "index"
  uint32_t version = 0;
  KeyState state = KeyState::kPrimary;
  int64_t made_at = 0;  // microseconds since 1970, UTC
  uint64_t uses = 0;    // office: subject keys wrapped under it
};

// Unlocked keys. Shareable between threads. Nothing of them is in an error, a log or a core dump; freeing wipes them.
class Keys : public KeySource {
 public:
  struct Options {
    bool read_only = false;
    uint32_t busy_ms = 0;           // 0 = the store's default
    base::Io* io = nullptr;         // of the erasure journal; null: the system's
    size_t kept_subjects = 65'536;  // how many subjects' keys stay in memory
  };
  // Makes master, first office key and first index key, locked by `secret`. kExists: there is a master; kArgument: a
  // passphrase of fewer than 12 characters, a key file of fewer than 32 bytes; kKind shares cannot be made here.
  static base::Result<std::shared_ptr<Keys>> Init(const std::string& office_directory, const Secret& secret,
                                                  const PassphraseCost& cost, int64_t now, const Options& options);
  // kLocked: no master was ever made; kSecret: the secret opens none of the locks of its kind; kTampered: damaged, two
  // masters, keys of another office; kVersion; kBusy: read-only, and erasures are still to be applied. Re-applies
  // erasures that a restored key database does not know of.
  static base::Result<std::shared_ptr<Keys>> Unlock(const std::string& office_directory, const Secret& secret,
                                                    const Options& options);

  virtual base::Result<std::vector<KeyInfo>> List() = 0;

  // Another passphrase, key file or set of shares for the same master; replaces the lock of that kind.
  virtual base::Result<void> AddLock(const Secret& secret, const PassphraseCost& cost, int64_t now) = 0;
  // Shares of a recovery secret that locks the master: any k of them open it. One text for each custodian, which holds
  // the custodian's name. Shares given out before stop working.
  virtual base::Result<std::vector<std::string>> Share(size_t k, std::span<const std::string> custodians,
                                                       int64_t now) = 0;

  // A new master key, under which everything below is wrapped again: in one transaction. Locks of other kinds than
  // `secret` are gone (their secrets are not known here).
  virtual base::Result<void> RotateMaster(const Secret& secret, const PassphraseCost& cost, int64_t now) = 0;
  // A new office key; every subject key is wrapped again, `batch` at a time, and the old one destroyed. Goes on where a
  // stop cut it off. progress: false stops (kStopped), and what is done stays.
  using Progress = std::function<bool(uint64_t done, uint64_t total)>;
  virtual base::Result<void> RotateOffice(int64_t now, size_t batch, const Progress& progress) = 0;
  // A new version of the key of each subject in one file, in one durable transaction; the old versions stay until
  // RetireSubjects. 0 for a subject that has no key there.
  virtual base::Result<std::vector<uint32_t>> RotateSubjects(std::span<const SubjectNumber> subjects,
                                                             std::string_view file) = 0;
  // Destroys each one's versions below `keep`: once nothing is sealed under them. Subjects without a key there are
  // passed over. kArgument: a newest version would go; then none goes.
  struct Kept {
    SubjectNumber subject{};
    uint32_t keep = 0;
  };
  virtual base::Result<void> RetireSubjects(std::span<const Kept> subjects, std::string_view file) = 0;
  // The same for one. Rotating one without a key: kNotFound.
  base::Result<uint32_t> RotateSubject(const SubjectNumber& subject, std::string_view file);
  base::Result<void> RetireSubject(const SubjectNumber& subject, std::string_view file, uint32_t keep);
  // A new index key becomes the one that writes; old ones are still asked. Retire when nothing is written by them.
  virtual base::Result<uint32_t> RotateIndex(int64_t now) = 0;
  virtual base::Result<void> RetireIndex(uint32_t keep) = 0;
  // Every (subject, file) there is a key of, in a stable order, behind `after`; at most `most`.
  struct SubjectFile {
    SubjectNumber subject{};
    std::string file;
    friend auto operator<=>(const SubjectFile&, const SubjectFile&) = default;
  };
  virtual base::Result<std::vector<SubjectFile>> Subjects(const std::optional<SubjectFile>& after, size_t most) = 0;
  // Of "office" and "index". kArgument: the primary one, a destroyed one, or destroying one that is in use.
  virtual base::Result<void> SetState(std::string_view kind, uint32_t version, KeyState state) = 0;

  // Destroys the subject's keys in the file, and its number and sealed id when that was its last one: true then. What
  // is destroyed stands in the erasure journal before it is (so a failure may leave it to be carried out later); after
  // the return no file of the office has the keys.
  virtual base::Result<bool> Destroy(const SubjectNumber& subject, std::string_view file) = 0;

  // How many erasures the journal tells of.
  virtual base::Result<uint64_t> Erasures() = 0;

  // A copy of keys.db, consistent, for the backup medium. kExists: the file is there.
  virtual base::Result<void> Backup(const std::string& path) = 0;
};

// Puts a backup of keys.db in the place of the present one, whole or not at all, and re-applies the erasure journal:
// who was erased stays erased. How many erasures the backup did not know of. The office must not be open. kNotFound;
// kTampered: no key database, or of another office.
base::Result<uint64_t> RestoreKeys(const std::string& office_directory, const std::string& backup,
                                   base::Io* io = nullptr);

}  // namespace hikae::vault

#endif  // HIKAE_VAULT_KEYS_H_
