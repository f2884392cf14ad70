// Every small fault that can be planted in a small log: found and located, or said to need a checkpoint seen outside.
#include <gtest/gtest.h>

#include <cstdio>

#include "every_nth.h"
#include "log/verify/verifier.h"
#include "small_log.h"

namespace hikae::log::verify {
namespace {

constexpr size_t kEntries = 18;

// Checkpoints of sizes 5, 8 (the change of keys), 12 and 18; that of size 12 is cosigned.
LogMaker Small() {
  LogMaker maker("hikae.example/江戸川/2021", 1);
  for (uint32_t n = 1; n < kEntries; ++n) {
    if (n == 7) {
      maker.Rotate(2);
    } else {
      maker.Read(n);
    }
    if (n == 4) maker.Checkpoint();
    if (n == 11) maker.Checkpoint({101});
  }
  maker.Checkpoint();
  return maker;
}

class Faults : public testing::Test {
 protected:
  Faults() : maker_(Small()), good_(maker_.log()), hashes_(HashesOf(good_)) {}

  Verdict Check(const MemoryLog& log, bool with_hashes, std::vector<std::string> anchors = {}) {
    MemorySource source(log);
    VerifyInput input;
    input.periods.push_back({"2021", &source, log.checkpoints, {}});
    if (with_hashes)
      input.periods[0].stored_hashes = [&](uint64_t begin, uint64_t end) -> base::Result<std::vector<Digest>> {
        if (end > hashes_.size()) return base::Error(base::Status::kNotFound, "not kept");
        return std::vector<Digest>(hashes_.begin() + static_cast<ptrdiff_t>(begin),
                                   hashes_.begin() + static_cast<ptrdiff_t>(end));
      };
    input.trusted = {maker_.VKey(1)};
    input.anchors = std::move(anchors);
    return Verify(input).value();
  }

  // The range of entries between two checkpoints in which entry `bad` lies.
  static std::pair<uint64_t, uint64_t> RangeOf(uint64_t bad) {
    uint64_t first = 0;
    for (const uint64_t size : {5, 8, 12, 18}) {
      if (bad < size) return {first, size - 1};
      first = size;
    }
    return {first, first};
  }

  // Counts a fault that must be found, with its place: exact by the hashes kept, else between two checkpoints.
  void MustLocate(const MemoryLog& log, uint64_t bad, const std::string& what) {
    ++planted_;
    const Verdict exact = Check(log, true);
    ASSERT_FALSE(exact.sound()) << what;
    ASSERT_EQ(exact.FirstBad()->first, bad) << what << ": " << exact.FirstBad()->text.en;
    if (exact.FirstBad()->fault != Fault::kMissing) {
      ASSERT_EQ(exact.FirstBad()->last, bad) << what << ": " << exact.FirstBad()->text.en;
    }
    ++exact_;
  }
  void MustRange(const MemoryLog& log, uint64_t bad, const std::string& what) {
    ++planted_;
    const Verdict verdict = Check(log, false);
    ASSERT_FALSE(verdict.sound()) << what;
    const Finding& found = *verdict.FirstBad();
    ASSERT_LE(found.first, bad) << what << ": " << found.text.en;
    ASSERT_GE(found.first, RangeOf(bad).first) << what << ": " << found.text.en;
    ASSERT_GE(found.last, bad) << what << ": " << found.text.en;
    ++ranged_;
  }
  // A fault no check of these files can see: sound, but said so; an anchor shows it.
  void NeedsAnchor(const MemoryLog& log, const std::string& anchor, Fault with_anchor, const std::string& what) {
    ++planted_;
    const Verdict alone = Check(log, true);
    ASSERT_TRUE(alone.sound()) << what << ": " << alone.FirstBad()->text.en;
    ASSERT_FALSE(alone.OnlyFromOutside().empty()) << what;
    const Verdict anchored = Check(log, true, {anchor});
    ASSERT_FALSE(anchored.sound()) << what;
    ASSERT_EQ(anchored.findings[0].fault, with_anchor) << what << ": " << anchored.findings[0].text.en;
    ++anchored_;
  }
  void Print(const char* name) const {
    std::printf(
        "%s: %zu faults planted; %zu located exactly, %zu between two checkpoints, %zu shown by an anchor only\n", name,
        planted_, exact_, ranged_, anchored_);
    EXPECT_GT(planted_, 0u);
    EXPECT_EQ(planted_, exact_ + ranged_ + anchored_);
  }

