#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "audit/finding.h"

namespace hikae::audit {
namespace {

// Spells a brief as a text of its numbers.
class Numbers final : public Witness {
 public:
  explicit Numbers(std::string name) : name_(std::move(name)) {}
  void Spell(const Brief& brief, Finding& finding) const override {
    finding.rule = name_;
    finding.thing_title = Things()[brief.thing];
  }
  Grounds GroundsOf(const Finding& finding) const override { return {{}, {std::string(finding.thing_title)}}; }

 private:
  static const std::vector<std::string>& Things() {
    static const std::vector<std::string> kThings = {"契約一", "契約二", "契約三"};
    return kThings;
  }
  const std::string name_;
};

FindingList::Group GroupOf(const std::shared_ptr<const Witness>& witness, std::string_view handling, Moment moment,
                           size_t count) {
  FindingList::Group group{witness, handling, moment, {}};
  for (uint32_t i = 0; i < count; ++i)
    group.briefs.push_back({.thing = i, .outcome = static_cast<uint32_t>(Outcome::kViolated)});
  return group;
}

std::vector<std::string> Lines(const FindingList& list) {
  std::vector<std::string> lines;
  for (const Finding& finding : list) {
    lines.push_back(std::string(finding.handling) + " " + Name(finding.moment) + " " + std::string(finding.rule) + " " +
                    std::string(finding.thing_title) + finding.note);
  }
  return lines;
}

struct TwoWitnesses {
  std::shared_ptr<const Witness> lower = std::make_shared<Numbers>("甲"), upper = std::make_shared<Numbers>("乙");
};

TEST(FindingList, ReadsByPlaceWhatItReadsInOrder) {
  const TwoWitnesses by;
  FindingList list;
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(list.begin(), list.end());
  FindingList::Group noted = GroupOf(by.lower, "相談", Moment::kContract, 3);
  noted.briefs[1].noted = 1, noted.briefs[1].lacks = 1;
  noted.briefs[1].outcome = static_cast<uint32_t>(Outcome::kExcepted);
  noted.notes.emplace(1, " 例外");
  list.Add(GroupOf(by.lower, "相談", Moment::kDesign, 1));
  list.Add(GroupOf(by.lower, "相談", Moment::kRun, 0));
  list.Add(std::move(noted));
  const std::vector<std::string> wanted = {"相談 design 甲 契約一", "相談 contract 甲 契約一",
                                           "相談 contract 甲 契約二 例外", "相談 contract 甲 契約三"};
  EXPECT_EQ(Lines(list), wanted);
  ASSERT_EQ(list.size(), wanted.size());
  size_t at = 0;
  for (const Finding& finding : list) {
    EXPECT_EQ(list[at].thing_title, finding.thing_title) << at;
    EXPECT_EQ(list[at].moment, finding.moment) << at;
    EXPECT_EQ(list[at].note, finding.note) << at;
    ++at;
  }
  EXPECT_EQ(list[2].outcome, Outcome::kExcepted);
  EXPECT_TRUE(list[2].lacks);
  EXPECT_FALSE(list[3].lacks);
  EXPECT_EQ(list[3].outcome, Outcome::kViolated);
}

TEST(FindingList, MergesByHandlingAndMoment) {
  const TwoWitnesses by;
  FindingList list, more;
  list.Add(GroupOf(by.lower, "a", Moment::kDesign, 1));
  list.Add(GroupOf(by.lower, "a", Moment::kEnd, 1));
  list.Add(GroupOf(by.lower, "c", Moment::kDesign, 1));
  more.Add(GroupOf(by.upper, "a", Moment::kDesign, 2));
  more.Add(GroupOf(by.upper, "a", Moment::kContract, 1));
  more.Add(GroupOf(by.upper, "b", Moment::kEnd, 1));
  list.Merge(std::move(more));
  const std::vector<std::string> wanted = {"a design 甲 契約一",   "a design 乙 契約一", "a design 乙 契約二",
                                           "a contract 乙 契約一", "a end 甲 契約一",    "b end 乙 契約一",
                                           "c design 甲 契約一"};
  EXPECT_EQ(Lines(list), wanted);
  EXPECT_EQ(list[5].handling, "b");
  EXPECT_EQ(Lines(list.Of("a")), std::vector<std::string>(wanted.begin(), wanted.begin() + 5));
  EXPECT_EQ(list.Of("a")[4].moment, Moment::kEnd);
  EXPECT_TRUE(list.Of("d").empty());
}

TEST(FindingList, AFindingReadOutlivesIt) {
  auto list = std::make_unique<FindingList>();
  list->Add(GroupOf(std::make_shared<Numbers>("丙"), "相談", Moment::kDesign, 2));
  const Finding finding = (*list)[1];
  list.reset();
  EXPECT_EQ(finding.rule, "丙");
  EXPECT_EQ(finding.grounds().missing, std::vector<std::string>{"契約二"});
}

}  // namespace
}  // namespace hikae::audit
