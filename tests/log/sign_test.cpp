#include <gtest/gtest.h>

#include <cstdio>

#include "io/sim_io.h"
#include "log/sign/checkpoint_file.h"
#include "log/sign/checkpoint_schedule.h"
#include "log/sign/epoch_signer.h"
#include "small_log.h"

namespace hikae::log {
namespace {

constexpr int64_t kSecond = 1'000'000;

TEST(CheckpointSchedule, IsDueByAgeByNumberOrOnDemandAndNeverForNothing) {
  CheckpointSchedule schedule({}, 10, 100 * kSecond);
  EXPECT_FALSE(schedule.IsDue(10, 500 * kSecond));  // nothing new
  EXPECT_FALSE(schedule.IsDue(11, 100 * kSecond + kSecond - 1));
  EXPECT_EQ(schedule.WaitFor(11, 100 * kSecond + kSecond - 1), 1);
  EXPECT_TRUE(schedule.IsDue(11, 101 * kSecond));
  EXPECT_EQ(schedule.WaitFor(11, 101 * kSecond), 0);
  EXPECT_FALSE(schedule.IsDue(1009, 100 * kSecond));
  EXPECT_TRUE(schedule.IsDue(1010, 100 * kSecond));
  schedule.Signed(1010, 100 * kSecond);
  EXPECT_FALSE(schedule.IsDue(1011, 100 * kSecond));
  schedule.Ask();
  EXPECT_FALSE(schedule.IsDue(1010, 100 * kSecond));
  EXPECT_TRUE(schedule.IsDue(1011, 100 * kSecond));
  schedule.Signed(1011, 100 * kSecond);
  EXPECT_FALSE(schedule.IsDue(1012, 100 * kSecond));
  EXPECT_TRUE(schedule.IsDue(1012, 50 * kSecond)) << "a clock set back puts nothing off";
}

// Remembers the seeds it was given last, as a disk would.
class Keeper : public KeyKeeper {
 public:
  base::Result<void> Store(uint64_t epoch, const crypto::SigningKey& current, const crypto::SigningKey* next) override {
    if (fail) return base::Error(base::Status::kIo, "no disk");
    kept_epoch = epoch;
    current_seed = current.SecretSeed();
    next_seed = next != nullptr ? std::optional(next->SecretSeed()) : std::nullopt;
    return {};
  }
  KeyRing Load() const {
    KeyRing ring{kept_epoch, crypto::SigningKey::FromSeed(current_seed), std::nullopt};
    if (next_seed) ring.next = crypto::SigningKey::FromSeed(*next_seed);
    return ring;
  }
  bool fail = false;
  uint64_t kept_epoch = 0;
  crypto::Seed current_seed{};
  std::optional<crypto::Seed> next_seed;
};

class Signer : public testing::Test {
 protected:
  Signer() {
    keeper_.current_seed.fill(1);
    Append({LeafMaker(1, 0).Field(0x20, kOrigin).Field(0x22, SignerNow().key().ToString()).Take()});
  }
  void Append(const Leaf& leaf) {
    log_.Insert(log_.leaves.size(), leaf);
    hashes_ = HashesOf(log_);
  }
  void Entry() { Append(LeafMaker(0x0300, 0).Take()); }
  Digest Root(uint64_t size) const { return FrontierOf(hashes_, size).Root(); }
  uint64_t size() const { return hashes_.size(); }
  EpochSigner SignerNow() {
    auto signer =
        EpochSigner::Create(kOrigin, keeper_.Load(), &keeper_, last_, [this](uint64_t n) -> base::Result<Digest> {
          if (n > size()) return base::Error(base::Status::kArgument, "too short");
          return Root(n);
        });
    EXPECT_TRUE(signer.ok());
    return *std::move(signer);
  }
  void Keep(const base::Result<std::string>& note) {
    ASSERT_TRUE(note.ok()) << note.error().ToString();
    log_.checkpoints = AppendToNoteList(log_.checkpoints, *note);
    last_ = SignedCheckpoint::Parse(*note)->head;
  }
  verify::Verdict Check() {
    MemorySource source(log_);
    verify::VerifyInput input;
    input.periods = {{"2021", &source, log_.checkpoints, {}}};
    return *verify::Verify(input);
  }