  LogMaker maker_;
  MemoryLog good_;
  std::vector<Digest> hashes_;
  size_t planted_ = 0, exact_ = 0, ranged_ = 0, anchored_ = 0;
};

TEST_F(Faults, EachBitOfEachEntryFlipped) {
  ASSERT_TRUE(Check(good_, true).sound());
  for (size_t i = 0; i < good_.leaves.size(); ++i) {
    for (size_t bit = 0; bit < good_.leaves[i].size() * 8; bit += EveryNth(7)) {
      MemoryLog log = good_;
      log.leaves[i][bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
      const std::string what = "bit " + std::to_string(bit) + " of entry " + std::to_string(i);
      ASSERT_NO_FATAL_FAILURE(MustLocate(log, i, what));
      if (bit % 8 == 0) {
        ASSERT_NO_FATAL_FAILURE(MustRange(log, i, what));
      }
    }
  }
  Print("bits of entries");
}

TEST_F(Faults, EachBitOfEachDetailFlipped) {
  for (size_t i = 0; i < good_.details.size(); ++i) {
    for (size_t bit = 0; bit < good_.details[i].size() * 8; ++bit) {
      MemoryLog log = good_;
      log.details[i][bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
      ASSERT_NO_FATAL_FAILURE(MustLocate(log, i, "a detail"));
    }
    if (good_.details[i].empty()) {  // one put where none was
      MemoryLog log = good_;
      log.details[i] = {1};
      ASSERT_NO_FATAL_FAILURE(MustLocate(log, i, "a detail put in"));
    }
  }
  Print("bits of details");
}

TEST_F(Faults, EntriesRemovedDoubledSwapped) {
  for (size_t i = 0; i < kEntries; ++i) {
    const std::string at = " entry " + std::to_string(i);
    MemoryLog log = good_;
    log.Erase(i);
    ASSERT_NO_FATAL_FAILURE(MustRange(log, i, "removed" + at));
    ASSERT_NO_FATAL_FAILURE(MustLocate(log, i, "removed" + at));
    log = good_;
    log.Insert(i, good_.leaves[i], good_.details[i]);
    // The copy is the second of the two. Behind the last checkpoint nothing is signed yet, so a copy there is only new.
    if (i + 1 < kEntries) {
      ASSERT_NO_FATAL_FAILURE(MustRange(log, i + 1, "doubled" + at));
      ASSERT_NO_FATAL_FAILURE(MustLocate(log, i + 1, "doubled" + at));
    }
    for (size_t k = i + 1; k < kEntries; ++k) {
      log = good_;
      std::swap(log.leaves[i], log.leaves[k]);
      std::swap(log.details[i], log.details[k]);
      ASSERT_NO_FATAL_FAILURE(MustLocate(log, i, "swapped" + at));
      ASSERT_NO_FATAL_FAILURE(MustRange(log, i, "swapped" + at));
    }
  }
  Print("entries removed, doubled, swapped");
}

TEST_F(Faults, CutOffAnywhere) {
  const std::string last = maker_.Sign(2, kEntries, maker_.frontier().Root());
  for (size_t size = 1; size < kEntries; ++size) {
    MemoryLog log = good_;
    log.Cut(size);
    ASSERT_NO_FATAL_FAILURE(MustLocate(log, size, "cut off at " + std::to_string(size)));
    // With its checkpoints the cut log is what it was when it was as long: an old copy.
    log.checkpoints = NotesUpTo(log.checkpoints, size);
    if (log.checkpoints.empty()) continue;
    ASSERT_NO_FATAL_FAILURE(NeedsAnchor(log, last, Fault::kMissing, "an old copy"));
  }
  Print("cut off, old copies");
}

TEST_F(Faults, WrittenAnewByWhoHasTheKey) {
  const std::string seen = maker_.Sign(2, kEntries, maker_.frontier().Root());
  for (size_t i = 8; i < kEntries; ++i) {  // under the second key: what the first signed cannot be signed again
    MemoryLog log = good_;
    log.leaves[i][10] ^= 1;  // its time
    log.checkpoints = NotesUpTo(good_.checkpoints, 8);
    const auto hashes = HashesOf(log);
    for (const size_t size : {12u, 18u})
      log.checkpoints = AppendToNoteList(log.checkpoints, maker_.Sign(2, size, FrontierOf(hashes, size).Root()));
    ASSERT_NO_FATAL_FAILURE(NeedsAnchor(log, seen, Fault::kFork, "written anew from " + std::to_string(i)));
  }
  Print("written anew with the stolen key");
  // A key of before the last change does not help: all that it signed is vouched for by checkpoints already there, and
  // nothing larger is its own.
  MemoryLog log = good_;
  log.leaves[10].back() ^= 1;
  log.checkpoints = NotesUpTo(good_.checkpoints, 8);
  const auto hashes = HashesOf(log);
  log.checkpoints = AppendToNoteList(log.checkpoints, maker_.Sign(1, 18, FrontierOf(hashes, 18).Root()));
  EXPECT_FALSE(Check(log, true).sound());
}

TEST(CheckpointFaults, EachBitOfTheListFlipped) {
  LogMaker maker("hikae.example/江戸川/2021", 1);
  maker.Checkpoint();
  maker.Read(1);
  maker.Checkpoint({101});
  const auto policy = TrustPolicy::Create(maker.VKey(1), {LogMaker::WitnessKey(101)}, 1);
  ASSERT_TRUE(policy.ok());
  size_t found = 0, strangers = 0;
  for (size_t bit = 0; bit < maker.log().checkpoints.size() * 8; bit += EveryNth(7)) {
    std::string list = maker.log().checkpoints;
    list[bit / 8] = static_cast<char>(list[bit / 8] ^ (1 << bit % 8));
    MemorySource source(maker.log());
    VerifyInput input;
    input.periods.push_back({"2021", &source, list, {}});
    input.trusted = {maker.VKey(1)};
    input.witnesses = &*policy;
    const auto verdict = Verify(input);
    ASSERT_TRUE(verdict.ok());
    // A flipped name or key id makes the witness' line a stranger's: then the quorum is missing.
    ASSERT_FALSE(verdict->sound()) << "bit " << bit;
    (verdict->findings[0].fault == Fault::kWitness ? strangers : found)++;
  }
  std::printf("bits of checkpoints: %zu flipped, %zu found, %zu as a missing witness\n", found + strangers, found,
              strangers);
}

}  // namespace
}  // namespace hikae::log::verify
