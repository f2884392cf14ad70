// Nothing leaves before its entry is durable; where a purpose says so, the entry waits in the spool.
#include <atomic>

#include "gate/fault_office.h"
#include "office/hooked_io.h"

namespace hikae::gate {
namespace {

using base::Status;
using test::Touch;

constexpr char kWho[] = "宛名-0000007";
const std::vector<std::string> kItems = {"氏名漢字"};
const std::string_view kSubjects[] = {kWho};

void FillOne(GateOffice& office) { PutOne(*office.Begin(), kFile, kWho, {{"氏名漢字", "髙橋󠄁 花子"}}); }

// Nothing more can be written from the n-th write on: nothing is released, and afterwards the office goes on.
TEST(Durable, NothingIsReleasedWhenTheLogFails) {
  bool full = false;
  int left = 0;
  test::HookedIo io([&](Touch touch) { return touch == Touch::kLook || !full || left-- > 0; });
  GateOffice office(&io);
  FillOne(office);
  int refused = 0;
  for (int n = 0;; ++n) {
    const auto session = office.Begin();
    ASSERT_NE(session, nullptr);
    left = n, full = true;
    auto released = session->Release(Reading(kItems), kSubjects);
    full = false;
    if (released.ok()) break;
    ++refused;
    EXPECT_EQ(released.error().status, Status::kIo) << released.error().ToString();
    EXPECT_FALSE(released.error().text.ja.empty());
    office.Reopen();
    ASSERT_NE(office.gate, nullptr);
  }
  EXPECT_GE(refused, 2);
  std::printf("release: refused at %d places\n", refused);
  EXPECT_TRUE(office.Begin()->Read(Reading(kItems), kWho).ok());
  ExpectAgreement(office);
}

// While the entry is being put on the disk the caller has nothing, and the entry is on the disk when it has something.
TEST(Durable, TheCallerWaitsForTheDisk) {
  std::atomic<bool> watching{false}, has{false};
  std::atomic<int> changes{0}, early{0};
  test::HookedIo io([&](Touch touch) {
    if (watching && touch == Touch::kChange) {
      ++changes;
      if (has) ++early;
    }
    return true;
  });
  GateOffice office(&io);
  FillOne(office);
  const auto session = office.Begin();
  const uint64_t before = office.LogSize();
  watching = true;
  const auto released = session->Release(Reading(kItems), kSubjects);
  has = true;
  watching = false;
  ASSERT_TRUE(released.ok());
  EXPECT_GE(changes, 2);  // the group, and its sync
  EXPECT_EQ(early, 0);
  // Another process finds it.
  office.Close();
  office.Reopen();
  EXPECT_EQ(office.Entries(before)[0], "read allowed 1 edo21.ground.staff");
}

// A write that cannot be recorded is not there.
TEST(Durable, NothingIsWrittenWhenTheLogFails) {
  bool full = false;
  int left = 0;
  test::HookedIo io([&](Touch touch) { return touch == Touch::kLook || !full || left-- > 0; });
  GateOffice office(&io);
  FillOne(office);
  int refused = 0;
  for (int n = 0;; ++n) {
    const std::string name = "髙橋󠄁 " + std::to_string(n);
    {
      const auto session = office.Begin();
      ASSERT_NE(session, nullptr);
      const Put put{kWho, {{"氏名漢字", name}}};
      left = n, full = true;
      const auto written = session->Write(Writing(), {&put, 1});
      full = false;
      if (written.ok()) break;
      ++refused;
    }
    office.Reopen();
    ASSERT_NE(office.gate, nullptr);
    auto read = office.Begin()->Read(Reading(kItems), kWho);
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read->items[0].value.view(), "髙橋󠄁 花子");
    ExpectAgreement(office);
  }
  EXPECT_GE(refused, 2);
  office.Close();
  ExpectSoundLog(office.directory);
}

// The log's files by one Io, all others by another.
class SplitIo final : public base::Io {
 public:
  SplitIo(base::Io& log, base::Io& rest) : log_(log), rest_(rest) {}
  base::Result<std::unique_ptr<base::File>> Open(const std::string& path, base::OpenMode mode) override {
    return Of(path).Open(path, mode);
  }
  base::Result<void> Rename(const std::string& from, const std::string& to) override { return Of(to).Rename(from, to); }
  base::Result<void> Remove(const std::string& path) override { return Of(path).Remove(path); }
  base::Result<void> MakeDirectory(const std::string& path) override { return Of(path).MakeDirectory(path); }
  base::Result<void> SyncDirectory(const std::string& path) override { return Of(path).SyncDirectory(path); }
  base::Result<std::vector<std::string>> List(const std::string& path) override { return Of(path).List(path); }
  void Pause(uint32_t micros) override { rest_.Pause(micros); }
  uint64_t Ticks() override { return rest_.Ticks(); }

