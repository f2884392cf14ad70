// Proofs about a log made from its entries, where no tree is kept: one pass over them, and memory for one proof.
#ifndef HIKAE_LOG_ENTRY_PROOFS_H_
#define HIKAE_LOG_ENTRY_PROOFS_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "log/checkpoint.h"
#include "log/entry_source.h"
#include "log/note.h"
#include "log/proof_bundle.h"
#include "log/publish/tile_tree.h"
#include "log/tree.h"

namespace hikae::log {

using ProofProgress = std::function<bool(uint64_t done, uint64_t total)>;  // false stops (kStopped); may be empty

// Hashes the first `size` entries and answers `ask`, which is called twice and must ask the same both times: before the
// pass, when every answer is zeros, and after it. `also`, which may be empty, visits every entry of the pass.
using SubtreeQuestions = std::function<base::Result<void>(const Subtree& subtree)>;
base::Result<void> AnswerFromEntries(EntrySource& entries, uint64_t size, const SubtreeQuestions& ask,
                                     const EntryVisitor& also, const ProofProgress& progress);

struct EntryProof {
  ProofBundle bundle;
  std::vector<uint8_t> leaf;
};
// That entry `index` is in the log of `checkpoint`. kArgument: it is not that large; kTampered: the entries do not give
// its root. With `tiles`, nothing but these is read.
base::Result<EntryProof> ProveEntry(EntrySource& entries, const SignedCheckpoint& checkpoint, uint64_t index,
                                    const ProofProgress& progress);
base::Result<EntryProof> ProveEntryFromTiles(TileTree& tiles, const SignedCheckpoint& checkpoint, uint64_t index);

struct GrowthProof {
  Proof proof;
  Digest old_root{};  // of the first old_size entries
};
// That the log of `newer` begins with its first old_size entries. kArgument: it is smaller; kTampered as above.
base::Result<GrowthProof> ProveGrowth(EntrySource& entries, const Checkpoint& newer, uint64_t old_size,
                                      const ProofProgress& progress);

// The keys of a period in turn, as its entries say; nothing vouches for them here.
struct KeyInTurn {
  uint64_t above = 0;  // signs checkpoints larger than this
  VerifierKey key;
};
base::Result<std::vector<KeyInTurn>> KeysOf(EntrySource& entries, const std::string& origin);
// The key that signs a checkpoint of `size`; nothing when the log names none.
std::optional<VerifierKey> KeyFor(const std::vector<KeyInTurn>& keys, uint64_t size);

}  // namespace hikae::log

#endif  // HIKAE_LOG_ENTRY_PROOFS_H_
