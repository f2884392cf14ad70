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
    testing::Values(Fault{"", "the fact is empty"}, Fault{"colect X.y", "`colect` is no verb (nearest: collect)"},
                    Fault{"collect", "the path is missing"}, Fault{"collect X..y", "a path has an empty name"},
                    Fault{"collect ^X", "a path begins with a type"}, Fault{"count X by", "`by` names no attribute"},
                    Fault{"self a by b", "`self` takes no `by`"},
                    Fault{"self a where b = c", "`self` takes no `where`"},
                    Fault{"count X where", "`where` has no condition"},
                    Fault{"count X where a", "`where` has no comparison (=, !=, <, <=, >, >=)"},
                    Fault{"count X where a ~ b", "`~` is no comparison (=, !=, <, <=, >, >=)"},
                    Fault{"count X where a =", "`where` has no value"},
                    Fault{"count X where a = b |", "`where` has no value"},
                    Fault{"count X where a = \"b", "a quoted value is not closed"},
                    Fault{"count X more", "`more` is one word too many (expected `by`, `where` or the end)"}));

}  // namespace
}  // namespace hikae::audit
