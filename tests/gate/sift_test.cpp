// What a sift sees while others change what it looks at.
#include "gate/fault_office.h"

namespace hikae::gate {
namespace {

const std::vector<std::string> kItems = {"氏名漢字"};
using Ids = std::set<std::string>;

class Sift : public testing::Test {
 protected:
  Sift() {
    office_.Also("終わった", kDueFile);
    for (int i = 0; i < 3; ++i)
      PutOne(*office_.Begin(), kDue, "宛名-" + std::to_string(i), {{"氏名漢字", "髙橋󠄁"}});
  }
  // Ids of those that `keep` saw; `meanwhile` runs when it has seen one of the three.
  Ids Sifted(const std::function<void()>& meanwhile) {
    Ask ask;
    ask.act = Act::kSearch;
    ask.file = kDue;
    ask.items = kItems;
    bool first = true;
    const auto session = office_.Begin();
    const auto found = session->Sift(
        ask,
        [&](const Released& seen) {
          EXPECT_EQ(seen.items.at(0).value.view(), "髙橋󠄁");
          if (std::exchange(first, false)) meanwhile();
          return true;
        },
        9);
    EXPECT_TRUE(found.ok()) << found.error().ToString();
    return found.ok() ? Ids(found->begin(), found->end()) : Ids();
  }
  GateOffice office_;
};

TEST_F(Sift, SeesRecordsThatAreSealedAnewMeanwhile) {
  const auto head = office_.Begin(GateOffice::Head());
  Ask ask;
  ask.act = Act::kAdminister;
  ask.file = kDue;
  const Ids all = {"宛名-0", "宛名-1", "宛名-2"};
  EXPECT_EQ(Sifted([&] { ASSERT_TRUE(head->RotateSubjects(ask, {}).ok()); }), all);
}

// The one that was seen keeps its record; of the others, one is gone.
TEST_F(Sift, PassesByWhoIsErasedMeanwhile) {
  const auto head = office_.Begin(GateOffice::Head());
  const std::string_view who[] = {"宛名-1"};
  const Ids found = Sifted([&] { static_cast<void>(head->Erase(Erasing(), who).ok()); });
  EXPECT_GE(found.size(), 2u);
  EXPECT_TRUE(found.contains("宛名-0") && found.contains("宛名-2"));
}

}  // namespace
}  // namespace hikae::gate