 private:
  base::Io& Of(const std::string& path) { return path.find("/log") != std::string::npos ? log_ : rest_; }
  base::Io& log_;
  base::Io& rest_;
};

// The purpose that may go on: its acts wait in the spool, loudly.
class Spooling : public testing::Test {
 protected:
  Spooling()
      : log_([this](Touch touch) { return touch == Touch::kLook || !log_down_; }),
        rest_([this](Touch touch) { return touch == Touch::kLook || !rest_down_; }),
        io_(log_, rest_),
        office_(&io_) {
    office_.Also("目的", "Purpose: { 給付金の支給: { whenLogFails: spool } }\n");
    FillOne(office_);
  }
  size_t Waiting() const {
    const fs::path spool = fs::path(office_.directory) / "spool";
    return fs::exists(spool) ? AllFiles(spool).size() : 0;
  }
  bool log_down_ = false, rest_down_ = false;
  test::HookedIo log_, rest_;
  SplitIo io_;
  GateOffice office_;
};

TEST_F(Spooling, IsLoudAndIsRecordedLater) {
  const uint64_t before = office_.LogSize();
  {
    const auto session = office_.Begin();
    log_down_ = true;
    const auto read = session->Read(Reading(kItems), kWho);
    ASSERT_TRUE(read.ok()) << read.error().ToString();
    EXPECT_EQ(office_.alarms.size(), 1u);
    EXPECT_EQ(Waiting(), 1u);
    PutOne(*session, kFile, kWho, {{"氏名漢字", "髙橋󠄁 一"}});
    EXPECT_EQ(Waiting(), 2u);
    EXPECT_EQ(office_.alarms.size(), 2u);
    // What is waiting names nobody.
    for (const auto& [name, text] : AllFiles(office_.directory + "/spool")) {
      EXPECT_EQ(text.find(kWho), std::string::npos);
      EXPECT_EQ(text.find("髙橋"), std::string::npos);
    }
  }
  log_down_ = false;
  office_.Reopen();
  ASSERT_NE(office_.gate, nullptr);
  EXPECT_EQ(Waiting(), 0u);
  size_t reads = 0, writes = 0;
  for (const std::string& line : office_.Entries(before)) {
    reads += line.starts_with("read allowed 1") ? 1 : 0;
    writes += line.starts_with("write intended") ? 1 : 0;
    EXPECT_FALSE(line.starts_with("write ended")) << "of a write that came about";
  }
  EXPECT_EQ(reads, 1u);
  EXPECT_EQ(writes, 1u);
  EXPECT_EQ(office_.Begin()->Read(Reading(kItems), kWho)->items[0].value.view(), "髙橋󠄁 一");
  ExpectAgreement(office_);
}

// Of two writes of one record the first waits in the spool; the log is back for the second.
TEST_F(Spooling, KeepsTheOrderOfWrites) {
  const auto session = office_.Begin();
  log_down_ = true;
  PutOne(*session, kFile, kWho, {{"氏名漢字", "髙橋󠄁 一"}});
  EXPECT_EQ(Waiting(), 1u);
  log_down_ = false;
  PutOne(*session, kFile, kWho, {{"氏名漢字", "髙橋󠄁 二"}});
  ExpectAgreement(office_);
  office_.Reopen();
  ASSERT_NE(office_.gate, nullptr);
  EXPECT_EQ(Waiting(), 0u);
  for (const std::string& line : office_.Entries()) EXPECT_FALSE(line.starts_with("write ended")) << line;
  ExpectAgreement(office_);
}

TEST_F(Spooling, RefusesWhenThatFailsToo) {
  const auto session = office_.Begin();
  log_down_ = rest_down_ = true;
  const auto read = session->Read(Reading(kItems), kWho);
  log_down_ = rest_down_ = false;
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().status, Status::kIo);
  EXPECT_TRUE(office_.alarms.empty());
  EXPECT_EQ(Waiting(), 0u);
}

}  // namespace
}  // namespace hikae::gate
