// Every allocation of the acts at the gate fails in turn: nothing half is left, nothing leaks, the office goes on, and
// no block that is given back holds plaintext. A program of its own: it replaces operator new and delete.

#include "base/failing_new.h"
#include "gate/fault_office.h"
#include "log/every_nth.h"

namespace hikae::gate {
namespace {

using test::allowed, test::failed, test::left_behind, test::looked_at, test::looking;

// Longer than what a string keeps within itself.
constexpr char kSecret[] = "髙橋󠄁花子の秘密住所0123456789番地";

const std::vector<std::string> kItems = {"氏名漢字", "住所"};
const std::string_view kSubjects[] = {"宛名-1", "宛名-2", "宛名-3"};

class GateMemory : public testing::Test {
 protected:
  GateMemory() {
    office_.Also("終わった", kDueFile);
    session_ = office_.Begin();
    Fill();
    test::secret = std::string_view(kSecret);
    looked_at = left_behind = 0;
  }
  void Fill() {
    for (const std::string_view who : kSubjects)
      PutOne(*session_, kDue, who, {{"氏名漢字", "髙橋󠄁 花子"}, {"住所", kSecret}});
  }
  // Runs `body` with the n-th allocation failing, for every n until none does; `after` checks what is left each time.
  static size_t Sweep(const std::function<bool()>& body, const std::function<void()>& after) {
    size_t failures = 0;
    for (long n = 0;; n += static_cast<long>(log::EveryNth(7))) {
      failed = false;
      looking = true;
      allowed = n;
      bool done = false;
      try {
        done = body();
      } catch (const std::bad_alloc&) {
      }
      allowed = -1;
      looking = false;
      after();
      if (testing::Test::HasFatalFailure()) return failures;
      if (!failed) {
        EXPECT_TRUE(done);
        return failures;
      }
      ++failures;
    }
  }
  size_t There() {
    auto read = session_->Release(In(Reading(kItems), kDue), kSubjects);
    if (!read.ok()) {
      ADD_FAILURE() << read.error().ToString();
      return 99;
    }
    size_t there = 0;
    for (const Released& one : *read) there += one.state == Released::State::kReleased ? 1 : 0;
    return there;
  }

  GateOffice office_;
  std::unique_ptr<Session> session_;
};

TEST_F(GateMemory, OfBeginningAndReading) {
  const size_t beginning = Sweep(
      [&] {
        std::shared_ptr<const Decision> decision;
        return office_.gate->Begin(GateOffice::Clerk(), decision).ok();
      },
      [] {});
  const size_t reading = Sweep(
      [&] {
        const auto read = session_->Release(In(Reading(kItems), kDue), kSubjects);
        return read.ok() && read->size() == 3 && (*read)[2].items.size() == 2;
      },
      [&] {
        EXPECT_EQ(There(), 3u);
        office_.now += kSecond;  // what was decided then is decided anew
      });
  std::vector<std::string> items = {"氏名漢字"};
  Ask ask;
  ask.act = Act::kSearch;
  ask.file = kDue;
  ask.items = items;
  const size_t searching = Sweep(
      [&] {
        const auto found = session_->Search(ask, vault::IndexKind::kExact, "髙橋󠄁 花子", 9);
        return found.ok() && found->size() == 3;
      },
      [] {});
  std::printf("%zu failed allocations while beginning, %zu while reading, %zu while searching; %zu blocks looked at\n",
              beginning, reading, searching, looked_at);
  EXPECT_GT(reading, 20u);
  EXPECT_EQ(left_behind, 0u);
  ExpectAgreement(office_);
}

TEST_F(GateMemory, OfWritingAndErasing) {
  int round = 0;
  const size_t writing = Sweep(
      [&] {
        std::vector<Put> puts;
        for (const std::string_view who : kSubjects) puts.push_back({who, {{"住所", kSecret}}});
        return session_->Write(In(Writing(), kDue), puts).ok();
      },
      [&] {
        ASSERT_EQ(There(), 3u);
        ++round;
        // What failed left its intents for the next write that succeeds; without one, each would look at all of them.
        if (round % 8 == 0) PutOne(*session_, kDue, kSubjects[0], {{"氏名漢字", "髙橋󠄁 花子"}});
        if (round % 64 == 0) ExpectAgreement(office_);
      });
  auto head = office_.Begin(GateOffice::Head());
  const size_t erasing = Sweep(
      [&] {
        const auto certificate = head->Erase(Erasing(), kSubjects);
        return certificate.ok();
      },
      [&] {
        const size_t there = There();
        ASSERT_LE(there, 3u);
        if (there < 3) Fill();
      });
  std::printf("%zu failed allocations while writing, %zu while erasing; %zu blocks looked at\n", writing, erasing,
              looked_at);
  EXPECT_GT(writing, 20u);
  EXPECT_GT(erasing, 20u);
  EXPECT_EQ(left_behind, 0u);
  office_.Reopen();
  ExpectAgreement(office_);
  office_.Close();
  ExpectSoundLog(office_.directory);
}

}  // namespace
}  // namespace hikae::gate
