// Entries that differ in the subject alone are encoded once: they must be the bytes that each would have by itself.
#include "gate/gate_office.h"

namespace hikae::gate {
namespace {

TEST(SealAlike, GivesTheLeavesThatOneByOneWouldHave) {
  GateOffice office;
  office::AccessLog& log = **office.office->log();
  log::Entry entry;
  entry.type = log::EntryType::kRead;
  entry.time = kNow;
  entry.handling = "benefit";
  entry.ground = "給付金の支給";
  entry.file = kFile;
  entry.items = {"住所", "氏名漢字"};
  entry.key_version = 7;
  entry.decision = log::Decision::kAllowed;
  entry.rules = {"edo21.ground.staff"};
  entry.count = 1;
  entry.thing = "00112233aabbccdd";
  entry.digest = crypto::Digest{1, 2, 3};
  const std::string_view subjects[] = {"a1", "b2", "a1"};
  for (const bool bare : {false, true}) {
    if (bare) {
      entry = {};
      entry.type = log::EntryType::kSearched;
      entry.time = kNow;
      entry.handling = "h";
      entry.decision = log::Decision::kRefused;
    }
    std::vector<office::AccessLog::Sealed> alike;
    ASSERT_TRUE(log.SealAlike(entry, "職員", subjects, alike).ok());
    std::vector<office::Act> acts;
    for (const std::string_view subject : subjects) acts.push_back({entry, "職員", std::string(subject), {}, {}});
    const auto each = log.Seal(acts);
    ASSERT_TRUE(each.ok());
    ASSERT_EQ(alike.size(), each->size());
    for (size_t i = 0; i < alike.size(); ++i) EXPECT_TRUE(alike[i].leaf == (*each)[i].leaf) << i;
    EXPECT_FALSE(alike[0].leaf == alike[1].leaf);
  }
}

}  // namespace
}  // namespace hikae::gate
