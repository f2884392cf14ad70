// The spool (docs/formats/office-directory.md §2.7): its bytes as the page has them, and whether they outlive a power
// cut.
#include "office/spool.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <utility>
#include <vector>

#include "codec/hex.h"
#include "io/sim_io.h"
#include "office_log.h"
#include "places.h"

namespace hikae::office {
namespace {

constexpr const char* kOffice = "office";
constexpr const char* kSpool = "office/spool";
constexpr int64_t kThen = 1'621'472'400'000'000;

// The entries of the page's example; that they are no leaves of a log is nothing to the spool.
std::vector<AccessLog::Sealed> Example() { return {{{0x01, 0x02, 0x03}, {}}, {{0x04}, {0x05, 0x06}}}; }

std::string OfPage() {
  std::ifstream in(hikae::test::SourceDir() + "/docs/formats/office-directory.md", std::ios::binary);
  const std::string page{std::istreambuf_iterator<char>(in), {}};
  std::smatch found;
  const std::regex block("```hex spool\n([0-9a-f \n]*)```");
  if (!std::regex_search(page, found, block)) return "not on the page";
  return std::regex_replace(found[1].str(), std::regex("[ \n]"), "");
}

std::string OnlyFile(test::SimIo& io) {
  const auto names = io.List(kSpool);
  if (!names.ok()) return names.error().ToString();
  if (names->size() != 1) return std::to_string(names->size()) + " files";
  EXPECT_TRUE(std::regex_match(names->front(), std::regex("0005c2b8766a4400-[0-9a-f]{16}\\.spool"))) << names->front();
  return codec::Hex(*io.Bytes(std::string(kSpool) + "/" + names->front()));
}

TEST(Spool, WritesWhatThePageSays) {
  test::SimIo io;
  ASSERT_TRUE(io.MakeDirectory(kOffice).ok());
  Spool spool(io, kSpool);
  EXPECT_TRUE(*spool.Empty()) << "there is no directory yet";
  ASSERT_TRUE(spool.Keep(Example(), kThen).ok());
  EXPECT_FALSE(*spool.Empty());
  EXPECT_EQ(OnlyFile(io), OfPage());
}

// What Keep said it kept is there when the power comes back, whatever of the rest is.
TEST(Spool, OutlivesAPowerCut) {
  test::SimIo io;
  ASSERT_TRUE(io.MakeDirectory(kOffice).ok());
  ASSERT_TRUE(Spool(io, kSpool).Keep(Example(), kThen).ok());
  for (const uint64_t seed : {test::SimIo::kNothing, test::SimIo::kAll, uint64_t{7}}) {
    EXPECT_EQ(OnlyFile(*io.AfterPowerCut(seed)), OfPage()) << seed;
  }
}

// The first time the directory itself is new: a file synced in a directory that is not is lost with it.
TEST(Spool, SyncsTheNameOfANewDirectoryToo) {
  test::SimIo io;
  ASSERT_TRUE(io.MakeDirectory(kOffice).ok());
  std::vector<std::pair<test::Op, std::string>> done;
  io.SetPlan([&](uint64_t, test::Op op, const std::string& path) {
    done.emplace_back(op, path);
    return test::Fault::kNone;
  });
  ASSERT_TRUE(Spool(io, kSpool).Keep(Example(), kThen).ok());
  ASSERT_GE(done.size(), 2u);
  EXPECT_EQ(done[0], std::pair(test::Op::kMakeDirectory, std::string(kSpool)));
  EXPECT_EQ(done[1], std::pair(test::Op::kSyncDirectory, std::string(kOffice)));
  EXPECT_EQ(done.back(), std::pair(test::Op::kSyncDirectory, std::string(kSpool)));
}

class Replayed : public OfficeLogTest {
 protected:
  // An act that waits in a spool on the real disk.
  void Wait(AccessLog& log) {
    const Act act = Read("職員1", "");
    const auto sealed = log.Seal({&act, 1});
    ASSERT_TRUE(sealed.ok()) << sealed.error().ToString();
    ASSERT_TRUE(spool().Keep(*sealed, now_).ok());
  }
  Spool spool() { return {base::PosixIo(), (path_ / "spool").string()}; }
  fs::path Waiting() { return fs::directory_iterator(path_ / "spool")->path(); }
};

TEST_F(Replayed, BringsInWhatWaitsBehindAnEntryThatCountsIt) {
  const auto log = Create();
  const size_t before = All(*log, "2021").size();
  Wait(*log);
  const auto replayed = spool().Replay(*log, "係長1");
  ASSERT_TRUE(replayed.ok()) << replayed.error().ToString();
  EXPECT_EQ(*replayed, 1u);
  const std::vector<Kept> all = All(*log, "2021");
  ASSERT_EQ(all.size(), before + 2);
  EXPECT_EQ(all[before].entry.type, log::EntryType::kOfficeChanged);
  EXPECT_EQ(all[before].entry.thing, "spool");
  EXPECT_EQ(all[before].entry.count, 1u);
  EXPECT_EQ(all[before + 1].entry.type, log::EntryType::kRead);
  EXPECT_TRUE(*spool().Empty());
}

TEST_F(Replayed, ADamagedFileStaysAndNothingIsRecorded) {
  const auto log = Create();
  const size_t before = All(*log, "2021").size();
  Wait(*log);
  const auto size = fs::file_size(Waiting());
  for (uintmax_t at = 0; at < size; ++at) {
    std::fstream file(Waiting(), std::ios::binary | std::ios::in | std::ios::out);
    file.seekg(static_cast<std::streamoff>(at));
    const char was = static_cast<char>(file.get());
    file.seekp(static_cast<std::streamoff>(at)).put(static_cast<char>(was ^ 1)).flush();
    const auto replayed = spool().Replay(*log, "係長1");
    ASSERT_FALSE(replayed.ok()) << at;
    EXPECT_EQ(replayed.error().status, Status::kTampered) << at;
    file.seekp(static_cast<std::streamoff>(at)).put(was);
  }
  fs::resize_file(Waiting(), size - 1);
  EXPECT_FALSE(spool().Replay(*log, "係長1").ok());
  EXPECT_FALSE(*spool().Empty());
  EXPECT_EQ(All(*log, "2021").size(), before);
}

}  // namespace
}  // namespace hikae::office
