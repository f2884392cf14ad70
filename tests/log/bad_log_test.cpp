// Directories that are no log, not this office's, of a later hikae, or not whole: one clear error each, nothing
// changed.
#include <gtest/gtest.h>

#include "log/fault_script.h"
#include "log/periods.h"

namespace hikae::log {
namespace {

using base::Status;
using test::SimIo;

const std::string kPeriod = std::string(kSimDirectory) + "/2021";
const std::string kFirst = kPeriod + "/" + SegmentName(0);

class BadLog : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(io_.MakeDirectory("office").ok());
    ASSERT_TRUE(CreateLog(io_, kSimDirectory, kOffice, "2021", Begun("2021")).ok());
    Append(io_, 12);
  }

  static void Append(SimIo& io, uint64_t count) {
    WriterOptions options;
    options.sizes = kSmallSegments;
    const auto writer = *LogWriter::Open(io, kSimDirectory, options);
    const std::vector<uint8_t> detail(2500, 0xEE);
    for (uint64_t n = 0; n < count; ++n) {
      const auto leaf = Leaf(1, n);
      ASSERT_TRUE(writer->Append(std::vector<NewEntry>{{leaf, detail}}).ok());
    }
  }

  // What opening to write says; the error is bilingual, names a place, and leaves every byte of every file.
  static Status OpenFails(SimIo& io) {
    const auto before = Everything(io);
    const auto writer = LogWriter::Open(io, kSimDirectory);
    EXPECT_FALSE(writer.ok());
    if (writer.ok()) return Status::kOk;
    EXPECT_FALSE(writer.error().text.ja.empty()) << writer.error().ToString();
    EXPECT_FALSE(writer.error().where.file.empty()) << writer.error().ToString();
    EXPECT_EQ(Everything(io), before) << "something was changed";
    return writer.error().status;
  }

  static Status ReadFails(SimIo& io) {
    const auto read = ReadAll(io);
    return read.ok() ? Status::kOk : read.error().status;
  }

  static std::map<std::string, std::vector<uint8_t>> Everything(SimIo& io, const std::string& at = "office") {
    std::map<std::string, std::vector<uint8_t>> all;
    const auto names = io.List(at);
    if (!names.ok()) return {{at, *io.Bytes(at)}};
    for (const std::string& name : *names) all.merge(Everything(io, at + "/" + name));
    all.erase(std::string(kSimDirectory) + "/lock");  // its record is nobody's data
    return all;
  }

  SimIo io_;
};

TEST_F(BadLog, NoDirectoryAndAnEmptyOne) {
  SimIo io;
  ASSERT_TRUE(io.MakeDirectory("office").ok());
  EXPECT_EQ(OpenFails(io), Status::kNotFound);
  ASSERT_TRUE(io.MakeDirectory(kSimDirectory).ok());
  EXPECT_EQ(OpenFails(io), Status::kNotFound);
  EXPECT_EQ(io.Bytes(std::string(kSimDirectory) + "/lock"), nullptr) << "a lock was made in a directory that is no log";
}

TEST_F(BadLog, ForeignFiles) {
  SimIo io;
  ASSERT_TRUE(io.MakeDirectory("office").ok());
  ASSERT_TRUE(io.MakeDirectory(kSimDirectory).ok());
  io.SetBytes(std::string(kSimDirectory) + "/写真.jpg", {1, 2, 3});
  EXPECT_EQ(OpenFails(io), Status::kNotFound);
  ASSERT_TRUE(io.MakeDirectory(kPeriod).ok());
  EXPECT_EQ(OpenFails(io), Status::kTampered);
  io.SetBytes(kFirst, {'P', 'K', 3, 4});
  EXPECT_EQ(OpenFails(io), Status::kTampered);
}

TEST_F(BadLog, OfALaterHikae) {
  (*io_.Bytes(kFirst))[13] = 2;
  EXPECT_EQ(OpenFails(io_), Status::kVersion);
  EXPECT_EQ(ReadFails(io_), Status::kVersion);
}

TEST_F(BadLog, TwoOfficesMixed) {
  SimIo other;
  ASSERT_TRUE(other.MakeDirectory("office").ok());
  Entry begun;
  begun.type = EntryType::kPeriodBegun;
  begun.origin = "hikae.example/日野/2022";
  begun.previous = "x\n";
  ASSERT_TRUE(CreateLog(other, kSimDirectory, "hikae.example/日野", "2022", *EncodeEntry(begun)).ok());
  const std::string theirs = std::string(kSimDirectory) + "/2022";
  ASSERT_TRUE(io_.MakeDirectory(theirs).ok());
  io_.SetBytes(theirs + "/" + SegmentName(0), *other.Bytes(theirs + "/" + SegmentName(0)));
  EXPECT_EQ(OpenFails(io_), Status::kTampered);
  // A period under another's name is no better.
  ASSERT_TRUE(io_.MakeDirectory(std::string(kSimDirectory) + "/2023").ok());
  ASSERT_TRUE(io_.Rename(theirs, std::string(kSimDirectory) + "/2020").ok());
  EXPECT_EQ(OpenFails(io_), Status::kTampered);
}

