// What was looked up in the key database, kept until that changes.
#ifndef HIKAE_VAULT_KEYS_KEY_CACHE_H_
#define HIKAE_VAULT_KEYS_KEY_CACHE_H_

#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "crypto/table_hash.h"
#include "vault/key_source.h"

namespace hikae::vault {

// Numbers by the host's id (a hash of it: no id stands here) and opened keys, the ones used last. Thread-safe. Whoever
// looks something up takes the era first: what was looked up in an era that has ended is not taken in.
class KeyCache {
 public:
  explicit KeyCache(size_t most) : most_(most) {}

  std::optional<SubjectNumber> Number(std::string_view subject);
  void KeepNumber(uint64_t era, std::string_view subject, const SubjectNumber& number);
  std::shared_ptr<RecordKeys> Keys(const SubjectNumber& subject, std::string_view file);
  // The ones that are kept now: those, or others that came first.
  std::shared_ptr<RecordKeys> KeepKeys(uint64_t era, const SubjectNumber& subject, std::string_view file,
                                       std::shared_ptr<RecordKeys> keys);
  uint64_t era();
  void Clear();  // and begins another era
  // The keys of these in the file, numbers one behind the other; begins another era, too.
  void Forget(std::string_view file, std::string_view subjects);

 private:
  using Name = crypto::TableKey;
  using NameHash = crypto::TableKeyHash;
  struct Kept {
    Name name;
    std::shared_ptr<RecordKeys> keys;
  };
  void KeepRecent(const Name& name, const SubjectNumber& number);  // with mutex_ held
  static Name NameOf(const SubjectNumber& subject, std::string_view file);

  const size_t most_;
  std::mutex mutex_;
  // Guarded by mutex_.
  uint64_t era_ = 0;
  // When `recent_` is full it becomes `older_`, whose place it takes; what is found in that one comes back. So what is
  // used stays, and there is no order to keep at every use.
  std::unordered_map<Name, SubjectNumber, NameHash> recent_, older_;
  std::list<Kept> kept_;  // used last comes first
  std::unordered_map<Name, std::list<Kept>::iterator, NameHash> opened_;
};

}  // namespace hikae::vault

#endif  // HIKAE_VAULT_KEYS_KEY_CACHE_H_
