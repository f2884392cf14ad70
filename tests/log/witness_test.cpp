#include "log/witness/witness.h"

#include <gtest/gtest.h>

#include "io/sim_io.h"
#include "log/witness/anchor.h"
#include "small_log.h"

namespace hikae::log {
namespace {

constexpr char kOrigin[] = "hikae.example/江戸川/2021";

// A log with a checkpoint after each entry, and a witness.
class WitnessTest : public testing::Test {
 protected:
  WitnessTest() : maker_(kOrigin, 1), key_(KeyOf(101)), identity_{"監査室.example/立会", &key_} {
    state_.log_key = maker_.VKey(1);
    for (uint32_t n = 0; n < 12; ++n) {
      notes_.push_back(maker_.Checkpoint());
      maker_.Read(n);
    }
    hashes_ = HashesOf(maker_.log());
  }
  WitnessRequest Request(uint64_t from, uint64_t to) const {
    return {from, *ProveConsistency(SubtreesOf(hashes_), from, to), notes_[to - 1]};
  }
  WitnessAnswer Ask(const WitnessRequest& request) const {
    // As it travels: by its text.
    const auto read = WitnessRequest::Parse(request.ToString());
    EXPECT_TRUE(read.ok()) << read.error().ToString();
    EXPECT_EQ(read->ToString(), request.ToString());
    return *WitnessCosign(state_, *read, identity_, 1'700'000'000);
  }
  void Tell(uint64_t to) { state_ = Ask(Request(state_.size(), to)).state; }

  LogMaker maker_;
  crypto::SigningKey key_;
  WitnessIdentity identity_;
  WitnessState state_;
  std::vector<std::string> notes_;  // of sizes 1, 2, …
  std::vector<Digest> hashes_;
};

TEST_F(WitnessTest, CosignsWhatExtendsWhatItSaw) {
  for (uint64_t to : {1, 2, 3, 7, 8, 12}) {
    const WitnessAnswer answer = Ask(Request(state_.size(), to));
    ASSERT_EQ(answer.verdict, WitnessVerdict::kCosigned) << to;
    EXPECT_EQ(answer.state.size(), to);
    const auto note = ParseNote(notes_[to - 1] + answer.line);
    ASSERT_TRUE(note.ok());
    EXPECT_EQ(VerifyNote(*note, {maker_.VKey(1), identity_.Public()})->size(), 2u);
    const auto again = WitnessState::Parse(answer.state.ToString(), identity_.Public());
    ASSERT_TRUE(again.ok()) << again.error().ToString();
    EXPECT_EQ(again->ToString(), answer.state.ToString());
    state_ = *again;
  }
  EXPECT_EQ(Ask(Request(12, 12)).verdict, WitnessVerdict::kCosigned) << "the same again, at a later time";
}

TEST_F(WitnessTest, RefusesForkedShrunkAndForeignLogs) {
  Tell(8);
  const auto verdict = [&](const WitnessRequest& request) {
    const WitnessAnswer answer = Ask(request);
    EXPECT_TRUE(answer.line.empty() || answer.verdict == WitnessVerdict::kCosigned);
    if (answer.verdict != WitnessVerdict::kCosigned) {
      EXPECT_EQ(answer.state.ToString(), state_.ToString());
      EXPECT_EQ(answer.known_size, 8u);
    }
    return answer.verdict;
  };
  EXPECT_EQ(verdict(Request(3, 7)), WitnessVerdict::kConflict);   // smaller
  EXPECT_EQ(verdict(Request(7, 12)), WitnessVerdict::kConflict);  // another size before
  EXPECT_EQ(verdict(Request(0, 12)), WitnessVerdict::kConflict);
  EXPECT_EQ(verdict({8, {}, notes_[11]}), WitnessVerdict::kInconsistent);
  WitnessRequest changed = Request(8, 12);
  changed.proof[0][0] ^= 1;
  EXPECT_EQ(verdict(changed), WitnessVerdict::kInconsistent);
  Digest other = FrontierOf(hashes_, 8).Root();
  other[0] ^= 1;
  EXPECT_EQ(verdict({8, {}, maker_.Sign(1, 8, other)}), WitnessVerdict::kConflict);
  EXPECT_EQ(verdict({8, Request(8, 12).proof, maker_.Sign(1, 12, other)}), WitnessVerdict::kInconsistent);
  EXPECT_EQ(verdict({8, Request(8, 12).proof, maker_.Sign(9, 12, FrontierOf(hashes_, 12).Root())}),
            WitnessVerdict::kUntrusted);
  EXPECT_EQ(verdict({0, {}, LogMaker("hikae.example/他/2021", 1).Checkpoint()}), WitnessVerdict::kUnknownLog);
  EXPECT_EQ(verdict(Request(8, 12)), WitnessVerdict::kCosigned);
}

TEST_F(WitnessTest, ItsStateIsItsOwn) {
  Tell(5);
  const std::string text = state_.ToString();
  EXPECT_EQ(WitnessState::Parse(text, LogMaker::WitnessKey(102)).error().status, base::Status::kTampered);
  size_t refused = 0;
  for (size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::string changed = text;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    const auto state = WitnessState::Parse(changed, identity_.Public());
    if (!state.ok()) {
      ++refused;
      continue;
    }
    // What is still read is the same checkpoint: only the log's own signature line, which is not asked for, changed.
    ASSERT_EQ(state->last->note.text, state_.last->note.text) << bit;
    ASSERT_EQ(state->log_key.ToString(), state_.log_key.ToString()) << bit;
  }
  EXPECT_GT(refused, text.size() * 4);
}

TEST_F(WitnessTest, FollowsAChangeOfKeys) {
  LogMaker maker(kOrigin, 1);
  maker.Read(1);
  maker.Rotate(2);
  const auto hashes = HashesOf(maker.log());
  const std::string handover = std::string(NoteListReader(maker.log().checkpoints).Next().value());
  const Proof proof = *ProveInclusion(SubtreesOf(hashes), 2, 3);
  EXPECT_EQ(WitnessFollowKey(state_, maker.log().leaves[2], proof).error().status, base::Status::kRefused);
  state_ = Ask({0, {}, handover}).state;
  ASSERT_EQ(state_.size(), 3u);
  EXPECT_EQ(WitnessFollowKey(state_, maker.log().leaves[1], proof).error().status, base::Status::kTampered);
  const auto next = WitnessFollowKey(state_, maker.log().leaves[2], proof);
  ASSERT_TRUE(next.ok()) << next.error().ToString();
  EXPECT_EQ(next->log_key.ToString(), maker.VKey(2).ToString());
  state_ = *next;
  maker.Read(3);
  const auto more = HashesOf(maker.log());
  EXPECT_EQ(Ask({3, *ProveConsistency(SubtreesOf(more), 3, 4), maker.Checkpoint()}).verdict, WitnessVerdict::kCosigned);
}

// The power is cut after every operation: a cosignature that was handed out is remembered.
TEST_F(WitnessTest, RemembersWhatItSignedWhateverHappensToItsDisk) {
  size_t cuts = 0;
  for (uint64_t cut = 0;; ++cut) {
    test::SimIo io;
    ASSERT_TRUE(io.MakeDirectory("w").ok() && io.SyncDirectory("").ok());
    WitnessFile file(&io, "w/state");
    ASSERT_TRUE(file.Create(maker_.VKey(1)).ok());
    EXPECT_EQ(file.Create(maker_.VKey(1)).error().status, base::Status::kExists);
    ASSERT_EQ(file.Cosign(Request(0, 4), identity_, 1)->verdict, WitnessVerdict::kCosigned);
    const uint64_t before = io.operations();
    io.SetPlan([&](uint64_t n, test::Op, const std::string&) {
      return n == before + cut ? test::Fault::kPowerOff : test::Fault::kNone;
    });
    const auto answer = file.Cosign(Request(4, 9), identity_, 2);
    if (answer.ok()) {
      EXPECT_EQ(answer->verdict, WitnessVerdict::kCosigned);
    }
    for (uint64_t seed = 0; seed < 8; ++seed) {
      const auto after = io.AfterPowerCut(seed);
      const auto text = base::ReadWhole(*after, "w/state", WitnessState::kMaxBytes);
      ASSERT_TRUE(text.ok()) << text.error().ToString();
      const auto state = WitnessState::Parse(*text, identity_.Public());
      ASSERT_TRUE(state.ok()) << "cut " << cut << ": " << state.error().ToString();
      ASSERT_TRUE(state->size() == 9 || (state->size() == 4 && !answer.ok())) << "cut " << cut;
      // And it goes on from there.
      WitnessFile again(after.get(), "w/state");
      EXPECT_EQ(again.Cosign(Request(state->size(), 11), identity_, 3)->verdict, WitnessVerdict::kCosigned);
    }
    ++cuts;
    if (answer.ok()) break;
  }
  std::printf("witness: power cut at %zu places\n", cuts);
  EXPECT_GT(cuts, 5u);
}

TEST_F(WitnessTest, OneAtATime) {
  test::SimIo io;
  ASSERT_TRUE(io.MakeDirectory("w").ok());
  WitnessFile file(&io, "w/state");
  ASSERT_TRUE(file.Create(maker_.VKey(1)).ok());
  const auto other = io.Open("w/state.lock", base::OpenMode::kCreate);
  ASSERT_TRUE(*(*other)->TryLock(0, base::LockKind::kExclusive));
  EXPECT_EQ(file.Cosign(Request(0, 4), identity_, 1).error().status, base::Status::kBusy);
}

TEST_F(WitnessTest, AnAnchorKeepsTheLatestAndSeesForksAndShrinking) {
  test::SimIo io;
  ASSERT_TRUE(io.MakeDirectory("usb").ok());
  const auto policy = *TrustPolicy::Create(maker_.VKey(1), {}, 0);
  AnchorFile anchor(&io, "usb/江戸川");
  const auto tell = [&](uint64_t from, uint64_t to) {
    return anchor.Update(notes_[to - 1], Request(from, to).proof, policy)->verdict;
  };
  EXPECT_FALSE(anchor.Kept()->has_value());
  EXPECT_EQ(tell(0, 4), AnchorVerdict::kFirst);
  EXPECT_EQ(tell(4, 4), AnchorVerdict::kSame);
  EXPECT_EQ(tell(4, 9), AnchorVerdict::kGrown);
  EXPECT_EQ(tell(4, 9), AnchorVerdict::kSame);
  EXPECT_EQ(tell(4, 7), AnchorVerdict::kShrunk);
  EXPECT_EQ(tell(4, 12), AnchorVerdict::kForked) << "a proof from another size shows nothing";
  Digest other{};
  EXPECT_EQ(anchor.Update(maker_.Sign(1, 9, other), {}, policy)->verdict, AnchorVerdict::kForked);
  EXPECT_EQ((*anchor.Kept())->head.size, 9u) << "what is not sound replaces nothing";
  EXPECT_EQ(anchor.Update(maker_.Sign(7, 12, other), {}, policy).error().status, base::Status::kRefused);
  LogMaker foreign("hikae.example/他/2021", 1);
  const auto any = *TrustPolicy::Parse("quorum none\n", "p");
  EXPECT_EQ(anchor.Update(foreign.Checkpoint(), {}, any).error().status, base::Status::kArgument);
}

// Policies --------------------------------------------------------------------------------------------------------

TEST(TrustPolicy, JudgesGroupsOfGroups) {
  LogMaker maker(kOrigin, 1);
  std::string text = "# 江戸川区\nlog " + maker.VKey(1).ToString() + " https://log.example/\n";
  for (uint8_t n = 101; n <= 105; ++n)
    text += "witness w" + std::to_string(n) + "\t" + LogMaker::WitnessKey(n).ToString() + "\n";
  text += "group 区 2 w101 w102 w103\ngroup 都 any w104 w105\n group both all 区 都 \n\nquorum both\n";
  const auto policy = TrustPolicy::Parse(text, "policy");
  ASSERT_TRUE(policy.ok()) << policy.error().ToString();
  EXPECT_EQ(TrustPolicy::Parse(policy->ToString(), "again")->ToString(), policy->ToString());
  const auto accepts = [&](const std::vector<uint8_t>& witnesses) {
    return policy->Accept(*SignedCheckpoint::Parse(maker.Checkpoint(witnesses))).ok();
  };
  EXPECT_TRUE(accepts({101, 103, 105}));
  EXPECT_TRUE(accepts({101, 102, 103, 104, 105, 106}));
  EXPECT_FALSE(accepts({101, 102}));
  EXPECT_FALSE(accepts({101, 104, 105}));
  EXPECT_FALSE(accepts({101, 101, 104}));
  const auto stranger = SignedCheckpoint::Parse(maker.Sign(9, 1, maker.frontier().Root(), {101, 102, 104}));
  EXPECT_EQ(policy->Accept(*stranger).error().status, base::Status::kRefused);
}

TEST(TrustPolicy, RefusesWhatIsNotOneWithItsLine) {
  const std::string key = LogMaker::WitnessKey(101).ToString();
  const std::string log = LogMaker(kOrigin, 1).VKey(1).ToString();
  const std::vector<std::pair<std::string, uint32_t>> bad = {
      {"", 1},
      {"log " + log + "\n", 2},
      {"quorum none\nquorum none\n", 2},
      {"quorum a\n", 1},
      {"witness a " + key + "\nwitness b " + key + "\nquorum none\n", 2},
      {"witness none " + key + "\nquorum none\n", 1},
      {"witness a " + log + "\nquorum none\n", 1},
      {"log " + key + "\nquorum none\n", 1},
      {"log " + log + "\nlog " + log + "\nquorum none\n", 2},
      {"witness a " + key + "\ngroup g 0 a\nquorum g\n", 2},
      {"witness a " + key + "\ngroup g 2 a\nquorum g\n", 2},
      {"witness a " + key + "\ngroup g 01 a\nquorum g\n", 2},
      {"witness a " + key + "\ngroup g any a a\nquorum g\n", 2},
      {"witness a " + key + "\ngroup g any a\ngroup h any a\nquorum h\n", 3},
      {"group g any a\nwitness a " + key + "\nquorum g\n", 1},
      {"quorum none", 1},
      {"quorum\rnone\n", 1},
      {"trust everybody\nquorum none\n", 1},
  };
  for (const auto& [text, line] : bad) {
    const auto policy = TrustPolicy::Parse(text, "policy");
    ASSERT_FALSE(policy.ok()) << text;
    EXPECT_EQ(policy.error().where.line, line) << text << policy.error().ToString();
  }
}

TEST(TrustPolicy, ABundleShowsAnEntryOfflineAndNothingElse) {
  LogMaker maker(kOrigin, 1);
  for (uint32_t n = 0; n < 9; ++n) maker.Read(n);
  const auto hashes = HashesOf(maker.log());
  ProofBundle bundle{"", 4, *ProveInclusion(SubtreesOf(hashes), 4, maker.size()), maker.Checkpoint({101, 102})};
  const auto policy = *TrustPolicy::Create(maker.VKey(1), {LogMaker::WitnessKey(101), LogMaker::WitnessKey(103)}, 1);
  const auto& leaves = maker.log().leaves;
  const auto shown = CheckBundle(*ProofBundle::Parse(bundle.ToString()), leaves[4], policy);
  ASSERT_TRUE(shown.ok()) << shown.error().ToString();
  EXPECT_EQ(shown->head.size, maker.size());
  ASSERT_EQ(shown->witnesses.size(), 1u);
  EXPECT_EQ(CheckBundle(bundle, leaves[5], policy).error().status, base::Status::kTampered);
  ++bundle.index;
  EXPECT_EQ(CheckBundle(bundle, leaves[4], policy).error().status, base::Status::kTampered);
  --bundle.index;
  const auto two = *TrustPolicy::Create(maker.VKey(1), {LogMaker::WitnessKey(101), LogMaker::WitnessKey(103)}, 2);
  EXPECT_EQ(CheckBundle(bundle, leaves[4], two).error().status, base::Status::kRefused);
}

}  // namespace
}  // namespace hikae::log
