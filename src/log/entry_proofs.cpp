#include "log/entry_proofs.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "log/entry.h"
#include "log/tile.h"
#include "log/verify/leaf_view.h"

namespace hikae::log {

using base::Error;
using base::Result;
using base::Status;
using base::Text;

namespace {

constexpr uint64_t kProgressEvery = 4'096;

using Node = std::pair<uint32_t, uint64_t>;  // level, index

Error Stopped() { return {Status::kStopped, Text{"making the proof was stopped", "証明の作成は中断された"}}; }

Error TooFew(uint64_t there, uint64_t size) {
  return {Status::kTampered, Text{fmt::format("the log has {} entries, the checkpoint tells of {}", there, size),
                                  fmt::format("記録は {} 件だが、チェックポイントは {} 件としている", there, size)}};
}

Error OtherRoot() {
  return {Status::kTampered,
          Text{"the entries do not give the root of the checkpoint", "記録がチェックポイントの根と一致しない"}};
}

// The perfect subtrees that a growing tree completes, of which those wanted are kept.
class Nodes {
 public:
  explicit Nodes(std::map<Node, Digest>* wanted) : wanted_(*wanted) {}
  void Append(Digest hash) {
    uint64_t index = size_++;
    uint32_t level = 0;
    Keep({level, index}, hash);
    for (; (index & 1) != 0; index >>= 1) {
      hash = HashNode(open_.back(), hash);
      open_.pop_back();
      Keep({++level, index >> 1}, hash);
    }
    open_.push_back(hash);
  }

