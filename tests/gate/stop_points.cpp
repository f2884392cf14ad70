// The process ends before, or in the middle of, every write that an act makes on any file of the office, those of the
// databases included: the functions that SQLite and the log write with are taken over here. Opened again, the log and
// the records agree, and what was acknowledged is there.
#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>

#include "gate/fault_office.h"

namespace {

// How many writes the process may still make; negative: any number.
long writes_left = -1;
bool in_the_middle = false;
constexpr int kStopped = 9;

bool Stops() { return writes_left >= 0 && writes_left-- == 0; }

}  // namespace

// Seen by the libraries too.
#pragma GCC visibility push(default)
extern "C" {
ssize_t pwrite(int fd, const void* bytes, size_t size, off_t offset) {
  if (Stops()) {
    if (in_the_middle && size > 1) ::syscall(SYS_pwrite64, fd, bytes, size / 2, offset);
    ::_exit(kStopped);
  }
  return ::syscall(SYS_pwrite64, fd, bytes, size, offset);
}
ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t offset) {
  if (Stops()) {
    if (in_the_middle && size > 1) ::syscall(SYS_pwrite64, fd, bytes, size / 2, offset);
    ::_exit(kStopped);
  }
  return ::syscall(SYS_pwrite64, fd, bytes, size, offset);
}
int ftruncate(int fd, off_t size) noexcept {
  if (Stops()) ::_exit(kStopped);
  return static_cast<int>(::syscall(SYS_ftruncate, fd, size));
}
int ftruncate64(int fd, off64_t size) noexcept {
  if (Stops()) ::_exit(kStopped);
  return static_cast<int>(::syscall(SYS_ftruncate, fd, size));
}
int fsync(int fd) {
  if (Stops()) ::_exit(kStopped);
  return static_cast<int>(::syscall(SYS_fsync, fd));
}
int fdatasync(int fd) {
  if (Stops()) ::_exit(kStopped);
  return static_cast<int>(::syscall(SYS_fdatasync, fd));
}
int unlink(const char* path) noexcept {
  if (Stops()) ::_exit(kStopped);
  return static_cast<int>(::syscall(SYS_unlink, path));
}
int rename(const char* from, const char* to) noexcept {
  if (Stops()) ::_exit(kStopped);
  return static_cast<int>(::syscall(SYS_rename, from, to));
}
}
#pragma GCC visibility pop

namespace hikae::gate {
namespace {

using base::Status;

constexpr char kWho[] = "宛名-7700123";
const std::vector<std::string> kItems = {"氏名漢字", "住所"};

class Stop : public testing::TestWithParam<bool> {
 protected:
  Stop() { office_.Also("終わった", kDueFile); }

  // Runs `act` in another process which stops at its n-th write; its exit code: 0 done, kStopped, else it failed.
  int StoppedAt(long n, const std::function<bool(GateOffice&)>& act) {
    office_.Close();
    return InChild([&] {
      office_.Reopen();
      if (office_.gate == nullptr) return 71;
      in_the_middle = GetParam();
      writes_left = n;
      const bool done = act(office_);
      writes_left = -1;
      return done ? 0 : 1;
    });
  }
  // The name that stands in the record; "" = no record, "?" = an error.
  std::string NameNow(std::string_view subject) {
    const auto session = office_.Begin();
    const auto read = session->Read(In(Reading(kItems), kDue), subject);
    if (!read.ok()) return read.error().status == Status::kNotFound ? "" : "?" + read.error().ToString();
    for (const Seen& seen : read->items) {
      if (seen.item == "氏名漢字") return std::string(seen.value.view());
    }
    return "?";
  }
  size_t CountEntries(std::string_view begin) const {
    size_t count = 0;
    for (const std::string& line : office_.Entries()) count += line.starts_with(begin) ? 1 : 0;
    return count;
  }

