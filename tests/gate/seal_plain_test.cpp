// Entries that differ in the moment and the persons alone are encoded once: they must be the bytes that each would have
// by itself.
#include "gate/gate_office.h"

namespace hikae::gate {
namespace {

TEST(SealPlain, GivesTheLeavesThatOneByOneWouldHave) {
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
    log::Entry other = entry;
    other.items = {"氏名"};
    std::vector<uint8_t> shape;
    for (const char* actor : {"職員", "別の職員"}) {
      entry.time += 1'000'001;
      const office::AccessLog::PlainAct plain[] = {{&entry, subjects[0], &shape}, {&entry, subjects[1], &shape},
                                                   {&other, subjects[2]},         {&other, subjects[1]},
                                                   {&entry, subjects[0]},         {&entry, subjects[2], &shape}};
      std::vector<office::AccessLog::Sealed> sealed;
      ASSERT_TRUE(log.SealPlain(actor, plain, sealed).ok());
      std::vector<office::Act> acts;
      for (const auto& act : plain) acts.push_back({*act.entry, actor, std::string(act.subject), {}, {}});
      const auto each = log.Seal(acts);
      ASSERT_TRUE(each.ok());
      ASSERT_EQ(sealed.size(), each->size());
      for (size_t i = 0; i < sealed.size(); ++i) EXPECT_TRUE(sealed[i].leaf == (*each)[i].leaf) << actor << i;
      EXPECT_FALSE(sealed[0].leaf == sealed[1].leaf);
      EXPECT_FALSE(sealed[1].leaf == sealed[3].leaf);
    }
  }
}

}  // namespace
}  // namespace hikae::gate