 private:
  void Keep(const Node& node, const Digest& hash) {
    if (const auto at = wanted_.find(node); at != wanted_.end()) at->second = hash;
  }
  std::map<Node, Digest>& wanted_;
  std::vector<Digest> open_;
  uint64_t size_ = 0;
};

}  // namespace

Result<void> AnswerFromEntries(EntrySource& entries, uint64_t size, const SubtreeQuestions& ask,
                               const EntryVisitor& also, const ProofProgress& progress) {
  std::map<Node, Digest> wanted;
  HIKAE_CHECK(ask([&](uint32_t level, uint64_t index) -> Result<Digest> {
    wanted[{level, index}] = {};
    return Digest{};
  }));
  HIKAE_TRY(const uint64_t there, entries.Size());
  if (there < size) return TooFew(there, size);
  Nodes nodes(&wanted);
  for (uint64_t at = 0; at < size; at += kProgressEvery) {
    HIKAE_CHECK(entries.Read(at, std::min(size, at + kProgressEvery), [&](const StoredEntry& entry) -> Result<void> {
      nodes.Append(HashLeaf(entry.leaf));
      return also ? also(entry) : Result<void>();
    }));
    if (progress && !progress(std::min(size, at + kProgressEvery), size)) return Stopped();
  }
  return ask([&](uint32_t level, uint64_t index) -> Result<Digest> { return wanted.at({level, index}); });
}

Result<EntryProof> ProveEntry(EntrySource& entries, const SignedCheckpoint& checkpoint, uint64_t index,
                              const ProofProgress& progress) {
  const uint64_t size = checkpoint.head.size;
  if (index >= size) {
    return Error(Status::kArgument,
                 Text{fmt::format("entry {} is not covered by the checkpoint of {} entries", index, size),
                      fmt::format("記録 {} 番は {} 件のチェックポイントに含まれない", index, size)});
  }
  EntryProof proof;
  Digest root{};
  const auto ask = [&](const Subtree& subtree) -> Result<void> {
    HIKAE_TRY(proof.bundle.proof, ProveInclusion(subtree, index, size));
    HIKAE_TRY(root, RootAt(subtree, size));
    return {};
  };
  const auto also = [&](const StoredEntry& entry) -> Result<void> {
    if (entry.index == index) proof.leaf.assign(entry.leaf.begin(), entry.leaf.end());
    return {};
  };
  HIKAE_CHECK(AnswerFromEntries(entries, size, ask, also, progress));
  if (root != checkpoint.head.root) return OtherRoot();
  proof.bundle.index = index;
  proof.bundle.checkpoint = checkpoint.note.ToString();
  return proof;
}

Result<EntryProof> ProveEntryFromTiles(TileTree& tiles, const SignedCheckpoint& checkpoint, uint64_t index) {
  const uint64_t size = checkpoint.head.size;
  EntryProof proof;
  HIKAE_TRY(proof.bundle.proof, ProveInclusion(tiles.AsSubtree(), index, size));
  const uint32_t width = TileWidthAt(size, 0, index / kTileWidth);
  HIKAE_TRY(const std::vector<uint8_t> bytes, tiles.Fetch({std::nullopt, index / kTileWidth, width}));
  HIKAE_TRY(const std::vector<Bytes> bundle, DecodeBundle(bytes, width));
  const Bytes leaf = bundle[index % kTileWidth];
  proof.leaf.assign(leaf.begin(), leaf.end());
  // Tiles say nothing that need be believed.
  HIKAE_CHECK(CheckInclusion(HashLeaf(leaf), index, size, proof.bundle.proof, checkpoint.head.root));
  proof.bundle.index = index;
  proof.bundle.checkpoint = checkpoint.note.ToString();
  return proof;
}

Result<GrowthProof> ProveGrowth(EntrySource& entries, const Checkpoint& newer, uint64_t old_size,
                                const ProofProgress& progress) {
  if (old_size > newer.size) {
    return Error(Status::kArgument,
                 Text{fmt::format("the checkpoint has {} entries, fewer than {}", newer.size, old_size),
                      fmt::format("チェックポイントの記録は {} 件で、{} 件より少ない", newer.size, old_size)});
  }
  GrowthProof growth;
  Digest root{};
  const auto ask = [&](const Subtree& subtree) -> Result<void> {
    HIKAE_TRY(growth.proof, ProveConsistency(subtree, old_size, newer.size));
    HIKAE_TRY(growth.old_root, RootAt(subtree, old_size));
    HIKAE_TRY(root, RootAt(subtree, newer.size));
    return {};
  };
  HIKAE_CHECK(AnswerFromEntries(entries, newer.size, ask, {}, progress));
  if (root != newer.root) return OtherRoot();
  return growth;
}

Result<std::vector<KeyInTurn>> KeysOf(EntrySource& entries, const std::string& origin) {
  std::vector<KeyInTurn> keys;
  HIKAE_TRY(const uint64_t size, entries.Size());
  HIKAE_CHECK(entries.Read(0, size, [&](const StoredEntry& entry) -> Result<void> {
    verify::LeafView leaf;
    const char* why = nullptr;
    const bool announces = entry.leaf.size() >= kMinLeafBytes && entry.leaf[0] == kLeafVersion && entry.leaf[1] == 0 &&
                           (entry.leaf[2] == verify::kPeriodBegun || entry.leaf[2] == verify::kKeyAnnounced);
    if (!announces || verify::ReadLeaf(entry.leaf, &leaf, &why) != verify::LeafForm::kGood || leaf.key.empty())
      return {};
    auto key = VerifierKey::Parse(leaf.key);
    if (!key.ok() || key->kind != KeyKind::kEd25519 || key->name != origin) {
      return Error(Status::kTampered, Text{fmt::format("entry {} names what is not a key of this log", entry.index),
                                           fmt::format("記録 {} 番の鍵がこのログの鍵でない", entry.index)});
    }
    const bool changes = keys.empty() || keys.back().key.key != key->key;
    if (changes) keys.push_back({keys.empty() ? 0 : entry.index + 1, *std::move(key)});
    return {};
  }));
  return keys;
}

std::optional<VerifierKey> KeyFor(const std::vector<KeyInTurn>& keys, uint64_t size) {
  std::optional<VerifierKey> in_force;
  for (const KeyInTurn& each : keys) {
    if (in_force && each.above >= size) break;
    in_force = each.key;
  }
  return in_force;
}

}  // namespace hikae::log
