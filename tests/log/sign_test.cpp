#include <gtest/gtest.h>

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

}  // namespace
}  // namespace hikae::log