  GateOffice office_;
};

TEST_P(Stop, OfAWriteAtEveryPlace) {
  PutOne(*office_.Begin(), kDue, kWho, {{"氏名漢字", "髙橋󠄁 零"}});
  std::string before = "髙橋󠄁 零";
  size_t stopped = 0, came_about = 0;
  uint64_t intents = CountEntries("write intended"), not_done = CountEntries("write ended");
  for (long n = 0;; ++n) {
    const std::string name = "髙橋󠄁 " + std::to_string(n);
    const int code = StoppedAt(n, [&](GateOffice& office) {
      const auto session = office.Begin();
      const Put put{kWho, {{"氏名漢字", name}, {"生年月日", "平成3年4月5日"}}};
      return session != nullptr && session->Write(In(Writing(), kDue), {&put, 1}).ok();
    });
    ASSERT_TRUE(code == 0 || code == kStopped) << n << ": " << code;
    office_.Reopen();
    ASSERT_NE(office_.gate, nullptr) << n;
    const std::string now = NameNow(kWho);
    EXPECT_TRUE(now == before || now == name) << n << ": " << now;
    if (code == 0) {
      EXPECT_EQ(now, name) << n;
    }
    const uint64_t intended = CountEntries("write intended"), ended = CountEntries("write ended");
    // What is there was intended; what was intended and is not there is told.
    const bool done = now == name;
    EXPECT_EQ(intended - intents, (ended - not_done) + (done ? 1 : 0)) << n;
    intents = intended, not_done = ended;
    ExpectAgreement(office_);
    before = now;
    came_about += done ? 1 : 0;
    if (code == 0) break;
    ++stopped;
  }
  std::printf("write: stopped at %zu places, %zu of them came about\n", stopped, came_about - 1);
  EXPECT_GT(stopped, 10u);
  office_.Close();
  ExpectSoundLog(office_.directory);
}

TEST_P(Stop, OfAnErasureAtEveryPlace) {
  size_t stopped = 0, by_itself = 0, said_again = 0;
  for (long n = 0;; ++n) {
    {
      const auto session = office_.Begin();
      PutOne(*session, kDue, kWho, {{"氏名漢字", "邉見󠄀 千代子"}, {"生年月日", "平成3年4月5日"}});
      PutOne(*session, kDue, kWho, {{"住所", "江戸川区葛西三丁目10番1号"}});
    }
    Ask ask;
    ask.act = Act::kAdminister;
    const vault::Mark mark{"support-measures", "", 18'000, {}};
    ASSERT_TRUE(office_.Begin(GateOffice::Head())->SetMarks(ask, kWho, {&mark, 1}).ok());
    const auto traces = TracesOf(office_, NumberOf(office_, kWho));
    const size_t told = CountEntries("erased");
    const auto erase = [](GateOffice& office) {
      const auto session = office.Begin(GateOffice::Head());
      const std::string_view who[] = {kWho};
      return session != nullptr && session->Erase(Erasing(), who).ok();
    };
    const int code = StoppedAt(n, erase);
    ASSERT_TRUE(code == 0 || code == kStopped) << n << ": " << code;
    office_.Reopen();
    ASSERT_NE(office_.gate, nullptr) << n;
    ExpectAgreement(office_);
    const std::string now = NameNow(kWho);
    const bool in_log = CountEntries("erased") > told;
    // All there, gone, or cut off behind the entry: never gone without one.
    if (now != "邉見󠄀 千代子") {
      EXPECT_TRUE(in_log) << n << ": " << now;
    }
    if (code == 0) {
      EXPECT_EQ(now, "") << n;
    }
    const auto found = office_.gate->keys_past_the_rules().Find(kWho);
    ASSERT_TRUE(found.ok());
    if (*found) {
      ASSERT_TRUE(erase(office_)) << n;
      ++said_again;
    } else if (code != 0) {
      ++by_itself;
    }
    EXPECT_EQ(NameNow(kWho), "") << n;
    for (const auto& [what, bytes] : traces) {
      const auto files = FilesWith(office_.directory, bytes);
      EXPECT_TRUE(files.empty()) << n << ": " << what << " is left in " << files[0];
    }
    if (code == 0) break;
    ++stopped;
  }
  std::printf("erase: stopped at %zu places; finished at the opening %zu, by saying it again %zu\n", stopped, by_itself,
              said_again);
  EXPECT_GT(stopped, 20u);
  office_.Close();
  ExpectSoundLog(office_.directory);
}

INSTANTIATE_TEST_SUITE_P(Places, Stop, testing::Values(false, true),
                         [](const auto& given) { return given.param ? "torn" : "before"; });

}  // namespace
}  // namespace hikae::gate
