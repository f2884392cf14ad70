// A log written by the writer, as it lies on the disk, checked by the verifier and published as tiles.
#include <gtest/gtest.h>

#include <cstdio>

#include "every_nth.h"
#include "io/sim_io.h"
#include "log/append/log_writer.h"
#include "log/append/sequencer.h"
#include "log/entry.h"
#include "log/period_source.h"
#include "log/periods.h"
#include "log/publish/tile_export.h"
#include "log/publish/tile_tree.h"
#include "log/verify/verifier.h"
#include "small_log.h"

namespace hikae::log::verify {
namespace {

constexpr char kOffice[] = "hikae.example/江戸川";
constexpr char kDirectory[] = "office/log";
constexpr size_t kAppends = 5;

class DiskLog : public testing::Test {
 protected:
  DiskLog() : key_(KeyOf(1)) {
    EXPECT_TRUE(io_.MakeDirectory("office").ok());
    Entry begun;
    begun.type = EntryType::kPeriodBegun;
    begun.origin = origin_;
    begun.key = VerifierKey{origin_, KeyKind::kEd25519, key_.public_key()}.ToString();
    EXPECT_TRUE(CreateLog(io_, kDirectory, kOffice, "2021", *EncodeEntry(begun)).ok());
    auto writer = LogWriter::Open(io_, kDirectory, {});
    EXPECT_TRUE(writer.ok());
    for (size_t n = 0; n < kAppends; ++n) {
      Entry entry;
      entry.type = EntryType::kWriteEnded;
      entry.time = static_cast<int64_t>(n);
      entry.intent = n;
      entry.outcome = Outcome::kDone;
      const std::vector<uint8_t> detail = {0xDE, static_cast<uint8_t>(n)};
      entry.detail = crypto::Sha256Of(detail);
      const auto leaf = *EncodeEntry(entry);
      EXPECT_TRUE((*writer)->Append(std::vector<NewEntry>{{leaf, detail}}).ok());
      if (n % 4 == 3 || n + 1 == kAppends) {
        const LogHead head = (*writer)->head();
        Note note{Checkpoint{origin_, head.size, head.root, {}}.ToString(), {}};
        note.signatures.push_back(SignNote(note.text, origin_, key_));
        checkpoints_ = AppendToNoteList(checkpoints_, note.ToString());
        last_ = note.ToString();
      }
    }
    EXPECT_TRUE((*writer)->Close().ok());
  }

  Verdict Check(base::Io& io) {
    // A log that cannot be opened at all is a verdict too: the reader's error.
    auto source = PeriodSource::Open(io, kDirectory, "2021");
    if (!source.ok()) {
      Verdict verdict;
      verdict.periods.emplace_back().name = "2021";
      verdict.Add({Fault::kEntry, "2021", 0, kAppends, source.error().text});
      return verdict;
    }
    VerifyInput input;
    input.periods.push_back({"2021", source->get(), checkpoints_, {}});
    input.trusted = {{origin_, KeyKind::kEd25519, key_.public_key()}};
    return *Verify(input);
  }

  const std::string origin_ = OriginOf(kOffice, "2021");
  crypto::SigningKey key_;
  test::SimIo io_;
  std::string checkpoints_;
  std::string last_;
};

TEST_F(DiskLog, IsSoundAndPublishedAsItIs) {
  const Verdict verdict = Check(io_);
  ASSERT_TRUE(verdict.sound()) << verdict.FirstBad()->text.en;
  EXPECT_EQ(verdict.periods[0].entries, kAppends + 1);
  EXPECT_EQ(verdict.periods[0].details, kAppends);
  EXPECT_EQ(verdict.periods[0].signed_until, kAppends + 1);
  auto source = *PeriodSource::Open(io_, kDirectory, "2021");
  DirectorySink sink(&io_, "site");
  const auto exported = ExportTiles(*source, *SignedCheckpoint::Parse(last_), sink);
  ASSERT_TRUE(exported.ok()) << exported.error().ToString();
  TileTree tree(FetchFrom(&io_, "site"), kAppends + 1);
  EXPECT_EQ(*RootAt(tree.AsSubtree(), kAppends + 1), verdict.periods[0].root);
}

// Each bit of the segment file that is used: found, unless it is in bytes that mean nothing.
TEST_F(DiskLog, EachBitOfTheSegmentFlipped) {
  const std::string path = std::string(kDirectory) + "/2021/" + SegmentName(0);
  const std::vector<uint8_t> good = *io_.Bytes(path);
  size_t used = good.size();
  while (used > 0 && good[used - 1] == 0) --used;
  const auto source = *PeriodSource::Open(io_, kDirectory, "2021");
  const Digest root = Check(io_).periods[0].root;
  size_t planted = 0, found = 0, harmless = 0, turn = 0;
  std::vector<uint8_t> bytes = good;
  for (size_t bit = 0; bit < used * 8; ++bit) {
    const size_t at = bit / 8;
    // The header is under one checksum: a bit of each byte will do; of the many zeros one in some.
    if (at < kSegmentHeaderBytes ? bit % 40 != 3 : good[at] == 0 && bit % 24 != 3) continue;
    if (turn++ % EveryNth(5) != 0) continue;
    bytes[at] ^= static_cast<uint8_t>(1 << bit % 8);
    io_.SetBytes(path, bytes);
    bytes[at] = good[at];
    ++planted;
    const Verdict verdict = Check(io_);
    if (!verdict.sound()) {
      ++found;
      continue;
    }
    // Between groups there are bytes that nobody reads: the log is the same to the bit.
    ASSERT_EQ(good[at], 0) << "byte " << at;
    ASSERT_EQ(verdict.periods[0].root, root) << "byte " << at;
    ASSERT_EQ(verdict.periods[0].details, kAppends);
    ++harmless;
  }
  std::printf("bits of a segment file: %zu flipped, %zu found, %zu in bytes that mean nothing\n", planted, found,
              harmless);
  EXPECT_GT(found, 4000 / EveryNth(5));
}

}  // namespace
}  // namespace hikae::log::verify
