// The check of one period: entries are read in order, hashed in chunks on all threads, and compared with the
// checkpoints in order of size.
#ifndef HIKAE_LOG_VERIFY_PERIOD_CHECK_H_
#define HIKAE_LOG_VERIFY_PERIOD_CHECK_H_

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "log/verify/chunk.h"
#include "log/verify/crew.h"
#include "log/verify/heads.h"
#include "log/verify/key_chain.h"
#include "log/verify/leaf_view.h"
#include "log/verify/verifier.h"

namespace hikae::log::verify {

// A checkpoint on its way from "its root is computed" to "its signatures are checked".
class HeadCheck : public Task {
 public:
  enum class Signed : uint8_t { kYes, kNo, kBad, kNoMemory };

  HeadCheck(Head given, Frontier at, VerifierKey log_key, std::vector<VerifierKey> earlier,
            const std::vector<VerifierKey>& witnesses)
      : head(std::move(given)),
        root(at.Root()),
        frontier(std::move(at)),
        key_(std::move(log_key)),
        earlier_keys_(std::move(earlier)),
        witnesses_(witnesses) {}
  void Run() noexcept override;

  Head head;
  Digest root{};      // of the entries that are there
  Frontier frontier;  // at its size
  size_t epoch = 0;
  Signed by_log = Signed::kNo;
  std::optional<size_t> by_earlier;   // not by the key in force, but by this one before it
  Signed by_witnesses = Signed::kNo;  // kBad: one of them
  std::vector<Signer> cosigners;

 private:
  VerifierKey key_;
  std::vector<VerifierKey> earlier_keys_;
  const std::vector<VerifierKey>& witnesses_;
};

// One period's first entry, looked at before all else.
struct Opening {
  std::string origin;
  std::string previous;
  std::string key;
};

// Runs once. Everything found goes into the verdict; an error is only kStopped.
class PeriodCheck {
 public:
  struct Context {
    const VerifyInput& input;
    const PeriodInput& period;
    Crew& crew;
    uint64_t done_before = 0;  // entries of earlier periods, for the progress
    uint64_t total = 0;
  };
  PeriodCheck(Context context, std::string origin, std::vector<Head> others, KeyChain* keys, Verdict* verdict,
              PeriodVerdict* counts);
  ~PeriodCheck();  // waits for what runs
  base::Result<void> Run(uint64_t size);

 private:
  static constexpr size_t kChunksInFlight = 8;
  static constexpr size_t kHeadsInFlight = 64;

  // Reading.
  base::Result<void> Take(const StoredEntry& entry);
  void BeginChunk();
  void StartChunk();
  void LookInto(const StoredEntry& entry);
  void CompareDetail(const StoredEntry& entry, const LeafView& leaf);
  // Comparing.
  void MergeOldest();
  void BeginHeads(const Chunk& chunk);
  void BeginHead(const Frontier& at);
  void JudgeOldest();
  void Judge(const HeadCheck& check);
  void JudgeRoot(const HeadCheck& check);
  void Accept(const HeadCheck& check);
  void CountWitnesses(const HeadCheck& check);
  void JudgeRest();

  void Report(Fault fault, uint64_t first, uint64_t last, base::Text text);
  bool IsTrusted(const crypto::PublicKey& key) const;
  void ReportHead(Fault fault, const HeadCheck& check, const base::Text& what);
  void ReportMissing(const Checkpoint& head);
  void ReportRoot(const Frontier& good, const Checkpoint& head);
  // The first entry whose kept hash differs, once the kept hashes give the root that was signed; none otherwise.
  std::optional<uint64_t> Locate(const Frontier& good, uint64_t size, const Digest& root);

  Context context_;
  std::string origin_;
  HeadStream heads_;
  KeyChain& keys_;
  Verdict& verdict_;
  PeriodVerdict& counts_;
  std::vector<VerifierKey> witnesses_;
  std::vector<std::unique_ptr<Chunk>> chunks_;           // reused in turn
  std::deque<Chunk*> chunks_begun_;                      // oldest first
  std::deque<std::unique_ptr<HeadCheck>> checks_begun_;  // oldest first
  Frontier frontier_;                                    // of the chunks merged
  Frontier good_;                                        // at the largest checkpoint of the log found good
  uint64_t read_ = 0;                                    // entries read
  Chunk* filling_ = nullptr;                             // of chunks_, not begun; null between two
  bool stopped_ = false;                                 // by the caller's progress
  bool broken_ = false;                                  // an entry could not be read: the rest was not looked at
  // The first checkpoint whose root the entries do not give, and the last good one: every later root differs too.
  // Reported at the end, because naming the entry means reading again.
  struct RootFault {
    Frontier good;
    Checkpoint head;
  };
  std::optional<RootFault> root_fault_;
  bool missing_ = false;         // reported once
  std::vector<bool> unvouched_;  // by epoch, reported once each
  int64_t time_before_ = INT64_MIN;
};

}  // namespace hikae::log::verify

#endif  // HIKAE_LOG_VERIFY_PERIOD_CHECK_H_