  static constexpr char kOrigin[] = "hikae.example/江戸川/2021";
  Keeper keeper_;
  MemoryLog log_;
  std::vector<Digest> hashes_;
  std::optional<Checkpoint> last_;
};

TEST_F(Signer, NeverContradictsItself) {
  EpochSigner signer = SignerNow();
  Entry();
  Entry();
  Keep(signer.Sign(3, Root(3)));
  EXPECT_TRUE(signer.Sign(3, Root(3)).ok());
  EXPECT_EQ(signer.Sign(2, Root(2)).error().status, base::Status::kTampered);
  EXPECT_EQ(signer.Sign(3, Root(2)).error().status, base::Status::kTampered);
  // An old copy of the log, or another one, is not signed on.
  log_.Cut(2);
  hashes_ = HashesOf(log_);
  const auto root_at = [this](uint64_t n) -> base::Result<Digest> {
    if (n > size()) return base::Error(base::Status::kArgument, "too short");
    return Root(n);
  };
  EXPECT_EQ(EpochSigner::Create(kOrigin, keeper_.Load(), &keeper_, last_, root_at).error().status,
            base::Status::kTampered);
  Append({1, 2, 3});
  EXPECT_EQ(EpochSigner::Create(kOrigin, keeper_.Load(), &keeper_, last_, root_at).error().status,
            base::Status::kTampered);
}

// The change of keys, stopped and begun again after each of its steps: the log verifies, and the old key is gone.
TEST_F(Signer, ChangesKeysWhateverStopsIt) {
  const crypto::Seed first = keeper_.current_seed;
  for (int stop = 0; stop <= 5; ++stop) {
    Entry();
    std::optional<EpochSigner> signer(SignerNow());
    Keep(signer->Sign(size(), Root(size())));
    const auto restart = [&](int step) {
      if (step == stop) signer.emplace(SignerNow());
    };
    const uint64_t epoch = signer->epoch();
    const auto key = signer->BeginChange();
    ASSERT_TRUE(key.ok());
    restart(1);
    EXPECT_EQ(*signer->BeginChange(), *key) << "a change begun goes on";
    EXPECT_EQ(signer->Sign(size(), Root(size())).error().status, base::Status::kBusy);
    EXPECT_EQ(signer->Retire().error().status, base::Status::kArgument);
    Append(LeafMaker(0x0002, 0).Field(0x22, *key).Take());
    const uint64_t index = size() - 1;
    Entry();  // others go on meanwhile
    restart(2);
    Keep(signer->HandOver(index, Root(index + 1)));
    restart(3);
    ASSERT_TRUE(signer->HandOver(index, Root(index + 1)).ok());
    keeper_.fail = true;
    EXPECT_FALSE(signer->Retire().ok());
    keeper_.fail = false;
    ASSERT_TRUE(signer->Retire().ok());
    restart(4);
    EXPECT_EQ(signer->epoch(), epoch + 1);
    EXPECT_FALSE(signer->changing());
    EXPECT_FALSE(keeper_.next_seed);
    EXPECT_EQ(signer->key().ToString(), *key);
    Keep(signer->Sign(size(), Root(size())));
  }
  EXPECT_NE(keeper_.current_seed, first);
  const auto verdict = Check();
  EXPECT_TRUE(verdict.sound()) << verdict.FirstBad()->text.en;
  EXPECT_EQ(verdict.periods[0].keys, 7u);
}

// Checkpoints of sizes 1, 2, … in turn, each a second after the other.
class Keeping : public testing::Test {
 protected:
  Keeping() : maker_("hikae.example/江戸川/2021", 1) {
    while (maker_.size() < 40) {
      notes_.push_back(maker_.Checkpoint());
      maker_.Read(static_cast<uint32_t>(maker_.size()));
    }
  }
  static std::vector<uint64_t> Sizes(const std::string& list) {
    std::vector<uint64_t> sizes;
    for (NoteListReader reader(list); !reader.AtEnd();)
      sizes.push_back(SignedCheckpoint::Parse(reader.Next().value())->head.size);
    return sizes;
  }
  LogMaker maker_;
  std::vector<std::string> notes_;
  const CheckpointFile::Keep rule_{10, 15 * kSecond};
};

TEST_F(Keeping, TheLatestAndThoseWorthIt) {
  test::SimIo io;
  ASSERT_TRUE(io.MakeDirectory("p").ok());
  EXPECT_EQ(*CheckpointFile::Read(io, "p"), "");
  auto file = *CheckpointFile::Open(&io, "p", rule_);
  for (uint64_t size = 1; size <= 25; ++size)
    ASSERT_TRUE(file.Put(notes_[size - 1], static_cast<int64_t>(size) * kSecond, size == 14).ok());
  EXPECT_EQ(Sizes(*CheckpointFile::Read(io, "p")), (std::vector<uint64_t>{1, 11, 14, 24, 25}));
  ASSERT_TRUE(file.Put(notes_[25], 39 * kSecond, false).ok());  // old enough
  EXPECT_EQ(Sizes(*CheckpointFile::Read(io, "p")), (std::vector<uint64_t>{1, 11, 14, 24, 26}));
  EXPECT_EQ(file.Put(notes_[3], 40 * kSecond, false).error().status, base::Status::kArgument);
  auto again = *CheckpointFile::Open(&io, "p", rule_);
  ASSERT_TRUE(again.Put(notes_[26], 40 * kSecond, false).ok());
  EXPECT_EQ(Sizes(*CheckpointFile::Read(io, "p")), (std::vector<uint64_t>{1, 11, 14, 24, 26, 27}));
  std::string damaged = *base::ReadWhole(io, "p/checkpoints", kMaxCheckpointListBytes);
  damaged[damaged.find("\n1\n") + 1] = 'x';  // the size of the first
  io.SetBytes("p/checkpoints", {damaged.begin(), damaged.end()});
  EXPECT_EQ(CheckpointFile::Read(io, "p").error().status, base::Status::kTampered);
  EXPECT_EQ(CheckpointFile::Open(&io, "p", rule_).error().status, base::Status::kTampered);
}

// The power is cut at every operation: what Put returned for is there, and the list is whole.
TEST_F(Keeping, WhateverHappensToTheDisk) {
  size_t cuts = 0;
  for (bool done = false; !done;) {
    test::SimIo io;
    ASSERT_TRUE(io.MakeDirectory("p").ok() && io.SyncDirectory("").ok());
    io.SetPlan([&](uint64_t n, test::Op, const std::string&) {
      return n == cuts + 2 ? test::Fault::kPowerOff : test::Fault::kNone;
    });
    uint64_t told = 0;
    done = true;
    auto file = CheckpointFile::Open(&io, "p", rule_);
    for (uint64_t size = 1; file.ok() && size <= 24 && done; ++size) {
      done = file->Put(notes_[size - 1], static_cast<int64_t>(size) * kSecond, false).ok();
      if (done) told = size;
    }
    done = done && file.ok();
    for (uint64_t seed = 0; seed < 4; ++seed) {
      const auto disk = io.AfterPowerCut(seed);
      const auto list = CheckpointFile::Read(*disk, "p");
      ASSERT_TRUE(list.ok()) << "cut " << cuts << ": " << list.error().ToString();
      const auto sizes = Sizes(*list);
      ASSERT_GE(sizes.empty() ? 0 : sizes.back(), told) << "cut " << cuts;
      auto again = CheckpointFile::Open(disk.get(), "p", rule_);
      ASSERT_TRUE(again.ok()) << again.error().ToString();
      const auto put = again->Put(notes_[30], 100 * kSecond, true);
      ASSERT_TRUE(put.ok()) << "cut " << cuts << ", disk " << seed << ": " << put.error().ToString();
      ASSERT_EQ(Sizes(*CheckpointFile::Read(*disk, "p")).back(), 31u);
    }
    ++cuts;
  }
  std::printf("checkpoint file: power cut at %zu places\n", cuts);
  EXPECT_GT(cuts, 50u);
}

}  // namespace
}  // namespace hikae::log
