// Keys that are unlocked, over keys.db and the erasure journal beside it.
#ifndef HIKAE_VAULT_KEYS_OPEN_KEYS_H_
#define HIKAE_VAULT_KEYS_OPEN_KEYS_H_

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "crypto/key_slab.h"
#include "store/database.h"
#include "store/vault_key_tables.h"
#include "vault/keys.h"
#include "vault/keys/erasure_journal.h"
#include "vault/keys/key_cache.h"
#include "vault/keys/key_set.h"

namespace hikae::vault {

std::string KeysPath(const std::string& office_directory);

// Removes what the lines behind row.applied say, in the caller's transaction. Whether there were any.
base::Result<bool> ApplyErasures(store::Database& database, store::VaultRow& row, const JournalText& journal,
                                 const std::string& path);
// What a stop left of a backup that was being put back: keys of who was erased since may be in it.
base::Result<void> RemoveHalfRestored(base::Io& io, const std::string& office_directory);
// Removes the subject's keys in the file, and what names it when they were its last: true then.
base::Result<bool> RemoveErased(store::Database& database, const SubjectNumber& subject, std::string_view file);

// As Keys. Two connections: what reads does not wait for a batch of what writes. Every call first asks the file whether
// anybody has committed; the generation in it tells whether that concerns what is kept.
class OpenKeys final : public Keys {
 public:
  static base::Result<std::shared_ptr<Keys>> Init(const std::string& directory, const Secret& secret,
                                                  const PassphraseCost& cost, int64_t now, const Options& options);
  static base::Result<std::shared_ptr<Keys>> Unlock(const std::string& directory, const Secret& secret,
                                                    const Options& options);

  const OfficeId& office() const override { return office_; }
  void BeginCall() override;
  void EndCall() override;
  base::Result<std::optional<SubjectNumber>> Find(std::string_view subject) override;
  base::Result<std::vector<std::optional<SubjectNumber>>> Find(std::span<const std::string_view> subjects,
                                                               std::string_view file) override;
  base::Result<std::vector<SubjectNumber>> Make(std::span<const std::string> subjects, std::string_view file) override;
  base::Result<std::string> IdOf(const SubjectNumber& subject) override;
  base::Result<std::shared_ptr<RecordKeys>> Open(const SubjectNumber& subject, std::string_view file) override;
  base::Result<std::vector<IndexKey>> IndexKeys() override;

  base::Result<std::vector<KeyInfo>> List() override;
  base::Result<void> AddLock(const Secret& secret, const PassphraseCost& cost, int64_t now) override;
  base::Result<std::vector<std::string>> Share(size_t k, std::span<const std::string> custodians, int64_t now) override;
  base::Result<void> RotateMaster(const Secret& secret, const PassphraseCost& cost, int64_t now) override;
  base::Result<void> RotateOffice(int64_t now, size_t batch, const Progress& progress) override;
  base::Result<std::vector<uint32_t>> RotateSubjects(std::span<const SubjectNumber> subjects,
                                                     std::string_view file) override;
  base::Result<void> RetireSubjects(std::span<const Kept> subjects, std::string_view file) override;
  base::Result<uint32_t> RotateIndex(int64_t now) override;
  base::Result<void> RetireIndex(uint32_t keep) override;
  base::Result<std::vector<SubjectFile>> Subjects(const std::optional<SubjectFile>& after, size_t most) override;
  base::Result<void> SetState(std::string_view kind, uint32_t version, KeyState state) override;
  base::Result<bool> Destroy(const SubjectNumber& subject, std::string_view file) override;
  base::Result<uint64_t> Erasures() override;
  base::Result<void> Backup(const std::string& path) override;

  const std::shared_ptr<crypto::KeySlab>& slab() const { return slab_; }  // for tests

 private:
  // The keys as they are now, and the era of the cache in which they were asked for.
  struct View {
    std::shared_ptr<const KeySet> keys;
    uint64_t era = 0;
  };
  // A transaction that writes. The journal is applied.
  struct Turn {
    store::VaultKeyTables tables;
    store::VaultRow vault;
    std::shared_ptr<const KeySet> keys;
  };
  OpenKeys(const std::string& directory, const Options& options);
  base::Result<void> Connect(bool create);
  base::Result<void> FirstKeys(const Secret& secret, const PassphraseCost& cost, int64_t now);
  base::Result<void> OpenMaster(const Secret& secret);
  base::Result<void> CheckJournal();

