// The keys of an office's access log: keys.db (docs/formats/office-directory.md §3). The log's signing keys, and for
// each person the salt of the pseudonym and the key of the details.
#ifndef HIKAE_OFFICE_LOG_KEYS_H_
#define HIKAE_OFFICE_LOG_KEYS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "crypto/aead.h"
#include "crypto/pseudonym.h"
#include "crypto/table_hash.h"
#include "log/sign/epoch_signer.h"
#include "store/database.h"

namespace hikae::office {

// A role and the id of who is in it.
struct PersonName {
  std::string kind;  // "actor" or "subject"
  std::string id;
  friend auto operator<=>(const PersonName&, const PersonName&) = default;
};
struct PersonKey {
  crypto::Pseudonym pseudonym{};
  crypto::Secret salt;
  crypto::Secret detail_key;
};

// Shareable between threads; several processes may have one file open. What was looked up is kept in memory until the
// file tells that somebody was removed from it, which is asked at every call: a call that begins after a person was
// forgotten, in whatever process, does not know the old salt any more.
class LogKeys final : public log::KeyKeeper {
 public:
  // `origin`: the office's part of the log's. Makes the file and the first signing key; one that a stop left without a
  // log is taken as it is.
  static base::Result<std::unique_ptr<LogKeys>> Create(const std::string& path, const std::string& origin,
                                                       uint32_t busy_ms);
  static base::Result<std::unique_ptr<LogKeys>> Open(const std::string& path, bool read_only, uint32_t busy_ms);

  const std::string& origin() const { return origin_; }
  // The signing keys as they are kept now.
  base::Result<log::KeyRing> Ring();
  // A number that changes when another process has changed the file.
  base::Result<int64_t> Changes();
  base::Result<void> Store(uint64_t epoch, const crypto::SigningKey& current, const crypto::SigningKey* next) override;

  // Made where there are none yet: all of them, or none.
  base::Result<std::vector<PersonKey>> Make(std::span<const PersonName> persons);
  // The pseudonyms alone of one actor and of subjects, made where there are none yet; in the order given. For what is
  // asked at every read.
  struct Pseudonyms {
    crypto::Pseudonym actor{};
    std::vector<crypto::Pseudonym> subjects;
  };
  base::Result<void> Find(std::string_view actor, std::span<const std::string_view> subjects, Pseudonyms& out);
  base::Result<std::optional<PersonKey>> Find(const PersonName& person);
  base::Result<std::optional<std::string>> NameOf(const std::string& kind, const crypto::Pseudonym& pseudonym);
  base::Result<std::optional<PersonKey>> FindByPseudonym(const std::string& kind, const crypto::Pseudonym& pseudonym);
  // On the disk when it returns; whether there was anything.
  base::Result<bool> Forget(const PersonName& person);

 private:
  static constexpr size_t kMostKept = 65'536;    // persons in memory
  static constexpr size_t kMostNamed = 262'144;  // of whom the pseudonym alone is

  LogKeys(std::shared_ptr<store::Database> database, std::string path)
      : database_(std::move(database)), path_(std::move(path)) {}
  base::Result<void> ReadOrigin();
  base::Result<void> LookAgain();  // mutex_ held
  base::Result<void> Load(std::span<const PersonName> persons);
  base::Result<std::vector<PersonKey>> MakeNow(std::span<const PersonName> persons);  // mutex_ held, looked again
  struct NamedOf;
  // mutex_ held, looked again.
  base::Result<void> FindNow(NamedOf& named, std::span<const std::string_view> ids, std::span<crypto::Pseudonym> out);
  base::Result<void> ReadPseudonyms(NamedOf& named, std::vector<std::string_view>& ids);
  void Keep(const PersonName& person, const PersonKey& key);
  base::Error Damaged() const;

  const std::shared_ptr<store::Database> database_;
  const std::string path_;
  std::string origin_;

  std::mutex mutex_;
  // Guarded by mutex_.
  int64_t changes_ = 0;
  std::optional<int64_t> removed_;  // how many persons were, when changes_ was asked
  uint64_t era_ = 0;                // grows when somebody was
  std::map<PersonName, PersonKey> known_;
  std::map<std::pair<std::string, crypto::Pseudonym>, std::string> names_;
  // What was read before somebody was last removed is read again before it is used.
  struct Named {
    crypto::Pseudonym pseudonym{};
    uint64_t read_in = 0;  // era_ then
  };
  // By a keyed hash of the id: no id stands here, and looking somebody up touches one node.
  struct NamedOf {
    std::string kind;
    std::unordered_map<crypto::TableKey, Named, crypto::TableKeyHash> by_id;
  };
  NamedOf actors_{"actor", {}}, subjects_{"subject", {}};
};

}  // namespace hikae::office

#endif  // HIKAE_OFFICE_LOG_KEYS_H_