TEST_F(BadLog, ASegmentMissingOrOutOfPlace) {
  const auto firsts = *ListSegments(io_, kPeriod);
  ASSERT_GE(firsts.size(), 3u);
  const auto copy = io_.AfterRestart();
  ASSERT_TRUE(copy->Remove(kFirst).ok());
  EXPECT_EQ(OpenFails(*copy), Status::kTampered);
  const auto middle = io_.AfterRestart();
  ASSERT_TRUE(middle->Remove(kPeriod + "/" + SegmentName(firsts[1])).ok());
  EXPECT_EQ(ReadFails(*middle), Status::kTampered);
  const auto last = io_.AfterRestart();
  ASSERT_TRUE(last->Remove(kPeriod + "/" + SegmentName(firsts.back())).ok());
  EXPECT_EQ(OpenFails(*last), Status::kTampered) << "the lock file knows of a longer log";
  const auto renamed = io_.AfterRestart();
  ASSERT_TRUE(renamed->Rename(kPeriod + "/" + SegmentName(firsts.back()), kPeriod + "/" + SegmentName(99)).ok());
  EXPECT_EQ(OpenFails(*renamed), Status::kTampered);
}

// Every truncation of the last segment: entries that were acknowledged are missed, and without the lock file's memory
// what is left is a whole log that ends earlier, which only an anchor outside can tell.
TEST_F(BadLog, EachTruncatedTail) {
  const std::string last = kPeriod + "/" + SegmentName(ListSegments(io_, kPeriod)->back());
  const std::vector<uint8_t> bytes = *io_.Bytes(last);
  const auto end = FindEnd(io_, kPeriod);
  ASSERT_TRUE(end.ok());
  size_t found = 0, shorter = 0;
  for (size_t size = kSegmentHeaderBytes; size + kGroupHeadBytes < end->last_group; size += 97) {
    const auto cut = io_.AfterRestart();
    cut->SetBytes(last, {bytes.begin(), bytes.begin() + static_cast<long>(size)});
    ASSERT_EQ(OpenFails(*cut), Status::kTampered) << size;
    ++found;
    ASSERT_TRUE(cut->Remove(std::string(kSimDirectory) + "/lock").ok());
    const auto read = ReadAll(*cut);
    ASSERT_TRUE(read.ok()) << size << ": " << read.error().ToString();
    ASSERT_EQ(WhatIsWrong(*read, {}), "");
    ++shorter;
  }
  std::printf("%zu truncated tails refused, %zu read as whole without the lock file's memory\n", found, shorter);
  EXPECT_GT(found, 20u);
}

// A bit flipped anywhere before the last group is damage, never an end; in the last group it is told from a torn write
// by the lock file alone.
TEST_F(BadLog, EveryByteOfTheLastSegmentDamaged) {
  const std::string last = kPeriod + "/" + SegmentName(ListSegments(io_, kPeriod)->back());
  const auto end = FindEnd(io_, kPeriod);
  size_t damaged = 0;
  for (uint64_t at = 26; at < end->last_group; at += 13) {  // behind the form, which is a version, not damage
    const auto disk = io_.AfterRestart();
    (*disk->Bytes(last))[at] ^= 0x10;
    const auto read = ReadAll(*disk);
    if (read.ok()) {
      // Between two groups, or behind the frames' fields: the log is the same.
      ASSERT_EQ(read->at("2021").root, end->frontier.Root()) << at;
      continue;
    }
    ASSERT_EQ(read.error().status, Status::kTampered) << at;
    ASSERT_EQ(OpenFails(*disk), Status::kTampered) << at;
    ++damaged;
  }
  std::printf("%zu damaged bytes found\n", damaged);
  EXPECT_GT(damaged, 500u);
}

TEST_F(BadLog, AReadOnlyDisk) {
  io_.MakeReadOnly();
  EXPECT_EQ(OpenFails(io_), Status::kIo);
  EXPECT_EQ(ReadFails(io_), Status::kOk) << "reading needs no writing";
}

