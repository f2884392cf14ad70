// The disk refuses the n-th write or read of an act, for every n: the act says so, what it did not do is told before it
// returns, and the office goes on. What could not be told then, its session tells with its next act. It is opened anew
// only where the log has to be.
#include "gate/disk.h"
#include "gate/fault_office.h"
#include "log/every_nth.h"

namespace hikae::gate {
namespace {

using base::Status;

constexpr char kWho[] = "宛名-7700123";
const std::vector<std::string> kItems = {"氏名漢字", "住所"};

struct Fault {
  const char* name;
  int error;
  bool always;
  test::Which which;
};

class Refused : public testing::TestWithParam<Fault> {
 protected:
  Refused() {
    office_.Also("終わった", kDueFile);
    Fill();
  }
  void Fill() { PutOne(*office_.Begin(), kDue, kWho, {{"氏名漢字", "髙橋󠄁 零"}, {"生年月日", "平成3年4月5日"}}); }
  std::string NameNow() {
    std::shared_ptr<const Decision> decision;
    const auto session = office_.gate->Begin(GateOffice::Clerk(), decision);
    if (!session.ok()) return "?";
    const auto read = (*session)->Read(In(Reading(kItems), kDue), kWho);
    if (!read.ok()) return read.error().status == Status::kNotFound ? "" : "?";
    return std::string(read->items.at(0).value.view());
  }
  // What a refused act leaves to the next opening: nothing, where the disk is well again, but the rest of an erasure.
  enum class Rest : uint8_t { kNone, kAtOpening };
  // `act` with a session of the head's; `after`, knowing whether it said that it was done, checks what is there.
  void Sweep(const char* what, Rest rest, const std::function<base::Result<void>(Session&, long)>& act,
             const std::function<void(bool, long)>& after) {
    size_t refusals = 0, anew = 0;
    for (long n = 0;; n += static_cast<long>(log::EveryNth(7))) {
      const auto session = office_.Begin(GateOffice::Head());
      ASSERT_NE(session, nullptr) << n;
      test::FailAt(n, GetParam().error, GetParam().always, GetParam().which);
      const auto done = act(*session, n);
      const bool refused = test::GoOn();
      if (!done.ok()) {
        EXPECT_FALSE(done.error().text.ja.empty());
        // What cannot be read SQLite takes for damage of the file.
        const bool damaged = GetParam().which == test::Which::kReads && done.error().status == Status::kTampered;
        EXPECT_TRUE(damaged || done.error().status == Status::kIo) << n << ": " << done.error().ToString();
      }
      // What could not be told while the disk was full, the session's next act begins with; if its log can go on.
      const std::string_view somebody[] = {"宛名-2"};
      const bool goes_on = session->Release(In(Reading(kItems), kDue), somebody).ok();
      const bool not_told = !done.ok() && (!goes_on || rest == Rest::kAtOpening);
      if (not_told || NameNow() == "?") {
        ++anew;
        office_.Reopen();
        ASSERT_NE(office_.gate, nullptr) << n;
      }
      ExpectAgreement(office_);
      after(done.ok(), n);
      if (HasFatalFailure()) return;
      if (!refused) {
        EXPECT_TRUE(done.ok()) << done.error().ToString();
        break;
      }
      ++refusals;
    }
    std::printf("%s, %s: refused at %zu places, opened anew behind %zu\n", what, GetParam().name, refusals, anew);
    EXPECT_GT(refusals, 0u);
  }
  GateOffice office_;
};

TEST_P(Refused, AtEveryPlaceOfAWrite) {
  std::string before = "髙橋󠄁 零";
  Sweep(
      "write", Rest::kNone,
      [](Session& session, long n) -> base::Result<void> {
        const std::string name = "髙橋󠄁 " + std::to_string(n);
        const Put put{kWho, {{"氏名漢字", name}}};
        HIKAE_CHECK(session.Write(In(Writing(), kDue), {&put, 1}));
        return {};
      },
      [&](bool done, long n) {
        const std::string now = NameNow(), name = "髙橋󠄁 " + std::to_string(n);
        EXPECT_TRUE(now == name || (now == before && !done)) << n << ": " << now;
        before = now;
      });
}

// What a failed commit left in the write-ahead log must not come alive: it was told not to have been.
TEST_P(Refused, AWriteThatFailedIsNotThereWhenThePowerIsLostBehindIt) {
  const std::string copy = office_.directory + "_as_it_lay";
  size_t failed = 0;
  for (long n = 0;; n += static_cast<long>(log::EveryNth(3))) {
    const auto session = office_.Begin(GateOffice::Head());
    ASSERT_NE(session, nullptr) << n;
    const std::string before = NameNow(), name = "髙橋󠄁 " + std::to_string(n);
    const Put put{kWho, {{"氏名漢字", name}}};
    test::FailAt(n, GetParam().error, GetParam().always, GetParam().which);
    const auto done = session->Write(In(Writing(), kDue), {&put, 1});
    const bool refused = test::GoOn();
    fs::remove_all(copy);
    fs::copy(office_.directory, copy, fs::copy_options::recursive);
    {
      GateOffice left{fs::path(copy)};
      ASSERT_NE(left.gate, nullptr) << n;
      ExpectAgreement(left);
      const auto reader = left.Begin();
      const auto read = reader->Read(In(Reading(kItems), kDue), kWho);
      ASSERT_TRUE(read.ok()) << n << ": " << read.error().ToString();
      const std::string_view now = read->items.at(0).value.view();
      // A disk that stays full lets nothing be told: then it may have been, and log and records agree on it.
      EXPECT_TRUE(done.ok() ? now == name : now == before || (GetParam().always && now == name)) << n << ": " << now;
    }
    failed += done.ok() ? 0 : 1;
    if (!refused) break;
    office_.Reopen();
    ASSERT_NE(office_.gate, nullptr) << n;
  }
  fs::remove_all(copy);
  EXPECT_GT(failed, 0u);
}

TEST_P(Refused, AtEveryPlaceOfARead) {
  Sweep(
      "read", Rest::kNone,
      [](Session& session, long) -> base::Result<void> {
        const std::string_view who[] = {kWho};
        HIKAE_CHECK(session.Release(In(Reading(kItems), kDue), who));
        return {};
      },
      [&](bool, long n) { EXPECT_EQ(NameNow(), "髙橋󠄁 零") << n; });
}

TEST_P(Refused, AtEveryPlaceOfAnErasure) {
  Sweep(
      "erase", Rest::kAtOpening,
      [](Session& session, long) -> base::Result<void> {
        const std::string_view who[] = {kWho};
        HIKAE_CHECK(session.Erase(Erasing(), who));
        return {};
      },
      [&](bool done, long n) {
        const std::string now = NameNow();
        EXPECT_TRUE(now.empty() || (now == "髙橋󠄁 零" && !done)) << n << ": " << now;
        Fill();
      });
}

TEST_P(Refused, AtEveryPlaceOfARotation) {
  Ask ask;
  ask.act = Act::kAdminister;
  ask.file = kDue;
  Sweep(
      "rotate", Rest::kNone, [&](Session& session, long) { return session.RotateSubjects(ask, {}); },
      [&](bool, long n) { EXPECT_EQ(NameNow(), "髙橋󠄁 零") << n; });
}

TEST_P(Refused, AtEveryPlaceOfAnExport) {
  office_.PlanHandover("受渡-1");
  MediaTarget target;
  target.handover = "受渡-1";
  target.directory = office_.directory + "_medium";
  fs::create_directory(target.directory);
  size_t wholes = 0;
  target.recipients = {crypto::age::Identity::Generate().recipient().ToString()};
  Ask ask;
  ask.act = Act::kExport;
  ask.file = kDue;
  ask.items = kItems;
  ask.medium = "electronic";
  Sweep(
      "export", Rest::kNone,
      [&](Session& session, long n) -> base::Result<void> {
        target.name = "持出し" + std::to_string(n);
        HIKAE_CHECK(session.Export(ask, {}, target));
        return {};
      },
      [&](bool done, long n) {
        const bool whole = fs::exists(target.directory + "/" + target.name + ".manifest");
        EXPECT_TRUE(whole || !done) << n;
        // Whole though it failed: its entries stand, and what became of it could not be told.
        size_t told = 0;
        for (const std::string& line : office_.Entries()) told += line.starts_with("exported allowed 1") ? 1 : 0;
        EXPECT_GE(told, wholes += whole ? 1 : 0) << n;
      });
  fs::remove_all(target.directory);
}

INSTANTIATE_TEST_SUITE_P(Places, Refused,
                         testing::Values(Fault{"once", EIO, false, test::Which::kWrites},
                                         Fault{"full", ENOSPC, true, test::Which::kWrites},
                                         Fault{"unread", EIO, false, test::Which::kReads}),
                         [](const auto& given) { return std::string(given.param.name); });

}  // namespace
}  // namespace hikae::gate
