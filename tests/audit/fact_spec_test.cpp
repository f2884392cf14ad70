#include "audit/fact_spec.h"

#include <gtest/gtest.h>

namespace hikae::audit {
namespace {

TEST(FactSpec, ReadsVerbPathByAndWhere) {
  const auto spec =
      ParseFact("collect? Role.holders by protects where kind = a|b and on <= today and text != \"二 語\"");
  ASSERT_TRUE(spec.ok()) << spec.error().ToString();
  EXPECT_EQ(spec->verb, Verb::kCollectIfAny);
  EXPECT_EQ(spec->type, "Role");
  ASSERT_EQ(spec->path.size(), 1u);
  EXPECT_EQ(spec->path[0].name, "holders");
  EXPECT_EQ(spec->by, "protects");
  ASSERT_EQ(spec->where.size(), 3u);
  EXPECT_EQ(spec->where[0].values, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(spec->where[1].comparison, Comparison::kLessOrEqual);
  EXPECT_EQ(spec->where[2].values, std::vector<std::string>{"二 語"});
}

TEST(FactSpec, ReadsClimbsOfSelf) {
  const auto spec = ParseFact("self holders.^Section.head");
  ASSERT_TRUE(spec.ok()) << spec.error().ToString();
  ASSERT_EQ(spec->path.size(), 3u);
  EXPECT_FALSE(spec->path[0].climb);
  EXPECT_TRUE(spec->path[1].climb);
  EXPECT_EQ(spec->path[1].name, "Section");
}

TEST(FactSpec, ReadsAbsentAsNoValue) {
  const auto spec = ParseFact("collect Line where until >= today | absent and text = \"absent\"");
  ASSERT_TRUE(spec.ok()) << spec.error().ToString();
  ASSERT_EQ(spec->where.size(), 2u);
  EXPECT_TRUE(spec->where[0].absent);
  EXPECT_EQ(spec->where[0].values, std::vector<std::string>{"today"});
  EXPECT_FALSE(spec->where[1].absent) << "quoted, it is a text";
  EXPECT_EQ(spec->where[1].values, std::vector<std::string>{"absent"});
}

TEST(FactSpec, ReadsTerms) {
  const auto spec = ParseFact("due known.on params.days days plus corrections first-day roll");
  ASSERT_TRUE(spec.ok()) << spec.error().ToString();
  ASSERT_TRUE(spec->term);
  EXPECT_EQ(spec->path.size(), 2u);
  EXPECT_EQ(spec->term->amount, "params.days");
  EXPECT_EQ(spec->term->plus, "corrections");
  EXPECT_EQ(spec->term->term.unit, base::TermUnit::kDays);
  EXPECT_EQ(spec->term->term.counting, base::Counting::kFirstDayCounts);
  EXPECT_EQ(spec->term->term.roll, base::Roll::kNextOpen);
  const auto plain = ParseFact("due on 3 months");
  ASSERT_TRUE(plain.ok()) << plain.error().ToString();
  EXPECT_EQ(plain->term->term.counting, base::Counting::kFirstDayExcluded);
  EXPECT_EQ(plain->term->term.roll, base::Roll::kNone);
}

TEST(FactSpec, ReadsWhatRowsAreJoinedOver) {
  const auto spec = ParseFact("collect File.title by handling = holding.handling where subjects >= 1000");
  ASSERT_TRUE(spec.ok()) << spec.error().ToString();
  EXPECT_EQ(spec->by, "handling");
  ASSERT_EQ(spec->own.size(), 2u);
  EXPECT_EQ(spec->own[1].name, "handling");
  EXPECT_EQ(spec->where.size(), 1u);
}

struct Fault {
  const char* text;
  const char* error;
};

class FactSpecFault : public testing::TestWithParam<Fault> {};

TEST_P(FactSpecFault, IsNamed) {
  const auto spec = ParseFact(GetParam().text);
  ASSERT_FALSE(spec.ok());
  EXPECT_EQ(spec.error().ToString(), GetParam().error);
  EXPECT_EQ(spec.error().status, base::Status::kRules);
  EXPECT_FALSE(spec.error().text.ja.empty());
}

INSTANTIATE_TEST_SUITE_P(
    All, FactSpecFault,
    testing::Values(
        Fault{"", "the fact is empty"}, Fault{"colect X.y", "`colect` is no verb (nearest: collect)"},
        Fault{"collect", "the path is missing"}, Fault{"collect X..y", "a path has an empty name"},
        Fault{"collect ^X", "a path begins with a type"}, Fault{"count X by", "`by` names no attribute"},
        Fault{"self a by b", "`self` takes no `by`"}, Fault{"self a where b = c", "`self` takes no `where`"},
        Fault{"count X where", "`where` has no condition"},
        Fault{"count X where a", "`where` has no comparison (=, !=, <, <=, >, >=)"},
        Fault{"count X where a ~ b", "`~` is no comparison (=, !=, <, <=, >, >=)"},
        Fault{"count X where a =", "`where` has no value"}, Fault{"count X where a = b |", "`where` has no value"},
        Fault{"count X where a = \"b", "a quoted value is not closed"},
        Fault{"due on", "`due` has no amount (as `30 days`)"},
        Fault{"due on 30", "`due` has no unit (days, open-days, weeks, months, years, fiscal-years, calendar-years)"},
        Fault{"due on 30 days plus", "`plus` has no amount"}, Fault{"due on 30 days by x", "`due` takes no `by`"},
        Fault{"due on 30 days roll first-day", "`first-day` is one word too many (expected `by`, `where` or the end)"},
        Fault{"count X by a =", "`by … =` names no path"},
        Fault{"count X more", "`more` is one word too many (expected `by`, `where` or the end)"}));

}  // namespace
}  // namespace hikae::audit