TEST_F(BadLog, EntriesThatCannotBe) {
  const auto writer = *LogWriter::Open(io_, kSimDirectory);
  const auto leaf = Leaf(1, 1);
  const uint8_t* nowhere = leaf.data();  // sizes are looked at first: none of these bytes is read
  const uint64_t size = writer->head().size;
  for (const NewEntry& entry : std::vector<NewEntry>{{{nowhere, size_t{4} << 30}, {}},
                                                     {{nowhere, 65'536}, {}},
                                                     {{nowhere, 10}, {}},
                                                     {{}, {}},
                                                     {leaf, {nowhere, size_t{4} << 30}},
                                                     {leaf, {nowhere, size_t{1} << 24}}}) {
    EXPECT_EQ(writer->Append(std::vector<NewEntry>{entry}).error().status, Status::kArgument);
    EXPECT_EQ(writer->Append(std::vector<NewEntry>{{leaf, {}}, entry}).error().status, Status::kArgument);
  }
  EXPECT_EQ(writer->Append({}).error().status, Status::kArgument);
  const std::vector<uint8_t> large(kMaxDetailBytes);
  EXPECT_EQ(writer->Append(std::vector<NewEntry>(5, NewEntry{leaf, large})).error().status, Status::kArgument);
  EXPECT_EQ(writer->head().size, size);
  EXPECT_TRUE(writer->Append(std::vector<NewEntry>{{leaf, large}}).ok());
}

TEST_F(BadLog, CreatingWhereALogIsOrWhatCannotBeNamed) {
  EXPECT_EQ(CreateLog(io_, kSimDirectory, kOffice, "2021", Begun("2021")).error().status, Status::kExists);
  SimIo io;
  ASSERT_TRUE(io.MakeDirectory("office").ok());
  for (const std::string name : {"", "令和3年度", "2021/22", "..", "lock", "123456789012345678901234567890123"})
    EXPECT_EQ(CreateLog(io, kSimDirectory, kOffice, name, Begun("2021")).error().status, Status::kArgument) << name;
  EXPECT_EQ(CreateLog(io, kSimDirectory, std::string(255, 'a'), "2021", Begun("2021")).error().status,
            Status::kArgument);
  EXPECT_EQ(CreateLog(io, kSimDirectory, kOffice, "2022", Begun("2021")).error().status, Status::kArgument);
  EXPECT_EQ(CreateLog(io, kSimDirectory, kOffice, "2021", Leaf(1, 1)).error().status, Status::kArgument);
}

TEST_F(BadLog, APeriodIsBegunBehindTheCurrentOneOnly) {
  const auto writer = *LogWriter::Open(io_, kSimDirectory);
  const auto leaf = [](const LogHead&) -> base::Result<std::vector<uint8_t>> { return Begun("2022", "x\n"); };
  for (const char* name : {"2021", "2020", "", "a/b"})
    EXPECT_EQ(writer->BeginPeriod(name, leaf).error().status, Status::kArgument) << name;
  const auto refuses = [](const LogHead&) -> base::Result<std::vector<uint8_t>> {
    return base::Error(Status::kSecret, "no key to sign with");
  };
  EXPECT_EQ(writer->BeginPeriod("2022", refuses).error().status, Status::kSecret);
  EXPECT_EQ(writer->head().period, "2021");
  ASSERT_TRUE(writer->BeginPeriod("2022", leaf).ok());
  EXPECT_EQ(writer->head().period, "2022");
  EXPECT_EQ(writer->head().size, 1u);
  const auto position = writer->Append(std::vector<NewEntry>{{Leaf(1, 5), {}}});
  EXPECT_EQ(position->period, "2022");
  EXPECT_EQ(position->first, 1u);
}

TEST_F(BadLog, AnotherHoldsTheLock) {
  auto lock = LockFile::Open(io_, kSimDirectory, true);
  WriterOptions options;
  options.busy_ms = 3;
  const auto writer = *LogWriter::Open(io_, kSimDirectory, options);
  {
    const auto held = lock->LockToWrite(0);
    ASSERT_TRUE(held.ok());
    EXPECT_EQ(writer->Append(std::vector<NewEntry>{{Leaf(1, 5), {}}}).error().status, Status::kBusy);
  }
  EXPECT_TRUE(writer->Append(std::vector<NewEntry>{{Leaf(1, 6), {}}}).ok()) << "busy is no failure";
}

// A writer whose sync failed gives up, and so does what reads through it; the same log opened again is whole.
TEST_F(BadLog, AFailedSyncPoisons) {
  bool fail = false;
  io_.SetPlan([&](uint64_t, test::Op op, const std::string&) {
    return fail && op == test::Op::kSync ? test::Fault::kFail : test::Fault::kNone;
  });
  auto writer = *LogWriter::Open(io_, kSimDirectory);
  ASSERT_TRUE(writer->Append(std::vector<NewEntry>{{Leaf(1, 20), {}}}).ok());
  fail = true;
  EXPECT_EQ(writer->Append(std::vector<NewEntry>{{Leaf(1, 21), {}}}).error().status, Status::kIo);
  fail = false;
  EXPECT_EQ(writer->Append(std::vector<NewEntry>{{Leaf(1, 22), {}}}).error().status, Status::kIo);
  EXPECT_EQ(writer->Durable("2021").error().status, Status::kIo) << "readers refuse too";
  writer = *LogWriter::Open(io_, kSimDirectory);
  ASSERT_TRUE(writer->Append(std::vector<NewEntry>{{Leaf(1, 23), {}}}).ok());
  const auto after = ReadAll(*io_.AfterPowerCut(SimIo::kNothing));
  ASSERT_TRUE(after.ok()) << after.error().ToString();
  const auto& told = after->at("2021").told;
  EXPECT_EQ(told.back().n, 23u);
  EXPECT_NE(std::find(told.begin(), told.end(), Told{1, 20}), told.end());
}

}  // namespace
}  // namespace hikae::log