  base::Result<View> Look(bool anew = false);
  base::Result<Turn> BeginTurn();
  template <class Work>
  auto Write(Work&& work) -> decltype(work(std::declval<Turn&>()));
  base::Result<std::optional<SubjectNumber>> NumberOf(const View& view, std::string_view subject);
  // Within a transaction of reader_.
  base::Result<void> ReadAlong(const View& view, std::string_view subject, std::string_view file,
                               std::optional<SubjectNumber>& number);
  // Everybody forgets what they keep of these subjects in the file.
  base::Result<void> Changed(Turn& turn, std::string_view file, std::span<const SubjectNumber> subjects);
  void Forget(const KeySet& before, const KeySet& now, const std::vector<store::VaultChangeRow>& changes);
  // Everybody forgets what they keep.
  base::Result<void> Changed(Turn& turn);
  void Install(int64_t changes, std::shared_ptr<const KeySet> keys);
  base::Error ReadOnly() const;

  base::Result<std::optional<SubjectNumber>> NumberIn(const KeySet& keys, const std::optional<store::VaultSubjectRow>&,
                                                      std::string_view subject) const;
  base::Result<Lookup> LookupIn(const KeySet& keys, std::string_view subject) const;
  // What one call has made: kept once it is committed.
  struct Made {
    std::array<uint8_t, 4> beginning{};
    std::vector<std::pair<SubjectNumber, std::shared_ptr<RecordKeys>>> keys;
  };
  base::Result<SubjectNumber> MakeIn(Turn& turn, std::string_view subject, std::string_view file, Made& made);
  base::Result<crypto::Secret> AddKey(Turn& turn, const SubjectNumber& subject, std::string_view file,
                                      uint32_t version);
  base::Result<std::shared_ptr<RecordKeys>> OpenRows(const KeySet& keys, const SubjectNumber& subject,
                                                     std::string_view file,
                                                     const std::vector<store::VaultSubjectKeyRow>& rows) const;
  base::Result<bool> AllThere(const View& view, std::span<const std::string> subjects, std::string_view file,
                              std::vector<SubjectNumber>* numbers);
  template <class Work>
  auto Again(Work&& work) -> decltype(work(std::declval<const View&>()));

  struct Cursor {
    store::VaultSubjectKeyRow key;
    std::string subject;
  };
  base::Result<uint64_t> BeginRotation(int64_t now);
  base::Result<size_t> RewrapSome(Turn& turn, Cursor& cursor, size_t batch);
  base::Result<void> Rewrap(const KeySet& keys, store::VaultSubjectKeyRow& row) const;
  base::Result<void> Reseal(const KeySet& keys, store::VaultSubjectRow& row) const;
  base::Result<bool> EndRotation();

  const std::string directory_;
  const std::string path_;
  const Options options_;
  base::Io& io_;
  const std::shared_ptr<crypto::KeySlab> slab_;
  OfficeId office_{};
  std::shared_ptr<store::Database> reader_;
  std::shared_ptr<store::Database> writer_;  // null: read-only
  ErasureJournal journal_;                   // used within a transaction of writer_ only
  KeyCache cache_;

  std::mutex mutex_;
  // Guarded by mutex_.
  int64_t changes_ = -1;
  std::shared_ptr<const KeySet> keys_;
  std::vector<SharedKey> index_kept_;  // handed out, and retired since
};

template <class Work>
auto OpenKeys::Write(Work&& work) -> decltype(work(std::declval<Turn&>())) {
  if (writer_ == nullptr) return ReadOnly();
  return writer_->Write([&]() -> decltype(work(std::declval<Turn&>())) {
    HIKAE_TRY(Turn turn, BeginTurn());
    return work(turn);
  });
}

// What reads rows and then opens them may meet a key that was made in between: then it looks again.
template <class Work>
auto OpenKeys::Again(Work&& work) -> decltype(work(std::declval<const View&>())) {
  for (int tries = 1;; ++tries) {
    HIKAE_TRY(const View view, Look());
    auto result = work(view);
    if (result.ok() || result.error().status == base::Status::kNotFound || tries == 5) return result;
    HIKAE_TRY(const View now, Look(true));
    if (now.keys == view.keys) return result;
  }
}

}  // namespace hikae::vault

#endif  // HIKAE_VAULT_KEYS_OPEN_KEYS_H_
