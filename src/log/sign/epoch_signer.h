// Signs the checkpoints of one log, and changes its keys so that one stolen later cannot sign what was before
// (docs/formats/checkpoint.md §3).
#ifndef HIKAE_LOG_SIGN_EPOCH_SIGNER_H_
#define HIKAE_LOG_SIGN_EPOCH_SIGNER_H_

#include <functional>
#include <optional>
#include <string>

#include "base/error.h"
#include "crypto/signature.h"
#include "log/checkpoint.h"

namespace hikae::log {

// The secret keys of a log: the one in force and, during a change, the one after.
struct KeyRing {
  uint64_t epoch = 0;  // of `current`, from 0
  crypto::SigningKey current;
  std::optional<crypto::SigningKey> next;
};

// Where the keys are kept. Store replaces what is there, for good: after it has returned, a key that it was not given
// cannot be had back. `next` is null when there is none. Nothing is changed when it fails.
class KeyKeeper {
 public:
  virtual ~KeyKeeper() = default;
  virtual base::Result<void> Store(uint64_t epoch, const crypto::SigningKey& current,
                                   const crypto::SigningKey* next) = 0;
};

// Invariants: never signs a size smaller than one it signed, nor another root for a size it signed; no key signs beyond
// the entry that announces the next one. One thread at a time.
class EpochSigner {
 public:
  // The root of the log's first `size` entries.
  using RootAt = std::function<base::Result<Digest>(uint64_t size)>;

  // `last` is the last checkpoint this log signed, none when it never did. kTampered: the entries do not give its root,
  // so this is not the log that was signed (an old copy, or another).
  static base::Result<EpochSigner> Create(std::string origin, KeyRing ring, KeyKeeper* keeper,
                                          const std::optional<Checkpoint>& last, const RootAt& root_at);

  // The signed note. kTampered: it would contradict an earlier one; kBusy: a change of keys is not finished.
  base::Result<std::string> Sign(uint64_t size, const Digest& root);

  // The change, in four steps, each of which may be repeated after a stop:
  // 1. makes the next key and has it kept; gives what the entry `key announced` must hold. A change already begun goes
  // on.
  base::Result<std::string> BeginChange();
  // Or nothing is changed after all. Only as long as no entry announces the key.
  base::Result<void> GiveUpChange();
  // 2. the caller appends that entry.
  // 3. the old key's last checkpoint: of the log up to the entry, at `index`, and no further.
  base::Result<std::string> HandOver(uint64_t index, const Digest& root);
  // 4. once the caller has that checkpoint on the disk: the old key is wiped, here and where it is kept.
  base::Result<void> Retire();

  bool changing() const { return ring_.next.has_value(); }
  uint64_t epoch() const { return ring_.epoch; }
  VerifierKey key() const { return {origin_, KeyKind::kEd25519, ring_.current.public_key()}; }

 private:
  EpochSigner(std::string origin, KeyRing ring, KeyKeeper* keeper, std::optional<Checkpoint> last)
      : origin_(std::move(origin)), ring_(std::move(ring)), keeper_(keeper), last_(std::move(last)) {}
  base::Result<std::string> SignHead(uint64_t size, const Digest& root);

  std::string origin_;
  KeyRing ring_;
  KeyKeeper* keeper_;
  std::optional<Checkpoint> last_;
  bool handed_over_ = false;
};

}  // namespace hikae::log

#endif  // HIKAE_LOG_SIGN_EPOCH_SIGNER_H_
