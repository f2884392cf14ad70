// Small logs made in memory, by hand and slowly, for what checks logs.
#ifndef HIKAE_TESTS_LOG_SMALL_LOG_H_
#define HIKAE_TESTS_LOG_SMALL_LOG_H_

#include <algorithm>
#include <string>
#include <vector>

#include "log/checkpoint.h"
#include "log/entry_source.h"
#include "log/verify/verifier.h"

namespace hikae::log {

using Leaf = std::vector<uint8_t>;

inline crypto::SigningKey KeyOf(uint8_t n) {
  crypto::Seed seed{};
  seed.fill(n);
  return crypto::SigningKey::FromSeed(seed);
}

// One leaf as docs/formats/log-entry.md §1 has it. Fields must come in order.
class LeafMaker {
 public:
  LeafMaker(uint16_t type, int64_t time) {
    leaf_ = {1, static_cast<uint8_t>(type >> 8), static_cast<uint8_t>(type)};
    for (int shift = 56; shift >= 0; shift -= 8) leaf_.push_back(static_cast<uint8_t>(time >> shift));
  }
  LeafMaker& Field(uint8_t tag, std::string_view value) {
    leaf_.push_back(tag);
    leaf_.push_back(static_cast<uint8_t>(value.size() >> 8));
    leaf_.push_back(static_cast<uint8_t>(value.size()));
    leaf_.insert(leaf_.end(), value.begin(), value.end());
    return *this;
  }
  Leaf Take() { return std::move(leaf_); }

 private:
  Leaf leaf_;
};

struct MemoryLog {
  std::vector<Leaf> leaves;
  std::vector<Leaf> details;  // beside them; empty: none
  std::string checkpoints;    // a list of notes
  void Insert(size_t at, Leaf leaf, Leaf detail = {}) {
    leaves.insert(leaves.begin() + static_cast<ptrdiff_t>(at), std::move(leaf));
    details.insert(details.begin() + static_cast<ptrdiff_t>(at), std::move(detail));
  }
  void Erase(size_t at) {
    leaves.erase(leaves.begin() + static_cast<ptrdiff_t>(at));
    details.erase(details.begin() + static_cast<ptrdiff_t>(at));
  }
  void Cut(size_t size) { leaves.resize(size), details.resize(size); }
};

class MemorySource : public EntrySource {
 public:
  explicit MemorySource(const MemoryLog& log) : log_(log) {}
  base::Result<uint64_t> Size() override { return static_cast<uint64_t>(log_.leaves.size()); }
  base::Result<void> Read(uint64_t begin, uint64_t end, const EntryVisitor& visit) override {
    if (begin > end || end > log_.leaves.size()) return base::Error(base::Status::kArgument, "no such entries");
    // A source reads one range at a time, so who is visited must not read.
    if (reading_) return base::Error(base::Status::kInternal, "read while reading");
    reading_ = true;
    base::Result<void> result;
    for (uint64_t i = begin; i < end && result.ok(); ++i) result = visit({i, log_.leaves[i], log_.details[i]});
    reading_ = false;
    return result;
  }

 private:
  bool reading_ = false;
  const MemoryLog& log_;
};

// Those notes of a list that are of at most this size.
inline std::string NotesUpTo(const std::string& list, uint64_t size) {
  std::string out;
  for (NoteListReader reader(list); !reader.AtEnd();) {
    const std::string note(reader.Next().value());
    if (SignedCheckpoint::Parse(note)->head.size <= size) out = AppendToNoteList(out, note);
  }
  return out;
}

inline std::vector<Digest> HashesOf(const MemoryLog& log) {
  std::vector<Digest> hashes;
  for (const Leaf& leaf : log.leaves) hashes.push_back(HashLeaf(leaf));
  return hashes;
}

inline Frontier FrontierOf(const std::vector<Digest>& hashes, size_t size) {
  Frontier frontier;
  for (size_t i = 0; i < size; ++i) frontier.Append(hashes[i]);
  return frontier;
}

inline Subtree SubtreesOf(const std::vector<Digest>& hashes) {
  return [&hashes](uint32_t level, uint64_t index) -> base::Result<Digest> {
    Frontier part;
    for (uint64_t i = index << level; i < (index + 1) << level; ++i) part.Append(hashes.at(i));
    return part.Root();
  };
}

// A log that grows as an office's would: entries, checkpoints, keys that follow each other, witnesses.
class LogMaker {
 public:
  LogMaker(std::string origin, uint8_t key, const std::string& previous = "") : origin_(std::move(origin)), key_(key) {
    LeafMaker leaf(0x0001, 0);
    leaf.Field(0x20, origin_);
    if (!previous.empty()) leaf.Field(0x21, previous);
    Add(leaf.Field(0x22, VKey(key).ToString()).Take());
  }

  VerifierKey VKey(uint8_t key) const { return {origin_, KeyKind::kEd25519, KeyOf(key).public_key()}; }

  void Add(Leaf leaf, Leaf detail = {}) {
    frontier_.Append(HashLeaf(leaf));
    log_.Insert(log_.leaves.size(), std::move(leaf), std::move(detail));
  }

  // A read, with a sealed detail where `n` is a multiple of three.
  void Read(uint32_t n) {
    LeafMaker leaf(0x0201, time_ += 1'000'000);
    leaf.Field(0x01, "0123456789abcdef").Field(0x04, "引きこもり" + std::to_string(n)).Field(0x09, "\x01");
    if (n % 3 != 0) return Add(leaf.Take());
    const Leaf detail = {0xDE, 0xAD, static_cast<uint8_t>(n)};
    const Digest digest = crypto::Sha256Of(detail);
    Add(leaf.Field(0x0E, {reinterpret_cast<const char*>(digest.data()), digest.size()}).Take(), detail);
  }

  // Signs the log as it is; cosigned by these witnesses.
  std::string Checkpoint(const std::vector<uint8_t>& witnesses = {}) {
    const std::string note = Sign(key_, log_.leaves.size(), frontier_.Root(), witnesses);
    log_.checkpoints = AppendToNoteList(log_.checkpoints, note);
    return note;
  }

  std::string Sign(uint8_t key, uint64_t size, const Digest& root, const std::vector<uint8_t>& witnesses = {}) const {
    Note note{log::Checkpoint{origin_, size, root, {}}.ToString(), {}};
    note.signatures.push_back(SignNote(note.text, origin_, KeyOf(key)));
    for (const uint8_t witness : witnesses)
      note.signatures.push_back(Cosign(note.text, WitnessKey(witness).name, KeyOf(witness), 1'621'468'800));
    return note.ToString();
  }

  static VerifierKey WitnessKey(uint8_t n) {
    return {"witness.example/" + std::to_string(n), KeyKind::kCosignature, KeyOf(n).public_key()};
  }

  // Announces another key, lets the old one vouch for it, and goes on with it.
  void Rotate(uint8_t key) {
    Announce(key);
    Checkpoint();
    key_ = key;
  }
  void Announce(uint8_t key) { Add(LeafMaker(0x0002, time_ += 1'000'000).Field(0x22, VKey(key).ToString()).Take()); }
  void UseKey(uint8_t key) { key_ = key; }

  const MemoryLog& log() const { return log_; }
  const std::string& origin() const { return origin_; }
  uint64_t size() const { return log_.leaves.size(); }
  const Frontier& frontier() const { return frontier_; }

 private:
  std::string origin_;
  uint8_t key_;
  MemoryLog log_;
  Frontier frontier_;
  int64_t time_ = 0;
};

}  // namespace hikae::log

#endif  // HIKAE_TESTS_LOG_SMALL_LOG_H_
