#include "log/verify/verifier.h"

#include <gtest/gtest.h>

#include "small_log.h"

namespace hikae::log::verify {
namespace {

constexpr char kOffice[] = "hikae.example/江戸川/";

// 2021: 30 entries, checkpoints after every sixth or so, one change of keys, some checkpoints cosigned.
LogMaker Year2021() {
  LogMaker maker(std::string(kOffice) + "2021", 1);
  for (uint32_t n = 1; n < 30; ++n) {
    if (n == 13) {
      maker.Rotate(2);
    } else {
      maker.Read(n);
    }
    if (n % 6 == 0) maker.Checkpoint(n == 18 ? std::vector<uint8_t>{101, 102} : std::vector<uint8_t>{});
  }
  maker.Checkpoint();
  return maker;
}

struct Case {
  MemoryLog log;
  std::vector<VerifierKey> trusted;
  std::vector<std::string> anchors;
  bool with_hashes = false;
  std::vector<Digest> hashes;  // kept before the fault
};

Verdict Check(const Case& one, const TrustPolicy* witnesses = nullptr, size_t threads = 1) {
  MemorySource source(one.log);
  VerifyInput input;
  StoredHashes kept;
  if (one.with_hashes)
    kept = [&](uint64_t begin, uint64_t end) -> base::Result<std::vector<Digest>> {
      if (end > one.hashes.size()) return base::Error(base::Status::kNotFound, "not kept");
      return std::vector<Digest>(one.hashes.begin() + static_cast<ptrdiff_t>(begin),
                                 one.hashes.begin() + static_cast<ptrdiff_t>(end));
    };
  input.periods.push_back({"2021", &source, one.log.checkpoints, kept});
  input.trusted = one.trusted;
  input.anchors = one.anchors;
  input.witnesses = witnesses;
  input.threads = threads;
  const auto verdict = Verify(input);
  EXPECT_TRUE(verdict.ok()) << verdict.error().ToString();
  return verdict.ok() ? *verdict : Verdict{};
}

Case Good() {
  const LogMaker maker = Year2021();
  Case one{maker.log(), {maker.VKey(1)}, {}, true, HashesOf(maker.log())};
  return one;
}

std::string Say(const Verdict& verdict) {
  std::string out;
  for (const Finding& f : verdict.findings)
    out += f.period + " " + std::to_string(f.first) + "-" + std::to_string(f.last) + " " + f.text.en + "\n";
  return out;
}

TEST(Verifier, AGoodLogIsSoundAndSaysWhatItCovers) {
  const auto policy =
      TrustPolicy::Create(Year2021().VKey(1), {LogMaker::WitnessKey(101), LogMaker::WitnessKey(102)}, 2);
  ASSERT_TRUE(policy.ok()) << policy.error().ToString();
  for (const size_t threads : {size_t{1}, size_t{2}, size_t{5}}) {
    Case one = Good();
    const Verdict verdict = Check(one, &*policy, threads);
    ASSERT_TRUE(verdict.sound()) << Say(verdict);
    const PeriodVerdict& period = verdict.periods[0];
    EXPECT_EQ(period.entries, one.log.leaves.size());
    EXPECT_EQ(period.root, FrontierOf(one.hashes, one.hashes.size()).Root());
    EXPECT_EQ(period.signed_until, one.log.leaves.size());
    EXPECT_EQ(period.witnessed_until, 19u);
    EXPECT_EQ(period.cosignatures, 2u);
    EXPECT_EQ(period.keys, 2u);
    EXPECT_GT(period.details, 5u);
    EXPECT_TRUE(verdict.key_trusted);
    EXPECT_EQ(verdict.NotChecked().size(), 1u);       // what was never logged
    EXPECT_EQ(verdict.OnlyFromOutside().size(), 1u);  // behind the last cosigned checkpoint
    for (const auto& text : verdict.Checked()) EXPECT_FALSE(text.en.empty() || text.ja.empty());
  }
}

TEST(Verifier, SaysWhatNobodyVouchesFor) {
  LogMaker maker = Year2021();
  maker.Read(50);
  const Verdict verdict = Check({maker.log(), {}, {}, false, {}});
  EXPECT_TRUE(verdict.sound()) << Say(verdict);
  EXPECT_FALSE(verdict.key_trusted);
  EXPECT_EQ(verdict.NotChecked().size(), 3u);  // the key, the last entry, what was never logged
}

TEST(Verifier, LargeLogsInManyChunksWithCheckpointsAnywhere) {
  LogMaker maker(std::string(kOffice) + "2021", 1);
  for (uint32_t n = 1; n < 5000; ++n) {
    maker.Read(n * 3 + 1);
    if (n % 479 == 0 || n == 1023 || n == 1024 || n == 2047) maker.Checkpoint();
  }
  maker.Checkpoint();
  for (const size_t threads : {size_t{1}, size_t{3}}) {
    Case one{maker.log(), {maker.VKey(1)}, {}, true, HashesOf(maker.log())};
    const Verdict good = Check(one, nullptr, threads);
    ASSERT_TRUE(good.sound()) << Say(good);
    EXPECT_EQ(good.periods[0].checkpoints, 14u);
    for (const size_t bad : {0, 1022, 1023, 1024, 3000, 4999}) {
      Case changed = one;
      changed.log.leaves[bad][20] ^= 0x10;
      const Verdict verdict = Check(changed, nullptr, threads);
      ASSERT_FALSE(verdict.sound());
      EXPECT_EQ(verdict.FirstBad()->first, bad) << Say(verdict);
    }
  }
}

TEST(Verifier, NamesTheEntryAmongHundredsOfCheckpointsAndChunks) {
  LogMaker maker(std::string(kOffice) + "2021", 1);
  for (uint32_t n = 1; n < 9000; ++n) {
    maker.Read(n * 3 + 1);
    if (n % 50 == 0) maker.Checkpoint();
  }
  Case one{maker.log(), {maker.VKey(1)}, {}, true, HashesOf(maker.log())};
  one.log.leaves[77][10] ^= 1;
  const Verdict verdict = Check(one, nullptr, 2);
  ASSERT_EQ(verdict.findings.size(), 1u) << Say(verdict);
  EXPECT_EQ(verdict.FirstBad()->first, 77u);
  EXPECT_EQ(verdict.FirstBad()->last, 77u);
  EXPECT_EQ(verdict.periods[0].checkpoints, 1u);
  EXPECT_EQ(verdict.periods[0].unjudged, 177u);
}

TEST(Verifier, EntriesOfAnyLengthAreHashed) {
  LogMaker maker(std::string(kOffice) + "2021", 1);
  for (size_t size : {11u, 60u, 500u, 511u, 512u, 5000u, 65'535u}) {
    for (int i = 0; i < 40; ++i) {
      Leaf leaf = LeafMaker(0x0300, 1).Take();
      if (size > 14) {
        leaf = LeafMaker(0x0300, 1).Field(0xF0, std::string(std::min<size_t>(size - 14, 65'521), 'x')).Take();
      }
      maker.Add(leaf);
    }
  }
  maker.Checkpoint();
  EXPECT_TRUE(Check({maker.log(), {maker.VKey(1)}, {}, false, {}}).sound());
}

TEST(Verifier, KeysMustFollowEachOther) {
  const auto fault = [](const LogMaker& maker, std::vector<VerifierKey> trusted = {}) {
    const Verdict verdict = Check({maker.log(), std::move(trusted), {}, false, {}});
    return verdict.sound() ? Fault{} : verdict.findings[0].fault;
  };
  const std::string origin = std::string(kOffice) + "2021";
  LogMaker unannounced(origin, 1);
  unannounced.Read(1);
  unannounced.Checkpoint();
  unannounced.UseKey(2);
  unannounced.Read(2);
  unannounced.Checkpoint();
  EXPECT_EQ(fault(unannounced), Fault::kSignature);

  LogMaker unvouched(origin, 1);
  unvouched.Read(1);
  unvouched.Checkpoint();
  unvouched.Announce(2);
  unvouched.UseKey(2);
  unvouched.Read(2);
  unvouched.Checkpoint();
  EXPECT_EQ(fault(unvouched), Fault::kKey);

  LogMaker retired(origin, 1);
  retired.Read(1);
  retired.Rotate(2);
  retired.Read(2);
  retired.UseKey(1);
  retired.Checkpoint();
  EXPECT_EQ(fault(retired), Fault::kSignature);

  EXPECT_EQ(fault(Year2021(), {Year2021().VKey(3)}), Fault::kKey);
  EXPECT_EQ(fault(Year2021(), {Year2021().VKey(2)}), Fault{});  // the later key vouches for all before it

  LogMaker foreign(origin, 1);
  foreign.Add(LeafMaker(0x0002, 0).Field(0x22, LogMaker("hikae.example/他/2021", 1).VKey(2).ToString()).Take());
  foreign.Checkpoint();
  EXPECT_EQ(fault(foreign), Fault::kKey);
}

TEST(Verifier, CheckpointsMustBeTheLogsOwnAndInOrder) {
  LogMaker maker = Year2021();
  const std::string last = LogMaker("hikae.example/他/2021", 1).Checkpoint();
  Case one{maker.log(), {}, {}, false, {}};
  one.log.checkpoints = AppendToNoteList(one.log.checkpoints, last);
  EXPECT_EQ(Check(one).findings[0].fault, Fault::kCheckpoint);
  one.log.checkpoints = AppendToNoteList(maker.log().checkpoints, maker.Sign(2, 3, EmptyRoot()));
  EXPECT_EQ(Check(one).findings[0].fault, Fault::kCheckpoint);
  one.log.checkpoints = maker.log().checkpoints.substr(0, maker.log().checkpoints.size() - 5);
  EXPECT_EQ(Check(one).findings[0].fault, Fault::kCheckpoint);
}

TEST(Verifier, SeesTwoHistoriesSignedByOneKey) {
  LogMaker maker = Year2021();
  Case one{maker.log(), {maker.VKey(1)}, {}, false, {}};
  Digest other = maker.frontier().Root();
  other[5] ^= 1;
  one.log.checkpoints = AppendToNoteList(one.log.checkpoints, maker.Sign(2, maker.size(), other));
  const Verdict verdict = Check(one);
  ASSERT_EQ(verdict.findings.size(), 1u) << Say(verdict);
  EXPECT_EQ(verdict.findings[0].fault, Fault::kFork);
  EXPECT_EQ(verdict.findings[0].last, maker.size() - 1);
}

TEST(Verifier, RefusesInputThatContradictsItself) {
  const LogMaker maker = Year2021();
  MemorySource source(maker.log());
  VerifyInput input;
  EXPECT_EQ(Verify(input).error().status, base::Status::kArgument);
  input.periods = {{"2021", &source, maker.log().checkpoints, {}}};
  input.anchors = {LogMaker("hikae.example/他/2021", 1).Checkpoint()};
  EXPECT_EQ(Verify(input).error().status, base::Status::kArgument);
  input.anchors = {"no note"};
  EXPECT_EQ(Verify(input).error().status, base::Status::kArgument);
  input.anchors.clear();
  input.progress = [](uint64_t, uint64_t) { return false; };
  EXPECT_EQ(Verify(input).error().status, base::Status::kStopped);
  input.progress = nullptr;
  input.periods.push_back(input.periods[0]);
  EXPECT_EQ(Verify(input).error().status, base::Status::kArgument);
}

class Broken : public MemorySource {
 public:
  explicit Broken(const MemoryLog& log) : MemorySource(log) {}
  base::Result<void> Read(uint64_t begin, uint64_t end, const EntryVisitor& visit) override {
    if (end <= 17) return MemorySource::Read(begin, end, visit);
    HIKAE_CHECK(MemorySource::Read(begin, 17, visit));
    return base::Error(base::Status::kTampered, base::Text{"the group is torn", "グループが壊れている"});
  }
};

TEST(Verifier, NamesTheFirstEntryThatCannotBeRead) {
  const LogMaker maker = Year2021();
  Broken source(maker.log());
  VerifyInput input;
  input.periods = {{"2021", &source, maker.log().checkpoints, {}}};
  const auto verdict = Verify(input);
  ASSERT_TRUE(verdict.ok());
  ASSERT_EQ(verdict->findings.size(), 1u) << Say(*verdict);
  EXPECT_EQ(verdict->FirstBad()->fault, Fault::kEntry);
  EXPECT_EQ(verdict->FirstBad()->first, 17u);
  EXPECT_GT(verdict->periods[0].unjudged, 0u);
  EXPECT_EQ(verdict->periods[0].signed_until, 14u);
}

// Periods ---------------------------------------------------------------------------------------------------------

struct Years {
  LogMaker first;
  LogMaker second;
};

Years TwoYears() {
  LogMaker first = Year2021();
  const std::string end = first.Checkpoint();
  LogMaker second(std::string(kOffice) + "2022", 2, end);
  second.Read(1);
  second.Checkpoint();
  return {std::move(first), std::move(second)};
}

Verdict CheckYears(const MemoryLog* first, const MemoryLog& second, std::string_view certificate = "",
                   std::vector<std::string> anchors = {}) {
  MemorySource a(first != nullptr ? *first : second);
  MemorySource b(second);
  VerifyInput input;
  input.periods.push_back({"2021", first != nullptr ? &a : nullptr, first ? first->checkpoints : certificate, {}});
  input.periods.push_back({"2022", &b, second.checkpoints, {}});
  input.anchors = std::move(anchors);
  auto verdict = Verify(input);
  EXPECT_TRUE(verdict.ok());
  return *verdict;
}

TEST(Periods, TheChainHoldsAndEachBreakIsSeen) {
  const Years years = TwoYears();
  const auto& first = years.first.log();
  const auto& second = years.second.log();
  const auto fault = [](const Verdict& v) { return v.sound() ? Fault{} : v.findings[0].fault; };
  EXPECT_EQ(fault(CheckYears(&first, second)), Fault{}) << Say(CheckYears(&first, second));

  LogMaker grown = years.first;  // an entry behind the end, signed and all
  grown.Read(9);
  grown.Checkpoint();
  EXPECT_EQ(fault(CheckYears(&grown.log(), second)), Fault::kPeriod);

  MemoryLog cut = first;
  cut.Cut(20);
  cut.checkpoints = NotesUpTo(cut.checkpoints, 20);
  EXPECT_EQ(fault(CheckYears(&cut, second)), Fault::kMissing);

  Digest other_end = years.first.frontier().Root();  // the next period names another end, signed all the same
  other_end[0] ^= 1;
  LogMaker after_other(std::string(kOffice) + "2022", 2, years.first.Sign(2, years.first.size(), other_end));
  after_other.Checkpoint();
  EXPECT_EQ(fault(CheckYears(&first, after_other.log())), Fault::kFork);

  LogMaker alone(std::string(kOffice) + "2022", 2);
  alone.Checkpoint();
  EXPECT_EQ(fault(CheckYears(&first, alone.log())), Fault::kPeriod);

  LogMaker other_key(std::string(kOffice) + "2022", 7,
                     years.first.Sign(2, years.first.size(), years.first.frontier().Root()));
  other_key.Checkpoint();
  EXPECT_EQ(fault(CheckYears(&first, other_key.log())), Fault::kKey);

  LogMaker other_office("hikae.example/葛飾/2022", 2, years.first.Sign(2, 1, EmptyRoot()));
  other_office.Checkpoint();
  EXPECT_EQ(fault(CheckYears(&first, other_office.log())), Fault::kPeriod);
}

TEST(Periods, ADroppedPeriodLeavesItsCheckpoint) {
  const Years years = TwoYears();
  LogMaker first = years.first;
  const std::string certificate = first.Sign(2, first.size(), first.frontier().Root());
  EXPECT_TRUE(CheckYears(nullptr, years.second.log(), certificate).sound());
  EXPECT_TRUE(CheckYears(nullptr, years.second.log()).sound());
  const Verdict verdict = CheckYears(nullptr, years.second.log(), first.Sign(2, 3, first.frontier().Root()));
  ASSERT_FALSE(verdict.sound());
  EXPECT_EQ(verdict.findings[0].fault, Fault::kPeriod);
  EXPECT_TRUE(CheckYears(nullptr, years.second.log(), "", {certificate}).sound());
  Digest other = first.frontier().Root();
  other[0] ^= 1;
  EXPECT_EQ(CheckYears(nullptr, years.second.log(), "", {first.Sign(2, first.size(), other)}).findings[0].fault,
            Fault::kFork);
}

}  // namespace
}  // namespace hikae::log::verify
